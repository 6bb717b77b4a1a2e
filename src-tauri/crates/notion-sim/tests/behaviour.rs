//! What clients rely on, told as short stories over HTTP.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use notion_sim::{Options, Running, Seed, Simulator};
use reqwest::{Response, header::HeaderMap};
use serde_json::{Value, json};

struct Api {
    http: reqwest::Client,
    url: String,
    token: String,
    running: Option<Running>,
}

impl Api {
    async fn start(seed: Seed) -> Self {
        let running = Simulator::start(Options {
            seed,
            ..Options::default()
        })
        .await
        .unwrap();
        Self {
            http: reqwest::Client::builder()
                .pool_max_idle_per_host(0)
                .build()
                .unwrap(),
            url: running.url().to_owned(),
            token: running.personal_access_token().to_owned(),
            running: Some(running),
        }
    }

    fn with(&self, token: &str) -> Self {
        Self {
            http: self.http.clone(),
            url: self.url.clone(),
            token: token.to_owned(),
            running: None,
        }
    }

    async fn send(&self, method: &str, path: &str, body: Value) -> reqwest::Result<Response> {
        let request = self
            .http
            .request(method.parse().unwrap(), format!("{}{path}", self.url))
            .bearer_auth(&self.token)
            .header("notion-version", "2026-03-11");
        if method == "GET" {
            request
        } else {
            request.json(&body)
        }
        .send()
        .await
    }

    async fn raw(&self, method: &str, path: &str, body: Value) -> (u16, HeaderMap, Value) {
        let answer = self.send(method, path, body).await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, answer.json().await.unwrap_or(Value::Null))
    }

    async fn ok(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, _, body) = self.raw(method, path, body).await;
        assert_eq!(status, 200, "{method} {path}: {body}");
        body
    }

    async fn fails(&self, method: &str, path: &str, body: Value) -> (u16, String) {
        let (status, headers, body) = self.raw(method, path, body).await;
        assert_eq!(body["object"], "error", "{body}");
        assert_eq!(body["status"], status);
        assert_eq!(
            headers["x-notion-request-id"].to_str().unwrap(),
            body["request_id"].as_str().unwrap()
        );
        (
            status,
            format!(
                "{}: {}",
                body["code"].as_str().unwrap(),
                body["message"].as_str().unwrap()
            ),
        )
    }

    async fn page(&self, parent: &Value, markdown: &str) -> String {
        let body = json!({"parent": parent, "markdown": markdown});
        self.ok("POST", "/v1/pages", body).await["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    async fn markdown(&self, id: &str) -> String {
        let page = self
            .ok("GET", &format!("/v1/pages/{id}/markdown"), json!({}))
            .await;
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
        let list = self
            .ok("GET", &format!("/v1/blocks/{id}/children"), json!({}))
            .await;
        list["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|b| b["id"].as_str().unwrap().to_owned())
            .collect()
    }
}

const TOP: &str = "workspace";

fn top() -> Value {
    json!({"type": TOP, TOP: true})
}

#[tokio::test]
async fn editing_keeps_the_blocks_it_does_not_touch() {
    let api = Api::start(Seed::Empty).await;
    let id = api
        .page(&top(), "# Title\none\ntwo\n- three\n\t- four")
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
    let api = Api::start(Seed::Empty).await;
    let home = api.page(&top(), "# Home\nhello").await;
    let child = api.page(&json!({"page_id": home}), "# Child\nbody").await;
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
    let other = api.page(&top(), &format!("# Other\n{line}")).await;
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
    let api = Api::start(Seed::Empty).await;
    let home = api.page(&top(), "# Home").await;
    let child = api.page(&json!({"page_id": home}), "# Child").await;
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
    let api = Api::start(Seed::Sample).await;
    let internal = api.with(api.running.as_ref().unwrap().internal_token());
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
        .find(|p| p["parent"][TOP] == true)
        .unwrap();
    let home = home["id"].as_str().unwrap();
    let path = format!("/v1/pages/{home}");
    assert_eq!(internal.fails("GET", &path, empty.clone()).await.0, 404);
    api.ok(
        "POST",
        "/_sim/share",
        json!({"token": internal.token, "page_id": home}),
    )
    .await;
    internal.ok("GET", &path, empty.clone()).await;
    internal.page(&json!({"page_id": home}), "# Mine").await;

    let other = api
        .ok(
            "POST",
            "/_sim/workspace",
            json!({"name": "W", "person": "Charles"}),
        )
        .await;
    let stranger = api.with(other["personal_access_token"].as_str().unwrap());
    assert_eq!(stranger.fails("GET", &path, empty.clone()).await.0, 404);
    assert_eq!(
        api.with("nonsense")
            .fails("GET", &path, empty.clone())
            .await
            .0,
        401
    );
    api.ok(
        "POST",
        "/_sim/revoke_token",
        json!({"token": stranger.token}),
    )
    .await;
    assert_eq!(stranger.fails("GET", "/v1/users/me", empty).await.0, 401);
}

#[tokio::test]
async fn faults_happen_as_ordered() {
    let api = Api::start(Seed::Empty).await;
    let rules = |rules: Value| json!({"rules": rules, "seed": 7});
    let order = rules(
        json!([{"method": "POST", "path": "/v1/pages", "fault": "503_after_commit", "times": 1}]),
    );
    api.ok("POST", "/_sim/faults", order).await;
    let (status, _, body) = api
        .raw("POST", "/v1/pages", json!({"markdown": "# Saved"}))
        .await;
    assert_eq!(status, 503);
    let id = body["additional_data"]["committed_resource_id"]
        .as_str()
        .unwrap();
    api.ok("GET", &format!("/v1/pages/{id}"), json!({})).await;

    for (fault, kept) in [("cut_before", 1), ("cut_after_commit", 2)] {
        let order = rules(json!([{"path": "/v1/pages", "fault": fault, "times": 1}]));
        api.ok("POST", "/_sim/faults", order).await;
        assert!(
            api.send("POST", "/v1/pages", json!({"markdown": "# x"}))
                .await
                .is_err(),
            "{fault}"
        );
        let all = api.ok("POST", "/v1/search", json!({})).await;
        assert_eq!(all["results"].as_array().unwrap().len(), kept, "{fault}");
    }
    api.ok(
        "POST",
        "/_sim/faults",
        rules(json!([{"fault": "429", "retry_after": 12}])),
    )
    .await;
    let (status, headers, body) = api.raw("GET", "/v1/users/me", json!({})).await;
    assert_eq!(
        (status, headers["retry-after"].to_str().unwrap()),
        (429, "12")
    );
    assert_eq!(body["additional_data"]["retry_after"], "12");
    assert_eq!(
        api.raw("POST", "/_sim/config", json!({"nonsense": 1}))
            .await
            .0,
        400
    );
    let tight = json!({"rate_limit": {"requests": 2, "window_seconds": 60}});
    api.ok("POST", "/_sim/reset", json!({})).await;
    api.ok("POST", "/_sim/config", tight).await;
    for wanted in [200, 200, 429] {
        assert_eq!(api.raw("GET", "/v1/users/me", json!({})).await.0, wanted);
    }
    let stats = api.ok("GET", "/_sim/stats", json!({})).await;
    assert_eq!(stats["requests"]["GET /v1/users/me"], 3);
}

#[tokio::test]
async fn requests_are_checked_like_notion_does() {
    let api = Api::start(Seed::Empty).await;
    let id = api.page(&top(), "# P").await;
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
    let api = Api::start(Seed::Empty).await;
    let id = api.page(&top(), "# P\none").await;
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
