//! What goes over the wire for files, tables, comments, tasks and properties.

use notion_api::{
    ApiError, CommentOn, CommentText, Cover, CoverChange, DataSourceUpdate, DatabaseUpdate,
    Direction, Icon, MarkdownCommand, NewDataSource, NewDatabase, NewPage, PageUpdate, Parent,
    Query, SearchKind, SearchRequest, Sort, SortBy, TaskState,
};
use serde_json::{Map, Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{OTHER, PAGE, answering_with, client, other_id, page_id, page_json, refusal};

pub(crate) async fn sent(server: &MockServer) -> (String, Value) {
    let request = server.received_requests().await.unwrap().pop().unwrap();
    let query = request.url.query().map(|query| format!("?{query}"));
    let address = format!(
        "{} {}{}",
        request.method,
        request.url.path(),
        query.unwrap_or_default()
    );
    (address, request.body_json().unwrap_or_default())
}

fn object(kind: &str) -> Value {
    json!({"object": kind, "id": PAGE, "something_new": {"deep": [1]}})
}

fn list(of: &[Value]) -> Value {
    json!({"object": "list", "results": of, "has_more": false, "next_cursor": null})
}

#[tokio::test]
async fn a_row_is_created_with_properties_and_blocks() {
    let server = answering_with(page_json(PAGE)).await;
    let page = NewPage {
        cover: Some(Cover::External("https://example.org/a.png".to_owned())),
        icon: Some(Icon::Upload(other_id())),
        properties: Map::from_iter([("Done".to_owned(), json!({"checkbox": true}))]),
        children: vec![json!({"divider": {}})],
        ..NewPage::new(Parent::DataSource(other_id()), "T")
    };
    client(&server).create_page(&page).await.unwrap();
    let body = json!({
        "parent": {"type": "data_source_id", "data_source_id": OTHER},
        "properties": {
            "title": {"title": [{"type": "text", "text": {"content": "T"}}]},
            "Done": {"checkbox": true},
        },
        "icon": {"type": "file_upload", "file_upload": {"id": OTHER}},
        "cover": {"type": "external", "external": {"url": "https://example.org/a.png"}},
        "children": [{"divider": {}}],
    });
    assert_eq!(sent(&server).await, ("POST /v1/pages".to_owned(), body));
}

#[tokio::test]
async fn erasing_is_not_repeated_and_everything_else_of_a_page_is() {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(refusal(502, "bad_gateway", "Later."))
        .mount(&server)
        .await;
    let look = PageUpdate {
        cover: Some(CoverChange::Clear),
        is_locked: Some(true),
        is_archived: Some(false),
        ..PageUpdate::default()
    };
    let erase = PageUpdate {
        erase_content: true,
        ..PageUpdate::default()
    };
    for (update, requests) in [(&look, 4), (&erase, 1)] {
        let client = client(&server);
        let error = client.update_page(&page_id(), update).await.unwrap_err();
        assert!(matches!(error, ApiError::Unclear(_)), "{error:?}");
        assert_eq!(client.requests_made(), requests);
    }
    assert_eq!(sent(&server).await.1, json!({"erase_content": true}));
}

#[tokio::test]
async fn older_commands_name_a_part_of_the_page() {
    let content = json!({"object": "page_markdown", "id": PAGE, "markdown": ""});
    let server = answering_with(content).await;
    let client = client(&server);
    let after = MarkdownCommand::InsertAfter {
        content: "new".to_owned(),
        after: "a...b".to_owned(),
    };
    client.update_markdown(&page_id(), &after).await.unwrap();
    let body = json!({"type": "insert_content",
        "insert_content": {"content": "new", "after": "a...b"}});
    assert_eq!(sent(&server).await.1, body);
    let range = MarkdownCommand::ReplaceRange {
        content: "new".to_owned(),
        content_range: "a...b".to_owned(),
        allow_deleting_content: true,
    };
    client.update_markdown(&page_id(), &range).await.unwrap();
    let body = json!({"type": "replace_content_range", "replace_content_range": {
        "content": "new", "content_range": "a...b", "allow_deleting_content": true}});
    assert_eq!(sent(&server).await.1, body);
    client.markdown_with_transcripts(&page_id()).await.unwrap();
    let (address, _) = sent(&server).await;
    assert_eq!(
        address,
        format!("GET /v1/pages/{PAGE}/markdown?include_transcript=true")
    );
}

#[tokio::test]
async fn a_property_is_asked_for_by_its_encoded_id() {
    let item = json!({"object": "property_item", "type": "number", "id": "swq%5C", "number": 1.5});
    let server = answering_with(item).await;
    let client = client(&server);
    for id in ["swq%5C", "swq\\"] {
        let value = client.property(&page_id(), id, Some("c")).await.unwrap();
        let list = value.into_list();
        let item = list.results.first().unwrap();
        assert_eq!((item.kind.as_str(), &item.value), ("number", &json!(1.5)));
        let (address, _) = sent(&server).await;
        assert_eq!(
            address,
            format!("GET /v1/pages/{PAGE}/properties/swq%5C?start_cursor=c")
        );
    }
}

#[tokio::test]
async fn databases_and_data_sources_are_made_and_changed() {
    let server = answering_with(json!({"object": "database", "id": PAGE,
        "data_sources": [{"id": OTHER, "name": "Notes", "new": 1}, {"name": "partial"}]}))
    .await;
    let database = client(&server)
        .create_database(&NewDatabase::new(Parent::Page(other_id()), "Notes"))
        .await
        .unwrap();
    let ids: Vec<_> = database.data_sources.iter().map(|one| one.id).collect();
    assert_eq!(ids, [other_id()]);
    let body = json!({
        "parent": {"type": "page_id", "page_id": OTHER}, "is_inline": false,
        "title": [{"type": "text", "text": {"content": "Notes"}}],
        "initial_data_source": {"properties": {"Name": {"title": {}}}},
    });
    assert_eq!(sent(&server).await, ("POST /v1/databases".to_owned(), body));
    let trash = DatabaseUpdate {
        in_trash: Some(true),
        ..DatabaseUpdate::default()
    };
    client(&server)
        .update_database(&page_id(), &trash)
        .await
        .unwrap();
    assert_eq!(sent(&server).await.1, json!({"in_trash": true}));

    let server = answering_with(object("data_source")).await;
    let columns = Map::from_iter([("Name".to_owned(), json!({"title": {}}))]);
    let source = NewDataSource {
        database: other_id(),
        title: "T".to_owned(),
        properties: columns.clone(),
        icon: None,
    };
    let source = client(&server).create_data_source(&source).await.unwrap();
    assert!(source.raw.contains_key("something_new"));
    assert_eq!(
        sent(&server).await.1["parent"],
        json!({"type": "database_id", "database_id": OTHER})
    );
    let update = DataSourceUpdate {
        properties: Map::from_iter([("Old".to_owned(), Value::Null)]),
        ..DataSourceUpdate::default()
    };
    client(&server)
        .update_data_source(&page_id(), &update)
        .await
        .unwrap();
    assert_eq!(sent(&server).await.1, json!({"properties": {"Old": null}}));
}

#[tokio::test]
async fn a_query_filters_sorts_and_is_repeated() {
    let rows = [
        page_json(PAGE),
        object("data_source"),
        json!({"object": "new_thing"}),
    ];
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(refusal(503, "service_unavailable", "Later."))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(200).set_body_json(list(&rows)))
        .mount(&server)
        .await;
    let filter = json!({"timestamp": "created_time", "created_time": {"past_week": {}}});
    let query = Query {
        filter: Some(filter.clone()),
        sorts: vec![Sort {
            by: SortBy::LastEditedTime,
            direction: Direction::Descending,
        }],
        properties: vec!["title".to_owned(), "swq%5C".to_owned()],
        page_size: 200,
        ..Query::default()
    };
    let found = client(&server).query(&page_id(), &query).await.unwrap();
    assert_eq!((found.results.len(), found.others.len()), (2, 1));
    let (address, body) = sent(&server).await;
    assert_eq!(
        address,
        format!(
            "POST /v1/data_sources/{PAGE}/query?filter_properties=title&filter_properties=swq%255C"
        )
    );
    let wanted = json!({"filter": filter, "page_size": 100,
        "sorts": [{"timestamp": "last_edited_time", "direction": "descending"}]});
    assert_eq!(body, wanted);
}

#[tokio::test]
async fn everything_can_be_searched_for() {
    let server = answering_with(list(&[page_json(PAGE), object("data_source")])).await;
    let request = SearchRequest {
        kind: SearchKind::Everything,
        ..SearchRequest::default()
    };
    let found = client(&server).find(&request).await.unwrap();
    assert_eq!(found.results.len(), 2);
    assert_eq!(sent(&server).await.1, json!({"page_size": 100}));
    let sources = SearchRequest {
        kind: SearchKind::DataSources,
        ..request
    };
    client(&server).find(&sources).await.unwrap();
    assert_eq!(
        sent(&server).await.1["filter"],
        json!({"property": "object", "value": "data_source"})
    );
}

#[tokio::test]
async fn comments_are_written_and_answered() {
    let server = answering_with(object("comment")).await;
    let client = client(&server);
    let markdown = CommentText::Markdown("**b**".to_owned());
    let plain = CommentText::Plain("t".to_owned());
    let text = json!([{"type": "text", "text": {"content": "t"}}]);
    for (on, text, body) in [
        (
            CommentOn::Page(page_id()),
            &plain,
            json!({"parent": {"page_id": PAGE}, "rich_text": text}),
        ),
        (
            CommentOn::Block(page_id()),
            &markdown,
            json!({"parent": {"block_id": PAGE}, "markdown": "**b**"}),
        ),
        (
            CommentOn::Discussion(page_id()),
            &markdown,
            json!({"discussion_id": PAGE, "markdown": "**b**"}),
        ),
    ] {
        client.create_comment(on, text).await.unwrap();
        assert_eq!(sent(&server).await, ("POST /v1/comments".to_owned(), body));
    }
    client.delete_comment(&page_id()).await.unwrap();
    assert_eq!(sent(&server).await.0, format!("DELETE /v1/comments/{PAGE}"));
}

/// The parts of a form, as name and content.
#[tokio::test]
async fn a_task_that_failed_tells_what_the_answer_would_have_been() {
    let task = json!({"object": "async_task", "id": "task_1", "status": "failed",
        "error": {"object": "error", "status": 400, "code": "validation_error",
            "message": "body failed validation: body.markdown should be shorter.",
            "request_id": "r"}});
    let server = answering_with(task).await;
    let task = client(&server).task("task_1").await.unwrap();
    assert_eq!(sent(&server).await.0, "GET /v1/async_tasks/task_1");
    let TaskState::Failed(error) = &task.state else {
        panic!("{task:?}")
    };
    let ApiError::Validation { field, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(field.as_deref(), Some("body.markdown"));
    let error = client(&server).finished(task).await.unwrap_err();
    assert_eq!(error.request_id(), Some("r"));
}
