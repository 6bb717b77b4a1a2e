//! Rollups: what a relation's pages hold in one of their properties, gathered.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::{Property, Source, cells, dates::When, uuid_of};
use crate::json::at;
use crate::world::{Record, World};

/// The value of a rollup; `None` if its relation or its function is unknown.
pub(super) fn value(
    world: &World,
    row: &Record,
    source: &Source,
    property: &Property,
    depth: usize,
) -> Option<Value> {
    let config = &property.config;
    let over = source.by_id(config["relation_property_id"].as_str()?)?;
    let related = uuid_of(at(&over.config, &["data_source_id"]))?;
    let related = world.get(related)?.source.as_deref()?;
    let of = related.by_id(config["rollup_property_id"].as_str()?)?;
    let pages = row.page.as_ref()?.properties.get(&over.id);
    let values: Vec<Value> = pages
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|id| world.get(uuid_of(id)?))
        .filter(|page| !world.is_trashed(page.id))
        .map(|page| cells::value_of(world, page, related, of, depth + 1))
        .collect();
    let function = config["function"].as_str()?;
    let mut shown = gather(function, &of.kind, &values)?;
    crate::json::put(&mut shown, "function", json!(function));
    Some(shown)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        // A formula or a rollup: empty if what it holds is.
        Value::Object(map) => map
            .get("type")
            .and_then(Value::as_str)
            .and_then(|kind| map.get(kind))
            .is_some_and(Value::is_null),
        _ => false,
    }
}

fn number_of(value: &Value) -> Option<f64> {
    value
        .as_f64()
        .or_else(|| value.get("number").and_then(Value::as_f64))
}

/// The ends of a date, of whatever kind of property it comes from.
fn when(value: &Value, end: bool) -> Option<When> {
    let date = value.get("date").unwrap_or(value);
    let text = if end {
        date["end"].as_str().or(date["start"].as_str())
    } else {
        date["start"].as_str()
    };
    text.or(value.as_str()).and_then(When::read)
}

fn gather(function: &str, kind: &str, values: &[Value]) -> Option<Value> {
    let number = |number: f64| Some(json!({"type": "number", "number": tidy(number)}));
    let filled: Vec<&Value> = values.iter().filter(|value| !is_empty(value)).collect();
    let checked = || values.iter().filter(|v| **v == json!(true)).count();
    let (all, full) = (count(values.len()), count(filled.len()));
    let part = |part: f64| if all == 0.0 { 0.0 } else { part / all };
    match function {
        "show_original" => {
            let array: Vec<Value> = values
                .iter()
                .map(|value| json!({"type": kind, kind: value}))
                .collect();
            Some(json!({"type": "array", "array": array}))
        }
        "show_unique" => {
            let mut array: Vec<Value> = Vec::new();
            for value in values {
                let value = json!({"type": kind, kind: value});
                if !array.contains(&value) {
                    array.push(value);
                }
            }
            Some(json!({"type": "array", "array": array}))
        }
        "count" => number(all),
        "count_values" | "not_empty" => number(full),
        "empty" => number(all - full),
        "unique" => {
            let mut seen: Vec<&Value> = Vec::new();
            for value in &filled {
                if !seen.contains(value) {
                    seen.push(value);
                }
            }
            number(count(seen.len()))
        }
        "percent_empty" => number(part(all - full)),
        "percent_not_empty" => number(part(full)),
        "checked" => number(count(checked())),
        "unchecked" => number(all - count(checked())),
        "percent_checked" => number(part(count(checked()))),
        "percent_unchecked" => number(part(all - count(checked()))),
        "earliest_date" | "latest_date" | "date_range" => Some(dates(function, &filled)),
        _ => numbers(function, values),
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody relates 2^52 pages")]
fn count(number: usize) -> f64 {
    number as f64
}

/// A whole number is written as one.
pub(super) fn tidy(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it is whole, and small enough"
        )]
        return json!(number as i64);
    }
    json!(number)
}

fn dates(function: &str, values: &[&Value]) -> Value {
    let first = values
        .iter()
        .filter_map(|value| when(value, false))
        .min_by(|a, b| a.order(*b));
    let last = values
        .iter()
        .filter_map(|value| when(value, true))
        .max_by(|a, b| a.order(*b));
    let date = match (function, first, last) {
        ("earliest_date", Some(first), _) => {
            json!({"start": first.show(), "end": null, "time_zone": null})
        }
        ("latest_date", _, Some(last)) => {
            json!({"start": last.show(), "end": null, "time_zone": null})
        }
        ("date_range", Some(first), Some(last)) => {
            json!({"start": first.show(), "end": last.show(), "time_zone": null})
        }
        _ => Value::Null,
    };
    json!({"type": "date", "date": date})
}

fn numbers(function: &str, values: &[Value]) -> Option<Value> {
    let mut numbers: Vec<f64> = values.iter().filter_map(number_of).collect();
    numbers.sort_by(|a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal));
    let (least, most) = (numbers.first().copied(), numbers.last().copied());
    let sum: f64 = numbers.iter().sum();
    let middle = numbers.len() / 2;
    let result = match function {
        "sum" => Some(sum),
        "average" => (!numbers.is_empty()).then(|| sum / count(numbers.len())),
        "min" => least,
        "max" => most,
        "range" => most.zip(least).map(|(most, least)| most - least),
        "median" if numbers.len() % 2 == 1 => numbers.get(middle).copied(),
        "median" => numbers
            .get(middle)
            .zip(middle.checked_sub(1).and_then(|at| numbers.get(at)))
            .map(|(a, b)| f64::midpoint(*a, *b)),
        _ => return None,
    };
    Some(json!({"type": "number", "number": result.map_or(Value::Null, tidy)}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gathers() {
        let values = [json!(1), json!(null), json!(4)];
        let number = |function| gather(function, "number", &values).unwrap()["number"].clone();
        assert_eq!(number("sum"), 5);
        assert_eq!(number("average"), 2.5);
        assert_eq!(number("median"), 2.5);
        assert_eq!(number("range"), 3);
        assert_eq!(number("count"), 3);
        assert_eq!(number("empty"), 1);
        assert_eq!(number("count_values"), 2);
        assert_eq!(gather("nonsense", "number", &values), None);
        let dates = [
            json!({"start": "2026-02-03", "end": "2026-02-09"}),
            json!({"start": "2026-02-05"}),
        ];
        let range = gather("date_range", "date", &dates).unwrap();
        assert_eq!(range["date"]["start"], "2026-02-03");
        assert_eq!(range["date"]["end"], "2026-02-09");
    }
}
