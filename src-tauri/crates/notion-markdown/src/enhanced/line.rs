//! Blocks that are one line.

use crate::enhanced::inline::{self, Unknown};
use crate::model::{Attrs, Block, Kind, Span};
use crate::tag;
use crate::urls;

/// Reads a block that is one line.
pub(crate) fn single(text: &str) -> Block {
    if text == "---" {
        return Block::new(Kind::Divider);
    }
    let (text, attrs) = match tag::split_braces(text) {
        Some((before, attrs)) if !ends_escaped(before) => (before, attrs),
        _ => (text, Attrs::default()),
    };
    let mut block = Block::new(Kind::Divider);
    block.attrs = attrs;
    block.kind = line_kind(text, &mut block.attrs);
    block
}

fn ends_escaped(text: &str) -> bool {
    text.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1
}

fn line_kind(text: &str, attrs: &mut Attrs) -> Kind {
    let spans = |text: &str| inline::parse(text, Unknown::Keep);
    match text.as_bytes().first() {
        Some(b'#') => {
            let level = text.bytes().take_while(|b| *b == b'#').count();
            if let Some(title) = text
                .get(level..)
                .filter(|_| level <= 6)
                .and_then(after_marker)
            {
                let toggle = attrs.take("toggle").is_some_and(|value| value == "true");
                return Kind::Heading {
                    level: u8::try_from(level.min(4)).unwrap_or(4),
                    toggle,
                    text: spans(title),
                };
            }
        }
        // A star that is text is escaped (Notion's enhanced Markdown, “Escaping”); a plus is not, so
        // that a line which begins with one stays as it is.
        Some(b'-' | b'*') => {
            if let Some(rest) = text.get(1..).and_then(after_marker) {
                return todo(rest).map_or_else(
                    || Kind::Bullet(spans(rest)),
                    |(checked, rest)| Kind::Todo {
                        checked,
                        text: spans(rest),
                    },
                );
            }
        }
        Some(b'>') => {
            if let Some(rest) = text.get(1..).and_then(after_marker) {
                return Kind::Quote(spans(rest));
            }
        }
        Some(b'0'..=b'9') => {
            let digits = text.bytes().take(9).take_while(u8::is_ascii_digit).count();
            let number = text.get(..digits).and_then(|digits| digits.parse().ok());
            let rest = text
                .get(digits..)
                .and_then(|rest| rest.strip_prefix('.'))
                .and_then(after_marker);
            if let (Some(number), Some(rest)) = (number, rest) {
                return Kind::Numbered {
                    start: Some(number),
                    text: spans(rest),
                };
            }
        }
        Some(b'!') => {
            if let Some((caption, url)) = image(text) {
                return Kind::Image { caption, url };
            }
        }
        _ => {}
    }
    Kind::Paragraph(spans(text))
}

/// What follows a marker: nothing, or a blank and text.
fn after_marker(rest: &str) -> Option<&str> {
    if rest.is_empty() {
        Some(rest)
    } else {
        rest.strip_prefix([' ', '\t'])
    }
}

fn todo(rest: &str) -> Option<(bool, &str)> {
    let checked = match rest.get(..3)? {
        "[ ]" => false,
        "[x]" | "[X]" => true,
        _ => return None,
    };
    Some((checked, rest.get(3..).and_then(after_marker)?))
}

/// Reads `![caption](address)` that fills a line.
fn image(text: &str) -> Option<(Vec<Span>, String)> {
    let inner = text.strip_prefix("![")?.strip_suffix(')')?;
    // The address holds no unbalanced bracket, so the last `](` outside it parts the two.
    let at = inner.rfind("](")?;
    let (caption, url) = (inner.get(..at)?, inner.get(at + 2..)?);
    if url.contains([' ', '\t']) || !urls::is_http(url) || ends_escaped(caption) {
        return None;
    }
    let spans = inline::parse(caption, Unknown::Keep);
    Some((spans, urls::clean(url)))
}
