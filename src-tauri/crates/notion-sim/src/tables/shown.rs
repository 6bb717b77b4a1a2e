//! Schemas as answers show them: ids encoded, and names of what ids stand for.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Property, Source, database_of, decode, encode};
use crate::{
    api::Ctx,
    ids,
    json::at,
    version::Version,
    world::{Record, World},
};

/// A table or its data source, as much of it as the token may read.
pub(super) fn object(
    ctx: &Ctx<'_>,
    kind: &str,
    id: Uuid,
    present: fn(&World, &Record, Version) -> Value,
) -> Value {
    if !ctx.capabilities().read_content {
        return json!({"object": kind, "id": id.to_string()});
    }
    ctx.world.get(id).map_or(Value::Null, |record| {
        present(ctx.world, record, ctx.version)
    })
}

/// All properties as an answer shows them.
pub(crate) fn present(world: &World, source: &Source) -> Value {
    let shown = source
        .properties
        .iter()
        .map(|property| (property.name.clone(), present_one(world, source, property)));
    Value::Object(shown.collect::<Map<_, _>>())
}

fn present_one(world: &World, source: &Source, property: &Property) -> Value {
    let config = match property.kind.as_str() {
        "relation" => present_relation(world, &property.config),
        "rollup" => present_rollup(world, source, &property.config),
        _ => property.config.clone(),
    };
    json!({"id": encode(&property.id), "name": property.name, "type": property.kind,
           "description": property.description, &property.kind: config})
}

fn present_relation(world: &World, config: &Value) -> Value {
    let target = config["data_source_id"].as_str().and_then(ids::parse);
    let kind = config["type"].as_str().unwrap_or("single_property");
    let mut shown = json!({"data_source_id": config["data_source_id"], "type": kind});
    let database = target.and_then(|id| database_of(world, id));
    let database =
        database.map_or_else(|| config["database_id"].clone(), |id| json!(id.to_string()));
    crate::json::put(&mut shown, "database_id", database);
    let mut inner = json!({});
    if kind == "dual_property" {
        let synced = at(config, &[kind, "synced_property_id"])
            .as_str()
            .unwrap_or_default();
        let other = target
            .and_then(|id| world.get(id)?.source.as_deref()?.by_id(synced))
            .map(|property| property.name.clone());
        let name = other.map_or_else(
            || at(config, &[kind, "synced_property_name"]).clone(),
            |n| json!(n),
        );
        inner =
            json!({"synced_property_id": encode(&decode(synced)), "synced_property_name": name});
    }
    crate::json::put(&mut shown, kind, inner);
    shown
}

fn present_rollup(world: &World, source: &Source, config: &Value) -> Value {
    let text = |key: &str| config[key].as_str().unwrap_or_default();
    let over = source.by_id(text("relation_property_id"));
    let related = over
        .and_then(|over| {
            at(&over.config, &["data_source_id"])
                .as_str()
                .and_then(ids::parse)
        })
        .and_then(|id| world.get(id)?.source.as_deref());
    let of = related.and_then(|source| source.by_id(text("rollup_property_id")));
    let name = |property: Option<&Property>, key: &str| {
        property.map_or_else(|| config[key].clone(), |property| json!(property.name))
    };
    json!({
        "function": config["function"],
        "relation_property_id": text("relation_property_id"),
        "relation_property_name": name(over, "relation_property_name"),
        "rollup_property_id": text("rollup_property_id"),
        "rollup_property_name": name(of, "rollup_property_name"),
    })
}
