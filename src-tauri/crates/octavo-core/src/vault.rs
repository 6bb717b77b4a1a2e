//! Tokens, kept by the system's keychain; or, where a person chose so, sealed with a passphrase, or for
//! this run only.
//!
//! One item per account, a JSON value written whole.

mod assist;
mod choice;
mod keychain;
mod pending;
mod sealed;
#[cfg(test)]
mod seam;
mod waiting;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use octavo_contract::VaultStatus;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

pub(crate) use choice::Held;
use keychain::Keychain;
pub(crate) use pending::GrantToEnd;
use sealed::Sealed;
pub(crate) use waiting::SavedSignIn;

use crate::config::VaultKind;
use crate::{CoreError, redact};

/// Where the tokens are. The place may be changed while Octavo runs.
#[derive(Clone)]
pub(crate) struct Vault(Arc<RwLock<Arc<Kind>>>);

enum Kind {
    Keychain(Keychain),
    Sealed(Sealed),
    Memory {
        items: Mutex<HashMap<String, SecretString>>,
        default: Option<SecretString>,
        #[cfg(test)]
        seam: seam::Seam,
    },
}

/// What one account signs in with: always stored and read as a whole.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) access: SecretString,
    /// Absent for pasted tokens, and where Notion gave none.
    pub(crate) refresh: Option<SecretString>,
    /// The broker that granted the pair; absent for pasted tokens and for the person's own connection.
    pub(crate) broker: Option<String>,
}

impl Credentials {
    /// A token that was pasted: it is never renewed.
    pub(crate) fn pasted(access: SecretString) -> Self {
        Self {
            access,
            refresh: None,
            broker: None,
        }
    }

    /// Whether a sign-in through the browser gave them, so that it can be ended from here. What was
    /// pasted has neither a broker nor a second token.
    pub(crate) fn granted(&self) -> bool {
        self.broker.is_some() || self.refresh.is_some()
    }
}

/// The id and secret of a connection that the person made in Notion.
#[derive(Clone)]
pub(crate) struct OwnConnection {
    pub(crate) id: String,
    pub(crate) secret: SecretString,
}

/// The item of an account as the keychain holds it.
#[derive(Serialize, Deserialize)]
struct AccountItem {
    access_token: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    broker: Option<String>,
}

/// The item of a connection as the keychain holds it.
#[derive(Serialize, Deserialize)]
struct ConnectionItem {
    client_id: String,
    client_secret: String,
}

/// The keychain's name for the person's own connection; no account can have it.
const OWN_CONNECTION: &str = "own-connection";

/// The folder of a sealed vault, in the data folder.
const SEALED: &str = "vault";

impl Kind {
    fn in_memory(default: Option<SecretString>) -> Self {
        Self::Memory {
            items: Mutex::default(),
            default,
            #[cfg(test)]
            seam: seam::Seam::default(),
        }
    }

    async fn put(&self, name: &str, item: SecretString) -> Result<(), CoreError> {
        match self {
            Self::Memory { items, .. } => {
                lock(items).insert(name.to_owned(), item);
                Ok(())
            }
            Self::Keychain(keychain) => keychain.set(name, item).await,
            Self::Sealed(sealed) => sealed.set(name, item).await,
        }
    }

    async fn get(&self, name: &str) -> Result<Option<SecretString>, CoreError> {
        match self {
            Self::Memory { items, .. } => Ok(lock(items).get(name).cloned()),
            Self::Keychain(keychain) => keychain.get(name).await,
            Self::Sealed(sealed) => sealed.get(name).await,
        }
    }

    async fn forget(&self, name: &str) -> Result<(), CoreError> {
        match self {
            Self::Memory { items, .. } => {
                lock(items).remove(name);
                Ok(())
            }
            Self::Keychain(keychain) => keychain.delete(name).await,
            Self::Sealed(sealed) => sealed.delete(name).await,
        }
    }

    async fn status(&self) -> VaultStatus {
        match self {
            Self::Memory { .. } => VaultStatus::ThisRunOnly,
            Self::Keychain(keychain) => keychain.status().await,
            Self::Sealed(sealed) => sealed.status(),
        }
    }
}

impl Vault {
    pub(crate) fn new(
        kind: VaultKind,
        memory_token: Option<SecretString>,
        data_dir: &Path,
    ) -> Self {
        if let Some(token) = &memory_token {
            redact::remember(token);
        }
        Self(Arc::new(RwLock::new(Arc::new(match kind {
            VaultKind::Keychain => Kind::Keychain(Keychain::default()),
            VaultKind::Sealed => Kind::Sealed(Sealed::at(data_dir.join(SEALED))),
            VaultKind::Memory => Kind::in_memory(memory_token),
        }))))
    }

    fn kind(&self) -> Arc<Kind> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps what `account` signs in with, replacing what was there. It is durable when this returns.
    pub(crate) async fn store(
        &self,
        account: &str,
        credentials: &Credentials,
    ) -> Result<(), CoreError> {
        redact::remember(&credentials.access);
        if let Some(refresh) = &credentials.refresh {
            redact::remember(refresh);
        }
        let item = AccountItem {
            access_token: credentials.access.expose_secret().to_owned(),
            refresh_token: credentials
                .refresh
                .as_ref()
                .map(|token| token.expose_secret().to_owned()),
            broker: credentials.broker.clone(),
        };
        self.put(account, json_of(&item)?).await
    }

    /// What `account` signs in with, if anything.
    pub(crate) async fn credentials(
        &self,
        account: &str,
    ) -> Result<Option<Credentials>, CoreError> {
        let Some(item) = self.get(account).await? else {
            return Ok(match &*self.kind() {
                Kind::Memory { default, .. } => default.clone().map(Credentials::pasted),
                Kind::Keychain(_) | Kind::Sealed(_) => None,
            });
        };
        let item: AccountItem = item_from(&item)?;
        let credentials = Credentials {
            access: SecretString::from(item.access_token),
            refresh: item.refresh_token.map(SecretString::from),
            broker: item.broker,
        };
        redact::remember(&credentials.access);
        if let Some(refresh) = &credentials.refresh {
            redact::remember(refresh);
        }
        Ok(Some(credentials))
    }

    /// Keeps the person's own connection.
    pub(crate) async fn store_connection(&self, own: &OwnConnection) -> Result<(), CoreError> {
        redact::remember(&own.secret);
        let item = ConnectionItem {
            client_id: own.id.clone(),
            client_secret: own.secret.expose_secret().to_owned(),
        };
        self.put(OWN_CONNECTION, json_of(&item)?).await
    }

    /// The person's own connection, if they gave one.
    pub(crate) async fn connection(&self) -> Result<Option<OwnConnection>, CoreError> {
        let Some(item) = self.get(OWN_CONNECTION).await? else {
            return Ok(None);
        };
        let item: ConnectionItem = item_from(&item)?;
        let secret = SecretString::from(item.client_secret);
        redact::remember(&secret);
        Ok(Some(OwnConnection {
            id: item.client_id,
            secret,
        }))
    }

    /// Forgets what `account` signs in with.
    pub(crate) async fn forget(&self, account: &str) -> Result<(), CoreError> {
        #[cfg(test)]
        if self.is_shut() {
            return Err(CoreError::KeychainLocked);
        }
        self.kind().forget(account).await
    }

    async fn put(&self, name: &str, item: SecretString) -> Result<(), CoreError> {
        #[cfg(test)]
        self.pass().await?;
        self.kind().put(name, item).await
    }

    async fn get(&self, name: &str) -> Result<Option<SecretString>, CoreError> {
        #[cfg(test)]
        self.look().await?;
        self.kind().get(name).await
    }

    /// Whether the vault answers, without asking it for a secret.
    pub(crate) async fn status(&self) -> VaultStatus {
        #[cfg(test)]
        if self.is_shut() {
            return VaultStatus::Locked;
        }
        self.kind().status().await
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn json_of<T: Serialize>(item: &T) -> Result<SecretString, CoreError> {
    serde_json::to_string(item)
        .map(SecretString::from)
        .map_err(|error| CoreError::Keychain(error.to_string()))
}

fn item_from<T: serde::de::DeserializeOwned>(item: &SecretString) -> Result<T, CoreError> {
    // The parser's own words could quote the item.
    serde_json::from_str(item.expose_secret())
        .map_err(|_| CoreError::Keychain("the stored item is damaged".to_owned()))
}
