//! The background loop of an engine: when it looks, and what wakes it.

use std::sync::Arc;
use std::time::Duration;

use octavo_contract::{AccountKind, AccountStatus, Event};
use tokio_util::sync::CancellationToken;

use super::Engine;
use crate::CoreError;
use crate::accounts::Account;
use crate::octavo::Attention;
use crate::store::{Among, Watcher};

/// How often a background engine looks whether another process left work for it.
pub(super) const TICK: Duration = Duration::from_secs(1);

/// However often the person comes back, Notion is not asked more often than this.
const LOOKS_APART: i64 = 5_000;

/// No row of the outbox waits longer than this unless the clock was set back meanwhile.
const LONGEST_TURN: i64 = 120_000;

impl Engine {
    /// Takes the right to run the background loop; only the first caller gets it.
    pub(crate) fn begin(&self) -> bool {
        !std::mem::replace(&mut self.live().running, true)
    }

    /// Makes a background engine look now.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Runs until `stop`. A local account only listens for what other processes write.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) {
        let _looping = self.looping.lock().await;
        if self.ended.is_cancelled() {
            return;
        }
        let mut watcher = self.store.watcher().await.ok();
        loop {
            self.notice(watcher.as_mut()).await;
            let pause = match self.turn().await {
                Ok(pause) => pause,
                // It is being removed: not for good yet, or by another process, which tells nobody
                // in this one.
                Err(CoreError::NoSuchAccount(_)) => {
                    if self.accounts.is_gone(&self.account).await.unwrap_or(false) {
                        let _ignored = self.events.send(Event::AccountsChanged {});
                        return;
                    }
                    TICK
                }
                Err(error) => {
                    tracing::error!(account = %self.account, %error, "the engine stumbled");
                    Duration::from_secs(5)
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.ended.cancelled() => return,
                () = self.wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Tells the windows when another process (the command line, say) changed this account's notes.
    async fn notice(&self, watcher: Option<&mut Watcher>) {
        let Some(watcher) = watcher else { return };
        match self.store.changed_elsewhere(watcher).await {
            Ok(true) => {
                let account = self.account.clone();
                let _ignored = self.events.send(Event::NotesChanged { account });
                self.tell_status().await;
            }
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "cannot see what other processes write"),
        }
    }

    /// One turn of a background engine; answers how long to wait for the next.
    async fn turn(&self) -> Result<Duration, CoreError> {
        let account = self.accounts.find(&self.account).await?;
        let unable =
            account.kind == AccountKind::Local || account.status == AccountStatus::SignInAgain;
        if unable || self.held().await? {
            return Ok(TICK);
        }
        let now = self.store.now();
        self.notice_clock(now).await?;
        let (paused, look_due) = {
            let live = self.live();
            (
                live.pause.is_some_and(|pause| pause.until > now),
                live.next_look <= now,
            )
        };
        if paused {
            return Ok(TICK);
        }
        let send_due = self
            .store
            .next_turn(Among::All)
            .await?
            .is_some_and(|turn| turn <= now);
        if send_due || look_due {
            self.background(&account, look_due).await?;
        }
        let now = self.store.now();
        let wait = self
            .store
            .next_turn(Among::All)
            .await?
            .map_or(i64::MAX, |turn| turn - now);
        Ok(Duration::from_millis(u64::try_from(wait.max(20)).unwrap_or(20)).min(TICK))
    }

    /// A clock that was set back would make everything wait until the old time comes round again.
    async fn notice_clock(&self, now: i64) -> Result<(), CoreError> {
        let set_back = {
            let mut live = self.live();
            let before = std::mem::replace(&mut live.last_turn, now);
            if now < before {
                let by = before - now;
                live.next_look -= by;
                live.last_look -= by;
                if let Some(pause) = live.pause.as_mut() {
                    pause.until -= by;
                }
            }
            now < before
        };
        let far = self.store.next_turn(Among::All).await?;
        if set_back || far.is_some_and(|turn| turn > now + LONGEST_TURN) {
            let mut write = self.store.write().await?;
            write.bring_near(LONGEST_TURN).await?;
            write.commit().await?;
        }
        Ok(())
    }

    async fn background(&self, account: &Account, look: bool) -> Result<(), CoreError> {
        let mut lock = self.drain.lock().await;
        if !self.hold(&mut lock)? {
            return Ok(());
        }
        self.set_busy(true).await;
        let outcome = self.work(account, look, false).await;
        self.settle_outcome(account, outcome.as_ref().err()).await?;
        if look {
            let pause = self.pause_between_looks().await?;
            let mut live = self.live();
            live.looks += 1;
            live.last_look = self.store.now();
            live.next_look = self.store.now() + pause;
        }
        self.set_busy(false).await;
        Ok(())
    }

    /// How long to wait until Notion is asked again for changes.
    async fn pause_between_looks(&self) -> Result<i64, CoreError> {
        let on_screen = self.accounts.current().await?.as_deref() == Some(&*self.account);
        Ok(match *self.attention.borrow() {
            Attention::Focused if on_screen => 15_000,
            Attention::Focused | Attention::Visible => 120_000,
            Attention::Hidden => 600_000,
        })
    }

    /// Looks for changes in Notion soon: at the next turn, unless it has just been done. Windows come
    /// and go often, and each look costs requests that the notes may need.
    pub(crate) fn look_soon(&self) {
        let mut live = self.live();
        let soon = live.last_look + LOOKS_APART;
        live.next_look = live.next_look.min(soon);
        if let Some(pause) = live.pause.as_mut().filter(|pause| pause.unreached) {
            pause.until = pause.until.min(soon);
        }
    }

    /// The next look walks the whole home, and comes soon.
    pub(crate) fn walk_soon(&self) {
        self.live().looks = 0;
        self.unpause();
        self.wake();
    }
}
