//! What waits between this computer and Notion, and what only the person can decide about it.

use octavo_contract::{
    AccountRef, Empty, SyncAnswer, SyncItems, SyncState, SyncVanished, VanishedNote,
};

use super::Octavo;
use crate::CoreError;
use crate::sync::{answer_vanished, vanished_question};

/// Nobody reads a list longer than this; the counts of the status are whole.
const MOST: i64 = 1_000;

impl Octavo {
    /// What of an account is not in Notion as it is here: why, and until when.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be read.
    pub async fn sync_items(&self, request: AccountRef) -> Result<SyncItems, CoreError> {
        let engine = self.engine(&request.account).await?;
        let mut items = engine.store.waiting(MOST).await?;
        // What keeps the whole account waiting keeps each of its items waiting.
        if let Some(ends) = engine.pause_ends() {
            for item in &mut items {
                if matches!(item.sync, SyncState::Queued | SyncState::Sending) {
                    item.until = Some(item.until.map_or(ends, |turn| turn.max(ends)));
                }
            }
        }
        Ok(SyncItems {
            account: request.account,
            items,
        })
    }

    /// The notes whose pages vanished from Notion at once, if that is so many that an answer is needed.
    ///
    /// # Errors
    /// There is no such account, or its database cannot be read.
    pub async fn sync_vanished(&self, request: AccountRef) -> Result<SyncVanished, CoreError> {
        let engine = self.engine(&request.account).await?;
        let open = vanished_question(&engine.store).await?;
        let pages = open.as_ref().map_or(&[][..], |open| &open.pages);
        let notes = engine.store.titles_of(pages).await?.into_iter();
        Ok(SyncVanished {
            account: request.account,
            since: open.as_ref().map(|open| open.at),
            answer: open.as_ref().and_then(|open| open.answer),
            notes: notes
                .map(|(note, title)| VanishedNote { note, title })
                .collect(),
        })
    }

    /// Answers what is to become of them. It is carried out with the next look at Notion.
    ///
    /// # Errors
    /// There is no such account, or nothing is asked.
    pub async fn sync_answer(&self, request: SyncAnswer) -> Result<Empty, CoreError> {
        let engine = self.engine(&request.account).await?;
        let mut write = engine.store.write().await?;
        let asked = answer_vanished(&mut write, request.answer).await?;
        write.commit().await?;
        if !asked {
            return Err(CoreError::BadRequest(
                "No notes of this account vanished from Notion, so there is nothing to answer."
                    .to_owned(),
            ));
        }
        engine.walk_soon();
        engine.tell_status().await;
        Ok(Empty {})
    }
}
