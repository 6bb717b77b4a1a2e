//! Listings of several pages.

use futures::{StreamExt, TryStreamExt};
use notion_api::{ApiError, Query, SearchRequest};
use serde_json::{Value, json};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::support::{client, page_id, refusal};

fn id(number: usize) -> String {
    format!("59833787-2cf9-4fdf-8782-{number:012}")
}

fn page(kind: &str, numbers: &[usize], cursor: Option<&str>) -> ResponseTemplate {
    let items: Vec<Value> = numbers
        .iter()
        .map(|number| json!({"object": kind, "id": id(*number)}))
        .collect();
    ResponseTemplate::new(200).set_body_json(json!({
        "object": "list", "results": items, "has_more": cursor.is_some(), "next_cursor": cursor,
    }))
}

fn dead() -> ResponseTemplate {
    let message = "The start_cursor provided is invalid: gone";
    refusal(400, "validation_error", message)
}

/// A server that says these things one after the other, the last forever.
async fn script(said: Vec<ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    let count = std::sync::atomic::AtomicUsize::new(0);
    Mock::given(any())
        .respond_with(move |_: &Request| {
            let number = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            said.get(number).or(said.last()).unwrap().clone()
        })
        .mount(&server)
        .await;
    server
}

async fn cursors(server: &MockServer) -> Vec<Option<String>> {
    let requests = server.received_requests().await.unwrap();
    let in_query = |request: &Request| {
        let mut pairs = request.url.query_pairs();
        pairs.find_map(|(key, value)| (key == "start_cursor").then(|| value.into_owned()))
    };
    requests.iter().map(in_query).collect()
}

#[tokio::test]
async fn pages_are_read_as_they_are_wanted() {
    let server = script(vec![
        page("block", &[1, 2], Some("a")),
        page("block", &[], Some("b")),
        page("block", &[3], None),
    ])
    .await;
    let client = client(&server);
    let mut stream = std::pin::pin!(client.children_stream(page_id()));
    let first = stream.next().await.unwrap().unwrap();
    assert_eq!(first.id.to_string(), id(1));
    assert_eq!(client.requests_made(), 1);
    let rest: Vec<_> = stream.try_collect().await.unwrap();
    let rest: Vec<_> = rest.iter().map(|block| block.id.to_string()).collect();
    assert_eq!(rest, [id(2), id(3)]);
    assert_eq!(
        cursors(&server).await,
        [None, Some("a".to_owned()), Some("b".to_owned())]
    );
}

#[tokio::test]
async fn a_dead_cursor_begins_anew_and_nothing_comes_twice() {
    let server = script(vec![
        page("page", &[1, 2], Some("a")),
        dead(),
        // Meanwhile one was added on top, and one moved to the second page.
        page("page", &[9, 1], Some("a")),
        page("page", &[2, 3], None),
    ])
    .await;
    let found: Vec<_> = client(&server)
        .find_all(SearchRequest::default())
        .try_collect()
        .await
        .unwrap();
    let found: Vec<_> = found.iter().map(|one| one.id().to_string()).collect();
    assert_eq!(found, [id(1), id(2), id(9), id(3)]);
}

#[tokio::test]
async fn cursors_that_always_die_end() {
    let mut said = Vec::new();
    for _ in 0..10 {
        said.extend([page("block", &[1], Some("a")), dead()]);
    }
    let server = script(said).await;
    let client = client(&server);
    let result: Result<Vec<_>, _> = client.children_stream(page_id()).try_collect().await;
    assert!(result.unwrap_err().is_stale_cursor());
    assert_eq!(client.requests_made(), 8);
}

/// Reads a listing of blocks; how many there were, and why it ended.
async fn ends(said: Vec<ResponseTemplate>) -> (usize, String) {
    let server = script(said).await;
    let client = client(&server);
    let mut blocks = std::pin::pin!(client.children_stream(page_id()));
    let mut count = 0;
    loop {
        match blocks.next().await.unwrap() {
            Ok(_) => count += 1,
            Err(ApiError::Incomplete { reason }) => return (count, reason),
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_part_does_not_pass_for_the_whole() {
    let back = vec![
        page("block", &[1], Some("a")),
        page("block", &[2], Some("b")),
        page("block", &[3], Some("a")),
    ];
    assert_eq!(ends(back).await, (3, "repeated_cursor".to_owned()));
    for cursor in [json!(null), json!(7)] {
        let more = json!({"object": "list", "results": [{"object": "block", "id": id(1)}],
                          "has_more": true, "next_cursor": cursor});
        let said = vec![ResponseTemplate::new(200).set_body_json(more)];
        assert_eq!(ends(said).await, (1, "no_cursor".to_owned()));
    }
}

#[tokio::test]
async fn a_listing_that_notion_cuts_says_so() {
    let cut = json!({"object": "list", "results": [{"object": "page", "id": id(1)}],
        "has_more": false, "next_cursor": null, "request_status": {
            "type": "incomplete", "incomplete_reason": "query_result_limit_reached"}});
    let server = script(vec![ResponseTemplate::new(200).set_body_json(cut)]).await;
    let client = client(&server);
    let mut rows = std::pin::pin!(client.query_all(page_id(), Query::default()));
    rows.next().await.unwrap().unwrap();
    let error = rows.next().await.unwrap().unwrap_err();
    let reason = "query_result_limit_reached".to_owned();
    assert_eq!(error, ApiError::Incomplete { reason });
    assert!(rows.next().await.is_none());
}
