//! Why a command did not do what it was asked.

use octavo_contract::{ErrorCode, WireError};
use octavo_core::CoreError;

use crate::output::Exit;

/// A failure. `Display` is the sentence for the person.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Said in a way that cannot be carried out.
    #[error("{0}")]
    Usage(&'static str),
    /// It must be said first what becomes of notes that are on this computer only.
    #[error("{0}")]
    Undecided(String),
    /// A step that cannot be taken back was not confirmed, with all that it would mean.
    #[error("{0}")]
    Unconfirmed(String),
    /// The core's own error, in its own words.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// Standard input could not be read.
    #[error("Standard input could not be read: {0}. Nothing was changed.")]
    Input(std::io::Error),
    /// Standard input is not text.
    #[error("What came in is not text (UTF-8). Nothing was changed.")]
    NotText,
    /// Standard input is text, but not what it was said to be.
    #[error("What came in cannot be read: {0}. Nothing was changed.")]
    NotReadable(String),
    /// Anything that should not happen.
    #[error("Octavo could not go on: {0}.")]
    Internal(String),
}

impl Failure {
    /// A result that cannot be written as JSON.
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        Self::Internal(error.to_string())
    }

    /// The exit code for it.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) | Self::Core(CoreError::BadSetting { .. }) => Exit::Usage,
            Self::Core(error) if error.code() == ErrorCode::TokenRefused => Exit::SignInAgain,
            Self::Undecided(_)
            | Self::Unconfirmed(_)
            | Self::Core(_)
            | Self::Input(_)
            | Self::NotText
            | Self::NotReadable(_)
            | Self::Internal(_) => Exit::Failed,
        }
    }

    /// The failure as `--json` shows it, in the form the windows get.
    pub(crate) fn wire(&self) -> WireError {
        let code = match self {
            Self::Core(error) => return error.to_wire(),
            Self::Usage(_) | Self::NotText | Self::NotReadable(_) | Self::Unconfirmed(_) => {
                ErrorCode::BadRequest
            }
            Self::Undecided(_) => ErrorCode::OnlyHere,
            Self::Input(_) | Self::Internal(_) => ErrorCode::Internal,
        };
        let (message, correlation) = (self.to_string(), String::new());
        WireError {
            code,
            message,
            retry_after_ms: None,
            correlation,
        }
    }
}
