//! The value of one property of a page.

use std::fmt;

use serde_json::{Map, Value};

use super::{FromAnswer, Item, List, is_of_kind, object_of, owned};

/// A property's value, or one item of a long one ("Property item" in Notion's reference).
#[derive(Clone, PartialEq)]
pub struct PropertyItem {
    /// The property's id: short, URL-encoded, not a UUID.
    pub id: Option<String>,
    /// The property's type (`number`, `relation`, …), possibly one this version does not know.
    pub kind: String,
    /// What Notion keeps under the name of the type.
    pub value: Value,
    /// Everything Notion sent.
    pub raw: Map<String, Value>,
}

impl FromAnswer for PropertyItem {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let raw = object_of(answer, &["property_item"])?;
        let kind = owned(&raw, "type").ok_or("a property without a type")?;
        Ok(Self {
            id: owned(&raw, "id"),
            value: raw.get(&kind).cloned().unwrap_or_default(),
            kind,
            raw,
        })
    }
}

impl Item for PropertyItem {
    fn is_readable(answer: &Value) -> bool {
        is_of_kind(answer, &["property_item"]) && answer.get("type").is_some_and(Value::is_string)
    }

    // All items of one property carry its id, and the same value may be there twice.
    fn key(&self) -> Option<String> {
        None
    }
}

impl fmt::Debug for PropertyItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PropertyItem")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// The value of a property as the property endpoint answers it.
#[derive(Debug, Clone, PartialEq)]
pub enum PropertyValue {
    /// The whole of it.
    One(PropertyItem),
    /// A page of a title, text, people, relation or rollup.
    Many(List<PropertyItem>),
}

impl PropertyValue {
    /// The items, of which a short value is the only one.
    pub fn into_list(self) -> List<PropertyItem> {
        match self {
            Self::Many(list) => list,
            Self::One(item) => List {
                results: vec![item],
                others: Vec::new(),
                next_cursor: None,
                has_more: false,
                incomplete: None,
            },
        }
    }
}

impl FromAnswer for PropertyValue {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        match answer.get("object").and_then(Value::as_str) {
            Some("list") => List::from_answer(answer).map(Self::Many),
            _ => PropertyItem::from_answer(answer).map(Self::One),
        }
    }
}
