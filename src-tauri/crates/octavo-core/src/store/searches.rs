//! Searches to find again.

use super::{Store, Write};
use crate::CoreError;

/// As many of those without a name are remembered.
const RECENT: i64 = 20;

impl Store {
    /// The searches that are kept, each with its name if it has one: the newest first.
    pub(crate) async fn kept_searches(&self) -> Result<Vec<(String, Option<String>)>, CoreError> {
        sqlx::query_as("SELECT query, name FROM search_kept ORDER BY used DESC, query")
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }
}

impl Write<'_> {
    /// Remembers a search as the newest. A name that it has stays unless it is given another.
    pub(crate) async fn keep_search(
        &mut self,
        query: &str,
        name: Option<&str>,
    ) -> Result<(), CoreError> {
        let now = self.now();
        self.run(
            sqlx::query(
                "INSERT INTO search_kept (query, name, used) \
                 VALUES (?1, ?2, max(?3, coalesce((SELECT max(used) + 1 FROM search_kept), 0))) \
                 ON CONFLICT (query) DO UPDATE \
                 SET name = coalesce(excluded.name, name), used = excluded.used",
            )
            .bind(query)
            .bind(name)
            .bind(now),
        )
        .await?;
        self.run(
            sqlx::query(
                "DELETE FROM search_kept WHERE name IS NULL AND query NOT IN \
                 (SELECT query FROM search_kept WHERE name IS NULL ORDER BY used DESC LIMIT ?)",
            )
            .bind(RECENT),
        )
        .await?;
        Ok(())
    }

    /// Forgets a search.
    pub(crate) async fn forget_search(&mut self, query: &str) -> Result<(), CoreError> {
        self.run(sqlx::query("DELETE FROM search_kept WHERE query = ?").bind(query))
            .await?;
        Ok(())
    }
}
