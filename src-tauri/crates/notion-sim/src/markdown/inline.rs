//! Inline text: the pieces of a rich-text array, their normal form, and how they are written.

use serde_json::{Value, json};

use crate::{
    ids,
    json::{at, put},
    markdown::attributes::quote,
    richtext::{is_color, plain_annotations, text_item},
};

/// Looks of a piece.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "annotations are five independent switches"
)]
pub(crate) struct Look {
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    pub(crate) strike: bool,
    pub(crate) underline: bool,
    pub(crate) code: bool,
    /// Empty for the default.
    pub(crate) color: String,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Atom {
    Text(String),
    Math(String),
    /// A stored mention, and the text to show inside it.
    Mention(Value, String),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Piece {
    pub(crate) atom: Atom,
    pub(crate) look: Look,
    pub(crate) link: Option<String>,
}

impl Piece {
    fn is_blank(&self) -> bool {
        matches!(&self.atom, Atom::Text(text) if !self.look.code && text.trim().is_empty())
    }
}

fn look_of(item: &Value) -> Look {
    let annotations = &item["annotations"];
    let flag = |key: &str| annotations[key] == true;
    let color = annotations["color"]
        .as_str()
        .filter(|c| *c != "default")
        .unwrap_or_default();
    Look {
        bold: flag("bold"),
        italic: flag("italic"),
        strike: flag("strikethrough"),
        underline: flag("underline"),
        code: flag("code"),
        color: color.to_owned(),
    }
}

/// Pieces of a stored (or presented) array, in normal form.
pub(crate) fn from_items(items: &[Value]) -> Vec<Piece> {
    let pieces = items.iter().filter_map(|item| {
        let atom = match item["type"].as_str()? {
            "text" => Atom::Text(
                at(item, &["text", "content"])
                    .as_str()?
                    .replace("\r\n", "\n")
                    .replace('\r', "\n"),
            ),
            "equation" => Atom::Math(at(item, &["equation", "expression"]).as_str()?.to_owned()),
            _ => {
                let shown = item["plain_text"].as_str().unwrap_or_default().to_owned();
                Atom::Mention(bare_mention(&item["mention"]), shown)
            }
        };
        let link = at(item, &["text", "link", "url"])
            .as_str()
            .map(str::to_owned);
        Some(Piece {
            atom,
            look: look_of(item),
            link,
        })
    });
    normalise(pieces.collect())
}

/// A mention without what is computed at reading time.
fn bare_mention(mention: &Value) -> Value {
    match mention["type"].as_str() {
        Some(kind @ ("user" | "page" | "database")) => {
            json!({"type": kind, kind: {"id": at(mention, &[kind, "id"])}})
        }
        _ => mention.clone(),
    }
}

/// Stored items of pieces.
pub(crate) fn to_items(pieces: Vec<Piece>) -> Vec<Value> {
    pieces
        .into_iter()
        .map(|piece| {
            let mut annotations = plain_annotations();
            for (key, on) in [
                ("bold", piece.look.bold),
                ("italic", piece.look.italic),
                ("strikethrough", piece.look.strike),
                ("underline", piece.look.underline),
                ("code", piece.look.code),
            ] {
                put(&mut annotations, key, json!(on));
            }
            if !piece.look.color.is_empty() {
                put(&mut annotations, "color", json!(piece.look.color));
            }
            match piece.atom {
                Atom::Text(text) => text_item(&text, piece.link.as_deref(), annotations),
                Atom::Math(expression) => {
                    json!({"type": "equation", "equation": {"expression": expression},
                           "annotations": annotations, "plain_text": expression, "href": null})
                }
                Atom::Mention(mention, _) => {
                    json!({"type": "mention", "mention": mention, "annotations": annotations})
                }
            }
        })
        .collect()
}

/// The form that survives Markdown: no emphasis on blank edges, equal neighbours joined.
pub(crate) fn normalise(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut split = Vec::with_capacity(pieces.len());
    for piece in pieces {
        split_blanks(piece, &mut split);
    }
    for kind in 0..3 {
        hoist(&mut split, kind);
    }
    let mut joined: Vec<Piece> = Vec::with_capacity(split.len());
    for piece in split {
        if let Some(last) = joined.last_mut()
            && last.look == piece.look
            && last.link == piece.link
            && let (Atom::Text(text), Atom::Text(more)) = (&mut last.atom, &piece.atom)
        {
            text.push_str(more);
        } else {
            joined.push(piece);
        }
    }
    joined
}

fn split_blanks(mut piece: Piece, out: &mut Vec<Piece>) {
    let text = match &piece.atom {
        Atom::Text(text) if text.is_empty() => return,
        Atom::Math(text) if text.is_empty() => return,
        Atom::Text(text) if !piece.look.code => text.clone(),
        Atom::Text(_) => return out.push(piece),
        _ => {
            piece.look.code = false;
            piece.link = None;
            return out.push(piece);
        }
    };
    let core = text.trim();
    let lead = text.len() - text.trim_start().len();
    let (before, rest) = text.split_at_checked(lead).unwrap_or(("", text.as_str()));
    let after = rest.strip_prefix(core).unwrap_or_default();
    for part in [before, core, after] {
        if !part.is_empty() {
            out.push(Piece {
                atom: Atom::Text(part.to_owned()),
                ..piece.clone()
            });
        }
    }
}

fn emphasis(look: &mut Look, kind: usize) -> &mut bool {
    match kind {
        0 => &mut look.bold,
        1 => &mut look.italic,
        _ => &mut look.strike,
    }
}

/// Takes one kind of emphasis off blank pieces that are not surrounded by it.
fn hoist(pieces: &mut [Piece], kind: usize) {
    let mut before = false;
    let mut held: Vec<usize> = Vec::new();
    let mut lost: Vec<usize> = Vec::new();
    for (at, piece) in pieces.iter_mut().enumerate() {
        let blank = piece.is_blank();
        let on = *emphasis(&mut piece.look, kind);
        if blank && on && before {
            held.push(at);
        } else if blank {
            lost.append(&mut held);
            if on {
                lost.push(at);
            } else {
                before = false;
            }
        } else {
            if !on {
                lost.append(&mut held);
            }
            held.clear();
            before = on;
        }
    }
    lost.append(&mut held);
    for at in lost {
        if let Some(piece) = pieces.get_mut(at) {
            *emphasis(&mut piece.look, kind) = false;
        }
    }
}

/// Escapes text outside code.
pub(crate) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '\n' => out.push_str("<br>"),
            '\\' | '*' | '~' | '`' | '$' | '[' | ']' | '<' | '>' | '{' | '}' | '|' | '^' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
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

fn write_mention(mention: &Value, shown: &str, out: &mut String) {
    let kind = mention["type"].as_str().unwrap_or_default();
    let target = &mention[kind];
    let id = target["id"].as_str().and_then(ids::parse);
    let (tag, attributes, inner) = match kind {
        "page" | "database" => {
            let url = id.map(ids::page_url).unwrap_or_default();
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
    if inner.is_empty() {
        out.extend(["<mention-", tag, &attributes, "/>"]);
    } else {
        out.extend(["<mention-", tag, &attributes, ">"]);
        escape(inner, out);
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
pub(crate) fn write(pieces: &[Piece]) -> String {
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
                out.extend([" color=\"", &short_color(&piece.look.color), "\""]);
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
            Atom::Text(text) => escape(text, &mut out),
            Atom::Math(expression) => write_math(expression, &mut out),
            Atom::Mention(mention, shown) => write_mention(mention, shown, &mut out),
        }
        before = piece;
    }
    out
}

/// Writes a stored or presented rich-text array.
pub(crate) fn write_items(items: &[Value]) -> String {
    write(&from_items(items))
}
