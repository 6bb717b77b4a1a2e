//! Whether pairs that were found in one text can be applied one after the other, and again.

use std::ops::{ControlFlow, Range};

use crate::diff::Anchor;
use crate::search::{Exhausted, Index};

/// Anchors up to this length are searched at all seams together; the seams are searched for in longer ones.
const SEAM: usize = 64;

/// How much of a seam is searched for on either side. What is longer than a seam and lies across one holds as much.
const PROBE: usize = 16;

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
    /// These are found more than once in a text between.
    Doubtful(Vec<usize>),
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
    let mut places = long_anchors(plan, &ends, &text)?;
    let seams = seams(plan, &ends, &mut text);
    let index = Index::new(&text);
    for (at, ((range, new), place)) in plan.pairs.iter().zip(&mut places).enumerate() {
        let old = plan.base.get(range.clone()).unwrap_or_default();
        let start = ends.get(at).copied().unwrap_or_default() - new.len();
        index.each(old, |found| {
            let end = found + old.len();
            *place = (*place).max(if end > result_len {
                across(&seams, found..end, at)
            } else if end <= start {
                Place::Before
            } else {
                Place::After
            });
            if *place == Place::Before {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
    }
    let all = places.iter().enumerate();
    let doubtful = all.filter(|(_, place)| **place == Place::Before);
    let doubtful: Vec<usize> = doubtful.map(|(at, _)| at).collect();
    if !doubtful.is_empty() {
        return Ok(Verdict::Doubtful(doubtful));
    }
    let anchor = |place| match place {
        Place::Gone => Anchor::Consumed,
        Place::After | Place::Before => Anchor::Survives,
    };
    Ok(Verdict::Fine(places.into_iter().map(anchor).collect()))
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

/// Where each anchor that is longer than a seam lies across one. There may be many of either, so the few bytes
/// around each seam are looked up in all such anchors at once.
fn long_anchors(plan: &Plan<'_>, ends: &[usize], result: &str) -> Result<Vec<Place>, Exhausted> {
    let mut places = vec![Place::Gone; plan.pairs.len()];
    let mut all = String::new();
    // Each long anchor, and where it begins among them.
    let mut anchors: Vec<(usize, usize)> = Vec::new();
    let mut longest = 0;
    for (at, (range, _)) in plan.pairs.iter().enumerate() {
        if range.len() > SEAM {
            anchors.push((all.len(), at));
            all.push_str(plan.base.get(range.clone()).unwrap_or_default());
            longest = longest.max(range.len());
        }
    }
    let index = Index::new(&all);
    for (pair, end) in ends.iter().enumerate() {
        if gap(plan, pair).is_none_or(|gap| gap >= longest) {
            continue;
        }
        let seam = Cut {
            before: result.as_bytes().get(..*end).unwrap_or_default(),
            after: plan.pairs.get(pair).map_or(&[], |(range, _)| {
                plan.base.as_bytes().get(range.end..).unwrap_or_default()
            }),
        };
        for (probe, cut) in seam.probes() {
            index.each(probe, |found| {
                let cut = found + cut;
                let nearest = anchors.partition_point(|(start, _)| *start < cut);
                let anchor = nearest.checked_sub(1).and_then(|at| anchors.get(at));
                if let Some((start, at)) = anchor
                    && let Some((range, _)) = plan.pairs.get(*at)
                    && let Some(place) = places.get_mut(*at)
                    && seam.is_in(
                        plan.base.get(range.clone()).unwrap_or_default(),
                        cut - start,
                    )
                {
                    let found = if pair < *at {
                        Place::Before
                    } else {
                        Place::After
                    };
                    *place = (*place).max(found);
                }
                ControlFlow::Continue(())
            })?;
        }
    }
    Ok(places)
}

/// The new text before a seam and the old text after it.
struct Cut<'a> {
    before: &'a [u8],
    after: &'a [u8],
}

impl Cut<'_> {
    /// What stands around the seam, and where the seam is in it: any text longer than [`SEAM`] that lies across
    /// the seam holds one of these.
    fn probes(&self) -> impl Iterator<Item = ([u8; 2 * PROBE], usize)> {
        let both = self.before.last_chunk::<PROBE>();
        let both = both.zip(self.after.first_chunk::<PROBE>());
        let both = both.map(|(before, after)| {
            let mut probe = [0; 2 * PROBE];
            let bytes = before.iter().chain(after);
            for (slot, byte) in probe.iter_mut().zip(bytes) {
                *slot = *byte;
            }
            (probe, PROBE)
        });
        let right = self.after.first_chunk().map(|after| (*after, 0));
        let left = self.before.last_chunk();
        let left = left.map(|before| (*before, 2 * PROBE));
        [both, right, left].into_iter().flatten()
    }

    /// Whether the seam with what is around it is a text that is cut at a place.
    fn is_in(&self, text: &str, at: usize) -> bool {
        let parts = text.as_bytes().split_at_checked(at);
        parts.is_some_and(|(before, after)| {
            !after.is_empty() && self.before.ends_with(before) && self.after.starts_with(after)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::{Plan, Verdict, verify};
    use crate::diff::Anchor;
    use proptest::prelude::*;

    /// How often a text occurs in another, overlaps counted.
    fn count(text: &str, part: &str) -> usize {
        let places = 0..text.len();
        let found = |at: &usize| text.as_bytes()[*at..].starts_with(part.as_bytes());
        places.filter(found).count()
    }

    /// Applies the pairs one by one and looks at every text between.
    fn slowly(plan: &Plan<'_>) -> Verdict {
        let mut texts = vec![plan.base.to_owned()];
        let mut shift = 0_isize;
        for (range, new) in &plan.pairs {
            let mut text = texts.last().unwrap().clone();
            let start = range.start.checked_add_signed(shift).unwrap();
            text.replace_range(start..start + range.len(), new);
            shift += isize::try_from(new.len()).unwrap() - isize::try_from(range.len()).unwrap();
            texts.push(text);
        }
        let (mut doubtful, mut anchors) = (Vec::new(), Vec::new());
        for (at, (range, _)) in plan.pairs.iter().enumerate() {
            let old = plan.base.get(range.clone()).unwrap();
            let (before, after) = texts.split_at(at + 1);
            if before.iter().any(|text| count(text, old) > 1) {
                doubtful.push(at);
            }
            let gone = after.iter().all(|text| count(text, old) == 0);
            anchors.push(if gone {
                Anchor::Consumed
            } else {
                Anchor::Survives
            });
        }
        if doubtful.is_empty() {
            Verdict::Fine(anchors)
        } else {
            Verdict::Doubtful(doubtful)
        }
    }

    /// Few letters, often repeated, so that everything is found in many places.
    fn text() -> impl Strategy<Value = String> {
        let part = (
            prop::sample::select(vec!["a", "b", "ab", "\n"]),
            1_usize..50,
        );
        let parts = prop::collection::vec(part, 0..6);
        parts.prop_map(|parts| {
            parts
                .iter()
                .map(|(part, times)| part.repeat(*times))
                .collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn texts_between_are_looked_at_as_if_they_were_made(
            base in text(),
            cuts in prop::collection::btree_set(0_usize..300, 0..8),
            new in prop::collection::vec(text(), 4),
        ) {
            let cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= base.len()).collect();
            let ranges = cuts.chunks_exact(2).map(|pair| pair[0]..pair[1]);
            let once = ranges.filter(|range: &Range<usize>| count(&base, base.get(range.clone()).unwrap()) == 1);
            let plan = Plan { base: &base, pairs: once.zip(new).collect() };
            prop_assert_eq!(verify(&plan), Ok(slowly(&plan)));
        }
    }
}
