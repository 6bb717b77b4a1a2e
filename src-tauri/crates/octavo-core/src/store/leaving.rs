//! What removing an account has to know of its notes, and taking in notes of another account.

use super::{Store, Write};
use crate::CoreError;

/// Enough to see whether anybody wrote since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Words {
    notes: i64,
    versions: i64,
    last: i64,
}

impl Store {
    /// The ids of all living notes, the oldest first.
    pub(crate) async fn living(&self) -> Result<Vec<String>, CoreError> {
        sqlx::query_scalar("SELECT id FROM note WHERE trashed = 0 ORDER BY created, id")
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }

    /// The ids of the living notes whose words Notion does not have, the oldest first.
    pub(crate) async fn only_here(&self) -> Result<Vec<String>, CoreError> {
        sqlx::query_scalar(
            "SELECT id FROM note WHERE trashed = 0 AND state <> 'synced' ORDER BY created, id",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// The state of all words.
    pub(crate) async fn words(&self) -> Result<Words, CoreError> {
        sqlx::query_as(
            "SELECT count(*) AS notes, coalesce(sum(version), 0) AS versions, \
             coalesce(max(edited), 0) AS last FROM note WHERE trashed = 0",
        )
        .fetch_one(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }
}

impl Write<'_> {
    /// A row of `meta`, as this write sees it.
    pub(crate) async fn meta(&mut self, key: &str) -> Result<Option<String>, CoreError> {
        sqlx::query_scalar("SELECT value FROM meta WHERE key = ?")
            .bind(key)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(|error| self.store.error(error))
    }

    /// Sets a row of `meta` in this write.
    pub(crate) async fn put_meta(&mut self, key: &str, value: &str) -> Result<(), CoreError> {
        self.run(
            sqlx::query(
                "INSERT INTO meta (key, value) VALUES (?, ?) \
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )
            .bind(key)
            .bind(value),
        )
        .await?;
        Ok(())
    }

    /// Removes all rows of `meta` whose key begins so.
    pub(crate) async fn drop_meta(&mut self, beginning: &str) -> Result<(), CoreError> {
        self.run(
            sqlx::query("DELETE FROM meta WHERE substr(key, 1, length(?1)) = ?1").bind(beginning),
        )
        .await?;
        Ok(())
    }
}
