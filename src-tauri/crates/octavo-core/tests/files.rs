//! Files in notes: kept here, carried along, never half sent.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::path::PathBuf;
use std::time::Duration;

use octavo_contract::{
    AccountAddLocal, AccountView, NoteCreate, NoteMove, NoteRef, NoteView, SyncState,
};
use octavo_core::Octavo;
use support::{World, of};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot much of a picture";

async fn local(core: &Octavo, name: &str) -> AccountView {
    let name = Some(name.to_owned());
    core.account_add_local(AccountAddLocal { name })
        .await
        .unwrap()
}

async fn note(core: &Octavo, account: &AccountView) -> NoteRef {
    let create = NoteCreate {
        account: account.id.clone(),
        title: "Mill".to_owned(),
        body: "Words".to_owned(),
        note_type: None,
        tags: Vec::new(),
    };
    let view = core.capture(create).await.unwrap();
    NoteRef {
        account: view.account,
        note: view.id,
    }
}

fn file(world: &World, name: &str, content: &[u8]) -> PathBuf {
    let path = world.dir.path().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

fn hash_in(view: &NoteView) -> String {
    let (_, rest) = view.body.split_once("octavo-file:").unwrap();
    rest.split('/').next().unwrap().to_owned()
}

async fn settled(core: &Octavo, note: &NoteRef) -> NoteView {
    core.note_flush(note.clone()).await.unwrap();
    core.settle(note.clone(), Duration::from_secs(30))
        .await
        .unwrap()
}

#[tokio::test]
async fn an_attached_file_is_kept_once_and_for_this_user_alone() {
    let world = World::new().await;
    let core = world.core().await;
    let account = local(&core, "Here").await;
    let note = note(&core, &account).await;
    let picture = file(&world, "a b.png", PNG);
    core.note_attach(note.clone(), &picture).await.unwrap();
    let view = core.note_attach(note.clone(), &picture).await.unwrap();
    std::fs::remove_file(picture).unwrap();
    core.shutdown(Duration::from_secs(5)).await;

    let core = world.core().await;
    assert_eq!(core.note_read(note.clone()).await.unwrap().body, view.body);
    assert_eq!(view.body.matches("![](octavo-file:").count(), 2);
    let kept = core.file_path(&account.id, &hash_in(&view)).await.unwrap();
    let kept = kept.unwrap();
    assert_eq!(std::fs::read(&kept).unwrap(), PNG);
    let folder = kept.parent().unwrap();
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(kept.as_path()), 0o600);
        assert_eq!(mode(folder), 0o700);
    }
}

#[tokio::test]
async fn what_cannot_be_kept_is_said_and_changes_nothing() {
    let world = World::new().await;
    let core = world.core().await;
    let account = local(&core, "Here").await;
    let note = note(&core, &account).await;
    let empty = file(&world, "empty.png", b"");
    for (path, words) in [
        (empty, "is empty"),
        (world.dir.path().to_owned(), "is not a file"),
        (world.dir.path().join("nowhere.png"), "cannot be read"),
    ] {
        let refusal = core.note_attach(note.clone(), &path).await.unwrap_err();
        assert!(refusal.to_string().contains(words), "{refusal}");
    }
    assert_eq!(core.note_read(note).await.unwrap().body, "Words");
}

#[tokio::test]
async fn a_note_with_a_file_reaches_the_trash() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let note = note(&core, &account).await;
    settled(&core, &note).await;
    core.note_attach(note.clone(), &file(&world, "a.png", PNG))
        .await
        .unwrap();
    core.note_trash(note.clone()).await.unwrap();
    let view = settled(&core, &note).await;
    assert!(
        matches!(view.sync, SyncState::Synced { .. }),
        "{:?}",
        view.sync
    );
}

#[tokio::test]
async fn files_go_along_with_an_export_and_to_another_account() {
    let world = World::new().await;
    let core = world.core().await;
    let (here, there) = (local(&core, "Here").await, local(&core, "There").await);
    let note = note(&core, &here).await;
    let view = core
        .note_attach(note.clone(), &file(&world, "a b.png", PNG))
        .await
        .unwrap();
    let below = world.dir.path().join("out");
    let exported = core.export(of(&here), &below).await.unwrap();
    let text = std::fs::read_to_string(exported.folder.join("Mill.md")).unwrap();
    let hash = hash_in(&view);
    assert!(text.contains(&format!("![](files/{hash}/a%20b.png)")));
    let copy = exported.folder.join("files").join(&hash).join("a b.png");
    assert_eq!(std::fs::read(copy).unwrap(), PNG);

    let request = NoteMove {
        account: here.id.clone(),
        notes: vec![note.note],
        to: there.id.clone(),
    };
    let moved = core
        .note_move_within(request, Duration::from_secs(30))
        .await
        .unwrap();
    assert_eq!(moved.arrived.len(), 1, "{moved:?}");
    let kept = core.file_path(&there.id, &hash).await.unwrap().unwrap();
    assert_eq!(std::fs::read(kept).unwrap(), PNG);
}
