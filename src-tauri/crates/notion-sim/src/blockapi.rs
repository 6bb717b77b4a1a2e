//! `/v1/blocks`.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Answer, Ctx, Need, bad_cursor, list, place},
    blockfields::check_payload,
    blocks::{Checker, creatable, may_have_children, present},
    error::{ApiError, ApiResult, missing, not_present},
    files, ids,
    pages::{check_after, restore},
    world::{Parent, Record},
};

fn show(ctx: &Ctx<'_>, id: Uuid) -> Value {
    if !ctx.capabilities().read_content {
        return json!({"object": "block", "id": id.to_string()});
    }
    ctx.world.get(id).map_or(Value::Null, |record| {
        present(ctx.world, record, ctx.version)
    })
}

/// `GET /v1/blocks/{id}`
pub(crate) fn retrieve(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.block(id)?;
    Ok(Answer::read(show(ctx, id)))
}

/// `GET /v1/blocks/{id}/children`
pub(crate) fn children(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    let (size, cursor) = ctx.paging_of_query()?;
    let cursor = cursor
        .map(|text| ids::parse(&text).ok_or_else(|| bad_cursor(&text)))
        .transpose()?;
    ctx.require(Need::Read)?;
    let record = ctx.block(id)?;
    if record.kind == "unsupported" {
        return Err(ApiError::validation(
            "Block type unsupported is not supported via the API.",
        ));
    }
    if record.kind == "child_database" {
        return Ok(Answer::read(list("block", Vec::new(), None)));
    }
    let source = synced_source(record).filter(|id| ctx.world.can_see(&ctx.token, *id));
    let all = ctx
        .world
        .get(source.unwrap_or(id))
        .map(|r| r.children.as_slice())
        .unwrap_or_default();
    // Ids are compared before anything is looked up: a long page stays quick to walk.
    let start = match cursor {
        None => 0,
        Some(cursor) => all
            .iter()
            .position(|child| *child == cursor)
            .ok_or_else(|| bad_cursor(&cursor.to_string()))?,
    };
    let found: Vec<&Record> = all
        .iter()
        .skip(start)
        .filter_map(|child| ctx.world.get(*child))
        .filter(|child| !child.trashed)
        .take(size + 1)
        .collect();
    let next = found.get(size).map(|record| record.id.to_string());
    let results = found
        .iter()
        .take(size)
        .map(|record| present(ctx.world, record, ctx.version))
        .collect();
    Ok(Answer::read(list("block", results, next)))
}

/// The original of a synced copy.
fn synced_source(record: &Record) -> Option<Uuid> {
    record
        .value
        .get("synced_from")?
        .get("block_id")?
        .as_str()
        .and_then(ids::parse)
}

/// `PATCH /v1/blocks/{id}/children`
pub(crate) fn append(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.only(&["children", "after", "position"])?;
    let Some(children) = ctx.body.get("children") else {
        return Err(ApiError::body(missing("body.children")));
    };
    let parent_kind = ctx
        .world
        .get(id)
        .map_or("child_page", |r| r.kind.as_str())
        .to_owned();
    let blocks = Checker::new(ctx.version)
        .list(children, "body.children", 0, &parent_kind)
        .map_err(ApiError::body)?;
    let position = place(&ctx.body, ctx.version, "start", "end")?;
    let record = ctx.block(id)?;
    ctx.require(Need::Insert)?;
    ctx.room()?;
    let toggleable = record
        .value
        .get("is_toggleable")
        .cloned()
        .unwrap_or_default();
    if !may_have_children(&record.kind, &toggleable) {
        return Err(ApiError::validation("Block does not support children."));
    }
    if record.kind == "table" {
        let width = record
            .value
            .get("table_width")
            .and_then(Value::as_u64)
            .unwrap_or(0);
        let wrong = blocks.iter().any(|row| {
            row.value
                .get("cells")
                .and_then(Value::as_array)
                .map_or(0, Vec::len) as u64
                != width
        });
        if wrong {
            return Err(ApiError::validation(
                "Number of cells in table row must match the table width of the parent table",
            ));
        }
    }
    ctx.world.check_editable(id)?;
    check_after(ctx.world, id, position)?;
    ctx.check_references(None)?;
    files::attach_blocks(ctx.world, &ctx.token, &blocks)?;
    let stamp = ctx.stamp();
    let new = ctx.world.add_children(id, blocks, position, stamp);
    ctx.world.touch(id, stamp);
    let mut answer = Answer::wrote(appended(ctx, id, &new));
    answer.committed = Some((id, new));
    Ok(answer)
}

/// Recorded: the answer begins with the new blocks and goes on with what follows them.
fn appended(ctx: &Ctx<'_>, id: Uuid, new: &[Uuid]) -> Value {
    let first = new.first().copied();
    let after: Vec<Uuid> = ctx
        .world
        .live_children(id)
        .map(|child| child.id)
        .skip_while(|child| first.is_some_and(|first| *child != first))
        .take(101)
        .collect();
    let next = after.get(100).map(ToString::to_string);
    let results = after.iter().take(100).map(|id| show(ctx, *id)).collect();
    list("block", results, next)
}

/// `PATCH /v1/blocks/{id}`
pub(crate) fn update(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    let trash = ctx.trash_flag()?;
    let kind = creatable(ctx.version).find(|kind| ctx.body.contains_key(*kind));
    for (key, value) in &ctx.body {
        let known = ["object", "type", "archived", "in_trash"].contains(&key.as_str());
        if !known && kind != Some(key.as_str()) {
            return Err(ApiError::body(not_present(&format!("body.{key}"), value)));
        }
    }
    let parent_kind = match ctx.world.get(id).map(|r| r.parent) {
        Some(Parent::Record(parent)) => ctx
            .world
            .get(parent)
            .map_or("", |r| r.kind.as_str())
            .to_owned(),
        _ => String::new(),
    };
    let payload = kind
        .and_then(|kind| ctx.body.get(kind).map(|payload| (kind, payload)))
        .map(|(kind, payload)| {
            check_payload(kind, payload, &format!("body.{kind}"), &parent_kind, false)
        })
        .transpose()
        .map_err(ApiError::body)?;
    let record = ctx.block(id)?;
    ctx.require(Need::Update)?;
    if let Some(kind) = kind
        && kind != record.kind
    {
        return Err(ApiError::validation(format!(
            "Block type cannot be changed from {} to {kind}.",
            record.kind
        )));
    }
    if trash == Some(false) {
        restore(ctx.world, id)?;
    } else if trash.is_none() {
        ctx.world.check_editable(id)?;
    }
    check_cells(ctx, record, payload.as_ref())?;
    ctx.check_references(Some(id))?;
    if let Some(payload) = &payload {
        files::attach(ctx.world, &ctx.token, &Value::Object(payload.clone()))?;
    }
    let stamp = ctx.stamp();
    if let Some(payload) = payload
        && let Some(record) = ctx.world.records.get_mut(&id)
    {
        record.value.extend(payload);
        crate::blockfields::complete_name(&mut record.value);
    }
    match trash {
        Some(flag) => ctx.world.set_trashed(id, flag, stamp),
        None => ctx.world.touch(id, stamp),
    }
    Ok(Answer::wrote(show(ctx, id)))
}

fn check_cells(
    ctx: &Ctx<'_>,
    record: &Record,
    payload: Option<&serde_json::Map<String, Value>>,
) -> ApiResult<()> {
    let Some(cells) = payload
        .and_then(|p| p.get("cells"))
        .and_then(Value::as_array)
    else {
        return Ok(());
    };
    let Parent::Record(table) = record.parent else {
        return Ok(());
    };
    let width = ctx
        .world
        .get(table)
        .and_then(|r| r.value.get("table_width")?.as_u64());
    if width.is_some_and(|width| width != cells.len() as u64) {
        return Err(ApiError::validation(
            "Number of cells in table row must match the table width of the parent table",
        ));
    }
    Ok(())
}

/// `DELETE /v1/blocks/{id}`
pub(crate) fn delete(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.block(id)?;
    ctx.require(Need::Update)?;
    ctx.world.check_editable(id)?;
    let stamp = ctx.stamp();
    ctx.world.set_trashed(id, true, stamp);
    Ok(Answer::wrote(show(ctx, id)))
}
