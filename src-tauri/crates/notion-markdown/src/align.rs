//! Which items of two sequences correspond, in bounded time.

use std::collections::HashMap;
use std::hash::Hash;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The largest gap (length × length) that is compared item by item.
const MAX_GAP: usize = 1_000_000;

/// A stretch that differs: `old` was replaced by `new`. Either may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hunk {
    pub(crate) old: (usize, usize),
    pub(crate) new: (usize, usize),
}

/// As [`hunks`], but these items are matched first, in order, and the rest between them: what must not be
/// touched stays where it is, and the rest moves around it. Matched items may still differ.
pub(crate) fn hunks_around<T: Eq + Hash + Copy>(
    old: &[T],
    new: &[T],
    pairs: &[(usize, usize)],
) -> Vec<Hunk> {
    let mut out = Vec::new();
    let mut from = (0, 0);
    let end = (old.len(), new.len());
    for (x, y) in pairs.iter().copied().chain([end]) {
        let part = hunks(
            old.get(from.0..x).unwrap_or_default(),
            new.get(from.1..y).unwrap_or_default(),
        );
        out.extend(part.into_iter().map(|hunk| Hunk {
            old: (from.0 + hunk.old.0, from.0 + hunk.old.1),
            new: (from.1 + hunk.new.0, from.1 + hunk.new.1),
        }));
        from = (x + 1, y + 1);
        if old.get(x) != new.get(y) {
            out.push(Hunk {
                old: (x, from.0),
                new: (y, from.1),
            });
        }
    }
    join(out)
}

/// Which items correspond that are alike, in order.
pub(crate) fn matched<T: Eq + Hash + Copy>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    let end = Hunk {
        old: (old.len(), old.len()),
        new: (new.len(), new.len()),
    };
    let mut out = Vec::new();
    let mut at = (0, 0);
    for hunk in hunks(old, new).into_iter().chain([end]) {
        out.extend((at.0..hunk.old.0).zip(at.1..hunk.new.0));
        at = (hunk.old.1, hunk.new.1);
    }
    out
}

/// The stretches in which `new` differs from `old`, in order; between them the items are equal.
pub(crate) fn hunks<T: Eq + Hash + Copy>(old: &[T], new: &[T]) -> Vec<Hunk> {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (
        old.get(start..).unwrap_or_default(),
        new.get(start..).unwrap_or_default(),
    );
    let both = old.iter().rev().zip(new.iter().rev());
    let end = both.take_while(|(a, b)| a == b).count();
    let mut ids = HashMap::new();
    let mut number = |item: &T| {
        let next = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        *ids.entry(*item).or_insert(next)
    };
    let mut numbers = |list: &[T]| -> Vec<u32> {
        let middle = list.get(..list.len() - end).unwrap_or_default();
        middle.iter().map(&mut number).collect()
    };
    let (a, b) = (numbers(old), numbers(new));
    let (a, b) = (a.as_slice(), b.as_slice());
    let mut out = Vec::new();
    let mut from = (0, 0);
    for (x, y) in anchors(a, b).into_iter().chain([(a.len(), b.len())]) {
        gap(a, b, from, (x, y), start, &mut out);
        from = (x + 1, y + 1);
    }
    join(out)
}

/// Pairs of items that occur once on either side, in increasing order on both.
fn anchors(a: &[u32], b: &[u32]) -> Vec<(usize, usize)> {
    if a.len().saturating_mul(b.len()) <= MAX_GAP {
        return Vec::new();
    }
    let mut places: HashMap<u32, (usize, usize, usize, usize)> = HashMap::new();
    for (at, id) in a.iter().enumerate() {
        let place = places.entry(*id).or_default();
        place.0 += 1;
        place.2 = at;
    }
    for (at, id) in b.iter().enumerate() {
        let place = places.entry(*id).or_default();
        place.1 += 1;
        place.3 = at;
    }
    let mut pairs: Vec<(usize, usize)> = places
        .into_values()
        .filter(|(in_a, in_b, ..)| *in_a == 1 && *in_b == 1)
        .map(|(_, _, x, y)| (x, y))
        .collect();
    pairs.sort_unstable();
    longest_increasing(&pairs)
}

/// The longest run of pairs whose second parts increase.
fn longest_increasing(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // `tops` holds, for each length, the pair with the smallest end; `back` the pair before each.
    let mut tops: Vec<usize> = Vec::new();
    let mut back: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, (_, y)) in pairs.iter().enumerate() {
        let len = tops.partition_point(|top| pairs.get(*top).is_some_and(|(_, other)| other < y));
        back.push(
            len.checked_sub(1)
                .and_then(|below| tops.get(below).copied()),
        );
        match tops.get_mut(len) {
            Some(top) => *top = at,
            None => tops.push(at),
        }
    }
    let mut out = Vec::with_capacity(tops.len());
    let mut next = tops.last().copied();
    while let Some(at) = next {
        out.extend(pairs.get(at));
        next = back.get(at).copied().flatten();
    }
    out.reverse();
    out
}

fn gap(
    a: &[u32],
    b: &[u32],
    from: (usize, usize),
    to: (usize, usize),
    shift: usize,
    out: &mut Vec<Hunk>,
) {
    let old = a.get(from.0..to.0).unwrap_or_default();
    let new = b.get(from.1..to.1).unwrap_or_default();
    if old.is_empty() && new.is_empty() {
        return;
    }
    let at = |x: usize, y: usize| (from.0 + shift + x, from.1 + shift + y);
    if old.is_empty() || new.is_empty() || old.len().saturating_mul(new.len()) > MAX_GAP {
        let (x, y) = at(0, 0);
        out.push(Hunk {
            old: (x, x + old.len()),
            new: (y, y + new.len()),
        });
        return;
    }
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (x, y) = at(op.old_range().start, op.new_range().start);
        out.push(Hunk {
            old: (x, x + op.old_range().len()),
            new: (y, y + op.new_range().len()),
        });
    }
}

/// Joins stretches that touch.
fn join(hunks: Vec<Hunk>) -> Vec<Hunk> {
    let mut out: Vec<Hunk> = Vec::with_capacity(hunks.len());
    for hunk in hunks {
        match out.last_mut() {
            Some(last) if last.old.1 == hunk.old.0 && last.new.1 == hunk.new.0 => {
                last.old.1 = hunk.old.1;
                last.new.1 = hunk.new.1;
            }
            _ => out.push(hunk),
        }
    }
    out
}
