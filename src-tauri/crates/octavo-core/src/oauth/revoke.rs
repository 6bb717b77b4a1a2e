//! Telling Notion that a sign-in is over.

use reqwest::RequestBuilder;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};

use super::grant::config;
use super::transport::{NOTION_VERSION, error_code, lost, read};
use super::{GrantError, Grantor, Road};

/// How Notion took it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It said yes.
    Now,
    /// It does not know the token, or not any more: there is nothing to end.
    Before,
}

impl Grantor {
    /// Ends one token. Saying it twice does no harm.
    pub(crate) async fn revoke(
        &self,
        road: &Road,
        token: &SecretString,
    ) -> Result<Ended, GrantError> {
        let request = match road {
            Road::Own { id, secret } => self
                .http
                .post(self.notion.join("/v1/oauth/revoke").map_err(config)?)
                .basic_auth(id, Some(secret.expose_secret()))
                .header("Notion-Version", NOTION_VERSION),
            Road::Broker { url } => self.http.post(url.join("revoke").map_err(config)?),
        };
        ended(request.json(&json!({ "token": token.expose_secret() }))).await
    }
}

async fn ended(request: RequestBuilder) -> Result<Ended, GrantError> {
    let answer = request.send().await.map_err(|error| lost(&error))?;
    let status = answer.status();
    let bytes = read(answer).await?;
    // A page that some network put in between must not pass for Notion's word.
    let unread = || GrantError::Lost(status.to_string());
    if status.is_success() {
        return match serde_json::from_slice::<Map<String, Value>>(&bytes) {
            Ok(_) => Ok(Ended::Now),
            Err(_) => Err(unread()),
        };
    }
    let code = error_code(&bytes).ok_or_else(unread)?;
    match (status.as_u16(), code.as_str()) {
        (_, "invalid_client" | "unauthorized_client") => Err(GrantError::Client),
        // Only what is said about the token itself counts; the rest (a route that a broker does not
        // have, too many requests) may be different tomorrow.
        (
            400 | 401 | 404,
            "invalid_grant"
            | "invalid_token"
            | "unsupported_token_type"
            | "unauthorized"
            | "object_not_found"
            | "validation_error",
        ) => Ok(Ended::Before),
        _ => Err(unread()),
    }
}
