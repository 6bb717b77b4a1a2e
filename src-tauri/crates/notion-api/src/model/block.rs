//! Blocks, as far as every kind of them is alike.

use std::fmt;

use serde_json::{Map, Value};

use super::{
    FromAnswer, Item, child, flag, has_id, id, in_trash, is_of_kind, millis, object_of, owned,
};
use crate::id::PageId;

/// A block: its envelope typed, its content left as Notion sent it.
#[derive(Clone, PartialEq)]
pub struct Block {
    /// Its id; for a child page also the page's id.
    pub id: PageId,
    /// Its type (`paragraph`, `child_page`, …), possibly one this version does not know; empty if
    /// Notion sent a partial block.
    pub kind: String,
    /// When it was created, in Unix milliseconds; 0 if Notion sent a partial block.
    pub created_time: i64,
    /// When it was last edited, in Unix milliseconds; 0 if Notion sent a partial block.
    pub last_edited_time: i64,
    /// Whether it has children to list. Those of `unsupported` blocks cannot be listed.
    pub has_children: bool,
    /// In the trash.
    pub in_trash: bool,
    /// The title, if this is a child page.
    pub child_page_title: Option<String>,
    /// Everything Notion sent.
    pub raw: Map<String, Value>,
}

impl Item for Block {
    fn is_readable(answer: &Value) -> bool {
        is_of_kind(answer, &["block"]) && has_id(answer)
    }

    fn key(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl fmt::Debug for Block {
    // The content must not end up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Block")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("has_children", &self.has_children)
            .field("in_trash", &self.in_trash)
            .finish_non_exhaustive()
    }
}

impl FromAnswer for Block {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let raw = object_of(answer, &["block"])?;
        Ok(Self {
            id: id(&raw, "id").ok_or("a block without an id")?,
            kind: owned(&raw, "type").unwrap_or_default(),
            created_time: millis(&raw, "created_time"),
            last_edited_time: millis(&raw, "last_edited_time"),
            has_children: flag(&raw, "has_children"),
            in_trash: in_trash(&raw),
            child_page_title: child(&raw, "child_page").and_then(|page| owned(page, "title")),
            raw,
        })
    }
}
