//! `/v1/pages`.

mod create;
mod item;
mod update;

pub(crate) use create::create;
pub(crate) use item::property;
pub(crate) use update::{relocate, restore, update};

use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    api::{Answer, Ctx},
    blockfields::{check_icon, web_address},
    blocks,
    error::{ApiError, ApiResult, missing, should_be},
    files, ids,
    json::{at, put},
    richtext,
    tables::{self, cells, sources_of, values},
    tree::Place,
    version::Version,
    world::{PageInfo, Record, World},
};

/// A page object.
pub(crate) fn present(world: &World, record: &Record, version: Version) -> Value {
    let mut map = blocks::envelope(world, record, version);
    let empty = PageInfo::default();
    let page = record.page.as_ref().unwrap_or(&empty);
    let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
    put("object", json!("page"));
    put("cover", files::present(world, &page.cover));
    put("icon", files::present(world, &page.icon));
    put("is_archived", json!(page.is_archived));
    put("is_locked", json!(page.is_locked));
    let properties = if tables::source_of(world, record).is_some() {
        cells::all(world, record, &[])
    } else {
        let title = richtext::present(world, &page.title);
        json!({"title": {"id": "title", "type": "title", "title": title}})
    };
    put("properties", properties);
    put(
        "url",
        json!(ids::slug_url(&world.title(record.id), record.id)),
    );
    put("public_url", json!(world.public_url(record)));
    Value::Object(map)
}

fn show(ctx: &Ctx<'_>, id: Uuid) -> Value {
    if !ctx.capabilities().read_content {
        return json!({"object": "page", "id": id.to_string()});
    }
    let Some(record) = ctx.world.get(id) else {
        return Value::Null;
    };
    let mut page = present(ctx.world, record, ctx.version);
    let wanted = ctx.filter_properties();
    if !wanted.is_empty() {
        let kept = if tables::source_of(ctx.world, record).is_some() {
            cells::all(ctx.world, record, &wanted)
        } else if wanted.iter().any(|key| key == "title") {
            at(&page, &["properties"]).clone()
        } else {
            json!({})
        };
        put(&mut page, "properties", kept);
    }
    page
}

/// `GET /v1/pages/{id}`
pub(crate) fn retrieve(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.page(id)?;
    Ok(Answer::read(show(ctx, id)))
}

/// What the optional fields of a page request say.
struct Changes {
    icon: Option<Value>,
    cover: Option<Value>,
    properties: Map<String, Value>,
}

fn changes(body: &Map<String, Value>) -> Result<Changes, String> {
    let icon = body
        .get("icon")
        .map(|icon| check_icon(icon, "body.icon"))
        .transpose()?;
    let cover = body.get("cover").map(check_cover).transpose()?;
    let properties = match body.get("properties") {
        None => Map::new(),
        Some(Value::Object(properties)) => properties.clone(),
        other => return Err(should_be("body.properties", "an object", other)),
    };
    Ok(Changes {
        icon,
        cover,
        properties,
    })
}

/// Uploads that become an icon or a cover.
fn attach(ctx: &mut Ctx<'_>, changes: &Changes) -> ApiResult<()> {
    for value in [&changes.icon, &changes.cover].into_iter().flatten() {
        files::attach(ctx.world, &ctx.token, value)?;
    }
    Ok(())
}

/// A cover of a page or a database, in the stored form.
pub(crate) fn check_cover(cover: &Value) -> Result<Value, String> {
    if cover.is_null() {
        return Ok(Value::Null);
    }
    if let Some(external) = cover.get("external") {
        let url = web_address(&external["url"], "body.cover.external.url", "cover")?;
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

/// What a request sets, below a page or in a data source.
fn check_values(
    ctx: &Ctx<'_>,
    source: Option<Uuid>,
    properties: &Map<String, Value>,
) -> ApiResult<values::Values> {
    if let Some(source) = source {
        return values::check(ctx, source, properties);
    }
    let mut checked = values::Values::default();
    for (key, value) in properties {
        if key != "title" {
            return Err(ApiError::validation(format!(
                "{key} is not a property that exists."
            )));
        }
        let (items, path) = match value {
            Value::Array(_) => (value, "body.properties.title"),
            _ => match value.get("title") {
                Some(items) => (items, "body.properties.title.title"),
                None => return Err(ApiError::body(missing("body.properties.title.title"))),
            },
        };
        checked.title = Some(richtext::check(items, path).map_err(ApiError::body)?);
    }
    Ok(checked)
}

/// A place that a request names for a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Workspace,
    /// A page, or a block for callers that take one.
    Record(Uuid),
    Source(Uuid),
}

/// The parent a request names.
fn target(ctx: &Ctx<'_>) -> ApiResult<Target> {
    let parent = match ctx.body.get("parent") {
        None => return Ok(Target::Workspace),
        Some(Value::Object(parent)) => parent,
        other => return Err(ApiError::body(should_be("body.parent", "an object", other))),
    };
    if parent.get("workspace") == Some(&json!(true)) {
        return Ok(Target::Workspace);
    }
    let named = |key: &str| {
        parent
            .get(key)
            .map(|id| ids::from_value(id, &format!("body.parent.{key}")).map_err(ApiError::body))
    };
    if let Some(id) = named("page_id") {
        return id.map(Target::Record);
    }
    if ctx.version.has_data_sources()
        && let Some(id) = named("data_source_id")
    {
        return id.map(Target::Source);
    }
    if let Some(id) = named("database_id") {
        return only_source(ctx, id?).map(Target::Source);
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

/// The data source of a database, as long as it has only one.
fn only_source(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Uuid> {
    tables::databases::visible(ctx, id)?;
    match sources_of(ctx.world, id).as_slice() {
        [only] => Ok(*only),
        [] => Err(ctx.not_found("database", id)),
        _ => Err(ApiError::validation(format!(
            "Databases with multiple data sources are not supported in this API version: name \
             the data source of database {id}."
        ))),
    }
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

/// Templates cannot be made through the API, so there is none to apply.
fn refuse_template(ctx: &Ctx<'_>) -> ApiResult<()> {
    let Some(template) = ctx.body.get("template") else {
        return Ok(());
    };
    match template["type"].as_str() {
        Some("none") => Ok(()),
        Some("default") => Err(ApiError::validation(
            "Could not apply the default template: the data source has none.",
        )),
        Some("template_id") => {
            let path = "body.template.template_id";
            let id = ids::from_value(&template["template_id"], path).map_err(ApiError::body)?;
            Err(ApiError::new(
                404,
                "object_not_found",
                format!("Could not find template with ID: {id}."),
            ))
        }
        _ => Err(ApiError::body(should_be(
            "body.template.type",
            "`\"none\"`, `\"default\"`, or `\"template_id\"`",
            template.get("type"),
        ))),
    }
}
