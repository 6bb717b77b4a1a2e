//! Recorded answers of Notion, all of them, through the real client.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use notion_api::{
    ApiError, Block, Client, InsertPosition, MarkdownCommand, NewPage, Page, PageMarkdown,
    PageUpdate, Parent, RetryPolicy, SearchRequest,
};
use serde_json::Value;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::support::{config, fixtures, page_id};

pub(crate) struct Recording {
    pub(crate) name: String,
    pub(crate) route: String,
    pub(crate) status: u16,
    pub(crate) response: Value,
}

impl Recording {
    pub(crate) fn body(&self) -> &Value {
        self.response.get("body").unwrap()
    }

    pub(crate) fn text(&self, pointer: &str) -> Option<&str> {
        self.body().pointer(pointer)?.as_str()
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            found.push(path);
        }
    }
}

/// Whatever stands for an id becomes `{id}`.
fn route(request: &Value) -> String {
    let part = |key| request.get(key).and_then(Value::as_str).unwrap_or_default();
    let path: Vec<&str> = part("path")
        .split('/')
        .map(|piece| {
            if piece.len() >= 32 && !piece.contains('.') {
                "{id}"
            } else {
                piece
            }
        })
        .collect();
    format!("{} {}", part("method"), path.join("/"))
}

pub(crate) fn recordings(folder: &Path) -> Vec<Recording> {
    let mut paths = Vec::new();
    files(&folder.join("notion-recordings"), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .filter(|path| !path.ends_with("index.json"))
        .map(|path| {
            let mut pair: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let response = pair.get_mut("response").unwrap().take();
            Recording {
                name: path.display().to_string(),
                route: route(pair.get("request").unwrap()),
                status: response
                    .get("status")
                    .unwrap()
                    .as_u64()
                    .unwrap()
                    .try_into()
                    .unwrap(),
                response,
            }
        })
        .collect()
}

/// What the client made of an answer.
enum Read {
    Page(Page),
    Pages(Vec<Page>),
    Block(Block),
    Blocks(Vec<Block>),
    Markdown(PageMarkdown),
    Me(String),
}

/// Makes the call that the recording answers; `None` for routes of no interest.
async fn call(client: &Client, route: &str) -> Option<Result<Read, ApiError>> {
    let id = page_id();
    let insert = MarkdownCommand::InsertContent {
        content: String::new(),
        position: InsertPosition::End,
    };
    Some(match route {
        "GET /v1/users/me" => client.me().await.map(|me| Read::Me(me.bot_id)),
        "POST /v1/search" => client
            .search(&SearchRequest::default())
            .await
            .map(|list| Read::Pages(list.results)),
        "POST /v1/pages" => client
            .create_page(&NewPage::new(Parent::Workspace, ""))
            .await
            .map(Read::Page),
        "GET /v1/pages/{id}" => client.page(&id).await.map(Read::Page),
        "PATCH /v1/pages/{id}" => client
            .update_page(&id, &PageUpdate::default())
            .await
            .map(Read::Page),
        "POST /v1/pages/{id}/move" => client
            .move_page(&id, &Parent::Page(id))
            .await
            .map(Read::Page),
        "GET /v1/pages/{id}/markdown" => client.markdown(&id).await.map(Read::Markdown),
        "PATCH /v1/pages/{id}/markdown" => client
            .update_markdown(&id, &insert)
            .await
            .map(Read::Markdown),
        "GET /v1/blocks/{id}" => client.block(&id).await.map(Read::Block),
        "PATCH /v1/blocks/{id}" => client
            .update_block(&id, &Value::Null)
            .await
            .map(Read::Block),
        "DELETE /v1/blocks/{id}" => client.delete_block(&id).await.map(Read::Block),
        "GET /v1/blocks/{id}/children" => client
            .children(&id, None, 100)
            .await
            .map(|list| Read::Blocks(list.results)),
        "PATCH /v1/blocks/{id}/children" => client
            .append_children(&id, &[], None)
            .await
            .map(|list| Read::Blocks(list.results)),
        _ => return None,
    })
}

/// A server that answers what the slot holds, and a client that asks once.
pub(crate) async fn replay() -> (MockServer, Arc<Mutex<ResponseTemplate>>, Client) {
    let server = MockServer::start().await;
    let slot = Arc::new(Mutex::new(ResponseTemplate::new(500)));
    let answer = Arc::clone(&slot);
    Mock::given(any())
        .respond_with(move |_: &Request| answer.lock().unwrap().clone())
        .mount(&server)
        .await;
    let mut config = config(&server.uri());
    config.retry = RetryPolicy {
        attempts: 1,
        throttles: 0,
        ..config.retry
    };
    // What is tested here is reading, and it must not be throttled.
    config.budget = notion_api::Budget::new(100_000, std::time::Duration::from_secs(1));
    (server, slot, Client::new(config).unwrap())
}

pub(crate) fn template(recording: &Recording) -> ResponseTemplate {
    let template = ResponseTemplate::new(recording.status);
    let template = match recording.response.pointer("/headers/x-notion-request-id") {
        Some(Value::String(id)) => template.insert_header("x-notion-request-id", id.as_str()),
        _ => template,
    };
    match recording.body() {
        Value::Null => template.set_body_raw("<html></html>", "text/html"),
        body => template.set_body_json(body),
    }
}

fn check(recording: &Recording, read: Read) {
    let name = &recording.name;
    match read {
        Read::Me(id) => assert_eq!(Some(id.as_str()), recording.text("/id"), "{name}"),
        Read::Page(page) => check_page(name, &page, recording.body()),
        Read::Block(block) => check_block(name, &block, recording.body()),
        Read::Markdown(content) => {
            assert_eq!(
                Some(content.markdown.as_str()),
                recording.text("/markdown"),
                "{name}"
            );
        }
        Read::Pages(pages) => {
            let sent = recording.body().get("results").unwrap().as_array().unwrap();
            let sent: Vec<&Value> = sent
                .iter()
                .filter(|item| item.get("object").unwrap() == "page")
                .collect();
            assert_eq!(pages.len(), sent.len(), "{name}");
            pages
                .iter()
                .zip(sent)
                .for_each(|(page, sent)| check_page(name, page, sent));
        }
        Read::Blocks(blocks) => {
            let sent = recording.body().get("results").unwrap().as_array().unwrap();
            assert_eq!(blocks.len(), sent.len(), "{name}");
            blocks
                .iter()
                .zip(sent)
                .for_each(|(block, sent)| check_block(name, block, sent));
        }
    }
}

fn check_page(name: &str, page: &Page, sent: &Value) {
    let text = |key: &str| sent.get(key).and_then(Value::as_str);
    assert_eq!(Some(page.id.to_string().as_str()), text("id"), "{name}");
    assert!(
        page.created_time > 0 && page.last_edited_time >= page.created_time,
        "{name}"
    );
    assert!(
        page.created_by.is_some() && page.last_edited_by.is_some(),
        "{name}"
    );
    assert_eq!(page.url.as_deref(), text("url"), "{name}");
    let trashed = sent
        .get("in_trash")
        .or(sent.get("archived"))
        .and_then(Value::as_bool);
    assert_eq!(Some(page.in_trash), trashed, "{name}");
    let mut titles = sent
        .get("properties")
        .unwrap()
        .as_object()
        .unwrap()
        .values();
    let title = titles
        .find_map(|property| property.get("title")?.as_array())
        .unwrap();
    let title: String = title
        .iter()
        .filter_map(|item| item.get("plain_text")?.as_str())
        .collect();
    assert_eq!(page.title, title, "{name}");
    let parent = sent
        .pointer("/parent/type")
        .and_then(Value::as_str)
        .unwrap();
    let read = match &page.parent {
        Parent::Workspace => "workspace",
        Parent::Page(_) => "page_id",
        Parent::Block(_) => "block_id",
        Parent::DataSource(_) => "data_source_id",
        Parent::Database(_) => "database_id",
        Parent::Other(kind) => kind,
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!(read, parent, "{name}");
    assert!(matches!(
        read,
        "workspace" | "page_id" | "block_id" | "data_source_id" | "database_id"
    ));
}

fn check_block(name: &str, block: &Block, sent: &Value) {
    let text = |pointer: &str| sent.pointer(pointer).and_then(Value::as_str);
    assert_eq!(Some(block.id.to_string().as_str()), text("/id"), "{name}");
    assert_eq!(Some(block.kind.as_str()), text("/type"), "{name}");
    assert_eq!(
        block.child_page_title.as_deref(),
        text("/child_page/title"),
        "{name}"
    );
    assert!(
        block.created_time > 0 && block.last_edited_time > 0,
        "{name}"
    );
    assert_eq!(
        Some(block.has_children),
        sent.get("has_children").and_then(Value::as_bool),
        "{name}"
    );
}

/// Reads every recorded success that `call` knows how to ask for, hands what came of it to `check`,
/// and counts by route.
pub(crate) async fn through<T>(
    call: impl AsyncFn(&Client, &str) -> Option<Result<T, ApiError>>,
    check: impl Fn(&Recording, T),
) -> Option<BTreeMap<String, usize>> {
    let folder = fixtures()?;
    let (_server, slot, client) = replay().await;
    let mut read: BTreeMap<String, usize> = BTreeMap::new();
    for recording in recordings(&folder)
        .iter()
        .filter(|recording| recording.status == 200)
    {
        *slot.lock().unwrap() = template(recording);
        let Some(result) = call(&client, &recording.route).await else {
            continue;
        };
        let answer = result.unwrap_or_else(|error| panic!("{}: {error:?}", recording.name));
        check(recording, answer);
        *read.entry(recording.route.clone()).or_default() += 1;
    }
    println!("{read:#?}");
    Some(read)
}

#[tokio::test]
async fn every_recorded_success_is_understood() {
    let Some(read) = through(call, check).await else {
        return;
    };
    assert!(read.len() >= 12, "{read:?}");
    assert!(read.values().sum::<usize>() > 1000, "{read:?}");
}

#[tokio::test]
async fn every_recorded_error_is_sorted() {
    let Some(folder) = fixtures() else { return };
    let (_server, slot, client) = replay().await;
    let mut sorted = 0;
    for recording in recordings(&folder)
        .iter()
        .filter(|recording| recording.status >= 400)
    {
        *slot.lock().unwrap() = template(recording);
        let error = client.page(&page_id()).await.unwrap_err();
        let fits = match (&error, recording.status) {
            (ApiError::Validation { code, field, .. }, 400) => {
                // A sentence about the schema names the part at fault.
                let named = recording
                    .text("/message")
                    .is_some_and(|message| message.starts_with("body failed validation"));
                assert!(!named || field.is_some(), "{}: {error:?}", recording.name);
                Some(code.as_str()) == recording.text("/code")
            }
            (ApiError::Unauthorized { .. }, 401)
            | (ApiError::NotFound { .. }, 404)
            | (ApiError::Conflict { .. }, 409)
            // A pause after 429 is over in milliseconds; the next recording waits for it.
            | (ApiError::RateLimited { .. }, 429)
            | (ApiError::Unavailable { .. }, 502) => true,
            _ => false,
        };
        assert!(fits, "{}: {error:?}", recording.name);
        if let ApiError::Validation { message, .. }
        | ApiError::NotFound { message, .. }
        | ApiError::Unauthorized { message, .. } = &error
        {
            assert_eq!(
                Some(message.replace('\n', " ")),
                recording.text("/message").map(|m| m.replace('\n', " ")),
                "{}",
                recording.name
            );
        }
        sorted += 1;
    }
    assert!(sorted >= 40, "{sorted}");
}
