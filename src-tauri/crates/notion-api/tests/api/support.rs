//! What the tests share: clients that do not wait long, and a server that breaks off at will.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use notion_api::{Client, ClientConfig, PageId, RetryPolicy};
use secrecy::SecretString;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

pub(crate) const TOKEN: &str = "ntn_a-token-nobody-may-see-4711";
pub(crate) const PAGE: &str = "59833787-2cf9-4fdf-8782-e53db20768a5";
pub(crate) const OTHER: &str = "0b1c2d3e-4f50-4161-8728-394a5b6c7d8e";

pub(crate) fn page_id() -> PageId {
    PAGE.parse().unwrap()
}

pub(crate) fn other_id() -> PageId {
    OTHER.parse().unwrap()
}

/// A configuration whose pauses are over in no time.
pub(crate) fn config(url: &str) -> ClientConfig {
    let mut config = ClientConfig::new(url.parse().unwrap(), SecretString::from(TOKEN));
    config.retry = RetryPolicy {
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(2),
        ..RetryPolicy::default()
    };
    config
}

pub(crate) fn client(server: &MockServer) -> Client {
    Client::new(config(&server.uri())).unwrap()
}

/// A client for a paused clock: no time limits, usual pauses.
pub(crate) fn patient_client(server: &MockServer) -> Client {
    let mut config = config(&server.uri());
    config.timeout = Duration::MAX;
    config.connect_timeout = Duration::MAX;
    config.body_timeout = Duration::MAX;
    config.retry = RetryPolicy::default();
    Client::new(config).unwrap()
}

pub(crate) fn page_json(id: &str) -> Value {
    serde_json::json!({
        "object": "page", "id": id,
        "created_time": "2026-09-01T10:00:00.000Z", "last_edited_time": "2026-09-01T10:05:00.000Z",
        "parent": {"type": "workspace", "workspace": true}, "in_trash": false,
        "properties": {"title": {"id": "title", "type": "title", "title": []}},
    })
}

pub(crate) fn ok_page() -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(page_json(PAGE))
}

/// An error as Notion words it.
/// A server that answers everything alike.
pub(crate) async fn answering(template: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(template)
        .mount(&server)
        .await;
    server
}

/// A server that answers everything with one object.
pub(crate) async fn answering_with(answer: Value) -> MockServer {
    answering(ResponseTemplate::new(200).set_body_json(answer)).await
}

pub(crate) fn refusal(status: u16, code: &str, message: &str) -> ResponseTemplate {
    ResponseTemplate::new(status)
        .insert_header(
            "x-notion-request-id",
            "11111111-2222-4333-8444-555555555555",
        )
        .set_body_json(serde_json::json!({
            "object": "error", "status": status, "code": code, "message": message,
            "request_id": "11111111-2222-4333-8444-555555555555",
        }))
}

/// What a [`Breaker`] does with a connection after it has read the request.
#[derive(Clone)]
pub(crate) enum Break {
    /// Closes it.
    Cut,
    /// Says this, then closes it.
    Say(String),
    /// Says this, then a blank now and then, forever.
    Drip(String),
    /// Keeps it open in silence.
    Silence,
}

/// A server that treats the n-th request as the n-th item of its script says, then as the last.
pub(crate) struct Breaker {
    pub(crate) url: String,
    requests: Arc<AtomicUsize>,
}

impl Breaker {
    pub(crate) async fn start(script: Vec<Break>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                if !read_request(&mut stream).await {
                    continue;
                }
                let number = counter.fetch_add(1, Ordering::SeqCst);
                match script.get(number).or(script.last()).unwrap() {
                    Break::Cut => {}
                    Break::Say(words) => stream.write_all(words.as_bytes()).await.unwrap(),
                    Break::Drip(words) => drop(tokio::spawn(drip(stream, words.clone()))),
                    Break::Silence => open.push(stream),
                }
            }
        });
        Self { url, requests }
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

async fn drip(mut stream: TcpStream, words: String) {
    let mut said = stream.write_all(words.as_bytes()).await;
    // Until the other side has had enough.
    while said.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
        said = stream.write_all(b" ").await;
    }
}

/// Reads a whole request, so that closing the connection afterwards is a clean end.
pub(crate) async fn read_request(stream: &mut TcpStream) -> bool {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if let Some(end) = text.find("\r\n\r\n") {
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.trim().parse::<usize>().unwrap());
            if bytes.len() >= end + 4 + length {
                return true;
            }
        }
        match stream.read_buf(&mut bytes).await {
            Ok(0) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// A response as it goes over the wire.
pub(crate) fn raw(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    )
}

/// Where the recorded Notion traffic lies, if it is here.
pub(crate) fn fixtures() -> Option<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../shared/fixtures");
    let folder = std::env::var_os("OCTAVO_FIXTURES").map_or_else(|| default.into(), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    println!(
        "skipped: no fixtures at {} (set OCTAVO_FIXTURES)",
        folder.display()
    );
    None
}
