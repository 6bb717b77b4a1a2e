//! Reading and writing JSON values without ever panicking.

use serde_json::Value;

/// Sets a field of an object; anything else stays as it is.
pub(crate) fn put(value: &mut Value, key: &str, field: Value) {
    if let Value::Object(map) = value {
        map.insert(key.to_owned(), field);
    }
}

/// The field at the end of a path, or null.
pub(crate) fn at<'a>(value: &'a Value, path: &[&str]) -> &'a Value {
    path.iter()
        .fold(value, |value, key| value.get(key).unwrap_or(&Value::Null))
}
