//! How good the proposals are on two hundred notes with labels. Each note is looked at as if it were new
//! among the others of its language: without title, type and tags of its own. The figures are printed
//! (`--nocapture`) and told in `docs/enhance.md`.

mod labelled;

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use labelled::{Labelled, notes};
use octavo_enhance::{Corpus, Known, Note, Proposal, propose};

/// How many were right of how many.
#[derive(Debug, Default, Clone, Copy)]
struct Score {
    right: u32,
    given: u32,
    wanted: u32,
}

impl Score {
    fn precision(self) -> f64 {
        f64::from(self.right) / f64::from(self.given.max(1))
    }

    fn recall(self) -> f64 {
        f64::from(self.right) / f64::from(self.wanted.max(1))
    }
}

/// The proposal for a note as if it had just been written, among `others`.
fn proposal(note: &Labelled, title: &str, body: &str, others: &[Labelled]) -> Proposal {
    let known = others
        .iter()
        .filter(|other| other.language == note.language && other.title != note.title);
    let corpus = Corpus::new(known.map(|other| Known {
        id: other.title,
        title: other.title,
        excerpt: &other.body,
        note_type: Some(other.note_type),
        tags: &other.tags,
    }));
    let fresh = Note {
        id: note.title,
        title,
        body,
        note_type: None,
        tags: &[],
    };
    propose(&fresh, &corpus)
}

/// The proposals for all notes, each among the others of its language, or alone.
fn proposals(notes: &[Labelled], others: &[Labelled]) -> Vec<Proposal> {
    let lanes = std::thread::available_parallelism().map_or(1, usize::from);
    let share = notes.len().div_ceil(lanes);
    std::thread::scope(|scope| {
        let work: Vec<_> = (notes.chunks(share))
            .map(|chunk| {
                scope.spawn(|| {
                    let each = chunk.iter();
                    each.map(|note| proposal(note, note.title, &note.body, others))
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        work.into_iter()
            .flat_map(|lane| lane.join().unwrap_or_else(|_| panic!("a lane failed")))
            .collect()
    })
}

static AMONG: LazyLock<Vec<Proposal>> = LazyLock::new(|| {
    let notes = notes();
    proposals(&notes, &notes)
});

/// Words in lower case, letters and digits only.
fn words(text: &str) -> HashSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[test]
fn there_are_two_hundred_notes_in_ten_languages() {
    let notes = notes();
    assert_eq!(notes.len(), 200);
    let titles: HashSet<&str> = notes.iter().map(|note| note.title).collect();
    assert_eq!(titles.len(), 200, "every title means one note");
    let mut types: BTreeMap<&str, u32> = BTreeMap::new();
    for note in &notes {
        assert!(note.query.contains(char::is_alphabetic), "{}", note.title);
        *types.entry(note.note_type).or_default() += 1;
    }
    assert_eq!(types.len(), 7, "{types:?}");
}

#[test]
fn types_are_mostly_right_and_wrong_ones_are_rare() {
    let notes = notes();
    let alone = proposals(&notes, &[]);
    for (name, proposals, least_recall, least_precision) in [
        ("among others", &*AMONG, 0.85, 0.90),
        ("alone", &alone, 0.85, 0.90),
    ] {
        let mut whole = Score::default();
        let mut by_type: BTreeMap<&str, Score> = BTreeMap::new();
        let mut by_language: BTreeMap<&str, Score> = BTreeMap::new();
        for (note, proposal) in notes.iter().zip(proposals) {
            let found = proposal.note_type.clone();
            let right = u32::from(
                found
                    .as_ref()
                    .is_some_and(|found| found.value == note.note_type),
            );
            if let Some(found) = found.as_ref().filter(|found| found.value != note.note_type) {
                println!(
                    "  {name}: {:?} was called {}, is {}: {:?}",
                    note.title, found.value, note.note_type, found.reason
                );
            } else if found.is_none() {
                println!(
                    "  {name}: {:?} was called nothing, is {}",
                    note.title, note.note_type
                );
            }
            for score in [
                &mut whole,
                by_type.entry(note.note_type).or_default(),
                by_language.entry(note.language).or_default(),
            ] {
                score.right += right;
                score.given += u32::from(found.is_some());
                score.wanted += 1;
            }
        }
        println!(
            "type, {name}: right of those proposed {:.3}, right of all {:.3}",
            whole.precision(),
            whole.recall()
        );
        for (part, score) in by_type.iter().chain(&by_language) {
            println!("  {part}: {:.2}, {:.2}", score.precision(), score.recall());
        }
        assert!(whole.precision() >= least_precision, "{name}: {whole:?}");
        assert!(whole.recall() >= least_recall, "{name}: {whole:?}");
    }
}

#[test]
fn tags_a_person_uses_are_found_again() {
    let notes = notes();
    let mut own = Score::default();
    let mut first = Score::default();
    for (note, proposal) in notes.iter().zip(&*AMONG) {
        let used: HashSet<&String> = notes
            .iter()
            .filter(|other| other.language == note.language && other.title != note.title)
            .flat_map(|other| &other.tags)
            .collect();
        // A tag that no other note has cannot be known.
        let wanted: Vec<&String> = note.tags.iter().filter(|tag| used.contains(tag)).collect();
        let found = &proposal.tags;
        let known: Vec<&String> = found
            .iter()
            .map(|tag| &tag.value)
            .filter(|tag| used.contains(tag))
            .collect();
        own.wanted += u32::try_from(wanted.len()).unwrap();
        own.given += u32::try_from(known.len()).unwrap();
        own.right +=
            u32::try_from(known.iter().filter(|tag| wanted.contains(tag)).count()).unwrap();
        if let (Some(best), false) = (known.first(), wanted.is_empty()) {
            first.given += 1;
            first.right += u32::from(wanted.contains(best));
        }
    }
    println!(
        "tags in use: right of those proposed {:.3}, found of those wanted {:.3}; the first is right in {:.3}",
        own.precision(),
        own.recall(),
        first.precision()
    );
    assert!(own.precision() >= 0.22, "{own:?}");
    assert!(own.recall() >= 0.16, "{own:?}");
    assert!(first.precision() >= 0.36, "{first:?}");
}

#[test]
fn a_first_line_becomes_the_title() {
    let notes = notes();
    let mut heading = Score::default();
    let mut line = Score::default();
    let mut bare = Score::default();
    let mut shared = 0.0;
    for note in &notes {
        let titled = format!("# {}\n\n{}", note.title, note.body);
        let begun = format!("{}\n\n{}", note.title, note.body);
        for (score, body) in [(&mut heading, &titled), (&mut line, &begun)] {
            let found = proposal(note, "", body, &[]).title;
            score.wanted += 1;
            score.given += u32::from(found.is_some());
            score.right += u32::from(found.is_some_and(|found| found.value == note.title));
        }
        let found = proposal(note, "", &note.body, &[]).title;
        bare.wanted += 1;
        if let Some(found) = found {
            bare.given += 1;
            let (found, wanted) = (words(&found.value), words(note.title));
            let common = u32::try_from(found.intersection(&wanted).count()).unwrap();
            shared += f64::from(common * 2)
                / f64::from(u32::try_from(found.len() + wanted.len()).unwrap());
        }
    }
    println!(
        "title: from a heading {:.3}, from a first line {:.3}; of a text that never says it: proposed for {:.3}, words in common with a person's {:.3}",
        heading.recall(),
        line.recall(),
        f64::from(bare.given) / f64::from(bare.wanted),
        shared / f64::from(bare.given)
    );
    assert!(heading.recall() >= 0.99, "{heading:?}");
    assert!(line.recall() >= 0.95, "{line:?}");
    assert!(bare.given == bare.wanted, "{bare:?}");
}

#[test]
fn notes_that_are_named_are_linked_and_those_that_belong_together_found() {
    let notes = notes();
    let mut named = Score::default();
    for pair in notes.windows(2) {
        let [other, note] = pair else { continue };
        if other.language != note.language {
            continue;
        }
        let body = format!("{}\n({})\n", note.body, other.title.to_lowercase());
        let links = proposal(note, note.title, &body, &notes).links;
        named.wanted += 1;
        for link in links.iter().filter(|link| link.mention.is_some()) {
            named.given += 1;
            named.right += u32::from(link.note == other.title);
        }
    }
    let mut alike = Score::default();
    for line in include_str!("labelled/alike.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let (title, wanted) = line.split_once(" | ").unwrap();
        let at = notes.iter().position(|note| note.title == title).unwrap();
        assert!(notes.iter().any(|other| other.title == wanted), "{wanted}");
        alike.wanted += 1;
        alike.given += u32::try_from(AMONG[at].links.len()).unwrap();
        alike.right += u32::from(AMONG[at].links.iter().any(|link| link.note == wanted));
    }
    println!(
        "links: notes that are named: right of those proposed {:.3}, found {:.3}; notes that belong together: found {:.3} of {}, with {} proposals",
        named.precision(),
        named.recall(),
        alike.recall(),
        alike.wanted,
        alike.given
    );
    assert!(named.recall() >= 0.95, "{named:?}");
    assert!(named.precision() >= 0.95, "{named:?}");
    assert!(alike.recall() >= 0.2, "{alike:?}");
}
