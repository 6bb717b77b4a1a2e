//! Rich text: from requests into the stored form, and from the stored form into answers.
//!
//! Stored items look like answers, except that what Notion computes at reading time (titles of
//! mentioned pages, names of people) is filled in by [`present`].

use serde_json::{Value, json};

use crate::{
    error::{missing, not_present, should_be, too_long},
    ids,
    json::{at, put},
    world::World,
};

/// Colours of text and blocks, without the backgrounds.
pub(crate) const COLORS: [&str; 10] = [
    "default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red",
];

pub(crate) fn is_color(name: &str) -> bool {
    let base = name.strip_suffix("_background").unwrap_or(name);
    COLORS.contains(&base) && (base == name || base != "default")
}

pub(crate) fn plain_annotations() -> Value {
    json!({"bold": false, "italic": false, "strikethrough": false, "underline": false,
           "code": false, "color": "default"})
}

/// A stored text item.
pub(crate) fn text_item(content: &str, link: Option<&str>, annotations: Value) -> Value {
    let target = link.map_or(Value::Null, |url| json!({"url": url}));
    let mut item = json!({"type": "text", "text": {"content": content, "link": target},
                          "plain_text": content, "href": link});
    put(&mut item, "annotations", annotations);
    item
}

/// One plain item, or none for no text.
pub(crate) fn from_plain(text: &str) -> Vec<Value> {
    if text.is_empty() {
        Vec::new()
    } else {
        vec![text_item(text, None, plain_annotations())]
    }
}

/// An absolute web address, or one of the other forms Notion keeps.
pub(crate) fn is_link(url: &str) -> bool {
    if url.starts_with('/') || url.starts_with('#') {
        return url.len() > 1;
    }
    url::Url::parse(url).is_ok_and(|url| match url.scheme() {
        "http" | "https" => url.has_host(),
        "mailto" | "tel" => true,
        _ => false,
    })
}

/// Checks an array of rich text and brings it into the stored form.
pub(crate) fn check(value: &Value, path: &str) -> Result<Vec<Value>, String> {
    let Some(items) = value.as_array() else {
        return Err(should_be(path, "an array", Some(value)));
    };
    if items.len() > 100 {
        return Err(too_long(path, 100, items.len()));
    }
    let mut stored = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let item = check_item(item, &format!("{path}[{index}]"))?;
        if at(&item, &["plain_text"]) != "" || at(&item, &["type"]) != "text" {
            stored.push(item);
        }
    }
    Ok(stored)
}

fn check_item(item: &Value, path: &str) -> Result<Value, String> {
    let Some(map) = item.as_object() else {
        return Err(should_be(path, "an object", Some(item)));
    };
    for (key, value) in map {
        let known = [
            "type",
            "text",
            "mention",
            "equation",
            "annotations",
            "plain_text",
            "href",
        ];
        if !known.contains(&key.as_str()) {
            return Err(not_present(&format!("{path}.{key}"), value));
        }
    }
    let annotations = check_annotations(map.get("annotations"), &format!("{path}.annotations"))?;
    let declared = map.get("type").and_then(Value::as_str);
    let kind = ["text", "mention", "equation"]
        .into_iter()
        .find(|kind| map.contains_key(*kind) && declared.is_none_or(|d| d == *kind));
    // Exactly one of the three.
    let other = ["text", "mention", "equation"]
        .into_iter()
        .find(|other| kind.is_some_and(|kind| kind != *other) && map.contains_key(*other));
    if let Some((other, value)) = other.and_then(|other| Some((other, map.get(other)?))) {
        return Err(not_present(&format!("{path}.{other}"), value));
    }
    match (kind, kind.and_then(|kind| map.get(kind))) {
        (Some("text"), Some(text)) => check_text(text, &format!("{path}.text"), annotations),
        (Some("mention"), Some(mention)) => {
            let mention = check_mention(mention, &format!("{path}.mention"))?;
            Ok(json!({"type": "mention", "mention": mention, "annotations": annotations}))
        }
        (Some("equation"), Some(equation)) => {
            let expression = check_expression(equation, &format!("{path}.equation"))?;
            Ok(
                json!({"type": "equation", "equation": {"expression": expression},
                      "annotations": annotations, "plain_text": expression, "href": null}),
            )
        }
        _ => Err(["text", "mention", "equation"]
            .map(|kind| missing(&format!("{path}.{kind}")))
            .join("\n")),
    }
}

fn check_text(text: &Value, path: &str, annotations: Value) -> Result<Value, String> {
    let at = format!("{path}.content");
    let content = match text.get("content") {
        None => return Err(missing(&at)),
        Some(Value::String(content)) => content,
        other => return Err(should_be(&at, "a string", other)),
    };
    let units = content.encode_utf16().count();
    if units > 2000 {
        return Err(too_long(&at, 2000, units));
    }
    let link = match text.get("link") {
        None | Some(Value::Null) => None,
        Some(link) => Some(check_url(&link["url"], &format!("{path}.link.url"))?),
    };
    if link.as_deref().is_some_and(|url| !is_link(url)) {
        return Err("Invalid URL for link.".into());
    }
    Ok(text_item(content, link.as_deref(), annotations))
}

/// A string of at most 2000 units at `path`.
pub(crate) fn check_url(value: &Value, path: &str) -> Result<String, String> {
    let Some(url) = value.as_str() else {
        return Err(if value.is_null() {
            missing(path)
        } else {
            should_be(path, "a string", Some(value))
        });
    };
    let units = url.encode_utf16().count();
    if units > 2000 {
        Err(too_long(path, 2000, units))
    } else {
        Ok(url.to_owned())
    }
}

pub(crate) fn check_expression(equation: &Value, path: &str) -> Result<String, String> {
    let at = format!("{path}.expression");
    let Some(expression) = equation.get("expression").and_then(Value::as_str) else {
        return Err(missing(&at));
    };
    let units = expression.encode_utf16().count();
    if units > 1000 {
        Err(too_long(&at, 1000, units))
    } else {
        Ok(expression.to_owned())
    }
}

fn check_annotations(value: Option<&Value>, path: &str) -> Result<Value, String> {
    let mut full = plain_annotations();
    let Some(value) = value else { return Ok(full) };
    let Some(map) = value.as_object() else {
        return Err(should_be(path, "an object or `undefined`", Some(value)));
    };
    for (key, value) in map {
        let at = format!("{path}.{key}");
        match key.as_str() {
            "color" => {
                if !value.as_str().is_some_and(is_color) {
                    return Err(color_error(&at, value));
                }
            }
            "bold" | "italic" | "strikethrough" | "underline" | "code" => {
                if !value.is_boolean() {
                    return Err(should_be(&at, "a boolean or `undefined`", Some(value)));
                }
            }
            _ => return Err(not_present(&at, value)),
        }
        put(&mut full, key, value.clone());
    }
    Ok(full)
}

/// The enumeration of colours, as Notion words it.
pub(crate) fn color_error(path: &str, value: &Value) -> String {
    let plain = COLORS.iter().map(|c| format!("`\"{c}\"`"));
    let backs = COLORS
        .iter()
        .skip(1)
        .map(|c| format!("`\"{c}_background\"`"));
    let names: Vec<String> = plain.chain(backs).collect();
    let (last, rest) = names
        .split_last()
        .map_or(("", [].as_slice()), |(l, r)| (l.as_str(), r));
    should_be(
        path,
        &format!("{}, or {last}", rest.join(", ")),
        Some(value),
    )
}

fn check_mention(mention: &Value, path: &str) -> Result<Value, String> {
    for kind in ["page", "database", "user"] {
        if let Some(target) = mention.get(kind) {
            let id = ids::from_value(&target["id"], &format!("{path}.{kind}.id"))?;
            return Ok(json!({"type": kind, kind: {"id": id.to_string()}}));
        }
    }
    if let Some(date) = mention.get("date") {
        let at = format!("{path}.date.start");
        let Some(start) = date.get("start").and_then(Value::as_str) else {
            return Err(missing(&at));
        };
        let zone = date.get("time_zone").and_then(Value::as_str);
        let end = date
            .get("end")
            .and_then(Value::as_str)
            .map(|end| moment(end, zone));
        return Ok(
            json!({"type": "date", "date": {"start": moment(start, zone), "end": end,
                         "time_zone": null}}),
        );
    }
    if let Some(template) = mention.get("template_mention").and_then(Value::as_object) {
        for key in ["template_mention_date", "template_mention_user"] {
            if let Some(value) = template.get(key) {
                return Ok(json!({"type": "template_mention",
                                 "template_mention": {"type": key, key: value}}));
            }
        }
    }
    if let Some(emoji) = mention.get("custom_emoji") {
        let id = ids::from_value(&emoji["id"], &format!("{path}.custom_emoji.id"))?;
        let mut kept = emoji.as_object().cloned().unwrap_or_default();
        kept.insert("id".into(), json!(id.to_string()));
        return Ok(json!({"type": "custom_emoji", "custom_emoji": kept}));
    }
    let kinds = [
        "user",
        "date",
        "page",
        "database",
        "template_mention",
        "custom_emoji",
    ];
    Err(kinds
        .map(|kind| missing(&format!("{path}.{kind}")))
        .join("\n"))
}

/// An array as an answer shows it.
pub(crate) fn present(world: &World, items: &[Value]) -> Value {
    items.iter().map(|item| present_item(world, item)).collect()
}

/// The text a reader sees.
pub(crate) fn plain(world: &World, items: &[Value]) -> String {
    items
        .iter()
        .map(|item| {
            // Only mentions are computed: everything else says what it reads as.
            if item["type"] != "mention" {
                return item["plain_text"].as_str().unwrap_or_default().to_owned();
            }
            let shown = present_item(world, item);
            at(&shown, &["plain_text"])
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

fn present_item(world: &World, item: &Value) -> Value {
    if item["type"] != "mention" {
        return item.clone();
    }
    let mention = &item["mention"];
    let kind = mention["type"].as_str().unwrap_or_default();
    let target = &mention[kind];
    let id = target["id"].as_str().and_then(ids::parse);
    let mut shown = item.clone();
    let (text, href) = match kind {
        "page" => {
            let title = id
                .filter(|id| !world.hides(*id))
                .map(|id| world.title(id))
                .filter(|title| !title.is_empty());
            (
                title.unwrap_or_else(|| "Untitled".into()),
                id.map(ids::page_url),
            )
        }
        "database" => {
            let title = id
                .filter(|id| !world.hides(*id))
                .and_then(|id| world.get(id)?.value.get("title")?.as_str())
                .filter(|title| !title.is_empty());
            (title.unwrap_or("Untitled").into(), id.map(ids::page_url))
        }
        "user" => {
            let known = id.and_then(|id| world.users.get(&id));
            let user = known.map_or_else(
                || json!({"object": "user", "id": target["id"]}),
                |user| crate::users::mentioned_user(world, user.id),
            );
            put(&mut shown, "mention", json!({"type": "user", "user": user}));
            (
                known.map_or_else(|| "@Anonymous".into(), |user| format!("@{}", user.name)),
                None,
            )
        }
        "date" => (date_text(target), None),
        "template_mention" => {
            let key = target["type"].as_str().unwrap_or_default();
            let name = match target[key].as_str().unwrap_or_default() {
                "today" => "@Today",
                "now" => "@Now",
                _ => "@Me",
            };
            (name.into(), None)
        }
        "custom_emoji" => (
            format!(":{}:", target["name"].as_str().unwrap_or("emoji")),
            None,
        ),
        _ => (String::new(), None),
    };
    // "Rich text": what is hidden has no title and no formatting.
    if id.is_some_and(|id| world.hides(id)) {
        put(&mut shown, "annotations", plain_annotations());
    }
    put(&mut shown, "plain_text", json!(text));
    put(&mut shown, "href", json!(href));
    shown
}

/// Recorded: a time comes back cut to the minute, with an offset into which the zone is folded.
pub(crate) fn moment(text: &str, zone: Option<&str>) -> String {
    if !text.contains('T') {
        return text.to_owned();
    }
    let shown = "%Y-%m-%dT%H:%M:00.000%:z";
    if let Ok(zoned) = jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%.f%:z", text)
        .and_then(|parsed| parsed.to_zoned())
    {
        return zoned.strftime(shown).to_string();
    }
    let zone = zone.and_then(|name| jiff::tz::TimeZone::get(name).ok());
    let zone = zone.unwrap_or(jiff::tz::TimeZone::UTC);
    text.trim_end_matches('Z')
        .parse::<jiff::civil::DateTime>()
        .and_then(|moment| moment.to_zoned(zone))
        .map_or_else(
            |_| text.to_owned(),
            |zoned| zoned.strftime(shown).to_string(),
        )
}

fn date_text(date: &Value) -> String {
    let start = date["start"].as_str().unwrap_or_default();
    match date["end"].as_str() {
        Some(end) => format!("{start} → {end}"),
        None => start.to_owned(),
    }
}
