//! What a note has beside its text: type, tags, pin.

use octavo_contract::{NoteCreate, NoteSet, NoteView};

use super::Octavo;
use super::note::{checked, keep};
use crate::CoreError;
use crate::sync::contents_changed;

impl Octavo {
    /// Changes a note's type, tags or pin. What is absent stays as it is.
    ///
    /// # Errors
    /// There is no such note in this account, or a type or tag is none.
    pub async fn note_set(&self, request: NoteSet) -> Result<NoteView, CoreError> {
        let (engine, outgoing) = self.engine_of(&request.account).await?;
        let mut write = engine.store.write().await?;
        let mut note = write.note(&request.note).await?;
        let before = note.clone();
        let wanted = checked(&NoteCreate {
            account: request.account.clone(),
            title: String::new(),
            body: String::new(),
            note_type: request.note_type.clone(),
            tags: request.tags.clone().unwrap_or_default(),
        })?;
        if request.note_type.is_some() {
            note.note_type = wanted.note_type;
        }
        if request.tags.is_some() {
            note.tags = wanted.tags;
        }
        note.pinned = request.pinned.unwrap_or(note.pinned);
        if note != before {
            let listed = note.note_type != before.note_type || note.tags != before.tags;
            if listed {
                note.edited = engine.store.now();
            }
            keep(&mut write, &mut note, outgoing).await?;
            if listed && outgoing && note.page_id.is_some() {
                contents_changed(&mut write, engine.store.now()).await?;
            }
        }
        write.commit().await?;
        self.kept(&engine, &note);
        Ok(note.view(&request.account))
    }
}
