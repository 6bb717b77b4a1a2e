//! Blocks as the API returns them, read into the model.

use super::json::{children, flag, kind, list, payload, text};
use super::tree::Tree;
use super::{BlocksError, card, rich_in};
use crate::canonical::language_name;
use crate::code;
use crate::loss::place;
use crate::model::{Attrs, Block, Cell, Document, Kind, Row, Span, Table};
use crate::normal::normalize;
use crate::urls;

/// Deeper trees are refused: no note is that deep, and the stack is not either.
const TOO_DEEP: usize = 120;

/// How wide a table may say it is: a row of cells is an array like any other (§7.4).
const MOST_CELLS: usize = 100;

/// Reads a list of blocks; the caller brings them into normal form.
pub(super) fn blocks<V: Tree>(
    list: &[V],
    path: &mut Vec<usize>,
) -> Result<Vec<Block>, BlocksError> {
    if path.len() > TOO_DEEP {
        return Err(BlocksError::TooDeep { place: place(path) });
    }
    let mut out = Vec::with_capacity(list.len());
    for (at, value) in list.iter().enumerate() {
        path.push(at);
        block(value, path, &mut out)?;
        path.pop();
    }
    Ok(out)
}

/// Reads one block, which stands at these positions.
pub(super) fn block<V: Tree>(
    value: &V,
    path: &mut Vec<usize>,
    out: &mut Vec<Block>,
) -> Result<(), BlocksError> {
    let Some(name) = kind(value) else {
        return Err(BlocksError::NotABlock { place: place(path) });
    };
    if card::keeps_json(name) {
        check_depth(children(value), path, path.len())?;
        out.push(card::json(value));
        return Ok(());
    }
    let content = payload(value);
    let mut below = match name {
        "table" | "table_row" => Vec::new(),
        _ => blocks(children(value), path)?,
    };
    let Some(kind) = leaf(name, content).or_else(|| texted(name, content)) else {
        match name {
            "table" => out.push(Block::new(table(content, children(value)))),
            "table_row" => out.push(Block::new(table(content, std::slice::from_ref(value)))),
            "column" => out.append(&mut below),
            _ => out.push(card::block(value, below)),
        }
        return Ok(());
    };
    let mut block = Block::new(kind);
    block.attrs = attrs(name, content);
    if matches!(block.kind, Kind::Code { .. }) {
        block.attrs = code_attrs(content);
        if code::is_too_long(&block.attrs) {
            out.push(card::json(value));
            return Ok(());
        }
    }
    if matches!(block.kind, Kind::Callout) {
        let text = normalize(rich(content));
        if !text.is_empty() {
            below.insert(0, Block::new(Kind::Paragraph(text)));
        }
    }
    block.children = below;
    out.push(block);
    Ok(())
}

/// What a code block says beside its text.
fn code_attrs<V: Tree>(content: &V) -> Attrs {
    let mut attrs = Attrs::default();
    code::set_runs(&mut attrs, &rich_in::code(list(content, "rich_text")).1);
    code::set_caption(&mut attrs, rich_in::spans(list(content, "caption")));
    attrs
}

/// A code block whose attributes are too long to be kept, from the card that keeps it.
pub(super) fn whole_code<V: Tree>(content: &V) -> Block {
    let kind = leaf("code", content).unwrap_or(Kind::Divider);
    let mut block = Block::new(kind);
    block.attrs = code_attrs(content);
    block
}

/// What is kept as JSON is written later, so it must not be too deep either.
fn check_depth<V: Tree>(list: &[V], path: &[usize], depth: usize) -> Result<(), BlocksError> {
    if depth > TOO_DEEP {
        return Err(BlocksError::TooDeep { place: place(path) });
    }
    for child in list {
        check_depth(children(child), path, depth + 1)?;
    }
    Ok(())
}

fn rich<V: Tree>(content: &V) -> Vec<Span> {
    // Before 2022 the field was called `text`.
    let name = if content.get("rich_text").is_some() {
        "rich_text"
    } else {
        "text"
    };
    rich_in::spans(list(content, name))
}

/// The kinds that are a text of their own.
fn texted<V: Tree>(name: &str, content: &V) -> Option<Kind> {
    if let Some(level) = name.strip_prefix("heading_") {
        return Some(Kind::Heading {
            level: level.parse().ok().filter(|level| (1..=4).contains(level))?,
            toggle: flag(content, "is_toggleable"),
            text: rich(content),
        });
    }
    Some(match name {
        "paragraph" => Kind::Paragraph(rich(content)),
        "bulleted_list_item" => Kind::Bullet(rich(content)),
        "numbered_list_item" => Kind::Numbered {
            start: content
                .get("list_start_index")
                .and_then(V::as_u64)
                .and_then(|number| u32::try_from(number).ok()),
            text: rich(content),
        },
        "to_do" => Kind::Todo {
            checked: flag(content, "checked"),
            text: rich(content),
        },
        "quote" => Kind::Quote(rich(content)),
        "toggle" => Kind::Toggle(rich(content)),
        "callout" => Kind::Callout,
        _ => return None,
    })
}

/// The other kinds the model has a word for.
fn leaf<V: Tree>(name: &str, content: &V) -> Option<Kind> {
    Some(match name {
        "divider" => Kind::Divider,
        "equation" => Kind::Equation(text(content, "expression")?.to_owned()),
        "code" => Kind::Code {
            language: text(content, "language")
                .filter(|name| !language_name(name).is_empty())
                .unwrap_or_default()
                .to_owned(),
            text: rich_in::code(list(content, "rich_text")).0,
        },
        "image" => Kind::Image {
            caption: rich_in::spans(list(content, "caption")),
            url: card::media_url(content)
                .filter(|url| urls::is_http(url))?
                .to_owned(),
        },
        _ => return None,
    })
}

fn attrs<V: Tree>(name: &str, content: &V) -> Attrs {
    let mut attrs = Attrs::default();
    if let Some(color) = text(content, "color") {
        attrs.set("color", color);
    }
    if name == "callout"
        && let Some(icon) = content.get("icon").and_then(icon)
    {
        attrs.set("icon", &icon);
    }
    attrs
}

/// An icon as an attribute says it: an emoji, an address, else its JSON.
fn icon<V: Tree>(icon: &V) -> Option<String> {
    if !icon.is_object() {
        return None;
    }
    let simple = text(icon, "emoji").or_else(|| text(icon.get("external")?, "url"));
    Some(simple.map_or_else(|| icon.json(), str::to_owned))
}

fn table<V: Tree>(content: &V, rows: &[V]) -> Kind {
    let width = content
        .get("table_width")
        .and_then(V::as_u64)
        .and_then(|width| usize::try_from(width).ok())
        .unwrap_or(1)
        .clamp(1, MOST_CELLS);
    let mut rows: Vec<Row> = rows.iter().map(row).collect();
    if rows.is_empty() {
        rows.push(Row::default());
    }
    if let Some(first) = rows.first_mut()
        && first.cells.len() < width
    {
        first.cells.resize_with(width, Cell::default);
    }
    Kind::Table(Table {
        header_row: flag(content, "has_column_header"),
        header_column: flag(content, "has_row_header"),
        columns: Vec::new(),
        rows,
    })
}

fn row<V: Tree>(value: &V) -> Row {
    let cells = list(payload(value), "cells").iter().map(|cell| Cell {
        attrs: Attrs::default(),
        text: rich_in::spans(cell.items().unwrap_or_default()),
    });
    Row {
        attrs: Attrs::default(),
        cells: cells.collect(),
    }
}

/// A list of blocks as a document of its own.
pub(super) fn document<V: Tree>(list: &[V]) -> Document {
    Document {
        blocks: blocks(list, &mut Vec::new()).unwrap_or_default(),
    }
    .normalized()
}
