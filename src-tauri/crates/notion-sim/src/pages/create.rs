//! `POST /v1/pages`

use serde_json::Value;
use uuid::Uuid;

use super::{
    Changes, Target, attach, changes, check_after, check_values, refuse_template, show, target,
};
use crate::{
    api::{Answer, Ctx, Need, place},
    blocks::Checker,
    error::{ApiError, ApiResult, missing, not_present, should_be},
    files, markdown,
    tables::{sources, values},
    version::Version,
    world::{NewBlock, PageInfo, Parent, TokenKind},
};

const KEYS: &[&str] = &[
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

/// The data source whose properties a request sets.
fn source_of(target: Target) -> Option<Uuid> {
    match target {
        Target::Source(id) => Some(id),
        Target::Workspace | Target::Record(_) => None,
    }
}

/// Creates a page, or a row of a data source.
pub(crate) fn create(ctx: &mut Ctx<'_>) -> ApiResult<Answer> {
    ctx.only(KEYS)?;
    let changes = changes(&ctx.body).map_err(ApiError::body)?;
    let position = place(&ctx.body, Version::V20260311, "page_start", "page_end")?;
    let target = target(ctx)?;
    let checked = check_values(ctx, source_of(target), &changes.properties)?;
    let (blocks, heading) = content(ctx, checked.title.is_some())?;
    ctx.require(Need::Insert)?;
    ctx.room()?;
    let parent = match target {
        Target::Record(id) | Target::Source(id) => {
            visible(ctx, target)?;
            ctx.world.check_editable(id)?;
            check_after(ctx.world, id, position)?;
            Parent::Record(id)
        }
        Target::Workspace if ctx.token.kind == TokenKind::Internal => {
            return Err(ApiError::validation(
                "Provided \"parent\" is invalid: internal integrations aren't owned by a single \
                 user, so creating workspace-level private pages is not supported.",
            ));
        }
        Target::Workspace => Parent::Workspace,
    };
    refuse_template(ctx)?;
    ctx.check_references(None)?;
    if let Target::Record(parent) = target {
        markdown::check_new(ctx.world, &ctx.token, Some(parent), &blocks)?;
    } else {
        markdown::check_new(ctx.world, &ctx.token, None, &blocks)?;
    }
    attach(ctx, &changes)?;
    files::attach_blocks(ctx.world, &ctx.token, &blocks)?;
    values::attach(ctx.world, &ctx.token, &checked)?;
    let id = insert(ctx, changes, checked, heading, parent);
    let workspace = ctx.token.workspace;
    ctx.world.link(parent, workspace, &[id], position);
    ctx.created(id);
    let stamp = ctx.stamp();
    markdown::place_blocks(ctx.world, id, blocks, stamp);
    if let Target::Record(parent) = target {
        ctx.world.touch(parent, stamp);
    }
    let mut answer = Answer::wrote(show(ctx, id));
    answer.committed = Some((id, Vec::new()));
    Ok(answer)
}

fn visible(ctx: &Ctx<'_>, target: Target) -> ApiResult<()> {
    match target {
        Target::Source(id) => sources::visible(ctx, id).map(drop),
        // A data source is no page, whatever else the id may be.
        Target::Record(id)
            if !ctx.world.can_see(&ctx.token, id)
                || ctx.world.get(id).is_some_and(|r| r.source.is_some()) =>
        {
            Err(ctx.not_found("page", id))
        }
        Target::Record(_) | Target::Workspace => Ok(()),
    }
}

fn insert(
    ctx: &mut Ctx<'_>,
    changes: Changes,
    mut checked: values::Values,
    heading: Option<Vec<Value>>,
    parent: Parent,
) -> Uuid {
    let stamp = ctx.stamp();
    let mut info = PageInfo {
        title: checked.title.take().or(heading).unwrap_or_default().into(),
        icon: changes.icon.unwrap_or_default(),
        cover: changes.cover.unwrap_or_default(),
        ..PageInfo::default()
    };
    let source = match parent {
        Parent::Record(id) => ctx
            .world
            .records
            .get_mut(&id)
            .and_then(|r| r.source.as_mut()),
        Parent::Workspace => None,
    };
    if let Some(source) = source {
        info.number = Some(source.next_number);
        source.next_number += 1;
    }
    let id = ctx.world.new_id(ctx.token.workspace);
    let block = NewBlock {
        kind: "child_page".to_owned(),
        ..NewBlock::default()
    };
    let workspace = ctx.token.workspace;
    ctx.world
        .insert_as(id, parent, workspace, block, Some(info), stamp);
    if let Parent::Record(source) = parent {
        values::apply(ctx.world, source, id, checked, stamp);
    }
    id
}

/// What `POST …/move` and asynchronous tasks need of a body, checked early.
pub(super) fn needs_parent(ctx: &Ctx<'_>) -> ApiResult<()> {
    if ctx.body.contains_key("parent") {
        Ok(())
    } else {
        Err(ApiError::body(missing("body.parent")))
    }
}
