//! `/v1/pages`.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    api::{Answer, Ctx, Need, list, place},
    blockfields::check_icon,
    blocks::{self, Checker},
    error::{ApiError, ApiResult, missing, not_present, should_be},
    files, ids,
    json::put,
    markdown, richtext,
    tree::Place,
    version::Version,
    world::{NewBlock, PageInfo, Parent, Record, TokenKind, World},
};

/// A page object.
pub(crate) fn present(world: &World, record: &Record, version: Version) -> Value {
    let mut map = blocks::envelope(world, record, version);
    let empty = PageInfo::default();
    let page = record.page.as_ref().unwrap_or(&empty);
    let title = richtext::present(world, &page.title);
    let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
    put("object", json!("page"));
    put("cover", files::present(world, &page.cover));
    put("icon", files::present(world, &page.icon));
    put("is_archived", json!(page.is_archived));
    put("is_locked", json!(page.is_locked));
    put(
        "properties",
        json!({"title": {"id": "title", "type": "title", "title": title}}),
    );
    put(
        "url",
        json!(ids::slug_url(&world.title(record.id), record.id)),
    );
    put("public_url", Value::Null);
    Value::Object(map)
}

fn show(ctx: &Ctx<'_>, id: Uuid) -> Value {
    if !ctx.capabilities().read_content {
        return json!({"object": "page", "id": id.to_string()});
    }
    ctx.world.get(id).map_or(Value::Null, |record| {
        present(ctx.world, record, ctx.version)
    })
}

/// `GET /v1/pages/{id}`
pub(crate) fn retrieve(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.page(id)?;
    Ok(Answer::read(show(ctx, id)))
}

/// `GET /v1/pages/{id}/properties/{property}`
pub(crate) fn property(ctx: &Ctx<'_>, id: Uuid, property: &str) -> ApiResult<Answer> {
    ctx.require(Need::Read)?;
    let record = ctx.page(id)?;
    if property != "title" {
        return Err(ApiError::new(
            404,
            "object_not_found",
            format!("Could not find property with ID: {property}"),
        ));
    }
    let title = record
        .page
        .as_ref()
        .map(|p| p.title.as_slice())
        .unwrap_or_default();
    let shown = richtext::present(ctx.world, title);
    let results = shown
        .as_array()
        .into_iter()
        .flatten()
        .map(|item| json!({"object": "property_item", "type": "title", "id": "title", "title": item}))
        .collect();
    let mut body = list("property_item", results, None);
    let item = json!({"id": "title", "next_url": null, "type": "title", "title": {}});
    put(&mut body, "property_item", item);
    Ok(Answer::read(body))
}

/// What the optional fields of a page request say.
struct Changes {
    title: Option<Vec<Value>>,
    icon: Option<Value>,
    cover: Option<Value>,
}

fn changes(body: &Map<String, Value>) -> Result<Changes, String> {
    let icon = body
        .get("icon")
        .map(|icon| check_icon(icon, "body.icon"))
        .transpose()?;
    let cover = body.get("cover").map(check_cover).transpose()?;
    let title = match body.get("properties") {
        None => None,
        Some(Value::Object(properties)) => check_properties(properties)?,
        other => return Err(should_be("body.properties", "an object", other)),
    };
    Ok(Changes { title, icon, cover })
}

/// Uploads that become an icon or a cover.
fn attach(ctx: &mut Ctx<'_>, changes: &Changes) -> ApiResult<()> {
    for value in [&changes.icon, &changes.cover].into_iter().flatten() {
        files::attach(ctx.world, &ctx.token, value)?;
    }
    Ok(())
}

fn check_cover(cover: &Value) -> Result<Value, String> {
    if cover.is_null() {
        return Ok(Value::Null);
    }
    if let Some(external) = cover.get("external") {
        let url = richtext::check_url(&external["url"], "body.cover.external.url")?;
        return Ok(json!({"type": "external", "external": {"url": url}}));
    }
    if let Some(upload) = cover.get("file_upload") {
        let id = ids::from_value(&upload["id"], "body.cover.file_upload.id")?;
        return Ok(json!({"type": "file_upload", "file_upload": {"id": id.to_string()}}));
    }
    Err(["external", "file_upload"]
        .map(|key| missing(&format!("body.cover.{key}")))
        .join("\n"))
}

fn check_properties(properties: &Map<String, Value>) -> Result<Option<Vec<Value>>, String> {
    let mut title = None;
    for (key, value) in properties {
        if key != "title" {
            return Err(format!("{key} is not a property that exists."));
        }
        title = Some(match value {
            Value::Array(_) => richtext::check(value, "body.properties.title")?,
            _ => match value.get("title") {
                Some(items) => richtext::check(items, "body.properties.title.title")?,
                None => return Err(missing("body.properties.title.title")),
            },
        });
    }
    Ok(title)
}

/// The parent a request names; `None` is the workspace.
fn target(ctx: &Ctx<'_>) -> ApiResult<Option<Uuid>> {
    let parent = match ctx.body.get("parent") {
        None => return Ok(None),
        Some(Value::Object(parent)) => parent,
        other => return Err(ApiError::body(should_be("body.parent", "an object", other))),
    };
    if parent.get("workspace") == Some(&json!(true)) {
        return Ok(None);
    }
    if let Some(id) = parent.get("page_id") {
        return ids::from_value(id, "body.parent.page_id")
            .map(Some)
            .map_err(ApiError::body);
    }
    for (key, what) in [
        ("data_source_id", "data_source"),
        ("database_id", "database"),
    ] {
        if let Some(id) = parent.get(key) {
            let id = ids::from_value(id, &format!("body.parent.{key}")).map_err(ApiError::body)?;
            return Err(ctx.not_found(what, id));
        }
    }
    let keys: &[&str] = if ctx.version.has_data_sources() {
        &["page_id", "database_id", "data_source_id", "workspace"]
    } else {
        &["page_id", "database_id", "workspace"]
    };
    let lines: Vec<String> = keys
        .iter()
        .map(|k| missing(&format!("body.parent.{k}")))
        .collect();
    Err(ApiError::body(lines.join("\n")))
}

const CREATE_KEYS: &[&str] = &[
    "parent",
    "properties",
    "icon",
    "cover",
    "children",
    "content",
    "markdown",
    "allow_async",
    "template",
    "position",
];

/// The blocks and, from Markdown, the title a new page starts with.
fn content(ctx: &Ctx<'_>, titled: bool) -> ApiResult<(Vec<NewBlock>, Option<Vec<Value>>)> {
    if let Some(text) = ctx.body.get("markdown") {
        for key in ["children", "content"] {
            if let Some(value) = ctx.body.get(key) {
                return Err(ApiError::body(not_present(&format!("body.{key}"), value)));
            }
        }
        let Some(text) = text.as_str() else {
            return Err(ApiError::body(should_be(
                "body.markdown",
                "a string",
                Some(text),
            )));
        };
        let mut blocks = markdown::parse(text);
        let mut title = None;
        if !titled && blocks.first().is_some_and(|b| b.kind == "heading_1") {
            let first = blocks.remove(0);
            title = first
                .value
                .get("rich_text")
                .and_then(Value::as_array)
                .cloned();
        }
        return Ok((blocks, title));
    }
    let key = if ctx.body.contains_key("content") {
        "content"
    } else {
        "children"
    };
    let Some(children) = ctx.body.get(key) else {
        return Ok((Vec::new(), None));
    };
    let mut checker = Checker::new(ctx.version);
    let blocks = checker
        .list(children, &format!("body.{key}"), 0, "child_page")
        .map_err(ApiError::body)?;
    Ok((blocks, None))
}

/// `POST /v1/pages`
pub(crate) fn create(ctx: &mut Ctx<'_>) -> ApiResult<Answer> {
    ctx.only(CREATE_KEYS)?;
    let changes = changes(&ctx.body).map_err(ApiError::body)?;
    let (blocks, heading) = content(ctx, changes.title.is_some())?;
    let position = place(&ctx.body, Version::V20260311, "page_start", "page_end")?;
    let target = target(ctx)?;
    ctx.require(Need::Insert)?;
    let parent = match target {
        Some(id) => {
            if !ctx.world.can_see(&ctx.token, id) {
                return Err(ctx.not_found("page", id));
            }
            ctx.world.check_editable(id)?;
            check_after(ctx.world, id, position)?;
            Parent::Record(id)
        }
        None if ctx.token.kind == TokenKind::Internal => {
            return Err(ApiError::validation(
                "Provided \"parent\" is invalid: internal integrations aren't owned by a single \
                 user, so creating workspace-level private pages is not supported.",
            ));
        }
        None => Parent::Workspace,
    };
    attach(ctx, &changes)?;
    files::attach_blocks(ctx.world, &ctx.token, &blocks)?;
    let stamp = ctx.stamp();
    let info = PageInfo {
        title: changes.title.or(heading).unwrap_or_default(),
        icon: changes.icon.unwrap_or_default(),
        cover: changes.cover.unwrap_or_default(),
        ..PageInfo::default()
    };
    let id = ctx.world.new_id(ctx.token.workspace);
    let kind = "child_page".to_owned();
    let block = NewBlock {
        kind,
        ..NewBlock::default()
    };
    ctx.world
        .insert_as(id, parent, ctx.token.workspace, block, Some(info), stamp);
    ctx.world.link(parent, ctx.token.workspace, &[id], position);
    if let Some(own) = ctx.world.oauth.authorizations.get_mut(&ctx.token.bot) {
        own.created.insert(id);
        ctx.token.created.insert(id);
    }
    markdown::place_blocks(ctx.world, &ctx.token, id, blocks, stamp)?;
    if let Parent::Record(parent) = parent {
        ctx.world.touch(parent, stamp);
    }
    let mut answer = Answer::wrote(show(ctx, id));
    answer.committed = Some((id, Vec::new()));
    Ok(answer)
}

/// An anchor must be a living child of the parent.
pub(crate) fn check_after(world: &World, parent: Uuid, position: Place) -> ApiResult<()> {
    let Place::After(anchor) = position else {
        return Ok(());
    };
    if world.live_children(parent).any(|child| child.id == anchor) {
        return Ok(());
    }
    Err(ApiError::validation(format!(
        "Block {anchor} is not a child of block {parent}."
    )))
}

const UPDATE_KEYS: &[&str] = &[
    "properties",
    "icon",
    "cover",
    "in_trash",
    "archived",
    "is_locked",
    "is_archived",
    "erase_content",
    "template",
];

/// `PATCH /v1/pages/{id}`
pub(crate) fn update(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.only(UPDATE_KEYS)?;
    let changes = changes(&ctx.body).map_err(ApiError::body)?;
    let trash = ctx.trash_flag()?;
    let locked = ctx.flag("is_locked")?;
    let archived = ctx.flag("is_archived")?;
    let erase = ctx.flag("erase_content")?.unwrap_or(false);
    ctx.page(id)?;
    ctx.require(Need::Update)?;
    let stamp = ctx.stamp();
    if trash == Some(false) {
        restore(ctx.world, id)?;
    } else if trash.is_none() {
        ctx.world.check_editable(id)?;
    }
    attach(ctx, &changes)?;
    if let Some(title) = changes.title {
        ctx.world.set_title(id, title, stamp);
    }
    if let Some(page) = ctx.world.records.get_mut(&id).and_then(|r| r.page.as_mut()) {
        page.icon = changes.icon.unwrap_or_else(|| page.icon.clone());
        page.cover = changes.cover.unwrap_or_else(|| page.cover.clone());
        page.is_locked = locked.unwrap_or(page.is_locked);
        page.is_archived = archived.unwrap_or(page.is_archived);
    }
    if erase {
        let children = ctx
            .world
            .get(id)
            .map(|r| r.children.clone())
            .unwrap_or_default();
        for child in children {
            ctx.world.remove(child);
        }
    }
    match trash {
        Some(flag) => ctx.world.set_trashed(id, flag, stamp),
        None => ctx.world.touch(id, stamp),
    }
    Ok(Answer::wrote(show(ctx, id)))
}

/// Something below a trashed ancestor cannot be restored by itself.
pub(crate) fn restore(world: &World, id: Uuid) -> ApiResult<()> {
    if world.ancestors(id).any(|r| r.trashed) {
        return Err(ApiError::validation(
            "Can't edit page on block with an archived ancestor. You must unarchive the ancestor \
             before editing page.",
        ));
    }
    Ok(())
}

/// `POST /v1/pages/{id}/move`
pub(crate) fn relocate(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.only(&["parent"])?;
    if !ctx.body.contains_key("parent") {
        return Err(ApiError::body(missing("body.parent")));
    }
    let target = target(ctx)?;
    ctx.page(id)?;
    ctx.require(Need::Update)?;
    let Some(target) = target else {
        return Err(ApiError::body(
            ["page_id", "data_source_id"]
                .map(|key| missing(&format!("body.parent.{key}")))
                .join("\n"),
        ));
    };
    ctx.page(target)?;
    ctx.world.check_editable(id)?;
    ctx.world.check_editable(target)?;
    if target == id || ctx.world.ancestors(target).any(|r| r.id == id) {
        return Err(ApiError::validation(
            "A page cannot be moved into itself or its descendants.",
        ));
    }
    let stamp = ctx.stamp();
    ctx.world
        .relocate(id, Parent::Record(target), Place::End, stamp);
    Ok(Answer::wrote(show(ctx, id)))
}
