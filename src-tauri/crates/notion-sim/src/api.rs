//! What all handlers share: the context of a request, its answer, pagination, lookups.

use axum::body::Bytes;
use rand::{RngExt as _, rngs::StdRng};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    config::Capabilities,
    error::{ApiError, ApiResult, missing, not_present, should_be},
    ids,
    json::at,
    version::Version,
    world::{Record, Stamp, Token, TokenKind, World},
};

/// A request after its credential, version and body were accepted.
pub(crate) struct Ctx<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) rng: &'a mut StdRng,
    pub(crate) token: Token,
    pub(crate) version: Version,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Map<String, Value>,
    pub(crate) incoming: Incoming,
}

/// A body that is not JSON.
#[derive(Debug, Default)]
pub(crate) struct Incoming {
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

/// An answer, and what a fault "saved, but says 503" has to tell.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) changed: bool,
    pub(crate) committed: Option<(Uuid, Vec<Uuid>)>,
    /// Whether the body goes without the id of its request.
    pub(crate) anonymous: bool,
}

impl Answer {
    pub(crate) fn read(body: Value) -> Self {
        Self {
            status: 200,
            body,
            changed: false,
            committed: None,
            anonymous: false,
        }
    }

    pub(crate) fn wrote(body: Value) -> Self {
        Self {
            status: 200,
            body,
            changed: true,
            committed: None,
            anonymous: false,
        }
    }
}

/// What a request needs to be allowed to do.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Need {
    Read,
    Insert,
    Update,
    ReadComments,
    InsertComments,
}

impl Ctx<'_> {
    pub(crate) fn stamp(&self) -> Stamp {
        Stamp::now(self.token.author)
    }

    /// What the switches allow everybody, and the token what it was granted.
    pub(crate) fn capabilities(&self) -> Capabilities {
        let all = self.world.config.capabilities;
        self.token.capabilities.map_or(all, |own| all.and(own))
    }

    pub(crate) fn require(&self, need: Need) -> ApiResult<()> {
        let has = self.capabilities();
        let allowed = match need {
            Need::Read => has.read_content,
            Need::Insert => has.insert_content,
            Need::Update => has.update_content,
            Need::ReadComments => has.read_comments,
            Need::InsertComments => has.insert_comments,
        };
        if allowed {
            Ok(())
        } else {
            Err(ApiError::restricted(
                "Insufficient permissions for this endpoint.",
            ))
        }
    }

    /// Refuses new blocks where the workspace is full ("Workspace block limits"): only for
    /// internal connections and those that are restricted to selected workspaces.
    pub(crate) fn room(&self) -> ApiResult<()> {
        let Some(limit) = self.world.config.block_limit else {
            return Ok(());
        };
        let held_to_it = match self.token.kind {
            TokenKind::Personal => false,
            TokenKind::Internal => true,
            TokenKind::Public => self.world.oauth.is_restricted(self.token.bot),
        };
        let here = self.token.workspace;
        let blocks = self.world.records.values();
        if held_to_it && blocks.filter(|block| block.workspace == here).count() >= limit {
            return Err(ApiError::block_limit());
        }
        Ok(())
    }

    /// Refuses the request's cursor if it is one that has died.
    pub(crate) fn cursor_lives(&mut self) -> ApiResult<()> {
        let chance = self.world.config.cursor_death_probability;
        let in_body = self.body.get("start_cursor").and_then(Value::as_str);
        let cursor = in_body.or_else(|| self.query_value("start_cursor"));
        match cursor.map(str::to_owned) {
            Some(cursor) if chance > 0.0 && self.rng.random_bool(chance.clamp(0.0, 1.0)) => {
                Err(bad_cursor(&cursor))
            }
            _ => Ok(()),
        }
    }

    /// The 404 that stands for "absent" and for "not yours" alike.
    pub(crate) fn not_found(&self, what: &str, id: Uuid) -> ApiError {
        let name = self
            .world
            .users
            .get(&self.token.bot)
            .map(|u| u.name.as_str())
            .unwrap_or_default();
        ApiError::not_found(what, id, name, self.token.bot)
    }

    pub(crate) fn block(&self, id: Uuid) -> ApiResult<&Record> {
        self.visible(id)
            .filter(|record| record.source.is_none())
            .ok_or_else(|| self.not_found("block", id))
    }

    pub(crate) fn page(&self, id: Uuid) -> ApiResult<&Record> {
        let Some(record) = self.visible(id) else {
            return Err(self.not_found("page", id));
        };
        if record.page.is_none() {
            let what = if record.kind == "child_database" {
                "database"
            } else {
                "block"
            };
            return Err(ApiError::validation(format!(
                "Provided ID {id} is a {what}, not a page. Use the retrieve {what} API instead."
            )));
        }
        Ok(record)
    }

    /// Remembers what a sign-in created: it keeps access to that.
    pub(crate) fn created(&mut self, id: Uuid) {
        if let Some(own) = self.world.oauth.authorizations.get_mut(&self.token.bot) {
            own.created.insert(id);
            self.token.created.insert(id);
        }
    }

    fn visible(&self, id: Uuid) -> Option<&Record> {
        self.world
            .get(id)
            .filter(|r| self.world.can_see(&self.token, r.id))
    }

    pub(crate) fn query_value(&self, key: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }

    /// Refuses body keys that are not listed.
    pub(crate) fn only(&self, known: &[&str]) -> ApiResult<()> {
        match self
            .body
            .iter()
            .find(|(key, _)| !known.contains(&key.as_str()))
        {
            Some((key, value)) => Err(ApiError::body(not_present(&format!("body.{key}"), value))),
            None => Ok(()),
        }
    }

    /// A boolean of the body.
    pub(crate) fn flag(&self, key: &str) -> ApiResult<Option<bool>> {
        match self.body.get(key) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            other => Err(ApiError::body(should_be(
                &format!("body.{key}"),
                "a boolean or `undefined`",
                other,
            ))),
        }
    }

    /// `in_trash`, or `archived` on versions that still know it.
    pub(crate) fn trash_flag(&self) -> ApiResult<Option<bool>> {
        if self.version.has_position() {
            if let Some(value) = self.body.get("archived") {
                return Err(ApiError::body(not_present("body.archived", value)));
            }
            return self.flag("in_trash");
        }
        Ok(self.flag("in_trash")?.or(self.flag("archived")?))
    }

    /// Page size and cursor from the query of a GET.
    pub(crate) fn paging_of_query(&self) -> ApiResult<(usize, Option<String>)> {
        let size = match self.query_value("page_size") {
            None => 100,
            Some(text) => {
                let number = text.parse::<i64>().map_err(|_| {
                    ApiError::query(&should_be(
                        "query.page_size",
                        "a number or `undefined`",
                        Some(&json!(text)),
                    ))
                })?;
                check_size(number).map_err(|e| ApiError::query(&format!("query.{e}")))?
            }
        };
        Ok((size, self.query_value("start_cursor").map(str::to_owned)))
    }

    /// Page size and cursor from the body of a POST.
    pub(crate) fn paging_of_body(&self) -> ApiResult<(usize, Option<String>)> {
        let size = match self.body.get("page_size") {
            None => 100,
            Some(value) => {
                let number = value.as_i64().ok_or_else(|| {
                    ApiError::body(should_be(
                        "body.page_size",
                        "a number or `undefined`",
                        Some(value),
                    ))
                })?;
                check_size(number).map_err(|e| ApiError::body(format!("body.{e}")))?
            }
        };
        let cursor = match self.body.get("start_cursor") {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            other => {
                return Err(ApiError::body(should_be(
                    "body.start_cursor",
                    "a string or `undefined`",
                    other,
                )));
            }
        };
        Ok((size, cursor))
    }
}

fn check_size(number: i64) -> Result<usize, String> {
    match number {
        1..=100 => Ok(usize::try_from(number).unwrap_or(100)),
        ..=0 => Err(format!(
            "page_size should be ≥ `1`, instead was `{number}`."
        )),
        _ => Err(format!(
            "page_size should be ≤ `100`, instead was `{number}`."
        )),
    }
}

/// The answer to a cursor that means nothing (any more).
pub(crate) fn bad_cursor(cursor: &str) -> ApiError {
    ApiError::validation(format!("The start_cursor provided is invalid: {cursor}"))
}

/// A list answer.
pub(crate) fn list(kind: &str, results: Vec<Value>, next: Option<String>) -> Value {
    let mut map = Map::new();
    map.insert("object".into(), json!("list"));
    map.insert("results".into(), Value::Array(results));
    map.insert("has_more".into(), json!(next.is_some()));
    map.insert(
        "next_cursor".into(),
        next.map_or(Value::Null, Value::String),
    );
    map.insert("type".into(), json!(kind));
    map.insert(kind.to_owned(), json!({}));
    Value::Object(map)
}

/// The id of the path.
pub(crate) fn path_id(text: &str, name: &str) -> ApiResult<Uuid> {
    ids::parse(text).ok_or_else(|| {
        let detail = should_be(&format!("path.{name}"), "a valid uuid", Some(&json!(text)));
        ApiError::validation(format!("path failed validation: {detail}"))
    })
}

/// Reads `position` (or `after` of old versions) of a body.
pub(crate) fn place(
    body: &Map<String, Value>,
    version: Version,
    start: &str,
    end: &str,
) -> ApiResult<crate::tree::Place> {
    use crate::tree::Place;
    let position = body.get("position");
    if let Some(after) = body.get("after") {
        if version.has_position() {
            return Err(ApiError::body(not_present("body.after", after)));
        }
        if let Some(position) = position {
            return Err(ApiError::body(not_present("body.position", position)));
        }
        return ids::from_value(after, "body.after")
            .map(Place::After)
            .map_err(ApiError::body);
    }
    let Some(position) = position else {
        return Ok(Place::End);
    };
    match position["type"].as_str() {
        Some(kind) if kind == start => Ok(Place::Start),
        Some(kind) if kind == end => Ok(Place::End),
        Some("after_block") => ids::from_value(
            at(position, &["after_block", "id"]),
            "body.position.after_block.id",
        )
        .map(Place::After)
        .map_err(ApiError::body),
        _ if !position.is_object() => Err(ApiError::body(should_be(
            "body.position",
            "an object or `undefined`",
            Some(position),
        ))),
        None => Err(ApiError::body(missing("body.position.type"))),
        Some(other) => Err(ApiError::body(should_be(
            "body.position.type",
            &format!("`\"after_block\"`, `\"{start}\"`, or `\"{end}\"`"),
            Some(&json!(other)),
        ))),
    }
}
