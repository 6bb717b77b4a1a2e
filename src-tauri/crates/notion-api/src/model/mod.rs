//! What is sent and what comes back.
//!
//! Objects are read from loose JSON by hand, not by derived schemas: Notion adds fields and kinds
//! without notice and sends partial objects (`{object, id}`) where a capability is missing, so only
//! the id is required.

mod block;
mod comment;
mod file;
mod list;
mod looks;
mod markdown;
mod page;
mod property;
mod request;
mod search;
mod table;
mod table_request;
mod task;
mod user;

pub use block::Block;
pub use comment::{Comment, CommentOn, CommentText};
pub use file::{FilePart, FileUpload, NewFileUpload, UploadStatus};
pub use list::List;
pub use looks::{Change, Cover, CoverChange, Icon, IconChange};
pub use markdown::{ContentUpdate, InsertPosition, MarkdownCommand, PageMarkdown};
pub use page::{Page, Parent};
pub use property::{PropertyItem, PropertyValue};
pub use request::{NewPage, PageUpdate, Position};
pub use search::{Direction, Found, SearchKind, SearchRequest};
pub use table::{DataSource, DataSourceRef, Database, Template};
pub use table_request::{
    DataSourceUpdate, DatabaseUpdate, NewDataSource, NewDatabase, Query, Sort, SortBy,
};
pub use task::{AsyncTask, Started, TaskState};
pub use user::{Me, Owner, User};

pub(crate) use request::{rich_text, set};

use serde_json::{Map, Value};

use crate::id::PageId;

/// Something read from a JSON answer.
pub(crate) trait FromAnswer: Sized {
    /// Reads the answer, or says in a few words what is wrong with it.
    fn from_answer(answer: Value) -> Result<Self, &'static str>;

    /// As [`FromAnswer::from_answer`], from an answer's bytes.
    fn from_body(body: Vec<u8>) -> Result<Self, &'static str> {
        let answer = serde_json::from_slice(&body).map_err(|_| "not JSON")?;
        Self::from_answer(answer)
    }
}

/// Something that listings hold.
pub(crate) trait Item: FromAnswer {
    /// Whether [`FromAnswer::from_answer`] can read it.
    fn is_readable(answer: &Value) -> bool;

    /// What tells it from other items, if anything does: listings that begin anew skip what is known.
    fn key(&self) -> Option<String>;
}

/// Whether the answer is an object of one of `kinds`; a missing `object` field is forgiven.
pub(crate) fn is_of_kind(answer: &Value, kinds: &[&str]) -> bool {
    let kind = |object: &Object| text(object, "object").is_none_or(|kind| kinds.contains(&kind));
    answer.as_object().is_some_and(kind)
}

/// Whether the answer has an id of Notion's form.
pub(crate) fn has_id(answer: &Value) -> bool {
    answer
        .as_object()
        .and_then(|object| id(object, "id"))
        .is_some()
}

pub(crate) type Object = Map<String, Value>;

/// The answer as an object of one of `kinds`; a missing `object` field is forgiven.
pub(crate) fn object_of(answer: Value, kinds: &[&str]) -> Result<Object, &'static str> {
    let Value::Object(object) = answer else {
        return Err("not a JSON object");
    };
    match text(&object, "object") {
        Some(kind) if !kinds.contains(&kind) => Err("an object of another kind"),
        _ => Ok(object),
    }
}

pub(crate) fn text<'a>(object: &'a Object, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str()
}

pub(crate) fn owned(object: &Object, key: &str) -> Option<String> {
    text(object, key).map(ToOwned::to_owned)
}

pub(crate) fn flag(object: &Object, key: &str) -> bool {
    object.get(key).and_then(Value::as_bool).unwrap_or(false)
}

pub(crate) fn child<'a>(object: &'a Object, key: &str) -> Option<&'a Object> {
    object.get(key)?.as_object()
}

pub(crate) fn id(object: &Object, key: &str) -> Option<PageId> {
    text(object, key)?.parse().ok()
}

/// In the trash, under the name of any version of the API.
pub(crate) fn in_trash(object: &Object) -> bool {
    flag(object, "in_trash") || flag(object, "archived")
}

/// A time stamp as milliseconds of the Unix epoch, 0 if absent.
pub(crate) fn millis(object: &Object, key: &str) -> i64 {
    text(object, key)
        .and_then(|stamp| stamp.parse::<jiff::Timestamp>().ok())
        .map_or(0, jiff::Timestamp::as_millisecond)
}

/// The id of a (possibly partial) user object.
pub(crate) fn user_id(object: &Object, key: &str) -> Option<String> {
    owned(child(object, key)?, "id")
}

/// A rich-text array as plain text.
pub(crate) fn plain_text(items: Option<&Value>) -> String {
    let items = items
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    items
        .iter()
        .filter_map(Value::as_object)
        .filter_map(|item| {
            text(item, "plain_text").or_else(|| text(child(item, "text")?, "content"))
        })
        .collect()
}
