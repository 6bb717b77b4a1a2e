//! One Notion client per account, built when first needed and dropped when its token changes.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use notion_api::{Client, ClientConfig};
use secrecy::SecretString;
use url::Url;

use crate::CoreError;
use crate::oauth::{Grantor, Renewed, renew};
use crate::vault::Vault;

/// The clients of all accounts.
pub(crate) struct Clients {
    notion_url: Url,
    vault: Vault,
    grantor: Grantor,
    cached: Mutex<HashMap<String, Held>>,
    /// Clients whose token was refused or replaced, kept for their budget.
    retired: Mutex<HashMap<String, Held>>,
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
            vault,
            grantor,
            cached: Mutex::default(),
            retired: Mutex::default(),
        }
    }

    /// A client for a token that belongs to no account yet.
    pub(crate) fn with_token(&self, token: SecretString) -> Result<Client, CoreError> {
        Client::new(ClientConfig::new(self.notion_url.clone(), token))
            .map_err(|error| CoreError::Notion(error.to_string()))
    }

    /// The account's client; `name` is for the sentence when its token is gone.
    pub(crate) async fn of(&self, account: &str, name: &str) -> Result<Client, CoreError> {
        if let Some(held) = locked(&self.cached).get(account) {
            return Ok(held.client.clone());
        }
        let token = self
            .vault
            .credentials(account)
            .await?
            .ok_or_else(|| CoreError::TokenMissing(name.to_owned()))?
            .access;
        let client = match locked(&self.retired).remove(account) {
            // A new token does not make Notion forget what was asked of it: the budget goes on.
            Some(before) => before
                .client
                .with_token(token.clone())
                .map_err(|error| CoreError::Notion(error.to_string()))?,
            None => self.with_token(token.clone())?,
        };
        let held = Held { client, token };
        // Another task may have built one meanwhile: both use the first, so that they share a budget.
        Ok(locked(&self.cached)
            .entry(account.to_owned())
            .or_insert(held)
            .client
            .clone())
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
