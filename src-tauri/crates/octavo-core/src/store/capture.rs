//! Rows of `capture`: what was typed of notes that can still be called back.

use super::{Store, Work, Write};
use crate::CoreError;

/// A captured note that can still be called back.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Recallable {
    pub(crate) note: String,
    pub(crate) title: String,
    pub(crate) until: i64,
}

impl Store {
    /// Whether a note of this id was ever made.
    pub(crate) async fn has_note(&self, id: &str) -> Result<bool, CoreError> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM note WHERE id = ?)")
            .bind(id)
            .fetch_one(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }

    /// The note, if it was captured, its time is not over and nothing of it was sent.
    pub(crate) async fn recallable(&self, note: &str) -> Result<Option<Recallable>, CoreError> {
        sqlx::query_as(
            "SELECT capture.note, note.title, capture.until FROM capture \
             JOIN note ON note.id = capture.note \
             LEFT JOIN outbox ON outbox.kind = 'note' AND outbox.note = note.id \
             WHERE capture.note = ? AND capture.until > ? AND note.trashed = 0 \
             AND note.page_id IS NULL AND outbox.journal IS NULL",
        )
        .bind(note)
        .bind(self.now())
        .fetch_optional(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }
}

impl Write<'_> {
    /// Remembers what was typed until `until`, and forgets what nobody can call back any more.
    pub(crate) async fn remember_capture(
        &mut self,
        note: &str,
        text: &str,
        until: i64,
    ) -> Result<(), CoreError> {
        self.run(sqlx::query("DELETE FROM capture WHERE until <= ?").bind(self.now()))
            .await?;
        self.run(
            sqlx::query("INSERT INTO capture (note, text, until) VALUES (?, ?, ?)")
                .bind(note)
                .bind(text)
                .bind(until),
        )
        .await?;
        Ok(())
    }

    /// What was typed of a note of which nothing was sent yet; `None` when it is too late.
    pub(crate) async fn captured_text(&mut self, note: &str) -> Result<Option<String>, CoreError> {
        sqlx::query_scalar(
            "SELECT capture.text FROM capture JOIN note ON note.id = capture.note \
             LEFT JOIN outbox ON outbox.kind = 'note' AND outbox.note = note.id \
             WHERE capture.note = ? AND note.page_id IS NULL AND outbox.journal IS NULL",
        )
        .bind(note)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(|error| self.store.error(error))
    }

    /// Takes a note away of which nothing was sent, as if it had never been made.
    pub(crate) async fn unmake(&mut self, note: &str) -> Result<(), CoreError> {
        self.remove(&Work::Note(note.to_owned())).await?;
        self.run(sqlx::query("DELETE FROM note WHERE id = ?").bind(note))
            .await?;
        Ok(())
    }
}
