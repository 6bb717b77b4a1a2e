//! Rows of `outbox`: what has to reach Notion, and what may have.

use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::{State, Store, Write, to_json};
use crate::CoreError;

/// What a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Work {
    /// Bring this note's page to the note's state.
    Note(String),
    /// Bring the contents page in line with the notes.
    Contents,
    /// Bring the "Linked from" section of this note's page in line with the links.
    Links(String),
}

/// Which rows are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Among {
    All,
    /// What a person wrote, and nothing that only follows from it.
    Notes,
}

impl Work {
    fn key(&self) -> (&'static str, &str) {
        match self {
            Self::Note(id) => ("note", id),
            Self::Contents => ("contents", ""),
            Self::Links(id) => ("links", id),
        }
    }
}

/// Captures go before edits, edits before the contents page, that before lists of backlinks.
pub(crate) const PRIORITY_CAPTURE: i64 = 0;
pub(crate) const PRIORITY_EDIT: i64 = 1;
pub(crate) const PRIORITY_CONTENTS: i64 = 2;
pub(crate) const PRIORITY_LINKS: i64 = 3;

/// What was about to be sent when the journal was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Journal {
    /// When, by this computer's clock.
    pub(crate) at: i64,
    /// What.
    pub(crate) sent: Sent,
}

/// One request's intent, with all that is needed to find out later whether it arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Sent {
    /// A page was to be created.
    Create {
        title: String,
        markdown: String,
        /// The newest time Notion had shown by then, by its own clock: the page is not older.
        #[serde(default)]
        since: i64,
    },
    /// The page's text was to become this.
    Body { markdown: String },
    /// A file of the body was to be put into the page, whose text was to become this.
    File {
        upload: String,
        address: String,
        markdown: String,
    },
    /// The page's title was to become this.
    Title { title: String },
    /// The page was to be put into the trash or taken out of it.
    Trash { trashed: bool },
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) work: Work,
    pub(crate) attempt: i64,
    pub(crate) journal: Option<Journal>,
}

impl FromRow<'_, SqliteRow> for Item {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let kind: &str = row.try_get("kind")?;
        let journal: Option<String> = row.try_get("journal")?;
        let journal = match journal {
            Some(json) => Some(
                serde_json::from_str(&json)
                    .map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            ),
            None => None,
        };
        Ok(Self {
            work: match kind {
                "contents" => Work::Contents,
                "links" => Work::Links(row.try_get("note")?),
                _ => Work::Note(row.try_get("note")?),
            },
            attempt: row.try_get("attempt")?,
            journal,
        })
    }
}

impl Store {
    /// The next row whose turn has come.
    pub(crate) async fn next_due(&self, among: Among) -> Result<Option<Item>, CoreError> {
        sqlx::query_as(
            "SELECT kind, note, attempt, journal FROM outbox \
             WHERE not_before <= ? AND (kind = 'note' OR ?) \
             ORDER BY priority, not_before, since LIMIT 1",
        )
        .bind(self.now())
        .bind(among == Among::All)
        .fetch_optional(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// The row about this, due or not.
    pub(crate) async fn outbox_item(&self, work: &Work) -> Result<Option<Item>, CoreError> {
        let (kind, note) = work.key();
        sqlx::query_as(
            "SELECT kind, note, attempt, journal FROM outbox WHERE kind = ? AND note = ?",
        )
        .bind(kind)
        .bind(note)
        .fetch_optional(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// When the next row's turn comes.
    pub(crate) async fn next_turn(&self, among: Among) -> Result<Option<i64>, CoreError> {
        sqlx::query_scalar("SELECT min(not_before) FROM outbox WHERE kind = 'note' OR ?")
            .bind(among == Among::All)
            .fetch_one(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }

    /// How many rows there are.
    pub(crate) async fn outbox_len(&self) -> Result<i64, CoreError> {
        sqlx::query_scalar("SELECT count(*) FROM outbox")
            .fetch_one(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }

    /// Whether a create may have reached Notion without our knowing: until that is settled, an
    /// unknown page in the home may be ours.
    pub(crate) async fn create_unsettled(&self) -> Result<bool, CoreError> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM outbox WHERE json_extract(journal, '$.sent.kind') = 'create')",
        )
        .fetch_one(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }
}

impl Write<'_> {
    /// Puts a row into the outbox. A row that is there already keeps its journal and its age; its
    /// turn becomes `not_before`, but never later than `latest`.
    pub(crate) async fn enqueue(
        &mut self,
        work: &Work,
        priority: i64,
        not_before: i64,
        patience: i64,
    ) -> Result<(), CoreError> {
        let (kind, note) = work.key();
        self.run(sqlx::query(
            "INSERT INTO outbox (kind, note, priority, since, not_before) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (kind, note) DO UPDATE SET attempt = 0, last_error = NULL, \
             priority = min(priority, excluded.priority), \
             not_before = max(?4, outbox.held_until, min(excluded.not_before, outbox.since + ?6))",
        )
        .bind(kind)
        .bind(note)
        .bind(priority)
        .bind(self.store.now())
        .bind(not_before)
        .bind(patience))
.await?;
        Ok(())
    }

    /// Keeps a note from being sent before `until`, whatever else hurries.
    pub(crate) async fn hold(&mut self, note: &str, until: i64) -> Result<(), CoreError> {
        self.run(
            sqlx::query(
                "UPDATE outbox SET held_until = ?1, not_before = max(not_before, ?1) \
                 WHERE note = ?2 AND kind = 'note'",
            )
            .bind(until)
            .bind(note),
        )
        .await?;
        Ok(())
    }

    /// Holds nothing back any more.
    pub(crate) async fn release(&mut self) -> Result<(), CoreError> {
        self.run(sqlx::query(
            "UPDATE outbox SET held_until = 0 WHERE held_until <> 0",
        ))
        .await?;
        Ok(())
    }

    /// Makes every row's turn come now, or one note's; what is held back comes when its time is over.
    pub(crate) async fn hurry(&mut self, note: Option<&str>) -> Result<(), CoreError> {
        self.run(
            sqlx::query(
                "UPDATE outbox SET not_before = max(held_until, min(not_before, ?1)), attempt = 0 \
             WHERE ?2 IS NULL OR (note = ?2 AND kind = 'note')",
            )
            .bind(self.store.now())
            .bind(note),
        )
        .await?;
        Ok(())
    }

    /// No turn is further away than this many milliseconds: rows beyond that were put off by a clock that
    /// was set back since.
    pub(crate) async fn bring_near(&mut self, furthest: i64) -> Result<(), CoreError> {
        self.run(
            sqlx::query(
                "UPDATE outbox SET not_before = ?1, held_until = 0 WHERE not_before > ?1 + ?2",
            )
            .bind(self.store.now())
            .bind(furthest),
        )
        .await?;
        Ok(())
    }

    /// Writes down what is about to be sent; the note's state becomes *sending* with it.
    pub(crate) async fn journal(&mut self, work: &Work, sent: &Sent) -> Result<(), CoreError> {
        let (kind, note) = work.key();
        let journal = Journal {
            at: self.store.now(),
            sent: sent.clone(),
        };
        let json = to_json(&journal)?;
        self.run(
            sqlx::query("UPDATE outbox SET journal = ? WHERE kind = ? AND note = ?")
                .bind(json)
                .bind(kind)
                .bind(note),
        )
        .await?;
        self.set_state(note, State::Sending, None).await
    }

    /// What was sent is settled, one way or the other.
    pub(crate) async fn settle(&mut self, work: &Work) -> Result<(), CoreError> {
        let (kind, note) = work.key();
        self.run(
            sqlx::query(
                "UPDATE outbox SET journal = NULL, attempt = 0 WHERE kind = ? AND note = ?",
            )
            .bind(kind)
            .bind(note),
        )
        .await?;
        Ok(())
    }

    /// Nothing is left to do about this.
    pub(crate) async fn remove(&mut self, work: &Work) -> Result<(), CoreError> {
        let (kind, note) = work.key();
        self.run(
            sqlx::query("DELETE FROM outbox WHERE kind = ? AND note = ?")
                .bind(kind)
                .bind(note),
        )
        .await?;
        Ok(())
    }

    /// Try again at `not_before`. The journal stays.
    pub(crate) async fn delay(
        &mut self,
        work: &Work,
        not_before: i64,
        error: &str,
    ) -> Result<(), CoreError> {
        let (kind, note) = work.key();
        self.run(
            sqlx::query(
                "UPDATE outbox SET attempt = attempt + 1, not_before = ?, last_error = ? \
             WHERE kind = ? AND note = ?",
            )
            .bind(not_before)
            .bind(error)
            .bind(kind)
            .bind(note),
        )
        .await?;
        Ok(())
    }

    /// Sets a note's state; `note` may be empty (the contents page has none).
    pub(crate) async fn set_state(
        &mut self,
        note: &str,
        state: State,
        reason: Option<&str>,
    ) -> Result<(), CoreError> {
        self.run(
            sqlx::query("UPDATE note SET state = ?, state_reason = ? WHERE id = ?")
                .bind(state.name())
                .bind(reason)
                .bind(note),
        )
        .await?;
        Ok(())
    }
}
