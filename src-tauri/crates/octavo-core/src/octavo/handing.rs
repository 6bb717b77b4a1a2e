//! Moving notes to another account: made there, confirmed, then put into the trash here.
//!
//! The intention is a row in the account that the note leaves, written before anything is made; it goes
//! in the very step that trashes the note. Every step in between can be done again, so whatever ends
//! the process, a later start goes on, and at each moment the words are in one account or in both.

use std::sync::Arc;
use std::time::Duration;

use notion_api::PageId;
use notion_markdown::canonical;
use octavo_contract::{
    AccountKind, AccountRef, AccountStatus, ArrivedNote, Event, MovingNote, NoteMove,
    NoteMovePreview, NoteMoved, NoteRef, NoteStays, NotesMoving,
};

use super::Octavo;
use super::moving::{Taken, bring, brought_key, carried_into, digest, mark_of};
use super::note::keep;
use crate::CoreError;
use crate::carry::{relinked, stays};
use crate::store::{Moving, NoteRow, State, excerpt_of};
use crate::sync::Engine;

/// What a note waits for that was only just written down.
const JUST_BEGUN: &str = "It is being made there.";
/// How often a command that waits looks again.
const AGAIN: Duration = Duration::from_millis(100);
/// How long one note of a waiting command may take before the next one has its turn.
const ONE_NOTE: Duration = Duration::from_secs(20);
/// How long reading what changed in Notion may take before a note leaves.
const READING: Duration = Duration::from_mins(1);

/// How far a note on its way has come.
enum Step {
    Arrived,
    /// It is not on its way any more, and stays.
    Stays(String),
    Waits(String),
}

/// A note on its way, with both ends of it.
struct Passage {
    row: Moving,
    from: Arc<Engine>,
    target: Arc<Engine>,
    /// Whether the account it goes to has a Notion.
    outgoing: bool,
    /// The name of the account it goes to.
    name: String,
}

impl Octavo {
    /// What moving notes to another account would mean. Nothing is changed.
    ///
    /// # Errors
    /// There is no such account, or no such note in it.
    pub async fn note_move_preview(&self, request: NoteMove) -> Result<NoteMovePreview, CoreError> {
        let (from, target) = self.both_ends(&request).await?;
        let (movable, staying) = sorted(&from, &request.notes).await?;
        let mut plain = 0;
        for note in &movable {
            let mut body = note.body.clone();
            // What goes along stays linked.
            for page in movable.iter().filter_map(|other| other.page_id.as_deref()) {
                body = body.replace(&format!("](notion://{page})"), "]()");
            }
            plain += carried_into(&target.store, &body).await?.plain;
        }
        Ok(NoteMovePreview {
            movable: i64::try_from(movable.len()).unwrap_or(i64::MAX),
            plain_links: i64::try_from(plain).unwrap_or(i64::MAX),
            staying,
        })
    }

    /// Moves notes to another account. What cannot be finished at once goes on by itself.
    ///
    /// # Errors
    /// There is no such account, or no such note in it, or it could not be written down. Then nothing
    /// was moved.
    pub async fn note_move(&self, request: NoteMove) -> Result<NoteMoved, CoreError> {
        let (from, staying) = self.begin_moves(&request).await?;
        let arrived = self.go_on_moving(&from).await?;
        self.moved(&from, &request, arrived, staying).await
    }

    /// As [`Octavo::note_move`], and waits up to `limit` until everything has arrived.
    ///
    /// # Errors
    /// As [`Octavo::note_move`].
    pub async fn note_move_within(
        &self,
        request: NoteMove,
        limit: Duration,
    ) -> Result<NoteMoved, CoreError> {
        let until = tokio::time::Instant::now() + limit;
        let (from, staying) = self.begin_moves(&request).await?;
        let mut arrived = Vec::new();
        loop {
            arrived.extend(self.go_on_moving(&from).await?);
            let going = going(&from, &request.notes).await?;
            let left = until.saturating_duration_since(tokio::time::Instant::now());
            if going.is_empty() || left.is_zero() {
                return self.moved(&from, &request, arrived, staying).await;
            }
            for row in going {
                let there = NoteRef {
                    account: row.target_account,
                    note: row.target_note,
                };
                let left = until.saturating_duration_since(tokio::time::Instant::now());
                self.settle(there, left.min(ONE_NOTE)).await?;
            }
            tokio::time::sleep(AGAIN.min(left)).await;
        }
    }

    /// The notes of an account that are on their way to others.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be read.
    pub async fn note_moving(&self, request: AccountRef) -> Result<NotesMoving, CoreError> {
        let from = self.engine(&request.account).await?;
        Ok(NotesMoving {
            account: request.account,
            notes: from.store.moving().await?.into_iter().map(view).collect(),
        })
    }

    /// Goes on with all notes that are on their way, of all accounts.
    pub(super) async fn go_on_with_moves(&self) {
        let engines: Vec<Arc<Engine>> = self.0.engines.lock().await.values().cloned().collect();
        for engine in engines {
            if let Err(error) = self.go_on_moving(&engine).await {
                tracing::warn!(account = %engine.account, %error, "notes on their way wait");
            }
        }
    }

    async fn both_ends(&self, request: &NoteMove) -> Result<(Arc<Engine>, Arc<Engine>), CoreError> {
        let from = self.engine(&request.account).await?;
        let target = self.engine(&request.to).await?;
        if from.account == target.account {
            return Err(CoreError::BadRequest(
                "These notes are in this account already. Choose another one.".to_owned(),
            ));
        }
        Ok((from, target))
    }

    /// Writes down what is to go, and answers what stays.
    async fn begin_moves(
        &self,
        request: &NoteMove,
    ) -> Result<(Arc<Engine>, Vec<NoteStays>), CoreError> {
        let (from, target) = self.both_ends(request).await?;
        let (movable, staying) = sorted(&from, &request.notes).await?;
        let mut write = from.store.write().await?;
        for note in &movable {
            let becomes = uuid::Uuid::now_v7().to_string();
            write
                .begin_moving(&note.id, &target.account, &becomes)
                .await?;
        }
        write.commit().await?;
        Ok((from, staying))
    }

    async fn moved(
        &self,
        from: &Engine,
        request: &NoteMove,
        arrived: Vec<ArrivedNote>,
        staying: Vec<NoteStays>,
    ) -> Result<NoteMoved, CoreError> {
        let going = going(from, &request.notes).await?;
        let wanted = |arrived: &ArrivedNote| request.notes.contains(&arrived.note);
        Ok(NoteMoved {
            arrived: arrived.into_iter().filter(wanted).collect(),
            going: going.into_iter().map(view).collect(),
            staying,
        })
    }

    /// Takes every note that leaves this account as far as it can go now; answers those that arrived.
    pub(super) async fn go_on_moving(
        &self,
        from: &Arc<Engine>,
    ) -> Result<Vec<ArrivedNote>, CoreError> {
        let rows = from.store.moving().await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut passages = Vec::new();
        for row in rows {
            if let Some(passage) = self.passage(from, row).await? {
                passages.push(passage);
            }
        }
        let mut under_way = Vec::new();
        for passage in passages {
            match self.bring_over(&passage).await {
                Ok(Step::Arrived) => under_way.push(passage),
                other => self.noted(&passage, other).await?,
            }
        }
        relink(&under_way).await?;
        let mut arrived = Vec::new();
        for passage in &under_way {
            match self.leave(passage).await {
                Ok(Step::Arrived) => arrived.push(ArrivedNote {
                    note: passage.row.note.clone(),
                    became: passage.row.target_note.clone(),
                }),
                other => self.noted(passage, other).await?,
            }
        }
        Ok(arrived)
    }

    /// Both ends of a note's way. The account it goes to may be gone by now: then it stays.
    async fn passage(&self, from: &Arc<Engine>, row: Moving) -> Result<Option<Passage>, CoreError> {
        let account = match self.0.accounts.find(&row.target_account).await {
            Ok(account) => account,
            Err(CoreError::NoSuchAccount(_)) => {
                // One that is only about to be removed may stay yet.
                if self.0.accounts.is_gone(&row.target_account).await? {
                    give_up(from, &row.note).await?;
                }
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let (target, outgoing) = self.engine_of(&account.id).await?;
        Ok(Some(Passage {
            row,
            from: Arc::clone(from),
            target,
            outgoing,
            name: account.name,
        }))
    }

    /// Remembers why a note does not go on.
    async fn noted(
        &self,
        passage: &Passage,
        step: Result<Step, CoreError>,
    ) -> Result<(), CoreError> {
        let problem = match step {
            Ok(Step::Arrived) => return Ok(()),
            Ok(Step::Stays(reason)) => {
                tracing::info!(note = %passage.row.note, "a move was given up");
                give_up(&passage.from, &passage.row.note).await?;
                reason
            }
            Ok(Step::Waits(problem)) => problem,
            Err(error) => error.to_string(),
        };
        let store = &passage.from.store;
        if store.moving_waits(&passage.row.note, &problem).await? {
            self.send_event(Event::NotesChanged {
                account: passage.from.account.clone(),
            });
        }
        Ok(())
    }

    /// The note as it is now is in the other account when this answers [`Step::Arrived`].
    async fn bring_over(&self, passage: &Passage) -> Result<Step, CoreError> {
        let note = passage.from.store.note(&passage.row.note).await?;
        if note.trashed {
            return Ok(Step::Stays(
                "It was put into the trash meanwhile.".to_owned(),
            ));
        }
        if let Some(reason) = stays(&note.body) {
            return Ok(Step::Waits(reason.to_owned()));
        }
        if note.state == State::Conflict {
            return Ok(Step::Waits(CONFLICT.to_owned()));
        }
        let target = &passage.target;
        let known = target.store.has_note(&passage.row.target_note).await?;
        if known && target.store.note(&passage.row.target_note).await?.trashed {
            return Ok(Step::Stays(format!(
                "What was made of it in “{}” was put into the trash there.",
                passage.name
            )));
        }
        let body = carried_into(&target.store, &note.body).await?.body;
        self.carry_files(&passage.from, target, &body).await?;
        let taken = Taken {
            from: &passage.from.account,
            id: &passage.row.target_note,
            note: &note,
            body,
        };
        let mut write = target.store.write().await?;
        let brought = bring(&mut write, &taken, passage.outgoing).await?;
        write.commit().await?;
        if brought {
            self.send_event(Event::NotesChanged {
                account: target.account.clone(),
            });
            target.wake();
        }
        Ok(Step::Arrived)
    }

    /// Puts a note into the trash here, once it is kept there for good and says the same.
    async fn leave(&self, passage: &Passage) -> Result<Step, CoreError> {
        let Passage {
            row, from, target, ..
        } = passage;
        let Some(mark) = mark_of(&target.store, &from.account, &row.note).await? else {
            return Ok(Step::Waits(JUST_BEGUN.to_owned()));
        };
        if let Some(problem) = self.not_confirmed(passage).await? {
            return Ok(Step::Waits(problem));
        }
        if let Some(problem) = self.not_read(passage).await? {
            return Ok(Step::Waits(problem));
        }
        let (_, outgoing) = self.engine_of(&from.account).await?;
        let mut write = from.store.write().await?;
        let mut note = write.note(&row.note).await?;
        if digest(&note) != mark.there || note.trashed {
            return Ok(Step::Waits(
                "It is being written; the rest follows.".to_owned(),
            ));
        }
        if !write.end_moving(&row.note).await? {
            // Another process was faster.
            return Ok(Step::Arrived);
        }
        note.trashed = true;
        keep(&mut write, &mut note, outgoing).await?;
        write.commit().await?;
        self.kept(from, &note);
        // The mark has done its work. Left behind, it does no harm.
        let key = brought_key(&from.account, &row.note);
        if let Err(error) = target.store.remove_meta(&key).await {
            tracing::warn!(%error, "the mark of a moved note is left");
        }
        Ok(Step::Arrived)
    }

    /// Why the other account's Notion has not got the note yet, if it has not.
    async fn not_confirmed(&self, passage: &Passage) -> Result<Option<String>, CoreError> {
        if !passage.outgoing {
            return Ok(None);
        }
        let there = passage.target.store.note(&passage.row.target_note).await?;
        let name = &passage.name;
        Ok(match there.state {
            State::Synced if there.page_id.is_some() => None,
            State::Blocked => Some(format!(
                "Notion refused it in “{name}”: {}",
                there
                    .state_reason
                    .as_deref()
                    .unwrap_or("no reason was given")
            )),
            State::Conflict => Some(format!("It changed in both places in “{name}”.")),
            State::Synced | State::Local | State::Queued | State::Sending => {
                Some(format!("It waits to be sent to the Notion of “{name}”."))
            }
        })
    }

    /// Why it is not known yet that Notion has nothing new of the note where it leaves, if it is not.
    /// What somebody wrote there must not go into the trash unread.
    async fn not_read(&self, passage: &Passage) -> Result<Option<String>, CoreError> {
        let from = &passage.from;
        let note = from.store.note(&passage.row.note).await?;
        let account = self.0.accounts.find(&from.account).await?;
        let page: Option<PageId> = note.page_id.as_deref().and_then(|id| id.parse().ok());
        let (Some(page), Some(base)) = (page, note.base.as_ref()) else {
            return Ok(None);
        };
        if account.kind == AccountKind::Local {
            return Ok(None);
        }
        let waits = |why: &str| {
            let name = &account.name;
            Ok(Some(format!(
                "“{name}” has to be looked at in Notion before it leaves: {why}"
            )))
        };
        if !matches!(
            account.status,
            AccountStatus::Connected | AccountStatus::Offline
        ) {
            return waits("sign in there again.");
        }
        let page = &page;
        let read = self.asked(&account.id, |client| async move {
            let now = client.page(page).await?;
            let text = client.markdown(page).await?;
            Ok((now, text))
        });
        let (now, text) = match read.await {
            Ok((_, read)) => read,
            // There is no page any more that anything could be on.
            Err(CoreError::NoAccess(_)) => return Ok(None),
            Err(error) => return waits(&error.to_string()),
        };
        let same = now.in_trash == base.trashed
            && now.title == base.title
            && !text.truncated
            && canonical(&text.markdown) == canonical(&base.markdown);
        if same {
            return Ok(None);
        }
        let of_now = now.last_edited_time;
        if text.truncated && from.store.was_read(&page.to_string(), of_now).await? {
            return Ok(None);
        }
        self.whole_round(from, READING).await?;
        waits("it changed there, and what changed is being taken over.")
    }
}

const CONFLICT: &str =
    "It changed here and in Notion in the same place. Look at it first, then it goes on.";

fn view(row: Moving) -> MovingNote {
    MovingNote {
        note: row.note,
        title: row.title,
        to: row.target_account,
        becomes: row.target_note,
        waits_for: row.problem.unwrap_or_else(|| JUST_BEGUN.to_owned()),
    }
}

/// Those of these notes that are on their way.
async fn going(from: &Engine, notes: &[String]) -> Result<Vec<Moving>, CoreError> {
    let rows = from.store.moving().await?.into_iter();
    Ok(rows.filter(|row| notes.contains(&row.note)).collect())
}

async fn give_up(from: &Engine, note: &str) -> Result<(), CoreError> {
    let mut write = from.store.write().await?;
    write.end_moving(note).await?;
    write.commit().await
}

/// The notes that can go, and those that stay.
async fn sorted(
    from: &Engine,
    notes: &[String],
) -> Result<(Vec<NoteRow>, Vec<NoteStays>), CoreError> {
    let mut movable = Vec::new();
    let mut staying = Vec::new();
    for id in notes {
        let note = from.store.note(id).await?;
        let reason = if note.trashed {
            Some("It is in the trash.")
        } else if note.state == State::Conflict {
            Some(CONFLICT)
        } else {
            stays(&note.body)
        };
        match reason {
            Some(reason) => staying.push(NoteStays {
                note: note.id,
                title: note.title,
                reason: reason.to_owned(),
            }),
            None => movable.push(note),
        }
    }
    Ok((movable, staying))
}

/// Links among notes that go together lead to where they are now.
async fn relink(passages: &[Passage]) -> Result<(), CoreError> {
    let mut pages = Vec::new();
    for passage in passages {
        let old = passage.from.store.note(&passage.row.note).await?.page_id;
        let new = passage.target.store.note(&passage.row.target_note).await?;
        if let (Some(old), Some(new)) = (old, new.page_id) {
            pages.push((&passage.row.target_account, old, new));
        }
    }
    for passage in passages {
        let mut write = passage.target.store.write().await?;
        let mut note = write.note(&passage.row.target_note).await?;
        let body = pages
            .iter()
            .filter(|(account, ..)| **account == passage.row.target_account)
            .fold(note.body.clone(), |body, (_, old, new)| {
                relinked(&body, old, new)
            });
        if body != note.body {
            note.excerpt = excerpt_of(&body);
            note.body = body;
            note.version += 1;
            keep(&mut write, &mut note, passage.outgoing).await?;
            write.hurry(Some(&note.id)).await?;
        }
        write.commit().await?;
    }
    Ok(())
}
