//! Writing user Markdown in its canonical form.

use pulldown_cmark::BlockQuoteKind;

use crate::body::escape::is_footnote;
use crate::body::front::is_front_matter;
use crate::body::html;
use crate::body::inline_text::{self, Place};
use crate::body::leaf::{self, equation_is_safe, heading, pipe_table};
use crate::body::parse::CARD;
use crate::body::raw::wrap_raw;
use crate::code;
use crate::enhanced;
use crate::model::{Attrs, Block, Document, Kind, Span};
use crate::tag;

/// Writes a whole document; it ends with a newline unless it is empty.
pub(crate) fn document(document: &Document) -> String {
    let mut writer = Writer {
        out: String::new(),
        prefix: String::new(),
    };
    let mut list = document.blocks.as_slice();
    if let Some((Kind::Code { language, text }, rest)) =
        list.split_first().map(|(first, rest)| (&first.kind, rest))
        && list.first().is_some_and(|first| first.attrs.is_empty())
        && is_front_matter(language, text)
    {
        writer.out.push_str(text);
        list = rest;
        if !list.is_empty() {
            writer.blank();
        }
    }
    writer.blocks(list, true);
    if !writer.out.is_empty() {
        writer.out.push('\n');
    }
    writer.out
}

/// The callouts that Markdown has a word for.
const ALERTS: [(BlockQuoteKind, &str, &str, &str); 5] = [
    (BlockQuoteKind::Note, "NOTE", "ℹ️", "blue_bg"),
    (BlockQuoteKind::Tip, "TIP", "💡", "green_bg"),
    (BlockQuoteKind::Important, "IMPORTANT", "❗", "purple_bg"),
    (BlockQuoteKind::Warning, "WARNING", "⚠️", "yellow_bg"),
    (BlockQuoteKind::Caution, "CAUTION", "🛑", "red_bg"),
];

/// Icon and colour of an alert.
pub(crate) fn alert_attrs(kind: BlockQuoteKind) -> Attrs {
    let mut attrs = Attrs::default();
    if let Some((_, _, icon, color)) = ALERTS.iter().find(|(alert, ..)| *alert == kind) {
        attrs.set("icon", icon);
        attrs.set("color", color);
    }
    attrs
}

fn alert_name(attrs: &Attrs) -> Option<&'static str> {
    ALERTS
        .iter()
        .find(|(kind, ..)| alert_attrs(*kind) == *attrs)
        .map(|(_, name, ..)| *name)
}

/// Blocks of one family stand in one list.
#[derive(PartialEq, Eq)]
enum Family {
    Bullets,
    Numbers,
}

fn family(block: &Block) -> Option<Family> {
    match block.kind {
        Kind::Bullet(_) | Kind::Todo { .. } => Some(Family::Bullets),
        Kind::Numbered { .. } => Some(Family::Numbers),
        _ => None,
    }
}

struct Writer {
    out: String,
    /// What every new line begins with.
    prefix: String,
}

impl Writer {
    fn newline(&mut self) {
        self.out.push('\n');
        self.out.push_str(&self.prefix);
    }

    /// An empty line, and the beginning of the next.
    fn blank(&mut self) {
        self.out.push('\n');
        self.out.push_str(self.prefix.trim_end());
        self.newline();
    }

    /// Text that may hold newlines.
    fn push(&mut self, text: &str) {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.out.push('\n');
                self.out.push_str(if line.is_empty() {
                    self.prefix.trim_end()
                } else {
                    &self.prefix
                });
            }
            self.out.push_str(line);
        }
    }

    fn indented(&mut self, by: &str, write: impl FnOnce(&mut Self)) {
        let len = self.prefix.len();
        self.prefix.push_str(by);
        write(self);
        self.prefix.truncate(len);
    }

    fn blocks(&mut self, list: &[Block], top: bool) {
        let mut number = 0;
        for (at, block) in list.iter().enumerate() {
            if let Some(before) = at.checked_sub(1).and_then(|at| list.get(at)) {
                let same = family(block);
                if same.is_some() && same == family(before) {
                    self.newline();
                } else {
                    self.blank();
                }
            }
            number = match &block.kind {
                Kind::Numbered { start, .. } if number == 0 => start.unwrap_or(1),
                Kind::Numbered { .. } => number.saturating_add(1),
                _ => 0,
            };
            self.block(block, number, top);
        }
    }

    fn block(&mut self, block: &Block, number: u32, top: bool) {
        match &block.kind {
            Kind::Bullet(text) => self.item("- ", "", text, block),
            Kind::Numbered { text, .. } => self.item(&format!("{number}. "), "", text, block),
            Kind::Todo { checked, text } => {
                self.item("- ", if *checked { "[x] " } else { "[ ] " }, text, block);
            }
            Kind::Quote(text) => self.quote(text, block),
            Kind::Toggle(text) => {
                let mut open = tagged("details", &block.attrs);
                open.push_str("\n<summary>");
                enhanced::inline::write(&mut open, &wrap_raw(text));
                open.push_str("</summary>");
                self.container(&open, &block.children, "</details>");
            }
            Kind::Callout => {
                match alert_name(&block.attrs).filter(|_| !block.children.is_empty()) {
                    Some(name) => {
                        self.out.push_str("> ");
                        self.indented("> ", |writer| {
                            writer.push(&format!("[!{name}]"));
                            writer.newline();
                            writer.blocks(&block.children, false);
                        });
                    }
                    None => self.container(
                        &tagged("callout", &block.attrs),
                        &block.children,
                        "</callout>",
                    ),
                }
            }
            _ => {
                self.leaf(block, top);
                if !block.children.is_empty() {
                    self.blank();
                    self.container("<indent>", &block.children, "</indent>");
                }
            }
        }
    }

    fn container(&mut self, open: &str, children: &[Block], close: &str) {
        self.push(open);
        self.blank();
        if !children.is_empty() {
            self.blocks(children, false);
            self.blank();
        }
        self.push(close);
    }

    fn item(&mut self, marker: &str, mark: &str, text: &[Span], block: &Block) {
        self.out.push_str(marker);
        self.indented(&" ".repeat(marker.len()), |writer| {
            let text = with_attrs(inline_text::write(text, Place::Lines), &block.attrs);
            writer.out.push_str(mark);
            writer.push(&text);
            if text.is_empty() && mark.is_empty() {
                let kept = writer.out.trim_end_matches(' ').len();
                writer.out.truncate(kept);
            }
            writer.item_children(&block.children, text.is_empty());
        });
    }

    fn item_children(&mut self, children: &[Block], bare: bool) {
        let Some(first) = children.first() else {
            return;
        };
        let tight = bare
            || family(first).is_some()
                && first.text().is_some_and(|text| !text.is_empty())
                && !matches!(first.kind, Kind::Numbered { start: Some(_), .. });
        if tight {
            self.newline();
        } else {
            self.blank();
        }
        if bare && matches!(first.kind, Kind::Paragraph(_)) {
            self.container("<indent>", children, "</indent>");
        } else {
            self.blocks(children, false);
        }
    }

    fn quote(&mut self, text: &[Span], block: &Block) {
        self.out.push('>');
        let mut text = with_attrs(inline_text::write(text, Place::Lines), &block.attrs);
        if is_alert(&text) {
            text.insert(0, '\\');
        }
        self.indented("> ", |writer| {
            if !text.is_empty() {
                writer.out.push(' ');
                writer.push(&text);
            }
            match block.children.first().map(|first| &first.kind) {
                None => {}
                Some(Kind::Paragraph(_)) if text.is_empty() => {
                    writer.newline();
                    writer.container("<indent>", &block.children, "</indent>");
                }
                Some(_) => {
                    if text.is_empty() {
                        writer.newline();
                    } else {
                        writer.blank();
                    }
                    writer.blocks(&block.children, false);
                }
            }
        });
    }

    fn leaf(&mut self, block: &Block, top: bool) {
        match &block.kind {
            Kind::Paragraph(text) if text.is_empty() => self.out.push_str("<empty-block/>"),
            Kind::Paragraph(text) => {
                let mut text = inline_text::write(text, Place::Lines);
                if top && is_footnote(&text) {
                    text.remove(0);
                }
                self.push(&with_attrs(text, &block.attrs));
            }
            Kind::Heading {
                level,
                toggle,
                text,
            } => {
                let mut attrs = block.attrs.clone();
                if *toggle {
                    attrs.set("toggle", "true");
                }
                self.out.push_str(&heading(*level, text, &attrs));
            }
            Kind::Code { language, text } => self.code(&code::info(language, &block.attrs), text),
            Kind::Equation(text) if equation_is_safe(text) => self.push(&format!("$$\n{text}\n$$")),
            Kind::Equation(text) => self.code("math", text),
            Kind::Table(table) => {
                if let Some(text) = pipe_table(table) {
                    self.push(&text);
                } else {
                    let mut text = String::new();
                    enhanced::table::write(&mut text, table, "");
                    self.push(&text);
                }
            }
            Kind::Image { caption, url } => {
                self.push(&with_attrs(leaf::image(caption, url), &block.attrs));
            }
            Kind::Opaque(source) if self.can_hold(source) => self.push(source),
            Kind::Opaque(source) => self.code(CARD, source),
            // Divider; everything with children of its own was written before.
            _ => self.out.push_str("---"),
        }
    }

    /// Whether a card's source can stand here and be found again.
    fn can_hold(&self, source: &str) -> bool {
        // Only at the left edge are the lines of a name that Markdown takes for text left alone.
        let first = source.split([' ', '>']).next().unwrap_or_default();
        let odd = source.contains('\n') && first.contains('_');
        html::stands_alone(source) && (self.prefix.is_empty() || !odd)
    }

    fn code(&mut self, language: &str, text: &str) {
        let mut longest = 2;
        let mut run = 0;
        for byte in text.bytes() {
            run = if byte == b'`' { run + 1 } else { 0 };
            longest = longest.max(run);
        }
        let fence = "`".repeat(longest + 1);
        self.out.push_str(&fence);
        for c in language.chars() {
            if matches!(c, '\\' | '&') {
                self.out.push('\\');
            }
            self.out.push(c);
        }
        if !text.is_empty() {
            for line in text.split('\n') {
                self.out.push('\n');
                self.out.push_str(if line.is_empty() {
                    self.prefix.trim_end()
                } else {
                    &self.prefix
                });
                self.out.push_str(line);
            }
        }
        self.newline();
        self.out.push_str(&fence);
    }
}

/// Whether the text of a quote would make an alert of it.
fn is_alert(text: &str) -> bool {
    let line = text.split('\n').next().unwrap_or_default().trim_end();
    let name = line
        .strip_prefix("[!")
        .and_then(|rest| rest.strip_suffix(']'));
    name.is_some_and(|name| name.bytes().all(|b| b.is_ascii_alphabetic()))
}

fn tagged(name: &str, attrs: &Attrs) -> String {
    let mut out = format!("<{name}");
    tag::write_attrs(&mut out, attrs);
    out.push('>');
    out
}

fn with_attrs(mut text: String, attrs: &Attrs) -> String {
    tag::write_braces(&mut text, attrs);
    text
}
