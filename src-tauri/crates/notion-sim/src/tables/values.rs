//! Values of a row's properties as requests write them.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Property, Source, dates, option_of, relations, schema, uuid_of};
use crate::{
    api::Ctx,
    error::{ApiError, ApiResult, missing, should_be, too_long},
    files, ids,
    json::at,
    richtext,
    world::{Stamp, Token, World},
};

/// Kinds whose values Notion computes.
const COMPUTED: &[&str] = &[
    "formula",
    "rollup",
    "created_time",
    "created_by",
    "last_edited_time",
    "last_edited_by",
    "unique_id",
    "button",
];

/// What a request sets, by the property's id, in the stored form.
#[derive(Debug, Default)]
pub(crate) struct Values {
    pub(crate) title: Option<Vec<Value>>,
    others: Vec<(String, Value)>,
    /// The data source, if its selects got new options on the way.
    grown: Option<Source>,
}

/// Checks all properties of a request against a data source.
pub(crate) fn check(ctx: &Ctx<'_>, id: Uuid, properties: &Map<String, Value>) -> ApiResult<Values> {
    let Some(source) = ctx
        .world
        .get(id)
        .and_then(|record| record.source.as_deref())
    else {
        return Ok(Values::default());
    };
    let mut source = source.clone();
    let before = source.properties.clone();
    let mut values = Values::default();
    for (key, value) in properties {
        let Some(property) = source.find(key).cloned() else {
            return Err(ApiError::validation(format!(
                "{key} is not a property that exists."
            )));
        };
        let path = format!("body.properties.{key}");
        if property.kind == "title" {
            values.title = Some(check_text(value, "title", &path)?);
            continue;
        }
        if COMPUTED.contains(&property.kind.as_str()) {
            return Err(ApiError::validation(format!(
                "Can't update property \"{}\": its type `{}` is read-only.",
                property.name, property.kind
            )));
        }
        let payload = payload(value, &property, &path)?;
        let path = format!("{path}.{}", property.kind);
        let stored = check_one(ctx, &mut source, &property, payload, &path)?;
        values.others.push((property.id, stored));
    }
    if source.properties != before {
        values.grown = Some(source);
    }
    Ok(values)
}

/// The part below the kind's name. A value may leave its `type` out, and be bare.
fn payload<'a>(value: &'a Value, property: &Property, path: &str) -> ApiResult<&'a Value> {
    if let Some(payload) = value.get(&property.kind) {
        return Ok(payload);
    }
    let other = value.as_object().and_then(|map| {
        let declared = map.get("type").and_then(Value::as_str);
        declared
            .filter(|kind| schema::KINDS.contains(kind))
            .or_else(|| {
                schema::KINDS
                    .iter()
                    .copied()
                    .find(|kind| map.contains_key(*kind))
            })
    });
    match other {
        Some(_) => Err(ApiError::validation(format!(
            "{} is expected to be {}.",
            property.name, property.kind
        ))),
        None if value.is_object() => Err(ApiError::body(missing(&format!(
            "{path}.{}",
            property.kind
        )))),
        None => Ok(value),
    }
}

/// Rich text under a key, or bare.
fn check_text(value: &Value, key: &str, path: &str) -> ApiResult<Vec<Value>> {
    let (items, path) = match value {
        Value::Array(_) => (value, path.to_owned()),
        _ => match value.get(key) {
            Some(items) => (items, format!("{path}.{key}")),
            None if value.get("type").is_some_and(|kind| *kind != key) => {
                return Err(ApiError::validation(format!(
                    "{} is expected to be {key}.",
                    path.rsplit('.').next().unwrap_or(path)
                )));
            }
            None => return Err(ApiError::body(missing(&format!("{path}.{key}")))),
        },
    };
    richtext::check(items, &path).map_err(ApiError::body)
}

fn check_one(
    ctx: &Ctx<'_>,
    source: &mut Source,
    property: &Property,
    value: &Value,
    path: &str,
) -> ApiResult<Value> {
    let wrong = |expected: &str| ApiError::body(should_be(path, expected, Some(value)));
    match property.kind.as_str() {
        "rich_text" => check_text(value, "rich_text", path).map(Value::Array),
        "number" => match value {
            Value::Null => Ok(Value::Null),
            Value::Number(_) => Ok(whole(value)),
            _ => Err(wrong("a number or `null`")),
        },
        "checkbox" if value.is_boolean() => Ok(value.clone()),
        "checkbox" => Err(wrong("a boolean")),
        "url" | "email" | "phone_number" => match value {
            Value::Null => Ok(Value::Null),
            Value::String(text) if text.is_empty() => Err(ApiError::body(format!(
                "{path}.length should be ≥ `1`, instead was `0`."
            ))),
            Value::String(text) => {
                let (units, limit) = (text.encode_utf16().count(), 2000);
                if units > limit {
                    return Err(ApiError::body(too_long(path, limit, units)));
                }
                Ok(value.clone())
            }
            _ => Err(wrong("a string or `null`")),
        },
        "select" | "status" => check_option(source, property, value, path),
        "multi_select" => {
            let items = array(value, path)?;
            let chosen = items
                .iter()
                .enumerate()
                .map(|(at, item)| check_option(source, property, item, &format!("{path}[{at}]")));
            chosen.collect::<ApiResult<_>>()
        }
        "date" => check_date(value, path),
        "people" => check_people(ctx.world, value, path),
        "files" => check_files(value, path),
        "relation" => check_relation(ctx, value, path),
        _ => Ok(value.clone()),
    }
}

/// A number without the point that only the notation gave it.
fn whole(value: &Value) -> Value {
    let number = value.as_f64().unwrap_or_default();
    if number.fract() == 0.0 && number.abs() < 9e15 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it is whole, and small enough"
        )]
        return json!(number as i64);
    }
    value.clone()
}

fn array<'a>(value: &'a Value, path: &str) -> ApiResult<&'a [Value]> {
    let Some(items) = value.as_array() else {
        return Err(ApiError::body(should_be(path, "an array", Some(value))));
    };
    if items.len() > 100 {
        return Err(ApiError::body(too_long(path, 100, items.len())));
    }
    Ok(items)
}

/// A select's value: kept by the option's id, so that it follows the option's name.
fn check_option(
    source: &mut Source,
    property: &Property,
    value: &Value,
    path: &str,
) -> ApiResult<Value> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let key = ["id", "name"]
        .into_iter()
        .find_map(|key| value.get(key).filter(|value| !value.is_null()));
    let Some(key) = key.and_then(Value::as_str) else {
        return Err(ApiError::body(
            ["name", "id"]
                .map(|key| missing(&format!("{path}.{key}")))
                .join("\n"),
        ));
    };
    let name = value.get("name").and_then(Value::as_str);
    let Some(held) = source.properties.iter_mut().find(|p| p.id == property.id) else {
        return Ok(Value::Null);
    };
    let known = option_of(held, key).or_else(|| option_of(held, name?));
    if let Some(option) = known {
        return Ok(json!({"id": option["id"]}));
    }
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Err(ApiError::validation(format!(
            "Select option with ID \"{key}\" does not exist."
        )));
    };
    if property.kind == "status" {
        return Err(ApiError::validation(format!(
            "Invalid status option. Status option \"{name}\" does not exist\"."
        )));
    }
    if name.contains(',') {
        return Err(ApiError::validation(format!(
            "Invalid select option, commas not allowed: {name}"
        )));
    }
    let color = value.get("color").and_then(Value::as_str);
    let option = schema::add_option(&mut held.config, name, color);
    Ok(json!({"id": at(&option, &["id"])}))
}

fn check_date(value: &Value, path: &str) -> ApiResult<Value> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let zone = value.get("time_zone").and_then(Value::as_str);
    let read = |key: &str| -> ApiResult<Value> {
        match value.get(key) {
            None | Some(Value::Null) => Ok(Value::Null),
            Some(text) => {
                let kept = text.as_str().and_then(|text| dates::stored(text, zone));
                kept.map(Value::String).ok_or_else(|| {
                    ApiError::body(should_be(
                        &format!("{path}.{key}"),
                        "a valid ISO 8601 date string",
                        Some(text),
                    ))
                })
            }
        }
    };
    let (start, end) = (read("start")?, read("end")?);
    if start.is_null() {
        return Err(ApiError::body(missing(&format!("{path}.start"))));
    }
    Ok(json!({"start": start, "end": end, "time_zone": null}))
}

fn check_people(world: &World, value: &Value, path: &str) -> ApiResult<Value> {
    let mut stored = Vec::new();
    for (at, person) in array(value, path)?.iter().enumerate() {
        let path = format!("{path}[{at}].id");
        let id = ids::from_value(&person["id"], &path).map_err(ApiError::body)?;
        if !world.users.contains_key(&id) {
            return Err(ApiError::new(
                404,
                "object_not_found",
                format!("Could not find user with ID: {id}."),
            ));
        }
        stored.push(json!(id.to_string()));
    }
    Ok(Value::Array(stored))
}

fn check_files(value: &Value, path: &str) -> ApiResult<Value> {
    let mut stored = Vec::new();
    for (at, file) in array(value, path)?.iter().enumerate() {
        let path = format!("{path}[{at}]");
        let name = file.get("name").and_then(Value::as_str);
        if let Some(upload) = file.get("file_upload") {
            let id = ids::from_value(&upload["id"], &format!("{path}.file_upload.id"))
                .map_err(ApiError::body)?;
            stored.push(json!({"name": name, "type": "file_upload",
                               "file_upload": {"id": id.to_string()}}));
        } else if let Some(external) = file.get("external") {
            let url = richtext::check_url(&external["url"], &format!("{path}.external.url"))
                .map_err(ApiError::body)?;
            let Some(name) = name else {
                return Err(ApiError::body(missing(&format!("{path}.name"))));
            };
            stored.push(json!({"name": name, "type": "external", "external": {"url": url}}));
        } else if file.get("file").is_some() {
            // A file that is there already is kept by sending it back.
            stored.push(file.clone());
        } else {
            let lines = ["external", "file_upload"].map(|key| missing(&format!("{path}.{key}")));
            return Err(ApiError::body(lines.join("\n")));
        }
    }
    Ok(Value::Array(stored))
}

fn check_relation(ctx: &Ctx<'_>, value: &Value, path: &str) -> ApiResult<Value> {
    let mut stored = Vec::new();
    for (at, page) in array(value, path)?.iter().enumerate() {
        let path = format!("{path}[{at}].id");
        let id = ids::from_value(&page["id"], &path).map_err(ApiError::body)?;
        ctx.page(id)?;
        stored.push(json!(id.to_string()));
    }
    Ok(Value::Array(stored))
}

/// Every upload that a row's files name.
fn uploads(values: &Values) -> Vec<Uuid> {
    values
        .others
        .iter()
        .filter_map(|(_, value)| value.as_array())
        .flatten()
        .filter_map(|file| uuid_of(at(file, &["file_upload", "id"])))
        .collect()
}

/// Attaches the files, before anything is stored: a wrong one refuses the whole request.
pub(crate) fn attach(world: &mut World, token: &Token, values: &Values) -> ApiResult<()> {
    files::attach_ids(world, token, &uploads(values))
}

/// Stores what [`check`] let through, and the other sides of two-way relations.
pub(crate) fn apply(world: &mut World, source: Uuid, row: Uuid, values: Values, stamp: Stamp) {
    if let Some(grown) = values.grown
        && let Some(held) = world
            .records
            .get_mut(&source)
            .and_then(|r| r.source.as_mut())
    {
        **held = grown;
    }
    for (id, value) in values.others {
        let old = world
            .records
            .get_mut(&row)
            .and_then(|record| record.page.as_mut())
            .and_then(|page| page.properties.insert(id.clone(), value.clone()));
        relations::mirror(world, source, row, &id, old.as_ref(), &value, stamp);
    }
}
