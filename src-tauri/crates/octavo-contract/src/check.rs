//! Looking whether an account's connection works.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, UnixMillis};

/// How an account's connection stands, as a look at Notion told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// On this computer only, by choice: there is nothing to look at.
    Local,
    /// Notion knows the token, and the home can be read.
    Connected,
    /// Notion, or the way to it, does not answer.
    Offline,
    /// Notion does not take the token: a new sign-in is needed.
    SignInAgain,
    /// The home lies in Notion's trash, or is not shared with this connection any more.
    NoAccess,
    /// Notion keeps this person, or this connection, from doing what Octavo needs.
    Restricted,
    /// The keychain that holds the token does not answer, so Notion could not be asked.
    KeychainUnavailable,
    /// A page has to be chosen first, under which the home is made.
    NeedsParent,
}

/// What a look at one account told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountCheck {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub standing: Standing,
    /// The same as a sentence: what is, and what can be done.
    pub words: String,
    /// When that was seen.
    #[ts(type = "number")]
    pub at: UnixMillis,
}

/// What a look at all accounts told, in the order of the rail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountChecks {
    /// One per account.
    pub accounts: Vec<AccountCheck>,
}
