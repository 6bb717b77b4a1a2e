//! `/v1/databases`.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    Head,
    changes::{self, object_of},
    container_parent, query, shown,
    sources::{self, HeadChanges},
    sources_of,
};
use crate::{
    api::{Answer, Ctx, Need},
    blocks,
    error::{ApiError, ApiResult, missing, not_present},
    files, ids, pages, richtext,
    tree::Place,
    version::Version,
    world::{NewBlock, Parent, Record, TokenKind, World},
};

/// A database the token may see.
pub(crate) fn visible<'a>(ctx: &'a Ctx<'_>, id: Uuid) -> ApiResult<&'a Record> {
    ctx.world
        .get(id)
        .filter(|record| record.database.is_some() && ctx.world.can_see(&ctx.token, id))
        .ok_or_else(|| ctx.not_found("database", id))
}

/// Recorded: what newer versions call a database without a title, and its block in all of them;
/// the data source itself has none.
const NAMELESS: &str = "New database";

/// A title as the name of something.
pub(super) fn named(world: &World, title: &[Value]) -> String {
    let name = richtext::plain(world, title);
    if name.is_empty() {
        NAMELESS.to_owned()
    } else {
        name
    }
}

/// A database object. Before data sources had ids of their own, it was its only one.
pub(crate) fn present(world: &World, record: &Record, version: Version) -> Value {
    let mut map = blocks::envelope(world, record, version);
    let empty = Head::default();
    let own = record.database.as_deref().unwrap_or(&empty);
    let sources = sources_of(world, record.id);
    let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
    put("object", json!("database"));
    put("parent", container_parent(world, record.parent, version));
    put("description", richtext::present(world, &own.description));
    put("icon", files::present(world, &own.icon));
    put("cover", files::present(world, &own.cover));
    put("is_inline", json!(own.is_inline));
    put("url", json!(ids::page_url(record.id)));
    put("public_url", json!(world.public_url(record)));
    if version.has_data_sources() {
        let listed = sources.iter().filter_map(|id| {
            let head = &world.get(*id)?.source.as_deref()?.head;
            Some(json!({"id": id.to_string(), "name": named(world, &head.title)}))
        });
        let listed: Value = listed.collect();
        put("data_sources", listed);
        let title = if own.title.is_empty() {
            richtext::from_plain(NAMELESS)
        } else {
            own.title.clone()
        };
        put("title", richtext::present(world, &title));
        put("is_locked", json!(own.is_locked));
        map.remove("created_by");
        map.remove("last_edited_by");
    } else {
        put("title", richtext::present(world, &own.title));
        let first = sources.first().and_then(|id| world.get(*id));
        let shown = first.and_then(|record| {
            let source = record.source.as_deref()?;
            Some(shown::present(world, source))
        });
        put("properties", shown.unwrap_or_else(|| json!({})));
    }
    Value::Object(map)
}

fn show(ctx: &Ctx<'_>, id: Uuid) -> Value {
    shown::object(ctx, "database", id, present)
}

/// `GET /v1/databases/{id}`
pub(crate) fn retrieve(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    visible(ctx, id)?;
    Ok(Answer::read(show(ctx, id)))
}

/// `POST /v1/databases/{id}/query`, of versions without data sources.
pub(crate) fn old_query(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    visible(ctx, id)?;
    match sources_of(ctx.world, id).first() {
        Some(source) => query::query(ctx, *source),
        None => Err(ctx.not_found("database", id)),
    }
}

/// Where a database goes; without a parent a new one goes to the workspace.
fn target(ctx: &Ctx<'_>, needed: bool) -> ApiResult<Option<Parent>> {
    let Some(parent) = object_of(ctx.body.get("parent"), "body.parent")? else {
        return if needed && ctx.token.kind == TokenKind::Internal {
            Err(ApiError::body(missing("body.parent")))
        } else {
            Ok(needed.then_some(Parent::Workspace))
        };
    };
    if parent.get("workspace") == Some(&json!(true)) {
        return Ok(Some(Parent::Workspace));
    }
    for key in ["page_id", "block_id"] {
        if let Some(id) = parent.get(key) {
            return ids::from_value(id, &format!("body.parent.{key}"))
                .map(|id| Some(Parent::Record(id)))
                .map_err(ApiError::body);
        }
    }
    Err(ApiError::body(
        ["page_id", "workspace"]
            .map(|key| missing(&format!("body.parent.{key}")))
            .join("\n"),
    ))
}

/// The properties of the first data source, and where a request has them.
fn first_properties(ctx: &Ctx<'_>) -> ApiResult<(Option<Map<String, Value>>, &'static str)> {
    if !ctx.version.has_data_sources() {
        let Some(map) = object_of(ctx.body.get("properties"), "body.properties")? else {
            return Err(ApiError::body(missing("body.properties")));
        };
        return Ok((Some(map.clone()), "body.properties"));
    }
    if let Some(properties) = ctx.body.get("properties") {
        return Err(ApiError::body(not_present("body.properties", properties)));
    }
    let path = "body.initial_data_source";
    let source = object_of(ctx.body.get("initial_data_source"), path)?;
    let properties = source.and_then(|source| source.get("properties"));
    let path = "body.initial_data_source.properties";
    Ok((object_of(properties, path)?.cloned(), path))
}

const CREATE_KEYS: &[&str] = &[
    "parent",
    "title",
    "description",
    "is_inline",
    "initial_data_source",
    "properties",
    "icon",
    "cover",
];

/// `POST /v1/databases`
pub(crate) fn create(ctx: &mut Ctx<'_>) -> ApiResult<Answer> {
    ctx.only(CREATE_KEYS)?;
    let changes = HeadChanges::read(ctx)?;
    let (properties, path) = first_properties(ctx)?;
    let target = target(ctx, true)?.unwrap_or(Parent::Workspace);
    ctx.require(Need::Insert)?;
    ctx.room()?;
    let parent = match target {
        Parent::Record(id) => {
            if !ctx.world.can_see(&ctx.token, id) {
                return Err(ctx.not_found("page", id));
            }
            ctx.world.check_editable(id)?;
            Parent::Record(id)
        }
        Parent::Workspace if ctx.token.kind == TokenKind::Internal => {
            return Err(ApiError::validation(
                "Provided \"parent\" is invalid: internal integrations aren't owned by a single \
                 user, so creating workspace-level databases is not supported.",
            ));
        }
        Parent::Workspace => Parent::Workspace,
    };
    let (id, first) = {
        let workspace = ctx.token.workspace;
        (ctx.world.new_id(workspace), ctx.world.new_id(workspace))
    };
    let mut source = sources::new_source(ctx, first, properties.as_ref(), path)?;
    ctx.check_references(None)?;
    changes.attach(ctx)?;
    let mut head = Head::default();
    changes.apply(&mut head);
    source.head = head.clone();
    let stamp = ctx.stamp();
    let title = named(ctx.world, &head.title);
    let block = NewBlock::new("child_database", json!({"title": title}));
    let workspace = ctx.token.workspace;
    ctx.world
        .insert_as(id, parent, workspace, block, None, stamp);
    ctx.world.link(parent, workspace, &[id], Place::End);
    if let Some(record) = ctx.world.records.get_mut(&id) {
        record.database = Some(Box::new(head.clone()));
    }
    ctx.created(id);
    sources::insert(ctx, first, id, head);
    changes::store(ctx, first, source, &[]);
    if let Parent::Record(parent) = parent {
        ctx.world.touch(parent, stamp);
    }
    let mut answer = Answer::wrote(show(ctx, id));
    answer.committed = Some((id, Vec::new()));
    Ok(answer)
}

/// `PATCH /v1/databases/{id}`
pub(crate) fn update(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.only(&[
        "title",
        "description",
        "is_inline",
        "icon",
        "cover",
        "in_trash",
        "archived",
        "is_locked",
        "parent",
        "properties",
    ])?;
    let changes = HeadChanges::read(ctx)?;
    let trash = ctx.trash_flag()?;
    let target = target(ctx, false)?;
    let properties = object_of(ctx.body.get("properties"), "body.properties")?.cloned();
    if let Some(properties) = properties
        .as_ref()
        .filter(|_| ctx.version.has_data_sources())
    {
        let properties = Value::Object(properties.clone());
        return Err(ApiError::body(not_present("body.properties", &properties)));
    }
    visible(ctx, id)?;
    ctx.require(Need::Update)?;
    if trash.is_none() {
        ctx.world.check_editable(id)?;
    } else if trash == Some(false) {
        pages::restore(ctx.world, id)?;
    }
    if let Some(Parent::Record(parent)) = target
        && !ctx.world.can_see(&ctx.token, parent)
    {
        return Err(ctx.not_found("page", parent));
    }
    ctx.check_references(None)?;
    changes.attach(ctx)?;
    let first = sources_of(ctx.world, id).first().copied();
    if let (Some(properties), Some(first)) = (properties, first) {
        let record = ctx.world.get(first);
        let mut source = record
            .and_then(|r| r.source.as_deref().cloned())
            .unwrap_or_default();
        let gone =
            changes::change_properties(ctx, first, &mut source, &properties, "body.properties")?;
        changes::store(ctx, first, source, &gone);
    }
    let stamp = ctx.stamp();
    sources::apply_heads(ctx.world, id, &changes, stamp.at);
    if let Some(parent) = target {
        ctx.world.relocate(id, parent, Place::End, stamp);
    }
    ctx.world.mark(id, stamp);
    if let Some(record) = ctx.world.records.get_mut(&id) {
        record.trashed = trash.unwrap_or(record.trashed);
    }
    Ok(Answer::wrote(show(ctx, id)))
}
