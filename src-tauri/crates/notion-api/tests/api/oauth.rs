//! Codes and tokens.

use notion_api::{
    ApiError, CodeProof, OAuthClient, OAuthConfig, Owner, Relay, Remedy, TokenGrant, authorize_url,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use wiremock::{MockServer, ResponseTemplate};

use crate::support::{Break, Breaker, OTHER, PAGE, answering, raw};

const SECRET: &str = "the-connections-secret";
const CODE: &str = "a-code-nobody-may-see";

fn client(url: &str) -> OAuthClient {
    let secret = SecretString::from(SECRET);
    OAuthClient::new(OAuthConfig::new(url.parse().unwrap(), "client-id", secret)).unwrap()
}

fn grant() -> Value {
    json!({
        "access_token": "ntn_a", "token_type": "bearer", "refresh_token": "nrt_b",
        "bot_id": PAGE, "workspace_id": OTHER, "workspace_name": "Ada's Notion",
        "workspace_icon": null, "duplicated_template_id": null, "request_id": "r", "new": 1,
        "owner": {"type": "user", "user": {"object": "user", "id": PAGE, "type": "person",
            "name": "Ada", "person": {"email": "ada@example.org"}}},
    })
}

async fn exchanged(template: ResponseTemplate) -> (Result<TokenGrant, ApiError>, MockServer) {
    let server = answering(template).await;
    let code = SecretString::from(CODE);
    let grant = client(&server.uri())
        .exchange(&code, CodeProof::Redirect("https://example.org/callback"))
        .await;
    (grant, server)
}

#[tokio::test]
async fn a_code_becomes_a_pair_of_tokens() {
    let (granted, server) = exchanged(ResponseTemplate::new(200).set_body_json(grant())).await;
    let granted = granted.unwrap();
    assert_eq!(granted.access_token.expose_secret(), "ntn_a");
    assert_eq!(granted.refresh_token.unwrap().expose_secret(), "nrt_b");
    assert_eq!(granted.workspace_id.unwrap().to_string(), OTHER);
    assert!(matches!(granted.owner, Owner::Person { .. }));
    let request = server.received_requests().await.unwrap().pop().unwrap();
    let header = |name: &str| request.headers.get(name).unwrap().to_str().unwrap();
    assert_eq!(request.url.path(), "/v1/oauth/token");
    assert_eq!(header("notion-version"), "2026-03-11");
    assert_eq!(
        header("authorization"),
        "Basic Y2xpZW50LWlkOnRoZS1jb25uZWN0aW9ucy1zZWNyZXQ="
    );
    assert_eq!(
        request.body_json::<Value>().unwrap(),
        json!({"grant_type": "authorization_code", "code": CODE,
            "redirect_uri": "https://example.org/callback"})
    );
}

#[tokio::test]
async fn a_grant_may_lack_all_but_the_token() {
    let bare = json!({"access_token": "secret_x", "refresh_token": null,
        "owner": {"type": "workspace", "workspace": true}});
    let (granted, _) = exchanged(ResponseTemplate::new(200).set_body_json(bare)).await;
    let granted = granted.unwrap();
    assert!(granted.refresh_token.is_none() && granted.owner == Owner::Workspace);
}

#[tokio::test]
async fn both_bodies_of_errors_are_read_and_secrets_taken_out() {
    let quoting = format!("Invalid code {CODE} of {SECRET}.");
    for (status, body, remedy) in [
        (
            400,
            json!({"error": "invalid_grant", "error_description": quoting}),
            Remedy::SignIn,
        ),
        (
            400,
            json!({"object": "error", "status": 400, "code": "invalid_grant", "message": quoting}),
            Remedy::SignIn,
        ),
        (
            401,
            json!({"error": "invalid_client", "request_id": "r"}),
            Remedy::ChangeConnection,
        ),
        (
            400,
            json!({"object": "error", "code": "unauthorized_client", "message": quoting}),
            Remedy::ChangeConnection,
        ),
        (
            400,
            json!({"error": "unsupported_grant_type", "error_description": quoting}),
            Remedy::ChangeRequest,
        ),
    ] {
        let template = ResponseTemplate::new(status)
            .insert_header("x-notion-request-id", "r")
            .set_body_json(&body);
        let (refused, server) = exchanged(template).await;
        let error = refused.unwrap_err();
        assert_eq!(error.remedy(), remedy, "{body}: {error:?}");
        assert_eq!(error.request_id(), Some("r"));
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(CODE) && !shown.contains(SECRET), "{shown}");
        assert_eq!(server.received_requests().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn the_bare_oauth_body_is_known_without_the_header() {
    let body = json!({"error": "invalid_client", "request_id": "r"});
    let (refused, _) = exchanged(ResponseTemplate::new(401).set_body_json(body)).await;
    let error = refused.unwrap_err();
    assert!(matches!(error, ApiError::ClientRefused { .. }), "{error:?}");
}

#[tokio::test]
async fn a_code_is_never_sent_twice_and_a_refresh_token_at_most_twice() {
    let server = Breaker::start(vec![Break::Cut]).await;
    let token = SecretString::from(CODE);
    let error = client(&server.url)
        .exchange(&token, CodeProof::Redirect("https://e.org"))
        .await;
    assert!(matches!(error, Err(ApiError::Unclear(_))), "{error:?}");
    assert_eq!(server.requests(), 1);
    let error = client(&server.url).refresh(&token).await;
    assert!(matches!(error, Err(ApiError::Unclear(_))), "{error:?}");
    assert_eq!(server.requests(), 3);

    let body = grant().to_string();
    let script = vec![Break::Cut, Break::Say(raw(200, "", &body))];
    let server = Breaker::start(script).await;
    client(&server.url).refresh(&token).await.unwrap();
}

#[tokio::test]
async fn a_token_is_examined_and_revoked() {
    let body = json!({"active": true, "scope": "read_content", "iat": 1_710_000_000_i64});
    let server = answering(ResponseTemplate::new(200).set_body_json(body)).await;
    let token = SecretString::from("ntn_a");
    let seen = client(&server.uri()).introspect(&token).await.unwrap();
    assert_eq!((seen.active, seen.issued_at), (true, Some(1_710_000_000)));
    let server = answering(ResponseTemplate::new(200).set_body_json(json!({}))).await;
    client(&server.uri()).revoke(&token).await.unwrap();
    let request = server.received_requests().await.unwrap().pop().unwrap();
    assert_eq!(request.url.path(), "/v1/oauth/revoke");
    assert_eq!(
        request.body_json::<Value>().unwrap(),
        json!({"token": "ntn_a"})
    );
}

#[test]
fn nothing_of_a_grant_is_shown() {
    let secret = SecretString::from(SECRET);
    let config = OAuthConfig::new("https://example.org".parse().unwrap(), "id", secret);
    let shown = format!("{config:?} {:?}", OAuthClient::new(config.clone()).unwrap());
    assert!(!shown.contains(SECRET), "{shown}");
}

#[test]
fn the_browser_is_sent_to_one_exact_address() {
    let base = "https://api.notion.com".parse().unwrap();
    let url = authorize_url(&base, "id", "http://localhost:1/c?d", "s t");
    assert_eq!(
        url.as_str(),
        "https://api.notion.com/v1/oauth/authorize?client_id=id&response_type=code&owner=user\
         &redirect_uri=http%3A%2F%2Flocalhost%3A1%2Fc%3Fd&state=s+t"
    );
}

/// What a keeper is asked with, and how it answers.
async fn kept(template: ResponseTemplate) -> (OAuthClient, MockServer) {
    let server = answering(template).await;
    let base = format!("{}/keeper/", server.uri());
    let config = OAuthConfig::through_keeper(base.parse().unwrap());
    (OAuthClient::new(config).unwrap(), server)
}

#[tokio::test]
async fn a_keeper_is_asked_without_a_secret() {
    let (client, server) = kept(ResponseTemplate::new(200).set_body_json(grant())).await;
    let (code, verifier) = (SecretString::from(CODE), SecretString::from("v"));
    let proof = CodeProof::Verifier {
        state: "s",
        verifier: &verifier,
    };
    client.exchange(&code, proof).await.unwrap();
    client.revoke(&code).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    let paths: Vec<_> = requests.iter().map(|request| request.url.path()).collect();
    assert_eq!(paths, ["/keeper/token", "/keeper/revoke"]);
    assert!(requests[0].headers.get("authorization").is_none());
    assert_eq!(
        requests[0].body_json::<Value>().unwrap(),
        json!({"grant_type": "authorization_code", "code": CODE, "state": "s",
            "code_verifier": "v"})
    );
}

#[tokio::test]
async fn a_keepers_refusal_is_one_and_a_gateways_is_not() {
    let token = SecretString::from(CODE);
    for (status, body, remedy) in [
        (400, json!({"error": "invalid_grant"}), Remedy::SignIn),
        (
            401,
            json!({"error": "unauthorized", "error_description": "No."}),
            Remedy::RefreshToken,
        ),
        (
            401,
            json!({"error": "invalid_client"}),
            Remedy::ChangeConnection,
        ),
        (403, json!({"error": "No entry"}), Remedy::CheckNetwork),
        (403, json!({"reason": "blocked"}), Remedy::CheckNetwork),
    ] {
        let (client, server) = kept(ResponseTemplate::new(status).set_body_json(&body)).await;
        let error = client.refresh(&token).await.unwrap_err();
        assert_eq!(error.remedy(), remedy, "{body}: {error:?}");
        assert_eq!(server.received_requests().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn what_is_relayed_is_neither_changed_nor_repeated() {
    let token = SecretString::from(CODE);
    let odd = "{ \"access_token\":\"ntn_1\",\"later\" : [1, 2.50]}";
    let server = Breaker::start(vec![
        Break::Say(raw(200, "", odd)),
        Break::Cut,
        Break::Say(raw(200, "", "<html></html>")),
        Break::Say(raw(200, "", "[]")),
    ])
    .await;
    let client = client(&server.url);
    let answer = client.relay(Relay::Refresh(&token)).await.unwrap();
    assert_eq!(answer.expose_secret(), odd.as_bytes());
    for _ in 0..3 {
        let error = client.relay(Relay::Refresh(&token)).await.unwrap_err();
        assert!(matches!(error, ApiError::Unclear(_)), "{error:?}");
    }
    assert_eq!(server.requests(), 4);
}
