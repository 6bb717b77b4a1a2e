//! What is being typed in a window and is no note yet: rows of `draft` in `app.db`.
//!
//! They are not in an account's own database, for a draft belongs to its window: it can be written
//! before there is any account, and goes along when another one is chosen.

use sqlx::FromRow;

use crate::CoreError;
use crate::accounts::Accounts;

/// One window's draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromRow)]
pub(crate) struct Draft {
    /// The id of the note that it becomes.
    pub(crate) id: String,
    pub(crate) account: Option<String>,
    /// As the window last said it.
    pub(crate) text: String,
    /// What came from outside and stands below the text.
    pub(crate) added: String,
    /// The note that is being called back into `added`.
    pub(crate) replaces_account: Option<String>,
    pub(crate) replaces_note: Option<String>,
}

impl Draft {
    /// An empty draft with an id of its own.
    pub(crate) fn fresh(account: Option<String>) -> Self {
        Self {
            id: uuid::Uuid::now_v7().to_string(),
            account,
            ..Self::default()
        }
    }

    /// Puts something below what came from outside already.
    pub(crate) fn add(&mut self, text: &str) {
        join(&mut self.added, text);
    }

    /// Takes what came from outside into the text.
    pub(crate) fn take_in(&mut self) {
        let added = std::mem::take(&mut self.added);
        join(&mut self.text, &added);
    }

    /// The note that is being called back, if one is.
    pub(crate) fn replaces(&self) -> Option<(&str, &str)> {
        self.replaces_account
            .as_deref()
            .zip(self.replaces_note.as_deref())
    }

    /// The note was called back, or will not be.
    pub(crate) fn replaces_nothing(&mut self) {
        self.replaces_account = None;
        self.replaces_note = None;
    }
}

/// Puts `more` below `text`, with a line between them.
fn join(text: &mut String, more: &str) {
    if text.trim().is_empty() {
        more.clone_into(text);
    } else if !more.is_empty() {
        text.truncate(text.trim_end().len());
        text.push_str("\n\n");
        text.push_str(more);
    }
}

impl Accounts {
    /// The draft of a window, if it has one.
    pub(crate) async fn draft(&self, window: &str) -> Result<Option<Draft>, CoreError> {
        sqlx::query_as(
            "SELECT id, account, text, added, replaces_account, replaces_note FROM draft \
             WHERE window = ?",
        )
        .bind(window)
        .fetch_optional(&self.pool)
        .await
        .map_err(|error| self.error(error))
    }

    /// Keeps a window's draft whole.
    pub(crate) async fn put_draft(&self, window: &str, draft: &Draft) -> Result<(), CoreError> {
        sqlx::query(
            "INSERT INTO draft (window, id, account, text, added, replaces_account, replaces_note, \
             edited) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (window) DO UPDATE SET \
             id = excluded.id, account = excluded.account, text = excluded.text, \
             added = excluded.added, replaces_account = excluded.replaces_account, \
             replaces_note = excluded.replaces_note, edited = excluded.edited",
        )
        .bind(window)
        .bind(&draft.id)
        .bind(&draft.account)
        .bind(&draft.text)
        .bind(&draft.added)
        .bind(&draft.replaces_account)
        .bind(&draft.replaces_note)
        .bind(self.now())
        .execute(&self.pool)
        .await
        .map_err(|error| self.error(error))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_stands_below_what_was_typed() {
        let mut draft = Draft::fresh(None);
        draft.add("a link");
        draft.add("and another");
        draft.take_in();
        assert_eq!(draft.text, "a link\n\nand another");
        draft.add("more");
        draft.take_in();
        assert_eq!(draft.text, "a link\n\nand another\n\nmore");
        assert!(draft.added.is_empty());
    }
}
