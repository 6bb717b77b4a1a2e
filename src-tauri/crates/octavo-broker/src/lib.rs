//! The broker keeps Octavo's OAuth client secret out of the app.
//!
//! Notion's token endpoint wants the secret of a *public connection* for every exchange, refresh and
//! revocation, and Notion sends browsers back to an HTTPS address only. A secret inside a program
//! that everybody can download is no secret, and a program has no HTTPS address. So there is this
//! service: it holds the secret, owns the redirect, and its bridge page hands the answer to the app.
//!
//! It is **stateless**. What it must know about a sign-in travels in the signed `state`; any number
//! of copies run behind a balancer as long as they share their keys. It has no storage, no session,
//! no account, and neither keeps nor logs a token or a code. It is not a proxy of the Notion API:
//! notes never pass through it.
//!
//! # Addresses
//!
//! | | |
//! | --- | --- |
//! | `GET /start?challenge&nonce&words` | 302 to Notion's consent page with a signed `state` |
//! | `GET /callback?code&state` or `?error&state` | the bridge page with its link `octavo://oauth/callback?…` |
//! | `POST /token` | `{"grant_type":"authorization_code","code","state","code_verifier"}` or `{"grant_type":"refresh_token","refresh_token"}` |
//! | `POST /revoke`, `POST /introspect` | `{"token"}` |
//! | `GET /health` | `{"ok":true}` |
//!
//! `challenge` is the S256 challenge of RFC 7636; `nonce` is the app's own random value (22 to 64
//! URL-safe characters), `words` the short code that the app shows (3 to 16 of `A-Z0-9-`).
//! A success is Notion's JSON, byte for byte. A refusal is `{"error", "error_description"?}`:
//!
//! | status | `error` | means |
//! | --- | --- | --- |
//! | 400 | `invalid_grant` | final: the code, the state, the verifier or the token is not (or no longer) good |
//! | 400 | `invalid_request`, `unsupported_grant_type`, others of Notion's | the request is wrong |
//! | 401 | `invalid_client` | Notion does not accept this broker's id or secret: the operator must act |
//! | 404, 405, 413, 415 | `not_found`, `invalid_request` | not an address, method, length or type of ours |
//! | 429 | `rate_limited` | too many requests, here or at Notion; see `Retry-After` |
//! | 502 | `server_error` | no readable answer from Notion: it is unknown whether it acted |
//! | 503 | `temporarily_unavailable` | Notion cannot be reached or is overloaded |
//!
//! # What protects a sign-in
//!
//! * The `state` is signed, ten minutes old at most, and names the challenge of the app that began.
//! * `code` in the link is not Notion's but a *sealed* one, encrypted and bound to that state.
//!   Notion's server knows no PKCE; if the link carried the bare code, a program that has claimed
//!   our scheme could bring it back with a state and a verifier of its own. A sealed code opens only
//!   with its own state, which only the right verifier answers. The app treats it as opaque.
//! * That a code works once is Notion's doing: a stateless service cannot remember.
//! * Both the page and the app show `words`, so that a person sees whose sign-in they finish.
//!
//! # Configuration
//!
//! Everything is read from the environment. If something is missing or wrong, the command says which
//! variable on standard error and ends with status 2.
//!
//! | variable | |
//! | --- | --- |
//! | `OCTAVO_BROKER_PUBLIC_URL` | needed. `https://…`, or `http://localhost:PORT` for trying it out. `{this}/callback` is the redirect registered at Notion, character for character. A path is fine if the proxy in front takes it off. |
//! | `OCTAVO_BROKER_CLIENT_ID` | needed. The public connection's id. |
//! | `OCTAVO_BROKER_CLIENT_SECRET` | needed. Its secret; or `OCTAVO_BROKER_CLIENT_SECRET_FILE`, the file that holds it. |
//! | `OCTAVO_BROKER_STATE_KEY` | needed. 32 bytes or more in base64url; or `OCTAVO_BROKER_STATE_KEY_FILE`. Several are separated by commas. |
//! | `OCTAVO_BROKER_LISTEN` | default `127.0.0.1:8787`; port 0 takes a free one |
//! | `OCTAVO_BROKER_TRUST_PROXY` | `1`: the last address in `X-Forwarded-For` is the client's. Only behind exactly one proxy that writes it; otherwise clients choose their own address. |
//! | `OCTAVO_BROKER_RATE_PER_MINUTE` | default 60: requests per minute and client (an IPv4 address or an IPv6 /64) |
//! | `OCTAVO_BROKER_RATE_BURST` | default 30: how many of them at once |
//! | `OCTAVO_BROKER_LOG` | `error`, `warn`, `info` (default), `debug` or `trace`, to standard error |
//! | `OCTAVO_NOTION_URL` | default `https://api.notion.com` |
//!
//! A key is made with `openssl rand -base64 32 | tr '+/' '-_'`. To replace it, put the new one
//! *behind* the old one and restart every copy (all now accept it), then put it first and restart
//! (all now sign with it), and take the old one away ten minutes later.
//!
//! The service speaks plain HTTP and wants a proxy in front that ends TLS. The proxy must not log
//! query strings: the redirect's query holds Notion's code. The `Containerfile` beside this crate
//! builds an image that runs as an ordinary user with nothing else inside; `/health` answers
//! without counting against a limit. On SIGTERM requests under way are finished, which takes at most
//! 35 seconds: a refresh token is used up at Notion whether or not its answer arrives.
//!
//! # In a test
//!
//! ```no_run
//! # async fn demo() -> Result<(), octavo_broker::BrokerError> {
//! use octavo_broker::{Broker, Config, StateKeys};
//! # let notion = "http://localhost:1".parse().map_err(|_| octavo_broker::BrokerError::Missing(vec![]))?;
//! let keys = StateKeys::from_bytes([vec![7; 32]])?;
//! let running = Broker::start(Config::new("client id", "secret".into(), keys, notion)).await?;
//! let begin = format!("{}/start", running.url());
//! running.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod answer;
mod broker;
mod browser;
mod clock;
mod config;
mod error;
mod exchange;
mod keys;
mod limit;
mod notion;
mod page;
mod query;
mod routes;
mod seal;
mod server;
mod state;
mod texts;

pub use broker::{Broker, Running};
pub use clock::Clock;
pub use config::{Config, RateLimit};
pub use error::BrokerError;
pub use keys::StateKeys;
