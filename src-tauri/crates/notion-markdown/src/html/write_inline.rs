//! Running text written as HTML.

use crate::inline_write::{Step, Written, steps};
use crate::model::{Inline, Span};
use crate::plain;
use crate::tag;
use crate::urls;

/// Appends text that HTML cannot take for markup.
pub(super) fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        out.push_str(match tail.as_bytes().first() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            _ => "&quot;",
        });
        rest = tail.get(1..).unwrap_or_default();
    }
    out.push_str(rest);
}

/// Appends ` name="value"`.
pub(super) fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(out, value);
    out.push('"');
}

/// Appends the colour of an element, when it has one.
pub(super) fn open_color(out: &mut String, color: Option<&str>) {
    if let Some(color) = color {
        attribute(out, "data-color", color);
    }
}

/// Appends running text; answers what HTML has no words for.
pub(super) fn write(out: &mut String, spans: &[Span]) -> Vec<String> {
    let mut losses = Vec::new();
    for step in steps(spans) {
        match step {
            Step::Open(mark) => open(out, &mark),
            Step::Close(mark) => close(out, &mark),
            Step::Text(text) => escape(out, text),
            Step::Code(code) => {
                out.push_str("<code>");
                escape(out, code);
                out.push_str("</code>");
            }
            Step::Atom(atom) => write_atom(out, atom, &mut losses),
        }
    }
    losses
}

fn open(out: &mut String, mark: &Written) {
    match mark {
        Written::Link(url) => {
            let page = url.starts_with('/').then(|| urls::page_id(url)).flatten();
            let url = page.map_or_else(|| (*url).to_owned(), |id| urls::page_url(&id));
            out.push_str("<a");
            attribute(out, "href", &url);
            out.push('>');
        }
        Written::Color(color) => {
            out.push_str("<span");
            open_color(out, Some(color));
            out.push('>');
        }
        Written::Underline => out.push_str("<u>"),
        Written::Bold => out.push_str("<strong>"),
        Written::Italic => out.push_str("<em>"),
        Written::Strike => out.push_str("<s>"),
    }
}

fn close(out: &mut String, mark: &Written) {
    out.push_str(match mark {
        Written::Link(_) => "</a>",
        Written::Color(_) => "</span>",
        Written::Underline => "</u>",
        Written::Bold => "</strong>",
        Written::Italic => "</em>",
        Written::Strike => "</s>",
    });
}

fn write_atom(out: &mut String, atom: &Inline, losses: &mut Vec<String>) {
    match atom {
        Inline::Text(text) => escape(out, text),
        Inline::Break => out.push_str("<br>\n"),
        Inline::Math(text) => {
            out.push_str("<span class=\"math math-inline\">");
            escape(out, text);
            out.push_str("</span>");
        }
        Inline::Page { id, title } => {
            out.push_str("<a");
            attribute(out, "href", &format!("{}{id}", urls::PAGE_SCHEME));
            out.push('>');
            escape(out, if title.is_empty() { id } else { title });
            out.push_str("</a>");
        }
        Inline::Raw(source) => raw(out, source, losses),
    }
}

/// Dates as times, citations as links, everything else as its words.
fn raw(out: &mut String, source: &str, losses: &mut Vec<String>) {
    if let Some(url) = source
        .strip_prefix("[^")
        .and_then(|rest| rest.strip_suffix(']'))
    {
        out.push_str("<a class=\"citation\"");
        attribute(out, "href", url);
        out.push('>');
        escape(out, url);
        out.push_str("</a>");
        return;
    }
    let Some(tag) = tag::parse(source) else {
        return escape(out, source);
    };
    if tag.name == "mention-date" && !tag.close {
        return date(out, &tag);
    }
    if tag.close {
        return;
    }
    let words = plain::text(&[Span::plain(Inline::Raw(source.to_owned()))]);
    losses.push(format!("<{}> is shown as its words", tag.name));
    out.push_str("<span class=\"mention\"");
    attribute(out, "data-card", tag.name);
    out.push('>');
    escape(out, &words);
    out.push_str("</span>");
}

fn date(out: &mut String, tag: &tag::Tag<'_>) {
    let moment = |day: &str, time: &str| {
        let day = tag.attr(day)?;
        Some(match tag.attr(time) {
            Some(time) => format!("{day} {time}"),
            None => day,
        })
    };
    let start = moment("start", "startTime").unwrap_or_default();
    out.push_str("<time");
    attribute(out, "datetime", &start);
    out.push('>');
    escape(out, &start);
    if let Some(end) = moment("end", "endTime") {
        out.push_str(" → ");
        escape(out, &end);
    }
    if let Some(zone) = tag.attr("timeZone") {
        out.push(' ');
        escape(out, &zone);
    }
    out.push_str("</time>");
}
