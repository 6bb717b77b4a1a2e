//! Values of a row's properties as answers show them.

use serde_json::{Map, Value, json};

use super::{Property, Source, encode, formula, rollup, source_of};
use crate::{
    clock, files,
    json::at,
    richtext,
    users::mentioned_user,
    world::{PageInfo, Record, UserKind, World},
};

/// Relations and people beyond this are only shown by the property's own endpoint.
const SHOWN: usize = 25;
/// Deeper chains of formulas and rollups end here.
const DEPTH: usize = 8;

/// All properties of a row, or those that are wanted.
pub(crate) fn all(world: &World, row: &Record, wanted: &[String]) -> Value {
    let Some((_, source)) = source_of(world, row) else {
        return json!({});
    };
    let kept = source.properties.iter().filter(|property| {
        wanted.is_empty()
            || wanted.iter().any(|key| {
                *key == property.id || *key == encode(&property.id) || *key == property.name
            })
    });
    let shown = kept.map(|property| (property.name.clone(), one(world, row, source, property)));
    Value::Object(shown.collect::<Map<_, _>>())
}

fn one(world: &World, row: &Record, source: &Source, property: &Property) -> Value {
    let mut value = value_of(world, row, source, property, 0);
    let mut more = None;
    if ["relation", "people"].contains(&property.kind.as_str())
        && let Some(list) = value.as_array_mut()
    {
        if property.kind == "relation" {
            more = Some(list.len() > SHOWN);
        }
        list.truncate(SHOWN);
    }
    // Recorded: text is shown in full, however many mentions it has.
    let mut shown =
        json!({"id": encode(&property.id), "type": property.kind, &property.kind: value});
    if let Some(more) = more {
        crate::json::put(&mut shown, "has_more", json!(more));
    }
    shown
}

/// A value in full, as it stands below the kind's name.
pub(crate) fn value_of(
    world: &World,
    row: &Record,
    source: &Source,
    property: &Property,
    depth: usize,
) -> Value {
    let empty = PageInfo::default();
    let page = row.page.as_ref().unwrap_or(&empty);
    let stored = page.properties.get(&property.id).unwrap_or(&Value::Null);
    let rounded = world.config.minute_rounding;
    match property.kind.as_str() {
        // A data source of a wiki is called something too.
        "title" => {
            let title = row.source.as_ref().map(|source| source.head.title.as_slice());
            richtext::present(world, title.unwrap_or(&page.title))
        }
        "rich_text" => richtext::present(world, stored.as_array().map_or(&[], Vec::as_slice)),
        "checkbox" => json!(stored == &json!(true)),
        "select" | "status" => option(property, stored),
        "multi_select" => {
            let chosen = stored.as_array().into_iter().flatten();
            chosen
                .map(|item| option(property, item))
                .filter(|option| !option.is_null())
                .collect()
        }
        "people" => people(world, stored),
        "files" => listed(stored).map(|file| shown_file(world, file)).collect(),
        "relation" => listed(stored).map(|id| json!({"id": id})).collect(),
        "created_time" => json!(clock::show(row.created, rounded)),
        "last_edited_time" => json!(clock::show(row.edited, rounded)),
        "created_by" => author(world, row.created_by),
        "last_edited_by" => author(world, row.edited_by),
        "unique_id" => json!({"prefix": at(&property.config, &["prefix"]), "number": page.number}),
        "button" => json!({}),
        "formula" if depth < DEPTH => formula::value(world, row, source, property, depth)
            .unwrap_or_else(|| recorded(stored, json!({"type": "unsupported", "unsupported": {}}))),
        "rollup" if depth < DEPTH => rollup::value(world, row, source, property, depth)
            .unwrap_or_else(|| {
                recorded(
                    stored,
                    json!({"type": "unsupported", "unsupported": {},
                                                       "function": at(&property.config, &["function"])}),
                )
            }),
        _ => stored.clone(),
    }
}

/// What an imported row showed where nothing can be computed.
fn recorded(stored: &Value, otherwise: Value) -> Value {
    stored.get("recorded").cloned().unwrap_or(otherwise)
}

fn listed(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn option(property: &Property, stored: &Value) -> Value {
    let options = property.config.get("options").and_then(Value::as_array);
    let found = options
        .into_iter()
        .flatten()
        .find(|option| option["id"] == stored["id"] && !stored["id"].is_null());
    found.map_or(
        Value::Null,
        |option| json!({"id": option["id"], "name": option["name"], "color": option["color"]}),
    )
}

fn people(world: &World, stored: &Value) -> Value {
    listed(stored)
        .filter_map(super::uuid_of)
        .map(|id| author(world, id))
        .collect()
}

/// A user as properties show one: a bot without what it is and who owns it.
fn author(world: &World, id: uuid::Uuid) -> Value {
    let mut shown = mentioned_user(world, id);
    let bot = world.users.get(&id).map(|user| &user.kind);
    if matches!(bot, Some(UserKind::Bot { .. })) {
        crate::json::put(&mut shown, "bot", json!({}));
    }
    shown
}

fn shown_file(world: &World, file: &Value) -> Value {
    let mut shown = files::present(world, file);
    if at(&shown, &["name"]).is_null() {
        let name = files::name_of(world, at(file, &["file_upload", "id"]));
        crate::json::put(&mut shown, "name", json!(name));
    }
    shown
}

/// A value as plain text, for titles, formulas and filters.
pub(super) fn plain(kind: &str, value: &Value) -> String {
    match kind {
        "title" | "rich_text" => listed(value)
            .filter_map(|item| item["plain_text"].as_str())
            .collect(),
        "select" | "status" => value["name"].as_str().unwrap_or_default().to_owned(),
        _ => value.as_str().unwrap_or_default().to_owned(),
    }
}
