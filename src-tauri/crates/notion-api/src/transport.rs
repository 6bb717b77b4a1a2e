//! Sending a request until its end is known, and no more often than is safe.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::timeout;
use tracing::{Instrument, Span, debug, debug_span, field};
use url::Url;

use crate::answer::{Refusal, Response, clean};
use crate::budget::{Budget, Paused, Priority};
use crate::config::{ClientConfig, NOTION_VERSION, RetryPolicy, is_loopback};
use crate::error::{ApiError, Unclear, UnclearCause};
use crate::model::FromAnswer;

/// What may happen to a request whose end is unclear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Safety {
    /// Changes nothing: repeat.
    Read,
    /// Repeating yields the same state: repeat.
    Repeatable,
    /// Sent once.
    Once,
}

/// One request.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// The path with placeholders, for logs.
    pub(crate) route: &'static str,
    /// The path below `/v1`.
    pub(crate) path: &'a [&'a str],
    pub(crate) query: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<Value>,
    pub(crate) safety: Safety,
}

/// A connection pool, a token and their limits.
pub(crate) struct Transport {
    http: reqwest::Client,
    base_url: Url,
    token: SecretString,
    bearer: HeaderValue,
    timeout: Duration,
    body_timeout: Duration,
    max_body_bytes: usize,
    retry: RetryPolicy,
    pub(crate) budget: Budget,
    pub(crate) requests: AtomicU64,
}

/// An attempt that yielded no response.
enum Broken {
    /// Nothing was sent.
    Connect(String),
    /// Sent, wholly or in part.
    Sent(UnclearCause),
    /// The request cannot be built.
    Unsendable,
}

/// How an attempt ended that was not a success.
enum End {
    /// Nothing more can be done.
    Final(ApiError),
    /// Not processed: wait for the budget, then repeat.
    Throttled(ApiError),
    /// Repeat if that is safe. Holds the error if this was the last attempt.
    Again(ApiError, Option<Duration>),
}

impl Transport {
    pub(crate) fn new(config: ClientConfig) -> Result<Self, ApiError> {
        config.check()?;
        let bearer = ClientConfig::bearer(&config.token)?;
        let mut builder = reqwest::Client::builder()
            // A redirect could carry the token to another place; the API never sends one.
            .redirect(redirect::Policy::none())
            .connect_timeout(config.connect_timeout)
            .pool_idle_timeout(Duration::from_secs(45))
            // Finds a connection that died while the computer slept long before the time limit.
            .http2_keep_alive_interval(Duration::from_secs(15))
            .http2_keep_alive_timeout(Duration::from_secs(10))
            .user_agent(&config.user_agent);
        if is_loopback(&config.base_url) {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| ApiError::InvalidRequest {
            message: format!("no HTTP client: {}", causes(&error)),
        })?;
        Ok(Self {
            http,
            base_url: config.base_url,
            token: config.token,
            bearer,
            timeout: config.timeout,
            body_timeout: config.body_timeout,
            max_body_bytes: config.max_body_bytes,
            retry: config.retry,
            budget: config.budget,
            requests: AtomicU64::new(0),
        })
    }

    /// The same pool, limits and budget with another token.
    pub(crate) fn with_token(&self, token: SecretString) -> Result<Self, ApiError> {
        Ok(Self {
            http: self.http.clone(),
            base_url: self.base_url.clone(),
            bearer: ClientConfig::bearer(&token)?,
            token,
            timeout: self.timeout,
            body_timeout: self.body_timeout,
            max_body_bytes: self.max_body_bytes,
            retry: self.retry,
            budget: self.budget.clone(),
            requests: AtomicU64::new(0),
        })
    }

    /// Sends `call` until its end is known, and reads its answer.
    pub(crate) async fn send<T: FromAnswer>(
        &self,
        call: Call<'_>,
        priority: Priority,
    ) -> Result<T, ApiError> {
        let span = debug_span!(
            "notion",
            method = call.method.as_str(),
            route = call.route,
            attempt = field::Empty,
            wait_ms = field::Empty,
            status = field::Empty,
            request_id = field::Empty,
        );
        let url = self.address(&call)?;
        let body = call.body.as_ref().map(Value::to_string);
        self.until_known(&call, &url, body.as_deref(), priority)
            .instrument(span)
            .await
    }

    fn address(&self, call: &Call<'_>) -> Result<Url, ApiError> {
        let mut url = self.base_url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("v1").extend(call.path);
        } else {
            return Err(ApiError::InvalidRequest {
                message: "not a base address".to_owned(),
            });
        }
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(call.query);
        }
        Ok(url)
    }

    async fn until_known<T: FromAnswer>(
        &self,
        call: &Call<'_>,
        url: &Url,
        body: Option<&str>,
        priority: Priority,
    ) -> Result<T, ApiError> {
        let mut attempt = 0;
        let mut failures = 0;
        let mut throttles = 0;
        // An earlier attempt may have been saved even if a later one never left this computer.
        let mut earlier: Option<Unclear> = None;
        loop {
            attempt += 1;
            Span::current().record("attempt", attempt);
            let end = match self.attempt(call, url, body, priority).await {
                Ok(answer) => return Ok(answer),
                Err(end) => end,
            };
            match end {
                End::Final(error) => return Err(or_earlier(error, earlier)),
                End::Throttled(error) => {
                    throttles += 1;
                    if throttles > self.retry.throttles {
                        return Err(or_earlier(error, earlier));
                    }
                }
                End::Again(error, asked) => {
                    failures += 1;
                    if let ApiError::Unclear(unclear) = &error {
                        earlier = Some(unclear.clone());
                    }
                    let pause = asked.unwrap_or_else(|| self.retry.pause(failures));
                    let given_up = failures >= self.retry.attempts;
                    if given_up || pause > self.retry.longest_wait {
                        return Err(or_earlier(error, earlier));
                    }
                    debug!(
                        attempt,
                        wait_ms = millis(pause),
                        "repeating after a failure"
                    );
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }

    /// Sends once.
    async fn attempt<T: FromAnswer>(
        &self,
        call: &Call<'_>,
        url: &Url,
        body: Option<&str>,
        priority: Priority,
    ) -> Result<T, End> {
        let asked = tokio::time::Instant::now();
        let slot = self.budget.acquire(priority, self.retry.longest_wait).await;
        let slot = slot.map_err(|Paused { remaining, reason }| {
            End::Final(ApiError::RateLimited {
                retry_after: remaining,
                reason,
                request_id: None,
            })
        })?;
        Span::current().record("wait_ms", millis(asked.elapsed()));
        self.requests.fetch_add(1, Ordering::Relaxed);
        let head = self.head(call, url, body).await;
        drop(slot);
        let response = match head {
            Ok(head) => self.rest(head).await,
            Err(broken) => Err(broken),
        };
        let response = response.map_err(|broken| ended(call.safety, broken))?;
        let request_id = response.request_id();
        Span::current()
            .record("status", response.status)
            .record("request_id", &request_id);
        if response.is_success() {
            return read(&response, call.safety);
        }
        debug!(status = response.status, request_id, "Notion refused");
        Err(self.refused(call.safety, response))
    }

    async fn head(
        &self,
        call: &Call<'_>,
        url: &Url,
        body: Option<&str>,
    ) -> Result<reqwest::Response, Broken> {
        let mut request = self
            .http
            .request(call.method.clone(), url.clone())
            .header(AUTHORIZATION, self.bearer.clone())
            .header("Notion-Version", NOTION_VERSION);
        if let Some(body) = body {
            request = request
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_owned());
        }
        match timeout(self.timeout, request.send()).await {
            Err(_) => Err(Broken::Sent(UnclearCause::TimedOut)),
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => {
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
        let limit = self.max_body_bytes;
        let reading = async {
            while let Some(chunk) = head.chunk().await.map_err(|_| UnclearCause::Cut)? {
                if response.body.len().saturating_add(chunk.len()) > limit {
                    return Err(UnclearCause::Unreadable);
                }
                response.body.extend_from_slice(&chunk);
            }
            Ok(())
        };
        let read = timeout(self.body_timeout, reading)
            .await
            .unwrap_or(Err(UnclearCause::TimedOut));
        match read {
            Err(cause) if response.is_success() => Err(Broken::Sent(cause)),
            _ => Ok(response),
        }
    }

    fn refused(&self, safety: Safety, response: Response) -> End {
        let status = response.status;
        match response.into_refusal(self.token.expose_secret().trim()) {
            Refusal::Final(error) => End::Final(error),
            Refusal::Conflict(error) if safety == Safety::Once => End::Final(error),
            Refusal::Conflict(error) => End::Again(error, None),
            Refusal::Throttled {
                wait,
                reason,
                request_id,
            } => self.throttled(wait, reason, request_id),
            Refusal::Failed {
                unclear,
                message,
                retry_after,
            } => match safety {
                Safety::Once => End::Final(unclear.into()),
                Safety::Repeatable => End::Again(unclear.into(), retry_after),
                Safety::Read => {
                    let request_id = unclear.request_id;
                    let status = Some(status);
                    let error = ApiError::Unavailable {
                        status,
                        message,
                        retry_after,
                        request_id,
                    };
                    End::Again(error, retry_after)
                }
            },
        }
    }

    fn throttled(
        &self,
        wait: Option<Duration>,
        reason: crate::RateLimitReason,
        request_id: Option<String>,
    ) -> End {
        let blocked = reason == crate::RateLimitReason::Blocked;
        // Without advice, a whole second at least: the window is a minute.
        let wait = wait.unwrap_or_else(|| self.retry.pause(2).max(self.retry.first_pause));
        let error = ApiError::RateLimited {
            retry_after: wait,
            reason,
            request_id,
        };
        if !blocked {
            // A little later than asked, and not everybody at once.
            let jitter = Duration::from_millis(rand::random_range(20..200));
            self.budget.pause_for(wait.saturating_add(jitter), reason);
        }
        if blocked || wait > self.retry.longest_wait {
            End::Final(error)
        } else {
            End::Throttled(error)
        }
    }
}

/// An unclear earlier attempt outweighs an error that says nothing about it.
fn or_earlier(error: ApiError, earlier: Option<Unclear>) -> ApiError {
    match earlier {
        Some(unclear) if error.is_transient() => unclear.into(),
        _ => error,
    }
}

fn ended(safety: Safety, broken: Broken) -> End {
    match (broken, safety) {
        (Broken::Unsendable, _) => End::Final(ApiError::InvalidRequest {
            message: "malformed request".to_owned(),
        }),
        (Broken::Connect(message), Safety::Once) => End::Final(ApiError::Network { message }),
        (Broken::Connect(message), _) => End::Again(ApiError::Network { message }, None),
        (Broken::Sent(UnclearCause::Unreadable), Safety::Read) => {
            End::Final(ApiError::InvalidAnswer {
                message: "the answer is too large".to_owned(),
                request_id: None,
            })
        }
        (Broken::Sent(cause), Safety::Read) => {
            let message = cause.to_string();
            let error = ApiError::Unavailable {
                status: None,
                message,
                retry_after: None,
                request_id: None,
            };
            End::Again(error, None)
        }
        (Broken::Sent(cause), Safety::Repeatable) => End::Again(Unclear::new(cause).into(), None),
        (Broken::Sent(cause), Safety::Once) => End::Final(Unclear::new(cause).into()),
    }
}

/// Reads a success. An unreadable one of a write leaves its outcome unclear.
fn read<T: FromAnswer>(response: &Response, safety: Safety) -> Result<T, End> {
    let parsed = serde_json::from_slice(&response.body)
        .map_err(|_| "not JSON")
        .and_then(T::from_answer);
    parsed.map_err(|wrong| {
        let request_id = response.request_id();
        End::Final(match safety {
            Safety::Read => ApiError::InvalidAnswer {
                message: clean(wrong, ""),
                request_id,
            },
            _ => Unclear {
                request_id,
                ..Unclear::new(UnclearCause::Unreadable)
            }
            .into(),
        })
    })
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

fn millis(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap_or(u64::MAX)
}
