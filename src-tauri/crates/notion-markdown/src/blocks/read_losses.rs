//! What blocks of the API say that the model has no word for.

use serde_json::Value;

use super::card;
use super::json::{children, flag, kind, list, payload, text};
use crate::loss::Losses;
use crate::urls;

/// What a list of blocks loses when it is read.
pub(super) fn of(blocks: &[Value]) -> Losses {
    let mut losses = Losses::default();
    walk(blocks, None, &mut Vec::new(), &mut losses);
    losses
}

fn walk(list: &[Value], parent: Option<&str>, path: &mut Vec<usize>, losses: &mut Losses) {
    for (at, value) in list.iter().enumerate() {
        path.push(at);
        let name = kind(value).unwrap_or_default();
        // What is kept as JSON loses nothing.
        if !card::keeps_json(name) {
            block(name, payload(value), &mut |what| losses.at(path, what));
            let alone = match name {
                "column" => parent != Some("column_list"),
                "table_row" => parent != Some("table"),
                _ => false,
            };
            if alone {
                losses.at(
                    path,
                    format!("a {name} that stands alone; what is inside stays"),
                );
            }
            walk(children(value), Some(name), path, losses);
        }
        path.pop();
    }
}

fn block(name: &str, content: &Value, lost: &mut dyn FnMut(String)) {
    for key in content
        .as_object()
        .into_iter()
        .flat_map(|content| content.keys())
    {
        if !is_known(name, key) && content.get(key).is_some_and(|value| !value.is_null()) {
            lost(format!("the field {key} of a block of the type {name}"));
        }
    }
    for key in ["rich_text", "text", "caption", "cells"] {
        let odd = |value: &&Value| !value.is_array() && !value.is_null();
        // A block that is text and nothing else has it there.
        if content.get(key).is_some_and(|value| odd(&value)) {
            lost(format!(
                "the field {key} of a block of the type {name}, which is no list"
            ));
        }
    }
    let cells = list(content, "cells")
        .iter()
        .filter_map(Value::as_array)
        .flatten();
    // Older versions of the API say `text` for `rich_text`.
    for item in list(content, "rich_text")
        .iter()
        .chain(list(content, "text"))
        .chain(list(content, "caption"))
        .chain(cells)
    {
        self::item(name, item, lost);
    }
}

/// The fields that the model carries, or that say nothing of their own.
fn is_known(name: &str, key: &str) -> bool {
    let always = matches!(
        key,
        "rich_text" | "text" | "color" | "children" | "caption" | "type"
    );
    always
        || match name {
            "to_do" => key == "checked",
            "callout" => key == "icon",
            "code" => key == "language",
            "equation" => key == "expression",
            "numbered_list_item" => key == "list_start_index",
            "image" | "video" | "audio" | "file" | "pdf" => {
                matches!(key, "external" | "file" | "file_upload" | "name")
            }
            "table" => matches!(key, "table_width" | "has_column_header" | "has_row_header"),
            "table_row" => key == "cells",
            "column" => key == "width_ratio",
            "synced_block" => key == "synced_from",
            "child_page" | "child_database" => key == "title",
            _ => name.starts_with("heading_") && key == "is_toggleable",
        }
}

fn item(name: &str, item: &Value, lost: &mut dyn FnMut(String)) {
    let shows = ["text", "mention", "equation", "plain_text"];
    if !shows.iter().any(|key| item.get(key).is_some()) {
        lost("an item of a text that is none".to_owned());
    }
    let link = item
        .pointer("/text/link")
        .and_then(|link| text(link, "url"))
        .filter(|url| !urls::is_linkable(url));
    if let Some(url) = link {
        let short: String = url.chars().take(60).collect();
        lost(format!(
            "a link to {short}, which leads nowhere from a note"
        ));
    }
    let notes = item.get("annotations").unwrap_or(&Value::Null);
    if name != "code" && item.get("text").is_none() && flag(notes, "code") {
        lost("the code style of a formula or a mention".to_owned());
    }
    let content = item.pointer("/text/content").and_then(Value::as_str);
    if name != "code" && flag(notes, "code") && content.is_some_and(|text| text.contains('\n')) {
        lost("that a line break stands inside code: the code ends and begins again".to_owned());
    }
}
