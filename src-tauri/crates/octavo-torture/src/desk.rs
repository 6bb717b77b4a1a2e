//! What happens at a desk: a person writes in Octavo.

use std::collections::HashSet;

use octavo_contract::{NoteCreate, NoteRef, NoteSave};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::TortureError;
use crate::act::Edit;
use crate::ledger::{birth_of, words};
use crate::stage::{Stage, nth};
use crate::text::edited;

/// A note as a desk's database holds it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) trashed: bool,
    pub(crate) version: i64,
    pub(crate) state: String,
    pub(crate) reason: Option<String>,
    pub(crate) page: Option<String>,
}

/// Who writes at a desk.
fn letter(desk: usize) -> char {
    *['A', 'B', 'C'].get(desk).unwrap_or(&'D')
}

impl Stage {
    pub(crate) async fn capture(&mut self, desk: usize, salt: u64) -> Result<(), TortureError> {
        let Some((_, core, account)) = self.at(desk) else {
            return Ok(());
        };
        let space = self.desks.get(desk).map_or(0, |desk| desk.space);
        let letter = letter(desk);
        let (title, body) = crate::person::page(&mut self.ledger, letter, space, salt, "\n\n");
        let new = NoteCreate {
            account,
            title,
            body,
            note_type: None,
            tags: Vec::new(),
        };
        let written: Vec<String> = words(&format!("{} {}", new.title, new.body)).collect();
        let captured = core.capture(new).await;
        if self.kept(captured)?.is_none() {
            for word in written {
                self.ledger.forget(&word);
            }
        }
        Ok(())
    }

    /// All notes of a desk, in the order in which they were born.
    pub(crate) async fn rows(&mut self, desk: usize) -> Result<Vec<Row>, TortureError> {
        let Some(desk) = self.desks.get_mut(desk) else {
            return Ok(Vec::new());
        };
        let rows: Vec<SqliteRow> = sqlx::query(
            "SELECT id, title, body, trashed, version, state, state_reason, page_id FROM note",
        )
        .fetch_all(&mut desk.database)
        .await?;
        let read = |row: &SqliteRow| -> sqlx::Result<Row> {
            Ok(Row {
                id: row.try_get(0)?,
                title: row.try_get(1)?,
                body: row.try_get(2)?,
                trashed: row.try_get(3)?,
                version: row.try_get(4)?,
                state: row.try_get(5)?,
                reason: row.try_get(6)?,
                page: row.try_get(7)?,
            })
        };
        let mut rows: Vec<Row> = rows.iter().map(read).collect::<sqlx::Result<_>>()?;
        rows.sort_by_cached_key(|row| (birth_of(&row.body), row.id.clone()));
        Ok(rows)
    }

    /// How many notes of a desk are the same here and in Notion.
    pub(crate) async fn synced(&mut self, desk: usize) -> Result<usize, TortureError> {
        let Some(desk) = self.desks.get_mut(desk) else {
            return Ok(0);
        };
        let count: i64 = sqlx::query_scalar("SELECT count(*) FROM note WHERE state = 'synced'")
            .fetch_one(&mut desk.database)
            .await?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// Every text a desk's history holds.
    pub(crate) async fn history(&mut self, desk: usize) -> Result<Vec<String>, TortureError> {
        let Some(desk) = self.desks.get_mut(desk) else {
            return Ok(Vec::new());
        };
        let texts = sqlx::query_scalar(
            // What both sides had agreed on is kept for comparing: no version that can be brought back.
            "SELECT title || ' ' || body FROM revision WHERE reason <> 'ancestor'",
        );
        Ok(texts.fetch_all(&mut desk.database).await?)
    }

    /// What a desk has still to send: kind, attempts, and why the last one failed.
    pub(crate) async fn outbox(&mut self, desk: usize) -> Result<Vec<String>, TortureError> {
        let Some(desk) = self.desks.get_mut(desk) else {
            return Ok(Vec::new());
        };
        let rows = sqlx::query_scalar(
            "SELECT kind || ' ' || note || ' ' || attempt || ' ' || coalesce(last_error, '') \
             FROM outbox",
        );
        Ok(rows.fetch_all(&mut desk.database).await?)
    }

    /// The ids of a desk's home and contents page.
    pub(crate) async fn home(&mut self, desk: usize) -> Result<Vec<String>, TortureError> {
        let Some(desk) = self.desks.get_mut(desk) else {
            return Ok(Vec::new());
        };
        let ids = sqlx::query_scalar("SELECT value FROM meta WHERE key LIKE '%_page_id'");
        Ok(ids.fetch_all(&mut desk.database).await?)
    }

    async fn picked(
        &mut self,
        desk: usize,
        pick: u32,
        trashed: bool,
    ) -> Result<Option<Row>, TortureError> {
        let mut rows = self.rows(desk).await?;
        rows.retain(|row| row.trashed == trashed);
        Ok(nth(&rows, pick).cloned())
    }

    pub(crate) async fn open(&mut self, desk: usize, pick: u32) -> Result<(), TortureError> {
        let (Some(row), Some((_, core, account))) =
            (self.picked(desk, pick, false).await?, self.at(desk))
        else {
            return Ok(());
        };
        let note = row.id.clone();
        let read = core.note_read(NoteRef { account, note }).await;
        let Some(view) = self.kept(read)? else {
            return Ok(());
        };
        self.opened.insert((desk, row.id), view);
        Ok(())
    }

    pub(crate) async fn write(
        &mut self,
        desk: usize,
        pick: u32,
        (edit, place): (Edit, u32),
        stale: bool,
    ) -> Result<(), TortureError> {
        let (Some(row), Some((_, core, account))) =
            (self.picked(desk, pick, false).await?, self.at(desk))
        else {
            return Ok(());
        };
        let opened = self.opened.remove(&(desk, row.id.clone()));
        let (title, body, base_version) = match opened.filter(|_| stale) {
            Some(view) => (view.title, view.body, view.version),
            None => (row.title, row.body, row.version),
        };
        let word = self.word(desk);
        let Some(new) = edited(&body, edit, place as usize, &word, "\n\n") else {
            self.ledger.forget(&word);
            return Ok(());
        };
        if edit == Edit::Drop || edit == Edit::DropLine {
            self.ledger.forget(&word);
        }
        tracing::info!(
            desk,
            note = row.id,
            base_version,
            body,
            text = new.text,
            "writes"
        );
        let save = NoteSave {
            account,
            note: row.id,
            base_version,
            title,
            body: new.text,
        };
        let saved = core.note_save(save).await;
        match self.kept(saved)? {
            Some(_) => self.ledger.remove(new.removed),
            None => self.ledger.forget(&word),
        }
        Ok(())
    }

    fn word(&mut self, desk: usize) -> String {
        let space = self.desks.get(desk).map_or(0, |desk| desk.space);
        self.ledger.word(letter(desk), space)
    }

    pub(crate) async fn retitle(&mut self, desk: usize, pick: u32) -> Result<(), TortureError> {
        let (Some(row), Some((_, core, account))) =
            (self.picked(desk, pick, false).await?, self.at(desk))
        else {
            return Ok(());
        };
        let word = self.word(desk);
        let former: Vec<String> = words(&row.title).collect();
        let save = NoteSave {
            account,
            note: row.id,
            base_version: row.version,
            title: format!("Title {word}"),
            body: row.body,
        };
        let saved = core.note_save(save).await;
        match self.kept(saved)? {
            Some(_) => self.ledger.remove(former),
            None => self.ledger.forget(&word),
        }
        Ok(())
    }

    pub(crate) async fn trash(
        &mut self,
        desk: usize,
        pick: u32,
        trashed: bool,
    ) -> Result<(), TortureError> {
        let (Some(row), Some((_, core, account))) =
            (self.picked(desk, pick, !trashed).await?, self.at(desk))
        else {
            return Ok(());
        };
        let note = NoteRef {
            account,
            note: row.id,
        };
        let space = self.desks.get(desk).map_or(0, |desk| desk.space);
        if trashed && self.many_thrown_away(space).await? {
            return Ok(());
        }
        let moved = if trashed {
            core.note_trash(note).await.map(|_| ())
        } else {
            core.note_restore(note).await.map(|_| ())
        };
        self.kept(moved).map(|_| ())
    }

    /// Whether one more note in the trash would be a deletion so big that a desk, as it should, does not
    /// follow it by itself.
    pub(crate) async fn many_thrown_away(&mut self, space: usize) -> Result<bool, TortureError> {
        let mut thrown: HashSet<u32> = HashSet::new();
        let pages = self.pages().await?;
        thrown.extend(
            pages
                .iter()
                .filter(|page| page.trashed)
                .filter_map(|page| page.birth),
        );
        let mut living = Vec::new();
        for desk in 0..self.desks.len() {
            if self.desks.get(desk).is_some_and(|desk| desk.space == space) {
                let mut alive = HashSet::new();
                for row in self.rows(desk).await? {
                    let birth = birth_of(&row.body).unwrap_or_default();
                    if row.trashed {
                        thrown.insert(birth);
                    } else {
                        alive.insert(birth);
                    }
                }
                living.push(alive);
            }
        }
        let most = living
            .iter()
            .map(|alive| alive.intersection(&thrown).count());
        Ok(most.max().unwrap_or(0) >= 3)
    }

    /// A person presses "try again" on what is blocked or in conflict.
    pub(crate) async fn retry(&mut self, desk: usize) -> Result<(), TortureError> {
        let Some((_, core, account)) = self.at(desk) else {
            return Ok(());
        };
        for row in self.rows(desk).await? {
            if row.state == "blocked" || row.state == "conflict" {
                let account = account.clone();
                core.note_retry(NoteRef {
                    account,
                    note: row.id,
                })
                .await?;
            }
        }
        Ok(())
    }
}
