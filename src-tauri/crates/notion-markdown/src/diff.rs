//! The smallest set of search-and-replace pairs that turns one text into another.

use std::collections::HashSet;

use crate::block_update::{BlockUpdate, Reason, Refusal};
use crate::block_update_plan;
use crate::blocks;
use crate::canonical::canonical;
use crate::edits::{Edit, Level, Region};
use crate::regions::{everything, may_balance, regions};
use crate::search::Exhausted;
use crate::tokens::fragile_keys;
use crate::verify::{Plan, Verdict, verify};
use crate::windows::{Base, Window, grow_all};

/// How often anchors are made longer because they were found in a text between.
const ROUNDS: usize = 12;

/// How much JSON one request may carry, below the limit of 500 KB with room for what is around it.
const LARGEST: usize = 480_000;

/// What a pair needs in JSON beside its texts, names and all.
const FRAME: usize = 64;

/// What to send so that a page with the base becomes the new text.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// Both mean the same.
    Unchanged,
    /// These pairs, in this order. None is too long for a request; all together may be more than the service
    /// takes at once, and can be sent in several requests, cut anywhere: see [`portions`].
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
            let apart = changed
                .iter()
                .all(|region| !region.is_all(base_enhanced, new_enhanced));
            if reason == Reason::NoAnchor && apart {
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
    let mut tried = Vec::new();
    for least in Level::ALL {
        let edits = regions.iter().map(|region| {
            let mut levels = Level::ALL.into_iter().filter(|level| *level >= least);
            levels.find_map(|level| region.edits(level))
        });
        let Some(edits) = edits.collect::<Option<Vec<_>>>() else {
            continue;
        };
        let edits = edits.concat();
        if edits == tried {
            continue;
        }
        tried.clone_from(&edits);
        match anchored(&base, edits) {
            Ok(Ok(pairs)) if pairs.iter().any(|pair| pair.weight() > LARGEST) => {
                return Err(Reason::TooLong);
            }
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
    edits: Vec<Edit>,
) -> Result<Result<Vec<Replacement>, Reason>, Exhausted> {
    let mut windows: Vec<Window> = edits.into_iter().map(Window::new).collect();
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
            Verdict::Doubtful(found) => {
                for at in found {
                    if let Some(window) = windows.get_mut(at) {
                        window.extra += 2;
                    }
                }
            }
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

impl Replacement {
    /// How many bytes the pair takes in the JSON of a request.
    pub fn weight(&self) -> usize {
        let texts = [&self.old_str, &self.new_str].into_iter();
        texts.map(|text| blocks::quoted_len(text)).sum::<usize>() + FRAME
    }
}

/// Pairs in portions of at most so many bytes of JSON, to be sent one after the other (Request limits: the body
/// of a request is at most 500 KB). A pair that is heavier by itself is a portion of its own.
pub fn portions(pairs: &[Replacement], most: usize) -> Vec<&[Replacement]> {
    let mut out = Vec::new();
    let (mut rest, mut at, mut sum) = (pairs, 0, 0);
    while let Some(pair) = rest.get(at) {
        let weight = pair.weight();
        if at > 0 && sum + weight > most {
            let (portion, tail) = rest.split_at(at);
            out.push(portion);
            (rest, at, sum) = (tail, 0, 0);
        }
        at += 1;
        sum += weight;
    }
    if !rest.is_empty() {
        out.push(rest);
    }
    out
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

#[cfg(test)]
mod tests {
    use super::{Anchor, LARGEST, Reason, Replacement, Update, apply, diff, portions};

    #[test]
    fn portions_fit_into_requests_and_leave_nothing_out() {
        let pair = |len: usize| Replacement {
            old_str: "\"".repeat(len),
            new_str: "n".repeat(len),
            anchor: Anchor::Consumed,
        };
        let pairs: Vec<Replacement> = [1, 90_000, 90_000, 100_000, 159_000, 159_000, 3]
            .into_iter()
            .map(pair)
            .collect();
        let portions = portions(&pairs, LARGEST);
        assert!(portions.len() > 2);
        assert_eq!(portions.concat(), pairs);
        for portion in portions {
            let json: usize = portion.iter().map(Replacement::weight).sum();
            assert!(!portion.is_empty() && json <= LARGEST, "{json}");
        }
        assert!(super::portions(&[], LARGEST).is_empty());
    }

    #[test]
    fn a_pair_is_as_long_as_its_json() {
        for text in ["", "a\"b\\c\n\t\r\u{8}\u{c}\u{1}\u{1f}\u{7f}é😀"] {
            let json = serde_json::to_string(text).unwrap();
            assert_eq!(crate::blocks::quoted_len(text), json.len());
        }
    }

    #[test]
    fn what_no_request_can_carry_goes_block_by_block() {
        let base = "one\ntwo\nthree";
        let long = "many words \\*\n".repeat(40_000);
        let new = format!("one\n{long}two\nthree");
        let Update::Blocks(update) = diff(base, &new) else {
            panic!("it goes as text");
        };
        assert_eq!(update.reason, Reason::TooLong);
        let shorter: String = long.lines().take(25_000).collect::<Vec<_>>().join("\n");
        let new = format!("one\n{shorter}\ntwo\nthree");
        let Update::Replace(pairs) = diff(base, &new) else {
            panic!("it goes block by block");
        };
        assert_eq!(apply(base, &pairs).as_deref(), Some(new.as_str()));
    }
}
