//! Quick capture: a text that is kept while it is typed, and becomes a note in one step.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, AccountView, NoteId, UnixMillis};

/// What is being typed in the capture window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CaptureDraft {
    /// The id of the note that it becomes: saving it twice makes one note.
    pub id: NoteId,
    /// The account it is meant for; absent only while there is none.
    pub account: Option<AccountId>,
    /// The text, as typed.
    pub text: String,
}

/// A note that was captured and can still be called back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Captured {
    /// Its account.
    pub account: AccountId,
    /// The note.
    pub note: NoteId,
    /// Its title.
    pub title: String,
    /// Until then it can be called back, and is not sent.
    #[ts(type = "number")]
    pub until: UnixMillis,
}

/// Everything the capture window shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CaptureView {
    /// All accounts in the order of the rail.
    pub accounts: Vec<AccountView>,
    /// What was typed and not saved yet. A new one is empty, with a fresh id and the account that was
    /// chosen last.
    pub draft: CaptureDraft,
    /// The last captured note, while it can be called back.
    pub undo: Option<Captured>,
    /// This is the sample workspace, not the user's Notion.
    pub sample: bool,
}
