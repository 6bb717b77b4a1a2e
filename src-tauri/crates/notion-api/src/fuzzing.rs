//! The parsers of answers, for `fuzz/` and the tests that replay what it found.

use serde_json::Value;

use crate::answer::{Dialect, Refusal, Response};
use crate::error::{ApiError, RateLimitReason};
use crate::model::{
    AsyncTask, Block, Comment, DataSource, Database, FileUpload, Found, FromAnswer, List, Me, Page,
    PageMarkdown, PropertyItem, PropertyValue, Started, Template, User,
};
use crate::oauth::{Introspection, TokenGrant};

/// What one parser made of an answer.
pub struct Reading {
    /// The parser's name.
    pub parser: &'static str,
    /// The id it read, if what it read has one of Notion's form.
    pub id: Option<String>,
    /// How many items it kept, if it read a listing.
    pub items: Option<usize>,
    /// How it shows itself in a log.
    pub debug: String,
}

macro_rules! read {
    ($into:ident, $answer:ident, $($kind:ty => $id:expr),* $(,)?) => {
        $(if let Ok(read) = <$kind>::from_answer($answer.clone()) {
            let id: fn(&$kind) -> Option<String> = $id;
            $into.push(Reading {
                parser: stringify!($kind),
                id: id(&read),
                items: None,
                debug: format!("{read:?}"),
            });
        })*
    };
}

macro_rules! list {
    ($into:ident, $answer:ident, $($kind:ty),* $(,)?) => {
        $(if let Ok(list) = List::<$kind>::from_answer($answer.clone()) {
            $into.push(Reading {
                parser: stringify!($kind),
                id: None,
                items: Some(list.results.len() + list.others.len()),
                debug: format!("{list:?}"),
            });
        })*
    };
}

/// Every parser of a successful answer, on any JSON.
pub fn answers(answer: &Value) -> Vec<Reading> {
    let mut readings = Vec::new();
    read!(readings, answer,
        Page => |page| Some(page.id.to_string()),
        Block => |block| Some(block.id.to_string()),
        PageMarkdown => |content| Some(content.id.to_string()),
        Database => |database| Some(database.id.to_string()),
        DataSource => |source| Some(source.id.to_string()),
        Template => |template| Some(template.id.to_string()),
        FileUpload => |upload| Some(upload.id.to_string()),
        Comment => |comment| Some(comment.id.to_string()),
        User => |user| Some(user.id.to_string()),
        Me => |me| Some(me.bot_id.clone()),
        Found => |found| Some(found.id().to_string()),
        AsyncTask => |_| None,
        PropertyValue => |_| None,
        Started<Page> => |_| None,
        Started<PageMarkdown> => |_| None,
        TokenGrant => |_| None,
        Introspection => |_| None,
    );
    list!(
        readings,
        answer,
        Page,
        Block,
        Found,
        DataSource,
        Template,
        FileUpload,
        Comment,
        User,
        PropertyItem
    );
    readings
}

/// The sorting of an answer that is not a success, on any body, as it reaches a caller.
pub fn refusal(
    status: u16,
    head: &[(&'static str, &str)],
    body: &[u8],
    secret: &str,
    of_oauth: bool,
) -> ApiError {
    let mut headers = reqwest::header::HeaderMap::new();
    for (name, value) in head {
        if let Ok(value) = reqwest::header::HeaderValue::from_str(value) {
            headers.insert(*name, value);
        }
    }
    let response = Response {
        status,
        headers,
        body: body.to_vec(),
    };
    let dialect = if of_oauth {
        Dialect::OAuth
    } else {
        Dialect::Api
    };
    match response.into_refusal(secret, dialect) {
        Refusal::Final(error) | Refusal::Conflict(error) => error,
        Refusal::Failed { unclear, .. } => unclear.into(),
        Refusal::Throttled {
            wait,
            reason,
            request_id,
        } => ApiError::RateLimited {
            retry_after: wait.unwrap_or_default(),
            reason: if status == 529 {
                RateLimitReason::Overload
            } else {
                reason
            },
            request_id,
        },
    }
}
