//! Spans written as rich text of a request, within the limits of single items.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::json::{map, text};
use super::split::{TEXT, fits, split};
use crate::model::{Inline, Span, Style};
use crate::tag;
use crate::urls;

/// The longest formula, in UTF-16 units.
pub(super) const FORMULA: usize = 1_000;
/// The longest address, in UTF-16 units.
pub(super) const URL: usize = 2_000;

/// The colours the API knows, without their backgrounds.
const COLORS: [&str; 9] = [
    "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red",
];

/// The API's spelling of a colour of the model.
pub(super) fn color(name: &str) -> Option<String> {
    let (base, suffix) = name
        .strip_suffix("_bg")
        .map_or((name, ""), |base| (base, "_background"));
    COLORS.contains(&base).then(|| format!("{base}{suffix}"))
}

/// Writes spans as items; what cannot be said is reported through `lost`.
pub(super) fn items(spans: &[Span], lost: &mut dyn FnMut(String)) -> Vec<Value> {
    let mut out = Out {
        items: Vec::new(),
        text: String::new(),
        style: Style::default(),
        lost,
    };
    for (at, span) in spans.iter().enumerate() {
        out.span(span);
        if let Some(url) = span.style.link.as_deref()
            && spans
                .get(at + 1)
                .is_none_or(|next| next.style.link.as_deref() != Some(url))
            && target(url).is_none()
        {
            (out.lost)("a link whose address Notion does not take stays text".to_owned());
            let mut style = span.style.clone();
            style.link = None;
            style.code = false;
            out.text(&format!(" ({url})"), &style);
        }
    }
    out.flush();
    out.items
}

/// Whether a request may carry this address for a file or a bookmark.
pub(super) fn is_web(url: &str) -> bool {
    urls::is_http(url) && fits(url, URL) && urls::is_valid(url)
}

/// The address a request may carry for a link.
pub(super) fn target(url: &str) -> Option<Cow<'_, str>> {
    if !urls::is_linkable(url) {
        return None;
    }
    let url = if url.starts_with('/') {
        Cow::Owned(urls::page_id(url).map(|id| urls::page_url(&id))?)
    } else {
        Cow::Borrowed(url)
    };
    (fits(&url, URL) && urls::is_valid(&url)).then_some(url)
}

struct Out<'a> {
    items: Vec<Value>,
    text: String,
    style: Style,
    lost: &'a mut dyn FnMut(String),
}

impl Out<'_> {
    fn span(&mut self, span: &Span) {
        match &span.content {
            Inline::Text(text) => self.text(text, &span.style),
            Inline::Break => self.text("\n", &span.style),
            Inline::Math(formula) if fits(formula, FORMULA) => {
                let content = json!({ "expression": formula });
                self.atom("equation", content, &span.style);
            }
            Inline::Math(formula) => {
                (self.lost)("a formula longer than 1,000 characters stays text".to_owned());
                let mut style = span.style.clone();
                style.code = true;
                self.text(formula, &style);
            }
            Inline::Page { id, .. } => {
                let content = json!({ "type": "page", "page": { "id": id } });
                self.atom("mention", content, &span.style);
            }
            Inline::Raw(source) => self.raw(source, &span.style),
        }
    }

    fn text(&mut self, text: &str, style: &Style) {
        if *style != self.style {
            self.flush();
            self.style.clone_from(style);
        }
        self.text.push_str(text);
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.is_empty() {
            return;
        }
        let style = self.style.clone();
        let link = style.link.as_deref().and_then(target);
        for part in split(&text, TEXT) {
            let mut content = map([("content", json!(part))]);
            if let Some(url) = &link {
                content.insert("link".to_owned(), json!({ "url": url }));
            }
            self.item("text", Value::Object(content), &style);
        }
    }

    fn atom(&mut self, name: &str, content: Value, style: &Style) {
        self.flush();
        if style.link.is_some() {
            (self.lost)("a link on a formula or a mention".to_owned());
        }
        self.item(name, content, style);
    }

    fn item(&mut self, name: &str, content: Value, style: &Style) {
        let mut item = map([("type", json!(name)), (name, content)]);
        let notes = self.annotations(style);
        if !notes.is_empty() {
            item.insert("annotations".to_owned(), Value::Object(notes));
        }
        self.items.push(Value::Object(item));
    }

    fn annotations(&mut self, style: &Style) -> Map<String, Value> {
        let flags = [
            ("bold", style.bold),
            ("italic", style.italic),
            ("strikethrough", style.strike),
            ("underline", style.underline),
            ("code", style.code),
        ];
        let mut notes: Map<String, Value> = flags
            .into_iter()
            .filter(|(_, set)| *set)
            .map(|(name, _)| (name.to_owned(), Value::Bool(true)))
            .collect();
        if let Some(name) = &style.color {
            match color(name) {
                Some(color) => {
                    notes.insert("color".to_owned(), json!(color));
                }
                None => (self.lost)(format!("the colour {name}")),
            }
        }
        notes
    }

    /// A mention that can be sent, else what it shows.
    fn raw(&mut self, source: &str, style: &Style) {
        let Some(tag) = tag::parse(source) else {
            self.text(source, style);
            return;
        };
        if let Some(content) = mention(&tag) {
            self.atom("mention", content, style);
            return;
        }
        let shown = crate::plain::text(&[Span::plain(Inline::Raw(source.to_owned()))]);
        if !tag.name.starts_with("mention-") || shown.is_empty() {
            (self.lost)(format!("<{}> stays text", tag.name));
            self.text(source, style);
            return;
        }
        (self.lost)(format!("a <{}> stays text", tag.name));
        let mut style = style.clone();
        style.link = style.link.or_else(|| web_link(&tag));
        self.text(&shown, &style);
    }
}

/// Where a mention of a web page points to.
fn web_link(tag: &tag::Tag<'_>) -> Option<String> {
    let mention: Value = serde_json::from_str(&tag.attr("json")?).ok()?;
    ["link_preview", "link_mention"]
        .iter()
        .filter_map(|name| mention.get(*name))
        .find_map(|value| text(value, "href").or_else(|| text(value, "url")))
        .filter(|url| target(url).is_some())
        .map(str::to_owned)
}

/// The payload of a mention that a request may carry.
fn mention(tag: &tag::Tag<'_>) -> Option<Value> {
    match tag.name {
        "mention-page" | "mention-database" => {
            let id = urls::page_id(&tag.attr("url")?)?;
            let name = tag.name.strip_prefix("mention-")?;
            Some(json!({ "type": name, name: { "id": id } }))
        }
        "mention-user" => {
            let url = tag.attr("url")?;
            let id = urls::page_id(url.rsplit('/').next()?)?;
            Some(json!({ "type": "user", "user": { "id": id } }))
        }
        "mention-date" => date(tag),
        "mention-other" => {
            let value: Value = serde_json::from_str(&tag.attr("json")?).ok()?;
            let name = text(&value, "type")?;
            let content = value.get(name)?;
            match name {
                "template_mention" => Some(value.clone()),
                "custom_emoji" => {
                    let id = text(content, "id")?;
                    Some(json!({ "type": name, name: { "id": id } }))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn date(tag: &tag::Tag<'_>) -> Option<Value> {
    let moment = |day: &str, time: &str| {
        let day = tag.attr(day)?;
        Some(match tag.attr(time) {
            Some(time) if !day.contains('T') => format!("{day}T{time}"),
            _ => day,
        })
    };
    let mut date = map([("start", json!(moment("start", "startTime")?))]);
    if let Some(end) = moment("end", "endTime") {
        date.insert("end".to_owned(), json!(end));
    }
    if let Some(zone) = tag.attr("timeZone") {
        date.insert("time_zone".to_owned(), json!(zone));
    }
    Some(json!({ "type": "date", "date": date }))
}
