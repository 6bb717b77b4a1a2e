//! Links between notes, as a window shows them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, NoteId};

/// A note by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoteName {
    /// The note.
    pub note: NoteId,
    /// Its title, or the beginning of its text when it has none.
    pub title: String,
}

/// Where a link leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// To a living note.
    Note,
    /// To a note in the trash.
    Trashed,
    /// To a note that was deleted for good.
    Gone,
    /// To a title that no note has.
    Unknown,
    /// To a title that several notes have: the person chooses.
    Ambiguous,
    /// To a page of Notion that is not a note of this account.
    Outside,
}

impl LinkState {
    /// Whether it leads nowhere.
    pub fn is_broken(self) -> bool {
        !matches!(self, Self::Note | Self::Outside)
    }
}

/// One link in a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoteLink {
    /// What it reads as.
    pub text: String,
    /// The sentence around it.
    pub sentence: String,
    /// Where it leads.
    pub state: LinkState,
    /// The note it leads to, with its title of today.
    pub target: Option<NoteName>,
    /// The page it leads to, in Notion's window.
    pub address: Option<String>,
    /// The notes it may mean, when several have that title.
    pub candidates: Vec<NoteName>,
}

/// A note that links to another one, or names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Backlink {
    /// The note.
    pub from: NoteName,
    /// Its sentences that do so.
    pub sentences: Vec<String>,
}

/// What a note links to, and what links to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoteLinks {
    /// The note.
    pub note: NoteId,
    /// Its links in the order of its text.
    pub outgoing: Vec<NoteLink>,
    /// The notes that link to it, the last edited first.
    pub backlinks: Vec<Backlink>,
}

/// The notes that have a note's title in their text without linking to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoteMentions {
    /// The note.
    pub note: NoteId,
    /// The notes that name it, the last edited first; at most 200.
    pub mentions: Vec<Backlink>,
}

/// A link that leads nowhere, and the note it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BrokenLink {
    /// The note it stands in.
    pub from: NoteName,
    /// The link.
    pub link: NoteLink,
}

/// What an account's links leave to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LinkReport {
    /// The account.
    pub account: AccountId,
    /// Links that lead nowhere; at most 1,000.
    pub broken: Vec<BrokenLink>,
    /// Notes without a link to or from another note.
    pub orphans: Vec<NoteName>,
}

/// Looks for notes to link to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LinkSearch {
    /// The account.
    pub account: AccountId,
    /// What was typed behind `[[`.
    pub text: String,
}

/// Notes by their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NoteNames {
    /// The notes.
    pub notes: Vec<NoteName>,
}

/// Says which note a `[[Title]]` means, or makes links of the places where a note is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LinkMake {
    /// The account.
    pub account: AccountId,
    /// The note in which the link stands.
    pub note: NoteId,
    /// The title between the brackets; without one, the first place where the target's title stands
    /// in the text becomes a link.
    #[serde(default)]
    pub name: Option<String>,
    /// The note it leads to.
    pub target: NoteId,
}

/// Switches the "Linked from" sections of an account's pages, or asks whether they are on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LinkedFromChange {
    /// The account.
    pub account: AccountId,
    /// On, or off: then they go from Notion too. Nothing changes when absent.
    #[serde(default)]
    pub on: Option<bool>,
}

/// Whether pages in Notion get a "Linked from" section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LinkedFrom {
    /// They do.
    pub on: bool,
}
