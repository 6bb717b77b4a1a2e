//! The sign-in that waits for the browser, kept while it does: the browser may come back to an
//! Octavo that was closed meanwhile, and starts it.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{Vault, item_from, json_of};
use crate::CoreError;

/// The keychain's name for it; no account can have it.
pub(super) const NAME: &str = "sign-in";

/// All that is needed to go on with a sign-in.
#[derive(Clone)]
pub(crate) struct SavedSignIn {
    pub(crate) state: SecretString,
    pub(crate) verifier: Option<SecretString>,
    /// The broker's address; absent for the person's own connection.
    pub(crate) broker: Option<String>,
    pub(crate) redirect: String,
    pub(crate) reconnect: Option<String>,
    pub(crate) until: i64,
}

/// The item as the keychain holds it.
#[derive(Serialize, Deserialize)]
struct SavedItem {
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verifier: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    broker: Option<String>,
    redirect: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reconnect: Option<String>,
    until: i64,
}

impl Vault {
    /// Keeps the sign-in that waits now.
    pub(crate) async fn store_sign_in(&self, saved: &SavedSignIn) -> Result<(), CoreError> {
        let exposed = |secret: &SecretString| secret.expose_secret().to_owned();
        let item = SavedItem {
            state: exposed(&saved.state),
            verifier: saved.verifier.as_ref().map(exposed),
            broker: saved.broker.clone(),
            redirect: saved.redirect.clone(),
            reconnect: saved.reconnect.clone(),
            until: saved.until,
        };
        self.put(NAME, json_of(&item)?).await
    }

    /// The sign-in that waited last, if nothing ended it.
    pub(crate) async fn sign_in(&self) -> Result<Option<SavedSignIn>, CoreError> {
        let Some(item) = self.get(NAME).await? else {
            return Ok(None);
        };
        let item: SavedItem = item_from(&item)?;
        Ok(Some(SavedSignIn {
            state: SecretString::from(item.state),
            verifier: item.verifier.map(SecretString::from),
            broker: item.broker,
            redirect: item.redirect,
            reconnect: item.reconnect,
            until: item.until,
        }))
    }

    /// No sign-in waits any more.
    pub(crate) async fn forget_sign_in(&self) -> Result<(), CoreError> {
        self.forget(NAME).await
    }
}
