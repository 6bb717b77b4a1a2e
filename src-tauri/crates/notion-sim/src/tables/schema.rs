//! Properties of a data source: what a request may say about them, and how an answer shows them.

use rand::rngs::StdRng;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Property, Source, formula, fresh_id, sources_of};
use crate::{
    error::{ApiError, ApiResult, missing, should_be},
    ids,
    json::at,
    richtext::is_color,
    world::World,
};

/// All kinds a request may name, in the order in which errors list them.
pub(crate) const KINDS: &[&str] = &[
    "number",
    "formula",
    "select",
    "multi_select",
    "status",
    "relation",
    "rollup",
    "unique_id",
    "title",
    "rich_text",
    "url",
    "people",
    "files",
    "email",
    "phone_number",
    "date",
    "checkbox",
    "created_by",
    "created_time",
    "last_edited_by",
    "last_edited_time",
    "button",
    "location",
    "verification",
    "place",
];

/// What a request says about one property.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) name: Option<String>,
    pub(crate) description: Option<Value>,
    pub(crate) kind: Option<(String, Value)>,
}

/// Reads one entry of `properties`.
pub(crate) fn read(value: &Value, path: &str) -> Result<Wanted, String> {
    let Some(map) = value.as_object() else {
        return Err(should_be(path, "an object", Some(value)));
    };
    let declared = map.get("type").and_then(Value::as_str);
    let kind = KINDS.iter().find(|kind| {
        declared.map_or_else(|| map.contains_key(**kind), |declared| declared == **kind)
    });
    let name = match map.get("name") {
        None => None,
        Some(Value::String(name)) => Some(name.clone()),
        other => return Err(should_be(&format!("{path}.name"), "a string", other)),
    };
    let Some(kind) = kind else {
        if declared.is_some() || (name.is_none() && !map.contains_key("description")) {
            return Err(KINDS
                .iter()
                .map(|kind| missing(&format!("{path}.{kind}")))
                .collect::<Vec<_>>()
                .join("\n"));
        }
        return Ok(Wanted {
            name,
            description: map.get("description").cloned(),
            kind: None,
        });
    };
    let empty = json!({});
    let config = map.get(*kind).unwrap_or(&empty);
    if !config.is_object() {
        return Err(should_be(
            &format!("{path}.{kind}"),
            "an object",
            Some(config),
        ));
    }
    Ok(Wanted {
        name,
        description: map.get("description").cloned(),
        kind: Some(((*kind).to_owned(), config.clone())),
    })
}

/// The options of a select, in the stored form; those that are known keep their ids.
fn options(config: &Value, before: Option<&Value>, path: &str) -> Result<Value, String> {
    let none = Vec::new();
    let wanted = match config.get("options") {
        None => &none,
        Some(Value::Array(options)) => options,
        other => return Err(should_be(&format!("{path}.options"), "an array", other)),
    };
    let known = before
        .and_then(|config| config.get("options"))
        .and_then(Value::as_array)
        .unwrap_or(&none);
    let mut stored = Vec::with_capacity(wanted.len());
    for (at, option) in wanted.iter().enumerate() {
        let at = format!("{path}.options[{at}]");
        let same = known.iter().find(|old| {
            option.get("id").is_some_and(|id| *id == old["id"])
                || (option.get("id").is_none() && option["name"] == old["name"])
        });
        let name = option
            .get("name")
            .or_else(|| same.map(|old| &old["name"]))
            .and_then(Value::as_str)
            .ok_or_else(|| missing(&format!("{at}.name")))?;
        if name.contains(',') {
            return Err(format!(
                "{at}.name should not contain commas, instead was `\"{name}\"`."
            ));
        }
        let color = option.get("color").and_then(Value::as_str);
        if let Some(color) =
            color.filter(|color| !is_color(color) || color.ends_with("_background"))
        {
            return Err(should_be(
                &format!("{at}.color"),
                "`\"default\"`, `\"gray\"`, `\"brown\"`, `\"orange\"`, `\"yellow\"`, `\"green\"`, \
                 `\"blue\"`, `\"purple\"`, `\"pink\"`, `\"red\"`, or `undefined`",
                Some(&json!(color)),
            ));
        }
        stored.push(new_option(name, color, same, option.get("id")));
    }
    Ok(Value::Array(stored))
}

fn new_option(name: &str, color: Option<&str>, same: Option<&Value>, id: Option<&Value>) -> Value {
    let id = same
        .map(|old| old["id"].clone())
        .or_else(|| id.filter(|id| id.is_string()).cloned())
        .unwrap_or_else(|| json!(Uuid::new_v4().to_string()));
    let color = color.map_or_else(
        || same.map_or_else(|| json!("default"), |old| old["color"].clone()),
        |color| json!(color),
    );
    let description = same.map_or(Value::Null, |old| old["description"].clone());
    json!({"id": id, "name": name, "color": color, "description": description})
}

/// Adds an option that a row brings along, and answers it.
pub(crate) fn add_option(config: &mut Value, name: &str, color: Option<&str>) -> Value {
    let option = new_option(name, color, None, None);
    if let Some(options) = config.get_mut("options").and_then(Value::as_array_mut) {
        options.push(option.clone());
    } else {
        *config = json!({"options": [option.clone()]});
    }
    option
}

/// The status groups a new status property has.
fn groups(options: &Value) -> Value {
    let ids: Vec<Value> = options
        .as_array()
        .into_iter()
        .flatten()
        .map(|option| option["id"].clone())
        .collect();
    let rest: Vec<&Value> = ids.iter().skip(1).collect();
    let (last, middle) = rest
        .split_last()
        .map_or((None, [].as_slice()), |(l, m)| (Some(*l), m));
    let group = |name: &str, color: &str, ids: Vec<&Value>| json!({"id": Uuid::new_v4().to_string(), "name": name, "color": color, "option_ids": ids});
    json!([
        group("To-do", "gray", ids.first().into_iter().collect()),
        group("In progress", "blue", middle.to_vec()),
        group("Complete", "green", last.into_iter().collect()),
    ])
}

/// What a configuration is checked against.
pub(crate) struct Place<'a> {
    pub(crate) world: &'a World,
    /// The data source, which need not exist yet.
    pub(crate) id: Uuid,
    pub(crate) workspace: Uuid,
    pub(crate) source: &'a Source,
}

/// Brings a property's configuration into the stored form. Relations and rollups that name what
/// does not exist are refused.
pub(crate) fn configure(
    place: &Place<'_>,
    kind: &str,
    config: &Value,
    before: Option<&Property>,
    path: &str,
) -> ApiResult<Value> {
    let before = before.filter(|old| old.kind == kind).map(|old| &old.config);
    let path = format!("{path}.{kind}");
    Ok(match kind {
        "select" | "multi_select" => {
            json!({"options": options(config, before, &path).map_err(ApiError::body)?})
        }
        "status" => {
            let given = if config.get("options").is_some() {
                config.clone()
            } else {
                before.cloned().unwrap_or_else(|| {
                    json!({"options": [{"name": "Not started"}, {"name": "In progress", "color": "blue"},
                                       {"name": "Done", "color": "green"}]})
                })
            };
            let options = options(&given, before, &path).map_err(ApiError::body)?;
            let groups = groups(&options);
            json!({"options": options, "groups": groups})
        }
        "number" => {
            let format = config.get("format").cloned();
            let format = format.or_else(|| before.map(|old| old["format"].clone()));
            json!({"format": format.unwrap_or_else(|| json!("number"))})
        }
        "formula" => {
            let Some(text) = config.get("expression").and_then(Value::as_str) else {
                return Err(ApiError::body(missing(&format!("{path}.expression"))));
            };
            let text = formula::bind(text, place.source, place.id, place.workspace)?;
            json!({"expression": text})
        }
        "relation" => relation(place, config, &path)?,
        "rollup" => rollup(place, config, &path)?,
        "unique_id" => json!({"prefix": config.get("prefix").cloned().unwrap_or_default()}),
        _ => json!({}),
    })
}

/// The data source a relation names, by its id or by that of its database.
fn target(place: &Place<'_>, config: &Value, path: &str) -> ApiResult<Uuid> {
    let not_found = |what: &str, id: Uuid| {
        ApiError::new(
            404,
            "object_not_found",
            format!("Could not find {what} with ID: {id}."),
        )
    };
    if let Some(id) = config.get("data_source_id") {
        let id = ids::from_value(id, &format!("{path}.data_source_id")).map_err(ApiError::body)?;
        let known = id == place.id || place.world.get(id).is_some_and(|r| r.source.is_some());
        return if known {
            Ok(id)
        } else {
            Err(not_found("data_source", id))
        };
    }
    let Some(id) = config.get("database_id") else {
        return Err(ApiError::body(missing(&format!("{path}.data_source_id"))));
    };
    let id = ids::from_value(id, &format!("{path}.database_id")).map_err(ApiError::body)?;
    sources_of(place.world, id)
        .first()
        .copied()
        .ok_or_else(|| not_found("database", id))
}

fn relation(place: &Place<'_>, config: &Value, path: &str) -> ApiResult<Value> {
    let target = target(place, config, path)?;
    let dual = config.get("dual_property");
    let kind = match config.get("type").and_then(Value::as_str) {
        Some("dual_property") => "dual_property",
        Some("single_property") => "single_property",
        None if dual.is_some() => "dual_property",
        None if config.get("single_property").is_some() => "single_property",
        _ => {
            return Err(ApiError::body(
                ["single_property", "dual_property"]
                    .map(|kind| missing(&format!("{path}.{kind}")))
                    .join("\n"),
            ));
        }
    };
    // The other side of a two-way relation is made, or found again, when this one is stored.
    let synced = dual.cloned().unwrap_or_else(|| json!({}));
    Ok(json!({"data_source_id": target.to_string(), "type": kind, kind: synced}))
}

fn rollup(place: &Place<'_>, config: &Value, path: &str) -> ApiResult<Value> {
    let Some(function) = config.get("function").and_then(Value::as_str) else {
        return Err(ApiError::body(missing(&format!("{path}.function"))));
    };
    let wanted = |what: &str| {
        ["id", "name"]
            .iter()
            .find_map(|part| config.get(format!("{what}_property_{part}"))?.as_str())
            .map(str::to_owned)
            .ok_or_else(|| ApiError::body(missing(&format!("{path}.{what}_property_name"))))
    };
    let (over, of) = (wanted("relation")?, wanted("rollup")?);
    let unknown =
        |key: &str| ApiError::validation(format!("Could not find property with name or id: {key}"));
    let over = place.source.find(&over).ok_or_else(|| unknown(&over))?;
    let related = at(&over.config, &["data_source_id"])
        .as_str()
        .and_then(ids::parse);
    let related = related.and_then(|id| {
        if id == place.id {
            Some(place.source)
        } else {
            place.world.get(id)?.source.as_deref()
        }
    });
    let of = related
        .and_then(|s| s.find(&of))
        .ok_or_else(|| unknown(&of))?;
    Ok(json!({"function": function, "relation_property_id": over.id, "rollup_property_id": of.id}))
}

/// A new property with an id of its own.
pub(crate) fn new_property(
    rng: &mut StdRng,
    taken: &[Property],
    name: &str,
    wanted: &Wanted,
    config: Value,
) -> Property {
    let kind = wanted.kind.as_ref().map_or("rich_text", |(kind, _)| kind);
    let id = if kind == "title" {
        "title".to_owned()
    } else {
        fresh_id(rng, taken)
    };
    Property {
        id,
        name: name.to_owned(),
        kind: kind.to_owned(),
        description: wanted.description.clone().unwrap_or_default(),
        config,
    }
}
