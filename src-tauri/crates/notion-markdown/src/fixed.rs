//! What should stay in its place when a text changes: which of it is in both texts, and which of it became what.

use crate::align;
use crate::likeness::{Words, best_pairs};

/// Stretches between what is the same are matched by their words up to this size.
const MATCHED: usize = 32;

/// One thing that should stay in its place.
pub(crate) struct Fixed<'a> {
    /// Where it stands among all blocks.
    pub(crate) at: usize,
    /// What it is compared by.
    pub(crate) key: &'a str,
    /// Its text as it is written, titles of mentions included.
    pub(crate) text: &'a str,
}

/// The places of what is in both lists, in order: first what says the same, then, between that, what has a
/// mention or a signed address in common.
pub(crate) fn pairs(old: &[Fixed<'_>], new: &[Fixed<'_>]) -> Vec<(usize, usize)> {
    let same = {
        let a: Vec<&str> = old.iter().map(|one| one.key).collect();
        let b: Vec<&str> = new.iter().map(|one| one.key).collect();
        align::matched(&a, &b)
    };
    let mut out = Vec::with_capacity(same.len());
    let mut from = (0, 0);
    for (x, y) in same.into_iter().chain([(old.len(), new.len())]) {
        let before = old.get(from.0..x).unwrap_or_default();
        let after = new.get(from.1..y).unwrap_or_default();
        out.extend(changed(before, after));
        if let (Some(a), Some(b)) = (old.get(x), new.get(y)) {
            out.push((a.at, b.at));
        }
        from = (x + 1, y + 1);
    }
    out
}

/// What became what, among things of which none says the same.
fn changed(old: &[Fixed<'_>], new: &[Fixed<'_>]) -> Vec<(usize, usize)> {
    if old.is_empty() || new.is_empty() || old.len() > MATCHED || new.len() > MATCHED {
        return Vec::new();
    }
    let words =
        |list: &[Fixed<'_>]| -> Vec<Words> { list.iter().map(|one| Words::of(one.text)).collect() };
    let (a, b) = (words(old), words(new));
    let found = best_pairs(&a, &b).into_iter().filter_map(|(x, y)| {
        let held = a.get(x)?.holds_with(b.get(y)?);
        held.then_some((old.get(x)?.at, new.get(y)?.at))
    });
    found.collect()
}
