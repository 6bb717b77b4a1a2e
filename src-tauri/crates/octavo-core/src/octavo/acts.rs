//! Many notes made better at once, as one act that can be undone at once.

use octavo_contract::{EnhanceAccept, NoteView, RevisionReason};
use serde::Serialize;

use super::Octavo;
use super::enhance::differs;
use super::note::keep;
use crate::CoreError;
use crate::store::{Acted, KeptAct, excerpt_of};

/// An act over many notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Act {
    /// Its id.
    pub id: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// What was asked for.
    pub words: String,
    /// How many notes are as it left them, or were changed since.
    pub notes: i64,
    /// It was undone, as far as its notes were not changed since.
    pub undone: bool,
}

/// What undoing an act came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Undone {
    /// The notes that are as they were.
    pub back: Vec<String>,
    /// The notes that were changed since: they were left alone.
    pub changed: Vec<String>,
}

impl Octavo {
    /// Begins an act; `words` say what was asked for.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be written to.
    pub async fn act_begin(&self, account: &str, words: &str) -> Result<String, CoreError> {
        let engine = self.engine(account).await?;
        let id = uuid::Uuid::now_v7().to_string();
        let mut write = engine.store.write().await?;
        write.begin_act(&id, words).await?;
        write.commit().await?;
        Ok(id)
    }

    /// As [`Octavo::enhance_accept`], as a part of an act.
    ///
    /// # Errors
    /// As [`Octavo::enhance_accept`].
    pub async fn enhance_accept_in(
        &self,
        act: &str,
        request: EnhanceAccept,
    ) -> Result<NoteView, CoreError> {
        self.accept(request, Some(act)).await
    }

    /// The acts of an account that changed anything, the newest first.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be read.
    pub async fn acts(&self, account: &str) -> Result<Vec<Act>, CoreError> {
        let engine = self.engine(account).await?;
        let acts = engine.store.acts().await?;
        let act = |kept: KeptAct| Act {
            id: kept.id,
            at: kept.at,
            words: kept.words,
            notes: kept.notes,
            undone: kept.undone,
        };
        Ok(acts.into_iter().map(act).collect())
    }

    /// Makes the notes of an act what they were before it. Notes that were changed since are left alone
    /// and named. The versions that are replaced are kept, as always.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be written to; notes that were undone before
    /// that stay undone, and undoing again goes on with the others.
    pub async fn act_undo(&self, account: &str, act: &str) -> Result<Undone, CoreError> {
        let engine = self.engine(account).await?;
        if !engine.store.acts().await?.iter().any(|kept| kept.id == act) {
            return Err(CoreError::BadRequest(
                "There is no such act here, or all of it is undone already. Nothing was changed."
                    .to_owned(),
            ));
        }
        let mut undone = Undone {
            back: Vec::new(),
            changed: Vec::new(),
        };
        for acted in engine.store.acted(act).await? {
            let back = self.undo_one(account, act, &acted).await?;
            let list = if back {
                &mut undone.back
            } else {
                &mut undone.changed
            };
            list.push(acted.note);
        }
        Ok(undone)
    }

    async fn undo_one(&self, account: &str, act: &str, acted: &Acted) -> Result<bool, CoreError> {
        let (engine, outgoing) = self.engine_of(account).await?;
        let Some(kept) = engine.store.revision(&acted.note, acted.before).await? else {
            return Ok(false);
        };
        let mut write = engine.store.write().await?;
        let mut note = write.note(&acted.note).await?;
        if note.version != acted.after {
            return Ok(false);
        }
        let before = note.clone();
        note.title = kept.view.title;
        note.excerpt = excerpt_of(&kept.body);
        note.body = kept.body;
        if let Some(labels) = kept.labels {
            note.note_type = labels.note_type;
            note.tags = labels.tags;
        }
        if differs(&note, &before) {
            write
                .keep_revision(&before, RevisionReason::Restore)
                .await?;
            note.version += 1;
            note.edited = engine.store.now();
            keep(&mut write, &mut note, outgoing).await?;
        }
        write.forget_acted(act, &acted.note).await?;
        write.commit().await?;
        self.kept(&engine, &note);
        Ok(true)
    }
}
