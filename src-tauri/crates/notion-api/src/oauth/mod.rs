//! Sign-in: what the holder of a connection's secret asks of Notion, and what an app asks of the
//! holder.

mod grant;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde_json::{Value, json};
use url::Url;

pub use grant::{Introspection, TokenGrant};

use crate::answer::Dialect;
use crate::budget::{Budget, Priority};
use crate::call::{Body, Call, Safety};
use crate::config::{ClientConfig, RetryPolicy};
use crate::error::ApiError;
use crate::model::FromAnswer;
use crate::transport::{Door, Transport};
use grant::{Done, Relayed};

/// An answer with tokens is about one KiB.
const LARGEST_ANSWER: usize = 256 * 1024;
/// Such an answer comes in one piece.
const PATIENCE_FOR_THE_REST: Duration = Duration::from_secs(8);

/// How an [`OAuthClient`] is set up.
#[derive(Clone)]
pub struct OAuthConfig {
    /// Where the API lives, without `/v1`, or where the keeper does. Plain `http` is accepted on
    /// loopback only.
    pub base_url: Url,
    /// Who authorises the requests.
    keys: Keys,
    /// From sending to the head of the answer.
    pub timeout: Duration,
    /// To establish a connection.
    pub connect_timeout: Duration,
    /// How often and how patiently failed requests are repeated. An exchange never is, and a
    /// refresh once, whatever this says.
    pub retry: RetryPolicy,
}

/// Who authorises the requests.
#[derive(Clone)]
enum Keys {
    /// Whoever asks has the connection's id and secret.
    Own(String, SecretString),
    /// A keeper at the other end adds them.
    Kept,
}

impl OAuthConfig {
    /// The usual set-up for a connection, asking Notion itself.
    pub fn new(base_url: Url, client_id: impl Into<String>, client_secret: SecretString) -> Self {
        Self::with(base_url, Keys::Own(client_id.into(), client_secret))
    }

    /// The usual set-up for who does not have the secret: a keeper answers at `token`, `introspect`
    /// and `revoke` below `base_url`, takes what Notion takes, and adds the secret.
    pub fn through_keeper(base_url: Url) -> Self {
        Self::with(base_url, Keys::Kept)
    }

    fn with(base_url: Url, keys: Keys) -> Self {
        Self {
            base_url,
            keys,
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            retry: RetryPolicy::default(),
        }
    }
}

impl fmt::Debug for OAuthConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let client_id = match &self.keys {
            Keys::Own(id, _) => Some(id),
            Keys::Kept => None,
        };
        f.debug_struct("OAuthConfig")
            .field("host", &self.base_url.host_str())
            .field("client_id", &client_id)
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

/// What proves that a code was given to whoever brings it.
#[derive(Debug, Clone, Copy)]
pub enum CodeProof<'a> {
    /// To Notion: the address to which the browser was sent back, character for character.
    Redirect(&'a str),
    /// To a keeper, which knows that address: the state that came back with the code, and the
    /// verifier whose challenge the sign-in began with (RFC 7636).
    Verifier {
        /// The state.
        state: &'a str,
        /// The verifier.
        verifier: &'a SecretString,
    },
}

/// What a keeper is asked to pass on.
#[derive(Debug, Clone, Copy)]
pub enum Relay<'a> {
    /// Tokens for a code, whose proof is checked already.
    Code {
        /// The code.
        code: &'a SecretString,
        /// The address to which Notion sent the browser back.
        redirect_uri: &'a str,
    },
    /// New tokens for old ones.
    Refresh(&'a SecretString),
    /// Whether a token works.
    Introspect(&'a SecretString),
    /// The end of a token.
    Revoke(&'a SecretString),
}

/// Exchanges codes and tokens for whoever holds a connection's secret, or for whoever asks them to.
///
/// The connections of this client are its own. Sentences that come back hold neither what was sent
/// nor the connection's secret.
#[derive(Clone)]
pub struct OAuthClient {
    transport: Arc<Transport>,
    kept: bool,
}

impl OAuthClient {
    /// A client with connections of its own; none is opened yet.
    pub fn new(config: OAuthConfig) -> Result<Self, ApiError> {
        let dialect = Dialect::OAuth;
        let (door, secret) = match config.keys {
            Keys::Own(id, secret) => (Door::of_notion(basic(&id, &secret)?, dialect), secret),
            Keys::Kept => {
                let door = Door {
                    authorization: None,
                    prefix: None,
                    dialect,
                };
                (door, SecretString::default())
            }
        };
        let kept = door.authorization.is_none();
        let client = ClientConfig {
            timeout: config.timeout,
            connect_timeout: config.connect_timeout,
            body_timeout: config.timeout.min(PATIENCE_FOR_THE_REST),
            max_body_bytes: LARGEST_ANSWER,
            retry: config.retry,
            // Exchanges are rare. A connection found dead after the request was sent would leave
            // unknown whether a rolling token was used up; a fresh one cannot.
            keep_connections: false,
            ..ClientConfig::new(config.base_url, secret)
        };
        let transport = Arc::new(Transport::through(client, door)?);
        Ok(Self { transport, kept })
    }

    /// The same client with another budget: a keeper's customers do not wait for one another.
    #[must_use]
    pub fn with_budget(&self, budget: Budget) -> Self {
        Self {
            transport: Arc::new(self.transport.with_budget(budget)),
            kept: self.kept,
        }
    }

    /// Exchanges the code with which the browser came back. A code works once, so this is sent once:
    /// after [`ApiError::Unclear`] the person has to sign in again.
    pub async fn exchange(
        &self,
        code: &SecretString,
        proof: CodeProof<'_>,
    ) -> Result<TokenGrant, ApiError> {
        let grant_type = "authorization_code";
        let exposed = code.expose_secret();
        let body = match proof {
            CodeProof::Redirect(redirect_uri) => json!({
                "grant_type": grant_type, "code": exposed, "redirect_uri": redirect_uri,
            }),
            CodeProof::Verifier { state, verifier } => json!({
                "grant_type": grant_type, "code": exposed, "state": state,
                "code_verifier": verifier.expose_secret(),
            }),
        };
        let sent = self.send(Endpoint::Token, &body, code, Safety::Once).await;
        match proof {
            CodeProof::Redirect(_) => sent,
            CodeProof::Verifier { verifier, .. } => {
                sent.map_err(|error| error.without(verifier.expose_secret()))
            }
        }
    }

    /// Exchanges a refresh token for a new pair; the old pair is to be held for dead. If the answer
    /// is lost, the same token is sent once more, and no more often.
    pub async fn refresh(&self, token: &SecretString) -> Result<TokenGrant, ApiError> {
        let body = refresh_body(token);
        let send = || self.send(Endpoint::Token, &body, token, Safety::Once);
        match send().await {
            Err(ApiError::Unclear(_)) => send().await,
            result => result,
        }
    }

    /// Whether a token works.
    pub async fn introspect(&self, token: &SecretString) -> Result<Introspection, ApiError> {
        let body = token_body(token);
        self.send(Endpoint::Introspect, &body, token, Safety::Read)
            .await
    }

    /// Ends a token. Repeated after an unclear end.
    pub async fn revoke(&self, token: &SecretString) -> Result<(), ApiError> {
        let body = token_body(token);
        let safety = Safety::Repeatable;
        let _: Done = self.send(Endpoint::Revoke, &body, token, safety).await?;
        Ok(())
    }

    /// What a keeper does: asks Notion once, and hands over the JSON object that it answers, byte
    /// for byte. What comes of an unclear end is for whoever asked the keeper.
    pub async fn relay(&self, relay: Relay<'_>) -> Result<SecretSlice<u8>, ApiError> {
        let (endpoint, body, secret) = match relay {
            Relay::Code { code, redirect_uri } => {
                let body = json!({
                    "grant_type": "authorization_code",
                    "code": code.expose_secret(),
                    "redirect_uri": redirect_uri,
                });
                (Endpoint::Token, body, code)
            }
            Relay::Refresh(token) => (Endpoint::Token, refresh_body(token), token),
            Relay::Introspect(token) => (Endpoint::Introspect, token_body(token), token),
            Relay::Revoke(token) => (Endpoint::Revoke, token_body(token), token),
        };
        let Relayed(answer) = self.send(endpoint, &body, secret, Safety::Once).await?;
        Ok(answer)
    }

    async fn send<T: FromAnswer>(
        &self,
        endpoint: Endpoint,
        body: &Value,
        secret: &SecretString,
        safety: Safety,
    ) -> Result<T, ApiError> {
        let path = endpoint.path();
        let call = Call {
            method: Method::POST,
            route: endpoint.route(),
            path: path.get(usize::from(self.kept)..).unwrap_or_default(),
            query: &[],
            body: Body::secret(body),
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

/// Where one asks.
#[derive(Clone, Copy)]
enum Endpoint {
    Token,
    Introspect,
    Revoke,
}

impl Endpoint {
    /// Below `/v1`; a keeper has only the last part.
    fn path(self) -> &'static [&'static str; 2] {
        match self {
            Self::Token => &["oauth", "token"],
            Self::Introspect => &["oauth", "introspect"],
            Self::Revoke => &["oauth", "revoke"],
        }
    }

    fn route(self) -> &'static str {
        match self {
            Self::Token => "/v1/oauth/token",
            Self::Introspect => "/v1/oauth/introspect",
            Self::Revoke => "/v1/oauth/revoke",
        }
    }
}

fn basic(id: &str, secret: &SecretString) -> Result<HeaderValue, ApiError> {
    let pair = STANDARD.encode(format!("{id}:{}", secret.expose_secret()));
    let basic = HeaderValue::from_str(&format!("Basic {pair}"));
    let mut basic = basic.map_err(|_| ApiError::InvalidRequest {
        message: "the connection's id or secret holds characters that no header has".to_owned(),
    })?;
    basic.set_sensitive(true);
    Ok(basic)
}

fn refresh_body(token: &SecretString) -> Value {
    json!({"grant_type": "refresh_token", "refresh_token": token.expose_secret()})
}

fn token_body(token: &SecretString) -> Value {
    json!({"token": token.expose_secret()})
}
