//! `/v1/comments`: discussions on pages and blocks.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    api::{Answer, Ctx, Need, bad_cursor, list},
    clock,
    error::{ApiError, ApiResult, missing, not_present, should_be, too_long},
    files, ids,
    json::at,
    markdown, richtext,
    world::{UserKind, World},
};

/// One comment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Comment {
    pub(crate) id: Uuid,
    pub(crate) workspace: Uuid,
    /// The page or block it is about.
    pub(crate) about: Uuid,
    pub(crate) discussion: Uuid,
    pub(crate) author: Uuid,
    pub(crate) created: i64,
    pub(crate) edited: i64,
    pub(crate) text: Vec<Value>,
    /// A name other than the author's.
    pub(crate) display_name: Option<String>,
    pub(crate) attachments: Vec<Uuid>,
    /// The order of creation.
    pub(crate) number: usize,
}

fn present(world: &World, comment: &Comment) -> Value {
    let rounded = world.config.minute_rounding;
    let on_page = world
        .get(comment.about)
        .is_some_and(|record| record.page.is_some());
    let key = if on_page { "page_id" } else { "block_id" };
    let author = world.users.get(&comment.author);
    let bot = author.is_some_and(|user| matches!(user.kind, UserKind::Bot { .. }));
    let name = match &comment.display_name {
        Some(name) => json!({"type": "custom", "resolved_name": name}),
        None => json!({"type": if bot { "integration" } else { "user" },
                       "resolved_name": author.map(|user| user.name.clone())}),
    };
    let mut shown = json!({
        "object": "comment",
        "id": comment.id.to_string(),
        "parent": {"type": key, key: comment.about.to_string()},
        "discussion_id": comment.discussion.to_string(),
        "created_time": clock::show(comment.created, rounded),
        "last_edited_time": clock::show(comment.edited, rounded),
        "created_by": {"object": "user", "id": comment.author.to_string()},
        "rich_text": richtext::present(world, &comment.text),
        "display_name": name,
    });
    if !comment.attachments.is_empty() {
        let attached = comment.attachments.iter().filter_map(|id| {
            let kind = world.uploads.get(id)?.content_type.clone();
            let kind = kind.unwrap_or_default();
            let category = match kind.split('/').next() {
                Some(kind @ ("image" | "video" | "audio")) => kind.to_owned(),
                _ if kind == "application/pdf" => "pdf".to_owned(),
                _ => "file".to_owned(),
            };
            Some(json!({"category": category, "file": files::file_json(world, *id)?}))
        });
        let attached: Value = attached.collect();
        crate::json::put(&mut shown, "attachments", attached);
    }
    shown
}

/// The text of Markdown, line after line; blocks are not for comments.
fn inline(text: &str) -> Vec<Value> {
    let mut items = Vec::new();
    for block in markdown::parse(text) {
        if !items.is_empty() {
            items.push(richtext::text_item(
                "\n",
                None,
                richtext::plain_annotations(),
            ));
        }
        let own = block.value.get("rich_text").and_then(Value::as_array);
        items.extend(own.into_iter().flatten().cloned());
    }
    items
}

/// `rich_text`, or `markdown` with inline formatting only.
fn text(ctx: &Ctx<'_>) -> ApiResult<Vec<Value>> {
    match (ctx.body.get("rich_text"), ctx.body.get("markdown")) {
        (Some(_), Some(markdown)) => Err(ApiError::body(not_present("body.markdown", markdown))),
        (Some(items), None) => richtext::check(items, "body.rich_text").map_err(ApiError::body),
        (None, Some(Value::String(text))) => Ok(inline(text)),
        (None, Some(other)) => Err(ApiError::body(should_be(
            "body.markdown",
            "a string",
            Some(other),
        ))),
        (None, None) => Err(ApiError::body(
            ["rich_text", "markdown"]
                .map(|key| missing(&format!("body.{key}")))
                .join("\n"),
        )),
    }
}

fn attachments(ctx: &Ctx<'_>) -> ApiResult<Vec<Uuid>> {
    let path = "body.attachments";
    let items = match ctx.body.get("attachments") {
        None => return Ok(Vec::new()),
        Some(Value::Array(items)) => items,
        other => return Err(ApiError::body(should_be(path, "an array", other))),
    };
    if items.len() > 3 {
        return Err(ApiError::body(too_long(path, 3, items.len())));
    }
    let ids = items.iter().enumerate().map(|(at, item)| {
        let path = format!("{path}[{at}].file_upload_id");
        ids::from_value(&item["file_upload_id"], &path).map_err(ApiError::body)
    });
    ids.collect()
}

fn display_name(ctx: &Ctx<'_>) -> ApiResult<(Option<String>, bool)> {
    let Some(name) = ctx.body.get("display_name") else {
        return Ok((None, false));
    };
    match name["type"].as_str() {
        Some("integration") => Ok((None, false)),
        Some("user") => Ok((None, true)),
        Some("custom") => match at(name, &["custom", "name"]).as_str() {
            Some(name) if !name.is_empty() => Ok((Some(name.to_owned()), false)),
            _ => Err(ApiError::body(missing("body.display_name.custom.name"))),
        },
        _ => Err(ApiError::body(should_be(
            "body.display_name.type",
            "`\"integration\"`, `\"user\"`, or `\"custom\"`",
            name.get("type"),
        ))),
    }
}

/// What a new comment is about, and the discussion it continues.
fn place(ctx: &Ctx<'_>) -> ApiResult<(Uuid, Option<Uuid>)> {
    if let Some(discussion) = ctx.body.get("discussion_id") {
        let id = ids::from_value(discussion, "body.discussion_id").map_err(ApiError::body)?;
        let known = ctx.world.comments.values().find(|c| c.discussion == id);
        let about = known
            .map(|comment| comment.about)
            .filter(|about| ctx.world.can_see(&ctx.token, *about));
        return about
            .map(|about| (about, Some(id)))
            .ok_or_else(|| ctx.not_found("discussion", id));
    }
    let parent = match ctx.body.get("parent") {
        Some(Value::Object(parent)) => parent.clone(),
        Some(other) => {
            return Err(ApiError::body(should_be(
                "body.parent",
                "an object",
                Some(other),
            )));
        }
        None => Map::new(),
    };
    for key in ["page_id", "block_id"] {
        let Some(id) = parent.get(key) else { continue };
        let id = ids::from_value(id, &format!("body.parent.{key}")).map_err(ApiError::body)?;
        if key == "page_id" {
            ctx.page(id)?;
        } else {
            ctx.block(id)?;
        }
        return Ok((id, None));
    }
    Err(ApiError::body(
        ["parent.page_id", "parent.block_id", "discussion_id"]
            .map(|key| missing(&format!("body.{key}")))
            .join("\n"),
    ))
}

/// `POST /v1/comments`
pub(crate) fn create(ctx: &mut Ctx<'_>) -> ApiResult<Answer> {
    ctx.only(&[
        "parent",
        "discussion_id",
        "rich_text",
        "markdown",
        "attachments",
        "display_name",
    ])?;
    let text = text(ctx)?;
    let attachments = attachments(ctx)?;
    let (name, as_user) = display_name(ctx)?;
    let (about, discussion) = place(ctx)?;
    ctx.require(Need::InsertComments)?;
    ctx.world.check_editable(about)?;
    ctx.check_references(None)?;
    files::attach_ids(ctx.world, &ctx.token, &attachments)?;
    // Recorded: a page has one discussion of its own, which every comment on it continues.
    let own = ctx
        .world
        .comments
        .values()
        .find(|comment| comment.about == about)
        .map(|comment| comment.discussion);
    let stamp = ctx.stamp();
    let bot = ctx.world.users.get(&ctx.token.bot).map(|user| &user.kind);
    let person = match bot {
        Some(UserKind::Bot { owner, .. }) if as_user => *owner,
        _ => None,
    };
    let workspace = ctx.token.workspace;
    let id = ids::fresh(workspace);
    let comment = Comment {
        id,
        workspace,
        about,
        discussion: discussion.or(own).unwrap_or_else(|| ids::fresh(workspace)),
        author: person.unwrap_or(stamp.author),
        created: stamp.at,
        edited: stamp.at,
        text,
        display_name: name,
        attachments,
        number: ctx.world.comments.len(),
    };
    let shown = present(ctx.world, &comment);
    ctx.world.comments.insert(id, comment);
    let mut answer = Answer::wrote(shown);
    answer.committed = Some((id, Vec::new()));
    Ok(answer)
}

/// A comment on something the token sees.
fn visible(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Comment> {
    let known = ctx.world.comments.get(&id);
    known
        .filter(|comment| ctx.world.can_see(&ctx.token, comment.about))
        .cloned()
        .ok_or_else(|| ctx.not_found("comment", id))
}

/// `GET /v1/comments/{id}`
pub(crate) fn retrieve(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.require(Need::ReadComments)?;
    let comment = visible(ctx, id)?;
    Ok(Answer::read(present(ctx.world, &comment)))
}

/// `GET /v1/comments?block_id=…`, in the order of creation.
pub(crate) fn all(ctx: &Ctx<'_>) -> ApiResult<Answer> {
    let Some(about) = ctx.query_value("block_id") else {
        return Err(ApiError::query(&missing("query.block_id")));
    };
    let about = ids::parse(about).ok_or_else(|| {
        ApiError::query(&should_be(
            "query.block_id",
            "a valid uuid",
            Some(&json!(about)),
        ))
    })?;
    let (size, cursor) = ctx.paging_of_query()?;
    ctx.require(Need::ReadComments)?;
    ctx.block(about)?;
    let mut found: Vec<&Comment> = ctx
        .world
        .comments
        .values()
        .filter(|comment| comment.about == about)
        .collect();
    found.sort_by_key(|comment| (comment.created, comment.number));
    if let Some(text) = cursor {
        let id = ids::parse(&text);
        let at = found.iter().position(|comment| Some(comment.id) == id);
        found = found.split_off(at.ok_or_else(|| bad_cursor(&text))?);
    }
    let next = found.get(size).map(|comment| comment.id.to_string());
    let results = found
        .iter()
        .take(size)
        .map(|comment| present(ctx.world, comment))
        .collect();
    Ok(Answer::read(list("comment", results, next)))
}

/// One's own comment: nobody changes another's.
fn own(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Comment> {
    let comment = visible(ctx, id)?;
    ctx.require(Need::InsertComments)?;
    if comment.author == ctx.token.author || comment.author == ctx.token.bot {
        Ok(comment)
    } else {
        Err(ApiError::restricted(
            "Comments can only be changed by the connection that created them.",
        ))
    }
}

/// `PATCH /v1/comments/{id}`
pub(crate) fn update(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.only(&["rich_text", "markdown"])?;
    let text = text(ctx)?;
    let mut comment = own(ctx, id)?;
    ctx.check_references(None)?;
    comment.text = text;
    comment.edited = clock::now();
    let shown = present(ctx.world, &comment);
    ctx.world.comments.insert(id, comment);
    Ok(Answer::wrote(shown))
}

/// `DELETE /v1/comments/{id}`: answers the comment as it was.
pub(crate) fn delete(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    let comment = own(ctx, id)?;
    ctx.world.comments.remove(&id);
    Ok(Answer::wrote(present(ctx.world, &comment)))
}
