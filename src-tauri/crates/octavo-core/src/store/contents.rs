//! The notes as the contents page lists them.

use sqlx::FromRow;

use super::Store;
use super::note::tags_from;
use crate::CoreError;

/// Of a note what the contents page needs.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) excerpt: String,
    pub(crate) page_id: Option<String>,
    pub(crate) note_type: Option<String>,
    #[sqlx(rename = "tags")]
    tags_json: String,
    pub(crate) created: i64,
    pub(crate) trashed: bool,
    /// Notion had it in the trash when it was last confirmed.
    pub(crate) base_trashed: bool,
    pub(crate) state: String,
}

impl Listed {
    pub(crate) fn tags(&self) -> Vec<String> {
        tags_from(&self.tags_json)
    }
}

impl Store {
    /// Every note, trashed ones too, the newest first.
    pub(crate) async fn listed(&self) -> Result<Vec<Listed>, CoreError> {
        sqlx::query_as(
            "SELECT id, title, excerpt, page_id, note_type, tags, created, trashed, \
             base_trashed, state FROM note \
             ORDER BY created DESC, id DESC",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }
}
