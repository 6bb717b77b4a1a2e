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
    let shared = on_both_sides(&a, &b, ids.len());
    let (a, b) = (a.as_slice(), b.as_slice());
    let mut out = Vec::new();
    let mut from = (0, 0);
    for (x, y) in anchors(a, b).into_iter().chain([(a.len(), b.len())]) {
        gap((a, b), &shared, from, (x, y), start, &mut out);
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

/// The stretches that differ between two anchors. Items that are on one side only correspond to nothing and are
/// left out of the search, so that what was rewritten as a whole costs no more than it is long.
fn gap(
    (a, b): (&[u32], &[u32]),
    shared: &[bool],
    from: (usize, usize),
    to: (usize, usize),
    shift: usize,
    out: &mut Vec<Hunk>,
) {
    let old = a.get(from.0..to.0).unwrap_or_default();
    let new = b.get(from.1..to.1).unwrap_or_default();
    let (rows, row_ids) = known(old, shared);
    let (columns, column_ids) = known(new, shared);
    let mut pairs = Vec::new();
    if !rows.is_empty()
        && !columns.is_empty()
        && rows.len().saturating_mul(columns.len()) <= MAX_GAP
    {
        for op in capture_diff_slices(Algorithm::Myers, &row_ids, &column_ids) {
            if matches!(op, DiffOp::Equal { .. }) {
                let rows = rows.get(op.old_range()).unwrap_or_default();
                let columns = columns.get(op.new_range()).unwrap_or_default();
                pairs.extend(rows.iter().copied().zip(columns.iter().copied()));
            }
        }
    }
    let mut at = (0, 0);
    for (x, y) in pairs.into_iter().chain([(old.len(), new.len())]) {
        if at.0 < x || at.1 < y {
            out.push(Hunk {
                old: (from.0 + shift + at.0, from.0 + shift + x),
                new: (from.1 + shift + at.1, from.1 + shift + y),
            });
        }
        at = (x + 1, y + 1);
    }
}

/// The items that are on both sides, and where they stand.
fn known(list: &[u32], shared: &[bool]) -> (Vec<usize>, Vec<u32>) {
    let is_shared = |id: &u32| shared.get(*id as usize).is_some_and(|shared| *shared);
    let found = list.iter().enumerate().filter(|(_, id)| is_shared(id));
    found.map(|(at, id)| (at, *id)).unzip()
}

/// Which of the items are on both sides.
fn on_both_sides(a: &[u32], b: &[u32], count: usize) -> Vec<bool> {
    let mut sides = [vec![false; count], vec![false; count]];
    for (side, list) in sides.iter_mut().zip([a, b]) {
        for id in list {
            if let Some(here) = side.get_mut(*id as usize) {
                *here = true;
            }
        }
    }
    let [left, right] = sides;
    left.into_iter().zip(right).map(|(a, b)| a && b).collect()
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

#[cfg(test)]
mod tests {
    use super::{Hunk, hunks, matched};
    use proptest::prelude::*;

    /// How long the longest common subsequence is, the slow way.
    fn longest(a: &[u8], b: &[u8]) -> usize {
        let mut row = vec![0; b.len() + 1];
        for x in a {
            let mut corner = 0;
            for (at, y) in b.iter().enumerate() {
                let best = if x == y {
                    corner + 1
                } else {
                    row[at].max(row[at + 1])
                };
                corner = row[at + 1];
                row[at + 1] = best;
            }
        }
        row[b.len()]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn as_much_as_possible_corresponds(a in prop::collection::vec(0_u8..6, 0..12), b in prop::collection::vec(3_u8..9, 0..12)) {
            let pairs = matched(&a, &b);
            prop_assert!(pairs.iter().all(|(x, y)| a[*x] == b[*y]));
            prop_assert!(pairs.is_sorted_by(|one, next| one.0 < next.0 && one.1 < next.1));
            prop_assert_eq!(pairs.len(), longest(&a, &b));
        }
    }

    #[test]
    fn what_was_rewritten_as_a_whole_is_one_stretch() {
        let old: Vec<usize> = (0..3_000).collect();
        let new: Vec<usize> = (3_000..7_000).collect();
        let all = Hunk {
            old: (0, 3_000),
            new: (0, 4_000),
        };
        assert_eq!(hunks(&old, &new), [all]);
    }
}
