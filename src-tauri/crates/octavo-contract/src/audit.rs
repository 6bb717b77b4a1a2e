//! What happened to sign-ins.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, UnixMillis};

/// One line of the security log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditEntry {
    /// When.
    #[ts(type = "number")]
    pub at: UnixMillis,
    /// To which account; absent where none was there yet. It may be gone by now.
    pub account: Option<AccountId>,
    /// The account's name, as long as it is here.
    pub name: Option<String>,
    /// What it was about: `account`, `token`, `callback`, `exchange`, `vault`.
    pub event: String,
    /// What came of it, in words. Never a secret.
    pub outcome: String,
    /// The id that Notion gave the request, to quote in a report; or, beginning with `octavo-`, the one
    /// under which the line stands in the log of this computer.
    pub request: Option<String>,
}

/// Chooses among the lines of the security log. What is absent leaves out nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AuditAsk {
    /// Only of this account: its id, also of one that is gone, or its name.
    #[serde(default)]
    #[ts(optional)]
    pub account: Option<String>,
    /// Only about this.
    #[serde(default)]
    #[ts(optional)]
    pub event: Option<String>,
    /// Only from then on.
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub since: Option<UnixMillis>,
    /// Only before then.
    #[serde(default)]
    #[ts(optional, type = "number")]
    pub until: Option<UnixMillis>,
}

/// Lines of the security log were written into a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditExported {
    /// The file: a JSON document per line.
    pub file: String,
    /// How many lines it has.
    #[ts(type = "number")]
    pub entries: i64,
}

/// The security log, the oldest line first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditLog {
    /// The lines.
    pub entries: Vec<AuditEntry>,
}
