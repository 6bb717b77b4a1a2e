//! Notion's OAuth endpoints: the only place where the client secret is used.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use reqwest::redirect;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use serde::{Deserialize, Serialize};
use tracing::{error, warn};
use url::Url;

use crate::answer::Refusal;
use crate::config::{Config, is_loopback};
use crate::error::BrokerError;

const VERSION: &str = "2026-03-11";
/// A token answer is about one KiB.
const LONGEST_ANSWER: usize = 256 * 1024;
const LONGEST_WAIT: u64 = 3600;
const LONGEST_DESCRIPTION: usize = 300;

/// The client of Notion's OAuth endpoints.
pub(crate) struct Notion {
    http: reqwest::Client,
    base: String,
    client_id: String,
    client_secret: SecretString,
}

/// What an endpoint is asked.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Ask<'a> {
    Code {
        grant_type: &'static str,
        code: &'a str,
        redirect_uri: &'a str,
    },
    Refresh {
        grant_type: &'static str,
        refresh_token: &'a str,
    },
    Token {
        token: &'a str,
    },
}

impl Ask<'_> {
    /// The part that must not come back in a message.
    fn secret(&self) -> &str {
        match self {
            Self::Code { code, .. } => code,
            Self::Refresh { refresh_token, .. } => refresh_token,
            Self::Token { token } => token,
        }
    }
}

/// Bytes that are wiped when the last of their users is done.
pub(crate) struct Wiped(SecretSlice<u8>);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        self.0.expose_secret()
    }
}

impl Wiped {
    pub(crate) fn bytes(content: Vec<u8>) -> Bytes {
        Bytes::from_owner(Self(SecretSlice::from(content)))
    }
}

/// Both bodies an error may have: the documented one and the one seen in the wild.
#[derive(Deserialize, Default)]
struct Complaint {
    code: Option<String>,
    error: Option<String>,
    message: Option<String>,
    error_description: Option<String>,
}

impl Notion {
    pub(crate) fn new(config: &Config) -> Result<Self, BrokerError> {
        let mut builder = reqwest::Client::builder()
            // A redirect could carry the client secret to another place.
            .redirect(redirect::Policy::none())
            // Exchanges are rare. A connection found dead after the request was sent would leave
            // unknown whether a rolling token was used up; a fresh one cannot.
            .pool_max_idle_per_host(0)
            .http1_only()
            .connect_timeout(config.notion_timeout.min(Duration::from_secs(10)))
            .timeout(config.notion_timeout)
            .user_agent(concat!("octavo-broker/", env!("CARGO_PKG_VERSION")));
        if is_loopback(&config.notion_url) {
            builder = builder.no_proxy();
        }
        Ok(Self {
            http: builder.build().map_err(BrokerError::Client)?,
            base: config.notion_url.as_str().trim_end_matches('/').to_owned(),
            client_id: config.client_id.clone(),
            client_secret: config.client_secret.clone(),
        })
    }

    /// Where the browser is sent to ask the person for their permission.
    pub(crate) fn authorize_url(&self, redirect_uri: &str, state: &str) -> Option<Url> {
        let mut url = Url::parse(&format!("{}/v1/oauth/authorize", self.base)).ok()?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.client_id)
            .append_pair("response_type", "code")
            .append_pair("owner", "user")
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("state", state);
        Some(url)
    }

    /// Asks `/v1/oauth/{endpoint}`; a success is Notion's JSON, untouched.
    pub(crate) async fn ask(&self, endpoint: &str, ask: &Ask<'_>) -> Result<Bytes, Refusal> {
        let body = serde_json::to_vec(ask)
            .map_err(|_| Refusal::server_error("The request could not be written."))?;
        let mut response = self
            .http
            .post(format!("{}/v1/oauth/{endpoint}", self.base))
            .basic_auth(&self.client_id, Some(self.client_secret.expose_secret()))
            .header("Notion-Version", VERSION)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .body(Wiped::bytes(body))
            .send()
            .await
            .map_err(|error| broken(&error))?;
        let mut content = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
            if content.len() + chunk.len() > LONGEST_ANSWER {
                return Err(unreadable(response.status()));
            }
            content.extend_from_slice(&chunk);
        }
        if response.status() != StatusCode::OK {
            return Err(refused(
                response.status(),
                response.headers(),
                &content,
                ask.secret(),
            ));
        }
        // A page of an edge server must not pass for tokens.
        match serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&content) {
            Ok(_) => Ok(Wiped::bytes(content)),
            Err(_) => Err(unreadable(StatusCode::OK)),
        }
    }
}

/// No answer, or half of one.
fn broken(error: &reqwest::Error) -> Refusal {
    if error.is_connect() {
        warn!("Notion cannot be reached");
        return Refusal::unavailable("Notion cannot be reached; nothing was sent.").after(5);
    }
    let why = if error.is_timeout() {
        "Notion took too long to answer."
    } else {
        "The connection to Notion broke off."
    };
    warn!("{why}");
    Refusal::server_error(why)
}

fn unreadable(status: StatusCode) -> Refusal {
    warn!(status = status.as_u16(), "Notion's answer is not JSON");
    match status {
        StatusCode::SERVICE_UNAVAILABLE => Refusal::unavailable("Notion is not available."),
        _ => Refusal::server_error("Notion's answer could not be read."),
    }
}

/// Translates a refusal of Notion.
fn refused(status: StatusCode, headers: &HeaderMap, content: &[u8], secret: &str) -> Refusal {
    let wait = headers
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok())
        .map_or(5, |seconds| seconds.clamp(1, LONGEST_WAIT));
    match status.as_u16() {
        429 => return Refusal::rate_limited(wait),
        503 | 529 => return Refusal::unavailable("Notion is overloaded.").after(wait),
        400..=499 => {}
        _ => {
            warn!(status = status.as_u16(), "Notion failed");
            return Refusal::server_error("Notion failed to answer.");
        }
    }
    let Ok(complaint) = serde_json::from_slice::<Complaint>(content) else {
        return unreadable(status);
    };
    let Some(code) = complaint
        .code
        .or(complaint.error)
        .filter(|code| is_code(code))
    else {
        return unreadable(status);
    };
    let status = match (status, code.as_str()) {
        (StatusCode::UNAUTHORIZED, _) | (_, "invalid_client") => {
            error!(code, "Notion refuses this broker's client id or secret");
            StatusCode::UNAUTHORIZED
        }
        _ => StatusCode::BAD_REQUEST,
    };
    Refusal {
        status,
        code,
        description: complaint
            .message
            .or(complaint.error_description)
            .and_then(|text| presentable(&text, secret)),
        retry_after: None,
    }
}

fn is_code(code: &str) -> bool {
    (1..=64).contains(&code.len())
        && code
            .bytes()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_')
}

/// A message for people, unless it repeats what must not be repeated.
fn presentable(text: &str, secret: &str) -> Option<String> {
    if text.contains(secret) {
        return None;
    }
    let line: String = text
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_DESCRIPTION)
        .collect();
    (!line.is_empty()).then_some(line)
}
