//! Single conditions: text, numbers, boxes, options, dates, people, files, relations.

use std::cmp::Ordering;

use jiff::{Span, ToSpan as _, civil::Date};
use serde_json::Value;

use super::{cells, dates::When};
use crate::error::{ApiError, ApiResult, missing, not_present, should_be};

const EMPTY: &[&str] = &["is_empty", "is_not_empty"];

/// What kind of comparison a kind of property has.
pub(super) fn family(kind: &str) -> &'static str {
    match kind {
        "title" | "rich_text" | "url" | "email" | "phone_number" | "string" => "text",
        "number" | "unique_id" => "number",
        "checkbox" | "boolean" => "checkbox",
        "select" | "status" => "option",
        "date" | "created_time" | "last_edited_time" => "date",
        "multi_select" | "people" | "relation" | "created_by" | "last_edited_by" => "list",
        "formula" => "formula",
        "rollup" => "rollup",
        _ => "files",
    }
}

/// The operators of a family.
fn operators(family: &str) -> &'static [&'static str] {
    match family {
        "text" => &[
            "equals",
            "does_not_equal",
            "contains",
            "does_not_contain",
            "starts_with",
            "ends_with",
        ],
        "number" => &[
            "equals",
            "does_not_equal",
            "greater_than",
            "less_than",
            "greater_than_or_equal_to",
            "less_than_or_equal_to",
        ],
        "checkbox" | "option" => &["equals", "does_not_equal"],
        "date" => &[
            "equals",
            "before",
            "after",
            "on_or_before",
            "on_or_after",
            "this_week",
            "past_week",
            "past_month",
            "past_year",
            "next_week",
            "next_month",
            "next_year",
        ],
        "list" => &["contains", "does_not_contain"],
        _ => &[],
    }
}

/// Whether a condition is one at all.
pub(super) fn check(kind: &str, condition: &Value, path: &str) -> ApiResult<()> {
    let Some(map) = condition.as_object() else {
        return Err(ApiError::body(should_be(
            path,
            "an object",
            Some(condition),
        )));
    };
    let family = family(kind);
    if ["formula", "rollup"].contains(&family) {
        let inner: &[&str] = if family == "formula" {
            &["string", "checkbox", "number", "date"]
        } else {
            &["any", "none", "every", "date", "number"]
        };
        let found = inner.iter().find_map(|key| Some((*key, map.get(*key)?)));
        let Some((key, value)) = found else {
            let lines = inner.iter().map(|key| missing(&format!("{path}.{key}")));
            return Err(ApiError::body(lines.collect::<Vec<_>>().join("\n")));
        };
        let path = format!("{path}.{key}");
        if !["any", "none", "every"].contains(&key) {
            return check(key, value, &path);
        }
        let inner = value.as_object().and_then(|map| map.iter().next());
        let Some((kind, value)) = inner else {
            return Err(ApiError::body(should_be(&path, "an object", Some(value))));
        };
        return check(kind, value, &format!("{path}.{kind}"));
    }
    let known = operators(family);
    let empties = if family == "checkbox" { &[] } else { EMPTY };
    let mut all = known.iter().chain(empties);
    let Some((operator, value)) = map.iter().next() else {
        let lines: Vec<String> = all.map(|key| missing(&format!("{path}.{key}"))).collect();
        return Err(ApiError::body(lines.join("\n")));
    };
    let path = format!("{path}.{operator}");
    if !all.any(|known| known == operator) {
        return Err(ApiError::body(not_present(&path, value)));
    }
    check_operand(family, operator, value).map_or(Ok(()), |expected| {
        Err(ApiError::body(should_be(&path, expected, Some(value))))
    })
}

/// What should stand in the place of a wrong operand.
fn check_operand(family: &str, operator: &str, value: &Value) -> Option<&'static str> {
    if EMPTY.contains(&operator) {
        return (*value != true).then_some("`true`");
    }
    match family {
        "number" => (!value.is_number()).then_some("a number"),
        "checkbox" => (!value.is_boolean()).then_some("a boolean"),
        "date"
            if operator.ends_with("week")
                || operator.ends_with("month")
                || operator.ends_with("year") =>
        {
            (!value.is_object()).then_some("an object")
        }
        "date" => {
            let read = value.as_str().and_then(When::read);
            read.is_none().then_some("a valid ISO 8601 date string")
        }
        _ => (!value.is_string()).then_some("a string"),
    }
}

/// Whether a value satisfies a condition that was checked.
pub(super) fn holds(family: &str, condition: &Value, value: &Value) -> bool {
    let Some((operator, operand)) = condition.as_object().and_then(|map| map.iter().next()) else {
        return true;
    };
    match operator.as_str() {
        "is_empty" => empty(family, value),
        "is_not_empty" => !empty(family, value),
        operator => match family {
            "text" => text(operator, operand, value),
            "number" => number(operator, operand, value),
            "checkbox" => (value == operand) == (operator == "equals"),
            "option" => option(operand, value) == (operator == "equals"),
            "date" => date(operator, operand, value),
            _ => list(operand, value) == (operator == "contains"),
        },
    }
}

fn empty(family: &str, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Object(map) => family == "number" && map.get("number").is_none_or(Value::is_null),
        _ => false,
    }
}

/// Text is compared without regard to case, as Notion does it.
fn text(operator: &str, operand: &Value, value: &Value) -> bool {
    let kind = if value.is_array() { "rich_text" } else { "url" };
    let have = cells::plain(kind, value).to_lowercase();
    let wanted = operand.as_str().unwrap_or_default().to_lowercase();
    match operator {
        "equals" => have == wanted,
        "does_not_equal" => have != wanted,
        "contains" => have.contains(&wanted),
        "does_not_contain" => !have.contains(&wanted),
        "starts_with" => have.starts_with(&wanted),
        _ => have.ends_with(&wanted),
    }
}

/// An empty number differs from every number, and is in no order to any.
fn number(operator: &str, operand: &Value, value: &Value) -> bool {
    let value = value.as_f64().or_else(|| value.get("number")?.as_f64());
    let order = value.and_then(|value| value.partial_cmp(&operand.as_f64()?));
    match operator {
        "equals" => order == Some(Ordering::Equal),
        "does_not_equal" => order != Some(Ordering::Equal),
        "greater_than" => order == Some(Ordering::Greater),
        "less_than" => order == Some(Ordering::Less),
        "greater_than_or_equal_to" => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        _ => matches!(order, Some(Ordering::Less | Ordering::Equal)),
    }
}

fn option(operand: &Value, value: &Value) -> bool {
    !value.is_null() && (value["name"] == *operand || value["id"] == *operand)
}

fn list(operand: &Value, value: &Value) -> bool {
    let one = std::slice::from_ref(value);
    let items = value.as_array().map_or(one, Vec::as_slice);
    let bare = |text: &Value| {
        text.as_str()
            .unwrap_or_default()
            .replace('-', "")
            .to_lowercase()
    };
    let wanted = bare(operand);
    items.iter().any(|item| {
        item["name"] == *operand || (item["id"].is_string() && bare(&item["id"]) == wanted)
    })
}

/// The first and the last day of a spell of time, counted from today.
fn spell(operator: &str) -> Option<(Date, Date)> {
    let today = When::now().day();
    let moved = |span: Span| today.checked_add(span).ok();
    Some(match operator {
        "this_week" => {
            let since = today.weekday().to_sunday_zero_offset();
            let sunday = today.checked_sub(i64::from(since).days()).ok()?;
            (sunday, sunday.checked_add(6.days()).ok()?)
        }
        "past_week" => (moved(-1.weeks())?, today),
        "past_month" => (moved(-1.months())?, today),
        "past_year" => (moved(-1.years())?, today),
        "next_week" => (today, moved(1.weeks())?),
        "next_month" => (today, moved(1.months())?),
        "next_year" => (today, moved(1.years())?),
        _ => return None,
    })
}

/// Recorded: moments are compared by the minute, a day is compared with a moment's day.
fn date(operator: &str, operand: &Value, value: &Value) -> bool {
    let start = value["start"]
        .as_str()
        .or(value.as_str())
        .and_then(When::read);
    let Some(have) = start else { return false };
    if let Some((first, last)) = spell(operator) {
        return (first..=last).contains(&have.day());
    }
    let Some(wanted) = operand.as_str().and_then(When::read) else {
        return false;
    };
    let order = have.order(wanted);
    match operator {
        "equals" => order.is_eq(),
        "before" => order.is_lt(),
        "after" => order.is_gt(),
        "on_or_before" => order.is_le(),
        _ => order.is_ge(),
    }
}

/// Conditions on formulas and rollups: on what kind of value they have.
pub(super) fn computed_holds(condition: &Value, value: &Value) -> bool {
    let Some((key, inner)) = condition.as_object().and_then(|map| map.iter().next()) else {
        return true;
    };
    let kind = value["type"].as_str().unwrap_or_default();
    let held = &value[kind];
    if ["any", "none", "every"].contains(&key.as_str()) {
        let Some((of, inner)) = inner.as_object().and_then(|map| map.iter().next()) else {
            return true;
        };
        let one = |item: &Value| {
            let kind = item["type"].as_str().unwrap_or_default();
            holds(family(of), inner, &item[kind])
        };
        let mut items = held.as_array().into_iter().flatten();
        return match key.as_str() {
            "any" => items.any(one),
            "none" => !items.any(one),
            _ => items.all(one),
        };
    }
    // A condition of another kind than the value does not hold, unless it asks for nothing.
    let family = family(key);
    let same = family == self::family(kind) || held.is_null();
    same && holds(family, inner, held)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn conditions_hold() {
        let title = json!([{"plain_text": "Item "}, {"plain_text": "1"}]);
        assert!(holds("text", &json!({"equals": "item 1"}), &title));
        assert!(holds("text", &json!({"starts_with": "It"}), &title));
        assert!(holds(
            "text",
            &json!({"does_not_contain": "2"}),
            &Value::Null
        ));
        assert!(holds("text", &json!({"is_empty": true}), &json!([])));
        assert!(holds(
            "number",
            &json!({"does_not_equal": 42}),
            &Value::Null
        ));
        assert!(!holds("number", &json!({"less_than": 42}), &Value::Null));
        assert!(holds(
            "option",
            &json!({"does_not_equal": "Done"}),
            &Value::Null
        ));
        assert!(holds(
            "list",
            &json!({"contains": "a"}),
            &json!([{"name": "a"}])
        ));
        let day = json!({"start": "2026-01-01", "end": null});
        assert!(holds(
            "date",
            &json!({"equals": "2026-01-01T15:00:00Z"}),
            &day
        ));
        assert!(holds("date", &json!({"before": "2026-01-02"}), &day));
        assert!(!holds(
            "date",
            &json!({"after": "2026-01-02"}),
            &Value::Null
        ));
        let formula = json!({"type": "number", "number": 4});
        assert!(computed_holds(
            &json!({"number": {"greater_than": 3}}),
            &formula
        ));
        assert!(!computed_holds(
            &json!({"string": {"equals": "4"}}),
            &formula
        ));
        let rollup = json!({"type": "array", "array": [{"type": "number", "number": 1}]});
        assert!(computed_holds(
            &json!({"any": {"number": {"equals": 1}}}),
            &rollup
        ));
        assert!(computed_holds(
            &json!({"none": {"number": {"equals": 2}}}),
            &rollup
        ));
    }

    #[test]
    fn wrong_conditions_are_refused() {
        for (kind, condition) in [
            ("number", json!({"contains": 1})),
            ("number", json!({"equals": "1"})),
            ("checkbox", json!({"is_empty": true})),
            ("date", json!({"before": "soon"})),
            ("rich_text", json!({})),
            ("select", json!("Done")),
            ("formula", json!({"equals": 1})),
        ] {
            assert!(check(kind, &condition, "p").is_err(), "{kind} {condition}");
        }
        assert!(
            check(
                "rollup",
                &json!({"any": {"rich_text": {"contains": "x"}}}),
                "p"
            )
            .is_ok()
        );
    }
}
