//! Removing an account from this computer: what becomes of its words is settled before anything goes.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use octavo_contract::{
    AccessEnd, AccountKind, AccountRef, AccountRemoval, AccountRemove, AccountRemoved, KeepNotes,
    VaultStatus,
};

use super::Octavo;
use super::ending::RESTS;
use crate::CoreError;
use crate::accounts::Account;
use crate::leaving::Leaving;
use crate::sync::Engine;

/// How long to wait for a round of this process …
const OWN_ROUND: Duration = Duration::from_secs(30);
/// … and for another process to let go of the account.
const OTHERS: Duration = Duration::from_secs(5);
/// … and how long, once it was asked to.
const ASKED: Duration = Duration::from_secs(20);
/// How long sending everything first may take.
const SENDING: Duration = Duration::from_mins(1);
/// A note whose answer got lost is looked at again after this long.
const AGAIN: Duration = Duration::from_millis(500);

const OWED: &str = "The place that keeps the tokens does not answer, so what it holds of this account is \
     still there. Octavo forgets it as soon as that place opens again.";

/// What became of the notes of an account that is to be removed.
#[derive(Debug, Default)]
struct Kept {
    moved: i64,
    exported_to: Option<String>,
}

impl Octavo {
    /// What removing an account would mean.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be read.
    pub async fn account_removal(&self, request: AccountRef) -> Result<AccountRemoval, CoreError> {
        let account = self.0.accounts.find(&request.account).await?;
        let engine = self.engine(&account.id).await?;
        Ok(AccountRemoval {
            notes: count(&engine.store.living().await?),
            only_here: count(&engine.store.only_here().await?),
            access: self.access_end(&account).await,
            account: account.id,
        })
    }

    /// What would become of the account's access to Notion, without asking for the keychain's
    /// password.
    async fn access_end(&self, account: &Account) -> AccessEnd {
        let by_kind = match account.kind {
            AccountKind::Local => return AccessEnd::None,
            AccountKind::OAuth => AccessEnd::Revoked,
            AccountKind::PersonalToken | AccountKind::InternalToken => AccessEnd::ByHand,
        };
        let answers = matches!(
            self.0.vault.status().await,
            VaultStatus::Ready | VaultStatus::ThisRunOnly
        );
        if !answers {
            return by_kind;
        }
        match self.0.vault.credentials(&account.id).await {
            Ok(Some(held)) if held.granted() => AccessEnd::Revoked,
            Ok(_) => AccessEnd::ByHand,
            Err(_) => by_kind,
        }
    }

    /// Removes an account: its notes are kept as the request says, its sign-in is ended, its token
    /// goes out of the keychain, its folder rests for seven days. Its pages in Notion stay. An export
    /// goes into a fresh folder below `export_to`.
    ///
    /// # Errors
    /// Words are on this computer only and nothing is to become of them, they could not be sent, moved
    /// or written, or somebody else is at work on the account. Then nothing was removed. A keychain that
    /// does not answer is no error: it forgets the token when it does.
    pub async fn account_remove(
        &self,
        request: AccountRemove,
        export_to: Option<&Path>,
    ) -> Result<AccountRemoved, CoreError> {
        let (core, export_to) = (self.clone(), export_to.map(Path::to_owned));
        // A task of its own: whoever asked may be gone before it is done.
        tokio::spawn(async move { core.remove_account(request, export_to.as_deref()).await })
            .await
            .map_err(|error| CoreError::BadRequest(error.to_string()))?
    }

    async fn remove_account(
        &self,
        request: AccountRemove,
        export_to: Option<&Path>,
    ) -> Result<AccountRemoved, CoreError> {
        let account = self.0.accounts.find(&request.account).await?;
        let engine = self.engine(&account.id).await?;
        if matches!(request.keep, KeepNotes::SendFirst {}) {
            self.send_first(&account, &engine).await?;
        }
        let mut still = engine.stand_still(OWN_ROUND, OTHERS).await?;
        if still.is_none() {
            // The app holds it as long as it runs, and lets go of it when it is asked.
            self.ask_for_lock(&account.id).await?;
            still = engine.stand_still(OWN_ROUND, ASKED).await?;
        }
        let Some(mut still) = still else {
            self.0.accounts.want(&account.id, None).await?;
            return Err(CoreError::AccountBusy(account.name));
        };
        let decided = self
            .decide(&account, &engine, &request.keep, export_to)
            .await;
        // If the account stays, its next round takes the lock again.
        let lock = still.take();
        drop(still);
        if decided.is_err() {
            self.0.accounts.want(&account.id, None).await?;
        }
        let (leaving, kept) = decided?;
        let rests_until = leaving.since + RESTS;
        let ending = self.finish_leaving(&leaving, lock).await?;
        if let KeepNotes::Move { to } = &request.keep {
            self.forget_where_from(to, &account.id).await;
        }
        Ok(AccountRemoved {
            name: account.name,
            exported_to: kept.exported_to,
            moved: kept.moved,
            rests_in: ending.rests_in.to_string_lossy().into_owned(),
            rests_until,
            access: ending.access,
            remark: ending.owed.then(|| OWED.to_owned()),
        })
    }

    /// Settles what becomes of the words, and then, when nobody has written in between, that the
    /// account leaves.
    async fn decide(
        &self,
        account: &Account,
        engine: &Engine,
        keep: &KeepNotes,
        export_to: Option<&Path>,
    ) -> Result<(Leaving, Kept), CoreError> {
        let before = engine.store.words().await?;
        let mut kept = self.keep(account, engine, keep, export_to).await?;
        let leaving = self.0.accounts.begin_leaving(&account.id).await?;
        let sure = async {
            // Whoever found the account before it left the rail may have written since.
            match keep {
                KeepNotes::Move { to } => {
                    kept.moved += self.move_notes(account, engine, to).await?;
                }
                KeepNotes::Export {} if engine.store.words().await? != before => {
                    return Err(CoreError::BadRequest(format!(
                        "Something was written in “{}” during the export. Nothing was removed; try again.",
                        account.name
                    )));
                }
                KeepNotes::Export {} => {}
                KeepNotes::Nothing {} | KeepNotes::SendFirst {} => {
                    only_here(account, engine).await?;
                }
            }
            self.0.accounts.leave_for_good(&account.id).await
        };
        match sure.await {
            Ok(()) => Ok((leaving, kept)),
            Err(error) => {
                self.0.accounts.stay(&account.id).await?;
                self.tell_accounts();
                Err(error)
            }
        }
    }

    async fn keep(
        &self,
        account: &Account,
        engine: &Engine,
        keep: &KeepNotes,
        export_to: Option<&Path>,
    ) -> Result<Kept, CoreError> {
        match keep {
            KeepNotes::Nothing {} | KeepNotes::SendFirst {} => {
                only_here(account, engine).await?;
                Ok(Kept::default())
            }
            KeepNotes::Move { to } => Ok(Kept {
                moved: self.move_notes(account, engine, to).await?,
                exported_to: None,
            }),
            KeepNotes::Export {} => {
                let below = export_to.ok_or_else(|| {
                    CoreError::BadRequest("Choose the folder for the export first.".to_owned())
                })?;
                let exported = self.export_store(account, &engine.store, below).await?;
                Ok(Kept {
                    moved: 0,
                    exported_to: Some(exported.folder.to_string_lossy().into_owned()),
                })
            }
        }
    }

    /// Sends everything that waits, held captures too.
    async fn send_first(&self, account: &Account, engine: &Arc<Engine>) -> Result<(), CoreError> {
        if account.kind == AccountKind::Local {
            return only_here(account, engine).await;
        }
        let mut write = engine.store.write().await?;
        write.release().await?;
        write.commit().await?;
        let (core, at_work) = (self.clone(), Arc::clone(engine));
        let until = tokio::time::Instant::now() + SENDING;
        // A task of its own: when the time is over, its round comes to an end, not in the middle.
        let rounds = tokio::spawn(async move {
            loop {
                core.whole_round(&at_work, SENDING).await?;
                let done = at_work.store.counts().await?.waiting == 0;
                if done || tokio::time::Instant::now() >= until {
                    return Ok::<(), CoreError>(());
                }
                tokio::time::sleep(AGAIN).await;
            }
        });
        let why = match tokio::time::timeout_at(until, rounds).await {
            Ok(Ok(Ok(()))) => None,
            Ok(Ok(Err(error))) => Some(error.to_string()),
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("It takes longer than a minute; try again later.".to_owned()),
        };
        let waiting = engine.store.counts().await?.waiting;
        let left = count(&engine.store.only_here().await?).max(waiting);
        if left == 0 {
            return Ok(());
        }
        Err(CoreError::NotSent {
            name: account.name.clone(),
            count: left,
            why: why.unwrap_or_else(|| {
                "Notion refused them, or they changed in both places. Look at them, move them to \
                 another account, or export them."
                    .to_owned()
            }),
        })
    }
}

/// Refuses while the account has words that are on this computer only.
async fn only_here(account: &Account, engine: &Engine) -> Result<(), CoreError> {
    match count(&engine.store.only_here().await?) {
        0 => Ok(()),
        count => Err(CoreError::OnlyHere {
            name: account.name.clone(),
            count,
        }),
    }
}

fn count<T>(list: &[T]) -> i64 {
    i64::try_from(list.len()).unwrap_or(i64::MAX)
}
