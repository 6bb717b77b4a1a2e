//! Many searches in one text.

use std::cell::{Cell, OnceCell};
use std::ops::ControlFlow;

use memchr::memmem;

/// How long the pieces are that are looked up.
const GRAM: usize = 8;

/// One of so many places is kept.
const EVERY: usize = 8;

/// Searches that are done without a table.
const PLAIN: usize = 8;

/// How many pieces of what is searched for are tried as the rarest.
const TRIED: usize = 32;

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

/// Every eighth place of a text, by the hash of the eight bytes there.
struct Grams {
    shift: u32,
    /// Where the places of each hash begin in `places`.
    starts: Vec<usize>,
    places: Vec<usize>,
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
        needle: &str,
        mut seen: impl FnMut(usize) -> ControlFlow<()>,
    ) -> Result<(), Exhausted> {
        let needle = needle.as_bytes();
        if needle.is_empty() || needle.len() > self.text.len() {
            return Ok(());
        }
        self.searches.set(self.searches.get() + 1);
        if self.searches.get() <= PLAIN || needle.len() < GRAM + EVERY - 1 {
            return self.each_plain(needle, seen);
        }
        let grams = self.grams.get_or_init(|| Grams::of(self.text));
        for class in 0..EVERY {
            // A place of the needle has, for exactly one class, kept places at all offsets of the class.
            let offsets = (class..=needle.len() - GRAM).step_by(EVERY).take(TRIED);
            let rarest = offsets
                .filter_map(|offset| Some((offset, grams.at(needle.get(offset..offset + GRAM)?))))
                .min_by_key(|(_, places)| places.len());
            let Some((offset, places)) = rarest else {
                continue;
            };
            for place in places {
                let Some(from) = place.checked_sub(offset) else {
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
            self.spend(skip / 8 + 4)?;
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
        let count = text.len() / EVERY + 1;
        let bits = count.ilog2().clamp(4, 20);
        let shift = u64::BITS - bits;
        let mut starts = vec![0_usize; (1 << bits) + 1];
        let hashes: Vec<usize> = text
            .chunks_exact(EVERY)
            .map(|gram| hash(gram, shift))
            .collect();
        for hash in &hashes {
            if let Some(start) = starts.get_mut(hash + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut places = vec![0; hashes.len()];
        for (at, hash) in hashes.into_iter().enumerate() {
            if let Some(slot) = next.get_mut(hash) {
                if let Some(place) = places.get_mut(*slot) {
                    *place = at * EVERY;
                }
                *slot += 1;
            }
        }
        Self {
            shift,
            starts,
            places,
        }
    }

    /// Places where these bytes may stand.
    fn at(&self, gram: &[u8]) -> &[usize] {
        let hash = hash(gram, self.shift);
        match (self.starts.get(hash), self.starts.get(hash + 1)) {
            (Some(from), Some(to)) => self.places.get(*from..*to).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// A hash of eight bytes with its highest bits in the lowest place.
fn hash(gram: &[u8], shift: u32) -> usize {
    let number = gram
        .first_chunk::<GRAM>()
        .map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let mixed = (number ^ (number >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift;
    usize::try_from(mixed).unwrap_or(0)
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
