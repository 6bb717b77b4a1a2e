//! The Table of Contents.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, NoteId, UnixMillis};

/// What the Table of Contents is divided by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ContentsBy {
    /// A section per note type.
    #[default]
    Type,
    /// A section per tag: a note stands in each of its tags'.
    Tag,
    /// A section per month, the newest first.
    Date,
}

/// Asks for an account's Table of Contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ContentsRequest {
    /// The account.
    pub account: AccountId,
    /// Divided by this; as its page in Notion when absent.
    pub by: Option<ContentsBy>,
}

/// An account's Table of Contents, as its page in Notion shows it or will soon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContentsView {
    /// What it is divided by.
    pub by: ContentsBy,
    /// What the page in Notion is divided by.
    pub in_notion: ContentsBy,
    /// Its sections in their order.
    pub sections: Vec<ContentsSection>,
}

/// A section of the Table of Contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContentsSection {
    /// The type, tag or month.
    pub title: String,
    /// Its notes, the newest first.
    pub lines: Vec<ContentsLine>,
}

/// A note in the Table of Contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContentsLine {
    /// The note.
    pub note: NoteId,
    /// Its title, or how it begins.
    pub title: String,
    /// Its tags, without `#`.
    pub tags: Vec<String>,
    /// When it was made.
    #[ts(type = "number")]
    pub created: UnixMillis,
    /// Whether it has a page in Notion, and so a line there.
    pub in_notion: bool,
}

/// What is wrong on the page in Notion, in lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ContentsDrift {
    /// Notes without a line.
    #[ts(type = "number")]
    pub missing: u64,
    /// Lines in the wrong place, out of date, or of notes that are gone.
    #[ts(type = "number")]
    pub stale: u64,
    /// Second lines of a note in one place.
    #[ts(type = "number")]
    pub doubled: u64,
}

impl ContentsDrift {
    /// How many lines that is.
    pub fn lines(&self) -> u64 {
        self.missing + self.stale + self.doubled
    }
}
