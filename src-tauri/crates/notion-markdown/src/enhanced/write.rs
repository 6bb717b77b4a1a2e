//! Writing enhanced Markdown.

use crate::code;
use crate::enhanced::{inline, table};
use crate::model::{Attrs, Block, Document, Kind, Span};
use crate::tag;

/// Writes a whole document, without a newline at its end.
pub(crate) fn document(document: &Document) -> String {
    let mut out = String::new();
    blocks(&mut out, &document.blocks, 0);
    if out.ends_with('\n') {
        out.pop();
    }
    out
}

fn blocks(out: &mut String, blocks: &[Block], depth: usize) {
    let mut number = 0;
    for block in blocks {
        number = match &block.kind {
            Kind::Numbered { start, .. } if number == 0 => start.unwrap_or(1),
            Kind::Numbered { .. } => number.saturating_add(1),
            _ => 0,
        };
        self::block(out, block, depth, number);
    }
}

fn block(out: &mut String, block: &Block, depth: usize, number: u32) {
    head(out, block, depth, number);
    out.push('\n');
    blocks(out, &block.children, depth + 1);
    if let Some(close) = tail(block) {
        indent(out, depth);
        out.push_str(close);
        out.push('\n');
    }
    if code::is_rich(block) {
        caption(out, block, depth);
    }
}

/// Notion's Markdown has no word for the caption of code, so its words stand below.
fn caption(out: &mut String, block: &Block, depth: usize) {
    let text = code::caption(&block.attrs);
    if !text.is_empty() {
        head(out, &Block::new(Kind::Paragraph(text)), depth, 0);
        out.push('\n');
    }
}

/// The closing tag of a block that has one.
pub(crate) fn tail(block: &Block) -> Option<&'static str> {
    match block.kind {
        Kind::Toggle(_) => Some("</details>"),
        Kind::Callout => Some("</callout>"),
        _ => None,
    }
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n('\t', depth));
}

/// Appends a block's own lines, without children and closing tag, and without the last newline.
pub(crate) fn head(out: &mut String, block: &Block, depth: usize, number: u32) {
    indent(out, depth);
    match &block.kind {
        Kind::Paragraph(text) if text.is_empty() => out.push_str("<empty-block/>"),
        Kind::Paragraph(text) => paragraph(out, text, &block.attrs),
        Kind::Heading {
            level,
            toggle,
            text,
        } => {
            out.extend(std::iter::repeat_n('#', usize::from(*level)));
            let mut attrs = block.attrs.clone();
            if *toggle {
                attrs.set("toggle", "true");
            }
            line(out, "", text, &attrs);
        }
        Kind::Bullet(text) => line(out, "-", text, &block.attrs),
        Kind::Numbered { text, .. } => line(out, &format!("{number}."), text, &block.attrs),
        Kind::Todo {
            checked: true,
            text,
        } => line(out, "- [x]", text, &block.attrs),
        Kind::Todo { text, .. } => line(out, "- [ ]", text, &block.attrs),
        Kind::Quote(text) => line(out, ">", text, &block.attrs),
        Kind::Toggle(text) => {
            open(out, "details", &block.attrs);
            newline(out, depth);
            out.push_str("<summary>");
            inline::write(out, text);
            out.push_str("</summary>");
        }
        Kind::Callout => open(out, "callout", &block.attrs),
        Kind::Divider => out.push_str("---"),
        Kind::Code { language, text } => code(out, language, text, depth),
        Kind::Equation(text) => {
            out.push_str("$$\n");
            verbatim(out, text, depth);
            indent(out, depth);
            out.push_str("$$");
        }
        Kind::Table(table) => table::write(out, table, &"\t".repeat(depth)),
        Kind::Image { caption, url } => {
            out.push_str("![");
            inline::write(out, caption);
            out.push_str("](");
            out.push_str(url);
            out.push(')');
            tag::write_braces(out, &block.attrs);
        }
        Kind::Opaque(source) => {
            for (at, line) in source.split('\n').enumerate() {
                if at > 0 {
                    newline(out, depth);
                }
                out.push_str(line);
            }
        }
    }
}

fn newline(out: &mut String, depth: usize) {
    out.push('\n');
    indent(out, depth);
}

fn open(out: &mut String, name: &str, attrs: &Attrs) {
    out.push('<');
    out.push_str(name);
    tag::write_attrs(out, attrs);
    out.push('>');
}

fn line(out: &mut String, marker: &str, text: &[Span], attrs: &Attrs) {
    out.push_str(marker);
    out.push(' ');
    let from = out.len();
    inline::write(out, text);
    tag::write_braces(out, attrs);
    if out.len() == from {
        out.pop();
    }
}

/// A paragraph whose text must not look like another block.
fn paragraph(out: &mut String, text: &[Span], attrs: &Attrs) {
    let from = out.len();
    inline::write(out, text);
    if let Some(at) = guard(out.get(from..).unwrap_or_default()) {
        out.insert(from + at, '\\');
    }
    tag::write_braces(out, attrs);
}

/// Where a backslash keeps a line from being another kind of block.
fn guard(line: &str) -> Option<usize> {
    let blank_or_end = |at: usize| {
        line.get(at..)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    };
    match line.as_bytes().first()? {
        b'#' => {
            let level = line.bytes().take_while(|b| *b == b'#').count();
            (level <= 6 && blank_or_end(level)).then_some(0)
        }
        b'-' => (blank_or_end(1) || line == "---").then_some(0),
        b'!' => line.starts_with("![").then_some(0),
        b'0'..=b'9' => {
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            (digits <= 9 && line.as_bytes().get(digits) == Some(&b'.') && blank_or_end(digits + 1))
                .then_some(digits)
        }
        _ => None,
    }
}

fn code(out: &mut String, language: &str, text: &str, depth: usize) {
    let longest = text
        .split('\n')
        .map(|line| {
            line.trim_start_matches('\t')
                .bytes()
                .take_while(|b| *b == b'`')
                .count()
        })
        .max()
        .unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    out.push_str(&fence);
    out.push_str(language);
    out.push('\n');
    verbatim(out, text, depth);
    indent(out, depth);
    out.push_str(&fence);
}

/// Lines that are never interpreted, indented; an empty text has no line.
fn verbatim(out: &mut String, text: &str, depth: usize) {
    if text.is_empty() {
        return;
    }
    for line in text.split('\n') {
        if !line.is_empty() {
            indent(out, depth);
        }
        out.push_str(line);
        out.push('\n');
    }
}
