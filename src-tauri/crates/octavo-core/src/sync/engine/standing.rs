//! How an engine stands, what it tells of it, and how long it waits after a fault.

use std::sync::atomic::Ordering;

use octavo_contract::{AccountStatus, Event, SyncStatus};

use super::{Engine, Pause};
use crate::CoreError;
use crate::accounts::Account;
use crate::octavo::Attention;
use crate::store::Work;
use crate::sync::{Fault, Standing, vanished};
use crate::workspace;

/// In the database, and not in memory, so that the command line can pause a running app.
const HELD: &str = "sync_paused";

/// The longest wait before another try, give or take a quarter.
const LONGEST_BACKOFF: i64 = 30_000;

/// The same while Notion cannot be reached and somebody looks on: a refused connection costs next to
/// nothing, and a network that is back should be seen to be.
const LONGEST_OFFLINE: i64 = 8_000;

impl Engine {
    /// How the exchange stands.
    pub(crate) async fn status(&self) -> Result<SyncStatus, CoreError> {
        let account = self.accounts.find(&self.account).await?;
        let counts = self.store.counts().await?;
        let contents_due = self.store.outbox_item(&Work::Contents).await?.is_some();
        let has_home = workspace::stored(&self.store).await?.is_some();
        let vanished = vanished::question(&self.store).await?;
        let vanished = vanished.filter(|open| open.answer.is_none());
        let held = self.held().await?;
        let live = self.live();
        Ok(SyncStatus {
            account: self.account.clone(),
            status: account.status,
            waiting: counts.waiting,
            blocked: counts.blocked,
            conflicts: counts.conflicts,
            busy: live.busy,
            paused_until: live.pause.map(|pause| pause.until),
            last_complete: live.last_complete,
            contents_current: has_home && !contents_due && counts.waiting == 0,
            held,
            vanished: vanished.map_or(0, |open| {
                i64::try_from(open.pages.len()).unwrap_or(i64::MAX)
            }),
        })
    }

    /// Whether the person paused this account, or all of them. Another process may have done so.
    pub(crate) async fn held(&self) -> Result<bool, CoreError> {
        Ok(self.paused.load(Ordering::SeqCst) || self.store.meta(HELD).await?.is_some())
    }

    /// Pauses this account, or resumes it.
    pub(crate) async fn set_held(&self, held: bool) -> Result<(), CoreError> {
        if held {
            self.store.set_meta(HELD, "yes").await?;
        } else {
            self.store.remove_meta(HELD).await?;
            self.unpause();
            self.wake();
        }
        self.tell_status().await;
        Ok(())
    }

    /// The next round looks at the home before anything else.
    pub(crate) fn look_at_home(&self) {
        self.live().verified = false;
        self.unpause();
    }

    /// Forgets a pause: the person wants it now, or a new token came.
    pub(crate) fn unpause(&self) {
        let mut live = self.live();
        live.pause = None;
        live.failures = 0;
        live.next_look = 0;
    }

    /// How long Notion, or the way to it, keeps everything waiting.
    pub(crate) fn pause_ends(&self) -> Option<i64> {
        let pause = self.live().pause;
        pause
            .map(|pause| pause.until)
            .filter(|until| *until > self.store.now())
    }

    pub(crate) async fn tell_status(&self) {
        match self.status().await {
            Ok(status) => {
                let _ignored = self.events.send(Event::SyncChanged { status });
            }
            Err(error) => tracing::warn!(%error, "no status to tell"),
        }
    }

    pub(super) async fn set_busy(&self, busy: bool) {
        self.live().busy = busy;
        self.tell_status().await;
    }

    /// Draws the account's status and pause from how a round ended.
    pub(super) async fn settle_outcome(
        &self,
        account: &Account,
        fault: Option<&Fault>,
    ) -> Result<(), CoreError> {
        let now = self.store.now();
        let status = match fault {
            None => {
                if account.status == AccountStatus::Offline {
                    // What failed for want of a network need not sit out its wait.
                    self.hurry_all().await?;
                }
                let complete = self.store.outbox_len().await? == 0;
                let mut live = self.live();
                live.failures = 0;
                live.pause = None;
                if complete {
                    live.last_complete = Some(now);
                }
                AccountStatus::Connected
            }
            Some(fault) => {
                tracing::warn!(account = %self.account, fault = %fault.for_log(), "the round ended early");
                let mut live = self.live();
                live.failures += 1;
                let pause = match fault.standing() {
                    Standing::Wait(Some(wait)) => i64::try_from(wait.as_millis()).unwrap_or(60_000),
                    _ => self.backoff(fault, i64::from(live.failures)),
                };
                live.pause = Some(Pause {
                    until: now + pause,
                    unreached: fault.standing() == Standing::Offline,
                });
                status_after(fault, account.status)
            }
        };
        if status == AccountStatus::SignInAgain {
            self.clients.drop_client(&self.account).await;
        }
        if self.accounts.set_status(&self.account, status).await? {
            if status == AccountStatus::SignInAgain {
                self.accounts
                    .audit(Some(&self.account), "token", "refused by Notion")
                    .await;
            }
            let _ignored = self.events.send(Event::AccountsChanged {});
        }
        self.tell_status().await;
        Ok(())
    }

    /// Two seconds, doubled with each failure up to a limit, give or take a quarter so that several
    /// accounts do not ask at once.
    pub(super) fn backoff(&self, fault: &Fault, failures: i64) -> i64 {
        let watched = *self.attention.borrow() != Attention::Hidden;
        let longest = if watched && fault.standing() == Standing::Offline {
            LONGEST_OFFLINE
        } else {
            LONGEST_BACKOFF
        };
        let doubled = 1_000_i64 << failures.clamp(1, 6);
        let whole = doubled.min(longest);
        whole - whole / 4 + rand::random_range(0..=whole / 2)
    }
}

fn status_after(fault: &Fault, now: AccountStatus) -> AccountStatus {
    match fault.standing() {
        Standing::Offline => AccountStatus::Offline,
        Standing::SignInAgain => AccountStatus::SignInAgain,
        Standing::NoAccess => AccountStatus::NoAccess,
        Standing::Restricted => AccountStatus::Restricted,
        Standing::NeedsParent => AccountStatus::NeedsParent,
        Standing::Wait(_) | Standing::Item => now,
        Standing::Local => match fault {
            Fault::Core(
                CoreError::KeychainLocked
                | CoreError::VaultClosed
                | CoreError::KeychainAbsent
                | CoreError::KeychainSilent
                | CoreError::Keychain(_),
            ) => AccountStatus::KeychainUnavailable,
            Fault::Core(CoreError::TokenMissing(_)) => AccountStatus::SignInAgain,
            _ => now,
        },
    }
}
