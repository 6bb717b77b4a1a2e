//! How things were before a recorded request changed them, and what a request takes for granted.

use serde_json::{Map, Value, json};

use crate::{
    ids::{dashed, digits},
    recording::{Pair, text},
};

/// Whether a request only reads, whatever its method.
pub(crate) fn reads(pair: &Pair) -> bool {
    pair.method() == "GET" || pair.path().ends_with("/search") || pair.path().ends_with("/query")
}

/// An object that an answer shows, as it must have been before the request.
pub(crate) fn undone(pair: &Pair, route: &str, mut object: Value) -> Value {
    if reads(pair) {
        return object;
    }
    let own = digits(text(&object, "id")) == pair.path().split('/').find_map(digits);
    if let Some(map) = object.as_object_mut() {
        map.remove("in_trash");
        map.remove("archived");
        if own && route.contains("/file_uploads/") {
            unsent(map, route);
        }
        if own && (route.contains("/data_sources/") || route.contains("/databases/")) {
            unchanged_schema(map, pair.body());
        }
    }
    object
}

/// How much is sent for a part whose content no recording holds: the least that Notion takes for
/// one that is not the last.
pub(crate) const PART: u64 = 5 * 1024 * 1024;

/// An upload before a part of it was sent, or before it was completed.
fn unsent(map: &mut Map<String, Value>, route: &str) {
    map.insert("status".into(), json!("pending"));
    let Some(parts) = map
        .get_mut("number_of_parts")
        .and_then(Value::as_object_mut)
    else {
        map.remove("content_length");
        return;
    };
    if route.ends_with("/send") {
        let sent = parts.get("sent").and_then(Value::as_u64).unwrap_or(1);
        parts.insert("sent".into(), json!(sent.saturating_sub(1)));
        let length = map.get("content_length").and_then(Value::as_u64);
        let before = length.unwrap_or(0).saturating_sub(PART);
        map.insert("content_length".into(), json!(before));
    }
}

/// A table before properties were renamed, removed or added.
fn unchanged_schema(map: &mut Map<String, Value>, body: &Value) {
    let Some(Value::Object(properties)) = map.get_mut("properties") else {
        return;
    };
    for (old, change) in body["properties"].as_object().into_iter().flatten() {
        if change.is_null() {
            let id = format!("r{:x}", properties.len());
            let removed = json!({"id": id, "name": old, "type": "rich_text", "rich_text": {}});
            properties.insert(old.clone(), removed);
            continue;
        }
        let Some(new) = change["name"].as_str() else {
            continue;
        };
        if let Some(mut property) = properties.remove(new) {
            let by_id = property["id"] == *old;
            let name = if by_id { new } else { old.as_str() };
            if let Some(property) = property.as_object_mut() {
                property.insert("name".into(), json!(name));
            }
            properties.insert(name.to_owned(), property);
        }
    }
}

/// A row whose property an answer spells out, in a table made for it.
pub(crate) fn row(pair: &Pair, route: &str, id: &str) -> Option<Value> {
    if !route.contains("/properties/") {
        return None;
    }
    let answer = pair.answer();
    let listed = answer["object"] == "list";
    let item = if listed {
        &answer["property_item"]
    } else {
        answer
    };
    let kind = item["type"].as_str()?;
    let items = answer["results"].as_array();
    let parts = items.into_iter().flatten();
    let value = match kind {
        "rollup" => item["rollup"].clone(),
        _ if listed => parts.filter_map(|part| part.get(kind).cloned()).collect(),
        _ => item.get(kind)?.clone(),
    };
    if item["id"] == "title" {
        return Some(json!({"object": "page", "id": dashed(id), "properties":
            {"title": {"id": "title", "type": "title", "title": value}}}));
    }
    let parent = json!({"type": "data_source_id", "data_source_id": beside(id, 1),
                        "database_id": beside(id, 2)});
    let property = json!({"id": item["id"], "type": kind, kind: value});
    let title = json!({"id": "title", "type": "title", "title": []});
    let mut row = json!({"object": "page", "id": dashed(id), "parent": parent, "in_trash": false,
                         "properties": {"Name": title, "Property": property}});
    if kind == "created_by" || kind == "last_edited_by" {
        row[kind] = property_user(item, kind);
    }
    Some(row)
}

/// The person a property names, as an object refers to one.
fn property_user(item: &Value, kind: &str) -> Value {
    json!({"object": "user", "id": item[kind]["id"]})
}

/// An id that differs from another in its first digit: nobody else names this table.
fn beside(id: &str, step: u32) -> String {
    let first = id.chars().next().and_then(|digit| digit.to_digit(16));
    let digit = char::from_digit((first.unwrap_or(0) + step) % 16, 16).unwrap_or('0');
    dashed(&format!("{digit}{}", id.get(1..).unwrap_or_default()))
}

/// Pages, databases and data sources that a request names by their ids: what, and which.
pub(crate) fn named(pair: &Pair, route: &str) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    in_value(pair.body(), &mut found);
    in_value(&pair.request["query"], &mut found);
    let target = pair.path().split('/').find_map(digits);
    if let Some(target) = target {
        for (part, object) in [
            ("/databases/{id}", "database"),
            ("/data_sources/{id}", "data_source"),
        ] {
            if route.contains(part) {
                found.push((object, target.clone()));
            }
        }
    }
    found
}

fn in_value(value: &Value, found: &mut Vec<(&'static str, String)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| in_value(item, found)),
        Value::Object(map) => {
            for (key, value) in map {
                let object = match key.as_str() {
                    "database_id" => "database",
                    "data_source_id" => "data_source",
                    "page_id" => "page",
                    _ => "",
                };
                if let Some(id) = value
                    .as_str()
                    .and_then(digits)
                    .filter(|_| !object.is_empty())
                {
                    found.push((object, id));
                }
                for related in list(value).filter(|_| key == "relation") {
                    found.extend(digits(text(related, "id")).map(|id| ("page", id)));
                }
                in_value(value, found);
            }
        }
        _ => {}
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_ids_are_new() {
        for digit in "0123456789abcdef".chars() {
            let id = digit.to_string().repeat(32);
            let made = [dashed(&id), beside(&id, 1), beside(&id, 2)];
            assert!(made[0] != made[1] && made[0] != made[2] && made[1] != made[2]);
        }
    }
}
