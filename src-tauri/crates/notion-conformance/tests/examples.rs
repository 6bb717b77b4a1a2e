//! The examples of Notion's documentation, where recordings are thin: every request example is
//! accepted, and every answer has the shape of its example and fits Notion's schema.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "../../notion-sim/tests/signin/browser.rs"]
#[allow(dead_code, reason = "another part of it is used here")]
mod browser;
#[path = "examples/others.rs"]
mod others;

use std::path::PathBuf;

use browser::{Stage, text};
use notion_conformance::{Schema, differences};
use serde_json::{Value, json};

/// The version of Notion's document.
const VERSION: &str = "2025-09-03";

struct Examples {
    stage: Stage,
    schema: Option<Schema>,
}

fn same_shape(example: &Value, ours: &Value) {
    let found = differences(example, ours);
    assert!(found.is_empty(), "{found:?} in {ours}");
}

impl Examples {
    async fn start() -> Self {
        let root = std::env::var_os("OCTAVO_FIXTURES").map_or_else(
            || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/fixtures"),
            PathBuf::from,
        );
        Self {
            stage: Stage::start().await,
            schema: Schema::load(&root.join("notion-openapi.json")).ok(),
        }
    }

    fn fits(&self, method: &str, path: &str, status: u16, body: &Value) {
        // One code of "Status codes" is not in the schema.
        let listed = body["code"] != "database_connection_unavailable";
        let wrong = self
            .schema
            .as_ref()
            .filter(|_| listed)
            .and_then(|schema| schema.check(VERSION, method, path, status, body));
        assert_eq!(wrong.unwrap_or_default(), Vec::<String>::new(), "{body}");
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}{path}", self.stage.url);
        let request = self.stage.http.request(method.parse().unwrap(), url);
        let request = request
            .bearer_auth(&self.stage.pat)
            .header("notion-version", VERSION);
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.json().await.unwrap();
        self.fits(
            method,
            path.split('?').next().unwrap_or_default(),
            status,
            &body,
        );
        (status, body)
    }

    async fn ok(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.ask(method, path, body).await;
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    async fn order(&self, fault: &str) {
        let mut rule = json!({"fault": fault});
        if ["429", "529"].contains(&fault) {
            rule["retry_after"] = json!(12);
        }
        self.stage.control("faults", json!({"rules": [rule]})).await;
    }
}

/// "Create a token", "Refresh a token", "Introspect token", "Revoke token".
#[tokio::test]
async fn signing_in() {
    let examples = Examples::start().await;
    let stage = &examples.stage;
    let pair = stage.sign_in(&[]).await;
    let mut example = json!({
        "access_token": "ntn_", "token_type": "bearer", "refresh_token": "nrt_",
        "bot_id": "uuid", "workspace_id": "uuid", "workspace_name": "Ada's Notion",
        "workspace_icon": null,
        "owner": {"type": "user", "user": {
            "object": "user", "id": "uuid", "type": "person", "name": "Ada", "avatar_url": null,
            "person": {"email": "ada@example.org", "email_verified": true}}},
        "duplicated_template_id": null, "request_id": "uuid",
    });
    same_shape(&example, &pair);

    // Notion's document is of that day, when people had one field less.
    let day = json!({"as_of": "2026-03-12"});
    stage.control("config", day).await;
    example["owner"]["user"]["person"] = json!({"email": "ada@example.org"});
    let refresh = json!({"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]});
    let (status, _, next) = stage.oauth(&stage.client, "token", refresh.clone()).await;
    assert_eq!(status, 200, "{next}");
    examples.fits("POST", "/v1/oauth/token", 200, &next);
    same_shape(&example, &next);
    assert_ne!(pair["refresh_token"], next["refresh_token"]);
    let (status, _, refused) = stage.oauth(&stage.client, "token", refresh).await;
    assert_eq!((status, text(&refused["error"])), (400, "invalid_grant"));

    let token = json!({"token": next["access_token"]});
    let (status, _, seen) = stage
        .oauth(&stage.client, "introspect", token.clone())
        .await;
    assert_eq!(status, 200, "{seen}");
    examples.fits("POST", "/v1/oauth/introspect", 200, &seen);
    same_shape(
        // `scope` is optional: what a connection may do is no part of its tokens.
        &json!({"active": true, "iat": 1_710_000_000, "request_id": "uuid"}),
        &seen,
    );
    let (status, _, gone) = stage.oauth(&stage.client, "revoke", token.clone()).await;
    assert_eq!(status, 200, "{gone}");
    examples.fits("POST", "/v1/oauth/revoke", 200, &gone);
    same_shape(&json!({"request_id": "uuid"}), &gone);
    let (_, _, dead) = stage.oauth(&stage.client, "introspect", token).await;
    assert_eq!(dead["active"], false);
}

/// "Working with Markdown content", "Update page Markdown": the four commands in every form.
#[tokio::test]
async fn writing_markdown() {
    let examples = Examples::start().await;
    let start = "start text and end text\n## Section\nOld";
    let made = json!({"parent": {"type": "workspace", "workspace": true}, "markdown": start,
                      "properties": {"title": {"title": [{"text": {"content": "My note"}}]}}});
    let page = examples.ok("POST", "/v1/pages", made).await;
    let path = format!("/v1/pages/{}/markdown", text(&page["id"]));
    let example = json!({"object": "page_markdown", "id": "…", "markdown": "…",
                         "truncated": false, "unknown_block_ids": [], "request_id": "uuid"});
    same_shape(&example, &examples.ok("GET", &path, Value::Null).await);
    let commands = [
        (
            json!({"type": "insert_content", "insert_content": {
                "content": "## New Section\n\nInserted content here.",
                "position": {"type": "end"}}}),
            "start text and end text\n## Section\nOld\n## New Section\nInserted content here.",
        ),
        (
            json!({"type": "insert_content", "insert_content": {
                "content": "Between", "after": "start text...end text"}}),
            "start text and end text\nBetween\n## Section\nOld\n## New Section\nInserted content here.",
        ),
        (
            json!({"type": "update_content", "update_content": {
                "content_updates": [{"old_str": "Old", "new_str": "Fresh",
                                     "replace_all_matches": false}],
                "allow_deleting_content": false}}),
            "start text and end text\nBetween\n## Section\nFresh\n## New Section\nInserted content here.",
        ),
        (
            json!({"type": "replace_content_range", "replace_content_range": {
                "content": "## Updated Section\n\nNew content replaces the old.",
                "content_range": "## New Section...content here.",
                "allow_deleting_content": false}}),
            "start text and end text\nBetween\n## Section\nFresh\n## Updated Section\nNew content replaces the old.",
        ),
        (
            json!({"type": "replace_content", "replace_content": {
                "new_str": "The whole body", "allow_deleting_content": false}}),
            "The whole body",
        ),
    ];
    for (command, after) in commands {
        let answer = examples.ok("PATCH", &path, command).await;
        same_shape(&example, &answer);
        assert_eq!(text(&answer["markdown"]).trim_end(), after);
    }
    let missing = json!({"type": "update_content", "update_content": {
        "content_updates": [{"old_str": "not there", "new_str": "x"}]}});
    let (status, error) = examples.ask("PATCH", &path, missing).await;
    assert_eq!(
        (status, text(&error["code"])),
        (400, "validation_error"),
        "{error}"
    );
}

/// "Async tasks": accepted for later, and its result once it is done.
#[tokio::test]
async fn writing_later() {
    let examples = Examples::start().await;
    examples
        .stage
        .control("config", json!({"async_task_ms": 60_000}))
        .await;
    let made = json!({"markdown": "# Later\ntext", "allow_async": true});
    let (status, task) = examples.ask("POST", "/v1/pages", made).await;
    assert_eq!(status, 202, "{task}");
    let example = json!({
        "object": "async_task", "id": "task_…", "status": "queued", "status_url": "https://…",
        "created_time": "…", "poll_after_seconds": 2,
        "operation": {"surface": "rest", "name": "POST /v1/pages"}, "request_id": "uuid",
    });
    same_shape(&example, &task);
    let path = format!("/v1/async_tasks/{}", text(&task["id"]));
    let waiting = examples.ok("GET", &path, Value::Null).await;
    assert!(waiting["poll_after_seconds"].is_number(), "{waiting}");
    examples
        .stage
        .control("config", json!({"clock_ahead_ms": 120_000}))
        .await;
    let done = examples.ok("GET", &path, Value::Null).await;
    assert_eq!(done["status"], "succeeded", "{done}");
    assert_eq!(done["result"]["object"], "page");
}

/// "Status codes", "Request limits": what recordings hardly hold.
#[tokio::test]
async fn errors() {
    let examples = Examples::start().await;
    let plain = json!({"object": "error", "status": 400, "code": "…", "message": "…",
                       "request_id": "uuid"});
    let mut waits = plain.clone();
    waits["additional_data"] = json!({"retry_after": "12"});
    let mut limited = plain.clone();
    limited["additional_data"] = json!({"retry_after": "12", "rate_limit_reason": "…"});
    let mut saved = plain.clone();
    saved["additional_data"] = json!({
        "from": "…", "elapsed_ms": "…", "deadline_ms": "55000",
        "retry_guidance": ["Do not repeat the write."], "committed_resource_id": "uuid",
    });
    for (fault, status, code, example) in [
        ("409", 409, "conflict_error", &plain),
        ("429", 429, "rate_limited", &limited),
        ("500", 500, "internal_server_error", &plain),
        ("502", 502, "bad_gateway", &plain),
        ("503_before", 503, "service_unavailable", &plain),
        (
            "503_database",
            503,
            "database_connection_unavailable",
            &plain,
        ),
        ("503_after_commit", 503, "service_unavailable", &saved),
        ("504", 504, "gateway_timeout", &plain),
        ("529", 529, "service_overload", &waits),
    ] {
        examples.order(fault).await;
        let (found, body) = examples
            .ask("POST", "/v1/pages", json!({"markdown": "# Title"}))
            .await;
        assert_eq!((found, text(&body["code"])), (status, code));
        assert_eq!(body["status"], status);
        same_shape(example, &body);
    }
    examples
        .stage
        .control("config", json!({"capabilities": {"insert_content": false}}))
        .await;
    let (status, body) = examples
        .ask("POST", "/v1/pages", json!({"markdown": "# Title"}))
        .await;
    assert_eq!((status, text(&body["code"])), (403, "restricted_resource"));
    same_shape(&plain, &body);
}
