//! What is known of an account's other notes.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::words::{Words, folded};

/// Another note, in short.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// The beginning of its text; it is enough to tell what the note is about.
    pub excerpt: &'a str,
    /// Its type, if it has one.
    pub note_type: Option<&'a str>,
    /// Its tags, without `#`.
    pub tags: &'a [String],
}

/// The words, tags and types of an account's notes. It can be kept while they change.
#[derive(Debug, Default)]
pub struct Corpus {
    /// The notes; the places of those that went away are empty.
    notes: Vec<Option<Entry>>,
    /// Where a note stands among them.
    places: HashMap<String, usize>,
    /// The number of a stem.
    stems: HashMap<String, usize>,
    /// In which notes a stem stands, by its number.
    with: Vec<BTreeSet<usize>>,
    /// In which notes a tag stands, under its folded name.
    pub(crate) tags: HashMap<String, Tag>,
}

#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) note_type: Option<String>,
    tags: Vec<String>,
    stems: Vec<usize>,
}

#[derive(Debug, Default)]
pub(crate) struct Tag {
    /// As people write it.
    pub(crate) name: String,
    pub(crate) notes: BTreeSet<usize>,
}

/// A note that reads like another one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Alike<'c> {
    pub(crate) entry: &'c Entry,
    /// How alike it is, from 0 to 1.
    pub(crate) degree: f64,
    /// How many words they have in common.
    pub(crate) common: usize,
}

impl Corpus {
    /// Reads the notes of one account.
    pub fn new<'a>(notes: impl IntoIterator<Item = Known<'a>>) -> Self {
        let mut corpus = Self::default();
        for known in notes {
            corpus.set(known);
        }
        corpus
    }

    /// Reads a note, in place of what was known of it.
    pub fn set(&mut self, known: Known<'_>) {
        self.remove(known.id);
        let at = self.notes.len();
        let text = format!("{}\n{}", known.title, known.excerpt);
        let terms = Words::like(&text).terms(&text);
        let words: BTreeSet<String> = terms.into_iter().map(|term| term.stem).collect();
        let mut stems = Vec::with_capacity(words.len());
        for word in words {
            let next = self.stems.len();
            let stem = *self.stems.entry(word).or_insert(next);
            if stem == self.with.len() {
                self.with.push(BTreeSet::new());
            }
            if let Some(with) = self.with.get_mut(stem) {
                with.insert(at);
            }
            stems.push(stem);
        }
        let mut tags = Vec::with_capacity(known.tags.len());
        for name in known.tags {
            let key = folded(name);
            let tag = self.tags.entry(key.clone()).or_default();
            if tag.notes.is_empty() {
                tag.name.clone_from(name);
            }
            tag.notes.insert(at);
            tags.push(key);
        }
        self.places.insert(known.id.to_owned(), at);
        self.notes.push(Some(Entry {
            id: known.id.to_owned(),
            title: known.title.to_owned(),
            note_type: known.note_type.map(str::to_owned),
            tags,
            stems,
        }));
    }

    /// Forgets a note.
    pub fn remove(&mut self, id: &str) {
        let Some(at) = self.places.remove(id) else {
            return;
        };
        let Some(entry) = self.notes.get_mut(at).and_then(Option::take) else {
            return;
        };
        for stem in entry.stems {
            if let Some(with) = self.with.get_mut(stem) {
                with.remove(&at);
            }
        }
        for key in entry.tags {
            if let Some(tag) = self.tags.get_mut(&key) {
                tag.notes.remove(&at);
                if tag.notes.is_empty() {
                    self.tags.remove(&key);
                }
            }
        }
    }

    /// How many notes are known.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether no note is known.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// A note by its place.
    pub(crate) fn note(&self, at: usize) -> Option<&Entry> {
        self.notes.get(at).and_then(Option::as_ref)
    }

    /// The places of the notes that have a stem.
    pub(crate) fn notes_with(&self, stem: &str) -> impl Iterator<Item = usize> + Clone {
        let with = self.stems.get(stem).and_then(|stem| self.with.get(*stem));
        with.into_iter().flatten().copied()
    }

    /// How many notes have a stem.
    pub(crate) fn having(&self, stem: &str) -> usize {
        let with = self.stems.get(stem).and_then(|stem| self.with.get(*stem));
        with.map_or(0, BTreeSet::len)
    }

    /// How much a word tells notes apart: the logarithm of how few have it.
    pub(crate) fn rarity(&self, stem: &str) -> f64 {
        self.rarity_of(self.having(stem))
    }

    fn rarity_of(&self, having: usize) -> f64 {
        (count(self.len() + 1) / count(having + 1)).ln() + 1.0
    }

    /// The notes that read most like these stems, the most alike first.
    pub(crate) fn alike(&self, stems: &HashSet<&str>, but: &str) -> Vec<Alike<'_>> {
        let mut shared: HashMap<usize, (f64, usize)> = HashMap::new();
        for stem in stems {
            let weight = self.rarity(stem).powi(2);
            for at in self.notes_with(stem) {
                let (sum, common) = shared.entry(at).or_default();
                *sum += weight;
                *common += 1;
            }
        }
        // Each stem of the corpus is weighed once, not once for every note that has it.
        let weights: Vec<f64> = (self.with.iter())
            .map(|with| self.rarity_of(with.len()).powi(2))
            .collect();
        let norm = |entry: &Entry| -> f64 {
            let each = entry.stems.iter().filter_map(|stem| weights.get(*stem));
            each.sum::<f64>().sqrt()
        };
        let own: f64 = stems.iter().map(|stem| self.rarity(stem).powi(2)).sum();
        let mut found: Vec<(usize, Alike<'_>)> = shared
            .into_iter()
            .filter_map(|(at, (weight, common))| {
                let entry = self.note(at).filter(|entry| entry.id != but)?;
                let degree = weight / (own.sqrt() * norm(entry)).max(f64::MIN_POSITIVE);
                let alike = Alike {
                    entry,
                    degree,
                    common,
                };
                Some((at, alike))
            })
            .collect();
        found.sort_by(|a, b| b.1.degree.total_cmp(&a.1.degree).then(a.0.cmp(&b.0)));
        found.into_iter().map(|(_, alike)| alike).collect()
    }
}

/// A number of things, for arithmetic.
#[expect(
    clippy::cast_precision_loss,
    reason = "numbers of notes are far below 2^52"
)]
pub(crate) fn count(things: usize) -> f64 {
    things as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known<'a>(id: &'a str, title: &'a str, tags: &'a [String]) -> Known<'a> {
        Known {
            id,
            title,
            excerpt: "",
            note_type: None,
            tags,
        }
    }

    #[test]
    fn what_changes_is_known_as_it_is_now() {
        let (sea, mill) = (["sea".to_owned()], ["mill".to_owned()]);
        let mut corpus = Corpus::new([known("1", "Harbour", &sea), known("2", "Wheel", &mill)]);
        corpus.set(known("1", "Flour", &mill));
        assert_eq!(corpus.len(), 2);
        assert_eq!((corpus.having("harbour"), corpus.having("flour")), (0, 1));
        assert!(!corpus.tags.contains_key("sea"));
        assert_eq!(corpus.tags["mill"].notes.len(), 2);
        corpus.remove("2");
        corpus.remove("unknown");
        assert_eq!((corpus.len(), corpus.having("wheel")), (1, 0));
        let alike = corpus.alike(&HashSet::from(["flour"]), "");
        assert_eq!(alike[0].entry.id, "1");
        assert_eq!(corpus.alike(&HashSet::from(["wheel"]), "").len(), 0);
    }
}
