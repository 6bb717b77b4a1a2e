//! One page of a listing.

use std::fmt;

use serde_json::Value;

use super::{FromAnswer, Item, child, object_of, owned};

/// One page of a listing.
#[derive(Clone, PartialEq)]
pub struct List<T> {
    /// The items, possibly fewer than asked for even if there are more.
    pub results: Vec<T>,
    /// What is not what was asked for: a data source among pages, or something new.
    pub others: Vec<Value>,
    /// Where the next page begins. Opaque, and may die in a long loop: see
    /// [`ApiError::is_stale_cursor`](crate::ApiError::is_stale_cursor).
    pub next_cursor: Option<String>,
    /// Whether there is a next page (then there is a cursor).
    pub has_more: bool,
    /// Why the listing ends although there is more: `query_result_limit_reached`, or `no_cursor` where
    /// Notion says that there is more and not where.
    pub incomplete: Option<String>,
}

impl<T: Item> FromAnswer for List<T> {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let mut list = object_of(answer, &["list"])?;
        // Templates of a data source come under their own name.
        let items = list.remove("results").or_else(|| list.remove("templates"));
        let Some(Value::Array(items)) = items else {
            return Err("a list without results");
        };
        let mut results = Vec::with_capacity(items.len());
        let mut others = Vec::new();
        for item in items {
            // What cannot be read must not hide the others.
            if T::is_readable(&item) {
                results.extend(T::from_answer(item));
            } else {
                others.push(item);
            }
        }
        let more = super::flag(&list, "has_more");
        let next_cursor = owned(&list, "next_cursor").filter(|_| more);
        let status = child(&list, "request_status");
        let incomplete = status
            .filter(|status| super::text(status, "type") == Some("incomplete"))
            .map(|status| owned(status, "incomplete_reason").unwrap_or_default())
            // A part must not pass for the whole.
            .or_else(|| (more && next_cursor.is_none()).then(|| "no_cursor".to_owned()));
        Ok(Self {
            results,
            others,
            has_more: next_cursor.is_some(),
            next_cursor,
            incomplete,
        })
    }
}

impl<T: fmt::Debug> fmt::Debug for List<T> {
    // What could not be read may be content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List")
            .field("results", &self.results)
            .field("others", &self.others.len())
            .field("has_more", &self.has_more)
            .field("incomplete", &self.incomplete)
            .finish_non_exhaustive()
    }
}
