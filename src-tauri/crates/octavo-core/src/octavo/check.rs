//! Looking whether connections work, and making sure of homes, of all accounts at once.

use std::time::Duration;

use notion_api::{ApiError, Me, PageId, Priority};
use octavo_contract::{
    AccountCheck, AccountChecks, AccountKind, AccountRef, AccountStatus, Empty, Standing,
};

use super::Octavo;
use super::account::Identity;
use crate::accounts::Account;
use crate::error::is_restriction;
use crate::{CoreError, workspace};

/// One account never keeps the others waiting longer than this.
const PATIENCE: Duration = Duration::from_mins(1);

/// What Notion told, sorted.
type Seen = (Standing, String);

impl Octavo {
    /// Looks whether an account's connection works: Notion is asked whose its token is, and then for
    /// its home.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be read. That the connection does not work is
    /// no error.
    pub async fn account_check(&self, request: AccountRef) -> Result<AccountCheck, CoreError> {
        self.look_and_keep(&request.account, Priority::Interactive)
            .await
    }

    async fn look_and_keep(
        &self,
        account: &str,
        order: Priority,
    ) -> Result<AccountCheck, CoreError> {
        let account = self.0.accounts.find(account).await?;
        let seen = match tokio::time::timeout(PATIENCE, self.look_at(&account, order)).await {
            Ok(seen) => seen?,
            Err(_) => offline("it did not answer in time"),
        };
        self.checked(account, seen).await
    }

    /// The same of all accounts at once. One that does not answer keeps no other waiting.
    ///
    /// # Errors
    /// The accounts cannot be read.
    pub async fn accounts_check(&self, _: Empty) -> Result<AccountChecks, CoreError> {
        self.look_at_all(Priority::Interactive).await
    }

    async fn look_at_all(&self, order: Priority) -> Result<AccountChecks, CoreError> {
        let accounts = self.0.accounts.all().await?;
        let looks = accounts.iter().map(|account| async move {
            match self.look_and_keep(&account.id, order).await {
                Ok(check) => check,
                Err(error) => self.as_check(account, standing_of(&error), error.to_string()),
            }
        });
        Ok(AccountChecks {
            accounts: futures::future::join_all(looks).await,
        })
    }

    /// Makes sure that every account has its home in Notion, all at once. An account that fails holds
    /// up no other; each has its result in words.
    ///
    /// # Errors
    /// The accounts cannot be read.
    pub async fn homes_ensure(&self, _: Empty) -> Result<AccountChecks, CoreError> {
        let accounts = self.0.accounts.all().await?;
        let homes = accounts.iter().map(|account| async move {
            let made = tokio::time::timeout(PATIENCE, self.home_of(account)).await;
            let (standing, words) = made.unwrap_or_else(|_| offline("it did not answer in time"));
            self.as_check(account, standing, words)
        });
        Ok(AccountChecks {
            accounts: futures::future::join_all(homes).await,
        })
    }

    /// Looks at every account once the core runs, so that nobody finds out by a note that waits.
    pub(super) async fn check_at_start(&self) {
        // Nobody waits for it: notes go first.
        let look = self.look_at_all(Priority::Background);
        let looked = tokio::select! {
            () = self.0.stop.cancelled() => return,
            looked = look => looked,
        };
        match looked {
            Ok(checks) => {
                for check in checks.accounts {
                    tracing::info!(account = %check.account, standing = ?check.standing, "looked at");
                }
            }
            Err(error) => tracing::error!(%error, "no account could be looked at"),
        }
    }

    async fn home_of(&self, account: &Account) -> Seen {
        if account.kind == AccountKind::Local {
            return local();
        }
        let made = async { self.engine(&account.id).await?.ensure_home().await };
        match made.await {
            Ok(Some(())) => (
                Standing::Connected,
                "Its home in Notion is there.".to_owned(),
            ),
            Ok(None) => (
                Standing::Connected,
                "Octavo is at work on it in another window, and looks after its home itself."
                    .to_owned(),
            ),
            Err(error) => (standing_of(&error), error.to_string()),
        }
    }

    async fn look_at(&self, account: &Account, order: Priority) -> Result<Seen, CoreError> {
        if account.kind == AccountKind::Local {
            return Ok(local());
        }
        let me = self
            .answered(&account.id, |client| async move {
                client.with_priority(order).me().await
            })
            .await;
        let me = match me {
            Ok((_, Ok(me))) => me,
            Ok((_, Err(error))) => return Ok(refused(account, error)),
            Err(error) => return Ok((standing_of(&error), error.to_string())),
        };
        if !is_of(account, &me) {
            return Ok((Standing::SignInAgain, CoreError::TokenOfAnother.to_string()));
        }
        let engine = self.engine(&account.id).await?;
        let Some(home) = workspace::stored(&engine.store).await? else {
            return Ok(homeless(account));
        };
        let root: &PageId = &home.root;
        let page = self
            .answered(&account.id, |client| async move {
                client.with_priority(order).page(root).await
            })
            .await;
        Ok(match page {
            Ok((_, Ok(page))) if page.in_trash => (
                Standing::NoAccess,
                "Its home page lies in Notion's trash. Restore it there and Octavo goes on; the notes \
                 are safe here."
                    .to_owned(),
            ),
            Ok((_, Ok(_))) => (
                Standing::Connected,
                "Notion knows it, and its home can be read.".to_owned(),
            ),
            Ok((_, Err(ApiError::NotFound { .. }))) => (
                Standing::NoAccess,
                "Octavo can no longer see its home page in Notion. Share it with this connection again; \
                 the notes are safe here."
                    .to_owned(),
            ),
            Ok((_, Err(error))) => refused(account, error),
            Err(error) => (standing_of(&error), error.to_string()),
        })
    }

    /// Keeps what was seen of an account, and tells the windows if that is news.
    async fn checked(
        &self,
        account: Account,
        (standing, words): Seen,
    ) -> Result<AccountCheck, CoreError> {
        let status = match standing {
            Standing::Local => AccountStatus::Local,
            Standing::Connected => AccountStatus::Connected,
            Standing::Offline => AccountStatus::Offline,
            Standing::SignInAgain => AccountStatus::SignInAgain,
            Standing::NoAccess => AccountStatus::NoAccess,
            Standing::Restricted => AccountStatus::Restricted,
            Standing::KeychainUnavailable => AccountStatus::KeychainUnavailable,
            Standing::NeedsParent => AccountStatus::NeedsParent,
        };
        if self.0.accounts.set_status(&account.id, status).await? {
            if status == AccountStatus::SignInAgain {
                self.0.clients.drop_client(&account.id).await;
            }
            let engine = self.engine(&account.id).await?;
            if status == AccountStatus::Connected {
                engine.unpause();
                engine.wake();
            }
            engine.tell_status().await;
            self.tell_accounts();
        }
        Ok(self.as_check(&account, standing, words))
    }

    fn as_check(&self, account: &Account, standing: Standing, words: String) -> AccountCheck {
        AccountCheck {
            account: account.id.clone(),
            name: account.name.clone(),
            standing,
            words,
            at: self.0.clock.now(),
        }
    }
}

fn local() -> Seen {
    (
        Standing::Local,
        "Its notes stay on this computer.".to_owned(),
    )
}

fn offline(reason: &str) -> Seen {
    (
        Standing::Offline,
        CoreError::Offline(reason.to_owned()).to_string(),
    )
}

fn homeless(account: &Account) -> Seen {
    if account.kind == AccountKind::InternalToken && account.parent_page_id.is_none() {
        return (Standing::NeedsParent, CoreError::NeedsParent.to_string());
    }
    (
        Standing::Connected,
        "Notion knows it. Its home is made with the first note.".to_owned(),
    )
}

/// Whether the token is still of the same person and workspace.
fn is_of(account: &Account, me: &Me) -> bool {
    let found = Identity::of(me);
    // A sign-in through the browser names its person in another way than a pasted token does.
    account.kind == AccountKind::OAuth
        || (account.workspace_id == found.workspace_id && account.person_id == found.person_id)
}

fn refused(account: &Account, error: ApiError) -> Seen {
    if is_restriction(&error) {
        return (
            Standing::Restricted,
            format!(
                "Notion keeps “{}” from working with Octavo: its person or its connection may not use \
                 what Octavo needs. Ask an owner of the workspace; the notes are safe here.",
                account.name
            ),
        );
    }
    let error = CoreError::from_notion(error, &account.name);
    (standing_of(&error), error.to_string())
}

fn standing_of(error: &CoreError) -> Standing {
    match error {
        CoreError::SignInAgain(_) | CoreError::TokenRefused | CoreError::TokenMissing(_) => {
            Standing::SignInAgain
        }
        CoreError::NoAccess(_) => Standing::NoAccess,
        CoreError::NeedsParent => Standing::NeedsParent,
        CoreError::KeychainLocked
        | CoreError::VaultClosed
        | CoreError::KeychainAbsent
        | CoreError::KeychainSilent
        | CoreError::Keychain(_) => Standing::KeychainUnavailable,
        CoreError::Refused(_) | CoreError::WorkspaceFull => Standing::Restricted,
        // What Notion said cannot be made out, or nothing was said at all.
        _ => Standing::Offline,
    }
}
