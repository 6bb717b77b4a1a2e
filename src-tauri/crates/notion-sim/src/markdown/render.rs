//! Writing blocks.

use serde_json::Value;

use crate::{
    ids,
    json::at,
    markdown::{
        attributes::quote,
        inline::{short_color, write_items},
    },
    world::NewBlock,
};

/// The Markdown of a list of blocks, one line per block at least.
pub(crate) fn render(blocks: &[NewBlock]) -> String {
    let mut writer = Writer { out: String::new() };
    writer.list(blocks, 0);
    writer.out
}

/// A block by itself. Two blocks that look the same here are the same to Notion.
pub(crate) fn render_one(block: &NewBlock) -> String {
    render(std::slice::from_ref(block))
}

struct Writer {
    out: String,
}

/// What a block's rich text looks like.
pub(crate) fn text_of(block: &NewBlock) -> String {
    items(block, "rich_text")
        .map(write_items)
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
fn color(block: &NewBlock) -> Option<String> {
    let color = string(block, "color");
    (!color.is_empty() && color != "default").then(|| short_color(color))
}

/// ` color="…"` for tags.
fn tag_color(block: &NewBlock) -> String {
    color(block)
        .map(|c| format!(" color=\"{c}\""))
        .unwrap_or_default()
}

/// ` {color="…"}` behind a line.
fn line_attributes(block: &NewBlock) -> String {
    let mut parts = Vec::new();
    if flag(block, "is_toggleable") {
        parts.push("toggle=\"true\"".to_owned());
    }
    if let Some(color) = color(block) {
        parts.push(format!("color=\"{color}\""));
    }
    if parts.is_empty() {
        String::new()
    } else {
        format!(" {{{}}}", parts.join(" "))
    }
}

/// A paragraph that would be read as something else gets a backslash in the right place.
fn guard(text: &str) -> String {
    let Some(first) = text.chars().next() else {
        return String::new();
    };
    if "#-+ \t".contains(first) {
        return format!("\\{text}");
    }
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if let Some((number, rest)) = text.split_at_checked(digits)
        && digits > 0
        && rest.starts_with(['.', ')'])
    {
        return format!("{number}\\{rest}");
    }
    text.to_owned()
}

/// The same for text behind a marker, where only blanks are at risk.
fn guard_blank(text: &str) -> String {
    if text.starts_with([' ', '\t']) {
        format!("\\{text}")
    } else {
        text.to_owned()
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
            number = if block.kind == "numbered_list_item" {
                number + 1
            } else {
                0
            };
            self.block(block, indent, number);
        }
    }

    fn block(&mut self, block: &NewBlock, indent: usize, number: u32) {
        let attributes = line_attributes(block);
        let text = text_of(block);
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
            "bulleted_list_item" => self.line(indent, &marked("- ")),
            "numbered_list_item" => self.line(indent, &marked(&format!("{}. ", number.max(1)))),
            "to_do" if flag(block, "checked") => self.line(indent, &marked("- [x] ")),
            "to_do" => self.line(indent, &marked("- [ ] ")),
            "quote" => self.line(indent, &marked("> ")),
            "divider" => self.line(indent, "---"),
            "table_of_contents" => {
                self.line(indent, &format!("<table_of_contents{}/>", tag_color(block)));
            }
            "child_page" | "child_database" => self.child(block, indent),
            "image" => {
                let caption = items(block, "caption").map(write_items).unwrap_or_default();
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
                let caption = items(block, "caption").map(write_items).unwrap_or_default();
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
        let url = block.refers.map(ids::page_url).unwrap_or_default();
        let mut title = String::new();
        super::inline::escape(string(block, "title"), &mut title);
        self.line(indent, &format!("<{tag} url=\"{url}\">{title}</{tag}>"));
    }

    fn container(&mut self, block: &NewBlock, indent: usize, text: &str) {
        match block.kind.as_str() {
            "toggle" => {
                self.line(indent, &format!("<details{}>", tag_color(block)));
                self.line(indent, &format!("<summary>{text}</summary>"));
                self.list(&block.children, indent + 1);
                self.line(indent, "</details>");
            }
            "callout" => self.callout(block, indent, text),
            "code" => self.code(block, indent),
            "equation" => {
                self.line(indent, "$$");
                for line in string(block, "expression").split('\n') {
                    let slash = if line.trim_start_matches('\\') == "$$" {
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
                let url = id.map(|id| format!(" url=\"{}\"", ids::page_url(id)));
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
        self.line(indent, &format!("<callout{icon}{}>", tag_color(block)));
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
                let text = write_items(cell.as_array().map_or(&[], Vec::as_slice));
                self.line(indent, &format!("<td>{}</td>", text.replace('\n', "<br>")));
            }
            self.line(indent, "</tr>");
        }
        self.line(indent, "</table>");
    }
}
