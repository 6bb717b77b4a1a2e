//! What the app is told when something is refused: RFC 6749's error object.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A refusal, as `{"error": code, "error_description"?}` with its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: String,
    pub(crate) description: Option<String>,
    pub(crate) retry_after: Option<u64>,
}

#[derive(Serialize)]
struct Wire {
    error: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<String>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &str, description: &str) -> Self {
        Self {
            status,
            code: code.to_owned(),
            description: Some(description.to_owned()),
            retry_after: None,
        }
    }

    pub(crate) fn invalid_request(description: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    pub(crate) fn invalid_grant(description: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_grant", description)
    }

    /// It is unknown whether Notion acted on the request.
    pub(crate) fn server_error(description: &str) -> Self {
        Self::new(StatusCode::BAD_GATEWAY, "server_error", description)
    }

    pub(crate) fn unavailable(description: &str) -> Self {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Self::new(status, "temporarily_unavailable", description)
    }

    pub(crate) fn rate_limited(retry_after: u64) -> Self {
        let status = StatusCode::TOO_MANY_REQUESTS;
        Self::new(status, "rate_limited", "Too many requests.").after(retry_after)
    }

    pub(crate) fn after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Wire {
            error: self.code,
            error_description: self.description,
        };
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
