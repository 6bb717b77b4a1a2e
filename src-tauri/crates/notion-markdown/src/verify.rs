//! Whether pairs that were found in one text can be applied one after the other, and again.

use std::ops::{ControlFlow, Range};

use crate::diff::Anchor;
use crate::search::{Exhausted, Index};

/// Anchors up to this length are searched at all seams together.
const SEAM: usize = 512;

/// What is to be replaced by what; pairs in order, without overlaps.
pub(crate) struct Plan<'a> {
    pub(crate) base: &'a str,
    pub(crate) pairs: Vec<(Range<usize>, String)>,
}

/// What became of a look at all pairs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Each is found once where it is applied.
    Fine(Vec<Anchor>),
    /// This one is found more than once in a text between.
    Doubtful(usize),
}

/// A text between has the new text up to a pair and the old text after it. This is what stands around that seam.
struct Seam {
    pair: usize,
    /// Where it stands among all texts.
    range: Range<usize>,
    /// Where the old text begins.
    cut: usize,
}

/// Looks at the result and at every text between. What is unique in the base can be found again only where
/// something new stands: in the result, or across a seam.
///
/// `base` has to hold each `old_str` once.
pub(crate) fn verify(plan: &Plan<'_>) -> Result<Verdict, Exhausted> {
    let (mut text, ends) = result(plan);
    let result_len = text.len();
    let seams = seams(plan, &ends, &mut text);
    let index = Index::new(&text);
    let mut anchors = Vec::with_capacity(plan.pairs.len());
    for (at, (range, new)) in plan.pairs.iter().enumerate() {
        let old = plan.base.get(range.clone()).unwrap_or_default();
        let start = ends.get(at).copied().unwrap_or_default() - new.len();
        let mut place = Place::Gone;
        index.each(old, |found| {
            let end = found + old.len();
            place = place.max(if end <= result_len {
                if end <= start {
                    Place::Before
                } else {
                    Place::After
                }
            } else {
                across(&seams, found..end, at)
            });
            if place == Place::Before {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
        if old.len() > SEAM {
            place = place.max(long(plan, &ends, at, old, &text, &index)?);
        }
        match place {
            Place::Gone => anchors.push(Anchor::Consumed),
            Place::After => anchors.push(Anchor::Survives),
            Place::Before => return Ok(Verdict::Doubtful(at)),
        }
    }
    Ok(Verdict::Fine(anchors))
}

/// Where an anchor is found besides its own place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Gone,
    /// Once its pair was applied.
    After,
    /// Before its pair was applied.
    Before,
}

/// The text all pairs yield, and where each new text ends in it.
fn result(plan: &Plan<'_>) -> (String, Vec<usize>) {
    let mut out = String::with_capacity(plan.base.len() * 2);
    let mut ends = Vec::with_capacity(plan.pairs.len());
    let mut at = 0;
    for (range, new) in &plan.pairs {
        out.push_str(plan.base.get(at..range.start).unwrap_or_default());
        out.push_str(new);
        ends.push(out.len());
        at = range.end;
    }
    out.push_str(plan.base.get(at..).unwrap_or_default());
    (out, ends)
}

/// How much text stays between a pair and the next; none after the last.
fn gap(plan: &Plan<'_>, at: usize) -> Option<usize> {
    let (range, _) = plan.pairs.get(at)?;
    let (next, _) = plan.pairs.get(at + 1)?;
    Some(next.start - range.end)
}

/// Appends what stands around each seam to the result. Where the next pair is far, nothing that reaches it is
/// looked for.
fn seams(plan: &Plan<'_>, ends: &[usize], text: &mut String) -> Vec<Seam> {
    let longest = plan.pairs.iter().map(|(range, _)| range.len());
    let reach = longest.max().unwrap_or(0).min(SEAM);
    let mut out = Vec::new();
    for pair in 0..ends.len() {
        if gap(plan, pair).is_none_or(|gap| gap >= reach) {
            continue;
        }
        let start = text.len();
        let (left, right) = around(plan, ends, text, pair, reach);
        let (left, right) = (left.to_owned(), right.to_owned());
        text.push_str(&left);
        text.push_str(&right);
        out.push(Seam {
            pair,
            range: start..text.len(),
            cut: start + left.len(),
        });
    }
    out
}

/// The new text before a seam and the old text after it.
fn around<'t>(
    plan: &Plan<'t>,
    ends: &[usize],
    text: &'t str,
    pair: usize,
    reach: usize,
) -> (&'t str, &'t str) {
    let end = ends.get(pair).copied().unwrap_or_default();
    let from = plan.pairs.get(pair).map_or(0, |(range, _)| range.end);
    let left = text.get(text.floor_char_boundary(end.saturating_sub(reach))..end);
    let right = plan
        .base
        .get(from..plan.base.ceil_char_boundary(from + reach));
    (left.unwrap_or_default(), right.unwrap_or_default())
}

fn across(seams: &[Seam], found: Range<usize>, at: usize) -> Place {
    let seam = seams.partition_point(|seam| seam.range.end <= found.start);
    match seams.get(seam) {
        Some(seam)
            if found.end <= seam.range.end && found.start < seam.cut && found.end > seam.cut =>
        {
            if seam.pair < at {
                Place::Before
            } else {
                Place::After
            }
        }
        _ => Place::Gone,
    }
}

/// Looks for a long anchor across each seam that it can span.
fn long(
    plan: &Plan<'_>,
    ends: &[usize],
    at: usize,
    old: &str,
    text: &str,
    index: &Index<'_>,
) -> Result<Place, Exhausted> {
    let mut place = Place::Gone;
    for pair in 0..ends.len() {
        index.spend(1)?;
        if gap(plan, pair).is_none_or(|gap| gap >= old.len()) {
            continue;
        }
        let (left, right) = around(plan, ends, text, pair, old.len());
        index.spend((left.len() + right.len()) / 4)?;
        let seam = Seam {
            pair,
            range: 0..left.len() + right.len(),
            cut: left.len(),
        };
        let both = format!("{left}{right}");
        let seam = std::slice::from_ref(&seam);
        Index::new(&both).each(old, |found| {
            place = place.max(across(seam, found..found + old.len(), at));
            ControlFlow::Continue(())
        })?;
    }
    Ok(place)
}
