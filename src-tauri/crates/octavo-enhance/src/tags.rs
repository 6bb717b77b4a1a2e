//! Tags for a note: those the person uses already first, then words that tell it apart.

use std::collections::{HashMap, HashSet};

use crate::corpus::{Corpus, count};
use crate::reading::{Part, Reading};
use crate::words::{folded, without_blanks};
use crate::{Note, Reason, Suggestion};

/// More tags than this tell nothing.
const MOST: usize = 5;
/// New words are added up to so many; the person's own tags may be more.
const NEW: usize = 3;
/// So much in common with the notes that have it makes a tag likely.
const LIKELY: f64 = 5.0;
/// Tags that are not nearly as likely as the likeliest are left out.
const NEARLY: f64 = 0.7;
/// More than this, of notes that only say the same words, would be guessing.
const BORROWED: usize = 2;
/// A word of at least so many letters is heard in a longer one that ends with it.
const HEARD: usize = 5;

/// Tags to add to those a note has.
pub(crate) fn propose(note: &Note<'_>, reading: &Reading, corpus: &Corpus) -> Vec<Suggestion> {
    let mut have: HashSet<String> = note.tags.iter().map(|tag| folded(tag)).collect();
    let terms = Terms::of(reading);
    let mut tags = Vec::new();
    let likely = named(reading, corpus)
        .into_iter()
        .chain(borrowed(note, &terms, corpus))
        .take(MOST);
    for tag in likely {
        if have.insert(folded(&tag.value)) {
            tags.push(tag);
        }
    }
    let room = MOST.saturating_sub(tags.len()).min(NEW);
    let new: Vec<Suggestion> = telling(&terms, corpus)
        .into_iter()
        .filter(|tag| have.insert(folded(&tag.value)))
        .take(room)
        .collect();
    tags.extend(new);
    tags.truncate(MOST);
    tags
}

/// What the words of a note weigh.
struct Terms {
    weights: HashMap<String, (u32, String)>,
}

impl Terms {
    fn of(reading: &Reading) -> Self {
        let mut weights: HashMap<String, (u32, String)> = HashMap::new();
        for line in &reading.lines {
            for term in &line.terms {
                let entry = weights
                    .entry(term.stem.clone())
                    .or_insert_with(|| (0, term.word.clone()));
                entry.0 += line.part.weight();
            }
        }
        Self { weights }
    }
}

/// The person's own tags whose name stands in the note.
fn named(reading: &Reading, corpus: &Corpus) -> Vec<Suggestion> {
    let spoken = Spoken::of(reading);
    let mut found: Vec<(u32, usize, Suggestion)> = Vec::new();
    for (key, tag) in &corpus.tags {
        // "home-office" stands in a note that has both words.
        let parts = key.split(['-', '_', '/']).filter(|part| !part.is_empty());
        let words: Option<Vec<(u32, String)>> = parts.map(|part| spoken.find(part)).collect();
        let Some(words) = words.filter(|words| !words.is_empty()) else {
            continue;
        };
        let weight = words.iter().map(|(weight, _)| *weight).min().unwrap_or(0);
        let reason = Reason::Words(words.into_iter().map(|(_, word)| word).collect());
        let value = tag.name.clone();
        found.push((weight, tag.notes.len(), Suggestion { value, reason }));
    }
    found.sort_by(|a, b| (b.0, b.1, &a.2.value).cmp(&(a.0, a.1, &b.2.value)));
    found.into_iter().map(|(.., tag)| tag).collect()
}

/// All words of a note, small ones too: "home" and "work" are good tags.
struct Spoken<'r> {
    reading: &'r Reading,
    /// Under the word and under its stem: what it weighs, and the word.
    words: HashMap<String, (u32, &'r str)>,
}

impl<'r> Spoken<'r> {
    fn of(reading: &'r Reading) -> Self {
        let mut words: HashMap<String, (u32, &str)> = HashMap::new();
        for line in &reading.lines {
            let weight = line.part.weight();
            for word in line.folded.split(|c: char| !c.is_alphanumeric()) {
                let said = words.entry(word.to_owned()).or_insert((0, word));
                said.0 += weight;
            }
            for term in &line.terms {
                let said = words.entry(term.stem.clone()).or_insert((0, &term.word));
                said.0 += weight;
            }
        }
        Self { reading, words }
    }

    fn find(&self, part: &str) -> Option<(u32, String)> {
        let stem = || self.words.get(&self.reading.words.stem_of(part));
        if let Some((weight, word)) = self.words.get(part).or_else(stem) {
            return Some((*weight, (*word).to_owned()));
        }
        // "Ruderverein" is a Verein.
        let within = |word: &str| part.chars().count() >= HEARD && word.ends_with(part);
        let compound = self.words.iter().filter(|(key, _)| within(key)).min();
        if let Some((_, (weight, word))) = compound {
            return Some((*weight, (*word).to_owned()));
        }
        // In scripts without blanks a word stands anywhere.
        let line = (self.reading.lines.iter())
            .find(|line| part.chars().all(without_blanks) && line.folded.contains(part))?;
        Some((line.part.weight(), part.to_owned()))
    }
}

/// Tags of notes that say the same words: each word speaks for the tags of the notes that have it, the
/// louder the fewer notes have it.
fn borrowed(note: &Note<'_>, terms: &Terms, corpus: &Corpus) -> Vec<Suggestion> {
    let mut share: HashMap<usize, f64> = HashMap::new();
    for (stem, (weight, _)) in &terms.weights {
        let place = f64::from((*weight).min(4)).sqrt();
        let each = corpus.rarity(stem) * place / (count(corpus.having(stem)) + 0.5);
        for at in corpus.notes_with(stem) {
            *share.entry(at).or_default() += each;
        }
    }
    let mut found: Vec<(f64, Suggestion)> = Vec::new();
    for tag in corpus.tags.values() {
        let with = tag.notes.iter().filter(|at| {
            let other = corpus.note(**at);
            other.is_some_and(|other| other.id != note.id)
        });
        let with: Vec<f64> = with.filter_map(|at| share.get(at).copied()).collect();
        let points: f64 = with.iter().sum();
        if points >= LIKELY {
            let reason = Reason::LikeNotes(with.len());
            let value = tag.name.clone();
            found.push((points, Suggestion { value, reason }));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.value.cmp(&b.1.value)));
    let best = found.first().map_or(0.0, |(points, _)| *points);
    found.retain(|(points, _)| *points >= best * NEARLY);
    found.truncate(BORROWED);
    found.into_iter().map(|(_, tag)| tag).collect()
}

/// Words that stand out: often or high up here, and rare in the other notes.
fn telling(terms: &Terms, corpus: &Corpus) -> Vec<Suggestion> {
    let least = f64::from(Part::Heading.weight());
    let mut found: Vec<(f64, &str)> = terms
        .weights
        .iter()
        .filter(|(_, (weight, word))| f64::from(*weight) >= least && is_tag(word))
        .map(|(stem, (weight, word))| {
            // The fourth mention says less than the first.
            let points = (1.0 + f64::from(*weight).ln()) * corpus.rarity(stem);
            let letters = count(word.chars().count().min(8));
            (points * (1.0 + letters / 16.0), word.as_str())
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    found
        .into_iter()
        .map(|(_, word)| Suggestion {
            value: word.to_lowercase(),
            reason: Reason::Words(vec![word.to_owned()]),
        })
        .collect()
}

/// A tag is one word, and not a number.
fn is_tag(word: &str) -> bool {
    word.chars()
        .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        && word.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Known;

    fn tags(title: &str, body: &str, corpus: &Corpus) -> Vec<String> {
        let note = Note {
            title,
            body,
            ..Note::default()
        };
        let found = propose(&note, &Reading::of(&note), corpus);
        found.into_iter().map(|tag| tag.value).collect()
    }

    #[test]
    fn own_tags_come_first() {
        let own = ["Engine".to_owned(), "home-office".to_owned()];
        let corpus = Corpus::new([Known {
            id: "1",
            title: "Something else",
            excerpt: "",
            note_type: None,
            tags: &own,
        }]);
        let found = tags("Two engines", "At home, in the office.", &corpus);
        assert_eq!(found.first().map(String::as_str), Some("Engine"));
        assert!(found.contains(&"home-office".to_owned()), "{found:?}");
    }

    #[test]
    fn a_tag_that_is_there_is_not_proposed() {
        let own = ["Été".to_owned()];
        let note = Note {
            title: "Un été à Turin",
            tags: &own,
            ..Note::default()
        };
        let found = propose(&note, &Reading::of(&note), &Corpus::default());
        assert!(
            found.iter().all(|tag| folded(&tag.value) != "ete"),
            "{found:?}"
        );
    }

    #[test]
    fn words_that_stand_out_become_tags() {
        let found = tags(
            "Ribollita",
            "Ribollita needs kale, beans and bread.",
            &Corpus::default(),
        );
        assert_eq!(found.first().map(String::as_str), Some("ribollita"));
    }
}
