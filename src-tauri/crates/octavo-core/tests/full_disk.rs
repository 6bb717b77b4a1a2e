//! The disk fills up between a request and its answer: what Notion did must not be forgotten.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use octavo_contract::{ErrorCode, NoteCreate, NoteRef, SyncState};
use rustix::process::{Resource, Signal, getrlimit, setrlimit};
use serde_json::json;
use support::{World, of};
use tokio::signal::unix::{SignalKind, signal};

/// No file of this process may grow beyond so many bytes; as large as they like, if absent.
fn limit(bytes: Option<u64>) {
    let mut limit = getrlimit(Resource::Fsize);
    limit.current = bytes.or(limit.maximum);
    setrlimit(Resource::Fsize, limit).unwrap();
}

#[tokio::test]
async fn a_page_whose_answer_finds_no_room_is_not_made_twice_though_somebody_rewrites_it() {
    // Without a listener the refusal's signal would end the process.
    let _refusals = signal(SignalKind::from_raw(Signal::XFSZ.as_raw())).unwrap();
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    core.sync_now(of(&account)).await.unwrap();
    let folder = world.data_dir().join("accounts").join(&account.id);
    let log = || {
        std::fs::metadata(folder.join("notes.db-wal"))
            .unwrap()
            .len()
    };
    let titled = async |title: &str| {
        let mut pages = world.tree().await;
        pages.retain(|page| page.get("title") == Some(&json!(title)));
        pages
    };
    let new = NoteCreate {
        account: account.id.clone(),
        title: "Mill".to_owned(),
        body: "One and two and three.".to_owned(),
        note_type: None,
        tags: Vec::new(),
    };
    let note = core.capture(new).await.unwrap();
    // Long enough for the disk to fill up between the page and the answer that tells of it.
    world.post("/_sim/config", json!({"write_ms": 3_000})).await;
    let sending = core.sync_now(of(&account));
    let filling = async {
        loop {
            if let [page] = &*titled("Mill").await {
                limit(Some(log()));
                return page.get("id").unwrap().clone();
            }
        }
    };
    let (sent, page) = tokio::join!(sending, filling);
    assert_eq!(sent.unwrap_err().code(), ErrorCode::DiskFull);
    world.post("/_sim/config", json!({"write_ms": 0})).await;
    let edit = json!({"page_id": page, "title": "Weir", "replace_markdown": "Nothing of it."});
    world.post("/_sim/edit", edit).await;
    let before = world.tree().await.len();
    // Still no room: it is known whose page that is, but it cannot be noted down.
    core.sync_now(of(&account)).await.unwrap_err();
    // The program is started anew, and there is room again.
    let core = core.reopened().await.unwrap();
    limit(None);
    world.clock.advance(120_000);
    core.sync_now(of(&account)).await.unwrap();
    assert_eq!(world.tree().await.len(), before);
    let reference = NoteRef {
        account: account.id.clone(),
        note: note.id,
    };
    let now = core.note_read(reference).await.unwrap();
    assert!(
        matches!(now.sync, SyncState::Synced { .. }),
        "{:?}",
        now.sync
    );
    assert_eq!((&*now.title, now.body.trim()), ("Weir", "Nothing of it."));
}
