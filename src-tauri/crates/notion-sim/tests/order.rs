//! The order in which a request is looked at, and the sentences that refuse it: address, credential,
//! version, body, object, meaning.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "support/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::{Api, id, top};

const VERSION: (&str, &str) = ("notion-version", "2026-03-11");
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// What came back, if it is an error as all are: its status, code and sentence.
async fn refusal(
    api: &Api,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
) -> (u16, String, String) {
    let (status, head, text) = api.bare(method, path, headers, &Value::Null).await;
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(body["object"], "error", "{text}");
    assert_eq!(body["status"], status);
    assert_eq!(
        head["x-notion-request-id"],
        body["request_id"].as_str().unwrap()
    );
    let word = |key: &str| body[key].as_str().unwrap().to_owned();
    (status, word("code"), word("message"))
}

fn says(status: u16, code: &str, message: &str) -> (u16, String, String) {
    (status, code.to_owned(), message.to_owned())
}

#[tokio::test]
async fn the_address_comes_before_the_credential() {
    let api = Api::start().await;
    let wrong = says(400, "invalid_request_url", "Invalid request URL.");
    for (method, path) in [
        ("GET", "/v1/nothing"),
        ("DELETE", "/v1/pages"),
        ("POST", "/v1/users/me"),
        ("GET", "/"),
        ("GET", "/pages"),
        ("GET", "/v2/users/me"),
        ("GET", "/v1/users/me//"),
        ("GET", "/v1//users/me"),
    ] {
        assert_eq!(
            refusal(&api, method, path, &[]).await,
            wrong,
            "{method} {path}"
        );
    }
    let (status, head, _) = api.bare("TRACE", "/v1/users/me", &[], &Value::Null).await;
    assert_eq!(status, 405);
    assert!(!head.contains_key("x-notion-request-id"));
    // One slash at the end counts for nothing, and HEAD is GET without a body.
    let bearer = format!("Bearer {}", api.personal());
    let known = [("authorization", bearer.as_str()), VERSION];
    let (status, _, _) = api.bare("GET", "/v1/users/me/", &known, &Value::Null).await;
    assert_eq!(status, 200);
    let (status, _, text) = api.bare("HEAD", "/v1/users/me", &known, &Value::Null).await;
    assert_eq!((status, text.as_str()), (200, ""));
}

#[tokio::test]
async fn the_credential_comes_before_the_version() {
    let api = Api::start().await;
    let format = says(
        401,
        "unauthorized",
        "Authorization header must use the format \"Bearer <token>\".",
    );
    let token = api.personal();
    let path = "/v1/users/me";
    assert_eq!(refusal(&api, "GET", path, &[]).await, format);
    for value in [
        "Basic eDp5".to_owned(),
        format!("token {token}"),
        "Bearer".to_owned(),
        format!("Bearer {token} more"),
        token.clone(),
    ] {
        let headers = [("authorization", value.as_str())];
        assert_eq!(
            refusal(&api, "GET", path, &headers).await,
            format,
            "{value}"
        );
    }
    let unknown = says(401, "unauthorized", "API token is invalid.");
    let headers = [("authorization", "Bearer ntn_nobody")];
    assert_eq!(refusal(&api, "GET", path, &headers).await, unknown);
    for value in [format!("bearer {token}"), format!("BEARER  \t {token}")] {
        let headers = [("authorization", value.as_str()), VERSION];
        let (status, _, text) = api.bare("GET", path, &headers, &Value::Null).await;
        assert_eq!(status, 200, "{value:?}: {text}");
    }
}

#[tokio::test]
async fn the_version_comes_before_the_body() {
    let api = Api::start().await;
    let bearer = format!("Bearer {}", api.personal());
    let known = ("authorization", bearer.as_str());
    let begin = "Notion-Version header failed validation: Notion-Version header should be ";
    let missing = format!("{begin}defined, instead was `undefined`.");
    // Neither is the page there.
    let path = format!("/v1/pages/{NOBODY}");
    assert_eq!(
        refusal(&api, "GET", &path, &[known]).await,
        says(400, "missing_version", &missing)
    );
    for version in ["2024-01-01", ""] {
        let versions = "`\"2021-05-11\"`, `\"2021-05-13\"`, `\"2021-08-16\"`, `\"2022-02-22\"`, \
                        `\"2022-06-28\"`, `\"2025-09-03\"`, or `\"2026-03-11\"`";
        let message = format!("{begin}{versions}, instead was `\"{version}\"`.");
        let headers = [known, ("notion-version", version)];
        assert_eq!(
            refusal(&api, "GET", &path, &headers).await,
            says(400, "missing_version", &message)
        );
    }
    let url = says(400, "invalid_request_url", "Invalid request URL.");
    for (version, method, route) in [
        ("2022-06-28", "GET", "data_sources/x"),
        ("2022-06-28", "POST", "data_sources/x/query"),
        ("2025-09-03", "POST", "databases/x/query"),
        ("2026-03-11", "POST", "databases/x/query"),
    ] {
        let headers = [known, ("notion-version", version)];
        let path = format!("/v1/{route}");
        assert_eq!(
            refusal(&api, method, &path, &headers).await,
            url,
            "{version} {route}"
        );
    }
}

#[tokio::test]
async fn clients_of_the_token_endpoints_have_an_error_of_their_own() {
    let api = Api::start().await;
    for route in ["token", "introspect", "revoke"] {
        for headers in [
            &[VERSION][..],
            &[VERSION, ("authorization", "Basic eDp5")][..],
        ] {
            let path = format!("/v1/oauth/{route}");
            let (status, head, text) = api.bare("POST", &path, headers, &json!({})).await;
            let body: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(
                (status, &body["error"]),
                (401, &json!("invalid_client")),
                "{text}"
            );
            assert_eq!(body.as_object().unwrap().len(), 2);
            assert_eq!(head["www-authenticate"], "Basic realm=\"OAuth\"");
        }
    }
}

fn invalid(text: &str) -> String {
    format!("validation_error: body failed validation: {text}")
}

#[tokio::test]
async fn of_a_search_the_query_is_looked_at_first() {
    let api = Api::start().await;
    let query = |value: &str| {
        invalid(&format!(
            "body.query should be a string or `undefined`, instead was `{value}`."
        ))
    };
    let filter = "body.filter should be an object or `undefined`, instead was `\"page\"`.";
    for (body, message) in [
        (json!({"query": 5}), query("5")),
        (json!({"query": null}), query("null")),
        (json!({"query": ["a"]}), query("[\"a\"]")),
        (json!({"filter": "page"}), invalid(filter)),
        (json!({"filter": "page", "query": 5}), query("5")),
    ] {
        let answer = api.fails("POST", "/v1/search", body).await;
        assert_eq!(answer, (400, message));
    }
}

#[tokio::test]
async fn the_body_comes_before_the_object() {
    let api = Api::start().await;
    // Nobody is there to append to.
    let path = format!("/v1/blocks/{NOBODY}/children");
    let line = |text: usize| json!({"paragraph": {"rich_text": [{"text": {"content": "x".repeat(text)}}]}});
    let archived = json!({"paragraph": {"rich_text": []}, "archived": false});
    let long = "body.children[0].paragraph.rich_text[0].text.content.length should be ≤ `2000`, \
                instead was `4046`.";
    for (children, message) in [
        (
            vec![archived],
            "body.children[0].archived should be not present, instead was `false`.",
        ),
        (vec![line(4046)], long),
        (
            vec![line(1); 130],
            "body.children.length should be ≤ `100`, instead was `130`.",
        ),
    ] {
        let body = json!({"children": children});
        let answer = api.fails("PATCH", &path, body).await;
        assert_eq!(answer, (400, invalid(message)));
    }
    for (path, message) in [
        (
            "/v1/comments",
            "query failed validation: query.block_id should be defined, instead was `undefined`.",
        ),
        (
            "/v1/pages/nope",
            "path failed validation: path.page_id should be a valid uuid, instead was `\"nope\"`.",
        ),
    ] {
        let answer = api.fails("GET", path, Value::Null).await;
        assert_eq!(answer, (400, format!("validation_error: {message}")));
    }
}

#[tokio::test]
async fn bodies_that_are_no_good_at_all() {
    let api = Api::start().await;
    let (_, several) = api.fails("POST", "/v1/pages", json!({"parent": {}})).await;
    let begin = "validation_error: body failed validation. Fix one:\nbody.parent.page_id should be \
                 defined, instead was `undefined`.\nbody.parent.database_id should be defined";
    assert!(several.starts_with(begin), "{several}");
    let cut = b"{\"query\":".to_vec();
    let (status, answer) = api
        .send_raw("POST", "/v1/search", "application/json", cut)
        .await;
    assert_eq!(
        (status, answer["code"].as_str()),
        (400, Some("invalid_json"))
    );
    let big = json!({"query": "x".repeat(501 * 1024)});
    let (status, message) = api.fails("POST", "/v1/search", big).await;
    assert!(status == 400 && message.contains("500 KB"), "{message}");
}

#[tokio::test]
async fn what_is_absent_and_what_is_hidden_look_alike() {
    let api = Api::start().await;
    let hidden = api.page("Hidden").await;
    let guest = api.with(api.internal());
    for (path, what) in [("pages", "page"), ("blocks", "block")] {
        let ask = async |id: &str| {
            let (status, message) = guest
                .fails("GET", &format!("/v1/{path}/{id}"), json!({}))
                .await;
            (status, message.replace(id, "…"))
        };
        let (absent, there) = (ask(NOBODY).await, ask(&hidden).await);
        assert_eq!(absent, there);
        assert_eq!(absent.0, 404);
        let begin = format!("object_not_found: Could not find {what} with ID: ….");
        assert!(absent.1.starts_with(&begin), "{}", absent.1);
        let end = "Make sure the relevant pages and databases are shared with your integration \
                   \"Octavo\".";
        assert!(absent.1.ends_with(end), "{}", absent.1);
    }
    // Undashed and in capitals it is the same page.
    for spelled in [hidden.replace('-', ""), hidden.to_uppercase()] {
        let page = api
            .ok("GET", &format!("/v1/pages/{spelled}"), json!({}))
            .await;
        assert_eq!(id(&page), hidden);
    }
}

#[tokio::test]
async fn limits_of_one_request() {
    let api = Api::start().await;
    let page = api.page("P").await;
    let path = format!("/v1/blocks/{page}/children");
    let item =
        |children: Value| json!({"bulleted_list_item": {"rich_text": [], "children": children}});
    // Eleven times a hundred is more than a thousand, though no list is too long.
    let many = json!({"children": vec![item(json!(vec![item(json!([])); 100])); 11]});
    let (status, message) = api.fails("PATCH", &path, many).await;
    assert!(
        status == 400 && message.contains("should be ≤ `1000`"),
        "{message}"
    );
    let rows = |cells: usize| json!([{"table_row": {"cells": vec![json!([]); cells]}}]);
    for (kind, payload) in [
        ("table", json!({"table_width": 2, "children": []})),
        ("table", json!({"table_width": 0, "children": rows(0)})),
        ("table", json!({"table_width": 2, "children": rows(3)})),
        (
            "column_list",
            json!({"children": [{"column": {"children": []}}]}),
        ),
        ("table_row", json!({"cells": []})),
        ("code", json!({"rich_text": [], "language": "js"})),
        ("equation", json!({"expression": "x".repeat(1001)})),
        ("tab", json!({})),
        (
            "heading_1",
            json!({"rich_text": [], "children": [item(json!([]))]}),
        ),
        ("divider", json!({"children": [item(json!([]))]})),
    ] {
        let body = json!({"children": [{"type": kind, kind: payload}]});
        assert_eq!(api.fails("PATCH", &path, body).await.0, 400, "{kind}");
    }
    // Below what takes no children nothing is put.
    let line = json!({"children": [{"divider": {}}]});
    let made = api.ok("PATCH", &path, line.clone()).await;
    let below = format!("/v1/blocks/{}/children", id(&made["results"][0]));
    assert_eq!(api.fails("PATCH", &below, line.clone()).await.0, 400);
    // Each version has its word for the place.
    let anchor = id(&made["results"][0]);
    let after = json!({"children": [{"divider": {}}], "after": anchor});
    let (_, message) = api.fails("PATCH", &path, after.clone()).await;
    assert!(
        message.contains("body.after should be not present"),
        "{message}"
    );
    api.at("2025-09-03").ok("PATCH", &path, after).await;
    let start = json!({"parent": {"page_id": page}, "position": {"type": "page_start"}});
    let first = api.ok("POST", "/v1/pages", start).await;
    let list = api.ok("GET", &path, json!({})).await;
    assert_eq!(list["results"][0]["id"], first["id"]);
    assert_eq!(list["results"][0]["type"], "child_page");
    assert_eq!(
        list["results"][0]["last_edited_time"],
        first["last_edited_time"]
    );
    assert_eq!(api.ok("GET", "/v1/users/me", top()).await["type"], "bot");
}
