//! The engine of one account: drains its outbox, reads what changed, waits.

mod background;
mod reading;
mod round;
mod standing;

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use octavo_contract::Event;
use tokio::sync::{Notify, broadcast, watch};
use tokio_util::sync::CancellationToken;

pub(crate) use round::Round;

use super::lock::SyncLock;
use crate::CoreError;
use crate::accounts::Accounts;
use crate::clients::Clients;
use crate::octavo::Attention;
use crate::store::Store;

/// Until when no round begins.
#[derive(Debug, Clone, Copy)]
struct Pause {
    until: i64,
    /// Our own choice, because Notion could not be reached; else Notion asked for it.
    unreached: bool,
}

/// What the engine knows that is not in the database.
#[derive(Debug, Default)]
struct Live {
    busy: bool,
    pause: Option<Pause>,
    failures: u32,
    last_complete: Option<i64>,
    looks: u64,
    /// The home was looked at in this run.
    verified: bool,
    /// The background loop runs.
    running: bool,
    next_look: i64,
    last_look: i64,
    /// The time at the last turn.
    last_turn: i64,
}

/// One account's exchange with Notion.
pub(crate) struct Engine {
    pub(crate) account: String,
    pub(crate) store: Store,
    dir: PathBuf,
    /// How many bytes of text one request may carry.
    room: usize,
    accounts: Accounts,
    clients: Arc<Clients>,
    events: broadcast::Sender<Event>,
    attention: watch::Receiver<Attention>,
    /// The person paused the exchange of all accounts.
    paused: Arc<AtomicBool>,
    wake: Notify,
    live: Mutex<Live>,
    /// Held while a round runs; keeps the lock of the account once this process has it.
    drain: tokio::sync::Mutex<Option<SyncLock>>,
    /// Held while the background loop runs.
    looping: tokio::sync::Mutex<()>,
    /// The account is being removed: no round begins any more.
    ended: CancellationToken,
}

/// Keeps rounds away, and with them the account's lock across processes.
pub(crate) type Still<'a> = tokio::sync::MutexGuard<'a, Option<SyncLock>>;

/// What an engine is made of.
pub(crate) struct Parts {
    pub(crate) account: String,
    pub(crate) store: Store,
    pub(crate) dir: PathBuf,
    pub(crate) room: usize,
    pub(crate) accounts: Accounts,
    pub(crate) clients: Arc<Clients>,
    pub(crate) events: broadcast::Sender<Event>,
    pub(crate) attention: watch::Receiver<Attention>,
    pub(crate) paused: Arc<AtomicBool>,
}

impl Engine {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            account: parts.account,
            store: parts.store,
            dir: parts.dir,
            room: parts.room,
            accounts: parts.accounts,
            clients: parts.clients,
            events: parts.events,
            attention: parts.attention,
            paused: parts.paused,
            wake: Notify::new(),
            live: Mutex::default(),
            drain: tokio::sync::Mutex::new(None),
            looping: tokio::sync::Mutex::default(),
            ended: CancellationToken::new(),
        }
    }

    fn live(&self) -> std::sync::MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the account's lock if this process has it not yet.
    fn hold(&self, lock: &mut Option<SyncLock>) -> Result<bool, CoreError> {
        if self.ended.is_cancelled() {
            return Err(CoreError::NoSuchAccount(self.account.clone()));
        }
        if lock.is_none() {
            *lock = SyncLock::try_take(&self.dir)?;
        }
        Ok(lock.is_some())
    }

    /// Keeps every round away, here and in other processes, as long as the answer is held. `None`
    /// when a round of this process takes longer than `own`, or another process keeps the account's
    /// lock longer than `others`.
    pub(crate) async fn stand_still(
        &self,
        own: Duration,
        others: Duration,
    ) -> Result<Option<Still<'_>>, CoreError> {
        let Ok(mut lock) = tokio::time::timeout(own, self.drain.lock()).await else {
            return Ok(None);
        };
        let until = tokio::time::Instant::now() + others;
        while !self.hold(&mut lock)? {
            if tokio::time::Instant::now() >= until {
                return Ok(None);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(Some(lock))
    }

    /// The account is removed: no round begins any more, the background loop ends, the database is
    /// closed.
    pub(crate) async fn end(&self) {
        self.ended.cancel();
        drop(self.looping.lock().await);
        self.close().await;
    }

    /// Closes the account's database.
    pub(crate) async fn close(&self) {
        self.store.close().await;
    }
}
