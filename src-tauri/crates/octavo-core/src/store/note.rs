//! Rows of `note`.

use futures::TryStreamExt as _;
use octavo_contract::{NoteSummary, NoteView, SyncState};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::{Store, Write};
use crate::CoreError;
use crate::files::Placed;

/// The excerpt of a body holds at most this many characters.
const EXCERPT: usize = 120;

/// Where a note stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Local,
    Queued,
    Sending,
    Synced,
    Conflict,
    Blocked,
}

impl State {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Local, "local"),
        (Self::Queued, "queued"),
        (Self::Sending, "sending"),
        (Self::Synced, "synced"),
        (Self::Conflict, "conflict"),
        (Self::Blocked, "blocked"),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(state, _)| *state == self)
            .map_or("queued", |(_, name)| name)
    }

    pub(super) fn from_name(name: &str) -> Self {
        Self::ALL
            .iter()
            .find(|(_, known)| *known == name)
            .map_or(Self::Queued, |(state, _)| *state)
    }
}

/// What Notion last confirmed of a note, or what was sent while `provisional`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base {
    pub(crate) title: String,
    /// Enhanced Markdown of the whole page, tag line included.
    pub(crate) markdown: String,
    pub(crate) trashed: bool,
    pub(crate) provisional: bool,
}

/// One note as the database holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoteRow {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) excerpt: String,
    pub(crate) note_type: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) pinned: bool,
    pub(crate) created: i64,
    pub(crate) edited: i64,
    pub(crate) trashed: bool,
    pub(crate) version: i64,
    pub(crate) state: State,
    pub(crate) state_reason: Option<String>,
    pub(crate) page_id: Option<String>,
    pub(crate) confirmed_at: Option<i64>,
    pub(crate) base: Option<Base>,
    /// Where in Notion the files of its body are.
    pub(crate) files: Vec<Placed>,
}

impl FromRow<'_, SqliteRow> for NoteRow {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let markdown: Option<String> = row.try_get("base_markdown")?;
        let base = match markdown {
            Some(markdown) => Some(Base {
                title: row
                    .try_get::<Option<String>, _>("base_title")?
                    .unwrap_or_default(),
                markdown,
                trashed: row.try_get("base_trashed")?,
                provisional: row.try_get("base_provisional")?,
            }),
            None => None,
        };
        Ok(Self {
            id: row.try_get("id")?,
            title: row.try_get("title")?,
            body: row.try_get("body")?,
            excerpt: row.try_get("excerpt")?,
            note_type: row.try_get("note_type")?,
            tags: tags_from(row.try_get("tags")?),
            pinned: row.try_get("pinned")?,
            created: row.try_get("created")?,
            edited: row.try_get("edited")?,
            trashed: row.try_get("trashed")?,
            version: row.try_get("version")?,
            state: State::from_name(row.try_get("state")?),
            state_reason: row.try_get("state_reason")?,
            page_id: row.try_get("page_id")?,
            confirmed_at: row.try_get("confirmed_at")?,
            base,
            files: serde_json::from_str(row.try_get("files")?)
                .map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        })
    }
}

pub(super) fn tags_from(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap_or_default()
}

fn tags_to(tags: &[String]) -> String {
    serde_json::to_string(tags).unwrap_or_else(|_| "[]".to_owned())
}

pub(super) fn sync_state(
    state: State,
    reason: Option<&str>,
    confirmed_at: Option<i64>,
) -> SyncState {
    match state {
        State::Local => SyncState::Local,
        State::Queued => SyncState::Queued,
        State::Sending => SyncState::Sending,
        State::Synced => SyncState::Synced {
            at: confirmed_at.unwrap_or_default(),
        },
        State::Conflict => SyncState::Conflict,
        State::Blocked => SyncState::Blocked {
            reason: reason.unwrap_or("Notion refused it.").to_owned(),
        },
    }
}

/// The beginning of a body's visible words, in one line.
pub(crate) fn excerpt_of(body: &str) -> String {
    // Far more source than the excerpt can hold, so that a long note costs no more than a short one.
    let head: String = body.chars().take(EXCERPT * 20).collect();
    let words = notion_markdown::Document::from_body(&head).plain_text();
    let mut excerpt = String::new();
    for word in words.split_whitespace() {
        if !excerpt.is_empty() {
            excerpt.push(' ');
        }
        excerpt.push_str(word);
        if excerpt.chars().count() >= EXCERPT {
            break;
        }
    }
    excerpt.chars().take(EXCERPT).collect()
}

impl NoteRow {
    pub(crate) fn summary(&self) -> NoteSummary {
        NoteSummary {
            id: self.id.clone(),
            title: self.title.clone(),
            excerpt: self.excerpt.clone(),
            note_type: self.note_type.clone(),
            tags: self.tags.clone(),
            pinned: self.pinned,
            edited: self.edited,
            sync: sync_state(self.state, self.state_reason.as_deref(), self.confirmed_at),
        }
    }

    pub(crate) fn view(&self, account: &str) -> NoteView {
        NoteView {
            account: account.to_owned(),
            id: self.id.clone(),
            title: self.title.clone(),
            body: self.body.clone(),
            version: self.version,
            note_type: self.note_type.clone(),
            tags: self.tags.clone(),
            pinned: self.pinned,
            created: self.created,
            edited: self.edited,
            trashed: self.trashed,
            page_id: self.page_id.clone(),
            sync: sync_state(self.state, self.state_reason.as_deref(), self.confirmed_at),
        }
    }
}

/// What a note is made from.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewNote {
    /// Its id, when it was given one before it was made.
    pub(crate) id: Option<String>,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) note_type: Option<String>,
    pub(crate) tags: Vec<String>,
}

/// How many notes are in each state that the person should hear of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub(crate) struct Counts {
    pub(crate) waiting: i64,
    pub(crate) blocked: i64,
    pub(crate) conflicts: i64,
}

impl Store {
    pub(crate) async fn note(&self, id: &str) -> Result<NoteRow, CoreError> {
        sqlx::query_as("SELECT * FROM note WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.error(error))?
            .ok_or(CoreError::NoSuchNote)
    }

    pub(crate) async fn note_of_page(&self, page_id: &str) -> Result<Option<NoteRow>, CoreError> {
        sqlx::query_as("SELECT * FROM note WHERE page_id = ?")
            .bind(page_id)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }

    /// All living notes, the last edited first. Bodies are not read.
    pub(crate) async fn list(&self) -> Result<Vec<NoteSummary>, CoreError> {
        // One after the other: a row as it comes is five times as large as what is made of it.
        sqlx::query(
            "SELECT id, title, excerpt, note_type, tags, pinned, edited, state, state_reason, \
             confirmed_at FROM note WHERE trashed = 0 ORDER BY edited DESC, id DESC",
        )
        .try_map(|row: SqliteRow| summary_of(&row))
        .fetch(&self.pool)
        .try_collect()
        .await
        .map_err(|error| self.error(error))
    }

    /// The living notes that were edited last, as `(id, title)`.
    pub(crate) async fn recent(&self, most: i64) -> Result<Vec<(String, String)>, CoreError> {
        sqlx::query_as(
            "SELECT id, title FROM note WHERE trashed = 0 ORDER BY edited DESC, id DESC LIMIT ?",
        )
        .bind(most)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    pub(crate) async fn counts(&self) -> Result<Counts, CoreError> {
        sqlx::query_as(
            "SELECT coalesce(sum(state IN ('queued', 'sending')), 0) AS waiting, \
             coalesce(sum(state = 'blocked'), 0) AS blocked, \
             coalesce(sum(state = 'conflict'), 0) AS conflicts \
             FROM note WHERE state IN ('queued', 'sending', 'blocked', 'conflict')",
        )
        .fetch_one(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }
}

pub(super) fn summary_of(row: &SqliteRow) -> sqlx::Result<NoteSummary> {
    let reason: Option<String> = row.try_get("state_reason")?;
    Ok(NoteSummary {
        id: row.try_get("id")?,
        title: row.try_get("title")?,
        excerpt: row.try_get("excerpt")?,
        note_type: row.try_get("note_type")?,
        tags: tags_from(row.try_get("tags")?),
        pinned: row.try_get("pinned")?,
        edited: row.try_get("edited")?,
        sync: sync_state(
            State::from_name(row.try_get("state")?),
            reason.as_deref(),
            row.try_get("confirmed_at")?,
        ),
    })
}

impl Write<'_> {
    pub(crate) async fn note(&mut self, id: &str) -> Result<NoteRow, CoreError> {
        sqlx::query_as("SELECT * FROM note WHERE id = ?")
            .bind(id)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(|error| self.store.error(error))?
            .ok_or(CoreError::NoSuchNote)
    }

    /// Makes a note and answers its id.
    pub(crate) async fn insert(
        &mut self,
        new: &NewNote,
        state: State,
    ) -> Result<String, CoreError> {
        let id = new
            .id
            .clone()
            .unwrap_or_else(|| uuid::Uuid::now_v7().to_string());
        let now = self.store.now();
        self.run(sqlx::query(
            "INSERT INTO note (id, title, body, excerpt, note_type, tags, created, edited, state) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&id)
        .bind(&new.title)
        .bind(&new.body)
        .bind(excerpt_of(&new.body))
        .bind(&new.note_type)
        .bind(tags_to(&new.tags))
        .bind(now)
        .bind(now)
        .bind(state.name()))
.await?;
        Ok(id)
    }

    /// Writes a note back whole. A row that is not there any more is an error, never an insert.
    pub(crate) async fn put(&mut self, note: &NoteRow) -> Result<(), CoreError> {
        let base = note.base.as_ref();
        let files = super::to_json(&note.files)?;
        let done = self.run(sqlx::query(
            "UPDATE note SET title = ?, body = ?, excerpt = ?, note_type = ?, tags = ?, pinned = ?, \
             created = ?, edited = ?, trashed = ?, version = ?, state = ?, state_reason = ?, \
             page_id = ?, confirmed_at = ?, base_title = ?, base_markdown = ?, base_hash = ?, \
             base_trashed = ?, base_provisional = ?, files = ? WHERE id = ?",
        )
        .bind(&note.title)
        .bind(&note.body)
        .bind(&note.excerpt)
        .bind(&note.note_type)
        .bind(tags_to(&note.tags))
        .bind(note.pinned)
        .bind(note.created)
        .bind(note.edited)
        .bind(note.trashed)
        .bind(note.version)
        .bind(note.state.name())
        .bind(&note.state_reason)
        .bind(&note.page_id)
        .bind(note.confirmed_at)
        .bind(base.map(|base| base.title.as_str()))
        .bind(base.map(|base| base.markdown.as_str()))
        .bind(base.map(|base| notion_markdown::canonical_hash(&base.markdown)))
        .bind(base.is_some_and(|base| base.trashed))
        .bind(base.is_some_and(|base| base.provisional))
        .bind(files)
        .bind(&note.id))
.await?;
        if done == 1 {
            Ok(())
        } else {
            Err(CoreError::NoSuchNote)
        }
    }
}
