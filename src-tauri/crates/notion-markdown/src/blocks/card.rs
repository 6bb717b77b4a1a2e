//! Blocks without a word in the model: to the source of their elements, and back.

use serde_json::Value;

use super::json::{kind, list, payload, text};
use super::tree::Tree;
use super::{rich_in, split};
use crate::code_breaks;
use crate::enhanced;
use crate::model::{Attrs, Block, Document, Kind};
use crate::normal::normalize;
use crate::tag;
use crate::urls;

/// How much JSON one attribute holds, in UTF-16 units: tags must stay short enough to be read again.
const PART: usize = 2_000;

/// Whether a type is always kept as JSON: it is unknown, or enhanced Markdown has no form for it.
pub(super) fn keeps_json(name: &str) -> bool {
    let heading = matches!(name, "heading_1" | "heading_2" | "heading_3" | "heading_4");
    !(heading
        || matches!(
            name,
            "paragraph"
                | "bulleted_list_item"
                | "numbered_list_item"
                | "to_do"
                | "quote"
                | "toggle"
                | "callout"
                | "divider"
                | "equation"
                | "code"
                | "image"
                | "table"
                | "table_row"
                | "column_list"
                | "column"
                | "synced_block"
                | "child_page"
                | "child_database"
                | "table_of_contents"
                | "video"
                | "audio"
                | "file"
                | "pdf"
        ))
}

/// The address of an external or hosted file.
pub(super) fn media_url<V: Tree>(content: &V) -> Option<&str> {
    ["external", "file"]
        .iter()
        .filter_map(|name| content.get(name))
        .find_map(|value| text(value, "url"))
}

/// A block as an element of enhanced Markdown, else as its JSON.
pub(super) fn block<V: Tree>(value: &V, below: Vec<Block>) -> Block {
    let content = payload(value);
    let id = text(value, "id").and_then(urls::page_id);
    let source = match kind(value).unwrap_or_default() {
        "column_list" => columns(super::json::children(value)),
        "synced_block" => synced(content, below),
        "child_page" if below.is_empty() => page("page", id, content),
        "child_database" => page("database", id, content),
        "table_of_contents" => Some(open("table_of_contents", &color(content), true)),
        name @ ("video" | "audio" | "file" | "pdf") => media(name, content),
        _ => None,
    };
    source.map_or_else(|| json(value), |source| Block::new(Kind::Opaque(source)))
}

/// The card that keeps a block's exact JSON.
pub(super) fn json<V: Tree>(value: &V) -> Block {
    let mut attrs = Attrs::default();
    attrs.set("alt", kind(value).unwrap_or("block"));
    if let Some(url) = text(payload(value), "url").filter(|url| url.len() <= 2_000) {
        attrs.set("url", url);
    }
    let json = value.json();
    let parts: Vec<&str> = split::split(&json, PART).collect();
    let source = if let [one] = parts.as_slice() {
        attrs.set("json", one);
        open("unknown", &attrs, true)
    } else {
        let mut out = open("unknown", &attrs, false);
        for part in parts {
            let mut attrs = Attrs::default();
            attrs.set("part", part);
            out.push_str("\n\t");
            out.push_str(&open("json", &attrs, true));
        }
        out.push_str("\n</unknown>");
        out
    };
    Block::new(Kind::Opaque(source))
}

/// The JSON a card keeps.
pub(super) fn kept_json(source: &str) -> Option<Value> {
    let tag = tag::parse(source).filter(|tag| tag.name == "unknown")?;
    if let Some(json) = tag.attr("json") {
        return super::json::parse(&json).ok();
    }
    let mut json = String::new();
    for line in source.lines().skip(1) {
        if let Some(tag) = tag::parse(line.trim()).filter(|tag| tag.name == "json") {
            json.push_str(&tag.attr("part")?);
        }
    }
    super::json::parse(&json).ok()
}

/// A card that keeps JSON, without the signatures of the addresses in it; none for any other card.
pub(crate) fn unsigned(source: &str) -> Option<String> {
    let mut value = kept_json(source)?;
    let Kind::Opaque(own) = json(&value).kind else {
        return None;
    };
    // Only a card of our own making is made again.
    if own != source {
        return None;
    }
    strip(&mut value);
    match json(&value).kind {
        Kind::Opaque(source) => Some(source),
        _ => None,
    }
}

fn strip(value: &mut Value) {
    match value {
        Value::String(text) if urls::is_http(text) && !text.contains([' ', '\n', '\t']) => {
            text.truncate(urls::without_signature(text).len());
        }
        Value::Array(list) => list.iter_mut().for_each(strip),
        Value::Object(map) => map.values_mut().for_each(strip),
        _ => {}
    }
}

fn open(name: &str, attrs: &Attrs, closed: bool) -> String {
    let mut out = format!("<{name}");
    tag::write_attrs(&mut out, attrs);
    out.push_str(if closed { "/>" } else { ">" });
    out
}

fn color<V: Tree>(content: &V) -> Attrs {
    let mut attrs = Attrs::default();
    if let Some(color) = text(content, "color") {
        attrs.set("color", color);
    }
    attrs
}

fn page<V: Tree>(name: &str, id: Option<String>, content: &V) -> Option<String> {
    let mut attrs = Attrs::default();
    attrs.set("url", &urls::page_url(&id?));
    let title = vec![crate::model::Span::text(
        text(content, "title").unwrap_or_default(),
    )];
    let title = normalize(title);
    line(name, &attrs, &title)
}

fn media<V: Tree>(name: &str, content: &V) -> Option<String> {
    let url = media_url(content).filter(|url| urls::is_http(url))?;
    if content.get("name").is_some_and(|name| !name.is_null()) {
        return None;
    }
    let mut attrs = Attrs::default();
    attrs.set("src", url);
    let caption = normalize(rich_in::spans(list(content, "caption")));
    // What enhanced Markdown cannot say exactly is kept as JSON.
    if code_breaks::has_letters_text(&caption) {
        return None;
    }
    line(name, &attrs, &caption)
}

/// An element on one line; none when it would not be read as one.
fn line(name: &str, attrs: &Attrs, text: &[crate::model::Span]) -> Option<String> {
    let mut out = open(name, attrs, false);
    enhanced::inline::write(&mut out, text);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
    enhanced::parse::is_card(&out).then_some(out)
}

fn synced<V: Tree>(content: &V, below: Vec<Block>) -> Option<String> {
    let from = content.get("synced_from").filter(|from| from.is_object());
    let mut attrs = Attrs::default();
    let name = match from {
        Some(from) => {
            attrs.set(
                "url",
                &urls::page_url(&urls::page_id(text(from, "block_id")?)?),
            );
            "synced_block_reference"
        }
        None => "synced_block",
    };
    let mut out = open(name, &attrs, false);
    nest(&mut out, below, 1)?;
    out.push_str("\n</");
    out.push_str(name);
    out.push('>');
    Some(out)
}

fn columns<V: Tree>(list: &[V]) -> Option<String> {
    let mut out = "<columns>".to_owned();
    for column in list {
        if kind(column) != Some("column") {
            return None;
        }
        let mut attrs = Attrs::default();
        if let Some(ratio) = payload(column)
            .get("width_ratio")
            .filter(|ratio| ratio.is_number())
        {
            attrs.set("width-ratio", &ratio.json());
        }
        out.push_str("\n\t");
        out.push_str(&open("column", &attrs, false));
        let inner = super::read::document(super::json::children(column));
        nest(&mut out, inner.blocks, 2)?;
        out.push_str("\n\t</column>");
    }
    out.push_str("\n</columns>");
    (!list.is_empty()).then_some(out)
}

/// Appends blocks as indented lines; none if enhanced Markdown cannot say them exactly.
fn nest(out: &mut String, blocks: Vec<Block>, depth: usize) -> Option<()> {
    if blocks.is_empty() {
        return Some(());
    }
    if code_breaks::has_letters(&blocks) {
        return None;
    }
    let text = Document { blocks }.normalized().to_enhanced();
    for line in text.split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.extend(std::iter::repeat_n('\t', depth));
            out.push_str(line);
        }
    }
    Some(())
}

/// The lines between the tags of an element, without one indentation.
pub(crate) fn inner(source: &str) -> Option<String> {
    let (_, rest) = source.split_once('\n')?;
    let (body, _) = rest.rsplit_once('\n').unwrap_or(("", rest));
    let lines: Vec<&str> = body
        .split('\n')
        .map(|line| line.strip_prefix('\t').unwrap_or(line))
        .collect();
    Some(lines.join("\n"))
}

/// The columns of a `<columns>` element: their ratios and their content; none when there is more in it.
pub(crate) fn split_columns(source: &str) -> Option<Vec<(Option<f64>, Document)>> {
    let body = inner(source)?;
    let mut out = Vec::new();
    let mut open: Option<(Option<f64>, String)> = None;
    for line in body.split('\n') {
        if let Some((ratio, mut text)) = open.take() {
            if line.trim_end() == "</column>" {
                out.push((ratio, Document::from_enhanced(&text)));
                continue;
            }
            text.push_str(line.strip_prefix('\t').unwrap_or(line));
            text.push('\n');
            open = Some((ratio, text));
        } else if let Some(tag) = tag::parse(line).filter(|tag| tag.name == "column" && !tag.close)
        {
            let ratio = tag.attr("width-ratio").and_then(|ratio| ratio.parse().ok());
            if tag.self_closing {
                out.push((ratio, Document::default()));
            } else {
                open = Some((ratio, String::new()));
            }
        } else if !line.trim().is_empty() {
            return None;
        }
    }
    (open.is_none() && !out.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{json as card, kept_json};
    use crate::model::Kind;

    #[test]
    fn signatures_in_kept_json_go_alone() {
        let signed = |mark: &str| {
            let url = format!("https://files.example/a.png?X-Amz-Signature={mark}&x=1");
            let text = format!("see \"https://files.example/b?Signature={mark}\" and more");
            let long = "word ".repeat(900);
            json!({ "type": "new", "new": { "url": url, "text": text, "after": "stays", "long": long } })
        };
        let source = |value: &serde_json::Value| match card(value).kind {
            Kind::Opaque(source) => source,
            _ => String::new(),
        };
        let (one, two) = (source(&signed("1")), source(&signed("2")));
        let stripped = super::unsigned(&one).unwrap();
        let value = kept_json(&stripped).unwrap();
        assert_eq!(value["new"]["url"], json!("https://files.example/a.png"));
        assert_eq!(value["new"]["after"], json!("stays"));
        assert_ne!(
            super::unsigned(&two).unwrap(),
            stripped,
            "words that differ differ"
        );
        assert_eq!(super::unsigned(&stripped).unwrap(), stripped);
        assert_eq!(super::unsigned("<unknown alt=\"x\"/>"), None);
    }

    #[test]
    fn cards_keep_exact_json() {
        for times in [1, 5_000] {
            let text = "a\"<b>&lt;`$|\\{}\n\t漢😀\u{1}".repeat(times);
            let value =
                json!({ "type": "new", "id": "1", "new": { "t": text, "n": 0.25, "z": null } });
            let Kind::Opaque(source) = card(&value).kind else {
                panic!("no card");
            };
            assert_eq!(kept_json(&source), Some(value));
        }
    }
}
