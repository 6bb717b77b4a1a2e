//! Earlier versions of a note.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, NoteId, UnixMillis};

/// Why a version was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RevisionReason {
    /// The person had paused, and wrote on.
    Pause,
    /// Notion's text took its place.
    Notion,
    /// Two changes were brought together.
    Merge,
    /// The note came from another account.
    Moved,
    /// An earlier version took its place.
    Restore,
    /// A proposal was accepted.
    Enhanced,
    /// The file it was imported from had changed.
    Imported,
    /// Both places had changed, and this is what Notion had when the person chose.
    Theirs,
}

/// One kept version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RevisionView {
    /// The version of the note it is.
    #[ts(type = "number")]
    pub version: i64,
    /// When it was kept: the moment something else took its place.
    #[ts(type = "number")]
    pub at: UnixMillis,
    /// Why.
    pub reason: RevisionReason,
    /// Its title.
    pub title: String,
    /// How long its body is, in characters.
    #[ts(type = "number")]
    pub characters: u64,
}

/// What is kept of a note, the newest first. What the note is now is not among it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoteHistory {
    /// The account.
    pub account: AccountId,
    /// The note.
    pub note: NoteId,
    /// The versions.
    pub versions: Vec<RevisionView>,
    /// Titles that were given in Notion while another was given here, which took their place.
    pub titles: Vec<OverruledTitle>,
}

/// A title that was given in Notion and lost its place to one given here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OverruledTitle {
    /// When it was seen.
    #[ts(type = "number")]
    pub at: UnixMillis,
    /// The title.
    pub title: String,
}

/// One version of one note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RevisionRef {
    /// The account.
    pub account: AccountId,
    /// The note.
    pub note: NoteId,
    /// The version.
    #[ts(type = "number")]
    pub version: i64,
}

/// A kept version, whole, and what is different in the note now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RevisionText {
    /// Which one.
    #[serde(flatten)]
    pub view: RevisionView,
    /// Its body.
    pub body: String,
    /// From this body to the note's present one, in order. All pieces but the new ones make up this
    /// body; all but those that are gone make up the present one.
    pub difference: Vec<Piece>,
}

/// A kept version, whole, without what changed since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionText {
    /// Which one.
    #[serde(flatten)]
    pub view: RevisionView,
    /// Its body.
    pub body: String,
}

/// A run of words in a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Piece {
    /// Where it is.
    pub side: Side,
    /// The words, with the white space between them.
    pub text: String,
}

/// Where a piece of a difference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// In both texts.
    Both,
    /// In the earlier text only.
    Gone,
    /// In the present text only.
    New,
}
