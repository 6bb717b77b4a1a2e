//! What goes over the wire, and what is read from usual answers.

use crate::support::{
    OTHER, PAGE, TOKEN, answering, client, config, ok_page, other_id, page_id, page_json, refusal,
};
use notion_api::{
    Client, ContentUpdate, Direction, Icon, IconChange, InsertPosition, MarkdownCommand, NewPage,
    Owner, PageUpdate, Parent, Position, SearchRequest,
};
use serde_json::{Value, json};
use wiremock::matchers::{method, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

async fn last(server: &MockServer) -> Request {
    server.received_requests().await.unwrap().pop().unwrap()
}

async fn last_body(server: &MockServer) -> Value {
    last(server).await.body_json().unwrap()
}

#[tokio::test]
async fn every_request_names_version_and_token() {
    let server = answering(ok_page()).await;
    client(&server).page(&page_id()).await.unwrap();
    let request = last(&server).await;
    assert_eq!(request.url.path(), format!("/v1/pages/{PAGE}"));
    assert_eq!(request.headers.get("notion-version").unwrap(), "2026-03-11");
    assert_eq!(
        request
            .headers
            .get("authorization")
            .unwrap()
            .to_str()
            .unwrap(),
        format!("Bearer {TOKEN}")
    );
    let encodings = request
        .headers
        .get("accept-encoding")
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        encodings.contains("gzip") && encodings.contains("br"),
        "{encodings}"
    );
    assert!(request.body.is_empty());
}

#[tokio::test]
async fn a_base_address_may_have_a_path() {
    let server = answering(ok_page()).await;
    let config = config(&format!("{}/relay/?x=1", server.uri()));
    Client::new(config).unwrap().page(&page_id()).await.unwrap();
    let url = last(&server).await.url;
    assert_eq!(
        (url.path(), url.query()),
        (format!("/relay/v1/pages/{PAGE}").as_str(), None)
    );
}

#[tokio::test]
async fn creating_sends_the_whole_note_at_once() {
    let server = answering(ok_page()).await;
    let page = NewPage {
        markdown: Some("Hello".to_owned()),
        position: Some(Position::AfterBlock(other_id())),
        icon: Some(Icon::Emoji("📝".to_owned())),
        ..NewPage::new(Parent::Page(page_id()), "My note")
    };
    client(&server).create_page(&page).await.unwrap();
    let expected = json!({
        "parent": {"type": "page_id", "page_id": PAGE},
        "properties": {"title": {"title": [{"type": "text", "text": {"content": "My note"}}]}},
        "markdown": "Hello",
        "position": {"type": "after_block", "after_block": {"id": OTHER}},
        "icon": {"type": "emoji", "emoji": "📝"},
    });
    assert_eq!(last_body(&server).await, expected);

    client(&server)
        .create_page(&NewPage::new(Parent::Workspace, ""))
        .await
        .unwrap();
    let expected = json!({
        "parent": {"type": "workspace", "workspace": true},
        "properties": {"title": {"title": []}},
    });
    assert_eq!(last_body(&server).await, expected);
}

#[tokio::test]
async fn a_long_title_goes_in_runs_notion_takes() {
    let server = answering(ok_page()).await;
    let title = format!("a{}", "🦉".repeat(2500));
    let update = PageUpdate {
        title: Some(title.clone()),
        ..PageUpdate::default()
    };
    client(&server)
        .update_page(&page_id(), &update)
        .await
        .unwrap();
    let body = last_body(&server).await;
    let runs = body
        .pointer("/properties/title/title")
        .unwrap()
        .as_array()
        .unwrap()
        .clone();
    let runs: Vec<&str> = runs
        .iter()
        .map(|run| run.pointer("/text/content").unwrap().as_str().unwrap())
        .collect();
    assert!(runs.iter().all(|run| run.encode_utf16().count() <= 2000));
    assert_eq!((runs.len(), runs.concat()), (3, title));
}

#[tokio::test]
async fn an_update_says_only_what_changes() {
    let server = answering(ok_page()).await;
    let client = client(&server);
    client
        .update_page(&page_id(), &PageUpdate::default())
        .await
        .unwrap();
    assert_eq!(last_body(&server).await, json!({}));
    let update = PageUpdate {
        in_trash: Some(true),
        icon: Some(IconChange::Clear),
        ..PageUpdate::default()
    };
    client.update_page(&page_id(), &update).await.unwrap();
    assert_eq!(
        last_body(&server).await,
        json!({"in_trash": true, "icon": null})
    );
}

#[tokio::test]
async fn searches_never_send_null() {
    let list = json!({"object": "list", "results": [
        page_json(PAGE), {"object": "data_source", "id": OTHER}, {"object": "page", "id": OTHER}],
        "next_cursor": "c", "has_more": true});
    let server = answering(ResponseTemplate::new(200).set_body_json(list)).await;
    let client = client(&server);
    let found = client.search(&SearchRequest::default()).await.unwrap();
    let bare = json!({"filter": {"property": "object", "value": "page"}, "page_size": 100});
    assert_eq!(last_body(&server).await, bare);
    let ids: Vec<String> = found
        .results
        .iter()
        .map(|page| page.id.to_string())
        .collect();
    assert_eq!(ids, [PAGE, OTHER]);
    assert!(found.results.last().unwrap().is_partial());
    assert_eq!(
        (found.has_more, found.next_cursor.as_deref()),
        (true, Some("c"))
    );

    let request = SearchRequest {
        query: Some("home".to_owned()),
        sort_last_edited: Some(Direction::Descending),
        in_trash: Some(true),
        cursor: Some("c".to_owned()),
        page_size: 50,
        ..SearchRequest::default()
    };
    client.search(&request).await.unwrap();
    let full = json!({"query": "home", "page_size": 50, "start_cursor": "c",
        "filter": {"property": "object", "value": "page", "in_trash": true},
        "sort": {"timestamp": "last_edited_time", "direction": "descending"}});
    assert_eq!(last_body(&server).await, full);
}

#[tokio::test]
async fn content_is_read_and_changed_by_commands() {
    let answer = json!({"object": "page_markdown", "id": PAGE, "markdown": "# A\n",
        "truncated": true, "unknown_block_ids": [OTHER]});
    let server = answering(ResponseTemplate::new(200).set_body_json(answer)).await;
    let client = client(&server);
    let content = client.markdown(&page_id()).await.unwrap();
    assert_eq!(
        (content.markdown.as_str(), content.truncated),
        ("# A\n", true)
    );
    assert_eq!(content.unknown_block_ids, [OTHER]);
    let update = ContentUpdate {
        old_str: "A".to_owned(),
        new_str: "B".to_owned(),
        replace_all_matches: false,
    };
    let commands = [
        (
            MarkdownCommand::UpdateContent {
                updates: vec![update],
                allow_deleting_content: false,
            },
            json!({"type": "update_content", "update_content": {"allow_deleting_content": false,
                "content_updates": [{"old_str": "A", "new_str": "B", "replace_all_matches": false}]}}),
        ),
        (
            MarkdownCommand::ReplaceContent {
                new_str: "B".to_owned(),
                allow_deleting_content: true,
            },
            json!({"type": "replace_content",
                "replace_content": {"new_str": "B", "allow_deleting_content": true}}),
        ),
        (
            MarkdownCommand::InsertContent {
                content: "B".to_owned(),
                position: InsertPosition::End,
            },
            json!({"type": "insert_content",
                "insert_content": {"content": "B", "position": {"type": "end"}}}),
        ),
    ];
    for (command, expected) in commands {
        client.update_markdown(&page_id(), &command).await.unwrap();
        assert_eq!(last_body(&server).await, expected);
        assert_eq!(
            last(&server).await.url.path(),
            format!("/v1/pages/{PAGE}/markdown")
        );
    }
}

#[tokio::test]
async fn children_are_listed_by_cursor_and_appended_in_place() {
    let list = json!({"object": "list", "type": "block", "block": {}, "results": [
        {"object": "block", "id": PAGE, "type": "child_page", "has_children": true,
         "created_time": "2026-09-01T10:00:00.000Z", "child_page": {"title": "Note"}},
        {"object": "block", "id": OTHER, "type": "hologram", "archived": true, "hologram": 3}],
        "next_cursor": null, "has_more": false});
    let server = answering(ResponseTemplate::new(200).set_body_json(list)).await;
    let client = client(&server);
    let children = client.children(&page_id(), Some("c&=d"), 0).await.unwrap();
    let url = last(&server).await.url;
    assert_eq!(
        (url.path(), url.query().unwrap()),
        (
            format!("/v1/blocks/{PAGE}/children").as_str(),
            "page_size=1&start_cursor=c%26%3Dd"
        )
    );
    let [page, other] = children.results.as_slice() else {
        panic!()
    };
    assert_eq!(page.child_page_title.as_deref(), Some("Note"));
    assert_eq!(
        (page.created_time, page.has_children, page.in_trash),
        (1_788_256_800_000, true, false)
    );
    assert_eq!(
        (other.kind.as_str(), other.in_trash, other.created_time),
        ("hologram", true, 0)
    );
    assert_eq!(other.raw.get("hologram"), Some(&json!(3)));
    assert_eq!((children.has_more, children.next_cursor), (false, None));

    let blocks = [json!({"divider": {}})];
    for (position, expected) in [
        (None, json!({"children": blocks})),
        (
            Some(Position::PageStart),
            json!({"children": blocks, "position": {"type": "start"}}),
        ),
        (
            Some(Position::PageEnd),
            json!({"children": blocks, "position": {"type": "end"}}),
        ),
    ] {
        client
            .append_children(&page_id(), &blocks, position)
            .await
            .unwrap();
        assert_eq!(last_body(&server).await, expected);
    }
}

#[tokio::test]
async fn everybody_a_token_can_speak_for_is_understood() {
    let person = json!({"object": "user", "id": OTHER, "type": "person", "name": "Ada",
        "person": {"email": "ada@example.org"}});
    let ada = Owner::Person {
        id: OTHER.to_owned(),
        name: Some("Ada".to_owned()),
        email: Some("ada@example.org".to_owned()),
    };
    let bot = |owner: Value| {
        json!({"object": "user", "id": PAGE, "type": "bot", "name": "Octavo",
        "bot": {"owner": owner, "workspace_id": "w", "workspace_name": "W",
            "workspace_limits": {"max_file_upload_size_in_bytes": 5_242_880}}})
    };
    let silent = Owner::Person {
        id: OTHER.to_owned(),
        name: None,
        email: None,
    };
    for (answer, owner, workspace) in [
        (
            bot(json!({"type": "user", "user": person})),
            ada.clone(),
            Some("w"),
        ),
        (
            bot(json!({"type": "user", "user": {"object": "user", "id": OTHER}})),
            silent,
            Some("w"),
        ),
        (
            bot(json!({"type": "workspace", "workspace": true})),
            Owner::Workspace,
            Some("w"),
        ),
        (bot(json!({"type": "committee"})), Owner::Unknown, Some("w")),
        (
            json!({"object": "user", "id": PAGE, "bot": {}}),
            Owner::Unknown,
            None,
        ),
        (person.clone(), ada, None),
    ] {
        let server = answering(ResponseTemplate::new(200).set_body_json(answer)).await;
        let me = client(&server).me().await.unwrap();
        assert_eq!((me.owner, me.workspace_id.as_deref()), (owner, workspace));
        assert_eq!(me.max_file_upload_size, workspace.map(|_| 5_242_880));
    }
}

#[tokio::test]
async fn clones_count_together_and_a_new_token_counts_anew() {
    let server = answering(ok_page()).await;
    let client = client(&server);
    client.clone().page(&page_id()).await.unwrap();
    let fresh = client.with_token("ntn_fresh".into()).unwrap();
    fresh.page(&page_id()).await.unwrap();
    assert_eq!(
        last(&server).await.headers.get("authorization").unwrap(),
        "Bearer ntn_fresh"
    );
    assert_eq!((client.requests_made(), fresh.requests_made()), (1, 1));
    assert_eq!(client.budget().used(), 2);
}

#[tokio::test]
async fn a_listing_outlives_its_cursor() {
    let page = |ids: &[&str], next: Option<&str>| {
        let results: Vec<Value> = ids
            .iter()
            .map(|id| json!({"object": "block", "id": id, "type": "paragraph", "paragraph": {}}))
            .collect();
        ResponseTemplate::new(200).set_body_json(json!({"object": "list", "results": results,
            "next_cursor": next, "has_more": next.is_some()}))
    };
    let dead = refusal(
        400,
        "validation_error",
        "The start_cursor provided is invalid: c",
    );
    let server = MockServer::start().await;
    for (cursor, times, answer) in [
        (Some("c"), 1, dead),
        (Some("c"), u64::MAX, page(&[PAGE, OTHER], None)),
        (None, u64::MAX, page(&[PAGE], Some("c"))),
    ] {
        let mock = Mock::given(method("GET"));
        let mock = match cursor {
            Some(cursor) => mock.and(query_param("start_cursor", cursor)),
            None => mock.and(query_param_is_missing("start_cursor")),
        };
        mock.respond_with(answer)
            .up_to_n_times(times)
            .mount(&server)
            .await;
    }
    let client = client(&server);
    let blocks = client.all_children(&page_id()).await.unwrap();
    let ids: Vec<String> = blocks.iter().map(|block| block.id.to_string()).collect();
    assert_eq!(ids, [PAGE, OTHER]);
    assert_eq!(client.requests_made(), 4);
}
