//! Error answers of the API, with the texts that Notion uses.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::config::OauthErrorStyle;

/// One error answer.
#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) additional: Map<String, Value>,
    pub(crate) retry_after: Option<u64>,
    /// Whether it is one of the token endpoints' own, which look different.
    pub(crate) oauth: bool,
    /// Whether saying no changed something.
    pub(crate) changed: bool,
}

/// Shorthand for what nearly every handler returns.
pub(crate) type ApiResult<T> = Result<T, ApiError>;

impl ApiError {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            additional: Map::new(),
            retry_after: None,
            oauth: false,
            changed: false,
        }
    }

    /// An error of the token endpoints themselves.
    pub(crate) fn oauth(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            oauth: true,
            ..Self::new(status, code, message)
        }
    }

    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(400, "validation_error", message)
    }

    /// A schema failure in the body; `detail` starts with the path, as in `body.children…`.
    pub(crate) fn body(detail: impl AsRef<str>) -> Self {
        let detail = detail.as_ref();
        if detail.contains('\n') {
            Self::validation(format!("body failed validation. Fix one:\n{detail}"))
        } else {
            Self::validation(format!("body failed validation: {detail}"))
        }
    }

    pub(crate) fn query(detail: &str) -> Self {
        Self::validation(format!("query failed validation: {detail}"))
    }

    pub(crate) fn url() -> Self {
        Self::new(400, "invalid_request_url", "Invalid request URL.")
    }

    pub(crate) fn unauthorized(message: &str) -> Self {
        Self::new(401, "unauthorized", message)
    }

    pub(crate) fn restricted(message: &str) -> Self {
        Self::new(403, "restricted_resource", message)
    }

    /// The workspace has all the blocks it may ever have; waiting and deleting do not help.
    pub(crate) fn block_limit() -> Self {
        let mut error = Self::restricted(
            "This workspace has reached its block limit. Upgrade the workspace to add more.",
        );
        let data = &mut error.additional;
        data.insert("block_limit".into(), json!("block_creation"));
        error
    }

    pub(crate) fn conflict() -> Self {
        Self::new(
            409,
            "conflict_error",
            "Conflict occurred while saving. Please try again.",
        )
    }

    pub(crate) fn rate_limited(retry_after: u64, reason: &str) -> Self {
        let mut error = Self::new(
            429,
            "rate_limited",
            "You have been rate limited. Please try again in a few minutes.",
        );
        error
            .additional
            .insert("rate_limit_reason".into(), json!(reason));
        error.with_retry(retry_after)
    }

    /// Access that Notion has blocked: a 429 without an end.
    pub(crate) fn blocked(reason: &str) -> Self {
        Self {
            retry_after: None,
            additional: Map::from_iter([("rate_limit_reason".to_owned(), json!(reason))]),
            ..Self::rate_limited(0, reason)
        }
    }

    /// Sets the header and repeats it in `additional_data`, as Notion does.
    pub(crate) fn with_retry(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self.additional
            .insert("retry_after".into(), json!(seconds.to_string()));
        self
    }

    /// Absent, or hidden from this token: the two cannot be told apart.
    pub(crate) fn not_found(what: &str, id: Uuid, bot_name: &str, bot: Uuid) -> Self {
        let mut error = Self::new(
            404,
            "object_not_found",
            format!(
                "Could not find {what} with ID: {id}. Make sure the relevant pages and databases \
                 are shared with your integration \"{bot_name}\"."
            ),
        );
        error
            .additional
            .insert("integration_id".into(), json!(bot.to_string()));
        error
    }

    pub(crate) fn json(&self, request_id: Uuid, style: OauthErrorStyle) -> Value {
        if self.oauth && style == OauthErrorStyle::Observed {
            let mut body = json!({"error": self.code, "request_id": request_id.to_string()});
            // Measured: a failed authentication comes without a sentence.
            if self.status != 401 {
                let sentence = json!(self.message);
                crate::json::put(&mut body, "error_description", sentence);
            }
            return body;
        }
        let mut body = json!({
            "object": "error",
            "status": self.status,
            "code": self.code,
            "message": self.message,
            "request_id": request_id.to_string(),
        });
        if !self.additional.is_empty() {
            crate::json::put(
                &mut body,
                "additional_data",
                Value::Object(self.additional.clone()),
            );
        }
        body
    }
}

/// `path should be X, instead was Y.`, the sentence all schema failures share.
pub(crate) fn should_be(path: &str, expected: &str, actual: Option<&Value>) -> String {
    let shown = actual.map_or_else(|| "undefined".to_owned(), Value::to_string);
    format!("{path} should be {expected}, instead was `{shown}`.")
}

/// `path should be defined, instead was undefined.`
pub(crate) fn missing(path: &str) -> String {
    should_be(path, "defined", None)
}

/// A field that must not be there.
pub(crate) fn not_present(path: &str, actual: &Value) -> String {
    should_be(path, "not present", Some(actual))
}

/// An array or a string beyond its limit.
pub(crate) fn too_long(path: &str, limit: usize, actual: usize) -> String {
    format!("{path}.length should be ≤ `{limit}`, instead was `{actual}`.")
}
