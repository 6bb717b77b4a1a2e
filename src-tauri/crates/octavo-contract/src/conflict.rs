//! A note that was changed here and in Notion in the same places.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, NoteId};

/// What a note was when both places last agreed, what it is here, and what Notion has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConflictView {
    /// The account.
    pub account: AccountId,
    /// The note.
    pub note: NoteId,
    /// The version of the note that is looked at; settling names it.
    #[ts(type = "number")]
    pub version: i64,
    /// Its title.
    pub title: ConflictPart,
    /// Its text, part by part and in order. Parts are whole blocks, with an empty line between them.
    pub parts: Vec<ConflictPart>,
}

/// One part of a note in its three states; an empty one is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConflictPart {
    /// Who changed it.
    pub changed: ConflictSide,
    /// What both places last agreed on.
    pub base: String,
    /// What was written here.
    pub mine: String,
    /// What Notion has.
    pub theirs: String,
}

/// Who changed a part of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConflictSide {
    /// Nobody, or both in the same way.
    Nobody,
    /// Only here.
    Here,
    /// Only in Notion.
    Notion,
    /// Both, and differently: the person chooses.
    Both,
}

/// What the person made of a [`ConflictView`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ConflictSettle {
    /// The account.
    pub account: AccountId,
    /// The note.
    pub note: NoteId,
    /// The version that was looked at.
    #[ts(type = "number")]
    pub base_version: i64,
    /// The title.
    pub title: String,
    /// The whole text.
    pub body: String,
}
