//! Telling recorded ids from ours.

use std::collections::HashMap;

use serde_json::{Value, json};

/// Recorded ids and what they are called in the simulator.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ids {
    /// Both as 32 digits.
    uuids: HashMap<String, String>,
    /// Short ids: of properties, options, tasks.
    short: HashMap<String, String>,
}

impl Ids {
    /// What a recorded id of 32 digits is called here.
    pub(crate) fn uuid(&self, plain: &str) -> Option<&str> {
        self.uuids.get(plain).map(String::as_str)
    }

    /// Whether an id has been seen in an answer.
    pub(crate) fn knows(&self, text: &str) -> bool {
        self.short.contains_key(text) || digits(text).is_some_and(|id| self.uuids.contains_key(&id))
    }

    /// A text that is an id as a whole.
    pub(crate) fn exactly(&self, text: &str) -> Option<String> {
        self.short
            .get(text)
            .cloned()
            .or_else(|| translate(text, self))
    }
}

/// Keys whose values are ids of some kind.
pub(crate) fn names_an_id(key: &str) -> bool {
    key == "id"
        || key.ends_with("_id")
        || ["property", "filter_properties", "unique_id_prefix"].contains(&key)
}

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
    let ours = ids.uuid(&digits(text)?)?;
    Some(if text.contains('-') {
        dashed(ours)
    } else {
        ours.to_owned()
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
    within("", value, ids)
}

fn within(key: &str, value: &Value, ids: &Ids) -> Value {
    match value {
        Value::String(text) if names_an_id(key) => {
            json!(ids.exactly(text).unwrap_or_else(|| text.clone()))
        }
        Value::String(text) => json!(translate_formula(text, ids)),
        Value::Array(items) => items.iter().map(|item| within(key, item, ids)).collect(),
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(key, value)| {
                    let name = ids.exactly(key).unwrap_or_else(|| key.clone());
                    (name, within(key, value, ids))
                })
                .collect(),
        ),
        _ => value.clone(),
    }
}

/// What stands in front of a property's id, its table's and its workspace's in a formula.
const MARK: &str = "{{notion:block_property:";

/// The ids in a formula, in order.
fn formula_ids(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(MARK).skip(1);
    parts.flat_map(|part| part.split("}}").next().unwrap_or_default().split(':'))
}

fn learn_formula(recorded: &str, ours: &str, ids: &mut Ids) {
    for (a, b) in formula_ids(recorded).zip(formula_ids(ours)) {
        match (digits(a), digits(b)) {
            (Some(a), Some(b)) => {
                ids.uuids.entry(a).or_insert(b);
            }
            _ => {
                ids.short
                    .entry(a.to_owned())
                    .or_insert_with(|| b.to_owned());
            }
        }
    }
}

/// A text with the ids in it; formulas name properties as `{{notion:block_property:ID:…}}`.
pub(crate) fn translate_formula(text: &str, ids: &Ids) -> String {
    let text = translate_within(text, ids);
    let mut parts = text.split(MARK);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (id, rest) = part.split_at(part.find(':').unwrap_or(part.len()));
        out.push_str(MARK);
        out.push_str(ids.short.get(id).map_or(id, String::as_str));
        out.push_str(rest);
    }
    out
}

/// Learns which recorded id is which of ours from two answers of the same shape.
pub(crate) fn learn(recorded: &Value, ours: &Value, ids: &mut Ids) {
    pair("", recorded, ours, ids);
}

fn pair(key: &str, recorded: &Value, ours: &Value, ids: &mut Ids) {
    match (recorded, ours) {
        (Value::String(a), Value::String(b)) => {
            if let (Some(a), Some(b)) = (digits(a), digits(b)) {
                ids.uuids.entry(a).or_insert(b);
            } else if a.contains(MARK) {
                learn_formula(a, b, ids);
            } else if names_an_id(key) && a != "title" && b != "title" {
                ids.short.entry(a.clone()).or_insert_with(|| b.clone());
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            // Options of a list may come in any order: they are told apart by their names.
            for (at, a) in a.iter().enumerate() {
                let name = a.get("name").filter(|name| name.is_string());
                let same = name.and_then(|name| b.iter().find(|b| b.get("name") == Some(name)));
                if let Some(b) = same.or_else(|| b.get(at)) {
                    pair(key, a, b, ids);
                }
            }
        }
        (Value::Object(a), Value::Object(b)) => {
            for (key, a) in a {
                let skip = key == "request_id" || key.ends_with("_by") || key == "next_cursor";
                if let Some(b) = b.get(key).filter(|_| !skip) {
                    pair(key, a, b, ids);
                }
            }
        }
        _ => {}
    }
}
