//! What a removal still owes: tokens in a keychain that did not answer. And asking another process to
//! let go of an account that is to be removed.

use octavo_contract::VaultStore;
use sqlx::{FromRow, Row, sqlite::SqliteRow};

use crate::CoreError;
use crate::accounts::{Accounts, name_of, word};
use crate::leaving::Leaving;

/// A removed account, of which a place for tokens still holds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owed {
    pub(crate) of: Leaving,
    pub(crate) store: VaultStore,
}

impl FromRow<'_, SqliteRow> for Owed {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            of: Leaving {
                id: row.try_get("account")?,
                name: row.try_get("name")?,
                kind: word(row.try_get("kind")?)?,
                workspace_name: None,
                since: row.try_get("since")?,
                for_good: true,
            },
            store: word(row.try_get("store")?)?,
        })
    }
}

impl Accounts {
    /// Remembers that this place still holds something of an account.
    pub(crate) async fn owe(&self, of: &Leaving, store: VaultStore) -> Result<(), CoreError> {
        sqlx::query(
            "INSERT INTO owed (account, name, kind, store, since) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT (account) DO NOTHING",
        )
        .bind(&of.id)
        .bind(&of.name)
        .bind(name_of(&of.kind))
        .bind(name_of(&store))
        .bind(of.since)
        .execute(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        Ok(())
    }

    /// Everything that is owed, the oldest first.
    pub(crate) async fn owed(&self) -> Result<Vec<Owed>, CoreError> {
        sqlx::query_as("SELECT account, name, kind, store, since FROM owed ORDER BY since")
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }

    /// Nothing is owed about this account any more.
    pub(crate) async fn paid(&self, account: &str) -> Result<(), CoreError> {
        sqlx::query("DELETE FROM owed WHERE account = ?")
            .bind(account)
            .execute(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        Ok(())
    }

    /// What was owed by one place is in another now.
    pub(crate) async fn owed_moved(
        &self,
        from: VaultStore,
        to: VaultStore,
    ) -> Result<(), CoreError> {
        sqlx::query("UPDATE owed SET store = ? WHERE store = ?")
            .bind(name_of(&to))
            .bind(name_of(&from))
            .execute(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        Ok(())
    }

    /// Asks whoever holds the account's lock to let go of it until then; `None` asks no longer.
    pub(crate) async fn want(&self, id: &str, until: Option<i64>) -> Result<(), CoreError> {
        sqlx::query("UPDATE account SET wanted = ? WHERE id = ?")
            .bind(until)
            .bind(id)
            .execute(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        Ok(())
    }

    /// The accounts whose lock somebody asks for.
    pub(crate) async fn wanted(&self) -> Result<Vec<String>, CoreError> {
        sqlx::query_scalar("SELECT id FROM account WHERE wanted > ?")
            .bind(self.now())
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }
}
