//! What can go wrong in the shell, and how it crosses to a window.

use octavo_contract::{ErrorCode, WireError};
use octavo_core::CoreError;

use crate::shortcut::{KeysError, Refusal};

/// An error of the shell. `Display` is the sentence shown to the person.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShellError {
    /// The core's own error, in its own words.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// The request could not be read. Only the command's name is told: the rest may hold what a
    /// person wrote, or a token.
    #[error("The window asked for {0} in a way Octavo does not understand. Nothing was changed.")]
    BadRequest(&'static str),
    /// The sample workspace could not be started.
    #[error(
        "The sample workspace could not be started: {0}. Your own notes are not touched by it."
    )]
    Sample(String),
    /// The browser could not be started.
    #[error("No browser could be opened ({reason}). The address is {address}")]
    Browser {
        /// What was to be opened.
        address: String,
        /// What the system said.
        reason: String,
    },
    /// The address is not one of Notion's.
    #[error("Octavo opens only Notion's own addresses, and {0} is none. Nothing was opened.")]
    ForeignAddress(String),
    /// An address in a note that leads neither to the web nor to a mailbox.
    #[error(
        "Octavo opens addresses of the web and of mailboxes, and “{0}” is neither. Nothing was opened."
    )]
    UnknownLink(String),
    /// A page of the sample workspace.
    #[error(
        "This is the sample workspace: its pages live in Octavo only and cannot be opened in Notion."
    )]
    SamplePage,
    /// The keys are none that can be a shortcut.
    #[error("{0} The shortcut stays as it was.")]
    Keys(#[from] KeysError),
    /// The keys cannot be had.
    #[error("{0} The shortcut stays as it was.")]
    Shortcut(#[from] Refusal),
    /// Octavo cannot start with the desktop, for a reason in words.
    #[error("{0}")]
    Login(String),
    /// There is no window yet that could do it.
    #[error("Octavo is still starting. Try again in a moment.")]
    NoDesktop,
}

impl ShellError {
    /// The entry for the login could not be written, for a reason in the system's words.
    pub(crate) fn login(reason: &str) -> Self {
        Self::Login(format!(
            "The desktop could not be told whether to start Octavo: {reason}. Nothing was changed."
        ))
    }

    /// The error as a window gets it.
    pub(crate) fn to_wire(&self) -> WireError {
        let code = match self {
            Self::Core(error) => return error.to_wire(),
            Self::BadRequest(_) | Self::UnknownLink(_) => ErrorCode::BadRequest,
            Self::SamplePage => ErrorCode::NotInNotion,
            Self::Keys(_) | Self::Shortcut(_) => ErrorCode::ShortcutRefused,
            Self::Sample(_)
            | Self::Browser { .. }
            | Self::ForeignAddress(_)
            | Self::Login(_)
            | Self::NoDesktop => ErrorCode::Internal,
        };
        let correlation = uuid::Uuid::now_v7().to_string();
        tracing::warn!(%correlation, ?code, error = %self, "told a window");
        WireError {
            code,
            message: self.to_string(),
            retry_after_ms: None,
            correlation,
        }
    }
}
