//! Blocks on their way into the tree, and who puts them there.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::clock;

/// A block that does not exist yet.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct NewBlock {
    pub(crate) kind: String,
    pub(crate) value: Map<String, Value>,
    pub(crate) children: Vec<NewBlock>,
    /// An existing record this stands for: a child page named in Markdown, an opaque block.
    pub(crate) refers: Option<Uuid>,
}

impl NewBlock {
    pub(crate) fn new(kind: &str, value: Value) -> Self {
        let value = if let Value::Object(map) = value {
            map
        } else {
            Map::new()
        };
        Self {
            kind: kind.to_owned(),
            value,
            ..Self::default()
        }
    }
}

/// Who writes, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp {
    pub(crate) author: Uuid,
    pub(crate) at: i64,
}

impl Stamp {
    pub(crate) fn now(author: Uuid) -> Self {
        Self {
            author,
            at: clock::now(),
        }
    }
}
