//! The core against the simulator: what is written here arrives there exactly once, whatever breaks
//! in between, and what changes there arrives here.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod support;

use std::time::Duration;

use octavo_contract::{
    AccountAddLocal, AccountAddToken, AccountReconnect, AccountStatus, AccountView, Empty,
    ErrorCode, NoteCreate, NoteRef, NoteSave, NoteView, SyncState,
};
use octavo_core::Octavo;
use serde_json::{Value, json};
use support::{World, of};
use tempfile::TempDir;

impl World {
    /// Every living page, as `(title, markdown, parent's title)`.
    async fn pages(&self) -> Vec<(String, String, String)> {
        let pages = self.tree().await;
        let titles: std::collections::HashMap<&str, &str> = pages
            .iter()
            .map(|page| (text(page, "id"), text(page, "title")))
            .collect();
        let living = pages.iter().filter(|page| page["in_trash"] != true);
        living
            .map(|page| {
                let parent = page["parent_page"].as_str().unwrap_or("");
                let parent = titles.get(parent).copied().unwrap_or("");
                (
                    text(page, "title").to_owned(),
                    text(page, "markdown").to_owned(),
                    parent.to_owned(),
                )
            })
            .collect()
    }

    async fn page(&self, title: &str) -> (String, String) {
        let found: Vec<_> = self
            .pages()
            .await
            .into_iter()
            .filter(|(name, ..)| name == title)
            .collect();
        assert_eq!(found.len(), 1, "pages titled {title}: {found:?}");
        let (_, markdown, parent) = found.into_iter().next().unwrap();
        (markdown, parent)
    }

    /// How many requests of this method and route were made.
    async fn requests(&self, method: &str, route: &str) -> u64 {
        let log = self.get("/_sim/log").await;
        let rows = log
            .as_array()
            .or_else(|| log["requests"].as_array())
            .unwrap()
            .clone();
        rows.iter()
            .filter(|row| {
                row["method"] == method && row["path"].as_str().unwrap_or("").ends_with(route)
            })
            .count() as u64
    }
}

fn text<'a>(page: &'a Value, key: &str) -> &'a str {
    page[key].as_str().unwrap_or("")
}

fn token(text: &str) -> AccountAddToken {
    AccountAddToken {
        token: text.to_owned(),
        name: None,
    }
}

fn note(account: &AccountView, title: &str, body: &str) -> NoteCreate {
    NoteCreate {
        account: account.id.clone(),
        title: title.to_owned(),
        body: body.to_owned(),
        note_type: Some("Idea".to_owned()),
        tags: vec!["turin".to_owned()],
    }
}

fn named(note: &NoteView) -> NoteRef {
    NoteRef {
        account: note.account.clone(),
        note: note.id.clone(),
    }
}

fn save(note: &NoteView, body: &str) -> NoteSave {
    NoteSave {
        account: note.account.clone(),
        note: note.id.clone(),
        base_version: note.version,
        title: note.title.clone(),
        body: body.to_owned(),
    }
}

/// Goes round until the outbox is empty, letting the clock run so that what was put back comes up.
async fn settled(world: &World, core: &Octavo, account: &AccountView) {
    for _ in 0..20 {
        let done = core.sync_now(of(account)).await;
        let status = core.sync_status(of(account)).await.unwrap();
        if done.is_ok() && status.waiting == 0 && status.contents_current {
            return;
        }
        world.clock.advance(40_000);
    }
    panic!("never settled: {:?}", core.sync_status(of(account)).await);
}

#[tokio::test]
async fn a_note_arrives_in_the_home_and_its_contents() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let made = core
        .capture(note(&account, "Mill", "The *mill* and the store."))
        .await
        .unwrap();
    assert_eq!(made.sync, SyncState::Queued);
    settled(&world, &core, &account).await;
    let (markdown, parent) = world.page("Mill").await;
    assert_eq!(parent, "Personal Assistant");
    assert_eq!(
        markdown,
        "Idea · #turin {color=\"gray\"}\nThe *mill* and the store."
    );
    let (contents, parent) = world.page("Table of Contents").await;
    assert_eq!(parent, "Personal Assistant");
    let page = core
        .note_read(named(&made))
        .await
        .unwrap()
        .page_id
        .unwrap()
        .replace('-', "");
    assert_eq!(contents.matches(&page).count(), 1, "{contents}");
    assert!(contents.contains("## Idea {toggle=\"true\"}"), "{contents}");
    assert_eq!(
        world.requests("POST", "/v1/pages").await,
        3,
        "root, contents, note"
    );
}

#[tokio::test]
async fn an_edit_is_one_request() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let made = core
        .capture(note(&account, "Mill", "One.\n\nTwo.\n\nThree."))
        .await
        .unwrap();
    settled(&world, &core, &account).await;
    let made = core.note_read(named(&made)).await.unwrap();
    let before = world.requests("PATCH", "/markdown").await;
    for body in ["One.\n\nTwo!\n\nThree.", "One.\n\nTwo!!\n\nThree.\n\nFour."] {
        let now = core.note_read(named(&made)).await.unwrap();
        core.note_save(save(&now, body)).await.unwrap();
    }
    settled(&world, &core, &account).await;
    let (markdown, _) = world.page("Mill").await;
    assert!(
        markdown.ends_with("One.\nTwo!!\nThree.\nFour."),
        "{markdown}"
    );
    assert_eq!(world.requests("PATCH", "/markdown").await - before, 1);
}

#[tokio::test]
async fn an_edit_in_notion_arrives_here_and_both_edits_come_together() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let made = core
        .capture(note(&account, "Mill", "One.\n\nTwo.\n\nThree."))
        .await
        .unwrap();
    settled(&world, &core, &account).await;
    let made = core.note_read(named(&made)).await.unwrap();
    let page = made.page_id.clone().unwrap();
    core.note_save(save(&made, "One, mine.\n\nTwo.\n\nThree."))
        .await
        .unwrap();
    world
        .post(
            "/_sim/edit",
            json!({"page_id": page, "replace": [{"old": "Three.", "new": "Three, theirs."}]}),
        )
        .await;
    settled(&world, &core, &account).await;
    let (markdown, _) = world.page("Mill").await;
    assert!(
        markdown.ends_with("One, mine.\nTwo.\nThree, theirs."),
        "{markdown}"
    );
    let now = core.note_read(named(&made)).await.unwrap();
    assert_eq!(now.body.trim(), "One, mine.\n\nTwo.\n\nThree, theirs.");
    assert!(
        matches!(now.sync, SyncState::Synced { .. }),
        "{:?}",
        now.sync
    );
}

#[tokio::test]
async fn a_save_from_before_a_change_in_notion_loses_neither() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let made = core
        .capture(note(&account, "Mill", "One.\n\nTwo.\n\nThree."))
        .await
        .unwrap();
    settled(&world, &core, &account).await;
    let open = core.note_read(named(&made)).await.unwrap();
    world
        .post(
            "/_sim/edit",
            json!({"page_id": open.page_id, "replace": [{"old": "Three.", "new": "Three, theirs."}]}),
        )
        .await;
    settled(&world, &core, &account).await;
    // The window still shows the old text and saves on top of it.
    let outcome = core
        .note_save(save(&open, "One, mine.\n\nTwo.\n\nThree."))
        .await
        .unwrap();
    assert!(outcome.merged);
    assert_eq!(
        outcome.note.body.trim(),
        "One, mine.\n\nTwo.\n\nThree, theirs."
    );
}

#[tokio::test]
async fn both_sides_of_a_conflict_are_kept() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let made = core
        .capture(note(&account, "Mill", "The store holds numbers."))
        .await
        .unwrap();
    settled(&world, &core, &account).await;
    let made = core.note_read(named(&made)).await.unwrap();
    core.note_save(save(&made, "The store holds apples."))
        .await
        .unwrap();
    world
        .post(
            "/_sim/edit",
            json!({"page_id": made.page_id, "replace": [{"old": "numbers", "new": "pears"}]}),
        )
        .await;
    for _ in 0..3 {
        let _ignored = core.sync_now(of(&account)).await;
        world.clock.advance(40_000);
    }
    let now = core.note_read(named(&made)).await.unwrap();
    assert!(
        now.body.contains("apples") && now.body.contains("pears"),
        "{}",
        now.body
    );
}

#[tokio::test]
async fn a_lost_answer_never_doubles_a_note() {
    for fault in [
        "cut_after_commit",
        "503_after_commit",
        "cut_before",
        "503_before",
        "502",
        "504",
    ] {
        let world = World::new().await;
        let (core, account) = world.signed_in().await;
        core.capture(note(&account, "First", "Makes the home."))
            .await
            .unwrap();
        settled(&world, &core, &account).await;
        core.capture(note(&account, "Mill", "The mill and the store."))
            .await
            .unwrap();
        world.fault("POST", "/v1/pages", fault, 1).await;
        settled(&world, &core, &account).await;
        let (markdown, _) = world.page("Mill").await;
        assert!(
            markdown.ends_with("The mill and the store."),
            "{fault}: {markdown}"
        );
    }
}

#[tokio::test]
async fn a_lost_answer_never_doubles_an_edit() {
    for fault in [
        "cut_after_commit",
        "503_after_commit",
        "cut_before",
        "409",
        "429",
    ] {
        let world = World::new().await;
        let (core, account) = world.signed_in().await;
        let made = core
            .capture(note(&account, "Mill", "One.\n\nTwo."))
            .await
            .unwrap();
        settled(&world, &core, &account).await;
        let made = core.note_read(named(&made)).await.unwrap();
        core.note_save(save(&made, "One.\n\nOne and a half.\n\nTwo."))
            .await
            .unwrap();
        world.fault("PATCH", "/v1/pages", fault, 1).await;
        settled(&world, &core, &account).await;
        let (markdown, _) = world.page("Mill").await;
        assert!(
            markdown.ends_with("One.\nOne and a half.\nTwo."),
            "{fault}: {markdown}"
        );
    }
}

#[tokio::test]
async fn a_lost_answer_never_makes_a_second_home() {
    for fault in ["cut_after_commit", "503_after_commit", "cut_before"] {
        for skip in 0..2 {
            let world = World::new().await;
            let (core, account) = world.signed_in().await;
            core.capture(note(&account, "Mill", "Text.")).await.unwrap();
            // The first request makes the root, the second the contents page.
            world.fault("POST", "/v1/pages", fault, 1 + skip).await;
            settled(&world, &core, &account).await;
            for title in ["Personal Assistant", "Table of Contents", "Mill"] {
                world.page(title).await;
            }
        }
    }
}

#[tokio::test]
async fn an_existing_home_is_adopted_and_read() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    core.capture(note(&account, "Mill", "The mill."))
        .await
        .unwrap();
    settled(&world, &core, &account).await;
    // The same person on a second computer.
    let second = World {
        dir: TempDir::new().unwrap(),
        ..world
    };
    let (core, account) = second.signed_in().await;
    settled(&second, &core, &account).await;
    second.page("Personal Assistant").await;
    let list = core.note_list(of(&account)).await.unwrap();
    assert_eq!(list.notes.len(), 1);
    assert_eq!(list.notes[0].title, "Mill");
    assert_eq!(list.notes[0].note_type.as_deref(), Some("Idea"));
    assert_eq!(list.notes[0].tags, ["turin"]);
}

#[tokio::test]
async fn accounts_never_see_each_other() {
    let world = World::new().await;
    let (core, first) = world.signed_in().await;
    let other = world
        .post(
            "/_sim/workspace",
            json!({"name": "Mill & Store", "person": "Charles"}),
        )
        .await;
    let second = core
        .account_add_token(token(other["personal_access_token"].as_str().unwrap()))
        .await
        .unwrap();
    let one = core
        .capture(note(&first, "Of the first", "A."))
        .await
        .unwrap();
    let two = core
        .capture(note(&second, "Of the second", "B."))
        .await
        .unwrap();
    settled(&world, &core, &first).await;
    settled(&world, &core, &second).await;
    for (account, title) in [(&first, "Of the first"), (&second, "Of the second")] {
        let list = core.note_list(of(account)).await.unwrap();
        let titles: Vec<&str> = list.notes.iter().map(|note| note.title.as_str()).collect();
        assert_eq!(titles, [title]);
    }
    let crossed = NoteRef {
        account: first.id.clone(),
        note: two.id.clone(),
    };
    let error = core.note_read(crossed).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::NoSuchNote);
    assert!(core.note_read(named(&one)).await.is_ok());
    let twice = core
        .account_add_token(token(world.sim.personal_access_token()))
        .await
        .unwrap_err();
    assert_eq!(twice.code(), ErrorCode::AccountExists);
}

#[tokio::test]
async fn a_withdrawn_token_asks_to_sign_in_again_and_loses_nothing() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    core.capture(note(&account, "First", "A.")).await.unwrap();
    settled(&world, &core, &account).await;
    world.post("/_sim/expire", json!({})).await;
    core.capture(note(&account, "Second", "B.")).await.unwrap();
    let error = core.sync_now(of(&account)).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::TokenRefused);
    let state = core.app_state(Empty {}).await.unwrap();
    assert_eq!(state.accounts[0].status, AccountStatus::SignInAgain);
    assert_eq!(state.accounts[0].waiting, 1);
    let refused = core
        .account_reconnect(AccountReconnect {
            account: account.id.clone(),
            token: world.sim.personal_access_token().to_owned(),
        })
        .await
        .unwrap_err();
    assert_eq!(refused.code(), ErrorCode::TokenRefused);
}

#[tokio::test]
async fn a_trashed_note_goes_and_comes_back_on_both_sides() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let made = core
        .capture(note(&account, "Mill", "The mill."))
        .await
        .unwrap();
    settled(&world, &core, &account).await;
    core.note_trash(named(&made)).await.unwrap();
    settled(&world, &core, &account).await;
    assert!(
        !world
            .pages()
            .await
            .iter()
            .any(|(title, ..)| title == "Mill")
    );
    let (contents, _) = world.page("Table of Contents").await;
    assert!(!contents.contains("mention-page"), "{contents}");
    core.note_restore(named(&made)).await.unwrap();
    settled(&world, &core, &account).await;
    world.page("Mill").await;
    let (contents, _) = world.page("Table of Contents").await;
    assert!(contents.contains("mention-page"), "{contents}");
    let page = core.note_read(named(&made)).await.unwrap().page_id;
    world
        .post("/_sim/edit", json!({"page_id": page, "trash": true}))
        .await;
    settled(&world, &core, &account).await;
    assert!(core.note_list(of(&account)).await.unwrap().notes.is_empty());
}

#[tokio::test]
async fn offline_keeps_the_note_and_says_so() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let World {
        sim, dir, clock, ..
    } = world;
    sim.shutdown().await;
    let made = core
        .capture(note(&account, "Mill", "The mill."))
        .await
        .unwrap();
    let error = core.sync_now(of(&account)).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::Offline);
    let now = core
        .settle(named(&made), Duration::from_secs(5))
        .await
        .unwrap();
    assert_eq!(now.sync, SyncState::Queued);
    let state = core.app_state(Empty {}).await.unwrap();
    assert_eq!(state.accounts[0].status, AccountStatus::Offline);
    drop((dir, clock));
}

/// Many failures have made the waits long; a person who comes back does not sit them out, neither that
/// of the account nor that of the note.
#[tokio::test]
async fn a_person_who_comes_back_finds_the_network_back() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    settled(&world, &core, &account).await;
    let cut = json!({"rules": [{"fault": "cut_before", "times": 100_000}], "seed": 1});
    world.post("/_sim/faults", cut).await;
    let made = core
        .capture(note(&account, "Mill", "The mill."))
        .await
        .unwrap();
    for _ in 0..5 {
        core.sync_now(of(&account)).await.unwrap_err();
    }
    let clear = json!({"rules": [], "seed": 1});
    world.post("/_sim/faults", clear).await;
    let mut events = core.events();
    core.start();
    core.attention(octavo_core::Attention::Focused);
    // The clock stands still: whatever waits for a later time would wait for ever.
    while !matches!(
        core.note_read(named(&made)).await.unwrap().sync,
        SyncState::Synced { .. }
    ) {
        events.recv().await.unwrap();
    }
}

#[tokio::test]
async fn a_local_account_stays_here() {
    let world = World::new().await;
    let core = world.core().await;
    let account = core
        .account_add_local(AccountAddLocal { name: None })
        .await
        .unwrap();
    let made = core
        .capture(note(&account, "Mill", "The mill."))
        .await
        .unwrap();
    assert_eq!(made.sync, SyncState::Local);
    core.sync_now(of(&account)).await.unwrap();
    assert!(world.pages().await.is_empty());
}

#[tokio::test]
async fn a_damaged_database_is_named_and_left_alone() {
    let world = World::new().await;
    let core = world.core().await;
    let account = core
        .account_add_local(AccountAddLocal { name: None })
        .await
        .unwrap();
    core.capture(note(&account, "Mill", "The mill."))
        .await
        .unwrap();
    core.shutdown(Duration::from_secs(5)).await;
    let file = world
        .dir
        .path()
        .join("data/accounts")
        .join(&account.id)
        .join("notes.db");
    std::fs::write(
        &file,
        b"this is no database, it is a page of somebody's diary",
    )
    .unwrap();
    let core = world.core().await;
    let error = core.note_list(of(&account)).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::DatabaseCorrupt, "{error}");
    assert!(error.to_string().contains("notes.db"), "{error}");
    assert!(
        std::fs::read(&file)
            .unwrap()
            .starts_with(b"this is no database")
    );
    assert_eq!(core.app_state(Empty {}).await.unwrap().accounts.len(), 1);
}

#[tokio::test]
async fn no_token_is_on_the_disk() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    core.capture(note(&account, "Mill", "The mill."))
        .await
        .unwrap();
    settled(&world, &core, &account).await;
    core.shutdown(Duration::from_secs(5)).await;
    let secret = world.sim.personal_access_token().as_bytes();
    let mut folders = vec![world.dir.path().to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(secret.len()).any(|part| part == secret);
            assert!(!found, "the token is in {}", path.display());
        }
    }
    assert!(files >= 2, "the databases were looked at");
}
