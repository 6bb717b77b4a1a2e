//! Bringing the notes of an account that is being removed into another one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use octavo_contract::{Event, RevisionReason};
use sha2::{Digest as _, Sha256};

use super::Octavo;
use crate::CoreError;
use crate::absorb::merge_save;
use crate::accounts::Account;
use crate::store::{NewNote, NoteRow, PRIORITY_CAPTURE, State, Work, Write, excerpt_of};
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
            let mut write = target.store.write().await?;
            for note in &notes {
                if bring(&mut write, &account.id, note, outgoing).await? {
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

/// Takes a note of the account `from` in under its own id; a page of that account's Notion is not
/// this one's. The words that were taken in are remembered, so that doing it twice makes nothing
/// twice. Answers whether anything was taken in.
async fn bring(
    write: &mut Write<'_>,
    from: &str,
    note: &NoteRow,
    outgoing: bool,
) -> Result<bool, CoreError> {
    let key = brought_key(from, &note.id);
    let words = digest(note);
    let brought = write.meta(&key).await?;
    if brought.as_ref() == Some(&words) {
        return Ok(false);
    }
    let state = if outgoing {
        State::Queued
    } else {
        State::Local
    };
    let mut kept = match write.note(&note.id).await {
        Ok(there) => joined(write, there, note, brought.as_deref()).await?,
        Err(CoreError::NoSuchNote) => {
            let new = NewNote {
                id: Some(note.id.clone()),
                title: note.title.clone(),
                body: note.body.clone(),
                note_type: note.note_type.clone(),
                tags: note.tags.clone(),
            };
            write.insert(&new, state).await?;
            NoteRow {
                created: note.created,
                edited: note.edited,
                pinned: note.pinned,
                ..write.note(&note.id).await?
            }
        }
        Err(error) => return Err(error),
    };
    kept.state = state;
    kept.state_reason = None;
    write.put(&kept).await?;
    if outgoing {
        let work = Work::Note(note.id.clone());
        let now = write.now();
        write.enqueue(&work, PRIORITY_CAPTURE, now, 0).await?;
    }
    write.put_meta(&key, &words).await?;
    Ok(true)
}

/// The note came over before, and was changed since: in the old account, in the new one, or in both.
async fn joined(
    write: &mut Write<'_>,
    there: NoteRow,
    note: &NoteRow,
    brought: Option<&str>,
) -> Result<NoteRow, CoreError> {
    let words = digest(note);
    let there_now = digest(&there);
    if there_now == words {
        return Ok(there);
    }
    write.keep_revision(&there, RevisionReason::Moved).await?;
    let (title, body) = if brought == Some(&*there_now) {
        (note.title.clone(), note.body.clone())
    } else {
        merge_save(None, (&there.title, &there.body), (&note.title, &note.body))
    };
    Ok(NoteRow {
        excerpt: excerpt_of(&body),
        title,
        body,
        note_type: note.note_type.clone(),
        tags: note.tags.clone(),
        version: there.version + 1,
        edited: there.edited.max(note.edited),
        trashed: false,
        ..there
    })
}

fn brought_key(from: &str, note: &str) -> String {
    format!("brought/{from}/{note}")
}

/// What a person would miss of a note.
fn digest(note: &NoteRow) -> String {
    let words = serde_json::json!([note.title, note.body, note.note_type, note.tags]);
    STANDARD.encode(Sha256::digest(words.to_string().as_bytes()))
}
