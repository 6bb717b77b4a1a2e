//! Corrections of Notion's `OpenAPI` document, where Notion's own answers contradict it. What they
//! are, and why each, stands in `overlay.json`.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value, json};

const OVERLAY: &str = include_str!("../overlay.json");

#[derive(Deserialize)]
struct Overlay {
    fields: Vec<Field>,
    changes: Vec<Change>,
    answers: Vec<Answer>,
}

/// An answer that the document does not know.
#[derive(Deserialize)]
struct Answer {
    method: String,
    path: String,
    status: u16,
    schema: Value,
}

/// A field that all objects of a kind have.
#[derive(Deserialize)]
struct Field {
    /// The kind; `*` for every kind.
    object: String,
    #[serde(rename = "field")]
    name: String,
    schema: Value,
    /// The first version without it.
    until: Option<String>,
}

/// A change of one place among the document's named schemas.
#[derive(Deserialize)]
struct Change {
    at: String,
    set: Option<String>,
    to: Option<Value>,
    push: Option<Value>,
    drop: Option<String>,
}

/// A full object has more fields than a reference to one.
const REFERENCE: usize = 4;

/// The document for one version, corrected. An error names an entry that fits nothing any more.
pub(crate) fn corrected(document: &Value, version: &str) -> Result<Value, String> {
    let overlay: Overlay = serde_json::from_str(OVERLAY).map_err(|error| error.to_string())?;
    let mut parts = json!({"paths": document["paths"], "components": document["components"]});
    for change in &overlay.changes {
        let pointer = format!("/components/schemas{}", change.at);
        let place = parts.pointer_mut(&pointer);
        let place = place.ok_or_else(|| format!("the document has no {}", change.at))?;
        change.make(place);
    }
    for answer in &overlay.answers {
        let responses = &mut parts["paths"][&answer.path][&answer.method]["responses"];
        let place = &mut responses[answer.status.to_string()];
        if !place.is_null() {
            return Err(format!("the document has {} by now", answer.path));
        }
        *place = json!({"content": {"application/json": {"schema": answer.schema}}});
    }
    let fields: Vec<&Field> = overlay
        .fields
        .iter()
        .filter(|field| field.until.as_deref().is_none_or(|until| version < until))
        .collect();
    add_fields(&mut parts, &fields);
    let mut opened = BTreeSet::new();
    branches(&parts, &mut opened);
    let mut before = 0;
    while before < opened.len() {
        // A branch may be a choice between other named schemas.
        before = opened.len();
        for name in opened.clone() {
            named(&parts["components"]["schemas"][&name], &mut opened);
        }
    }
    close_wholes(&mut parts);
    if let Some(schemas) = parts.pointer_mut("/components/schemas") {
        for name in opened {
            if let Some(schema) = schemas.get_mut(&name) {
                open(schema);
            }
        }
    }
    Ok(parts)
}

impl Change {
    fn make(&self, place: &mut Value) {
        match place {
            Value::Object(map) => {
                if let (Some(key), Some(value)) = (&self.set, &self.to) {
                    map.insert(key.clone(), value.clone());
                }
            }
            Value::Array(items) => {
                items.extend(self.push.clone());
                if let Some(name) = &self.drop {
                    items.retain(|item| item != name);
                }
            }
            _ => {}
        }
    }
}

fn add_fields(value: &mut Value, fields: &[&Field]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| add_fields(item, fields)),
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get_mut("properties") {
                complete(properties, fields);
            }
            map.values_mut().for_each(|item| add_fields(item, fields));
        }
        _ => {}
    }
}

fn complete(properties: &mut Map<String, Value>, fields: &[&Field]) {
    let Some(kind) = properties
        .get("object")
        .and_then(|object| object.get("const")?.as_str())
        .map(str::to_owned)
    else {
        return;
    };
    let full = properties.len() > REFERENCE;
    for field in fields {
        if field.object == "*" || (field.object == kind && full) {
            let schema = || field.schema.clone();
            properties.entry(&field.name).or_insert_with(schema);
        }
    }
}

const COMBINING: [&str; 3] = ["allOf", "oneOf", "anyOf"];

/// Names of schemas that are branches of an `allOf`, directly or within a choice.
fn branches(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| branches(item, found)),
        Value::Object(map) => {
            for branch in map
                .get("allOf")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                named(branch, found);
            }
            map.values().for_each(|item| branches(item, found));
        }
        _ => {}
    }
}

fn named(branch: &Value, found: &mut BTreeSet<String>) {
    if let Some(name) = branch["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
        found.insert(name.to_owned());
    }
    for key in COMBINING {
        for inner in branch[key].as_array().into_iter().flatten() {
            named(inner, found);
        }
    }
}

/// Closes each `allOf` as a whole, and opens its branches.
fn close_wholes(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(close_wholes),
        Value::Object(map) => {
            if let Some(Value::Array(parts)) = map.get_mut("allOf") {
                parts.iter_mut().for_each(open);
                map.entry("unevaluatedProperties").or_insert(json!(false));
            }
            map.values_mut().for_each(close_wholes);
        }
        _ => {}
    }
}

/// Takes the lock off a branch and off the choices in it.
fn open(branch: &mut Value) {
    let Value::Object(map) = branch else { return };
    if map.get("additionalProperties") == Some(&json!(false)) {
        map.remove("additionalProperties");
    }
    for key in COMBINING {
        if let Some(Value::Array(items)) = map.get_mut(key) {
            items.iter_mut().for_each(open);
        }
    }
}
