//! Errors as they cross to a window.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What went wrong, for a machine. A code exists only if someone acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Notion refused the token.
    TokenRefused,
    /// The pasted text cannot be a token (empty, blanks inside, not ASCII).
    TokenMalformed,
    /// A sign-in in the browser came to nothing; the message says why.
    SignInFailed,
    /// The new token belongs to another person or workspace than the account.
    TokenOfAnother,
    /// This token's person and workspace already have an account here.
    AccountExists,
    /// Notion cannot be reached.
    Offline,
    /// Notion asks to wait.
    RateLimited,
    /// The keychain is locked.
    KeychainLocked,
    /// No keychain answers.
    KeychainAbsent,
    /// The keychain did not answer in time.
    KeychainSilent,
    /// The data folder cannot be written to.
    DataReadOnly,
    /// The disk is full.
    DiskFull,
    /// A database is damaged.
    DatabaseCorrupt,
    /// A database was written by a newer Octavo.
    DatabaseNewer,
    /// The account does not exist.
    NoSuchAccount,
    /// The note does not exist in this account.
    NoSuchNote,
    /// The connection needs a parent page first.
    NeedsParent,
    /// Notion says the page or connection is not accessible.
    NoAccess,
    /// Notion refused the content.
    Refused,
    /// The note has no page in Notion yet.
    NotInNotion,
    /// A captured note is on its way to Notion, or there, and cannot be called back any more.
    TooLate,
    /// Notes are on this computer only: what becomes of them must be chosen first.
    OnlyHere,
    /// The keys of the shortcut cannot be had.
    ShortcutRefused,
    /// The request itself was wrong.
    BadRequest,
    /// Anything that has no code of its own.
    Internal,
}

/// An error as a window gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WireError {
    /// What went wrong.
    pub code: ErrorCode,
    /// A whole sentence in the user's words: what happened, that the notes are safe, what to do.
    pub message: String,
    /// When trying again makes sense, in milliseconds from now.
    #[ts(type = "number | null")]
    pub retry_after_ms: Option<u64>,
    /// Finds the matching lines in the log.
    pub correlation: String,
}
