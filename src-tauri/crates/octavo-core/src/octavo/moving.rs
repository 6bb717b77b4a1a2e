//! Bringing notes of one account into another: those of one that is being removed, and those that a
//! person moves.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use notion_markdown::{Document, page_links};
use octavo_contract::{Event, RevisionReason};
use sha2::{Digest as _, Sha256};

use super::Octavo;
use crate::CoreError;
use crate::absorb::merge_save;
use crate::accounts::Account;
use crate::carry::{Carried, carried};
use crate::store::{NewNote, NoteRow, PRIORITY_CAPTURE, State, Store, Work, Write, excerpt_of};
use crate::sync::Engine;

/// So many notes are brought over in one step.
const AT_ONCE: usize = 64;

impl Octavo {
    /// Brings every note whose words are on this computer only into another account. Doing it again
    /// brings only what changed since. Answers how many came over.
    pub(super) async fn move_notes(
        &self,
        account: &Account,
        engine: &Engine,
        to: &str,
    ) -> Result<i64, CoreError> {
        if to == account.id {
            return Err(CoreError::BadRequest(
                "Notes cannot move into the account that is being removed. Choose another one."
                    .to_owned(),
            ));
        }
        let (target, outgoing) = self.engine_of(to).await?;
        let mut moved = 0;
        for ids in engine.store.only_here().await?.chunks(AT_ONCE) {
            let mut notes = Vec::with_capacity(ids.len());
            for id in ids {
                notes.push(engine.store.note(id).await?);
            }
            let mut bodies = Vec::with_capacity(notes.len());
            for note in &notes {
                self.carry_files(engine, &target, &note.body).await?;
                bodies.push(carried_into(&target.store, &note.body).await?.body);
            }
            let mut write = target.store.write().await?;
            for (note, body) in notes.iter().zip(bodies) {
                let taken = Taken {
                    from: &account.id,
                    id: &note.id,
                    note,
                    body,
                };
                if bring(&mut write, &taken, outgoing).await? {
                    moved += 1;
                }
            }
            write.commit().await?;
        }
        if moved > 0 {
            self.send_event(Event::NotesChanged {
                account: target.account.clone(),
            });
            target.wake();
        }
        Ok(moved)
    }

    /// The account is gone: where its notes came from no longer matters.
    pub(super) async fn forget_where_from(&self, to: &str, from: &str) {
        let forget = async {
            let target = self.engine(to).await?;
            let mut write = target.store.write().await?;
            write.drop_meta(&brought_key(from, "")).await?;
            write.commit().await
        };
        if let Err(error) = forget.await {
            tracing::warn!(%error, "the marks of moved notes are left");
        }
    }
}

/// A note as another account takes it in.
pub(super) struct Taken<'a> {
    /// The account it comes from.
    pub(super) from: &'a str,
    /// The note there.
    pub(super) note: &'a NoteRow,
    /// Its id here.
    pub(super) id: &'a str,
    /// Its body as it can be read here.
    pub(super) body: String,
}

/// What is remembered of a note that came over: what it said there, and what was taken in here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) there: String,
    here: String,
}

impl Mark {
    fn read(text: &str) -> Option<Self> {
        let (there, here) = text.split_once(' ')?;
        Some(Self {
            there: there.to_owned(),
            here: here.to_owned(),
        })
    }

    fn text(&self) -> String {
        format!("{} {}", self.there, self.here)
    }
}

/// What is remembered of the note `note` of the account `from`, if it came over.
pub(super) async fn mark_of(
    store: &Store,
    from: &str,
    note: &str,
) -> Result<Option<Mark>, CoreError> {
    let mark = store.meta(&brought_key(from, note)).await?;
    Ok(mark.as_deref().and_then(Mark::read))
}

/// The body of a note of one account as it can be read in another.
pub(super) async fn carried_into(target: &Store, body: &str) -> Result<Carried, CoreError> {
    let mut known = HashSet::new();
    for page in page_links(&Document::from_body(body)) {
        if target.note_of_page(&page).await?.is_some() {
            known.insert(page);
        }
    }
    Ok(carried(body, |page| {
        known.contains(page).then(|| page.to_owned())
    }))
}

/// Takes a note of another account in; a page of that account's Notion is not this one's. The words
/// that were taken in are remembered, so that doing it twice makes nothing twice. Answers whether
/// anything was taken in.
pub(super) async fn bring(
    write: &mut Write<'_>,
    taken: &Taken<'_>,
    outgoing: bool,
) -> Result<bool, CoreError> {
    let key = brought_key(taken.from, &taken.note.id);
    let there = digest(taken.note);
    let mark = write.meta(&key).await?.as_deref().and_then(Mark::read);
    if mark.as_ref().is_some_and(|mark| mark.there == there) {
        return Ok(false);
    }
    let state = if outgoing {
        State::Queued
    } else {
        State::Local
    };
    let mut kept = match write.note(taken.id).await {
        Ok(here) => joined(write, here, taken, mark.as_ref()).await?,
        Err(CoreError::NoSuchNote) => inserted(write, taken, state).await?,
        Err(error) => return Err(error),
    };
    kept.state = state;
    kept.state_reason = None;
    write.put(&kept).await?;
    if outgoing {
        let work = Work::Note(kept.id.clone());
        let now = write.now();
        write.enqueue(&work, PRIORITY_CAPTURE, now, 0).await?;
    }
    let here = digest(&kept);
    write.put_meta(&key, &Mark { there, here }.text()).await?;
    Ok(true)
}

async fn inserted(
    write: &mut Write<'_>,
    taken: &Taken<'_>,
    state: State,
) -> Result<NoteRow, CoreError> {
    let note = taken.note;
    let new = NewNote {
        id: Some(taken.id.to_owned()),
        title: note.title.clone(),
        body: taken.body.clone(),
        note_type: note.note_type.clone(),
        tags: note.tags.clone(),
    };
    write.insert(&new, state).await?;
    Ok(NoteRow {
        created: note.created,
        edited: note.edited,
        pinned: note.pinned,
        ..write.note(taken.id).await?
    })
}

/// The note came over before, and was changed since: in the old account, in the new one, or in both.
async fn joined(
    write: &mut Write<'_>,
    here: NoteRow,
    taken: &Taken<'_>,
    mark: Option<&Mark>,
) -> Result<NoteRow, CoreError> {
    let note = taken.note;
    let now = digest(&here);
    let comes = NoteRow {
        body: taken.body.clone(),
        ..note.clone()
    };
    if now == digest(&comes) {
        return Ok(here);
    }
    write.keep_revision(&here, RevisionReason::Moved).await?;
    let (title, body) = if mark.is_some_and(|mark| mark.here == now) {
        (comes.title, comes.body)
    } else {
        let theirs = (&*here.title, &*here.body);
        merge_save(None, theirs, (&comes.title, &comes.body))
    };
    Ok(NoteRow {
        excerpt: excerpt_of(&body),
        title,
        body,
        note_type: note.note_type.clone(),
        tags: note.tags.clone(),
        version: here.version + 1,
        edited: here.edited.max(note.edited),
        trashed: false,
        ..here
    })
}

pub(super) fn brought_key(from: &str, note: &str) -> String {
    format!("brought/{from}/{note}")
}

/// What a person would miss of a note.
pub(super) fn digest(note: &NoteRow) -> String {
    let words = serde_json::json!([note.title, note.body, note.note_type, note.tags]);
    STANDARD.encode(Sha256::digest(words.to_string().as_bytes()))
}
