//! HTML as a person copies it, read into blocks.

use super::dom::{Data, Dom, Id};
use super::inline::{Flow, flatten};
use super::{style, table, word};
use crate::loss::{Converted, Losses};
use crate::model::{Attrs, Block, Document, Inline, Kind, Span, Style};
use crate::urls;

/// Reads a whole document or a fragment.
pub(super) fn document(html: &str) -> Converted<Document> {
    let (dom, rest) = Dom::parse(html);
    let mut reader = Reader {
        dom: &dom,
        losses: Losses::default(),
        top: 0,
        level: 0,
        skipped: None,
    };
    let mut flow = Flow::default();
    reader.children(0, &mut flow, &Style::default());
    if !rest.is_empty() {
        flow.end_line();
        reader.top = flow.blocks.len();
        reader.lost("the structure of what is nested too deep; its words stay");
        flow.text(&without_tags(rest), &Style::default());
    }
    let blocks = flow.finish();
    Converted {
        value: Document { blocks }.settled(&mut reader.losses),
        losses: reader.losses.into_list(),
    }
}

/// Text without what stands between angle brackets.
fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

pub(super) struct Reader<'a> {
    pub(super) dom: &'a Dom,
    losses: Losses,
    /// How many blocks stand before the one being read.
    pub(super) top: usize,
    /// How many blocks are around what is being read.
    pub(super) level: usize,
    /// What is read in another way: the mark of an item.
    pub(super) skipped: Option<Id>,
}

impl Reader<'_> {
    pub(super) fn lost(&mut self, what: impl Into<String>) {
        self.losses.at(&[self.top], what);
    }

    pub(super) fn children(&mut self, id: Id, flow: &mut Flow, style: &Style) {
        let dom = self.dom;
        for child in dom.children(id) {
            if self.level == 0 {
                self.top = flow.blocks.len();
            }
            self.node(*child, flow, style);
        }
    }

    pub(super) fn node(&mut self, id: Id, flow: &mut Flow, style: &Style) {
        let dom = self.dom;
        match dom.node(id).map(|node| &node.data) {
            Some(Data::Text(text)) => flow.text(text, style),
            Some(Data::Element(name, _)) => self.element(id, &name.local, flow, style),
            _ => {}
        }
    }

    fn element(&mut self, id: Id, name: &str, flow: &mut Flow, style: &Style) {
        if self.is_hidden(id) || self.skipped == Some(id) {
            return;
        }
        match name {
            "script" | "style" | "head" | "title" | "template" | "noscript" | "svg" | "canvas"
            | "object" | "select" | "textarea" | "button" | "datalist" | "annotation" => {
                self.unseen(id, name, flow, style);
            }
            "br" => flow.atom(Inline::Break, style),
            "wbr" => {}
            "input" => self.input(id, flow),
            "img" => self.image(id, flow, style),
            "math" => self.formula(id, flow, style),
            "iframe" | "embed" => self.embedded(id, "src", flow, style),
            "video" | "audio" => self.media(id, name, flow, style),
            "a" => self.link(id, flow, style),
            "span" if self.dom.has_class(id, "math") => {
                self.tex_text(self.dom.text(id), false, flow, style);
            }
            // The picture of a formula that stands beside it.
            "span" if self.dom.has_class(id, "katex-html") => {}
            _ if is_block(name) => {
                flow.end_line();
                match word::level(self.dom, id).filter(|_| name == "p") {
                    Some(level) => self.word_item(id, level, flow, style),
                    None => self.block(id, name, flow, style),
                }
                flow.end_line();
            }
            _ => {
                let inner = style::inside(self.dom, id, style);
                self.children(id, flow, &inner);
            }
        }
    }

    fn block(&mut self, id: Id, name: &str, flow: &mut Flow, style: &Style) {
        match name {
            "hr" => flow.block(Block::new(Kind::Divider)),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(id, name, flow, style),
            "ul" | "ol" | "menu" | "dir" => self.list(id, name, flow, style),
            "li" => {
                let item = self.item(id, style, None);
                flow.block(item);
            }
            "blockquote" => {
                let (text, children) = self.headed(id, style);
                self.push(id, Kind::Quote(text), children, flow);
            }
            "pre" => self.code(id, flow),
            "table" => table::table(self, id, flow, style),
            "details" => self.details(id, flow, style),
            "figure" => self.figure(id, flow, style),
            "div" if self.dom.has_class(id, "math") => {
                flow.block(Block::new(Kind::Equation(self.dom.text(id))));
            }
            "div" if self.dom.has_class(id, "indent") && !flow.blocks.is_empty() => {
                let children = self.inner(id, style);
                if let Some(last) = flow.blocks.last_mut() {
                    last.children.extend(children);
                }
            }
            "aside" if self.dom.has_class(id, "callout") => {
                let children = self.inner(id, style);
                self.push(id, Kind::Callout, children, flow);
            }
            _ => {
                let first = flow.blocks.len();
                let inner = style::inside(
                    self.dom,
                    id,
                    &Style {
                        color: None,
                        ..style.clone()
                    },
                );
                let color = inner.color.clone();
                self.children(
                    id,
                    flow,
                    &Style {
                        color: style.color.clone(),
                        ..inner
                    },
                );
                flow.end_line();
                if let (Some(color), "p") = (color, name) {
                    for block in flow.blocks.iter_mut().skip(first) {
                        block.attrs.set("color", &color);
                    }
                }
            }
        }
    }

    /// The blocks inside an element.
    pub(super) fn inner(&mut self, id: Id, style: &Style) -> Vec<Block> {
        let mut flow = Flow::default();
        self.level += 1;
        self.children(id, &mut flow, style);
        self.level -= 1;
        flow.finish()
    }

    /// What is inside an element as one text.
    pub(super) fn flat(&mut self, id: Id, style: &Style, place: &str) -> Vec<Span> {
        let (text, changed) = flatten(self.inner(id, style));
        if changed {
            self.lost(format!("blocks in {place} become lines"));
        }
        text
    }

    /// The first paragraph of an element, and the blocks after it.
    fn headed(&mut self, id: Id, style: &Style) -> (Vec<Span>, Vec<Block>) {
        let mut blocks = self.inner(id, style);
        match blocks.first_mut() {
            Some(Block {
                kind: Kind::Paragraph(text),
                ..
            }) => {
                let text = std::mem::take(text);
                let first = blocks.remove(0);
                blocks.splice(0..0, first.children);
                (text, blocks)
            }
            _ => (Vec::new(), blocks),
        }
    }

    pub(super) fn push(&mut self, id: Id, kind: Kind, children: Vec<Block>, flow: &mut Flow) {
        let mut attrs = Attrs::default();
        if let Some(color) = style::color(self.dom, id) {
            attrs.set("color", &color);
        }
        if let (Kind::Callout, Some(icon)) = (&kind, self.dom.attr(id, "data-icon")) {
            attrs.set("icon", icon);
        }
        flow.block(Block {
            kind,
            attrs,
            children,
        });
    }

    fn is_hidden(&self, id: Id) -> bool {
        self.dom.attr(id, "hidden").is_some()
            || self.dom.attr(id, "style").is_some_and(|style| {
                let style: String = style.split_ascii_whitespace().collect();
                style.contains("display:none")
            })
    }

    /// A link, or the page it mentions in Octavo's own words.
    fn link(&mut self, id: Id, flow: &mut Flow, style: &Style) {
        let url = self.dom.attr(id, "href").unwrap_or_default().trim();
        let page = url
            .starts_with(urls::PAGE_SCHEME)
            .then(|| urls::page_id(url))
            .flatten();
        if let Some(page) = page {
            let title = dom_line(self.dom, id);
            return flow.atom(Inline::Page { id: page, title }, style);
        }
        if !url.is_empty() && (!urls::is_linkable(url) || url.starts_with('/')) {
            let short: String = url.chars().take(60).collect();
            self.lost(format!(
                "a link to {short}, which leads nowhere from a note"
            ));
        }
        let inner = style::inside(self.dom, id, style);
        self.children(id, flow, &inner);
    }
}

/// The text of an element as one line.
pub(super) fn dom_line(dom: &Dom, id: Id) -> String {
    let text = dom.text(id);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "html"
            | "body"
            | "p"
            | "div"
            | "section"
            | "article"
            | "main"
            | "header"
            | "footer"
            | "nav"
            | "aside"
            | "address"
            | "center"
            | "form"
            | "fieldset"
            | "legend"
            | "dl"
            | "dt"
            | "dd"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "hr"
            | "ul"
            | "ol"
            | "menu"
            | "dir"
            | "li"
            | "blockquote"
            | "pre"
            | "table"
            | "details"
            | "summary"
            | "figure"
            | "figcaption"
            | "hgroup"
            | "search"
            | "caption"
            | "tr"
            | "dialog"
    )
}
