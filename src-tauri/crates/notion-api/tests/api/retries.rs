//! What is repeated, how often, and after which pause.

use std::time::Duration;

use crate::support::{
    Break, Breaker, PAGE, client, config, ok_page, page_id, page_json, patient_client, raw, refusal,
};
use notion_api::{
    ApiError, Budget, Client, ContentUpdate, MarkdownCommand, NewPage, PageUpdate, Parent,
    RateLimitReason, SearchRequest,
};
use serde_json::json;
use tokio::time::Instant;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// Answers `first` for the first `times` requests and `then` afterwards.
async fn first(first: ResponseTemplate, times: u64, then: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(first)
        .up_to_n_times(times)
        .mount(&server)
        .await;
    Mock::given(any()).respond_with(then).mount(&server).await;
    server
}

fn new_title() -> PageUpdate {
    PageUpdate {
        title: Some("T".to_owned()),
        ..PageUpdate::default()
    }
}

#[tokio::test]
async fn a_read_outlives_three_failures() {
    for status in [408, 409, 500, 502, 503, 504, 520] {
        let server = first(refusal(status, "some_code", "Later."), 3, ok_page()).await;
        let client = client(&server);
        client.page(&page_id()).await.unwrap();
        assert_eq!(client.requests_made(), 4, "{status}");
    }
}

#[tokio::test]
async fn a_read_gives_up_after_four_attempts() {
    let server = first(
        refusal(503, "service_unavailable", "Later."),
        u64::MAX,
        ok_page(),
    )
    .await;
    let client = client(&server);
    let error = client.search(&SearchRequest::default()).await.unwrap_err();
    assert!(
        matches!(
            error,
            ApiError::Unavailable {
                status: Some(503),
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.is_transient());
    assert_eq!(client.requests_made(), 4);
}

#[tokio::test]
async fn a_read_outlives_cut_connections() {
    let body = page_json(PAGE).to_string();
    let half = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{{",
        body.len()
    );
    let script = vec![
        Break::Cut,
        Break::Say(half),
        Break::Say(raw(200, "", &body)),
    ];
    let server = Breaker::start(script).await;
    Client::new(config(&server.url))
        .unwrap()
        .page(&page_id())
        .await
        .unwrap();
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn a_title_or_the_trash_may_be_set_again() {
    for status in [409, 502] {
        let server = first(refusal(status, "some_code", "Later."), 2, ok_page()).await;
        let client = client(&server);
        client.update_page(&page_id(), &new_title()).await.unwrap();
        assert_eq!(client.requests_made(), 3);
    }
    let server = first(refusal(502, "bad_gateway", "Later."), u64::MAX, ok_page()).await;
    let client = client(&server);
    let error = client
        .update_page(&page_id(), &new_title())
        .await
        .unwrap_err();
    assert!(matches!(error, ApiError::Unclear(_)), "{error:?}");
    assert_eq!(client.requests_made(), 4);
}

#[tokio::test]
async fn a_block_is_overwritten_at_once_or_not_at_all() {
    let fields = json!({"paragraph": {"rich_text": []}});
    for (status, code) in [
        (409, "conflict_error"),
        (429, "rate_limited"),
        (502, "bad_gateway"),
        (503, "service_unavailable"),
    ] {
        let server = first(refusal(status, code, "Later."), 1, ok_page()).await;
        let client = client(&server);
        let error = client.update_block(&page_id(), &fields).await.unwrap_err();
        let told = match error {
            ApiError::Conflict { .. } => 409,
            ApiError::RateLimited { .. } => 429,
            ApiError::Unclear(_) | ApiError::Unavailable { .. } => status,
            other => panic!("{other:?}"),
        };
        assert_eq!(told, status);
        assert_eq!(client.requests_made(), 1, "{status}");
    }
}

#[tokio::test]
async fn writes_that_add_are_sent_once() {
    let server = first(refusal(502, "bad_gateway", "Later."), u64::MAX, ok_page()).await;
    let client = client(&server);
    let id = page_id();
    let update = ContentUpdate {
        old_str: "a".to_owned(),
        new_str: "ab".to_owned(),
        replace_all_matches: false,
    };
    let command = MarkdownCommand::UpdateContent {
        updates: vec![update],
        allow_deleting_content: false,
    };
    let page = NewPage::new(Parent::Page(id), "T");
    let errors = [
        client.create_page(&page).await.unwrap_err(),
        client.update_markdown(&id, &command).await.unwrap_err(),
        client
            .append_children(&id, &[json!({"divider": {}})], None)
            .await
            .unwrap_err(),
    ];
    assert!(
        errors
            .iter()
            .all(|error| matches!(error, ApiError::Unclear(_))),
        "{errors:?}"
    );
    assert_eq!(client.requests_made(), 3);
}

#[tokio::test]
async fn deleting_what_is_deleted_is_done() {
    let trashed = json!({"object": "block", "id": PAGE, "type": "divider", "in_trash": true});
    let gone = "Can't edit block that is archived. You must unarchive the block before editing.";
    let server = MockServer::start().await;
    let deletes = || Mock::given(wiremock::matchers::method("DELETE"));
    deletes()
        .respond_with(refusal(504, "gateway_timeout", "Late."))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    deletes()
        .respond_with(refusal(400, "validation_error", gone))
        .mount(&server)
        .await;
    Mock::given(wiremock::matchers::method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_json(trashed))
        .mount(&server)
        .await;
    assert!(
        client(&server)
            .delete_block(&page_id())
            .await
            .unwrap()
            .in_trash
    );
}

#[tokio::test(start_paused = true)]
async fn a_throttled_write_waits_as_told_and_is_repeated() {
    for status in [429, 529] {
        let wait = refusal(status, "rate_limited", "Wait.").insert_header("retry-after", "30");
        let server = first(wait, 1, ok_page()).await;
        let client = patient_client(&server);
        let begun = Instant::now();
        client
            .create_page(&NewPage::new(Parent::Workspace, "T"))
            .await
            .unwrap();
        let waited = begun.elapsed();
        assert!((30..32).contains(&waited.as_secs()), "{waited:?}");
        assert_eq!(client.requests_made(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_silences_every_clone_and_can_be_watched() {
    let wait = refusal(429, "rate_limited", "Wait.").insert_header("retry-after", "30");
    let server = first(wait, 1, ok_page()).await;
    let client = patient_client(&server);
    let other = client.clone();
    let begun = Instant::now();
    let waiting = tokio::spawn(async move { other.page(&page_id()).await });
    while client.paused_until().is_none() {
        tokio::task::yield_now().await;
    }
    assert!(client.paused_for().unwrap() > Duration::from_secs(29));
    client.page(&page_id()).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(30));
    waiting.await.unwrap().unwrap();
    assert_eq!((client.requests_made(), client.paused_until()), (3, None));
}

#[tokio::test]
async fn a_long_pause_is_told_and_then_held_back_here() {
    let body = json!({"object": "error", "code": "rate_limited", "message": "Wait.",
        "additional_data": {"retry_after": "600",
            "rate_limit_reason": "public_api_space_request_rate_limit"}});
    let server = first(
        ResponseTemplate::new(429).set_body_json(body),
        u64::MAX,
        ok_page(),
    )
    .await;
    let client = client(&server);
    let error = client.page(&page_id()).await.unwrap_err();
    let told = ApiError::RateLimited {
        retry_after: Duration::from_mins(10),
        reason: RateLimitReason::Workspace,
        request_id: None,
    };
    assert_eq!(error, told);
    let error = client.page(&page_id()).await.unwrap_err();
    assert!(matches!(
        error,
        ApiError::RateLimited {
            reason: RateLimitReason::Workspace,
            ..
        }
    ));
    assert!(error.retry_after().unwrap() > Duration::from_secs(590));
    assert_eq!(client.requests_made(), 1);
}

#[tokio::test(start_paused = true)]
async fn endless_throttling_ends() {
    let wait = refusal(429, "rate_limited", "Wait.").insert_header("retry-after", "2");
    let server = first(wait, u64::MAX, ok_page()).await;
    let client = patient_client(&server);
    let error = client.page(&page_id()).await.unwrap_err();
    assert!(matches!(error, ApiError::RateLimited { .. }), "{error:?}");
    assert!(error.is_transient());
    assert_eq!(client.requests_made(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_date_is_read_against_the_servers_clock() {
    let wait = refusal(429, "rate_limited", "Wait.")
        .insert_header("date", "Sun, 22 Nov 2026 12:00:00 GMT")
        .insert_header("retry-after", "Sun, 22 Nov 2026 12:00:20 GMT");
    let server = first(wait, 1, ok_page()).await;
    let begun = Instant::now();
    patient_client(&server).page(&page_id()).await.unwrap();
    assert!(
        (20..22).contains(&begun.elapsed().as_secs()),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn pauses_between_attempts_grow() {
    let server = first(refusal(500, "internal_server_error", "Oops."), 3, ok_page()).await;
    let begun = Instant::now();
    patient_client(&server).page(&page_id()).await.unwrap();
    // One, two and four seconds, give or take a half.
    let waited = begun.elapsed().as_secs_f64();
    assert!((3.5..11.0).contains(&waited), "{waited}");
}

#[tokio::test(start_paused = true)]
async fn the_window_holds_requests_back() {
    let server = first(ok_page(), u64::MAX, ok_page()).await;
    let mut config = config(&server.uri());
    config.timeout = Duration::MAX;
    config.connect_timeout = Duration::MAX;
    config.body_timeout = Duration::MAX;
    config.budget = Budget::new(3, Duration::from_mins(1));
    let client = Client::new(config).unwrap();
    let begun = Instant::now();
    for _ in 0..7 {
        client.page(&page_id()).await.unwrap();
    }
    let waited = begun.elapsed().as_secs();
    assert!((120..125).contains(&waited), "{waited}");
}

#[tokio::test]
async fn dropping_a_call_ends_it() {
    let server = Breaker::start(vec![Break::Silence]).await;
    let client = Client::new(config(&server.url)).unwrap();
    let id = page_id();
    let mut call = Box::pin(client.page(&id));
    while server.requests() == 0 {
        let moment = Duration::from_millis(1);
        assert!(tokio::time::timeout(moment, &mut call).await.is_err());
    }
    drop(call);
    assert_eq!((client.requests_made(), client.budget().used()), (1, 1));
}
