//! What blocks of the API say that the model has no word for.

use super::card;
use super::json::{children, flag, kind, list, payload, text};
use super::tree::Tree;
use crate::loss::Losses;
use crate::urls;

/// What a list of blocks loses when it is read.
pub(super) fn of<V: Tree>(blocks: &[V]) -> Losses {
    let mut losses = Losses::default();
    walk(blocks, None, &mut Vec::new(), &mut losses);
    losses
}

/// What one of the blocks at the top loses when it is read.
pub(super) fn of_block<V: Tree>(value: &V, at: usize, losses: &mut Losses) {
    walk_block(value, None, &mut vec![at], losses);
}

fn walk<V: Tree>(list: &[V], parent: Option<&str>, path: &mut Vec<usize>, losses: &mut Losses) {
    for (at, value) in list.iter().enumerate() {
        path.push(at);
        walk_block(value, parent, path, losses);
        path.pop();
    }
}

fn walk_block<V: Tree>(
    value: &V,
    parent: Option<&str>,
    path: &mut Vec<usize>,
    losses: &mut Losses,
) {
    let name = kind(value).unwrap_or_default();
    // What is kept as JSON loses nothing.
    if card::keeps_json(name) {
        return;
    }
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

fn block<V: Tree>(name: &str, content: &V, lost: &mut dyn FnMut(String)) {
    let unknown = content.fields().map(|(key, _)| key);
    let mut unknown: Vec<&str> = unknown
        .filter(|key| !is_known(name, key))
        .filter(|key| content.get(key).is_some_and(|value| !value.is_null()))
        .collect();
    unknown.sort_unstable();
    for key in unknown {
        lost(format!("the field {key} of a block of the type {name}"));
    }
    for key in ["rich_text", "text", "caption", "cells"] {
        let odd = |value: &V| value.items().is_none() && !value.is_null();
        // A block that is text and nothing else has it there.
        if content.get(key).is_some_and(odd) {
            lost(format!(
                "the field {key} of a block of the type {name}, which is no list"
            ));
        }
    }
    let cells = list(content, "cells").iter().filter_map(V::items).flatten();
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

fn item<V: Tree>(name: &str, item: &V, lost: &mut dyn FnMut(String)) {
    let shows = ["text", "mention", "equation", "plain_text"];
    if !shows.iter().any(|key| item.get(key).is_some()) {
        lost("an item of a text that is none".to_owned());
    }
    let link = item
        .get("text")
        .and_then(|text| text.get("link"))
        .and_then(|link| text(link, "url"))
        .filter(|url| !urls::is_linkable(url));
    if let Some(url) = link {
        let short: String = url.chars().take(60).collect();
        lost(format!(
            "a link to {short}, which leads nowhere from a note"
        ));
    }
    let notes = item.get("annotations").unwrap_or(V::null());
    if name != "code" && item.get("text").is_none() && flag(notes, "code") {
        lost("the code style of a formula or a mention".to_owned());
    }
    let content = item.get("text").and_then(|value| text(value, "content"));
    if name != "code" && flag(notes, "code") && content.is_some_and(|text| text.contains('\n')) {
        lost("that a line break stands inside code: the code ends and begins again".to_owned());
    }
}
