//! What goes over the wire for files.

use notion_api::{FilePart, NewFileUpload, UploadStatus};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::more_requests::sent;
use crate::support::{PAGE, answering_with, client, page_id, refusal};

fn parts(request: &Request) -> Vec<(String, Vec<u8>)> {
    let media_type = request
        .headers
        .get("content-type")
        .unwrap()
        .to_str()
        .unwrap();
    let boundary = media_type
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    let text = String::from_utf8(request.body.clone()).unwrap();
    let mut parts: Vec<&str> = text.split(&format!("--{boundary}")).collect();
    assert_eq!((parts.remove(0), parts.pop()), ("", Some("--\r\n")));
    parts
        .into_iter()
        .map(|part| {
            let (head, content) = part.split_once("\r\n\r\n").unwrap();
            let content = content.strip_suffix("\r\n").unwrap();
            (head.trim().to_owned(), content.as_bytes().to_vec())
        })
        .collect()
}

#[tokio::test]
async fn a_file_is_sent_as_a_form() {
    let upload = json!({"object": "file_upload", "id": PAGE, "status": "uploaded"});
    let server = answering_with(upload).await;
    let part = FilePart {
        content: "two\r\nlines".as_bytes(),
        filename: "a\"b\r\nc.txt",
        content_type: "text/plain\r\nx: y",
        part_number: Some(2),
    };
    let sent = client(&server).send_file(&page_id(), part).await.unwrap();
    assert_eq!(sent.status, UploadStatus::Uploaded);
    let request = server.received_requests().await.unwrap().pop().unwrap();
    let file = "content-disposition: form-data; name=\"file\"; filename=\"a%22b%0D%0Ac.txt\"\r\n\
                content-type: text/plainx: y";
    assert_eq!(
        parts(&request),
        [
            (
                "content-disposition: form-data; name=\"part_number\"".to_owned(),
                b"2".to_vec()
            ),
            (file.to_owned(), b"two\r\nlines".to_vec()),
        ]
    );
}

#[tokio::test]
async fn a_long_file_goes_in_parts() {
    let upload = json!({"object": "file_upload", "id": PAGE, "status": "pending"});
    let server = answering_with(upload).await;
    let content = vec![b'x'; 21 * 1024 * 1024];
    client(&server)
        .upload("a.bin", "application/octet-stream", &content)
        .await
        .unwrap();
    let requests = server.received_requests().await.unwrap();
    let paths: Vec<_> = requests.iter().map(|one| one.url.path()).collect();
    let send = format!("/v1/file_uploads/{PAGE}/send");
    let complete = format!("/v1/file_uploads/{PAGE}/complete");
    assert_eq!(paths, ["/v1/file_uploads", &send, &send, &send, &complete]);
    let announced: Value = requests.first().unwrap().body_json().unwrap();
    assert_eq!(
        announced,
        json!({"mode": "multi_part", "filename": "a.bin", "number_of_parts": 3,
            "content_type": "application/octet-stream"})
    );
    let lengths: Vec<_> = requests
        .iter()
        .filter(|one| one.url.path() == send)
        .map(|one| parts(one).pop().unwrap().1.len())
        .collect();
    assert_eq!(lengths.iter().sum::<usize>(), content.len());
    assert!(
        lengths
            .iter()
            .rev()
            .skip(1)
            .all(|length| *length >= 5 * 1024 * 1024)
    );
}

#[tokio::test]
async fn a_file_that_arrived_is_not_sent_in_vain() {
    let upload = json!({"object": "file_upload", "id": PAGE, "status": "uploaded"});
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(refusal(504, "gateway_timeout", "Late."))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .respond_with(refusal(400, "validation_error", "It is uploaded already."))
        .mount(&server)
        .await;
    Mock::given(path(format!("/v1/file_uploads/{PAGE}")))
        .respond_with(ResponseTemplate::new(200).set_body_json(upload))
        .mount(&server)
        .await;
    let part = FilePart {
        content: b"x",
        filename: "a.txt",
        content_type: "text/plain",
        part_number: None,
    };
    let sent = client(&server).send_file(&page_id(), part).await.unwrap();
    assert_eq!(sent.status, UploadStatus::Uploaded);
}

#[tokio::test]
async fn notion_can_fetch_a_file() {
    let upload = json!({"object": "file_upload", "id": PAGE, "status": "a_new_one"});
    let server = answering_with(upload).await;
    let new = NewFileUpload::ExternalUrl {
        url: "https://example.org/a.png".to_owned(),
        filename: "a.png".to_owned(),
    };
    let upload = client(&server).create_file_upload(&new).await.unwrap();
    assert_eq!(upload.status, UploadStatus::Other("a_new_one".to_owned()));
    let body = json!({"mode": "external_url", "external_url": "https://example.org/a.png",
        "filename": "a.png"});
    assert_eq!(sent(&server).await.1, body);
}
