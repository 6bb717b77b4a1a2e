//! The payload of each block type: which fields, which values, which defaults.

use serde_json::{Map, Value, json};

use crate::{
    error::{missing, not_present, should_be},
    ids,
    languages::LANGUAGES,
    references::is_web,
    richtext::{self, color_error, is_color},
};

/// Fields of a type besides `children`.
fn fields(kind: &str) -> &'static [&'static str] {
    match kind {
        "paragraph" | "callout" => &["rich_text", "color", "icon"],
        // Where a numbered list starts is for answers only.
        "bulleted_list_item" | "numbered_list_item" | "toggle" | "quote" => &["rich_text", "color"],
        "heading_1" | "heading_2" | "heading_3" | "heading_4" => {
            &["rich_text", "color", "is_toggleable"]
        }
        "to_do" => &["rich_text", "color", "checked"],
        "code" => &["rich_text", "language", "caption"],
        "equation" => &["expression"],
        "table_of_contents" => &["color"],
        "embed" => &["url", "caption", "file_upload"],
        "bookmark" | "link_preview" => &["url", "caption"],
        "image" | "video" | "audio" | "pdf" => &["type", "external", "file_upload", "caption"],
        "file" => &["type", "external", "file_upload", "caption", "name"],
        "link_to_page" => &["type", "page_id", "database_id", "comment_id"],
        "table" => &["table_width", "has_column_header", "has_row_header"],
        "table_row" => &["cells"],
        "column" => &["width_ratio"],
        "synced_block" => &["synced_from"],
        "template" => &["rich_text"],
        _ => &[],
    }
}

/// Checks a payload. For a creation absent fields get their defaults, for an update they stay out.
pub(crate) fn check_payload(
    kind: &str,
    payload: &Value,
    path: &str,
    parent: &str,
    create: bool,
) -> Result<Map<String, Value>, String> {
    let Some(map) = payload.as_object() else {
        return Err(should_be(path, "an object", Some(payload)));
    };
    let known = fields(kind);
    let mut stored = Map::new();
    for (key, value) in map {
        let at = format!("{path}.{key}");
        // Recorded: an update with an empty list of children is let through.
        if key == "children" && (create || value.as_array().is_some_and(Vec::is_empty)) {
            continue;
        }
        if !known.contains(&key.as_str()) || (!create && frozen(kind, key)) {
            return Err(not_present(&at, value));
        }
        if key == "icon" && kind == "paragraph" && parent != "tab" && !value.is_null() {
            return Err(format!(
                "{at} is only supported for direct children of tab blocks."
            ));
        }
        if let Some(value) = check_field(kind, key, value, &at)? {
            stored.insert(key.clone(), value);
        }
    }
    if create {
        defaults(kind, &mut stored, path)?;
    }
    check_media(kind, &mut stored, path, create)?;
    Ok(stored)
}

/// What only a creation may set.
fn frozen(kind: &str, key: &str) -> bool {
    matches!((kind, key), ("table", "table_width") | ("synced_block", _))
}

fn check_field(kind: &str, key: &str, value: &Value, at: &str) -> Result<Option<Value>, String> {
    Ok(Some(match key {
        "rich_text" | "caption" => Value::Array(richtext::check(value, at)?),
        "color" => {
            if !value.as_str().is_some_and(is_color) {
                return Err(color_error(at, value));
            }
            value.clone()
        }
        "checked" | "is_toggleable" | "has_column_header" | "has_row_header" => {
            if !value.is_boolean() {
                return Err(should_be(at, "a boolean or `undefined`", Some(value)));
            }
            value.clone()
        }
        "language" => {
            if !value.as_str().is_some_and(|name| LANGUAGES.contains(&name)) {
                let names: Vec<String> = LANGUAGES.iter().map(|n| format!("`\"{n}\"`")).collect();
                return Err(should_be(at, &names.join(", "), Some(value)));
            }
            value.clone()
        }
        "expression" => json!(richtext::check_expression(
            &json!({"expression": value}),
            at.strip_suffix(".expression").unwrap_or(at)
        )?),
        "url" => json!(web_address(value, at, kind)?),
        "cells" => check_cells(value, at)?,
        "table_width" => match value.as_u64() {
            Some(width) if width > 0 => value.clone(),
            _ => return Err(should_be(at, "a positive number", Some(value))),
        },
        "width_ratio" => match value.as_f64() {
            Some(ratio) if ratio > 0.0 && ratio < 1.0 => value.clone(),
            _ => return Err(should_be(at, "a number between 0 and 1", Some(value))),
        },
        "icon" => check_icon(value, at)?,
        "page_id" | "database_id" | "comment_id" => {
            json!(ids::from_value(value, at)?.to_string())
        }
        "synced_from" if value.is_null() => Value::Null,
        "synced_from" => {
            let id = ids::from_value(&value["block_id"], &format!("{at}.block_id"))?;
            json!({"type": "block_id", "block_id": id.to_string()})
        }
        "external" => {
            json!({"url": web_address(&value["url"], &format!("{at}.url"), kind)?})
        }
        "file_upload" => {
            json!({"id": ids::from_value(&value["id"], &format!("{at}.id"))?.to_string()})
        }
        "name" => value.clone(),
        _ => return Ok(None),
    }))
}

/// An address that must be one of the web.
pub(crate) fn web_address(value: &Value, path: &str, what: &str) -> Result<String, String> {
    let url = richtext::check_url(value, path)?;
    if is_web(&url) {
        Ok(url)
    } else {
        Err(format!("Invalid {what} url."))
    }
}

fn check_cells(value: &Value, at: &str) -> Result<Value, String> {
    let Some(cells) = value.as_array() else {
        return Err(should_be(at, "an array", Some(value)));
    };
    let mut stored = Vec::with_capacity(cells.len());
    for (index, cell) in cells.iter().enumerate() {
        stored.push(Value::Array(richtext::check(
            cell,
            &format!("{at}[{index}]"),
        )?));
    }
    Ok(Value::Array(stored))
}

/// An icon of a page or a callout, in the stored form.
pub(crate) fn check_icon(value: &Value, at: &str) -> Result<Value, String> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    if let Some(emoji) = value.get("emoji") {
        let ok = emoji
            .as_str()
            .is_some_and(|e| !e.is_empty() && !e.is_ascii() && e.len() <= 40);
        if !ok {
            return Err(should_be(
                &format!("{at}.emoji"),
                "a valid emoji",
                Some(emoji),
            ));
        }
        return Ok(json!({"type": "emoji", "emoji": emoji}));
    }
    if let Some(external) = value.get("external") {
        let url = web_address(&external["url"], &format!("{at}.external.url"), "icon")?;
        if let Some(native) = native_icon(&url) {
            return Ok(native);
        }
        return Ok(json!({"type": "external", "external": {"url": url}}));
    }
    for kind in ["custom_emoji", "file_upload"] {
        if let Some(target) = value.get(kind) {
            let id = ids::from_value(&target["id"], &format!("{at}.{kind}.id"))?;
            let mut kept = target.as_object().cloned().unwrap_or_default();
            kept.insert("id".into(), json!(id.to_string()));
            return Ok(json!({"type": kind, kind: kept}));
        }
    }
    if let Some(icon) = value.get("icon") {
        let color = icon.get("color").cloned().unwrap_or_else(|| json!("gray"));
        return Ok(json!({"type": "icon", "icon": {"name": icon["name"], "color": color}}));
    }
    let kinds = ["emoji", "external", "custom_emoji", "file_upload", "icon"];
    Err(kinds
        .map(|kind| missing(&format!("{at}.{kind}")))
        .join("\n"))
}

/// Recorded: the address of one of Notion's own icons becomes that icon.
fn native_icon(url: &str) -> Option<Value> {
    let file = url
        .strip_prefix("https://www.notion.so/icons/")?
        .strip_suffix(".svg")?;
    let (name, color) = file.rsplit_once('_')?;
    is_color(color).then(|| json!({"type": "icon", "icon": {"name": name, "color": color}}))
}

fn defaults(kind: &str, stored: &mut Map<String, Value>, path: &str) -> Result<(), String> {
    let known = fields(kind);
    if known.contains(&"rich_text") && !stored.contains_key("rich_text") {
        return Err(missing(&format!("{path}.rich_text")));
    }
    for key in [
        "language",
        "expression",
        "url",
        "cells",
        "table_width",
        "synced_from",
    ] {
        let uploaded = key == "url" && stored.contains_key("file_upload");
        if known.contains(&key) && !stored.contains_key(key) && !uploaded {
            return Err(missing(&format!("{path}.{key}")));
        }
    }
    let mut default = |key: &str, value: Value| {
        if known.contains(&key) && !stored.contains_key(key) {
            stored.insert(key.to_owned(), value);
        }
    };
    default("color", json!("default"));
    default("caption", json!([]));
    default("checked", json!(false));
    default("is_toggleable", json!(false));
    default("has_column_header", json!(false));
    default("has_row_header", json!(false));
    if kind == "callout" {
        default("icon", json!({"type": "emoji", "emoji": "💡"}));
    }
    if kind == "paragraph" {
        default("icon", Value::Null);
    }
    Ok(())
}

/// Fills the `type` of media and links, and the name of files.
fn check_media(
    kind: &str,
    stored: &mut Map<String, Value>,
    path: &str,
    create: bool,
) -> Result<(), String> {
    let choices: &[&str] = match kind {
        "image" | "video" | "audio" | "pdf" | "file" => &["external", "file_upload"],
        "link_to_page" => &["page_id", "database_id", "comment_id"],
        _ => return Ok(()),
    };
    let Some(chosen) = choices.iter().find(|key| stored.contains_key(**key)) else {
        if create {
            let lines: Vec<String> = choices
                .iter()
                .map(|key| missing(&format!("{path}.{key}")))
                .collect();
            return Err(lines.join("\n"));
        }
        return Ok(());
    };
    stored.insert("type".into(), json!(chosen));
    if kind == "file" && *chosen == "external" && !stored.contains_key("name") {
        let url = stored
            .get("external")
            .map(|e| e["url"].clone())
            .unwrap_or_default();
        let url = url
            .as_str()
            .unwrap_or_default()
            .split(['?', '#'])
            .next()
            .unwrap_or_default();
        stored.insert(
            "name".into(),
            json!(url.rsplit('/').next().unwrap_or_default()),
        );
    }
    Ok(())
}

/// Recorded: a file's new name without an ending gets the ending of its address.
pub(crate) fn complete_name(stored: &mut Map<String, Value>) {
    let ending = stored
        .get("external")
        .and_then(|external| external.get("url")?.as_str())
        .and_then(|url| url.split(['?', '#']).next()?.rsplit('/').next())
        .and_then(|file| Some(file.rsplit_once('.')?.1.to_owned()));
    if let (Some(Value::String(name)), Some(ending)) = (stored.get_mut("name"), ending)
        && !name.contains('.')
    {
        *name = format!("{name}.{ending}");
    }
}
