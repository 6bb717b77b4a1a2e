//! Formulas: the part of Notion's language that notes and task lists use.
//!
//! A formula that needs more has the value `unsupported`, as the API answers since August 2026.

mod functions;
mod print;
mod syntax;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Property, Source, cells, dates::When, encode, rollup};
use crate::{
    error::{ApiError, ApiResult},
    json::at,
    world::{Record, World},
};
use syntax::{Expression, Operator};

/// What a formula computes with.
#[derive(Debug, Clone, PartialEq)]
enum Item {
    Empty,
    Number(f64),
    Text(String),
    Flag(bool),
    Date(When, Option<When>),
    List(Vec<Item>),
}

/// Replaces names of properties by their ids and prints the formula as answers show it. A name that is not there
/// is refused, and so is text that is no formula at all.
pub(super) fn bind(text: &str, source: &Source, id: Uuid, workspace: Uuid) -> ApiResult<String> {
    let mut bound = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("prop(\"") {
        let Some((name, after)) = after.split_once("\")") else {
            return Err(ApiError::validation(format!(
                "Type error with formula: \"{text}\" is not complete."
            )));
        };
        let Some(property) = source.find(name) else {
            return Err(ApiError::validation(format!(
                "Type error with formula: Undefined property \"{name}\"."
            )));
        };
        bound.push_str(before);
        let own = encode(&property.id);
        let reference = format!("{{{{notion:block_property:{own}:{id}:{workspace}}}}}");
        bound.push_str(&reference);
        rest = after;
    }
    bound.push_str(rest);
    Ok(print::printed(&bound))
}

/// The row a formula is computed for.
struct Scope<'a> {
    world: &'a World,
    row: &'a Record,
    source: &'a Source,
    depth: usize,
}

/// The value of a formula; `None` if it cannot be computed.
pub(super) fn value(
    world: &World,
    row: &Record,
    source: &Source,
    property: &Property,
    depth: usize,
) -> Option<Value> {
    let text = at(&property.config, &["expression"]).as_str()?;
    // Recorded: what begins with an equals sign is no formula, and its value is an empty text.
    if text.trim_start().starts_with('=') {
        return Some(show(Item::Empty));
    }
    let expression = syntax::parse(text)?;
    let scope = Scope {
        world,
        row,
        source,
        depth: depth + 1,
    };
    Some(show(evaluate(&scope, &expression)?))
}

fn show(item: Item) -> Value {
    match item {
        Item::Number(number) => json!({"type": "number", "number": rollup::tidy(number)}),
        Item::Flag(flag) => json!({"type": "boolean", "boolean": flag}),
        Item::Date(start, end) => {
            json!({"type": "date", "date": {"start": start.show(), "end": end.map(When::show),
                                             "time_zone": null}})
        }
        other => {
            let text = text_of(&other);
            json!({"type": "string", "string": (!text.is_empty()).then_some(text)})
        }
    }
}

/// Any value as text, as `format` does it.
fn text_of(item: &Item) -> String {
    match item {
        Item::Empty => String::new(),
        Item::Number(number) => rollup::tidy(*number).to_string(),
        Item::Text(text) => text.clone(),
        Item::Flag(flag) => flag.to_string(),
        Item::Date(start, _) => start.show(),
        Item::List(items) => items.iter().map(text_of).collect::<Vec<_>>().join(", "),
    }
}

fn truth(item: &Item) -> bool {
    match item {
        Item::Empty => false,
        Item::Number(number) => *number != 0.0,
        Item::Text(text) => !text.is_empty(),
        Item::Flag(flag) => *flag,
        Item::Date(..) => true,
        Item::List(items) => !items.is_empty(),
    }
}

/// A property of the row as something to compute with.
fn property(scope: &Scope<'_>, id: &str) -> Option<Item> {
    let (world, row) = (scope.world, scope.row);
    match id {
        "created_time" => return Some(Item::Date(When::at(row.created), None)),
        "last_edited_time" => return Some(Item::Date(When::at(row.edited), None)),
        _ => {}
    }
    let property = scope.source.find(id)?;
    let value = cells::value_of(world, row, scope.source, property, scope.depth);
    item_of(&property.kind, &value)
}

fn item_of(kind: &str, value: &Value) -> Option<Item> {
    if value.is_null() {
        return Some(Item::Empty);
    }
    let list = |name: &str| {
        let items = value.as_array().into_iter().flatten();
        let texts = items.filter_map(|item| item[name].as_str());
        Item::List(texts.map(|text| Item::Text(text.to_owned())).collect())
    };
    Some(match kind {
        "number" => Item::Number(value.as_f64()?),
        "checkbox" | "boolean" => Item::Flag(value.as_bool()?),
        "date" => {
            let end = value["end"].as_str().and_then(When::read);
            Item::Date(When::read(value["start"].as_str()?)?, end)
        }
        "created_time" | "last_edited_time" => Item::Date(When::read(value.as_str()?)?, None),
        "multi_select" | "people" | "files" => list("name"),
        "relation" => list("id"),
        "created_by" | "last_edited_by" => Item::Text(value["name"].as_str()?.to_owned()),
        "unique_id" => {
            let number = value["number"].to_string();
            let prefix = value["prefix"].as_str();
            Item::Text(prefix.map_or_else(|| number.clone(), |p| format!("{p}-{number}")))
        }
        "array" => {
            let items = value.as_array()?.iter();
            let inner = |item: &Value| {
                let kind = item["type"].as_str()?;
                item_of(kind, &item[kind])
            };
            Item::List(items.map(inner).collect::<Option<_>>()?)
        }
        "formula" | "rollup" => {
            let kind = value["type"].as_str()?;
            item_of(kind, &value[kind])?
        }
        "unsupported" => return None,
        _ => Item::Text(cells::plain(kind, value)),
    })
}

fn evaluate(scope: &Scope<'_>, expression: &Expression) -> Option<Item> {
    Some(match expression {
        Expression::Number(number) => Item::Number(*number),
        Expression::Text(text) => Item::Text(text.clone()),
        Expression::Flag(flag) => Item::Flag(*flag),
        Expression::Property(id) => property(scope, id)?,
        Expression::List(items) => {
            let items = items.iter().map(|item| evaluate(scope, item));
            Item::List(items.collect::<Option<_>>()?)
        }
        Expression::Not(inner) => Item::Flag(!truth(&evaluate(scope, inner)?)),
        Expression::Minus(inner) => Item::Number(-number(&evaluate(scope, inner)?)?),
        Expression::If(condition, yes, no) => {
            let chosen = if truth(&evaluate(scope, condition)?) {
                yes
            } else {
                no
            };
            evaluate(scope, chosen)?
        }
        Expression::Binary(operator, a, b) => binary(scope, *operator, a, b)?,
        // Only the branch that counts is looked at, here as in Notion.
        Expression::Call(name, arguments) | Expression::Method(name, arguments) if name == "if" => {
            let [condition, yes, no] = arguments.as_slice() else {
                return None;
            };
            let chosen = if truth(&evaluate(scope, condition)?) {
                yes
            } else {
                no
            };
            evaluate(scope, chosen)?
        }
        Expression::Call(name, arguments) | Expression::Method(name, arguments) => {
            let values = arguments.iter().map(|item| evaluate(scope, item));
            functions::call(name, &values.collect::<Option<Vec<_>>>()?)?
        }
    })
}

fn number(item: &Item) -> Option<f64> {
    match item {
        Item::Number(number) => Some(*number),
        Item::Empty => Some(0.0),
        Item::Flag(flag) => Some(f64::from(u8::from(*flag))),
        _ => None,
    }
}

fn binary(scope: &Scope<'_>, operator: Operator, a: &Expression, b: &Expression) -> Option<Item> {
    let a = evaluate(scope, a)?;
    match operator {
        Operator::And if !truth(&a) => return Some(Item::Flag(false)),
        Operator::Or if truth(&a) => return Some(Item::Flag(true)),
        _ => {}
    }
    let b = evaluate(scope, b)?;
    Some(match operator {
        Operator::And | Operator::Or => Item::Flag(truth(&b)),
        Operator::Equal => Item::Flag(functions::same(&a, &b)),
        Operator::Unequal => Item::Flag(!functions::same(&a, &b)),
        Operator::Less => Item::Flag(functions::order(&a, &b)?.is_lt()),
        Operator::LessOrEqual => Item::Flag(functions::order(&a, &b)?.is_le()),
        Operator::Greater => Item::Flag(functions::order(&a, &b)?.is_gt()),
        Operator::GreaterOrEqual => Item::Flag(functions::order(&a, &b)?.is_ge()),
        Operator::Plus => match (number(&a), number(&b)) {
            (Some(a), Some(b)) => Item::Number(a + b),
            _ => Item::Text(text_of(&a) + &text_of(&b)),
        },
        Operator::Minus => Item::Number(number(&a)? - number(&b)?),
        Operator::Times => Item::Number(number(&a)? * number(&b)?),
        Operator::Over => Item::Number(number(&a)? / number(&b)?),
        Operator::Modulo => Item::Number(number(&a)? % number(&b)?),
        Operator::Power => Item::Number(number(&a)?.powf(number(&b)?)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{NewBlock, PageInfo, Parent, Stamp};

    /// A formula over a row with a date and a list of tags.
    fn computed(text: &str) -> Option<Value> {
        let mut world = World::default();
        let workspace = Uuid::new_v4();
        let id = Uuid::new_v4();
        let page = PageInfo {
            title: crate::richtext::from_plain("Item 1").into(),
            properties: [
                (
                    "date".to_owned(),
                    json!({"start": "2026-03-04", "end": null}),
                ),
                ("numb".to_owned(), json!(21)),
            ]
            .into(),
            ..PageInfo::default()
        };
        let stamp = Stamp {
            author: Uuid::nil(),
            at: 0,
        };
        let block = NewBlock::default();
        world.insert_as(id, Parent::Workspace, workspace, block, Some(page), stamp);
        let property = |id: &str, kind: &str| Property {
            id: id.to_owned(),
            name: id.to_owned(),
            kind: kind.to_owned(),
            description: Value::Null,
            config: json!({}),
        };
        let source = Source {
            properties: vec![
                property("title", "title"),
                property("date", "date"),
                property("numb", "number"),
                property("none", "number"),
            ],
            ..Source::default()
        };
        let bound = bind(text, &source, id, workspace).ok()?;
        let formula = Property {
            config: json!({"expression": bound}),
            ..property("form", "formula")
        };
        value(&world, world.get(id)?, &source, &formula, 0)
    }

    #[test]
    fn computes() {
        let cases = [
            (
                "prop(\"numb\") * 2",
                json!({"type": "number", "number": 42}),
            ),
            (
                "prop(\"numb\")* 2 + 1 / 4",
                json!({"type": "number", "number": 42.25}),
            ),
            (
                "format(prop(\"title\"))",
                json!({"type": "string", "string": "Item 1"}),
            ),
            (
                "prop(\"title\").style(\"u\", \"pink\")",
                json!({"type": "string", "string": "Item 1"}),
            ),
            (
                "prop(\"title\").includes(\"1\")",
                json!({"type": "boolean", "boolean": true}),
            ),
            (
                "prop(\"title\").length()",
                json!({"type": "number", "number": 6}),
            ),
            (
                "if(empty(prop(\"none\")), \"\", \"x\")",
                json!({"type": "string", "string": null}),
            ),
            (
                "if(prop(\"numb\") == 21, \"✅\", if(true, 1, 2))",
                json!({"type": "string", "string": "✅"}),
            ),
            (
                "not (1 > 2) and 2 >= 2",
                json!({"type": "boolean", "boolean": true}),
            ),
            ("-2 ^ 2 + 7 % 4", json!({"type": "number", "number": 7})),
            (
                "1 > 2 ? \"a\" : \"b\"",
                json!({"type": "string", "string": "b"}),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(computed(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn computes_with_dates_and_lists() {
        let cases = [
            (
                "dateBetween(prop(\"date\").dateAdd(1, \"weeks\"), prop(\"date\"), \"days\")",
                json!({"type": "number", "number": 7}),
            ),
            (
                "prop(\"date\").dateAdd(1, \"months\")",
                json!({"type": "date", "date": {"start": "2026-04-04", "end": null, "time_zone": null}}),
            ),
            (
                "[1, 2, 3].length() + sum([1, 2])",
                json!({"type": "number", "number": 6}),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(computed(text), Some(expected), "{text}");
        }
        assert_eq!(
            computed("=1 * 2"),
            Some(json!({"type": "string", "string": null}))
        );
        assert_eq!(computed("now()").unwrap()["type"], "date");
        assert_eq!(computed("lets(a, 1, a)"), None);
        assert_eq!(computed("prop(\"nothing\")"), None);
        assert_eq!(computed("1 +"), None);
    }
}
