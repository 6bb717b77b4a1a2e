//! Accounts that leave, and sign-ins that Notion has not been told to end yet: marks and rows in
//! `app.db` from which a removal goes on after a process ended in the middle of it.

use octavo_contract::AccountKind;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use crate::CoreError;
use crate::accounts::{Accounts, word};

/// An account that is being removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaving {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: AccountKind,
    pub(crate) workspace_name: Option<String>,
    /// When its removal began.
    pub(crate) since: i64,
    /// Its notes are safe elsewhere: nothing can stop the removal any more.
    pub(crate) for_good: bool,
}

impl FromRow<'_, SqliteRow> for Leaving {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            kind: word(row.try_get("kind")?)?,
            workspace_name: row.try_get("workspace_name")?,
            since: row.try_get("leaving")?,
            for_good: row.try_get("leaving_for_good")?,
        })
    }
}

/// A sign-in that is to be ended; its tokens are in the vault.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct PendingEnd {
    pub(crate) account: String,
    pub(crate) attempt: i64,
    pub(crate) not_before: i64,
}

impl Accounts {
    /// Takes an account out of the rail: from now on nothing new can be asked of it.
    pub(crate) async fn begin_leaving(&self, id: &str) -> Result<Leaving, CoreError> {
        sqlx::query("UPDATE account SET leaving = ? WHERE id = ? AND leaving IS NULL")
            .bind(self.now())
            .bind(id)
            .execute(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        let leaving = self.leaving().await?;
        leaving
            .into_iter()
            .find(|account| account.id == id)
            .ok_or_else(|| CoreError::NoSuchAccount(id.to_owned()))
    }

    /// Puts an account back into the rail, unless it leaves for good.
    pub(crate) async fn stay(&self, id: &str) -> Result<(), CoreError> {
        sqlx::query("UPDATE account SET leaving = NULL WHERE id = ? AND leaving_for_good = 0")
            .bind(id)
            .execute(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        Ok(())
    }

    /// Decides that an account leaves. If it was the current one, the next of the rail becomes that.
    pub(crate) async fn leave_for_good(&self, id: &str) -> Result<(), CoreError> {
        let mut tx = self.pool.begin().await.map_err(|error| self.error(error))?;
        let done = sqlx::query(
            "UPDATE account SET leaving_for_good = 1 WHERE id = ? AND leaving IS NOT NULL",
        )
        .bind(id)
        .execute(&mut *tx)
        .await
        .map_err(|error| self.error(error))?;
        if done.rows_affected() != 1 {
            return Err(CoreError::NoSuchAccount(id.to_owned()));
        }
        sqlx::query(
            "UPDATE setting SET value = (SELECT other.id FROM account AS other, account AS gone \
             WHERE gone.id = ?1 AND other.leaving IS NULL \
             ORDER BY other.position < gone.position, abs(other.position - gone.position) LIMIT 1) \
             WHERE key = 'current_account' AND value = ?1 \
             AND EXISTS (SELECT 1 FROM account WHERE leaving IS NULL)",
        )
        .bind(id)
        .execute(&mut *tx)
        .await
        .map_err(|error| self.error(error))?;
        tx.commit().await.map_err(|error| self.error(error))
    }

    /// The accounts whose removal has begun.
    pub(crate) async fn leaving(&self) -> Result<Vec<Leaving>, CoreError> {
        sqlx::query_as(
            "SELECT id, name, kind, workspace_name, leaving, leaving_for_good FROM account \
             WHERE leaving IS NOT NULL ORDER BY leaving",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// Whether there is no such account, and none will be again.
    pub(crate) async fn is_gone(&self, id: &str) -> Result<bool, CoreError> {
        sqlx::query_scalar(
            "SELECT NOT EXISTS (SELECT 1 FROM account WHERE id = ? AND leaving_for_good = 0)",
        )
        .bind(id)
        .fetch_one(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// Removes an account's row and whatever names it, but for the audit log.
    pub(crate) async fn remove(&self, id: &str) -> Result<(), CoreError> {
        let mut tx = self.pool.begin().await.map_err(|error| self.error(error))?;
        for statement in [
            "DELETE FROM account WHERE id = ?1",
            "DELETE FROM setting WHERE key IN ('current_account', 'capture_account', \
             'default_account') AND value = ?1",
            "DELETE FROM setting WHERE key = 'last_capture' AND value LIKE ?1 || '/%'",
            "UPDATE draft SET account = NULL WHERE account = ?1",
            "UPDATE draft SET replaces_account = NULL, replaces_note = NULL \
             WHERE replaces_account = ?1",
        ] {
            sqlx::query(statement)
                .bind(id)
                .execute(&mut *tx)
                .await
                .map_err(|error| self.error(error))?;
        }
        tx.commit().await.map_err(|error| self.error(error))
    }

    /// Remembers that the vault holds a sign-in that is to be ended.
    pub(crate) async fn add_pending_end(&self, account: &str) -> Result<PendingEnd, CoreError> {
        sqlx::query_as(
            "INSERT INTO revocation (account, not_before) VALUES (?, ?) \
             ON CONFLICT (account) DO UPDATE SET not_before = excluded.not_before \
             RETURNING account, attempt, not_before",
        )
        .bind(account)
        .bind(self.now())
        .fetch_one(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// The sign-ins that are to be ended, the first due first.
    pub(crate) async fn pending_ends(&self) -> Result<Vec<PendingEnd>, CoreError> {
        sqlx::query_as("SELECT account, attempt, not_before FROM revocation ORDER BY not_before")
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }

    /// Tries again at `not_before`.
    pub(crate) async fn put_off_end(
        &self,
        account: &str,
        not_before: i64,
    ) -> Result<(), CoreError> {
        sqlx::query(
            "UPDATE revocation SET attempt = attempt + 1, not_before = ? WHERE account = ?",
        )
        .bind(not_before)
        .bind(account)
        .execute(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        Ok(())
    }

    /// Nothing is left to end.
    pub(crate) async fn drop_pending_end(&self, account: &str) -> Result<(), CoreError> {
        sqlx::query("DELETE FROM revocation WHERE account = ?")
            .bind(account)
            .execute(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        Ok(())
    }
}
