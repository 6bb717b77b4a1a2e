//! Databases, data sources and values of rows out of recorded objects.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    ids,
    json::at,
    richtext,
    tables::{Head, Property, Source, database_of, decode, source_of, sources_of},
    tree::Place,
    world::{NewBlock, Parent, Record, Stamp, World},
};

fn texts(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn head(object: &Value) -> Head {
    Head {
        title: texts(&object["title"]),
        description: texts(&object["description"]),
        icon: object["icon"].clone(),
        cover: object["cover"].clone(),
        is_inline: object["is_inline"] == true,
        is_locked: object["is_locked"] == true,
    }
}

/// Creates or completes a database, with what it says of its data sources.
pub(super) fn database(world: &mut World, workspace: Uuid, id: Uuid, object: &Value, stamp: Stamp) {
    if world.get(id).is_none() {
        let block = NewBlock::new("child_database", json!({}));
        world.insert_as(id, Parent::Workspace, workspace, block, None, stamp);
        world.link(Parent::Workspace, workspace, &[id], Place::End);
    }
    let head = head(object);
    let title = richtext::plain(world, &head.title);
    if let Some(record) = world.records.get_mut(&id) {
        record.kind = "child_database".into();
        record.value.insert("title".into(), json!(title));
        record.database = Some(Box::new(head.clone()));
        record.trashed = object["in_trash"] == true || object["archived"] == true;
    }
    for named in object["data_sources"].as_array().into_iter().flatten() {
        if let Some(source) = named["id"].as_str().and_then(ids::parse) {
            let name = named["name"].as_str().unwrap_or_default();
            let title = json!({"title": richtext::from_plain(name)});
            insert(world, workspace, source, id, &title, stamp);
        }
    }
    // Before data sources had ids, a database was one.
    if let Some(properties) = object["properties"].as_object() {
        let source = sources_of(world, id).first().copied();
        let source = source.unwrap_or_else(|| world.new_id(workspace));
        insert(world, workspace, source, id, object, stamp);
        schema(world, source, properties);
    }
}

/// Creates a data source below a database, if it is not there.
fn insert(
    world: &mut World,
    workspace: Uuid,
    id: Uuid,
    database: Uuid,
    object: &Value,
    stamp: Stamp,
) {
    if world.get(id).is_some() {
        return;
    }
    let block = NewBlock {
        kind: "data_source".into(),
        ..NewBlock::default()
    };
    world.insert_as(id, Parent::Record(database), workspace, block, None, stamp);
    world.link(Parent::Record(database), workspace, &[id], Place::End);
    world.sources.insert(id);
    if let Some(record) = world.records.get_mut(&id) {
        record.source = Some(Box::new(Source {
            head: head(object),
            next_number: 1,
            ..Source::default()
        }));
    }
}

/// Creates or completes a data source.
pub(super) fn source(world: &mut World, workspace: Uuid, id: Uuid, object: &Value, stamp: Stamp) {
    let database = at(object, &["parent", "database_id"])
        .as_str()
        .and_then(ids::parse);
    stand_in(world, workspace, database, Some(id), stamp);
    let trashed = object["in_trash"] == true || object["archived"] == true;
    let head = head(object);
    if let Some(record) = world.records.get_mut(&id) {
        record.trashed = trashed;
        if let Some(source) = record.source.as_mut() {
            source.head = head.clone();
        }
    }
    if let Some(properties) = object["properties"].as_object() {
        schema(world, id, properties);
    }
    let Some(database) = database else { return };
    let unnamed = world
        .get(database)
        .and_then(|record| record.database.as_ref())
        .is_some_and(|head| head.title.is_empty());
    if unnamed {
        let title = richtext::plain(world, &head.title);
        if let Some(record) = world.records.get_mut(&database) {
            record.value.insert("title".into(), json!(title));
            record.database = Some(Box::new(head));
        }
    }
    if let Some(above) = object["database_parent"].as_object() {
        let parent = json!({"parent": above});
        super::place(world, workspace, database, &parent, stamp);
    }
}

/// The data source that a row or a request names by either id; made if it is not there.
pub(super) fn stand_in(
    world: &mut World,
    workspace: Uuid,
    database: Option<Uuid>,
    source: Option<Uuid>,
    stamp: Stamp,
) -> Uuid {
    if let Some(source) = source.filter(|id| world.get(*id).is_some()) {
        // It may have been named before its database was.
        if let Some(database) = database.filter(|id| database_of(world, source) != Some(*id)) {
            if world
                .get(database)
                .is_none_or(|record| record.database.is_none())
            {
                self::database(world, workspace, database, &json!({}), stamp);
            }
            world.relocate(source, Parent::Record(database), Place::End, stamp);
        }
        return source;
    }
    let database_id = database.unwrap_or_else(|| world.new_id(workspace));
    if world
        .get(database_id)
        .is_none_or(|record| record.database.is_none())
    {
        self::database(world, workspace, database_id, &json!({}), stamp);
    }
    if source.is_none()
        && let Some(first) = sources_of(world, database_id).first()
    {
        return *first;
    }
    let id = source.unwrap_or_else(|| world.new_id(workspace));
    insert(world, workspace, id, database_id, &json!({}), stamp);
    id
}

/// Takes the properties of a recorded schema over.
fn schema(world: &mut World, id: Uuid, properties: &Map<String, Value>) {
    let Some(source) = world.records.get_mut(&id).and_then(|r| r.source.as_mut()) else {
        return;
    };
    for (name, shown) in properties {
        let Some(kind) = shown["type"].as_str() else {
            continue;
        };
        let property = Property {
            id: decode(shown["id"].as_str().unwrap_or_default()),
            name: name.clone(),
            kind: kind.to_owned(),
            description: shown["description"].clone(),
            config: shown.get(kind).cloned().unwrap_or_else(|| json!({})),
        };
        match source.properties.iter_mut().find(|p| p.id == property.id) {
            Some(known) => *known = property,
            None => source.properties.push(property),
        }
    }
}

/// The values of a row, in the stored form. Properties that no schema showed follow from them.
pub(super) fn values(world: &mut World, id: Uuid, object: &Value) {
    let row = world.get(id);
    let Some((source, _)) = row.and_then(|row| source_of(world, row)) else {
        return;
    };
    for (name, shown) in object["properties"].as_object().into_iter().flatten() {
        let Some(kind) = shown["type"].as_str() else {
            continue;
        };
        let property = decode(shown["id"].as_str().unwrap_or_default());
        let Some(held) = world
            .records
            .get_mut(&source)
            .and_then(|r| r.source.as_mut())
        else {
            return;
        };
        if held.properties.iter().all(|known| known.id != property) {
            held.properties.push(Property {
                id: property.clone(),
                name: name.clone(),
                kind: kind.to_owned(),
                description: Value::Null,
                config: json!({}),
            });
        }
        let value = &shown[kind];
        if ["select", "status", "multi_select"].contains(&kind) {
            options(held, &property, value);
        }
        let number = value["number"].as_u64().filter(|_| kind == "unique_id");
        let next = number.map(|number| number + 1).unwrap_or_default();
        held.next_number = held.next_number.max(next);
        if kind == "unique_id"
            && let Some(known) = held.properties.iter_mut().find(|p| p.id == property)
        {
            known.config = json!({"prefix": value["prefix"]});
        }
        if let Some(page) = world.records.get_mut(&id).and_then(|r| r.page.as_mut()) {
            page.number = number.or(page.number);
            if let Some(stored) = stored(kind, value) {
                page.properties.insert(property, stored);
            }
        }
    }
    authors(world, id, object);
}

/// Adds the options that a value shows.
fn options(source: &mut Source, property: &str, value: &Value) {
    let one = std::slice::from_ref(value);
    let Some(held) = source.properties.iter_mut().find(|p| p.id == property) else {
        return;
    };
    for shown in value.as_array().map_or(one, Vec::as_slice) {
        if !shown.is_object() {
            continue;
        }
        if !at(&held.config, &["options"]).is_array() {
            held.config = json!({"options": []});
        }
        let list = held.config.get_mut("options").and_then(Value::as_array_mut);
        if let Some(list) = list
            && list.iter().all(|option| option["id"] != shown["id"])
        {
            let mut option = shown.clone();
            crate::json::put(&mut option, "description", Value::Null);
            list.push(option);
        }
    }
}

fn stored(kind: &str, value: &Value) -> Option<Value> {
    let ids = || {
        value
            .as_array()
            .into_iter()
            .flatten()
            .map(|item| item["id"].clone())
    };
    Some(match kind {
        "title" | "created_time" | "last_edited_time" | "created_by" | "last_edited_by"
        | "unique_id" | "button" => return None,
        "select" | "status" if value.is_object() => json!({"id": value["id"]}),
        "multi_select" => ids().map(|id| json!({"id": id})).collect(),
        "people" | "relation" => ids().collect(),
        "formula" | "rollup" => json!({"recorded": value}),
        _ => value.clone(),
    })
}

/// Who made and last changed a row, where it shows.
fn authors(world: &mut World, id: Uuid, object: &Value) {
    let user = |key: &str| at(object, &[key, "id"]).as_str().and_then(ids::parse);
    let known = |world: &World, id: Option<Uuid>| id.filter(|id| world.users.contains_key(id));
    let (made, changed) = (
        known(world, user("created_by")),
        known(world, user("last_edited_by")),
    );
    if let Some(record) = world.records.get_mut(&id) {
        let Record {
            created_by,
            edited_by,
            ..
        } = record;
        *created_by = made.unwrap_or(*created_by);
        *edited_by = changed.unwrap_or(*edited_by);
    }
}
