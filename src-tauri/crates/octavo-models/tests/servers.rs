//! The client against servers of both styles, well and badly behaved, on this computer's own ports.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use octavo_models::{Answer, Ask, Endpoint, ModelError, Models, Patience, Style};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const KEY: &str = "sk-test-0123456789";

/// One request as a server saw it.
#[derive(Debug, Clone)]
struct Seen {
    path: String,
    key: Option<String>,
    body: Value,
}

/// What a server answers, one after the other; the last one for ever.
type Answers = Arc<Mutex<Vec<(u16, Vec<(&'static str, String)>, String)>>>;

#[derive(Clone, Default)]
struct Fake {
    answers: Answers,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Fake {
    fn then(self, status: u16, body: impl Into<String>) -> Self {
        self.with(status, Vec::new(), body)
    }

    fn with(
        self,
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: impl Into<String>,
    ) -> Self {
        let mut answers = self.answers.lock().unwrap();
        answers.push((status, headers, body.into()));
        drop(answers);
        self
    }

    async fn serve(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/v1", listener.local_addr().unwrap());
        let app = Router::new().fallback(handle).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        address
    }

    fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn handle(State(fake): State<Fake>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let header = |name: &str| {
        let value = parts.headers.get(name);
        value.map(|value| value.to_str().unwrap().to_owned())
    };
    let path = parts.uri.path().to_owned();
    let key = header("authorization").or_else(|| header("x-api-key"));
    let body = axum::body::to_bytes(body, 1 << 20).await;
    let body = serde_json::from_slice(&body.unwrap()).unwrap_or_default();
    fake.seen.lock().unwrap().push(Seen { path, key, body });
    let mut answers = fake.answers.lock().unwrap();
    let (status, headers, body) = if answers.len() > 1 {
        answers.remove(0)
    } else {
        answers.first().unwrap().clone()
    };
    let mut response = (StatusCode::from_u16(status).unwrap(), body).into_response();
    for (name, value) in headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

fn openai(words: &[&str], reason: &str) -> String {
    let mut out = String::new();
    for word in words {
        let event = json!({"choices": [{"delta": {"content": word}, "finish_reason": null}]});
        let _ = write!(out, "data: {event}\n\n");
    }
    let last = json!({"choices": [{"delta": {}, "finish_reason": reason}]});
    let usage = json!({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}});
    out + &format!("data: {last}\n\ndata: {usage}\n\ndata: [DONE]\n\n")
}

fn anthropic(words: &[&str], reason: &str) -> String {
    let start = json!({"type": "message_start", "message": {"usage": {"input_tokens": 7}}});
    let mut out = format!(
        "event: message_start\ndata: {start}\n\nevent: ping\ndata: {{\"type\": \"ping\"}}\n\n"
    );
    for word in words {
        let event =
            json!({"type": "content_block_delta", "delta": {"type": "text_delta", "text": word}});
        let _ = write!(out, "event: content_block_delta\ndata: {event}\n\n");
    }
    let delta = json!({"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 2}});
    out + &format!("data: {delta}\n\ndata: {{\"type\": \"message_stop\"}}\n\n")
}

fn question() -> Ask {
    Ask {
        system: "Be short.".into(),
        question: "What is it?".into(),
        schema: Some(json!({"type": "object"})),
        most_tokens: 100,
    }
}

async fn ask_at(
    address: &str,
    style: Style,
    patience: Patience,
) -> (Result<Answer, ModelError>, Vec<String>) {
    let key = Some(SecretString::from(KEY.to_owned()));
    let endpoint = Endpoint::new(style, address, "small", key).unwrap();
    let mut heard = Vec::new();
    let answer = Models::new(patience)
        .unwrap()
        .ask(
            &endpoint,
            &question(),
            &CancellationToken::new(),
            &mut |text| {
                heard.push(text.to_owned());
            },
        )
        .await;
    (answer, heard)
}

async fn ask(fake: &Fake, style: Style) -> (Result<Answer, ModelError>, Vec<String>) {
    ask_at(&fake.serve().await, style, Patience::default()).await
}

#[tokio::test]
async fn both_styles_are_asked_in_their_own_way_and_heard_as_they_speak() {
    let fake = Fake::default().then(200, openai(&["Hé", "llo"], "stop"));
    let (answer, heard) = ask(&fake, Style::OpenAi).await;
    let wanted = Answer {
        text: "Héllo".into(),
        at_limit: false,
        tokens_in: Some(7),
        tokens_out: Some(2),
    };
    assert_eq!(answer.unwrap(), wanted);
    assert_eq!(heard, ["Hé", "llo"]);
    let seen = fake.seen().remove(0);
    assert_eq!(seen.path, "/v1/chat/completions");
    assert_eq!(seen.key.as_deref(), Some("Bearer sk-test-0123456789"));
    assert_eq!(seen.body["messages"][1]["content"], "What is it?");
    assert_eq!(seen.body["max_tokens"], 100);
    assert_eq!(seen.body["response_format"]["type"], "json_schema");

    let fake = Fake::default().then(200, anthropic(&["Hé", "llo"], "end_turn"));
    let (answer, heard) = ask(&fake, Style::Anthropic).await;
    assert_eq!(answer.unwrap(), wanted);
    assert_eq!(heard, ["Hé", "llo"]);
    let seen = fake.seen().remove(0);
    assert_eq!(seen.path, "/v1/messages");
    assert_eq!(seen.key.as_deref(), Some(KEY));
    assert_eq!(seen.body["system"], "Be short.");
    assert_eq!(seen.body["max_tokens"], 100);
}

#[tokio::test]
async fn a_server_without_schemas_is_asked_again_without_one() {
    let fake = Fake::default()
        .then(
            400,
            json!({"error": {"message": "response_format is unknown"}}).to_string(),
        )
        .then(200, openai(&["{}"], "stop"));
    assert_eq!(ask(&fake, Style::OpenAi).await.0.unwrap().text, "{}");
    assert_eq!(fake.seen()[1].body.get("response_format"), None);
}

#[tokio::test]
async fn a_busy_server_is_asked_again_and_not_for_ever() {
    let soon = vec![("retry-after", "0".to_owned())];
    let fake = Fake::default()
        .with(429, soon.clone(), "{}")
        .with(529, soon.clone(), "{}")
        .then(200, anthropic(&["yes"], "end_turn"));
    assert_eq!(ask(&fake, Style::Anthropic).await.0.unwrap().text, "yes");
    assert_eq!(fake.seen().len(), 3);

    let fake = Fake::default().with(429, soon, "{}");
    let error = ask(&fake, Style::OpenAi).await.0.unwrap_err();
    assert!(matches!(error, ModelError::Busy { .. }), "{error}");
    assert_eq!(fake.seen().len(), 3);

    let late = vec![("retry-after", "3600".to_owned())];
    let fake = Fake::default().with(429, late, "{}");
    assert!(ask(&fake, Style::OpenAi).await.0.is_err());
    assert_eq!(fake.seen().len(), 1, "nobody waits an hour");
}

#[tokio::test]
async fn errors_are_sorted_and_never_show_the_key() {
    let quoting = json!({"error": {"message": format!("Incorrect API key: {KEY}")}}).to_string();
    for (status, body, wanted) in [
        (401, quoting.clone(), "refused the key"),
        (
            404,
            json!({"error": {"message": "no model small"}}).to_string(),
            "no model small",
        ),
        (422, quoting, "[key]"),
        (418, "<html>".to_owned(), "status 418"),
    ] {
        let fake = Fake::default().then(status, body);
        let error = ask(&fake, Style::Anthropic).await.0.unwrap_err();
        let words = format!("{error} {error:?}");
        assert!(words.contains(wanted), "{words}");
        assert!(!words.contains(KEY), "{words}");
        assert_eq!(fake.seen().len(), 1, "{status} is not asked again");
    }
}

#[tokio::test]
async fn what_is_no_whole_answer_is_none() {
    let declined = json!({"choices": [{"delta": {"refusal": "I cannot"}}]});
    for (style, body, wanted) in [
        (
            Style::OpenAi,
            "data: {\"choices\":[{\"delta\":{\"content\":\"ha\"}}]}\n\n".to_owned(),
            "Cut",
        ),
        (
            Style::Anthropic,
            anthropic(&["ha"], "end_turn").replace("message_stop", "x"),
            "Cut",
        ),
        (Style::OpenAi, format!("data: {declined}\n\n"), "Declined"),
        (Style::Anthropic, anthropic(&[], "refusal"), "Declined"),
        (Style::OpenAi, "<html>busy</html>".to_owned(), "Nonsense"),
        (Style::OpenAi, "data: {broken\n\n".to_owned(), "Nonsense"),
        (
            Style::Anthropic,
            "data: {\"type\":\"error\",\"error\":{\"message\":\"Overloaded\"}}\n\n".to_owned(),
            "Overloaded",
        ),
    ] {
        let error = ask(&Fake::default().then(200, body), style)
            .await
            .0
            .unwrap_err();
        assert!(format!("{error:?}").contains(wanted), "{error:?}");
    }
    let (answer, _) = ask(
        &Fake::default().then(200, openai(&["ha"], "length")),
        Style::OpenAi,
    )
    .await;
    assert!(answer.unwrap().at_limit);
}

#[tokio::test]
async fn an_answer_without_end_is_given_up() {
    let patience = Patience {
        most_bytes: 100,
        ..Patience::default()
    };
    let fake = Fake::default().then(200, openai(&["0123456789"; 60], "stop"));
    let (answer, _) = ask_at(&fake.serve().await, Style::OpenAi, patience).await;
    assert_eq!(answer, Err(ModelError::TooLong));
}

#[tokio::test]
async fn a_redirection_is_not_followed() {
    let elsewhere = Fake::default().then(200, openai(&["mine now"], "stop"));
    let there = elsewhere.serve().await;
    let fake = Fake::default().with(307, vec![("location", there)], "");
    assert!(ask(&fake, Style::OpenAi).await.0.is_err());
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn nobody_there_is_said_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let (answer, _) = ask_at(&address, Style::OpenAi, Patience::default()).await;
    assert!(
        matches!(answer, Err(ModelError::Unreachable { .. })),
        "{answer:?}"
    );
}

/// A server that says one word, and then nothing; tells when the client has gone away.
async fn silent() -> (String, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/v1", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut buffer = [0; 4096];
        let _request = stream.read(&mut buffer).await.unwrap();
        let word = "data: {\"choices\":[{\"delta\":{\"content\":\"well\"}}]}\n\n";
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        let chunk = format!("{head}{:x}\r\n{word}\r\n", word.len());
        stream.write_all(chunk.as_bytes()).await.unwrap();
        // Until the client is gone; what else it sends belongs to its one request.
        while matches!(stream.read(&mut buffer).await, Ok(count) if count > 0) {}
    });
    (address, serving)
}

#[tokio::test]
async fn silence_has_an_end() {
    let (address, _serving) = silent().await;
    let patience = Patience {
        silence: Duration::from_millis(200),
        ..Patience::default()
    };
    let (answer, heard) = ask_at(&address, Style::OpenAi, patience).await;
    assert_eq!(answer, Err(ModelError::TooSlow));
    assert_eq!(heard, ["well"]);
}

#[tokio::test]
async fn stopping_ends_the_connection_at_once() {
    let (address, serving) = silent().await;
    let endpoint = Endpoint::new(Style::OpenAi, &address, "small", None).unwrap();
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    let answer = Models::new(Patience::default())
        .unwrap()
        .ask(&endpoint, &question(), &stop, &mut |_| stopping.cancel())
        .await;
    assert_eq!(answer, Err(ModelError::Stopped));
    // The server sees it: nothing goes on being made, or paid for.
    serving.await.unwrap();
}

#[tokio::test]
async fn the_models_of_a_server_are_listed() {
    let list = json!({"data": [{"id": "small"}, {"id": "large"}, {"name": "odd"}]});
    let fake = Fake::default().then(200, list.to_string());
    let endpoint = Endpoint::new(Style::OpenAi, &fake.serve().await, "", None).unwrap();
    let models = Models::new(Patience::default()).unwrap();
    assert_eq!(models.list(&endpoint).await.unwrap(), ["small", "large"]);
    let seen = fake.seen().remove(0);
    assert_eq!((seen.path.as_str(), seen.key), ("/v1/models", None));
}
