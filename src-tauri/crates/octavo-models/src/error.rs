//! What can go wrong, as sentences.

use std::time::Duration;

/// Why there is no answer. `Display` is a sentence for people; it never holds the key, and of what a
/// server says no more than a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The address cannot be one that a key or a note is sent to.
    #[error(
        "This cannot be the address of a model: it must begin with https, or with http for this computer."
    )]
    BadAddress,
    /// The key cannot be sent in a header.
    #[error("This cannot be a key: it is one word of letters, digits and signs.")]
    BadKey,
    /// Nobody answers there.
    #[error(
        "The model at {host} cannot be reached. Check that it runs and that the address is right."
    )]
    Unreachable {
        /// The host that was asked.
        host: String,
    },
    /// The key was refused.
    #[error("{host} refused the key. It may be mistyped, expired or withdrawn.")]
    KeyRefused {
        /// The host that was asked.
        host: String,
    },
    /// There is no such model, or no such address.
    #[error("{host} knows no such model or address: {said}")]
    NoSuchModel {
        /// The host that was asked.
        host: String,
        /// What it said, in one line.
        said: String,
    },
    /// Too much was asked for.
    #[error(
        "{host} asks to wait; it has too much to do, or your limit there is used up. Try again later."
    )]
    Busy {
        /// The host that was asked.
        host: String,
        /// For how long it asks to wait, if it says so.
        retry_after: Option<Duration>,
    },
    /// The server failed or refused the request.
    #[error("{host} answered with an error: {said}")]
    Failed {
        /// The host that was asked.
        host: String,
        /// What it said, in one line.
        said: String,
    },
    /// The model would not answer.
    #[error("The model declined to answer.")]
    Declined,
    /// The answer broke off.
    #[error("The answer broke off before it was whole. Nothing was changed; try again.")]
    Cut,
    /// No word for too long, or not done in time.
    #[error("The model took too long to answer. Nothing was changed; try again.")]
    TooSlow,
    /// The answer was longer than any answer to such a question can be.
    #[error("The answer grew longer than it may be, and was given up.")]
    TooLong,
    /// What came is no answer of such a server.
    #[error("What came from {host} is no answer of a model.")]
    Nonsense {
        /// The host that was asked.
        host: String,
    },
    /// The person stopped it.
    #[error("Stopped.")]
    Stopped,
}
