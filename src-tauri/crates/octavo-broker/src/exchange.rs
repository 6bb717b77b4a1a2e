//! What the app asks for: tokens for a code, new tokens for old ones, an end of them.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use notion_api::Relay;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::answer::Refusal;
use crate::routes::App;
use crate::seal;
use crate::state::{SignIn, StateError};

const LONGEST_BODY: usize = 16 * 1024;
const LONGEST_TOKEN: usize = 4096;

/// Fields of other grants and of later apps are left alone.
#[derive(Deserialize)]
struct TokenAsk {
    grant_type: String,
    code: Option<SecretString>,
    state: Option<String>,
    code_verifier: Option<SecretString>,
    refresh_token: Option<SecretString>,
}

#[derive(Deserialize)]
struct TokenOnly {
    token: SecretString,
}

/// `POST /token`.
pub(crate) async fn token(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let ask: TokenAsk = read(&headers, body).await?;
    match ask.grant_type.as_str() {
        "authorization_code" => exchange(&app, &ask).await,
        "refresh_token" => {
            let token = one_token(ask.refresh_token.as_ref(), "refresh_token is missing.")?;
            app.notion.ask(Relay::Refresh(token)).await.map(json)
        }
        _ => Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            "grant_type must be authorization_code or refresh_token.",
        )),
    }
}

/// `POST /revoke`.
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let token = about_a_token(&headers, body).await?;
    app.notion.ask(Relay::Revoke(&token)).await.map(json)
}

/// `POST /introspect`.
pub(crate) async fn introspect(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let token = about_a_token(&headers, body).await?;
    app.notion.ask(Relay::Introspect(&token)).await.map(json)
}

async fn about_a_token(headers: &HeaderMap, body: Body) -> Result<SecretString, Refusal> {
    let ask: TokenOnly = read(headers, body).await?;
    one_token(Some(&ask.token), "token is missing.").cloned()
}

async fn exchange(app: &App, ask: &TokenAsk) -> Result<Response, Refusal> {
    let (Some(code), Some(state), Some(verifier)) = (&ask.code, &ask.state, &ask.code_verifier)
    else {
        let missing = "code, state and code_verifier are all needed.";
        return Err(Refusal::invalid_request(missing));
    };
    let now = app.clock.unix_seconds();
    let sign_in = SignIn::verify(state, &app.ring, now).map_err(|error| {
        Refusal::invalid_grant(match error {
            StateError::Forged => "This sign-in was not begun here.",
            StateError::Expired => "This sign-in took more than ten minutes: begin again.",
        })
    })?;
    if !sign_in.was_begun_with(verifier.expose_secret()) {
        return Err(Refusal::invalid_grant("The code verifier does not fit."));
    }
    let code = seal::open(code, state, &app.ring)
        .ok_or_else(|| Refusal::invalid_grant("The code does not belong to this sign-in."))?;
    let relay = Relay::Code {
        code: &code,
        redirect_uri: &app.redirect_uri,
    };
    app.notion.ask(relay).await.map(json)
}

/// Reads a JSON body. What the parser says is dropped: it may quote what it read.
async fn read<T: DeserializeOwned>(headers: &HeaderMap, body: Body) -> Result<T, Refusal> {
    // Only `application/json`: a form of a foreign web site cannot send it without asking first.
    let is_json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok()?.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    if !is_json {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "invalid_request",
            "The body must be application/json.",
        ));
    }
    let bytes = to_bytes(body, LONGEST_BODY).await.map_err(|_| {
        Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "invalid_request",
            "The body is longer than 16 KiB, or broke off.",
        )
    })?;
    serde_json::from_slice(&bytes)
        .map_err(|_| Refusal::invalid_request("The body is not the JSON that is asked for."))
}

/// Tokens are opaque; only what cannot be one is refused without asking Notion.
fn one_token<'a>(
    token: Option<&'a SecretString>,
    missing: &str,
) -> Result<&'a SecretString, Refusal> {
    token
        .filter(|token| (1..=LONGEST_TOKEN).contains(&token.expose_secret().len()))
        .ok_or_else(|| Refusal::invalid_request(missing))
}

fn json(content: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], content).into_response()
}
