//! One Notion client per account, built when first needed and dropped when its token changes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use notion_api::{Client, ClientConfig};
use secrecy::SecretString;
use url::Url;

use crate::CoreError;
use crate::vault::Vault;

/// The clients of all accounts.
pub(crate) struct Clients {
    notion_url: Url,
    vault: Vault,
    cached: Mutex<HashMap<String, Client>>,
    /// Clients whose token was refused or replaced, kept for their budget.
    retired: Mutex<HashMap<String, Client>>,
}

impl Clients {
    pub(crate) fn new(notion_url: Url, vault: Vault) -> Self {
        Self {
            notion_url,
            vault,
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
        if let Some(client) = self.cached().get(account) {
            return Ok(client.clone());
        }
        let token = self
            .vault
            .token(account)
            .await?
            .ok_or_else(|| CoreError::TokenMissing(name.to_owned()))?;
        let client = match self.retired().remove(account) {
            // A new token does not make Notion forget what was asked of it: the budget goes on.
            Some(before) => before
                .with_token(token)
                .map_err(|error| CoreError::Notion(error.to_string()))?,
            None => self.with_token(token)?,
        };
        // Another task may have built one meanwhile: both use the first, so that they share a budget.
        Ok(self
            .cached()
            .entry(account.to_owned())
            .or_insert(client)
            .clone())
    }

    /// Forgets the account's client: its token changed or was refused.
    pub(crate) fn drop_client(&self, account: &str) {
        if let Some(client) = self.cached().remove(account) {
            self.retired().insert(account.to_owned(), client);
        }
    }

    fn retired(&self) -> std::sync::MutexGuard<'_, HashMap<String, Client>> {
        self.retired.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cached(&self) -> std::sync::MutexGuard<'_, HashMap<String, Client>> {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
