//! Sign-in: what the holder of a connection's secret asks of Notion.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;

use crate::budget::{Budget, Priority};
use crate::call::{Body, Call, Safety};
use crate::config::ClientConfig;
use crate::error::ApiError;
use crate::id::PageId;
use crate::model::{FromAnswer, Owner, child, id, object_of, owned};
use crate::transport::Transport;

/// How an [`OAuthClient`] is set up.
#[derive(Clone)]
pub struct OAuthConfig {
    /// Where the API lives, without `/v1`. Plain `http` is accepted on loopback only.
    pub base_url: Url,
    /// The connection's id.
    pub client_id: String,
    /// The connection's secret.
    pub client_secret: SecretString,
    /// From sending to the head of the answer.
    pub timeout: Duration,
}

impl OAuthConfig {
    /// The usual set-up for a connection.
    pub fn new(base_url: Url, client_id: impl Into<String>, client_secret: SecretString) -> Self {
        Self {
            base_url,
            client_id: client_id.into(),
            client_secret,
            timeout: Duration::from_secs(30),
        }
    }
}

impl fmt::Debug for OAuthConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthConfig")
            .field("host", &self.base_url.host_str())
            .field("client_id", &self.client_id)
            .field("client_secret", &"<redacted>")
            .finish_non_exhaustive()
    }
}

/// The address that the person opens in a browser to grant access ("Authorization", step 1).
///
/// `base_url` is that of the API; `state` must be random, and checked when the browser comes back.
pub fn authorize_url(base_url: &Url, client_id: &str, redirect_uri: &str, state: &str) -> Url {
    let mut url = base_url.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(["v1", "oauth", "authorize"]);
    }
    url.query_pairs_mut()
        .clear()
        .append_pair("client_id", client_id)
        .append_pair("response_type", "code")
        .append_pair("owner", "user")
        .append_pair("redirect_uri", redirect_uri)
        .append_pair("state", state);
    url
}

/// Exchanges codes and tokens for whoever holds a connection's secret.
#[derive(Clone)]
pub struct OAuthClient {
    transport: Arc<Transport>,
}

/// What a person granted: a pair of tokens and for whom they are.
///
/// Nothing says when the access token expires: refresh when it is refused, and keep the new pair
/// before using it, because the old one may be dead.
#[derive(Clone)]
pub struct TokenGrant {
    /// Opens what was granted.
    pub access_token: SecretString,
    /// Yields the next pair. Older connections have none.
    pub refresh_token: Option<SecretString>,
    /// This authorisation: what it writes carries this id as its author.
    pub bot_id: Option<String>,
    /// The workspace.
    pub workspace_id: Option<PageId>,
    /// The workspace's name.
    pub workspace_name: Option<String>,
    /// The workspace's icon: an address, or an emoji.
    pub workspace_icon: Option<String>,
    /// Who granted it.
    pub owner: Owner,
    /// The page made of the connection's template, if the person chose that.
    pub duplicated_template_id: Option<PageId>,
}

impl FromAnswer for TokenGrant {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let grant = object_of(answer, &["token"])?;
        let token = |key| {
            owned(&grant, key)
                .filter(|token| !token.is_empty())
                .map(SecretString::from)
        };
        Ok(Self {
            access_token: token("access_token").ok_or("a grant without a token")?,
            refresh_token: token("refresh_token"),
            bot_id: owned(&grant, "bot_id"),
            workspace_id: id(&grant, "workspace_id"),
            workspace_name: owned(&grant, "workspace_name"),
            workspace_icon: owned(&grant, "workspace_icon"),
            owner: child(&grant, "owner").map_or(Owner::Unknown, Owner::of_owner),
            duplicated_template_id: id(&grant, "duplicated_template_id"),
        })
    }
}

impl fmt::Debug for TokenGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenGrant")
            .field("bot_id", &self.bot_id)
            .field("workspace_id", &self.workspace_id)
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}

/// What Notion says about a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introspection {
    /// It works.
    pub active: bool,
    /// What it may do, as Notion words it.
    pub scope: Option<String>,
    /// When it was issued, in Unix seconds.
    pub issued_at: Option<i64>,
}

impl FromAnswer for Introspection {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let Value::Object(answer) = answer else {
            return Err("not a JSON object");
        };
        Ok(Self {
            active: answer
                .get("active")
                .and_then(Value::as_bool)
                .ok_or("no word about the token")?,
            scope: owned(&answer, "scope"),
            issued_at: answer.get("iat").and_then(Value::as_i64),
        })
    }
}

/// An answer of which only the success counts.
struct Done;

impl FromAnswer for Done {
    fn from_answer(_: Value) -> Result<Self, &'static str> {
        Ok(Self)
    }
}

impl OAuthClient {
    /// A client with connections of its own; none is opened yet.
    pub fn new(config: OAuthConfig) -> Result<Self, ApiError> {
        let secret = config.client_secret.expose_secret();
        let pair = STANDARD.encode(format!("{}:{secret}", config.client_id));
        let basic = HeaderValue::from_str(&format!("Basic {pair}"));
        let mut basic = basic.map_err(|_| ApiError::InvalidRequest {
            message: "the connection's id or secret holds characters that no header has".to_owned(),
        })?;
        basic.set_sensitive(true);
        let client = ClientConfig {
            timeout: config.timeout,
            body_timeout: config.timeout,
            // These are few, and a rate limit is Notion's to tell.
            budget: Budget::default(),
            ..ClientConfig::new(config.base_url, config.client_secret)
        };
        let transport = Transport::with_authorization(client, basic)?;
        Ok(Self {
            transport: Arc::new(transport),
        })
    }

    /// Exchanges the code with which the browser came back. A code works once, so this is sent once:
    /// after [`ApiError::Unclear`] the person has to sign in again.
    pub async fn exchange(
        &self,
        code: &SecretString,
        redirect_uri: &str,
    ) -> Result<TokenGrant, ApiError> {
        let body = json!({
            "grant_type": "authorization_code",
            "code": code.expose_secret(),
            "redirect_uri": redirect_uri,
        });
        self.send("token", "/v1/oauth/token", &body, code, Safety::Once)
            .await
    }

    /// Exchanges a refresh token for a new pair; the old pair is to be held for dead. If the answer
    /// is lost, the same token is sent once more, and no more often.
    pub async fn refresh(&self, token: &SecretString) -> Result<TokenGrant, ApiError> {
        let body = json!({
            "grant_type": "refresh_token",
            "refresh_token": token.expose_secret(),
        });
        let send = || self.send("token", "/v1/oauth/token", &body, token, Safety::Once);
        match send().await {
            Err(ApiError::Unclear(_)) => send().await,
            result => result,
        }
    }

    /// Whether a token works.
    pub async fn introspect(&self, token: &SecretString) -> Result<Introspection, ApiError> {
        let body = json!({"token": token.expose_secret()});
        self.send(
            "introspect",
            "/v1/oauth/introspect",
            &body,
            token,
            Safety::Read,
        )
        .await
    }

    /// Ends a token. Repeated after an unclear end.
    pub async fn revoke(&self, token: &SecretString) -> Result<(), ApiError> {
        let body = json!({"token": token.expose_secret()});
        let safety = Safety::Repeatable;
        let _: Done = self
            .send("revoke", "/v1/oauth/revoke", &body, token, safety)
            .await?;
        Ok(())
    }

    async fn send<T: FromAnswer>(
        &self,
        endpoint: &str,
        route: &'static str,
        body: &Value,
        secret: &SecretString,
        safety: Safety,
    ) -> Result<T, ApiError> {
        let call = Call {
            method: Method::POST,
            route,
            path: &["oauth", endpoint],
            query: &[],
            body: Body::json(body),
            safety,
        };
        let answer = self.transport.send(call, Priority::Interactive).await;
        // The connection's own secret is taken out where every answer is read; this one is only here.
        answer.map_err(|error| error.without(secret.expose_secret()))
    }
}

impl fmt::Debug for OAuthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthClient").finish_non_exhaustive()
    }
}
