//! The visible words of a document.

use crate::code;
use crate::enhanced::inline::unescape;
use crate::model::{Block, Document, Inline, Kind, Span};
use crate::tag;

pub(crate) fn document(document: &Document) -> String {
    let mut out = String::new();
    blocks(&mut out, &document.blocks);
    out.truncate(out.trim_end_matches('\n').len());
    out
}

fn blocks(out: &mut String, list: &[Block]) {
    for block in list {
        match &block.kind {
            Kind::Callout | Kind::Divider => {}
            Kind::Code { text: code, .. } => {
                line(out, code);
                line(out, &text(&code::caption(&block.attrs)));
            }
            Kind::Equation(text) => line(out, text),
            Kind::Table(table) => {
                for row in &table.rows {
                    let cells: Vec<String> =
                        row.cells.iter().map(|cell| text(&cell.text)).collect();
                    line(out, cells.join("\t").trim_end());
                }
            }
            Kind::Opaque(source) => {
                let words = crate::blocks::words(source);
                line(out, &words.unwrap_or_else(|| strip_tags(source)));
            }
            _ => line(out, &text(block.text().unwrap_or_default())),
        }
        blocks(out, &block.children);
    }
}

fn line(out: &mut String, text: &str) {
    if !text.is_empty() {
        out.push_str(text);
        out.push('\n');
    }
}

/// The words of inline content.
pub(crate) fn text(spans: &[Span]) -> String {
    let mut out = String::new();
    for span in spans {
        match &span.content {
            Inline::Text(text) | Inline::Math(text) => out.push_str(text),
            Inline::Break => out.push('\n'),
            Inline::Page { title, .. } => out.push_str(title),
            Inline::Raw(source) => out.push_str(&strip_tags(source)),
        }
    }
    out
}

/// Source without its tags.
fn strip_tags(source: &str) -> String {
    if source.starts_with("[^") {
        return String::new();
    }
    let mut out = String::new();
    let mut rest = source;
    while let Some(at) = rest.find('<') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let skip = tag::parse(tail).map_or(1, |tag| tag.len);
        if skip == 1 {
            out.push('<');
        }
        rest = tail.get(skip..).unwrap_or_default();
    }
    out.push_str(rest);
    let lines: Vec<String> = out
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(unescape)
        .collect();
    lines.join("\n")
}
