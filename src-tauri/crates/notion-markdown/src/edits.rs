//! What changed between two texts, block by block, as edits of the old text.

use std::collections::HashSet;
use std::ops::Range;

use crate::align::{self, Hunk};
use crate::canonical;
use crate::enhanced::parse::{Node, nodes};
use crate::enhanced::write;
use crate::model::{Document, Kind};
use crate::tokens::{fragile, tokens};

/// Lines longer than this are not replaced whole when a few words changed.
const LONG: usize = 240;

/// Stretches of blocks up to this size are matched by their words.
const MATCHED: usize = 32;

/// Words closer than this are replaced together.
const NEAR: usize = 12;

/// `text` takes the place of `range`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
}

/// A block's own lines (or its closing tag) and what it is compared by.
#[derive(Debug)]
pub(crate) struct Unit {
    pub(crate) range: Range<usize>,
    pub(crate) key: String,
    /// A card whose inside may change by itself.
    pub(crate) card: bool,
}

/// The units of a text, in order.
pub(crate) fn units(text: &str) -> Vec<Unit> {
    let mut out = Vec::new();
    collect(nodes(text), 0, &mut out);
    out
}

fn collect(list: Vec<Node>, depth: usize, out: &mut Vec<Unit>) {
    let mut in_numbers = false;
    for node in list {
        let numbered = matches!(node.block.kind, Kind::Numbered { .. });
        let card = matches!(&node.block.kind, Kind::Opaque(source) if source.contains('\n'));
        let tail = write::tail(&node.block);
        let mut document = Document {
            blocks: vec![node.block],
        };
        if let Some(block) = document.blocks.first_mut()
            && let Kind::Numbered { start, .. } = &mut block.kind
            && in_numbers
        {
            *start = None;
        }
        let document = canonical::document(document);
        let mut key = format!("{depth}:");
        for block in &document.blocks {
            let number = if let Kind::Numbered { start, .. } = block.kind {
                start.unwrap_or(1)
            } else {
                0
            };
            write::head(&mut key, block, 0, number);
            for child in &block.children {
                key.push('\n');
                write::head(&mut key, child, 1, 1);
            }
        }
        in_numbers = numbered;
        out.push(Unit {
            range: node.head,
            key,
            card,
        });
        collect(node.children, depth + 1, out);
        if let (Some(range), Some(tail)) = (node.tail, tail) {
            out.push(Unit {
                range,
                key: format!("{depth}:{tail}"),
                card: false,
            });
        }
    }
}

/// The changed stretches as edits; with `fine`, cut down to words where a line holds what must not be touched.
pub(crate) fn edits(base: &str, new: &str, fine: bool) -> Vec<Edit> {
    let (old_units, new_units) = (units(base), units(new));
    let differ = Differ {
        base,
        new,
        old: &old_units,
        fresh: &new_units,
    };
    let mut out = Vec::new();
    for hunk in differ.hunks() {
        if fine {
            differ.fine(hunk, &mut out);
        } else {
            out.extend(differ.edit(hunk));
        }
    }
    out
}

/// One edit from the first change to the last.
pub(crate) fn whole_edit(base: &str, new: &str) -> Vec<Edit> {
    let (old_units, new_units) = (units(base), units(new));
    let differ = Differ {
        base,
        new,
        old: &old_units,
        fresh: &new_units,
    };
    let hunks = differ.hunks();
    let (Some(first), Some(last)) = (hunks.first(), hunks.last()) else {
        // Equal line by line, yet not the same: numbers of lists, or depth.
        let all = Hunk {
            old: (0, old_units.len()),
            new: (0, new_units.len()),
        };
        return differ.edit(all).into_iter().collect();
    };
    let all = Hunk {
        old: (first.old.0, last.old.1),
        new: (first.new.0, last.new.1),
    };
    differ.edit(all).into_iter().collect()
}

struct Differ<'a> {
    base: &'a str,
    new: &'a str,
    old: &'a [Unit],
    fresh: &'a [Unit],
}

impl Differ<'_> {
    fn hunks(&self) -> Vec<Hunk> {
        let old: Vec<&str> = self.old.iter().map(|unit| unit.key.as_str()).collect();
        let new: Vec<&str> = self.fresh.iter().map(|unit| unit.key.as_str()).collect();
        align::hunks(&old, &new)
    }

    fn old_text(&self, at: usize) -> &str {
        self.old
            .get(at)
            .and_then(|unit| self.base.get(unit.range.clone()))
            .unwrap_or_default()
    }

    fn new_text(&self, at: usize) -> &str {
        self.fresh
            .get(at)
            .and_then(|unit| self.new.get(unit.range.clone()))
            .unwrap_or_default()
    }

    /// A stretch as one edit. None for a deletion of everything.
    fn edit(&self, hunk: Hunk) -> Option<Edit> {
        let text: Vec<&str> = (hunk.new.0..hunk.new.1)
            .map(|at| self.new_text(at))
            .collect();
        let text = text.join("\n");
        let (from, to) = hunk.old;
        let start = self.old.get(from).map(|unit| unit.range.start);
        let before = from
            .checked_sub(1)
            .and_then(|at| self.old.get(at))
            .map(|unit| unit.range.end);
        if from == to {
            return match (before, start) {
                (Some(end), _) => Some(Edit {
                    range: end..end,
                    text: format!("\n{text}"),
                }),
                (None, Some(start)) => Some(Edit {
                    range: start..start,
                    text: format!("{text}\n"),
                }),
                (None, None) => None,
            };
        }
        let end = self.old.get(to - 1)?.range.end;
        let start = start?;
        if hunk.new.0 < hunk.new.1 {
            return Some(Edit {
                range: start..end,
                text,
            });
        }
        let after = self.old.get(to).map(|unit| unit.range.start);
        let range = match (after, before) {
            (Some(after), _) => start..after,
            (None, Some(before)) => before..end,
            (None, None) => return None,
        };
        Some(Edit { range, text })
    }

    /// A stretch as several edits: blocks that are alike are edited, the rest is put in or taken out.
    fn fine(&self, hunk: Hunk, out: &mut Vec<Edit>) {
        let mut rest = hunk;
        for (x, y) in self.alike(hunk) {
            let Some(mut cut) = self.narrow(x, y) else {
                continue;
            };
            let before = Hunk {
                old: (rest.old.0, x),
                new: (rest.new.0, y),
            };
            self.push(before, out);
            out.append(&mut cut);
            rest.old.0 = x + 1;
            rest.new.0 = y + 1;
        }
        self.push(rest, out);
    }

    fn push(&self, hunk: Hunk, out: &mut Vec<Edit>) {
        if hunk.old.0 < hunk.old.1 || hunk.new.0 < hunk.new.1 {
            out.extend(self.edit(hunk));
        }
    }

    /// Pairs of blocks in a stretch that share most of their words, in order.
    fn alike(&self, hunk: Hunk) -> Vec<(usize, usize)> {
        let (rows, columns) = (hunk.old.1 - hunk.old.0, hunk.new.1 - hunk.new.0);
        if rows > MATCHED || columns > MATCHED {
            let paired = if rows == columns { rows } else { 0 };
            return (0..paired)
                .map(|at| (hunk.old.0 + at, hunk.new.0 + at))
                .collect();
        }
        let old: Vec<HashSet<String>> = (hunk.old.0..hunk.old.1)
            .map(|at| words(self.old_text(at)))
            .collect();
        let new: Vec<HashSet<String>> = (hunk.new.0..hunk.new.1)
            .map(|at| words(self.new_text(at)))
            .collect();
        best_pairs(&old, &new)
            .into_iter()
            .map(|(x, y)| (hunk.old.0 + x, hunk.new.0 + y))
            .collect()
    }

    /// The words that differ between two blocks, where replacing the whole block would touch too much.
    fn narrow(&self, x: usize, y: usize) -> Option<Vec<Edit>> {
        let (old, new) = (self.old_text(x), self.new_text(y));
        if old.len() <= LONG && fragile(old).is_empty() {
            return None;
        }
        let at = self.old.get(x)?.range.start;
        let (a, b) = (tokens(old), tokens(new));
        let keys = |list: &[crate::tokens::Token]| {
            list.iter()
                .map(|token| token.key.clone())
                .collect::<Vec<_>>()
        };
        let hunks = align::hunks(&keys(&a), &keys(&b));
        let mut out: Vec<Edit> = Vec::new();
        for hunk in hunks {
            let start = a
                .get(hunk.old.0)
                .map_or(old.len(), |token| token.range.start);
            let end = hunk
                .old
                .1
                .checked_sub(1)
                .filter(|_| hunk.old.0 < hunk.old.1)
                .and_then(|at| a.get(at));
            let end = end.map_or(start, |token| token.range.end);
            let from = b
                .get(hunk.new.0)
                .map_or(new.len(), |token| token.range.start);
            let to = hunk
                .new
                .1
                .checked_sub(1)
                .filter(|_| hunk.new.0 < hunk.new.1)
                .and_then(|at| b.get(at));
            let to = to.map_or(from, |token| token.range.end);
            let text = new.get(from..to).unwrap_or_default().to_owned();
            out.push(Edit {
                range: at + start..at + end,
                text,
            });
        }
        Some(self.join_near(out))
    }

    /// Joins edits between which only a few letters stay.
    fn join_near(&self, edits: Vec<Edit>) -> Vec<Edit> {
        let mut out: Vec<Edit> = Vec::with_capacity(edits.len());
        for edit in edits {
            if let Some(last) = out.last_mut()
                && edit.range.start - last.range.end <= NEAR
                && let Some(between) = self.base.get(last.range.end..edit.range.start)
                && !between.contains(['<', '>', '(', ')'])
            {
                last.text.push_str(between);
                last.text.push_str(&edit.text);
                last.range.end = edit.range.end;
            } else {
                out.push(edit);
            }
        }
        out
    }
}

fn words(text: &str) -> HashSet<String> {
    tokens(text)
        .into_iter()
        .map(|token| token.key)
        .filter(|key| key.chars().any(char::is_alphanumeric))
        .collect()
}

/// The pairing, in order, with the greatest likeness; pairs less than half alike are left out.
fn best_pairs(old: &[HashSet<String>], new: &[HashSet<String>]) -> Vec<(usize, usize)> {
    let score = |x: usize, y: usize| -> usize {
        let (Some(a), Some(b)) = (old.get(x), new.get(y)) else {
            return 0;
        };
        let common = a.intersection(b).count();
        if common * 4 >= a.len() + b.len() {
            common
        } else {
            0
        }
    };
    let width = new.len() + 1;
    let mut best = vec![0_usize; (old.len() + 1) * width];
    let get = |best: &[usize], x: usize, y: usize| best.get(x * width + y).copied().unwrap_or(0);
    for x in (0..old.len()).rev() {
        for y in (0..new.len()).rev() {
            let skip = get(&best, x + 1, y).max(get(&best, x, y + 1));
            let pair = score(x, y);
            let pair = if pair > 0 {
                pair + get(&best, x + 1, y + 1)
            } else {
                0
            };
            if let Some(slot) = best.get_mut(x * width + y) {
                *slot = skip.max(pair);
            }
        }
    }
    let mut out = Vec::new();
    let (mut x, mut y) = (0, 0);
    while x < old.len() && y < new.len() {
        let here = get(&best, x, y);
        let pair = score(x, y);
        if pair > 0 && here == pair + get(&best, x + 1, y + 1) {
            out.push((x, y));
            x += 1;
            y += 1;
        } else if here == get(&best, x + 1, y) {
            x += 1;
        } else {
            y += 1;
        }
    }
    out
}
