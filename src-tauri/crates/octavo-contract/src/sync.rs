//! What waits, and what a sync came to.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, AccountStatus, UnixMillis, account::Moment};

/// How an account's exchange with Notion stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncStatus {
    /// The account.
    pub account: AccountId,
    /// What stands between it and Notion.
    pub status: AccountStatus,
    /// How many notes wait to be sent.
    #[ts(type = "number")]
    pub waiting: i64,
    /// How many notes Notion refused.
    #[ts(type = "number")]
    pub blocked: i64,
    /// How many notes changed in both places.
    #[ts(type = "number")]
    pub conflicts: i64,
    /// Something is being sent or read right now.
    pub busy: bool,
    /// Waiting until then because Notion asked for it, or because it could not be reached.
    #[ts(type = "number | null")]
    pub paused_until: Option<UnixMillis>,
    /// The last time everything that was to be sent and read had been.
    #[ts(type = "number | null")]
    pub last_complete: Moment,
    /// Whether the Table of Contents in Notion shows all notes as they are here.
    pub contents_current: bool,
}

/// What one round of sync did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncReport {
    /// Notes that reached Notion.
    #[ts(type = "number")]
    pub pushed: u64,
    /// Notes that were taken over from Notion.
    #[ts(type = "number")]
    pub pulled: u64,
    /// Notes changed in both places.
    #[ts(type = "number")]
    pub conflicts: u64,
    /// Notes that Notion refuses.
    #[ts(type = "number")]
    pub blocked: u64,
    /// Requests made.
    #[ts(type = "number")]
    pub requests: u64,
}

/// Pauses the exchange with Notion for all accounts, or resumes it. Kept over restarts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SyncPause {
    /// Pause, or resume.
    pub paused: bool,
}
