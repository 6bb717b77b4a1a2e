//! What waits, and what a sync came to.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, AccountStatus, NoteId, SyncState, UnixMillis, account::Moment};

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
    /// The person paused this account's exchange, or that of all accounts.
    pub held: bool,
    /// How many notes vanished from Notion at once, about which an answer is waited for: see
    /// `sync_vanished`.
    #[ts(type = "number")]
    pub vanished: i64,
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

/// Pauses the exchange with Notion, or resumes it. Kept over restarts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SyncPause {
    /// This account only; all of them when absent.
    #[serde(default)]
    #[ts(optional)]
    pub account: Option<AccountId>,
    /// Pause, or resume.
    pub paused: bool,
}

/// Everything of an account that is not in Notion as it is here, the first to go first; after it what
/// waits for the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncItems {
    /// The account.
    pub account: AccountId,
    /// The items.
    pub items: Vec<SyncItem>,
}

/// One thing that is not in Notion as it is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncItem {
    /// The note; absent for the Table of Contents.
    pub note: Option<NoteId>,
    /// The note's title, empty when it has none.
    pub title: String,
    /// Where it stands.
    #[serde(flatten)]
    pub sync: SyncState,
    /// Why it is not in Notion yet, in words, where there is more to say than its state does. (What
    /// Notion refused has its `reason` in its state.)
    pub why: Option<String>,
    /// When its turn comes; absent when that is now, or when it waits for the person.
    #[ts(type = "number | null")]
    pub until: Option<UnixMillis>,
    /// How often it was tried in vain.
    #[ts(type = "number")]
    pub attempts: i64,
}

/// Notes whose pages vanished from Notion at once: so many that nothing is done before an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncVanished {
    /// The account.
    pub account: AccountId,
    /// When that was seen first; absent when nothing is asked.
    #[ts(type = "number | null")]
    pub since: Option<UnixMillis>,
    /// What was answered, while it is being carried out.
    pub answer: Option<VanishedAnswer>,
    /// The notes.
    pub notes: Vec<VanishedNote>,
}

/// A note whose page vanished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VanishedNote {
    /// The note.
    pub note: NoteId,
    /// Its title, empty when it has none.
    pub title: String,
}

/// What is to become of notes whose pages vanished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VanishedAnswer {
    /// They stay here, and their pages come back out of Notion's trash.
    Keep,
    /// Those that are in Notion's trash go into the trash here.
    Trash,
}

/// Answers what is to become of the notes of [`SyncVanished`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SyncAnswer {
    /// The account.
    pub account: AccountId,
    /// The answer.
    pub answer: VanishedAnswer,
}
