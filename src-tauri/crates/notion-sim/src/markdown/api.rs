//! `/v1/pages/{id}/markdown`.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    api::{Answer, Ctx, Need},
    error::{ApiError, ApiResult, missing, not_present, should_be},
    markdown::{apply, apply::references, page_markdown, parse},
    world::{Stamp, Token, World},
};

fn show(world: &World, token: Option<&Token>, id: Uuid) -> Value {
    let rendered = page_markdown(world, token, id);
    let unknown: Vec<String> = rendered.unknown.iter().map(ToString::to_string).collect();
    json!({"object": "page_markdown", "id": id.to_string(), "markdown": rendered.markdown,
           "truncated": rendered.truncated, "unknown_block_ids": unknown})
}

/// `GET /v1/pages/{id}/markdown`; other blocks' ids read a subtree.
pub(crate) fn read(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    let record = ctx.block(id).map_err(|_| ctx.not_found("page", id))?;
    if record.kind == "child_database" {
        return Err(ApiError::validation(format!(
            "Provided ID {id} is a database, not a page."
        )));
    }
    Ok(Answer::read(show(ctx.world, Some(&ctx.token), id)))
}

/// One of the four commands.
enum Command {
    Replace(String),
    Update(Vec<Pair>),
    Insert(String, Spot),
    ReplaceRange(String, String),
}

struct Pair {
    old: String,
    new: String,
    all: bool,
}

enum Spot {
    Start,
    End,
    After(String),
}

fn text(map: &Map<String, Value>, path: &str, key: &str) -> ApiResult<String> {
    match map.get(key) {
        Some(Value::String(text)) => Ok(text.clone()),
        None => Err(ApiError::body(missing(&format!("{path}.{key}")))),
        other => Err(ApiError::body(should_be(
            &format!("{path}.{key}"),
            "a string",
            other,
        ))),
    }
}

fn known(map: &Map<String, Value>, path: &str, keys: &[&str]) -> ApiResult<()> {
    match map.iter().find(|(key, _)| !keys.contains(&key.as_str())) {
        Some((key, value)) => Err(ApiError::body(not_present(&format!("{path}.{key}"), value))),
        None => Ok(()),
    }
}

fn boolean(map: &Map<String, Value>, path: &str, key: &str) -> ApiResult<bool> {
    match map.get(key) {
        None => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        other => Err(ApiError::body(should_be(
            &format!("{path}.{key}"),
            "a boolean or `undefined`",
            other,
        ))),
    }
}

const COMMANDS: [&str; 4] = [
    "insert_content",
    "replace_content_range",
    "update_content",
    "replace_content",
];

/// The command of a body, and whether it may delete child pages.
fn command(body: &Map<String, Value>) -> ApiResult<(Command, bool)> {
    let kind = match body.get("type") {
        Some(Value::String(kind)) if COMMANDS.contains(&kind.as_str()) => kind.as_str(),
        other => {
            let names = COMMANDS.map(|name| format!("`\"{name}\"`")).join(", ");
            let detail = match other {
                None => missing("body.type"),
                other => should_be("body.type", &names, other),
            };
            return Err(ApiError::body(detail));
        }
    };
    known(body, "body", &["type", "allow_async", kind])?;
    let path = format!("body.{kind}");
    let map = match body.get(kind) {
        Some(Value::Object(map)) => map,
        None => return Err(ApiError::body(missing(&path))),
        other => return Err(ApiError::body(should_be(&path, "an object", other))),
    };
    let deleting = boolean(map, &path, "allow_deleting_content")?;
    let command = match kind {
        "replace_content" => {
            known(map, &path, &["new_str", "allow_deleting_content"])?;
            Command::Replace(text(map, &path, "new_str")?)
        }
        "update_content" => {
            known(map, &path, &["content_updates", "allow_deleting_content"])?;
            Command::Update(pairs(map.get("content_updates"), &path)?)
        }
        "insert_content" => {
            known(map, &path, &["content", "after", "position"])?;
            Command::Insert(text(map, &path, "content")?, spot(map, &path)?)
        }
        _ => {
            known(
                map,
                &path,
                &["content", "content_range", "allow_deleting_content"],
            )?;
            Command::ReplaceRange(
                text(map, &path, "content")?,
                text(map, &path, "content_range")?,
            )
        }
    };
    Ok((command, deleting))
}

fn pairs(value: Option<&Value>, path: &str) -> ApiResult<Vec<Pair>> {
    let path = format!("{path}.content_updates");
    let Some(items) = value.and_then(Value::as_array) else {
        let detail = match value {
            None => missing(&path),
            some => should_be(&path, "an array", some),
        };
        return Err(ApiError::body(detail));
    };
    if items.len() > 100 {
        return Err(ApiError::body(crate::error::too_long(
            &path,
            100,
            items.len(),
        )));
    }
    let mut found = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let at = format!("{path}[{at}]");
        let Some(map) = item.as_object() else {
            return Err(ApiError::body(should_be(&at, "an object", Some(item))));
        };
        known(map, &at, &["old_str", "new_str", "replace_all_matches"])?;
        let pair = Pair {
            old: text(map, &at, "old_str")?,
            new: text(map, &at, "new_str")?,
            all: boolean(map, &at, "replace_all_matches")?,
        };
        if pair.old.is_empty() {
            return Err(ApiError::body(format!(
                "{at}.old_str.length should be ≥ `1`, instead was `0`."
            )));
        }
        found.push(pair);
    }
    Ok(found)
}

fn spot(map: &Map<String, Value>, path: &str) -> ApiResult<Spot> {
    match (map.get("after"), map.get("position")) {
        (Some(_), Some(_)) => Err(ApiError::validation(
            "Provide either \"after\" or \"position\", not both.",
        )),
        (Some(_), None) => text(map, path, "after").map(Spot::After),
        (None, None) => Ok(Spot::End),
        (None, Some(position)) => match position["type"].as_str() {
            Some("start") => Ok(Spot::Start),
            Some("end") => Ok(Spot::End),
            _ => Err(ApiError::body(should_be(
                &format!("{path}.position.type"),
                "`\"start\"` or `\"end\"`",
                position.get("type"),
            ))),
        },
    }
}

fn not_found(wanted: &str) -> ApiError {
    ApiError::validation(format!("String not found: {wanted}"))
}

fn ambiguous(wanted: &str, count: usize) -> ApiError {
    ApiError::validation(format!(
        "Multiple matches found ({count}) for string: {wanted}. Provide a more specific string, or \
         set replace_all_matches to true."
    ))
}

/// The bytes a selection (`start...end`, or a literal string) covers.
fn select(text: &str, selection: &str) -> ApiResult<(usize, usize)> {
    if let Some(start) = text.find(selection) {
        if text.matches(selection).count() > 1 {
            return Err(ambiguous(selection, text.matches(selection).count()));
        }
        return Ok((start, start + selection.len()));
    }
    let Some((first, last)) = selection.split_once("...") else {
        return Err(not_found(selection));
    };
    let start = text.find(first).ok_or_else(|| not_found(selection))?;
    let from = start + first.len();
    let tail = text.get(from..).unwrap_or_default();
    let end = tail.find(last).ok_or_else(|| not_found(selection))?;
    Ok((start, from + end + last.len()))
}

/// Replaces the pairs in `text`. With an error comes how far it got.
fn update_text(text: &str, pairs: &[Pair], sequential: bool) -> Result<String, (ApiError, String)> {
    let mut now = text.to_owned();
    for pair in pairs {
        let searched = if sequential { now.as_str() } else { text };
        let count = searched.matches(&pair.old).count();
        if count == 0 {
            return Err((not_found(&pair.old), now));
        }
        if count > 1 && !pair.all {
            return Err((ambiguous(&pair.old, count), now));
        }
        now = now.replace(&pair.old, &pair.new);
    }
    Ok(now)
}

fn join(before: &str, after: &str) -> String {
    if before.is_empty() || after.is_empty() {
        format!("{before}{after}")
    } else {
        format!("{before}\n{after}")
    }
}

/// Inserts lines after the line in which a selection ends, indented like it.
fn insert_after(text: &str, selection: &str, content: &str) -> ApiResult<String> {
    let (start, end) = select(text, selection)?;
    let tail = text.get(end..).unwrap_or_default();
    let line_end = end + tail.find('\n').unwrap_or(tail.len());
    let head = text.get(..start).unwrap_or_default();
    let line = text
        .get(head.rfind('\n').map_or(0, |at| at + 1)..)
        .unwrap_or_default();
    let tabs = line.len() - line.trim_start_matches('\t').len();
    let indent = "\t".repeat(tabs);
    let content: Vec<String> = content
        .trim_end_matches('\n')
        .split('\n')
        .map(|line| format!("{indent}{line}"))
        .collect();
    let (before, after) = text.split_at_checked(line_end).unwrap_or((text, ""));
    Ok(format!("{before}\n{}{after}", content.join("\n")))
}

/// `PATCH /v1/pages/{id}/markdown`
pub(crate) fn update(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    let (command, deleting) = command(&ctx.body)?;
    ctx.flag("allow_async")?;
    ctx.page(id)?;
    ctx.require(Need::Update)?;
    ctx.world.check_editable(id)?;
    if !matches!(command, Command::Update(_)) {
        // What an edit adds shows only once it is done; the others are there to add.
        ctx.room()?;
    }
    let token = ctx.token.clone();
    let stamp = ctx.stamp();
    run(ctx.world, &token, id, command, deleting, stamp)?;
    Ok(Answer::wrote(show(ctx.world, Some(&token), id)))
}

fn run(
    world: &mut World,
    token: &Token,
    id: Uuid,
    command: Command,
    deleting: bool,
    stamp: Stamp,
) -> ApiResult<()> {
    let before = page_markdown(world, Some(token), id).markdown;
    let (after, keep) = match command {
        Command::Replace(content) => (content, world.config.replace_keeps_ids),
        Command::Insert(content, Spot::Start) => {
            (join(content.trim_end_matches('\n'), &before), true)
        }
        Command::Insert(content, Spot::End) => (join(&before, &content), true),
        Command::Insert(content, Spot::After(selection)) => {
            (insert_after(&before, &selection, &content)?, true)
        }
        Command::ReplaceRange(content, selection) => {
            let (start, end) = select(&before, &selection)?;
            let mut after = before.clone();
            after.replace_range(start..end, &content);
            (after, true)
        }
        Command::Update(pairs) => {
            let config = &world.config;
            let atomic = config.update_content_atomic;
            match update_text(&before, &pairs, config.update_content_sequential) {
                Ok(after) => (after, true),
                Err((error, partial)) => {
                    if !atomic && partial != before {
                        write(world, token, id, &partial, deleting, true, stamp)?;
                    }
                    return Err(error);
                }
            }
        }
    };
    write(world, token, id, &after, deleting, keep, stamp)
}

/// Writes a whole body, unless that would delete child pages unasked.
pub(crate) fn write(
    world: &mut World,
    token: &Token,
    id: Uuid,
    text: &str,
    deleting: bool,
    keep: bool,
    stamp: Stamp,
) -> ApiResult<()> {
    let blocks = parse(text);
    if !deleting {
        let mut named = BTreeSet::new();
        references(&blocks, &mut named);
        let lost: Vec<String> = world
            .child_pages(id)
            .into_iter()
            .filter(|child| !named.contains(child))
            .map(|child| format!("\"{}\" ({child})", world.title(child)))
            .collect();
        if !lost.is_empty() {
            return Err(ApiError::validation(format!(
                "This operation would delete {} child page(s) or database(s): {}. To proceed, set \
                 allow_deleting_content to true.",
                lost.len(),
                lost.join(", ")
            )));
        }
    }
    apply(world, token, id, blocks, keep, stamp)
}
