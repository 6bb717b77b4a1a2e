//! Chance that can be had again: a story that failed is told once more with the same seed.

use std::fmt;

/// Numbers that look like chance and follow from a seed.
#[derive(Debug, Clone)]
pub struct Seeded {
    seed: u64,
    state: u64,
}

impl Seeded {
    /// The seed in `OCTAVO_TEST_SEED`, or a new one; it is printed in both cases.
    #[expect(
        clippy::print_stderr,
        reason = "a failed story is repeated by its seed"
    )]
    pub fn from_environment() -> Self {
        let given = std::env::var("OCTAVO_TEST_SEED")
            .ok()
            .and_then(|text| text.parse().ok());
        let seed = given.unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0);
        eprintln!("OCTAVO_TEST_SEED={seed}");
        Self { seed, state: seed }
    }

    /// The next number below `limit` (`SplitMix64`).
    pub fn below(&mut self, limit: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31))
            .checked_rem(limit)
            .unwrap_or_default()
    }
}

impl fmt::Display for Seeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OCTAVO_TEST_SEED={}", self.seed)
    }
}

#[cfg(test)]
mod tests {
    use super::Seeded;

    #[test]
    fn a_seed_gives_the_same_numbers_again() {
        let numbers = |seed| {
            let mut chance = Seeded { seed, state: seed };
            [chance.below(100), chance.below(100), chance.below(100)]
        };
        assert_eq!(numbers(7), numbers(7));
        assert_ne!(numbers(7), numbers(8));
        assert!(numbers(9).iter().all(|number| *number < 100));
    }
}
