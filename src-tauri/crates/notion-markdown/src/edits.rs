//! What changed in a stretch of two texts, block by block, as edits of the old text.

use std::cell::OnceCell;
use std::ops::Range;

use crate::align::{self, Hunk};
use crate::fixed;
use crate::likeness::{Words, best_pairs};
use crate::pieces::pieces;
use crate::tokens::{Token, fragile, is_held, tokens};
use crate::units::Units;

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

/// How finely edits are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Down to words where a line holds what must not be touched, or is long.
    Words,
    /// Whole lines.
    Lines,
    /// One edit from the first change to the last.
    Whole,
}

impl Level {
    pub(crate) const ALL: [Self; 3] = [Self::Words, Self::Lines, Self::Whole];
}

/// A stretch of the old text and what it became. Either begins and ends where nothing is open.
pub(crate) struct Region<'a> {
    base: &'a str,
    new: &'a str,
    /// Where it stands in the whole old text.
    pub(crate) at: usize,
    /// Whether more of either text follows.
    followed: bool,
    old: Units,
    fresh: Units,
    hunks: Vec<Hunk>,
    /// The edits of each level that were asked for.
    found: [OnceCell<Option<Vec<Edit>>>; Level::ALL.len()],
}

impl<'a> Region<'a> {
    pub(crate) fn new(base: &'a str, new: &'a str, at: usize, followed: bool) -> Self {
        let (old, fresh) = (Units::of(base), Units::of(new));
        let pairs = fixed::pairs(&old.fixed(base), &fresh.fixed(new));
        let hunks = align::hunks_around(&old.keys(), &fresh.keys(), &pairs);
        Self {
            base,
            new,
            at,
            followed,
            old,
            fresh,
            hunks,
            found: Default::default(),
        }
    }

    /// Whether these texts are all of it.
    pub(crate) fn is_all(&self, base: &str, new: &str) -> bool {
        self.base.len() == base.len() && self.new.len() == new.len()
    }

    /// Whether both say the same.
    pub(crate) fn is_same(&self) -> bool {
        self.old.same(self.base, &self.fresh, self.new)
    }

    /// The keys of what is in the one text, and in the other.
    pub(crate) fn keys(&self) -> (Vec<&str>, Vec<&str>) {
        (self.old.keys(), self.fresh.keys())
    }

    /// Where its part of the old text ends.
    pub(crate) fn end(&self) -> usize {
        self.at + self.base.len()
    }

    /// What nothing may enter: cards that are left as they are.
    pub(crate) fn kept_cards(&self) -> Vec<Range<usize>> {
        let mut hunks = self.hunks.iter().peekable();
        let mut out = Vec::new();
        for (at, unit) in self.old.list.iter().enumerate() {
            while hunks.next_if(|hunk| hunk.old.1 <= at).is_some() {}
            let changed = hunks.peek().is_some_and(|hunk| hunk.old.0 <= at);
            if unit.card && !changed {
                out.push(self.at + unit.range.start..self.at + unit.range.end);
            }
        }
        out
    }

    /// What stands in the old text and changes by itself.
    pub(crate) fn fragile(&self) -> impl Iterator<Item = Range<usize>> {
        let found = fragile(self.base).into_iter();
        found.map(|range| self.at + range.start..self.at + range.end)
    }

    /// Cards only the service can make that are taken out.
    pub(crate) fn removed_cards(&self) -> impl Iterator<Item = &str> {
        let places = self.hunks.iter().flat_map(|hunk| hunk.old.0..hunk.old.1);
        held(places, &self.old, |at| self.old_text(at))
    }

    /// Cards only the service can make that are put in.
    pub(crate) fn added_cards(&self) -> impl Iterator<Item = &str> {
        let places = self.hunks.iter().flat_map(|hunk| hunk.new.0..hunk.new.1);
        held(places, &self.fresh, |at| self.new_text(at))
    }

    /// The edits that make the one text mean what the other does, if that is what they do.
    pub(crate) fn edits(&self, level: Level) -> Option<&[Edit]> {
        let found = self.found.get(level as usize)?;
        found.get_or_init(|| self.find_edits(level)).as_deref()
    }

    fn find_edits(&self, level: Level) -> Option<Vec<Edit>> {
        let mut out = Vec::new();
        match level {
            Level::Words => self
                .hunks
                .iter()
                .for_each(|hunk| self.fine(*hunk, &mut out)),
            Level::Lines => out.extend(self.hunks.iter().filter_map(|hunk| self.edit(*hunk))),
            Level::Whole => {
                let all = Hunk {
                    old: (self.hunks.first()?.old.0, self.hunks.last()?.old.1),
                    new: (self.hunks.first()?.new.0, self.hunks.last()?.new.1),
                };
                out.extend(self.edit(all));
            }
        }
        if !self.is_right(&out) {
            return None;
        }
        for edit in &mut out {
            edit.range = self.at + edit.range.start..self.at + edit.range.end;
        }
        Some(out)
    }

    /// Whether the text means what it should once it is edited, whatever stands before and after it.
    fn is_right(&self, edits: &[Edit]) -> bool {
        let mut text = String::with_capacity(self.new.len() + 64);
        let mut at = 0;
        for edit in edits {
            let Some(kept) = self.base.get(at..edit.range.start) else {
                return false;
            };
            text.push_str(kept);
            text.push_str(&edit.text);
            at = edit.range.end;
        }
        text.push_str(self.base.get(at..).unwrap_or_default());
        if text == self.new {
            // Nothing was spelled in another way: there is nothing to read again.
            return true;
        }
        let begins = self.at == 0
            || text
                .bytes()
                .next()
                .is_some_and(|b| !b.is_ascii_digit() && !b.is_ascii_whitespace());
        let ends = !self.followed || text.ends_with('\n') && pieces(&text).closed;
        begins && ends && Units::of(&text).same(&text, &self.fresh, self.new)
    }

    fn old_text(&self, at: usize) -> &'a str {
        let unit = self.old.list.get(at);
        unit.and_then(|unit| self.base.get(unit.range.clone()))
            .unwrap_or_default()
    }

    fn new_text(&self, at: usize) -> &'a str {
        let unit = self.fresh.list.get(at);
        unit.and_then(|unit| self.new.get(unit.range.clone()))
            .unwrap_or_default()
    }

    /// A stretch as one edit. None for a deletion of everything.
    fn edit(&self, hunk: Hunk) -> Option<Edit> {
        let text: Vec<&str> = (hunk.new.0..hunk.new.1)
            .map(|at| self.new_text(at))
            .collect();
        let text = text.join("\n");
        let (from, to) = hunk.old;
        let start = self.old.list.get(from).map(|unit| unit.range.start);
        let before = from
            .checked_sub(1)
            .and_then(|at| self.old.list.get(at))
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
        let end = self.old.list.get(to - 1)?.range.end;
        let start = start?;
        if hunk.new.0 < hunk.new.1 {
            return Some(Edit {
                range: start..end,
                text,
            });
        }
        let after = self.old.list.get(to).map(|unit| unit.range.start);
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
        // Nothing is made of pairs whose old block is replaced whole.
        if !(hunk.old.0..hunk.old.1).any(|at| is_narrowed(self.old_text(at))) {
            return Vec::new();
        }
        let (rows, columns) = (hunk.old.1 - hunk.old.0, hunk.new.1 - hunk.new.0);
        if rows > MATCHED || columns > MATCHED {
            let paired = if rows == columns { rows } else { 0 };
            return (0..paired)
                .map(|at| (hunk.old.0 + at, hunk.new.0 + at))
                .collect();
        }
        let old: Vec<Words> = (hunk.old.0..hunk.old.1)
            .map(|at| Words::of(self.old_text(at)))
            .collect();
        let new: Vec<Words> = (hunk.new.0..hunk.new.1)
            .map(|at| Words::of(self.new_text(at)))
            .collect();
        best_pairs(&old, &new)
            .into_iter()
            .map(|(x, y)| (hunk.old.0 + x, hunk.new.0 + y))
            .collect()
    }

    /// The words that differ between two blocks, where replacing the whole block would touch too much.
    fn narrow(&self, x: usize, y: usize) -> Option<Vec<Edit>> {
        let (old, new) = (self.old_text(x), self.new_text(y));
        if !is_narrowed(old) {
            return None;
        }
        let at = self.old.list.get(x)?.range.start;
        let (a, b) = (tokens(old), tokens(new));
        let hunks = align::hunks(&keys(&a), &keys(&b));
        let edits = hunks.into_iter().map(|hunk| {
            let range = place(&a, hunk.old, old.len());
            let text = new.get(place(&b, hunk.new, new.len()));
            Edit {
                range: at + range.start..at + range.end,
                text: text.unwrap_or_default().to_owned(),
            }
        });
        Some(self.join_near(edits))
    }

    /// Joins edits between which only a few letters stay.
    fn join_near(&self, edits: impl Iterator<Item = Edit>) -> Vec<Edit> {
        let mut out: Vec<Edit> = Vec::new();
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

/// Whether replacing a whole block would touch too much.
fn is_narrowed(text: &str) -> bool {
    text.len() > LONG || !fragile(text).is_empty()
}

/// The keys, whatever their depth, of the units at some places that only the service can make.
fn held<'u>(
    places: impl Iterator<Item = usize>,
    units: &'u Units,
    text: impl Fn(usize) -> &'u str,
) -> impl Iterator<Item = &'u str> {
    places
        .filter(move |at| units.list.get(*at).is_some_and(|unit| unit.card) && is_held(text(*at)))
        .filter_map(|at| Some(units.key(at).split_once(':')?.1))
}

fn keys<'t>(list: &'t [Token<'_>]) -> Vec<&'t str> {
    list.iter().map(|token| token.key.as_ref()).collect()
}

/// Where some tokens stand; of none, where they would.
fn place(list: &[Token<'_>], (from, to): (usize, usize), len: usize) -> Range<usize> {
    let start = list.get(from).map_or(len, |token| token.range.start);
    let last = to.checked_sub(1).filter(|_| from < to);
    let end = last.and_then(|at| list.get(at));
    start..end.map_or(start, |token| token.range.end)
}
