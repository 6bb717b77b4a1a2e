//! What can be done with a note beside writing it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, NoteId};

/// Changes what a note has beside its text. What is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteSet {
    /// The account it belongs to.
    pub account: AccountId,
    /// The note.
    pub note: NoteId,
    /// Its type; an empty one takes the type away.
    #[serde(default)]
    pub note_type: Option<String>,
    /// All its tags, with or without `#`.
    #[serde(default)]
    pub tags: Option<Vec<String>>,
    /// Pinned to the top, on this computer.
    #[serde(default)]
    pub pinned: Option<bool>,
}

/// Adds a text at the end of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteAppend {
    /// The account it belongs to.
    pub account: AccountId,
    /// The note.
    pub note: NoteId,
    /// What is added, as a block of its own.
    pub text: String,
}

/// Asks for the note of a day, which is made if it is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteDaily {
    /// The account.
    pub account: AccountId,
    /// The day, `2026-11-23`; today where the person is when absent.
    #[serde(default)]
    pub day: Option<String>,
    /// Added at its end, if given.
    #[serde(default)]
    pub text: Option<String>,
}

/// Makes a note after a template: any note of the type "Template".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteFromTemplate {
    /// The account.
    pub account: AccountId,
    /// The template.
    pub template: NoteId,
    /// The title of the new note.
    pub title: String,
}

/// What emptying the trash came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TrashEmptied {
    /// So many notes are gone from this computer.
    #[ts(type = "number")]
    pub deleted: i64,
    /// So many stay until Notion has them in its trash too.
    #[ts(type = "number")]
    pub kept: i64,
}

/// Something in a note that Notion cannot hold as it is written. It stays as it is on this computer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoteLoss {
    /// What is lost or changed, in words.
    pub what: String,
    /// The line of the body where its block begins, counted from 1.
    #[ts(type = "number")]
    pub line: usize,
    /// The words of the heading above it, if there is one.
    pub heading: Option<String>,
}

/// What Notion cannot hold of a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoteLosses {
    /// The note.
    pub note: NoteId,
    /// In the order of its lines; nothing for nearly all notes, and for those that stay on this computer.
    pub losses: Vec<NoteLoss>,
}
