//! The type of a note, by rules a person can read.
//!
//! Each type gathers points: for [cues](crate::cues) in the title, headings and text, for what the
//! note is made of (boxes, code, links), and for being like other notes that have the type. The best
//! is proposed if it stands out.

use std::collections::{BTreeMap, HashSet};

use crate::corpus::{Corpus, count};
use crate::cues::{CUES, Cues};
use crate::reading::{Line, Part, Reading};
use crate::words::without_blanks;
use crate::{Note, Reason, Suggestion};

/// Fewer points say nothing.
const ENOUGH: f64 = 1.0;
/// The best must have so many more than the next.
const AHEAD: f64 = 0.5;
/// A text with this share of numbers is a list of facts.
const NUMBERS: f64 = 0.1;
/// How many of the notes that read most alike are asked for their type.
const NEIGHBOURS: usize = 8;
/// Notes less alike than this have nothing to do with each other.
const ALIKE: f64 = 0.15;

#[derive(Default)]
struct Evidence {
    points: f64,
    words: Vec<String>,
    todos: usize,
    notes: usize,
    facts: usize,
}

/// A type for a note without one.
pub(crate) fn propose(note: &Note<'_>, reading: &Reading, corpus: &Corpus) -> Option<Suggestion> {
    if note.note_type.is_some() {
        return None;
    }
    let mut found: BTreeMap<String, Evidence> = BTreeMap::new();
    from_words(reading, &mut found);
    from_structure(reading, &mut found);
    from_neighbours(note, reading, corpus, &mut found);

    let mut ranked: Vec<(String, Evidence)> = found.into_iter().collect();
    ranked.sort_by(|a, b| b.1.points.total_cmp(&a.1.points));
    let mut ranked = ranked.into_iter();
    let (value, evidence) = ranked.next()?;
    let next = ranked.next().map_or(0.0, |(_, other)| other.points);
    if evidence.points < ENOUGH || evidence.points < next + AHEAD {
        return None;
    }
    let reason = if !evidence.words.is_empty() {
        Reason::Words(evidence.words)
    } else if evidence.todos > 0 {
        Reason::Todos(evidence.todos)
    } else if evidence.notes > 0 {
        Reason::LikeNotes(evidence.notes)
    } else {
        Reason::Facts(evidence.facts)
    };
    Some(Suggestion { value, reason })
}

fn from_words(reading: &Reading, found: &mut BTreeMap<String, Evidence>) {
    let spoken = reading.words.language;
    let fits = |cues: &&Cues| cues.language.is_none_or(|language| language == spoken);
    for cues in CUES.iter().filter(fits) {
        for cue in &cues.words {
            let Some(line) = reading
                .lines
                .iter()
                .filter(|line| stands_in(cue, line))
                .max_by_key(|line| line.part.weight())
            else {
                continue;
            };
            // A word in the title counts twice, one in a heading one and a half times.
            let place = 0.5 + f64::from(line.part.weight().min(3)) / 2.0;
            let evidence = found.entry(cues.note_type.to_owned()).or_default();
            evidence.points += f64::from(cues.weight) * place;
            if evidence.words.len() < 3 {
                evidence.words.push(cue.trim_matches(['*', '^']).to_owned());
            }
        }
    }
}

/// Whether a cue stands in a line as words of its own. `^` is for the beginning of titles, `*` for what
/// a word goes on with or began with.
fn stands_in(cue: &str, line: &Line) -> bool {
    let (cue, first) = match cue.strip_prefix('^') {
        Some(rest) if line.part == Part::Title => (rest, true),
        Some(_) => return false,
        None => (cue, false),
    };
    let (cue, inside) = match cue.strip_prefix('*') {
        Some(rest) => (rest, true),
        None => (cue, false),
    };
    let (cue, open) = match cue.strip_suffix('*') {
        Some(beginning) => (beginning, true),
        None => (cue, false),
    };
    let within = cue.chars().any(without_blanks);
    line.folded.match_indices(cue).any(|(at, _)| {
        if first && at > 0 {
            return false;
        }
        let before = line.folded.get(..at).and_then(|text| text.chars().last());
        let after = line
            .folded
            .get(at + cue.len()..)
            .and_then(|text| text.chars().next());
        within
            || ((inside || !before.is_some_and(char::is_alphanumeric))
                && (open || !after.is_some_and(char::is_alphanumeric)))
    })
}

fn from_structure(reading: &Reading, found: &mut BTreeMap<String, Evidence>) {
    let lines = reading.body().count();
    let todos = reading.count(Part::Todo);
    // Boxes in a meeting's notes are what came of it; a note of boxes is a list of tasks.
    if todos > 0 && todos * 2 >= lines {
        let task = found.entry("Task".to_owned()).or_default();
        task.points += 4.0;
        task.todos = todos;
    }
    let (numbers, words) = numbers(reading);
    let facts = numbers >= 3 && count(numbers) >= NUMBERS * count(words);
    let exhibits = (reading.exhibits * 4 + reading.addresses).min(5);
    let points = count(exhibits) / 2.0 + if facts { 1.5 } else { 0.0 };
    if points > 0.0 {
        let reference = found.entry("Reference".to_owned()).or_default();
        reference.points += points;
        reference.facts = numbers + reading.exhibits + reading.addresses;
    }
    let quotes = reading.count(Part::Quote);
    if quotes > 0 && quotes * 2 >= lines {
        found.entry("Reference".to_owned()).or_default().points += 2.0;
    }
}

/// How many words of the text are numbers, and how many there are.
fn numbers(reading: &Reading) -> (usize, usize) {
    let mut numbers = 0;
    let mut words = 0;
    for line in reading.body() {
        for word in line.folded.split(|c: char| !c.is_alphanumeric()) {
            words += usize::from(!word.is_empty());
            numbers += usize::from(word.starts_with(|c: char| c.is_ascii_digit()));
        }
    }
    (numbers, words)
}

fn from_neighbours(
    note: &Note<'_>,
    reading: &Reading,
    corpus: &Corpus,
    found: &mut BTreeMap<String, Evidence>,
) {
    let stems: HashSet<&str> = reading
        .lines
        .iter()
        .flat_map(|line| &line.terms)
        .map(|term| term.stem.as_str())
        .collect();
    for other in corpus.alike(&stems, note.id).into_iter().take(NEIGHBOURS) {
        let (kind, alike) = (other.entry.note_type.as_ref(), other.degree);
        if let Some(kind) = kind.filter(|_| alike >= ALIKE) {
            let evidence = found.entry(kind.clone()).or_default();
            evidence.points += alike * 6.0;
            evidence.notes += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Known;

    fn kind(title: &str, body: &str) -> Option<String> {
        let note = Note {
            title,
            body,
            ..Note::default()
        };
        let found = propose(&note, &Reading::of(&note), &Corpus::default());
        found.map(|kind| kind.value)
    }

    #[test]
    fn notes_show_their_type() {
        assert_eq!(
            kind("", "## Agenda\n\nAttendees: Ana").as_deref(),
            Some("Meeting")
        );
        assert_eq!(
            kind("Samstag", "- [ ] Milch\n- [ ] Brot").as_deref(),
            Some("Task")
        );
        assert_eq!(kind("議事録", "出席者は三人").as_deref(), Some("Meeting"));
        assert_eq!(
            kind("", "Et si on ouvrait une librairie ?").as_deref(),
            Some("Idea")
        );
        assert_eq!(kind("Stein", "Der Stein ist grau."), None);
    }

    #[test]
    fn a_cue_is_a_word_and_not_a_part_of_one() {
        // "due" in "residue", "call" in "recall".
        assert_eq!(kind("Residue", "I recall the residue."), None);
    }

    #[test]
    fn own_types_are_learned_from_notes_that_read_alike() {
        let texts = [
            "barolo nebbiolo tannin cellar",
            "chianti sangiovese tannin cellar",
        ];
        let corpus = Corpus::new(texts.iter().map(|text| Known {
            id: text,
            title: text,
            excerpt: "",
            note_type: Some("Wine"),
            tags: &[],
        }));
        let note = Note {
            title: "Barbera, nebbiolo and tannin from the cellar",
            ..Note::default()
        };
        let found = propose(&note, &Reading::of(&note), &corpus).unwrap();
        assert_eq!(
            (found.value.as_str(), found.reason),
            ("Wine", Reason::LikeNotes(2))
        );
    }
}
