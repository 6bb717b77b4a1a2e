//! Keys and JSON types, without values.

use serde_json::Value;

/// The JSON type of a value.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Where two values differ in keys or types, deeply.
#[must_use]
pub fn differences(example: &Value, ours: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(example, ours, "", &mut found);
    found
}

fn compare(example: &Value, ours: &Value, path: &str, found: &mut Vec<String>) {
    match (example, ours) {
        (Value::Object(a), Value::Object(b)) => {
            let only_ours = b.keys().filter(|key| !a.contains_key(*key));
            for key in a.keys().chain(only_ours) {
                let path = format!("{path}.{key}");
                match (a.get(key), b.get(key)) {
                    (Some(a), Some(b)) => compare(a, b, &path, found),
                    _ => found.push(path),
                }
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            for (a, b) in a.iter().zip(b) {
                compare(a, b, &format!("{path}[]"), found);
            }
            if a.is_empty() != b.is_empty() {
                found.push(format!("{path}[]"));
            }
        }
        (a, b) if kind(a) != kind(b) => found.push(format!("{path}: {}", kind(b))),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn shapes_are_keys_and_types() {
        let example = json!({"a": [1, 2], "b": {"c": "x"}, "d": null});
        assert!(differences(&example, &json!({"a": [7], "b": {"c": ""}, "d": null})).is_empty());
        assert_eq!(
            differences(&example, &json!({"a": [], "b": {"e": 1}, "d": 1})),
            [".a[]", ".b.c", ".b.e", ".d: number"]
        );
    }
}
