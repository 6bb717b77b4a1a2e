//! Work that Notion does after it has answered.

use std::fmt;
use std::time::Duration;

use serde_json::{Map, Value};

use super::{FromAnswer, Object, child, millis, object_of, owned, text};
use crate::error::ApiError;

/// Work that Notion does after it has answered ("Async task" in Notion's reference).
#[derive(Clone, PartialEq)]
pub struct AsyncTask {
    /// Its id (`task_…`): opaque, no UUID.
    pub id: String,
    /// How far it is.
    pub state: TaskState,
    /// When it was begun, in Unix milliseconds.
    pub created_time: i64,
    /// How long Notion asks to wait before looking again.
    pub poll_after: Option<Duration>,
    /// Everything Notion sent.
    pub raw: Map<String, Value>,
}

/// How far a task is.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum TaskState {
    /// Look again later: queued, running, or a word this version does not know.
    Working(String),
    /// Done. The result has the shape of the answer without `allow_async`.
    Succeeded(Value),
    /// Refused, with the error that the answer would have been.
    Failed(ApiError),
}

impl FromAnswer for AsyncTask {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let raw = object_of(answer, &["async_task"])?;
        let state = match text(&raw, "status").unwrap_or_default() {
            "succeeded" => TaskState::Succeeded(raw.get("result").cloned().unwrap_or_default()),
            "failed" => TaskState::Failed(failure(&raw)),
            other => TaskState::Working(other.to_owned()),
        };
        let seconds = raw.get("poll_after_seconds").and_then(Value::as_f64);
        Ok(Self {
            id: owned(&raw, "id").ok_or("a task without an id")?,
            state,
            created_time: millis(&raw, "created_time"),
            poll_after: seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
            raw,
        })
    }
}

fn failure(task: &Object) -> ApiError {
    let none = Object::new();
    crate::answer::error_of(child(task, "error").unwrap_or(&none))
}

impl fmt::Debug for AsyncTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncTask")
            .field("id", &self.id)
            .field("state", &self.state)
            .field("poll_after", &self.poll_after)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TaskState {
    // A result is content.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Working(word) => f.debug_tuple("Working").field(word).finish(),
            Self::Succeeded(_) => f.write_str("Succeeded"),
            Self::Failed(error) => f.debug_tuple("Failed").field(error).finish(),
        }
    }
}

/// The answer to a request that may be done later (`allow_async`).
#[derive(Debug, Clone, PartialEq)]
pub enum Started<T> {
    /// Done already.
    Done(T),
    /// To be looked for with [`Client::task`](crate::Client::task).
    Later(AsyncTask),
}

impl<T: FromAnswer> FromAnswer for Started<T> {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let kind = answer.get("object").and_then(Value::as_str);
        if kind == Some("async_task") {
            return AsyncTask::from_answer(answer).map(Self::Later);
        }
        T::from_answer(answer).map(Self::Done)
    }
}
