//! Signing in with Notion in the browser.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, UnixMillis};

/// Whose connection a sign-in goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SignInRoad {
    /// The distributor's, through its broker.
    Broker,
    /// One that the person made in Notion themselves.
    OwnConnection,
}

/// Begins a sign-in; one that was waiting is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SignInBegin {
    /// Whose connection it goes through.
    pub road: SignInRoad,
    /// The account that is to be signed in again; absent for a new one.
    pub reconnect: Option<AccountId>,
}

/// A sign-in that waits for the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignInView {
    /// The short code that the browser's page shows too; absent when that page is on this computer.
    pub words: Option<String>,
    /// When the wait ends.
    #[ts(type = "number")]
    pub until: UnixMillis,
    /// Whether a browser was started.
    pub browser_opened: bool,
    /// The address to open by hand when none was.
    pub address: String,
}

/// Hands over the address with which the browser came back. It carries a code, so it travels inwards
/// only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SignInPaste {
    /// The address, as the person copied it.
    pub address: String,
}

impl std::fmt::Debug for SignInPaste {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInPaste").finish_non_exhaustive()
    }
}

/// The roads by which this Octavo can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignInRoads {
    /// Whether a broker is known.
    pub broker: bool,
    /// The id of the person's own connection, if they gave one and the vault gives it out.
    pub own_connection: Option<String>,
    /// The addresses a connection of one's own must list as its redirects.
    pub redirects: Vec<String>,
}

/// Keeps a connection that the person made in Notion. The secret travels inwards only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ConnectionSet {
    /// The connection's id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
}

impl std::fmt::Debug for ConnectionSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectionSet")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
