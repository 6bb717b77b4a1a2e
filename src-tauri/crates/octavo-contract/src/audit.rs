//! What happened to sign-ins.

use serde::{Deserialize, Serialize};

use crate::{AccountId, UnixMillis};

/// One line of the security log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: UnixMillis,
    /// To which account; absent where none was there yet. It may be gone by now.
    pub account: Option<AccountId>,
    /// The account's name, as long as it is here.
    pub name: Option<String>,
    /// What it was about: `account`, `token`, `callback`, `exchange`.
    pub event: String,
    /// What came of it, in words. Never a secret.
    pub outcome: String,
}

/// The security log, the oldest line first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLog {
    /// The lines.
    pub entries: Vec<AuditEntry>,
}
