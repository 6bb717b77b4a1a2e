//! Notes as a window sees them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, UnixMillis};

/// The id of a note: a `UUIDv7`, dashed, lower case.
pub type NoteId = String;

/// Where a note stands between this computer and Notion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SyncState {
    /// On this computer, and not meant to go anywhere.
    Local,
    /// Kept here, waiting to be sent.
    Queued,
    /// A request is on its way.
    Sending,
    /// In Notion, as it is here.
    Synced {
        /// When Notion last confirmed it.
        #[ts(type = "number")]
        at: UnixMillis,
    },
    /// Changed here and in Notion in the same place; both are kept.
    Conflict,
    /// Notion refused it; it is safe here.
    Blocked {
        /// Why, in words.
        reason: String,
    },
}

/// A row of the contents list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoteSummary {
    /// Its id.
    pub id: NoteId,
    /// Its title, empty when it has none.
    pub title: String,
    /// The beginning of its text without marks, at most 120 characters.
    pub excerpt: String,
    /// Its type ("Idea", "Meeting", …), if it has one.
    pub note_type: Option<String>,
    /// Its tags without `#`.
    pub tags: Vec<String>,
    /// Pinned to the top.
    pub pinned: bool,
    /// When a person last changed it.
    #[ts(type = "number")]
    pub edited: UnixMillis,
    /// Where it stands.
    #[serde(flatten)]
    pub sync: SyncState,
}

/// All living notes of one account, the last edited first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoteList {
    /// The account they belong to.
    pub account: AccountId,
    /// The notes.
    pub notes: Vec<NoteSummary>,
}

/// One note, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoteView {
    /// The account it belongs to.
    pub account: AccountId,
    /// Its id.
    pub id: NoteId,
    /// Its title, empty when it has none.
    pub title: String,
    /// Its body in Octavo's Markdown.
    pub body: String,
    /// Grows by one with every change of title or body, from either side. A save names the version
    /// it began from.
    #[ts(type = "number")]
    pub version: i64,
    /// Its type, if it has one.
    pub note_type: Option<String>,
    /// Its tags without `#`.
    pub tags: Vec<String>,
    /// Pinned to the top.
    pub pinned: bool,
    /// When it was made.
    #[ts(type = "number")]
    pub created: UnixMillis,
    /// When a person last changed it.
    #[ts(type = "number")]
    pub edited: UnixMillis,
    /// In the trash.
    pub trashed: bool,
    /// Its page in Notion, once there is one.
    pub page_id: Option<String>,
    /// Where it stands.
    #[serde(flatten)]
    pub sync: SyncState,
}

/// Names a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteRef {
    /// The account it belongs to.
    pub account: AccountId,
    /// The note.
    pub note: NoteId,
}

/// Makes a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteCreate {
    /// The account it will belong to.
    pub account: AccountId,
    /// Its title; may be empty.
    pub title: String,
    /// Its body; may be empty.
    pub body: String,
    /// Its type.
    #[serde(default)]
    pub note_type: Option<String>,
    /// Its tags, with or without `#`.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// Keeps what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteSave {
    /// The account it belongs to.
    pub account: AccountId,
    /// The note.
    pub note: NoteId,
    /// The version the typing began from.
    #[ts(type = "number")]
    pub base_version: i64,
    /// The title as it is now.
    pub title: String,
    /// The body as it is now.
    pub body: String,
}

/// What a save came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveOutcome {
    /// The note as it is kept.
    pub note: NoteView,
    /// The note had changed underneath (in Notion, or in another window) and both changes were
    /// brought together: the editor must take over `note`.
    pub merged: bool,
}
