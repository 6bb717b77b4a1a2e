//! A valid access token for an account: renewed when Notion refuses the old one, once, whoever asks.
//!
//! Refresh tokens roll (§2.3 of the API's description): a new pair kills the old one. So one renewal at
//! a time per account (a mutex here, a file lock between processes), the pair is read again inside the
//! lock, and the new pair is stored whole before anything uses it.

use std::path::Path;
use std::sync::Arc;

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

/// Renews the pair of `account` after Notion refused `refused`.
pub(crate) async fn renew(
    vault: &Vault,
    grantor: &Grantor,
    account: &str,
    account_dir: &Path,
    refused: &SecretString,
) -> Result<Renewed, CoreError> {
    let _lock = lock(account_dir).await?;
    let Some(held) = vault.credentials(account).await? else {
        return Ok(Renewed::SignInAgain);
    };
    if held.access.expose_secret() != refused.expose_secret() {
        // Another task or process renewed it meanwhile.
        return Ok(Renewed::Yes);
    }
    let (Some(refresh), Some(road)) = (held.refresh.clone(), road_of(vault, &held).await?) else {
        return Ok(Renewed::SignInAgain);
    };
    let granted = match grantor.refresh(&road, &refresh).await {
        // One repeat with the same token is acceptable after a lost answer; a second is not.
        Err(GrantError::Lost(_)) => grantor.refresh(&road, &refresh).await,
        granted => granted,
    };
    match granted {
        Ok(grant) => {
            vault.store(account, &held.renewed(grant)).await?;
            Ok(Renewed::Yes)
        }
        Err(GrantError::Refused(_) | GrantError::Client) => Ok(Renewed::SignInAgain),
        Err(GrantError::Unreachable(reason) | GrantError::Lost(reason)) => {
            Err(CoreError::Offline(reason))
        }
    }
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
