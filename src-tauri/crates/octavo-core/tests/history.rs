//! What is kept of a note's earlier texts, and how one comes back.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use octavo_contract::{
    AccountAddLocal, ErrorCode, NoteCreate, NoteRef, NoteSave, NoteView, RevisionReason,
    RevisionRef, Side,
};
use octavo_core::{Clock, Config, Octavo, VaultKind};
use tempfile::TempDir;

const MINUTE: i64 = 60_000;

/// A person with one account on this computer, whose clock only moves when told to.
struct Person {
    core: Octavo,
    account: String,
    clock: Clock,
    _dir: TempDir,
}

impl Person {
    async fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let clock = Clock::standing_at(1_790_000_000_000);
        let config = Config {
            data_dir: dir.path().join("data"),
            notion_url: "http://127.0.0.1:9".parse().unwrap(),
            vault: VaultKind::Memory,
            memory_token: None,
            broker_url: None,
            sample: false,
            request_room: Config::REQUEST_ROOM,
        };
        let core = Octavo::open_at(config, clock.clone()).await.unwrap();
        let local = AccountAddLocal { name: None };
        let account = core.account_add_local(local).await.unwrap().id;
        Self {
            core,
            account,
            clock,
            _dir: dir,
        }
    }

    async fn writes(&self, body: &str) -> NoteView {
        let note = NoteCreate {
            account: self.account.clone(),
            title: "Title".to_owned(),
            body: body.to_owned(),
            note_type: None,
            tags: Vec::new(),
        };
        self.core.note_create(note).await.unwrap()
    }

    async fn changes(&self, note: &NoteView, body: &str) -> NoteView {
        let save = NoteSave {
            account: self.account.clone(),
            note: note.id.clone(),
            base_version: note.version,
            title: note.title.clone(),
            body: body.to_owned(),
        };
        self.core.note_save(save).await.unwrap().note
    }

    async fn kept(&self, note: &NoteView) -> Vec<(i64, RevisionReason)> {
        let history = self.core.note_history(self.of(note)).await.unwrap();
        let versions = history.versions.iter();
        versions.map(|kept| (kept.version, kept.reason)).collect()
    }

    fn of(&self, note: &NoteView) -> NoteRef {
        NoteRef {
            account: self.account.clone(),
            note: note.id.clone(),
        }
    }

    fn version(&self, note: &NoteView, version: i64) -> RevisionRef {
        RevisionRef {
            account: self.account.clone(),
            note: note.id.clone(),
            version,
        }
    }
}

#[tokio::test]
async fn what_rested_is_kept_and_what_is_being_typed_is_not() {
    let person = Person::new().await;
    let note = person.writes("One").await;
    let note = person.changes(&note, "One two").await;
    assert_eq!(person.kept(&note).await, []);
    person.clock.advance(3 * MINUTE);
    let rested = person.changes(&note, "One two three").await;
    assert_eq!(
        person.kept(&rested).await,
        [(note.version, RevisionReason::Pause)]
    );
    let kept = person.version(&note, note.version);
    assert_eq!(
        person.core.note_revision(kept).await.unwrap().body,
        "One two"
    );
}

#[tokio::test]
async fn who_writes_without_a_rest_has_versions_too() {
    let person = Person::new().await;
    let mut note = person.writes("Once").await;
    for minute in 0..30 {
        person.clock.advance(MINUTE);
        let body = format!("{} and {minute}", note.body);
        note = person.changes(&note, &body).await;
    }
    let kept = person.kept(&note).await;
    assert!((2..=3).contains(&kept.len()), "{kept:?}");
}

#[tokio::test]
async fn a_text_that_is_thrown_away_is_kept() {
    let person = Person::new().await;
    let long = "A text that took an evening to write. ".repeat(10);
    let note = person.writes(&long).await;
    let empty = person.changes(&note, "").await;
    assert_eq!(
        person.kept(&empty).await,
        [(note.version, RevisionReason::Pause)]
    );
}

#[tokio::test]
async fn an_earlier_version_comes_back_and_the_present_one_is_kept() {
    let person = Person::new().await;
    let red = person.writes("The red fox").await;
    person.clock.advance(3 * MINUTE);
    let grey = person.changes(&red, "The grey fox").await;

    let earlier = person.version(&red, red.version);
    let shown = person.core.note_revision(earlier.clone()).await.unwrap();
    let told: Vec<_> = shown.difference.iter().collect();
    assert!(
        told.iter()
            .any(|piece| piece.side == Side::Gone && piece.text == "red")
    );
    assert!(
        told.iter()
            .any(|piece| piece.side == Side::New && piece.text == "grey")
    );

    let back = person.core.note_revert(earlier.clone()).await.unwrap();
    assert_eq!(back.body, "The red fox");
    assert!(back.version > grey.version);
    let undone = person.version(&grey, grey.version);
    let again = person.core.note_revert(undone).await.unwrap();
    assert_eq!(again.body, "The grey fox");

    // What is there already is not kept again.
    let count = person.kept(&again).await.len();
    let same = person.version(&grey, grey.version);
    person.core.note_revert(same).await.unwrap();
    assert_eq!(person.kept(&again).await.len(), count);
}

#[tokio::test]
async fn what_is_not_kept_is_said_in_words() {
    let person = Person::new().await;
    let note = person.writes("Here").await;
    let missing = person.version(&note, 77);
    let error = person.core.note_revert(missing).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::NoSuchNote);
    assert!(error.to_string().contains("version"), "{error}");
    // Another account's note is nobody's.
    let local = AccountAddLocal { name: None };
    let other = person.core.account_add_local(local).await.unwrap().id;
    let crossed = NoteRef {
        account: other,
        note: note.id.clone(),
    };
    assert!(person.core.note_history(crossed).await.is_err());
}
