//! One Notion client per account, built when first needed, and dropped when its token changes, when it
//! is old, or when there are too many.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use moka::future::Cache;
use notion_api::{Budget, Client, ClientConfig};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::CoreError;
use crate::accounts::Account;
use crate::oauth::{Grantor, Renewals, Renewed};
use crate::vault::Vault;

/// What stands for a token in the client that only holds the connections. It is never sent.
const NO_TOKEN: &str = "none";

/// The clients of all accounts.
pub(crate) struct Clients {
    notion_url: Url,
    /// The connections of all accounts: one pool, one set of certificates.
    pool: Mutex<Option<Client>>,
    vault: Vault,
    grantor: Grantor,
    renewals: Renewals,
    cached: Cache<String, Held>,
    /// What each account may ask of Notion. It outlives the account's client: a new one does not make
    /// Notion forget what was asked of it.
    budgets: Mutex<HashMap<String, Budget>>,
    /// A budget of each workspace: Notion limits a workspace's accounts together as well, so that a
    /// pause of one is a pause of all.
    workspaces: Mutex<HashMap<String, Budget>>,
}

/// How many clients are kept, and how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) capacity: u64,
    pub(crate) age: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            capacity: 100,
            age: Duration::from_hours(1),
        }
    }
}

/// A client and the token it was built with.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) client: Client,
    token: SecretString,
}

impl Clients {
    pub(crate) fn new(notion_url: Url, vault: Vault, grantor: Grantor, bounds: Bounds) -> Self {
        Self {
            notion_url,
            pool: Mutex::default(),
            vault,
            grantor,
            renewals: Renewals::default(),
            cached: Cache::builder()
                .max_capacity(bounds.capacity)
                .time_to_live(bounds.age)
                .build(),
            budgets: Mutex::default(),
            workspaces: Mutex::default(),
        }
    }

    /// A client for a token that belongs to no account yet.
    pub(crate) fn with_token(&self, token: SecretString) -> Result<Client, CoreError> {
        let failed = |error: notion_api::ApiError| CoreError::Notion(error.to_string());
        let client = self.pool()?.with_token(token).map_err(failed)?;
        Ok(client.with_budget(Budget::default()))
    }

    fn pool(&self) -> Result<Client, CoreError> {
        let mut pool = locked(&self.pool);
        if let Some(client) = &*pool {
            return Ok(client.clone());
        }
        let config = ClientConfig::new(self.notion_url.clone(), SecretString::from(NO_TOKEN));
        let client = Client::new(config).map_err(|error| CoreError::Notion(error.to_string()))?;
        Ok(pool.insert(client).clone())
    }

    /// The account's client.
    pub(crate) async fn of(&self, whose: &Account) -> Result<Client, CoreError> {
        Ok(self.held(whose).await?.client)
    }

    /// The account's client, to be handed back to [`Clients::renew`] if its token is refused. Of several
    /// who ask at once, one builds it.
    pub(crate) async fn held(&self, whose: &Account) -> Result<Held, CoreError> {
        self.cached
            .try_get_with_by_ref(&whose.id, self.build(whose))
            .await
            .map_err(|error| Arc::try_unwrap(error).unwrap_or_else(|shared| copy_of(&shared)))
    }

    async fn build(&self, whose: &Account) -> Result<Held, CoreError> {
        let token = self
            .vault
            .credentials(&whose.id)
            .await?
            .ok_or_else(|| CoreError::TokenMissing(whose.name.clone()))?
            .access;
        let client = self.with_token(token.clone())?;
        let mut budgets = locked(&self.budgets);
        let client = match budgets.get(&whose.id) {
            Some(budget) => client.with_budget(budget.clone()),
            None => self.beside_others(client, whose),
        };
        budgets.insert(whose.id.clone(), client.budget().clone());
        drop(budgets);
        Ok(Held { client, token })
    }

    /// The client, sharing pauses with the other accounts of its workspace.
    fn beside_others(&self, client: Client, whose: &Account) -> Client {
        let Some(workspace) = &whose.workspace_id else {
            return client;
        };
        let mut workspaces = locked(&self.workspaces);
        if let Some(budget) = workspaces.get(workspace) {
            return client.with_budget(budget.sibling());
        }
        workspaces.insert(workspace.clone(), client.budget().clone());
        client
    }

    /// How many clients are kept, once what is too many was put out.
    #[cfg(test)]
    pub(crate) async fn kept(&self) -> u64 {
        self.cached.run_pending_tasks().await;
        self.cached.entry_count()
    }

    /// Whether the account's client, if one is kept, was built with this token.
    pub(crate) async fn is_built_with(&self, account: &str, token: &SecretString) -> bool {
        let held = self.cached.get(account).await;
        held.is_none_or(|held| held.token.expose_secret() == token.expose_secret())
    }

    /// Forgets the account's client: its token changed or was refused.
    pub(crate) async fn drop_client(&self, account: &str) {
        self.cached.invalidate(account).await;
    }

    /// The account is not there any more: nothing of its token stays in memory.
    pub(crate) async fn forget(&self, account: &str) {
        self.cached.invalidate(account).await;
        locked(&self.budgets).remove(account);
        self.renewals.forget(account);
    }

    /// Notion refused the token of `refused`: gets a new pair if there is a way to, unless there is one
    /// already.
    pub(crate) async fn renew(
        &self,
        account: &str,
        dir: &Path,
        refused: &Held,
    ) -> Result<Renewed, CoreError> {
        let renewed = self
            .renewals
            .renew(&self.vault, &self.grantor, account, dir, &refused.token)
            .await;
        self.drop_client(account).await;
        renewed
    }
}

/// What those are told who waited for a client that somebody else could not build.
fn copy_of(error: &CoreError) -> CoreError {
    match error {
        CoreError::KeychainLocked => CoreError::KeychainLocked,
        CoreError::VaultClosed => CoreError::VaultClosed,
        CoreError::KeychainAbsent => CoreError::KeychainAbsent,
        CoreError::KeychainSilent => CoreError::KeychainSilent,
        CoreError::TokenMissing(name) => CoreError::TokenMissing(name.clone()),
        CoreError::Keychain(reason) => CoreError::Keychain(reason.clone()),
        other => CoreError::Notion(other.to_string()),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
