//! Notes that changed in both places: what is shown of them, and how they are settled.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use octavo_contract::{
    AccountView, ConflictSettle, ConflictSide, NoteCreate, NoteRef, NoteSave, NoteView,
    RevisionReason, SyncState,
};
use octavo_core::Octavo;
use serde_json::json;
use support::{World, of};

const AGREED: &str = "One.\n\nTwo.\n\nThree.";

/// A note that is in Notion as it is here.
async fn agreed(world: &World) -> (Octavo, AccountView, NoteView) {
    let (core, account) = world.signed_in().await;
    let note = core
        .capture(NoteCreate {
            account: account.id.clone(),
            title: "Mill".to_owned(),
            body: AGREED.to_owned(),
            note_type: None,
            tags: Vec::new(),
        })
        .await
        .unwrap();
    settle(world, &core, &account).await;
    let note = read(&core, &note).await;
    assert!(
        matches!(note.sync, SyncState::Synced { .. }),
        "{:?}",
        note.sync
    );
    (core, account, note)
}

/// Everything that is to be sent and read has been, two minutes later.
async fn settle(world: &World, core: &Octavo, account: &AccountView) {
    for _ in 0..4 {
        world.clock.advance(60_000);
        core.sync_now(of(account)).await.unwrap();
    }
}

fn named(note: &NoteView) -> NoteRef {
    NoteRef {
        account: note.account.clone(),
        note: note.id.clone(),
    }
}

async fn read(core: &Octavo, note: &NoteView) -> NoteView {
    core.note_read(named(note)).await.unwrap()
}

/// The same place and the title are changed, here and in Notion.
async fn changed_in_both(world: &World) -> (Octavo, AccountView, NoteView) {
    let (core, account, note) = agreed(world).await;
    world
        .post(
            "/_sim/edit",
            json!({
                "page_id": note.page_id,
                "title": "Store",
                "replace_markdown": "One.\nTwo of Notion.\nThree.\nFour of Notion.",
            }),
        )
        .await;
    core.note_save(NoteSave {
        account: account.id.clone(),
        note: note.id.clone(),
        base_version: note.version,
        title: "Engine".to_owned(),
        body: "One.\n\nTwo of mine.\n\nThree.".to_owned(),
    })
    .await
    .unwrap();
    settle(world, &core, &account).await;
    let note = read(&core, &note).await;
    assert_eq!(note.sync, SyncState::Conflict);
    (core, account, note)
}

#[tokio::test]
async fn both_texts_and_what_was_agreed_on_are_shown_part_by_part() {
    let world = World::new().await;
    let (core, _, note) = changed_in_both(&world).await;
    let view = core.conflict_show(named(&note)).await.unwrap();
    assert_eq!(view.version, note.version);
    let title = (
        view.title.base.as_str(),
        view.title.mine.as_str(),
        view.title.theirs.as_str(),
    );
    assert_eq!(title, ("Mill", "Engine", "Store"));
    let told: Vec<_> = view
        .parts
        .iter()
        .map(|part| {
            (
                part.changed,
                part.base.as_str(),
                part.mine.as_str(),
                part.theirs.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (ConflictSide::Nobody, "One.", "One.", "One."),
            (ConflictSide::Both, "Two.", "Two of mine.", "Two of Notion."),
            (ConflictSide::Nobody, "Three.", "Three.", "Three."),
            (ConflictSide::Notion, "", "", "Four of Notion."),
        ]
    );
}

#[tokio::test]
async fn what_was_chosen_is_in_both_places_and_nothing_is_thrown_away() {
    let world = World::new().await;
    let (core, account, note) = changed_in_both(&world).await;
    let chosen = ConflictSettle {
        account: account.id.clone(),
        note: note.id.clone(),
        base_version: note.version,
        title: "Engine".to_owned(),
        body: "One.\n\nTwo of both.\n\nThree.\n\nFour of Notion.".to_owned(),
    };
    core.conflict_settle(chosen.clone()).await.unwrap();
    settle(&world, &core, &account).await;
    let now = read(&core, &note).await;
    assert!(
        matches!(now.sync, SyncState::Synced { .. }),
        "{:?}",
        now.sync
    );
    assert_eq!(
        (now.title.as_str(), now.body.trim()),
        ("Engine", chosen.body.as_str())
    );
    let page = world
        .tree()
        .await
        .into_iter()
        .find(|page| page.get("title") == Some(&json!("Engine")));
    let text = page.unwrap().get("markdown").unwrap().to_string();
    assert!(
        text.contains("Two of both.") && !text.contains("Two of mine."),
        "{text}"
    );

    let history = core.note_history(named(&note)).await.unwrap();
    let mut bodies = Vec::new();
    for kept in &history.versions {
        let version = octavo_contract::RevisionRef {
            account: account.id.clone(),
            note: note.id.clone(),
            version: kept.version,
        };
        bodies.push(core.note_version(version).await.unwrap().body);
    }
    for words in ["Two of mine.", "Two of Notion."] {
        assert!(
            bodies.iter().any(|body| body.contains(words)),
            "{words} is in {bodies:?}"
        );
    }
    assert!(
        history
            .versions
            .iter()
            .any(|kept| kept.reason == RevisionReason::Theirs && kept.title == "Store")
    );
    // It is settled: there is nothing to choose any more.
    assert!(core.conflict_show(named(&note)).await.is_err());
    assert!(core.conflict_settle(chosen).await.is_err());
}

#[tokio::test]
async fn notions_text_throughout_leaves_nothing_to_send() {
    let world = World::new().await;
    let (core, account, note) = changed_in_both(&world).await;
    let view = core.conflict_show(named(&note)).await.unwrap();
    let theirs: Vec<_> = view.parts.iter().map(|part| part.theirs.as_str()).collect();
    let settled = ConflictSettle {
        account: account.id.clone(),
        note: note.id.clone(),
        base_version: view.version,
        title: view.title.theirs.clone(),
        body: theirs.join("\n\n"),
    };
    let now = core.conflict_settle(settled).await.unwrap();
    assert!(
        matches!(now.sync, SyncState::Synced { .. }),
        "{:?}",
        now.sync
    );
}

#[tokio::test]
async fn a_note_that_changed_meanwhile_is_looked_at_again() {
    let world = World::new().await;
    let (core, account, note) = changed_in_both(&world).await;
    let settled = ConflictSettle {
        account: account.id,
        note: note.id.clone(),
        base_version: note.version - 1,
        title: "Engine".to_owned(),
        body: "Nothing.".to_owned(),
    };
    assert!(core.conflict_settle(settled).await.is_err());
    assert_eq!(read(&core, &note).await.body, note.body);
}
