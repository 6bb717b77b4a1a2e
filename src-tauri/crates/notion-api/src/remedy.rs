//! What to do about an error.

use std::time::Duration;

/// What a caller can do about an [`ApiError`](crate::ApiError).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// Repeat later, not before this time if Notion named one.
    Wait(Option<Duration>),
    /// Get a new access token once; if that is refused too, sign in again.
    RefreshToken,
    /// Sign in again.
    SignIn,
    /// Correct the id or the secret of the connection.
    ChangeConnection,
    /// Give the connection the capability in Notion, then sign in again.
    AllowMore,
    /// Choose a larger plan, or another workspace.
    EnlargeWorkspace,
    /// Share it with the connection in Notion; perhaps it does not exist.
    Share,
    /// Take it out of Notion's trash.
    Restore,
    /// Send something else.
    ChangeRequest,
    /// Read again, merge, repeat.
    ReadAgain,
    /// Look whether it was saved before repeating it.
    Look,
    /// See to the connection, the proxy or the network's own sign-in.
    CheckNetwork,
    /// Nothing here; tell Notion or the makers of this program.
    Report,
}
