//! `POST /_sim/import`: objects as the API answers them become records with the same ids.
//!
//! Recordings of the real API are replayed with this: what a recording presupposes is put in place
//! first. Unknown parents become empty pages at workspace level.

mod others;
mod tables;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    clock,
    control::{Outcome, parse_id, read},
    ids,
    json::at,
    tree::Place,
    world::{NewBlock, PageInfo, Parent, Stamp, TokenKind, User, UserKind, World},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Import {
    workspace_id: Option<String>,
    /// Page, block and user objects; children in their order.
    objects: Vec<Value>,
    /// Whether the internal connection sees what is imported.
    #[serde(default)]
    share: bool,
    /// Whether the imported users are the only ones that are listed.
    #[serde(default)]
    only_users: bool,
    /// A name for the internal connection, as error messages show it.
    integration: Option<String>,
}

pub(crate) fn import(world: &mut World, bytes: &[u8]) -> Outcome {
    let wanted: Import = read(bytes)?;
    let workspace = match &wanted.workspace_id {
        Some(id) => parse_id(id)?,
        None => world.primary,
    };
    let Some(space) = world.workspaces.get(&workspace) else {
        return Err((400, "no such workspace".into()));
    };
    let person = space.person;
    let (name, only) = (wanted.integration.as_deref(), wanted.only_users);
    prepare_users(world, workspace, person, name, only);
    let stamp = Stamp {
        author: person,
        at: clock::now(),
    };
    // What others hang below comes first.
    let rank = |object: &Value| match object["object"].as_str() {
        Some("database") => 0,
        Some("data_source") => 1,
        Some("page") => 2,
        _ => 3,
    };
    let mut pages: Vec<&Value> = wanted.objects.iter().collect();
    pages.sort_by_key(|object| rank(object));
    for object in &pages {
        let Some(id) = object["id"].as_str().and_then(ids::parse) else {
            continue;
        };
        match object["object"].as_str() {
            Some("user") => user(world, workspace, id, object),
            Some("comment" | "view" | "file_upload") => {}
            Some("database") => tables::database(world, workspace, id, object, stamp),
            Some("data_source") => tables::source(world, workspace, id, object, stamp),
            _ => ensure(world, workspace, id, object, stamp),
        }
    }
    for object in &pages {
        let Some(id) = object["id"].as_str().and_then(ids::parse) else {
            continue;
        };
        match object["object"].as_str() {
            Some("user" | "data_source") => {}
            Some("comment") => others::comment(world, workspace, id, object, stamp),
            Some("view") => others::view(world, workspace, id, object, stamp),
            Some("file_upload") => others::upload(world, workspace, id, object, stamp),
            _ => place(world, workspace, id, object, stamp),
        }
    }
    for object in pages.iter().filter(|object| object["object"] == "page") {
        if let Some(id) = object["id"].as_str().and_then(ids::parse) {
            tables::values(world, id, object);
        }
    }
    others::times(world, &wanted.objects);
    if wanted.share {
        share_roots(world, workspace);
    }
    Ok((json!({"records": world.records.len()}), true))
}

/// Lets the internal connection see every page at workspace level.
fn share_roots(world: &mut World, workspace: Uuid) {
    let roots = world
        .workspaces
        .get(&workspace)
        .map(|w| w.roots.clone())
        .unwrap_or_default();
    for token in world.tokens.values_mut() {
        if token.workspace == workspace && token.kind == TokenKind::Internal {
            token.shared.extend(&roots);
        }
    }
}

/// Names the connection, and hides the users a new workspace has by itself.
fn prepare_users(
    world: &mut World,
    workspace: Uuid,
    person: Uuid,
    integration: Option<&str>,
    only: bool,
) {
    if only {
        world.users.remove(&person);
    }
    for user in world
        .users
        .values_mut()
        .filter(|user| user.workspace == workspace)
    {
        if let UserKind::Bot {
            listed,
            owner: None,
        } = &mut user.kind
        {
            if let Some(name) = integration {
                name.clone_into(&mut user.name);
            }
            *listed = *listed && !only;
        }
    }
}

fn user(world: &mut World, workspace: Uuid, id: Uuid, object: &Value) {
    let name = object["name"].as_str().unwrap_or_default().to_owned();
    if at(object, &["bot"]).as_object().is_some_and(Map::is_empty) {
        world.foreign_bots.insert(id);
    }
    let kind = if object["type"] == "bot" {
        UserKind::Bot {
            owner: None,
            listed: true,
        }
    } else {
        let email = at(object, &["person", "email"])
            .as_str()
            .unwrap_or("someone@example.org")
            .to_owned();
        UserKind::Person { email }
    };
    let avatar = object["avatar_url"].as_str().map(str::to_owned);
    let joined = world.users.len();
    world.users.insert(
        id,
        User {
            id,
            name,
            workspace,
            kind,
            avatar,
            joined,
        },
    );
}

/// Creates or completes the record of an object.
fn ensure(world: &mut World, workspace: Uuid, id: Uuid, object: &Value, stamp: Stamp) {
    let kind = match object["object"].as_str() {
        Some("page") => "child_page",
        _ => object["type"].as_str().unwrap_or("unsupported"),
    };
    let payload = object
        .get(kind)
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let is_page = kind == "child_page";
    if world.get(id).is_none() {
        let title = payload
            .get("title")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let info = is_page.then(|| PageInfo {
            title: crate::richtext::from_plain(title).into(),
            ..PageInfo::default()
        });
        let value = if is_page { Map::new() } else { payload };
        if kind == "child_database" {
            let title = value
                .get("title")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let head = json!({"title": crate::richtext::from_plain(title)});
            return tables::database(world, workspace, id, &head, stamp);
        }
        let block = NewBlock {
            kind: kind.to_owned(),
            value,
            ..NewBlock::default()
        };
        world.insert_as(id, Parent::Workspace, workspace, block, info, stamp);
        world.link(Parent::Workspace, workspace, &[id], Place::End);
    }
    if object["object"] == "page"
        && let Some(info) = world.records.get_mut(&id).and_then(|r| r.page.as_mut())
    {
        let properties = object["properties"].as_object();
        let title = properties
            .into_iter()
            .flat_map(Map::values)
            .find(|property| property["type"] == "title")
            .and_then(|property| property["title"].as_array());
        info.title = title.cloned().unwrap_or_default().into();
        info.icon = object["icon"].clone();
        info.cover = object["cover"].clone();
        info.is_locked = object["is_locked"] == true;
        info.published = object["public_url"]
            .as_str()
            .and_then(|url| url::Url::parse(url).ok())
            .map(|url| url.origin().ascii_serialization());
    }
    if let Some(record) = world.records.get_mut(&id) {
        let moment = |key: &str| object[key].as_str().and_then(clock::read);
        record.created = moment("created_time").unwrap_or(record.created);
        record.edited = moment("last_edited_time").unwrap_or(record.edited);
        record.trashed = object["in_trash"] == true || object["archived"] == true;
    }
}

/// Hangs a record below the parent its object names.
fn place(world: &mut World, workspace: Uuid, id: Uuid, object: &Value, stamp: Stamp) {
    let parent = &object["parent"];
    let key = parent["type"].as_str().unwrap_or_default();
    let Some(mut above) = parent[key].as_str().and_then(ids::parse) else {
        return;
    };
    if ["database_id", "data_source_id"].contains(&key) {
        let database = parent["database_id"].as_str().and_then(ids::parse);
        let source = (key == "data_source_id").then_some(above);
        above = tables::stand_in(world, workspace, database, source, stamp);
    } else if world.get(above).is_none() {
        let stand_in = match key {
            "block_id" => json!({"object": "block", "type": "toggle",
                                 "toggle": {"rich_text": [], "color": "default"}}),
            _ => json!({"object": "page"}),
        };
        ensure(world, workspace, above, &stand_in, stamp);
    }
    // What is above itself would never end.
    if above == id || world.ancestors(above).any(|record| record.id == id) {
        return;
    }
    let edited = world.get(id).map(|record| record.edited);
    world.relocate(id, Parent::Record(above), Place::End, stamp);
    if let (Some(record), Some(edited)) = (world.records.get_mut(&id), edited) {
        record.edited = edited;
    }
}
