//! Choosing another place for the tokens, with all that is in the old one.

use std::path::Path;
use std::sync::{Arc, PoisonError};

use octavo_contract::VaultStore;
use secrecy::{ExposeSecret as _, SecretString};

use super::keychain::Keychain;
use super::pending::name_of;
use super::sealed::Sealed;
use super::waiting::NAME as SIGN_IN;
use super::{Kind, OWN_CONNECTION, SEALED, Vault, assist};
use crate::CoreError;

/// What stands in the vault to prove that it keeps things; no account can have its name.
const PROBE: &str = "probe";

/// What a vault holds, by what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Held {
    /// What this account signs in with.
    Account(String),
    /// The sign-in of a removed account that Notion has not been told to end yet.
    ToEnd(String),
    /// The key of the model that this account's notes may be shown to.
    AssistKey(String),
    /// The person's own connection.
    OwnConnection,
    /// A sign-in that waits for the browser.
    SignIn,
}

impl Held {
    fn name(&self) -> String {
        match self {
            Self::Account(account) => account.clone(),
            Self::ToEnd(account) => name_of(account),
            Self::AssistKey(account) => assist::name_of(account),
            Self::OwnConnection => OWN_CONNECTION.to_owned(),
            Self::SignIn => SIGN_IN.to_owned(),
        }
    }
}

/// A new place that holds everything, and is not in use yet.
pub(crate) struct Prepared(Arc<Kind>);

impl Vault {
    /// The place that is in use.
    pub(crate) fn store_kind(&self) -> VaultStore {
        match &*self.kind() {
            Kind::Keychain(_) => VaultStore::Keychain,
            Kind::Sealed(_) => VaultStore::Sealed,
            Kind::Memory { .. } => VaultStore::ThisRun,
        }
    }

    /// Goes on with what a person chose at an earlier start.
    pub(crate) fn resume(&self, store: VaultStore, dir: &Path) {
        let kind = match store {
            VaultStore::Keychain => Kind::Keychain(Keychain::default()),
            VaultStore::Sealed => Kind::Sealed(Sealed::at(dir.join(SEALED))),
            VaultStore::ThisRun => Kind::in_memory(None),
        };
        self.replace(Arc::new(kind));
    }

    /// Makes another place, with everything in it that is in this one. With `leave_behind`, what cannot
    /// be read here stays here.
    pub(crate) async fn prepare(
        &self,
        store: VaultStore,
        dir: &Path,
        passphrase: Option<SecretString>,
        what: &[Held],
        leave_behind: bool,
    ) -> Result<Prepared, CoreError> {
        let mut items = Vec::new();
        for held in what {
            match self.get(&held.name()).await {
                Ok(Some(item)) => items.push((held.name(), item)),
                Ok(None) => {}
                Err(error) if leave_behind => {
                    tracing::info!(%error, "what the old place holds is left behind");
                    break;
                }
                Err(error) => return Err(error),
            }
        }
        let kind = match store {
            VaultStore::Keychain => Kind::Keychain(Keychain::default()),
            VaultStore::ThisRun => Kind::in_memory(None),
            VaultStore::Sealed => {
                let passphrase = passphrase.ok_or_else(|| {
                    CoreError::BadRequest("Enter a passphrase for the tokens.".to_owned())
                })?;
                let sealed = Sealed::at(dir.join(SEALED));
                sealed.make(passphrase).await?;
                Kind::Sealed(sealed)
            }
        };
        for (name, item) in items {
            kind.put(&name, item.clone()).await?;
            let back = kind.get(&name).await?;
            if back.is_none_or(|back| back.expose_secret() != item.expose_secret()) {
                return Err(CoreError::Keychain(
                    "what was written could not be read back".to_owned(),
                ));
            }
        }
        // A keychain that has nothing to keep yet must answer all the same.
        kind.get(PROBE).await?;
        Ok(Prepared(Arc::new(kind)))
    }

    /// Uses the new place from now on; the old one forgets what moved. Answers whether it did.
    pub(crate) async fn change_to(&self, prepared: Prepared, what: &[Held]) -> bool {
        let old = self.replace(prepared.0);
        let mut forgotten = true;
        if let Kind::Sealed(sealed) = &*old {
            forgotten = sealed.remove().await.is_ok();
        } else {
            for held in what {
                if let Err(error) = old.forget(&held.name()).await {
                    tracing::warn!(%error, "the old place for tokens did not forget");
                    forgotten = false;
                    break;
                }
            }
        }
        forgotten
    }

    fn replace(&self, kind: Arc<Kind>) -> Arc<Kind> {
        let mut slot = self.0.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *slot, kind)
    }

    /// Opens a sealed vault.
    pub(crate) async fn open(&self, passphrase: SecretString) -> Result<(), CoreError> {
        match &*self.kind() {
            Kind::Sealed(sealed) => sealed.open(passphrase).await,
            Kind::Keychain(_) | Kind::Memory { .. } => Ok(()),
        }
    }

    /// Forgets the key of a sealed vault.
    pub(crate) fn close(&self) {
        if let Kind::Sealed(sealed) = &*self.kind() {
            sealed.close();
        }
    }

    /// Whether the vault holds this.
    pub(crate) async fn holds(&self, held: &Held) -> Result<bool, CoreError> {
        Ok(self.get(&held.name()).await?.is_some())
    }

    /// What an earlier run left as a proof.
    pub(crate) async fn probe(&self) -> Result<Option<String>, CoreError> {
        let item = self.kind().get(PROBE).await?;
        Ok(item.map(|item| item.expose_secret().to_owned()))
    }

    /// Leaves a proof for a later run.
    pub(crate) async fn leave_probe(&self, text: &str) -> Result<(), CoreError> {
        self.kind().put(PROBE, SecretString::from(text)).await
    }
}
