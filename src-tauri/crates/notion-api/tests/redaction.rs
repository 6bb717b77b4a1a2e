//! Neither the token nor content reaches `Debug`, `Display` or a log, at any level.
//!
//! A program of its own: whether a log line is of interest is remembered for the whole process, so
//! that tests running beside this one could hide lines from it.
#![cfg(test)]

#[path = "api/support.rs"]
#[expect(dead_code, reason = "the other tests use the rest")]
mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};

use notion_api::{
    ApiError, Client, CommentOn, CommentText, ContentUpdate, FilePart, MarkdownCommand,
    NewDatabase, NewPage, PageUpdate, Parent, Query, SearchRequest,
};
use serde_json::json;
use tracing_subscriber::fmt::format::FmtSpan;
use wiremock::matchers::{any, method};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{Break, Breaker, TOKEN, config, page_id, page_json, refusal};

const CONTENT: &str = "content-nobody-may-see";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn assert_clean(what: &str, text: &str) {
    assert!(!text.contains(TOKEN), "the token is in {what}: {text}");
    assert!(!text.contains(CONTENT), "content is in {what}: {text}");
}

/// A page whose title is content nobody may see.
fn page() -> serde_json::Value {
    let mut page = page_json(support::PAGE);
    let title = json!([{"plain_text": CONTENT}]);
    *page.pointer_mut("/properties/title/title").unwrap() = title;
    page
}

/// Everything with content in it that is sent.
fn requests() -> (NewPage, PageUpdate, MarkdownCommand, SearchRequest) {
    let content = || CONTENT.to_owned();
    let page = NewPage {
        markdown: Some(content()),
        ..NewPage::new(Parent::Page(page_id()), CONTENT)
    };
    let update = PageUpdate {
        title: Some(content()),
        ..PageUpdate::default()
    };
    let change = ContentUpdate {
        old_str: content(),
        new_str: content(),
        replace_all_matches: false,
    };
    let command = MarkdownCommand::UpdateContent {
        updates: vec![change],
        allow_deleting_content: false,
    };
    let search = SearchRequest {
        query: Some(content()),
        ..SearchRequest::default()
    };
    (page, update, command, search)
}

/// A server that fails once, answers reads with content and refuses the rest quoting the token.
async fn indiscreet() -> MockServer {
    let server = MockServer::start().await;
    let gets = || Mock::given(method("GET"));
    gets()
        .respond_with(ResponseTemplate::new(503))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    gets()
        .respond_with(ResponseTemplate::new(200).set_body_json(page()))
        .mount(&server)
        .await;
    let quoting = format!("The token {TOKEN} is\u{1b}[31m invalid.");
    Mock::given(any())
        .respond_with(refusal(401, TOKEN, &quoting))
        .mount(&server)
        .await;
    server
}

/// Files, comments and tables.
async fn the_other_routes(client: &Client) -> String {
    let id = page_id();
    let comment = CommentText::Plain(CONTENT.to_owned());
    let file = FilePart {
        content: CONTENT.as_bytes(),
        filename: CONTENT,
        content_type: "text/plain",
        part_number: None,
    };
    let query = Query {
        filter: Some(json!({"title": {"equals": CONTENT}})),
        ..Query::default()
    };
    let table = NewDatabase::new(Parent::Workspace, CONTENT);
    let refused = [
        client
            .create_comment(CommentOn::Page(id), &comment)
            .await
            .unwrap_err(),
        client.send_file(&id, file).await.unwrap_err(),
        client.query(&id, &query).await.unwrap_err(),
        client.create_database(&table).await.unwrap_err(),
    ];
    format!("{comment:?} {file:?} {query:?} {table:?} {refused:?}")
}

/// Reads, writes, a failure, a cut and a refusal, as they show themselves.
async fn one_of_everything() -> Vec<String> {
    let server = indiscreet().await;
    let client = Client::new(config(&server.uri())).unwrap();
    let id = page_id();
    let (new, update, command, search) = requests();

    let read = client.page(&id).await.unwrap();
    assert_eq!(read.title, CONTENT);
    let refused = [
        client.create_page(&new).await.unwrap_err(),
        client.update_page(&id, &update).await.unwrap_err(),
        client.update_markdown(&id, &command).await.unwrap_err(),
        client
            .append_children(&id, &[json!({"paragraph": CONTENT})], None)
            .await
            .unwrap_err(),
        client.search(&search).await.unwrap_err(),
    ];
    for error in &refused {
        let ApiError::Unauthorized { message, .. } = error else {
            panic!("{error:?}")
        };
        assert_eq!(message, "The token <redacted> is [31m invalid.");
    }
    let cut = Breaker::start(vec![Break::Cut]).await;
    let lost = Client::new(config(&cut.url))
        .unwrap()
        .create_page(&new)
        .await
        .unwrap_err();

    let mut shown = vec![
        the_other_routes(&client).await,
        format!(
            "{client:?} {:?} {:?}",
            config(&server.uri()),
            client.budget()
        ),
        format!("{read:?} {new:?} {update:?} {command:?} {search:?}"),
        format!("{lost:?} {lost}"),
    ];
    shown.extend(refused.iter().map(|error| format!("{error:?} {error}")));
    shown
}

#[test]
fn neither_token_nor_content_is_shown() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_span_events(FmtSpan::FULL)
        .with_writer(move || writer.clone())
        .finish();
    // The runtime is this thread, so that everything the client does is logged here.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let shown =
        tracing::subscriber::with_default(subscriber, || runtime.block_on(one_of_everything()));
    for text in shown {
        assert_clean("Debug or Display", &text);
    }
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_clean("the log", &logged);
    for said in [
        "route=\"/v1/pages/{id}/markdown\"",
        "method=\"PATCH\"",
        "status=401",
        "attempt=2",
        "wait_ms=",
        "request_id=\"11111111-2222-4333-8444-555555555555\"",
    ] {
        assert!(logged.contains(said), "{said} is missing in {logged}");
    }
}
