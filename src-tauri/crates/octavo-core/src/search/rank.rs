//! In which order found notes stand.

use std::collections::HashSet;

use super::query::Term;

const DAY: f64 = 86_400_000.0;

/// What ranks a found note.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) id: i64,
    pub(crate) note: String,
    /// Its folded words.
    pub(crate) title: String,
    pub(crate) tags: String,
    pub(crate) edited: i64,
    pub(crate) pinned: bool,
    /// A heading has all that was looked for.
    pub(crate) in_headings: bool,
    /// It was found only by words other than those typed.
    pub(crate) guessed: bool,
    /// How many of the terms it has, when not all were asked for.
    pub(crate) has: usize,
}

/// Puts the best first; equals by when they were edited.
pub(crate) fn rank(candidates: &mut Vec<Candidate>, terms: &[Term], now: i64) {
    let wanted: Vec<&str> = (terms.iter())
        .flat_map(|term| term.words.iter().map(String::as_str))
        .collect();
    let whole = wanted.join(" ");
    let mut scored: Vec<(f64, Candidate)> = candidates
        .drain(..)
        .map(|candidate| (score(&candidate, &wanted, &whole, now), candidate))
        .collect();
    scored.sort_by(|(a, left), (b, right)| {
        b.total_cmp(a)
            .then(right.edited.cmp(&left.edited))
            .then(right.id.cmp(&left.id))
    });
    let mut seen = HashSet::new();
    candidates.extend(
        scored
            .into_iter()
            .map(|(_, candidate)| candidate)
            .filter(|candidate| seen.insert(candidate.id)),
    );
}

fn score(candidate: &Candidate, wanted: &[&str], whole: &str, now: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "an age in days, not a moment")]
    let days = ((now - candidate.edited).max(0) as f64) / DAY;
    // A year makes as much as a pin; words in the title make more than both.
    let mut score = 2.0 / (1.0 + days / 30.0).sqrt();
    if candidate.pinned {
        score += 2.0;
    }
    score += in_title(&candidate.title, wanted, whole);
    if candidate.in_headings {
        score += 4.0;
    }
    let tagged = candidate.tags.split(' ').any(|tag| tag == whole);
    if !whole.is_empty() && tagged {
        score += 4.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of terms")]
    let parts = candidate.has as f64;
    score + parts * 12.0 - if candidate.guessed { 6.0 } else { 0.0 }
}

fn in_title(title: &str, wanted: &[&str], whole: &str) -> f64 {
    if wanted.is_empty() {
        return 0.0;
    }
    if title == whole {
        return 20.0;
    }
    let words: Vec<&str> = title.split(' ').collect();
    let worth: f64 = wanted
        .iter()
        .map(|want| {
            if words.contains(want) {
                1.0
            } else if words.iter().any(|word| word.starts_with(want)) {
                0.75
            } else {
                0.0
            }
        })
        .sum();
    #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
    let (share, cover) = (
        worth / wanted.len() as f64,
        (worth / words.len() as f64).min(1.0),
    );
    let begins = if title.starts_with(whole) { 2.0 } else { 0.0 };
    share * 8.0 + cover * 2.0 + begins
}
