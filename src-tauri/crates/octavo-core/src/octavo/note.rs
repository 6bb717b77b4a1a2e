//! Making, reading, keeping and trashing notes.

use std::time::Duration;

use notion_markdown::Document;
use octavo_contract::{
    AccountKind, AccountRef, AccountStatus, Empty, NoteCreate, NoteList, NoteRef, NoteSave,
    NoteView, RevisionReason, SaveOutcome,
};
use url::Url;

use super::Octavo;
use crate::CoreError;
use crate::absorb::merge_save;
use crate::page_text::{is_tag, is_type, page_markdown};
use crate::store::{
    Among, NewNote, NoteRow, PRIORITY_CAPTURE, PRIORITY_EDIT, State, Work, Write, excerpt_of,
};
use crate::sync::{Engine, Round, is_behind, tell_note};

/// A note that is being written is sent this long after the last keystroke …
const IDLE: i64 = 5_000;
/// … and while typing goes on, at most this often.
const SPACING: i64 = 30_000;
/// Notion takes titles of up to 2,000 UTF-16 units (request limits).
const LONGEST_TITLE: usize = 2_000;
pub(super) const LARGEST_BODY: usize = 16 << 20;

/// The notation a note is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Octavo's own Markdown, as the editor shows it.
    Body,
    /// Notion's enhanced Markdown, as its page carries it.
    Enhanced,
    /// Notion's blocks, a JSON array as a request carries them.
    Blocks,
}

impl Octavo {
    /// All living notes of an account, the last edited first.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be read.
    pub async fn note_list(&self, request: AccountRef) -> Result<NoteList, CoreError> {
        let engine = self.engine(&request.account).await?;
        let notes = engine.store.list().await?;
        crate::memory::after_list(notes.len());
        Ok(NoteList {
            notes,
            account: request.account,
        })
    }

    /// One note, whole.
    ///
    /// # Errors
    /// There is no such note in this account.
    pub async fn note_read(&self, request: NoteRef) -> Result<NoteView, CoreError> {
        let engine = self.engine(&request.account).await?;
        Ok(engine
            .store
            .note(&request.note)
            .await?
            .view(&request.account))
    }

    /// Makes a note that is being written: it is sent when the typing pauses.
    ///
    /// # Errors
    /// It could not be kept. Then the words are still with the caller.
    pub async fn note_create(&self, request: NoteCreate) -> Result<NoteView, CoreError> {
        self.make(request, PRIORITY_EDIT, IDLE).await
    }

    /// Keeps a finished note: it is sent at once. Durable when this returns.
    ///
    /// # Errors
    /// It could not be kept. Then the words are still with the caller.
    pub async fn capture(&self, request: NoteCreate) -> Result<NoteView, CoreError> {
        self.make(request, PRIORITY_CAPTURE, 0).await
    }

    async fn make(
        &self,
        request: NoteCreate,
        priority: i64,
        idle: i64,
    ) -> Result<NoteView, CoreError> {
        let new = checked(&request)?;
        let (engine, outgoing) = self.engine_of(&request.account).await?;
        let state = if outgoing {
            State::Queued
        } else {
            State::Local
        };
        let mut write = engine.store.write().await?;
        let id = write.insert(&new, state).await?;
        if let Some(body) = write.with_links(&id, &new.body).await? {
            let mut note = write.note(&id).await?;
            note.excerpt = excerpt_of(&body);
            note.body = body;
            write.put(&note).await?;
        }
        if outgoing {
            let turn = engine.store.now() + idle;
            write
                .enqueue(&Work::Note(id.clone()), priority, turn, SPACING)
                .await?;
        }
        let note = write.note(&id).await?;
        write.commit().await?;
        self.kept(&engine, &note);
        Ok(note.view(&request.account))
    }

    /// Keeps what was typed. When the note changed underneath since `base_version`, both changes are
    /// brought together and `merged` says so.
    ///
    /// # Errors
    /// It could not be kept. Then the words are still with the caller.
    pub async fn note_save(&self, request: NoteSave) -> Result<SaveOutcome, CoreError> {
        let title = checked_title(&request.title);
        check_body(&request.body)?;
        let (engine, outgoing) = self.engine_of(&request.account).await?;
        let began = engine
            .store
            .revision(&request.note, request.base_version)
            .await?;
        let mut write = engine.store.write().await?;
        let mut note = write.note(&request.note).await?;
        let merged = note.version != request.base_version
            && (note.title != title || note.body != request.body);
        let (title, body) = if merged {
            write.keep_revision(&note, RevisionReason::Merge).await?;
            let began = began.map(|kept| (kept.view.title, kept.body));
            merge_save(began, (&note.title, &note.body), (&title, &request.body))
        } else {
            (title, request.body)
        };
        let body = write.with_links(&note.id, &body).await?.unwrap_or(body);
        if note.title != title || note.body != body {
            if !merged {
                write.keep_at_pause(&note, &body).await?;
            }
            note.title = title;
            note.excerpt = excerpt_of(&body);
            note.body = body;
            note.version += 1;
            note.edited = engine.store.now();
            keep(&mut write, &mut note, outgoing).await?;
        }
        write.commit().await?;
        self.kept(&engine, &note);
        Ok(SaveOutcome {
            note: note.view(&request.account),
            merged,
        })
    }

    /// Puts a note into the trash, here now and in Notion soon.
    ///
    /// # Errors
    /// There is no such note in this account.
    pub async fn note_trash(&self, request: NoteRef) -> Result<Empty, CoreError> {
        self.set_trashed(request, true).await
    }

    /// Takes a note out of the trash, here now and in Notion soon.
    ///
    /// # Errors
    /// There is no such note in this account.
    pub async fn note_restore(&self, request: NoteRef) -> Result<Empty, CoreError> {
        self.set_trashed(request, false).await
    }

    async fn set_trashed(&self, request: NoteRef, trashed: bool) -> Result<Empty, CoreError> {
        let (engine, outgoing) = self.engine_of(&request.account).await?;
        let mut write = engine.store.write().await?;
        let mut note = write.note(&request.note).await?;
        if note.trashed != trashed {
            note.trashed = trashed;
            keep(&mut write, &mut note, outgoing).await?;
        }
        write.commit().await?;
        self.kept(&engine, &note);
        Ok(Empty {})
    }

    /// The person left the note: what waits of it is sent now.
    ///
    /// # Errors
    /// There is no such note in this account.
    pub async fn note_flush(&self, request: NoteRef) -> Result<Empty, CoreError> {
        let engine = self.engine(&request.account).await?;
        let mut write = engine.store.write().await?;
        let note = write.note(&request.note).await?;
        write.hurry(Some(&note.id)).await?;
        write.commit().await?;
        engine.wake();
        Ok(Empty {})
    }

    /// Tries again to send a note that Notion refused, or that is waiting.
    ///
    /// # Errors
    /// There is no such note in this account.
    pub async fn note_retry(&self, request: NoteRef) -> Result<Empty, CoreError> {
        let (engine, outgoing) = self.engine_of(&request.account).await?;
        let mut write = engine.store.write().await?;
        let mut note = write.note(&request.note).await?;
        if outgoing {
            keep(&mut write, &mut note, outgoing).await?;
            write.hurry(Some(&note.id)).await?;
        }
        write.commit().await?;
        engine.unpause();
        self.kept(&engine, &note);
        Ok(Empty {})
    }

    /// The address of a note's page in Notion.
    ///
    /// # Errors
    /// There is no such note, or it is not in Notion yet.
    pub async fn note_address(&self, request: NoteRef) -> Result<Url, CoreError> {
        let engine = self.engine(&request.account).await?;
        let note = engine.store.note(&request.note).await?;
        address_of(&note).ok_or(CoreError::NotInNotion)
    }

    /// A note's text in one of its notations.
    ///
    /// # Errors
    /// There is no such note in this account.
    pub async fn note_markdown(&self, request: NoteRef, form: Form) -> Result<String, CoreError> {
        let engine = self.engine(&request.account).await?;
        let note = engine.store.note(&request.note).await?;
        Ok(match form {
            Form::Body => note.body,
            Form::Enhanced => page_markdown(&note),
            Form::Blocks => {
                Document::from_enhanced(&page_markdown(&note))
                    .to_blocks_json()
                    .value
            }
        })
    }

    /// Sends a note, or waits for the process that does, until it is in Notion, cannot go there, or
    /// `limit` has passed.
    ///
    /// # Errors
    /// There is no such note in this account. That it could not be sent is no error: its state says so.
    pub async fn settle(&self, request: NoteRef, limit: Duration) -> Result<NoteView, CoreError> {
        let engine = self.engine(&request.account).await?;
        let keep = self.0.background.load(std::sync::atomic::Ordering::SeqCst);
        let until = tokio::time::Instant::now() + limit;
        let mut write = engine.store.write().await?;
        write.hurry(Some(&request.note)).await?;
        write.commit().await?;
        loop {
            let note = engine.store.note(&request.note).await?;
            // While the exchange is paused there is nothing to wait for.
            let waiting =
                !engine.held().await? && matches!(note.state, State::Queued | State::Sending);
            if !waiting || tokio::time::Instant::now() >= until {
                return Ok(note.view(&request.account));
            }
            let due = engine
                .store
                .next_turn(Among::All)
                .await?
                .is_some_and(|turn| turn <= engine.store.now());
            let left = until.saturating_duration_since(tokio::time::Instant::now());
            let round = async {
                if due {
                    engine.round(Round::Push, keep).await.map(|_| ())
                } else {
                    Ok(())
                }
            };
            match tokio::time::timeout(left, round).await {
                // Another process is at it, or the note was put back and its turn comes soon.
                Ok(Ok(())) => tokio::time::sleep(Duration::from_millis(100)).await,
                // Not now: it is kept here, and its state says so.
                Ok(Err(error)) => {
                    tracing::info!(%error, "not sent yet");
                    let note = engine.store.note(&request.note).await?;
                    return Ok(note.view(&request.account));
                }
                Err(_) => {}
            }
        }
    }

    pub(super) async fn engine_of(
        &self,
        account: &str,
    ) -> Result<(std::sync::Arc<Engine>, bool), CoreError> {
        let found = self.0.accounts.find(account).await?;
        let outgoing = found.kind != AccountKind::Local && found.status != AccountStatus::Local;
        Ok((self.engine(account).await?, outgoing))
    }

    pub(super) fn kept(&self, engine: &Engine, note: &NoteRow) {
        tell_note(&self.0.events, &engine.account, note);
        engine.wake();
    }
}

/// The address of a note's page in Notion, once it has one.
pub(super) fn address_of(note: &NoteRow) -> Option<Url> {
    let page: notion_api::PageId = note.page_id.as_deref()?.parse().ok()?;
    // The form Notion itself gives out since June 2026 (developer changelog of 2026-07-15).
    Url::parse(&format!("https://app.notion.com/p/{}", page.undashed())).ok()
}

/// Writes a changed note back and, if there is anything to send, puts it into the outbox in the same
/// step.
pub(super) async fn keep(
    write: &mut Write<'_>,
    note: &mut NoteRow,
    outgoing: bool,
) -> Result<(), CoreError> {
    if !outgoing {
        return write.put(note).await;
    }
    let work = Work::Note(note.id.clone());
    let behind = is_behind(note);
    if behind {
        note.state = State::Queued;
        note.state_reason = None;
    }
    write.put(note).await?;
    if behind {
        let now = write.now();
        let spaced = note
            .confirmed_at
            .map_or(now, |at| at + SPACING)
            .min(now + SPACING);
        let turn = if note.trashed {
            now
        } else {
            spaced.max(now + IDLE)
        };
        write.enqueue(&work, PRIORITY_EDIT, turn, SPACING).await?;
    }
    Ok(())
}

pub(super) fn checked(request: &NoteCreate) -> Result<NewNote, CoreError> {
    check_body(&request.body)?;
    Ok(NewNote {
        id: None,
        title: checked_title(&request.title),
        body: request.body.clone(),
        note_type: checked_type(request.note_type.as_deref())?,
        tags: checked_tags(&request.tags)?,
    })
}

/// A type as it is kept; none where there is but white space.
pub(super) fn checked_type(note_type: Option<&str>) -> Result<Option<String>, CoreError> {
    let name = note_type.map(str::trim).filter(|name| !name.is_empty());
    match name {
        Some(name) if !is_type(name) => Err(CoreError::BadRequest(format!(
            "“{name}” cannot be a type: use a short line without # and ·."
        ))),
        name => Ok(name.map(str::to_owned)),
    }
}

/// Tags as they are kept, each once.
pub(super) fn checked_tags(wanted: &[String]) -> Result<Vec<String>, CoreError> {
    let mut tags: Vec<String> = Vec::new();
    for tag in wanted {
        let tag = tag.trim().trim_start_matches('#');
        if !is_tag(tag) {
            return Err(CoreError::BadRequest(format!(
                "“{tag}” cannot be a tag: a tag is one word."
            )));
        }
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    Ok(tags)
}

/// A title is one line of at most 2,000 UTF-16 units.
pub(super) fn checked_title(title: &str) -> String {
    let mut units = 0;
    title
        .split(['\n', '\r', '\t'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .take_while(|c| {
            units += c.len_utf16();
            units <= LONGEST_TITLE
        })
        .collect()
}

pub(super) fn check_body(body: &str) -> Result<(), CoreError> {
    if body.len() > LARGEST_BODY {
        return Err(CoreError::BadRequest(
            "This text is larger than 16 MB, more than a note can hold.".to_owned(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line_of_bounded_length() {
        assert_eq!(checked_title(" a\nb\t c "), "a b c");
        assert_eq!(checked_title(&"😀".repeat(1500)).chars().count(), 1000);
    }
}
