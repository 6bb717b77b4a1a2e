//! A page's title, with the words a reader sees kept beside it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::ops::Deref;

/// The rich text of a title. It reads as its items; what they say is worked out once, because a
/// search reads the titles of all pages.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Value>", into = "Vec<Value>")]
pub(crate) struct Title {
    items: Vec<Value>,
    /// `None` where a mention stands: it reads as what it names is called now.
    plain: Option<Box<str>>,
}

impl Title {
    /// The words a reader sees, if they depend on nothing but the title.
    pub(crate) fn plain(&self) -> Option<&str> {
        self.plain
            .as_deref()
            .or(self.items.is_empty().then_some(""))
    }
}

impl From<Vec<Value>> for Title {
    fn from(items: Vec<Value>) -> Self {
        let settled = items.iter().all(|item| item["type"] != "mention");
        let plain = settled.then(|| {
            let texts = items.iter().filter_map(|item| item["plain_text"].as_str());
            texts.collect::<String>().into_boxed_str()
        });
        Self { items, plain }
    }
}

impl From<Title> for Vec<Value> {
    fn from(title: Title) -> Self {
        title.items
    }
}

impl Deref for Title {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.items
    }
}
