//! What a response means: success, a rate limit, or one of the errors.

use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::budget::Verdict;
use crate::error::{ApiError, RateLimitReason, Unclear, UnclearCause};
use crate::id::PageId;
use crate::model::{Object, child, owned, text};

/// Sentences longer than this are cut: they end up in logs and on screens.
const LONGEST_MESSAGE: usize = 4000;

/// How errors are worded where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Notion's error objects.
    Api,
    /// Those, or the bare ones of OAuth 2 (RFC 6749, §5.2).
    OAuth,
}

/// A response whose head, and body as far as it came, are here.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A response that is not a success.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// 429 or 529: not processed; wait, then repeat.
    Throttled {
        wait: Option<Duration>,
        reason: RateLimitReason,
        request_id: Option<String>,
    },
    /// The server failed: a read repeats, a write is unclear.
    Failed {
        unclear: Unclear,
        message: String,
        retry_after: Option<Duration>,
    },
    /// A simultaneous write won; nothing was saved.
    Conflict(ApiError),
    /// Final.
    Final(ApiError),
}

impl Refusal {
    /// What it says about the request window.
    pub(crate) fn verdict(&self) -> Verdict {
        match self {
            Self::Throttled {
                reason: RateLimitReason::Connection,
                ..
            } => Verdict::Full,
            Self::Throttled { .. } | Self::Failed { .. } | Self::Final(ApiError::Edge { .. }) => {
                Verdict::Silent
            }
            Self::Final(_) | Self::Conflict(_) => Verdict::Accepted,
        }
    }
}

impl Response {
    pub(crate) fn request_id(&self) -> Option<String> {
        let header = self.headers.get("x-notion-request-id")?;
        header.to_str().ok().map(ToOwned::to_owned)
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The edge's id of the request.
    pub(crate) fn ray(&self) -> Option<String> {
        let ray = self.headers.get("cf-ray")?;
        ray.to_str().ok().map(ToOwned::to_owned)
    }

    /// Whether this is a page for people that somebody else than Notion sent.
    pub(crate) fn is_foreign(&self) -> bool {
        let first = self.body.iter().find(|byte| !byte.is_ascii_whitespace());
        self.request_id().is_none() && first == Some(&b'<')
    }

    /// Sorts a response that is not a success. `secret` is taken out of every sentence.
    pub(crate) fn into_refusal(self, secret: &str, dialect: Dialect) -> Refusal {
        let from_notion = self.request_id().is_some();
        let body = match serde_json::from_slice(&self.body) {
            Ok(Value::Object(body)) if from_notion || is_error(&body, dialect) => Some(body),
            _ => None,
        };
        let status = self.status;
        let error = ErrorBody::read(body.as_ref(), &self, secret);
        match status {
            429 | 529 => Refusal::Throttled {
                wait: error.retry_after,
                reason: error.reason(status),
                request_id: error.request_id,
            },
            408 | 500.. => error.into_failure(status),
            _ if body.is_none() && !from_notion => {
                let ray = self.ray();
                Refusal::Final(ApiError::Edge { status, ray })
            }
            409 if error.code != "row_limit_exceeded" => {
                Refusal::Conflict(error.into_final(status))
            }
            _ => Refusal::Final(error.into_final(status)),
        }
    }
}

/// A gateway on the way may speak JSON as well; Notion's errors are recognisable.
fn is_error(body: &Object, dialect: Dialect) -> bool {
    let has = |key| text(body, key).is_some();
    let worded = has("code") && has("message");
    // The OAuth endpoints have a shape of their own.
    let of_oauth = match dialect {
        Dialect::Api => has("error") && has("request_id"),
        Dialect::OAuth => ["error", "code"]
            .into_iter()
            .any(|key| text(body, key).is_some_and(is_code)),
    };
    text(body, "object") == Some("error") || worded || of_oauth
}

/// Whether this is an error's code, and not a sentence.
fn is_code(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=64).contains(&text.len()) && text.bytes().all(word)
}

/// Notion's error object, as far as there is one.
struct ErrorBody {
    code: String,
    message: String,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    additional: Object,
    guidance: Vec<String>,
}

impl ErrorBody {
    fn read(body: Option<&Object>, response: &Response, secret: &str) -> Self {
        let get = |keys: [&str; 2]| {
            body.and_then(|body| keys.into_iter().find_map(|key| text(body, key)))
                .unwrap_or_default()
        };
        let additional = body
            .and_then(|body| child(body, "additional_data"))
            .cloned()
            .unwrap_or_default();
        let in_body = text(&additional, "retry_after").and_then(seconds);
        Self {
            code: clean(get(["code", "error"]), secret),
            message: clean(get(["message", "error_description"]), secret),
            request_id: response
                .request_id()
                .or_else(|| body.and_then(|body| owned(body, "request_id")))
                .map(|id| clean(&id, secret)),
            retry_after: retry_after(&response.headers).or(in_body),
            guidance: texts(&additional, "retry_guidance")
                .map(|sentence| clean(sentence, secret))
                .collect(),
            additional,
        }
    }

    fn reason(&self, status: u16) -> RateLimitReason {
        match text(&self.additional, "rate_limit_reason") {
            Some("public_api_request_rate_limit") => RateLimitReason::Connection,
            Some("public_api_space_request_rate_limit") => RateLimitReason::Workspace,
            Some("public_api_endpoint_rate_limit") => RateLimitReason::Endpoint,
            Some("public_api_request_blocked") => RateLimitReason::Blocked,
            _ if status == 529 => RateLimitReason::Overload,
            _ => RateLimitReason::Unknown,
        }
    }

    fn into_failure(self, status: u16) -> Refusal {
        let unclear = Unclear {
            committed_resource_id: text(&self.additional, "committed_resource_id")
                .and_then(|id| id.parse().ok()),
            committed_child_ids: self.ids("committed_child_ids"),
            cause: UnclearCause::Status(status),
            guidance: self.guidance,
            retry_after: self.retry_after,
            request_id: self.request_id,
        };
        let message = match self.message {
            message if message.is_empty() => format!("status {status}"),
            message => message,
        };
        Refusal::Failed {
            unclear,
            message,
            retry_after: self.retry_after,
        }
    }

    fn ids(&self, key: &str) -> Vec<PageId> {
        texts(&self.additional, key)
            .flat_map(|text| text.split(','))
            .filter_map(|id| id.trim().parse().ok())
            .collect()
    }

    fn into_final(self, status: u16) -> ApiError {
        let block_limit = self.additional.contains_key("block_limit");
        let Self {
            code,
            message,
            request_id,
            ..
        } = self;
        match (status, code.as_str()) {
            (400 | 401, "invalid_grant") => ApiError::GrantRefused {
                message,
                request_id,
            },
            (400 | 401, "invalid_client" | "unauthorized_client") => ApiError::ClientRefused {
                message,
                code,
                request_id,
            },
            (401, _) => ApiError::Unauthorized {
                message,
                request_id,
            },
            (403, _) if block_limit => ApiError::BlockLimit {
                message,
                request_id,
            },
            // Of the OAuth endpoints ("Create a token"), and about the connection.
            (403, code) if code != "test_env_error" => ApiError::RestrictedResource {
                message,
                request_id,
            },
            (404, _) => ApiError::NotFound {
                message,
                request_id,
            },
            (409, code) if code != "row_limit_exceeded" => ApiError::Conflict {
                message,
                request_id,
            },
            (400, _) if tells_of_trash(&message) => ApiError::Gone {
                message,
                request_id,
            },
            _ => ApiError::Validation {
                field: field_at_fault(&message),
                message,
                code: if code.is_empty() {
                    status.to_string()
                } else {
                    code
                },
                request_id,
            },
        }
    }
}

/// Additional data are a string or a list of strings.
fn texts<'a>(additional: &'a Object, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let (one, many) = match additional.get(key) {
        Some(Value::Array(many)) => (None, many.as_slice()),
        Some(Value::String(one)) => (Some(one.as_str()), [].as_slice()),
        _ => (None, [].as_slice()),
    };
    one.into_iter().chain(many.iter().filter_map(Value::as_str))
}

/// An error object inside another answer: a task's.
pub(crate) fn error_of(error: &Object) -> ApiError {
    let status = error.get("status").and_then(Value::as_u64);
    let response = Response {
        status: status
            .and_then(|status| status.try_into().ok())
            .unwrap_or(400),
        headers: HeaderMap::new(),
        body: Vec::new(),
    };
    let body = ErrorBody::read(Some(error), &response, "");
    match response.status {
        429 | 529 => ApiError::RateLimited {
            retry_after: body.retry_after.unwrap_or_default(),
            reason: body.reason(response.status),
            request_id: body.request_id,
        },
        status @ (408 | 500..) => match body.into_failure(status) {
            Refusal::Failed { unclear, .. } => unclear.into(),
            Refusal::Final(error) | Refusal::Conflict(error) => error,
            Refusal::Throttled { .. } => Unclear::new(UnclearCause::Status(status)).into(),
        },
        status => body.into_final(status),
    }
}

/// Whether Notion refuses to edit what is in the trash. Older versions call that archived.
fn tells_of_trash(message: &str) -> bool {
    let words = ["archived", "in the trash", "in trash"];
    message.starts_with("Can't ") && words.iter().any(|word| message.contains(word))
}

/// The part of the request that "`body.a.b should be …`" names, the first of several.
fn field_at_fault(message: &str) -> Option<String> {
    let parts = ["body", "query", "path"];
    let (_, rest) = message.split_once(" failed validation")?;
    let field = rest.split([' ', '\n']).find(|word| {
        let root = word.split(['.', '[']).next().unwrap_or_default();
        parts.contains(&root) && root.len() < word.len()
    })?;
    Some(field.to_owned())
}

/// A sentence fit for screens and logs: without the token, without control characters, not endless.
pub(crate) fn clean(message: &str, secret: &str) -> String {
    let message = if secret.is_empty() {
        message.to_owned()
    } else {
        message.replace(secret, "<redacted>")
    };
    message
        .chars()
        .take(LONGEST_MESSAGE)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

/// `Retry-After`, as seconds or as a date, which is read against the server's own clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    seconds(value).or_else(|| {
        let now = http_date(headers.get(DATE)?.to_str().ok()?)?;
        let wait = http_date(value)?
            .as_millisecond()
            .saturating_sub(now.as_millisecond());
        Some(Duration::from_millis(wait.try_into().unwrap_or(0)))
    })
}

fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.trim().parse().ok()?).ok()
}

fn http_date(text: &str) -> Option<jiff::Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(text)
        .ok()
}

#[cfg(test)]
mod tests;
