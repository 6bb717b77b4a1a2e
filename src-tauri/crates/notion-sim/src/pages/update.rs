//! `PATCH /v1/pages/{id}` and `POST /v1/pages/{id}/move`

use uuid::Uuid;

use super::{
    Target, attach, changes, check_values, create::needs_parent, refuse_template, show, target,
};
use crate::{
    api::{Answer, Ctx, Need},
    error::{ApiError, ApiResult, missing},
    tables::{self, sources, values},
    tree::Place,
    world::{Parent, World},
};

const KEYS: &[&str] = &[
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

/// Changes a page's properties, looks and state.
pub(crate) fn update(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.only(KEYS)?;
    let changes = changes(&ctx.body).map_err(ApiError::body)?;
    let trash = ctx.trash_flag()?;
    let locked = ctx.flag("is_locked")?;
    let archived = ctx.flag("is_archived")?;
    let erase = ctx.flag("erase_content")?.unwrap_or(false);
    let source = tables::source_of(ctx.world, ctx.page(id)?).map(|(id, _)| id);
    let mut checked = check_values(ctx, source, &changes.properties)?;
    ctx.require(Need::Update)?;
    let stamp = ctx.stamp();
    if trash == Some(false) {
        restore(ctx.world, id)?;
    } else if trash.is_none() {
        ctx.world.check_editable(id)?;
    }
    refuse_template(ctx)?;
    ctx.check_references(Some(id))?;
    attach(ctx, &changes)?;
    values::attach(ctx.world, &ctx.token, &checked)?;
    if let Some(title) = checked.title.take() {
        ctx.world.set_title(id, title, stamp);
    }
    if let Some(source) = source {
        values::apply(ctx.world, source, id, checked, stamp);
    }
    if let Some(page) = ctx.world.records.get_mut(&id).and_then(|r| r.page.as_mut()) {
        page.icon = changes.icon.unwrap_or_else(|| page.icon.clone());
        page.cover = changes.cover.unwrap_or_else(|| page.cover.clone());
        page.is_locked = locked.unwrap_or(page.is_locked);
        page.is_archived = archived.unwrap_or(page.is_archived);
    }
    if erase {
        let children = ctx.world.get(id).map(|r| r.children.clone());
        for child in children.unwrap_or_default() {
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

/// Hangs a page below another page, or into a data source.
pub(crate) fn relocate(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.only(&["parent"])?;
    needs_parent(ctx)?;
    let target = target(ctx)?;
    ctx.page(id)?;
    ctx.require(Need::Update)?;
    let target = match target {
        Target::Record(page) => ctx.page(page).map(|_| page)?,
        Target::Source(source) => sources::visible(ctx, source).map(|_| source)?,
        Target::Workspace => {
            return Err(ApiError::body(
                ["page_id", "data_source_id"]
                    .map(|key| missing(&format!("body.parent.{key}")))
                    .join("\n"),
            ));
        }
    };
    ctx.world.check_editable(id)?;
    ctx.world.check_editable(target)?;
    if target == id || ctx.world.ancestors(target).any(|r| r.id == id) {
        return Err(ApiError::validation(
            "A page cannot be moved into itself or its descendants.",
        ));
    }
    let stamp = ctx.stamp();
    let before = ctx.world.get(id).map(|record| record.parent);
    ctx.world
        .relocate(id, Parent::Record(target), Place::End, stamp);
    if before != Some(Parent::Record(target)) {
        settle(ctx.world, id, target);
    }
    Ok(Answer::wrote(show(ctx, id)))
}

/// A page that comes somewhere else loses the values it had, and gets a number of its new table.
fn settle(world: &mut World, id: Uuid, target: Uuid) {
    let number = world
        .records
        .get_mut(&target)
        .and_then(|record| record.source.as_mut())
        .map(|source| {
            source.next_number += 1;
            source.next_number - 1
        });
    if let Some(page) = world.records.get_mut(&id).and_then(|r| r.page.as_mut()) {
        page.properties.clear();
        page.number = number;
    }
}
