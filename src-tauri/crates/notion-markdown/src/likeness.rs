//! Which of the texts in two lists are versions of each other.

use crate::search::hash_of;
use crate::tokens::{Token, is_fragile, tokens};

/// What is compared of a text.
pub(crate) struct Words {
    /// Hashes of its words, sorted, each once.
    words: Vec<u64>,
    /// Hashes of its mentions and signed addresses.
    held: Vec<u64>,
}

fn hashes<'t>(list: impl Iterator<Item = &'t Token<'t>>) -> Vec<u64> {
    let mut out: Vec<u64> = list.map(|token| hash_of(token.key.as_bytes())).collect();
    out.sort_unstable();
    out.dedup();
    out
}

impl Words {
    pub(crate) fn of(text: &str) -> Self {
        let list = tokens(text);
        let wordy = |token: &&Token<'_>| token.key.chars().any(char::is_alphanumeric);
        Self {
            words: hashes(list.iter().filter(wordy)),
            held: hashes(list.iter().filter(|token| is_fragile(text, token))),
        }
    }

    /// Whether both mention the same.
    pub(crate) fn holds_with(&self, other: &Self) -> bool {
        common_of(&self.held, &other.held) > 0
    }

    /// How alike two texts are; 0 when they share less than half of their words. What they both mention
    /// makes them alike whatever else they say.
    fn score(&self, other: &Self) -> usize {
        let common = common(&self.words, &other.words);
        let held = common_of(&self.held, &other.held);
        if held == 0 && common * 4 < self.words.len() + other.words.len() {
            return 0;
        }
        common + held
    }
}

fn common(a: &[u64], b: &[u64]) -> usize {
    let (mut x, mut y, mut count) = (0, 0, 0);
    while let (Some(left), Some(right)) = (a.get(x), b.get(y)) {
        count += usize::from(left == right);
        x += usize::from(left <= right);
        y += usize::from(right <= left);
    }
    count
}

fn common_of(a: &[u64], b: &[u64]) -> usize {
    if a.is_empty() || b.is_empty() {
        0
    } else {
        common(a, b)
    }
}

/// The pairing, in order, with the greatest likeness; pairs that are not alike are left out.
pub(crate) fn best_pairs(old: &[Words], new: &[Words]) -> Vec<(usize, usize)> {
    let width = new.len() + 1;
    let scores: Vec<Vec<usize>> = old
        .iter()
        .map(|a| new.iter().map(|b| a.score(b)).collect())
        .collect();
    let score = |x: usize, y: usize| {
        let row = scores.get(x);
        row.and_then(|row| row.get(y)).copied().unwrap_or(0)
    };
    let mut best = vec![0_usize; (old.len() + 1) * width];
    let get = |best: &[usize], x: usize, y: usize| best.get(x * width + y).copied().unwrap_or(0);
    let paired = |best: &[usize], x: usize, y: usize| match score(x, y) {
        0 => 0,
        score => score + get(best, x + 1, y + 1),
    };
    for x in (0..old.len()).rev() {
        for y in (0..new.len()).rev() {
            let skip = get(&best, x + 1, y).max(get(&best, x, y + 1));
            let value = skip.max(paired(&best, x, y));
            if let Some(slot) = best.get_mut(x * width + y) {
                *slot = value;
            }
        }
    }
    let mut out = Vec::new();
    let (mut x, mut y) = (0, 0);
    while x < old.len() && y < new.len() {
        let here = get(&best, x, y);
        let pair = paired(&best, x, y);
        if pair > 0 && here == pair {
            out.push((x, y));
            x += 1;
            y += 1;
        } else if here == get(&best, x + 1, y) {
            x += 1;
        } else {
            y += 1;
        }
    }
    out
}
