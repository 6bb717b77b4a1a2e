//! Blocks as Notion answers them, made of blocks as a request carries them.
//!
//! What a server adds and a reader of answers relies on: ids, whether there are children, and in
//! every piece of text what it shows, where it leads and all of its style.

use serde_json::{Map, Value, json};

/// Adds what a server would, in place; children stay below `children` of their block.
pub(crate) fn complete(blocks: &mut [Value]) {
    let mut next = 0;
    complete_from(blocks, &mut next);
}

fn complete_from(blocks: &mut [Value], next: &mut u64) {
    for block in blocks.iter_mut().filter_map(Value::as_object_mut) {
        *next += 1;
        let id = format!("00000000-0000-4000-8000-{next:012x}");
        let kind = block.get("type").and_then(Value::as_str).map(str::to_owned);
        let content = kind.and_then(|kind| block.get_mut(&kind)?.as_object_mut());
        let mut children = Value::Null;
        if let Some(content) = content {
            children = content.remove("children").unwrap_or_default();
            content.values_mut().for_each(complete_text);
        }
        let has_children = match children.as_array_mut() {
            Some(list) => {
                complete_from(list, next);
                !list.is_empty()
            }
            None => false,
        };
        block.insert("object".into(), json!("block"));
        block.insert("id".into(), json!(id));
        block.insert("has_children".into(), json!(has_children));
        block.insert("in_trash".into(), json!(false));
        if has_children {
            block.insert("children".into(), children);
        }
    }
}

/// Completes pieces of text, wherever they stand in a block: in a list, or in the cells of a row.
fn complete_text(value: &mut Value) {
    let Some(list) = value.as_array_mut() else {
        return;
    };
    for item in list {
        match item {
            Value::Object(item) => complete_piece(item),
            cell => complete_text(cell),
        }
    }
}

fn complete_piece(item: &mut Map<String, Value>) {
    let found = |place: &str| {
        let mut parts = place.split('/');
        let first = item.get(parts.next()?)?;
        parts.try_fold(first, |value, key| value.get(key)).cloned()
    };
    let shown = found("text/content").or_else(|| found("equation/expression"));
    let link = found("text/link/url").unwrap_or_default();
    let mut style = json!({
        "bold": false, "italic": false, "strikethrough": false,
        "underline": false, "code": false, "color": "default",
    });
    if let (Some(all), Some(Value::Object(some))) = (style.as_object_mut(), found("annotations")) {
        all.extend(some);
    }
    let Some(shown) = shown else { return };
    let kind = if item.contains_key("equation") {
        "equation"
    } else {
        "text"
    };
    item.insert("type".into(), json!(kind));
    item.insert("plain_text".into(), shown);
    item.insert("href".into(), link);
    item.insert("annotations".into(), style);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::complete;

    #[test]
    fn children_move_up_and_text_is_completed() {
        let mut blocks = [json!({
            "type": "toggle",
            "toggle": {
                "rich_text": [{ "text": { "content": "a", "link": { "url": "https://b.example" } }, "annotations": { "bold": true } }],
                "children": [{ "type": "table_row", "table_row": { "cells": [[{ "text": { "content": "c" } }]] } }],
            },
        })];
        complete(&mut blocks);
        let block = &blocks[0];
        assert_eq!(block["has_children"], true);
        let text = &block["toggle"]["rich_text"][0];
        assert_eq!(text["plain_text"], "a");
        assert_eq!(text["href"], "https://b.example");
        assert_eq!(text["annotations"]["bold"], true);
        assert_eq!(text["annotations"]["code"], false);
        let row = &block["children"][0];
        assert_eq!(row["has_children"], false);
        assert_eq!(row["table_row"]["cells"][0][0]["plain_text"], "c");
    }
}
