//! Which address does what, and what holds for every request.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Extension, MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::time::timeout;
use tracing::{debug, info, warn};

use crate::answer::Refusal;
use crate::browser::{callback, start};
use crate::clock::Clock;
use crate::exchange::{introspect, revoke, token};
use crate::keys::Ring;
use crate::limit::{Limiter, client_of};
use crate::notion::Notion;
use crate::page::{self, Language, Trouble};

/// Everything the handlers need; nothing of it changes after the start.
pub(crate) struct App {
    pub(crate) notion: Notion,
    pub(crate) ring: Ring,
    pub(crate) redirect_uri: String,
    pub(crate) limiter: Limiter,
    pub(crate) clock: Clock,
    pub(crate) trust_proxy: bool,
    pub(crate) request_timeout: Duration,
    pub(crate) is_https: bool,
}

/// The other end of the connection, put into each request by the server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

const STYLE: &str = include_str!("../assets/bridge.css");
const SCRIPT: &str = include_str!("../assets/bridge.js");
const ICON: &str = include_str!("../assets/bridge.svg");

pub(crate) fn router(app: Arc<App>) -> Router {
    let asset = |kind: &'static str, text: &'static str| {
        get(move || async move {
            let headers = [
                (header::CONTENT_TYPE, kind),
                (header::CACHE_CONTROL, "public, max-age=3600"),
            ];
            (headers, text)
        })
    };
    Router::new()
        .route("/start", get(start))
        .route("/callback", get(callback))
        .route("/token", post(token))
        .route("/revoke", post(revoke))
        .route("/introspect", post(introspect))
        .route("/health", get(health))
        .route("/bridge.css", asset("text/css; charset=utf-8", STYLE))
        .route(
            "/bridge.js",
            asset("text/javascript; charset=utf-8", SCRIPT),
        )
        .route("/bridge.svg", asset("image/svg+xml", ICON))
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(Arc::clone(&app), around))
        .with_state(app)
}

async fn health() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "application/json")],
        r#"{"ok":true}"#,
    )
}

async fn nothing_here() -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here.")
}

async fn wrong_method() -> Refusal {
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "invalid_request",
        "This address does not answer to that method.",
    )
}

/// Counts, limits and notes each request. Of what was sent, only the route's name is logged.
async fn around(
    State(app): State<Arc<App>>,
    Extension(Peer(peer)): Extension<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let begun = app.clock.elapsed();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "elsewhere".to_owned(), |path| path.as_str().to_owned());
    let language = Language::of(request.headers());
    let free = route == "/health" || route.starts_with("/bridge.");
    let client = client_of(peer, request.headers(), app.trust_proxy);
    let taken = if free {
        Ok(())
    } else {
        app.limiter.take(client)
    };
    let mut response = match taken {
        Ok(()) => timeout(app.request_timeout, next.run(request))
            .await
            .unwrap_or_else(|_| too_slow()),
        Err(wait) => too_many(&route, wait, language),
    };
    protect(&app, &mut response);
    let status = response.status().as_u16();
    let millis = app.clock.elapsed().saturating_sub(begun).as_millis();
    match status {
        _ if free => debug!(route, status, millis, "answered"),
        500.. => warn!(route, status, millis, "answered"),
        _ => info!(route, status, millis, "answered"),
    }
    response
}

/// The body trickled in, or Notion took longer than its own limit allows.
fn too_slow() -> Response {
    Refusal::server_error("The request took too long.").into_response()
}

fn too_many(route: &str, wait: u64, language: Language) -> Response {
    let plain = Refusal::rate_limited(wait).into_response();
    if !matches!(route, "/start" | "/callback") {
        return plain;
    }
    let (parts, _) = plain.into_parts();
    let mut page = page::trouble(Trouble::Busy, language);
    *page.status_mut() = parts.status;
    if let Some(wait) = parts.headers.get(header::RETRY_AFTER) {
        page.headers_mut().insert(header::RETRY_AFTER, wait.clone());
    }
    page
}

/// What no answer goes without.
fn protect(app: &App, response: &mut Response) {
    let headers = response.headers_mut();
    let always: [(HeaderName, &'static str); 4] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ];
    for (name, value) in always {
        headers
            .entry(name)
            .or_insert_with(|| HeaderValue::from_static(value));
    }
    if app.is_https {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
}
