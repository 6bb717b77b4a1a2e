//! Which note was made of which file.

use super::{Store, Write};
use crate::CoreError;

/// A file as it was when it was imported last.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Imported {
    pub(crate) note: String,
    /// Of the file's text.
    pub(crate) digest: String,
    /// Of the note, right after the import.
    pub(crate) version: i64,
}

impl Store {
    /// The notes that were made of files.
    pub(crate) async fn imported_notes(&self) -> Result<Vec<String>, CoreError> {
        sqlx::query_scalar("SELECT DISTINCT note FROM imported")
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }
}

impl Write<'_> {
    pub(crate) async fn imported(&mut self, path: &str) -> Result<Option<Imported>, CoreError> {
        sqlx::query_as("SELECT note, digest, version FROM imported WHERE path = ?")
            .bind(path)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(|error| self.store.error(error))
    }

    pub(crate) async fn set_imported(
        &mut self,
        path: &str,
        imported: &Imported,
    ) -> Result<(), CoreError> {
        self.run(
            sqlx::query(
                "INSERT INTO imported (path, note, digest, version) VALUES (?, ?, ?, ?) \
                 ON CONFLICT (path) DO UPDATE SET note = excluded.note, \
                 digest = excluded.digest, version = excluded.version",
            )
            .bind(path)
            .bind(&imported.note)
            .bind(&imported.digest)
            .bind(imported.version),
        )
        .await?;
        Ok(())
    }
}
