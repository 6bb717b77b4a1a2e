//! One exchange: a request out, a response in, within limits.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, redirect};
use tracing::debug;
use url::Url;

use crate::answer::{Response, clean};
use crate::budget::Slot;
use crate::call::Body;
use crate::config::{ClientConfig, NOTION_VERSION, is_loopback};
use crate::error::{ApiError, UnclearCause};

/// A file may take longer to leave than an answer to come: bytes a second of the slowest line.
const SLOWEST_UPLOAD: usize = 32 * 1024;
/// What a refusal has to say in its body is short; more is a page of somebody else's.
const LARGEST_REFUSAL: usize = 256 * 1024;
/// A refusal counts without its body, and others may have to be told of it.
const PATIENCE_WITH_A_REFUSAL: Duration = Duration::from_secs(5);

/// The connection pool and its limits.
#[derive(Clone)]
pub(crate) struct Wire {
    http: reqwest::Client,
    timeout: Duration,
    body_timeout: Duration,
    max_body_bytes: usize,
}

/// An exchange that yielded no response.
pub(crate) enum Broken {
    /// Nothing was sent.
    Connect(String),
    /// Sent, wholly or in part.
    Sent(UnclearCause),
    /// The request cannot be built.
    Unsendable,
}

impl Wire {
    pub(crate) fn new(config: &ClientConfig) -> Result<Self, ApiError> {
        let idle = Duration::from_secs(45);
        let mut builder = reqwest::Client::builder()
            // A redirect could carry the token to another place; the API never sends one.
            .redirect(redirect::Policy::none())
            .pool_idle_timeout((config.timeout != Duration::MAX).then_some(idle))
            // Finds a connection that died while the computer slept long before the time limit.
            .http2_keep_alive_interval(Duration::from_secs(15))
            .http2_keep_alive_timeout(Duration::from_secs(10))
            .user_agent(&config.user_agent);
        if config.connect_timeout != Duration::MAX {
            builder = builder.connect_timeout(config.connect_timeout);
        }
        if !config.keep_connections {
            builder = builder.pool_max_idle_per_host(0).http1_only();
        }
        if is_loopback(&config.base_url) {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| ApiError::InvalidRequest {
            message: format!("no HTTP client: {}", causes(&error)),
        })?;
        Ok(Self {
            http,
            timeout: config.timeout,
            body_timeout: config.body_timeout,
            max_body_bytes: config.max_body_bytes,
        })
    }

    /// Sends once. Gives `slot` back when the head of the answer is here.
    pub(crate) async fn exchange(
        &self,
        method: &Method,
        url: &Url,
        authorization: Option<&HeaderValue>,
        body: &Body,
        slot: Slot,
    ) -> Result<Response, Broken> {
        let mut request = self
            .http
            .request(method.clone(), url.clone())
            .header("Notion-Version", NOTION_VERSION);
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization.clone());
        }
        let mut limit = self.timeout;
        match body {
            Body::Empty => {}
            Body::Json(body) => {
                request = request
                    .header(CONTENT_TYPE, "application/json")
                    .body(body.clone());
            }
            Body::Form(body, media_type) => {
                let seconds = u64::try_from(body.len() / SLOWEST_UPLOAD).unwrap_or(u64::MAX);
                limit = limit.saturating_add(Duration::from_secs(seconds));
                request = request.header(CONTENT_TYPE, media_type).body(body.clone());
            }
        }
        let head = within(limit, request.send()).await;
        match &head {
            Some(Err(error)) if error.is_builder() || error.is_connect() => slot.give_back(),
            _ => drop(slot),
        }
        match head {
            None => Err(Broken::Sent(UnclearCause::TimedOut)),
            Some(Ok(head)) => self.rest(head).await,
            Some(Err(error)) => {
                debug!(cause = causes(&error), "no answer");
                Err(match error {
                    error if error.is_builder() => Broken::Unsendable,
                    error if error.is_connect() => Broken::Connect(causes(&error)),
                    error if error.is_timeout() => Broken::Sent(UnclearCause::TimedOut),
                    _ => Broken::Sent(UnclearCause::Cut),
                })
            }
        }
    }

    /// Reads the body. That of a refusal is a courtesy: its status counts without it.
    async fn rest(&self, mut head: reqwest::Response) -> Result<Response, Broken> {
        let mut response = Response {
            status: head.status().as_u16(),
            headers: std::mem::take(head.headers_mut()),
            body: Vec::new(),
        };
        let (limit, patience) = if response.is_success() {
            (self.max_body_bytes, self.body_timeout)
        } else {
            (
                self.max_body_bytes.min(LARGEST_REFUSAL),
                // No limit stays none, for a clock that stands still.
                if self.body_timeout == Duration::MAX {
                    Duration::MAX
                } else {
                    self.body_timeout.min(PATIENCE_WITH_A_REFUSAL)
                },
            )
        };
        let reading = async {
            while let Some(chunk) = head.chunk().await.map_err(|_| UnclearCause::Cut)? {
                if response.body.len().saturating_add(chunk.len()) > limit {
                    return Err(UnclearCause::Unreadable);
                }
                response.body.extend_from_slice(&chunk);
            }
            Ok(())
        };
        let read = within(patience, reading).await;
        match read.unwrap_or(Err(UnclearCause::TimedOut)) {
            Err(cause) if response.is_success() => Err(Broken::Sent(cause)),
            _ => Ok(response),
        }
    }
}

/// Awaits without a timer if there is no limit: a paused clock leaps to the next timer, and would
/// end every exchange over a real socket at once.
async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    if limit == Duration::MAX {
        return Some(future.await);
    }
    tokio::time::timeout(limit, future).await.ok()
}

/// An error and everything below it, without the address, in one line.
fn causes(error: &reqwest::Error) -> String {
    let mut text = String::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    clean(&text, "")
}
