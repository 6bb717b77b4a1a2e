//! Sign-ins of removed accounts, kept until Notion was told to end them.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{Credentials, OwnConnection, Vault, item_from, json_of};
use crate::{CoreError, redact};

/// A sign-in that is to be ended, with all that is needed for it. The person's own connection may
/// change meanwhile, so its secret is kept along.
#[derive(Clone)]
pub(crate) struct GrantToEnd {
    pub(crate) credentials: Credentials,
    /// Absent when a broker gave the tokens.
    pub(crate) own: Option<OwnConnection>,
}

/// The item as the keychain holds it.
#[derive(Serialize, Deserialize)]
struct PendingItem {
    access_token: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    broker: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
}

/// The keychain's name for it; no account can have it.
pub(super) fn name_of(account: &str) -> String {
    format!("to-end-{account}")
}

impl Vault {
    /// Keeps a sign-in until Notion was told to end it. It is durable when this returns.
    pub(crate) async fn store_to_end(
        &self,
        account: &str,
        grant: &GrantToEnd,
    ) -> Result<(), CoreError> {
        let exposed = |token: &SecretString| token.expose_secret().to_owned();
        let item = PendingItem {
            access_token: exposed(&grant.credentials.access),
            refresh_token: grant.credentials.refresh.as_ref().map(exposed),
            broker: grant.credentials.broker.clone(),
            client_id: grant.own.as_ref().map(|own| own.id.clone()),
            client_secret: grant.own.as_ref().map(|own| exposed(&own.secret)),
        };
        self.put(&name_of(account), json_of(&item)?).await
    }

    /// The sign-in of a removed account, if it is still to be ended.
    pub(crate) async fn to_end(&self, account: &str) -> Result<Option<GrantToEnd>, CoreError> {
        let Some(item) = self.get(&name_of(account)).await? else {
            return Ok(None);
        };
        let item: PendingItem = item_from(&item)?;
        let secret = |text: String| {
            let secret = SecretString::from(text);
            redact::remember(&secret);
            secret
        };
        Ok(Some(GrantToEnd {
            credentials: Credentials {
                access: secret(item.access_token),
                refresh: item.refresh_token.map(secret),
                broker: item.broker,
            },
            own: item
                .client_id
                .zip(item.client_secret)
                .map(|(id, text)| OwnConnection {
                    id,
                    secret: secret(text),
                }),
        }))
    }

    /// Forgets a sign-in that is ended.
    pub(crate) async fn forget_to_end(&self, account: &str) -> Result<(), CoreError> {
        self.forget(&name_of(account)).await
    }
}
