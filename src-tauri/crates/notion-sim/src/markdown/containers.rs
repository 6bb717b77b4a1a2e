//! Reading blocks that are written as tags.

use serde_json::{Value, json};

use crate::{
    ids,
    json::put,
    markdown::{
        attributes::{Tag, get},
        blocks::{Line, Parser, text_block},
        inline::long_color,
        inline_atoms::code_span_raw,
        inline_parse::parse_items,
    },
    world::NewBlock,
};

/// A media block; addresses of uploads are kept as such.
pub(super) fn media(kind: &str, url: &str, caption: &str) -> NewBlock {
    let mut value = match url.strip_prefix("file-upload://") {
        Some(id) => json!({"type": "file_upload", "file_upload": {"id": id}}),
        None => json!({"type": "external", "external": {"url": url}}),
    };
    put(&mut value, "caption", Value::Array(parse_items(caption)));
    if kind == "file" {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        put(
            &mut value,
            "name",
            json!(path.rsplit('/').next().unwrap_or_default()),
        );
    }
    NewBlock::new(kind, value)
}

/// A table of rows of cells; short rows are filled up.
pub(super) fn table(rows: Vec<Vec<Vec<Value>>>, header: bool, row_header: bool) -> NewBlock {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let mut block = NewBlock::new(
        "table",
        json!({"table_width": width, "has_column_header": header, "has_row_header": row_header}),
    );
    block.children = rows
        .into_iter()
        .map(|mut cells| {
            cells.resize(width, Vec::new());
            NewBlock::new("table_row", json!({"cells": cells}))
        })
        .collect();
    if block.children.is_empty() {
        let cells = vec![Value::Array(Vec::new()); width];
        block
            .children
            .push(NewBlock::new("table_row", json!({"cells": cells})));
    }
    block
}

fn set_color(block: &mut NewBlock, tag: &Tag<'_>) {
    let color = get(&tag.attributes, "color").and_then(long_color);
    block.value.insert(
        "color".into(),
        json!(color.unwrap_or_else(|| "default".into())),
    );
}

/// What stands between an opening tag and its end on the same line.
fn inner<'a>(tag: &Tag<'a>) -> &'a str {
    let rest = tag.rest.trim_end();
    rest.strip_suffix('>')
        .and_then(|rest| rest.strip_suffix(tag.name))
        .and_then(|rest| rest.strip_suffix("</"))
        .unwrap_or(rest)
}

impl<'a> Parser<'a> {
    /// A block that begins with `tag`, or nothing if the tag means no block.
    pub(super) fn tagged(&mut self, line: Line<'a>, tag: &Tag<'a>) -> Option<NewBlock> {
        let attribute = |key: &str| get(&tag.attributes, key);
        Some(match tag.name {
            "empty-block" => text_block("paragraph", tag.rest.trim_start_matches(' ')),
            "details" if tag.rest.trim().is_empty() => self.details(tag),
            "callout" => self.callout(tag),
            "table" => self.table(line),
            "columns" if tag.rest.trim().is_empty() => self.columns(),
            "synced_block" | "synced_block_reference" if tag.rest.trim().is_empty() => {
                self.synced(tag)
            }
            "audio" | "video" | "file" | "pdf" => media(
                tag.name,
                attribute("src")?,
                if tag.closed { "" } else { inner(tag) },
            ),
            "page" | "database" => {
                let id = attribute("url").and_then(ids::from_url)?;
                let kind = if tag.name == "page" {
                    "child_page"
                } else {
                    "child_database"
                };
                let title: String = parse_items(if tag.closed { "" } else { inner(tag) })
                    .iter()
                    .filter_map(|item| item["plain_text"].as_str())
                    .collect();
                let mut block = NewBlock::new(kind, json!({"title": title}));
                block.refers = Some(id);
                block
            }
            "table_of_contents" => {
                let mut block = NewBlock::new("table_of_contents", json!({}));
                set_color(&mut block, tag);
                block
            }
            "unknown" => {
                let url = attribute("url").unwrap_or_default();
                let alt = attribute("alt").unwrap_or_default();
                let mut block = NewBlock::new("unknown", json!({"url": url, "alt": alt}));
                let id = url.rsplit_once('#').map_or(url, |(_, id)| id);
                block.refers = ids::from_url(id);
                block
            }
            _ => return None,
        })
    }

    fn synced(&mut self, tag: &Tag<'a>) -> NewBlock {
        let id = get(&tag.attributes, "url").and_then(ids::from_url);
        let reference = tag.name == "synced_block_reference";
        let source = id
            .filter(|_| reference)
            .map(|id| json!({"type": "block_id", "block_id": id.to_string()}));
        let mut block = NewBlock::new("synced_block", json!({"synced_from": source}));
        let close = if reference {
            "</synced_block_reference>"
        } else {
            "</synced_block>"
        };
        let children = if tag.closed {
            Vec::new()
        } else {
            self.until(close)
        };
        // The content of a copy is its original's.
        if !reference {
            block.children = children;
            block.refers = id;
        }
        block
    }

    fn details(&mut self, tag: &Tag<'a>) -> NewBlock {
        let mut summary = "";
        if let Some(line) = self.peek()
            && let Some(rest) = line.text.trim_end().strip_prefix("<summary>")
        {
            summary = rest.strip_suffix("</summary>").unwrap_or(rest);
            self.next();
        }
        let rich_text = parse_items(summary);
        let mut block = NewBlock::new("toggle", json!({"rich_text": rich_text}));
        set_color(&mut block, tag);
        block.children = self.until("</details>");
        block
    }

    fn callout(&mut self, tag: &Tag<'a>) -> NewBlock {
        let icon = match get(&tag.attributes, "icon") {
            Some(icon) if icon.contains("://") => {
                json!({"type": "external", "external": {"url": icon}})
            }
            Some(icon) if !icon.is_empty() => json!({"type": "emoji", "emoji": icon}),
            _ => Value::Null,
        };
        let mut block = NewBlock::new("callout", json!({"rich_text": [], "icon": icon}));
        set_color(&mut block, tag);
        let rest = tag.rest.trim();
        if !rest.is_empty() {
            let text = rest.strip_suffix("</callout>");
            block
                .value
                .insert("rich_text".into(), json!(parse_items(text.unwrap_or(rest))));
            if text.is_some() {
                return block;
            }
        }
        let mut children = self.until("</callout>");
        let plain = children.first().is_some_and(|first| {
            first.kind == "paragraph"
                && first.children.is_empty()
                && first.value.get("color") == Some(&json!("default"))
        });
        if rest.is_empty() && plain {
            let first = children.remove(0);
            let text = first
                .value
                .get("rich_text")
                .cloned()
                .unwrap_or_else(|| json!([]));
            block.value.insert("rich_text".into(), text);
        }
        block.children = children;
        block
    }

    fn columns(&mut self) -> NewBlock {
        let mut block = NewBlock::new("column_list", json!({}));
        self.open.push("</columns>");
        while let Some(line) = self.peek() {
            let text = line.text.trim();
            if text.is_empty() {
                self.next();
            } else if text == "</columns>" {
                self.next();
                break;
            } else if text.starts_with("<column>") || text.starts_with("<column ") {
                self.next();
                let mut column = NewBlock::new("column", json!({}));
                column.children = self.until("</column>");
                block.children.push(column);
            } else {
                let before = self.position();
                let stray = self.level(0);
                if self.position() == before {
                    break;
                }
                let mut column = NewBlock::new("column", json!({}));
                column.children = stray;
                block.children.push(column);
            }
        }
        self.open.pop();
        block
    }

    fn table(&mut self, line: Line<'a>) -> NewBlock {
        let mut source = line.text.to_owned();
        while !source.trim_end().ends_with("</table>") {
            let Some(next) = self.next() else { break };
            source.push('\n');
            source.push_str(next.text);
        }
        let (mut row_header, mut header) = (false, false);
        let mut rows: Vec<Vec<Vec<Value>>> = Vec::new();
        let mut rest = source.as_str();
        while let Some(at) = rest.find('<') {
            rest = rest.get(at..).unwrap_or_default();
            let Some(tag) = crate::markdown::attributes::tag(rest) else {
                rest = rest.strip_prefix('<').unwrap_or_default();
                continue;
            };
            rest = tag.rest;
            match tag.name {
                "table" => {
                    header = get(&tag.attributes, "header-row") == Some("true");
                    row_header = get(&tag.attributes, "header-column") == Some("true");
                }
                "tr" => rows.push(Vec::new()),
                "td" | "th" => {
                    let (cell, after) = split_cell(rest);
                    rest = after;
                    if rows.is_empty() {
                        rows.push(Vec::new());
                    }
                    let text = cell.trim_matches('\n').replace('\n', "<br>");
                    if let Some(row) = rows.last_mut() {
                        row.push(parse_items(&text));
                    }
                }
                _ => {}
            }
        }
        table(rows, header, row_header)
    }
}

/// A cell's text up to `</td>`, code spans and escapes looked through.
fn split_cell(text: &str) -> (&str, &str) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        for end in ["</td>", "</th>", "</tr>", "</table>"] {
            if let Some(after) = rest.strip_prefix(end) {
                let cell = text.get(..text.len() - rest.len()).unwrap_or_default();
                return (
                    cell,
                    if end == "</tr>" || end == "</table>" {
                        rest
                    } else {
                        after
                    },
                );
            }
        }
        let size = match c {
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            '`' => code_span_raw(rest).map_or(1, |(_, after)| rest.len() - after.len()),
            _ => c.len_utf8(),
        };
        rest = rest.get(size..).unwrap_or_default();
    }
    (text, "")
}
