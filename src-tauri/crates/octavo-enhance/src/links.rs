//! Other notes this one could be linked with: those it names, then those that read alike.

use std::collections::HashSet;

use crate::corpus::Corpus;
use crate::reading::Reading;
use crate::words::folded;
use crate::{Link, Note};

/// More are noise.
const MOST: usize = 5;
/// Notes that read alike at least this much may belong together …
const ALIKE: f64 = 0.08;
/// … if they have so many words in common …
const COMMON: usize = 2;
/// … or read alike so much that one is enough.
const VERY: f64 = 0.3;
/// More of them would be guessing.
const GUESSED: usize = 3;
/// A title of one short word is named everywhere by chance.
const LEAST: usize = 5;

/// Notes to link with, the best first.
pub(crate) fn propose(note: &Note<'_>, reading: &Reading, corpus: &Corpus) -> Vec<Link> {
    let stems: HashSet<&str> = reading
        .lines
        .iter()
        .flat_map(|line| &line.terms)
        .map(|term| term.stem.as_str())
        .collect();
    let alike = corpus.alike(&stems, note.id);
    let linked: HashSet<String> = linked(note.body);
    let mut links: Vec<Link> = Vec::new();
    // A note that is named shares words with this one, so only those need to be looked through.
    let mut named: Vec<(usize, Link)> = alike
        .iter()
        .filter_map(|other| {
            let entry = other.entry;
            let mention = mention(&entry.title, reading)?;
            let link = Link {
                note: entry.id.clone(),
                title: entry.title.clone(),
                mention: Some(mention),
            };
            (!linked.contains(&folded(&entry.title))).then_some((entry.title.len(), link))
        })
        .collect();
    named.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
    links.extend(named.into_iter().map(|(_, link)| link));
    let known: HashSet<String> = links.iter().map(|link| link.note.clone()).collect();
    links.extend(
        alike
            .iter()
            .take_while(|other| other.degree >= ALIKE)
            .filter(|other| other.degree >= VERY || other.common >= COMMON)
            .map(|other| other.entry)
            .filter(|entry| !known.contains(&entry.id))
            .take(GUESSED)
            .filter(|entry| !entry.title.is_empty() && !linked.contains(&folded(&entry.title)))
            .map(|entry| Link {
                note: entry.id.clone(),
                title: entry.title.clone(),
                mention: None,
            }),
    );
    links.truncate(MOST);
    links
}

/// The words of the body that name a note.
fn mention(title: &str, reading: &Reading) -> Option<String> {
    let wanted = folded(title);
    if wanted.is_ascii() && wanted.len() < LEAST {
        return None;
    }
    reading.body().find_map(|line| {
        line.folded.match_indices(&wanted).find_map(|(at, _)| {
            let before = line.folded.get(..at)?.chars().last();
            let after = line.folded.get(at + wanted.len()..)?.chars().next();
            let inside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            if inside(before) || inside(after) {
                return None;
            }
            // Folding keeps lengths for most texts; where it does not, the title names it as well.
            let words = line.text.get(at..at + wanted.len());
            Some(
                words
                    .filter(|words| folded(words) == wanted)
                    .unwrap_or(title)
                    .to_owned(),
            )
        })
    })
}

/// Titles that stand between double brackets.
fn linked(body: &str) -> HashSet<String> {
    body.split("[[")
        .skip(1)
        .filter_map(|rest| rest.split_once("]]"))
        .map(|(title, _)| folded(title.split('|').next().unwrap_or(title).trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Known;

    fn corpus() -> Corpus {
        let note = |id, title, excerpt| Known {
            id,
            title,
            excerpt,
            note_type: None,
            tags: &[],
        };
        Corpus::new([
            note("1", "Difference Engine", "Brass wheels and cranks"),
            note(
                "2",
                "Garden",
                "Tomatoes and basil in the raised beds by the wall",
            ),
            note("3", "Taxes", "Forms for the office"),
        ])
    }

    fn links(body: &str) -> Vec<Link> {
        let note = Note {
            body,
            ..Note::default()
        };
        propose(&note, &Reading::of(&note), &corpus())
    }

    #[test]
    fn a_note_that_is_named_comes_first() {
        let found = links("Reading about the DIFFERENCE engine again.");
        let link = found.first().unwrap();
        assert_eq!(link.note, "1");
        assert_eq!(link.mention.as_deref(), Some("DIFFERENCE engine"));
    }

    #[test]
    fn a_note_that_is_linked_is_not_proposed() {
        assert_eq!(links("About [[Difference Engine]] again."), []);
    }

    #[test]
    fn notes_that_read_alike_are_proposed_without_a_mention() {
        let found = links("Basil and tomatoes for the raised beds");
        assert_eq!(
            found
                .iter()
                .map(|link| link.note.as_str())
                .collect::<Vec<_>>(),
            ["2"]
        );
        assert_eq!(found.first().and_then(|link| link.mention.clone()), None);
    }
}
