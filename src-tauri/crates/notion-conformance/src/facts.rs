//! What the pairs of a recording tell about its connection, its person and its pages.

use serde_json::Value;

use crate::{
    recording::Pair,
    setup::{list, objects},
};

/// The Markdown a page had before a recorded command, derived from what it had after it.
pub(crate) fn body_before(pair: &Pair) -> Option<String> {
    let after = pair.answer()["markdown"].as_str()?;
    let body = pair.body();
    let range = &body["replace_content_range"];
    if let (Some(new), Some(old)) = (range["content"].as_str(), range["content_range"].as_str()) {
        return Some(after.replacen(new, old, 1));
    }
    let updates: Vec<&Value> = list(&body["update_content"], "content_updates").collect();
    if !updates.is_empty() {
        let back = updates.iter().rev().fold(after.to_owned(), |text, pair| {
            let side = |key| pair[key].as_str().unwrap_or_default();
            text.replacen(side("new_str"), side("old_str"), 1)
        });
        return Some(back);
    }
    match body["insert_content"]["content"].as_str() {
        Some(new) => {
            let new = new.trim_end();
            let before = after.strip_suffix(new).or_else(|| after.strip_prefix(new));
            before.map(|text| text.trim_matches('\n').to_owned())
        }
        None => Some(after.to_owned()),
    }
}

/// Name of the connection: its own user tells it, or error messages do.
pub(crate) fn integration(pairs: &[Pair]) -> Option<String> {
    pairs.iter().find_map(|pair| {
        if pair.path() == "/v1/users/me" && pair.status() == 200 {
            return pair.answer()["name"].as_str().map(str::to_owned);
        }
        if let Some(name) = commenter(pair.answer()) {
            return Some(name);
        }
        let message = pair.answer()["message"].as_str()?;
        let (_, rest) = message.split_once("integration \"")?;
        Some(rest.split_once('"')?.0.to_owned())
    })
}

/// The name under which a connection comments.
fn commenter(value: &Value) -> Option<String> {
    match value {
        Value::Array(items) => items.iter().find_map(commenter),
        Value::Object(map) => {
            let name = &value["display_name"];
            if name["type"] == "integration" {
                return name["resolved_name"].as_str().map(str::to_owned);
            }
            map.values().find_map(commenter)
        }
        _ => None,
    }
}

/// Whether the recording's token acts for a person: it says so, or does what only such a one may.
pub(crate) fn personal(pairs: &[Pair]) -> bool {
    pairs.iter().any(|pair| {
        let owner = &pair.answer()["bot"]["owner"]["type"];
        let at_the_top = pair.path() == "/v1/pages"
            && pair.method() == "POST"
            && pair.status() == 200
            && (pair.body()["parent"]["workspace"] == true
                || (pair.body().is_object() && pair.body().get("parent").is_none()));
        (pair.path() == "/v1/users/me" && owner == "user") || at_the_top
    })
}

/// Whether the recording's token may see addresses of people: it lists people, none with one.
pub(crate) fn sees_addresses(pairs: &[Pair]) -> bool {
    let lists = pairs
        .iter()
        .filter(|pair| pair.path().starts_with("/v1/users"));
    let mut people = Vec::new();
    lists.for_each(|pair| objects(pair.answer(), &mut people));
    people.retain(|user| user["type"] == "person");
    people.is_empty()
        || people
            .iter()
            .any(|user| user["person"].get("email").is_some())
}
