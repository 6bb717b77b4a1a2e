//! Pages and what they lie in.

use std::fmt;

use serde_json::{Map, Value, json};

use super::{
    FromAnswer, Item, Object, child, has_id, id, in_trash, is_of_kind, millis, object_of, owned,
    plain_text, text, user_id,
};
use crate::id::PageId;

/// A page, without its content.
#[derive(Clone, PartialEq)]
pub struct Page {
    /// Its id.
    pub id: PageId,
    /// Its title as plain text, empty for an untitled page.
    pub title: String,
    /// What it lies in.
    pub parent: Parent,
    /// In the trash, itself or with a page above it.
    pub in_trash: bool,
    /// When it was created, in Unix milliseconds; 0 if Notion sent a partial page.
    pub created_time: i64,
    /// When it was last edited, in Unix milliseconds, often rounded down to the minute; 0 if Notion
    /// sent a partial page.
    pub last_edited_time: i64,
    /// The user or bot that created it.
    pub created_by: Option<String>,
    /// The user or bot that edited it last.
    pub last_edited_by: Option<String>,
    /// Its address in Notion. Never derive an id from it.
    pub url: Option<String>,
    /// Everything Notion sent.
    pub raw: Map<String, Value>,
}

impl Page {
    /// Only the id is known: the token may not read content.
    pub fn is_partial(&self) -> bool {
        !self.raw.contains_key("properties")
    }
}

impl Item for Page {
    fn is_readable(answer: &Value) -> bool {
        is_of_kind(answer, &["page"]) && has_id(answer)
    }

    fn key(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl fmt::Debug for Page {
    // Titles and properties are content, and `Debug` ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("id", &self.id)
            .field("parent", &self.parent)
            .field("in_trash", &self.in_trash)
            .field("last_edited_time", &self.last_edited_time)
            .finish_non_exhaustive()
    }
}

impl FromAnswer for Page {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let raw = object_of(answer, &["page"])?;
        Ok(Self {
            id: id(&raw, "id").ok_or("a page without an id")?,
            title: title(&raw),
            parent: Parent::of(child(&raw, "parent")),
            in_trash: in_trash(&raw),
            created_time: millis(&raw, "created_time"),
            last_edited_time: millis(&raw, "last_edited_time"),
            created_by: user_id(&raw, "created_by"),
            last_edited_by: user_id(&raw, "last_edited_by"),
            url: owned(&raw, "url"),
            raw,
        })
    }
}

/// The title, whose property has any name in a database row and `title` elsewhere.
fn title(page: &Object) -> String {
    let Some(properties) = child(page, "properties") else {
        return String::new();
    };
    let of_type_title = properties
        .values()
        .filter_map(Value::as_object)
        .find(|property| {
            text(property, "type") == Some("title") || text(property, "id") == Some("title")
        });
    plain_text(of_type_title.and_then(|property| property.get("title")))
}

/// What a page lies in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Parent {
    /// The top of the workspace: the authorising person's private section.
    Workspace,
    /// Another page.
    Page(PageId),
    /// A block, such as a toggle or a column, inside a page.
    Block(PageId),
    /// A data source (the page is a row of a table).
    DataSource(PageId),
    /// A database, which holds data sources.
    Database(PageId),
    /// Something this version does not know, by Notion's name for it.
    Other(String),
}

impl Parent {
    /// The parent an object names, if it names one.
    pub(crate) fn of(parent: Option<&Object>) -> Self {
        parent.map_or_else(|| Self::Other(String::new()), Self::read)
    }

    fn read(parent: &Object) -> Self {
        let kind = text(parent, "type").unwrap_or_default();
        let known = match kind {
            "workspace" => Some(Self::Workspace),
            "page_id" => id(parent, kind).map(Self::Page),
            "block_id" => id(parent, kind).map(Self::Block),
            "data_source_id" => id(parent, kind).map(Self::DataSource),
            "database_id" => id(parent, kind).map(Self::Database),
            _ => None,
        };
        known.unwrap_or_else(|| Self::Other(kind.to_owned()))
    }

    /// As a request carries it.
    pub(crate) fn to_request(&self) -> Value {
        match self {
            Self::Workspace => json!({"type": "workspace", "workspace": true}),
            Self::Page(id) => json!({"type": "page_id", "page_id": id}),
            Self::Block(id) => json!({"type": "block_id", "block_id": id}),
            Self::DataSource(id) => json!({"type": "data_source_id", "data_source_id": id}),
            Self::Database(id) => json!({"type": "database_id", "database_id": id}),
            Self::Other(kind) => json!({"type": kind}),
        }
    }
}
