//! What differs between a recorded answer and ours.

use serde_json::{Map, Value};

use crate::{
    ids::{Ids, digits, names_an_id, translate_formula},
    recording::Pair,
    shape::kind,
};

/// Compares status, error, keys, types and determined values; one sentence per difference.
pub(crate) fn compare(pair: &Pair, status: u16, ours: &Value, ids: &Ids) -> Vec<String> {
    let recorded = pair.answer();
    if pair.status() != u64::from(status) {
        return vec![format!(
            "status {status} instead of {}: {}",
            pair.status(),
            ours["message"]
        )];
    }
    let mut comparison = Comparison {
        ids,
        found: Vec::new(),
    };
    comparison.values(recorded, ours, &mut Path::default());
    comparison.found
}

struct Comparison<'a> {
    ids: &'a Ids,
    found: Vec<String>,
}

/// Where a comparison is: the keys from the top, for reports and for what a key means.
#[derive(Default)]
struct Path<'a>(Vec<&'a str>);

impl Path<'_> {
    fn show(&self) -> String {
        if self.0.is_empty() {
            "the answer".to_owned()
        } else {
            format!(".{}", self.0.join("."))
        }
    }

    fn key(&self) -> &str {
        self.0.last().copied().unwrap_or_default()
    }

    fn within(&self, key: &str) -> bool {
        self.0.contains(&key)
    }
}

/// Values that are not determined by what a recording shows: clocks, random ids, signatures,
/// whose token it was, and addresses that Notion asks nobody to read.
fn undetermined(path: &Path<'_>, recorded: &str) -> bool {
    let key = path.key();
    let clock = key.ends_with("_time") || key == "expires_at";
    let ours_alone = [
        "request_id",
        "next_cursor",
        "upload_url",
        "complete_url",
        "status_url",
        "public_url",
        "integration_id",
        "bot_id",
    ]
    .contains(&key);
    let address_of_object = key == "url" && path.0.len() <= 3 && recorded.contains("notion");
    let signed = key == "url" && path.0.iter().rev().nth(1) == Some(&"file");
    let token = path.within("created_by") || path.within("last_edited_by") || path.within("bot");
    clock || ours_alone || address_of_object || signed || token
}

impl<'a> Comparison<'a> {
    fn say(&mut self, path: &Path<'_>, what: &str) {
        self.found.push(format!("{} {what}", path.show()));
    }

    fn values(&mut self, recorded: &'a Value, ours: &'a Value, path: &mut Path<'a>) {
        match (recorded, ours) {
            (Value::Object(a), Value::Object(b)) => self.objects(a, b, path),
            (Value::Array(a), Value::Array(b)) => {
                if a.len() != b.len() {
                    let what = format!("has {} items instead of {}", b.len(), a.len());
                    self.say(path, &what);
                }
                path.0.push("[]");
                for (a, b) in a.iter().zip(b) {
                    self.values(a, b, path);
                }
                path.0.pop();
            }
            (a, b) if kind(a) != kind(b) => {
                let what = format!("is {} instead of {}", short(b), short(a));
                self.say(path, &what);
            }
            (Value::String(a), Value::String(b)) => self.texts(a, b, path),
            (Value::Number(a), Value::Number(b)) => {
                let token = path.within("bot");
                if !token && (a.as_f64() != b.as_f64()) {
                    let what = format!("is {b} instead of {a}");
                    self.say(path, &what);
                }
            }
            (a, b) if a != b => {
                let what = format!("is {b} instead of {a}");
                self.say(path, &what);
            }
            _ => {}
        }
    }

    fn objects(
        &mut self,
        a: &'a Map<String, Value>,
        b: &'a Map<String, Value>,
        path: &mut Path<'a>,
    ) {
        let ours = |key: &str| {
            b.get(key)
                .or_else(|| b.get(&self.ids.exactly(key).unwrap_or_default()))
        };
        let missing: Vec<&String> = a.keys().filter(|key| ours(key).is_none()).collect();
        for key in missing {
            self.found.push(format!("{}.{key} is missing", path.show()));
        }
        let known: Vec<String> = a
            .keys()
            .flat_map(|key| [Some(key.clone()), self.ids.exactly(key)])
            .flatten()
            .collect();
        for key in b.keys().filter(|key| !known.contains(key)) {
            self.found
                .push(format!("{}.{key} is too much", path.show()));
        }
        for (key, a) in a {
            let ours = b
                .get(key)
                .or_else(|| b.get(&self.ids.exactly(key).unwrap_or_default()));
            if let Some(b) = ours {
                path.0.push(key);
                self.values(a, b, path);
                path.0.pop();
            }
        }
    }

    fn texts(&mut self, a: &str, b: &str, path: &Path<'_>) {
        if a == b || undetermined(path, a) {
            return;
        }
        let expected = if names_an_id(path.key()) {
            self.ids.exactly(a).unwrap_or_else(|| a.to_owned())
        } else {
            translate_formula(a, self.ids)
        };
        // An id that nothing has introduced yet may be any, but for the one that is a word.
        let an_id = names_an_id(path.key()) || (digits(a).is_some() && digits(b).is_some());
        let new_id = an_id && !self.ids.knows(a) && a != "title" && b != "title";
        // The id of a property is shown encoded, and named by others as it is.
        let names_a_property = path.key().ends_with("_property_id");
        if expected != b && !(names_a_property && decoded(&expected) == decoded(b)) && !new_id {
            let what = format!("is {b:?} instead of {expected:?}");
            self.say(path, &what);
        }
    }
}

/// Without percent signs.
fn decoded(text: &str) -> String {
    let query = format!("x={}", text.replace('+', "%2B"));
    let mut pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs
        .next()
        .map_or_else(String::new, |(_, value)| value.into_owned())
}

/// A value, or what it is if it is long.
fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 200 {
        kind(value).to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(recorded: Value, ours: &Value) -> Vec<String> {
        let mut ids = Ids::default();
        crate::ids::learn(&json!("1".repeat(32)), &json!("2".repeat(32)), &mut ids);
        let mut comparison = Comparison {
            ids: &ids,
            found: Vec::new(),
        };
        let recorded = Box::leak(Box::new(recorded));
        let ours = Box::leak(Box::new(ours.clone()));
        comparison.values(recorded, ours, &mut Path::default());
        comparison.found
    }

    #[test]
    fn keys_types_and_values_count() {
        let answer = json!({"a": [1, {"b": null}], "c": "x", "created_time": "t"});
        assert_eq!(found(answer.clone(), &answer), Vec::<String>::new());
        let other = json!({"a": [2, {"b": true}, 3], "d": 1, "created_time": "u"});
        assert_eq!(
            found(answer, &other),
            [
                "the answer.c is missing",
                "the answer.d is too much",
                ".a has 3 items instead of 2",
                ".a.[] is 2 instead of 1",
                ".a.[].b is true instead of null",
            ]
        );
    }

    #[test]
    fn ids_are_compared_once_they_are_known() {
        let id = |digit: &str| crate::ids::dashed(&digit.repeat(32));
        let recorded = json!({"x": {"page_id": id("1")}, "y": {"page_id": id("3")}});
        let right = json!({"x": {"page_id": id("2")}, "y": {"page_id": id("9")}});
        let wrong = json!({"x": {"page_id": id("9")}, "y": {"page_id": id("9")}});
        assert_eq!(found(recorded.clone(), &right), Vec::<String>::new());
        assert_eq!(found(recorded, &wrong).len(), 1);
    }
}
