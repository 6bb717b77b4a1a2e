//! Accounts as a window sees them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::UnixMillis;

/// The id of a local account: a `UUIDv7`, dashed, lower case.
pub type AccountId = String;

/// Everything a window needs before its first paint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AppState {
    /// All accounts in the order of the rail.
    pub accounts: Vec<AccountView>,
    /// The account on screen; absent only when there are no accounts.
    pub current: Option<AccountId>,
    /// The account that captures go to unless another is named; absent for the one used last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub default_account: Option<AccountId>,
    /// Where tokens are kept, and whether that place answers.
    pub vault: VaultStatus,
    /// Octavo's own version.
    pub version: String,
    /// The folder that holds all of Octavo's data.
    pub data_dir: String,
    /// This is the sample workspace, not the user's Notion.
    pub sample: bool,
    /// The person paused the exchange with Notion: everything is kept here until they resume it.
    pub sync_paused: bool,
}

/// What keeps the tokens, and how it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultStatus {
    /// The system keychain answers.
    Ready,
    /// There is a keychain but it is locked.
    Locked,
    /// No keychain answers.
    Absent,
    /// Tokens live in memory and are forgotten when Octavo ends.
    ThisRunOnly,
}

/// How an account came to be, which decides what can be done when its sign-in ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// Notes stay on this computer.
    Local,
    /// A personal access token was pasted: acts as the person, may create pages at workspace level.
    PersonalToken,
    /// Signed in through the browser: the connection acts for the person on the pages they chose.
    #[serde(rename = "oauth")]
    OAuth,
    /// The token of an internal connection was pasted: it needs a page shared with it.
    InternalToken,
}

/// What stands between this account and its Notion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// On this computer only, by choice.
    Local,
    /// The last request went through, or none was tried yet.
    Connected,
    /// Notion cannot be reached.
    Offline,
    /// Notion refused the token: a new one is needed.
    SignInAgain,
    /// The keychain that holds the token is locked or gone.
    KeychainUnavailable,
    /// An internal connection for which no parent page was chosen yet.
    NeedsParent,
    /// The home lies in Notion's trash, or is not shared with the connection any more.
    NoAccess,
    /// Notion keeps this person, or this connection, from doing what is needed: an owner of the
    /// workspace can change that, a new token cannot.
    Restricted,
}

/// The account's home in Notion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HomeView {
    /// Title of the root page ("Personal Assistant" unless the person renamed it).
    pub title: String,
    /// Whether root and contents page exist and are known.
    pub ready: bool,
}

/// One account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountView {
    /// Its id.
    pub id: AccountId,
    /// The name the person gave it, or their own.
    pub name: String,
    /// Two letters for the rail.
    pub monogram: String,
    /// A colour of the palette, `#rrggbb`.
    pub color: String,
    /// How it came to be.
    pub kind: AccountKind,
    /// What stands between it and Notion.
    pub status: AccountStatus,
    /// The Notion workspace's name; absent for a local account.
    pub workspace_name: Option<String>,
    /// Its home in Notion; absent for a local account.
    pub home: Option<HomeView>,
    /// How many notes wait to be sent.
    #[ts(type = "number")]
    pub waiting: i64,
}

/// Names an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AccountRef {
    /// The account.
    pub account: AccountId,
}

/// Adds an account by a pasted token. The token travels inwards only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AccountAddToken {
    /// A personal access token, or the token of an internal connection.
    pub token: String,
    /// The account's name; the person's own from Notion when absent.
    pub name: Option<String>,
}

impl std::fmt::Debug for AccountAddToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountAddToken")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Adds an account without Notion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AccountAddLocal {
    /// The account's name; "On this computer" when absent or blank.
    pub name: Option<String>,
}

/// Gives an account a new token: it must belong to the same person and workspace.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AccountReconnect {
    /// The account.
    pub account: AccountId,
    /// The new token.
    pub token: String,
}

impl std::fmt::Debug for AccountReconnect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountReconnect")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// Pages under which an account's home may be made, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ParentPages {
    /// The pages shared with the connection, as far as search sees them.
    pub pages: Vec<ParentPage>,
}

/// One page that can be a parent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ParentPage {
    /// Its id in Notion.
    pub page_id: String,
    /// Its title, "Untitled" when it has none.
    pub title: String,
}

/// Chooses the page under which the home is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AccountChooseParent {
    /// The account.
    pub account: AccountId,
    /// The page's id in Notion.
    pub page_id: String,
}

/// Changes what an account looks like. What is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AccountChange {
    /// The account.
    pub account: AccountId,
    /// Its new name: a line of 1 to 60 characters.
    pub name: Option<String>,
    /// Its new colour, one of the [`Palette`].
    pub color: Option<String>,
}

/// Puts the accounts into another order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AccountOrder {
    /// Accounts in their new order. Those that are not named follow, in the order they had.
    pub accounts: Vec<AccountId>,
}

/// Chooses the account that new notes go to unless another is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AccountDefault {
    /// That account; absent for the one that was used last.
    pub account: Option<AccountId>,
}

/// The colours an account may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Palette {
    /// Each `#rrggbb`, and at least 4.5 : 1 against white letters.
    pub colors: Vec<String>,
}

/// What removing an account would mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountRemoval {
    /// The account.
    pub account: AccountId,
    /// All its living notes.
    #[ts(type = "number")]
    pub notes: i64,
    /// Those whose words are on this computer only: unsent, refused, changed in both places, or of an
    /// account without Notion. While there are any, the person chooses what becomes of them.
    #[ts(type = "number")]
    pub only_here: i64,
    /// What becomes of its access to Notion.
    pub access: AccessEnd,
}

/// What becomes of an account's access to Notion when it is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AccessEnd {
    /// It never had any.
    None,
    /// Octavo ends it: a sign-in through the browser can be revoked from here.
    Revoked,
    /// Notion could not be told yet; Octavo goes on trying until it was.
    RevokedLater,
    /// The token was pasted: only the person can end it, in Notion's settings.
    ByHand,
}

/// What becomes of the notes whose words are on this computer only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "how", rename_all = "snake_case", deny_unknown_fields)]
pub enum KeepNotes {
    /// There are none. Refused when there are.
    Nothing {},
    /// They go to Notion first; when one cannot, nothing is removed.
    SendFirst {},
    /// They move to another account.
    Move {
        /// That account.
        to: AccountId,
    },
    /// All notes are written into a folder of Markdown files.
    Export {},
}

/// Removes an account from this computer. Its pages in Notion stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AccountRemove {
    /// The account.
    pub account: AccountId,
    /// What becomes of its notes.
    pub keep: KeepNotes,
}

/// An account was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountRemoved {
    /// The account's name.
    pub name: String,
    /// The folder its notes were exported to.
    pub exported_to: Option<String>,
    /// How many notes moved to another account.
    #[ts(type = "number")]
    pub moved: i64,
    /// The folder in which its data rests.
    pub rests_in: String,
    /// Until when.
    #[ts(type = "number")]
    pub rests_until: UnixMillis,
    /// What became of its access to Notion.
    pub access: AccessEnd,
    /// What is still to come, as a sentence for the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub remark: Option<String>,
}

/// The last time something happened, if ever.
pub(crate) type Moment = Option<UnixMillis>;
