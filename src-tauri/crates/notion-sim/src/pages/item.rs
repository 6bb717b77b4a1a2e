//! `GET /v1/pages/{id}/properties/{property}`

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{Answer, Ctx, Need, bad_cursor, list},
    error::{ApiError, ApiResult},
    json::{at, put},
    richtext,
    tables::{self, cells, decode, encode},
};

/// Kinds whose values come as a list of items.
const LISTED: &[&str] = &["title", "rich_text", "people", "relation"];

/// One property of a page, in full.
pub(crate) fn property(ctx: &Ctx<'_>, id: Uuid, property: &str) -> ApiResult<Answer> {
    let (size, cursor) = ctx.paging_of_query()?;
    ctx.require(Need::Read)?;
    let record = ctx.page(id)?;
    let wanted = decode(property);
    let absent = || {
        ApiError::new(
            404,
            "object_not_found",
            format!("Could not find property with ID: {property}"),
        )
    };
    let (kind, bare, value) = match tables::source_of(ctx.world, record) {
        Some((_, source)) => {
            let property = source.by_id(&wanted).ok_or_else(absent)?;
            let value = cells::value_of(ctx.world, record, source, property, 0);
            (property.kind.clone(), property.id.clone(), value)
        }
        None if wanted == "title" => {
            let title = record.page.as_ref().map(|page| &*page.title);
            let shown = richtext::present(ctx.world, title.unwrap_or_default());
            ("title".to_owned(), wanted, shown)
        }
        None => return Err(absent()),
    };
    let shown = encode(&bare);
    let item = |kind: &str, id: &str, value: &Value| json!({"object": "property_item", "type": kind, "id": id, kind: value});
    let (results, frame) = if LISTED.contains(&kind.as_str()) {
        let values = value.as_array().into_iter().flatten();
        let results = values.map(|value| item(&kind, &shown, value)).collect();
        (results, json!({}))
    } else if kind == "rollup" {
        rolled(ctx, record, &bare, &value)
    } else {
        return Ok(Answer::read(item(&kind, &shown, &value)));
    };
    let start = match &cursor {
        None => 0,
        Some(text) => text
            .parse::<usize>()
            .ok()
            .filter(|at| *at < results.len())
            .ok_or_else(|| bad_cursor(text))?,
    };
    let next = (start + size < results.len()).then(|| (start + size).to_string());
    let address = next.as_ref().map(|next| {
        format!(
            "{}/v1/pages/{id}/properties/{shown}?start_cursor={next}&page_size={size}",
            ctx.world.base
        )
    });
    let page: Vec<Value> = results.into_iter().skip(start).take(size).collect();
    let mut body = list("property_item", page, next);
    let about = json!({"id": shown, "next_url": address, "type": kind, &kind: frame});
    put(&mut body, "property_item", about);
    Ok(Answer::read(body))
}

/// Recorded: the parts of a rollup come as items of the property they are gathered from.
fn rolled(
    ctx: &Ctx<'_>,
    record: &crate::world::Record,
    id: &str,
    value: &Value,
) -> (Vec<Value>, Value) {
    let of = tables::source_of(ctx.world, record)
        .and_then(|(_, source)| source.by_id(id))
        .and_then(|property| at(&property.config, &["rollup_property_id"]).as_str())
        .map(encode)
        .unwrap_or_default();
    let mut frame = value.clone();
    let Some(parts) = value["array"].as_array() else {
        return (Vec::new(), frame);
    };
    put(&mut frame, "array", json!([]));
    let items = parts.iter().map(|part| {
        let mut item = part.clone();
        put(&mut item, "object", json!("property_item"));
        put(&mut item, "id", json!(of));
        item
    });
    (items.collect(), frame)
}
