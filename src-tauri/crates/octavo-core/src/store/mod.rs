//! The notes of one account, in one SQLite file that no other account's query can reach.

mod acts;
mod answers;
mod capture;
mod contents;
mod corpus;
mod files;
mod find;
mod history;
mod home;
mod imported;
mod index;
mod leaving;
mod links;
mod matching;
mod moving;
mod near;
mod note;
mod outbox;
mod searches;
mod trash;
mod waiting;
mod watcher;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::Sqlite;
use sqlx::pool::PoolConnection;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqlitePool};
use tokio::time::Instant;

pub(crate) use acts::{Acted, KeptAct};
pub(crate) use contents::Listed;
pub(crate) use find::Findings;
pub(crate) use history::Kept;
pub(crate) use imported::Imported;
pub(crate) use index::KnownWords;
pub(crate) use links::{BackRow, FIRST_SYNC, LINKED_FROM_OFF, LinkRow, NamedRow};
pub(crate) use moving::{Belonging, Moving};
pub(crate) use note::{Base, NewNote, NoteRow, State, excerpt_of};
pub(crate) use outbox::{
    Among, Item, Journal, PRIORITY_CAPTURE, PRIORITY_CONTENTS, PRIORITY_EDIT, PRIORITY_LINKS, Sent,
    Work,
};
pub(crate) use watcher::Watcher;

use crate::CoreError;
use crate::clock::Clock;
use crate::database;
use crate::files::Files;

/// A value as JSON, for a column.
pub(crate) fn to_json(value: &(impl serde::Serialize + ?Sized)) -> Result<String, CoreError> {
    serde_json::to_string(value).map_err(|error| CoreError::BadRequest(error.to_string()))
}

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/notes");

const MINUTE: i64 = 60_000;
/// A commit writes some dozen pages, so that the log is about as long then as SQLite lets it grow by
/// itself.
const COMMITS_A_CHECKPOINT: u64 = 32;
/// Stands for the time of a reading after which a page cannot have changed without a new time.
const FOR_GOOD: i64 = i64::MAX;

/// One account's `notes.db`.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pool: SqlitePool,
    file: PathBuf,
    clock: Clock,
    /// How many writes this process made durable.
    commits: Arc<AtomicU64>,
    /// What the database has no room for.
    pub(crate) answers: answers::Answers,
    /// Pages that may change once more without a new time: as of which, and when they were first read so.
    readings: Arc<Mutex<HashMap<String, (i64, Instant)>>>,
    /// Notes that a write changed beside the one it was about.
    touched: Arc<Mutex<Vec<String>>>,
    /// Whose turn it is to write: SQLite lets those who wait ask again and again, and forgets who came
    /// first.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// What proposals know of the notes.
    corpus: Arc<tokio::sync::Mutex<corpus::KeptCorpus>>,
    /// Who takes notes into the index in the background.
    pub(crate) indexing: Arc<tokio::sync::Mutex<()>>,
}

/// A write: nothing of it is kept unless [`Write::commit`] returns.
///
/// A write that is dropped without a commit, or whose commit fails, closes its connection, which
/// undoes it whatever state SQLite left it in: after a full disk SQLite has already rolled back by
/// itself, and a connection that still believed in its transaction could never write again.
pub(crate) struct Write<'a> {
    tx: Connection,
    store: &'a Store,
    _turn: tokio::sync::MutexGuard<'a, ()>,
}

/// The connection of a write.
struct Connection {
    held: PoolConnection<Sqlite>,
    committed: bool,
}

impl Drop for Connection {
    fn drop(&mut self) {
        if !self.committed {
            self.held.close_on_drop();
        }
    }
}

impl std::ops::Deref for Connection {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.held
    }
}

impl std::ops::DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.held
    }
}

impl Store {
    /// Opens the database in `dir`, making it if absent.
    pub(crate) async fn open(dir: &Path, clock: Clock) -> Result<Self, CoreError> {
        let file = dir.join("notes.db");
        let pool = database::open(&file, &MIGRATIONS).await?;
        let store = Self {
            pool,
            file,
            clock,
            commits: Arc::default(),
            answers: answers::Answers::of(dir),
            readings: Arc::default(),
            touched: Arc::default(),
            turn: Arc::default(),
            corpus: Arc::default(),
            indexing: Arc::default(),
        };
        if let Err(error) = store.answers.reserve().await {
            // What is here can be read without room, too.
            tracing::warn!(%error, "nothing could be put by for a full disk");
        }
        store.catch_up_links().await?;
        Ok(store)
    }

    /// The files beside this database.
    pub(crate) fn files(&self) -> Files {
        let dir = self.file.parent().unwrap_or(&self.file);
        Files::of(dir, self.clock.clone())
    }

    /// Remembers that a write changed a note beside the one it was about.
    fn touch(&self, note: String) {
        let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        touched.push(note);
    }

    /// The notes that writes changed beside those they were about, for telling the windows.
    pub(crate) fn take_touched(&self) -> Vec<String> {
        let mut touched = self.touched.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *touched)
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    fn error(&self, source: sqlx::Error) -> CoreError {
        CoreError::database(&self.file, source)
    }

    /// Begins a write; it waits for its turn before it reads anything.
    pub(crate) async fn write(&self) -> Result<Write<'_>, CoreError> {
        let turn = self.turn.lock().await;
        let held = self
            .pool
            .acquire()
            .await
            .map_err(|error| self.error(error))?;
        let mut tx = Connection {
            held,
            committed: false,
        };
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut *tx)
            .await
            .map_err(|error| self.error(error))?;
        Ok(Write {
            tx,
            store: self,
            _turn: turn,
        })
    }

    pub(crate) async fn meta(&self, key: &str) -> Result<Option<String>, CoreError> {
        sqlx::query_scalar("SELECT value FROM meta WHERE key = ?")
            .bind(key)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }

    pub(crate) async fn set_meta(&self, key: &str, value: &str) -> Result<(), CoreError> {
        sqlx::query(
            "INSERT INTO meta (key, value) VALUES (?, ?) \
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )
        .bind(key)
        .bind(value)
        .execute(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        self.commits.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    pub(crate) async fn remove_meta(&self, key: &str) -> Result<(), CoreError> {
        sqlx::query("DELETE FROM meta WHERE key = ?")
            .bind(key)
            .execute(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
        self.commits.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    /// Whether a page was already read as it was at this `last_edited_time`.
    ///
    /// Notion may round that time down to the minute (developer changelog; field reports): then a
    /// page read within that minute may have changed once more without a new time, and is read again
    /// when the minute is over (see [`Write::mark_seen`]).
    pub(crate) async fn was_read(
        &self,
        page_id: &str,
        last_edited: i64,
    ) -> Result<bool, CoreError> {
        let read_at: Option<i64> =
            sqlx::query_scalar("SELECT read_at FROM seen WHERE page_id = ? AND last_edited = ?")
                .bind(page_id)
                .bind(last_edited)
                .fetch_optional(&self.pool)
                .await
                .map_err(|error| self.error(error))?;
        let exact = last_edited % MINUTE != 0;
        Ok(read_at.is_some_and(|read_at| exact || read_at == FOR_GOOD))
    }

    /// Whether, when the page was `asked` for, Notion had `shown` a later minute, or this process had first
    /// read it as of this time more than a minute before; if not, remembers that it reads it now.
    fn minute_was_over(
        &self,
        page_id: &str,
        last_edited: i64,
        asked: Instant,
        shown: bool,
    ) -> bool {
        let mut readings = self.readings.lock().unwrap_or_else(PoisonError::into_inner);
        let first = readings
            .get(page_id)
            .filter(|first| first.0 == last_edited)
            .map_or_else(Instant::now, |first| first.1);
        let over = shown || asked.saturating_duration_since(first) > Duration::from_mins(1);
        if over {
            readings.remove(page_id);
        } else {
            readings.insert(page_id.to_owned(), (last_edited, first));
        }
        over
    }

    /// Brings the log back into the database while others go on.
    fn checkpoint_beside(&self) {
        let store = self.clone();
        tokio::spawn(async move {
            if let Err(error) = database::checkpoint(&store.pool).await {
                tracing::debug!(%error, "the log stays as long as it is until the next time");
            }
        });
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

impl Write<'_> {
    /// Makes the write durable.
    pub(crate) async fn commit(mut self) -> Result<(), CoreError> {
        self.refresh_links().await?;
        // What links changed is found too.
        self.index_changed().await?;
        self.run(sqlx::query("COMMIT")).await?;
        self.tx.committed = true;
        let commits = self.store.commits.fetch_add(1, Ordering::SeqCst) + 1;
        if commits.is_multiple_of(COMMITS_A_CHECKPOINT) {
            self.store.checkpoint_beside();
        }
        Ok(())
    }

    /// The time now.
    pub(crate) fn now(&self) -> i64 {
        self.store.now()
    }

    /// Runs one statement of the write; answers how many rows it touched.
    async fn run(
        &mut self,
        statement: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<u64, CoreError> {
        let done = statement
            .execute(&mut *self.tx)
            .await
            .map_err(|error| self.store.error(error))?;
        Ok(done.rows_affected())
    }

    /// Remembers at which `last_edited_time` a page was read; Notion was `asked` for it then.
    ///
    /// The answer may be long on its way, and tells of the moment of the question at the earliest. Whether
    /// the minute of that time is over is never judged by comparing Notion's clock with this
    /// computer's, which may be an hour off or be set meanwhile: it is over when Notion has shown a
    /// later minute, or when the page was first read so more than a minute ago by a clock that nobody
    /// can set.
    pub(crate) async fn mark_seen(
        &mut self,
        page_id: &str,
        last_edited: i64,
        asked: Instant,
    ) -> Result<(), CoreError> {
        let newest: Option<i64> = sqlx::query_scalar("SELECT max(last_edited) FROM seen")
            .fetch_one(&mut *self.tx)
            .await
            .map_err(|error| self.store.error(error))?;
        let shown = newest.is_some_and(|newest| newest >= last_edited + MINUTE);
        let over = self
            .store
            .minute_was_over(page_id, last_edited, asked, shown);
        self.run(
            sqlx::query(
                "INSERT INTO seen (page_id, last_edited, read_at) VALUES (?, ?, ?) \
             ON CONFLICT (page_id) DO UPDATE \
             SET last_edited = excluded.last_edited, read_at = excluded.read_at",
            )
            .bind(page_id)
            .bind(last_edited)
            .bind(if over { FOR_GOOD } else { self.store.now() }),
        )
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_minute_is_over_when_the_question_came_after_it_not_the_answer() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Clock::default()).await.unwrap();
        let minute = 29_000_000 * MINUTE;
        let began = Instant::now();
        for (seconds, over) in [(0, false), (59, false), (120, true)] {
            let asked = began + Duration::from_secs(seconds);
            let mut write = store.write().await.unwrap();
            write.mark_seen("page", minute, asked).await.unwrap();
            write.commit().await.unwrap();
            let read = store.was_read("page", minute).await.unwrap();
            assert_eq!(read, over, "asked {seconds} s after the first reading");
        }
    }
}
