//! Search, and what it finds.

use std::fmt;

use serde_json::{Map, Value, json};

use super::{DataSource, FromAnswer, Item, Page, set};
use crate::id::PageId;

/// A page or a data source, as search and queries list them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Found {
    /// A page.
    Page(Page),
    /// A data source.
    DataSource(DataSource),
}

impl Found {
    /// Its id.
    pub fn id(&self) -> PageId {
        match self {
            Self::Page(page) => page.id,
            Self::DataSource(source) => source.id,
        }
    }

    /// The page, if it is one.
    pub fn into_page(self) -> Option<Page> {
        match self {
            Self::Page(page) => Some(page),
            Self::DataSource(_) => None,
        }
    }
}

impl FromAnswer for Found {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        if DataSource::is_readable(&answer) && !Page::is_readable(&answer) {
            return DataSource::from_answer(answer).map(Self::DataSource);
        }
        Page::from_answer(answer).map(Self::Page)
    }
}

impl Item for Found {
    fn is_readable(answer: &Value) -> bool {
        Page::is_readable(answer) || DataSource::is_readable(answer)
    }

    fn key(&self) -> Option<String> {
        Some(self.id().to_string())
    }
}

/// What to search for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SearchKind {
    /// Pages.
    #[default]
    Pages,
    /// Data sources.
    DataSources,
    /// Both.
    Everything,
}

/// A search over the titles of shared pages: delayed and incomplete by nature.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchRequest {
    /// Words of the title; absent lists everything shared.
    pub query: Option<String>,
    /// Order by the time of the last edit.
    pub sort_last_edited: Option<Direction>,
    /// `Some(true)` lists the trash.
    pub in_trash: Option<bool>,
    /// What to search for. [`Client::search`](crate::Client::search) always searches for pages.
    pub kind: SearchKind,
    /// Where to go on.
    pub cursor: Option<String>,
    /// Results wanted, 1 to 100.
    pub page_size: u8,
}

/// An order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Oldest first.
    Ascending,
    /// Newest first.
    Descending,
}

impl Direction {
    pub(crate) fn to_request(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}

impl Default for SearchRequest {
    fn default() -> Self {
        Self {
            query: None,
            sort_last_edited: None,
            in_trash: None,
            kind: SearchKind::Pages,
            cursor: None,
            page_size: 100,
        }
    }
}

impl SearchRequest {
    /// Absent parts are left out: Notion refuses an explicit `null`.
    pub(crate) fn to_request(&self) -> Value {
        let value = match self.kind {
            SearchKind::Pages => Some("page"),
            SearchKind::DataSources => Some("data_source"),
            SearchKind::Everything => None,
        };
        let mut filter = Map::new();
        set(&mut filter, "property", value.map(|_| json!("object")));
        set(&mut filter, "value", value.map(Value::from));
        set(&mut filter, "in_trash", self.in_trash.map(Value::Bool));
        let filter = (!filter.is_empty()).then_some(Value::Object(filter));
        let sort = self.sort_last_edited.map(|direction| {
            json!({"timestamp": "last_edited_time", "direction": direction.to_request()})
        });
        let mut body =
            Map::from_iter([("page_size".to_owned(), json!(self.page_size.clamp(1, 100)))]);
        set(&mut body, "filter", filter);
        set(&mut body, "query", self.query.clone().map(Value::String));
        set(&mut body, "sort", sort);
        set(
            &mut body,
            "start_cursor",
            self.cursor.clone().map(Value::String),
        );
        Value::Object(body)
    }
}

impl fmt::Debug for SearchRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchRequest")
            .field("query", &self.query.as_ref().map(|_| "…"))
            .field("sort_last_edited", &self.sort_last_edited)
            .field("in_trash", &self.in_trash)
            .field("page_size", &self.page_size)
            .finish_non_exhaustive()
    }
}
