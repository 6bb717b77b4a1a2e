//! Cards written as HTML.

use super::write::Writer;
use super::write_inline::{attribute, escape};
use crate::blocks::split_columns;
use crate::enhanced::inline::{self as enhanced, Unknown};
use crate::model::{Document, Inline, Span};
use crate::plain;
use crate::tag::{self, Tag};
use crate::urls;

/// How deep cards may nest; guards the stack.
const MAX_NEST: usize = 24;

/// Cards: what is in them is shown as far as HTML can.
impl Writer {
    pub(super) fn card(&mut self, source: &str) {
        let Some(tag) = tag::parse(source).filter(|_| self.nested < MAX_NEST) else {
            return self.words("element", source);
        };
        self.nested += 1;
        match tag.name {
            "columns" => self.columns(source),
            "video" | "audio" | "file" | "pdf" => self.media(&tag, source),
            "page" | "database" => self.linked(&tag, source),
            "unknown" => self.unknown(&tag, source),
            // Nothing to see, and nothing lost: the headings say it all.
            "table_of_contents" => {}
            name if source.contains('\n') => {
                self.push("<div class=\"card\"");
                attribute(&mut self.out, "data-card", name);
                self.push(">\n");
                let inner = crate::blocks::inner(source).unwrap_or_default();
                self.nested_blocks(&Document::from_enhanced(&inner));
                self.push("</div>\n");
            }
            name => self.words(name, source),
        }
        self.nested -= 1;
    }

    fn nested_blocks(&mut self, document: &Document) {
        let path = std::mem::take(&mut self.path);
        let mut inner = Self {
            nested: self.nested,
            ..Self::default()
        };
        inner.blocks(&document.blocks);
        self.path = path;
        self.out.push_str(&inner.out);
        for loss in inner.losses.into_list() {
            self.lost(loss.what);
        }
    }

    fn columns(&mut self, source: &str) {
        let Some(columns) = split_columns(source) else {
            return self.words("columns", source);
        };
        self.push("<div class=\"columns\">\n");
        for (_, document) in columns {
            self.push("<div class=\"column\">\n");
            self.nested_blocks(&document);
            self.push("</div>\n");
        }
        self.push("</div>\n");
    }

    fn media(&mut self, tag: &Tag<'_>, source: &str) {
        let Some(url) = tag.attr("src").filter(|url| urls::is_http(url)) else {
            return self.words(tag.name, source);
        };
        let caption = enhanced::parse(element_text(source, tag), Unknown::Keep);
        self.push("<figure");
        attribute(&mut self.out, "data-card", tag.name);
        self.push(">");
        if matches!(tag.name, "video" | "audio") {
            self.push(&format!("<{} controls", tag.name));
            attribute(&mut self.out, "src", &url);
            self.push(&format!("></{}>", tag.name));
        } else {
            self.link(&url, &url);
        }
        if !caption.is_empty() {
            self.push("<figcaption>");
            self.spans(&caption);
            self.push("</figcaption>");
        }
        self.push("</figure>\n");
    }

    fn link(&mut self, url: &str, text: &str) {
        self.push("<a");
        attribute(&mut self.out, "href", url);
        self.push(">");
        escape(&mut self.out, text);
        self.push("</a>");
    }

    /// A page or database below this page.
    fn linked(&mut self, tag: &Tag<'_>, source: &str) {
        let Some(id) = tag.attr("url").and_then(|url| urls::page_id(&url)) else {
            return self.words(tag.name, source);
        };
        let title = enhanced::unescape(element_text(source, tag));
        self.push("<p class=\"card\"");
        attribute(&mut self.out, "data-card", tag.name);
        self.push(">");
        self.link(
            &format!("{}{id}", urls::PAGE_SCHEME),
            if title.is_empty() { &id } else { &title },
        );
        self.push("</p>\n");
    }

    /// A block Notion's Markdown only names: what it says, and where it is.
    fn unknown(&mut self, tag: &Tag<'_>, source: &str) {
        let alt = tag.attr("alt").unwrap_or_else(|| "block".to_owned());
        let url = tag.attr("url").filter(|url| urls::is_http(url));
        self.lost(format!(
            "a block of the type {alt} is shown as a link or its words"
        ));
        self.push("<div class=\"card\"");
        attribute(&mut self.out, "data-card", &alt);
        self.push(">\n");
        if let Some(kept) = crate::blocks::shown(source) {
            self.nested_blocks(&kept);
        } else {
            self.push("<p>");
            match url {
                Some(url) => self.link(&url, &alt),
                None => escape(&mut self.out, &alt),
            }
            self.push("</p>\n");
        }
        self.push("</div>\n");
    }

    /// The words of an element HTML knows nothing of.
    fn words(&mut self, name: &str, source: &str) {
        self.lost(format!("<{name}> is shown as its words"));
        let words = plain::text(&[Span::plain(Inline::Raw(source.to_owned()))]);
        self.push("<p class=\"card\"");
        attribute(&mut self.out, "data-card", name);
        self.push(">");
        for (at, line) in words.split('\n').enumerate() {
            if at > 0 {
                self.push("<br>\n");
            }
            escape(&mut self.out, line);
        }
        self.push("</p>\n");
    }
}

/// The source between the tags of an element of one line.
fn element_text<'a>(source: &'a str, tag: &Tag<'_>) -> &'a str {
    let rest = source.get(tag.len..).unwrap_or_default();
    rest.strip_suffix(&format!("</{}>", tag.name))
        .unwrap_or(rest)
}
