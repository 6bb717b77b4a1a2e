//! The trash: shown, and emptied.

use octavo_contract::{AccountRef, Event, NoteList, TrashEmptied};

use super::Octavo;
use crate::CoreError;

impl Octavo {
    /// All notes in an account's trash, the last edited first.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be read.
    pub async fn trash_list(&self, request: AccountRef) -> Result<NoteList, CoreError> {
        let engine = self.engine(&request.account).await?;
        Ok(NoteList {
            notes: engine.store.trash().await?,
            account: request.account,
        })
    }

    /// Deletes the notes in the trash from this computer for good. Their pages stay in Notion's trash.
    /// A note whose page is not in Notion's trash yet stays until it is.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be written to.
    pub async fn trash_empty(&self, request: AccountRef) -> Result<TrashEmptied, CoreError> {
        let engine = self.engine(&request.account).await?;
        let mut write = engine.store.write().await?;
        let (deleted, kept) = write.empty_trash().await?;
        write.commit().await?;
        let account = request.account;
        self.send_event(Event::NotesChanged { account });
        Ok(TrashEmptied { deleted, kept })
    }
}
