//! Writing inline text.

use serde_json::Value;

use crate::{
    ids,
    markdown::{
        attributes::quote,
        inline::{Atom, Look, Piece, from_items},
        style::{Escapes, Style},
    },
    richtext::is_color,
};

/// Whether a character gets a backslash outside code.
fn is_escaped(c: char, escapes: Escapes) -> bool {
    match c {
        '\\' | '*' | '~' | '`' | '$' | '[' | ']' | '<' | '{' | '}' => true,
        '>' | '|' | '^' => escapes != Escapes::Fewer,
        '_' | '#' | '+' | '-' | '.' | '!' | '(' | ')' | '=' => escapes == Escapes::More,
        _ => false,
    }
}

/// Escapes text outside code.
pub(crate) fn escape(text: &str, style: &Style, out: &mut String) {
    for c in text.chars() {
        if c == '\n' {
            out.push_str(style.line_break());
            continue;
        }
        if is_escaped(c, style.escapes) {
            out.push('\\');
        }
        out.push(c);
    }
}

/// Line breaks inside code become `<br>`; what already looks like one gets a backslash.
pub(crate) fn code_breaks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<br") {
        out.push_str(before);
        out.push_str("<br");
        let tail = after.trim_start_matches('\\');
        if tail.starts_with('>') {
            out.push('\\');
        }
        rest = after;
    }
    out.push_str(rest);
    out.replace('\n', "<br>")
}

/// The inverse of [`code_breaks`].
pub(crate) fn undo_code_breaks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<br") {
        out.push_str(before);
        let tail = after.trim_start_matches('\\');
        let slashes = after.len() - tail.len();
        if !tail.starts_with('>') {
            out.push_str("<br");
            rest = after;
            continue;
        }
        if slashes == 0 {
            out.push('\n');
            rest = tail.strip_prefix('>').unwrap_or(tail);
        } else {
            out.push_str("<br");
            rest = after.strip_prefix('\\').unwrap_or(after);
            // The remaining backslashes and the bracket are copied as they are.
            let keep = slashes - 1 + 1;
            let (kept, more) = rest.split_at_checked(keep).unwrap_or((rest, ""));
            out.push_str(kept);
            rest = more;
        }
    }
    out.push_str(rest);
    out
}

fn longest_run(text: &str, wanted: char) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

fn write_code(text: &str, out: &mut String) {
    let text = code_breaks(text);
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    let edges = text.starts_with('`') || text.ends_with('`');
    let spaces = text.starts_with(' ') && text.ends_with(' ') && !text.trim_matches(' ').is_empty();
    let pad = if edges || spaces { " " } else { "" };
    out.extend([fence.as_str(), pad, &text, pad, &fence]);
}

fn write_math(expression: &str, out: &mut String) {
    let mut escaped = false;
    let mut bare_dollar = false;
    for c in expression.chars() {
        bare_dollar |= c == '$' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    let simple = !bare_dollar
        && !escaped
        && !expression.contains('\n')
        // Inside a table a closing tag would end the cell; code spans are looked through.
        && !expression.contains("</")
        && !expression.contains('`')
        && expression.trim() == expression;
    if simple {
        out.extend(["$", expression, "$"]);
    } else {
        let text = code_breaks(expression);
        let fence = "`".repeat(longest_run(&text, '`') + 1);
        out.extend(["$", &fence, " ", &text, " ", &fence, "$"]);
    }
}

fn write_mention(mention: &Value, shown: &str, style: &Style, out: &mut String) {
    let kind = mention["type"].as_str().unwrap_or_default();
    let target = &mention[kind];
    let id = target["id"].as_str().and_then(ids::parse);
    let (tag, attributes, inner) = match kind {
        "page" | "database" => {
            let url = id.map(|id| style.page_url(id)).unwrap_or_default();
            (kind, format!(" url=\"{url}\""), shown)
        }
        "user" => {
            let id = id.map(|id| id.to_string()).unwrap_or_default();
            (
                kind,
                format!(" url=\"user://{id}\""),
                shown.strip_prefix('@').unwrap_or(shown),
            )
        }
        "date" => {
            let mut attributes = String::new();
            for (key, name) in [
                ("start", "start"),
                ("end", "end"),
                ("time_zone", "timeZone"),
            ] {
                if let Some(value) = target[key].as_str() {
                    attributes.extend([" ", name, "=\"", &quote(value), "\""]);
                }
            }
            (kind, attributes, "")
        }
        "template_mention" => {
            let key = target["type"].as_str().unwrap_or_default();
            let value = target[key].as_str().unwrap_or_default();
            ("template", format!(" {key}=\"{}\"", quote(value)), "")
        }
        "custom_emoji" => return out.push_str(shown),
        _ => {
            let url = target["href"]
                .as_str()
                .or(target["url"].as_str())
                .unwrap_or_default();
            ("link", format!(" url=\"{}\"", quote(url)), shown)
        }
    };
    if inner.is_empty() || !style.mention_titles {
        out.extend(["<mention-", tag, &attributes, "/>"]);
    } else {
        out.extend(["<mention-", tag, &attributes, ">"]);
        escape(inner, style, out);
        out.extend(["</mention-", tag, ">"]);
    }
}

/// An address inside `(…)`: as it is while its parentheses balance.
fn write_url(url: &str, out: &mut String) {
    let mut depth = 0_i32;
    let mut plain = !url.contains(['\\', '\n']);
    for c in url.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        plain &= depth >= 0;
    }
    if plain && depth == 0 {
        return out.push_str(url);
    }
    for c in url.chars() {
        match c {
            '\n' => out.push_str("%0A"),
            '\\' | '(' | ')' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
}

/// Block colours as Markdown spells them.
pub(crate) fn short_color(color: &str) -> String {
    color
        .strip_suffix("_background")
        .map_or_else(|| color.to_owned(), |base| format!("{base}_bg"))
}

/// The inverse of [`short_color`]; `None` for what is no colour.
pub(crate) fn long_color(color: &str) -> Option<String> {
    let long = color
        .strip_suffix("_bg")
        .map_or_else(|| color.to_owned(), |base| format!("{base}_background"));
    is_color(&long).then_some(long)
}

/// Writes pieces in normal form.
pub(crate) fn write(pieces: &[Piece], style: &Style) -> String {
    let mut out = String::new();
    let none = Piece {
        atom: Atom::Text(String::new()),
        look: Look::default(),
        link: None,
    };
    let mut before = &none;
    for piece in pieces.iter().chain([&none]) {
        let (mut closing, mut opening) = (String::new(), String::new());
        for (was, is, mark) in [
            (before.look.bold, piece.look.bold, "**"),
            (before.look.italic, piece.look.italic, "*"),
            (before.look.strike, piece.look.strike, "~~"),
        ] {
            if was != is {
                if was {
                    closing.push_str(mark);
                } else {
                    opening.push_str(mark);
                }
            }
        }
        out.push_str(&closing);
        let span = |p: &Piece| (p.look.underline, p.look.color.clone());
        let new_span = span(before) != span(piece);
        if before.link.is_some() && (new_span || before.link != piece.link) {
            out.push_str("](");
            write_url(before.link.as_deref().unwrap_or_default(), &mut out);
            out.push(')');
        }
        if new_span && span(before) != (false, String::new()) {
            out.push_str("</span>");
        }
        if new_span && span(piece) != (false, String::new()) {
            out.push_str("<span");
            if !piece.look.color.is_empty() {
                out.extend([" color=\"", &style.color(&piece.look.color), "\""]);
            }
            if piece.look.underline {
                out.push_str(" underline=\"true\"");
            }
            out.push('>');
        }
        if piece.link.is_some() && (new_span || before.link != piece.link) {
            out.push('[');
        }
        out.push_str(&opening);
        match &piece.atom {
            Atom::Text(text) if piece.look.code => write_code(text, &mut out),
            Atom::Text(text) => escape(text, style, &mut out),
            Atom::Math(expression) => write_math(expression, &mut out),
            Atom::Mention(mention, shown) => write_mention(mention, shown, style, &mut out),
        }
        before = piece;
    }
    out
}

/// Writes a stored or presented rich-text array.
pub(crate) fn write_items(items: &[Value], style: &Style) -> String {
    write(&from_items(items), style)
}
