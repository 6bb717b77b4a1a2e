//! Reading blocks, line by line. Nothing is refused.

use serde_json::{Value, json};

use crate::{
    languages,
    markdown::{
        attributes::{self, get},
        inline::long_color,
        inline_atoms::{address, code_span_raw},
        inline_parse::parse_items,
    },
    world::NewBlock,
};

/// Deeper nesting becomes siblings, so that no input exhausts the stack.
const DEEPEST: usize = 60;

/// A line: its tabs, and what follows them without leading blanks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) indent: usize,
    pub(super) text: &'a str,
    raw: &'a str,
}

pub(super) struct Parser<'a> {
    lines: Vec<Line<'a>>,
    at: usize,
    depth: usize,
    /// Closing tags of the containers around the present line, outermost first.
    pub(super) open: Vec<&'static str>,
}

/// Reads enhanced Markdown.
pub(crate) fn parse(text: &str) -> Vec<NewBlock> {
    let lines = text
        .split('\n')
        .map(|raw| {
            let raw = raw.strip_suffix('\r').unwrap_or(raw);
            let body = raw.trim_start_matches('\t');
            Line {
                indent: raw.len() - body.len(),
                text: body.trim_start_matches(' '),
                raw,
            }
        })
        .collect();
    let mut parser = Parser {
        lines,
        at: 0,
        depth: 0,
        open: Vec::new(),
    };
    parser.level(0)
}

/// A block with rich text in the default colour.
pub(super) fn text_block(kind: &str, text: &str) -> NewBlock {
    let (text, attributes) = split_attributes(text);
    let mut block = NewBlock::new(
        kind,
        json!({"rich_text": parse_items(text), "color": "default"}),
    );
    if let Some(color) = get(&attributes, "color").and_then(long_color) {
        block.value.insert("color".into(), json!(color));
    }
    match kind {
        "paragraph" => {
            block.value.insert("icon".into(), Value::Null);
        }
        "heading_1" | "heading_2" | "heading_3" | "heading_4" => {
            let toggle = get(&attributes, "toggle") == Some("true");
            block.value.insert("is_toggleable".into(), json!(toggle));
        }
        _ => {}
    }
    block
}

/// Takes a trailing `{color="…"}` off a line.
pub(super) fn split_attributes(text: &str) -> (&str, Vec<(String, String)>) {
    let found = text.strip_suffix('}').and_then(|inner| {
        let (before, list) = inner.rsplit_once('{')?;
        let before = if before.is_empty() {
            before
        } else {
            before.strip_suffix(' ')?
        };
        let list = attributes::parse(list).filter(|list| !list.is_empty())?;
        list.iter()
            .all(|(key, _)| key == "color" || key == "toggle")
            .then_some((before, list))
    });
    found.unwrap_or((text, Vec::new()))
}

/// `marker` at the start of a line, followed by a blank or nothing.
fn after_marker<'a>(text: &'a str, marker: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(marker)?;
    if rest.is_empty() {
        Some(rest)
    } else {
        Some(rest.strip_prefix(' ')?.trim_start_matches(' '))
    }
}

fn numbered(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - rest.len();
    if digits == 0 || digits > 9 {
        None
    } else {
        after_marker(rest, ".")
    }
}

/// Blocks of one line with a marker in front.
fn marked(text: &str) -> Option<NewBlock> {
    for (marker, kind) in [
        ("#", "heading_1"),
        ("##", "heading_2"),
        ("###", "heading_3"),
        ("####", "heading_4"),
        ("#####", "heading_4"),
        ("######", "heading_4"),
        (">", "quote"),
    ] {
        if let Some(rest) = after_marker(text, marker) {
            return Some(text_block(kind, rest));
        }
    }
    for bullet in ["-", "*", "+"] {
        let Some(rest) = after_marker(text, bullet) else {
            continue;
        };
        for (mark, checked) in [("[ ]", false), ("[x]", true), ("[X]", true)] {
            if let Some(rest) = after_marker(rest, mark) {
                let mut block = text_block("to_do", rest);
                block.value.insert("checked".into(), json!(checked));
                return Some(block);
            }
        }
        return Some(text_block("bulleted_list_item", rest));
    }
    numbered(text).map(|rest| text_block("numbered_list_item", rest))
}

/// Whether a block read from one line takes the more indented lines below it.
fn takes_children(block: &NewBlock) -> bool {
    let toggle = block.value.get("is_toggleable").unwrap_or(&Value::Null);
    let opaque = [
        "child_page",
        "synced_block",
        "column_list",
        "table",
        "toggle",
        "callout",
    ];
    !opaque.contains(&block.kind.as_str()) && crate::blocks::may_have_children(&block.kind, toggle)
}

impl<'a> Parser<'a> {
    pub(super) fn peek(&self) -> Option<Line<'a>> {
        self.lines.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<Line<'a>> {
        let line = self.peek()?;
        self.at += 1;
        Some(line)
    }

    /// Blocks from here on, as long as they are indented by `level` or more.
    pub(super) fn level(&mut self, level: usize) -> Vec<NewBlock> {
        let mut blocks = Vec::new();
        if self.depth > DEEPEST {
            return blocks;
        }
        self.depth += 1;
        while let Some(line) = self.peek() {
            if line.text.trim().is_empty() {
                self.at += 1;
                continue;
            }
            let ends = self.open.iter().any(|tag| line.text.trim() == *tag);
            if ends || line.indent < level {
                break;
            }
            self.at += 1;
            self.block(line, &mut blocks);
            let Some(last) = blocks.last_mut() else {
                continue;
            };
            if takes_children(last) && self.peek_indent().is_some_and(|next| next > line.indent) {
                let children = self.level(line.indent + 1);
                last.children.extend(children);
            }
        }
        self.depth -= 1;
        blocks
    }

    /// Blocks up to a closing tag, however they are indented; the tag is consumed.
    pub(super) fn until(&mut self, close: &'static str) -> Vec<NewBlock> {
        self.open.push(close);
        let mut blocks = Vec::new();
        while let Some(line) = self.peek() {
            if line.text.trim() == close {
                self.at += 1;
                break;
            }
            let before = self.at;
            blocks.extend(self.level(0));
            if self.at == before {
                // An outer container's end, or too deep: not ours to read.
                if self.depth <= DEEPEST {
                    break;
                }
                self.at += 1;
                blocks.push(text_block("paragraph", line.text));
            }
        }
        self.open.pop();
        blocks
    }

    fn peek_indent(&self) -> Option<usize> {
        let rest = self.lines.get(self.at..)?;
        rest.iter()
            .find(|line| !line.text.trim().is_empty())
            .map(|line| line.indent)
    }

    fn block(&mut self, line: Line<'a>, out: &mut Vec<NewBlock>) {
        let text = line.text;
        let block = if text == "---" {
            NewBlock::new("divider", json!({}))
        } else if text.starts_with("```") && !text.trim_start_matches('`').contains('`') {
            self.fence(line)
        } else if let Some(block) = self.equation(line) {
            block
        } else if let Some(block) = image(text) {
            block
        } else if let Some(block) = self.pipe_table(line) {
            block
        } else if text.starts_with('<')
            && let Some(tag) = attributes::tag(text)
            && let Some(block) = self.tagged(line, &tag)
        {
            block
        } else {
            marked(text).unwrap_or_else(|| text_block("paragraph", text))
        };
        out.push(block);
    }

    /// A line of verbatim content: at most `indent` tabs are taken off.
    fn verbatim(line: Line<'a>, indent: usize) -> &'a str {
        let mut raw = line.raw;
        for _ in 0..indent {
            raw = raw.strip_prefix('\t').unwrap_or(raw);
        }
        raw
    }

    fn fence(&mut self, line: Line<'a>) -> NewBlock {
        let language = line.text.trim_start_matches('`');
        let size = line.text.len() - language.len();
        let mut content = Vec::new();
        while let Some(next) = self.next() {
            let text = next.text.trim_end();
            if text.len() >= size && text.trim_start_matches('`').is_empty() {
                break;
            }
            content.push(Self::verbatim(next, line.indent));
        }
        let language = languages::from_fence(language);
        let content = crate::richtext::from_plain(&content.join("\n"));
        NewBlock::new(
            "code",
            json!({"rich_text": content, "language": language, "caption": []}),
        )
    }

    fn equation(&mut self, line: Line<'a>) -> Option<NewBlock> {
        let body = line.text.strip_prefix("$$")?;
        if !body.trim().is_empty() {
            let expression = body.trim_end().strip_suffix("$$")?.trim();
            return Some(NewBlock::new("equation", json!({"expression": expression})));
        }
        let mut content = Vec::new();
        while let Some(next) = self.next() {
            if next.text.trim_end() == "$$" {
                break;
            }
            let text = Self::verbatim(next, line.indent);
            content.push(match text.strip_prefix('\\') {
                Some(bare) if ends_equation(bare) => bare,
                _ => text,
            });
        }
        Some(NewBlock::new(
            "equation",
            json!({"expression": content.join("\n")}),
        ))
    }

    fn pipe_table(&mut self, line: Line<'a>) -> Option<NewBlock> {
        let head = pipe_cells(line.text)?;
        let rule = pipe_cells(self.peek()?.text)?;
        let is_rule = rule.iter().all(|cell| {
            let cell = cell.trim();
            cell.contains('-') && cell.chars().all(|c| c == '-' || c == ':')
        });
        if !is_rule {
            return None;
        }
        self.at += 1;
        let mut rows = vec![head];
        while let Some(cells) = self.peek().and_then(|next| pipe_cells(next.text)) {
            self.at += 1;
            rows.push(cells);
        }
        let rows = rows
            .iter()
            .map(|row| row.iter().map(|cell| parse_items(cell.trim())).collect())
            .collect();
        Some(super::containers::table(rows, true, false))
    }
}

/// Cells of a line of a pipe table.
pub(super) fn pipe_cells(text: &str) -> Option<Vec<String>> {
    let mut rest = text.trim().strip_prefix('|')?;
    let mut cells = vec![String::new()];
    while let Some(c) = rest.chars().next() {
        let size = match c {
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            '`' => code_span_raw(rest).map_or(1, |(_, after)| rest.len() - after.len()),
            _ => c.len_utf8(),
        };
        let (part, after) = rest.split_at_checked(size).unwrap_or((rest, ""));
        if c == '|' {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            cell.push_str(part);
        }
        rest = after;
    }
    if cells.len() > 1 && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    Some(cells)
}

/// `![caption](address)` alone on its line.
fn image(text: &str) -> Option<NewBlock> {
    let (text, _) = split_attributes(text);
    let body = text.strip_prefix("![")?;
    let mut depth = 0_usize;
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        let size = match c {
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            '`' => code_span_raw(rest).map_or(1, |(_, after)| rest.len() - after.len()),
            _ => c.len_utf8(),
        };
        if c == '[' {
            depth += 1;
        } else if c == ']' && depth == 0 {
            break;
        } else if c == ']' {
            depth -= 1;
        }
        rest = rest.get(size..).unwrap_or_default();
    }
    let caption = body.strip_suffix(rest)?;
    let (url, after) = address(rest.strip_prefix("](")?)?;
    if !after.trim().is_empty() {
        return None;
    }
    Some(super::containers::media("image", &url, caption))
}

impl Parser<'_> {
    /// How far reading has come; tells whether a step got anywhere.
    pub(super) fn position(&self) -> usize {
        self.at
    }
}

/// Whether a line of a formula would end it, or is one that was guarded from doing so.
pub(super) fn ends_equation(line: &str) -> bool {
    line.trim_start_matches('\\').trim() == "$$"
}
