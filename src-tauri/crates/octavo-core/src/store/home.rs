//! Notes that leave an old home.

use super::Write;
use crate::CoreError;

impl Write<'_> {
    /// Living notes have no page any more, and wait for one; answers which.
    pub(crate) async fn leave_pages(&mut self) -> Result<Vec<String>, CoreError> {
        let notes: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM note WHERE trashed = 0 AND page_id IS NOT NULL ORDER BY created, id",
        )
        .fetch_all(&mut *self.tx)
        .await
        .map_err(|error| self.store.error(error))?;
        // What was on its way to the old pages has no say any more.
        self.run(sqlx::query(
            "DELETE FROM outbox WHERE kind <> 'note' OR note IN \
             (SELECT id FROM note WHERE trashed = 0 AND page_id IS NOT NULL)",
        ))
        .await?;
        self.run(sqlx::query(
            "UPDATE note SET page_id = NULL, base_title = NULL, base_markdown = NULL, \
             base_hash = NULL, base_trashed = 0, base_provisional = 0, files = '[]', state = 'queued', \
             state_reason = NULL WHERE trashed = 0 AND page_id IS NOT NULL",
        ))
        .await?;
        // What the home was once asked about is over with it.
        self.run(sqlx::query(
            "DELETE FROM meta WHERE key IN ('vanished_pages', 'moved_pages')",
        ))
        .await?;
        Ok(notes)
    }
}
