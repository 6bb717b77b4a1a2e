//! What a full workspace refuses, cursors that die, and requests that are not quite right.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "support/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::Api;

fn paragraph(items: &Value) -> Value {
    json!({"type": "paragraph", "paragraph": {"rich_text": items}})
}

#[tokio::test]
async fn a_full_workspace_takes_no_more_from_those_who_are_held_to_it() {
    let api = Api::start().await;
    let page = api.page("P").await;
    api.control("share", json!({"page_id": page})).await;
    api.control("config", json!({"block_limit": 1})).await;
    let path = format!("/v1/blocks/{page}/children");
    let body = json!({"children": [paragraph(&json!([]))]});
    let internal = api.with(api.internal());
    let (status, answer) = internal.raw("PATCH", &path, body.clone()).await;
    assert_eq!(status, 403, "{answer}");
    assert_eq!(answer["code"], "restricted_resource");
    assert_eq!(answer["additional_data"]["block_limit"], "block_creation");
    let below = json!({"parent": {"page_id": page}, "properties": {}});
    assert_eq!(internal.fails("POST", "/v1/pages", below).await.0, 403);
    internal.ok("GET", &path, json!({})).await;
    // A personal token is exempt.
    api.ok("PATCH", &path, body).await;
}

#[tokio::test]
async fn cursors_die_when_they_are_told_to() {
    let api = Api::start().await;
    let page = api.page("P").await;
    let path = format!("/v1/blocks/{page}/children");
    let children = vec![paragraph(&json!([])); 3];
    api.ok("PATCH", &path, json!({"children": children})).await;
    let first = api
        .ok("GET", &format!("{path}?page_size=2"), json!({}))
        .await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let next = format!("{path}?page_size=2&start_cursor={cursor}");
    api.control("config", json!({"cursor_death_probability": 1.0}))
        .await;
    let (status, message) = api.fails("GET", &next, json!({})).await;
    assert_eq!(status, 400);
    assert!(
        message.contains("The start_cursor provided is invalid"),
        "{message}"
    );
    let body = json!({"start_cursor": cursor});
    assert_eq!(api.fails("POST", "/v1/search", body).await.0, 400);
    // The first page needs none.
    api.ok("GET", &path, json!({})).await;
    api.control("config", json!({"cursor_death_probability": 0.0}))
        .await;
    assert_eq!(api.ok("GET", &next, json!({})).await["has_more"], false);
}

#[tokio::test]
async fn what_is_not_quite_right_is_refused() {
    let api = Api::start().await;
    let sort = json!({"sort": {"timestamp": "last_edited_time", "direction": "up"}});
    let (_, message) = api.fails("POST", "/v1/search", sort).await;
    assert!(
        message.contains("body.sort.direction should be"),
        "{message}"
    );
    let page = api.page("P").await;
    let path = format!("/v1/blocks/{page}/children");
    let both = json!([{"text": {"content": "x"}, "equation": {"expression": "y"}}]);
    let body = json!({"children": [paragraph(&both)]});
    let (_, message) = api.fails("PATCH", &path, body).await;
    assert!(
        message.contains("rich_text[0].equation should be not present"),
        "{message}"
    );
}
