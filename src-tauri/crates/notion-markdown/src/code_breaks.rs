//! Line breaks in inline code, which enhanced Markdown spells `<br>` (Notion's changelog of 2026-04-17).
//!
//! The model keeps these letters as they are written, for in a note they are letters, and the text that goes back
//! to Notion is the same either way. Blocks have a line break of their own and take the letters for letters, so
//! what comes from enhanced Markdown is taken apart before it is put into a block. A card keeps enhanced Markdown
//! wherever it stands, so the same holds for what is inside one.

use crate::model::{Block, Inline, Kind, Span};

const BREAK: &str = "<br>";

/// Takes apart the code in blocks read from enhanced Markdown, before they are written as block JSON.
pub(crate) fn take_apart(list: &mut [Block]) {
    let mut stack: Vec<&mut Block> = list.iter_mut().collect();
    while let Some(block) = stack.pop() {
        if let Some(text) = block.text_mut() {
            take_apart_text(text);
        }
        if let Kind::Table(table) = &mut block.kind {
            let cells = table.rows.iter_mut().flat_map(|row| &mut row.cells);
            cells.for_each(|cell| take_apart_text(&mut cell.text));
        }
        stack.extend(&mut block.children);
    }
}

/// Whether code in these blocks has the letters of a break, which enhanced Markdown cannot say.
pub(crate) fn has_letters(list: &[Block]) -> bool {
    let mut stack: Vec<&Block> = list.iter().collect();
    while let Some(block) = stack.pop() {
        let cells = match &block.kind {
            Kind::Table(table) => table.rows.as_slice(),
            _ => &[],
        };
        let mut cells = cells.iter().flat_map(|row| &row.cells);
        if block.text().is_some_and(has_letters_text)
            || cells.any(|cell| has_letters_text(&cell.text))
        {
            return true;
        }
        stack.extend(&block.children);
    }
    false
}

/// Whether code in a text has the letters of a break.
pub(crate) fn has_letters_text(list: &[Span]) -> bool {
    list.iter().any(has_break)
}

fn has_break(span: &Span) -> bool {
    span.style.code && matches!(&span.content, Inline::Text(text) if text.contains(BREAK))
}

/// Takes apart the code in one text.
pub(crate) fn take_apart_text(list: &mut Vec<Span>) {
    if !has_letters_text(list) {
        return;
    }
    for span in std::mem::take(list) {
        match &span.content {
            Inline::Text(text) if has_break(&span) => lines(text, &span, list),
            _ => list.push(span),
        }
    }
}

/// The lines of one span; the breaks are code too, so that they stay one run of code.
fn lines(text: &str, span: &Span, out: &mut Vec<Span>) {
    for (at, line) in text.split(BREAK).enumerate() {
        let parts = [
            (at > 0).then_some(Inline::Break),
            (!line.is_empty()).then(|| Inline::Text(line.to_owned())),
        ];
        out.extend(parts.into_iter().flatten().map(|content| Span {
            content,
            style: span.style.clone(),
        }));
    }
}
