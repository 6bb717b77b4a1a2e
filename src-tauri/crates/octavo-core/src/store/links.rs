//! Rows of `link`: made anew in the transaction that changes a body, whoever changes it.
//!
//! Triggers note which notes changed their body, title, page or trash; before a write becomes durable
//! the links of those notes are brought in line, names are resolved, and what follows from it is put
//! into the outbox.
//!
//! `CROSS JOIN` is SQLite's way to say which table is read first (its query planner documentation):
//! without statistics it would read every note, at each write, rather than the few that are meant.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::FromRow;

use super::{PRIORITY_EDIT, PRIORITY_LINKS, State, Store, Work, Write};
use crate::CoreError;
use crate::links::{Found, key_of, links_in, with_mentions};

/// Notes looked at in one go.
const BATCH: i64 = 200;
/// Notes looked at in one write; more wait only after a migration or when all is made anew.
const MOST: usize = 2_000;
/// A burst of links is brought to the pages it concerns at once.
const PAUSE: i64 = 20_000;
const PATIENCE: i64 = 60_000;
/// Set while "Linked from" sections are not written.
pub(crate) const LINKED_FROM_OFF: &str = "linked_from_off";
/// Set while a first sync runs.
pub(crate) const FIRST_SYNC: &str = "first_sync";

/// A row of `link`, with what it leads to.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct LinkRow {
    pub(crate) source: String,
    pub(crate) kind: String,
    pub(crate) page: Option<String>,
    pub(crate) name: String,
    pub(crate) context: String,
    /// The note it leads to.
    pub(crate) note: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) excerpt: Option<String>,
    pub(crate) trashed: Option<bool>,
    /// The title of the note that its page was, if that note was deleted here for good.
    pub(crate) gone: Option<String>,
}

/// A note that links to another, with the sentence.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct BackRow {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) excerpt: String,
    pub(crate) context: String,
}

/// A note by its names.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct NamedRow {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) excerpt: String,
}

#[derive(FromRow)]
struct StaleRow {
    id: String,
    title: String,
    body: String,
    page_id: Option<String>,
}

#[derive(FromRow, PartialEq, Eq)]
struct OldRow {
    kind: String,
    page: Option<String>,
    target: Option<String>,
    name: String,
    key: Option<String>,
    context: String,
}

const LINKS: &str = "SELECT l.source, l.kind, l.page, l.name, l.context, n.id AS note, n.title, \
     n.excerpt, n.trashed, g.title AS gone FROM link l \
     LEFT JOIN note n ON n.id = coalesce(l.target, (SELECT p.id FROM note p WHERE p.page_id = l.page)) \
     LEFT JOIN gone_page g ON g.page = l.page ";

impl Store {
    /// What a note links to, in the order of its text.
    pub(crate) async fn links_of(&self, note: &str) -> Result<Vec<LinkRow>, CoreError> {
        let query = format!("{LINKS} WHERE l.source = ? ORDER BY l.place");
        sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(note)
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }

    /// Links of living notes that lead nowhere: to the trash, to what was deleted, to titles that no
    /// note or several notes have.
    pub(crate) async fn broken_links(&self) -> Result<Vec<LinkRow>, CoreError> {
        let query = format!(
            "{LINKS} JOIN note s ON s.id = l.source WHERE s.trashed = 0 \
             AND (n.trashed = 1 OR (n.id IS NULL AND (l.kind = 'name' OR g.page IS NOT NULL))) \
             ORDER BY s.edited DESC, s.id, l.place LIMIT 1000"
        );
        sqlx::query_as(sqlx::AssertSqlSafe(query))
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.error(error))
    }

    /// The living notes that link to this one, the last edited first, a row per sentence.
    pub(crate) async fn backlinks(&self, note: &str) -> Result<Vec<BackRow>, CoreError> {
        sqlx::query_as(
            "SELECT s.id, s.title, s.excerpt, l.context FROM ( \
                 SELECT source, place, context FROM link WHERE target = ?1 \
                 UNION SELECT source, place, context FROM link WHERE page IS NOT NULL \
                 AND page = (SELECT page_id FROM note WHERE id = ?1) \
             ) l CROSS JOIN note s ON s.id = l.source \
             WHERE s.trashed = 0 AND s.id <> ?1 ORDER BY s.edited DESC, s.id, l.place",
        )
        .bind(note)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// The pages of the living notes that link to this one, the oldest note first.
    pub(crate) async fn linking_pages(&self, note: &str) -> Result<Vec<String>, CoreError> {
        sqlx::query_scalar(
            "SELECT s.page_id FROM note s WHERE s.trashed = 0 AND s.page_id IS NOT NULL \
             AND s.id <> ?1 AND s.id IN ( \
                 SELECT source FROM link WHERE target = ?1 \
                 UNION SELECT source FROM link WHERE page IS NOT NULL \
                 AND page = (SELECT page_id FROM note WHERE id = ?1)) \
             ORDER BY s.created, s.id",
        )
        .bind(note)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// Every page that is or was a note of ours.
    pub(crate) async fn known_pages(&self) -> Result<Vec<String>, CoreError> {
        sqlx::query_scalar(
            "SELECT page_id FROM note WHERE page_id IS NOT NULL UNION ALL SELECT page FROM gone_page",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// Living notes without a link to or from another note.
    pub(crate) async fn orphans(&self) -> Result<Vec<NamedRow>, CoreError> {
        sqlx::query_as(
            "SELECT id, title, excerpt FROM note n WHERE trashed = 0 \
             AND NOT EXISTS (SELECT 1 FROM link l WHERE l.source = n.id) \
             AND NOT EXISTS (SELECT 1 FROM link l CROSS JOIN note s ON s.id = l.source \
                 WHERE s.trashed = 0 AND l.source <> n.id \
                 AND (l.target = n.id OR l.page = n.page_id)) \
             ORDER BY edited DESC, id DESC",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// The living notes whose title is this one.
    pub(crate) async fn titled(&self, key: &str) -> Result<Vec<NamedRow>, CoreError> {
        sqlx::query_as(
            "SELECT n.id, n.title, n.excerpt FROM title_key t JOIN note n ON n.id = t.note \
             WHERE t.key = ? AND n.trashed = 0 ORDER BY n.edited DESC, n.id",
        )
        .bind(key)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// Living notes whose title begins with this, then those that have it somewhere.
    pub(crate) async fn title_like(
        &self,
        text: &str,
        most: i64,
    ) -> Result<Vec<NamedRow>, CoreError> {
        sqlx::query_as(
            "SELECT n.id, n.title, n.excerpt FROM title_key t JOIN note n ON n.id = t.note \
             WHERE n.trashed = 0 AND t.key <> '' AND instr(t.key, ?1) > 0 \
             ORDER BY t.key <> ?1, instr(t.key, ?1) <> 1, n.edited DESC, n.id LIMIT ?2",
        )
        .bind(key_of(text))
        .bind(most)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// Living notes other than this one, not linking to it, whose body may have this text in it.
    pub(crate) async fn bodies_with(
        &self,
        note: &str,
        text: &str,
    ) -> Result<Vec<(String, String, String, String)>, CoreError> {
        let pattern = text.replace(['%', '_', '\\'], "_");
        sqlx::query_as(
            "SELECT id, title, excerpt, body FROM note WHERE trashed = 0 AND id <> ?1 \
             AND body LIKE ?2 AND id NOT IN ( \
                 SELECT source FROM link WHERE target = ?1 \
                 UNION SELECT source FROM link WHERE page IS NOT NULL \
                 AND page = (SELECT page_id FROM note WHERE id = ?1)) \
             ORDER BY edited DESC, id LIMIT 200",
        )
        .bind(note)
        .bind(format!("%{pattern}%"))
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// Notes whose page has a section, as far as is known here.
    pub(crate) async fn with_section(&self) -> Result<Vec<String>, CoreError> {
        sqlx::query_scalar(
            "SELECT id FROM note WHERE page_id IS NOT NULL AND trashed = 0 \
             AND instr(base_markdown, '<summary>Linked from</summary>') > 0",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// Notes in Notion that another note links to.
    pub(crate) async fn linked_notes(&self) -> Result<Vec<String>, CoreError> {
        sqlx::query_scalar(
            "SELECT id FROM note n WHERE page_id IS NOT NULL AND trashed = 0 AND EXISTS ( \
             SELECT 1 FROM link l WHERE (l.target = n.id OR l.page = n.page_id) AND l.source <> n.id)",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// Brings the links of all notes in line that are marked for it, some at a time.
    pub(crate) async fn catch_up_links(&self) -> Result<(), CoreError> {
        loop {
            let waiting: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM link_stale)")
                .fetch_one(&self.pool)
                .await
                .map_err(|error| self.error(error))?;
            if !waiting {
                return Ok(());
            }
            self.write().await?.commit().await?;
        }
    }

    /// Makes all rows anew.
    pub(crate) async fn rebuild_links(&self) -> Result<(), CoreError> {
        let mut write = self.write().await?;
        write.run(sqlx::query("DELETE FROM link")).await?;
        write.run(sqlx::query("DELETE FROM title_key")).await?;
        write
            .run(sqlx::query(
                "INSERT OR IGNORE INTO link_stale (note) SELECT id FROM note",
            ))
            .await?;
        write.commit().await?;
        self.catch_up_links().await
    }
}

impl Write<'_> {
    /// A body that was typed in this note, with the names in it that mean one note in Notion made
    /// mentions of its page.
    pub(crate) async fn with_links(
        &mut self,
        note: &str,
        body: &str,
    ) -> Result<Option<String>, CoreError> {
        let mut pages: BTreeMap<String, (String, String)> = BTreeMap::new();
        for found in notion_markdown::note_names(body) {
            let key = key_of(&found.name);
            if let Some(target) = self.meaning(note, &key).await?
                && let Some(page) = self.page_of(&target).await?
            {
                self.remember_name(note, &key, &target).await?;
                pages.insert(key, page);
            }
        }
        Ok(with_mentions(body, |name| {
            pages.get(&key_of(name)).cloned()
        }))
    }

    /// What a name in a note means: what it meant before, else the one note that has that title.
    async fn meaning(&mut self, note: &str, key: &str) -> Result<Option<String>, CoreError> {
        let known: Option<String> = sqlx::query_scalar(
            "SELECT m.target FROM link_name m JOIN note n ON n.id = m.target \
             WHERE m.source = ? AND m.key = ? AND n.trashed = 0",
        )
        .bind(note)
        .bind(key)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(|error| self.store.error(error))?;
        if known.is_some() {
            return Ok(known);
        }
        let titled: Vec<String> = sqlx::query_scalar(
            "SELECT t.note FROM title_key t JOIN note n ON n.id = t.note \
             WHERE t.key = ? AND t.note <> ? AND n.trashed = 0 LIMIT 2",
        )
        .bind(key)
        .bind(note)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(|error| self.store.error(error))?;
        Ok(<[String; 1]>::try_from(titled).ok().map(|[only]| only))
    }

    /// From now on a name in this note means that note, whatever its title becomes.
    pub(crate) async fn remember_name(
        &mut self,
        source: &str,
        key: &str,
        target: &str,
    ) -> Result<(), CoreError> {
        let query = "INSERT INTO link_name (source, key, target) VALUES (?, ?, ?) \
             ON CONFLICT (source, key) DO UPDATE SET target = excluded.target";
        self.run(sqlx::query(query).bind(source).bind(key).bind(target))
            .await?;
        Ok(())
    }

    /// Looks at a note's links once more before this write ends.
    pub(crate) async fn links_stale(&mut self, note: &str) -> Result<(), CoreError> {
        let query = "INSERT OR IGNORE INTO link_stale (note) VALUES (?)";
        self.run(sqlx::query(query).bind(note)).await?;
        Ok(())
    }

    async fn page_of(&mut self, note: &str) -> Result<Option<(String, String)>, CoreError> {
        sqlx::query_as(
            "SELECT page_id, title FROM note \
             WHERE id = ? AND trashed = 0 AND page_id IS NOT NULL",
        )
        .bind(note)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(|error| self.store.error(error))
    }

    /// Brings the links of changed notes in line.
    pub(super) async fn refresh_links(&mut self) -> Result<(), CoreError> {
        let mut looked_at = BTreeSet::new();
        let mut due = BTreeSet::new();
        let mut read = 0;
        loop {
            let stale: Vec<StaleRow> = sqlx::query_as(
                "SELECT n.id, n.title, n.body, n.page_id FROM link_stale s \
                 CROSS JOIN note n ON n.id = s.note LIMIT ?",
            )
            .bind(BATCH)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(|error| self.store.error(error))?;
            for note in &stale {
                let query = "DELETE FROM link_stale WHERE note = ?";
                self.run(sqlx::query(query).bind(&note.id)).await?;
            }
            // Titles first, so that notes that came together find each other.
            let mut renamed = Vec::new();
            for note in &stale {
                if self.keep_title(note).await? {
                    renamed.push(note);
                }
            }
            for note in &stale {
                self.keep_links(note, &mut due).await?;
            }
            for note in renamed {
                self.name_is_known(&key_of(&note.title)).await?;
            }
            for note in &stale {
                // A note that changes and changes again is a fault of ours, not to be followed for ever.
                if note.page_id.is_some() && looked_at.insert(note.id.clone()) {
                    due.insert(note.id.clone());
                    self.write_mentions_of(&note.id).await?;
                }
            }
            // What many notes wait for (after a migration) is worked off by several writes.
            read += stale.len();
            if stale.is_empty() || read >= MOST {
                break;
            }
        }
        self.sections_due(&due).await
    }

    /// Keeps a title as names are compared with it; answers whether it is another one.
    async fn keep_title(&mut self, note: &StaleRow) -> Result<bool, CoreError> {
        let changed = self
            .run(
                sqlx::query(
                    "INSERT INTO title_key (note, key) VALUES (?, ?) ON CONFLICT (note) \
                     DO UPDATE SET key = excluded.key WHERE key <> excluded.key",
                )
                .bind(&note.id)
                .bind(key_of(&note.title)),
            )
            .await?;
        Ok(changed > 0)
    }

    /// The rows of one note. Notes whose backlinks may be others now are added to `due`.
    async fn keep_links(
        &mut self,
        note: &StaleRow,
        due: &mut BTreeSet<String>,
    ) -> Result<(), CoreError> {
        let old: Vec<OldRow> = sqlx::query_as(
            "SELECT kind, page, target, name, key, context FROM link WHERE source = ? ORDER BY place",
        )
        .bind(&note.id)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(|error| self.store.error(error))?;
        let found = links_in(&note.body);
        if old.is_empty() && found.is_empty() {
            return Ok(());
        }
        let new = self.resolved(&note.id, &old, found).await?;
        self.targets(&note.id, due).await?;
        if new == old {
            return Ok(());
        }
        let query = "DELETE FROM link WHERE source = ?";
        self.run(sqlx::query(query).bind(&note.id)).await?;
        for (place, row) in (0_i64..).zip(&new) {
            let query = "INSERT INTO link (source, place, kind, page, target, name, key, context) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
            self.run(
                sqlx::query(query)
                    .bind(&note.id)
                    .bind(place)
                    .bind(&row.kind)
                    .bind(&row.page)
                    .bind(&row.target)
                    .bind(&row.name)
                    .bind(&row.key)
                    .bind(&row.context),
            )
            .await?;
        }
        self.targets(&note.id, due).await
    }

    async fn resolved(
        &mut self,
        note: &str,
        old: &[OldRow],
        found: Vec<Found>,
    ) -> Result<Vec<OldRow>, CoreError> {
        let mut rows = Vec::new();
        for link in found {
            let key = link.key();
            let mut target = None;
            if let Some(key) = &key {
                target = self.meaning(note, key).await?;
                // Its title may have changed since it was found.
                let before = old.iter().find(|row| row.key.as_ref() == Some(key));
                target = target.or_else(|| before.and_then(|row| row.target.clone()));
                if let Some(target) = &target {
                    self.remember_name(note, key, target).await?;
                }
            }
            rows.push(OldRow {
                kind: link.kind.name().to_owned(),
                page: link.page,
                target,
                name: link.name,
                key,
                context: link.context,
            });
        }
        Ok(rows)
    }

    /// Adds the notes that this one links to.
    async fn targets(&mut self, note: &str, due: &mut BTreeSet<String>) -> Result<(), CoreError> {
        let targets: Vec<String> = sqlx::query_scalar(
            "SELECT n.id FROM link l JOIN note n ON n.id = l.target WHERE l.source = ?1 \
             UNION SELECT n.id FROM link l JOIN note n ON n.page_id = l.page WHERE l.source = ?1",
        )
        .bind(note)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(|error| self.store.error(error))?;
        due.extend(targets.into_iter().filter(|target| target != note));
        Ok(())
    }

    /// A note has this title now: names that waited for one may have found it.
    async fn name_is_known(&mut self, key: &str) -> Result<(), CoreError> {
        if key.is_empty() {
            return Ok(());
        }
        let waiting: Vec<String> =
            sqlx::query_scalar("SELECT DISTINCT source FROM link WHERE key = ? AND target IS NULL")
                .bind(key)
                .fetch_all(&mut *self.tx)
                .await
                .map_err(|error| self.store.error(error))?;
        for source in waiting {
            if let Some(target) = self.meaning(&source, key).await? {
                self.remember_name(&source, key, &target).await?;
                let query = "UPDATE link SET target = ? WHERE source = ? AND key = ?";
                self.run(sqlx::query(query).bind(&target).bind(&source).bind(key))
                    .await?;
                self.links_stale(&target).await?;
            }
        }
        Ok(())
    }

    /// Names that mean this note, which has a page, become mentions of it in the notes they stand in.
    async fn write_mentions_of(&mut self, target: &str) -> Result<(), CoreError> {
        let sources: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT l.source FROM link l JOIN note s ON s.id = l.source \
             JOIN note t ON t.id = l.target WHERE l.target = ? AND l.kind = 'name' \
             AND s.trashed = 0 AND t.trashed = 0",
        )
        .bind(target)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(|error| self.store.error(error))?;
        for source in sources {
            let mut note = self.note(&source).await?;
            let Some(body) = self.with_links(&source, &note.body).await? else {
                continue;
            };
            note.excerpt = super::excerpt_of(&body);
            note.body = body;
            note.version += 1;
            let sends = matches!(note.state, State::Queued | State::Sending | State::Synced);
            if note.state == State::Synced {
                note.state = State::Queued;
            }
            self.put(&note).await?;
            if sends {
                let now = self.store.now();
                let work = Work::Note(source.clone());
                self.enqueue(&work, PRIORITY_EDIT, now, 0).await?;
            }
            self.store.touch(source);
        }
        Ok(())
    }

    /// The sections of these notes' pages may have to change.
    async fn sections_due(&mut self, due: &BTreeSet<String>) -> Result<(), CoreError> {
        if due.is_empty() {
            return Ok(());
        }
        let quiet: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM meta WHERE key IN (?, ?))")
                .bind(LINKED_FROM_OFF)
                .bind(FIRST_SYNC)
                .fetch_one(&mut *self.tx)
                .await
                .map_err(|error| self.store.error(error))?;
        if quiet {
            return Ok(());
        }
        for note in due {
            // Whether the page says so already is known from its base: most changes change nothing.
            let lists: bool = sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM note n WHERE n.id = ?1 AND n.page_id IS NOT NULL \
                 AND n.trashed = 0 AND (instr(n.base_markdown, '<summary>Linked from</summary>') > 0 \
                 OR EXISTS (SELECT 1 FROM link l CROSS JOIN note s ON s.id = l.source \
                     WHERE (l.target = n.id OR l.page = n.page_id) AND s.id <> n.id \
                     AND s.trashed = 0 AND s.page_id IS NOT NULL)))",
            )
            .bind(note)
            .fetch_one(&mut *self.tx)
            .await
            .map_err(|error| self.store.error(error))?;
            if lists {
                let now = self.store.now();
                let work = Work::Links(note.clone());
                self.enqueue(&work, PRIORITY_LINKS, now + PAUSE, PATIENCE)
                    .await?;
            }
        }
        Ok(())
    }
}
