//! Lists as Word puts them into the clipboard: paragraphs whose style tells the level, and whose first words are
//! the mark.

use super::dom::{Dom, Id};
use super::inline::Flow;
use super::read::Reader;
use crate::model::{Block, Kind, Span, Style};

/// The deepest level that Word has.
const LEVELS: usize = 9;

/// The level of a paragraph that is an item of a list, counted from 1.
pub(super) fn level(dom: &Dom, id: Id) -> Option<usize> {
    let list = declared(dom, id)?;
    let level = list
        .split_ascii_whitespace()
        .find_map(|word| word.strip_prefix("level"))?;
    let level: usize = level.parse().ok()?;
    Some(level.clamp(1, LEVELS))
}

/// What the style of an element says of lists.
fn declared(dom: &Dom, id: Id) -> Option<String> {
    let declarations = dom.attr(id, "style")?.split(';');
    let mut values = declarations.filter_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        (name.trim().eq_ignore_ascii_case("mso-list")).then(|| value.trim().to_ascii_lowercase())
    });
    values.next()
}

/// The element that holds an item's mark.
fn mark(dom: &Dom, id: Id) -> Option<Id> {
    let mut stack = vec![id];
    while let Some(id) = stack.pop() {
        if declared(dom, id).is_some_and(|value| value == "ignore") {
            return Some(id);
        }
        stack.extend(dom.children(id).iter().rev());
    }
    None
}

impl Reader<'_> {
    /// An item of a list, put below the items before it as its level says.
    pub(super) fn word_item(&mut self, id: Id, level: usize, flow: &mut Flow, style: &Style) {
        let mark = mark(self.dom, id);
        let before = std::mem::replace(&mut self.skipped, mark);
        let mut inner = self.inner(id, style).into_iter();
        self.skipped = before;
        let text = match inner.next().map(|first| first.kind) {
            Some(Kind::Paragraph(text)) => text,
            _ => Vec::new(),
        };
        let mark = mark.map(|id| self.dom.text(id)).unwrap_or_default();
        let mark = mark.trim();
        let mut block = Block::new(kind(mark, text));
        block.children = inner.collect();
        flow.end_line();
        let lettered = matches!(block.kind, Kind::Numbered { start: None, .. });
        put(&mut flow.blocks, level, block);
        if lettered {
            // The item may stand below one that was there before.
            if self.level == 0 {
                self.top = flow.blocks.len().saturating_sub(1);
            }
            self.lost(format!("the letters of {mark}, which becomes a number"));
        }
    }
}

/// What a mark makes of a text: signs begin a bullet, what ends like a number is one.
fn kind(mark: &str, text: Vec<Span>) -> Kind {
    let inner = mark.trim_start_matches('(');
    let counts = |number: &&str| {
        !number.is_empty() && number.chars().all(|c| c.is_alphanumeric() || c == '.')
    };
    match inner.strip_suffix(['.', ')']).filter(counts) {
        // Of a number like 2.1 the last part counts this list.
        Some(number) => Kind::Numbered {
            start: number.rsplit('.').next().and_then(|last| last.parse().ok()),
            text,
        },
        None => Kind::Bullet(text),
    }
}

/// Puts an item below the last of each level above its own.
fn put(list: &mut Vec<Block>, level: usize, block: Block) {
    match list.last_mut() {
        Some(last) if level > 1 && matches!(last.kind, Kind::Bullet(_) | Kind::Numbered { .. }) => {
            put(&mut last.children, level - 1, block);
        }
        _ => list.push(block),
    }
}
