//! Telling Notion that a sign-in is over.

use notion_api::ApiError;
use secrecy::SecretString;

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
        match self.keeper(road)?.revoke(token).await {
            Ok(()) => Ok(Ended::Now),
            Err(
                ApiError::GrantRefused { .. }
                | ApiError::Unauthorized { .. }
                | ApiError::NotFound { .. },
            ) => Ok(Ended::Before),
            // Only what is said about the token itself counts; the rest (a route that a broker does
            // not have, say) may be different tomorrow.
            Err(ApiError::Validation { code, .. }) => match code.as_str() {
                "invalid_token"
                | "unsupported_token_type"
                | "unauthorized"
                | "object_not_found"
                | "validation_error" => Ok(Ended::Before),
                _ => Err(GrantError::Lost(code)),
            },
            Err(error) => Err(error.into()),
        }
    }
}
