//! Filters of queries: `and`, `or`, conditions on properties and on the two times of a row.

use serde_json::Value;

use super::{Source, cells, conditions};
use crate::{
    clock,
    error::{ApiError, ApiResult, missing, should_be},
    world::{Record, World},
};

/// The kinds of conditions, in the order in which errors list them.
const KINDS: &[&str] = &[
    "title",
    "rich_text",
    "number",
    "checkbox",
    "select",
    "multi_select",
    "status",
    "date",
    "people",
    "files",
    "url",
    "email",
    "phone_number",
    "relation",
    "created_by",
    "created_time",
    "last_edited_by",
    "last_edited_time",
    "formula",
    "unique_id",
    "rollup",
];

/// A filter that was checked.
#[derive(Debug)]
pub(super) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    /// A property's id, the kind of the condition, and the condition.
    Property(String, &'static str, Value),
    /// `created_time` or `last_edited_time`, and the condition.
    Time(&'static str, Value),
}

/// Reads a filter. `and` and `or` nest two deep.
pub(super) fn read(filter: &Value, source: &Source) -> ApiResult<Filter> {
    level(filter, source, "body.filter", 0)
}

fn level(filter: &Value, source: &Source, path: &str, depth: usize) -> ApiResult<Filter> {
    let Some(map) = filter.as_object() else {
        return Err(ApiError::body(should_be(
            path,
            "an object or `undefined`",
            Some(filter),
        )));
    };
    for (key, make) in [
        ("or", Filter::Any as fn(Vec<Filter>) -> Filter),
        ("and", Filter::All),
    ] {
        let Some(inner) = map.get(key) else { continue };
        let path = format!("{path}.{key}");
        if depth > 1 {
            return Err(ApiError::body(crate::error::not_present(&path, inner)));
        }
        let Some(items) = inner.as_array() else {
            return Err(ApiError::body(should_be(&path, "an array", Some(inner))));
        };
        let read = items
            .iter()
            .enumerate()
            .map(|(at, item)| level(item, source, &format!("{path}[{at}]"), depth + 1));
        return Ok(make(read.collect::<ApiResult<_>>()?));
    }
    if let Some(time) = map.get("timestamp") {
        for kind in ["created_time", "last_edited_time"] {
            if *time == kind {
                let condition = map
                    .get(kind)
                    .ok_or_else(|| ApiError::body(missing(&format!("{path}.{kind}"))))?;
                conditions::check("date", condition, &format!("{path}.{kind}"))?;
                return Ok(Filter::Time(kind, condition.clone()));
            }
        }
        return Err(ApiError::body(should_be(
            &format!("{path}.timestamp"),
            "`\"created_time\"` or `\"last_edited_time\"`",
            Some(time),
        )));
    }
    on_property(filter, source, path)
}

fn on_property(filter: &Value, source: &Source, path: &str) -> ApiResult<Filter> {
    let found = KINDS
        .iter()
        .find_map(|kind| filter.get(*kind).map(|condition| (*kind, condition)));
    let Some((kind, condition)) = found else {
        let keys = ["or", "and"].iter().chain(KINDS);
        let lines: Vec<String> = keys.map(|key| missing(&format!("{path}.{key}"))).collect();
        return Err(ApiError::body(lines.join("\n")));
    };
    let key = match filter.get("property") {
        Some(Value::String(key)) => key,
        Some(other) => {
            return Err(ApiError::body(should_be(
                &format!("{path}.property"),
                "a string",
                Some(other),
            )));
        }
        None => return Err(ApiError::body(missing(&format!("{path}.property")))),
    };
    conditions::check(kind, condition, &format!("{path}.{kind}"))?;
    let Some(property) = source.find(key) else {
        return Err(ApiError::validation(format!(
            "Could not find property with name or id: {key}"
        )));
    };
    if !fits(kind, &property.kind) {
        return Err(ApiError::validation(format!(
            "database property {} does not match filter {kind}",
            property.kind
        )));
    }
    Ok(Filter::Property(
        property.id.clone(),
        kind,
        condition.clone(),
    ))
}

/// Which conditions go with which kind of property. Recorded: titles take those of text.
fn fits(condition: &str, property: &str) -> bool {
    let text = ["title", "rich_text", "url", "email", "phone_number"];
    let date = ["date", "created_time", "last_edited_time"];
    let people = ["people", "created_by", "last_edited_by"];
    condition == property
        || [text.as_slice(), &date, &people]
            .iter()
            .any(|family| family.contains(&condition) && family.contains(&property))
        || (condition == "select" && property == "status")
}

/// Whether a row passes.
pub(super) fn passes(filter: &Filter, world: &World, row: &Record, source: &Source) -> bool {
    match filter {
        Filter::All(inner) => inner.iter().all(|f| passes(f, world, row, source)),
        Filter::Any(inner) => inner.iter().any(|f| passes(f, world, row, source)),
        Filter::Time(kind, condition) => {
            let millis = match *kind {
                "created_time" => row.created,
                _ => row.edited,
            };
            let shown = Value::String(clock::show(millis, world.config.minute_rounding));
            conditions::holds("date", condition, &shown)
        }
        Filter::Property(id, kind, condition) => source.by_id(id).is_some_and(|property| {
            let value = cells::value_of(world, row, source, property, 0);
            match *kind {
                "formula" | "rollup" => conditions::computed_holds(condition, &value),
                // What a property is decides how it is compared.
                _ => conditions::holds(conditions::family(&property.kind), condition, &value),
            }
        }),
    }
}
