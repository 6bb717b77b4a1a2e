//! Two-way relations: the other property, and the other pages.

use rand::rngs::StdRng;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Property, fresh_id, uuid_of};
use crate::json::at;
use crate::world::{Stamp, World};

/// The data source and the property on the other side of a two-way relation.
fn other_side(world: &World, source: Uuid, property: &str) -> Option<(Uuid, String)> {
    let own = world.get(source)?.source.as_deref()?.by_id(property)?;
    let synced = at(&own.config, &["dual_property", "synced_property_id"]).as_str()?;
    let target = uuid_of(at(&own.config, &["data_source_id"]))?;
    Some((target, synced.to_owned()))
}

/// Makes the other sides of relations that do not have one yet. A request may name a property
/// that is there already.
pub(crate) fn complete(world: &mut World, rng: &mut StdRng, id: Uuid) {
    let Some(source) = world.get(id).and_then(|record| record.source.as_deref()) else {
        return;
    };
    let title = crate::richtext::plain(world, &source.head.title);
    let unfinished: Vec<Property> = source
        .properties
        .iter()
        .filter(|property| {
            let dual = at(&property.config, &["dual_property"]);
            property.kind == "relation"
                && dual.is_object()
                && dual.get("synced_property_id").is_none()
        })
        .cloned()
        .collect();
    for own in unfinished {
        let Some(target) = uuid_of(at(&own.config, &["data_source_id"])) else {
            continue;
        };
        let wanted = at(&own.config, &["dual_property", "synced_property_name"]).as_str();
        let name = wanted.map_or_else(
            || format!("Related to {title} ({})", own.name),
            str::to_owned,
        );
        let back = json!({"data_source_id": id.to_string(), "type": "dual_property",
                          "dual_property": {"synced_property_id": own.id}});
        let Some(held) = world
            .records
            .get_mut(&target)
            .and_then(|r| r.source.as_mut())
        else {
            continue;
        };
        let new = Property {
            id: fresh_id(rng, &held.properties),
            name,
            kind: "relation".into(),
            description: Value::Null,
            config: back,
        };
        let synced = new.id.clone();
        held.properties.push(new);
        if let Some(own) = world
            .records
            .get_mut(&id)
            .and_then(|record| record.source.as_mut())
            .and_then(|source| source.properties.iter_mut().find(|p| p.id == own.id))
            && let Some(dual) = own.config.get_mut("dual_property")
        {
            *dual = json!({"synced_property_id": synced});
        }
    }
}

/// Recorded: when one side of a two-way relation becomes one-way, the other side stays, and is
/// one-way too.
pub(crate) fn loosen(world: &mut World, id: Uuid) {
    let own = id.to_string();
    let kept: Vec<(Uuid, String)> = world
        .get(id)
        .and_then(|record| record.source.as_deref())
        .into_iter()
        .flat_map(|source| &source.properties)
        .filter(|property| at(&property.config, &["dual_property"]).is_object())
        .filter_map(|property| {
            let target = uuid_of(at(&property.config, &["data_source_id"]))?;
            let synced = at(&property.config, &["dual_property", "synced_property_id"]).as_str()?;
            Some((target, synced.to_owned()))
        })
        .collect();
    let targets: Vec<Uuid> = world
        .get(id)
        .and_then(|record| record.source.as_deref())
        .into_iter()
        .flat_map(|source| &source.properties)
        .filter(|property| at(&property.config, &["single_property"]).is_object())
        .filter_map(|property| uuid_of(at(&property.config, &["data_source_id"])))
        .collect();
    for target in targets {
        let other = world
            .records
            .get_mut(&target)
            .and_then(|r| r.source.as_mut());
        for property in other.into_iter().flat_map(|source| &mut source.properties) {
            let back = at(&property.config, &["dual_property"]).is_object()
                && at(&property.config, &["data_source_id"]) == own.as_str()
                && !kept.contains(&(target, property.id.clone()));
            if back {
                property.config = json!({"data_source_id": own, "type": "single_property",
                                         "single_property": {}});
            }
        }
    }
}

/// Removes the other sides of relations that are no longer there.
pub(crate) fn forget(world: &mut World, source: Uuid, gone: &Property) {
    let Some(synced) = at(&gone.config, &["dual_property", "synced_property_id"]).as_str() else {
        return;
    };
    let Some(target) = uuid_of(at(&gone.config, &["data_source_id"])) else {
        return;
    };
    if let Some(held) = world
        .records
        .get_mut(&target)
        .and_then(|r| r.source.as_mut())
    {
        let own = source.to_string();
        held.properties.retain(|property| {
            property.id != synced || at(&property.config, &["data_source_id"]) != own.as_str()
        });
    }
}

/// Writes a changed relation into the pages on its other side.
pub(crate) fn mirror(
    world: &mut World,
    source: Uuid,
    row: Uuid,
    property: &str,
    old: Option<&Value>,
    new: &Value,
    stamp: Stamp,
) {
    let Some((_, synced)) = other_side(world, source, property) else {
        return;
    };
    let pages = |value: Option<&Value>| -> Vec<Uuid> {
        let items = value.and_then(Value::as_array);
        items.into_iter().flatten().filter_map(uuid_of).collect()
    };
    let (before, after) = (pages(old), pages(Some(new)));
    let own = json!(row.to_string());
    for id in before.iter().filter(|id| !after.contains(id)) {
        change(world, *id, &synced, stamp, |list| {
            list.retain(|item| *item != own);
        });
    }
    for id in after.iter().filter(|id| !before.contains(id)) {
        change(world, *id, &synced, stamp, |list| {
            if !list.contains(&own) {
                list.push(own.clone());
            }
        });
    }
}

fn change(
    world: &mut World,
    page: Uuid,
    property: &str,
    stamp: Stamp,
    change: impl FnOnce(&mut Vec<Value>),
) {
    let Some(record) = world.records.get_mut(&page) else {
        return;
    };
    record.edited = stamp.at;
    record.edited_by = stamp.author;
    if let Some(info) = record.page.as_mut() {
        let value = info.properties.entry(property.to_owned());
        if let Some(list) = value.or_insert_with(|| json!([])).as_array_mut() {
            change(list);
        }
    }
}
