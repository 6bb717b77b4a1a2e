//! Ids and shapes: telling recorded ids from ours, and comparing answers by keys and types.

use std::collections::HashMap;

use serde_json::{Value, json};

/// The 32 digits of an id, however it is written.
pub(crate) fn is_uuid(text: &str) -> Option<String> {
    let plain = text.replace('-', "").to_lowercase();
    let dashed = text.len() == 32 || (text.len() == 36 && text.matches('-').count() == 4);
    (dashed && plain.len() == 32 && plain.chars().all(|c| c.is_ascii_hexdigit())).then_some(plain)
}

/// The dashed spelling of 32 digits.
pub(crate) fn dashed(plain: &str) -> String {
    let mut out = String::with_capacity(36);
    for (at, c) in plain.chars().enumerate() {
        if [8, 12, 16, 20].contains(&at) {
            out.push('-');
        }
        out.push(c);
    }
    out
}

/// A value with every recorded id replaced by ours.
pub(crate) fn mapped(value: &Value, ids: &HashMap<String, String>) -> Value {
    match value {
        Value::String(text) => match is_uuid(text).and_then(|id| ids.get(&id)) {
            Some(id) => json!(dashed(id)),
            None => value.clone(),
        },
        Value::Array(items) => items.iter().map(|item| mapped(item, ids)).collect(),
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(k, v)| (k.clone(), mapped(v, ids)))
                .collect(),
        ),
        _ => value.clone(),
    }
}

/// Learns which recorded id is which of ours from two answers of the same shape.
pub(crate) fn learn(recorded: &Value, ours: &Value, ids: &mut HashMap<String, String>) {
    match (recorded, ours) {
        (Value::String(a), Value::String(b)) => {
            if let (Some(a), Some(b)) = (is_uuid(a), is_uuid(b)) {
                ids.entry(a).or_insert(b);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            a.iter().zip(b).for_each(|(a, b)| learn(a, b, ids));
        }
        (Value::Object(a), Value::Object(b)) => {
            for (key, a) in a {
                let skip = key == "request_id" || key.ends_with("_by");
                if let Some(b) = b.get(key).filter(|_| !skip) {
                    learn(a, b, ids);
                }
            }
        }
        _ => {}
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Every difference of keys and types.
pub(crate) fn differences(recorded: &Value, ours: &Value, path: &str, found: &mut Vec<String>) {
    match (recorded, ours) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().filter(|key| !b.contains_key(*key)) {
                found.push(format!("{path}.{key} is missing"));
            }
            for key in b.keys().filter(|key| !a.contains_key(*key)) {
                found.push(format!("{path}.{key} is too much"));
            }
            for (key, a) in a {
                if let Some(b) = b.get(key) {
                    differences(a, b, &format!("{path}.{key}"), found);
                }
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            if a.len() != b.len() {
                found.push(format!(
                    "{path} has {} items instead of {}",
                    b.len(),
                    a.len()
                ));
            }
            for (a, b) in a.iter().zip(b) {
                differences(a, b, &format!("{path}[]"), found);
            }
        }
        (a, b) if kind(a) != kind(b) => {
            found.push(format!("{path} is {} instead of {}", kind(b), kind(a)));
        }
        _ => {}
    }
}
