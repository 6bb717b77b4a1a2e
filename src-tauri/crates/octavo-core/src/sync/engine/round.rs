//! One round of an engine: send what is due, read what changed, send again.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use notion_api::{ApiError, Client, Priority};
use octavo_contract::{AccountKind, AccountStatus, ContentsDrift, SyncReport};

use super::Engine;
use crate::CoreError;
use crate::accounts::Account;
use crate::clients::Held;
use crate::oauth::Renewed;
use crate::store::{Among, FIRST_SYNC, Item, State, Work};
use crate::sync::contents::{drift, push_contents};
use crate::sync::linked::push_links;
use crate::sync::push::push_note;
use crate::sync::{Fault, Link, Standing, Tally, pull};
use crate::workspace::{self, Ground};

/// Every so many looks the whole home is walked.
const WALK_EVERY: u64 = 40;

/// What one round is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    /// Send what is due.
    Push,
    /// Send everything, and read everything that changed.
    Everything,
}

impl Engine {
    /// One round on demand. `None` when another process has the account's lock. With `keep` the lock
    /// stays with this process afterwards.
    pub(crate) async fn round(
        &self,
        round: Round,
        keep: bool,
    ) -> Result<Option<SyncReport>, CoreError> {
        let account = self.accounts.find(&self.account).await?;
        if account.kind == AccountKind::Local {
            return Ok(Some(SyncReport::default()));
        }
        let mut lock = self.drain.lock().await;
        if !self.hold(&mut lock)? {
            return Ok(None);
        }
        self.set_busy(true).await;
        // Whatever fails, even the first write on a full disk: the lock is let go of below.
        let outcome = match round {
            Round::Push => self.work(&account, false, false).await,
            Round::Everything => match self.hurry_all().await {
                Ok(()) => self.work(&account, true, true).await,
                Err(error) => Err(error.into()),
            },
        };
        self.set_busy(false).await;
        if !keep {
            *lock = None;
        }
        drop(lock);
        self.settle_outcome(&account, outcome.as_ref().err())
            .await?;
        let (tally, requests) = outcome.map_err(|fault| told(&account, fault))?;
        Ok(Some(SyncReport {
            pushed: tally.pushed.load(Ordering::Relaxed),
            pulled: tally.pulled.load(Ordering::Relaxed),
            requests,
            ..self.report().await?
        }))
    }

    /// One round of work.
    pub(super) async fn work(
        &self,
        account: &Account,
        read: bool,
        walk: bool,
    ) -> Result<(Arc<Tally>, u64), Fault> {
        self.renewing(account, |client| self.try_work(account, client, read, walk))
            .await
    }

    /// Does something with the account's client. A token that Notion refuses is renewed once, if it
    /// can be, and the same is done with the new one.
    async fn renewing<T: Send, F: Future<Output = Result<T, Fault>> + Send>(
        &self,
        account: &Account,
        task: impl Fn(Client) -> F + Send + Sync,
    ) -> Result<T, Fault> {
        let held = self.clients.held(account).await?;
        match task(held.client.clone()).await {
            Err(fault) => match self.renewed(account, &held, &fault).await? {
                Some(client) => task(client).await,
                None => Err(fault),
            },
            done => done,
        }
    }

    /// A client with a new token, if it was the token that Notion refused and it can be renewed.
    async fn renewed(
        &self,
        account: &Account,
        held: &Held,
        fault: &Fault,
    ) -> Result<Option<Client>, CoreError> {
        if fault.standing() != Standing::SignInAgain {
            return Ok(None);
        }
        match self.clients.renew(&self.account, &self.dir, held).await? {
            Renewed::Yes => {
                let audited = "renewed, new pair stored";
                self.accounts
                    .audit(Some(&self.account), "token", audited)
                    .await;
                Ok(Some(self.clients.of(account).await?))
            }
            Renewed::SignInAgain => Ok(None),
        }
    }

    async fn try_work(
        &self,
        account: &Account,
        client: Client,
        read: bool,
        walk: bool,
    ) -> Result<(Arc<Tally>, u64), Fault> {
        // A round that was asked for is waited for; nobody waits for the others.
        let priority = if walk {
            Priority::Interactive
        } else {
            Priority::Background
        };
        let link = self.link(account, client.with_priority(priority));
        // An account that was connected later, and cut off before its notes were on their way.
        link.store.send_local().await?;
        let before = link.client.requests_made();
        // The home is looked at once per run, so that a renamed or trashed one is noticed.
        let verified = self.live().verified;
        let home = if walk || !verified {
            workspace::ensure(&link.store, &link.client, &link.ground).await?
        } else {
            link.home().await?
        };
        self.live().verified = true;
        self.drain_due(&link, Among::All).await?;
        if read {
            let first = pull::newest_seen(&self.store).await? == 0;
            if first {
                self.store.set_meta(FIRST_SYNC, "running").await?;
            }
            let mut read = pull::Read::new();
            if walk || self.live().looks.is_multiple_of(WALK_EVERY) {
                self.walk(&link, &home, &mut read).await?;
            }
            self.look(&link, &home, &mut read).await?;
            if self.store.meta(FIRST_SYNC).await?.is_some() {
                self.store.remove_meta(FIRST_SYNC).await?;
            }
            if walk {
                self.hurry_all().await?;
            }
            self.drain_due(&link, Among::All).await?;
        }
        Ok((link.tally.clone(), link.client.requests_made() - before))
    }

    pub(crate) fn link(&self, account: &Account, client: Client) -> Link {
        Link {
            account: self.account.clone(),
            store: self.store.clone(),
            client,
            ground: ground(account),
            events: self.events.clone(),
            tally: Arc::default(),
            room: self.room,
        }
    }

    /// What is wrong on the contents page in Notion.
    pub(crate) async fn contents_drift(&self) -> Result<ContentsDrift, CoreError> {
        let account = self.accounts.find(&self.account).await?;
        let found = self.renewing(&account, |client| {
            let link = self.link(&account, client);
            async move { drift(&link).await }
        });
        found.await.map_err(|fault| told(&account, fault))
    }

    /// Makes sure that the account's home is there. `None` when another process exchanges with Notion
    /// for the account: it does so itself.
    pub(crate) async fn ensure_home(&self) -> Result<Option<()>, CoreError> {
        let account = self.accounts.find(&self.account).await?;
        let keep = self.live().running;
        let mut lock = self.drain.lock().await;
        if !self.hold(&mut lock)? {
            return Ok(None);
        }
        let made = self.renewing(&account, |client| {
            let link = self.link(&account, client);
            async move { workspace::ensure(&link.store, &link.client, &link.ground).await }
        });
        let made = made.await;
        if !keep {
            *lock = None;
        }
        drop(lock);
        self.settle_outcome(&account, made.as_ref().err()).await?;
        made.map_err(|fault| told(&account, fault))?;
        Ok(Some(()))
    }

    /// Works off every row whose turn has come. A fault that concerns one item puts it back and goes
    /// on; one that concerns the account ends the round.
    pub(super) async fn drain_due(&self, link: &Link, among: Among) -> Result<(), Fault> {
        while let Some(item) = self.store.next_due(among).await? {
            let done = match &item.work {
                Work::Note(id) => Box::pin(push_note(&link.at(Priority::Capture), id)).await,
                Work::Contents => push_contents(link).await,
                Work::Links(id) => push_links(link, id).await,
            };
            for touched in self.store.take_touched() {
                link.tell(&self.store.note(&touched).await?);
            }
            if let Err(Fault::Core(CoreError::NoSuchNote)) = done {
                // It was called back before anything of it was sent.
                let mut write = self.store.write().await?;
                write.remove(&item.work).await?;
                write.commit().await?;
            } else if let Err(fault) = done {
                let everybody = !matches!(fault.standing(), Standing::Item | Standing::Wait(None));
                self.put_back(link, &item, &fault).await?;
                if everybody {
                    return Err(fault);
                }
            }
        }
        Ok(())
    }

    async fn put_back(&self, link: &Link, item: &Item, fault: &Fault) -> Result<(), CoreError> {
        let now = self.store.now();
        tracing::info!(account = %self.account, attempt = item.attempt, fault = %fault.for_log(), "put back");
        let mut write = self.store.write().await?;
        write
            .delay(
                &item.work,
                now + self.backoff(fault, item.attempt),
                &fault.to_string(),
            )
            .await?;
        if let Work::Note(id) = &item.work {
            let note = write.note(id).await?;
            if note.state == State::Sending {
                write.set_state(id, State::Queued, None).await?;
            }
            let note = write.note(id).await?;
            write.commit().await?;
            link.tell(&note);
            return Ok(());
        }
        write.commit().await
    }

    pub(super) async fn hurry_all(&self) -> Result<(), CoreError> {
        let mut write = self.store.write().await?;
        write.hurry(None).await?;
        write.commit().await
    }

    /// Sends everything that waits, whatever its turn; for the moment before the app closes.
    pub(crate) async fn flush(&self) {
        let hurried = async {
            let account = self.accounts.find(&self.account).await?;
            if account.kind == AccountKind::Local || account.status != AccountStatus::Connected {
                return Ok(());
            }
            if self.held().await? {
                return Ok(());
            }
            let mut write = self.store.write().await?;
            // Nobody is left who could call a capture back.
            write.release().await?;
            write.hurry(None).await?;
            write.commit().await?;
            self.round(Round::Push, false).await.map(|_| ())
        };
        if let Err(error) = hurried.await {
            tracing::info!(account = %self.account, %error, "not everything was sent before closing");
        }
    }

    /// The counts of a round that another process did.
    pub(crate) async fn report(&self) -> Result<SyncReport, CoreError> {
        let counts = self.store.counts().await?;
        Ok(SyncReport {
            conflicts: u64::try_from(counts.conflicts).unwrap_or(0),
            blocked: u64::try_from(counts.blocked).unwrap_or(0),
            ..SyncReport::default()
        })
    }
}

fn ground(account: &Account) -> Ground {
    match (
        &account.kind,
        account
            .parent_page_id
            .as_deref()
            .and_then(|id| id.parse().ok()),
    ) {
        (_, Some(page)) => Ground::Under(page),
        (AccountKind::InternalToken, None) => Ground::NotChosen,
        _ => Ground::Workspace,
    }
}

/// The sentence for a round that was asked for.
fn told(account: &Account, fault: Fault) -> CoreError {
    let standing = fault.standing();
    if let Fault::Core(error) = fault {
        return error;
    }
    if matches!(fault, Fault::Api(ApiError::BlockLimit { .. })) {
        return CoreError::WorkspaceFull;
    }
    match standing {
        Standing::SignInAgain => CoreError::SignInAgain(account.name.clone()),
        Standing::Offline => CoreError::Offline(fault.to_string()),
        Standing::NeedsParent => CoreError::NeedsParent,
        Standing::NoAccess | Standing::Restricted => CoreError::NoAccess(fault.to_string()),
        Standing::Wait(wait) => CoreError::RateLimited {
            retry_after_ms: wait.map_or(2_000, |wait| {
                u64::try_from(wait.as_millis()).unwrap_or(60_000)
            }),
        },
        Standing::Item | Standing::Local => CoreError::Refused(fault.to_string()),
    }
}
