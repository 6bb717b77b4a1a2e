//! Requests about pages.

use std::fmt;

use serde_json::{Map, Value, json};

use super::Parent;
use super::looks::{Cover, CoverChange, Icon, IconChange, dress};
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
    /// Its cover.
    pub cover: Option<Cover>,
    /// Further properties by name or id, for a row of a table; read-only ones are refused.
    pub properties: Map<String, Value>,
    /// Its content as up to 100 blocks; excludes Markdown.
    pub children: Vec<Value>,
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
            cover: None,
            properties: Map::new(),
            children: Vec::new(),
        }
    }

    pub(crate) fn to_request(&self) -> Value {
        let mut properties = self.properties.clone();
        // The title's id is `title` in every table, whatever its name.
        properties.insert("title".to_owned(), json!({"title": rich_text(&self.title)}));
        let mut body = Map::from_iter([
            ("parent".to_owned(), self.parent.to_request()),
            ("properties".to_owned(), Value::Object(properties)),
        ]);
        let position = self
            .position
            .map(|position| position.to_request("page_start", "page_end"));
        let children = (!self.children.is_empty()).then(|| json!(self.children));
        let markdown = self.markdown.clone().map(Value::String);
        set(&mut body, "markdown", markdown);
        set(&mut body, "children", children);
        set(&mut body, "position", position);
        dress(&mut body, self.icon.as_ref(), self.cover.as_ref());
        Value::Object(body)
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

/// A change of a page's title, properties, looks or state; what is absent stays.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PageUpdate {
    /// The new title.
    pub title: Option<String>,
    /// To the trash, or back. `Some(false)` **restores** a trashed page: set it only if meant.
    pub in_trash: Option<bool>,
    /// The new icon.
    pub icon: Option<IconChange>,
    /// The new cover.
    pub cover: Option<CoverChange>,
    /// Further properties by name or id, for a row of a table.
    pub properties: Map<String, Value>,
    /// Locked against changes in Notion's own window; requests may still change it.
    pub is_locked: Option<bool>,
    /// Put away, which is not the trash.
    pub is_archived: Option<bool>,
    /// Delete all blocks of the page, child pages included. Nothing here brings them back.
    pub erase_content: bool,
}

impl PageUpdate {
    pub(crate) fn to_request(&self) -> Value {
        let mut body = Map::new();
        let mut properties = self.properties.clone();
        let title = self.title.as_deref();
        set(
            &mut properties,
            "title",
            title.map(|title| json!({"title": rich_text(title)})),
        );
        let properties = (!properties.is_empty()).then_some(Value::Object(properties));
        set(&mut body, "properties", properties);
        set(&mut body, "in_trash", self.in_trash.map(Value::Bool));
        set(&mut body, "is_locked", self.is_locked.map(Value::Bool));
        set(&mut body, "is_archived", self.is_archived.map(Value::Bool));
        let erase = self.erase_content.then_some(Value::Bool(true));
        set(&mut body, "erase_content", erase);
        dress(&mut body, self.icon.as_ref(), self.cover.as_ref());
        Value::Object(body)
    }
}

impl fmt::Debug for PageUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageUpdate")
            .field("title", &self.title.as_ref().map(|_| "…"))
            .field("in_trash", &self.in_trash)
            .field("erase_content", &self.erase_content)
            .finish_non_exhaustive()
    }
}

pub(crate) fn set(body: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        body.insert(key.to_owned(), value);
    }
}

/// Plain text as rich text, in runs no longer than Notion takes.
pub(crate) fn rich_text(text: &str) -> Value {
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
