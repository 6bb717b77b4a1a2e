//! The end of an account whose notes are safe: each step can be done again, so that a process may end
//! anywhere in between and the next start goes on from there.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use octavo_contract::{AccessEnd, AccountKind};
use serde::Serialize;
use url::Url;

use super::Octavo;
use super::export::sync_folder;
use crate::CoreError;
use crate::config::private_dir;
use crate::leaving::{Leaving, PendingEnd};
use crate::oauth::{Ended, GrantError, Road};
use crate::sync::SyncLock;
use crate::vault::GrantToEnd;

/// How long the folder of a removed account rests, in milliseconds.
pub(super) const RESTS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// How often to look whether something is left to finish.
const LOOK: Duration = Duration::from_secs(5);
/// How long to leave a removal alone that could not be finished: a keychain that is locked would ask
/// for its password each time.
const LATER: Duration = Duration::from_mins(2);
/// How long a removal waits for Notion's word before it goes on without.
const FIRST_WORD: Duration = Duration::from_secs(10);
const LONGEST_BACKOFF: i64 = 60 * 60 * 1_000;
/// What lies in a resting folder.
const LABEL: &str = "removed.json";

/// What an account's end came to.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) rests_in: PathBuf,
    pub(super) access: AccessEnd,
    /// The keychain did not answer: what it holds is forgotten when it does.
    pub(super) owed: bool,
}

/// What tells a person whose folder it is.
#[derive(Serialize)]
struct Label<'a> {
    account: &'a str,
    name: &'a str,
    workspace: Option<&'a str>,
    removed: String,
    deleted_after: String,
}

impl Octavo {
    /// Ends an account that leaves for good. `lock` keeps other processes away from its notes.
    pub(super) async fn finish_leaving(
        &self,
        leaving: &Leaving,
        lock: Option<SyncLock>,
    ) -> Result<Ending, CoreError> {
        self.tell_accounts();
        let engine = self.0.engines.lock().await.remove(&leaving.id);
        let mut may_have_key = true;
        if let Some(engine) = engine {
            may_have_key = super::assist::may_have_key(&engine.store).await;
            engine.end().await;
        }
        self.0.clients.forget(&leaving.id).await;
        let handed = self.hand_over_or_owe(leaving, may_have_key).await?;
        // The folder of an open file cannot be moved everywhere.
        drop(lock);
        let rests_in = self.lay_to_rest(leaving)?;
        self.drop_row(leaving).await?;
        self.tell_accounts();
        let access = match handed.pending {
            Some(pending) => {
                let told = tokio::time::timeout(FIRST_WORD, self.tell_notion(&pending));
                told.await.unwrap_or(AccessEnd::RevokedLater)
            }
            None => handed.access,
        };
        Ok(Ending {
            rests_in,
            access,
            owed: handed.owed,
        })
    }

    /// The account's tokens leave its keychain item: those of a sign-in into one of their own, to be
    /// ended; pasted ones for good.
    pub(super) async fn hand_over_tokens(
        &self,
        leaving: &Leaving,
    ) -> Result<(AccessEnd, Option<PendingEnd>), CoreError> {
        if leaving.kind == AccountKind::Local {
            return Ok((AccessEnd::None, None));
        }
        let (vault, accounts) = (&self.0.vault, &self.0.accounts);
        let held = vault.credentials(&leaving.id).await?;
        let held = held.filter(crate::vault::Credentials::granted);
        let mut to_end = vault.to_end(&leaving.id).await?.is_some();
        if let Some(credentials) = held {
            let own = match credentials.broker {
                Some(_) => None,
                None => vault.connection().await?,
            };
            if credentials.broker.is_some() || own.is_some() {
                let grant = GrantToEnd { credentials, own };
                vault.store_to_end(&leaving.id, &grant).await?;
                to_end = true;
            }
        }
        let pending = if to_end {
            Some(accounts.add_pending_end(&leaving.id).await?)
        } else {
            let outcome = "forgotten here; only its owner can end it, in Notion";
            accounts.audit(Some(&leaving.id), "token", outcome).await;
            None
        };
        vault.forget(&leaving.id).await?;
        Ok((AccessEnd::ByHand, pending))
    }

    /// Moves the account's folder to where it rests.
    pub(super) fn lay_to_rest(&self, leaving: &Leaving) -> Result<PathBuf, CoreError> {
        let from = self.0.config.account_dir(&leaving.id);
        let graveyard = self.removed_dir();
        let resting = graveyard.join(format!("{}-{}", leaving.id, leaving.since));
        if !from.exists() {
            return Ok(resting);
        }
        private_dir(&graveyard)?;
        write_label(&from, leaving)?;
        if resting.exists() {
            // Somebody who had not heard of the removal made the folder anew: its words rest too.
            let anew = (2..)
                .map(|number| graveyard.join(format!("{}-{number}-{}", leaving.id, leaving.since)));
            if let Some(free) = anew.take(100).find(|folder| !folder.exists()) {
                std::fs::rename(&from, &free).map_err(|error| CoreError::file(&from, error))?;
            }
            return Ok(resting);
        }
        match std::fs::rename(&from, &resting) {
            // Another process finished it at the same time.
            Err(_) if resting.exists() && !from.exists() => {}
            moved => moved.map_err(|error| CoreError::file(&from, error))?,
        }
        sync_folder(&graveyard)?;
        if let Some(above) = from.parent() {
            sync_folder(above)?;
        }
        Ok(resting)
    }

    pub(super) fn removed_dir(&self) -> PathBuf {
        self.0.config.data_dir.join("removed")
    }

    pub(super) async fn drop_row(&self, leaving: &Leaving) -> Result<(), CoreError> {
        // A draft that is being kept right now would bring the account's id back.
        let _turn = self.0.drafting.lock().await;
        self.0.accounts.remove(&leaving.id).await?;
        self.0
            .accounts
            .audit(Some(&leaving.id), "account", "removed from this computer")
            .await;
        Ok(())
    }

    /// Looks after what removals leave behind, as long as the core runs.
    pub(super) fn look_after_removals(&self) {
        // Weak, so that the task does not keep the core alive.
        let weak = Arc::downgrade(&self.0);
        let stop = self.0.stop.clone();
        self.0.tasks.spawn(async move {
            let look = async {
                while let Some(inner) = weak.upgrade() {
                    let core = Self(inner);
                    core.let_go_of_wanted().await;
                    core.go_on_with_moves().await;
                    let done = core.finish_removals().await;
                    drop(core);
                    let pause = if done { LOOK } else { LATER };
                    tokio::time::sleep(pause).await;
                }
            };
            // Whatever is cut off here goes on at the next start.
            tokio::select! {
                () = stop.cancelled() => {}
                () = look => {}
            }
        });
    }

    /// Goes on with what a process that ended left undone: removals, sign-ins that Notion has to be
    /// told to end, folders that have rested long enough. A running core does this by itself. Answers
    /// whether every removal that had begun is done.
    pub async fn finish_removals(&self) -> bool {
        let mut done = true;
        match self.0.accounts.leaving().await {
            Ok(all) => {
                for leaving in all {
                    if let Err(error) = self.resume(&leaving).await {
                        tracing::warn!(account = %leaving.id, %error, "a removal is not finished yet");
                        done = false;
                    }
                }
            }
            Err(error) => tracing::error!(%error, "cannot see which accounts leave"),
        }
        self.clear_rested();
        self.pay_owed().await;
        let now = self.0.clock.now();
        match self.0.accounts.pending_ends().await {
            Ok(pending) => {
                for pending in pending.iter().filter(|pending| pending.not_before <= now) {
                    self.tell_notion(pending).await;
                }
            }
            Err(error) => tracing::error!(%error, "cannot see which sign-ins are to be ended"),
        }
        done
    }

    async fn resume(&self, leaving: &Leaving) -> Result<(), CoreError> {
        let dir = self.0.config.account_dir(&leaving.id);
        let lock = if dir.exists() {
            match SyncLock::try_take(&dir)? {
                Some(lock) => Some(lock),
                // Whoever has it is at it.
                None => return Ok(()),
            }
        } else {
            None
        };
        // What was seen before the lock was there may be settled by now.
        let all = self.0.accounts.leaving().await?;
        let Some(leaving) = all.into_iter().find(|now| now.id == leaving.id) else {
            return Ok(());
        };
        if leaving.for_good {
            self.finish_leaving(&leaving, lock).await?;
        } else {
            self.0.accounts.stay(&leaving.id).await?;
            self.tell_accounts();
        }
        Ok(())
    }

    /// Tells Notion that a sign-in is over, and keeps it for later when Notion does not hear.
    async fn tell_notion(&self, pending: &PendingEnd) -> AccessEnd {
        let ended = match self.0.vault.to_end(&pending.account).await {
            Ok(Some(grant)) => self.revoke(&grant).await,
            // It was ended, and its row was left; or the keychain was emptied.
            Ok(None) => {
                if let Err(error) = self.0.accounts.drop_pending_end(&pending.account).await {
                    tracing::warn!(%error, "a row about an ended sign-in is left");
                }
                return AccessEnd::ByHand;
            }
            Err(error) => Err(GrantError::Lost(error.to_string())),
        };
        let (access, outcome) = match ended {
            Ok(Ended::Now) => (AccessEnd::Revoked, "revoked"),
            Ok(Ended::Before) => (AccessEnd::Revoked, "not known to Notion any more"),
            Err(GrantError::Refused(_) | GrantError::Client) => (
                AccessEnd::ByHand,
                "revocation refused: Notion does not know the connection",
            ),
            Err(GrantError::Unreachable(reason) | GrantError::Lost(reason)) => {
                self.wait_with(pending, &reason).await;
                return AccessEnd::RevokedLater;
            }
        };
        // First the log: whoever finds nothing in the vault later on has nothing to say.
        self.0
            .accounts
            .audit(Some(&pending.account), "token", outcome)
            .await;
        let forgotten = async {
            self.0.vault.forget_to_end(&pending.account).await?;
            self.0.accounts.drop_pending_end(&pending.account).await
        };
        if let Err(error) = forgotten.await {
            // Saying it again does no harm.
            tracing::warn!(%error, "an ended sign-in could not be forgotten");
            self.wait_with(pending, "it could not be forgotten").await;
        }
        access
    }

    async fn wait_with(&self, pending: &PendingEnd, reason: &str) {
        if pending.attempt == 0 {
            let outcome = format!("revocation waits: {reason}");
            self.0
                .accounts
                .audit(Some(&pending.account), "token", &outcome)
                .await;
        }
        let next = self.0.clock.now() + backoff(pending.attempt);
        if let Err(error) = self.0.accounts.put_off_end(&pending.account, next).await {
            tracing::error!(%error, "cannot write when to try again");
        }
    }

    /// Both tokens: whether one takes the other along is not documented.
    async fn revoke(&self, grant: &GrantToEnd) -> Result<Ended, GrantError> {
        let (road, by_broker) = match (&grant.credentials.broker, &grant.own) {
            (Some(broker), _) => {
                let url = Url::parse(broker).map_err(|_| GrantError::Client)?;
                (Road::Broker { url }, true)
            }
            (None, Some(own)) => {
                let (id, secret) = (own.id.clone(), own.secret.clone());
                (Road::Own { id, secret }, false)
            }
            (None, None) => return Err(GrantError::Client),
        };
        let mut ended = Ended::Before;
        let tokens = [
            Some(&grant.credentials.access),
            grant.credentials.refresh.as_ref(),
        ];
        for token in tokens.into_iter().flatten() {
            match self.0.grantor.revoke(&road, token).await {
                Ok(Ended::Now) => ended = Ended::Now,
                Ok(Ended::Before) => {}
                // A broker whose own standing with Notion is out of order will be put right.
                Err(GrantError::Client) if by_broker => {
                    let reason = "the sign-in page has trouble with Notion".to_owned();
                    return Err(GrantError::Lost(reason));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(ended)
    }

    /// Deletes the folders that have rested long enough.
    fn clear_rested(&self) {
        let Ok(resting) = std::fs::read_dir(self.removed_dir()) else {
            return;
        };
        let now = self.0.clock.now();
        for entry in resting.flatten() {
            let since = entry.file_name().to_str().and_then(resting_since);
            if since.is_some_and(|since| since + RESTS <= now)
                && let Err(error) = std::fs::remove_dir_all(entry.path())
            {
                tracing::warn!(%error, "a removed account's folder could not be deleted");
            }
        }
    }
}

/// Since when a folder of this name rests; `None` for what is not ours.
fn resting_since(name: &str) -> Option<i64> {
    let (account, rest) = name.split_at_checked(36)?;
    uuid::Uuid::parse_str(account).ok()?;
    rest.rsplit_once('-')?.1.parse().ok()
}

/// Ten seconds, doubled with each attempt, at most an hour, give or take a quarter.
fn backoff(attempt: i64) -> i64 {
    let shift = u32::try_from(attempt.clamp(0, 9)).unwrap_or(9);
    let whole = 10_000_i64
        .checked_shl(shift)
        .unwrap_or(LONGEST_BACKOFF)
        .min(LONGEST_BACKOFF);
    whole - whole / 4 + rand::random_range(0..=whole / 2)
}

fn write_label(folder: &Path, leaving: &Leaving) -> Result<(), CoreError> {
    let moment = |at| {
        jiff::Timestamp::from_millisecond(at)
            .unwrap_or_default()
            .to_string()
    };
    let label = Label {
        account: &leaving.id,
        name: &leaving.name,
        workspace: leaving.workspace_name.as_deref(),
        removed: moment(leaving.since),
        deleted_after: moment(leaving.since + RESTS),
    };
    let path = folder.join(LABEL);
    let write = || -> std::io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.create(true).truncate(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        serde_json::to_writer_pretty(&mut file, &label)?;
        file.sync_all()
    };
    write().map_err(|error| CoreError::file(&path, error))
}
