//! Quick capture: a draft is kept whatever happens, becomes a note once, and can be called back until
//! it is sent.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::time::Duration;

use octavo_contract::{
    AccountAddLocal, AccountView, CaptureDraft, Empty, ErrorCode, NoteCreate, NoteRef, NoteSave,
    SettingsChange, SyncPause, SyncState,
};
use octavo_core::{Clock, Octavo};
use support::{World, of};

impl World {
    /// The titles of all living pages that have this text in them.
    async fn pages_with(&self, text: &str) -> usize {
        let pages = self.tree().await;
        pages
            .iter()
            .filter(|page| page["in_trash"] != true)
            .filter(|page| page["title"].as_str().unwrap().contains(text))
            .count()
    }
}

/// Types a text into the draft as it is.
async fn typed(core: &Octavo, text: &str) -> CaptureDraft {
    let mut draft = core.capture_state(Empty {}).await.unwrap().draft;
    draft.text = text.to_owned();
    core.capture_draft(draft.clone()).await.unwrap();
    draft
}

async fn draft_text(core: &Octavo) -> String {
    core.capture_state(Empty {}).await.unwrap().draft.text
}

async fn notes(core: &Octavo, account: &AccountView) -> usize {
    core.note_list(of(account)).await.unwrap().notes.len()
}

#[tokio::test]
async fn a_draft_survives_the_end_of_the_process() {
    let world = World::remembering().await;
    let core = world.core().await;
    // Even before there is any account.
    typed(&core, "half a thou").await;
    core.shutdown(Duration::ZERO).await;
    let core = world.core().await;
    assert_eq!(draft_text(&core).await, "half a thou");
}

/// Two drafts cannot both be the one: whoever holds the other is told, and copies the words.
#[tokio::test]
async fn a_draft_that_is_gone_is_not_kept_in_silence() {
    let world = World::remembering().await;
    let (core, account) = world.signed_in().await;
    let saved = typed(&core, "Ask the supplier").await;
    core.capture_save(saved.clone()).await.unwrap();
    // A late word about the draft of the note that was just made is none.
    core.capture_draft(saved.clone()).await.unwrap();
    let second = typed(&core, "And his brother").await;
    core.capture_save(second).await.unwrap();
    let gone = core.capture_draft(saved.clone()).await.unwrap_err();
    assert!(gone.to_string().contains("not there any more"), "{gone}");
    let empty = CaptureDraft {
        text: String::new(),
        ..saved
    };
    core.capture_draft(empty).await.unwrap();
    assert_eq!(notes(&core, &account).await, 2);
}

#[tokio::test]
async fn a_capture_is_not_sent_before_its_time_and_then_once() {
    let world = World::remembering().await;
    let (core, account) = world.signed_in().await;
    let draft = typed(&core, "Ask the supplier").await;
    let captured = core.capture_save(draft).await.unwrap();
    assert_eq!(captured.until, world.clock.now() + 10_000);
    assert_eq!(draft_text(&core).await, "");

    // Whatever hurries: it stays until its time is over.
    core.sync_now(of(&account)).await.unwrap();
    let note = NoteRef {
        account: account.id.clone(),
        note: captured.note.clone(),
    };
    core.note_flush(note.clone()).await.unwrap();
    let kept = core.note_read(note.clone()).await.unwrap();
    core.note_save(NoteSave {
        account: account.id.clone(),
        note: kept.id.clone(),
        base_version: kept.version,
        title: kept.title.clone(),
        body: format!("{} today", kept.body),
    })
    .await
    .unwrap();
    core.sync_now(of(&account)).await.unwrap();
    assert_eq!(world.pages_with("Ask the supplier").await, 0);

    world.clock.advance(10_000);
    assert!(core.capture_state(Empty {}).await.unwrap().undo.is_none());
    core.sync_now(of(&account)).await.unwrap();
    assert_eq!(world.pages_with("Ask the supplier").await, 1);
    assert!(matches!(
        core.note_read(note).await.unwrap().sync,
        SyncState::Synced { .. }
    ));
}

#[tokio::test]
async fn leaving_sends_what_could_still_be_called_back() {
    let world = World::remembering().await;
    let (core, _) = world.signed_in().await;
    let draft = typed(&core, "Before I go").await;
    core.capture_save(draft).await.unwrap();
    core.shutdown(Duration::from_secs(20)).await;
    assert_eq!(world.pages_with("Before I go").await, 1);
}

#[tokio::test]
async fn what_was_called_back_was_never_made() {
    let world = World::remembering().await;
    let (core, account) = world.signed_in().await;
    let draft = typed(&core, "## A thought\n\nand more").await;
    let captured = core.capture_save(draft.clone()).await.unwrap();
    let undo = core.capture_state(Empty {}).await.unwrap().undo.unwrap();
    assert_eq!((&undo.note, &*undo.title), (&captured.note, "A thought"));

    let note = NoteRef {
        account: account.id.clone(),
        note: captured.note,
    };
    let view = core.capture_undo(note.clone()).await.unwrap();
    assert_eq!(view.draft.text, "## A thought\n\nand more");
    assert_ne!(view.draft.id, draft.id);
    assert!(view.undo.is_none());
    assert_eq!(notes(&core, &account).await, 0);
    let again = core.capture_undo(note).await.unwrap_err();
    assert_eq!(again.code(), ErrorCode::NoSuchNote);

    world.clock.advance(60_000);
    core.sync_now(of(&account)).await.unwrap();
    assert_eq!(world.pages_with("A thought").await, 0);
    let captured = core.capture_save(view.draft).await.unwrap();
    world.clock.advance(60_000);
    core.sync_now(of(&account)).await.unwrap();
    assert_eq!(world.pages_with("A thought").await, 1);

    let late = NoteRef {
        account: account.id.clone(),
        note: captured.note,
    };
    let late = core.capture_undo(late).await.unwrap_err();
    assert_eq!(late.code(), ErrorCode::TooLate);
    assert!(late.to_string().contains("A thought"), "{late}");
}

#[tokio::test]
async fn calling_back_keeps_what_was_typed_since() {
    let world = World::remembering().await;
    let (core, account) = world.signed_in().await;
    let draft = typed(&core, "first").await;
    let captured = core.capture_save(draft).await.unwrap();
    typed(&core, "second").await;
    let note = NoteRef {
        account: account.id,
        note: captured.note,
    };
    let view = core.capture_undo(note).await.unwrap();
    assert_eq!(view.draft.text, "second\n\nfirst");
}

#[tokio::test]
async fn saving_twice_makes_one_note() {
    let world = World::remembering().await;
    let (core, account) = world.signed_in().await;
    let draft = typed(&core, "once").await;
    let first = core.capture_save(draft.clone()).await.unwrap();
    let second = core.capture_save(draft.clone()).await.unwrap();
    assert_eq!(first.note, second.note);
    // A late word about the draft does not bring it back.
    core.capture_draft(draft).await.unwrap();
    assert_eq!(draft_text(&core).await, "");
    assert_eq!(notes(&core, &account).await, 1);
}

#[tokio::test]
async fn a_death_between_note_and_draft_leaves_one_note() {
    let world = World::remembering().await;
    let (core, account) = world.signed_in().await;
    let draft = typed(&core, "once").await;
    // What is on the disk in that moment: the note is made, the draft still there.
    let app = world.dir.path().join("data/app.db");
    let before = world.dir.path().join("before.db");
    core.shutdown(Duration::ZERO).await;
    std::fs::copy(&app, &before).unwrap();
    let core = world.core().await;
    core.capture_save(draft.clone()).await.unwrap();
    core.shutdown(Duration::ZERO).await;
    std::fs::copy(&before, &app).unwrap();

    let core = world.core().await;
    let view = core.capture_state(Empty {}).await.unwrap();
    assert_eq!(view.draft.text, "");
    assert_ne!(view.draft.id, draft.id);
    assert_eq!(notes(&core, &account).await, 1);
}

#[tokio::test]
async fn a_death_while_calling_back_leaves_the_text_once() {
    let world = World::remembering().await;
    let (core, account) = world.signed_in().await;
    // Nothing is sent when it ends.
    core.sync_pause(SyncPause {
        account: None,
        paused: true,
    })
    .await
    .unwrap();
    let draft = typed(&core, "once").await;
    let captured = core.capture_save(draft).await.unwrap();
    let notes_db = world
        .dir
        .path()
        .join(format!("data/accounts/{}/notes.db", account.id));
    let before = world.dir.path().join("before.db");
    core.shutdown(Duration::ZERO).await;
    std::fs::copy(&notes_db, &before).unwrap();

    let core = world.core().await;
    let note = NoteRef {
        account: account.id.clone(),
        note: captured.note.clone(),
    };
    core.capture_undo(note).await.unwrap();
    core.shutdown(Duration::ZERO).await;
    // The note is back as if its going had never become durable, and the draft still says that it
    // takes its place.
    std::fs::copy(&before, &notes_db).unwrap();
    let app = sqlx::SqlitePool::connect(&format!(
        "sqlite://{}",
        world.dir.path().join("data/app.db").display()
    ))
    .await
    .unwrap();
    sqlx::query(
        "UPDATE draft SET text = '', added = 'once', replaces_account = ?, replaces_note = ?",
    )
    .bind(&account.id)
    .bind(&captured.note)
    .execute(&app)
    .await
    .unwrap();
    app.close().await;

    let core = world.core().await;
    assert_eq!(draft_text(&core).await, "once");
    assert_eq!(notes(&core, &account).await, 0);
}

#[tokio::test]
async fn a_draft_goes_along_to_another_account() {
    let world = World::remembering().await;
    let (core, work) = world.signed_in().await;
    let home = core
        .account_add_local(AccountAddLocal { name: None })
        .await
        .unwrap();
    let mut draft = typed(&core, "for home").await;
    assert_eq!(draft.account.as_ref(), Some(&home.id));
    draft.account = Some(work.id.clone());
    core.capture_draft(draft.clone()).await.unwrap();
    core.shutdown(Duration::ZERO).await;

    let core = world.core().await;
    let mut draft = core.capture_state(Empty {}).await.unwrap().draft;
    assert_eq!(draft.account.as_ref(), Some(&work.id));
    draft.account = Some(home.id.clone());
    core.capture_save(draft).await.unwrap();
    assert_eq!(
        (notes(&core, &home).await, notes(&core, &work).await),
        (1, 0)
    );
    // The window stays with the account it had; the main window with its own.
    let next = core.capture_state(Empty {}).await.unwrap().draft;
    assert_eq!(next.account.as_ref(), Some(&home.id));
}

#[tokio::test]
async fn what_comes_from_outside_is_added_and_never_saved_by_itself() {
    let world = World::remembering().await;
    let (core, account) = world.signed_in().await;
    let draft = typed(&core, "mine").await;
    core.capture_prefill(Some("  theirs\u{1b}\u{0}  "), Some("https://example.org/"))
        .await
        .unwrap();
    // The window did not hear of it yet and says once more what it has.
    core.capture_draft(draft).await.unwrap();
    assert_eq!(
        draft_text(&core).await,
        "mine\n\ntheirs\nhttps://example.org/"
    );
    core.capture_prefill(Some(&"x".repeat(200_000)), None)
        .await
        .unwrap();
    assert!(draft_text(&core).await.len() < 100_100);
    assert_eq!(notes(&core, &account).await, 0);
}

#[tokio::test]
async fn nothing_is_no_note() {
    let world = World::remembering().await;
    let (core, account) = world.signed_in().await;
    let draft = typed(&core, " \n\t").await;
    let refused = core.capture_save(draft).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::BadRequest);
    assert_eq!(notes(&core, &account).await, 0);

    let world = World::remembering().await;
    let core = world.core().await;
    let draft = typed(&core, "no account yet").await;
    let refused = core.capture_save(draft).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NoSuchAccount);
    assert_eq!(draft_text(&core).await, "no account yet");
}

#[tokio::test]
async fn settings_are_kept_one_by_one() {
    let world = World::remembering().await;
    let core = world.core().await;
    let change = SettingsChange {
        undo_seconds: Some(3),
        ..SettingsChange::default()
    };
    core.change_preferences(change).await.unwrap();
    let change = SettingsChange {
        shortcut: Some(String::new()),
        close_to_tray: Some(false),
        ..SettingsChange::default()
    };
    core.change_preferences(change).await.unwrap();
    let too_long = SettingsChange {
        undo_seconds: Some(61),
        start_at_login: Some(true),
        ..SettingsChange::default()
    };
    let refused = core.change_preferences(too_long).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::BadRequest);
    core.shutdown(Duration::ZERO).await;

    let kept = world.core().await.preferences().await.unwrap();
    assert_eq!(kept.undo_seconds, 3);
    assert_eq!(kept.shortcut, None);
    assert!(!kept.close_to_tray && !kept.start_at_login);
}

#[tokio::test]
async fn a_pause_keeps_everything_here_over_restarts() {
    let world = World::remembering().await;
    let (core, account) = world.signed_in().await;
    assert!(
        core.sync_pause(SyncPause {
            account: None,
            paused: true
        })
        .await
        .unwrap()
        .sync_paused
    );
    core.note_create(NoteCreate {
        account: account.id.clone(),
        title: "Waits".to_owned(),
        body: String::new(),
        note_type: None,
        tags: Vec::new(),
    })
    .await
    .unwrap();
    core.shutdown(Duration::from_secs(10)).await;
    assert_eq!(world.pages_with("Waits").await, 0);

    let core = world.core().await;
    assert!(core.app_state(Empty {}).await.unwrap().sync_paused);
    core.sync_pause(SyncPause {
        account: None,
        paused: false,
    })
    .await
    .unwrap();
    core.shutdown(Duration::from_secs(20)).await;
    assert_eq!(world.pages_with("Waits").await, 1);
}

/// Calling back while the note is about to be sent: either it was never made, or it is in Notion and
/// the person is told so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calling_back_races_with_sending() {
    let mut world = World::remembering().await;
    world.clock = Clock::default();
    let (core, account) = world.signed_in().await;
    let at_once = SettingsChange {
        undo_seconds: Some(0),
        ..SettingsChange::default()
    };
    core.change_preferences(at_once).await.unwrap();
    core.start();
    let mut undone = 0;
    let mut late = 0;
    for round in 0..24_u64 {
        let draft = typed(&core, &format!("Race {round}")).await;
        let captured = core.capture_save(draft).await.unwrap();
        // Moves the moment of the call over the moments of sending.
        let begun = std::time::Instant::now();
        while begun.elapsed() < Duration::from_micros(round * 60) {
            tokio::task::yield_now().await;
        }
        let note = NoteRef {
            account: account.id.clone(),
            note: captured.note,
        };
        match core.capture_undo(note).await {
            Ok(view) => {
                undone += 1;
                assert_eq!(view.draft.text, format!("Race {round}"));
            }
            Err(error) => {
                late += 1;
                assert_eq!(error.code(), ErrorCode::TooLate, "{error}");
            }
        }
    }
    core.sync_now(of(&account)).await.unwrap();
    println!("called back {undone}, too late {late}");
    assert_eq!(world.pages_with("Race").await, late);
    assert_eq!(notes(&core, &account).await, late);
    core.shutdown(Duration::from_secs(5)).await;
}
