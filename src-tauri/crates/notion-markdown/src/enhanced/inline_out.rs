//! Writing inline content of enhanced Markdown.

use crate::inline_write::{Step, Written, steps};
use crate::model::{Inline, Span};
use crate::tag;
use crate::urls;

/// Characters that Notion escapes outside code.
fn is_escaped(byte: u8) -> bool {
    matches!(
        byte,
        b'\\' | b'*' | b'~' | b'`' | b'$' | b'[' | b']' | b'<' | b'>' | b'{' | b'}' | b'|' | b'^'
    )
}

/// Appends text with Notion's escapes.
fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(is_escaped) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        out.push('\\');
        let (special, tail) = tail.split_at(1);
        out.push_str(special);
        rest = tail;
    }
    out.push_str(rest);
}

/// Appends inline content.
pub(crate) fn write(out: &mut String, spans: &[Span]) {
    for step in steps(spans) {
        match step {
            Step::Open(mark) => open(out, mark),
            Step::Close(mark) => close(out, mark),
            Step::Text(text) => escape(out, text),
            Step::Code(code) => write_code(out, code),
            Step::Atom(atom) => write_atom(out, atom),
        }
    }
}

fn open(out: &mut String, mark: Written<'_>) {
    match mark {
        Written::Link(_) => {
            tag::guard_bang(out);
            out.push('[');
        }
        Written::Color(color) => {
            out.push_str("<span color=\"");
            tag::escape_attr(out, color);
            out.push_str("\">");
        }
        Written::Underline => out.push_str("<span underline=\"true\">"),
        Written::Bold => out.push_str("**"),
        Written::Italic => out.push('*'),
        Written::Strike => out.push_str("~~"),
    }
}

fn close(out: &mut String, mark: Written<'_>) {
    match mark {
        Written::Link(url) => {
            out.push_str("](");
            out.push_str(url);
            out.push(')');
        }
        Written::Color(_) | Written::Underline => out.push_str("</span>"),
        Written::Bold => out.push_str("**"),
        Written::Italic => out.push('*'),
        Written::Strike => out.push_str("~~"),
    }
}

/// Appends a code span with a fence longer than any run inside.
pub(crate) fn write_code(out: &mut String, code: &str) {
    let mut longest = 0;
    let mut run = 0;
    for byte in code.bytes() {
        run = if byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let blank = code.bytes().all(|b| b == b' ');
    let pad = code.starts_with('`')
        || code.ends_with('`')
        || (!blank && code.starts_with(' ') && code.ends_with(' '));
    out.push_str(&fence);
    if pad {
        out.push(' ');
    }
    out.push_str(code);
    if pad {
        out.push(' ');
    }
    out.push_str(&fence);
}

fn write_atom(out: &mut String, atom: &Inline) {
    match atom {
        Inline::Text(text) => escape(out, text),
        Inline::Break => out.push_str("<br>"),
        Inline::Math(text) => {
            out.push('$');
            out.push_str(text);
            out.push('$');
        }
        Inline::Page { id, title } => {
            out.push_str("<mention-page url=\"");
            out.push_str(&urls::page_url(id));
            if title.is_empty() {
                out.push_str("\"/>");
            } else {
                out.push_str("\">");
                escape(out, title);
                out.push_str("</mention-page>");
            }
        }
        Inline::Raw(source) => out.push_str(source),
    }
}
