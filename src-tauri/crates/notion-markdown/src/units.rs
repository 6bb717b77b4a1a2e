//! The blocks of a text in one row: where each stands, and what it is compared by.

use std::ops::Range;

use crate::canonical;
use crate::enhanced::parse::{Node, nodes};
use crate::enhanced::write;
use crate::fixed::Fixed;
use crate::model::{Block, Document, Kind};
use crate::tag::MAX_DEPTH;
use crate::tokens::fragile;

/// A block's own lines, or its closing tag.
#[derive(Debug)]
pub(crate) struct Unit {
    pub(crate) range: Range<usize>,
    /// Where its key stands among all keys.
    key: Range<usize>,
    /// A card or a picture: what stands there may change by itself.
    pub(crate) card: bool,
}

/// All units of a text, in order. Texts with equal keys mean the same.
#[derive(Debug, Default)]
pub(crate) struct Units {
    pub(crate) list: Vec<Unit>,
    keys: String,
    /// Something is written in a way whose key is not the only one that means the same.
    odd: bool,
}

impl Units {
    pub(crate) fn of(text: &str) -> Self {
        let mut out = Self::default();
        out.collect(nodes(text), 0);
        out
    }

    pub(crate) fn key(&self, at: usize) -> &str {
        self.list
            .get(at)
            .and_then(|unit| self.keys.get(unit.key.clone()))
            .unwrap_or_default()
    }

    /// The keys, in order.
    pub(crate) fn keys(&self) -> Vec<&str> {
        (0..self.list.len()).map(|at| self.key(at)).collect()
    }

    /// The units that hold what should stay in its place, in order: cards, mentions, signed addresses.
    pub(crate) fn fixed<'t>(&'t self, text: &'t str) -> Vec<Fixed<'t>> {
        let all = self.list.iter().enumerate();
        let held = all.filter_map(|(at, unit)| {
            let text = text.get(unit.range.clone()).unwrap_or_default();
            let key = self.key(at);
            (unit.card || !fragile(text).is_empty()).then_some(Fixed { at, key, text })
        });
        held.collect()
    }

    /// Whether two texts with these units mean the same.
    pub(crate) fn same(&self, text: &str, other: &Self, other_text: &str) -> bool {
        if self.list.len() == other.list.len() && self.keys == other.keys {
            return self
                .list
                .iter()
                .zip(&other.list)
                .all(|(a, b)| a.key == b.key);
        }
        (self.odd || other.odd) && canonical(text) == canonical(other_text)
    }

    fn collect(&mut self, list: Vec<Node>, depth: usize) {
        let mut in_numbers = false;
        for node in list {
            let numbered = matches!(node.block.kind, Kind::Numbered { .. });
            let tail = write::tail(&node.block);
            self.odd |= !node.block.children.is_empty()
                || depth + 2 >= MAX_DEPTH
                || tail.is_some() && node.tail.is_none();
            self.head(node.block, node.head, depth, in_numbers);
            in_numbers = numbered;
            self.collect(node.children, depth + 1);
            if let (Some(range), Some(tail)) = (node.tail, tail) {
                let from = self.begin(depth);
                self.keys.push_str(tail);
                self.end(range, from, false);
            }
        }
    }

    fn head(&mut self, mut block: Block, range: Range<usize>, depth: usize, in_numbers: bool) {
        if let Kind::Numbered { start, .. } = &mut block.kind
            && in_numbers
        {
            *start = None;
        }
        let document = canonical::document(Document {
            blocks: vec![block],
        });
        let from = self.begin(depth);
        let mut card = false;
        for block in &document.blocks {
            let number = if let Kind::Numbered { start, .. } = block.kind {
                start.unwrap_or(1)
            } else {
                0
            };
            card |= matches!(block.kind, Kind::Opaque(_) | Kind::Image { .. });
            write::head(&mut self.keys, block, 0, number);
            for child in &block.children {
                self.keys.push('\n');
                write::head(&mut self.keys, child, 1, 1);
            }
        }
        self.end(range, from, card);
    }

    fn begin(&mut self, depth: usize) -> usize {
        let from = self.keys.len();
        self.keys.push_str(&depth.to_string());
        self.keys.push(':');
        from
    }

    fn end(&mut self, range: Range<usize>, from: usize, card: bool) {
        self.list.push(Unit {
            range,
            key: from..self.keys.len(),
            card,
        });
    }
}
