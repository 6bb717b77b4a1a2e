//! Changes of many notes that were asked for at once.

use super::{Store, Write};
use crate::CoreError;

/// An act as it is kept.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct KeptAct {
    pub(crate) id: String,
    pub(crate) at: i64,
    pub(crate) words: String,
    pub(crate) undone: bool,
    pub(crate) notes: i64,
}

/// What an act did to a note.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Acted {
    pub(crate) note: String,
    pub(crate) before: i64,
    pub(crate) after: i64,
}

impl Store {
    /// The acts that changed anything, the newest first.
    pub(crate) async fn acts(&self) -> Result<Vec<KeptAct>, CoreError> {
        sqlx::query_as(
            "SELECT id, at, words, undone, \
             (SELECT count(*) FROM act_note WHERE act_note.act = act.id) AS notes FROM act \
             WHERE notes > 0 ORDER BY at DESC, id DESC",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// What an act changed.
    pub(crate) async fn acted(&self, act: &str) -> Result<Vec<Acted>, CoreError> {
        sqlx::query_as("SELECT note, before, after FROM act_note WHERE act = ? ORDER BY note")
            .bind(act)
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }
}

impl Write<'_> {
    /// Begins an act.
    pub(crate) async fn begin_act(&mut self, id: &str, words: &str) -> Result<(), CoreError> {
        let now = self.now();
        self.run(
            sqlx::query("INSERT INTO act (id, at, words) VALUES (?, ?, ?)")
                .bind(id)
                .bind(now)
                .bind(words),
        )
        .await?;
        Ok(())
    }

    /// Writes down that an act changed a note. Of a note it changed twice, the first version counts.
    pub(crate) async fn record_act(
        &mut self,
        act: &str,
        note: &str,
        (before, after): (i64, i64),
    ) -> Result<(), CoreError> {
        self.run(
            sqlx::query(
                "INSERT INTO act_note (act, note, before, after) VALUES (?, ?, ?, ?) \
                 ON CONFLICT (act, note) DO UPDATE SET after = excluded.after",
            )
            .bind(act)
            .bind(note)
            .bind(before)
            .bind(after),
        )
        .await?;
        Ok(())
    }

    /// Writes down that a note is as it was before an act.
    pub(crate) async fn forget_acted(&mut self, act: &str, note: &str) -> Result<(), CoreError> {
        self.run(
            sqlx::query("DELETE FROM act_note WHERE act = ? AND note = ?")
                .bind(act)
                .bind(note),
        )
        .await?;
        self.run(sqlx::query("UPDATE act SET undone = 1 WHERE id = ?").bind(act))
            .await?;
        Ok(())
    }
}
