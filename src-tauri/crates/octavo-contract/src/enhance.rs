//! Proposals for a note, and what the person takes of them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, AssistSent, NoteId, Piece};

/// What could be made better of a note. Nothing of it is done until the person accepts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Enhancement {
    /// The account the note belongs to.
    pub account: AccountId,
    /// The note.
    pub note: NoteId,
    /// The version that was looked at; accepting names it.
    #[ts(type = "number")]
    pub version: i64,
    /// A title, for a note without one.
    pub title: Option<Proposed>,
    /// A type, for a note without one.
    pub note_type: Option<Proposed>,
    /// Tags to add, without `#`, the best first.
    pub tags: Vec<Proposed>,
    /// Notes it could be linked with, the best first.
    pub links: Vec<ProposedLink>,
    /// A tidier text.
    pub text: Option<ProposedText>,
    /// What the note says, in short.
    pub summary: Option<String>,
    /// What is to be done, each as one line.
    pub actions: Vec<String>,
    /// What of a model's answer was left out, and why, as sentences.
    pub left_out: Vec<String>,
    /// What was sent to a model for it, if anything.
    pub sent: Option<AssistSent>,
}

/// A value, and why it is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Proposed {
    /// What is proposed.
    pub value: String,
    /// Why.
    #[serde(flatten)]
    pub reason: ProposedReason,
}

/// Why something is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum ProposedReason {
    /// It is the first heading of the text.
    FirstHeading,
    /// The text begins so.
    FirstWords,
    /// These words stand in the note.
    Words {
        /// The words.
        words: Vec<String>,
    },
    /// Many lines of the note are to-dos.
    Todos {
        /// How many.
        count: u32,
    },
    /// Many numbers, tables, pieces of code and addresses stand in the note.
    Facts {
        /// How many.
        count: u32,
    },
    /// Other notes that read alike have it.
    LikeNotes {
        /// How many.
        count: u32,
    },
    /// Only marks and blanks change.
    Marks,
    /// A model proposes it.
    Model,
}

/// Another note that this one could be linked with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProposedLink {
    /// The other note.
    pub note: NoteId,
    /// Its title.
    pub title: String,
    /// The words of this note that name it; none if the notes only read alike.
    pub mention: Option<String>,
}

/// Another text for the note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProposedText {
    /// The whole body as it would be.
    pub body: String,
    /// From the present body to it, in order.
    pub difference: Vec<Piece>,
    /// Words of the note that are not in it any more.
    pub dropped: Vec<String>,
}

/// What the person accepts of an [`Enhancement`], as it is or edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct EnhanceAccept {
    /// The account the note belongs to.
    pub account: AccountId,
    /// The note.
    pub note: NoteId,
    /// The version that was looked at.
    #[ts(type = "number")]
    pub base_version: i64,
    /// The new title.
    #[serde(default)]
    pub title: Option<String>,
    /// The new type.
    #[serde(default)]
    pub note_type: Option<String>,
    /// Tags to add, with or without `#`.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The new body.
    #[serde(default)]
    pub body: Option<String>,
    /// Put in front of the text, as a quotation.
    #[serde(default)]
    pub summary: Option<String>,
    /// Put behind the text, as to-dos.
    #[serde(default)]
    pub actions: Vec<String>,
}
