//! The trash of one account.

use octavo_contract::NoteSummary;
use sqlx::sqlite::SqliteRow;

use super::note::summary_of;
use super::{Store, Write};
use crate::CoreError;

/// Of the trash what may go for good: what Notion has in its trash too, or never had, and of which no
/// request is on its way.
const MAY_GO: &str = "trashed = 1 AND (page_id IS NULL OR base_trashed = 1) \
     AND id NOT IN (SELECT note FROM outbox WHERE journal IS NOT NULL)";

impl Store {
    /// All notes in the trash, the last edited first.
    pub(crate) async fn trash(&self) -> Result<Vec<NoteSummary>, CoreError> {
        let rows: Vec<SqliteRow> = sqlx::query(
            "SELECT id, title, excerpt, note_type, tags, pinned, edited, state, state_reason, \
             confirmed_at FROM note WHERE trashed = 1 ORDER BY edited DESC, id DESC",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        rows.iter()
            .map(summary_of)
            .collect::<sqlx::Result<_>>()
            .map_err(|error| self.error(error))
    }
}

impl Write<'_> {
    /// Deletes what may go; answers how many notes went, and how many stay.
    pub(crate) async fn empty_trash(&mut self) -> Result<(i64, i64), CoreError> {
        let of_gone =
            format!("DELETE FROM outbox WHERE note IN (SELECT id FROM note WHERE {MAY_GO})");
        self.run(sqlx::query(sqlx::AssertSqlSafe(of_gone))).await?;
        let gone = format!("DELETE FROM note WHERE {MAY_GO}");
        let gone = self.run(sqlx::query(sqlx::AssertSqlSafe(gone))).await?;
        let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM note WHERE trashed = 1")
            .fetch_one(&mut *self.tx)
            .await
            .map_err(|error| self.store.error(error))?;
        Ok((i64::try_from(gone).unwrap_or(i64::MAX), kept))
    }
}
