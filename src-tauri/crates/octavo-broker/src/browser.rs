//! What the browser sees of a sign-in: the way to Notion, and the way back.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use secrecy::{ExposeSecret as _, SecretString};
use tracing::error;
use url::Url;

use crate::page::{self, Language, Trouble};
use crate::query::once;
use crate::routes::App;
use crate::seal;
use crate::state::{SignIn, StateError};

const INTO_APP: &str = "octavo://oauth/callback";

/// `GET /start`: sends the browser to Notion.
pub(crate) async fn start(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let language = Language::of(&headers);
    let query = query.unwrap_or_default();
    let Ok([Some(challenge), Some(nonce), Some(words)]) =
        once(&query, ["challenge", "nonce", "words"])
    else {
        return refuse(Trouble::Incomplete, language);
    };
    let now = app.clock.unix_seconds();
    let Some(sign_in) = SignIn::begin(&challenge, &nonce, &words, now) else {
        return refuse(Trouble::Incomplete, language);
    };
    let url = sign_in
        .sign(&app.ring)
        .ok()
        .map(|state| app.notion.authorize_url(&app.redirect_uri, &state));
    match url {
        Some(url) => (StatusCode::FOUND, [(header::LOCATION, url.to_string())]).into_response(),
        None => fail(language),
    }
}

/// `GET /callback`: the bridge from the browser into the app.
pub(crate) async fn callback(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let language = Language::of(&headers);
    let query = query.unwrap_or_default();
    let Ok([code, error, Some(state)]) = once(&query, ["code", "error", "state"]) else {
        return refuse(Trouble::Incomplete, language);
    };
    let code = code.map(SecretString::from);
    let sign_in = match SignIn::verify(&state, &app.ring, app.clock.unix_seconds()) {
        Ok(sign_in) => sign_in,
        Err(StateError::Expired) => return refuse(Trouble::Expired, language),
        Err(StateError::Forged) => return refuse(Trouble::Incomplete, language),
    };
    let (link, granted) = match (code, error) {
        (Some(code), None) if is_code(code.expose_secret()) => {
            let Some(sealed) = seal::seal(&code, &state, &app.ring) else {
                return fail(language);
            };
            (into_app("code", sealed.expose_secret(), &state), true)
        }
        (None, Some(error)) if is_error(&error) => (into_app("error", &error, &state), false),
        _ => return refuse(Trouble::Incomplete, language),
    };
    match link {
        Some(link) => page::bridge(&link, sign_in.words(), granted, language).into_response(),
        None => fail(language),
    }
}

/// The link that carries the answer into the app.
fn into_app(name: &str, value: &str, state: &str) -> Option<SecretString> {
    let mut url = Url::parse(INTO_APP).ok()?;
    url.query_pairs_mut()
        .append_pair(name, value)
        .append_pair("state", state);
    Some(SecretString::from(String::from(url)))
}

fn is_code(code: &str) -> bool {
    (1..=seal::LONGEST_CODE).contains(&code.len()) && code.bytes().all(|c| c.is_ascii_graphic())
}

/// Errors of RFC 6749 §4.1.2.1 and anything spelled like them.
fn is_error(error: &str) -> bool {
    (1..=64).contains(&error.len()) && error.bytes().all(|c| c.is_ascii_lowercase() || c == b'_')
}

fn refuse(trouble: Trouble, language: Language) -> Response {
    (StatusCode::BAD_REQUEST, page::trouble(trouble, language)).into_response()
}

fn fail(language: Language) -> Response {
    error!("a link could not be made");
    let page = page::trouble(Trouble::Incomplete, language);
    (StatusCode::INTERNAL_SERVER_ERROR, page).into_response()
}
