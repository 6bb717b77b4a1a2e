//! One stretch of inline content of a body.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use crate::body::html::is_image_address;
use crate::body::parse::SoftBreak;
use crate::body::pieces::{cards, literal_end, notion_inline, split, take_attrs};
use crate::enhanced::inline as enhanced;
use crate::inline::{Builder, Piece, gather};
use crate::model::{Block, Inline, Kind, Span, Style};
use crate::plain;
use crate::tag;
use crate::urls;

/// Where the content stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Context {
    Paragraph,
    /// The text of a tight list item.
    Tight,
    Heading(u8),
    Cell,
}

/// What an open link will become.
#[derive(Debug)]
enum Link {
    /// A link, and how much there was before it.
    Styled(usize),
    /// Not an address for a link: its source stays, and this is the end of it.
    Literal(String),
    /// A mention; its text is collected apart.
    Page(String),
    Image(String, String),
}

pub(crate) struct Paragraph {
    context: Context,
    range: Range<usize>,
    outer: Builder,
    /// Texts of pictures and mentions that are open.
    inner: Vec<Builder>,
    links: Vec<Link>,
    bold: u32,
    italic: u32,
    strike: u32,
    /// What pictures and mentions in this text lose.
    pub(crate) lost: Vec<String>,
    /// Events that begin here were already dealt with.
    skip: Range<usize>,
}

impl Paragraph {
    /// Begins at `at`; `spare` is memory that is given back in the end.
    pub(crate) fn new(context: Context, at: usize, spare: &mut Vec<Piece>) -> Self {
        Self {
            context,
            range: at..at,
            outer: Builder::with(std::mem::take(spare)),
            inner: Vec::new(),
            links: Vec::new(),
            bold: 0,
            italic: 0,
            strike: 0,
            lost: Vec::new(),
            skip: 0..0,
        }
    }

    /// Where it begins.
    pub(crate) fn start_at(&self) -> usize {
        self.range.start
    }

    pub(crate) fn is_tight(&self) -> bool {
        self.context == Context::Tight
    }

    /// Whether it may become the text of an item or a quote.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.context, Context::Paragraph | Context::Tight)
    }

    pub(crate) fn event(
        &mut self,
        event: Event<'_>,
        range: Range<usize>,
        source: &str,
        soft: SoftBreak,
    ) {
        self.range.end = self.range.end.max(range.end);
        if self.skip.contains(&range.start) {
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::InlineHtml(html) => self.html(&html, range.start, source),
            Event::DisplayMath(text) => {
                let splits = self.splits();
                let builder = self.builder();
                let text = text.trim().to_owned();
                if splits {
                    builder.push_piece(Piece::Equation(text));
                } else {
                    builder.push(Inline::Math(text));
                }
            }
            Event::SoftBreak if soft == SoftBreak::Blank => self.builder().text(" "),
            Event::SoftBreak | Event::HardBreak => self.builder().push(Inline::Break),
            // A line end that is written as a character reference is a blank like any other.
            Event::Text(text) if memchr::memchr2(b'\n', b'\r', text.as_bytes()).is_some() => {
                self.builder().text(&text.replace(['\n', '\r'], " "));
            }
            Event::Text(text) | Event::Html(text) => self.builder().text(&text),
            Event::Code(text) => {
                let builder = self.builder();
                builder.style.code = true;
                builder.push(Inline::Text(text.into_string()));
                builder.style.code = false;
            }
            Event::InlineMath(text) => self.builder().push(Inline::Math(text.into_string())),
            Event::FootnoteReference(label) => self.builder().text(&format!("[^{label}]")),
            Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn builder(&mut self) -> &mut Builder {
        let builder = self.inner.last_mut().unwrap_or(&mut self.outer);
        builder.style.bold = self.bold > 0;
        builder.style.italic = self.italic > 0;
        builder.style.strike = self.strike > 0;
        builder
    }

    /// Whether a formula here may become a block of its own.
    fn splits(&self) -> bool {
        self.is_plain() && self.links.is_empty() && self.inner.is_empty()
    }

    /// Whether a picture here may become a block of its own; a link around it becomes one of its caption.
    fn parts(&self) -> bool {
        let styled = |link: &Link| matches!(link, Link::Styled(_));
        self.is_plain() && self.links.iter().all(styled) && self.inner.is_empty()
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strong => self.bold += 1,
            Tag::Emphasis => self.italic += 1,
            Tag::Strikethrough => self.strike += 1,
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => self.start_link(link_type, &dest_url, &title),
            Tag::Image {
                dest_url, title, ..
            } => {
                self.links
                    .push(Link::Image(dest_url.into_string(), title.into_string()));
                self.inner.push(Builder::default());
            }
            _ => {}
        }
    }

    fn start_link(&mut self, link_type: LinkType, url: &str, title: &str) {
        let url = if link_type == LinkType::Email {
            Cow::Owned(format!("mailto:{url}"))
        } else {
            Cow::Borrowed(url)
        };
        let page = url
            .starts_with(urls::PAGE_SCHEME)
            .then(|| urls::page_id(&url))
            .flatten();
        if let Some(id) = page {
            self.links.push(Link::Page(id));
            self.inner.push(Builder::default());
        } else if urls::is_linkable(&url) {
            let builder = self.builder();
            builder.style.link = Some(urls::clean(&url));
            let before = builder.len();
            self.links.push(Link::Styled(before));
        } else if link_type == LinkType::Autolink {
            self.builder().text("<");
            self.links.push(Link::Literal(">".to_owned()));
        } else {
            self.builder().text("[");
            self.links.push(Link::Literal(literal_end(&url, title)));
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.bold = self.bold.saturating_sub(1),
            TagEnd::Emphasis => self.italic = self.italic.saturating_sub(1),
            TagEnd::Strikethrough => self.strike = self.strike.saturating_sub(1),
            TagEnd::Link | TagEnd::Image => self.end_link(),
            _ => {}
        }
    }

    fn end_link(&mut self) {
        match self.links.pop() {
            Some(Link::Styled(before)) => {
                let builder = self.builder();
                // A link without text could not be seen.
                if builder.len() == before
                    && let Some(url) = builder.style.link.clone()
                {
                    builder.push(Inline::Text(url));
                }
                builder.style.link = None;
            }
            Some(Link::Literal(end)) => self.builder().text(&end),
            Some(Link::Page(id)) => {
                let inner = self.inner.pop().map(Builder::spans).unwrap_or_default();
                let plain = |span: &Span| {
                    span.style == Style::default() && matches!(span.content, Inline::Text(_))
                };
                if !inner.iter().all(plain) {
                    let what = "how the title of a mention looks: Notion shows the page's own";
                    self.lost.push(what.to_owned());
                }
                let title = plain::text(&inner);
                self.builder().push(Inline::Page { id, title });
            }
            Some(Link::Image(url, title)) => {
                let caption = self.inner.pop().map(Builder::spans).unwrap_or_default();
                self.image(caption, &url, &title);
            }
            None => {}
        }
    }

    fn image(&mut self, mut caption: Vec<Span>, url: &str, title: &str) {
        let parts = self.parts();
        let linked = self
            .links
            .iter()
            .any(|link| matches!(link, Link::Styled(_)));
        let builder = self.builder();
        if !is_image_address(url) {
            builder.text("![");
            builder.extend(caption);
            builder.text(&literal_end(url, title));
            return;
        }
        let url = urls::clean(url);
        let outer = builder.style.link.clone().filter(|_| linked);
        let target = outer.clone().or_else(|| (!parts).then(|| url.clone()));
        if let Some(target) = &target {
            if caption.is_empty() {
                caption.push(Span::text(target));
            }
            for span in &mut caption {
                span.style.link = Some(target.clone());
            }
        }
        if parts {
            builder.push_piece(Piece::Image { caption, url });
            return;
        }
        builder.extend(caption);
        self.lost.push(if outer.is_some() {
            format!("the picture {url} in a link; its description stays")
        } else {
            "a picture in a title or a cell becomes a link".to_owned()
        });
    }

    fn html(&mut self, html: &str, at: usize, source: &str) {
        let Some(tag) = tag::parse(html) else {
            self.builder().text(html);
            return;
        };
        match tag.name {
            "br" if !tag.close => self.builder().push(Inline::Break),
            "span" => enhanced::span(self.builder(), &tag, html),
            "notion-inline" if tag.self_closing => {
                let inline = notion_inline(tag.attr("source").unwrap_or_default());
                self.builder().push(inline);
            }
            name if enhanced::is_mention(name) && !tag.close => {
                let text = source.get(at..).unwrap_or_default();
                let (inline, len) = enhanced::mention(text, &tag);
                self.builder().push(inline);
                self.skip = at..at + len;
            }
            name if enhanced::html_mark(name).is_some() => {
                enhanced::html(self.builder(), &tag, html);
            }
            _ => self.builder().text(html),
        }
    }

    /// The content as spans; for places that hold nothing else.
    pub(crate) fn into_spans(mut self, spare: &mut Vec<Piece>) -> Vec<Span> {
        self.close_links();
        *spare = self.outer.pieces();
        gather(spare)
    }

    fn close_links(&mut self) {
        while !self.links.is_empty() {
            self.end_link();
        }
    }

    /// Hands on the content as blocks: pictures and formulas part the text around them.
    pub(crate) fn into_blocks(
        mut self,
        source: &str,
        spare: &mut Vec<Piece>,
        mut push: impl FnMut(Block),
    ) {
        let before = source.get(..self.range.start).unwrap_or_default();
        // The first event of a list item's text begins after its backslash.
        let escaped = before.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1;
        let source = source.get(self.range.clone()).unwrap_or_default();
        if let Some(cards) = cards(source) {
            cards.into_iter().for_each(push);
            return;
        }
        self.close_links();
        *spare = self.outer.pieces();
        let pieces = spare;
        let whole = escaped && source.rfind('{') == Some(0);
        let mut attrs = if whole {
            None
        } else {
            take_attrs(pieces, source)
        };
        let kind = match self.context {
            Context::Heading(level) => {
                let toggle = attrs.as_mut().and_then(|attrs| attrs.take("toggle"));
                Kind::Heading {
                    level,
                    toggle: toggle.is_some_and(|value| value == "true"),
                    text: gather(pieces),
                }
            }
            _ if pieces.iter().all(|piece| matches!(piece, Piece::Span(_))) => {
                Kind::Paragraph(gather(pieces))
            }
            _ => {
                for mut block in split(pieces) {
                    block.attrs = attrs.take().unwrap_or_default();
                    push(block);
                }
                return;
            }
        };
        push(Block {
            kind,
            attrs: attrs.unwrap_or_default(),
            children: Vec::new(),
        });
    }
}
