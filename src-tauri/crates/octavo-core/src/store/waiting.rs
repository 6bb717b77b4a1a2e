//! What is not in Notion as it is here, told item by item.

use octavo_contract::SyncItem;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::note::{State, sync_state};
use super::{Store, to_json};
use crate::CoreError;

impl Store {
    /// Everything that waits, in the order in which it goes; after it what waits for the person. At
    /// most `most` items.
    pub(crate) async fn waiting(&self, most: i64) -> Result<Vec<SyncItem>, CoreError> {
        let rows = sqlx::query(
            "SELECT n.id, coalesce(n.title, '') AS title, coalesce(n.state, 'queued') AS state, \
             n.state_reason, n.confirmed_at, o.last_error, o.not_before, coalesce(o.attempt, 0) AS attempt \
             FROM (SELECT kind, note FROM outbox \
                   UNION SELECT 'note', id FROM note WHERE state IN ('queued', 'sending', 'conflict', 'blocked')) i \
             LEFT JOIN outbox o ON o.kind = i.kind AND o.note = i.note \
             LEFT JOIN note n ON i.kind = 'note' AND n.id = i.note \
             WHERE i.kind = 'contents' OR n.id IS NOT NULL \
             ORDER BY o.priority IS NULL, o.priority, o.not_before, o.since, n.id LIMIT ?",
        )
        .bind(most)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        rows.iter()
            .map(|row| self.item_of(row))
            .collect::<sqlx::Result<_>>()
            .map_err(|error| self.error(error))
    }

    fn item_of(&self, row: &SqliteRow) -> sqlx::Result<SyncItem> {
        let state = State::from_name(row.try_get("state")?);
        let of_state: Option<String> = row.try_get("state_reason")?;
        let last_error: Option<String> = row.try_get("last_error")?;
        let not_before: Option<i64> = row.try_get("not_before")?;
        Ok(SyncItem {
            note: row.try_get("id")?,
            title: row.try_get("title")?,
            sync: sync_state(state, of_state.as_deref(), row.try_get("confirmed_at")?),
            why: match state {
                State::Conflict => of_state,
                // Its state carries it.
                State::Blocked => None,
                State::Local | State::Queued | State::Sending | State::Synced => last_error,
            },
            until: not_before.filter(|turn| *turn > self.now()),
            attempts: row.try_get("attempt")?,
        })
    }

    /// The notes of these pages, as `(id, title)`, in this order.
    pub(crate) async fn titles_of(
        &self,
        pages: &[String],
    ) -> Result<Vec<(String, String)>, CoreError> {
        sqlx::query_as(
            "SELECT note.id, note.title FROM json_each(?) AS wanted \
             JOIN note ON note.page_id = wanted.value ORDER BY wanted.key",
        )
        .bind(to_json(pages)?)
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }
}
