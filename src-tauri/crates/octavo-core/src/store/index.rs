//! The index of words: brought up to date in the same transaction as the notes themselves.
//!
//! Triggers say which notes are due; [`Write::commit`](super::Write::commit) reads what the write itself
//! changed. Notes of before the index was made are read in the background, the newest first.

use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, Instant};

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::{Store, Write, to_json};
use crate::CoreError;
use crate::database;
use crate::search::{Parts, Place, folded, indexed, tokens};

/// Ids begin in the middle: new notes count upwards, those read in the background downwards, so that
/// the order of ids is about that of time.
const MIDDLE: i64 = 1 << 27;
/// How many notes are read at once in the background.
const BATCH: i64 = 500;
/// A person's save waits about this long for those that are written at once.
const SLICE: Duration = Duration::from_millis(3);
/// As many are written at once: each slice costs a commit, so that on a busy computer too small ones would
/// take for ever.
const SIZES: std::ops::RangeInclusive<usize> = 8..=64;
/// SQLite lets a writer bring the log back into the database after 1,000 pages; in the background that
/// is done after so many slices, so that no save has to.
const SLICES_A_CHECKPOINT: u32 = 8;
/// Words of this many characters can be meant by a slip.
const SLIPPABLE: std::ops::RangeInclusive<usize> = 4..=32;

struct Due {
    id: String,
    title: String,
    body: String,
    tags: String,
    note_type: Option<String>,
}

/// A note as the index takes it.
struct Entry {
    note: String,
    title: String,
    headings: String,
    body: String,
    tags: String,
    links: String,
    files: String,
    kind: String,
    flags: i64,
}

impl Entry {
    fn of(due: Due) -> Self {
        let parts = Parts::of(&due.body);
        let tags: Vec<String> = serde_json::from_str(&due.tags).unwrap_or_default();
        Self {
            note: due.id,
            title: indexed(&due.title),
            headings: indexed(&parts.headings),
            body: indexed(&parts.text),
            tags: tags
                .iter()
                .map(|tag| folded(tag))
                .collect::<Vec<_>>()
                .join(" "),
            links: indexed(&parts.links),
            files: indexed(&parts.files),
            kind: folded(due.note_type.as_deref().unwrap_or_default()),
            flags: parts.flags,
        }
    }

    /// What the index of words takes.
    fn tokens(&self) -> String {
        let tags = indexed(&format!("{} {}", self.tags, self.kind));
        tokens(&[
            (Place::Title, &self.title),
            (Place::Headings, &self.headings),
            (Place::Body, &self.body),
            (Place::Tags, &tags),
            (Place::Links, &self.links),
            (Place::Files, &self.files),
        ])
    }

    /// The words a slip may mean.
    fn vocabulary(&self) -> BTreeSet<&str> {
        let texts = [&self.title, &self.body, &self.tags];
        texts
            .iter()
            .flat_map(|text| text.split(' '))
            .filter(|word| {
                word.chars().all(char::is_alphabetic) && SLIPPABLE.contains(&word.chars().count())
            })
            .collect()
    }
}

/// Words that are in the table of words for good.
pub(crate) type KnownWords = HashSet<String>;

impl Store {
    /// How many notes are not in the index yet.
    pub(crate) async fn not_indexed(&self) -> Result<i64, CoreError> {
        sqlx::query_scalar("SELECT count(*) FROM search_due")
            .fetch_one(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }

    /// Takes some of the notes into the index that are not in it yet, those made last first; tells
    /// whether there are more. The texts are read and cut before the lock is taken, and written in slices
    /// so small that nobody who saves has to wait.
    pub(crate) async fn index_some(&self, known: &mut KnownWords) -> Result<bool, CoreError> {
        let rows = sqlx::query(
            "SELECT note.id, title, body, tags, note_type FROM note WHERE id IN \
             (SELECT note FROM search_due ORDER BY note DESC LIMIT ?) ORDER BY id DESC",
        )
        .bind(BATCH)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        let due = self.due_of(&rows)?;
        if due.is_empty() {
            return Ok(false);
        }
        let read = move || due.into_iter().map(Entry::of).collect::<Vec<_>>();
        let entries = tokio::task::spawn_blocking(read).await;
        let mut entries = entries.map_err(|error| CoreError::BadRequest(error.to_string()))?;
        let mut size = SIZES.start() * 2;
        let mut slices = 0;
        while !entries.is_empty() {
            let rest = entries.split_off(size.min(entries.len()));
            let mut slice = std::mem::replace(&mut entries, rest);
            // Within a slice upwards: the index takes ascending ids at once.
            slice.reverse();
            let held = self.index_slice(slice, known).await?;
            size =
                if held > SLICE { size / 2 } else { size + 4 }.clamp(*SIZES.start(), *SIZES.end());
            slices += 1;
            if slices % SLICES_A_CHECKPOINT == 0 || entries.is_empty() {
                let done = database::checkpoint(&self.pool).await;
                done.map_err(|error| self.error(error))?;
            }
        }
        Ok(true)
    }

    /// Writes these notes into the index; tells how long others could not write.
    async fn index_slice(
        &self,
        entries: Vec<Entry>,
        known: &mut KnownWords,
    ) -> Result<Duration, CoreError> {
        let mut write = self.write().await?;
        let began = Instant::now();
        // What was written meanwhile is in the index with its newer text. The plus keeps SQLite from
        // looking through all that are not fresh.
        let ids: Vec<&str> = entries.iter().map(|entry| entry.note.as_str()).collect();
        let still: Vec<String> = sqlx::query_scalar(
            "SELECT note FROM search_due WHERE note IN (SELECT value FROM json_each(?)) \
             AND +fresh = 0",
        )
        .bind(to_json(&ids)?)
        .fetch_all(&mut *write.tx)
        .await
        .map_err(|error| self.error(error))?;
        let still: HashSet<String> = still.into_iter().collect();
        let entries: Vec<Entry> = (entries.into_iter())
            .filter(|entry| still.contains(&entry.note))
            .collect();
        let least: Option<i64> = sqlx::query_scalar("SELECT min(id) FROM search_note")
            .fetch_one(&mut *write.tx)
            .await
            .map_err(|error| self.error(error))?;
        let count = i64::try_from(entries.len()).unwrap_or_default();
        let first = least.unwrap_or(MIDDLE) - count;
        let fresh = write.index(first, &entries, known).await?;
        write.commit().await?;
        known.extend(fresh);
        Ok(began.elapsed())
    }

    fn due_of(&self, rows: &[SqliteRow]) -> Result<Vec<Due>, CoreError> {
        let due = |row: &SqliteRow| {
            Ok(Due {
                id: row.try_get("id")?,
                title: row.try_get("title")?,
                body: row.try_get("body")?,
                tags: row.try_get("tags")?,
                note_type: row.try_get("note_type")?,
            })
        };
        let due = rows.iter().map(due).collect::<sqlx::Result<_>>();
        due.map_err(|error| self.error(error))
    }
}

impl Write<'_> {
    /// Takes what this write changed into the index.
    pub(super) async fn index_changed(&mut self) -> Result<(), CoreError> {
        loop {
            let rows = sqlx::query(
                "SELECT note.id, title, body, tags, note_type FROM search_due \
                 JOIN note ON note.id = search_due.note WHERE fresh = 1 LIMIT ?",
            )
            .bind(BATCH)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(|error| self.store.error(error))?;
            let due = self.store.due_of(&rows)?;
            if due.is_empty() {
                return Ok(());
            }
            let most: Option<i64> = sqlx::query_scalar("SELECT max(id) FROM search_note")
                .fetch_one(&mut *self.tx)
                .await
                .map_err(|error| self.store.error(error))?;
            let entries: Vec<Entry> = due.into_iter().map(Entry::of).collect();
            let first = most.unwrap_or(MIDDLE) + 1;
            self.index(first, &entries, &KnownWords::new()).await?;
        }
    }

    /// Takes notes into the index under ids from `first` on, in place of what is there of them; gives
    /// the words that were not among the known ones. All of them go in at once: a statement for each
    /// would cost more than what it does.
    async fn index(
        &mut self,
        first: i64,
        entries: &[Entry],
        known: &KnownWords,
    ) -> Result<Vec<String>, CoreError> {
        let notes: Vec<&str> = entries.iter().map(|entry| entry.note.as_str()).collect();
        let notes = to_json(&notes)?;
        let old: Vec<i64> = sqlx::query_scalar(
            "SELECT id FROM search_note WHERE note IN (SELECT value FROM json_each(?))",
        )
        .bind(&notes)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(|error| self.store.error(error))?;
        for id in old {
            self.run(sqlx::query("DELETE FROM note_fts WHERE rowid = ?").bind(id))
                .await?;
        }
        self.index_facts(first, entries).await?;
        self.index_texts(first, entries).await?;
        let words: BTreeSet<&str> = (entries.iter())
            .flat_map(Entry::vocabulary)
            .filter(|word| !known.contains(*word))
            .collect();
        let pairs: Vec<[String; 2]> = (words.into_iter())
            .map(|word| [word.to_owned(), word.chars().rev().collect()])
            .collect();
        self.run(
            sqlx::query(
                "INSERT OR IGNORE INTO search_word (word, back) \
                 SELECT value ->> 0, value ->> 1 FROM json_each(?)",
            )
            .bind(to_json(&pairs)?),
        )
        .await?;
        self.run(
            sqlx::query("DELETE FROM search_due WHERE note IN (SELECT value FROM json_each(?))")
                .bind(&notes),
        )
        .await?;
        Ok(pairs.into_iter().map(|[word, _]| word).collect())
    }

    /// What ranks and filters the notes.
    async fn index_facts(&mut self, first: i64, entries: &[Entry]) -> Result<(), CoreError> {
        let rows: Vec<_> = (first..)
            .zip(entries)
            .map(|(id, entry)| {
                (
                    id,
                    &entry.note,
                    &entry.title,
                    &entry.tags,
                    &entry.kind,
                    entry.flags,
                )
            })
            .collect();
        self.run(
            sqlx::query(
                "INSERT INTO search_note \
                 (id, note, title, tags, kind, flags, edited, created, pinned, trashed, state) \
                 SELECT value ->> 0, n.id, value ->> 2, value ->> 3, value ->> 4, value ->> 5, \
                 edited, created, pinned, trashed, state \
                 FROM json_each(?) JOIN note n ON n.id = value ->> 1 WHERE true \
                 ON CONFLICT (note) DO UPDATE SET id = excluded.id, title = excluded.title, \
                 tags = excluded.tags, kind = excluded.kind, flags = excluded.flags, \
                 edited = excluded.edited, created = excluded.created, pinned = excluded.pinned, \
                 trashed = excluded.trashed, state = excluded.state",
            )
            .bind(to_json(&rows)?),
        )
        .await?;
        Ok(())
    }

    /// The words of the notes.
    async fn index_texts(&mut self, first: i64, entries: &[Entry]) -> Result<(), CoreError> {
        let rows: Vec<_> = (first..)
            .zip(entries)
            .map(|(id, entry)| (id, entry.tokens()))
            .collect();
        self.run(
            sqlx::query(
                "INSERT INTO note_fts (rowid, words) \
                 SELECT value ->> 0, value ->> 1 FROM json_each(?)",
            )
            .bind(to_json(&rows)?),
        )
        .await?;
        Ok(())
    }
}
