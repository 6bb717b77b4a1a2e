//! A valid access token for an account: renewed when Notion refuses the old one, once, whoever asks.
//!
//! Refresh tokens roll (§2.3 of the API's description): a new pair kills the old one. So one renewal at
//! a time per account (a mutex here, a file lock between processes), the pair is read again inside the
//! lock, and the new pair is stored whole before anything uses it. A pair that the vault would not take
//! is kept in memory and offered to it again: asking Notion a second time with the old refresh token
//! would end the whole sign-in.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{Grant, GrantError, Grantor, Road};
use crate::CoreError;
use crate::vault::{Credentials, Vault};

/// What came of a renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Renewed {
    /// The vault holds a pair that has not been refused.
    Yes,
    /// Only a new sign-in helps.
    SignInAgain,
}

/// What this process knows of its accounts' pairs that the vault does not.
#[derive(Default)]
pub(crate) struct Renewals(Mutex<HashMap<String, Arc<tokio::sync::Mutex<Known>>>>);

/// Of one account.
#[derive(Default)]
struct Known {
    /// A pair that Notion gave and the vault did not take yet.
    unstored: Option<Unstored>,
    /// A refresh token that Notion refused: it is never shown to Notion again.
    dead: Option<SecretString>,
}

struct Unstored {
    /// The refresh token that was spent for it. If the vault holds another, somebody signed in again.
    spent: SecretString,
    pair: Credentials,
}

/// One renewal, with all that it needs.
pub(crate) struct Renewal {
    pub(crate) vault: Vault,
    pub(crate) grantor: Grantor,
    pub(crate) account: String,
    pub(crate) dir: PathBuf,
    pub(crate) refused: SecretString,
}

impl Renewals {
    /// Renews the pair of `account` after Notion refused `refused`.
    pub(crate) async fn renew(
        &self,
        vault: &Vault,
        grantor: &Grantor,
        account: &str,
        account_dir: &Path,
        refused: &SecretString,
    ) -> Result<Renewed, CoreError> {
        let renewal = Renewal {
            vault: vault.clone(),
            grantor: grantor.clone(),
            account: account.to_owned(),
            dir: account_dir.to_owned(),
            refused: refused.clone(),
        };
        // A task of its own: a caller that stops waiting must not take along a pair that Notion has
        // given already.
        let task = tokio::spawn(self.run(renewal));
        task.await
            .map_err(|error| CoreError::Notion(error.to_string()))?
    }

    /// The renewal itself. Dropped in the middle, it is as if the process had ended there.
    pub(crate) fn run(
        &self,
        renewal: Renewal,
    ) -> impl Future<Output = Result<Renewed, CoreError>> + Send + 'static {
        let known = Arc::clone(locked(&self.0).entry(renewal.account.clone()).or_default());
        async move {
            let mut known = known.lock().await;
            renewal.run(&mut known).await
        }
    }

    /// The account is not there any more: nothing of its tokens stays in memory.
    pub(crate) fn forget(&self, account: &str) {
        locked(&self.0).remove(account);
    }
}

impl Renewal {
    async fn run(&self, known: &mut Known) -> Result<Renewed, CoreError> {
        let _lock = lock(&self.dir).await?;
        let Some(mut held) = self.vault.credentials(&self.account).await? else {
            known.unstored = None;
            return Ok(Renewed::SignInAgain);
        };
        if let Some(unstored) = &known.unstored {
            if same(held.refresh.as_ref(), Some(&unstored.spent)) {
                self.vault.store(&self.account, &unstored.pair).await?;
                held = unstored.pair.clone();
            }
            known.unstored = None;
        }
        if !same(Some(&held.access), Some(&self.refused)) {
            // Another task or process renewed it meanwhile, or the person signed in again.
            return Ok(Renewed::Yes);
        }
        let (Some(refresh), Some(road)) =
            (held.refresh.clone(), road_of(&self.vault, &held).await?)
        else {
            return Ok(Renewed::SignInAgain);
        };
        if same(known.dead.as_ref(), Some(&refresh)) {
            return Ok(Renewed::SignInAgain);
        }
        match self.granted(&road, &refresh).await {
            Ok(grant) => {
                let pair = held.renewed(grant);
                known.unstored = Some(Unstored {
                    spent: refresh,
                    pair: pair.clone(),
                });
                self.vault.store(&self.account, &pair).await?;
                known.unstored = None;
                Ok(Renewed::Yes)
            }
            Err(GrantError::Refused(_)) => {
                known.dead = Some(refresh);
                Ok(Renewed::SignInAgain)
            }
            Err(GrantError::Client) => Ok(Renewed::SignInAgain),
            Err(GrantError::Unreachable(reason) | GrantError::Lost(reason)) => {
                Err(CoreError::Offline(reason))
            }
        }
    }

    async fn granted(&self, road: &Road, refresh: &SecretString) -> Result<Grant, GrantError> {
        match self.grantor.refresh(road, refresh).await {
            // One repeat with the same token is acceptable after a lost answer; a second is not.
            Err(GrantError::Lost(_)) => self.grantor.refresh(road, refresh).await,
            granted => granted,
        }
    }
}

fn same(one: Option<&SecretString>, other: Option<&SecretString>) -> bool {
    one.map(ExposeSecret::expose_secret) == other.map(ExposeSecret::expose_secret)
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Who can renew these credentials.
async fn road_of(vault: &Vault, held: &Credentials) -> Result<Option<Road>, CoreError> {
    if let Some(broker) = &held.broker {
        return Ok(Url::parse(broker).ok().map(|url| Road::Broker { url }));
    }
    let own = vault.connection().await?;
    Ok(own.map(|own| Road::Own {
        id: own.id,
        secret: own.secret,
    }))
}

impl Credentials {
    fn renewed(&self, grant: Grant) -> Self {
        Self {
            access: grant.access,
            // An answer without one leaves the old one, which may still work (the guide and the schema
            // disagree whether that happens).
            refresh: grant.refresh.or_else(|| self.refresh.clone()),
            broker: self.broker.clone(),
        }
    }
}

/// Waits for the account's token lock. The system lets go of it when its process ends.
async fn lock(account_dir: &Path) -> Result<Arc<std::fs::File>, CoreError> {
    let path = account_dir.join("token.lock");
    let waiting = tokio::task::spawn_blocking(move || {
        let mut options = std::fs::OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options
            .open(&path)
            .map_err(|error| CoreError::file(&path, error))?;
        file.lock().map_err(|error| CoreError::file(&path, error))?;
        Ok(Arc::new(file))
    });
    waiting
        .await
        .map_err(|error| CoreError::Notion(error.to_string()))?
}
