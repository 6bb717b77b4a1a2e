//! Which stretches of two texts have to be looked at, because all else is equal byte by byte.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use crate::align::{self, Hunk};
use crate::edits::Region;
use crate::enhanced::parse::is_inline;
use crate::pieces::pieces;
use crate::tag;
use crate::tokens::fragile_keys;

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
    let held = |range: Range<usize>, text: &str| pieces_held(text.get(range).unwrap_or_default());
    let (taken, put): (Vec<_>, Vec<_>) = if wide.len() > 1 {
        let both = |hunk: &Hunk| {
            (
                held(old.range(hunk.old.0, hunk.old.1), base),
                held(fresh.range(hunk.new.0, hunk.new.1), new),
            )
        };
        wide.iter().map(both).unzip()
    } else {
        (Vec::new(), Vec::new())
    };
    let regions = together(wide, &taken, &put).into_iter().map(|hunk| {
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

/// What should stay in its place in a stretch: mentions, signed addresses, pictures, and what begins with a tag.
fn pieces_held(text: &str) -> HashSet<String> {
    if memchr::memchr2(b'<', b'h', text.as_bytes()).is_none() {
        return HashSet::new();
    }
    let mut out = fragile_keys(text);
    let lines = text.lines().map(str::trim);
    let held = lines.filter(|line| line.starts_with("![") || is_opening(line));
    out.extend(held.map(str::to_owned));
    out
}

/// Whether a line begins with the tag of a block.
fn is_opening(line: &str) -> bool {
    tag::parse(line).is_some_and(|tag| !tag.close && !is_inline(tag.name))
}

/// Stretches as far apart as something is taken out of one and put into another are one: seen together, it stays
/// where it is and the rest moves around it.
fn together(list: Vec<Hunk>, taken: &[HashSet<String>], put: &[HashSet<String>]) -> Vec<Hunk> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, keys) in put.iter().enumerate() {
        for key in keys {
            places.entry(key).or_default().push(at);
        }
    }
    // How far each stretch reaches, by the first of those it belongs to.
    let mut reach: Vec<usize> = (0..list.len()).collect();
    for (at, keys) in taken.iter().enumerate() {
        for places in keys.iter().filter_map(|key| places.get(key.as_str())) {
            if let Some(place) = places.iter().min_by_key(|place| place.abs_diff(at)) {
                let (first, last) = (at.min(*place), at.max(*place));
                if let Some(far) = reach.get_mut(first) {
                    *far = last.max(*far);
                }
            }
        }
    }
    let mut out: Vec<Hunk> = Vec::with_capacity(list.len());
    let mut until = 0;
    for (at, hunk) in list.into_iter().enumerate() {
        match out.last_mut() {
            Some(last) if at > 0 && at <= until => {
                last.old.1 = hunk.old.1;
                last.new.1 = hunk.new.1;
            }
            _ => out.push(hunk),
        }
        until = until.max(reach.get(at).copied().unwrap_or(at));
    }
    out
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
