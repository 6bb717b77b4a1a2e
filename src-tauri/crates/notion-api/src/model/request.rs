//! Requests about pages.

use std::fmt;

use serde_json::{Map, Value, json};

use super::Parent;
use crate::id::PageId;

/// Longest text Notion takes in one rich-text item, in UTF-16 units.
const LONGEST_RUN: usize = 2000;

/// A page to create.
#[derive(Clone, PartialEq)]
pub struct NewPage {
    /// What it goes into. An internal connection cannot create at the top of the workspace.
    pub parent: Parent,
    /// Its title.
    pub title: String,
    /// Its content as enhanced Markdown.
    pub markdown: Option<String>,
    /// Its place in the parent page; the end if absent.
    pub position: Option<Position>,
    /// Its icon.
    pub icon: Option<Icon>,
}

impl NewPage {
    /// An empty page at the end of `parent`.
    pub fn new(parent: Parent, title: impl Into<String>) -> Self {
        Self {
            parent,
            title: title.into(),
            markdown: None,
            position: None,
            icon: None,
        }
    }

    pub(crate) fn to_request(&self) -> Value {
        let mut body = json!({
            "parent": self.parent.to_request(),
            "properties": {"title": {"title": rich_text(&self.title)}},
        });
        if let Value::Object(body) = &mut body {
            let position = self
                .position
                .map(|position| position.to_request("page_start", "page_end"));
            set(body, "markdown", self.markdown.clone().map(Value::String));
            set(body, "position", position);
            set(body, "icon", self.icon.as_ref().map(Icon::to_request));
        }
        body
    }
}

impl fmt::Debug for NewPage {
    // Title and content must not end up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPage")
            .field("parent", &self.parent)
            .field("bytes", &self.markdown.as_ref().map(String::len))
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

/// A place among the children of a page or block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// Before everything else.
    PageStart,
    /// After everything else.
    PageEnd,
    /// Right after this block (or child page).
    AfterBlock(PageId),
}

impl Position {
    /// As a request carries it; creating and appending spell the ends differently.
    pub(crate) fn to_request(self, start: &str, end: &str) -> Value {
        match self {
            Self::PageStart => json!({"type": start}),
            Self::PageEnd => json!({"type": end}),
            Self::AfterBlock(id) => json!({"type": "after_block", "after_block": {"id": id}}),
        }
    }
}

/// The picture beside a title.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Icon {
    /// One emoji.
    Emoji(String),
    /// A picture on the web.
    External(String),
    /// One of Notion's own icons.
    Native {
        /// Its name, such as `pizza`.
        name: String,
        /// Its colour, such as `gray`.
        color: Option<String>,
    },
    /// An emoji of the workspace, by id.
    Custom(PageId),
}

impl Icon {
    fn to_request(&self) -> Value {
        match self {
            Self::Emoji(emoji) => json!({"type": "emoji", "emoji": emoji}),
            Self::External(url) => json!({"type": "external", "external": {"url": url}}),
            Self::Native { name, color } => {
                let mut icon = Map::from_iter([("name".to_owned(), json!(name))]);
                set(&mut icon, "color", color.clone().map(Value::String));
                json!({"type": "icon", "icon": icon})
            }
            Self::Custom(id) => json!({"type": "custom_emoji", "custom_emoji": {"id": id}}),
        }
    }
}

/// What to do with a page's icon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IconChange {
    /// Give it this one.
    Set(Icon),
    /// Take it away.
    Clear,
}

/// A change of a page's title, icon or trash state; what is absent stays.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PageUpdate {
    /// The new title.
    pub title: Option<String>,
    /// To the trash, or back. `Some(false)` **restores** a trashed page: set it only if meant.
    pub in_trash: Option<bool>,
    /// The new icon.
    pub icon: Option<IconChange>,
}

impl PageUpdate {
    pub(crate) fn to_request(&self) -> Value {
        let mut body = Map::new();
        let title = self.title.as_deref();
        set(
            &mut body,
            "properties",
            title.map(|t| json!({"title": {"title": rich_text(t)}})),
        );
        set(&mut body, "in_trash", self.in_trash.map(Value::Bool));
        let icon = self.icon.as_ref().map(|change| match change {
            IconChange::Set(icon) => icon.to_request(),
            IconChange::Clear => Value::Null,
        });
        set(&mut body, "icon", icon);
        Value::Object(body)
    }
}

impl fmt::Debug for PageUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageUpdate")
            .field("title", &self.title.as_ref().map(|_| "…"))
            .field("in_trash", &self.in_trash)
            .field("icon", &self.icon)
            .finish()
    }
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

impl Default for SearchRequest {
    fn default() -> Self {
        Self {
            query: None,
            sort_last_edited: None,
            in_trash: None,
            cursor: None,
            page_size: 100,
        }
    }
}

impl SearchRequest {
    /// Absent parts are left out: Notion refuses an explicit `null`.
    pub(crate) fn to_request(&self) -> Value {
        let mut filter = Map::from_iter([
            ("property".to_owned(), json!("object")),
            ("value".to_owned(), json!("page")),
        ]);
        set(&mut filter, "in_trash", self.in_trash.map(Value::Bool));
        let sort = self.sort_last_edited.map(|direction| {
            let direction = match direction {
                Direction::Ascending => "ascending",
                Direction::Descending => "descending",
            };
            json!({"timestamp": "last_edited_time", "direction": direction})
        });
        let mut body = Map::from_iter([
            ("filter".to_owned(), Value::Object(filter)),
            ("page_size".to_owned(), json!(self.page_size.clamp(1, 100))),
        ]);
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

fn set(body: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        body.insert(key.to_owned(), value);
    }
}

/// Plain text as rich text, in runs no longer than Notion takes.
fn rich_text(text: &str) -> Value {
    let mut runs: Vec<String> = Vec::new();
    let mut room = 0;
    for letter in text.chars() {
        match runs.last_mut() {
            Some(run) if room >= letter.len_utf16() => run.push(letter),
            _ => {
                runs.push(letter.to_string());
                room = LONGEST_RUN;
            }
        }
        room -= letter.len_utf16();
    }
    runs.into_iter()
        .map(|run| json!({"type": "text", "text": {"content": run}}))
        .collect()
}
