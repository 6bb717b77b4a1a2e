//! `/v1/search`: titles only, late, and not exhaustive, like the real one.

use rand::RngExt as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Answer, Ctx, bad_cursor, list},
    clock,
    error::{ApiError, ApiResult, should_be},
    ids, pages,
    tables::{self, databases, sources},
    world::{Record, TokenKind, World},
};

/// What a search asks for.
struct Wanted {
    words: Vec<String>,
    /// Asked for in so many words; without a word data sources are found even in the trash.
    trashed: Option<bool>,
    pages: bool,
    containers: bool,
    newest_first: bool,
}

fn wanted(ctx: &Ctx<'_>) -> ApiResult<Wanted> {
    ctx.only(&["query", "filter", "sort", "start_cursor", "page_size"])?;
    let query = match ctx.body.get("query") {
        None => "",
        Some(Value::String(query)) => query.as_str(),
        other => {
            return Err(ApiError::body(should_be(
                "body.query",
                "a string or `undefined`",
                other,
            )));
        }
    };
    let filter = match ctx.body.get("filter") {
        None => None,
        Some(filter @ Value::Object(_)) => Some(filter),
        other => {
            return Err(ApiError::body(should_be(
                "body.filter",
                "an object or `undefined`",
                other,
            )));
        }
    };
    let container = if ctx.version.has_data_sources() {
        "data_source"
    } else {
        "database"
    };
    let mut wanted = Wanted {
        words: words(query),
        trashed: None,
        pages: true,
        containers: true,
        newest_first: true,
    };
    if let Some(filter) = filter {
        apply_filter(filter, container, &mut wanted)?;
    }
    wanted.newest_first = newest_first(ctx)?;
    Ok(wanted)
}

/// The direction of `sort`; the newest come first without one.
fn newest_first(ctx: &Ctx<'_>) -> ApiResult<bool> {
    let sort = match ctx.body.get("sort") {
        None => return Ok(true),
        Some(sort) if sort.is_object() => sort,
        other => {
            return Err(ApiError::body(should_be(
                "body.sort",
                "an object or `undefined`",
                other,
            )));
        }
    };
    match &sort["direction"] {
        Value::Null => Ok(true),
        Value::String(word) if word == "ascending" => Ok(false),
        Value::String(word) if word == "descending" => Ok(true),
        other => Err(ApiError::body(should_be(
            "body.sort.direction",
            "`\"ascending\"`, `\"descending\"`, or `undefined`",
            Some(other),
        ))),
    }
}

fn apply_filter(filter: &Value, container: &str, wanted: &mut Wanted) -> ApiResult<()> {
    wanted.trashed = filter["in_trash"].as_bool();
    match &filter["value"] {
        Value::Null if filter.get("in_trash").is_some() => {}
        Value::String(kind) if kind == "page" => wanted.containers = false,
        Value::String(kind) if kind == container => wanted.pages = false,
        other => {
            let other = (!other.is_null()).then_some(other);
            return Err(ApiError::body(should_be(
                "body.filter.value",
                &format!("`\"page\"` or `\"{container}\"`"),
                other,
            )));
        }
    }
    Ok(())
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A word without its commonest endings, roughly as the real index treats words.
fn stem(word: &str) -> &str {
    let cut = ["ing", "ed", "es", "s"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending));
    cut.filter(|stem| stem.len() >= 3).unwrap_or(word)
}

/// Recorded: one matching word of many is enough, and a word matches by its stem. Only scripts
/// without blanks match inside a word.
fn matches(asked: &[String], title: &str) -> bool {
    if asked.is_empty() {
        return true;
    }
    // Nearly all titles take the short way: it is what makes a search of many pages quick.
    if title.is_ascii() && asked.iter().all(|word| word.is_ascii()) {
        return asked.iter().any(|word| begins_a_word(title, stem(word)));
    }
    let lower = title.to_lowercase();
    asked.iter().any(|word| {
        let stem = stem(word);
        lower
            .split(|c: char| !c.is_alphanumeric())
            .any(|have| have.starts_with(stem))
            || (!word.is_ascii() && lower.contains(word.as_str()))
    })
}

/// Whether a word of an ASCII title begins so, in letters of any size.
fn begins_a_word(title: &str, start: &str) -> bool {
    let (title, start) = (title.as_bytes(), start.as_bytes());
    let mut inside = false;
    title.iter().enumerate().any(|(at, byte)| {
        let first = !inside && byte.is_ascii_alphanumeric();
        inside = byte.is_ascii_alphanumeric();
        first
            && title
                .get(at..at + start.len())
                .is_some_and(|have| have.eq_ignore_ascii_case(start))
    })
}

/// Whether the index, as it is at `now`, has a title with these words.
fn found(world: &World, record: &Record, direct: bool, now: i64, words: &[String]) -> bool {
    let lag = if direct {
        0
    } else {
        world.config.search_lag_ms
    };
    if lag > 0 && record.created + lag > now {
        return false;
    }
    if words.is_empty() {
        return true;
    }
    let source = record
        .source
        .as_ref()
        .and_then(|source| source.former.as_ref());
    let former = record.page.as_ref().and_then(|page| page.former.as_ref());
    match former.or(source) {
        Some((old, changed)) if lag > 0 && changed + lag > now => matches(words, old),
        _ => matches(words, &world.title_of(record)),
    }
}

/// `POST /v1/search`
pub(crate) fn search(ctx: &mut Ctx<'_>) -> ApiResult<Answer> {
    let wanted = wanted(ctx)?;
    let (size, cursor) = ctx.paging_of_body()?;
    let from = match cursor {
        None => None,
        Some(text) => {
            let record = ids::parse(&text).and_then(|id| ctx.world.get(id));
            let visible = record.filter(|r| ctx.world.can_see(&ctx.token, r.id));
            Some(
                visible
                    .map(|r| (order(r, &wanted), r.id))
                    .ok_or_else(|| bad_cursor(&text))?,
            )
        }
    };
    let now = clock::now();
    let mut hits: Vec<(i64, Uuid)> = Vec::new();
    let pages = wanted.pages.then_some(&ctx.world.pages);
    let sources = wanted.containers.then_some(&ctx.world.sources);
    for id in pages.into_iter().chain(sources).flatten() {
        if let Some(record) = ctx.world.get(*id)
            && fits(ctx, record, &wanted, now)
        {
            hits.push((order(record, &wanted), *id));
        }
    }
    let omit = ctx.world.config.search_omit_probability;
    if omit > 0.0 {
        let shared = &ctx.token.shared;
        hits.retain(|(_, id)| shared.contains(id) || !ctx.rng.random_bool(omit.clamp(0.0, 1.0)));
    }
    hits.sort_unstable();
    let start = from.map_or(0, |from| hits.partition_point(|hit| *hit < from));
    let page: Vec<(i64, Uuid)> = hits.iter().skip(start).take(size).copied().collect();
    let next = hits.get(start + size).map(|(_, id)| id.to_string());
    let results = page
        .iter()
        .filter_map(|(_, id)| ctx.world.get(*id))
        .map(|record| shown(ctx, record))
        .collect();
    let kind = if ctx.version.has_data_sources() {
        "page_or_data_source"
    } else {
        "page_or_database"
    };
    Ok(Answer::read(list(kind, results, next)))
}

/// Whether a page or a data source is found.
fn fits(ctx: &Ctx<'_>, record: &Record, wanted: &Wanted, now: i64) -> bool {
    let direct = ctx.token.shared.contains(&record.id);
    record.workspace == ctx.token.workspace
        && found(ctx.world, record, direct, now, &wanted.words)
        && ctx.world.can_see(&ctx.token, record.id)
        && (wanted.trashed.is_none() && record.source.is_some()
            || ctx.world.is_trashed(record.id) == wanted.trashed.unwrap_or(false))
}

/// What is found, as the version calls it.
fn shown(ctx: &Ctx<'_>, record: &Record) -> Value {
    if !ctx.capabilities().read_content {
        // "Capabilities": without the one to read, objects are partial.
        let kind = match record.source {
            None => "page",
            Some(_) if ctx.version.has_data_sources() => "data_source",
            Some(_) => "database",
        };
        return json!({"object": kind, "id": record.id.to_string()});
    }
    if record.source.is_none() {
        return pages::present(ctx.world, record, ctx.version);
    }
    let database = tables::database_of(ctx.world, record.id).and_then(|id| ctx.world.get(id));
    match database.filter(|_| !ctx.version.has_data_sources()) {
        Some(database) => databases::present(ctx.world, database, ctx.version),
        None => sources::present(ctx.world, record, ctx.version),
    }
}

/// Newest first by default; ids settle ties.
fn order(record: &Record, wanted: &Wanted) -> i64 {
    if wanted.newest_first {
        -record.edited
    } else {
        record.edited
    }
}

/// `/v1/users…`
pub(crate) fn users(ctx: &Ctx<'_>) -> ApiResult<Answer> {
    let (size, cursor) = ctx.paging_of_query()?;
    require_users(ctx)?;
    let email = ctx.capabilities().user_email;
    let mut found: Vec<Uuid> = ctx
        .world
        .users
        .values()
        .filter(|user| {
            user.workspace == ctx.token.workspace
                && !matches!(user.kind, crate::world::UserKind::Bot { listed: false, .. })
        })
        .map(|user| user.id)
        .collect();
    found.sort_by_key(|id| ctx.world.users.get(id).map(|user| user.joined));
    if let Some(text) = cursor {
        let at = ids::parse(&text).and_then(|id| found.iter().position(|x| *x == id));
        found = found.split_off(at.ok_or_else(|| bad_cursor(&text))?);
    }
    let next = found.get(size).map(ToString::to_string);
    let results = found
        .iter()
        .take(size)
        .map(|id| crate::users::user_json(ctx.world, *id, email))
        .collect();
    Ok(Answer::read(list("user", results, next)))
}

/// `GET /v1/users/me`
pub(crate) fn me(ctx: &Ctx<'_>) -> Answer {
    let bot = ctx.token.bot;
    Answer::read(match ctx.token.kind {
        TokenKind::Public => crate::users::own_bot(ctx.world, bot, ctx.capabilities()),
        TokenKind::Personal | TokenKind::Internal => crate::users::user_json(ctx.world, bot, true),
    })
}

/// `GET /v1/users/{id}`
pub(crate) fn user(ctx: &Ctx<'_>, id: Uuid) -> ApiResult<Answer> {
    require_users(ctx)?;
    let known = ctx
        .world
        .users
        .get(&id)
        .is_some_and(|u| u.workspace == ctx.token.workspace);
    if !known {
        return Err(ctx.not_found("user", id));
    }
    let email = ctx.capabilities().user_email;
    Ok(Answer::read(crate::users::user_json(ctx.world, id, email)))
}

fn require_users(ctx: &Ctx<'_>) -> ApiResult<()> {
    if ctx.capabilities().user_information {
        Ok(())
    } else {
        Err(ApiError::restricted(
            "Insufficient permissions for this endpoint.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matching() {
        assert!(matches(&words("personal"), "Personal Assistant"));
        assert!(matches(&words("assist PERS"), "Personal Assistant"));
        assert!(matches(
            &words("Tests"),
            "Page for testing max nesting level"
        ));
        assert!(matches(
            &words("This Page Does Not Exist"),
            "Custom Emoji Page"
        ));
        assert!(!matches(&words("sistant"), "Personal Assistant"));
        assert!(matches(&words("ヌーイ"), "ベルヌーイ数の計算"));
    }
}
