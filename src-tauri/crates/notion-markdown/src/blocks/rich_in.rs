//! Rich text as the API returns it, read into spans.

use super::json::{flag, text};
use super::tree::Tree;
use crate::code::Run;
use crate::enhanced::inline;
use crate::model::{Inline, Span, Style, color_name};
use crate::tag;
use crate::urls;

/// Reads an array of rich-text items; the caller normalises.
pub(super) fn spans<V: Tree>(items: &[V]) -> Vec<Span> {
    let mut out = Vec::with_capacity(items.len());
    for span in items.iter().filter_map(span) {
        match &span.content {
            Inline::Text(text) if span.style.code && text.contains('\n') => {
                code_lines(text, &span.style, &mut out);
            }
            _ => out.push(span),
        }
    }
    out
}

/// Code of several lines: in the model a break is never code.
fn code_lines(text: &str, style: &Style, out: &mut Vec<Span>) {
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            let mut style = style.clone();
            style.code = false;
            out.push(Span {
                content: Inline::Break,
                style,
            });
        }
        out.push(Span {
            content: Inline::Text(line.to_owned()),
            style: style.clone(),
        });
    }
}

/// The text of an array for code, and what its stretches look like.
pub(super) fn code<V: Tree>(items: &[V]) -> (String, Vec<Run>) {
    let mut out = String::new();
    let mut runs = Vec::with_capacity(items.len());
    for item in items {
        let text = shown(item)
            .replace("\r\n", "\n")
            .replace('\r', "\n")
            .replace('\0', "\u{fffd}");
        let Some(span) = span(item) else {
            continue;
        };
        let source = match &span.content {
            Inline::Text(_) | Inline::Break => None,
            _ => {
                let mut source = String::new();
                let plain = Span::plain(span.content.clone());
                inline::write(&mut source, &[plain]);
                Some(source)
            }
        };
        runs.push(Run {
            len: text.chars().count(),
            style: span.style,
            source,
        });
        out.push_str(&text);
    }
    (out, runs)
}

/// What an item shows.
fn shown<V: Tree>(item: &V) -> &str {
    let content = item.get("text").and_then(|value| text(value, "content"));
    let formula = item
        .get("equation")
        .and_then(|value| text(value, "expression"));
    content
        .or(formula)
        .or_else(|| text(item, "plain_text"))
        .unwrap_or_default()
}

fn span<V: Tree>(item: &V) -> Option<Span> {
    let mut style = style(item);
    let content = if let Some(formula) = item.get("equation") {
        Inline::Math(text(formula, "expression")?.to_owned())
    } else if let Some(mention) = item.get("mention") {
        style.link = None;
        self::mention(mention, shown(item))
    } else {
        style.link = link(item);
        Inline::Text(shown(item).to_owned())
    };
    Some(Span { content, style })
}

fn link<V: Tree>(item: &V) -> Option<String> {
    let inner = item
        .get("text")
        .and_then(|text| text.get("link"))
        .and_then(|link| text(link, "url"));
    let url = inner.or_else(|| text(item, "href"))?;
    if urls::is_linkable(url) {
        return Some(url.to_owned());
    }
    None
}

fn style<V: Tree>(item: &V) -> Style {
    let Some(notes) = item.get("annotations") else {
        return Style::default();
    };
    Style {
        bold: flag(notes, "bold"),
        italic: flag(notes, "italic"),
        strike: flag(notes, "strikethrough"),
        underline: flag(notes, "underline"),
        code: flag(notes, "code"),
        color: text(notes, "color").and_then(color_name),
        link: None,
    }
}

fn mention<V: Tree>(mention: &V, title: &str) -> Inline {
    let id = |name: &str| {
        mention
            .get(name)
            .and_then(|value| text(value, "id"))
            .map(|id| urls::page_id(id).unwrap_or_else(|| id.to_owned()))
    };
    if let Some(id) = id("page").filter(|id| urls::page_id(id).is_some()) {
        return Inline::Page {
            id,
            title: title.to_owned(),
        };
    }
    if let Some(id) = id("database").filter(|id| urls::page_id(id).is_some()) {
        return element("mention-database", &[("url", &urls::page_url(&id))], title);
    }
    if let Some(id) = id("user") {
        return element("mention-user", &[("url", &format!("user://{id}"))], title);
    }
    if let Some(date) = mention.get("date").filter(|date| date.is_object()) {
        return self::date(date);
    }
    element("mention-other", &[("json", &mention.json())], title)
}

/// A mention as source of enhanced Markdown.
fn element(name: &str, attrs: &[(&str, &str)], title: &str) -> Inline {
    let mut out = format!("<{name}");
    for (key, value) in attrs {
        out.push(' ');
        out.push_str(key);
        out.push_str("=\"");
        tag::escape_attr(&mut out, value);
        out.push('"');
    }
    let title = title.replace(['\n', '\r', '\0'], " ");
    let title = title.trim();
    if title.is_empty() {
        out.push_str("/>");
    } else {
        out.push('>');
        inline::write(&mut out, &[Span::text(title)]);
        out.push_str("</");
        out.push_str(name);
        out.push('>');
    }
    Inline::Raw(out)
}

/// A date; only what reads back exactly is taken apart into day and time.
fn date<V: Tree>(date: &V) -> Inline {
    let mut attrs: Vec<(&str, &str)> = Vec::new();
    for (day, time, key) in [("start", "startTime", "start"), ("end", "endTime", "end")] {
        let Some(value) = text(date, key) else {
            continue;
        };
        match value.split_once('T') {
            Some((date, clock)) if clock.len() == 5 => {
                attrs.push((day, date));
                attrs.push((time, clock));
            }
            _ => attrs.push((day, value)),
        }
    }
    if let Some(zone) = text(date, "time_zone") {
        attrs.push(("timeZone", zone));
    }
    element("mention-date", &attrs, "")
}
