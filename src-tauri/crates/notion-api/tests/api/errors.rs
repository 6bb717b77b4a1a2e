//! Every kind of refusal ends in the error that says what to do about it.

use std::time::Duration;

use crate::support::{Break, Breaker, answering, client, config, page_id, raw, refusal};
use notion_api::{
    ApiError, Client, ClientConfig, NewPage, PageUpdate, Parent, RateLimitReason, Remedy,
    UnclearCause,
};
use secrecy::SecretString;
use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

async fn read_error(template: ResponseTemplate) -> ApiError {
    let server = answering(template).await;
    client(&server).page(&page_id()).await.unwrap_err()
}

async fn write_error(template: ResponseTemplate) -> (ApiError, usize) {
    let server = answering(template).await;
    let page = NewPage::new(Parent::Workspace, "T");
    let error = client(&server).create_page(&page).await.unwrap_err();
    (error, server.received_requests().await.unwrap().len())
}

#[tokio::test]
async fn notions_refusals_are_sorted() {
    let error = read_error(refusal(401, "unauthorized", "API token is invalid.")).await;
    assert!(matches!(error, ApiError::Unauthorized { .. }), "{error:?}");
    assert_eq!(
        error.request_id(),
        Some("11111111-2222-4333-8444-555555555555")
    );

    let error = read_error(refusal(403, "restricted_resource", "No.")).await;
    assert!(
        matches!(error, ApiError::RestrictedResource { .. }),
        "{error:?}"
    );

    let error = read_error(refusal(404, "object_not_found", "Could not find page.")).await;
    assert!(matches!(error, ApiError::NotFound { .. }), "{error:?}");

    for code in [
        "validation_error",
        "invalid_json",
        "missing_version",
        "something_new",
    ] {
        let error = read_error(refusal(400, code, "No.")).await;
        let ApiError::Validation {
            code: seen,
            message,
            ..
        } = &error
        else {
            panic!("{error:?}")
        };
        assert_eq!((seen.as_str(), message.as_str()), (code, "No."));
        assert!(!error.is_transient());
    }

    let (error, requests) = write_error(refusal(409, "conflict_error", "Conflict.")).await;
    assert!(matches!(error, ApiError::Conflict { .. }), "{error:?}");
    assert!(error.is_transient());
    assert_eq!(requests, 1);

    let (error, _) = write_error(refusal(409, "row_limit_exceeded", "Full.")).await;
    assert!(matches!(error, ApiError::Validation { .. }), "{error:?}");
}

#[tokio::test]
async fn a_full_workspace_is_told_from_a_missing_capability() {
    let body = json!({"object": "error", "status": 403, "code": "restricted_resource",
        "message": "Full.", "additional_data": {"block_limit": "block_creation"}});
    let (error, _) = write_error(ResponseTemplate::new(403).set_body_json(body)).await;
    assert!(matches!(error, ApiError::BlockLimit { .. }), "{error:?}");
    assert_eq!(error.remedy(), Remedy::EnlargeWorkspace);
}

#[tokio::test]
async fn a_dead_cursor_and_a_trashed_parent_are_recognised() {
    let dead = "The start_cursor provided is invalid: 1234";
    assert!(
        read_error(refusal(400, "validation_error", dead))
            .await
            .is_stale_cursor()
    );
    let trashed = "Can't edit block that is archived. You must unarchive the block before editing.";
    let error = read_error(refusal(400, "validation_error", trashed)).await;
    assert!(matches!(error, ApiError::Gone { .. }), "{error:?}");
    assert_eq!(error.remedy(), Remedy::Restore);
}

#[tokio::test]
async fn a_page_of_the_edge_is_no_word_of_notion() {
    for status in [301, 401, 403, 404, 409, 413] {
        let html = ResponseTemplate::new(status)
            .insert_header("cf-ray", "8f00-FRA")
            .set_body_raw("<html>Attention required</html>", "text/html");
        let (error, _) = write_error(html).await;
        let ApiError::Edge { status: seen, ray } = &error else {
            panic!("{error:?}")
        };
        assert_eq!((*seen, ray.as_deref()), (status, Some("8f00-FRA")));
    }
    // A gateway that speaks JSON is no word of Notion either.
    let gateway = ResponseTemplate::new(404).set_body_json(json!({"error": "no such route"}));
    assert!(matches!(
        read_error(gateway).await,
        ApiError::Edge {
            status: 404,
            ray: None
        }
    ));
}

#[tokio::test]
async fn an_edge_failure_leaves_a_write_unclear() {
    for status in [502, 503, 504, 520, 524] {
        let html = ResponseTemplate::new(status).set_body_raw("<html></html>", "text/html");
        let (error, requests) = write_error(html).await;
        let ApiError::Unclear(unclear) = &error else {
            panic!("{error:?}")
        };
        assert_eq!(unclear.cause, UnclearCause::Status(status));
        assert!(!error.is_transient());
        assert_eq!(requests, 1);
    }
}

#[tokio::test]
async fn a_saved_503_hands_over_what_was_saved() {
    let body = json!({"object": "error", "status": 503, "code": "service_unavailable",
    "message": "The change was saved, but the response timed out.", "request_id": "r-1",
    "additional_data": {
        "from": "save", "elapsed_ms": "55100", "deadline_ms": "55000",
        "retry_guidance": ["The change was saved.", "Do not repeat the write."],
        "committed_resource_id": crate::support::PAGE,
        "committed_child_ids": [crate::support::OTHER, "not an id"],
    }});
    let (error, requests) = write_error(ResponseTemplate::new(503).set_body_json(body)).await;
    let ApiError::Unclear(unclear) = error else {
        panic!("{error:?}")
    };
    assert_eq!(unclear.committed_resource_id, Some(page_id()));
    assert_eq!(unclear.committed_child_ids, [crate::support::other_id()]);
    assert_eq!(unclear.guidance.last().unwrap(), "Do not repeat the write.");
    assert_eq!(unclear.request_id.as_deref(), Some("r-1"));
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn an_unreadable_success_is_invalid_to_a_read_and_unclear_to_a_write() {
    let half = ResponseTemplate::new(200).set_body_raw("{\"object\":", "application/json");
    assert!(matches!(
        read_error(half).await,
        ApiError::InvalidAnswer { .. }
    ));
    // The page of a network that wants its visitors to sign in.
    let page = || ResponseTemplate::new(200).set_body_raw(" <html>Log in</html>", "text/html");
    assert!(matches!(
        read_error(page()).await,
        ApiError::Edge { status: 200, .. }
    ));
    let (error, _) = write_error(page()).await;
    let ApiError::Unclear(unclear) = error else {
        panic!("{error:?}")
    };
    assert_eq!(unclear.cause, UnclearCause::Unreadable);
    // Accepted for later, which was not asked for.
    let task = ResponseTemplate::new(202).set_body_json(json!({"object": "async_task", "id": "t"}));
    assert!(matches!(write_error(task).await.0, ApiError::Unclear(_)));
}

#[tokio::test]
async fn a_cut_write_is_unclear_and_sent_once() {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"object\":".to_owned();
    for end in [
        Break::Cut,
        Break::Say(half),
        Break::Say("HTTP/1.1 2".to_owned()),
    ] {
        let server = Breaker::start(vec![end]).await;
        let client = Client::new(config(&server.url)).unwrap();
        let error = client
            .create_page(&NewPage::new(Parent::Workspace, "T"))
            .await
            .unwrap_err();
        let ApiError::Unclear(unclear) = error else {
            panic!("{error:?}")
        };
        assert_eq!(unclear.cause, UnclearCause::Cut);
        assert_eq!((server.requests(), client.requests_made()), (1, 1));
    }
}

#[tokio::test]
async fn a_refusal_counts_without_its_body() {
    let half =
        "HTTP/1.1 404 X\r\nx-notion-request-id: r\r\ncontent-length: 1000\r\n\r\n{".to_owned();
    let server = Breaker::start(vec![Break::Say(half)]).await;
    let client = Client::new(config(&server.url)).unwrap();
    let error = client
        .create_page(&NewPage::new(Parent::Workspace, "T"))
        .await
        .unwrap_err();
    assert!(matches!(error, ApiError::NotFound { .. }), "{error:?}");
}

#[tokio::test]
async fn silence_is_a_time_out() {
    let server = Breaker::start(vec![Break::Silence]).await;
    let mut config = config(&server.url);
    config.timeout = Duration::from_millis(50);
    let client = Client::new(config).unwrap();
    let error = client
        .create_page(&NewPage::new(Parent::Workspace, "T"))
        .await
        .unwrap_err();
    let ApiError::Unclear(unclear) = error else {
        panic!("{error:?}")
    };
    assert_eq!(unclear.cause, UnclearCause::TimedOut);
    assert_eq!(server.requests(), 1);
    let error = client.page(&page_id()).await.unwrap_err();
    assert!(
        matches!(error, ApiError::Unavailable { status: None, .. }),
        "{error:?}"
    );
    assert_eq!(server.requests(), 5);
}

#[tokio::test]
async fn nobody_listening_is_a_network_error() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let client = Client::new(config(&url)).unwrap();
    let write = client
        .create_page(&NewPage::new(Parent::Workspace, "T"))
        .await
        .unwrap_err();
    assert!(matches!(write, ApiError::Network { .. }), "{write:?}");
    assert!(write.is_transient());
    // Nothing was sent, so nothing of the window is used.
    assert_eq!((client.requests_made(), client.budget().used()), (1, 0));
    let read = client.page(&page_id()).await.unwrap_err();
    assert!(matches!(read, ApiError::Network { .. }), "{read:?}");
    assert_eq!(client.requests_made(), 5);
}

#[tokio::test]
async fn an_unclear_attempt_is_not_forgotten_when_the_line_goes_dead() {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(refusal(500, "internal_server_error", "Oops."))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    let blocked = json!({"object": "error", "code": "rate_limited", "message": "Wait."});
    Mock::given(any())
        .respond_with(
            ResponseTemplate::new(429)
                .insert_header("retry-after", "600")
                .set_body_json(blocked),
        )
        .mount(&server)
        .await;
    let update = PageUpdate {
        title: Some("T".to_owned()),
        ..PageUpdate::default()
    };
    let error = client(&server)
        .update_page(&page_id(), &update)
        .await
        .unwrap_err();
    let ApiError::Unclear(unclear) = error else {
        panic!("{error:?}")
    };
    assert_eq!(unclear.cause, UnclearCause::Status(500));
}

#[tokio::test]
async fn a_blocked_connection_is_not_waited_for() {
    let body = json!({"object": "error", "code": "rate_limited", "message": "Blocked.",
        "additional_data": {"rate_limit_reason": "public_api_request_blocked", "retry_after": "5"}});
    let server = answering(ResponseTemplate::new(429).set_body_json(body)).await;
    let client = client(&server);
    let error = client.page(&page_id()).await.unwrap_err();
    assert!(matches!(
        error,
        ApiError::RateLimited {
            reason: RateLimitReason::Blocked,
            ..
        }
    ));
    assert!(!error.is_transient());
    assert_eq!((client.requests_made(), client.paused_until()), (1, None));
}

#[test]
fn a_token_is_not_sent_just_anywhere() {
    for url in [
        "http://api.notion.com",
        "http://192.168.0.1",
        "ftp://localhost",
        "data:x",
    ] {
        let config = ClientConfig::new(url.parse().unwrap(), SecretString::from("ntn_x"));
        assert!(
            matches!(Client::new(config), Err(ApiError::InvalidRequest { .. })),
            "{url}"
        );
    }
    for token in ["", " \n", "ntn_\u{7}x", "ntn_a\nb"] {
        let config = ClientConfig::new(notion_api::NOTION_URL.parse().unwrap(), token.into());
        assert!(
            matches!(Client::new(config), Err(ApiError::InvalidRequest { .. })),
            "{token:?}"
        );
    }
    for url in [
        "https://api.notion.com",
        "http://localhost:1",
        "http://127.0.0.1",
        "http://[::1]:9",
    ] {
        let config = ClientConfig::new(url.parse().unwrap(), SecretString::from("ntn_x\n"));
        Client::new(config).unwrap();
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = Breaker::start(vec![Break::Say(raw(200, "", "{}"))]).await;
    let server =
        answering(ResponseTemplate::new(307).insert_header("location", other.url.as_str())).await;
    let error = client(&server).page(&page_id()).await.unwrap_err();
    assert!(
        matches!(error, ApiError::Edge { status: 307, .. }),
        "{error:?}"
    );
    assert_eq!(other.requests(), 0);
}
