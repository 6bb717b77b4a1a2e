//! Who wrote which word, and who took it away again.

use std::collections::BTreeMap;

/// A word that nobody else ever writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// In which workspace it was written.
    pub(crate) space: usize,
    /// A person saw it and took it away: it may be gone.
    pub(crate) removed: bool,
    /// The word a note was born with, by which it is known. Nobody takes it away.
    pub(crate) birth: bool,
}

/// Every word that was ever written.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    words: BTreeMap<String, Entry>,
    next: u32,
}

impl Ledger {
    /// A new word; `letter` says who writes it.
    pub(crate) fn word(&mut self, letter: char, space: usize) -> String {
        self.enter(letter, space, false)
    }

    /// The word of a new note.
    pub(crate) fn birth(&mut self, space: usize) -> String {
        self.enter('N', space, true)
    }

    fn enter(&mut self, letter: char, space: usize, birth: bool) -> String {
        self.next += 1;
        let word = format!("{letter}{}q", self.next);
        let entry = Entry {
            space,
            removed: false,
            birth,
        };
        self.words.insert(word.clone(), entry);
        word
    }

    /// Somebody saw these words and took them away.
    pub(crate) fn remove(&mut self, words: impl IntoIterator<Item = String>) {
        for word in words {
            if let Some(entry) = self.words.get_mut(&word) {
                entry.removed = true;
            }
        }
    }

    /// What was written could not be kept: it was never there.
    pub(crate) fn forget(&mut self, word: &str) {
        self.words.remove(word);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Entry)> {
        self.words.iter().map(|(word, entry)| (&**word, *entry))
    }
}

/// Whether this is one of the words.
pub(crate) fn is_word(token: &str) -> bool {
    let inner = token
        .strip_suffix('q')
        .and_then(|rest| rest.strip_prefix(|first: char| first.is_ascii_uppercase()));
    inner.is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()))
}

/// Whether a note is known by this word.
pub(crate) fn is_birth(token: &str) -> bool {
    token.starts_with('N') && is_word(token)
}

/// The words of a text.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    let tokens = text.split(|c: char| !c.is_ascii_alphanumeric());
    tokens.filter(|token| is_word(token)).map(str::to_owned)
}

/// The first word in a text that a note is known by, as its number.
pub(crate) fn birth_of(text: &str) -> Option<u32> {
    let word = words(text).find(|word| is_birth(word))?;
    word.trim_start_matches('N')
        .trim_end_matches('q')
        .parse()
        .ok()
}
