//! `/v1/data_sources`.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    Head, Source,
    changes::{change_properties, object_of, store},
    container_parent, database_of, schema, shown, sources_of,
};
use crate::{
    api::{Answer, Ctx, Need},
    blockfields::check_icon,
    blocks,
    error::{ApiError, ApiResult, missing},
    files, ids, pages, richtext,
    tree::Place,
    version::Version,
    views,
    world::{NewBlock, Parent, Record, World},
};

/// A data source the token may see. Recorded: what is hidden is called a database, what is there
/// but something else a data source.
pub(crate) fn visible<'a>(ctx: &'a Ctx<'_>, id: Uuid) -> ApiResult<&'a Record> {
    let seen = ctx
        .world
        .get(id)
        .filter(|_| ctx.world.can_see(&ctx.token, id));
    match seen {
        Some(record) if record.source.is_some() => Ok(record),
        Some(_) => Err(ctx.not_found("data_source", id)),
        None => Err(ctx.not_found("database", id)),
    }
}

/// A data source object.
pub(crate) fn present(world: &World, record: &Record, version: Version) -> Value {
    let mut map = blocks::envelope(world, record, version);
    let empty = Source::default();
    let source = record.source.as_deref().unwrap_or(&empty);
    let database = database_of(world, record.id).and_then(|id| world.get(id));
    let inline = database
        .and_then(|record| record.database.as_ref())
        .is_some_and(|head| head.is_inline);
    let above = database.map_or(Value::Null, |d| container_parent(world, d.parent, version));
    let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
    put("object", json!("data_source"));
    put("title", richtext::present(world, &source.head.title));
    put(
        "description",
        richtext::present(world, &source.head.description),
    );
    put("icon", files::present(world, &source.head.icon));
    put("cover", files::present(world, &source.head.cover));
    put("is_inline", json!(inline));
    put("properties", shown::present(world, source));
    put("database_parent", above);
    put(
        "url",
        json!(ids::page_url(database.map_or(record.id, |d| d.id))),
    );
    put(
        "public_url",
        json!(world.public_url(database.unwrap_or(record))),
    );
    Value::Object(map)
}

pub(super) fn show(ctx: &Ctx<'_>, id: Uuid) -> Value {
    shown::object(ctx, "data_source", id, present)
}

/// `GET /v1/data_sources/{id}`
pub(crate) fn retrieve(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    visible(ctx, id)?;
    Ok(Answer::read(show(ctx, id)))
}

/// `GET /v1/data_sources/{id}/templates`: nobody can make one here, so there are none.
pub(crate) fn templates(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.paging_of_query()?;
    ctx.require(Need::Read)?;
    visible(ctx, id)?;
    let mut answer = Answer::read(json!({"templates": [], "has_more": false, "next_cursor": null}));
    // Recorded: the one answer without the id of its request.
    answer.anonymous = true;
    Ok(answer)
}

/// What the optional fields of a request say about how something is called and looks.
#[derive(Debug, Default)]
pub(super) struct HeadChanges {
    pub(super) title: Option<Vec<Value>>,
    pub(super) description: Option<Vec<Value>>,
    pub(super) icon: Option<Value>,
    pub(super) cover: Option<Value>,
    pub(super) is_inline: Option<bool>,
    pub(super) is_locked: Option<bool>,
}

impl HeadChanges {
    pub(super) fn read(ctx: &Ctx<'_>) -> ApiResult<Self> {
        let icon = ctx
            .body
            .get("icon")
            .map(|icon| check_icon(icon, "body.icon"));
        let cover = ctx.body.get("cover").map(pages::check_cover);
        Ok(Self {
            title: ctx.rich_text("title")?,
            description: ctx.rich_text("description")?,
            icon: icon.transpose().map_err(ApiError::body)?,
            cover: cover.transpose().map_err(ApiError::body)?,
            is_inline: ctx.flag("is_inline")?,
            is_locked: ctx.flag("is_locked")?,
        })
    }

    /// Attaches uploads that become an icon or a cover.
    pub(super) fn attach(&self, ctx: &mut Ctx<'_>) -> ApiResult<()> {
        for value in [&self.icon, &self.cover].into_iter().flatten() {
            files::attach(ctx.world, &ctx.token, value)?;
        }
        Ok(())
    }

    pub(super) fn apply(&self, head: &mut Head) {
        fn set<T: Clone>(slot: &mut T, value: Option<&T>) {
            if let Some(value) = value {
                slot.clone_from(value);
            }
        }
        set(&mut head.title, self.title.as_ref());
        set(&mut head.description, self.description.as_ref());
        set(&mut head.icon, self.icon.as_ref());
        set(&mut head.cover, self.cover.as_ref());
        set(&mut head.is_inline, self.is_inline.as_ref());
        set(&mut head.is_locked, self.is_locked.as_ref());
    }
}

/// Applies changes to a database and to its data source: as long as there is only one, the two
/// are called and look the same.
pub(super) fn apply_heads(world: &mut World, id: Uuid, changes: &HeadChanges, at: i64) {
    let (database, source) = match world.get(id) {
        Some(record) if record.source.is_some() => {
            let database = database_of(world, id);
            let alone = database.is_some_and(|database| sources_of(world, database).len() == 1);
            (database.filter(|_| alone), Some(id))
        }
        _ => {
            let sources = sources_of(world, id);
            let only = sources.first().copied().filter(|_| sources.len() == 1);
            (Some(id), only)
        }
    };
    if let Some(source) = source {
        let old = world.title(source);
        if let Some(source) = world
            .records
            .get_mut(&source)
            .and_then(|r| r.source.as_mut())
        {
            changes.apply(&mut source.head);
            if changes.title.is_some() {
                source.former = Some((old, at));
            }
        }
    }
    if let Some(database) = database {
        let mut name = None;
        if let Some(head) = world
            .records
            .get_mut(&database)
            .and_then(|r| r.database.as_mut())
        {
            changes.apply(head);
            name = Some(head.title.clone());
        }
        let name = name
            .map(|title| super::databases::named(world, &title))
            .unwrap_or_default();
        if let Some(record) = world.records.get_mut(&database) {
            record.value.insert("title".into(), json!(name));
        }
    }
}

/// Creates a data source below a database.
pub(super) fn insert(ctx: &mut Ctx<'_>, id: Uuid, database: Uuid, head: Head) {
    let stamp = ctx.stamp();
    let block = NewBlock {
        kind: "data_source".into(),
        ..NewBlock::default()
    };
    let (parent, workspace) = (Parent::Record(database), ctx.token.workspace);
    ctx.world
        .insert_as(id, parent, workspace, block, None, stamp);
    ctx.world.link(parent, workspace, &[id], Place::End);
    ctx.world.sources.insert(id);
    // Recorded: there is a table before anybody made one. Its name is a guess.
    views::add(ctx, database, id, "Default view", "table");
    if let Some(record) = ctx.world.records.get_mut(&id) {
        record.source = Some(Box::new(Source {
            head,
            next_number: 1,
            ..Source::default()
        }));
    }
}

/// Reads the properties of a data source that is to be created.
pub(super) fn new_source(
    ctx: &mut Ctx<'_>,
    id: Uuid,
    properties: Option<&Map<String, Value>>,
    path: &str,
) -> ApiResult<Source> {
    let mut source = Source {
        next_number: 1,
        ..Source::default()
    };
    let Some(properties) = properties else {
        let name = schema::Wanted {
            name: None,
            description: None,
            kind: Some(("title".into(), json!({}))),
        };
        let title = schema::new_property(ctx.rng, &[], "Name", &name, json!({}));
        source.properties.push(title);
        return Ok(source);
    };
    change_properties(ctx, id, &mut source, properties, path)?;
    if source.title_property().is_none() {
        return Err(ApiError::validation("Title is not provided"));
    }
    Ok(source)
}

/// `POST /v1/data_sources`
pub(crate) fn create(ctx: &mut Ctx<'_>) -> ApiResult<Answer> {
    ctx.only(&[
        "parent",
        "title",
        "description",
        "properties",
        "icon",
        "cover",
    ])?;
    let changes = HeadChanges::read(ctx)?;
    let parent = object_of(ctx.body.get("parent"), "body.parent")?;
    let database = parent.and_then(|parent| parent.get("database_id"));
    let Some(database) = database else {
        return Err(ApiError::body(missing("body.parent.database_id")));
    };
    let database = ids::from_value(database, "body.parent.database_id").map_err(ApiError::body)?;
    let Some(properties) = object_of(ctx.body.get("properties"), "body.properties")?.cloned()
    else {
        return Err(ApiError::body(missing("body.properties")));
    };
    super::databases::visible(ctx, database)?;
    ctx.require(Need::Insert)?;
    ctx.room()?;
    ctx.world.check_editable(database)?;
    let id = ctx.world.new_id(ctx.token.workspace);
    let mut source = new_source(ctx, id, Some(&properties), "body.properties")?;
    ctx.check_references(None)?;
    changes.attach(ctx)?;
    changes.apply(&mut source.head);
    insert(ctx, id, database, source.head.clone());
    store(ctx, id, source, &[]);
    let mut answer = Answer::wrote(show(ctx, id));
    answer.committed = Some((id, Vec::new()));
    Ok(answer)
}

/// `PATCH /v1/data_sources/{id}`
pub(crate) fn update(ctx: &mut Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.only(&[
        "title",
        "description",
        "properties",
        "icon",
        "cover",
        "in_trash",
        "archived",
        "parent",
    ])?;
    let changes = HeadChanges::read(ctx)?;
    let trash = ctx.trash_flag()?;
    let properties = object_of(ctx.body.get("properties"), "body.properties")?.cloned();
    let parent = object_of(ctx.body.get("parent"), "body.parent")?;
    let target = parent
        .map(|parent| {
            let id = parent.get("database_id").unwrap_or(&Value::Null);
            ids::from_value(id, "body.parent.database_id").map_err(ApiError::body)
        })
        .transpose()?;
    let record = visible(ctx, id)?;
    let mut source = record.source.as_deref().cloned().unwrap_or_default();
    ctx.require(Need::Update)?;
    if trash.is_none() {
        ctx.world.check_editable(id)?;
    } else if trash == Some(false) {
        pages::restore(ctx.world, id)?;
    }
    if let Some(target) = target {
        super::databases::visible(ctx, target)?;
    }
    ctx.check_references(None)?;
    changes.attach(ctx)?;
    if let Some(properties) = properties {
        let gone = change_properties(ctx, id, &mut source, &properties, "body.properties")?;
        store(ctx, id, source, &gone);
    }
    let stamp = ctx.stamp();
    apply_heads(ctx.world, id, &changes, stamp.at);
    if let Some(target) = target {
        ctx.world
            .relocate(id, Parent::Record(target), Place::End, stamp);
    }
    ctx.world.mark(id, stamp);
    if let Some(record) = ctx.world.records.get_mut(&id) {
        record.trashed = trash.unwrap_or(record.trashed);
    }
    Ok(Answer::wrote(show(ctx, id)))
}
