//! File uploads from creation to the address they are read at.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "support/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::{Api, top};

async fn create(api: &Api, body: Value) -> Value {
    api.ok("POST", "/v1/file_uploads", body).await
}

fn form(parts: &[(&str, &str)], file: Option<(&str, &str, &[u8])>) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, value) in parts {
        body.extend(
            format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    if let Some((name, kind, bytes)) = file {
        let head = format!(
            "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: {kind}\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--xx--\r\n");
    ("multipart/form-data; boundary=xx".to_owned(), body)
}

async fn send(api: &Api, id: &str, form: (String, Vec<u8>)) -> (u16, Value) {
    let path = format!("/v1/file_uploads/{id}/send");
    api.send_raw("POST", &path, &form.0, form.1).await
}

async fn uploaded(api: &Api, name: &str, kind: &str, bytes: &[u8]) -> String {
    let made = create(api, json!({"filename": name, "content_type": kind})).await;
    let id = made["id"].as_str().unwrap().to_owned();
    let (status, sent) = send(api, &id, form(&[], Some((name, kind, bytes)))).await;
    assert_eq!(status, 200, "{sent}");
    assert_eq!(sent["status"], "uploaded");
    id
}

#[tokio::test]
async fn a_file_is_sent_attached_and_read() {
    let api = Api::start().await;
    let made = create(&api, json!({})).await;
    assert_eq!(made["status"], "pending");
    assert_eq!(made["filename"], Value::Null);
    let address = made["upload_url"].as_str().unwrap();
    let id = made["id"].as_str().unwrap();
    assert!(address.ends_with(&format!("/v1/file_uploads/{id}/send")));
    let (status, sent) = send(&api, id, form(&[], Some(("a b.png", "image/png", b"PNG")))).await;
    assert_eq!(status, 200, "{sent}");
    assert_eq!(sent["filename"], "a b.png");
    assert_eq!(sent["content_type"], "image/png");
    assert_eq!(sent["content_length"], 3);
    assert!(sent.get("upload_url").is_none());
    assert!(sent["expiry_time"].is_string());
    let image =
        json!({"type": "image", "image": {"type": "file_upload", "file_upload": {"id": id}}});
    let icon = json!({"type": "file_upload", "file_upload": {"id": id}});
    let body = json!({"parent": top(), "children": [image], "icon": icon, "cover": icon});
    let page = api.ok("POST", "/v1/pages", body).await;
    assert_eq!(page["icon"]["type"], "file");
    assert_eq!(page["cover"]["type"], "file");
    let path = format!("/v1/blocks/{}/children", page["id"].as_str().unwrap());
    let blocks = api.ok("GET", &path, json!({})).await;
    let image = &blocks["results"][0]["image"];
    assert_eq!(image["type"], "file");
    assert!(image.get("file_upload").is_none());
    let (status, kind, bytes) = api.fetch(image["file"]["url"].as_str().unwrap()).await;
    assert_eq!(
        (status, kind.as_str(), bytes.as_slice()),
        (200, "image/png", b"PNG".as_slice())
    );
    // The same in Markdown, and writing beside it leaves the file what it is.
    let text = format!("/v1/pages/{}/markdown", page["id"].as_str().unwrap());
    let shown = api.ok("GET", &text, json!({})).await["markdown"].clone();
    let shown = shown.as_str().unwrap();
    assert!(shown.contains("?X-Amz-"), "{shown}");
    let insert = json!({"type": "insert_content",
        "insert_content": {"content": "Below", "position": {"type": "end"}}});
    api.ok("PATCH", &text, insert).await;
    let after = api.ok("GET", &path, json!({})).await;
    assert_eq!(after["results"][0]["id"], blocks["results"][0]["id"]);
    assert_eq!(after["results"][0]["image"]["type"], "file");
    // Attached, it expires no more.
    let now = api
        .ok("GET", &format!("/v1/file_uploads/{id}"), json!({}))
        .await;
    assert_eq!(now["expiry_time"], Value::Null);
}

#[tokio::test]
async fn an_address_ends_and_cannot_be_made_up() {
    let api = Api::start().await;
    let id = uploaded(&api, "a.pdf", "application/pdf", b"%PDF").await;
    let pdf = json!({"type": "pdf", "pdf": {"file_upload": {"id": id}}});
    let page = api
        .ok(
            "POST",
            "/v1/pages",
            json!({"parent": top(), "children": [pdf]}),
        )
        .await;
    let path = format!("/v1/blocks/{}/children", page["id"].as_str().unwrap());
    let url = |blocks: Value| {
        blocks["results"][0]["pdf"]["file"]["url"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let good = url(api.ok("GET", &path, json!({})).await);
    assert_eq!(api.fetch(&good).await.0, 200);
    let forged = good.replace("X-Amz-Expires=3600", "X-Amz-Expires=7200");
    assert_eq!(api.fetch(&forged).await.0, 403);
    api.control("config", json!({"file_life_seconds": 0})).await;
    let ended = url(api.ok("GET", &path, json!({})).await);
    let (status, _, body) = api.fetch(&ended).await;
    assert_eq!(status, 403);
    assert!(
        String::from_utf8(body)
            .unwrap()
            .contains("Request has expired")
    );
    // The old one is as good as it was.
    assert_eq!(api.fetch(&good).await.0, 200);
}

#[tokio::test]
async fn a_large_file_comes_in_parts_in_any_order() {
    let api = Api::start().await;
    api.control(
        "config",
        json!({"max_file_upload_size_in_bytes": 50_000_000}),
    )
    .await;
    let body = json!({"mode": "multi_part", "filename": "x.mp4", "number_of_parts": 2});
    let made = create(&api, body).await;
    let id = made["id"].as_str().unwrap();
    assert_eq!(made["content_type"], "application/mp4");
    assert_eq!(made["number_of_parts"], json!({"total": 2, "sent": 0}));
    let complete = format!("/v1/file_uploads/{id}/complete");
    let (status, _) = api.fails("POST", &complete, json!({})).await;
    assert_eq!(status, 400);
    let first = vec![b'a'; 5 * 1024 * 1024];
    let part = |number: &str, bytes: &[u8]| {
        form(
            &[("part_number", number)],
            Some(("x", "application/octet-stream", bytes)),
        )
    };
    let (status, sent) = send(&api, id, part("2", b"end")).await;
    assert_eq!(status, 200, "{sent}");
    assert_eq!(sent["status"], "pending");
    assert_eq!(sent["number_of_parts"]["sent"], 1);
    assert!(sent["complete_url"].is_string());
    assert_eq!(send(&api, id, part("1", b"too short")).await.0, 400);
    assert_eq!(send(&api, id, part("3", b"x")).await.0, 400);
    assert_eq!(
        send(&api, id, form(&[], Some(("x", "video/mp4", b"x"))))
            .await
            .0,
        400
    );
    assert_eq!(send(&api, id, part("1", &first)).await.0, 200);
    let done = api.ok("POST", &complete, json!({})).await;
    assert_eq!(done["status"], "uploaded");
    assert_eq!(done["content_length"], first.len() + 3);
    assert!(done.get("complete_url").is_none());
    let video = json!({"type": "video", "video": {"file_upload": {"id": id}}});
    let page = api
        .ok(
            "POST",
            "/v1/pages",
            json!({"parent": top(), "children": [video]}),
        )
        .await;
    let path = format!("/v1/blocks/{}/children", page["id"].as_str().unwrap());
    let blocks = api.ok("GET", &path, json!({})).await;
    let url = blocks["results"][0]["video"]["file"]["url"]
        .as_str()
        .unwrap();
    let (_, _, bytes) = api.fetch(url).await;
    assert_eq!(bytes.len(), first.len() + 3);
    assert!(bytes.ends_with(b"aend"));
}

#[tokio::test]
async fn wrong_uploads_are_refused() {
    let api = Api::start().await;
    let wrong = [
        json!({"mode": "two_parts"}),
        json!({"mode": "multi_part", "filename": "a.pdf"}),
        json!({"mode": "multi_part", "number_of_parts": 2}),
        json!({"mode": "multi_part", "filename": "a.pdf", "number_of_parts": 0}),
        json!({"filename": "a.exe"}),
        json!({"filename": format!("{}.png", "x".repeat(897))}),
        json!({"content_type": "application/x-msdownload"}),
        json!({"mode": "external_url", "filename": "a.pdf"}),
        json!({"name": "a.pdf"}),
    ];
    for body in wrong {
        let (status, message) = api.fails("POST", "/v1/file_uploads", body.clone()).await;
        assert_eq!(status, 400, "{body}: {message}");
    }
    let (_, message) = api
        .fails(
            "POST",
            "/v1/file_uploads",
            json!({"mode": "external_url", "filename": "a.pdf", "external_url": "https://nowhere"}),
        )
        .await;
    assert_eq!(
        message,
        "validation_error: Failed to fetch the headers of the external URL. Ensure it's a valid, \
         publicly accessible URL and try again."
    );
    let big = create(&api, json!({"filename": "a.txt"})).await;
    let id = big["id"].as_str().unwrap();
    let bytes = vec![b'x'; 5 * 1024 * 1024 + 1];
    let (status, _) = send(&api, id, form(&[], Some(("a.txt", "text/plain", &bytes)))).await;
    assert_eq!(status, 400);
    let (status, _) = send(&api, id, form(&[], Some(("a.txt", "image/png", b"x")))).await;
    assert_eq!(status, 400);
    let (status, _) = send(&api, id, form(&[], None)).await;
    assert_eq!(status, 400);
    // Nothing was sent yet: it cannot be attached.
    let image = json!({"type": "image", "image": {"file_upload": {"id": id}}});
    let body = json!({"parent": top(), "children": [image]});
    let (status, message) = api.fails("POST", "/v1/pages", body).await;
    assert_eq!(status, 400, "{message}");
    assert!(message.contains("pending"));
    // Another connection does not see it.
    let other = api.with(api.internal());
    let (status, _) = other
        .fails("GET", &format!("/v1/file_uploads/{id}"), json!({}))
        .await;
    assert_eq!(status, 404);
    assert_eq!(
        other.ok("GET", "/v1/file_uploads", json!({})).await["results"],
        json!([])
    );
}

#[tokio::test]
async fn what_nobody_attaches_expires() {
    let api = Api::start().await;
    let id = uploaded(&api, "a.txt", "text/plain", b"x").await;
    api.control("config", json!({"upload_life_seconds": 0}))
        .await;
    let late = create(&api, json!({"filename": "b.txt"})).await;
    assert_eq!(late["status"], "expired");
    let list = api
        .ok("GET", "/v1/file_uploads?status=expired", json!({}))
        .await;
    assert_eq!(list["results"].as_array().unwrap().len(), 1);
    assert_eq!(list["results"][0]["expiry_time"], Value::Null);
    let list = api
        .ok("GET", "/v1/file_uploads?status=uploaded", json!({}))
        .await;
    assert_eq!(list["results"][0]["id"], json!(id));
    let (status, _) = send(
        &api,
        late["id"].as_str().unwrap(),
        form(&[], Some(("b.txt", "text/plain", b"x"))),
    )
    .await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn a_file_of_another_address_is_fetched() {
    let api = Api::start().await;
    api.control(
        "config",
        json!({"external_files": {"https://example.org/a.txt": "hello"}}),
    )
    .await;
    let body = json!({"mode": "external_url", "filename": "a.txt",
                      "external_url": "https://example.org/a.txt"});
    let made = create(&api, body).await;
    assert_eq!(made["status"], "pending");
    let path = format!("/v1/file_uploads/{}", made["id"].as_str().unwrap());
    let now = api.ok("GET", &path, json!({})).await;
    assert_eq!(now["status"], "uploaded");
    assert_eq!(now["content_length"], 5);
    assert_eq!(now["file_import_result"]["type"], "success");
}

#[tokio::test]
async fn a_file_that_does_not_come_has_failed() {
    let api = Api::start().await;
    let files = json!({"https://example.org/gone.txt": null,
                       "https://example.org/large.txt": "x".repeat(100)});
    let config = json!({"external_files": files, "max_file_upload_size_in_bytes": 99});
    api.control("config", config).await;
    for (name, kind) in [
        ("gone.txt", "download_error"),
        ("large.txt", "validation_error"),
    ] {
        let body = json!({"mode": "external_url", "filename": name,
                          "external_url": format!("https://example.org/{name}")});
        let made = create(&api, body).await;
        assert_eq!(made["status"], "pending");
        let path = format!("/v1/file_uploads/{}", made["id"].as_str().unwrap());
        let now = api.ok("GET", &path, json!({})).await;
        assert_eq!(now["status"], "failed");
        assert_eq!(now["content_length"], Value::Null);
        assert_eq!(now["file_import_result"]["type"], "error");
        assert_eq!(now["file_import_result"]["error"]["type"], kind);
        let image = json!({"type": "image", "image": {"type": "file_upload",
                                                      "file_upload": {"id": made["id"]}}});
        let page = api.page("P").await;
        let path = format!("/v1/blocks/{page}/children");
        let (status, _) = api
            .fails("PATCH", &path, json!({"children": [image]}))
            .await;
        assert_eq!(status, 400);
    }
    let failed = api.ok("GET", "/v1/file_uploads?status=failed", json!({}));
    assert_eq!(failed.await["results"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn parts_are_for_those_who_pay() {
    let api = Api::start().await;
    let body = json!({"mode": "multi_part", "filename": "x.mp4", "number_of_parts": 2});
    let refused = api.fails("POST", "/v1/file_uploads", body.clone()).await;
    assert_eq!(refused.0, 400);
    let paid = json!({"max_file_upload_size_in_bytes": 5_368_709_120_u64});
    api.control("config", paid).await;
    create(&api, body).await;
}
