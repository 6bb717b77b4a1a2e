//! `/v1/oauth/token`, `/v1/oauth/introspect` and `/v1/oauth/revoke`.

use axum::http::HeaderMap;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{basic, issue::STALE, model::Standing};
use crate::{
    api::Answer,
    clock,
    error::{ApiError, ApiResult, missing, should_be},
    json::put,
    routes::{Route, parse_body},
    world::World,
};

/// A request whose client, version and body were accepted.
pub(crate) struct Request {
    pub(crate) client: Uuid,
    pub(crate) body: Map<String, Value>,
}

fn invalid_request(message: impl Into<String>) -> ApiError {
    ApiError::oauth(400, "invalid_request", message)
}

fn invalid_grant(message: impl Into<String>) -> ApiError {
    ApiError::oauth(400, "invalid_grant", message)
}

/// The connection a request proves to be.
pub(crate) fn client(world: &World, headers: &HeaderMap) -> ApiResult<Uuid> {
    let given = basic::credentials(headers);
    given
        .filter(|(client, secret)| {
            world
                .oauth
                .connections
                .get(client)
                .is_some_and(|known| known.client_secret == *secret)
        })
        .map(|(client, _)| client)
        .ok_or_else(|| ApiError::oauth(401, "invalid_client", "Client authentication failed."))
}

/// The JSON object of a request. A form, which is what other OAuth servers take, is not one.
pub(crate) fn body(headers: &HeaderMap, bytes: &[u8]) -> ApiResult<Map<String, Value>> {
    let kind = headers
        .get("content-type")
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(invalid_request(
            "The request body must be JSON, sent as application/json.",
        ));
    }
    parse_body(bytes).map_err(|error| invalid_request(error.message))
}

/// Runs one of the three endpoints.
pub(crate) fn run(world: &mut World, route: &Route, request: &Request) -> ApiResult<Answer> {
    match route {
        Route::OauthIntrospect => introspect(world, request),
        Route::OauthRevoke => revoke(world, request),
        _ => token(world, request),
    }
}

impl Request {
    fn optional(&self, key: &str) -> ApiResult<Option<&str>> {
        match self.body.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            other => {
                let detail = should_be(&format!("body.{key}"), "a string", other);
                Err(invalid_request(format!("body failed validation: {detail}")))
            }
        }
    }

    fn text(&self, key: &str) -> ApiResult<&str> {
        self.optional(key)?.ok_or_else(|| {
            let detail = missing(&format!("body.{key}"));
            invalid_request(format!("body failed validation: {detail}"))
        })
    }
}

/// `POST /v1/oauth/token`
fn token(world: &mut World, request: &Request) -> ApiResult<Answer> {
    match request.text("grant_type")? {
        "authorization_code" => exchange(world, request),
        "refresh_token" => refresh(world, request),
        other => Err(ApiError::oauth(
            400,
            "unsupported_grant_type",
            format!("Unsupported grant type: {other}."),
        )),
    }
}

fn exchange(world: &mut World, request: &Request) -> ApiResult<Answer> {
    let secret = request.text("code")?;
    let redirect = request.optional("redirect_uri")?;
    let known = world.oauth.codes.get(secret);
    let Some(code) = known.filter(|code| code.client == request.client).cloned() else {
        return Err(invalid_grant("Invalid code."));
    };
    if code.used {
        return Err(invalid_grant("Invalid code: this code has been revoked."));
    }
    if code.expires <= clock::now() {
        return Err(invalid_grant("Invalid code: this code has expired."));
    }
    match (&code.redirect_uri, redirect) {
        (Some(wanted), Some(given)) if wanted == given => {}
        (None, None) => {}
        (Some(_), Some(_)) => return Err(invalid_grant("Mismatched redirect URI.")),
        (Some(_), None) => {
            return Err(invalid_request(
                "Missing redirect_uri: it was part of the authorization.",
            ));
        }
        (None, Some(_)) => {
            return Err(invalid_request(
                "redirect_uri is not allowed: it was no part of the authorization.",
            ));
        }
    }
    if let Some(code) = world.oauth.codes.get_mut(secret) {
        code.used = true;
    }
    let (bot, pair) = world.redeem(&code);
    let mut answer = world.present_pair(bot, &pair);
    if let Some(template) = code.template {
        let id = json!(template.to_string());
        put(&mut answer, "duplicated_template_id", id);
    }
    Ok(Answer::wrote(answer))
}

fn refresh(world: &mut World, request: &Request) -> ApiResult<Answer> {
    let secret = request.text("refresh_token")?;
    let known = world.oauth.refresh.get(secret).cloned();
    let known = known.filter(|refresh| {
        let authorization = world.oauth.authorizations.get(&refresh.bot);
        authorization.is_some_and(|a| a.client == request.client)
    });
    let Some(known) = known else {
        return Err(invalid_grant("Invalid refresh token."));
    };
    let good = match known.standing {
        Standing::Current => true,
        Standing::Previous => world.config.refresh_grace,
        Standing::Old | Standing::Revoked => false,
    };
    if !good {
        let mut error = invalid_grant(STALE);
        if world.config.family_revocation && known.standing != Standing::Revoked {
            world.oauth.revoke_grant(known.grant);
            error.changed = true;
        }
        return Err(error);
    }
    let (bot, pair) = world.roll(secret).ok_or_else(|| invalid_grant(STALE))?;
    Ok(Answer::wrote(world.present_pair(bot, &pair)))
}

/// The grant of a token of this client that is alive, and since when it is.
fn living(world: &World, request: &Request) -> ApiResult<Option<(Uuid, i64)>> {
    let secret = request.text("token")?;
    let oauth = &world.oauth;
    let access = oauth.access.get(secret).filter(|access| access.lives());
    let refresh = oauth.refresh.get(secret).filter(|refresh| {
        refresh.standing == Standing::Current
            || (refresh.standing == Standing::Previous && world.config.refresh_grace)
    });
    let found = access
        .map(|a| (a.bot, a.grant, a.issued))
        .or_else(|| refresh.map(|r| (r.bot, r.grant, r.issued)));
    Ok(found
        .filter(|(bot, _, _)| {
            let authorization = oauth.authorizations.get(bot);
            authorization.is_some_and(|a| a.client == request.client)
        })
        .map(|(_, grant, issued)| (grant, issued)))
}

/// `POST /v1/oauth/introspect`
fn introspect(world: &World, request: &Request) -> ApiResult<Answer> {
    Ok(Answer::read(match living(world, request)? {
        Some((_, issued)) => json!({"active": true, "iat": issued.div_euclid(1000)}),
        None => json!({"active": false}),
    }))
}

/// `POST /v1/oauth/revoke`: the pair dies together. A token that is dead already, unknown, or of
/// another client changes nothing, and that is no error. One that merely expired still counts.
fn revoke(world: &mut World, request: &Request) -> ApiResult<Answer> {
    let secret = request.text("token")?;
    let oauth = &mut world.oauth;
    let access = oauth.access.get(secret).map(|a| (a.bot, a.grant));
    let refresh = oauth.refresh.get(secret).map(|r| (r.bot, r.grant));
    let found = access.or(refresh).filter(|(bot, _)| {
        let authorization = oauth.authorizations.get(bot);
        authorization.is_some_and(|a| a.client == request.client)
    });
    let Some((_, grant)) = found else {
        return Ok(Answer::read(json!({})));
    };
    oauth.revoke_grant(grant);
    Ok(Answer::wrote(json!({})))
}
