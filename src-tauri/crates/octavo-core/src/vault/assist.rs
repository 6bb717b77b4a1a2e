//! The key of the model that an account's notes may be shown to.

use secrecy::SecretString;

use super::Vault;
use crate::{CoreError, redact};

/// The keychain's name for an account's key; no account can have it, as ids hold no such word.
pub(super) fn name_of(account: &str) -> String {
    format!("assist-{account}")
}

impl Vault {
    /// Keeps the key, replacing what was there.
    pub(crate) async fn store_assist_key(
        &self,
        account: &str,
        key: SecretString,
    ) -> Result<(), CoreError> {
        redact::remember(&key);
        self.put(&name_of(account), key).await
    }

    /// The key, if one is kept.
    pub(crate) async fn assist_key(
        &self,
        account: &str,
    ) -> Result<Option<SecretString>, CoreError> {
        let key = self.get(&name_of(account)).await?;
        if let Some(key) = &key {
            redact::remember(key);
        }
        Ok(key)
    }

    /// Forgets the key.
    pub(crate) async fn forget_assist_key(&self, account: &str) -> Result<(), CoreError> {
        self.forget(&name_of(account)).await
    }
}
