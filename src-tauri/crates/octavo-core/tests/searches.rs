//! Searches to use again, and pages of Notion that are no notes here.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use octavo_contract::{
    ErrorCode, KeptSearches, NoteCreate, NotionSearch, SearchForget, SearchKeep, SearchRequest,
};
use serde_json::json;
use support::{World, of};

fn queries(kept: &KeptSearches) -> (Vec<&str>, Vec<&str>) {
    (
        kept.saved.iter().map(|kept| kept.query.as_str()).collect(),
        kept.recent.iter().map(|kept| kept.query.as_str()).collect(),
    )
}

#[tokio::test]
async fn recent_searches_come_and_go_and_saved_ones_stay() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let keep = |query: &str, name: Option<&str>| SearchKeep {
        account: account.id.clone(),
        query: query.to_owned(),
        name: name.map(str::to_owned),
    };
    core.search_keep(keep("tag:turin", Some("Turin")))
        .await
        .unwrap();
    for number in 0..30 {
        core.search_keep(keep(&format!("wheel {number}"), None))
            .await
            .unwrap();
    }
    // Used once more, it is the newest; a saved one keeps its name.
    core.search_keep(keep(" wheel 25 ", None)).await.unwrap();
    let kept = core.search_keep(keep("tag:turin", None)).await.unwrap();
    let (saved, recent) = queries(&kept);
    assert_eq!(saved, ["tag:turin"]);
    assert_eq!(kept.saved[0].name.as_deref(), Some("Turin"));
    assert_eq!(recent.len(), 20);
    assert_eq!(recent[..2], ["wheel 25", "wheel 29"]);

    let forget = SearchForget {
        account: account.id.clone(),
        query: "tag:turin".to_owned(),
    };
    assert!(core.search_forget(forget).await.unwrap().saved.is_empty());
    assert_eq!(
        core.search_kept(of(&account)).await.unwrap().recent.len(),
        20
    );
    for bad in ["", "  ", "two\nlines"] {
        let refused = core.search_keep(keep(bad, None)).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::BadRequest);
    }
}

#[tokio::test]
async fn pages_outside_the_home_are_found_by_title_and_notes_are_not_among_them() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let note = NoteCreate {
        account: account.id.clone(),
        title: "Engine note".to_owned(),
        body: "text".to_owned(),
        note_type: None,
        tags: Vec::new(),
    };
    core.note_create(note).await.unwrap();
    core.sync_now(of(&account)).await.unwrap();
    let page = json!({
        "parent": {"type": "workspace", "workspace": true},
        "properties": {"title": {"title": [{"text": {"content": "Engine elsewhere"}}]}},
    });
    let made = world
        .http
        .post(format!("{}/v1/pages", world.sim.url()))
        .bearer_auth(world.sim.personal_access_token())
        .header("Notion-Version", "2026-03-11")
        .json(&page)
        .send()
        .await
        .unwrap();
    assert!(made.status().is_success(), "{}", made.text().await.unwrap());
    let ask = |query: &str| NotionSearch {
        account: account.id.clone(),
        query: query.to_owned(),
    };
    let found = core.search_notion(ask("engine")).await.unwrap();
    let titles: Vec<&str> = found.pages.iter().map(|page| page.title.as_str()).collect();
    assert_eq!(titles, ["Engine elsewhere"]);
    let home = core.search_notion(ask("Personal Assistant")).await.unwrap();
    assert_eq!(home.pages, [], "the home itself is no page outside of it");
    assert_eq!(core.search_notion(ask(" ")).await.unwrap().pages, []);
}

#[tokio::test]
async fn a_search_outdates_those_of_its_own_window_only() {
    let world = World::new().await;
    let (core, account) = world.signed_in().await;
    let ask = || SearchRequest {
        account: Some(account.id.clone()),
        query: "wheel".to_owned(),
        limit: 5,
    };
    // Each is begun before the next one, and none is over before the last one is begun.
    let (first, other, last) = tokio::join!(
        biased;
        core.search_as_typed("main", ask()),
        core.search_as_typed("capture", ask()),
        core.search_as_typed("main", ask()),
    );
    assert!(first.unwrap().outdated);
    assert!(!other.unwrap().outdated);
    assert!(!last.unwrap().outdated);
}
