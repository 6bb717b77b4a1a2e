//! Files of notes in Notion: brought there once, where they stand, whatever breaks in between.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod support;

use octavo_contract::{AccountView, NoteCreate, NoteRef, NoteSave, NoteView, SyncState};
use octavo_core::Octavo;
use serde_json::json;
use support::{World, of};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot much of a picture";

/// A note with words and files between them.
async fn written(
    world: &World,
    core: &Octavo,
    account: &AccountView,
    files: &[(&str, &[u8])],
) -> NoteRef {
    let mut body = "Before".to_owned();
    for (name, content) in files {
        let path = world.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        let file = core.file_keep(&account.id, &path).await.unwrap();
        let line = match file.media_type.split('/').next().unwrap() {
            "image" => format!("![A *caption*]({})", file.address),
            _ => format!("<file src=\"{}\"></file>", file.address),
        };
        body = format!("{body}\n\n{line}\n\nBehind {name}");
    }
    let create = NoteCreate {
        account: account.id.clone(),
        title: "Mill".to_owned(),
        body,
        note_type: None,
        tags: Vec::new(),
    };
    let view = core.capture(create).await.unwrap();
    core.note_flush(NoteRef {
        account: view.account.clone(),
        note: view.id.clone(),
    })
    .await
    .unwrap();
    NoteRef {
        account: view.account,
        note: view.id,
    }
}

/// Goes round until nothing waits, letting the clock run so that what was put back comes up.
async fn settled(world: &World, core: &Octavo, note: &NoteRef) -> NoteView {
    let account = octavo_contract::AccountRef {
        account: note.account.clone(),
    };
    for _ in 0..20 {
        let done = core.sync_now(account.clone()).await;
        let status = core.sync_status(account.clone()).await.unwrap();
        if done.is_ok() && status.waiting == 0 {
            return core.note_read(note.clone()).await.unwrap();
        }
        world.clock.advance(40_000);
    }
    panic!("never settled: {:?}", core.note_read(note.clone()).await);
}

async fn page(world: &World) -> String {
    let pages = world.tree().await;
    let mills: Vec<_> = pages
        .iter()
        .filter(|page| page["title"] == "Mill")
        .collect();
    assert_eq!(mills.len(), 1, "{pages:?}");
    mills[0]["markdown"].as_str().unwrap().to_owned()
}

/// The addresses of the files of a page, with the bytes behind them.
async fn shown(world: &World, page: &str) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for part in page.split("http").skip(1) {
        let end = part.find([')', '"', '\n']).unwrap_or(part.len());
        let url = format!("http{}", part.get(..end).unwrap());
        let answer = world.http.get(&url).send().await.unwrap();
        assert!(answer.status().is_success(), "{url}");
        found.push(answer.bytes().await.unwrap().to_vec());
    }
    found
}

fn without_addresses(page: &str) -> String {
    let mut out = String::new();
    for (number, part) in page.split("http").enumerate() {
        let end = if number == 0 {
            0
        } else {
            out.push_str("URL");
            part.find([')', '"', '\n']).unwrap_or(part.len())
        };
        out.push_str(part.get(end..).unwrap());
    }
    out
}

async fn writes(world: &World) -> usize {
    let log = world.get("/_sim/log").await;
    let rows = log
        .as_array()
        .or_else(|| log["requests"].as_array())
        .unwrap();
    let reads = ["GET"];
    let is_write = |row: &&serde_json::Value| {
        let path = row["path"].as_str().unwrap_or_default();
        !reads.contains(&row["method"].as_str().unwrap_or_default())
            && !path.starts_with("/_sim")
            && !path.ends_with("/search")
    };
    rows.iter().filter(is_write).count()
}

#[tokio::test]
async fn files_stand_in_notion_where_they_stand_here() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let note = written(
        &world,
        &core,
        &account,
        &[("a b.png", PNG), ("list.csv", b"a,b\n1,2\n")],
    )
    .await;
    let view = settled(&world, &core, &note).await;
    assert!(
        matches!(view.sync, SyncState::Synced { .. }),
        "{:?}",
        view.sync
    );
    let there = page(&world).await;
    assert_eq!(
        without_addresses(&there),
        "Before\n![A *caption*](URL)\nBehind a b.png\n<file src=\"URL\"></file>\nBehind list.csv"
    );
    assert_eq!(shown(&world, &there).await, [PNG, b"a,b\n1,2\n"]);
    assert_eq!(
        view.body.matches("octavo-file:").count(),
        2,
        "{}",
        view.body
    );

    // Both agree: nothing is written any more, here or there, though addresses change.
    let before = writes(&world).await;
    for _ in 0..3 {
        world.clock.advance(700_000);
        settled(&world, &core, &note).await;
    }
    assert_eq!(writes(&world).await, before);
    let now = core.note_read(note).await.unwrap();
    assert_eq!((now.version, now.body), (view.version, view.body));
}

/// Two requests of a kind meet each fault, and the process is killed after the first round.
async fn survives(method: &str, path: &str) {
    for fault in [
        "503_before",
        "503_after_commit",
        "cut_before",
        "cut_after_commit",
        "429",
        "409",
    ] {
        let world = World::remembering().await;
        let (core, account) = world.signed_in().await;
        let note = written(&world, &core, &account, &[("a.png", PNG)]).await;
        world.fault(method, path, fault, 2).await;
        let _early = core.sync_now(of(&account)).await;
        drop(core);
        let core = world.core().await;
        let view = settled(&world, &core, &note).await;
        let there = page(&world).await;
        let told = format!("{fault}: {there}\n{:?}", view.sync);
        assert!(matches!(view.sync, SyncState::Synced { .. }), "{told}");
        assert_eq!(
            without_addresses(&there),
            "Before\n![A *caption*](URL)\nBehind a.png",
            "{told}"
        );
        assert_eq!(shown(&world, &there).await, [PNG], "{told}");
        assert_eq!(view.body.matches("octavo-file:").count(), 1, "{told}");
    }
}

#[tokio::test]
async fn faults_while_a_file_is_sent_neither_lose_nor_double_it() {
    survives("POST", "/v1/file_uploads").await;
}

#[tokio::test]
async fn faults_while_a_file_is_put_there_neither_lose_nor_double_it() {
    survives("PATCH", "/v1/blocks").await;
}

#[tokio::test]
async fn faults_while_its_page_is_read_neither_lose_nor_double_it() {
    survives("GET", "/v1/pages").await;
}

#[tokio::test]
async fn a_long_file_goes_in_parts() {
    let world = World::new().await;
    let limit = json!({"max_file_upload_size_in_bytes": 100 << 20});
    world.post("/_sim/config", limit).await;
    let (core, account) = world.signed_in().await;
    let mut long = PNG.to_vec();
    long.extend((0_u32..3_200_000).flat_map(u32::to_le_bytes));
    let note = written(&world, &core, &account, &[("long.png", &long)]).await;
    world
        .fault("POST", "/v1/file_uploads", "cut_after_commit", 1)
        .await;
    let view = settled(&world, &core, &note).await;
    assert!(
        matches!(view.sync, SyncState::Synced { .. }),
        "{:?}",
        view.sync
    );
    let there = shown(&world, &page(&world).await).await;
    assert_eq!(there.len(), 1);
    assert!(
        there[0] == long,
        "{} bytes of {}",
        there[0].len(),
        long.len()
    );
}

#[tokio::test]
async fn a_file_too_large_for_the_plan_stays_and_the_page_says_so() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let large = vec![7; (6 << 20) + 1];
    let note = written(&world, &core, &account, &[("big.csv", &large)]).await;
    let view = settled(&world, &core, &note).await;
    assert!(
        matches!(view.sync, SyncState::Synced { .. }),
        "{:?}",
        view.sync
    );
    let line = "The file \u{201c}big.csv\u{201d} (6 MB) is only on the computer where it was added: it is larger \
                than this workspace takes (5 MB).";
    assert_eq!(
        page(&world).await,
        format!("Before\n{line}\nBehind big.csv")
    );
    let body = view.body;

    // What a person changes around it comes here, and the file stays.
    let edit = json!({"page_id": view.page_id, "replace": [{"old": "Behind", "new": "After"}]});
    world.post("/_sim/edit", edit).await;
    world.clock.advance(700_000);
    let view = settled(&world, &core, &note).await;
    assert_eq!(view.body.trim_end(), body.replace("Behind", "After"));
    assert_eq!(page(&world).await, format!("Before\n{line}\nAfter big.csv"));
}

#[tokio::test]
async fn a_file_goes_from_either_side() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let note = written(&world, &core, &account, &[("a.png", PNG), ("a.png", PNG)]).await;
    let view = settled(&world, &core, &note).await;
    let there = page(&world).await;
    assert_eq!(shown(&world, &there).await.len(), 2, "{there}");
    // The first of both goes here.
    let line = view
        .body
        .lines()
        .find(|line| line.starts_with("!["))
        .unwrap();
    let save = NoteSave {
        account: note.account.clone(),
        note: note.note.clone(),
        base_version: view.version,
        title: view.title.clone(),
        body: view.body.replacen(&format!("{line}\n\n"), "", 1),
    };
    core.note_save(save).await.unwrap();
    core.note_flush(note.clone()).await.unwrap();
    let view = settled(&world, &core, &note).await;
    assert!(
        matches!(view.sync, SyncState::Synced { .. }),
        "{:?}",
        view.sync
    );
    assert_eq!(
        without_addresses(&page(&world).await),
        "Before\nBehind a.png\n![A *caption*](URL)\nBehind a.png"
    );
}
