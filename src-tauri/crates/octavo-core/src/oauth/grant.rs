//! What Notion grants, and the requests that get, renew and end it.
//!
//! The requests are `notion-api`'s; here is who is asked, and what its answers mean for a sign-in.

use std::time::Duration;

use notion_api::{
    ApiError, CodeProof, OAuthClient, OAuthConfig, Owner, RetryPolicy, TokenGrant, authorize_url,
};
use secrecy::SecretString;
use url::Url;

use super::Road;
use crate::CoreError;

/// Token endpoints answer in seconds; a lost answer must not hold up a sign-in for longer.
const PATIENCE: Duration = Duration::from_secs(30);
/// A person waits for the end of a sign-in, and a renewal for nothing else: a rate limit that lasts
/// longer is told.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// A fresh pair of tokens and whose it is.
pub(crate) struct Grant {
    pub(crate) access: SecretString,
    pub(crate) refresh: Option<SecretString>,
    /// Absent if Notion did not say for which workspace, or as which bot, this is.
    pub(crate) authorization: Option<Authorization>,
}

/// Whose a grant is.
pub(crate) struct Authorization {
    pub(crate) bot_id: String,
    pub(crate) workspace_id: String,
    pub(crate) workspace_name: Option<String>,
    /// The id and the name of the person who authorized, if Notion says who.
    pub(crate) person: Option<(String, Option<String>)>,
}

impl From<TokenGrant> for Grant {
    fn from(granted: TokenGrant) -> Self {
        crate::redact::remember(&granted.access_token);
        if let Some(refresh) = &granted.refresh_token {
            crate::redact::remember(refresh);
        }
        let person = match granted.owner {
            Owner::Person { id, name, .. } => Some((id, name)),
            Owner::Workspace | Owner::Unknown => None,
        };
        let ids = granted.bot_id.zip(granted.workspace_id);
        Self {
            access: granted.access_token,
            refresh: granted.refresh_token,
            authorization: ids.map(|(bot_id, workspace_id)| Authorization {
                bot_id,
                workspace_id: workspace_id.to_string(),
                workspace_name: granted.workspace_name,
                person,
            }),
        }
    }
}

/// Why no grant came of a request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GrantError {
    /// Notion says no, for good: the code or the refresh token is used, expired or withdrawn.
    #[error("Notion refused: {0}")]
    Refused(String),
    /// The connection's own id or secret is wrong.
    #[error("Notion does not know this connection")]
    Client,
    /// Nothing reached Notion.
    #[error("not reachable: {0}")]
    Unreachable(String),
    /// It is unknown whether Notion acted on it, or it said to come back later.
    #[error("no answer: {0}")]
    Lost(String),
}

impl GrantError {
    /// The sentence for a sign-in by `road` that ended so.
    pub(crate) fn told(&self, road: &Road) -> CoreError {
        if let (Self::Unreachable(_), Road::Broker { url }) = (self, road) {
            return super::reach::silent(url, "there is no connection to it");
        }
        match self {
            Self::Refused(_) => CoreError::SignInFailed(
                "Notion did not accept this sign-in: it was used already, or took too long. Start \
                 again."
                    .to_owned(),
            ),
            Self::Client => CoreError::SignInFailed(
                "Notion does not know the connection that Octavo signed in with. Check its id and \
                 secret."
                    .to_owned(),
            ),
            Self::Unreachable(reason) => CoreError::Offline(reason.clone()),
            Self::Lost(_) => CoreError::SignInFailed(
                "Notion's answer got lost on the way. Start again; nothing was changed here."
                    .to_owned(),
            ),
        }
    }
}

impl From<ApiError> for GrantError {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::GrantRefused { .. } => Self::Refused("invalid_grant".to_owned()),
            ApiError::Unauthorized { .. } => Self::Refused("unauthorized".to_owned()),
            ApiError::Validation { code, .. } => Self::Refused(code),
            ApiError::ClientRefused { .. } => Self::Client,
            // A firewall's or a hotel's page says nothing about a sign-in.
            ApiError::Network { .. } | ApiError::Edge { .. } | ApiError::InvalidRequest { .. } => {
                Self::Unreachable(error.to_string())
            }
            // Not about the grant, and it may be different tomorrow.
            _ => Self::Lost(error.to_string()),
        }
    }
}

/// How to reach the one that gives tokens.
#[derive(Clone)]
pub(crate) struct Grantor {
    /// For the broker's health only.
    pub(super) http: reqwest::Client,
    notion: Url,
}

impl Grantor {
    pub(crate) fn new(notion: Url) -> Result<Self, CoreError> {
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| CoreError::Notion(error.to_string()))?;
        Ok(Self { http, notion })
    }

    /// The address at which the person grants access, for a connection of their own.
    pub(crate) fn address(&self, id: &str, redirect: &str, state: &str) -> Url {
        authorize_url(&self.notion, id, redirect, state)
    }

    /// Whoever keeps the connection's secret on this road.
    pub(super) fn keeper(&self, road: &Road) -> Result<OAuthClient, GrantError> {
        let mut config = match road {
            Road::Own { id, secret } => {
                OAuthConfig::new(self.notion.clone(), id.clone(), secret.clone())
            }
            Road::Broker { url } => OAuthConfig::through_keeper(url.clone()),
        };
        config.timeout = PATIENCE;
        // Whoever asks has a schedule of its own.
        config.retry = RetryPolicy {
            attempts: 1,
            throttles: 1,
            longest_wait: LONGEST_WAIT,
            ..RetryPolicy::default()
        };
        Ok(OAuthClient::new(config)?)
    }

    /// Exchanges a code for tokens. A code can be used once, so this is never repeated.
    pub(crate) async fn exchange(
        &self,
        road: &Road,
        code: &SecretString,
        redirect: &str,
        proof: Option<(&str, &SecretString)>,
    ) -> Result<Grant, GrantError> {
        let proof = match (road, proof) {
            (Road::Broker { .. }, Some((state, verifier))) => {
                CodeProof::Verifier { state, verifier }
            }
            _ => CodeProof::Redirect(redirect),
        };
        Ok(self.keeper(road)?.exchange(code, proof).await?.into())
    }

    /// Trades a refresh token for a new pair; both old tokens are dead afterwards. After a lost answer
    /// the same token is sent once more, which Notion accepts, and no more often.
    pub(crate) async fn refresh(
        &self,
        road: &Road,
        refresh: &SecretString,
    ) -> Result<Grant, GrantError> {
        Ok(self.keeper(road)?.refresh(refresh).await?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A refusal of the edge must never end a sign-in for good.
    #[test]
    fn only_notion_ends_a_sign_in() {
        let (message, request_id) = (String::new(), None);
        let ends =
            |error: ApiError| matches!(error.into(), GrantError::Refused(_) | GrantError::Client);
        assert!(ends(ApiError::GrantRefused {
            message: message.clone(),
            request_id: request_id.clone(),
        }));
        for error in [
            ApiError::Edge {
                status: 403,
                ray: None,
            },
            ApiError::Network {
                message: message.clone(),
            },
            ApiError::NotFound {
                message: message.clone(),
                request_id: request_id.clone(),
            },
            ApiError::RestrictedResource {
                message,
                request_id,
            },
            ApiError::Unclear(notion_api::Unclear::new(notion_api::UnclearCause::Cut)),
        ] {
            assert!(!ends(error.clone()), "{error:?}");
        }
    }
}
