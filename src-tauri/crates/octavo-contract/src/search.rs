//! Finding notes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, NoteSummary};

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SearchRequest {
    /// The account to look in; all of them, when none is given.
    pub account: Option<AccountId>,
    /// What was typed.
    pub query: String,
    /// At most so many notes.
    pub limit: u32,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SearchAnswer {
    /// The notes, the best first.
    pub hits: Vec<SearchHit>,
    /// There are more than were asked for.
    pub more: bool,
    /// Words that were looked for in place of what was typed, which may hold a slip.
    pub guesses: Vec<SearchGuess>,
    /// As many notes are not in the index yet; it is being made.
    pub not_indexed: u32,
    /// A newer search was asked for meanwhile; this one was given up.
    pub outdated: bool,
}

/// A found note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SearchHit {
    /// The account it belongs to.
    pub account: AccountId,
    /// The note.
    pub note: NoteSummary,
    /// What of its title was found.
    pub title_marks: Vec<Mark>,
    /// The stretch of its text that shows why it was found, in one line without Markdown's signs.
    pub snippet: String,
    /// What of the snippet was found.
    pub snippet_marks: Vec<Mark>,
}

/// A range in a text, in UTF-16 units, as JavaScript counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Mark {
    /// Where it begins.
    pub start: u32,
    /// Where it is over.
    pub end: u32,
}

/// What a word may have meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SearchGuess {
    /// The word that was typed, as it is compared.
    pub typed: String,
    /// The words that were looked for beside it.
    pub meant: Vec<String>,
}

/// Searches of an account that can be used again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeptSearches {
    /// Those that were given a name, by their names.
    pub saved: Vec<KeptSearch>,
    /// The last ones that led somewhere, the newest first.
    pub recent: Vec<KeptSearch>,
}

/// A search that can be used again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeptSearch {
    /// What was typed.
    pub query: String,
    /// The name it was given.
    pub name: Option<String>,
}

/// Remembers a search: one that led somewhere among the recent ones, one with a name for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SearchKeep {
    /// The account.
    pub account: AccountId,
    /// What was typed.
    pub query: String,
    /// Its name; without one, a name that it has stays.
    #[serde(default)]
    pub name: Option<String>,
}

/// Forgets a search, with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SearchForget {
    /// The account.
    pub account: AccountId,
    /// What was typed.
    pub query: String,
}

/// Asks Notion for pages by their titles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NotionSearch {
    /// The account.
    pub account: AccountId,
    /// Words of the title.
    pub query: String,
}

/// Pages of the account's Notion that are no notes here. Notion finds them by their titles only, and
/// late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NotionPages {
    /// The pages, in Notion's order.
    pub pages: Vec<NotionPage>,
    /// There are more than Notion gave at once.
    pub more: bool,
}

/// A page that is no note here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NotionPage {
    /// Its id in Notion.
    pub page_id: String,
    /// Its title; empty when it has none.
    pub title: String,
    /// Its address in Notion.
    pub url: Option<String>,
    /// When it was edited last; 0 when Notion did not say.
    #[ts(type = "number")]
    pub edited: crate::UnixMillis,
}
