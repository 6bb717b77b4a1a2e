//! One Notion client per account, built when first needed and dropped when its token changes.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use notion_api::{Budget, Client, ClientConfig};
use secrecy::SecretString;
use url::Url;

use crate::CoreError;
use crate::accounts::Account;
use crate::oauth::{Grantor, Renewed, renew};
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
    cached: Mutex<HashMap<String, Held>>,
    /// Clients whose token was refused or replaced, kept for their budget.
    retired: Mutex<HashMap<String, Held>>,
    /// A budget of each workspace: Notion limits a workspace's accounts together as well, so that a
    /// pause of one is a pause of all.
    workspaces: Mutex<HashMap<String, Budget>>,
}

/// A client and the token it was built with.
#[derive(Clone)]
struct Held {
    client: Client,
    token: SecretString,
}

impl Clients {
    pub(crate) fn new(notion_url: Url, vault: Vault, grantor: Grantor) -> Self {
        Self {
            notion_url,
            pool: Mutex::default(),
            vault,
            grantor,
            cached: Mutex::default(),
            retired: Mutex::default(),
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
        let account = whose.id.as_str();
        if let Some(held) = locked(&self.cached).get(account) {
            return Ok(held.client.clone());
        }
        let token = self
            .vault
            .credentials(account)
            .await?
            .ok_or_else(|| CoreError::TokenMissing(whose.name.clone()))?
            .access;
        let client = match locked(&self.retired).remove(account) {
            // A new token does not make Notion forget what was asked of it: the budget goes on.
            Some(before) => before
                .client
                .with_token(token.clone())
                .map_err(|error| CoreError::Notion(error.to_string()))?,
            None => self.beside_others(self.with_token(token.clone())?, whose),
        };
        let held = Held { client, token };
        // Another task may have built one meanwhile: both use the first, so that they share a budget.
        Ok(locked(&self.cached)
            .entry(account.to_owned())
            .or_insert(held)
            .client
            .clone())
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

    /// Forgets the account's client: its token changed or was refused.
    pub(crate) fn drop_client(&self, account: &str) {
        let dropped = locked(&self.cached).remove(account);
        if let Some(held) = dropped {
            locked(&self.retired).insert(account.to_owned(), held);
        }
    }

    /// The account is not there any more: nothing of its token stays in memory.
    pub(crate) fn forget(&self, account: &str) {
        locked(&self.cached).remove(account);
        locked(&self.retired).remove(account);
    }

    /// Notion refused the account's token: gets a new pair if there is a way to.
    pub(crate) async fn renew(&self, account: &str, dir: &Path) -> Result<Renewed, CoreError> {
        let refused = locked(&self.cached)
            .get(account)
            .map(|held| held.token.clone());
        let Some(refused) = refused else {
            return Ok(Renewed::SignInAgain);
        };
        let renewed = renew(&self.vault, &self.grantor, account, dir, &refused).await;
        self.drop_client(account);
        renewed
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
