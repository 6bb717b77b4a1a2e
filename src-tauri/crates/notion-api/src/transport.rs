//! Sending a request until its end is known, and no more often than is safe.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use tracing::{Instrument, Span, debug, debug_span, field};
use url::Url;

use crate::answer::{Dialect, Refusal, Response};
use crate::budget::{Budget, Paused, Priority, Verdict};
use crate::call::{Body, Call, Safety};
use crate::config::{ClientConfig, RetryPolicy};
use crate::error::{ApiError, RateLimitReason, Unclear, UnclearCause};
use crate::model::FromAnswer;
use crate::wire::{Broken, Wire};

/// A [`Call`] in the form in which it is sent, perhaps several times.
struct Prepared {
    method: Method,
    url: Url,
    route: &'static str,
    body: Body,
    safety: Safety,
    priority: Priority,
}

/// At whose door requests knock, and with what.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) authorization: Option<HeaderValue>,
    /// What the path of every address begins with.
    pub(crate) prefix: Option<&'static str>,
    pub(crate) dialect: Dialect,
}

impl Door {
    /// Notion's own, for who brings a token or something like it.
    pub(crate) fn of_notion(authorization: HeaderValue, dialect: Dialect) -> Self {
        Self {
            authorization: Some(authorization),
            prefix: Some("v1"),
            dialect,
        }
    }
}

/// A connection pool, a token and their limits.
pub(crate) struct Transport {
    wire: Wire,
    base_url: Url,
    /// Taken out of every sentence that comes back.
    token: SecretString,
    door: Door,
    retry: RetryPolicy,
    pub(crate) budget: Budget,
    pub(crate) requests: AtomicU64,
}

/// How an attempt ended that was not a success.
enum End {
    /// Nothing more can be done.
    Final(ApiError),
    /// Not processed: wait as told, then repeat.
    Throttled {
        wait: Option<Duration>,
        reason: RateLimitReason,
        request_id: Option<String>,
    },
    /// Repeat. Holds the error if this was the last attempt.
    Again(ApiError),
}

/// How far a request has come.
#[derive(Default)]
struct Tally {
    attempts: u32,
    failures: u32,
    throttles: u32,
    /// An earlier attempt may have been saved even if a later one never left this computer.
    unclear: Option<Unclear>,
}

impl Transport {
    pub(crate) fn new(config: ClientConfig) -> Result<Self, ApiError> {
        let bearer = ClientConfig::bearer(&config.token)?;
        Self::through(config, Door::of_notion(bearer, Dialect::Api))
    }

    /// A transport that authorises itself with something else than a token, or not at all.
    pub(crate) fn through(config: ClientConfig, door: Door) -> Result<Self, ApiError> {
        config.check()?;
        Ok(Self {
            wire: Wire::new(&config)?,
            door,
            base_url: config.base_url,
            token: config.token,
            retry: config.retry,
            budget: config.budget,
            requests: AtomicU64::new(0),
        })
    }

    /// The same pool, limits and budget with another token.
    pub(crate) fn with_token(&self, token: SecretString) -> Result<Self, ApiError> {
        let bearer = ClientConfig::bearer(&token)?;
        Ok(Self {
            token,
            door: Door::of_notion(bearer, self.door.dialect),
            ..self.with_budget(self.budget.clone())
        })
    }

    /// The same pool, limits and token with another budget.
    pub(crate) fn with_budget(&self, budget: Budget) -> Self {
        Self {
            wire: self.wire.clone(),
            base_url: self.base_url.clone(),
            token: self.token.clone(),
            door: self.door.clone(),
            retry: self.retry,
            budget,
            requests: AtomicU64::new(0),
        }
    }

    /// Sends `call` until its end is known, and reads its answer.
    pub(crate) async fn send<T: FromAnswer>(
        &self,
        call: Call<'_>,
        priority: Priority,
    ) -> Result<T, ApiError> {
        let span = debug_span!("notion", method = call.method.as_str(), route = call.route);
        let request = Prepared {
            url: self.address(&call)?,
            method: call.method,
            route: call.route,
            body: call.body.clone(),
            safety: call.safety,
            priority,
        };
        self.until_known(&request).instrument(span).await
    }

    fn address(&self, call: &Call<'_>) -> Result<Url, ApiError> {
        let mut url = self.base_url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments
                .pop_if_empty()
                .extend(self.door.prefix)
                .extend(call.path);
        } else {
            return Err(ApiError::InvalidRequest {
                message: "not a base address".to_owned(),
            });
        }
        url.set_query(None);
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(call.query);
        }
        Ok(url)
    }

    async fn until_known<T: FromAnswer>(&self, request: &Prepared) -> Result<T, ApiError> {
        let mut tally = Tally::default();
        loop {
            tally.attempts += 1;
            let span = debug_span!(
                "attempt",
                attempt = tally.attempts,
                wait_ms = field::Empty,
                status = field::Empty,
                request_id = field::Empty,
            );
            let end = match self.attempt(request).instrument(span).await {
                Ok(answer) => return Ok(answer),
                Err(end) => end,
            };
            let pause = self
                .after(end, request.safety, &mut tally)
                .map_err(|error| tally.outweigh(error))?;
            if !pause.is_zero() {
                debug!(pause_ms = millis(pause), "repeating after a failure");
                tokio::time::sleep(pause).await;
            }
        }
    }

    /// How long to pause before the next attempt, or the error with which to give up.
    fn after(&self, end: End, safety: Safety, tally: &mut Tally) -> Result<Duration, ApiError> {
        match end {
            End::Final(error) => Err(error),
            End::Throttled {
                wait,
                reason,
                request_id,
            } => {
                tally.throttles += 1;
                let wait = wait.unwrap_or_else(|| self.retry.pause(tally.throttles + 1));
                let error = ApiError::RateLimited {
                    retry_after: wait,
                    reason,
                    request_id,
                };
                if reason == RateLimitReason::Blocked {
                    return Err(error);
                }
                // A little later than asked, and not everybody at once.
                let jitter = Duration::from_millis(rand::random_range(20..200));
                self.budget.pause_for(wait.saturating_add(jitter), reason);
                let later = safety == Safety::Overwrites;
                if later || wait > self.retry.longest_wait || tally.throttles > self.retry.throttles
                {
                    return Err(error);
                }
                Ok(Duration::ZERO)
            }
            End::Again(error) => {
                tally.failures += 1;
                if let ApiError::Unclear(unclear) = &error {
                    tally.unclear = Some(unclear.clone());
                }
                let pause = error.retry_after();
                let pause = pause.unwrap_or_else(|| self.retry.pause(tally.failures));
                if tally.failures >= self.retry.attempts || pause > self.retry.longest_wait {
                    return Err(error);
                }
                Ok(pause)
            }
        }
    }

    /// Sends once.
    async fn attempt<T: FromAnswer>(&self, request: &Prepared) -> Result<T, End> {
        let asked = Instant::now();
        let bearable = match request.safety {
            Safety::Overwrites => Duration::ZERO,
            Safety::Read | Safety::Repeatable | Safety::Once => self.retry.longest_wait,
        };
        let slot = self
            .budget
            .acquire(request.priority, request.route, bearable)
            .await;
        let slot = slot.map_err(|Paused { remaining, reason }| {
            End::Final(ApiError::RateLimited {
                retry_after: remaining,
                reason,
                request_id: None,
            })
        })?;
        Span::current().record("wait_ms", millis(asked.elapsed()));
        self.requests.fetch_add(1, Ordering::Relaxed);
        let Prepared {
            method,
            url,
            body,
            safety,
            ..
        } = request;
        let id = slot.id();
        let response = self
            .wire
            .exchange(method, url, self.door.authorization.as_ref(), body, slot)
            .await;
        let response = response.map_err(|broken| {
            self.budget.learn(id, Verdict::Silent);
            ended(*safety, broken)
        })?;
        let request_id = response.request_id();
        Span::current()
            .record("status", response.status)
            .record("request_id", &request_id);
        if response.is_success() {
            debug!("answered");
            self.budget.learn(id, Verdict::Accepted);
            return read(response, *safety);
        }
        debug!("refused");
        let status = response.status;
        let refusal = response.into_refusal(self.token.expose_secret().trim(), self.door.dialect);
        self.budget.learn(id, refusal.verdict());
        Err(refused(*safety, status, refusal))
    }
}

impl Tally {
    /// An unclear earlier attempt outweighs an error that says nothing about it.
    fn outweigh(&mut self, error: ApiError) -> ApiError {
        match self.unclear.take() {
            Some(unclear) if error.is_transient() => unclear.into(),
            _ => error,
        }
    }
}

fn refused(safety: Safety, status: u16, refusal: Refusal) -> End {
    match refusal {
        Refusal::Final(error) => End::Final(error),
        Refusal::Conflict(error) if matches!(safety, Safety::Once | Safety::Overwrites) => {
            End::Final(error)
        }
        Refusal::Conflict(error) => End::Again(error),
        Refusal::Throttled {
            wait,
            reason,
            request_id,
        } => End::Throttled {
            wait,
            reason,
            request_id,
        },
        Refusal::Failed {
            unclear,
            message,
            retry_after,
        } => match safety {
            Safety::Once | Safety::Overwrites => End::Final(unclear.into()),
            Safety::Repeatable => End::Again(unclear.into()),
            Safety::Read => {
                let (status, request_id) = (Some(status), unclear.request_id);
                let error = ApiError::Unavailable {
                    status,
                    message,
                    retry_after,
                    request_id,
                };
                End::Again(error)
            }
        },
    }
}

fn ended(safety: Safety, broken: Broken) -> End {
    match (broken, safety) {
        (Broken::Unsendable, _) => End::Final(ApiError::InvalidRequest {
            message: "malformed request".to_owned(),
        }),
        (Broken::Connect(message), Safety::Once | Safety::Overwrites) => {
            End::Final(ApiError::Network { message })
        }
        (Broken::Connect(message), _) => End::Again(ApiError::Network { message }),
        (Broken::Sent(UnclearCause::Unreadable), Safety::Read) => {
            let message = "the answer is too large".to_owned();
            End::Final(ApiError::InvalidAnswer {
                message,
                request_id: None,
            })
        }
        (Broken::Sent(cause), Safety::Read) => {
            let message = cause.to_string();
            let (status, retry_after, request_id) = (None, None, None);
            let error = ApiError::Unavailable {
                status,
                message,
                retry_after,
                request_id,
            };
            End::Again(error)
        }
        (Broken::Sent(cause), Safety::Repeatable) => End::Again(Unclear::new(cause).into()),
        (Broken::Sent(cause), Safety::Once | Safety::Overwrites) => {
            End::Final(Unclear::new(cause).into())
        }
    }
}

/// Reads a success. An unreadable one of a write leaves its outcome unclear.
fn read<T: FromAnswer>(response: Response, safety: Safety) -> Result<T, End> {
    let request_id = response.request_id();
    let foreign = response.is_foreign();
    let status = response.status;
    let ray = response.ray();
    T::from_body(response.body).map_err(|wrong| {
        End::Final(match safety {
            // The page with which a network asks its visitors to sign in, most of the time.
            Safety::Read if foreign => ApiError::Edge { status, ray },
            Safety::Read => ApiError::InvalidAnswer {
                message: wrong.to_owned(),
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

fn millis(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap_or(u64::MAX)
}
