//! What clients rely on, told as short stories over HTTP.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "support/mod.rs"]
mod support;

use notion_sim::{Options, Seed};
use serde_json::{Value, json};
use support::{Api, id, top};

impl Api {
    async fn note(&self, parent: &Value, markdown: &str) -> String {
        let body = json!({"parent": parent, "markdown": markdown});
        id(&self.ok("POST", "/v1/pages", body).await)
    }

    async fn markdown(&self, id: &str) -> String {
        let path = format!("/v1/pages/{id}/markdown");
        let page = self.ok("GET", &path, json!({})).await;
        page["markdown"].as_str().unwrap().to_owned()
    }

    async fn update(&self, id: &str, pairs: &[(&str, &str)]) -> Value {
        let pairs: Vec<Value> = pairs
            .iter()
            .map(|(old, new)| json!({"old_str": old, "new_str": new}))
            .collect();
        let body = json!({"type": "update_content", "update_content": {"content_updates": pairs}});
        self.ok("PATCH", &format!("/v1/pages/{id}/markdown"), body)
            .await
    }

    async fn child_ids(&self, id: &str) -> Vec<String> {
        let path = format!("/v1/blocks/{id}/children");
        let list = self.ok("GET", &path, json!({})).await;
        list["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(support::id)
            .collect()
    }
}

#[tokio::test]
async fn editing_keeps_the_blocks_it_does_not_touch() {
    let api = Api::start().await;
    let id = api
        .note(&top(), "# Title\none\ntwo\n- three\n\t- four")
        .await;
    let before = api.child_ids(&id).await;
    assert_eq!(api.markdown(&id).await, "one\ntwo\n- three\n\t- four");
    let answer = api.update(&id, &[("two", "TWO\nnew"), ("four", "4")]).await;
    assert_eq!(answer["markdown"], "one\nTWO\nnew\n- three\n\t- 4");
    let after = api.child_ids(&id).await;
    assert_eq!(
        (&after[0], &after[1], &after[3]),
        (&before[0], &before[1], &before[2])
    );
    let path = format!("/v1/pages/{id}/markdown");
    let pair = |old: &str| {
        json!({"type": "update_content", "update_content": {"content_updates":
        [{"old_str": old, "new_str": "x"}]}})
    };
    assert_eq!(api.fails("PATCH", &path, pair("absent")).await.0, 400);
    assert!(
        api.fails("PATCH", &path, pair("n"))
            .await
            .1
            .contains("Multiple matches")
    );
}

#[tokio::test]
async fn child_pages_are_guarded_and_can_be_moved_by_their_line() {
    let api = Api::start().await;
    let home = api.note(&top(), "# Home\nhello").await;
    let child = api.note(&json!({"page_id": home}), "# Child\nbody").await;
    let path = format!("/v1/pages/{home}/markdown");
    let replace = |allow: bool| {
        json!({"type": "replace_content",
        "replace_content": {"new_str": "bye", "allow_deleting_content": allow}})
    };
    assert!(
        api.fails("PATCH", &path, replace(false))
            .await
            .1
            .contains("Child")
    );
    let line = api.markdown(&home).await.lines().last().unwrap().to_owned();
    let other = api.note(&top(), &format!("# Other\n{line}")).await;
    let moved = api
        .ok("GET", &format!("/v1/pages/{child}"), json!({}))
        .await;
    assert_eq!(moved["parent"]["page_id"], other.as_str());
    let path = format!("/v1/pages/{other}/markdown");
    api.ok("PATCH", &path, replace(true)).await;
    let gone = api
        .ok("GET", &format!("/v1/pages/{child}"), json!({}))
        .await;
    assert_eq!(gone["in_trash"], true);
}

#[tokio::test]
async fn trash_cascades_and_comes_back() {
    let api = Api::start().await;
    let home = api.note(&top(), "# Home").await;
    let child = api.note(&json!({"page_id": home}), "# Child").await;
    api.ok(
        "PATCH",
        &format!("/v1/pages/{home}"),
        json!({"in_trash": true}),
    )
    .await;
    let below = api
        .ok("GET", &format!("/v1/pages/{child}"), json!({}))
        .await;
    assert_eq!(below["in_trash"], true);
    let rename = json!({"properties": {"title": [{"text": {"content": "x"}}]}});
    let (status, text) = api
        .fails("PATCH", &format!("/v1/pages/{child}"), rename)
        .await;
    assert!(
        status == 400 && text.contains("archived ancestor"),
        "{text}"
    );
    let trash = json!({"filter": {"in_trash": true}});
    assert_eq!(
        api.ok("POST", "/v1/search", trash).await["results"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    api.ok(
        "PATCH",
        &format!("/v1/pages/{home}"),
        json!({"in_trash": false}),
    )
    .await;
    let below = api
        .ok("GET", &format!("/v1/pages/{child}"), json!({}))
        .await;
    assert_eq!(below["in_trash"], false);
}

#[tokio::test]
async fn tokens_see_what_is_theirs() {
    let api = Api::start_with(Options {
        seed: Seed::Sample,
        ..Options::default()
    })
    .await;
    let internal = api.with(api.internal());
    let empty = json!({});
    let seen = internal.ok("POST", "/v1/search", empty.clone()).await;
    assert!(seen["results"].as_array().unwrap().is_empty());
    let (status, _) = internal
        .fails("POST", "/v1/pages", json!({"markdown": "# x"}))
        .await;
    assert_eq!(status, 400);
    let body = json!({"query": "Personal Assistant"});
    let found = api.ok("POST", "/v1/search", body).await;
    let home = found["results"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["parent"]["workspace"] == true)
        .unwrap();
    let home = home["id"].as_str().unwrap();
    let path = format!("/v1/pages/{home}");
    assert_eq!(internal.fails("GET", &path, empty.clone()).await.0, 404);
    api.ok(
        "POST",
        "/_sim/share",
        json!({"token": api.internal(), "page_id": home}),
    )
    .await;
    internal.ok("GET", &path, empty.clone()).await;
    internal.note(&json!({"page_id": home}), "# Mine").await;

    let other = api
        .ok(
            "POST",
            "/_sim/workspace",
            json!({"name": "W", "person": "Charles"}),
        )
        .await;
    let secret = other["personal_access_token"].as_str().unwrap();
    let stranger = api.with(secret);
    assert_eq!(stranger.fails("GET", &path, empty.clone()).await.0, 404);
    assert_eq!(
        api.with("nonsense")
            .fails("GET", &path, empty.clone())
            .await
            .0,
        401
    );
    api.ok("POST", "/_sim/revoke_token", json!({"token": secret}))
        .await;
    assert_eq!(stranger.fails("GET", "/v1/users/me", empty).await.0, 401);
}

#[tokio::test]
async fn a_window_is_counted_and_requests_are_too() {
    let api = Api::start().await;
    let (status, _) = api
        .raw("POST", "/_sim/config", json!({"nonsense": 1}))
        .await;
    assert_eq!(status, 400);
    let tight = json!({"rate_limit": {"requests": 2, "window_seconds": 60}});
    api.control("reset", json!({})).await;
    api.control("config", tight).await;
    for wanted in [200, 200, 429] {
        let (status, _) = api.raw("GET", "/v1/users/me", json!({})).await;
        assert_eq!(status, wanted);
    }
    let stats = api.ok("GET", "/_sim/stats", json!({})).await;
    assert_eq!(stats["requests"]["GET /v1/users/me"], 3);
}

#[tokio::test]
async fn requests_are_checked_like_notion_does() {
    let api = Api::start().await;
    let id = api.note(&top(), "# P").await;
    let path = format!("/v1/blocks/{id}/children");
    let para = |text: &str| json!({"paragraph": {"rich_text": [{"text": {"content": text}}]}});
    let long = json!({"children": [para(&"x".repeat(2001))]});
    assert_eq!(
        api.fails("PATCH", &path, long).await.1,
        "validation_error: body failed validation: body.children[0].paragraph.rich_text[0].text\
         .content.length should be ≤ `2000`, instead was `2001`."
    );
    let many = json!({"children": vec![para("x"); 101]});
    assert!(
        api.fails("PATCH", &path, many)
            .await
            .1
            .ends_with("body.children.length should be ≤ `100`, instead was `101`.")
    );
    let mut deep = para("c");
    for _ in 0..3 {
        let mut above = para("p");
        above["paragraph"]["children"] = json!([deep]);
        deep = above;
    }
    assert!(
        api.fails("PATCH", &path, json!({"children": [deep]}))
            .await
            .1
            .contains("should be not present")
    );
    let mut flagged = para("x");
    flagged["archived"] = json!(false);
    assert!(
        api.fails("PATCH", &path, json!({"children": [flagged]}))
            .await
            .1
            .ends_with("body.children[0].archived should be not present, instead was `false`.")
    );
    let link = json!({"children": [{"paragraph": {"rich_text":
        [{"text": {"content": "x", "link": {"url": "nowhere"}}}]}}]});
    assert!(
        api.fails("PATCH", &path, link)
            .await
            .1
            .ends_with("Invalid URL for link.")
    );
    assert!(
        api.fails("POST", "/v1/search", json!({"query": 5}))
            .await
            .1
            .ends_with("body.query should be a string or `undefined`, instead was `5`.")
    );
    let (_, text) = api.fails("GET", "/v1/nothing", json!({})).await;
    assert_eq!(text, "invalid_request_url: Invalid request URL.");
    let two = json!({"children": [para("a"), para("b")], "position": {"type": "start"}});
    api.ok("PATCH", &path, two).await;
    assert_eq!(api.markdown(&id).await, "a\nb");
}

#[tokio::test]
async fn a_person_edits_in_notion() {
    let api = Api::start().await;
    let id = api.note(&top(), "# P\none").await;
    let edit = json!({"page_id": id, "title": "Q", "replace": [{"old": "one", "new": "two"}],
                      "insert_markdown": {"content": "three", "position": "end"}});
    let seen = api.ok("POST", "/_sim/edit", edit).await;
    assert_eq!(
        (&seen["title"], &seen["markdown"]),
        (&json!("Q"), &json!("two\nthree"))
    );
    api.ok("POST", "/_sim/config", json!({"search_lag_ms": 3_600_000}))
        .await;
    let found = api.ok("POST", "/v1/search", json!({"query": "Q"})).await;
    assert!(found["results"].as_array().unwrap().is_empty());
    let made = api
        .ok(
            "POST",
            "/_sim/edit",
            json!({"create": {"parent": id}, "title": "Sub"}),
        )
        .await;
    assert_eq!(made["parent_page"], id.as_str());
    let tree = api.ok("GET", "/_sim/tree", json!({})).await;
    assert_eq!(tree["pages"].as_array().unwrap().len(), 2);
}
