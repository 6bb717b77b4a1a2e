//! Removing an account whose keychain does not answer, or whose lock another process holds.

use std::time::Duration;

use octavo_contract::{AccessEnd, AccountKind, VaultStatus};

use super::Octavo;
use crate::CoreError;
use crate::leaving::{Leaving, PendingEnd};

/// How long a request for an account's lock counts, in milliseconds: whoever asked may have ended.
const ASKED: i64 = 60_000;
/// A round may be under way; it comes to its end first.
const OWN_ROUND: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(100);

/// What became of an account's tokens.
pub(super) struct Handed {
    pub(super) access: AccessEnd,
    pub(super) pending: Option<PendingEnd>,
    pub(super) owed: bool,
}

impl Octavo {
    /// The account's tokens leave the vault. One that does not answer keeps nobody from going: that it
    /// still holds something is written down before the account's row goes, and made good when it
    /// answers.
    pub(super) async fn hand_over_or_owe(
        &self,
        leaving: &Leaving,
        may_have_key: bool,
    ) -> Result<Handed, CoreError> {
        match self.hand_over(leaving, may_have_key).await {
            Ok((access, pending)) => Ok(Handed {
                access,
                pending,
                owed: false,
            }),
            Err(error) if error.is_of_vault() => {
                let accounts = &self.0.accounts;
                accounts.owe(leaving, self.0.vault.store_kind()).await?;
                let outcome = "not forgotten yet: the keychain does not answer";
                accounts.audit(Some(&leaving.id), "token", outcome).await;
                Ok(Handed {
                    access: match leaving.kind {
                        AccountKind::Local => AccessEnd::None,
                        AccountKind::OAuth => AccessEnd::RevokedLater,
                        AccountKind::PersonalToken | AccountKind::InternalToken => {
                            AccessEnd::ByHand
                        }
                    },
                    pending: None,
                    owed: true,
                })
            }
            Err(error) => Err(error),
        }
    }

    async fn hand_over(
        &self,
        leaving: &Leaving,
        may_have_key: bool,
    ) -> Result<(AccessEnd, Option<PendingEnd>), CoreError> {
        if may_have_key {
            self.0.vault.forget_assist_key(&leaving.id).await?;
        }
        self.hand_over_tokens(leaving).await
    }

    /// Makes good what earlier removals owe, if the vault answers by now. A locked one is not asked: it
    /// would ask for its password, and nobody wished for that.
    pub(super) async fn pay_owed(&self) {
        let (accounts, vault) = (&self.0.accounts, &self.0.vault);
        let owed = match accounts.owed().await {
            Ok(owed) => owed,
            Err(error) => return tracing::error!(%error, "cannot see what removals owe"),
        };
        let mut owed = owed
            .into_iter()
            .filter(|owed| owed.store == vault.store_kind())
            .peekable();
        if owed.peek().is_none()
            || !matches!(
                vault.status().await,
                VaultStatus::Ready | VaultStatus::ThisRunOnly
            )
        {
            return;
        }
        for owed in owed {
            let id = &owed.of.id;
            let paid = async {
                self.hand_over(&owed.of, true).await?;
                accounts.paid(id).await
            };
            match paid.await {
                Ok(()) => {
                    let outcome = "what the keychain held of a removed account is forgotten";
                    accounts.audit(Some(id), "token", outcome).await;
                }
                Err(error) => tracing::warn!(account = %id, %error, "a token is still owed"),
            }
        }
    }

    /// Asks another process to let go of the account.
    pub(super) async fn ask_for_lock(&self, account: &str) -> Result<(), CoreError> {
        let until = self.0.clock.now() + ASKED;
        self.0.accounts.want(account, Some(until)).await
    }

    /// Lets go of accounts that another process is about to remove, for as long as it asks.
    pub(super) async fn let_go_of_wanted(&self) {
        let accounts = &self.0.accounts;
        for id in accounts.wanted().await.unwrap_or_default() {
            let engine = self.0.engines.lock().await.get(&id).cloned();
            let Some(engine) = engine else { continue };
            let Ok(Some(mut still)) = engine.stand_still(OWN_ROUND, Duration::ZERO).await else {
                // It is not this process that has it.
                continue;
            };
            drop(still.take());
            while accounts.wanted().await.is_ok_and(|all| all.contains(&id)) {
                tokio::time::sleep(LOOK).await;
            }
        }
    }
}
