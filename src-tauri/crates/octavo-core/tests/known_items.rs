//! How well a note that is known to be there is found by somebody who slips while typing: two hundred
//! notes in ten languages, all in one account, each looked for with one slip.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../../octavo-enhance/tests/labelled/mod.rs"]
mod labelled;

use std::collections::{BTreeMap, HashSet};

use labelled::{Labelled, notes};
use octavo_contract::{AccountAddLocal, NoteCreate, SearchRequest};
use octavo_core::{Config, Octavo, VaultKind};
use tempfile::TempDir;

/// As deep as anybody looks.
const DEEP: u32 = 20;

async fn account(notes: &[Labelled]) -> (Octavo, String, TempDir) {
    let dir = TempDir::new().unwrap();
    let config = Config {
        data_dir: dir.path().join("data"),
        notion_url: "http://127.0.0.1:9".parse().unwrap(),
        vault: VaultKind::Memory,
        memory_token: None,
        broker_url: None,
        sample: false,
        request_room: Config::REQUEST_ROOM,
    };
    let core = Octavo::open(config).await.unwrap();
    let account = core.account_add_local(AccountAddLocal { name: None }).await;
    let account = account.unwrap().id;
    for note in notes {
        let create = NoteCreate {
            account: account.clone(),
            title: note.title.to_owned(),
            body: note.body.clone(),
            note_type: Some(note.note_type.to_owned()),
            tags: note.tags.clone(),
        };
        core.note_create(create).await.unwrap();
    }
    (core, account, dir)
}

/// One over the place at which the note stands; nothing when it is not found.
async fn reciprocal(core: &Octavo, account: &str, query: &str, title: &str) -> f64 {
    let request = SearchRequest {
        account: Some(account.to_owned()),
        query: query.to_owned(),
        limit: DEEP,
    };
    let answer = core.search(request).await.unwrap();
    let place = answer.hits.iter().position(|hit| hit.note.title == title);
    place.map_or(0.0, |place| {
        1.0 / f64::from(u32::try_from(place + 1).unwrap())
    })
}

/// The words of a query that hold the slip: they are not in the note.
fn slipped(note: &Labelled) -> Vec<&'static str> {
    let text = format!("{}\n{}", note.title, note.body).to_lowercase();
    let words: HashSet<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    let words = note.query.split(' ').filter(|word| {
        // Without blanks between words, what is not in the text holds the slip.
        let unspaced = word.chars().any(|c| c > '\u{3000}');
        !(words.contains(word) || unspaced && text.contains(word))
    });
    words.collect()
}

#[test]
fn every_query_holds_a_slip() {
    for note in notes() {
        assert!(
            !slipped(&note).is_empty(),
            "{:?} for {:?}",
            note.query,
            note.title
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_note_is_found_in_spite_of_a_slip() {
    let notes = notes();
    let (core, account, _dir) = account(&notes).await;
    let mut sum = 0.0;
    let mut languages: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for note in &notes {
        let found = reciprocal(&core, &account, note.query, note.title).await;
        if found < 1.0 {
            println!("  {:?} for {:?}: {found:.2}", note.query, note.title);
        }
        sum += found;
        let language = languages.entry(note.language).or_default();
        *language = (language.0 + found, language.1 + 1.0);
    }
    let mean = sum / 200.0;
    println!(
        "known items with one slip: MRR {mean:.3} over {} notes",
        notes.len()
    );
    for (language, (sum, count)) in languages {
        println!("  {language}: {:.3} of {count}", sum / count);
    }
    assert!(mean >= 0.9, "{mean}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_note_is_found_by_its_title() {
    let notes = notes();
    let (core, account, _dir) = account(&notes).await;
    let mut sum = 0.0;
    for note in &notes {
        sum += reciprocal(&core, &account, note.title, note.title).await;
    }
    let mean = sum / 200.0;
    println!("known items by title: MRR {mean:.3}");
    assert!(mean >= 0.99, "{mean}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_with_a_slip_finds_its_note_alone() {
    let notes = notes();
    let (core, account, _dir) = account(&notes).await;
    let mut sum = 0.0;
    for note in &notes {
        let query = slipped(note).join(" ");
        let found = reciprocal(&core, &account, &query, note.title).await;
        if found < 0.5 {
            println!("  {query:?} for {:?}: {found:.2}", note.title);
        }
        sum += found;
    }
    let mean = sum / 200.0;
    println!("known items by the slipped word alone: MRR {mean:.3}");
    assert!(mean >= 0.85, "{mean}");
}
