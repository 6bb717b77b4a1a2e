//! Comments, asynchronous tasks, views, and a state that survives all of it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "support/mod.rs"]
mod support;

use notion_sim::Options;
use serde_json::{Value, json};
use support::{Api, id, top};

#[tokio::test]
async fn comments_continue_the_discussion_of_their_page() {
    let api = Api::start().await;
    let page = api.page("Home").await;
    let comment = |text: &str| json!({"parent": {"page_id": page}, "rich_text": [{"text": {"content": text}}]});
    let first = api.ok("POST", "/v1/comments", comment("one")).await;
    let second = api.ok("POST", "/v1/comments", comment("two")).await;
    assert_eq!(first["discussion_id"], second["discussion_id"]);
    let third = json!({"discussion_id": first["discussion_id"], "markdown": "**three**"});
    let third = api.ok("POST", "/v1/comments", third).await;
    assert_eq!(third["rich_text"][0]["annotations"]["bold"], true);
    let list = api
        .ok("GET", &format!("/v1/comments?block_id={page}"), json!({}))
        .await;
    let ids: Vec<&Value> = list["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["id"])
        .collect();
    assert_eq!(ids, [&first["id"], &second["id"], &third["id"]]);
    let path = format!("/v1/comments/{}", id(&first));
    let changed = json!({"markdown": "changed"});
    let changed = api.ok("PATCH", &path, changed).await;
    assert_eq!(changed["rich_text"][0]["plain_text"], "changed");
    // The other connection sees it once it sees the page, and cannot change it.
    let other = api.with(api.internal());
    assert_eq!(other.fails("GET", &path, json!({})).await.0, 404);
    api.control("share", json!({"page_id": page})).await;
    other.ok("GET", &path, json!({})).await;
    assert_eq!(other.fails("DELETE", &path, Value::Null).await.0, 403);
    api.ok("DELETE", &path, Value::Null).await;
    assert_eq!(api.fails("GET", &path, json!({})).await.0, 404);
    let (_, message) = api.fails("GET", "/v1/comments", json!({})).await;
    assert_eq!(
        message,
        "validation_error: query failed validation: query.block_id should be defined, instead was \
         `undefined`."
    );
    api.control("config", json!({"capabilities": {"read_comments": false}}))
        .await;
    let (status, _) = api
        .fails("GET", &format!("/v1/comments?block_id={page}"), json!({}))
        .await;
    assert_eq!(status, 403);
}

#[tokio::test]
async fn a_task_is_done_when_it_is_due() {
    let api = Api::start().await;
    api.control("config", json!({"async_task_ms": 60_000}))
        .await;
    let page = api.page("Home").await;
    let path = format!("/v1/pages/{page}/markdown");
    let body = json!({"allow_async": true, "type": "insert_content", "insert_content": {"content": "later"}});
    let (status, task) = api.raw("PATCH", &path, body).await;
    assert_eq!((status, &task["status"]), (202, &json!("queued")));
    assert_eq!(task["poll_after_seconds"], 2);
    let wrong = json!({"allow_async": true, "type": "update_content",
                       "update_content": {"content_updates": [{"old_str": "nowhere", "new_str": "x"}]}});
    let (status, failing) = api.raw("PATCH", &path, wrong).await;
    assert_eq!(status, 202);
    let create = json!({"parent": top(), "markdown": "# Made later", "allow_async": true});
    let (status, creating) = api.raw("POST", "/v1/pages", create).await;
    assert_eq!(status, 202);
    assert_eq!(api.ok("GET", &path, json!({})).await["markdown"], "");
    let of = |task: &Value| format!("/v1/async_tasks/{}", id(task));
    assert_eq!(
        api.ok("GET", &of(&task), json!({})).await["status"],
        "queued"
    );
    api.control("config", json!({"clock_ahead_ms": 60_000}))
        .await;
    let done = api.ok("GET", &of(&task), json!({})).await;
    assert_eq!(done["status"], "succeeded");
    assert_eq!(done["result"]["markdown"], "later");
    assert!(done.get("poll_after_seconds").is_none());
    let failed = api.ok("GET", &of(&failing), json!({})).await;
    assert_eq!(failed["status"], "failed");
    assert_eq!(failed["error"]["code"], "validation_error");
    let created = api.ok("GET", &of(&creating), json!({})).await;
    assert_eq!(created["result"]["object"], "page");
    assert_eq!(api.ok("GET", &path, json!({})).await["markdown"], "later");
    let other = api.with(api.internal());
    assert_eq!(other.fails("GET", &of(&task), json!({})).await.0, 404);
    api.control("config", json!({"clock_ahead_ms": 25 * 60 * 60 * 1000}))
        .await;
    assert_eq!(api.fails("GET", &of(&task), json!({})).await.0, 404);
}

#[tokio::test]
async fn views_are_made_and_asked() {
    let api = Api::start().await;
    let body =
        json!({"parent": top(), "initial_data_source": {"properties": {"Name": {"title": {}}}}});
    let database = api.ok("POST", "/v1/databases", body).await;
    let source = &database["data_sources"][0]["id"];
    for name in ["A", "B"] {
        let title = json!({"Name": {"title": [{"text": {"content": name}}]}});
        api.ok(
            "POST",
            "/v1/pages",
            json!({"parent": {"data_source_id": source}, "properties": title}),
        )
        .await;
    }
    let filter = json!({"property": "Name", "title": {"equals": "B"}});
    let body =
        json!({"data_source_id": source, "name": "Only B", "type": "table", "filter": filter});
    let view = api.ok("POST", "/v1/views", body).await;
    let list = api
        .ok(
            "GET",
            &format!("/v1/views?data_source_id={}", source.as_str().unwrap()),
            json!({}),
        )
        .await;
    assert_eq!(
        list["results"].as_array().unwrap().len(),
        2,
        "the first one is there by itself"
    );
    let path = format!("/v1/views/{}", id(&view));
    let query = api.ok("POST", &format!("{path}/queries"), json!({})).await;
    assert_eq!(query["total_count"], 1);
    let results = format!("{path}/queries/{}", id(&query));
    assert_eq!(
        api.ok("GET", &results, json!({})).await["results"],
        query["results"]
    );
    assert_eq!(
        api.ok("PATCH", &path, json!({"name": "B"})).await["name"],
        "B"
    );
    assert_eq!(
        api.ok("DELETE", &results, Value::Null).await["deleted"],
        true
    );
    assert_eq!(api.fails("GET", &results, json!({})).await.0, 404);
    api.ok("DELETE", &path, Value::Null).await;
    assert_eq!(api.fails("GET", &path, json!({})).await.0, 404);
}

#[tokio::test]
async fn everything_is_there_after_a_restart_without_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let options = || Options {
        state: Some(folder.path().join("state.json")),
        ..Options::default()
    };
    let api = Api::start_with(options()).await;
    let page = api.page("Home").await;
    let body = json!({"parent": {"page_id": page}, "initial_data_source": {"properties": {
        "Name": {"title": {}}, "Points": {"number": {}}}}});
    let database = api.ok("POST", "/v1/databases", body).await;
    let source = database["data_sources"][0]["id"].clone();
    let row =
        json!({"parent": {"data_source_id": source}, "properties": {"Points": {"number": 7}}});
    let row = api.ok("POST", "/v1/pages", row).await;
    let comment =
        json!({"parent": {"page_id": page}, "rich_text": [{"text": {"content": "kept"}}]});
    let comment = api.ok("POST", "/v1/comments", comment).await;
    let upload = api
        .ok("POST", "/v1/file_uploads", json!({"filename": "a.txt"}))
        .await;
    let form = b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\
                 Content-Type: text/plain\r\n\r\nkept\r\n--b--\r\n";
    let send = format!("/v1/file_uploads/{}/send", id(&upload));
    let kind = "multipart/form-data; boundary=b";
    let (status, _) = api.send_raw("POST", &send, kind, form.to_vec()).await;
    assert_eq!(status, 200);
    let block = json!({"file": {"file_upload": {"id": upload["id"]}}});
    let children = format!("/v1/blocks/{page}/children");
    api.ok("PATCH", &children, json!({"children": [block]}))
        .await;
    // Dropped without a word, as by a kill: what was answered is on the disk.
    drop(api);
    let api = Api::start_with(options()).await;
    let again = api
        .ok("GET", &format!("/v1/pages/{}", id(&row)), json!({}))
        .await;
    assert_eq!(again["properties"]["Points"]["number"], 7);
    let shown = api
        .ok("GET", &format!("/v1/comments/{}", id(&comment)), json!({}))
        .await;
    assert_eq!(shown["rich_text"][0]["plain_text"], "kept");
    let blocks = api.ok("GET", &children, json!({})).await;
    let file = blocks["results"]
        .as_array()
        .unwrap()
        .iter()
        .find(|b| b["type"] == "file")
        .unwrap();
    assert_eq!(file["file"]["name"], "a.txt");
    let (status, _, bytes) = api
        .fetch(file["file"]["file"]["url"].as_str().unwrap())
        .await;
    assert_eq!((status, bytes.as_slice()), (200, b"kept".as_slice()));
}

#[tokio::test]
async fn a_clock_that_stands_goes_on_by_requests_and_is_never_set_back() {
    let api = Api::start().await;
    let at = 1_790_000_000_000_i64;
    let exact = json!({"clock_stands_at_ms": at, "minute_rounding": false});
    api.control("config", exact).await;
    let mut times = Vec::new();
    for back in [0, 3_600_000] {
        let set = json!({"clock_stands_at_ms": at - back});
        api.control("config", set).await;
        let page = json!({"parent": top(), "markdown": "Now"});
        let made = api.ok("POST", "/v1/pages", page).await;
        let shown: jiff::Timestamp = made["created_time"].as_str().unwrap().parse().unwrap();
        times.push(shown.as_millisecond() - at);
    }
    assert!(
        times[0] > 0 && times[0] < times[1] && times[1] < 100,
        "{times:?}"
    );
}
