//! Everything is done once with marked secrets while every crate traces: no log line, no error and
//! no `Debug` may show one.
//!
//! The test's own ends of the connections are bare sockets, so that what is logged is the broker's.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};

use octavo_broker::{Broker, Config, StateKeys};
use serde_json::Value;
use support::{CHALLENGE, Link, VERIFIER, parameter};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tracing_subscriber::fmt::MakeWriter;
use url::Url;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Reads a request or a response to the end of its body.
async fn whole(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.unwrap();
        text.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            assert!(read > 0, "cut: {text}");
            continue;
        };
        let length = head.to_lowercase();
        let length = length.split("content-length: ").nth(1);
        let length = length.and_then(|rest| rest.lines().next()?.parse().ok());
        if read == 0 || body.len() >= length.unwrap_or(0) {
            return text;
        }
    }
}

/// A Notion that gives each answer once and keeps what it was asked.
async fn notion(answers: Vec<String>) -> (Url, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let mut asked = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            asked.push(whole(&mut stream).await);
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        asked
    });
    (url.parse().unwrap(), task)
}

fn answer(status: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

async fn ask(broker: &octavo_broker::Running, first: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(broker.address()).await.unwrap();
    let length = body.len();
    let head = "host: localhost\r\ncontent-type: application/json";
    let request = format!("{first} HTTP/1.1\r\n{head}\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
    whole(&mut stream).await
}

fn answers() -> Vec<String> {
    let tokens = r#"{"access_token":"ntn_MARKED","refresh_token":"nrt_MARKED"}"#;
    let echo = r#"{"error":"invalid_grant","error_description":"MARKED-old is no more"}"#;
    vec![
        answer("200 OK", tokens),
        answer("200 OK", tokens),
        answer("400 Bad Request", echo),
        answer(
            "401 Unauthorized",
            r#"{"error":"invalid_client","x":"MARKED"}"#,
        ),
        answer("500 Oh", "MARKED"),
        answer("200 OK", "<html>MARKED"),
        "HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"access_token\":\"MARKED".to_owned(),
        answer("200 OK", r#"{"request_id":"MARKED"}"#),
        answer("200 OK", r#"{"active":true,"scope":"MARKED"}"#),
    ]
}

/// A whole sign-in and everything else that carries a secret, well and badly.
async fn drive(broker: &octavo_broker::Running) {
    let start = format!("GET /start?challenge={CHALLENGE}&nonce=MARKED-nonce-0123456789&words=ABC");
    let sent = ask(broker, &start, "").await;
    let location = sent
        .split("location: ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap();
    let state = parameter(&Url::parse(location).unwrap(), "state");
    let page = ask(
        broker,
        &format!("GET /callback?code=MARKED-code&state={state}"),
        "",
    )
    .await;
    let link = Link::on(&page).unwrap();
    let body = support::exchange_body(&link.code, &link.state, VERIFIER).to_string();
    assert!(
        ask(broker, "POST /token", &body)
            .await
            .contains("ntn_MARKED")
    );
    let refresh = r#"{"grant_type":"refresh_token","refresh_token":"MARKED-old"}"#;
    for status in [200, 400, 401, 502, 502, 502] {
        let answer = ask(broker, "POST /token", refresh).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{answer}"
        );
        assert!(status == 200 || !answer.contains("MARKED"), "{answer}");
    }
    let token = r#"{"token":"MARKED-token"}"#;
    assert!(
        ask(broker, "POST /revoke", token)
            .await
            .contains("request_id")
    );
    assert!(
        ask(broker, "POST /introspect", token)
            .await
            .contains("active")
    );
}

/// Everything that is refused before Notion is asked.
async fn go_wrong(broker: &octavo_broker::Running) {
    for (first, body) in [
        ("POST /token", r#"{"grant_type":"MARKED"}"#),
        (
            "POST /token",
            r#"{"grant_type":"refresh_token","refresh_token":["MARKED"]}"#,
        ),
        ("POST /revoke", r#"{"token":"MARKED","token":"MARKED"}"#),
        ("GET /callback?code=MARKED&state=MARKED.MARKED", ""),
        ("GET /callback?error=MARKED&state=MARKED", ""),
        ("GET /start?nonce=MARKED&nonce=MARKED", ""),
        ("GET /MARKED?MARKED", ""),
        ("PUT /token?MARKED", "MARKED"),
    ] {
        let answer = ask(broker, first, body).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
        assert!(!answer.contains("MARKED"), "{answer}");
    }
}

#[tokio::test]
async fn nothing_secret_is_logged_at_any_level() {
    let log = Log::default();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .init();
    let (url, asked) = notion(answers()).await;
    let key = b"MARKED-state-key-0123456789-abcdef".to_vec();
    let keys = StateKeys::from_bytes([key]).unwrap();
    let config = Config::new("an-id", "MARKED-client-secret".into(), keys, url);
    assert!(!format!("{config:?}").contains("MARKED"), "{config:?}");
    let broker = Broker::start(config).await.unwrap();
    assert!(!format!("{broker:?}").contains("MARKED"));
    drive(&broker).await;
    go_wrong(&broker).await;
    broker.shutdown().await;

    let asked = asked.await.unwrap();
    let (head, body) = asked[0].split_once("\r\n\r\n").unwrap();
    let basic = head.split("Basic ").nth(1).unwrap().lines().next().unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["code"], "MARKED-code", "the sealed code was opened");

    let log = log.text();
    for expected in ["octavo_broker", "hyper", "Notion refuses this broker"] {
        assert!(log.contains(expected), "{expected} did not trace: {log}");
    }
    for secret in ["MARKED", basic, VERIFIER, CHALLENGE] {
        for line in log.lines() {
            assert!(!line.contains(secret), "{line}");
        }
    }
}
