//! Moves, comments, uploads, views and emojis.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{Examples, same_shape, text};

impl Examples {
    async fn page(&self, parent: Value, title: &str) -> Value {
        let properties = json!({"title": {"title": [{"text": {"content": title}}]}});
        let body = json!({"parent": parent, "properties": properties});
        self.ok("POST", "/v1/pages", body).await
    }

    async fn top(&self, title: &str) -> Value {
        let workspace = json!({"type": "workspace", "workspace": true});
        self.page(workspace, title).await
    }

    async fn refused(&self, method: &str, path: &str, body: Value) -> u16 {
        let (status, error) = self.ask(method, path, body).await;
        assert_eq!(error["object"], "error", "{error}");
        status
    }

    async fn database(&self, home: &Value) -> Value {
        let body = json!({
            "parent": {"type": "page_id", "page_id": home["id"]},
            "title": [{"text": {"content": "Notes"}}], "is_inline": false,
            "initial_data_source": {"properties": {
                "Name": {"title": {}}, "Tags": {"multi_select": {}}, "Key": {"rich_text": {}}}},
        });
        self.ok("POST", "/v1/databases", body).await
    }

    /// Sends bytes to an upload, as a form.
    async fn send(&self, upload: &Value, bytes: Vec<u8>, part: Option<&str>) -> (u16, Value) {
        let file = Part::bytes(bytes).file_name("a.png");
        let mut form = Form::new().part("file", file.mime_str("image/png").unwrap());
        if let Some(part) = part {
            form = form.text("part_number", part.to_owned());
        }
        let path = format!("/v1/file_uploads/{}/send", text(&upload["id"]));
        let request = self.stage.http.post(format!("{}{path}", self.stage.url));
        let request = request
            .bearer_auth(&self.stage.pat)
            .header("notion-version", super::VERSION);
        let answer = request.multipart(form).send().await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.json().await.unwrap();
        self.fits("POST", &path, status, &body);
        (status, body)
    }
}

/// "Move a page": below a page or into a data source, and nowhere else.
#[tokio::test]
async fn moving() {
    let examples = Examples::start().await;
    let (home, note) = (examples.top("Home").await, examples.top("Note").await);
    let path = |page: &Value| format!("/v1/pages/{}/move", text(&page["id"]));
    let below = json!({"parent": {"type": "page_id", "page_id": home["id"]}});
    let moved = examples.ok("POST", &path(&note), below.clone()).await;
    assert_eq!(
        moved["parent"],
        json!({"type": "page_id", "page_id": home["id"]})
    );
    let database = examples.database(&home).await;
    let source = &database["data_sources"][0]["id"];
    let into = json!({"parent": {"type": "data_source_id", "data_source_id": source}});
    let row = examples.ok("POST", &path(&note), into).await;
    assert_eq!(row["parent"]["data_source_id"], *source);
    assert_eq!(row["properties"]["Tags"]["multi_select"], json!([]));
    let workspace = json!({"parent": {"type": "workspace", "workspace": true}});
    assert_eq!(examples.refused("POST", &path(&note), workspace).await, 400);
    assert_eq!(examples.refused("POST", &path(&database), below).await, 400);
    let itself = json!({"parent": {"type": "page_id", "page_id": home["id"]}});
    assert_eq!(examples.refused("POST", &path(&home), itself).await, 400);
}

/// "Create comment", "Retrieve comments", "Update a comment", "Delete a comment".
#[tokio::test]
async fn comments() {
    let examples = Examples::start().await;
    let page = examples.top("P").await;
    let about = json!({"page_id": page["id"]});
    let rich = json!([{"text": {"content": "Hello world"}}]);
    let first = json!({"parent": about, "rich_text": rich});
    let first = examples.ok("POST", "/v1/comments", first).await;
    for (key, wanted) in [
        ("object", json!("comment")),
        ("parent", json!({"type": "page_id", "page_id": page["id"]})),
    ] {
        assert_eq!(first[key], wanted);
    }
    let next = json!({"discussion_id": first["discussion_id"], "markdown": "**Bold** answer"});
    let next = examples.ok("POST", "/v1/comments", next).await;
    assert_eq!(next["discussion_id"], first["discussion_id"]);
    assert_eq!(next["rich_text"][0]["annotations"]["bold"], true);
    let upload = json!({"mode": "single_part", "filename": "a.png", "content_type": "image/png"});
    let upload = examples.ok("POST", "/v1/file_uploads", upload).await;
    assert_eq!(examples.send(&upload, b"PNG".to_vec(), None).await.0, 200);
    let shown = json!({"parent": about, "rich_text": rich,
                       "attachments": [{"type": "file_upload", "file_upload_id": upload["id"]}]});
    let shown = examples.ok("POST", "/v1/comments", shown).await;
    assert_eq!(shown["attachments"][0]["category"], "image");
    let path = format!("/v1/comments?block_id={}", text(&page["id"]));
    let list = examples.ok("GET", &path, Value::Null).await;
    assert_eq!(list["results"].as_array().unwrap().len(), 3);
    let path = format!("/v1/comments/{}", text(&first["id"]));
    same_shape(&first, &examples.ok("GET", &path, Value::Null).await);
    let changed = examples
        .ok("PATCH", &path, json!({"markdown": "changed"}))
        .await;
    assert_eq!(changed["rich_text"][0]["plain_text"], "changed");
    same_shape(&first, &examples.ok("DELETE", &path, Value::Null).await);
    assert_eq!(examples.refused("GET", &path, Value::Null).await, 404);
    let both = json!({"parent": about, "rich_text": rich, "markdown": "x"});
    assert_eq!(examples.refused("POST", "/v1/comments", both).await, 400);
}

/// "Working with files and media", "Send larger files", "Import external files".
#[tokio::test]
async fn uploads() {
    let examples = Examples::start().await;
    let small = json!({"mode": "single_part", "filename": "a.png", "content_type": "image/png"});
    let upload = examples.ok("POST", "/v1/file_uploads", small).await;
    assert_eq!(upload["status"], "pending");
    assert!(upload["upload_url"].is_string() && upload["expiry_time"].is_string());
    let (status, sent) = examples.send(&upload, b"PNG".to_vec(), None).await;
    assert_eq!((status, &sent["status"]), (200, &json!("uploaded")));
    let image = json!({"type": "file_upload", "file_upload": {"id": upload["id"]}});
    let page = examples.top("P").await;
    let path = format!("/v1/blocks/{}/children", text(&page["id"]));
    let body = json!({"children": [{"type": "image", "image": image}]});
    let blocks = examples.ok("PATCH", &path, body).await;
    assert_eq!(blocks["results"][0]["image"]["type"], "file");

    let roomy = json!({"max_file_upload_size_in_bytes": 100 * 1024 * 1024});
    examples.stage.control("config", roomy).await;
    let parts = json!({"mode": "multi_part", "filename": "a.png", "content_type": "image/png",
                       "number_of_parts": 2});
    let upload = examples.ok("POST", "/v1/file_uploads", parts).await;
    let end = b"the end".to_vec();
    let (status, _) = examples.send(&upload, end, Some("2")).await;
    assert_eq!(status, 200);
    let path = format!("/v1/file_uploads/{}", text(&upload["id"]));
    let complete = format!("{path}/complete");
    assert_eq!(examples.refused("POST", &complete, json!({})).await, 400);
    let whole = vec![0; 5 * 1024 * 1024];
    let (status, _) = examples.send(&upload, whole, Some("1")).await;
    assert_eq!(status, 200);
    let done = examples.ok("POST", &complete, json!({})).await;
    assert_eq!(done["status"], "uploaded");
    same_shape(&done, &examples.ok("GET", &path, Value::Null).await);

    let address = "https://example.org/image.png";
    let there = json!({"external_files": {address: "PNG"}});
    examples.stage.control("config", there).await;
    let fetched = json!({"mode": "external_url", "external_url": address,
                         "filename": "image.png", "content_type": "image/png"});
    let fetched = examples.ok("POST", "/v1/file_uploads", fetched).await;
    let path = format!("/v1/file_uploads/{}", text(&fetched["id"]));
    let found = examples.ok("GET", &path, Value::Null).await;
    assert_eq!(found["status"], "uploaded");
    let list = examples
        .ok("GET", "/v1/file_uploads?status=uploaded", Value::Null)
        .await;
    assert_eq!(list["results"].as_array().unwrap().len(), 3);
}

/// "Create a view", "List views", "Retrieve", "Update", "Delete", and their queries.
#[tokio::test]
async fn views() {
    let examples = Examples::start().await;
    let home = examples.top("Home").await;
    let database = examples.database(&home).await;
    let source = &database["data_sources"][0]["id"];
    let made = json!({"data_source_id": source, "database_id": database["id"],
                      "name": "Test view", "type": "table"});
    let view = examples.ok("POST", "/v1/views", made).await;
    let path = format!("/v1/views/{}", text(&view["id"]));
    same_shape(&view, &examples.ok("GET", &path, Value::Null).await);
    let renamed = examples
        .ok("PATCH", &path, json!({"name": "Renamed"}))
        .await;
    assert_eq!(renamed["name"], "Renamed");
    let list = format!("/v1/views?data_source_id={}", text(source));
    let list = examples.ok("GET", &list, Value::Null).await;
    assert_eq!(list["results"].as_array().unwrap().len(), 2);
    let asked = examples
        .ok("POST", &format!("{path}/queries"), json!({}))
        .await;
    assert_eq!(asked["total_count"], 0);
    let results = format!("{path}/queries/{}", text(&asked["id"]));
    examples.ok("GET", &results, Value::Null).await;
    examples.ok("DELETE", &results, Value::Null).await;
    let gone = examples.ok("DELETE", &path, Value::Null).await;
    assert_eq!(gone["id"], view["id"]);
    assert_eq!(examples.refused("GET", &path, Value::Null).await, 404);
}

/// "List custom emojis": recorded in a workspace that has none.
#[tokio::test]
async fn emojis() {
    let examples = Examples::start().await;
    let list = examples.ok("GET", "/v1/custom_emojis", Value::Null).await;
    let example = json!({"object": "list", "type": "custom_emoji", "results": [],
                         "has_more": false, "next_cursor": null, "request_id": "uuid"});
    same_shape(&example, &list);
}
