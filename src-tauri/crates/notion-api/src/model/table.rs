//! Databases and the data sources in them.

use std::fmt;

use serde_json::{Map, Value};

use super::{
    FromAnswer, Item, Parent, child, flag, has_id, id, in_trash, is_of_kind, millis, object_of,
    owned, plain_text,
};
use crate::id::PageId;

/// A database: the container of data sources ("Database" in Notion's reference).
#[derive(Clone, PartialEq)]
pub struct Database {
    /// Its id, which is not that of any of its data sources.
    pub id: PageId,
    /// Its title as plain text.
    pub title: String,
    /// What it lies in.
    pub parent: Parent,
    /// Its tables. Empty in answers of versions before 2025-09-03.
    pub data_sources: Vec<DataSourceRef>,
    /// Shown inside its page.
    pub is_inline: bool,
    /// In the trash.
    pub in_trash: bool,
    /// When it was last edited, in Unix milliseconds; 0 if Notion sent a partial database.
    pub last_edited_time: i64,
    /// Its address in Notion.
    pub url: Option<String>,
    /// Everything Notion sent.
    pub raw: Map<String, Value>,
}

/// A data source as its database names it.
#[derive(Clone, PartialEq, Eq)]
pub struct DataSourceRef {
    /// Its id.
    pub id: PageId,
    /// Its name.
    pub name: String,
}

impl FromAnswer for Database {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let raw = object_of(answer, &["database"])?;
        let sources = raw.get("data_sources").and_then(Value::as_array);
        let sources = sources.into_iter().flatten().filter_map(Value::as_object);
        Ok(Self {
            id: id(&raw, "id").ok_or("a database without an id")?,
            title: plain_text(raw.get("title")),
            parent: Parent::of(child(&raw, "parent")),
            data_sources: sources
                .filter_map(|source| {
                    Some(DataSourceRef {
                        id: id(source, "id")?,
                        name: owned(source, "name").unwrap_or_default(),
                    })
                })
                .collect(),
            is_inline: flag(&raw, "is_inline"),
            in_trash: in_trash(&raw),
            last_edited_time: millis(&raw, "last_edited_time"),
            url: owned(&raw, "url"),
            raw,
        })
    }
}

impl fmt::Debug for Database {
    // Titles are content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("id", &self.id)
            .field("parent", &self.parent)
            .field("data_sources", &self.data_sources)
            .field("in_trash", &self.in_trash)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for DataSourceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataSourceRef")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A data source: a table and its columns ("Data source" in Notion's reference).
#[derive(Clone, PartialEq)]
pub struct DataSource {
    /// Its id.
    pub id: PageId,
    /// Its title as plain text.
    pub title: String,
    /// Its database.
    pub parent: Parent,
    /// What its database lies in.
    pub database_parent: Parent,
    /// Its columns by name, as Notion sent them.
    pub properties: Map<String, Value>,
    /// In the trash.
    pub in_trash: bool,
    /// When it was last edited, in Unix milliseconds; 0 if Notion sent a partial data source.
    pub last_edited_time: i64,
    /// Its address in Notion.
    pub url: Option<String>,
    /// Everything else Notion sent.
    pub raw: Map<String, Value>,
}

impl FromAnswer for DataSource {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let mut raw = object_of(answer, &["data_source"])?;
        let properties = match raw.remove("properties") {
            Some(Value::Object(properties)) => properties,
            _ => Map::new(),
        };
        Ok(Self {
            id: id(&raw, "id").ok_or("a data source without an id")?,
            title: plain_text(raw.get("title")),
            parent: Parent::of(child(&raw, "parent")),
            database_parent: Parent::of(child(&raw, "database_parent")),
            properties,
            in_trash: in_trash(&raw),
            last_edited_time: millis(&raw, "last_edited_time"),
            url: owned(&raw, "url"),
            raw,
        })
    }
}

impl Item for DataSource {
    fn is_readable(answer: &Value) -> bool {
        is_of_kind(answer, &["data_source"]) && has_id(answer)
    }

    fn key(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl fmt::Debug for DataSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataSource")
            .field("id", &self.id)
            .field("parent", &self.parent)
            .field("columns", &self.properties.len())
            .field("in_trash", &self.in_trash)
            .finish_non_exhaustive()
    }
}

/// A template of a data source.
#[derive(Clone, PartialEq)]
pub struct Template {
    /// The page that is the template.
    pub id: PageId,
    /// Its name.
    pub name: String,
    /// Used unless another is asked for.
    pub is_default: bool,
    /// Everything Notion sent.
    pub raw: Map<String, Value>,
}

impl FromAnswer for Template {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let raw = object_of(answer, &["template", "page"])?;
        Ok(Self {
            id: id(&raw, "id").ok_or("a template without an id")?,
            name: owned(&raw, "name").unwrap_or_default(),
            is_default: flag(&raw, "is_default"),
            raw,
        })
    }
}

impl Item for Template {
    fn is_readable(answer: &Value) -> bool {
        is_of_kind(answer, &["template", "page"]) && has_id(answer)
    }

    fn key(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template")
            .field("id", &self.id)
            .field("is_default", &self.is_default)
            .finish_non_exhaustive()
    }
}
