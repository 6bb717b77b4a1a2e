//! The order of a query's rows.

use std::cmp::Ordering;

use serde_json::Value;

use super::{Property, Source, cells, dates::When};
use crate::{
    error::{ApiError, ApiResult, missing, should_be},
    json::at,
    world::{Record, World},
};

/// One key of the order.
#[derive(Debug)]
pub(super) struct Sort {
    by: Key,
    descending: bool,
}

#[derive(Debug)]
enum Key {
    Property(String),
    Created,
    Edited,
}

/// Reads `sorts`.
pub(super) fn read(sorts: &Value, source: &Source) -> ApiResult<Vec<Sort>> {
    let Some(items) = sorts.as_array() else {
        return Err(ApiError::body(should_be(
            "body.sorts",
            "an array or `undefined`",
            Some(sorts),
        )));
    };
    let read = |(at, item): (usize, &Value)| {
        let path = format!("body.sorts[{at}]");
        let descending = match item.get("direction").and_then(Value::as_str) {
            None if item.get("direction").is_none() => false,
            Some("ascending") => false,
            Some("descending") => true,
            _ => {
                return Err(ApiError::body(should_be(
                    &format!("{path}.direction"),
                    "`\"ascending\"` or `\"descending\"`",
                    item.get("direction"),
                )));
            }
        };
        let by = match (
            item.get("timestamp").and_then(Value::as_str),
            item.get("property").and_then(Value::as_str),
        ) {
            (Some("created_time"), _) => Key::Created,
            (Some("last_edited_time"), _) => Key::Edited,
            (Some(_), _) => {
                return Err(ApiError::body(should_be(
                    &format!("{path}.timestamp"),
                    "`\"created_time\"` or `\"last_edited_time\"`",
                    item.get("timestamp"),
                )));
            }
            (None, Some(key)) => Key::Property(
                source
                    .find(key)
                    .ok_or_else(|| {
                        ApiError::validation(format!(
                            "Could not find sort property with name or id: {key}"
                        ))
                    })?
                    .id
                    .clone(),
            ),
            (None, None) => {
                return Err(ApiError::body(
                    ["property", "timestamp"]
                        .map(|key| missing(&format!("{path}.{key}")))
                        .join("\n"),
                ));
            }
        };
        Ok(Sort { by, descending })
    };
    items.iter().enumerate().map(read).collect()
}

/// What is compared.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rank {
    Number(f64),
    Text(String),
    /// Empty values come last, whatever the direction.
    Nothing,
}

/// The key of a row in the order.
pub(super) fn rank(sorts: &[Sort], world: &World, row: &Record, source: &Source) -> Vec<Rank> {
    sorts
        .iter()
        .map(|sort| match &sort.by {
            Key::Created => time(row.created),
            Key::Edited => time(row.edited),
            Key::Property(id) => source.by_id(id).map_or(Rank::Nothing, |property| {
                let value = cells::value_of(world, row, source, property, 0);
                of_value(property, &property.kind, &value)
            }),
        })
        .collect()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds fit for 285,000 years"
)]
fn time(millis: i64) -> Rank {
    Rank::Number(millis as f64)
}

fn of_value(property: &Property, kind: &str, value: &Value) -> Rank {
    if value.is_null() {
        return Rank::Nothing;
    }
    match kind {
        "number" => value.as_f64().map_or(Rank::Nothing, Rank::Number),
        "unique_id" => value["number"].as_f64().map_or(Rank::Nothing, Rank::Number),
        "checkbox" | "boolean" => Rank::Number(f64::from(u8::from(*value == true))),
        "date" | "created_time" | "last_edited_time" => {
            let text = value["start"].as_str().or(value.as_str());
            text.and_then(When::read)
                .map_or(Rank::Nothing, |when| time(when.millis()))
        }
        // Options are in the order of the property, not of their names.
        "select" | "status" => option(property, &value["id"]),
        "multi_select" => option(property, first(value, "id")),
        "formula" | "rollup" => {
            let inner = value["type"].as_str().unwrap_or_default();
            of_value(property, inner, &value[inner])
        }
        "people" => text(first(value, "name").as_str().unwrap_or_default()),
        "created_by" | "last_edited_by" => text(value["name"].as_str().unwrap_or_default()),
        "relation" => text(first(value, "id").as_str().unwrap_or_default()),
        kind => text(&cells::plain(kind, value)),
    }
}

/// A field of a list's first entry.
fn first<'a>(value: &'a Value, key: &str) -> &'a Value {
    value
        .as_array()
        .and_then(|items| items.first()?.get(key))
        .unwrap_or(&Value::Null)
}

fn option(property: &Property, id: &Value) -> Rank {
    let options = at(&property.config, &["options"]).as_array();
    let at = options.and_then(|options| options.iter().position(|option| option["id"] == *id));
    at.and_then(|at| u32::try_from(at).ok())
        .map_or(Rank::Nothing, |at| Rank::Number(f64::from(at)))
}

fn text(text: &str) -> Rank {
    if text.is_empty() {
        Rank::Nothing
    } else {
        Rank::Text(text.to_lowercase())
    }
}

/// The order of two rows.
pub(super) fn compare(sorts: &[Sort], a: &[Rank], b: &[Rank]) -> Ordering {
    for ((sort, a), b) in sorts.iter().zip(a).zip(b) {
        let order = match (a, b) {
            (Rank::Nothing, Rank::Nothing) => Ordering::Equal,
            (Rank::Nothing, _) => return Ordering::Greater,
            (_, Rank::Nothing) => return Ordering::Less,
            (Rank::Number(a), Rank::Number(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
            (Rank::Text(a), Rank::Text(b)) => a.cmp(b),
            (Rank::Number(_), Rank::Text(_)) => Ordering::Less,
            (Rank::Text(_), Rank::Number(_)) => Ordering::Greater,
        };
        let order = if sort.descending {
            order.reverse()
        } else {
            order
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}
