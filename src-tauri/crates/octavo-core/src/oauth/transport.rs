//! How the requests of `oauth2` travel: in Notion's dialect, with JSON bodies instead of forms, and two
//! spellings of an error (authorization guide, §2.3 of the API's description).

use std::pin::Pin;

use oauth2::{HttpRequest, HttpResponse};
use reqwest::Response;
use serde_json::Value;

use super::grant::{GrantError, Grantor};

/// No answer of a token endpoint is as large as this.
pub(super) const LARGEST_ANSWER: usize = 64 << 10;
pub(super) const NOTION_VERSION: &str = "2026-03-11";

impl Grantor {
    /// This grantor as the transport that `oauth2` asks for.
    pub(super) fn transport(
        &self,
    ) -> impl Fn(HttpRequest) -> Pin<Box<dyn Future<Output = Result<HttpResponse, Carry>> + Send>>
    + Send
    + Sync
    + 'static {
        let grantor = self.clone();
        move |request| {
            let grantor = grantor.clone();
            Box::pin(async move { grantor.carry(request).await })
        }
    }

    /// Carries a request of `oauth2` in Notion's dialect.
    async fn carry(&self, request: HttpRequest) -> Result<HttpResponse, Carry> {
        let (parts, form) = request.into_parts();
        let fields: serde_json::Map<String, Value> = url::form_urlencoded::parse(&form)
            .map(|(key, value)| (key.into_owned(), Value::String(value.into_owned())))
            .collect();
        let mut post = self.http.post(parts.uri.to_string()).json(&fields);
        if let Some(basic) = parts.headers.get("authorization") {
            post = post.header("authorization", basic);
        }
        let answer = post
            .header("Notion-Version", NOTION_VERSION)
            .send()
            .await
            .map_err(|error| Carry::from(&error))?;
        let status = answer.status();
        let bytes = read(answer).await?;
        if status.is_server_error() || status.as_u16() == 429 {
            return Err(Carry::Cut(status.to_string()));
        }
        let body = if status.is_success() {
            bytes
        } else {
            // A page of a firewall or a hotel says nothing about a sign-in.
            standard_error(&bytes).ok_or_else(|| Carry::Cut(status.to_string()))?
        };
        let mut response = HttpResponse::new(body);
        *response.status_mut() = status;
        response.headers_mut().insert("content-type", http_json());
        Ok(response)
    }
}

/// An answer's body. An endless one is not read to its end, whatever length it announced.
pub(super) async fn read(mut answer: Response) -> Result<Vec<u8>, Carry> {
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|error| Carry::from(&error))? {
        if body.len() + part.len() > LARGEST_ANSWER {
            return Err(Carry::Cut("the answer is too large".to_owned()));
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

fn http_json() -> oauth2::http::HeaderValue {
    oauth2::http::HeaderValue::from_static("application/json")
}

/// How the transport failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Carry {
    #[error("{0}")]
    Unsent(String),
    #[error("{0}")]
    Cut(String),
}

impl From<&reqwest::Error> for Carry {
    fn from(error: &reqwest::Error) -> Self {
        // The error's own text names the address; its query could hold a code.
        if error.is_connect() {
            Self::Unsent("no connection".to_owned())
        } else if error.is_timeout() {
            Self::Cut("no answer in time".to_owned())
        } else {
            Self::Cut("the connection was cut".to_owned())
        }
    }
}

impl From<Carry> for GrantError {
    fn from(failed: Carry) -> Self {
        match failed {
            Carry::Unsent(reason) => Self::Unreachable(reason),
            Carry::Cut(reason) => Self::Lost(reason),
        }
    }
}

pub(super) fn lost(error: &reqwest::Error) -> GrantError {
    GrantError::from(Carry::from(error))
}

/// The error code of either spelling.
pub(super) fn error_code(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body.get("code")
        .or_else(|| body.get("error"))?
        .as_str()
        .map(str::to_owned)
}

/// An error as RFC 6749 §5.2 spells it, if it is one of either spelling.
fn standard_error(body: &[u8]) -> Option<Vec<u8>> {
    let code = error_code(body)?;
    Some(
        serde_json::json!({ "error": code })
            .to_string()
            .into_bytes(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_an_error_are_read() {
        for body in [
            r#"{"object":"error","status":400,"code":"invalid_grant","message":"x"}"#,
            r#"{"error":"invalid_grant","request_id":"1"}"#,
        ] {
            assert_eq!(
                error_code(body.as_bytes()).as_deref(),
                Some("invalid_grant")
            );
        }
        assert_eq!(
            standard_error(b"<html>"),
            None,
            "only Notion ends a sign-in"
        );
    }
}
