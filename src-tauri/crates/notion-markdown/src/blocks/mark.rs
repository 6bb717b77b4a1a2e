//! Where the blocks of a text stand in it, so that requests can be cut from it.

use serde_json::Value;

use super::json::{kind, payload, take_children};
use super::plan::Holder;
use super::text::Text;

/// Where a block stands in a text; the marks of those below it follow its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) start: usize,
    /// Where its own part ends: the blocks below it follow, then `}}`.
    pub(super) head: usize,
    pub(super) end: usize,
    pub(super) holder: Holder,
    /// How many marks belong to blocks below it.
    pub(super) below: usize,
}

impl Text {
    /// Begins a block; answers which mark is its.
    pub(super) fn open(&mut self, name: &str) -> usize {
        self.marks.push(Mark {
            start: self.out.len(),
            head: 0,
            end: 0,
            holder: Holder::of(name),
            below: 0,
        });
        self.push("{\"object\":\"block\",\"type\":\"");
        self.push(name);
        self.push("\",\"");
        self.push(name);
        self.push("\":{");
        self.marks.len() - 1
    }

    /// Notes that only blocks below it follow.
    pub(super) fn head(&mut self, mark: usize) {
        if let Some(mark) = self.marks.get_mut(mark) {
            mark.head = self.out.len();
        }
    }

    pub(super) fn close(&mut self, at: usize) {
        let below = self.marks.len() - at - 1;
        if let Some(mark) = self.marks.get_mut(at) {
            if mark.head == 0 {
                mark.head = self.out.len();
            }
            mark.end = self.out.len() + 2;
            mark.below = below;
        }
        self.push("}}");
    }

    pub(super) fn values(&mut self, values: Vec<Value>) {
        for (at, value) in values.into_iter().enumerate() {
            if at > 0 {
                self.push(",");
            }
            self.value(value);
        }
    }

    /// Writes one block that is a value.
    pub(super) fn value(&mut self, mut value: Value) {
        let below = take_children(&mut value);
        let mark = self.open(kind(&value).unwrap_or_default());
        let fields = payload(&value).to_string();
        let fields = fields.strip_prefix('{').and_then(|f| f.strip_suffix('}'));
        self.push(fields.unwrap_or_default());
        self.head(mark);
        if !below.is_empty() {
            self.push(children_key(&self.out));
            self.values(below);
            self.push("]");
        }
        self.close(mark);
    }
}

/// What begins the list of blocks below one whose own part ends like this.
pub(super) fn children_key(own: &str) -> &'static str {
    if own.ends_with('{') {
        "\"children\":["
    } else {
        ",\"children\":["
    }
}
