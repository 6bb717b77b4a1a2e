//! How a client is set up.

use std::fmt;
use std::time::Duration;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::budget::Budget;
use crate::error::ApiError;

/// Where Notion answers.
pub const NOTION_URL: &str = "https://api.notion.com";

/// The version of the API this crate speaks, sent with every request.
pub const NOTION_VERSION: &str = "2026-03-11";

/// How a [`Client`](crate::Client) is set up; start from [`ClientConfig::new`].
///
/// A time limit of [`Duration::MAX`] is none.
#[derive(Clone)]
pub struct ClientConfig {
    /// Where the API lives, without `/v1`. Plain `http` is accepted on loopback only.
    pub base_url: Url,
    /// The access token.
    pub token: SecretString,
    /// From sending to the head of the answer. Notion itself gives up after 55 to 60 s, and its own
    /// verdict on a write is worth waiting for: 65 s.
    pub timeout: Duration,
    /// To establish a connection.
    pub connect_timeout: Duration,
    /// To read the body once its head is there.
    pub body_timeout: Duration,
    /// Longest body read, after decompression.
    pub max_body_bytes: usize,
    /// How often and how patiently failed requests are repeated.
    pub retry: RetryPolicy,
    /// Whether connections are kept for later requests.
    pub keep_connections: bool,
    /// The request window; give clients the same budget to let them share it.
    pub budget: Budget,
    /// The `User-Agent` header.
    pub user_agent: String,
}

impl ClientConfig {
    /// The usual set-up for a token, with a budget of its own.
    pub fn new(base_url: Url, token: SecretString) -> Self {
        Self {
            base_url,
            token,
            timeout: Duration::from_secs(65),
            connect_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_mins(1),
            max_body_bytes: 32 * 1024 * 1024,
            retry: RetryPolicy::default(),
            keep_connections: true,
            budget: Budget::default(),
            user_agent: concat!("notion-api/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// Refuses addresses to which a token must not be sent.
    pub(crate) fn check(&self) -> Result<(), ApiError> {
        let safe = match self.base_url.scheme() {
            "https" => self.base_url.has_host(),
            "http" => is_loopback(&self.base_url),
            _ => false,
        };
        if safe {
            return Ok(());
        }
        Err(ApiError::InvalidRequest {
            message: "the address of Notion must be https, or http on loopback".to_owned(),
        })
    }

    /// The `Authorization` header's value, marked so that no library logs it.
    pub(crate) fn bearer(token: &SecretString) -> Result<HeaderValue, ApiError> {
        let token = token.expose_secret().trim();
        let value = (!token.is_empty())
            .then(|| HeaderValue::from_str(&format!("Bearer {token}")).ok())
            .flatten();
        let mut value = value.ok_or_else(|| ApiError::InvalidRequest {
            message: "the token is empty or holds characters no token has".to_owned(),
        })?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// Whether the address can only lead back to this computer.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig")
            .field("host", &self.base_url.host_str())
            .field("token", &"<redacted>")
            .field("timeout", &self.timeout)
            .field("retry", &self.retry)
            .field("budget", &self.budget)
            .finish_non_exhaustive()
    }
}

/// How often and how patiently failed requests are repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts of a repeatable request in all.
    pub attempts: u32,
    /// The pause before the second attempt; it doubles, give or take a half.
    pub first_pause: Duration,
    /// No pause is longer than this.
    pub longest_pause: Duration,
    /// How often one request is repeated after `429` or `529`.
    pub throttles: u32,
    /// A rate limit that lasts longer is reported instead of waited for.
    pub longest_wait: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 4,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(20),
            throttles: 5,
            // A window is over after a minute at the latest, give or take the pause's jitter.
            longest_wait: Duration::from_secs(65),
        }
    }
}

impl RetryPolicy {
    /// The jittered pause after the `failures`-th failure (from 1).
    pub(crate) fn pause(&self, failures: u32) -> Duration {
        let doubled = self
            .first_pause
            .saturating_mul(1 << failures.saturating_sub(1).min(10));
        doubled
            .mul_f64(rand::random_range(0.5..1.5))
            .min(self.longest_pause)
    }
}
