//! A JSON object in what a model wrote.

use serde_json::{Map, Value};

/// The object that an answer holds: models put fences and words around it, and break off before its end.
/// What is missing at the end is closed; `None` if there is no object even then.
pub fn object_in(text: &str) -> Option<Map<String, Value>> {
    let from = text.find('{')?;
    let text = text.get(from..)?;
    if let Some(object) = first_object(text) {
        return Some(object);
    }
    first_object(&closed(text))
}

/// The object a text begins with, whatever stands behind it.
fn first_object(text: &str) -> Option<Map<String, Value>> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    match values.next()? {
        Ok(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// The text up to the last value that is whole, with all that is open closed.
fn closed(text: &str) -> String {
    let mut open: Vec<char> = Vec::new();
    let mut in_string = false;
    let mut escaped = false;
    // Up to here all is whole, and this is open there.
    let mut whole: (usize, Vec<char>) = (1, vec!['}']);
    for (at, c) in text.char_indices() {
        if in_string {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match c {
            '"' => in_string = true,
            '{' => open.push('}'),
            '[' => open.push(']'),
            '}' | ']' => {
                open.pop();
                whole = (at + 1, open.clone());
            }
            ',' => whole = (at, open.clone()),
            _ => {}
        }
        if matches!(c, '{' | '[') {
            whole = (at + 1, open.clone());
        }
    }
    let (end, open) = whole;
    let mut out = text.get(..end).unwrap_or(text).to_owned();
    out.extend(open.into_iter().rev());
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Option<Value> {
        object_in(text).map(Value::Object)
    }

    #[test]
    fn words_and_fences_around_it_are_left_out() {
        for text in [
            r#"{"title":"A"}"#,
            "Here you are:\n```json\n{\"title\":\"A\"}\n```\nAnything else?",
            "{\"title\":\"A\"} {\"title\":\"B\"}",
        ] {
            assert_eq!(read(text), Some(json!({"title": "A"})), "{text}");
        }
        for text in ["", "no", "[1]", "}"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn what_broke_off_is_closed() {
        assert_eq!(
            read(r#"{"title":"A","tags":["x","y"#),
            Some(json!({"title": "A", "tags": ["x"]}))
        );
        assert_eq!(
            read(r#"{"title":"A","summary":"half a sen"#),
            Some(json!({"title": "A"}))
        );
    }

    proptest! {
        #[test]
        fn nothing_fails(text in "[{}\\[\\]\",:a1\\\\ ]{0,40}") {
            let _found = object_in(&text);
        }
    }
}
