//! Recorded answers of the routes that the app itself hardly uses.

use notion_api::{
    ApiError, Client, CommentOn, CommentText, DataSourceUpdate, DatabaseUpdate, FilePart,
    NewDataSource, NewDatabase, NewFileUpload, Parent, PropertyValue, Query, SearchKind,
    SearchRequest, Started, TaskState,
};
use serde_json::{Map, Value};

use crate::recordings::{Recording, recordings, replay, template, through};
use crate::support::{fixtures, page_id};

/// The ids a call yielded, in order; nothing if what it yields has none.
type Ids = Option<Vec<String>>;

#[expect(clippy::unnecessary_wraps, reason = "what the callers hand on")]
fn one<T: std::fmt::Display>(id: T) -> Ids {
    Some(vec![format!("{id}")])
}

async fn call(client: &Client, route: &str) -> Option<Result<Ids, ApiError>> {
    let route = route.strip_suffix('/').unwrap_or(route);
    if let Some(read) = call_tables(client, route).await {
        return Some(read);
    }
    if let Some(read) = call_files(client, route).await {
        return Some(read);
    }
    if let Some(read) = call_people(client, route).await {
        return Some(read);
    }
    let id = page_id();
    Some(match route {
        "POST /v1/search" => {
            let everything = SearchRequest {
                kind: SearchKind::Everything,
                ..SearchRequest::default()
            };
            client.find(&everything).await.map(|list| {
                assert!(list.others.iter().all(|item| item["object"] == "database"));
                None
            })
        }
        "GET /v1/async_tasks/{id}" => client.task("task_1").await.map(|task| {
            assert!(matches!(task.state, TaskState::Succeeded(_)), "{task:?}");
            one(task.id)
        }),
        _ if route.starts_with("GET /v1/pages/{id}/properties/") => {
            client.property(&id, "title", None).await.map(|value| {
                if let PropertyValue::Many(list) = &value {
                    assert_eq!(list.others, Vec::<Value>::new());
                }
                None
            })
        }
        _ => return None,
    })
}

async fn call_people(client: &Client, route: &str) -> Option<Result<Ids, ApiError>> {
    let id = page_id();
    let text = CommentText::Plain(String::new());
    Some(match route {
        "GET /v1/users" => client.users(None).await.map(|list| {
            assert_eq!(list.others, Vec::<Value>::new());
            Some(
                list.results
                    .iter()
                    .map(|user| user.id.to_string())
                    .collect(),
            )
        }),
        "GET /v1/users/{id}" => client.user(&id).await.map(|user| one(user.id)),
        "GET /v1/comments" => client.comments(&id, None).await.map(|list| {
            Some(
                list.results
                    .iter()
                    .map(|comment| comment.id.to_string())
                    .collect(),
            )
        }),
        "POST /v1/comments" => client
            .create_comment(CommentOn::Page(id), &text)
            .await
            .map(|comment| one(comment.id)),
        "GET /v1/comments/{id}" => client.comment(&id).await.map(|comment| one(comment.id)),
        "PATCH /v1/comments/{id}" => client
            .update_comment(&id, &text)
            .await
            .map(|comment| one(comment.id)),
        "DELETE /v1/comments/{id}" => client
            .delete_comment(&id)
            .await
            .map(|comment| one(comment.id)),
        _ => return None,
    })
}

async fn call_tables(client: &Client, route: &str) -> Option<Result<Ids, ApiError>> {
    let id = page_id();
    Some(match route {
        "POST /v1/databases" => client
            .create_database(&NewDatabase::new(Parent::Page(id), ""))
            .await
            .map(|database| one(database.id)),
        "GET /v1/databases/{id}" => client.database(&id).await.map(|database| one(database.id)),
        "PATCH /v1/databases/{id}" => client
            .update_database(&id, &DatabaseUpdate::default())
            .await
            .map(|database| one(database.id)),
        "POST /v1/data_sources" => {
            let source = NewDataSource {
                database: id,
                title: String::new(),
                properties: Map::new(),
                icon: None,
            };
            client
                .create_data_source(&source)
                .await
                .map(|source| one(source.id))
        }
        "GET /v1/data_sources/{id}" => client.data_source(&id).await.map(|source| {
            assert!(!source.properties.is_empty());
            one(source.id)
        }),
        "PATCH /v1/data_sources/{id}" => client
            .update_data_source(&id, &DataSourceUpdate::default())
            .await
            .map(|source| one(source.id)),
        "POST /v1/data_sources/{id}/query" | "POST /v1/databases/{id}/query" => {
            client.query(&id, &Query::default()).await.map(|list| {
                assert_eq!(list.others, Vec::<Value>::new());
                Some(
                    list.results
                        .iter()
                        .map(|row| row.id().to_string())
                        .collect(),
                )
            })
        }
        "GET /v1/data_sources/{id}/templates" => client.templates(&id, None).await.map(|list| {
            assert_eq!(list.others, Vec::<Value>::new());
            None
        }),
        _ => return None,
    })
}

async fn call_files(client: &Client, route: &str) -> Option<Result<Ids, ApiError>> {
    let id = page_id();
    let part = FilePart {
        content: b"content",
        filename: "a.txt",
        content_type: "text/plain",
        part_number: None,
    };
    let new = NewFileUpload::SinglePart {
        filename: "a.txt".to_owned(),
        content_type: "text/plain".to_owned(),
    };
    Some(match route {
        "POST /v1/file_uploads" => client
            .create_file_upload(&new)
            .await
            .map(|file| one(file.id)),
        "GET /v1/file_uploads" => client.file_uploads(None, None).await.map(|list| {
            Some(
                list.results
                    .iter()
                    .map(|file| file.id.to_string())
                    .collect(),
            )
        }),
        "GET /v1/file_uploads/{id}" => client.file_upload(&id).await.map(|file| one(file.id)),
        "POST /v1/file_uploads/{id}/send" => {
            client.send_file(&id, part).await.map(|file| one(file.id))
        }
        "POST /v1/file_uploads/{id}/complete" => {
            client.complete_file_upload(&id).await.map(|file| {
                assert_eq!(file.parts, Some((2, 2)));
                one(file.id)
            })
        }
        _ => return None,
    })
}

fn sent_ids(recording: &Recording) -> Vec<String> {
    let id = |item: &Value| item["id"].as_str().unwrap().to_owned();
    match recording.body()["results"].as_array() {
        Some(items) => items.iter().map(id).collect(),
        None => vec![id(recording.body())],
    }
}

#[tokio::test]
async fn every_recorded_success_of_the_other_routes_is_understood() {
    let read = through(call, |recording, ids: Ids| {
        if let Some(ids) = ids {
            assert_eq!(ids, sent_ids(recording), "{}", recording.name);
        }
    });
    let Some(read) = read.await else { return };
    assert!(read.len() >= 24, "{read:?}");
    assert!(read.values().sum::<usize>() > 500, "{read:?}");
}

#[tokio::test]
async fn a_recorded_task_is_started_and_done() {
    let Some(folder) = fixtures() else { return };
    let (_server, slot, client) = replay().await;
    let all = recordings(&folder);
    let begun = all
        .iter()
        .find(|recording| recording.status == 202)
        .unwrap();
    *slot.lock().unwrap() = template(begun);
    let command = notion_api::MarkdownCommand::ReplaceContent {
        new_str: String::new(),
        allow_deleting_content: false,
    };
    let started = client.start_markdown(&page_id(), &command).await.unwrap();
    let Started::Later(mut task) = started else {
        panic!("{started:?}")
    };
    assert_eq!(task.poll_after, Some(std::time::Duration::from_secs(2)));
    task.poll_after = Some(std::time::Duration::ZERO);
    let done = all
        .iter()
        .find(|recording| recording.route == "GET /v1/async_tasks/{id}")
        .unwrap();
    *slot.lock().unwrap() = template(done);
    let result = client.finished(task).await.unwrap();
    assert_eq!(result["markdown"], "# Hello\nAsync test content.");
}
