//! The security log, for reading.

use octavo_contract::{AuditEntry, AuditLog};

use super::Octavo;
use crate::CoreError;

impl Octavo {
    /// What happened to sign-ins on this computer, the oldest first; with `account` only to that one,
    /// by its name, or by its id even after it was removed.
    ///
    /// # Errors
    /// The database cannot be read, or several accounts have that name.
    pub async fn audit_log(&self, account: Option<&str>) -> Result<AuditLog, CoreError> {
        let only = match account {
            None => None,
            Some(wanted) => match self.find_account(Some(wanted)).await {
                Ok(found) => Some(found.id),
                Err(CoreError::NoSuchAccount(_)) => Some(wanted.to_owned()),
                Err(error) => return Err(error),
            },
        };
        let rows = self.0.accounts.audited(only.as_deref()).await?;
        if rows.is_empty()
            && let Some(id) = only
        {
            self.0.accounts.find(&id).await?;
        }
        let accounts = self.0.accounts.all().await?;
        let entries = rows.into_iter().map(|(at, account, event, outcome)| {
            let known = accounts
                .iter()
                .find(|known| Some(&known.id) == account.as_ref());
            AuditEntry {
                at,
                name: known.map(|known| known.name.clone()),
                account,
                event,
                outcome,
            }
        });
        Ok(AuditLog {
            entries: entries.collect(),
        })
    }
}
