//! One page of a listing.

use serde_json::Value;

use super::{FromAnswer, object_of, owned};

/// One page of a listing.
#[derive(Debug, Clone, PartialEq)]
pub struct List<T> {
    /// The items, possibly fewer than asked for even if there are more.
    pub results: Vec<T>,
    /// Where the next page begins. Opaque, and may die in a long loop: see
    /// [`ApiError::is_stale_cursor`](crate::ApiError::is_stale_cursor).
    pub next_cursor: Option<String>,
    /// Whether there is a next page (then there is a cursor).
    pub has_more: bool,
}

impl<T: FromAnswer> FromAnswer for List<T> {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let mut list = object_of(answer, &["list"])?;
        let Some(Value::Array(items)) = list.remove("results") else {
            return Err("a list without results");
        };
        // An item that is not what was asked for (a data source among pages, or something new)
        // must not hide the others.
        let results = items
            .into_iter()
            .filter_map(|item| T::from_answer(item).ok())
            .collect();
        let next_cursor = owned(&list, "next_cursor").filter(|_| super::flag(&list, "has_more"));
        Ok(Self {
            results,
            has_more: next_cursor.is_some(),
            next_cursor,
        })
    }
}
