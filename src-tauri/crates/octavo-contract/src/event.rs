//! What the core tells its windows without being asked.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, Captured, NoteId, NoteSummary, SyncStatus, WireError};

/// Something changed. Sent to every window under the name `octavo`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// An account came, went or changed its state: read `app_state` again.
    AccountsChanged {},
    /// One note changed.
    NoteChanged {
        /// Its account.
        account: AccountId,
        /// What changed about it.
        change: NoteChange,
    },
    /// Many notes changed: read the list again.
    NotesChanged {
        /// Their account.
        account: AccountId,
    },
    /// An account's exchange with Notion moved on.
    SyncChanged {
        /// How it stands now.
        status: SyncStatus,
    },
    /// The sign-in that waited for the browser has ended.
    SignInEnded {
        /// The account that is signed in now.
        account: Option<AccountId>,
        /// Why nobody is.
        error: Option<WireError>,
    },
    /// A note was captured and can still be called back.
    Captured {
        /// The note.
        captured: Captured,
    },
    /// The capture window came up, or its draft changed underneath: read `capture_state` again.
    CaptureOpened {},
    /// A note is to be shown.
    OpenNote {
        /// Its account.
        account: AccountId,
        /// The note.
        note: NoteId,
    },
    /// Settings, or what stands in their way, changed: read `settings_read` again.
    SettingsChanged {},
    /// A model goes on with its answer.
    AssistHeard {
        /// The request's name.
        request: String,
        /// What it wrote since the last time.
        text: String,
    },
    /// There is something to tell: take it with `notices_take`.
    NoticesChanged {},
}

/// What changed about a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum NoteChange {
    /// It is new or has a new content or state. A window that shows it reads it again when
    /// `version` is not the one it has.
    Updated {
        /// Its row in the contents list.
        summary: NoteSummary,
        /// Its version.
        #[ts(type = "number")]
        version: i64,
    },
    /// It is in the trash now.
    Removed {
        /// The note.
        id: String,
    },
}
