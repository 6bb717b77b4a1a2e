//! Notion's OAuth endpoints: the only place where the client secret is used.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::StatusCode;
use notion_api::{
    ApiError, Budget, OAuthClient, OAuthConfig, RateLimitReason, Relay, RetryPolicy, UnclearCause,
    authorize_url,
};
use secrecy::{ExposeSecret as _, SecretSlice};
use tracing::{error, warn};
use url::Url;

use crate::answer::Refusal;
use crate::config::Config;
use crate::error::BrokerError;

/// When Notion asks to wait and does not say how long.
const WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: u64 = 3600;
const LONGEST_DESCRIPTION: usize = 300;
/// What stands where a secret was.
const TAKEN_OUT: &str = "<redacted>";

/// The client of Notion's OAuth endpoints.
pub(crate) struct Notion {
    oauth: OAuthClient,
    base: Url,
    client_id: String,
}

/// Bytes that are wiped when the last of their users is done.
struct Wiped(SecretSlice<u8>);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        self.0.expose_secret()
    }
}

impl Notion {
    pub(crate) fn new(config: &Config) -> Result<Self, BrokerError> {
        let (base, id) = (config.notion_url.clone(), config.client_id.clone());
        let secret = config.client_secret.clone();
        let mut oauth = OAuthConfig::new(base.clone(), id.clone(), secret);
        oauth.timeout = config.notion_timeout;
        oauth.connect_timeout = config.notion_timeout.min(Duration::from_secs(10));
        // The app decides what is asked again, and when.
        oauth.retry = RetryPolicy {
            attempts: 1,
            throttles: 0,
            first_pause: 2 * WAIT,
            longest_pause: WAIT,
            longest_wait: Duration::ZERO,
        };
        let oauth = OAuthClient::new(oauth);
        Ok(Self {
            oauth: oauth.map_err(BrokerError::Client)?,
            base,
            client_id: id,
        })
    }

    /// Where the browser is sent to ask the person for their permission.
    pub(crate) fn authorize_url(&self, redirect_uri: &str, state: &str) -> Url {
        authorize_url(&self.base, &self.client_id, redirect_uri, state)
    }

    /// Passes on what the app asks; a success is Notion's JSON, untouched.
    pub(crate) async fn ask(&self, relay: Relay<'_>) -> Result<Bytes, Refusal> {
        // A rate limit that one person meets must not keep the others out.
        let oauth = self.oauth.with_budget(Budget::default());
        match oauth.relay(relay).await {
            Ok(answer) => Ok(Bytes::from_owner(Wiped(answer))),
            Err(error) => Err(refused(&error)),
        }
    }
}

/// Translates an error into what the app is told.
fn refused(error: &ApiError) -> Refusal {
    let wait = error.retry_after().unwrap_or(WAIT).as_secs();
    let wait = wait.clamp(1, LONGEST_WAIT);
    match error {
        ApiError::GrantRefused { message, .. } => said("invalid_grant", message),
        ApiError::Validation { code, message, .. } if is_code(code) => said(code, message),
        ApiError::RestrictedResource { message, .. } => said("restricted_resource", message),
        ApiError::NotFound { message, .. } => said("object_not_found", message),
        ApiError::Conflict { message, .. } => said("conflict_error", message),
        ApiError::ClientRefused { code, message, .. } => {
            error!(code, "Notion refuses this broker's client id or secret");
            unauthorized(said(code, message))
        }
        ApiError::Unauthorized { message, .. } => {
            error!("Notion refuses this broker's client id or secret");
            unauthorized(said("unauthorized", message))
        }
        ApiError::RateLimited { reason, .. } if *reason != RateLimitReason::Overload => {
            Refusal::rate_limited(wait)
        }
        ApiError::RateLimited { .. } => Refusal::unavailable("Notion is overloaded.").after(wait),
        ApiError::Unclear(unclear) if unclear.cause == UnclearCause::Status(503) => {
            Refusal::unavailable("Notion is not available.").after(wait)
        }
        ApiError::Unclear(unclear) => failed(match unclear.cause {
            UnclearCause::TimedOut => "Notion took too long to answer.",
            UnclearCause::Cut => "The connection to Notion broke off.",
            UnclearCause::Status(_) => "Notion failed to answer.",
            _ => "Notion's answer could not be read.",
        }),
        ApiError::Network { .. } => {
            warn!("Notion cannot be reached");
            Refusal::unavailable("Notion cannot be reached; nothing was sent.").after(5)
        }
        _ => failed("Notion's answer could not be read."),
    }
}

/// It is unknown whether Notion acted on the request.
fn failed(why: &str) -> Refusal {
    warn!("{why}");
    Refusal::server_error(why)
}

/// A refusal in Notion's own words.
fn said(code: &str, message: &str) -> Refusal {
    Refusal {
        status: StatusCode::BAD_REQUEST,
        code: code.to_owned(),
        description: presentable(message),
        retry_after: None,
    }
}

fn unauthorized(refusal: Refusal) -> Refusal {
    Refusal {
        status: StatusCode::UNAUTHORIZED,
        ..refusal
    }
}

fn is_code(code: &str) -> bool {
    (1..=64).contains(&code.len())
        && code
            .bytes()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
}

/// A message for people, unless it repeated what must not be repeated.
fn presentable(text: &str) -> Option<String> {
    let line: String = text.chars().take(LONGEST_DESCRIPTION).collect();
    (!line.is_empty() && !text.contains(TAKEN_OUT)).then_some(line)
}
