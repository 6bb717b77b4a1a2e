//! What Notion cannot hold of a note, said before it is sent.

use octavo_contract::{NoteLoss, NoteLosses, NoteRef};

use super::Octavo;
use crate::CoreError;

impl Octavo {
    /// What would be lost or changed if a note went to Notion as it is now. Nothing is changed by asking,
    /// and the note stays whole on this computer whatever is told.
    ///
    /// # Errors
    /// There is no such note in this account, or Octavo is ending.
    pub async fn note_losses(&self, request: NoteRef) -> Result<NoteLosses, CoreError> {
        let (engine, outgoing) = self.engine_of(&request.account).await?;
        let note = engine.store.note(&request.note).await?;
        // A book takes its time; nothing else waits for it.
        let told = move || {
            let losses = notion_markdown::losses(&note.body);
            losses.into_iter().map(told).collect()
        };
        let losses = if outgoing {
            tokio::task::spawn_blocking(told)
                .await
                .map_err(|error| CoreError::BadRequest(error.to_string()))?
        } else {
            Vec::new()
        };
        Ok(NoteLosses {
            note: request.note,
            losses,
        })
    }
}

fn told(loss: notion_markdown::NoteLoss) -> NoteLoss {
    NoteLoss {
        what: loss.what,
        line: loss.line,
        heading: loss.heading,
    }
}
