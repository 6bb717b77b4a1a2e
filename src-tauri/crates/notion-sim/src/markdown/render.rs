//! Writing blocks.

use serde_json::Value;

use crate::{
    ids,
    json::at,
    markdown::{
        attributes::quote,
        guard::{guard, guard_blank},
        inline::write_items,
        style::{Escapes, Style, Tables},
    },
    world::NewBlock,
};

/// The Markdown of a list of blocks, one line per block at least.
pub(crate) fn render(blocks: &[NewBlock]) -> String {
    render_in(blocks, Style::default())
}

/// The same in one of the styles that Notion might choose.
pub(crate) fn render_in(blocks: &[NewBlock], style: Style) -> String {
    let mut writer = Writer {
        out: String::new(),
        style,
    };
    writer.list(blocks, 0);
    if style.final_newline && !writer.out.is_empty() {
        writer.out.push('\n');
    }
    writer.out
}

/// A block by itself. Two blocks that look the same here are the same to Notion.
pub(crate) fn render_one(block: &NewBlock) -> String {
    render(std::slice::from_ref(block))
}

struct Writer {
    out: String,
    style: Style,
}

/// What a block's rich text looks like.
fn text_of(block: &NewBlock, style: &Style) -> String {
    written(block, "rich_text", style)
}

/// The same of another field.
fn written(block: &NewBlock, key: &str, style: &Style) -> String {
    items(block, key)
        .map(|items| write_items(items, style))
        .unwrap_or_default()
}

fn items<'a>(block: &'a NewBlock, key: &str) -> Option<&'a [Value]> {
    block
        .value
        .get(key)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
}

fn string<'a>(block: &'a NewBlock, key: &str) -> &'a str {
    block
        .value
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn flag(block: &NewBlock, key: &str) -> bool {
    block.value.get(key) == Some(&Value::Bool(true))
}

/// The block's colour, `None` for the default.
fn color(block: &NewBlock, style: &Style) -> Option<String> {
    let color = string(block, "color");
    (!color.is_empty() && color != "default").then(|| style.color(color))
}

/// ` color="…"` for tags.
fn tag_color(block: &NewBlock, style: &Style) -> String {
    color(block, style)
        .map(|c| format!(" color=\"{c}\""))
        .unwrap_or_default()
}

/// ` {color="…"}` behind a line.
fn line_attributes(block: &NewBlock, style: &Style) -> String {
    let mut parts = Vec::new();
    if flag(block, "is_toggleable") {
        parts.push("toggle=\"true\"".to_owned());
    }
    if let Some(color) = color(block, style) {
        parts.push(format!("color=\"{color}\""));
    }
    if parts.is_empty() {
        String::new()
    } else {
        format!(" {{{}}}", parts.join(" "))
    }
}

/// Where a file lives.
fn media_url(block: &NewBlock) -> String {
    let kind = string(block, "type");
    let source = block.value.get(kind).unwrap_or(&Value::Null);
    match source["url"].as_str() {
        Some(url) => url.to_owned(),
        None => source["id"]
            .as_str()
            .map(|id| format!("file-upload://{id}"))
            .unwrap_or_default(),
    }
}

impl Writer {
    fn line(&mut self, indent: usize, text: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out.extend(std::iter::repeat_n('\t', indent));
        self.out.push_str(text);
    }

    /// A line of verbatim content: empty ones stay empty.
    fn verbatim(&mut self, indent: usize, text: &str) {
        self.line(if text.is_empty() { 0 } else { indent }, text);
    }

    fn list(&mut self, blocks: &[NewBlock], indent: usize) {
        let mut number = 0_u32;
        for block in blocks {
            if indent == 0 && self.style.blank_lines && !self.out.is_empty() {
                self.out.push('\n');
            }
            number = if block.kind == "numbered_list_item" && self.style.counted {
                // A person can let a list start at another number.
                let start = block.value.get("list_start_index").and_then(Value::as_u64);
                start
                    .and_then(|start| u32::try_from(start).ok())
                    .unwrap_or(number.saturating_add(1))
            } else {
                0
            };
            self.block(block, indent, number);
        }
    }

    fn block(&mut self, block: &NewBlock, indent: usize, number: u32) {
        let style = self.style;
        let attributes = line_attributes(block, &style);
        let text = text_of(block, &style);
        let bullet = style.bullet.sign();
        let marked = |marker: &str| format!("{marker}{}{attributes}", guard_blank(&text));
        match block.kind.as_str() {
            "paragraph" if text.is_empty() => {
                self.line(indent, &format!("<empty-block/>{attributes}"));
            }
            "paragraph" => self.line(indent, &format!("{}{attributes}", guard(&text))),
            "heading_1" => self.line(indent, &marked("# ")),
            "heading_2" => self.line(indent, &marked("## ")),
            "heading_3" => self.line(indent, &marked("### ")),
            "heading_4" => self.line(indent, &marked("#### ")),
            "bulleted_list_item" => self.line(indent, &marked(&format!("{bullet} "))),
            "numbered_list_item" => self.line(indent, &marked(&format!("{}. ", number.max(1)))),
            "to_do" if flag(block, "checked") => {
                self.line(indent, &marked(&format!("{bullet} [x] ")));
            }
            "to_do" => self.line(indent, &marked(&format!("{bullet} [ ] "))),
            "quote" => self.line(indent, &marked("> ")),
            "divider" => self.line(indent, "---"),
            "table_of_contents" => {
                self.line(
                    indent,
                    &format!("<table_of_contents{}/>", tag_color(block, &self.style)),
                );
            }
            "child_page" | "child_database" => self.child(block, indent),
            "image" => {
                let caption = written(block, "caption", &style);
                let mut url = media_url(block);
                if url.contains(['(', ')', '\\']) {
                    url = url
                        .replace('\\', "\\\\")
                        .replace('(', "\\(")
                        .replace(')', "\\)");
                }
                self.line(indent, &format!("![{caption}]({url}){attributes}"));
            }
            "audio" | "video" | "file" | "pdf" => {
                let caption = written(block, "caption", &style);
                let (kind, url) = (&block.kind, quote(&media_url(block)));
                self.line(indent, &format!("<{kind} src=\"{url}\">{caption}</{kind}>"));
            }
            "unknown" => {
                let (url, alt) = (quote(string(block, "url")), quote(string(block, "alt")));
                self.line(indent, &format!("<unknown url=\"{url}\" alt=\"{alt}\"/>"));
            }
            _ => return self.container(block, indent, &text),
        }
        self.list(&block.children, indent + 1);
    }

    fn child(&mut self, block: &NewBlock, indent: usize) {
        let tag = if block.kind == "child_page" {
            "page"
        } else {
            "database"
        };
        let url = block.refers.map(|id| self.style.page_url(id));
        let url = url.unwrap_or_default();
        let mut title = String::new();
        super::inline::escape(string(block, "title"), &self.style, &mut title);
        self.line(indent, &format!("<{tag} url=\"{url}\">{title}</{tag}>"));
    }

    fn container(&mut self, block: &NewBlock, indent: usize, text: &str) {
        match block.kind.as_str() {
            "toggle" => {
                self.line(
                    indent,
                    &format!("<details{}>", tag_color(block, &self.style)),
                );
                self.line(indent, &format!("<summary>{text}</summary>"));
                self.list(&block.children, indent + 1);
                self.line(indent, "</details>");
            }
            "callout" => self.callout(block, indent, text),
            "code" => self.code(block, indent),
            "equation" => {
                self.line(indent, "$$");
                for line in string(block, "expression").split('\n') {
                    let slash = if super::blocks::ends_equation(line) {
                        "\\"
                    } else {
                        ""
                    };
                    self.verbatim(indent, &format!("{slash}{line}"));
                }
                self.line(indent, "$$");
            }
            "table" => self.table(block, indent),
            "column_list" => {
                self.line(indent, "<columns>");
                for column in &block.children {
                    self.line(indent + 1, "<column>");
                    self.list(&column.children, indent + 2);
                    self.line(indent + 1, "</column>");
                }
                self.line(indent, "</columns>");
            }
            "synced_block" => {
                let source = block.value.get("synced_from").map(|s| &s["block_id"]);
                let source = source.and_then(Value::as_str).and_then(ids::parse);
                let (tag, id) = match source {
                    Some(id) => ("synced_block_reference", Some(id)),
                    None => ("synced_block", block.refers),
                };
                let url = id.map(|id| format!(" url=\"{}\"", self.style.page_url(id)));
                self.line(indent, &format!("<{tag}{}>", url.unwrap_or_default()));
                self.list(&block.children, indent + 1);
                self.line(indent, &format!("</{tag}>"));
            }
            _ => {}
        }
    }

    fn callout(&mut self, block: &NewBlock, indent: usize, text: &str) {
        let icon = block.value.get("icon").unwrap_or(&Value::Null);
        let icon = icon["emoji"]
            .as_str()
            .or(at(icon, &["external", "url"]).as_str());
        let icon = icon
            .map(|icon| format!(" icon=\"{}\"", quote(icon)))
            .unwrap_or_default();
        self.line(
            indent,
            &format!("<callout{icon}{}>", tag_color(block, &self.style)),
        );
        if !text.is_empty() {
            self.line(indent + 1, &guard(text));
        } else if !block.children.is_empty() {
            self.line(indent + 1, "<empty-block/>");
        }
        self.list(&block.children, indent + 1);
        self.line(indent, "</callout>");
    }

    fn code(&mut self, block: &NewBlock, indent: usize) {
        let content: String = items(block, "rich_text")
            .unwrap_or_default()
            .iter()
            .map(|item| {
                at(item, &["text", "content"])
                    .as_str()
                    .or(item["plain_text"].as_str())
                    .unwrap_or_default()
            })
            .collect();
        let longest = content
            .split('\n')
            .map(str::trim_start)
            .map(|line| line.len() - line.trim_start_matches('`').len())
            .max()
            .unwrap_or(0);
        let fence = "`".repeat((longest + 1).max(3));
        self.line(indent, &format!("{fence}{}", string(block, "language")));
        if !content.is_empty() {
            for line in content.split('\n') {
                self.verbatim(indent, line);
            }
        }
        self.line(indent, &fence);
    }

    fn table(&mut self, block: &NewBlock, indent: usize) {
        if self.style.tables == Tables::Pipe
            && let Some(rows) = self.bars(block)
        {
            for (at, row) in rows.iter().enumerate() {
                self.line(indent, &format!("| {} |", row.join(" | ")));
                if at == 0 {
                    self.line(indent, &format!("|{}", " --- |".repeat(row.len())));
                }
            }
            // What follows must not become a row.
            self.out.push('\n');
            return;
        }
        let (row, column) = (
            flag(block, "has_column_header"),
            flag(block, "has_row_header"),
        );
        self.line(
            indent,
            &format!(
                "<table fit-page-width=\"true\" header-row=\"{row}\" header-column=\"{column}\">"
            ),
        );
        for row in &block.children {
            self.line(indent, "<tr>");
            for cell in row
                .value
                .get("cells")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                let cell = cell.as_array().map_or(&[][..], Vec::as_slice);
                let text = write_items(cell, &self.style);
                self.line(indent, &format!("<td>{}</td>", text.replace('\n', "<br>")));
            }
            self.line(indent, "</tr>");
        }
        self.line(indent, "</table>");
    }

    /// The cells of a table that can be written with bars: with a heading row and no heading
    /// column, and with nothing in a cell that bars cannot hold.
    fn bars(&self, block: &NewBlock) -> Option<Vec<Vec<String>>> {
        if !flag(block, "has_column_header") || flag(block, "has_row_header") {
            return None;
        }
        // A bar inside a cell always needs its backslash.
        let style = Style {
            escapes: match self.style.escapes {
                Escapes::Fewer => Escapes::Documented,
                other => other,
            },
            ..self.style
        };
        let row = |row: &NewBlock| {
            let cells = row.value.get("cells")?.as_array()?;
            let written = cells.iter().map(|cell| {
                let text = write_items(cell.as_array().map_or(&[], Vec::as_slice), &style);
                (text.trim() == text && !text.contains('\n')).then_some(text)
            });
            written.collect::<Option<Vec<String>>>()
        };
        let rows: Option<Vec<Vec<String>>> = block.children.iter().map(row).collect();
        // A bar where no backslash may be (in a formula, in an address) would cut the cell.
        let whole = |row: &Vec<String>| {
            let line = format!("| {} |", row.join(" | "));
            super::blocks::pipe_cells(&line).is_some_and(|cells| {
                cells.len() == row.len() && cells.iter().zip(row).all(|(a, b)| a.trim() == b)
            })
        };
        rows.filter(|rows| rows.first().is_some_and(|row| !row.is_empty()))
            .filter(|rows| rows.iter().all(whole))
    }
}
