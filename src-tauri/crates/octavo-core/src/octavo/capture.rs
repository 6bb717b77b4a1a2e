//! Quick capture: a draft that survives everything, a note made of it in one step, and the time in
//! which it can be called back.
//!
//! A draft carries the id of the note that it becomes. So saving twice makes one note, and a process
//! that dies between making the note and clearing the draft leaves a draft whose note is there: it
//! is cleared when it is next read. Calling a note back goes the other way round: its text is in the
//! draft before the note goes.

use octavo_contract::{
    AccountId, AccountView, CaptureDraft, CaptureView, Captured, Empty, Event, NoteChange, NoteId,
    NoteRef,
};
use tokio::sync::MutexGuard;

use super::Octavo;
use super::note::{LARGEST_BODY, checked_title};
use super::target::LAST_CHOSEN;
use crate::drafts::Draft;
use crate::store::{NewNote, NoteRow, PRIORITY_CAPTURE, State, Work};
use crate::{CoreError, title};

/// The one window with a draft.
pub(super) const WINDOW: &str = "capture";
/// The note that was last captured, as `account/note`.
const LAST: &str = "last_capture";
/// An outside program may add at most this much at once.
const LONGEST_ADDITION: usize = 100_000;
/// How many notes the tray offers.
const RECENT: i64 = 5;

/// A note that was edited lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentNote {
    /// Its account.
    pub account: AccountId,
    /// The note.
    pub note: NoteId,
    /// Its title; may be empty.
    pub title: String,
}

/// Everything the tray's menu shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrayState {
    /// All accounts in the order of the rail.
    pub accounts: Vec<AccountView>,
    /// The account of the main window.
    pub current: Option<AccountId>,
    /// That account's notes that were edited last.
    pub recent: Vec<RecentNote>,
    /// The last captured note, while it can be called back.
    pub undo: Option<Captured>,
    /// The person paused the exchange with Notion.
    pub sync_paused: bool,
}

impl Octavo {
    /// Everything the capture window shows.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn capture_state(&self, _: Empty) -> Result<CaptureView, CoreError> {
        let turn = self.drafting().await;
        let mut draft = self.settled_draft(&turn).await?;
        if !draft.added.is_empty() {
            draft.take_in();
            self.0.accounts.put_draft(WINDOW, &draft).await?;
        }
        Ok(CaptureView {
            accounts: self.views().await?,
            draft: CaptureDraft {
                id: draft.id,
                account: draft.account,
                text: draft.text,
            },
            undo: self.recallable().await?,
            sample: self.0.config.sample,
        })
    }

    /// Keeps what is being typed, and the account it is meant for. Durable when this returns. A draft
    /// whose note is made already is not kept again.
    ///
    /// # Errors
    /// It could not be kept, there is no such account, or the draft is gone. Then the words are still
    /// with the caller.
    pub async fn capture_draft(&self, request: CaptureDraft) -> Result<Empty, CoreError> {
        let turn = self.drafting().await;
        let mut draft = self.settled_draft(&turn).await?;
        if draft.id == request.id {
            self.take_draft(&mut draft, request).await?;
        } else if !request.text.trim().is_empty() {
            // A late word about a draft that was saved meanwhile: the text is in its note.
            self.made_of(&request.id).await?;
        }
        Ok(Empty {})
    }

    /// Makes the draft a note, which is sent when the time to call it back is over. Saving it again
    /// answers the same note.
    ///
    /// # Errors
    /// There is nothing to keep, no account, or it could not be kept. Then the words are still with
    /// the caller.
    pub async fn capture_save(&self, request: CaptureDraft) -> Result<Captured, CoreError> {
        let turn = self.drafting().await;
        let mut draft = self.settled_draft(&turn).await?;
        if draft.id != request.id {
            let (account, note) = self.made_of(&request.id).await?;
            let engine = self.engine(&account).await?;
            let kept = engine.store.note(&note).await?;
            return Ok(captured(&account, &kept, 0));
        }
        let account = request.account.clone().ok_or(CoreError::NoAccount)?;
        if request.text.trim().is_empty() {
            return Err(CoreError::BadRequest(
                "There is nothing to keep yet.".to_owned(),
            ));
        }
        let text = request.text.clone();
        self.take_draft(&mut draft, request).await?;
        let until = self.0.clock.now()
            + i64::from(self.preferences().await?.undo_seconds).saturating_mul(1_000);
        let kept = self.make_capture(&account, &draft.id, &text, until).await?;
        self.capture_made(&account, &draft).await?;
        let captured = captured(&account, &kept, until);
        self.send_event(Event::Captured {
            captured: captured.clone(),
        });
        Ok(captured)
    }

    /// The note that was last captured, if it was made of this draft.
    async fn made_of(&self, draft: &str) -> Result<(AccountId, NoteId), CoreError> {
        let last = self.last_captured().await?;
        last.filter(|(_, note)| note == draft).ok_or_else(|| {
            CoreError::BadRequest(
                "This text belongs to a draft that is not there any more. Copy it, and open the \
                 capture window again."
                    .to_owned(),
            )
        })
    }

    /// Calls a captured note back: its text goes into the draft again, and the note was never made.
    ///
    /// # Errors
    /// Its time is over, or it is on its way to Notion. Then it stays as it is.
    pub async fn capture_undo(&self, request: NoteRef) -> Result<CaptureView, CoreError> {
        let turn = self.drafting().await;
        let mut draft = self.settled_draft(&turn).await?;
        let engine = self.engine(&request.account).await?;
        let mut write = engine.store.write().await?;
        let note = write.note(&request.note).await?;
        let Some(typed) = write.captured_text(&note.id).await? else {
            return Err(CoreError::TooLate(note.title));
        };
        draft.add(&text_of(&note, typed));
        draft.replaces_account = Some(request.account.clone());
        draft.replaces_note = Some(note.id.clone());
        if draft.text.trim().is_empty() {
            draft.account = Some(request.account.clone());
        }
        self.0.accounts.put_draft(WINDOW, &draft).await?;
        write.unmake(&note.id).await?;
        write.commit().await?;
        draft.replaces_nothing();
        self.0.accounts.put_draft(WINDOW, &draft).await?;
        drop(turn);

        self.send_event(Event::NoteChanged {
            account: request.account,
            change: NoteChange::Removed { id: note.id },
        });
        self.send_event(Event::CaptureOpened {});
        self.capture_state(Empty {}).await
    }

    /// Puts what another program hands over into the draft; it becomes a note only when the person
    /// says so. What is too long is cut.
    ///
    /// # Errors
    /// It could not be kept.
    pub async fn capture_prefill(
        &self,
        text: Option<&str>,
        url: Option<&str>,
    ) -> Result<(), CoreError> {
        let plain = |text: &str| -> String {
            text.chars()
                .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
                .scan(0, |taken, c| {
                    *taken += c.len_utf8();
                    (*taken <= LONGEST_ADDITION).then_some(c)
                })
                .collect()
        };
        let parts = [text.map(plain), url.map(plain)];
        let added = parts
            .iter()
            .flatten()
            .map(|part| part.trim())
            .filter(|part| !part.is_empty());
        let added = added.collect::<Vec<_>>().join("\n");
        if !added.is_empty() {
            let turn = self.drafting().await;
            let mut draft = self.settled_draft(&turn).await?;
            draft.add(&added);
            self.0.accounts.put_draft(WINDOW, &draft).await?;
        }
        self.send_event(Event::CaptureOpened {});
        Ok(())
    }

    /// Everything the tray's menu shows.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn tray_state(&self) -> Result<TrayState, CoreError> {
        if self.0.stop.is_cancelled() {
            return Err(CoreError::Closing);
        }
        let current = self.0.accounts.current().await?;
        let recent = match &current {
            Some(account) => {
                let notes = self.engine(account).await?.store.recent(RECENT).await?;
                notes
                    .into_iter()
                    .map(|(note, title)| RecentNote {
                        account: account.clone(),
                        note,
                        title,
                    })
                    .collect()
            }
            None => Vec::new(),
        };
        Ok(TrayState {
            accounts: self.views().await?,
            current,
            recent,
            undo: self.recallable().await?,
            sync_paused: self.paused(),
        })
    }

    /// One at a time reads the draft and writes it back.
    pub(super) async fn drafting(&self) -> MutexGuard<'_, ()> {
        self.0.drafting.lock().await
    }

    /// The window's draft, after whatever a process that died left half done.
    async fn settled_draft(&self, _turn: &MutexGuard<'_, ()>) -> Result<Draft, CoreError> {
        let accounts = &self.0.accounts;
        let mut draft = if let Some(draft) = accounts.draft(WINDOW).await? {
            draft
        } else {
            let fresh = Draft::fresh(self.target().await?);
            accounts.put_draft(WINDOW, &fresh).await?;
            fresh
        };
        let known = match &draft.account {
            Some(account) => accounts.find(account).await.is_ok(),
            None => false,
        };
        if !known {
            draft.account = self.target().await?;
        }
        self.finish_undo(&mut draft).await?;
        let Some(account) = draft.account.clone() else {
            return Ok(draft);
        };
        let made = match self.engine(&account).await {
            Ok(engine) => engine.store.has_note(&draft.id).await?,
            // The words are worth more than the account they were meant for.
            Err(error) => {
                tracing::warn!(%account, %error, "the draft's account cannot be looked at");
                false
            }
        };
        if made {
            return self.capture_made(&account, &draft).await;
        }
        Ok(draft)
    }

    /// A process died while it called a note back: the note goes, as its text is in the draft; when it
    /// cannot go any more, the draft does not keep its text a second time.
    async fn finish_undo(&self, draft: &mut Draft) -> Result<(), CoreError> {
        let Some((account, note)) = draft.replaces() else {
            return Ok(());
        };
        if self.0.accounts.find(account).await.is_ok() {
            let engine = self.engine(account).await?;
            let mut write = engine.store.write().await?;
            if write.captured_text(note).await?.is_some() {
                write.unmake(note).await?;
                write.commit().await?;
            } else if write.note(note).await.is_ok() {
                draft.added.clear();
            }
        }
        draft.replaces_nothing();
        self.0.accounts.put_draft(WINDOW, draft).await
    }

    /// Takes over what the window says of its draft.
    async fn take_draft(&self, draft: &mut Draft, said: CaptureDraft) -> Result<(), CoreError> {
        if said.text.len() > LARGEST_BODY {
            return Err(CoreError::BadRequest(
                "This text is larger than 16 MB, more than a note can hold.".to_owned(),
            ));
        }
        if let Some(account) = said.account {
            let account = self.0.accounts.find(&account).await?.id;
            if self.0.accounts.setting(LAST_CHOSEN).await?.as_ref() != Some(&account) {
                self.0
                    .accounts
                    .set_setting(LAST_CHOSEN, Some(&account))
                    .await?;
            }
            draft.account = Some(account);
        }
        draft.text = said.text;
        self.0.accounts.put_draft(WINDOW, draft).await
    }

    /// Makes the note, with the id its draft had.
    async fn make_capture(
        &self,
        account: &str,
        id: &str,
        text: &str,
        until: i64,
    ) -> Result<NoteRow, CoreError> {
        let (engine, outgoing) = self.engine_of(account).await?;
        let titled = title::from_text(text);
        let new = NewNote {
            id: Some(id.to_owned()),
            title: checked_title(&titled.title),
            body: titled.body,
            ..NewNote::default()
        };
        let state = if outgoing {
            State::Queued
        } else {
            State::Local
        };
        let mut write = engine.store.write().await?;
        write.insert(&new, state).await?;
        write.remember_capture(id, text, until).await?;
        if outgoing {
            let work = Work::Note(id.to_owned());
            write.enqueue(&work, PRIORITY_CAPTURE, until, 0).await?;
            write.hold(id, until).await?;
        }
        let note = write.note(id).await?;
        write.commit().await?;
        self.kept(&engine, &note);
        Ok(note)
    }

    /// The draft is a note now: the window begins anew, for the same account if none was chosen for
    /// all new notes.
    async fn capture_made(&self, account: &str, draft: &Draft) -> Result<Draft, CoreError> {
        let last = format!("{account}/{}", draft.id);
        self.0.accounts.set_setting(LAST, Some(&last)).await?;
        let chosen = self.default_account().await?;
        let next = Draft {
            added: draft.added.clone(),
            ..Draft::fresh(chosen.or_else(|| Some(account.to_owned())))
        };
        self.0.accounts.put_draft(WINDOW, &next).await?;
        Ok(next)
    }

    async fn last_captured(&self) -> Result<Option<(String, String)>, CoreError> {
        let last = self.0.accounts.setting(LAST).await?;
        Ok(last.and_then(|last| {
            let (account, note) = last.split_once('/')?;
            Some((account.to_owned(), note.to_owned()))
        }))
    }

    /// The last captured note, while it can be called back.
    async fn recallable(&self) -> Result<Option<Captured>, CoreError> {
        let Some((account, note)) = self.last_captured().await? else {
            return Ok(None);
        };
        // The account may have been removed since.
        if self.0.accounts.find(&account).await.is_err() {
            return Ok(None);
        }
        let found = self.engine(&account).await?.store.recallable(&note).await?;
        Ok(found.map(|found| Captured {
            account,
            note: found.note,
            title: found.title,
            until: found.until,
        }))
    }
}

fn captured(account: &str, note: &NoteRow, until: i64) -> Captured {
    Captured {
        account: account.to_owned(),
        note: note.id.clone(),
        title: note.title.clone(),
        until,
    }
}

/// What goes back into the draft: the text as it was typed, unless the note was edited since.
fn text_of(note: &NoteRow, typed: String) -> String {
    if note.version == 1 {
        return typed;
    }
    let first = note.body.lines().find(|line| !line.trim().is_empty());
    if first.is_some_and(|line| line.trim() == note.title) {
        return note.body.clone();
    }
    format!("# {}\n\n{}", note.title, note.body)
        .trim_end()
        .to_owned()
}
