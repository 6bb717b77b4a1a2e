//! Telling recorded ids from ours.

use std::collections::HashMap;

use serde_json::{Value, json};

/// Recorded ids and what they are called in the simulator, both as 32 digits.
pub(crate) type Ids = HashMap<String, String>;

/// The 32 digits of an id, however it is written.
pub(crate) fn digits(text: &str) -> Option<String> {
    let plain = text.replace('-', "").to_lowercase();
    let written = text.len() == 32 || (text.len() == 36 && text.matches('-').count() == 4);
    (written && plain.len() == 32 && plain.chars().all(|c| c.is_ascii_hexdigit())).then_some(plain)
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

/// The id in one text, in the simulator's terms.
pub(crate) fn translate(text: &str, ids: &Ids) -> Option<String> {
    let ours = ids.get(&digits(text)?)?;
    Some(if text.contains('-') {
        dashed(ours)
    } else {
        ours.clone()
    })
}

/// A text with every id in it in the simulator's terms, dashed or not.
pub(crate) fn translate_within(text: &str, ids: &Ids) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let hit = [36, 32].iter().find_map(|size| {
            let (head, tail) = rest.split_at_checked(*size)?;
            Some((translate(head, ids)?, tail))
        });
        if let Some((ours, tail)) = hit {
            out.push_str(&ours);
            rest = tail;
        } else {
            out.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

/// A value with every recorded id replaced by ours.
pub(crate) fn mapped(value: &Value, ids: &Ids) -> Value {
    match value {
        Value::String(text) => json!(translate_within(text, ids)),
        Value::Array(items) => items.iter().map(|item| mapped(item, ids)).collect(),
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(key, value)| (translate_within(key, ids), mapped(value, ids)))
                .collect(),
        ),
        _ => value.clone(),
    }
}

/// Learns which recorded id is which of ours from two answers of the same shape.
pub(crate) fn learn(recorded: &Value, ours: &Value, ids: &mut Ids) {
    match (recorded, ours) {
        (Value::String(a), Value::String(b)) => {
            if let (Some(a), Some(b)) = (digits(a), digits(b)) {
                ids.entry(a).or_insert(b);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            a.iter().zip(b).for_each(|(a, b)| learn(a, b, ids));
        }
        (Value::Object(a), Value::Object(b)) => {
            for (key, a) in a {
                let skip = key == "request_id" || key.ends_with("_by") || key == "next_cursor";
                if let Some(b) = b.get(key).filter(|_| !skip) {
                    learn(a, b, ids);
                }
            }
        }
        _ => {}
    }
}
