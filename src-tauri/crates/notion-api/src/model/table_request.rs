//! Requests about databases and data sources.

use std::fmt;

use serde_json::{Map, Value, json};

use super::looks::{Cover, CoverChange, Icon, IconChange, dress};
use super::{Direction, Parent, rich_text, set};
use crate::id::PageId;

/// A database to create, with its first data source.
#[derive(Clone, PartialEq)]
pub struct NewDatabase {
    /// A page, or the top of the workspace.
    pub parent: Parent,
    /// Its title.
    pub title: String,
    /// The columns of its first data source by name, one of them of the type `title`.
    pub properties: Map<String, Value>,
    /// Shown inside its page.
    pub is_inline: bool,
    /// Its icon.
    pub icon: Option<Icon>,
    /// Its cover.
    pub cover: Option<Cover>,
}

impl NewDatabase {
    /// A database whose rows have a title in the column `Name` and nothing else.
    pub fn new(parent: Parent, title: impl Into<String>) -> Self {
        Self {
            parent,
            title: title.into(),
            properties: Map::from_iter([("Name".to_owned(), json!({"title": {}}))]),
            is_inline: false,
            icon: None,
            cover: None,
        }
    }

    pub(crate) fn to_request(&self) -> Value {
        let mut body = Map::from_iter([
            ("parent".to_owned(), self.parent.to_request()),
            ("title".to_owned(), rich_text(&self.title)),
            ("is_inline".to_owned(), json!(self.is_inline)),
            (
                "initial_data_source".to_owned(),
                json!({"properties": self.properties}),
            ),
        ]);
        dress(&mut body, self.icon.as_ref(), self.cover.as_ref());
        Value::Object(body)
    }
}

impl fmt::Debug for NewDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewDatabase")
            .field("parent", &self.parent)
            .field("columns", &self.properties.len())
            .finish_non_exhaustive()
    }
}

/// A change of a database; what is absent stays. Columns belong to its data sources.
#[derive(Clone, Default, PartialEq)]
pub struct DatabaseUpdate {
    /// The new title.
    pub title: Option<String>,
    /// The new description.
    pub description: Option<String>,
    /// Shown inside its page.
    pub is_inline: Option<bool>,
    /// To the trash, or back. `Some(false)` **restores**: set it only if meant.
    pub in_trash: Option<bool>,
    /// Locked against changes in Notion's own window.
    pub is_locked: Option<bool>,
    /// The new icon.
    pub icon: Option<IconChange>,
    /// The new cover.
    pub cover: Option<CoverChange>,
    /// The new parent.
    pub parent: Option<Parent>,
}

impl DatabaseUpdate {
    pub(crate) fn to_request(&self) -> Value {
        let mut body = Map::new();
        set(&mut body, "title", self.title.as_deref().map(rich_text));
        let description = self.description.as_deref();
        set(&mut body, "description", description.map(rich_text));
        set(&mut body, "is_inline", self.is_inline.map(Value::Bool));
        set(&mut body, "in_trash", self.in_trash.map(Value::Bool));
        set(&mut body, "is_locked", self.is_locked.map(Value::Bool));
        dress(&mut body, self.icon.as_ref(), self.cover.as_ref());
        set(
            &mut body,
            "parent",
            self.parent.as_ref().map(Parent::to_request),
        );
        Value::Object(body)
    }
}

impl fmt::Debug for DatabaseUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseUpdate")
            .field("in_trash", &self.in_trash)
            .field("parent", &self.parent)
            .finish_non_exhaustive()
    }
}

/// A data source to add to a database.
#[derive(Clone, PartialEq)]
pub struct NewDataSource {
    /// The database.
    pub database: PageId,
    /// Its title.
    pub title: String,
    /// Its columns by name, one of them of the type `title`.
    pub properties: Map<String, Value>,
    /// Its icon.
    pub icon: Option<Icon>,
}

impl NewDataSource {
    pub(crate) fn to_request(&self) -> Value {
        let mut body = Map::from_iter([
            (
                "parent".to_owned(),
                Parent::Database(self.database).to_request(),
            ),
            ("title".to_owned(), rich_text(&self.title)),
            ("properties".to_owned(), json!(self.properties)),
        ]);
        dress(&mut body, self.icon.as_ref(), None::<&Cover>);
        Value::Object(body)
    }
}

impl fmt::Debug for NewDataSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewDataSource")
            .field("database", &self.database)
            .field("columns", &self.properties.len())
            .finish_non_exhaustive()
    }
}

/// A change of a data source; what is absent stays.
#[derive(Clone, Default, PartialEq)]
pub struct DataSourceUpdate {
    /// The new title.
    pub title: Option<String>,
    /// Columns to add or to change by name or id; `null` takes a column away, with all its values.
    pub properties: Map<String, Value>,
    /// The new icon.
    pub icon: Option<IconChange>,
    /// To the trash, or back. `Some(false)` **restores**: set it only if meant.
    pub in_trash: Option<bool>,
    /// The database it moves to.
    pub database: Option<PageId>,
}

impl DataSourceUpdate {
    pub(crate) fn to_request(&self) -> Value {
        let mut body = Map::new();
        set(&mut body, "title", self.title.as_deref().map(rich_text));
        let properties = (!self.properties.is_empty()).then(|| json!(self.properties));
        set(&mut body, "properties", properties);
        dress(&mut body, self.icon.as_ref(), None::<&Cover>);
        set(&mut body, "in_trash", self.in_trash.map(Value::Bool));
        let database = self.database.map(|id| Parent::Database(id).to_request());
        set(&mut body, "parent", database);
        Value::Object(body)
    }
}

impl fmt::Debug for DataSourceUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataSourceUpdate")
            .field("columns", &self.properties.len())
            .field("in_trash", &self.in_trash)
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

/// A question to a data source.
#[derive(Clone, PartialEq)]
pub struct Query {
    /// A filter of Notion's ("Filter data source entries"), up to two levels of `and` and `or`.
    pub filter: Option<Value>,
    /// The order, the most important first.
    pub sorts: Vec<Sort>,
    /// The only properties wanted, by id; all if empty.
    pub properties: Vec<String>,
    /// `Some(true)` asks for what is in the trash.
    pub in_trash: Option<bool>,
    /// `Some(true)` asks for what is put away, which is left out otherwise.
    pub is_archived: Option<bool>,
    /// Where to go on.
    pub cursor: Option<String>,
    /// Results wanted, 1 to 100.
    pub page_size: u8,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            filter: None,
            sorts: Vec::new(),
            properties: Vec::new(),
            in_trash: None,
            is_archived: None,
            cursor: None,
            page_size: 100,
        }
    }
}

impl Query {
    pub(crate) fn to_request(&self) -> Value {
        let mut body =
            Map::from_iter([("page_size".to_owned(), json!(self.page_size.clamp(1, 100)))]);
        let sorts: Vec<Value> = self.sorts.iter().map(Sort::to_request).collect();
        let sorts = (!sorts.is_empty()).then_some(Value::Array(sorts));
        set(&mut body, "filter", self.filter.clone());
        set(&mut body, "sorts", sorts);
        set(&mut body, "in_trash", self.in_trash.map(Value::Bool));
        set(&mut body, "is_archived", self.is_archived.map(Value::Bool));
        let cursor = self.cursor.clone().map(Value::String);
        set(&mut body, "start_cursor", cursor);
        Value::Object(body)
    }
}

impl fmt::Debug for Query {
    // A filter holds what the person looks for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("filter", &self.filter.as_ref().map(|_| "…"))
            .field("sorts", &self.sorts.len())
            .field("in_trash", &self.in_trash)
            .field("page_size", &self.page_size)
            .finish_non_exhaustive()
    }
}

/// An order of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// By what.
    pub by: SortBy,
    /// Which way.
    pub direction: Direction,
}

/// What rows are ordered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortBy {
    /// A property, by name or id.
    Property(String),
    /// The time of creation.
    CreatedTime,
    /// The time of the last edit.
    LastEditedTime,
}

impl Sort {
    fn to_request(&self) -> Value {
        let direction = self.direction.to_request();
        match &self.by {
            SortBy::Property(name) => json!({"property": name, "direction": direction}),
            SortBy::CreatedTime => json!({"timestamp": "created_time", "direction": direction}),
            SortBy::LastEditedTime => {
                json!({"timestamp": "last_edited_time", "direction": direction})
            }
        }
    }
}
