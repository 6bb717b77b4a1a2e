//! What the app asks for, with a Notion that is well, wrong, slow, or not there.

mod support;

use std::num::NonZeroU32;
use std::time::Duration;

use octavo_broker::{RateLimit, StateKeys};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::{CLIENT_ID, CLIENT_SECRET, VERIFIER, World, exchange_body, refusal, start_path};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;
use wiremock::matchers::{basic_auth, body_json, header, method, path};
use wiremock::{Mock, ResponseTemplate};

/// Odd spacing and an unknown field: what is passed on must be what came.
const TOKENS: &str = r#"{ "access_token":"ntn_1","refresh_token" : "nrt_1","later":[1, 2.50]}"#;

fn notion(endpoint: &str, template: ResponseTemplate) -> Mock {
    Mock::given(method("POST"))
        .and(path(format!("/v1/oauth/{endpoint}")))
        .and(basic_auth(CLIENT_ID, CLIENT_SECRET))
        .and(header("notion-version", "2026-03-11"))
        .and(header("content-type", "application/json"))
        .respond_with(template)
        .expect(1..)
}

fn ok(body: &str) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(body, "application/json")
}

/// The refusal that a refresh gets when Notion answers so.
async fn refused_with(template: ResponseTemplate) -> (u16, String, String) {
    let world = World::new().await;
    notion("token", template).mount(&world.notion).await;
    refusal(world.refresh("nrt_old").await).await
}

#[tokio::test]
async fn a_code_becomes_tokens() {
    let world = World::new().await;
    let redirect_uri = format!("{}/callback", world.broker.url());
    let expected = json!({
        "grant_type": "authorization_code",
        "code": "the-code/42",
        "redirect_uri": redirect_uri,
    });
    let mock = Mock::given(path("/v1/oauth/token"))
        .and(basic_auth(CLIENT_ID, CLIENT_SECRET))
        .and(body_json(expected))
        .respond_with(ok(TOKENS));
    mock.expect(1).mount(&world.notion).await;
    let link = world.granted("the-code%2F42").await;
    let response = world.exchange(&link).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.text().await.unwrap(), TOKENS);
}

#[tokio::test]
async fn a_refresh_token_becomes_tokens() {
    let world = World::new().await;
    let expected = json!({"grant_type": "refresh_token", "refresh_token": "nrt_old"});
    let mock = Mock::given(path("/v1/oauth/token"))
        .and(basic_auth(CLIENT_ID, CLIENT_SECRET))
        .and(body_json(expected))
        .respond_with(ok(TOKENS));
    mock.expect(1).mount(&world.notion).await;
    let response = world.refresh("nrt_old").await;
    assert_eq!(response.text().await.unwrap(), TOKENS);
}

#[tokio::test]
async fn tokens_are_revoked_and_introspected() {
    let world = World::new().await;
    for endpoint in ["revoke", "introspect"] {
        let answer = format!(r#"{{"request_id":"of {endpoint}"}}"#);
        let mock = Mock::given(path(format!("/v1/oauth/{endpoint}")))
            .and(basic_auth(CLIENT_ID, CLIENT_SECRET))
            .and(body_json(json!({"token": "ntn_1"})))
            .respond_with(ok(&answer));
        mock.expect(1).mount(&world.notion).await;
        let body = json!({"token": "ntn_1"});
        let response = world.post(&format!("/{endpoint}"), &body).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.text().await.unwrap(), answer);
    }
}

#[tokio::test]
async fn a_code_is_good_only_for_the_app_that_began() {
    let world = World::new().await;
    // Notion must not even be asked.
    Mock::given(path("/v1/oauth/token"))
        .respond_with(ok(TOKENS))
        .expect(0)
        .mount(&world.notion)
        .await;
    let link = world.granted("stolen").await;
    // Two sign-ins of one app within one second of a standing clock would have one state.
    world.clock.advance(1);
    let own = world.begin().await;
    let other = world.granted("other").await;
    for (code, state, verifier) in [
        (
            link.code.as_str(),
            link.state.as_str(),
            VERIFIER.to_lowercase(),
        ),
        (&link.code, &link.state, String::new()),
        // A caught code, brought back with the catcher's own sign-in.
        (&link.code, &own, VERIFIER.to_owned()),
        ("stolen", &own, VERIFIER.to_owned()),
        (&other.code, &link.state, VERIFIER.to_owned()),
        (&link.code, "forged.forged", VERIFIER.to_owned()),
    ] {
        let body = exchange_body(code, state, &verifier);
        let (status, error, _) = refusal(world.post("/token", &body).await).await;
        assert_eq!((status, error.as_str()), (400, "invalid_grant"));
    }
    world.clock.advance(600);
    let (status, error, words) = refusal(world.exchange(&link).await).await;
    assert_eq!((status, error.as_str()), (400, "invalid_grant"));
    assert!(words.contains("ten minutes"), "{words}");
}

#[tokio::test]
async fn a_sign_in_survives_the_rotation_of_keys() {
    let old = World::new().await;
    let link = old.granted("the-code").await;
    let new = World::with(|config| {
        config.state_keys = StateKeys::from_bytes([vec![8; 32], vec![7; 32]]).unwrap();
    })
    .await;
    notion("token", ok(TOKENS)).mount(&new.notion).await;
    assert_eq!(new.exchange(&link).await.status(), StatusCode::OK);
    let other = World::with(|config| {
        config.state_keys = StateKeys::from_bytes([vec![8; 32]]).unwrap();
    })
    .await;
    assert_eq!(refusal(other.exchange(&link).await).await.0, 400);
}

#[tokio::test]
async fn both_error_bodies_of_notion_are_understood() {
    let documented = json!({
        "object": "error", "status": 400, "code": "invalid_grant",
        "message": "Invalid code: this code has been revoked.",
    });
    let answer = refused_with(ResponseTemplate::new(400).set_body_json(documented)).await;
    let words = "Invalid code: this code has been revoked.";
    assert_eq!(answer, (400, "invalid_grant".into(), words.into()));

    let observed = json!({"error": "invalid_client", "request_id": "x"});
    let template = ResponseTemplate::new(401)
        .insert_header("www-authenticate", "Basic realm=\"OAuth\"")
        .set_body_json(observed);
    let answer = refused_with(template).await;
    assert_eq!(answer, (401, "invalid_client".into(), String::new()));

    let described = json!({"error": "invalid_grant", "error_description": "Too\nold."});
    let answer = refused_with(ResponseTemplate::new(400).set_body_json(described)).await;
    assert_eq!(answer, (400, "invalid_grant".into(), "Too old.".into()));

    let forbidden = json!({"code": "test_env_error", "message": "No."});
    let answer = refused_with(ResponseTemplate::new(403).set_body_json(forbidden)).await;
    assert_eq!(answer, (400, "test_env_error".into(), "No.".into()));
}

#[tokio::test]
async fn a_message_that_repeats_the_token_is_dropped() {
    let body = json!({"error": "invalid_grant", "error_description": "nrt_old is unknown"});
    let answer = refused_with(ResponseTemplate::new(400).set_body_json(body)).await;
    assert_eq!(answer, (400, "invalid_grant".into(), String::new()));
}

#[tokio::test]
async fn failures_of_notion_are_told_apart_from_refusals() {
    let page = "<html>Bad gateway</html>";
    for (given, status, error) in [
        (500, 502, "server_error"),
        (502, 502, "server_error"),
        (504, 502, "server_error"),
        (302, 502, "server_error"),
        (400, 502, "server_error"),
        (403, 502, "server_error"),
        (200, 502, "server_error"),
        (503, 503, "temporarily_unavailable"),
        (529, 503, "temporarily_unavailable"),
        (429, 429, "rate_limited"),
    ] {
        let template = ResponseTemplate::new(given).set_body_raw(page, "text/html");
        let template = template.insert_header("location", "http://localhost:1/");
        let answer = refused_with(template).await;
        assert_eq!(
            (answer.0, answer.1.as_str()),
            (status, error),
            "for {given}"
        );
        assert!(!answer.2.contains('<'), "{}", answer.2);
    }
    for body in ["[]", "null", "{\"access_token\":", ""] {
        assert_eq!(refused_with(ok(body)).await.0, 502, "{body}");
    }
    let odd = json!({"error": "<b>", "error_description": "x"});
    let answer = refused_with(ResponseTemplate::new(400).set_body_json(odd)).await;
    assert_eq!((answer.0, answer.1.as_str()), (502, "server_error"));
}

#[tokio::test]
async fn an_endless_answer_is_not_read_to_its_end() {
    let long = format!("{{\"a\":\"{}\"}}", "a".repeat(300 * 1024));
    assert_eq!(refused_with(ok(&long)).await.0, 502);
}

#[tokio::test]
async fn notion_s_wish_to_wait_is_passed_on() {
    for (given, wish, passed) in [
        (429, "17", "17"),
        (529, "86400", "3600"),
        (429, "soon", "5"),
        (503, "9", "9"),
    ] {
        let world = World::new().await;
        let template = ResponseTemplate::new(given).insert_header("retry-after", wish);
        notion("token", template).mount(&world.notion).await;
        let response = world.refresh("nrt_old").await;
        assert_eq!(response.headers()["retry-after"], passed);
    }
}

#[tokio::test]
async fn a_cut_is_unclear_and_an_unreachable_notion_is_not() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let notion_url = format!("http://{address}").parse::<url::Url>().unwrap();
    let world = World::with(|config| config.notion_url = notion_url).await;
    let cut = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 1024]).await.unwrap() > 0);
    });
    let (status, error, _) = refusal(world.refresh("nrt_old").await).await;
    assert_eq!((status, error.as_str()), (502, "server_error"));
    // The listener went with its task.
    cut.await.unwrap();
    let (status, error, _) = refusal(world.refresh("nrt_old").await).await;
    assert_eq!((status, error.as_str()), (503, "temporarily_unavailable"));
}

#[tokio::test]
async fn a_slow_notion_is_given_up() {
    let world = World::with(|config| config.notion_timeout = Duration::from_millis(100)).await;
    let slow = ok(TOKENS).set_delay(Duration::from_hours(1));
    notion("token", slow).mount(&world.notion).await;
    let (status, error, _) = refusal(world.refresh("nrt_old").await).await;
    assert_eq!((status, error.as_str()), (502, "server_error"));
}

#[tokio::test]
async fn requests_out_of_form_are_refused_without_an_echo() {
    let world = World::new().await;
    let long = "z".repeat(5000);
    for body in [
        json!({}),
        json!([]),
        json!({"grant_type": "zaphod"}),
        json!({"grant_type": 5}),
        json!({"grant_type": "refresh_token"}),
        json!({"grant_type": "refresh_token", "refresh_token": ""}),
        json!({"grant_type": "refresh_token", "refresh_token": {"zaphod": 1}}),
        json!({"grant_type": "refresh_token", "refresh_token": long}),
        json!({"grant_type": "authorization_code", "code": "zaphod", "state": "zaphod"}),
    ] {
        let (status, error, words) = refusal(world.post("/token", &body).await).await;
        assert_eq!(status, 400, "{body}");
        assert!(error == "invalid_request" || error == "unsupported_grant_type");
        assert!(!words.contains("zaphod"), "{words}");
    }
    assert_eq!(
        refusal(world.post("/revoke", &json!({})).await).await.0,
        400
    );
    let send = |body: String, kind: &'static str| {
        let url = format!("http://{}/token", world.broker.address());
        let request = world.http.post(url).header("content-type", kind);
        request.body(body).send()
    };
    let twice = r#"{"grant_type":"refresh_token","refresh_token":"a","refresh_token":"b"}"#;
    let response = send(twice.to_owned(), "application/json").await.unwrap();
    assert_eq!(refusal(response).await.0, 400);
    let form = "grant_type=refresh_token&refresh_token=a".to_owned();
    let response = send(form, "application/x-www-form-urlencoded")
        .await
        .unwrap();
    assert_eq!(refusal(response).await.0, 415);
    let big = format!("\"{}\"", "a".repeat(16 * 1024));
    let response = send(big, "application/json").await.unwrap();
    assert_eq!(refusal(response).await.0, 413);
    assert_eq!(refusal(world.get("/token").await).await.0, 405);
    assert_eq!(refusal(world.get("/").await).await.0, 404);
}

#[tokio::test]
async fn who_asks_too_often_is_told_how_long_to_wait() {
    let world = World::with(|config| {
        config.rate = RateLimit {
            per_minute: NonZeroU32::new(6).unwrap(),
            burst: NonZeroU32::new(2).unwrap(),
        };
        config.trust_proxy = true;
    })
    .await;
    let ask = |client: &'static str, path: String| {
        let url = format!("http://{}{path}", world.broker.address());
        let forwarded = format!("203.0.113.99, {client}");
        world
            .http
            .get(url)
            .header("x-forwarded-for", forwarded)
            .send()
    };
    for _ in 0..2 {
        let response = ask("192.0.2.1", start_path()).await.unwrap();
        assert_eq!(response.status(), StatusCode::FOUND);
    }
    let page = ask("192.0.2.1", start_path()).await.unwrap();
    assert_eq!(page.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(page.headers()["retry-after"], "10");
    assert!(page.text().await.unwrap().contains("<h1>"));
    let answer = ask("192.0.2.1", "/token".to_owned()).await.unwrap();
    assert_eq!(answer.headers()["retry-after"], "10");
    assert_eq!(refusal(answer).await.1, "rate_limited");
    let health = ask("192.0.2.1", "/health".to_owned()).await.unwrap();
    assert_eq!(health.json::<Value>().await.unwrap(), json!({"ok": true}));
    let other = ask("192.0.2.2", start_path()).await.unwrap();
    assert_eq!(other.status(), StatusCode::FOUND);
    world.clock.advance(10);
    let again = ask("192.0.2.1", start_path()).await.unwrap();
    assert_eq!(again.status(), StatusCode::FOUND);
}
