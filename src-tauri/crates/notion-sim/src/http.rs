//! From a request to an answer, in the order in which Notion checks things: address, credential,
//! version, body, object, meaning.

use std::{collections::VecDeque, sync::atomic::Ordering, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, request::Parts},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Answer, Ctx, Incoming},
    clock,
    config::RateLimit,
    control,
    edge::{edge, retry_after, truncated},
    error::{ApiError, ApiResult},
    faults::{Budget, Fault, Rule},
    files::serve,
    holds::Hold,
    listener::Connection,
    oauth::{self, consent},
    routes::{Route, parse_body},
    sim::{App, LogEntry, Sim},
    tasks,
    version::Version,
    world::{Token, TokenKind},
};

/// Bodies beyond this are cut off before anything looks at them.
const BODY_LIMIT: usize = 32 * 1024 * 1024;

/// Said to people whose account may not use the API at all.
const RESTRICTED: &str = "This user's account is restricted from accessing the public API.";

/// The one handler of the server.
pub(crate) async fn handle(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        connection.cut.store(true, Ordering::Relaxed);
        return empty();
    };
    if app.control && parts.uri.path().starts_with("/_sim/") {
        app.lock().world.config.begin_request();
        let (response, changed) = control::handle(&app, &parts, &bytes);
        if changed {
            app.saved().await;
        }
        return response;
    }
    if parts.method.as_str() == "TRACE" {
        let status = StatusCode::METHOD_NOT_ALLOWED;
        return plain(status, "text/html", "405 Not Allowed");
    }
    let rule = app
        .lock()
        .faults
        .take(parts.method.as_str(), parts.uri.path());
    if let Some(rule) = &rule {
        match rule.fault {
            Fault::CutBefore => {
                app.lock().record(&parts, 0);
                connection.cut.store(true, Ordering::Relaxed);
                return empty();
            }
            _ if let Some(status) = rule.edge_status() => {
                app.lock().record(&parts, status);
                return edge(status);
            }
            Fault::Slow => {
                let delay = rule
                    .delay_ms
                    .unwrap_or_else(|| rule.retry_after.unwrap_or(2) * 1000);
                tokio::time::sleep(Duration::from_millis(delay)).await;
            }
            _ => {}
        }
    }
    let (response, changed, hold) = respond(&app, &parts, &bytes, rule.as_ref());
    if changed {
        app.saved().await;
    }
    if let Some(hold) = hold {
        hold.finish().await;
    }
    match rule.map(|rule| rule.fault) {
        Some(Fault::CutAfterCommit) => {
            connection.cut.store(true, Ordering::Relaxed);
            empty()
        }
        Some(Fault::Truncated) => truncated(response).await,
        _ => response,
    }
}

fn respond(
    app: &App,
    parts: &Parts,
    bytes: &Bytes,
    rule: Option<&Rule>,
) -> (Response<Body>, bool, Option<Hold>) {
    let mut sim = app.lock();
    sim.world.config.begin_request();
    let route = Route::find(parts.method.as_str(), parts.uri.path());
    if let Some(route) = route.as_ref().filter(|route| route.is_for_browsers())
        && rule.and_then(Rule::error_before).is_none()
    {
        let shown = consent::handle(&mut sim.world, route, parts, bytes);
        sim.record(parts, shown.response.status().as_u16());
        return (shown.response, shown.changed, None);
    }
    if parts.uri.path().starts_with(serve::PREFIX) && rule.and_then(Rule::error_before).is_none() {
        let response = serve::serve(&sim.world, parts);
        sim.record(parts, response.status().as_u16());
        return (response, false, None);
    }
    let tasks_done = tasks::run_due(&mut sim);
    let result = answer(&mut sim, parts, bytes, rule);
    let hold = Hold::taken(app, &mut sim);
    let changed = tasks_done || changes(&result);
    let result = match rule {
        Some(rule) => rule.after_commit(result),
        None => result,
    };
    let request_id = Uuid::new_v4();
    let unknown_client = matches!(&result, Err(error) if error.oauth && error.status == 401);
    let style = sim.world.config.oauth_error_style;
    let anonymous = matches!(&result, Ok(answer) if answer.anonymous);
    let (status, mut body, retry) = match result {
        Ok(answer) => (answer.status, answer.body, None),
        Err(error) => (
            error.status,
            error.json(request_id, style),
            error.retry_after,
        ),
    };
    if let Value::Object(map) = &mut body
        && !anonymous
    {
        map.insert("request_id".into(), json!(request_id.to_string()));
    }
    sim.world.config.dress(&mut body);
    sim.record(parts, status);
    drop(sim);
    let mut response = plain(
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
        "application/json; charset=utf-8",
        body.to_string(),
    );
    let headers = response.headers_mut();
    headers.extend(id_header(request_id));
    if let Some(seconds) = retry {
        let dated = rule.is_some_and(|rule| rule.retry_after_date);
        headers.insert("retry-after", retry_after(seconds, dated));
    }
    if unknown_client {
        let challenge = HeaderValue::from_static("Basic realm=\"OAuth\"");
        headers.insert("www-authenticate", challenge);
    }
    (response, changed, hold)
}

fn id_header(request_id: Uuid) -> Option<(HeaderName, HeaderValue)> {
    let value = request_id.to_string().parse().ok()?;
    Some((HeaderName::from_static("x-notion-request-id"), value))
}

fn changes(result: &ApiResult<Answer>) -> bool {
    match result {
        Ok(answer) => answer.changed,
        Err(error) => error.changed,
    }
}

fn answer(sim: &mut Sim, parts: &Parts, bytes: &Bytes, rule: Option<&Rule>) -> ApiResult<Answer> {
    let route = Route::find(parts.method.as_str(), parts.uri.path()).ok_or_else(ApiError::url)?;
    if route.is_for_browsers() || route.is_for_clients() {
        return client_answer(sim, &route, parts, bytes, rule);
    }
    let secret = bearer(&parts.headers)?;
    let token = admit(sim, secret)?;
    if let Some(error) = rule.and_then(Rule::error_before) {
        return Err(error);
    }
    let version = version(&parts.headers)?;
    if !route.exists_in(version) {
        return Err(ApiError::url());
    }
    let body = if route.has_body() {
        parse_body(bytes)?
    } else {
        serde_json::Map::new()
    };
    let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
        .into_owned()
        .collect();
    let incoming = if route.has_form() {
        let content_type = parts.headers.get("content-type");
        Incoming {
            content_type: content_type
                .and_then(|kind| kind.to_str().ok())
                .unwrap_or_default()
                .to_owned(),
            bytes: bytes.clone(),
        }
    } else {
        Incoming::default()
    };
    let Sim {
        world, rng, holds, ..
    } = sim;
    let mut ctx = Ctx {
        world,
        rng,
        token,
        version,
        query,
        body,
        incoming,
    };
    ctx.cursor_lives()?;
    let page = holds.check(ctx.world, &route, &ctx.body)?;
    ctx.world.viewer = Some(ctx.token.clone());
    let result = route.run(&mut ctx);
    ctx.world.viewer = None;
    if changes(&result) {
        holds.begin(page);
    }
    result
}

/// The token behind a secret, if it may ask now.
fn admit(sim: &mut Sim, secret: &str) -> ApiResult<Token> {
    let token = sim
        .world
        .token(secret)
        .ok_or_else(|| ApiError::unauthorized("API token is invalid."))?;
    if sim.world.is_restricted(&token) {
        return Err(ApiError::unauthorized(RESTRICTED));
    }
    match token.kind {
        // A refresh gives a new token, but no new budget.
        TokenKind::Public => sim.budget(&token.bot.to_string(), token.workspace)?,
        TokenKind::Personal | TokenKind::Internal => sim.budget(secret, token.workspace)?,
    }
    Ok(token)
}

/// The token endpoints, and whatever a fault puts in the place of a page.
fn client_answer(
    sim: &mut Sim,
    route: &Route,
    parts: &Parts,
    bytes: &Bytes,
    rule: Option<&Rule>,
) -> ApiResult<Answer> {
    let fault = rule.and_then(Rule::error_before);
    if route.is_for_browsers() {
        return Err(fault.unwrap_or_else(ApiError::url));
    }
    let client = oauth::token::client(&sim.world, &parts.headers)?;
    if let Some(error) = fault {
        return Err(error);
    }
    version(&parts.headers)?;
    let body = oauth::token::body(&parts.headers, bytes)?;
    let request = oauth::token::Request { client, body };
    oauth::token::run(&mut sim.world, route, &request)
}

fn version(headers: &HeaderMap) -> ApiResult<Version> {
    let version = headers.get("notion-version");
    Version::from_header(version.map(|v| v.to_str().unwrap_or_default()))
}

/// The bearer token: the scheme in any case, blanks tolerated, exactly two words.
fn bearer(headers: &HeaderMap) -> ApiResult<&str> {
    let value = headers
        .get("authorization")
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    let mut words = value.split_ascii_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(scheme), Some(token), None) if scheme.eq_ignore_ascii_case("bearer") => Ok(token),
        _ => Err(ApiError::unauthorized(
            "Authorization header must use the format \"Bearer <token>\".",
        )),
    }
}

impl Sim {
    /// Counts a request against its token's window, and the workspace's if there is one.
    fn budget(&mut self, secret: &str, workspace: Uuid) -> ApiResult<()> {
        let limit = self.world.config.rate_limit;
        self.count(secret, limit, Budget::Connection)?;
        match self.world.config.workspace_rate_limit {
            Some(limit) => self.count(&format!("space {workspace}"), limit, Budget::Workspace),
            None => Ok(()),
        }
    }

    fn count(&mut self, key: &str, limit: RateLimit, budget: Budget) -> ApiResult<()> {
        let span = i64::try_from(limit.window_seconds)
            .unwrap_or(60)
            .saturating_mul(1000);
        let now = clock::now();
        let window: &mut VecDeque<i64> = self.windows.entry(key.to_owned()).or_default();
        while window.front().is_some_and(|first| *first + span <= now) {
            window.pop_front();
        }
        if window.len() >= limit.requests {
            let wait = window
                .front()
                .map_or(span, |first| first + span - now)
                .max(1);
            let seconds = u64::try_from(wait).unwrap_or(1).div_ceil(1000);
            return Err(ApiError::rate_limited(seconds, budget.reason()));
        }
        window.push_back(now);
        Ok(())
    }

    /// Writes a request into the statistics and the log.
    fn record(&mut self, parts: &Parts, status: u16) {
        let method = parts.method.as_str();
        let route = Route::find(method, parts.uri.path());
        let template = route.as_ref().map_or("(unknown)", Route::template);
        *self
            .stats
            .entry(format!("{method} {template}"))
            .or_default() += 1;
        *self.statuses.entry(status).or_default() += 1;
        let token = bearer(&parts.headers)
            .map(crate::sim::token_hash)
            .unwrap_or_default();
        self.log.push(LogEntry {
            at: clock::now(),
            method: method.to_owned(),
            path: parts.uri.path().to_owned(),
            status,
            token,
        });
    }
}

/// A response with a body.
pub(crate) fn plain(status: StatusCode, kind: &str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    if let Ok(kind) = kind.parse() {
        response.headers_mut().insert("content-type", kind);
    }
    response
}

fn empty() -> Response<Body> {
    Response::new(Body::empty())
}
