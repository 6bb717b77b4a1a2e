//! Comments.

use std::fmt;

use serde_json::{Map, Value, json};

use super::{
    FromAnswer, Item, Parent, child, has_id, id, is_of_kind, millis, object_of, plain_text,
    rich_text, user_id,
};
use crate::id::PageId;

/// A comment ("Comment" in Notion's reference).
#[derive(Clone, PartialEq)]
pub struct Comment {
    /// Its id.
    pub id: PageId,
    /// The page or block it is about.
    pub parent: Parent,
    /// The thread it belongs to.
    pub discussion_id: Option<PageId>,
    /// What it says, as plain text.
    pub text: String,
    /// Who wrote it.
    pub created_by: Option<String>,
    /// When, in Unix milliseconds; 0 if Notion sent a partial comment.
    pub created_time: i64,
    /// When it was last edited, in Unix milliseconds; 0 if Notion sent a partial comment.
    pub last_edited_time: i64,
    /// Everything Notion sent.
    pub raw: Map<String, Value>,
}

impl FromAnswer for Comment {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let raw = object_of(answer, &["comment"])?;
        Ok(Self {
            id: id(&raw, "id").ok_or("a comment without an id")?,
            parent: Parent::of(child(&raw, "parent")),
            discussion_id: id(&raw, "discussion_id"),
            text: plain_text(raw.get("rich_text")),
            created_by: user_id(&raw, "created_by"),
            created_time: millis(&raw, "created_time"),
            last_edited_time: millis(&raw, "last_edited_time"),
            raw,
        })
    }
}

impl Item for Comment {
    fn is_readable(answer: &Value) -> bool {
        is_of_kind(answer, &["comment"]) && has_id(answer)
    }

    fn key(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl fmt::Debug for Comment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Comment")
            .field("id", &self.id)
            .field("parent", &self.parent)
            .field("discussion_id", &self.discussion_id)
            .finish_non_exhaustive()
    }
}

/// What a new comment is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentOn {
    /// A page as a whole: begins a thread, or goes on with the page's.
    Page(PageId),
    /// A block: begins a thread.
    Block(PageId),
    /// Goes on with a thread.
    Discussion(PageId),
}

impl CommentOn {
    pub(crate) fn to_request(self) -> (&'static str, Value) {
        match self {
            Self::Page(id) => ("parent", json!({"page_id": id})),
            Self::Block(id) => ("parent", json!({"block_id": id})),
            Self::Discussion(id) => ("discussion_id", json!(id)),
        }
    }
}

/// What a comment says.
#[derive(Clone, PartialEq, Eq)]
pub enum CommentText {
    /// As it is.
    Plain(String),
    /// Markdown, inline formatting only.
    Markdown(String),
    /// A rich-text array of Notion.
    RichText(Vec<Value>),
}

impl CommentText {
    pub(crate) fn to_request(&self) -> (&'static str, Value) {
        match self {
            Self::Plain(text) => ("rich_text", rich_text(text)),
            Self::Markdown(text) => ("markdown", json!(text)),
            Self::RichText(items) => ("rich_text", json!(items)),
        }
    }
}

impl fmt::Debug for CommentText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain(_) => "Plain",
            Self::Markdown(_) => "Markdown",
            Self::RichText(_) => "RichText",
        })
    }
}
