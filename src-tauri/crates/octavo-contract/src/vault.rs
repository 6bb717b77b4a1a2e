//! Where tokens are kept.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, UnixMillis, VaultStatus};

/// A place for tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultStore {
    /// The keychain of the system.
    Keychain,
    /// Files that a passphrase opens, for computers without a keychain.
    Sealed,
    /// Memory: forgotten when Octavo ends.
    ThisRun,
}

/// Where tokens are kept, and what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaultView {
    /// The place that was chosen.
    pub store: VaultStore,
    /// How it is. A sealed one that waits for its passphrase is `locked`.
    pub status: VaultStatus,
    /// What it holds; empty while it does not answer.
    pub holds: Vec<VaultItem>,
}

/// What is kept of one account, or of none. Never the secret itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaultItem {
    /// The account, if it is about one that is here.
    pub account: Option<AccountId>,
    /// What it is, in words.
    pub what: String,
}

/// Chooses where tokens are kept. What is in the old place moves along, and can move back.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct VaultChoose {
    /// The new place.
    pub store: VaultStore,
    /// The passphrase for a sealed one. It travels inwards only.
    pub passphrase: Option<String>,
    /// Goes on even if the old place does not answer: what is in it stays there, and its accounts are
    /// signed in again.
    pub leave_behind: bool,
}

impl std::fmt::Debug for VaultChoose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VaultChoose")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

/// Opens a sealed vault. The passphrase travels inwards only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct VaultOpen {
    /// The passphrase.
    pub passphrase: String,
}

impl std::fmt::Debug for VaultOpen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VaultOpen").finish_non_exhaustive()
    }
}

/// Whether the vault does what it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultProof {
    /// Something was written.
    pub writes: bool,
    /// The same was read back.
    pub reads: bool,
    /// When what was found of an earlier run was written; absent at the first time.
    pub survived_since: Option<UnixMillis>,
    /// What went wrong, in words.
    pub problem: Option<String>,
}
