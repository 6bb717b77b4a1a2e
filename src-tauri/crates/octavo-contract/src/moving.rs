//! Moving notes to another account.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, NoteId};

/// Moves notes to another account: each is made there, confirmed by Notion where that account has one,
/// and only then put into the trash here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NoteMove {
    /// The account they belong to.
    pub account: AccountId,
    /// The notes.
    pub notes: Vec<NoteId>,
    /// The account they go to.
    pub to: AccountId,
}

/// What moving notes would mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoteMovePreview {
    /// How many can go.
    #[ts(type = "number")]
    pub movable: i64,
    /// How many links to pages become plain addresses, because the other account may not see those
    /// pages. Links among the notes that go together stay links.
    #[ts(type = "number")]
    pub plain_links: i64,
    /// Those that stay, and why.
    pub staying: Vec<NoteStays>,
}

/// A note that cannot go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoteStays {
    /// The note.
    pub note: NoteId,
    /// Its title.
    pub title: String,
    /// Why, in words.
    pub reason: String,
}

/// What a move came to so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoteMoved {
    /// Those that arrived: here they are in the trash.
    pub arrived: Vec<ArrivedNote>,
    /// Those that are on their way: they go on by themselves.
    pub going: Vec<MovingNote>,
    /// Those that stay, and why.
    pub staying: Vec<NoteStays>,
}

/// A note that arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ArrivedNote {
    /// The note it was.
    pub note: NoteId,
    /// The note it is, in the other account.
    pub became: NoteId,
}

/// A note on its way to another account. Until it has arrived it is here too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MovingNote {
    /// The note.
    pub note: NoteId,
    /// Its title.
    pub title: String,
    /// The account it goes to.
    pub to: AccountId,
    /// The note it becomes there.
    pub becomes: NoteId,
    /// What it waits for, in words.
    pub waits_for: String,
}

/// The notes of an account that are on their way to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NotesMoving {
    /// The account they leave.
    pub account: AccountId,
    /// The notes, those first that were asked for first.
    pub notes: Vec<MovingNote>,
}
