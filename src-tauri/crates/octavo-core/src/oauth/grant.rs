//! What Notion grants, and the requests that get and renew it.
//!
//! `oauth2` makes the requests and reads the answers; `transport` brings both into Notion's dialect.

use std::time::Duration;

use oauth2::basic::{BasicErrorResponse, BasicErrorResponseType, BasicTokenType};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet,
    EndpointSet, ExtraTokenFields, RedirectUrl, RefreshToken, RequestTokenError,
    StandardRevocableToken, StandardTokenIntrospectionResponse, StandardTokenResponse,
    TokenResponse as _, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::Road;
use super::transport::{Carry, error_code, lost, read};
use crate::CoreError;

/// Token endpoints answer in seconds; a lost answer must not hold up a sign-in for longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// What Notion says beside the tokens (token exchange, §2.2 of the API's description).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Authorization {
    pub(crate) bot_id: String,
    pub(crate) workspace_id: String,
    #[serde(default)]
    pub(crate) workspace_name: Option<String>,
    #[serde(default)]
    pub(crate) duplicated_template_id: Option<String>,
    #[serde(default)]
    owner: Value,
}

impl ExtraTokenFields for Authorization {}

impl Authorization {
    /// The person who authorized, if Notion says who.
    pub(crate) fn person(&self) -> Option<(String, Option<String>)> {
        let user = self.owner.get("user")?;
        let id = user.get("id")?.as_str()?.to_owned();
        Some((
            id,
            user.get("name").and_then(Value::as_str).map(str::to_owned),
        ))
    }
}

type NotionTokens = StandardTokenResponse<Authorization, BasicTokenType>;
type NotionClient = oauth2::Client<
    BasicErrorResponse,
    NotionTokens,
    StandardTokenIntrospectionResponse<oauth2::EmptyExtraTokenFields, BasicTokenType>,
    StandardRevocableToken,
    oauth2::basic::BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// A fresh pair of tokens and whose it is.
pub(crate) struct Grant {
    pub(crate) access: SecretString,
    pub(crate) refresh: Option<SecretString>,
    pub(crate) authorization: Authorization,
}

impl Grant {
    fn from_tokens(tokens: &NotionTokens) -> Self {
        let access = SecretString::from(tokens.access_token().secret().clone());
        let refresh = tokens
            .refresh_token()
            .map(|token| SecretString::from(token.secret().clone()));
        crate::redact::remember(&access);
        if let Some(refresh) = &refresh {
            crate::redact::remember(refresh);
        }
        Self {
            access,
            refresh,
            authorization: tokens.extra_fields().clone(),
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
    /// Nothing was sent.
    #[error("not reachable: {0}")]
    Unreachable(String),
    /// It is unknown whether Notion acted on it.
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

/// How to reach the one that gives tokens.
#[derive(Clone)]
pub(crate) struct Grantor {
    pub(super) http: reqwest::Client,
    pub(super) notion: Url,
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

    fn client(
        &self,
        id: &str,
        secret: &SecretString,
        redirect: Option<&str>,
    ) -> Result<NotionClient, CoreError> {
        let bad = |error: url::ParseError| CoreError::Notion(error.to_string());
        let at = |path: &str| self.notion.join(path).map_err(bad);
        let mut client = oauth2::Client::new(ClientId::new(id.to_owned()))
            .set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
            .set_auth_type(AuthType::BasicAuth)
            .set_auth_uri(AuthUrl::from_url(at("/v1/oauth/authorize")?))
            .set_token_uri(TokenUrl::from_url(at("/v1/oauth/token")?));
        if let Some(redirect) = redirect {
            client = client.set_redirect_uri(RedirectUrl::new(redirect.to_owned()).map_err(bad)?);
        }
        Ok(client)
    }

    /// The address at which the person grants access, for a connection of their own.
    pub(crate) fn address(
        &self,
        id: &str,
        secret: &SecretString,
        redirect: &str,
        state: CsrfToken,
    ) -> Result<Url, CoreError> {
        let client = self.client(id, secret, Some(redirect))?;
        let (address, _) = client
            .authorize_url(|| state)
            .add_extra_param("owner", "user")
            .url();
        Ok(address)
    }

    /// Exchanges a code for tokens. A code can be used once, so this is never repeated.
    pub(crate) async fn exchange(
        &self,
        road: &Road,
        code: &SecretString,
        redirect: &str,
        proof: Option<(&str, &SecretString)>,
    ) -> Result<Grant, GrantError> {
        match road {
            Road::Own { id, secret } => {
                let client = self.client(id, secret, Some(redirect)).map_err(config)?;
                let transport = self.transport();
                let code = AuthorizationCode::new(code.expose_secret().to_owned());
                let tokens = client.exchange_code(code).request_async(&transport).await;
                tokens
                    .map(|tokens| Grant::from_tokens(&tokens))
                    .map_err(sorted)
            }
            Road::Broker { url } => {
                let (state, verifier) = proof.unwrap_or(("", code));
                let body = serde_json::json!({
                    "grant_type": "authorization_code",
                    "code": code.expose_secret(),
                    "state": state,
                    "code_verifier": verifier.expose_secret(),
                });
                self.ask_broker(url, &body).await
            }
        }
    }

    /// Trades a refresh token for a new pair; both old tokens are dead afterwards.
    pub(crate) async fn refresh(
        &self,
        road: &Road,
        refresh: &SecretString,
    ) -> Result<Grant, GrantError> {
        match road {
            Road::Own { id, secret } => {
                let client = self.client(id, secret, None).map_err(config)?;
                let transport = self.transport();
                let token = RefreshToken::new(refresh.expose_secret().to_owned());
                let tokens = client
                    .exchange_refresh_token(&token)
                    .request_async(&transport)
                    .await;
                tokens
                    .map(|tokens| Grant::from_tokens(&tokens))
                    .map_err(sorted)
            }
            Road::Broker { url } => {
                let body = serde_json::json!({
                    "grant_type": "refresh_token",
                    "refresh_token": refresh.expose_secret(),
                });
                self.ask_broker(url, &body).await
            }
        }
    }

    async fn ask_broker(&self, broker: &Url, body: &Value) -> Result<Grant, GrantError> {
        let url = broker.join("token").map_err(config)?;
        let answer = self
            .http
            .post(url)
            .json(body)
            .send()
            .await
            .map_err(|error| lost(&error))?;
        let status = answer.status();
        let bytes = read(answer).await.map_err(GrantError::from)?;
        if status.is_success() {
            let tokens: NotionTokens = serde_json::from_slice(&bytes)
                .map_err(|_| GrantError::Lost("the answer could not be read".to_owned()))?;
            return Ok(Grant::from_tokens(&tokens));
        }
        // A page of a firewall or a hotel says nothing about a sign-in.
        let code = error_code(&bytes).ok_or_else(|| GrantError::Lost(status.to_string()))?;
        Err(match (status.as_u16(), code.as_str()) {
            (_, "invalid_client" | "unauthorized_client") => GrantError::Client,
            (400..=499, _) if status.as_u16() != 429 => GrantError::Refused(code),
            _ => GrantError::Lost(status.to_string()),
        })
    }
}

pub(super) fn config(error: impl std::fmt::Display) -> GrantError {
    GrantError::Unreachable(error.to_string())
}

fn sorted(error: RequestTokenError<Carry, BasicErrorResponse>) -> GrantError {
    match error {
        RequestTokenError::ServerResponse(answer) => match answer.error() {
            BasicErrorResponseType::InvalidClient | BasicErrorResponseType::UnauthorizedClient => {
                GrantError::Client
            }
            other => GrantError::Refused(other.to_string()),
        },
        RequestTokenError::Request(failed) => failed.into(),
        // The answer itself may hold tokens: nothing of it is kept.
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            GrantError::Lost("the answer could not be read".to_owned())
        }
    }
}
