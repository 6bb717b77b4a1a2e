//! Rows of `moving`: notes on their way to another account.

use super::{State, Store, Write};
use crate::CoreError;

/// A note on its way.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Moving {
    pub(crate) note: String,
    /// Its title now.
    pub(crate) title: String,
    pub(crate) target_account: String,
    pub(crate) target_note: String,
    pub(crate) problem: Option<String>,
}

/// Of a note what tells whose it is.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Belonging {
    pub(crate) id: String,
    pub(crate) page_id: Option<String>,
}

impl Store {
    /// The ids of all notes, of those in the trash too, and of their pages.
    pub(crate) async fn belongings(&self) -> Result<Vec<Belonging>, CoreError> {
        sqlx::query_as("SELECT id, page_id FROM note ORDER BY id")
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }

    /// The notes on their way to other accounts, in the order in which it was asked for.
    pub(crate) async fn moving(&self) -> Result<Vec<Moving>, CoreError> {
        sqlx::query_as(
            "SELECT moving.note, note.title, target_account, target_note, problem \
             FROM moving JOIN note ON note.id = moving.note ORDER BY since, moving.note",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// Says why a note cannot go on for now; answers whether that is news.
    pub(crate) async fn moving_waits(&self, note: &str, problem: &str) -> Result<bool, CoreError> {
        let mut write = self.write().await?;
        let changed = write
            .run(
                sqlx::query("UPDATE moving SET problem = ?1 WHERE note = ?2 AND problem IS NOT ?1")
                    .bind(problem)
                    .bind(note),
            )
            .await?;
        write.commit().await?;
        Ok(changed > 0)
    }

    /// The living notes that had no way to Notion until now get one: their account was connected.
    pub(crate) async fn send_local(&self) -> Result<(), CoreError> {
        let any: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM note WHERE state = ? AND trashed = 0)",
        )
        .bind(State::Local.name())
        .fetch_one(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        if !any {
            return Ok(());
        }
        let mut write = self.write().await?;
        write.send_local().await?;
        write.commit().await
    }
}

impl Write<'_> {
    /// Writes down that a note is to go to another account. One that is on its way already keeps its
    /// goal.
    pub(crate) async fn begin_moving(
        &mut self,
        note: &str,
        target_account: &str,
        target_note: &str,
    ) -> Result<(), CoreError> {
        self.run(
            sqlx::query(
                "INSERT INTO moving (note, target_account, target_note, since) \
                 VALUES (?, ?, ?, ?) ON CONFLICT (note) DO NOTHING",
            )
            .bind(note)
            .bind(target_account)
            .bind(target_note)
            .bind(self.store.now()),
        )
        .await?;
        Ok(())
    }

    /// The note is not on its way any more; answers whether it was.
    pub(crate) async fn end_moving(&mut self, note: &str) -> Result<bool, CoreError> {
        let done = self
            .run(sqlx::query("DELETE FROM moving WHERE note = ?").bind(note))
            .await?;
        Ok(done > 0)
    }

    async fn send_local(&mut self) -> Result<(), CoreError> {
        let now = self.store.now();
        self.run(
            sqlx::query(
                "INSERT INTO outbox (kind, note, priority, since, not_before) \
                 SELECT 'note', id, ?1, ?2, ?2 FROM note WHERE state = ?3 AND trashed = 0 \
                 ON CONFLICT (kind, note) DO NOTHING",
            )
            .bind(super::PRIORITY_CAPTURE)
            .bind(now)
            .bind(State::Local.name()),
        )
        .await?;
        self.run(
            sqlx::query("UPDATE note SET state = ? WHERE state = ? AND trashed = 0")
                .bind(State::Queued.name())
                .bind(State::Local.name()),
        )
        .await?;
        Ok(())
    }
}
