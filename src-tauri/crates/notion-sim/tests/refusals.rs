//! Who may not, what must not be referred to, and writes that meet.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "support/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::{Api, id, top};

fn block(kind: &str, payload: &Value) -> Value {
    json!({"children": [{"type": kind, kind: payload}]})
}

fn mentioning(page: &str) -> Value {
    json!({"rich_text": [{"mention": {"page": {"id": page}}, "annotations": {"bold": true}}]})
}

/// A page that the internal connection sees, one that it does not, and where to append.
async fn half_shared(api: &Api) -> (Api, String, String, String) {
    let (open, hidden) = (api.page("Open").await, api.page("Secret plans").await);
    api.control("share", json!({"page_id": open})).await;
    let path = format!("/v1/blocks/{open}/children");
    (api.with(api.internal()), open, hidden, path)
}

#[tokio::test]
async fn what_is_hidden_cannot_be_mentioned() {
    let api = Api::start().await;
    let (guest, open, hidden, path) = half_shared(&api).await;
    let body = block("paragraph", &mentioning(&hidden));
    let (status, message) = guest.fails("PATCH", &path, body.clone()).await;
    assert_eq!(status, 404);
    assert!(message.contains("Could not find page with ID"), "{message}");
    let text = format!("<mention-page url=\"https://app.notion.com/p/{hidden}\"/>");
    let command = json!({"type": "insert_content", "insert_content": {"content": text}});
    let markdown = format!("/v1/pages/{open}/markdown");
    assert_eq!(guest.fails("PATCH", &markdown, command).await.0, 400);
    let new = json!({"parent": {"page_id": open}, "markdown": text});
    assert_eq!(guest.fails("POST", "/v1/pages", new).await.0, 400);
    // Nothing was half done.
    let left = guest.ok("GET", &path, json!({})).await;
    assert_eq!(left["results"], json!([]));
    guest
        .ok("PATCH", &path, block("paragraph", &mentioning(&open)))
        .await;
    api.control("config", json!({"hidden_mentions": true}))
        .await;
    guest.ok("PATCH", &path, body).await;
}

#[tokio::test]
async fn a_mention_does_not_tell_what_is_hidden() {
    let api = Api::start().await;
    let (guest, open, hidden, path) = half_shared(&api).await;
    // Somebody who sees both wrote it.
    api.ok("PATCH", &path, block("paragraph", &mentioning(&hidden)))
        .await;
    let seen = |list: &Value| list["results"][0]["paragraph"]["rich_text"][0].clone();
    let whole = seen(&api.ok("GET", &path, json!({})).await);
    assert_eq!(whole["plain_text"], "Secret plans");
    assert_eq!(whole["annotations"]["bold"], true);
    let list = guest.ok("GET", &path, json!({})).await;
    let part = seen(&list);
    assert_eq!(part["plain_text"], "Untitled");
    assert_eq!(part["annotations"]["bold"], false);
    assert_eq!(part["mention"]["page"]["id"], hidden.as_str());
    let markdown = format!("/v1/pages/{open}/markdown");
    let text = guest.ok("GET", &markdown, json!({})).await["markdown"].to_string();
    assert!(
        text.contains("Untitled") && !text.contains("Secret"),
        "{text}"
    );
    // What stands there already may stay, whoever edits beside it.
    let command = json!({"type": "insert_content", "insert_content": {"content": "below"}});
    guest.ok("PATCH", &markdown, command).await;
    let line = format!("/v1/blocks/{}", id(&list["results"][0]));
    let again = json!({"paragraph": mentioning(&hidden)});
    guest.ok("PATCH", &line, again).await;
}

#[tokio::test]
async fn addresses_and_fields_that_are_not_for_requests() {
    let api = Api::start().await;
    let page = api.page("P").await;
    let path = format!("/v1/blocks/{page}/children");
    for (kind, payload, said) in [
        (
            "bookmark",
            json!({"url": "nowhere"}),
            "Invalid bookmark url.",
        ),
        ("bookmark", json!({"url": ""}), "Invalid bookmark url."),
        (
            "embed",
            json!({"url": "mailto:a@example.org"}),
            "Invalid embed url.",
        ),
        (
            "image",
            json!({"external": {"url": "image.png"}}),
            "Invalid image url.",
        ),
        (
            "template",
            json!({"rich_text": []}),
            "can no longer be created",
        ),
        (
            "numbered_list_item",
            json!({"rich_text": [], "list_start_index": 3}),
            "list_start_index should be not present",
        ),
    ] {
        let (status, message) = api.fails("PATCH", &path, block(kind, &payload)).await;
        assert!(status == 400 && message.contains(said), "{kind}: {message}");
    }
    let cover = json!({"cover": {"external": {"url": "nowhere"}}});
    let (_, message) = api
        .fails("PATCH", &format!("/v1/pages/{page}"), cover)
        .await;
    assert!(message.contains("Invalid cover url."), "{message}");
    let link = |url: &str| {
        block(
            "paragraph",
            &json!({"rich_text": [{"text": {"content": "x", "link": {"url": url}}}]}),
        )
    };
    api.ok("PATCH", &path, link("mailto:a@example.org")).await;
    api.control("config", json!({"odd_links": false})).await;
    let (_, message) = api
        .fails("PATCH", &path, link("mailto:a@example.org"))
        .await;
    assert!(message.contains("Invalid URL for link."), "{message}");
    api.ok("PATCH", &path, link("https://example.org")).await;
}

#[tokio::test]
async fn a_list_goes_on_where_a_person_let_it_start() {
    let api = Api::start().await;
    let page = api.page("P").await;
    let item = |text: &str, start: Option<u64>| {
        let mut value = json!({"rich_text": [{"type": "text", "plain_text": text, "href": null,
                                             "text": {"content": text, "link": null}}],
                               "color": "default"});
        if let Some(start) = start {
            value["list_start_index"] = json!(start);
        }
        json!({"object": "block", "id": uuid(text), "type": "numbered_list_item",
               "parent": {"type": "page_id", "page_id": page}, "numbered_list_item": value})
    };
    let objects = [item("a", Some(3)), item("b", None)];
    api.control("import", json!({"objects": objects})).await;
    let path = format!("/v1/pages/{page}/markdown");
    let read = api.ok("GET", &path, json!({})).await;
    assert_eq!(read["markdown"], "3. a\n4. b");
}

fn uuid(text: &str) -> String {
    format!("00000000-0000-4000-8000-00000000000{text}")
}

#[tokio::test]
async fn restricted_accounts_are_turned_away() {
    let api = Api::start().await;
    api.control("restrict", json!({})).await;
    let (status, message) = api.fails("GET", "/v1/users/me", json!({})).await;
    assert_eq!(status, 401);
    assert_eq!(
        message,
        "unauthorized: This user's account is restricted from accessing the public API."
    );
    // An internal connection acts for nobody.
    api.with(api.internal())
        .ok("GET", "/v1/users/me", json!({}))
        .await;
    api.control("restrict", json!({"restricted": false})).await;
    api.ok("GET", "/v1/users/me", json!({})).await;
    let rules = json!({"rules": [{"fault": "403", "path": "/v1/search"}]});
    api.control("faults", rules).await;
    let (status, message) = api.fails("POST", "/v1/search", json!({})).await;
    assert_eq!(status, 403);
    assert!(message.starts_with("restricted_resource"), "{message}");
}

#[tokio::test]
async fn writes_that_meet_are_a_conflict() {
    let api = Api::start().await;
    let (one, other) = (api.page("One").await, api.page("Other").await);
    // The first write goes on until nobody waits for it.
    api.control("config", json!({"write_ms": 86_400_000})).await;
    let path = format!("/v1/blocks/{one}/children");
    let body = || block("paragraph", &json!({"rich_text": []}));
    let (slow, address) = (api.with(&api.personal()), path.clone());
    let (first, request) = (body(), "PATCH");
    let writing = tokio::spawn(async move { slow.raw(request, &address, first).await });
    let list = |answer: Value| answer["results"].as_array().unwrap().len();
    while list(api.ok("GET", &path, json!({})).await) == 0 {
        tokio::task::yield_now().await;
    }
    let (status, message) = api.fails("PATCH", &path, body()).await;
    assert_eq!(status, 409);
    assert!(message.starts_with("conflict_error"), "{message}");
    let rename = json!({"properties": {"title": [{"text": {"content": "x"}}]}});
    let (status, _) = api
        .fails("PATCH", &format!("/v1/pages/{one}"), rename)
        .await;
    assert_eq!(status, 409);
    api.control("config", json!({"write_ms": 1})).await;
    api.ok("PATCH", &format!("/v1/blocks/{other}/children"), body())
        .await;
    writing.abort();
    while api.raw("PATCH", &path, body()).await.0 == 409 {
        tokio::task::yield_now().await;
    }
    assert_eq!(list(api.ok("GET", &path, json!({})).await), 2);
}

#[tokio::test]
async fn what_search_omits_follows_a_seed() {
    let api = Api::start().await;
    for number in 0..12 {
        api.page(&format!("Page {number}")).await;
    }
    let mut runs = Vec::new();
    for seed in [4, 4, 5] {
        let config = json!({"search_omit_probability": 0.5, "seed": seed});
        api.control("config", config).await;
        let mut counts = Vec::new();
        for _ in 0..8 {
            let found = api.ok("POST", "/v1/search", json!({})).await;
            counts.push(found["results"].as_array().unwrap().len());
        }
        runs.push(counts);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

#[tokio::test]
async fn without_the_capability_to_read_objects_are_partial() {
    let api = Api::start().await;
    let page = api.page("P").await;
    let made =
        json!({"parent": top(), "initial_data_source": {"properties": {"N": {"title": {}}}}});
    let database = api.ok("POST", "/v1/databases", made).await;
    let source = id(&database["data_sources"][0]);
    api.control("config", json!({"capabilities": {"read_content": false}}))
        .await;
    for (path, kind, wanted) in [
        (format!("/v1/pages/{page}"), "page", page.clone()),
        (format!("/v1/blocks/{page}"), "block", page.clone()),
        (
            format!("/v1/databases/{}", id(&database)),
            "database",
            id(&database),
        ),
        (
            format!("/v1/data_sources/{source}"),
            "data_source",
            source.clone(),
        ),
    ] {
        let mut shown = api.ok("GET", &path, json!({})).await;
        shown.as_object_mut().unwrap().remove("request_id");
        assert_eq!(shown, json!({"object": kind, "id": wanted}));
    }
    let found = api.ok("POST", "/v1/search", json!({})).await;
    let results = found["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    assert!(
        results
            .iter()
            .all(|found| found.as_object().unwrap().len() == 2)
    );
    for path in [
        format!("/v1/blocks/{page}/children"),
        format!("/v1/pages/{page}/markdown"),
    ] {
        assert_eq!(api.fails("GET", &path, json!({})).await.0, 403, "{path}");
    }
}
