//! The home of an account in Notion: how it stands, and the ways out when something is wrong.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{AccountId, ParentPage};

/// How an account's home stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HomeState {
    /// All is well.
    Ready,
    /// There is none yet: it is made with the first exchange.
    NotMade,
    /// There is none yet, and a page has to be chosen under which it is made.
    NeedsParent,
    /// It lies in Notion's trash.
    Trashed,
    /// It is not there any more, or is not shared with Octavo.
    NoAccess,
    /// Its Table of Contents is in the trash or gone.
    ContentsGone,
    /// There is another page like it.
    Twice,
}

/// What can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum HomeWay {
    /// Takes the home, or its Table of Contents, out of Notion's trash.
    Restore,
    /// Makes a Table of Contents anew.
    NewContents,
    /// Makes a new home, and sends every note to it again. The old pages stay where they are.
    NewHome,
    /// Looks again, after it was shared with Octavo in Notion.
    LookAgain,
    /// From now on the other page like it is the home: notes made from now on go there.
    UseOther,
}

/// How an account's home stands, in words, and what can be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HomeReport {
    /// The account.
    pub account: AccountId,
    /// How it stands.
    pub state: HomeState,
    /// The same as a sentence.
    pub words: String,
    /// Its title in Notion.
    pub title: String,
    /// It was renamed or moved in Notion since it was made; Octavo follows.
    pub remarks: Vec<String>,
    /// Its address in Notion.
    pub address: Option<String>,
    /// The ways out.
    pub ways: Vec<HomeWay>,
    /// Other pages like it.
    pub others: Vec<ParentPage>,
}

/// Goes one of the ways out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct HomeAct {
    /// The account.
    pub account: AccountId,
    /// The way.
    pub way: HomeWay,
    /// The other page, for the way that needs one.
    #[serde(default)]
    pub page: Option<String>,
}
