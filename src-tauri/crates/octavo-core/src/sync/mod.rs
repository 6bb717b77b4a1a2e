//! The exchange with Notion: one engine per account, and the pieces it is made of.

mod change;
mod contents;
mod engine;
mod file_place;
mod files;
mod linked;
mod lock;
mod pull;
mod push;
mod refusal;
mod stage;
mod unclear;
mod vanished;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use notion_api::{ApiError, Client, Priority};
use octavo_contract::{Event, NoteChange};
use tokio::sync::broadcast;

pub(crate) use contents::{contents_by, facts as contents_facts, set_contents_by};
#[cfg(test)]
pub(crate) use contents::{drift as contents_drift, push_by as push_contents_by};
pub(crate) use engine::{Engine, Parts as EngineParts, Round};
pub(crate) use lock::SyncLock;
pub(crate) use push::{contents_changed, is_behind};
pub(crate) use vanished::{answer as answer_vanished, question as vanished_question};

use crate::CoreError;
use crate::store::{NoteRow, Store};
use crate::workspace::{Ground, Home};

/// Why a piece of work could not be done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// This computer failed: the database, the disk.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// Notion or the way to it.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The home cannot be used, in words.
    #[error("{0}")]
    NoAccess(String),
    /// A parent page must be chosen first.
    #[error("no parent page was chosen yet")]
    NeedsParent,
    /// Not yet; try again soon.
    #[error("{0}")]
    Later(String),
}

/// What a [`Fault`] means for the account as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Wait this long, then go on.
    Wait(Option<Duration>),
    /// Notion cannot be reached: wait, then try again.
    Offline,
    /// A new token is needed.
    SignInAgain,
    /// The home is out of the connection's reach.
    NoAccess,
    /// Notion keeps this person, or this connection, from it.
    Restricted,
    /// A parent page is needed.
    NeedsParent,
    /// It concerns this one item only.
    Item,
    /// This computer failed.
    Local,
}

impl Fault {
    /// The fault without Notion's own sentences, which may quote a note.
    pub(crate) fn for_log(&self) -> String {
        match self {
            Self::Api(error) => {
                let request = error.request_id().unwrap_or("none");
                format!("{:?} (request {request})", self.standing())
            }
            other => other.to_string(),
        }
    }

    pub(crate) fn standing(&self) -> Standing {
        match self {
            Self::Core(_) => Standing::Local,
            Self::NoAccess(_) => Standing::NoAccess,
            Self::NeedsParent => Standing::NeedsParent,
            Self::Later(_) => Standing::Wait(None),
            Self::Api(error) if crate::error::is_restriction(error) => Standing::Restricted,
            Self::Api(error) => match error {
                ApiError::Unauthorized { .. }
                | ApiError::GrantRefused { .. }
                | ApiError::ClientRefused { .. } => Standing::SignInAgain,
                ApiError::RestrictedResource { .. } => Standing::Restricted,
                ApiError::Network { .. } | ApiError::Unavailable { .. } | ApiError::Edge { .. } => {
                    Standing::Offline
                }
                ApiError::RateLimited { retry_after, .. } => Standing::Wait(Some(*retry_after)),
                ApiError::Conflict { .. }
                | ApiError::Unclear(_)
                | ApiError::Incomplete { .. }
                | ApiError::InvalidAnswer { .. } => Standing::Wait(None),
                ApiError::NotFound { .. }
                | ApiError::Gone { .. }
                // What adds nothing still goes through.
                | ApiError::BlockLimit { .. }
                | ApiError::Validation { .. }
                | ApiError::InvalidRequest { .. } => Standing::Item,
            },
        }
    }
}

/// Counts of one round.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) pushed: AtomicU64,
    pub(crate) pulled: AtomicU64,
}

impl Tally {
    fn push(&self) {
        self.pushed.fetch_add(1, Ordering::Relaxed);
    }

    fn pull(&self) {
        self.pulled.fetch_add(1, Ordering::Relaxed);
    }
}

/// Everything a piece of work on one account needs.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) account: String,
    pub(crate) store: Store,
    pub(crate) client: Client,
    pub(crate) ground: Ground,
    pub(crate) events: broadcast::Sender<Event>,
    pub(crate) tally: Arc<Tally>,
    /// How many bytes of text one request may carry.
    pub(crate) room: usize,
}

impl Link {
    /// Tells the windows about a note as it is now.
    pub(crate) fn tell(&self, note: &NoteRow) {
        tell_note(&self.events, &self.account, note);
    }

    /// The same, whose requests have another priority.
    fn at(&self, priority: Priority) -> Self {
        Self {
            client: self.client.with_priority(priority),
            ..self.clone()
        }
    }

    async fn home(&self) -> Result<Home, Fault> {
        match crate::workspace::stored(&self.store).await? {
            Some(home) => Ok(home),
            None => crate::workspace::ensure(&self.store, &self.client, &self.ground).await,
        }
    }
}

/// Tells the windows about a note as it is now.
pub(crate) fn tell_note(events: &broadcast::Sender<Event>, account: &str, note: &NoteRow) {
    let change = if note.trashed {
        NoteChange::Removed {
            id: note.id.clone(),
        }
    } else {
        NoteChange::Updated {
            summary: note.summary(),
            version: note.version,
        }
    };
    // Nobody listening is no error.
    let _ignored = events.send(Event::NoteChanged {
        account: account.to_owned(),
        change,
    });
}
