//! Every error of the core, as a sentence a person can act on.

use std::path::PathBuf;

use notion_api::ApiError;
use octavo_contract::{ErrorCode, WireError};

/// What can go wrong in the core. `Display` is the sentence shown to the person: what happened, that
/// the notes are safe where that is in question, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum CoreError {
    /// The pasted text cannot be a token.
    #[error(
        "This does not look like a token. Copy it whole from Notion's developer page: it is one word, without blanks."
    )]
    TokenMalformed,
    /// Notion refused the token.
    #[error(
        "Notion refused this token. It may be mistyped, expired or withdrawn. Copy a new one from Notion's developer page."
    )]
    TokenRefused,
    /// The account's stored token was refused.
    #[error(
        "Notion no longer accepts the token of “{0}”. Your notes are safe here. Paste a new token to go on."
    )]
    SignInAgain(String),
    /// A sign-in in the browser came to nothing, in words.
    #[error("{0}")]
    SignInFailed(String),
    /// The new token belongs to somebody else.
    #[error("This token belongs to another person or workspace. Add it as a new account instead.")]
    TokenOfAnother,
    /// The person and workspace are already here.
    #[error("“{0}” is already signed in with this person and workspace.")]
    AccountExists(String),
    /// Notion cannot be reached.
    #[error(
        "Notion cannot be reached. Your notes are kept here and go out when it answers again. ({0})"
    )]
    Offline(String),
    /// Notion asks to wait.
    #[error("Notion asks to wait a moment. Your notes are kept here and go out by themselves.")]
    RateLimited {
        /// How long, in milliseconds.
        retry_after_ms: u64,
    },
    /// The keychain is locked.
    #[error(
        "The system keychain is locked, so the token of this account cannot be read or kept. Unlock it and try again; your notes are safe."
    )]
    KeychainLocked,
    /// The sealed vault waits for its passphrase.
    #[error(
        "The tokens on this computer are sealed with a passphrase. Enter it to go on with Notion; your notes are safe, and can be read and written meanwhile."
    )]
    VaultClosed,
    /// The passphrase does not open the vault.
    #[error(
        "This passphrase does not open the sealed tokens. Try again; if it is forgotten, choose a new place for tokens and sign in again. No note is lost."
    )]
    WrongPassphrase,
    /// There is no keychain.
    #[error(
        "No system keychain answers on this computer, and Octavo keeps tokens nowhere else unless you choose so. Start a keychain service (GNOME Keyring, KWallet or KeePassXC) and try again, seal the tokens with a passphrase (`octavo vault use sealed`), or go on without Notion."
    )]
    KeychainAbsent,
    /// The keychain took too long.
    #[error(
        "The system keychain did not answer in time. It may be waiting for a password in another window."
    )]
    KeychainSilent,
    /// The keychain failed in another way.
    #[error("The system keychain failed: {0}")]
    Keychain(String),
    /// The keychain holds no token for an account that needs one.
    #[error(
        "The keychain holds no token for “{0}” any more. Your notes are safe here. Paste a token to go on."
    )]
    TokenMissing(String),
    /// The data folder cannot be written to.
    #[error("Octavo cannot write to its folder {}. Nothing was lost, but nothing new can be kept until the folder can be written to.", .0.display())]
    DataReadOnly(PathBuf),
    /// The disk is full.
    #[error("The disk that holds {} is full. What is on the screen is not kept yet: make room, and Octavo saves it by itself.", .0.display())]
    DiskFull(PathBuf),
    /// A database is damaged.
    #[error("The file {} is damaged and was left as it is. Octavo does not write to it. Put back a copy of it, or move it away to begin anew from what is in Notion.", .0.display())]
    DatabaseCorrupt(PathBuf),
    /// A database is from a newer Octavo.
    #[error("The file {} was written by a newer Octavo. Use that version; nothing was changed.", .0.display())]
    DatabaseNewer(PathBuf),
    /// Another database error.
    #[error("The file {} cannot be used ({source}). Nothing was lost; put that right and try again.", file.display())]
    Database {
        /// The database file.
        file: PathBuf,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// A folder or file could not be used.
    #[error("{} cannot be used ({source}). Nothing was lost; put that right and try again.", path.display())]
    File {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// No account of this id or name.
    #[error("There is no account “{0}” here.")]
    NoSuchAccount(String),
    /// Several accounts have the name.
    #[error("Several accounts are called “{0}”: use the account's id.")]
    AmbiguousAccount(String),
    /// No account at all.
    #[error("There is no account yet. Add one first.")]
    NoAccount,
    /// No note of this id in the account.
    #[error("There is no such note in this account.")]
    NoSuchNote,
    /// No version of this number is kept of the note.
    #[error("This version of the note is not kept (any more).")]
    NoSuchVersion,
    /// A parent page must be chosen first.
    #[error(
        "This token belongs to a connection that may not create pages by itself. Choose the page under which “Personal Assistant” is made."
    )]
    NeedsParent,
    /// The home is not accessible.
    #[error("{0}")]
    NoAccess(String),
    /// The workspace has used up its blocks.
    #[error(
        "This Notion workspace is full: its plan holds no more blocks, and deleting some does not help. Your notes are safe here. Choose a larger plan in Notion, or another account for them, and try again."
    )]
    WorkspaceFull,
    /// Notion refused the content.
    #[error("Notion refused this: {0}")]
    Refused(String),
    /// A captured note cannot be called back any more.
    #[error(
        "“{0}” cannot be called back any more: its time is over, or it is on its way to Notion. You find it in your notes, and can put it into the trash there."
    )]
    TooLate(String),
    /// What becomes of notes that are on this computer only must be chosen first.
    #[error(
        "{} of “{name}” {} on this computer only, so nothing was removed. Choose first what becomes of that.", notes(*.count), if *.count == 1 { "is" } else { "are" }
    )]
    OnlyHere {
        /// The account's name.
        name: String,
        /// How many there are.
        count: i64,
    },
    /// Not everything could be sent before an account was to be removed.
    #[error("{} of “{name}” could not be sent, so nothing was removed. {why}", notes(*.count))]
    NotSent {
        /// The account's name.
        name: String,
        /// How many there are.
        count: i64,
        /// Why, as a sentence.
        why: String,
    },
    /// Somebody else is at work on an account that was to be removed.
    #[error(
        "“{0}” is in use right now: Octavo exchanges with Notion for it, here or in another window. Nothing was removed; try again in a moment."
    )]
    AccountBusy(String),
    /// The note has no page.
    #[error("This note is not in Notion yet.")]
    NotInNotion,
    /// The request was wrong.
    #[error("{0}")]
    BadRequest(String),
    /// A setting in the environment is wrong.
    #[error("{name} is set to “{value}”: {expected}")]
    BadSetting {
        /// The variable.
        name: &'static str,
        /// Its value.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// Anything else that Notion or the network answered.
    #[error("Notion answered in a way Octavo does not understand: {0}")]
    Notion(String),
    /// A language model gave no answer.
    #[error(transparent)]
    Model(#[from] octavo_models::ModelError),
    /// The core is being shut down.
    #[error("Octavo is closing.")]
    Closing,
}

/// "1 note", "2 notes".
fn notes(count: i64) -> String {
    if count == 1 {
        "1 note".to_owned()
    } else {
        format!("{count} notes")
    }
}

impl CoreError {
    /// The code a window acts on.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::TokenMalformed => ErrorCode::TokenMalformed,
            Self::TokenRefused | Self::SignInAgain(_) | Self::TokenMissing(_) => {
                ErrorCode::TokenRefused
            }
            Self::SignInFailed(_) => ErrorCode::SignInFailed,
            Self::TokenOfAnother => ErrorCode::TokenOfAnother,
            Self::AccountExists(_) => ErrorCode::AccountExists,
            Self::Offline(_) => ErrorCode::Offline,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::KeychainLocked | Self::VaultClosed => ErrorCode::KeychainLocked,
            Self::KeychainAbsent | Self::Keychain(_) => ErrorCode::KeychainAbsent,
            Self::KeychainSilent => ErrorCode::KeychainSilent,
            Self::DataReadOnly(_) => ErrorCode::DataReadOnly,
            Self::DiskFull(_) => ErrorCode::DiskFull,
            Self::DatabaseCorrupt(_) => ErrorCode::DatabaseCorrupt,
            Self::DatabaseNewer(_) => ErrorCode::DatabaseNewer,
            Self::NoSuchAccount(_) | Self::AmbiguousAccount(_) | Self::NoAccount => {
                ErrorCode::NoSuchAccount
            }
            Self::NoSuchNote | Self::NoSuchVersion => ErrorCode::NoSuchNote,
            Self::NeedsParent => ErrorCode::NeedsParent,
            Self::NoAccess(_) => ErrorCode::NoAccess,
            Self::Refused(_) | Self::WorkspaceFull => ErrorCode::Refused,
            Self::NotInNotion => ErrorCode::NotInNotion,
            Self::TooLate(_) => ErrorCode::TooLate,
            Self::OnlyHere { .. } | Self::NotSent { .. } => ErrorCode::OnlyHere,
            Self::BadRequest(_)
            | Self::BadSetting { .. }
            | Self::WrongPassphrase
            | Self::AccountBusy(_) => ErrorCode::BadRequest,
            Self::Database { .. }
            | Self::File { .. }
            | Self::Notion(_)
            | Self::Model(_)
            | Self::Closing => ErrorCode::Internal,
        }
    }

    /// The error as a window gets it, with a fresh correlation id that is also logged.
    pub fn to_wire(&self) -> WireError {
        let correlation = uuid::Uuid::now_v7().to_string();
        tracing::warn!(%correlation, code = ?self.code(), error = %self, "told a window");
        let retry_after_ms = match self {
            Self::RateLimited { retry_after_ms } => Some(*retry_after_ms),
            _ => None,
        };
        WireError {
            code: self.code(),
            message: self.to_string(),
            retry_after_ms,
            correlation,
        }
    }

    /// Sorts an error of Notion, met while asking for the account of this name; for none while a new
    /// token was tried.
    pub(crate) fn from_notion(error: ApiError, account: &str) -> Self {
        match error {
            ApiError::Unauthorized { .. } if account.is_empty() => Self::TokenRefused,
            ApiError::Unauthorized { .. } => Self::SignInAgain(account.to_owned()),
            ApiError::Network { .. } | ApiError::Unavailable { .. } | ApiError::Edge { .. } => {
                Self::Offline(error.to_string())
            }
            ApiError::RateLimited { retry_after, .. } => Self::RateLimited {
                retry_after_ms: u64::try_from(retry_after.as_millis()).unwrap_or(60_000),
            },
            ApiError::NotFound { .. } | ApiError::RestrictedResource { .. } => {
                Self::NoAccess(error.to_string())
            }
            ApiError::BlockLimit { .. } => Self::WorkspaceFull,
            other => Self::Notion(other.to_string()),
        }
    }

    /// Whether the place for tokens did not answer, or could not be used.
    pub(crate) fn is_of_vault(&self) -> bool {
        matches!(
            self,
            Self::KeychainLocked
                | Self::VaultClosed
                | Self::KeychainAbsent
                | Self::KeychainSilent
                | Self::Keychain(_)
        )
    }

    /// Sorts an error of SQLite, met while working on `file`.
    pub(crate) fn database(file: &std::path::Path, source: sqlx::Error) -> Self {
        let file = file.to_owned();
        let code = match &source {
            sqlx::Error::Database(error) => error.code().and_then(|code| code.parse::<i32>().ok()),
            sqlx::Error::Migrate(error) => return Self::migration(file, error),
            _ => None,
        };
        // Extended result codes carry the primary code in their low byte
        // (https://sqlite.org/rescode.html).
        match code.map(|code| code & 0xff) {
            Some(8 | 3) => Self::DataReadOnly(file),
            Some(14) if file.exists() => Self::DataReadOnly(file),
            Some(13 | 10) => Self::DiskFull(file),
            Some(11 | 26) => Self::DatabaseCorrupt(file),
            _ => Self::Database { file, source },
        }
    }

    fn migration(file: PathBuf, error: &sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError;
        match error {
            MigrateError::VersionMissing(_)
            | MigrateError::VersionMismatch(_)
            | MigrateError::VersionTooNew(..) => Self::DatabaseNewer(file),
            MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => {
                let text = source.to_string();
                if text.contains("malformed") || text.contains("not a database") {
                    Self::DatabaseCorrupt(file)
                } else if text.contains("readonly") {
                    Self::DataReadOnly(file)
                } else if text.contains("full") {
                    Self::DiskFull(file)
                } else {
                    Self::Database {
                        file,
                        source: sqlx::Error::Protocol(text),
                    }
                }
            }
            other => Self::Database {
                file,
                source: sqlx::Error::Protocol(other.to_string()),
            },
        }
    }

    /// Sorts an error of the file system.
    pub(crate) fn file(path: &std::path::Path, source: std::io::Error) -> Self {
        use std::io::ErrorKind;
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::DataReadOnly(path),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                Self::DiskFull(path)
            }
            _ => Self::File { path, source },
        }
    }
}

/// Whether Notion keeps the person or the connection from this: an owner of the workspace can change
/// that, a new token cannot.
pub(crate) fn is_restriction(error: &ApiError) -> bool {
    match error {
        ApiError::RestrictedResource { .. } => true,
        // A person whose account is restricted gets 401 in these words (§2.4 of the API's
        // description).
        ApiError::Unauthorized { message, .. } => message.contains("restricted"),
        _ => false,
    }
}
