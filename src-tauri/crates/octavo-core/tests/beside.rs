//! What is sent while pages are read: no note waits until a first look at a whole home is over.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use octavo_contract::{AccountAddToken, NoteCreate, NoteRef, SyncState};
use octavo_core::{Config, Octavo};
use serde_json::json;
use support::{World, of};

/// So many pages are there from another computer. Each takes a moment to be read.
const PAGES: usize = 40;
const MOMENT_MS: u64 = 60;

#[tokio::test]
async fn a_note_is_sent_while_a_first_look_reads_page_after_page() {
    let world = World::new().await;
    let (elsewhere, account) = world.signed_in().await;
    for number in 0..PAGES {
        let note = new(&account.id, &format!("Old {number}"));
        elsewhere.note_create(note).await.unwrap();
    }
    elsewhere.sync_now(of(&account)).await.unwrap();
    elsewhere.shutdown(Duration::from_secs(5)).await;
    let slow =
        json!({"method": "GET", "path": "/markdown", "fault": "slow", "delay_ms": MOMENT_MS});
    world
        .post("/_sim/faults", json!({"rules": [slow], "seed": 1}))
        .await;

    let config = Config {
        data_dir: world.dir.path().join("here"),
        ..world.config()
    };
    let core = Octavo::open_at(config, world.clock.clone()).await.unwrap();
    let token = AccountAddToken {
        token: world.sim.personal_access_token().to_owned(),
        name: None,
    };
    let account = core.account_add_token(token).await.unwrap();
    let core = Arc::new(core);
    let look = tokio::spawn({
        let (core, account) = (core.clone(), of(&account));
        async move { core.sync_now(account).await }
    });
    let count = async || core.note_list(of(&account)).await.unwrap().notes.len();
    while count().await < 3 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let note = core.note_create(new(&account.id, "New")).await.unwrap();
    world.clock.advance(60_000);
    let read = NoteRef {
        account: account.id.clone(),
        note: note.id,
    };
    let sync = async || core.note_read(read.clone()).await.unwrap().sync;
    while !matches!(sync().await, SyncState::Synced { .. }) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let before = count().await;
    look.await.unwrap().unwrap();
    assert!(
        before < PAGES,
        "the note was sent when {before} notes had been read"
    );
    assert_eq!(count().await, PAGES + 1);
    let pages = world.tree().await;
    let titled = |title: &str| pages.iter().filter(|page| page["title"] == title).count();
    assert_eq!(titled("New"), 1);
    core.shutdown(Duration::from_secs(5)).await;
}

fn new(account: &str, title: &str) -> NoteCreate {
    NoteCreate {
        account: account.to_owned(),
        title: title.to_owned(),
        body: "Some words.".to_owned(),
        note_type: None,
        tags: Vec::new(),
    }
}
