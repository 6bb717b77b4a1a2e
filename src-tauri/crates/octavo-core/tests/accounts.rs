//! Accounts change their looks, hand on their notes, and leave: nothing is lost, and nothing of them is
//! left behind.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::path::{Path, PathBuf};

use octavo_contract::{
    AccessEnd, AccountAddLocal, AccountChange, AccountRemove, AccountView, CaptureDraft, Empty,
    ErrorCode, Event, KeepNotes, NoteCreate, NoteRef, NoteSave, NoteView, SyncState,
};
use octavo_core::Octavo;
use serde_json::{Value, json};
use support::{World, of};

/// Seven days and a second.
const A_WEEK: i64 = 7 * 24 * 60 * 60 * 1_000 + 1_000;

impl World {
    async fn titles(&self) -> Vec<String> {
        let pages = self.tree().await;
        pages
            .iter()
            .map(|page| page["title"].as_str().unwrap().to_owned())
            .collect()
    }
}

async fn local(core: &Octavo, name: &str) -> AccountView {
    core.account_add_local(AccountAddLocal {
        name: Some(name.to_owned()),
    })
    .await
    .unwrap()
}

async fn write(core: &Octavo, account: &AccountView, title: &str, body: &str) -> NoteView {
    core.capture(NoteCreate {
        account: account.id.clone(),
        title: title.to_owned(),
        body: body.to_owned(),
        note_type: Some("Idea".to_owned()),
        tags: vec!["turin".to_owned()],
    })
    .await
    .unwrap()
}

fn remove(account: &AccountView, keep: KeepNotes) -> AccountRemove {
    AccountRemove {
        account: account.id.clone(),
        keep,
    }
}

fn move_to(account: &AccountView) -> KeepNotes {
    KeepNotes::Move {
        to: account.id.clone(),
    }
}

async fn names(core: &Octavo) -> Vec<String> {
    let state = core.app_state(Empty {}).await.unwrap();
    state.accounts.into_iter().map(|view| view.name).collect()
}

async fn note_titles(core: &Octavo, account: &AccountView) -> Vec<String> {
    let mut notes = core.note_list(of(account)).await.unwrap().notes;
    notes.sort_by(|a, b| a.id.cmp(&b.id));
    notes.into_iter().map(|note| note.title).collect()
}

fn entries(dir: &Path) -> Vec<String> {
    let Ok(found) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut names: Vec<String> = found
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Every value of every table of `app.db` that contains `text`, but for the audit log.
async fn traces(world: &World, text: &str) -> Vec<String> {
    let file = world.data_dir().join("app.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(file)
        .read_only(true);
    let pool = sqlx::sqlite::SqlitePool::connect_with(options)
        .await
        .unwrap();
    let mut found = Vec::new();
    for (table, columns) in [
        ("account", "id || name || coalesce(workspace_id, '')"),
        ("setting", "key || value"),
        (
            "draft",
            "coalesce(account, '') || coalesce(replaces_account, '')",
        ),
        ("revocation", "account"),
    ] {
        let query = format!("SELECT {columns} FROM {table} WHERE instr({columns}, ?)");
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .bind(text)
            .fetch_all(&pool)
            .await
            .unwrap();
        found.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    pool.close().await;
    found
}

async fn audit(world: &World, account: &AccountView) -> Vec<(String, String)> {
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(world.data_dir().join("app.db"))
        .read_only(true);
    let pool = sqlx::sqlite::SqlitePool::connect_with(options)
        .await
        .unwrap();
    let rows = sqlx::query_as("SELECT event, outcome FROM audit WHERE account = ? ORDER BY id")
        .bind(&account.id)
        .fetch_all(&pool)
        .await
        .unwrap();
    pool.close().await;
    rows
}

#[tokio::test]
async fn an_account_changes_its_name_and_colour() {
    let world = World::new().await;
    let core = world.core().await;
    let account = local(&core, "Diary").await;
    let palette = core.account_palette(Empty {}).await.unwrap().colors;
    let other = palette
        .iter()
        .find(|color| **color != account.color)
        .unwrap();
    let mut events = core.events();
    let change = |name: Option<&str>, color: Option<&str>| AccountChange {
        account: account.id.clone(),
        name: name.map(str::to_owned),
        color: color.map(str::to_owned),
    };
    let changed = core.account_change(change(Some("  My diary "), None)).await;
    let changed = changed.unwrap();
    assert_eq!((&*changed.name, &*changed.monogram), ("My diary", "MD"));
    assert_eq!(changed.color, account.color, "what is absent stays");
    assert_eq!(events.recv().await.unwrap(), Event::AccountsChanged {});
    let changed = core
        .account_change(change(None, Some(other)))
        .await
        .unwrap();
    assert_eq!(
        (&changed.name, &changed.color),
        (&"My diary".to_owned(), other)
    );

    for (name, color) in [
        (Some("   "), None),
        (Some("two\nlines"), None),
        (Some(&*"x".repeat(61)), None),
        (Some("Fine"), Some("#ffffff")),
    ] {
        let refused = core.account_change(change(name, color)).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::BadRequest, "{name:?} {color:?}");
    }
    core.shutdown(std::time::Duration::from_secs(5)).await;
    let again = world.core().await.app_state(Empty {}).await.unwrap();
    assert_eq!(
        again.accounts[0].name, "My diary",
        "a refused change left nothing"
    );
    assert_eq!(&again.accounts[0].color, other);
}

#[tokio::test]
async fn words_that_are_only_here_are_never_removed_unasked() {
    let world = World::new().await;
    let core = world.core().await;
    let account = local(&core, "Diary").await;
    write(&core, &account, "Mill", "The mill.").await;
    let trashed = write(&core, &account, "Draft", "Nobody wants it.").await;
    core.note_trash(NoteRef {
        account: account.id.clone(),
        note: trashed.id,
    })
    .await
    .unwrap();
    let removal = core.account_removal(of(&account)).await.unwrap();
    assert_eq!((removal.notes, removal.only_here), (1, 1));
    assert_eq!(removal.access, AccessEnd::None);
    for keep in [KeepNotes::Nothing {}, KeepNotes::SendFirst {}] {
        let refused = core
            .account_remove(remove(&account, keep), None)
            .await
            .unwrap_err();
        assert_eq!(refused.code(), ErrorCode::OnlyHere);
        assert!(
            refused.to_string().starts_with("1 note of “Diary”"),
            "{refused}"
        );
    }
    let refused = core
        .account_remove(remove(&account, KeepNotes::Export {}), None)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::BadRequest);
    let refused = core
        .account_remove(remove(&account, move_to(&account)), None)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::BadRequest);
    assert_eq!(note_titles(&core, &account).await, ["Mill"]);
    write(&core, &account, "Still", "It goes on.").await;
    assert!(entries(&world.data_dir().join("removed")).is_empty());
}

#[tokio::test]
async fn what_is_in_notion_stays_there_and_nothing_stays_here() {
    let world = World::new().await;
    let (core, account) = world.signed_in_as(Some("Mill & Store")).await;
    let other = local(&core, "Diary").await;
    core.account_switch(of(&account)).await.unwrap();
    let draft = core.capture_state(Empty {}).await.unwrap().draft;
    core.capture_draft(CaptureDraft {
        account: Some(account.id.clone()),
        text: "Not a note yet".to_owned(),
        ..draft
    })
    .await
    .unwrap();
    write(&core, &account, "Mill", "The mill.").await;
    core.sync_now(of(&account)).await.unwrap();
    let removal = core.account_removal(of(&account)).await.unwrap();
    assert_eq!((removal.notes, removal.only_here), (1, 0));
    assert_eq!(removal.access, AccessEnd::ByHand);

    let done = core
        .account_remove(remove(&account, KeepNotes::Nothing {}), None)
        .await
        .unwrap();
    assert_eq!(done.name, "Mill & Store");
    assert_eq!((done.access, done.moved), (AccessEnd::ByHand, 0));
    assert_eq!(done.rests_until, world.clock.now() + A_WEEK - 1_000);
    assert!(world.titles().await.contains(&"Mill".to_owned()));
    assert_eq!(names(&core).await, ["Diary"]);
    let state = core.app_state(Empty {}).await.unwrap();
    assert_eq!(state.current, Some(other.id.clone()));
    // The words in the capture window go on, for another account.
    let draft = core.capture_state(Empty {}).await.unwrap().draft;
    assert_eq!(draft.text, "Not a note yet");
    assert_eq!(draft.account, Some(other.id));
    for error in [
        core.note_list(of(&account)).await.unwrap_err(),
        core.sync_now(of(&account)).await.unwrap_err(),
        core.account_removal(of(&account)).await.unwrap_err(),
    ] {
        assert_eq!(error.code(), ErrorCode::NoSuchAccount, "{error}");
    }
    assert!(
        traces(&world, &account.id).await.is_empty(),
        "{:?}",
        traces(&world, &account.id).await
    );
    assert!(entries(&world.data_dir().join("accounts")).len() == 1);
    let audit = audit(&world, &account).await;
    assert!(audit.contains(&(
        "account".to_owned(),
        "removed from this computer".to_owned()
    )));
    assert!(
        !audit.iter().any(|(_, outcome)| outcome.contains("revo")),
        "{audit:?}"
    );
}

#[tokio::test]
async fn a_pasted_token_goes_on_working() {
    let world = World::new().await;
    let (core, account) = world.signed_in_as(Some("Mill & Store")).await;
    core.account_remove(remove(&account, KeepNotes::Nothing {}), None)
        .await
        .unwrap();
    let me = world
        .http
        .get(format!("{}/v1/users/me", world.sim.url()))
        .bearer_auth(world.sim.personal_access_token())
        .header("Notion-Version", "2026-03-11")
        .send()
        .await
        .unwrap();
    assert!(me.status().is_success(), "{}", me.status());
    // The same person may come back.
    let (_, back) = world.signed_in_as(Some("Mill & Store")).await;
    assert_ne!(back.id, account.id);
}

#[tokio::test]
async fn a_removed_folder_rests_for_seven_days() {
    let world = World::new().await;
    let core = world.core().await;
    let account = local(&core, "Diary").await;
    let done = core
        .account_remove(remove(&account, KeepNotes::Nothing {}), None)
        .await
        .unwrap();
    let rests = PathBuf::from(&done.rests_in);
    let name = rests.file_name().unwrap().to_string_lossy().into_owned();
    assert_eq!(name, format!("{}-{}", account.id, world.clock.now()));
    assert!(rests.join("notes.db").exists());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = rests.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o700);
    }
    let label: Value =
        serde_json::from_slice(&std::fs::read(rests.join("removed.json")).unwrap()).unwrap();
    assert_eq!(label["name"], "Diary");
    world.clock.advance(A_WEEK - 2_000);
    core.finish_removals().await;
    assert!(rests.exists(), "seven days are not over");
    let stranger = world.data_dir().join("removed/holiday-1");
    std::fs::create_dir(&stranger).unwrap();
    world.clock.advance(2_000);
    core.shutdown(std::time::Duration::from_secs(5)).await;
    let core = world.core().await;
    core.finish_removals().await;
    assert_eq!(entries(&world.data_dir().join("removed")), ["holiday-1"]);
}

#[tokio::test]
async fn everything_is_sent_first_or_nothing_goes() {
    let world = World::new().await;
    let (core, account) = world.signed_in_as(Some("Mill & Store")).await;
    core.sync_now(of(&account)).await.unwrap();
    let made = write(&core, &account, "Mill", "The mill.").await;
    world.fault("", "/v1/", "cut_before", 1_000).await;
    let refused = core
        .account_remove(remove(&account, KeepNotes::SendFirst {}), None)
        .await
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::OnlyHere, "{refused}");
    assert!(
        refused.to_string().contains("could not be sent"),
        "{refused}"
    );
    assert_eq!(names(&core).await, ["Mill & Store"]);
    assert_eq!(note_titles(&core, &account).await, ["Mill"]);

    world.post("/_sim/faults", json!({"rules": []})).await;
    world.clock.advance(60_000);
    let draft = core.capture_state(Empty {}).await.unwrap().draft;
    core.capture_save(CaptureDraft {
        account: Some(account.id.clone()),
        text: "Could be called back".to_owned(),
        ..draft
    })
    .await
    .unwrap();
    let done = core
        .account_remove(remove(&account, KeepNotes::SendFirst {}), None)
        .await
        .unwrap();
    assert_eq!(done.access, AccessEnd::ByHand);
    let titles = world.titles().await;
    for title in ["Mill", "Could be called back"] {
        assert_eq!(
            titles.iter().filter(|found| *found == title).count(),
            1,
            "{titles:?}"
        );
    }
    assert!(
        core.note_read(NoteRef {
            account: account.id,
            note: made.id
        })
        .await
        .is_err()
    );
}

#[tokio::test]
async fn notes_move_into_another_account_once() {
    let world = World::new().await;
    let (core, notion) = world.signed_in_as(Some("Mill & Store")).await;
    core.sync_now(of(&notion)).await.unwrap();
    let diary = local(&core, "Diary").await;
    let first = write(&core, &diary, "Mill", "The mill.").await;
    let second = write(&core, &diary, "Store", "The store.").await;
    let trashed = write(&core, &diary, "Old", "Old.").await;
    core.note_trash(NoteRef {
        account: diary.id.clone(),
        note: trashed.id.clone(),
    })
    .await
    .unwrap();
    world.clock.advance(5_000);
    let done = core
        .account_remove(remove(&diary, move_to(&notion)), None)
        .await
        .unwrap();
    assert_eq!(done.moved, 2);
    assert_eq!(note_titles(&core, &notion).await, ["Mill", "Store"]);
    for note in [&first, &second] {
        let moved = core
            .note_read(NoteRef {
                account: notion.id.clone(),
                note: note.id.clone(),
            })
            .await
            .unwrap();
        assert_eq!(
            (&moved.title, &moved.body, &moved.tags),
            (&note.title, &note.body, &note.tags)
        );
        assert_eq!((moved.created, moved.edited), (note.created, note.edited));
        assert_eq!(moved.sync, SyncState::Queued);
    }
    core.sync_now(of(&notion)).await.unwrap();
    let titles = world.titles().await;
    for title in ["Mill", "Store"] {
        assert_eq!(
            titles.iter().filter(|found| *found == title).count(),
            1,
            "{titles:?}"
        );
    }
    assert!(
        !titles.contains(&"Old".to_owned()),
        "the trash stays behind"
    );
    assert_eq!(names(&core).await, ["Mill & Store"]);
}

#[tokio::test]
async fn unsent_words_of_a_page_move_as_a_note_of_their_own() {
    let world = World::new().await;
    let (core, notion) = world.signed_in_as(Some("Mill & Store")).await;
    let diary = local(&core, "Diary").await;
    write(&core, &notion, "Mill", "The mill.").await;
    let note = write(&core, &notion, "Store", "The store.").await;
    core.sync_now(of(&notion)).await.unwrap();
    let note = core
        .note_read(NoteRef {
            account: notion.id.clone(),
            note: note.id,
        })
        .await
        .unwrap();
    core.note_save(NoteSave {
        account: notion.id.clone(),
        note: note.id.clone(),
        base_version: note.version,
        title: note.title.clone(),
        body: "The store, changed on a train.".to_owned(),
    })
    .await
    .unwrap();
    let removal = core.account_removal(of(&notion)).await.unwrap();
    assert_eq!((removal.notes, removal.only_here), (2, 1));
    let done = core
        .account_remove(remove(&notion, move_to(&diary)), None)
        .await
        .unwrap();
    assert_eq!(done.moved, 1, "what is in Notion is safe there");
    let moved = core
        .note_read(NoteRef {
            account: diary.id.clone(),
            note: note.id,
        })
        .await
        .unwrap();
    assert_eq!(moved.body, "The store, changed on a train.");
    assert_eq!((moved.page_id, moved.sync), (None, SyncState::Local));
}

#[tokio::test]
async fn an_export_holds_every_living_note() {
    let world = World::new().await;
    let (core, account) = world.signed_in_as(Some("Mill & Store")).await;
    let sent = write(&core, &account, "Mill", "The mill.").await;
    core.sync_now(of(&account)).await.unwrap();
    write(&core, &account, "a/b: \"c\"", "Second.").await;
    write(&core, &account, "A B  c", "Third.").await;
    write(&core, &account, "", "No title.").await;
    let below = world.dir.path().join("exports");
    let first = core.export(of(&account), &below).await.unwrap();
    assert_eq!(first.notes, 4);
    let done = core
        .account_remove(remove(&account, KeepNotes::Export {}), Some(&below))
        .await
        .unwrap();
    let folder = PathBuf::from(done.exported_to.unwrap());
    assert_ne!(folder, first.folder, "nothing is overwritten");
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    assert!(
        name.starts_with("Mill & Store 20") && name.ends_with(" 2"),
        "{name}"
    );
    let files = ["A B c 2.md", "Mill.md", "Untitled.md", "a b c.md"];
    assert_eq!(entries(&folder), files);
    let text = std::fs::read_to_string(folder.join("Mill.md")).unwrap();
    let page = {
        let tree = world.get("/_sim/tree").await;
        let pages = tree["pages"].as_array().unwrap().clone();
        let page = pages.iter().find(|page| page["title"] == "Mill").unwrap();
        page["id"].as_str().unwrap().replace('-', "")
    };
    assert!(
        text.starts_with("---\ntitle: \"Mill\"\ntype: \"Idea\"\ntags: [\"turin\"]\ncreated: 20"),
        "{text}"
    );
    assert!(
        text.contains(&format!(
            "notion: \"https://app.notion.com/p/{page}\"\n---\n\nThe mill.\n"
        )),
        "{text}"
    );
    let text = std::fs::read_to_string(folder.join("a b c.md")).unwrap();
    assert!(text.contains("title: \"a/b: \\\"c\\\"\"\n"), "{text}");
    assert!(!text.contains("notion:"), "{text}");
    assert!(names(&core).await.is_empty());
    assert!(
        core.note_read(NoteRef {
            account: account.id,
            note: sent.id
        })
        .await
        .is_err()
    );
}

#[tokio::test]
async fn an_export_that_cannot_be_written_removes_nothing() {
    let world = World::new().await;
    let core = world.core().await;
    let account = local(&core, "Diary").await;
    write(&core, &account, "Mill", "The mill.").await;
    let in_the_way = world.dir.path().join("file");
    std::fs::write(&in_the_way, "not a folder").unwrap();
    for below in [in_the_way, world.data_dir().join("accounts")] {
        let export = remove(&account, KeepNotes::Export {});
        core.account_remove(export, Some(&below)).await.unwrap_err();
        assert_eq!(note_titles(&core, &account).await, ["Mill"]);
    }
}

#[tokio::test]
async fn the_next_account_of_the_rail_becomes_the_current_one() {
    let world = World::new().await;
    let core = world.core().await;
    let mut all = Vec::new();
    for name in ["First", "Second", "Third"] {
        all.push(local(&core, name).await);
    }
    core.account_switch(of(&all[1])).await.unwrap();
    for (gone, next) in [(1, Some(2)), (2, Some(0)), (0, None)] {
        core.account_remove(remove(&all[gone], KeepNotes::Nothing {}), None)
            .await
            .unwrap();
        let current = core.app_state(Empty {}).await.unwrap().current;
        assert_eq!(current, next.map(|next: usize| all[next].id.clone()));
    }
}

#[tokio::test]
async fn while_another_process_sends_nothing_is_removed() {
    let world = World::new().await;
    let (core, account) = world.signed_in_as(Some("Mill & Store")).await;
    core.sync_now(of(&account)).await.unwrap();
    // The lock of the account, as another process holds it.
    let path = world
        .data_dir()
        .join("accounts")
        .join(&account.id)
        .join("sync.lock");
    let lock = std::fs::OpenOptions::new().write(true).open(path).unwrap();
    lock.lock().unwrap();
    let busy = core
        .account_remove(remove(&account, KeepNotes::Nothing {}), None)
        .await
        .unwrap_err();
    assert!(busy.to_string().contains("in use right now"), "{busy}");
    assert_eq!(names(&core).await, ["Mill & Store"]);
    drop(lock);
    core.account_remove(remove(&account, KeepNotes::Nothing {}), None)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_running_engine_ends_with_its_account() {
    let world = World::new().await;
    let (core, account) = world.signed_in_as(Some("Mill & Store")).await;
    core.start();
    write(&core, &account, "Mill", "The mill.").await;
    let kept = remove(&account, KeepNotes::SendFirst {});
    core.account_remove(kept, None).await.unwrap();
    assert!(world.titles().await.contains(&"Mill".to_owned()));
    let before = world.get("/_sim/stats").await["total"].clone();
    // A background engine would ask within its first look; a whole shutdown waits for every task.
    core.attention(octavo_core::Attention::Focused);
    world.clock.advance(20 * 60_000);
    core.shutdown(std::time::Duration::from_secs(5)).await;
    assert_eq!(world.get("/_sim/stats").await["total"], before);
    let core = world.core().await;
    assert!(names(&core).await.is_empty());
}

#[tokio::test]
async fn a_window_hears_that_another_process_removed_an_account() {
    let world = World::new().await;
    let window = world.core().await;
    let account = local(&window, "Diary").await;
    window.start();
    let mut events = window.events();
    let command_line = world.core().await;
    command_line
        .account_remove(remove(&account, KeepNotes::Nothing {}), None)
        .await
        .unwrap();
    while events.recv().await.unwrap() != (Event::AccountsChanged {}) {}
    assert!(names(&window).await.is_empty());
    let late = NoteCreate {
        account: account.id.clone(),
        title: "Too late".to_owned(),
        body: String::new(),
        note_type: None,
        tags: Vec::new(),
    };
    let refused = window.note_create(late).await.unwrap_err();
    assert_eq!(refused.code(), ErrorCode::NoSuchAccount);
    assert!(!world.data_dir().join("accounts").join(&account.id).exists());
}

#[tokio::test]
async fn a_removal_goes_on_when_nobody_waits_for_it() {
    let world = World::new().await;
    let (core, account) = world.signed_in_as(Some("Mill & Store")).await;
    core.sync_now(of(&account)).await.unwrap();
    let mut events = core.events();
    let asked = core.account_remove(remove(&account, KeepNotes::Nothing {}), None);
    // Whoever asked goes away at once.
    tokio::select! {
        biased;
        _ = asked => panic!("it cannot be done that soon"),
        () = std::future::ready(()) => {}
    }
    while events.recv().await.unwrap() != (Event::AccountsChanged {}) {}
    let accounts = world.data_dir().join("accounts");
    while !entries(&accounts).is_empty() {
        tokio::task::yield_now().await;
    }
    assert!(names(&core).await.is_empty());
}
