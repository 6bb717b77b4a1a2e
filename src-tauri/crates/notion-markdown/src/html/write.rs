//! The model written as HTML for a preview.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::write_inline::{self, attribute, escape, open_color};
use crate::code;
use crate::loss::{Converted, Losses};
use crate::model::{Attrs, Block, Document, Kind, Span, Table};
use crate::plain;

/// Writes a document and lets nothing out that is not on the list.
pub(super) fn document(document: &Document) -> Converted<String> {
    let mut writer = Writer::default();
    writer.blocks(&document.blocks);
    Converted {
        value: CLEANER.clean(&writer.out).to_string(),
        losses: writer.losses.into_list(),
    }
}

/// The elements and attributes this writer knows; everything else is cut, wherever it came from.
static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let tags = [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "li",
        "input",
        "blockquote",
        "details",
        "summary",
        "aside",
        "div",
        "span",
        "hr",
        "pre",
        "code",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "figure",
        "figcaption",
        "img",
        "a",
        "strong",
        "em",
        "s",
        "u",
        "br",
        "time",
        "video",
        "audio",
    ];
    let mut cleaner = ammonia::Builder::empty();
    cleaner
        .tags(HashSet::from(tags))
        .url_schemes(HashSet::from(["http", "https", "mailto", "notion"]))
        .link_rel(Some("noopener noreferrer nofollow"))
        .generic_attributes(HashSet::from([
            "class",
            "data-color",
            "data-card",
            "data-icon",
        ]))
        .add_tag_attributes("a", &["href"])
        .add_tag_attributes("img", &["src", "alt"])
        .add_tag_attributes("video", &["src", "controls"])
        .add_tag_attributes("audio", &["src", "controls"])
        .add_tag_attributes("ol", &["start"])
        .add_tag_attributes("input", &["type", "checked", "disabled"])
        .add_tag_attributes("time", &["datetime"])
        .add_tag_attributes("th", &["scope"]);
    cleaner
});

#[derive(Debug, Default)]
pub(super) struct Writer {
    pub(super) out: String,
    pub(super) losses: Losses,
    pub(super) path: Vec<usize>,
    /// How many cards are open.
    pub(super) nested: usize,
}

/// The list an item stands in.
fn list_tag(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Bullet(_) | Kind::Todo { .. } => Some("ul"),
        Kind::Numbered { .. } => Some("ol"),
        _ => None,
    }
}

impl Writer {
    pub(super) fn lost(&mut self, what: impl Into<String>) {
        self.losses.at(&self.path, what);
    }

    pub(super) fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    pub(super) fn blocks(&mut self, list: &[Block]) {
        let mut open: Option<&str> = None;
        for (at, block) in list.iter().enumerate() {
            self.path.push(at);
            let tag = list_tag(&block.kind);
            if tag != open {
                self.close_list(open);
                self.open_list(tag, &block.kind);
                open = tag;
            }
            self.block(block);
            self.path.pop();
        }
        self.close_list(open);
    }

    fn open_list(&mut self, tag: Option<&str>, kind: &Kind) {
        match (tag, kind) {
            (
                Some(tag),
                Kind::Numbered {
                    start: Some(start), ..
                },
            ) if *start != 1 => {
                self.push(&format!("<{tag} start=\"{start}\">\n"));
            }
            (Some(tag), _) => self.push(&format!("<{tag}>\n")),
            (None, _) => {}
        }
    }

    fn close_list(&mut self, tag: Option<&str>) {
        if let Some(tag) = tag {
            self.push(&format!("</{tag}>\n"));
        }
    }

    fn block(&mut self, block: &Block) {
        match &block.kind {
            Kind::Paragraph(text) => {
                self.text_block("p", "", text, block);
                self.indent(&block.children);
            }
            Kind::Heading {
                level,
                toggle,
                text,
            } => self.heading(*level, *toggle, text, block),
            Kind::Bullet(text) | Kind::Numbered { text, .. } => self.item("", text, block),
            Kind::Todo { checked, text } => {
                let checked = if *checked { " checked" } else { "" };
                let input = format!("<input type=\"checkbox\" disabled{checked}> ");
                self.item(&input, text, block);
            }
            Kind::Quote(text) => {
                self.open("blockquote", block);
                if !text.is_empty() {
                    self.push("<p>");
                    self.spans(text);
                    self.push("</p>\n");
                }
                self.blocks(&block.children);
                self.push("</blockquote>\n");
            }
            Kind::Toggle(text) => {
                self.open("details", block);
                self.push("<summary>");
                self.spans(text);
                self.push("</summary>\n");
                self.blocks(&block.children);
                self.push("</details>\n");
            }
            Kind::Callout => self.callout(block),
            _ => {
                self.leaf(block);
                self.indent(&block.children);
            }
        }
    }

    fn leaf(&mut self, block: &Block) {
        match &block.kind {
            Kind::Code { language, text } if code::is_rich(block) => {
                self.rich_code(language, text, &block.attrs);
            }
            Kind::Code { language, text } => self.code(language, text),
            Kind::Equation(text) => {
                self.push("<div class=\"math math-display\">");
                escape(&mut self.out, text);
                self.push("</div>\n");
            }
            Kind::Table(table) => self.table(table),
            Kind::Image { caption, url } => self.image(caption, url, block),
            Kind::Opaque(source) => self.card(source),
            _ => self.push("<hr>\n"),
        }
    }

    fn open(&mut self, tag: &str, block: &Block) {
        self.out.push('<');
        self.push(tag);
        open_color(&mut self.out, block.attrs.get("color"));
        self.push(">");
    }

    fn text_block(&mut self, tag: &str, before: &str, text: &[Span], block: &Block) {
        self.open(tag, block);
        self.push(before);
        self.spans(text);
        self.push(&format!("</{tag}>\n"));
    }

    fn indent(&mut self, children: &[Block]) {
        if !children.is_empty() {
            self.push("<div class=\"indent\">\n");
            self.blocks(children);
            self.push("</div>\n");
        }
    }

    fn heading(&mut self, level: u8, toggle: bool, text: &[Span], block: &Block) {
        let tag = format!("h{}", level.clamp(1, 4));
        if toggle {
            self.open("details", block);
            self.push(&format!("<summary><{tag}>"));
            self.spans(text);
            self.push(&format!("</{tag}></summary>\n"));
            self.blocks(&block.children);
            self.push("</details>\n");
        } else {
            self.text_block(&tag, "", text, block);
            self.indent(&block.children);
        }
    }

    fn item(&mut self, before: &str, text: &[Span], block: &Block) {
        self.open("li", block);
        self.push(before);
        self.spans(text);
        if !block.children.is_empty() {
            self.push("\n");
            self.blocks(&block.children);
        }
        self.push("</li>\n");
    }

    fn callout(&mut self, block: &Block) {
        self.push("<aside class=\"callout\"");
        open_color(&mut self.out, block.attrs.get("color"));
        match block.attrs.get("icon") {
            Some(icon) if icon.starts_with('{') => self.lost("an icon that only Notion itself has"),
            Some(icon) => attribute(&mut self.out, "data-icon", icon),
            None => {}
        }
        self.push(">\n");
        self.blocks(&block.children);
        self.push("</aside>\n");
    }

    fn code(&mut self, language: &str, text: &str) {
        self.push("<pre><code");
        let name = language.split_ascii_whitespace().next().unwrap_or_default();
        if !name.is_empty() {
            attribute(&mut self.out, "class", &format!("language-{name}"));
        }
        self.push(">");
        escape(&mut self.out, text);
        self.push("\n</code></pre>\n");
    }

    /// Code with a caption below it.
    fn rich_code(&mut self, language: &str, text: &str, attrs: &Attrs) {
        if attrs.get(code::RUNS).is_some() {
            self.lost("styles, links and mentions in a code block");
        }
        let caption = code::caption(attrs);
        if caption.is_empty() {
            return self.code(language, text);
        }
        self.push("<figure>");
        self.code(language, text);
        self.push("<figcaption>");
        self.spans(&caption);
        self.push("</figcaption></figure>\n");
    }

    fn table(&mut self, table: &Table) {
        if !table.columns.is_empty() {
            self.lost("widths and colours of a table's columns");
        }
        self.push("<table>\n");
        for (at, row) in table.rows.iter().enumerate() {
            let head = at == 0 && table.header_row;
            match (at, head) {
                (0, true) => self.push("<thead>\n"),
                (0, false) => self.push("<tbody>\n"),
                (1, _) if table.header_row => self.push("<tbody>\n"),
                _ => {}
            }
            self.push("<tr");
            open_color(&mut self.out, row.attrs.get("color"));
            self.push(">");
            for (at, cell) in row.cells.iter().enumerate() {
                let (tag, scope) = match (head, at == 0 && table.header_column) {
                    (true, _) => ("th", " scope=\"col\""),
                    (_, true) => ("th", " scope=\"row\""),
                    _ => ("td", ""),
                };
                self.push(&format!("<{tag}{scope}"));
                open_color(&mut self.out, cell.attrs.get("color"));
                self.push(">");
                self.spans(&cell.text);
                self.push(&format!("</{tag}>"));
            }
            self.push("</tr>\n");
            if head {
                self.push("</thead>\n");
            }
        }
        if table.rows.len() > usize::from(table.header_row) {
            self.push("</tbody>\n");
        }
        self.push("</table>\n");
    }

    fn image(&mut self, caption: &[Span], url: &str, block: &Block) {
        self.open("figure", block);
        self.push("<img");
        attribute(&mut self.out, "src", url);
        attribute(&mut self.out, "alt", &plain::text(caption));
        self.push(">");
        let rich = caption
            .iter()
            .any(|span| span.style != Span::text("").style);
        if rich || caption.len() > 1 {
            self.push("<figcaption>");
            self.spans(caption);
            self.push("</figcaption>");
        }
        self.push("</figure>\n");
    }

    pub(super) fn spans(&mut self, text: &[Span]) {
        for what in write_inline::write(&mut self.out, text) {
            self.lost(what);
        }
    }
}
