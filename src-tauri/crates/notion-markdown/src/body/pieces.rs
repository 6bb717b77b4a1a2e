//! From the pieces of a paragraph to blocks.

use crate::body::html::{is_card_line, stands_alone};
use crate::enhanced::inline as enhanced;
use crate::inline::{Piece, normalize};
use crate::model::{Attrs, Block, Inline, Kind, Span};
use crate::tag;

pub(crate) fn notion_inline(source: String) -> Inline {
    let mut spans = enhanced::parse(&source, enhanced::Unknown::Keep);
    match spans.pop() {
        Some(Span {
            content: Inline::Math(text),
            ..
        }) if spans.is_empty() => Inline::Math(text),
        _ => Inline::Raw(source),
    }
}

/// The end of a link that stays text.
pub(crate) fn literal_end(url: &str, title: &str) -> String {
    if title.is_empty() {
        format!("]({url})")
    } else {
        // A title is one line wherever it is shown.
        let title: Vec<&str> = title.lines().map(str::trim).collect();
        format!("]({url} \"{}\")", title.join(" ").trim())
    }
}

/// Lines that are all cards.
pub(crate) fn cards(source: &str) -> Option<Vec<Block>> {
    if !source.starts_with('<') {
        return None;
    }
    // Markdown takes a name with an underscore for text, so these arrive as a paragraph.
    if source.contains('\n') && stands_alone(source.trim_end()) {
        let source = source.trim_end().to_owned();
        return Some(vec![Block::new(Kind::Opaque(source))]);
    }
    let lines = source.lines().map(str::trim);
    lines
        .map(|line| is_card_line(line).then(|| Block::new(Kind::Opaque(line.to_owned()))))
        .collect()
}

/// Takes an attribute list off the end, when the source has it there without a backslash.
pub(crate) fn take_attrs(pieces: &mut [Piece], source: &str) -> Option<Attrs> {
    let source = source.trim_end();
    let (_, attrs) = tag::split_braces(source)?;
    let braces = source.get(source.rfind('{')?..)?;
    let Piece::Span(Span {
        content: Inline::Text(text),
        style,
    }) = pieces.last_mut()?
    else {
        return None;
    };
    if style.code {
        return None;
    }
    // In a text, a line end that is written as a character reference has become a blank.
    let decoded = tag::unescape_attr(braces).replace(['\n', '\r'], " ");
    let kept = text
        .strip_suffix(decoded.as_str())
        .or_else(|| text.strip_suffix(braces))?
        .len();
    text.truncate(kept);
    Some(attrs)
}

/// Pieces as blocks: pictures and formulas part the text around them.
pub(crate) fn split(pieces: &mut Vec<Piece>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut run: Vec<Span> = Vec::new();
    for piece in pieces.drain(..) {
        let kind = match piece {
            Piece::Span(span) => {
                run.push(span);
                continue;
            }
            Piece::Image { caption, url } => Kind::Image { caption, url },
            Piece::Equation(text) => Kind::Equation(text),
        };
        push_run(&mut blocks, std::mem::take(&mut run));
        blocks.push(Block::new(kind));
    }
    push_run(&mut blocks, run);
    blocks
}

/// Adds the text between two pictures or formulas, without the breaks next to them.
fn push_run(blocks: &mut Vec<Block>, run: Vec<Span>) {
    let mut text = normalize(run);
    while text
        .last()
        .is_some_and(|span| span.content == Inline::Break)
    {
        text.pop();
    }
    let breaks = text
        .iter()
        .take_while(|span| span.content == Inline::Break)
        .count();
    text.drain(..breaks);
    let text = normalize(text);
    if !text.is_empty() {
        blocks.push(Block::new(Kind::Paragraph(text)));
    }
}
