//! What proposals know of an account's notes, kept from one to the next.

use std::collections::HashMap;
use std::sync::Arc;

use octavo_enhance::{Corpus, Known};
use tokio::sync::OwnedMutexGuard;

use super::{NoteRow, Store, to_json};
use crate::CoreError;

/// As many notes are read from the database at once.
const BATCH: usize = 1_000;

/// The notes as they were read last. A note that is written gets another id in the index of words, so
/// these ids tell what changed, whichever process changed it.
#[derive(Default)]
pub(crate) struct KeptCorpus {
    corpus: Corpus,
    /// The id in the index of each note that was read; 0 while it is not there yet.
    ids: HashMap<String, i64>,
    /// How many ids there are, their sum, and how many notes are not in the index yet.
    stamp: Option<(i64, i64, i64)>,
}

impl std::fmt::Debug for KeptCorpus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeptCorpus of {} notes", self.corpus.len())
    }
}

impl KeptCorpus {
    /// Does something with what is known of all notes but this one.
    pub(crate) fn without<T>(&mut self, note: &NoteRow, act: impl FnOnce(&Corpus) -> T) -> T {
        let known = self.ids.contains_key(&note.id);
        self.corpus.remove(&note.id);
        let done = act(&self.corpus);
        if known {
            self.corpus.set(Known {
                id: &note.id,
                title: &note.title,
                excerpt: &note.excerpt,
                note_type: note.note_type.as_deref(),
                tags: &note.tags,
            });
        }
        done
    }
}

type Row = (String, String, String, Option<String>, String);

impl Store {
    /// What is known of the account's notes, as they are now.
    pub(crate) async fn corpus(&self) -> Result<OwnedMutexGuard<KeptCorpus>, CoreError> {
        let mut kept = Arc::clone(&self.corpus).lock_owned().await;
        let stamp: (i64, i64, i64) = sqlx::query_as(
            "SELECT count(*), coalesce(sum(id), 0), (SELECT count(*) FROM search_due) \
             FROM search_note WHERE trashed = 0",
        )
        .fetch_one(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        if kept.stamp == Some(stamp) {
            return Ok(kept);
        }
        let now = self.note_ids().await?;
        let gone: Vec<String> = (kept.ids.iter())
            .filter(|(note, id)| now.get(*note) != Some(*id))
            .map(|(note, _)| note.clone())
            .collect();
        for note in gone {
            kept.ids.remove(&note);
            kept.corpus.remove(&note);
        }
        let mut new: Vec<&String> = now
            .keys()
            .filter(|note| !kept.ids.contains_key(*note))
            .collect();
        new.sort_unstable();
        for notes in new.chunks(BATCH) {
            let rows: Vec<Row> = sqlx::query_as(
                "SELECT id, title, excerpt, note_type, tags FROM note \
                 WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            )
            .bind(to_json(notes)?)
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.error(error))?;
            let read = tokio::task::spawn_blocking(move || {
                read(&mut kept.corpus, &rows);
                kept
            });
            let read = read.await;
            kept = read.map_err(|error| CoreError::BadRequest(error.to_string()))?;
        }
        kept.ids = now;
        kept.stamp = Some(stamp);
        Ok(kept)
    }

    async fn note_ids(&self) -> Result<HashMap<String, i64>, CoreError> {
        // As one value: a row at a time costs more than finding it.
        let rows: String = sqlx::query_scalar(
            "SELECT json_group_array(json_array(note, id)) FROM \
             (SELECT note, id FROM search_note WHERE trashed = 0 UNION ALL SELECT n.id, 0 \
             FROM search_due d JOIN note n ON n.id = d.note WHERE n.trashed = 0 \
             AND d.note NOT IN (SELECT note FROM search_note))",
        )
        .fetch_one(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        let rows: Vec<(String, i64)> = serde_json::from_str(&rows)
            .map_err(|error| CoreError::BadRequest(error.to_string()))?;
        Ok(rows.into_iter().collect())
    }
}

fn read(corpus: &mut Corpus, rows: &[Row]) {
    for (id, title, excerpt, note_type, tags) in rows {
        let tags: Vec<String> = serde_json::from_str(tags).unwrap_or_default();
        corpus.set(Known {
            id,
            title,
            excerpt,
            note_type: note_type.as_deref(),
            tags: &tags,
        });
    }
}
