//! Making notes of Markdown files.

use std::collections::HashSet;
use std::path::PathBuf;

use octavo_contract::RevisionReason;

use super::Octavo;
use super::note::{checked_title, keep};
use crate::CoreError;
use crate::importing::{Names, Source, Unread, files, read, with_names};
use crate::store::{Imported, NewNote, PRIORITY_EDIT, State, Store, Work, Write, excerpt_of};
use crate::sync::Engine;

/// So many notes are kept at once: a person's save waits no longer than that.
const BATCH: usize = 100;

/// What an import came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Notes that were made.
    pub made: usize,
    /// Notes that took over what changed in their file since the last import.
    pub updated: usize,
    /// Files that are as they were at the last import.
    pub unchanged: usize,
    /// Files that changed, and so did their notes: the notes were left as they are.
    pub left: Vec<PathBuf>,
    /// Files that cannot be notes, and why.
    pub unread: Vec<(PathBuf, String)>,
}

/// What became of one file.
enum Became {
    Made(String),
    Updated(String),
    Unchanged,
    Left,
}

impl Octavo {
    /// Makes a note of every Markdown file at and below these paths. A file that was imported before
    /// makes no second note: what changed in it is taken over, unless its note changed too.
    ///
    /// # Errors
    /// There is no such account, a path cannot be read, or a note could not be kept. What was kept
    /// until then stays; importing again goes on with the rest.
    pub async fn import(
        &self,
        account: &str,
        paths: Vec<PathBuf>,
    ) -> Result<ImportReport, CoreError> {
        let (engine, outgoing) = self.engine_of(account).await?;
        let reading = tokio::task::spawn_blocking(move || read_all(&paths));
        let (mut sources, unread) = reading
            .await
            .map_err(|error| CoreError::BadRequest(error.to_string()))??;
        let names = names(&engine.store, &sources).await?;
        for source in &mut sources {
            source.draft.body = with_names(&source.draft.body, &source.path, &names);
        }
        let mut report = ImportReport {
            unread: unread
                .into_iter()
                .map(|file| (file.path, file.reason))
                .collect(),
            ..ImportReport::default()
        };
        for batch in sources.chunks(BATCH) {
            self.import_batch(&engine, outgoing, batch, &mut report)
                .await?;
        }
        Ok(report)
    }

    async fn import_batch(
        &self,
        engine: &Engine,
        outgoing: bool,
        batch: &[Source],
        report: &mut ImportReport,
    ) -> Result<(), CoreError> {
        let mut write = engine.store.write().await?;
        let mut kept = Vec::new();
        for source in batch {
            match take(&mut write, source, outgoing).await? {
                Became::Made(id) => {
                    report.made += 1;
                    kept.push(id);
                }
                Became::Updated(id) => {
                    report.updated += 1;
                    kept.push(id);
                }
                Became::Unchanged => report.unchanged += 1,
                Became::Left => report.left.push(source.path.clone()),
            }
        }
        let mut notes = Vec::with_capacity(kept.len());
        for id in kept {
            notes.push(write.note(&id).await?);
        }
        write.commit().await?;
        for note in &notes {
            self.kept(engine, note);
        }
        Ok(())
    }
}

fn read_all(paths: &[PathBuf]) -> Result<(Vec<Source>, Vec<Unread>), CoreError> {
    let mut sources = Vec::new();
    let mut unread = Vec::new();
    for file in files(paths)? {
        match read(file) {
            Ok(mut source) => {
                source.draft.title = checked_title(&source.draft.title);
                sources.push(source);
            }
            Err(file) => unread.push(file),
        }
    }
    Ok((sources, unread))
}

/// The titles that mean one note only, those counted in that are here already.
async fn names(store: &Store, sources: &[Source]) -> Result<Names, CoreError> {
    let imported: HashSet<String> = store.imported_notes().await?.into_iter().collect();
    let here = store.list().await?;
    let others = here
        .iter()
        .filter(|note| !imported.contains(&note.id))
        .map(|note| note.title.as_str());
    let files = sources
        .iter()
        .map(|source| (source.path.as_path(), source.draft.title.as_str()));
    Ok(Names::new(files, others))
}

/// Makes or changes the note of a file.
async fn take(write: &mut Write<'_>, source: &Source, outgoing: bool) -> Result<Became, CoreError> {
    let path = source.path.to_string_lossy().into_owned();
    let digest = source.digest.clone();
    let Some(before) = write.imported(&path).await? else {
        let id = make(write, source, outgoing).await?;
        let version = write.note(&id).await?.version;
        let imported = Imported {
            note: id.clone(),
            digest,
            version,
        };
        write.set_imported(&path, &imported).await?;
        return Ok(Became::Made(id));
    };
    if before.digest == digest {
        return Ok(Became::Unchanged);
    }
    let mut note = write.note(&before.note).await?;
    if note.trashed || note.version != before.version {
        return Ok(Became::Left);
    }
    write.keep_revision(&note, RevisionReason::Imported).await?;
    let draft = &source.draft;
    note.title.clone_from(&draft.title);
    note.body.clone_from(&draft.body);
    note.excerpt = excerpt_of(&draft.body);
    note.note_type.clone_from(&draft.note_type);
    note.tags.clone_from(&draft.tags);
    note.edited = draft.edited.unwrap_or(note.edited);
    note.version += 1;
    keep(write, &mut note, outgoing).await?;
    let imported = Imported {
        note: note.id.clone(),
        digest,
        version: note.version,
    };
    write.set_imported(&path, &imported).await?;
    Ok(Became::Updated(note.id))
}

async fn make(write: &mut Write<'_>, source: &Source, outgoing: bool) -> Result<String, CoreError> {
    let draft = &source.draft;
    let new = NewNote {
        id: None,
        title: draft.title.clone(),
        body: draft.body.clone(),
        note_type: draft.note_type.clone(),
        tags: draft.tags.clone(),
    };
    let state = if outgoing {
        State::Queued
    } else {
        State::Local
    };
    let id = write.insert(&new, state).await?;
    let mut note = write.note(&id).await?;
    note.created = draft.created.unwrap_or(note.created);
    note.edited = draft.edited.unwrap_or(note.edited);
    write.put(&note).await?;
    if outgoing {
        let now = write.now();
        write
            .enqueue(&Work::Note(id.clone()), PRIORITY_EDIT, now, 0)
            .await?;
    }
    Ok(id)
}
