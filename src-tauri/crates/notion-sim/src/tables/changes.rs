//! Changes of a data source's properties.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Property, Source, relations, schema};
use crate::{
    api::Ctx,
    error::{ApiError, ApiResult, should_be},
    json::at,
};

/// The properties of a request, as an object.
pub(super) fn object_of<'a>(
    value: Option<&'a Value>,
    path: &str,
) -> ApiResult<Option<&'a Map<String, Value>>> {
    match value {
        None => Ok(None),
        Some(Value::Object(map)) => Ok(Some(map)),
        other => Err(ApiError::body(should_be(path, "an object", other))),
    }
}

/// Applies a request's `properties` to a data source that need not be stored yet. Answers the
/// properties that are gone.
pub(super) fn change_properties(
    ctx: &mut Ctx<'_>,
    id: Uuid,
    source: &mut Source,
    properties: &Map<String, Value>,
    path: &str,
) -> ApiResult<Vec<Property>> {
    let mut gone = Vec::new();
    let mut wanted = Vec::new();
    for (key, value) in properties {
        let path = format!("{path}.{key}");
        if value.is_null() {
            let known = source.find(key).cloned();
            let Some(known) = known else {
                return Err(unknown(key));
            };
            if known.kind == "title" {
                return Err(ApiError::validation("Cannot delete the title property."));
            }
            source.properties.retain(|property| property.id != known.id);
            gone.push(known);
            continue;
        }
        let entry = schema::read(value, &path).map_err(ApiError::body)?;
        wanted.push((key, path, entry));
    }
    // Formulas and rollups may name properties of the same request.
    wanted.sort_by_key(|(_, _, entry)| match &entry.kind {
        Some((kind, _)) if kind == "formula" => 1,
        Some((kind, _)) if kind == "rollup" => 2,
        _ => 0,
    });
    for (key, path, entry) in wanted {
        let known = source.find(key).cloned();
        check_title(source, key, known.as_ref(), &entry)?;
        let place = schema::Place {
            world: ctx.world,
            id,
            workspace: ctx.token.workspace,
            source,
        };
        let config = entry
            .kind
            .as_ref()
            .map(|(kind, config)| schema::configure(&place, kind, config, known.as_ref(), &path))
            .transpose()?;
        if let Some(known) = known {
            alter(source, &known, &entry, config, &mut gone)?;
            continue;
        }
        let Some(config) = config else {
            return Err(unknown(key));
        };
        let new = schema::new_property(ctx.rng, &source.properties, key, &entry, config);
        source.properties.push(new);
    }
    Ok(gone)
}

/// A data source has exactly one title.
fn check_title(
    source: &Source,
    key: &str,
    known: Option<&Property>,
    wanted: &schema::Wanted,
) -> ApiResult<()> {
    let Some((kind, _)) = &wanted.kind else {
        return Ok(());
    };
    match known.map(|property| property.kind == "title") {
        Some(titled) if titled != (kind == "title") => Err(ApiError::validation(format!(
            "Cannot change the type of the property {key}: a data source has exactly one title."
        ))),
        None if kind == "title" && source.title_property().is_some() => Err(ApiError::validation(
            "Cannot create a second title property in a data source.",
        )),
        _ => Ok(()),
    }
}

fn unknown(key: &str) -> ApiError {
    ApiError::validation(format!("{key} is not a property that exists."))
}

fn alter(
    source: &mut Source,
    known: &Property,
    wanted: &schema::Wanted,
    config: Option<Value>,
    gone: &mut Vec<Property>,
) -> ApiResult<()> {
    if let Some(name) = &wanted.name
        && source
            .properties
            .iter()
            .any(|p| p.name == *name && p.id != known.id)
    {
        return Err(ApiError::validation(format!(
            "Cannot rename a property to {name}: there is one of that name."
        )));
    }
    let Some(property) = source.properties.iter_mut().find(|p| p.id == known.id) else {
        return Ok(());
    };
    if let Some(name) = &wanted.name {
        property.name.clone_from(name);
    }
    if let Some(description) = &wanted.description {
        property.description = description.clone();
    }
    if let (Some((kind, _)), Some(config)) = (&wanted.kind, config) {
        let same_relation = known.kind == "relation"
            && kind == "relation"
            && at(&config, &["data_source_id"]) == at(&known.config, &["data_source_id"])
            && at(&config, &["type"]) == at(&known.config, &["type"]);
        if same_relation {
            return Ok(());
        }
        let target = |config: &Value| config["data_source_id"].clone();
        let loosened = known.kind == "relation"
            && kind == "relation"
            && target(&config) == target(&known.config);
        if !loosened && (known.kind == "relation" || known.kind != *kind) {
            gone.push(known.clone());
        }
        property.kind.clone_from(kind);
        property.config = config;
    }
    Ok(())
}

/// Stores a changed data source, forgets what is gone, and makes the other sides of relations.
pub(super) fn store(ctx: &mut Ctx<'_>, id: Uuid, source: Source, gone: &[Property]) {
    let rows = ctx
        .world
        .get(id)
        .map(|r| r.children.clone())
        .unwrap_or_default();
    if let Some(held) = ctx
        .world
        .records
        .get_mut(&id)
        .and_then(|r| r.source.as_mut())
    {
        **held = source;
    }
    for property in gone {
        relations::forget(ctx.world, id, property);
        for row in &rows {
            if let Some(page) = ctx.world.records.get_mut(row).and_then(|r| r.page.as_mut()) {
                page.properties.remove(&property.id);
            }
        }
    }
    relations::loosen(ctx.world, id);
    relations::complete(ctx.world, ctx.rng, id);
}
