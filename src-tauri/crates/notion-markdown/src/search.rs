//! Many searches in one text.

use std::cell::{Cell, OnceCell};
use std::ops::ControlFlow;

use memchr::memmem;

/// How long the pieces are that are looked up.
const GRAM: usize = 5;

/// One of so many places is kept.
const EVERY: usize = 4;

/// The shortest text that can be looked up: it has a piece at a kept place wherever it stands.
const SHORTEST: usize = GRAM + EVERY - 1;

/// Searches that are done without a table.
const PLAIN: usize = 8;

/// How many searches through the whole text may be done for what is too short for the table.
const PATIENCE: usize = 64;

/// How many pieces of what is searched for are tried as the rarest.
const TRIED: usize = 32;

/// A piece with so few places is rare enough.
const FEW: usize = 4;

/// A text in which much is searched for; the time all searches together may take is bounded.
pub(crate) struct Index<'a> {
    text: &'a [u8],
    grams: OnceCell<Grams>,
    searches: Cell<usize>,
    budget: Cell<usize>,
}

/// The time allowed is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exhausted;

/// Every fourth place of a text, by the hash of the five bytes there.
struct Grams {
    shift: u32,
    /// Where the places of each hash begin in `places`.
    starts: Vec<u32>,
    places: Vec<u32>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            grams: OnceCell::new(),
            searches: Cell::new(0),
            budget: Cell::new(allowance(text.as_bytes())),
        }
    }

    /// Allows as much time as at first.
    pub(crate) fn refill(&self) {
        self.budget.set(allowance(self.text));
    }

    /// Takes time from what is allowed.
    pub(crate) fn spend(&self, cost: usize) -> Result<(), Exhausted> {
        let left = self.budget.get().checked_sub(cost).ok_or(Exhausted)?;
        self.budget.set(left);
        Ok(())
    }

    /// Whether looking for a text this long does not mean to read everything once more.
    pub(crate) fn is_quick(&self, len: usize) -> bool {
        len >= SHORTEST || self.searches.get() < PATIENCE
    }

    /// Where `needle` stands when it stands there only, overlaps counted.
    pub(crate) fn only(&self, needle: &str) -> Result<Option<usize>, Exhausted> {
        let (mut found, mut count) = (None, 0);
        self.each(needle, |at| {
            found = Some(at);
            count += 1;
            if count > 1 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
        Ok(found.filter(|_| count == 1))
    }

    /// Every place of `needle`, in no order, until told to stop.
    pub(crate) fn each(
        &self,
        needle: impl AsRef<[u8]>,
        mut seen: impl FnMut(usize) -> ControlFlow<()>,
    ) -> Result<(), Exhausted> {
        let needle = needle.as_ref();
        if needle.is_empty() || needle.len() > self.text.len() {
            return Ok(());
        }
        self.searches.set(self.searches.get() + 1);
        if self.searches.get() <= PLAIN || needle.len() < SHORTEST {
            return self.each_plain(needle, seen);
        }
        let grams = self.grams.get_or_init(|| Grams::of(self.text));
        for class in 0..EVERY {
            // A place of the needle has, for exactly one class, kept places at all offsets of the class.
            let Some((offset, places)) = grams.rarest(needle, class) else {
                continue;
            };
            for place in places {
                let Some(from) = (*place as usize).checked_sub(offset) else {
                    continue;
                };
                let fits = self.text.get(from..from + needle.len()) == Some(needle);
                self.spend(1 + if fits { needle.len() / 16 } else { 0 })?;
                if fits && seen(from).is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn each_plain(
        &self,
        needle: &[u8],
        mut seen: impl FnMut(usize) -> ControlFlow<()>,
    ) -> Result<(), Exhausted> {
        let finder = memmem::Finder::new(needle);
        let mut from = 0;
        while let Some(skip) = self.text.get(from..).and_then(|rest| finder.find(rest)) {
            self.spend(skip / 8 + needle.len() / 16 + 4)?;
            if seen(from + skip).is_break() {
                return Ok(());
            }
            from += skip + 1;
        }
        self.spend((self.text.len() - from.min(self.text.len())) / 8)
    }
}

fn allowance(text: &[u8]) -> usize {
    text.len().saturating_mul(24).saturating_add(1 << 21)
}

impl Grams {
    fn of(text: &[u8]) -> Self {
        let bits = (text.len() / EVERY + 1).ilog2().clamp(4, 20);
        let shift = u64::BITS - bits;
        let grams = text.windows(GRAM).step_by(EVERY);
        let hashes: Vec<u32> = grams.map(|gram| hash(gram, shift)).collect();
        let mut starts = vec![0_u32; (1 << bits) + 1];
        for hash in &hashes {
            if let Some(start) = starts.get_mut(*hash as usize) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        // From the last to the first, so that each start ends up where the places of its hash begin.
        let mut places = vec![0; hashes.len()];
        for (at, hash) in hashes.iter().enumerate().rev() {
            if let Some(start) = starts.get_mut(*hash as usize) {
                *start -= 1;
                if let Some(place) = places.get_mut(*start as usize) {
                    *place = u32::try_from(at * EVERY).unwrap_or(u32::MAX);
                }
            }
        }
        Self {
            shift,
            starts,
            places,
        }
    }

    /// Of the pieces at the offsets of one class, one that is rare, and the places where it may stand.
    fn rarest(&self, needle: &[u8], class: usize) -> Option<(usize, &[u32])> {
        let mut best: Option<(usize, &[u32])> = None;
        for offset in (class..=needle.len().checked_sub(GRAM)?)
            .step_by(EVERY)
            .take(TRIED)
        {
            let places = self.at(needle.get(offset..offset + GRAM)?);
            if best.is_none_or(|(_, fewest)| places.len() < fewest.len()) {
                best = Some((offset, places));
            }
            if places.len() <= FEW {
                break;
            }
        }
        best
    }

    /// Places where these bytes may stand.
    fn at(&self, gram: &[u8]) -> &[u32] {
        let hash = hash(gram, self.shift) as usize;
        match (self.starts.get(hash), self.starts.get(hash + 1)) {
            (Some(from), Some(to)) => self
                .places
                .get(*from as usize..*to as usize)
                .unwrap_or_default(),
            _ => &[],
        }
    }
}

/// A hash of five bytes with its highest bits in the lowest place.
#[expect(
    clippy::cast_possible_truncation,
    reason = "at most twenty bits are left after the shift"
)]
fn hash(gram: &[u8], shift: u32) -> u32 {
    let number = gram
        .iter()
        .fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    ((number ^ (number >> 17)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift) as u32
}

/// A hash of a short text, the same in every run: for comparing words, not for tables strangers fill.
pub(crate) fn hash_of(bytes: &[u8]) -> u64 {
    let mix = |sum: u64, part: u64| (sum.rotate_left(5) ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let (chunks, rest) = bytes.as_chunks::<8>();
    let sum = chunks.iter().fold(bytes.len() as u64, |sum, chunk| {
        mix(sum, u64::from_le_bytes(*chunk))
    });
    rest.iter()
        .fold(sum, |sum, byte| mix(sum, u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::Index;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_place_is_found(text in "[ab\\né]{0,400}", from in 0_usize..400, len in 1_usize..60, warm in any::<bool>()) {
            let index = Index::new(&text);
            for _ in 0..if warm { 9 } else { 0 } {
                let _ = index.only("not in any of these texts");
            }
            let needle: String = text.chars().skip(from).take(len).collect();
            let mut found = Vec::new();
            let done = index.each(&needle, |at| {
                found.push(at);
                ControlFlow::Continue(())
            });
            prop_assert_eq!(done, Ok(()));
            found.sort_unstable();
            let wanted: Vec<usize> = (0..text.len())
                .filter(|at| !needle.is_empty() && text.as_bytes().get(*at..).is_some_and(|rest| rest.starts_with(needle.as_bytes())))
                .collect();
            let only = if let [at] = wanted.as_slice() { Some(*at) } else { None };
            prop_assert_eq!(found, wanted);
            prop_assert_eq!(index.only(&needle), Ok(only));
        }
    }

    #[test]
    fn a_search_that_would_take_for_ever_ends() {
        let text = "ab".repeat(40_000);
        let index = Index::new(&text);
        let needle = "ab".repeat(20_000);
        let mut searches = 0..10_000;
        assert!(searches.any(|_| index.each(&needle, |_| ControlFlow::Continue(())).is_err()));
    }
}
