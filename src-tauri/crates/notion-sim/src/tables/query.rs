//! `POST /v1/data_sources/{id}/query`, and `/v1/databases/{id}/query` of older versions.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{cells, filter, sort, sources};
use crate::{
    api::{Answer, Ctx, Need, bad_cursor, list},
    error::{ApiError, ApiResult, should_be},
    ids,
    json::put,
    pages,
    world::{Record, World},
};

/// A query stops here, whatever there is.
const LIMIT: usize = 10_000;

const KEYS: &[&str] = &[
    "filter",
    "sorts",
    "start_cursor",
    "page_size",
    "in_trash",
    "archived",
    "is_archived",
    "result_type",
];

/// Answers the rows of a data source.
pub(crate) fn query(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    ctx.only(KEYS)?;
    let (size, cursor) = ctx.paging_of_body()?;
    let trashed = ctx
        .flag("in_trash")?
        .or(ctx.flag("archived")?)
        .unwrap_or(false);
    let archived = ctx.flag("is_archived")?.unwrap_or(false);
    let wanted = Wanted {
        trashed,
        archived,
        only: kind_wanted(ctx)?,
    };
    let mut found = gather(ctx, id, &ctx.body, &wanted)?;
    let cut = found.len() > LIMIT;
    found.truncate(LIMIT);
    let start = match &cursor {
        None => 0,
        Some(text) => begin(&found, text)?,
    };
    let next = found.get(start + size).map(|row| {
        let session = Uuid::new_v4();
        format!("s:{session}:{}", row.id)
    });
    let fields = ctx.filter_properties();
    let results = found
        .iter()
        .skip(start)
        .take(size)
        .map(|row| {
            if row.source.is_some() {
                return sources::present(ctx.world, row, ctx.version);
            }
            let mut page = pages::present(ctx.world, row, ctx.version);
            if !fields.is_empty() {
                put(&mut page, "properties", cells::all(ctx.world, row, &fields));
            }
            page
        })
        .collect();
    let kind = if ctx.version.has_data_sources() {
        "page_or_data_source"
    } else {
        "page_or_database"
    };
    let ended = next.is_none();
    let mut body = list(kind, results, next);
    if cut && ended {
        let reason = json!({"type": "incomplete",
                            "incomplete_reason": "query_result_limit_reached"});
        put(&mut body, "request_status", reason);
    }
    Ok(Answer::read(body))
}

/// What there may be below a data source: besides rows, wikis hold data sources.
#[derive(PartialEq, Eq)]
enum Kind {
    Page,
    Source,
}

/// The only kind an answer is to hold, if one is named.
fn kind_wanted(ctx: &Ctx<'_>) -> ApiResult<Option<Kind>> {
    match ctx.body.get("result_type") {
        None => Ok(None),
        Some(kind) if kind == "page" => Ok(Some(Kind::Page)),
        Some(kind) if kind == "data_source" => Ok(Some(Kind::Source)),
        other => Err(ApiError::body(should_be(
            "body.result_type",
            "`\"page\"`, `\"data_source\"`, or `undefined`",
            other,
        ))),
    }
}

/// What a query is after, besides its filter.
#[derive(Default)]
struct Wanted {
    trashed: bool,
    archived: bool,
    only: Option<Kind>,
}

impl Wanted {
    /// Whether a row, or a data source of a wiki, is meant.
    fn takes(&self, world: &World, found: &Record) -> bool {
        let archived = found.page.as_ref().is_some_and(|page| page.is_archived);
        let kind = match (&found.page, &found.source) {
            (Some(_), _) => Kind::Page,
            (None, Some(_)) => Kind::Source,
            (None, None) => return false,
        };
        self.only.as_ref().is_none_or(|only| *only == kind)
            && archived == self.archived
            && world.is_trashed(found.id) == self.trashed
    }
}

/// What hangs below a data source, the newest first: its rows, and in a wiki the data sources of
/// the databases among them.
fn below<'a>(world: &'a World, record: &'a Record) -> impl Iterator<Item = &'a Record> {
    let children = record.children.iter().rev().filter_map(|id| world.get(*id));
    children.flat_map(|child| {
        let inner = child.database.is_some().then_some(&child.children);
        let inner = inner.into_iter().flatten().filter_map(|id| world.get(*id));
        let own = child.database.is_none().then_some(child);
        own.into_iter().chain(inner)
    })
}

/// The rows that a filter lets through, in their order.
fn gather<'a>(
    ctx: &'a Ctx<'_>,
    id: Uuid,
    body: &Map<String, Value>,
    wanted: &Wanted,
) -> ApiResult<Vec<&'a Record>> {
    if let Some(filter) = body.get("filter").filter(|filter| !filter.is_object()) {
        let expected = "an object or `undefined`";
        return Err(ApiError::body(should_be(
            "body.filter",
            expected,
            Some(filter),
        )));
    }
    ctx.require(Need::Read)?;
    let record = sources::visible(ctx, id)?;
    let Some(source) = record.source.as_deref() else {
        return Err(ctx.not_found("data_source", id));
    };
    let filter = body
        .get("filter")
        .map(|filter| filter::read(filter, source))
        .transpose()?;
    let sorts = body
        .get("sorts")
        .map(|sorts| sort::read(sorts, source))
        .transpose()?;
    let sorts = sorts.unwrap_or_default();
    // Recorded: the newest first.
    let mut found: Vec<(Vec<sort::Rank>, &Record)> = below(ctx.world, record)
        .filter(|row| wanted.takes(ctx.world, row))
        .filter(|row| {
            filter
                .as_ref()
                .is_none_or(|filter| filter::passes(filter, ctx.world, row, source))
        })
        .map(|row| (sort::rank(&sorts, ctx.world, row, source), row))
        .collect();
    if sorts.is_empty() {
        found.sort_by_key(|(_, row)| std::cmp::Reverse(row.created));
    } else {
        found.sort_by(|(a, _), (b, _)| sort::compare(&sorts, a, b));
    }
    Ok(found.into_iter().map(|(_, row)| row).collect())
}

/// The rows of a view.
pub(crate) fn rows(ctx: &Ctx<'_>, id: Uuid, body: &Map<String, Value>) -> ApiResult<Vec<Uuid>> {
    let mut found = gather(ctx, id, body, &Wanted::default())?;
    found.truncate(LIMIT);
    Ok(found.iter().map(|row| row.id).collect())
}

/// Where a cursor stands: before the row it names.
fn begin(found: &[&Record], cursor: &str) -> ApiResult<usize> {
    let id = cursor.rsplit(':').next().and_then(ids::parse);
    found
        .iter()
        .position(|row| Some(row.id) == id)
        .ok_or_else(|| bad_cursor(cursor))
}

impl Ctx<'_> {
    /// The properties an answer is to show; none for all.
    pub(crate) fn filter_properties(&self) -> Vec<String> {
        self.query
            .iter()
            .filter(|(key, _)| key == "filter_properties" || key == "filter_properties[]")
            .map(|(_, value)| value.clone())
            .collect()
    }

    /// A text of the body.
    pub(crate) fn text(&self, key: &str) -> ApiResult<Option<String>> {
        match self.body.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            other => Err(ApiError::body(should_be(
                &format!("body.{key}"),
                "a string or `undefined`",
                other,
            ))),
        }
    }

    /// Text of the body as an array of rich text.
    pub(crate) fn rich_text(&self, key: &str) -> ApiResult<Option<Vec<Value>>> {
        self.body
            .get(key)
            .map(|value| crate::richtext::check(value, &format!("body.{key}")))
            .transpose()
            .map_err(ApiError::body)
    }
}
