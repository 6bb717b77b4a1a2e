//! What is proposed for a note, what accepting it does, and how it is undone.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use octavo_contract::{
    AccountAddLocal, EnhanceAccept, Enhancement, ErrorCode, NoteCreate, NoteRef, NoteSave,
    NoteView, RevisionReason, RevisionRef,
};
use octavo_core::{Config, Octavo, VaultKind};
use tempfile::TempDir;

struct Person {
    core: Octavo,
    account: String,
    dir: TempDir,
}

impl Person {
    async fn new() -> Self {
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
        Self {
            core,
            account: account.unwrap().id,
            dir,
        }
    }

    async fn writes(&self, title: &str, body: &str, tags: &[&str]) -> NoteView {
        let note = NoteCreate {
            account: self.account.clone(),
            title: title.to_owned(),
            body: body.to_owned(),
            note_type: None,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        };
        self.core.note_create(note).await.unwrap()
    }

    fn of(&self, note: &NoteView) -> NoteRef {
        NoteRef {
            account: self.account.clone(),
            note: note.id.clone(),
        }
    }

    async fn asks(&self, note: &NoteView) -> Enhancement {
        self.core.enhance(self.of(note)).await.unwrap()
    }
}

fn all(found: &Enhancement) -> EnhanceAccept {
    EnhanceAccept {
        account: found.account.clone(),
        note: found.note.clone(),
        base_version: found.version,
        title: found.title.as_ref().map(|title| title.value.clone()),
        note_type: found.note_type.as_ref().map(|kind| kind.value.clone()),
        tags: found.tags.iter().map(|tag| tag.value.clone()).collect(),
        body: found.text.as_ref().map(|text| text.body.clone()),
        summary: None,
        actions: Vec::new(),
    }
}

const MINUTES: &str = "## Weekly sync\n\nAttendees: Ana, Bo\n\n\n\n• the Turin office\n• rent";

#[tokio::test]
async fn what_is_accepted_is_done_and_what_was_there_comes_back() {
    let person = Person::new().await;
    person.writes("Going to Turin", "Trains", &["turin"]).await;
    let note = person.writes("", MINUTES, &["rent"]).await;

    let found = person.asks(&note).await;
    assert_eq!(found.title.as_ref().unwrap().value, "Weekly sync");
    assert_eq!(found.note_type.as_ref().unwrap().value, "Meeting");
    assert_eq!(found.tags.first().unwrap().value, "turin");
    let asked = person.core.note_read(person.of(&note)).await.unwrap();
    assert_eq!(asked, note, "asking changes nothing");

    let better = person.core.enhance_accept(all(&found)).await.unwrap();
    assert_eq!(better.title, "Weekly sync");
    assert_eq!(better.note_type.as_deref(), Some("Meeting"));
    assert_eq!(
        better.tags.iter().take(2).collect::<Vec<_>>(),
        ["rent", "turin"]
    );
    assert!(
        better.body.contains("- the Turin office\n- rent"),
        "{}",
        better.body
    );

    let history = person.core.note_history(person.of(&note)).await.unwrap();
    let kept = history.versions.first().unwrap();
    assert_eq!(
        (kept.version, kept.reason),
        (note.version, RevisionReason::Enhanced)
    );
    let back = RevisionRef {
        account: person.account.clone(),
        note: note.id.clone(),
        version: kept.version,
    };
    let back = person.core.note_revert(back).await.unwrap();
    assert_eq!(
        (back.title, back.body, back.note_type, back.tags),
        (note.title, note.body, note.note_type, note.tags)
    );
}

#[tokio::test]
async fn what_no_longer_fits_is_refused() {
    let person = Person::new().await;
    let note = person.writes("", MINUTES, &[]).await;
    let found = person.asks(&note).await;
    let save = NoteSave {
        account: person.account.clone(),
        note: note.id.clone(),
        base_version: note.version,
        title: String::new(),
        body: "Something else entirely".to_owned(),
    };
    let saved = person.core.note_save(save).await.unwrap().note;
    let refused = person.core.enhance_accept(all(&found)).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::BadRequest);
    let now = person.core.note_read(person.of(&note)).await.unwrap();
    assert_eq!(now, saved);
}

#[tokio::test]
async fn a_tag_that_cannot_be_one_changes_nothing() {
    let person = Person::new().await;
    let note = person.writes("", MINUTES, &[]).await;
    let found = person.asks(&note).await;
    let accept = EnhanceAccept {
        tags: vec!["two words".to_owned()],
        ..all(&found)
    };
    assert!(person.core.enhance_accept(accept).await.is_err());
    let now = person.core.note_read(person.of(&note)).await.unwrap();
    assert_eq!(now, note);
}

#[tokio::test]
async fn accepting_nothing_keeps_no_version() {
    let person = Person::new().await;
    let note = person.writes("Fine", "Plain words.", &[]).await;
    let nothing = EnhanceAccept {
        account: person.account.clone(),
        note: note.id.clone(),
        base_version: note.version,
        title: None,
        note_type: None,
        tags: Vec::new(),
        body: None,
        summary: None,
        actions: Vec::new(),
    };
    let same = person.core.enhance_accept(nothing).await.unwrap();
    assert_eq!(same, note);
    let history = person.core.note_history(person.of(&note)).await.unwrap();
    assert_eq!(history.versions, []);
}

#[tokio::test]
async fn proposals_know_what_changed_since_the_last_ones() {
    let person = Person::new().await;
    let journey = person.writes("Going to Turin", "Trains", &["turin"]).await;
    let note = person.writes("", "To Turin by train", &[]).await;
    let names = |found: &Enhancement| -> (Vec<String>, Vec<String>) {
        let tags = found.tags.iter().map(|tag| tag.value.clone());
        let links = found.links.iter().map(|link| link.title.clone());
        (tags.collect(), links.collect())
    };
    let first = person.asks(&note).await;
    assert_eq!(names(&first).0.first().map(String::as_str), Some("turin"));
    assert_eq!(person.asks(&note).await.tags, first.tags, "and again");

    person.writes("By train", "", &["Railway"]).await;
    let more = person.asks(&note).await;
    assert!(names(&more).1.contains(&"By train".to_owned()), "{more:?}");

    // Another process, whose changes nobody tells this one.
    let config = Config {
        data_dir: person.dir.path().join("data"),
        notion_url: "http://127.0.0.1:9".parse().unwrap(),
        vault: VaultKind::Memory,
        memory_token: None,
        broker_url: None,
        sample: false,
        request_room: Config::REQUEST_ROOM,
    };
    let other = Octavo::open(config).await.unwrap();
    let save = NoteSave {
        account: person.account.clone(),
        note: journey.id.clone(),
        base_version: journey.version,
        title: "Elsewhere".to_owned(),
        body: "Ships".to_owned(),
    };
    other.note_save(save).await.unwrap();
    let by_train = person.core.enhance(person.of(&journey)).await.unwrap();
    assert_eq!(by_train.version, journey.version + 1);
    other.note_trash(person.of(&journey)).await.unwrap();
    let last = person.asks(&note).await;
    assert!(
        !last
            .tags
            .iter()
            .any(|tag| tag.value == "turin" && tag.reason != more.tags[0].reason),
        "{last:?}"
    );
    assert!(
        !names(&last)
            .1
            .iter()
            .any(|title| title.contains("Turin") || title == "Elsewhere"),
        "{last:?}"
    );
}

#[tokio::test]
async fn many_notes_are_made_better_in_one_act_and_all_come_back() {
    let person = Person::new().await;
    let notes = [
        person.writes("", MINUTES, &[]).await,
        person.writes("", MINUTES, &["rent"]).await,
        person.writes("", MINUTES, &[]).await,
    ];
    let act = person.core.act_begin(&person.account, "all").await.unwrap();
    assert_eq!(person.core.acts(&person.account).await.unwrap(), []);
    let mut better = Vec::new();
    for note in &notes {
        let found = person.asks(note).await;
        let done = person.core.enhance_accept_in(&act, all(&found)).await;
        better.push(done.unwrap());
    }
    let acts = person.core.acts(&person.account).await.unwrap();
    assert_eq!((acts.len(), acts[0].notes, acts[0].undone), (1, 3, false));

    let save = NoteSave {
        account: person.account.clone(),
        note: better[2].id.clone(),
        base_version: better[2].version,
        title: "Mine".to_owned(),
        body: "words of my own".to_owned(),
    };
    person.core.note_save(save).await.unwrap();
    let undone = person.core.act_undo(&person.account, &act).await.unwrap();
    assert_eq!(undone.back, [notes[0].id.clone(), notes[1].id.clone()]);
    assert_eq!(undone.changed, [notes[2].id.clone()]);
    for note in &notes[..2] {
        let now = person.core.note_read(person.of(note)).await.unwrap();
        assert_eq!(
            (&now.title, &now.body, &now.tags, &now.note_type),
            (&note.title, &note.body, &note.tags, &note.note_type)
        );
    }
    let mine = person.core.note_read(person.of(&notes[2])).await.unwrap();
    assert_eq!(mine.body, "words of my own");
    let again = person.core.act_undo(&person.account, &act).await.unwrap();
    assert_eq!((again.back.len(), again.changed.len()), (0, 1));
    let unknown = person.core.act_undo(&person.account, "no such act").await;
    assert_eq!(unknown.unwrap_err().code(), ErrorCode::BadRequest);
}
