//! Which stretches of two texts have to be looked at, because all else is equal byte by byte.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use crate::align::{self, Hunk};
use crate::edits::Region;
use crate::pieces::pieces;

/// The stretches that do not mean the same, each with an equal piece on either side to hold on to.
pub(crate) fn regions<'a>(base: &'a str, new: &'a str) -> Vec<Region<'a>> {
    let (old, fresh) = (pieces(base), pieces(new));
    let hunks = align::hunks(&old.slices(base), &fresh.slices(new));
    let mut wide: Vec<Hunk> = Vec::with_capacity(hunks.len());
    for hunk in hunks {
        let hunk = Hunk {
            old: widen(hunk.old, old.len()),
            new: widen(hunk.new, fresh.len()),
        };
        match wide.last_mut() {
            Some(last) if hunk.old.0 < last.old.1 => {
                last.old.1 = hunk.old.1;
                last.new.1 = hunk.new.1;
            }
            _ => wide.push(hunk),
        }
    }
    let regions = wide.into_iter().map(|hunk| {
        let (from, to) = (
            old.range(hunk.old.0, hunk.old.1),
            fresh.range(hunk.new.0, hunk.new.1),
        );
        let followed = from.end < base.len() || to.end < new.len();
        let (at, slice) = (from.start, base.get(from).unwrap_or_default());
        Region::new(slice, new.get(to).unwrap_or_default(), at, followed)
    });
    regions.filter(|region| !region.is_same()).collect()
}

/// Both texts as one stretch.
pub(crate) fn everything<'a>(base: &'a str, new: &'a str) -> Vec<Region<'a>> {
    vec![Region::new(base, new, 0, false)]
}

/// One more on either side.
fn widen((from, to): (usize, usize), len: usize) -> (usize, usize) {
    (from.saturating_sub(1), (to + 1).min(len))
}

/// Whether all that is taken out is put in again, so that the texts may mean the same as a whole.
pub(crate) fn may_balance(regions: &[Region<'_>]) -> bool {
    let hasher = RandomState::new();
    let mut sums: HashMap<u64, i64> = HashMap::new();
    for region in regions {
        let (old, new) = region.keys();
        for (keys, step) in [(old, 1), (new, -1)] {
            for key in keys {
                *sums.entry(hasher.hash_one(key)).or_default() += step;
            }
        }
    }
    sums.values().all(|sum| *sum == 0)
}
