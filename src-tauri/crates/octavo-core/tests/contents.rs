//! The Table of Contents page: what is written, and how often.

#![expect(clippy::unwrap_used, reason = "a test")]

mod support;

use octavo_contract::{
    AccountView, ContentsBy, ContentsDrift, ContentsRequest, NoteCreate, NoteRef,
};
use octavo_core::Octavo;
use serde_json::{Value, json};
use support::{World, of};

fn draft(account: &AccountView, n: usize) -> NoteCreate {
    NoteCreate {
        account: account.id.clone(),
        title: format!("Note {n}"),
        body: format!("Body {n}"),
        note_type: Some(if n.is_multiple_of(2) { "Idea" } else { "Task" }.to_owned()),
        tags: vec![format!("tag{}", n % 3)],
    }
}

async fn contents_page(world: &World) -> (String, String) {
    let pages = world.tree().await;
    let page = pages
        .iter()
        .find(|page| page["title"] == "Table of Contents" && page["in_trash"] == json!(false))
        .unwrap();
    let id = page.get("id").and_then(Value::as_str).unwrap().to_owned();
    let answer = world
        .http
        .get(format!("{}/v1/pages/{id}/markdown", world.sim.url()))
        .bearer_auth(world.sim.personal_access_token())
        .header("Notion-Version", "2026-03-11")
        .send()
        .await
        .unwrap();
    let answer: Value = answer.json().await.unwrap();
    let markdown = answer.get("markdown").and_then(Value::as_str);
    (id, markdown.unwrap().to_owned())
}

async fn edit(world: &World, page: &str, old: &str, new: &str) {
    let body = json!({"type": "update_content", "update_content": {
        "content_updates": [{"old_str": old, "new_str": new}]}});
    let answer = world
        .http
        .patch(format!("{}/v1/pages/{page}/markdown", world.sim.url()))
        .bearer_auth(world.sim.personal_access_token())
        .header("Notion-Version", "2026-03-11")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert!(
        answer.status().is_success(),
        "{}",
        answer.text().await.unwrap()
    );
}

/// How many requests wrote to the contents page's text.
async fn writes(world: &World) -> u64 {
    let stats = world.get("/_sim/stats").await;
    let routes = stats.get("requests").unwrap().as_object().unwrap();
    let patches = routes
        .iter()
        .filter(|(route, _)| route.starts_with("PATCH") && route.contains("markdown"));
    patches.filter_map(|(_, count)| count.as_u64()).sum()
}

async fn rebuilt(core: &Octavo, account: &AccountView, by: ContentsBy) {
    let request = ContentsRequest {
        account: account.id.clone(),
        by: Some(by),
    };
    core.contents_rebuild(request).await.unwrap();
    core.sync_now(of(account)).await.unwrap();
}

#[tokio::test]
async fn a_burst_of_captures_costs_at_most_three_writes_of_the_page() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    core.sync_now(of(&account)).await.unwrap();
    let before = writes(&world).await;
    for n in 0..50 {
        core.capture(draft(&account, n)).await.unwrap();
    }
    core.sync_now(of(&account)).await.unwrap();
    let (_, page) = contents_page(&world).await;
    assert_eq!(page.matches("<mention-page").count(), 50);
    let cost = writes(&world).await - before;
    assert!((1..=3).contains(&cost), "{cost} writes");
}

#[tokio::test]
async fn another_division_moves_every_line_and_is_kept() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    for n in 0..7 {
        core.capture(draft(&account, n)).await.unwrap();
    }
    core.sync_now(of(&account)).await.unwrap();
    let (id, page) = contents_page(&world).await;
    assert!(page.contains("## Idea {toggle=\"true\"}"));
    edit(&world, &id, "## Idea", "My own words\n## Idea").await;

    rebuilt(&core, &account, ContentsBy::Tag).await;
    let (_, page) = contents_page(&world).await;
    assert_eq!(page.matches("<mention-page").count(), 7, "{page}");
    for heading in ["## tag0 {", "## tag1 {", "## tag2 {"] {
        assert!(page.contains(heading), "{page}");
    }
    assert!(!page.contains("## Idea") && page.contains("My own words"));

    let view = core
        .contents(ContentsRequest {
            account: account.id.clone(),
            by: None,
        })
        .await
        .unwrap();
    assert_eq!(view.in_notion, ContentsBy::Tag);
    assert_eq!(view.sections.len(), 3);
    assert_eq!(core.contents_drift(of(&account)).await.unwrap().lines(), 0);
}

#[tokio::test]
async fn lines_taken_out_in_notion_are_found_and_put_back() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    for n in 0..4 {
        core.capture(draft(&account, n)).await.unwrap();
    }
    core.sync_now(of(&account)).await.unwrap();
    let (id, page) = contents_page(&world).await;
    let line = page
        .lines()
        .find(|line| line.starts_with("\t<mention"))
        .unwrap();
    edit(&world, &id, &format!("{line}\n"), "").await;
    let one = ContentsDrift {
        missing: 1,
        ..ContentsDrift::default()
    };
    assert_eq!(core.contents_drift(of(&account)).await.unwrap(), one);
    rebuilt(&core, &account, ContentsBy::Type).await;
    assert_eq!(contents_page(&world).await.1, page);
}

#[tokio::test]
async fn a_trashed_notes_line_goes_and_a_persons_remark_on_it_stays() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let bare = core.capture(draft(&account, 0)).await.unwrap();
    let remarked = core.capture(draft(&account, 2)).await.unwrap();
    core.sync_now(of(&account)).await.unwrap();
    let (id, page) = contents_page(&world).await;
    let line = page
        .lines()
        .find(|line| line.contains("Note 2") || line.contains("#tag2"))
        .unwrap()
        .to_owned();
    edit(&world, &id, &line, &format!("{line} read this again")).await;
    for note in [bare, remarked] {
        core.note_trash(NoteRef {
            account: account.id.clone(),
            note: note.id,
        })
        .await
        .unwrap();
    }
    core.sync_now(of(&account)).await.unwrap();
    let (_, page) = contents_page(&world).await;
    assert_eq!(page.matches("<mention-page").count(), 1, "{page}");
    assert!(page.contains("read this again"));
}
