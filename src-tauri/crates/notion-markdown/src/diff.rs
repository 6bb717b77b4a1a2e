//! The smallest set of search-and-replace pairs that turns one text into another.

use std::collections::HashSet;

use crate::block_update::{BlockUpdate, Reason, Refusal};
use crate::block_update_plan;
use crate::canonical::canonical;
use crate::edits::{Edit, Level, Region};
use crate::regions::{everything, may_balance, regions};
use crate::search::Exhausted;
use crate::tokens::fragile_keys;
use crate::verify::{Plan, Verdict, verify};
use crate::windows::{Base, Window, grow_all};

/// How often anchors are made longer because they were found in a text between.
const ROUNDS: usize = 12;

/// What to send so that a page with the base becomes the new text.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// Both mean the same.
    Unchanged,
    /// These pairs, in this order. More than the service takes at once can be sent in several
    /// requests, cut anywhere.
    Replace(Vec<Replacement>),
    /// Pairs cannot say it: operations on single blocks can.
    Blocks(BlockUpdate),
    /// Neither pairs nor operations on blocks can do it without destroying something.
    Refused(Refusal),
}

/// Whether the text a pair searches for is still there once the pair was applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// It is gone, from then on and from the finished text: applied again, the pair is refused because
    /// nothing is found, and changes nothing.
    Consumed,
    /// It is still there, as after words put in at the very end: applied again, the pair may well change the
    /// text a second time. After an unclear end, read the page before it is sent again.
    Survives,
}

/// One search-and-replace pair. `old_str` occurs exactly once where it is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// What is searched for, literally.
    pub old_str: String,
    /// What takes its place.
    pub new_str: String,
    /// Whether it may be sent a second time without looking.
    pub anchor: Anchor,
}

/// Whether a request with these pairs, sent a second time by mistake, changes nothing, however far the first
/// came: every pair has consumed what it searches for.
pub fn is_repeatable(pairs: &[Replacement]) -> bool {
    pairs.iter().all(|pair| pair.anchor == Anchor::Consumed)
}

/// Finds what turns `base_enhanced`, as the service last answered it, into `new_enhanced`.
///
/// Blocks that mean the same are left in the spelling of the base. The pairs give the same result one
/// after the other and all at once; where possible a pair cannot be applied twice, because it
/// destroys what it searches for, and each pair says whether it does. Titles of mentions, signed addresses,
/// pictures and cards are no part of a pair unless they changed.
///
/// Only stretches that differ are read, so that the time a small change takes hardly grows with the page.
pub fn diff(base_enhanced: &str, new_enhanced: &str) -> Update {
    if base_enhanced == new_enhanced {
        return Update::Unchanged;
    }
    let changed = regions(base_enhanced, new_enhanced);
    let same = || canonical(base_enhanced) == canonical(new_enhanced);
    if changed.is_empty() || may_balance(&changed) && same() {
        return Update::Unchanged;
    }
    let reason = if base_enhanced.trim().is_empty() {
        Reason::EmptyPage
    } else if new_enhanced.trim().is_empty() {
        Reason::NothingLeft
    } else {
        let found = replacements(base_enhanced, &changed).or_else(|reason| {
            if let Reason::NoAnchor = reason {
                // Stretches that cannot be told apart one by one may be, taken together.
                replacements(base_enhanced, &everything(base_enhanced, new_enhanced))
            } else {
                Err(reason)
            }
        });
        match found {
            Ok(pairs) => return Update::Replace(pairs),
            Err(reason) => reason,
        }
    };
    match block_update_plan::plan(base_enhanced, new_enhanced, reason) {
        Ok(update) => Update::Blocks(update),
        Err(refusal) => Update::Refused(refusal),
    }
}

/// The pairs for all stretches, as small as can be.
fn replacements(text: &str, regions: &[Region<'_>]) -> Result<Vec<Replacement>, Reason> {
    let removed: HashSet<&str> = regions.iter().flat_map(Region::removed_cards).collect();
    if regions
        .iter()
        .flat_map(Region::added_cards)
        .any(|card| removed.contains(card))
    {
        return Err(Reason::CardMoves);
    }
    let base = Base::new(text, regions);
    let mut reason = Reason::NoAnchor;
    for least in Level::ALL {
        let edits = regions.iter().map(|region| {
            let mut levels = Level::ALL.into_iter().filter(|level| *level >= least);
            levels.find_map(|level| region.edits(level))
        });
        let Some(edits) = edits.collect::<Option<Vec<_>>>() else {
            continue;
        };
        match anchored(&base, edits.into_iter().flatten()) {
            Ok(Ok(pairs)) => return Ok(pairs),
            Ok(Err(why)) => reason = reason.max(why),
            // Too much to search for: larger parts are fewer.
            Err(Exhausted) => base.index.refill(),
        }
    }
    Err(reason)
}

/// Grows edits until each can be found, before and between.
fn anchored(
    base: &Base<'_>,
    edits: impl Iterator<Item = Edit>,
) -> Result<Result<Vec<Replacement>, Reason>, Exhausted> {
    let mut windows: Vec<Window> = edits.map(Window::new).collect();
    for _ in 0..ROUNDS {
        let Some(grown) = grow_all(base, windows)? else {
            break;
        };
        windows = grown;
        let pairs = windows
            .iter()
            .map(|window| (window.range.clone(), window.replaced(base)))
            .collect();
        let plan = Plan {
            base: base.text,
            pairs,
        };
        if !plan
            .pairs
            .iter()
            .all(|(range, new)| is_free(base, range, new))
        {
            return Ok(Err(Reason::InsideCard));
        }
        match verify(&plan)? {
            Verdict::Doubtful(at) => match windows.get_mut(at) {
                Some(window) => window.extra += 2,
                None => break,
            },
            Verdict::Fine(anchors) => {
                let pairs = plan.pairs.into_iter().zip(anchors);
                let pairs = pairs.map(|((range, new_str), anchor)| Replacement {
                    old_str: base.slice(range).to_owned(),
                    new_str,
                    anchor,
                });
                return Ok(Ok(pairs.collect()));
            }
        }
    }
    Ok(Err(Reason::NoAnchor))
}

/// Whether a pair leaves alone what it does not change: no card that stays, and nothing that changes by
/// itself, is both in what is searched for and in what takes its place.
fn is_free(base: &Base<'_>, range: &std::ops::Range<usize>, new: &str) -> bool {
    if base.has_card(range) {
        return false;
    }
    if !base.is_fragile(range) {
        return true;
    }
    let kept = fragile_keys(new);
    fragile_keys(base.slice(range.clone())).is_disjoint(&kept)
}

/// Applies pairs one after the other. None when one does not occur exactly once.
pub fn apply(base: &str, pairs: &[Replacement]) -> Option<String> {
    let mut text = base.to_owned();
    for pair in pairs {
        let at = only(&text, &pair.old_str)?;
        text.replace_range(at..at + pair.old_str.len(), &pair.new_str);
    }
    Some(text)
}

/// Where `needle` occurs, when it occurs exactly once, overlaps counted.
fn only(text: &str, needle: &str) -> Option<usize> {
    let finder = memchr::memmem::Finder::new(needle);
    let first = finder.find(text.as_bytes())?;
    let step = needle.chars().next()?.len_utf8();
    let again = finder.find(text.as_bytes().get(first + step..)?);
    again.is_none().then_some(first)
}
