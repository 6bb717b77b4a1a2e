//! Line breaks in inline code, which enhanced Markdown spells `<br>` (Notion's changelog of 2026-04-17).
//!
//! The model keeps these letters as they are written, for in a note they are letters, and the text that goes back
//! to Notion is the same either way. Blocks have a line break of their own and take the letters for letters, so
//! what comes from enhanced Markdown is taken apart before it is put into a block.

use crate::model::{Block, Inline, Kind, Span};

const BREAK: &str = "<br>";

/// Takes apart the code in blocks read from enhanced Markdown, before they are written as block JSON.
pub(crate) fn take_apart(list: &mut [Block]) {
    let mut stack: Vec<&mut Block> = list.iter_mut().collect();
    while let Some(block) = stack.pop() {
        if let Some(text) = block.text_mut() {
            spans(text);
        }
        if let Kind::Table(table) = &mut block.kind {
            let cells = table.rows.iter_mut().flat_map(|row| &mut row.cells);
            cells.for_each(|cell| spans(&mut cell.text));
        }
        stack.extend(&mut block.children);
    }
}

fn has_break(span: &Span) -> bool {
    span.style.code && matches!(&span.content, Inline::Text(text) if text.contains(BREAK))
}

fn spans(list: &mut Vec<Span>) {
    if !list.iter().any(has_break) {
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
