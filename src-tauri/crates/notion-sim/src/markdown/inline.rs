//! Inline text: the pieces of a rich-text array and their normal form.

use serde_json::{Value, json};

pub(crate) use super::inline_write::{
    escape, long_color, short_color, undo_code_breaks, write_items,
};
use crate::{
    json::{at, put},
    richtext::{plain_annotations, text_item},
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
