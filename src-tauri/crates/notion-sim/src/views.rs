//! `/v1/views`: saved ways to look at a database, as far as lists, names, filters and sorts go.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    api::{Answer, Ctx, Need, list},
    clock,
    error::{ApiError, ApiResult, missing, should_be},
    ids,
    json::at,
    tables::{database_of, databases, query, sources},
    world::World,
};

/// A cached result of a view's query lives for this long.
const QUERY_MS: i64 = 15 * 60 * 1000;

const KINDS: &[&str] = &[
    "table",
    "board",
    "list",
    "calendar",
    "timeline",
    "gallery",
    "form",
    "chart",
    "map",
    "dashboard",
];

/// A view.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct View {
    pub(crate) id: Uuid,
    pub(crate) workspace: Uuid,
    pub(crate) database: Uuid,
    pub(crate) source: Uuid,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) filter: Value,
    pub(crate) sorts: Value,
    pub(crate) configuration: Value,
    pub(crate) author: Uuid,
    pub(crate) editor: Uuid,
    pub(crate) created: i64,
    pub(crate) edited: i64,
    /// The order of creation.
    pub(crate) number: usize,
}

/// The rows a view had when it was queried.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ViewQuery {
    pub(crate) id: Uuid,
    pub(crate) view: Uuid,
    pub(crate) rows: Vec<Uuid>,
    pub(crate) expires: i64,
}

/// Recorded: views tell their times exactly.
fn time(millis: i64) -> String {
    clock::show(millis, false).replace('Z', "+00:00")
}

fn present(view: &View) -> Value {
    let (database, id) = (view.database.simple(), view.id.simple());
    json!({
        "object": "view",
        "id": view.id.to_string(),
        "parent": {"type": "database_id", "database_id": view.database.to_string()},
        "data_source_id": view.source.to_string(),
        "name": view.name,
        "type": view.kind,
        "created_time": time(view.created),
        "created_by": {"object": "user", "id": view.author.to_string()},
        "last_edited_time": time(view.edited),
        "last_edited_by": {"object": "user", "id": view.editor.to_string()},
        "url": format!("https://app.notion.com/p/{database}?v={id}"),
        "filter": view.filter,
        "sorts": view.sorts,
        "quick_filters": null,
        "configuration": view.configuration,
    })
}

fn visible(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<View> {
    let known = ctx.world.views.get(&id);
    known
        .filter(|view| ctx.world.can_see(&ctx.token, view.database))
        .cloned()
        .ok_or_else(|| ctx.not_found("view", id))
}

/// `POST /v1/views`
pub(crate) fn create(ctx: &mut Ctx<'_>) -> ApiResult<Answer> {
    let Some(source) = ctx.body.get("data_source_id") else {
        return Err(ApiError::body(missing("body.data_source_id")));
    };
    let source = ids::from_value(source, "body.data_source_id").map_err(ApiError::body)?;
    let Some(name) = ctx.text("name")? else {
        return Err(ApiError::body(missing("body.name")));
    };
    let kind = ctx
        .text("type")?
        .ok_or_else(|| ApiError::body(missing("body.type")))?;
    if !KINDS.contains(&kind.as_str()) {
        let names: Vec<String> = KINDS.iter().map(|kind| format!("`\"{kind}\"`")).collect();
        return Err(ApiError::body(should_be(
            "body.type",
            &names.join(", "),
            Some(&json!(kind)),
        )));
    }
    let database = ctx.body.get("database_id");
    let database = database
        .map(|id| ids::from_value(id, "body.database_id").map_err(ApiError::body))
        .transpose()?;
    sources::visible(ctx, source)?;
    let database = database.or_else(|| database_of(ctx.world, source));
    let database = database.ok_or_else(|| ctx.not_found("database", source))?;
    databases::visible(ctx, database)?;
    ctx.require(Need::Insert)?;
    let id = add(ctx, database, source, &name, &kind);
    if let Some(view) = ctx.world.views.get_mut(&id) {
        for (key, slot) in [
            ("filter", &mut view.filter),
            ("sorts", &mut view.sorts),
            ("configuration", &mut view.configuration),
        ] {
            if let Some(value) = ctx.body.get(key) {
                slot.clone_from(value);
            }
        }
    }
    Ok(Answer::wrote(
        ctx.world.views.get(&id).map_or(Value::Null, present),
    ))
}

/// Adds a view to a database.
pub(crate) fn add(ctx: &mut Ctx<'_>, database: Uuid, source: Uuid, name: &str, kind: &str) -> Uuid {
    let stamp = ctx.stamp();
    let id = ids::fresh(ctx.token.workspace);
    let view = View {
        id,
        workspace: ctx.token.workspace,
        database,
        source,
        name: name.to_owned(),
        kind: kind.to_owned(),
        filter: Value::Null,
        sorts: Value::Null,
        configuration: json!({"type": kind}),
        author: stamp.author,
        editor: stamp.author,
        created: stamp.at,
        edited: stamp.at,
        number: ctx.world.views.len(),
    };
    ctx.world.views.insert(id, view);
    id
}

/// `GET /v1/views`
pub(crate) fn all(ctx: &Ctx<'_>) -> ApiResult<Answer> {
    let (size, cursor) = ctx.paging_of_query()?;
    let asked = |key: &str| -> ApiResult<Option<Uuid>> {
        let Some(text) = ctx.query_value(key) else {
            return Ok(None);
        };
        ids::parse(text).map(Some).ok_or_else(|| {
            let path = format!("query.{key}");
            ApiError::query(&should_be(&path, "a valid uuid", Some(&json!(text))))
        })
    };
    let (source, database) = (asked("data_source_id")?, asked("database_id")?);
    match (source, database) {
        (Some(id), _) => sources::visible(ctx, id).map(drop)?,
        (None, Some(id)) => databases::visible(ctx, id).map(drop)?,
        (None, None) => {
            let keys = ["database_id", "data_source_id"];
            let lines = keys.map(|key| missing(&format!("query.{key}")));
            return Err(ApiError::query(&lines.join("\n")));
        }
    }
    ctx.require(Need::Read)?;
    let mut found: Vec<&View> = ctx
        .world
        .views
        .values()
        .filter(|view| source.is_none_or(|id| view.source == id))
        .filter(|view| database.is_none_or(|id| view.database == id))
        .collect();
    found.sort_by_key(|view| view.number);
    if let Some(text) = cursor {
        let at = found
            .iter()
            .position(|view| Some(view.id) == ids::parse(&text));
        found = found.split_off(at.ok_or_else(|| crate::api::bad_cursor(&text))?);
    }
    let next = found.get(size).map(|view| view.id.to_string());
    let results = found
        .iter()
        .take(size)
        .map(|view| json!({"object": "view", "id": view.id.to_string()}))
        .collect();
    Ok(Answer::read(list("view", results, next)))
}

/// `GET /v1/views/{id}`
pub(crate) fn retrieve(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.require(Need::Read)?;
    Ok(Answer::read(present(&visible(ctx, id)?)))
}

/// `PATCH /v1/views/{id}`
pub(crate) fn update(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.only(&["name", "filter", "sorts", "quick_filters", "configuration"])?;
    let name = ctx.text("name")?;
    let mut view = visible(ctx, id)?;
    ctx.require(Need::Update)?;
    view.name = name.unwrap_or(view.name);
    for (key, slot) in [
        ("filter", &mut view.filter),
        ("sorts", &mut view.sorts),
        ("configuration", &mut view.configuration),
    ] {
        if let Some(value) = ctx.body.get(key) {
            slot.clone_from(value);
        }
    }
    let stamp = ctx.stamp();
    (view.edited, view.editor) = (stamp.at, stamp.author);
    let shown = present(&view);
    ctx.world.views.insert(id, view);
    Ok(Answer::wrote(shown))
}

/// `DELETE /v1/views/{id}`
pub(crate) fn delete(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    let view = visible(ctx, id)?;
    ctx.require(Need::Update)?;
    ctx.world.views.remove(&id);
    ctx.world.view_queries.retain(|_, query| query.view != id);
    let database = view.database.to_string();
    Ok(Answer::wrote(json!({
        "object": "view", "id": id.to_string(), "type": view.kind,
        "parent": {"type": "database_id", "database_id": database}
    })))
}

/// `POST /v1/views/{id}/queries`: keeps the rows a view has now.
pub(crate) fn ask(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.only(&["page_size"])?;
    let (size, _) = ctx.paging_of_body()?;
    let view = visible(ctx, id)?;
    let mut body = Map::new();
    for (key, value) in [("filter", view.filter), ("sorts", view.sorts)] {
        if !value.is_null() {
            body.insert(key.to_owned(), value);
        }
    }
    let rows = query::rows(ctx, view.source, &body)?;
    let stamp = ctx.stamp();
    let asked = ViewQuery {
        id: Uuid::new_v4(),
        view: id,
        rows,
        expires: stamp.at.saturating_add(QUERY_MS),
    };
    let page = page(&asked, 0, size);
    let mut shown = json!({
        "object": "view_query", "id": asked.id.to_string(), "view_id": id.to_string(),
        "expires_at": time(asked.expires), "total_count": asked.rows.len(),
    });
    for key in ["results", "next_cursor", "has_more"] {
        crate::json::put(&mut shown, key, at(&page, &[key]).clone());
    }
    ctx.world.view_queries.insert(asked.id, asked);
    Ok(Answer::wrote(shown))
}

fn page(query: &ViewQuery, start: usize, size: usize) -> Value {
    let next = query.rows.get(start + size).map(ToString::to_string);
    let rows = query.rows.iter().skip(start).take(size);
    let results = rows.map(|id| json!({"object": "page", "id": id.to_string()}));
    list("page", results.collect(), next)
}

fn known_query(world: &World, view: Uuid, id: Uuid) -> ApiResult<&ViewQuery> {
    let known = world.view_queries.get(&id);
    known
        .filter(|query| query.view == view && clock::now() < query.expires)
        .ok_or_else(|| {
            ApiError::new(
                404,
                "object_not_found",
                format!("Could not find view_query with ID: {id}."),
            )
        })
}

/// `GET /v1/views/{id}/queries/{query}`
pub(crate) fn results(ctx: &Ctx<'_>, view: Uuid, id: Uuid) -> ApiResult<Answer> {
    let (size, cursor) = ctx.paging_of_query()?;
    visible(ctx, view)?;
    let query = known_query(ctx.world, view, id)?;
    let start = match cursor {
        None => 0,
        Some(text) => query
            .rows
            .iter()
            .position(|row| Some(*row) == ids::parse(&text))
            .ok_or_else(|| crate::api::bad_cursor(&text))?,
    };
    Ok(Answer::read(page(query, start, size)))
}

/// `DELETE /v1/views/{id}/queries/{query}`
pub(crate) fn forget(ctx: &mut Ctx<'_>, view: Uuid, id: Uuid) -> ApiResult<Answer> {
    visible(ctx, view)?;
    known_query(ctx.world, view, id)?;
    ctx.world.view_queries.remove(&id);
    Ok(Answer::wrote(
        json!({"object": "view_query", "id": id.to_string(), "deleted": true}),
    ))
}

/// `GET /v1/custom_emojis`: nobody has made one here.
pub(crate) fn emojis(ctx: &Ctx<'_>) -> ApiResult<Answer> {
    ctx.paging_of_query()?;
    ctx.require(Need::Read)?;
    let mut body = list("custom_emoji", Vec::new(), None);
    // Recorded: the only list without an object named like its type.
    if let Some(map) = body.as_object_mut() {
        map.remove("custom_emoji");
    }
    Ok(Answer::read(body))
}
