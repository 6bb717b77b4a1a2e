//! HTML blocks of a body: the tags of enhanced Markdown; everything else stays visible.

use std::cell::Cell;

use crate::body::blocks::{Frame, FrameKind, Frames};
use crate::enhanced::inline::{self, Unknown};
use crate::enhanced::parse::{is_inline, summary};
use crate::enhanced::table;
use crate::model::{Block, Inline, Kind, Span};
use crate::tag::{self, Tag};
use crate::urls;

/// Tags of blocks that are kept as exact source.
const CARDS: &[&str] = &[
    "unknown",
    "page",
    "database",
    "synced_block",
    "synced_block_reference",
    "meeting-notes",
    "columns",
    "tabs",
    "tab",
    "audio",
    "video",
    "file",
    "pdf",
    "table_of_contents",
];

/// Tags that this crate reads as blocks with children.
pub(super) const CONTAINERS: &[&str] = &["details", "callout", "indent"];

/// Whether a tag begins a card; media need an address that Notion can reach.
pub(super) fn is_card(tag: &Tag<'_>) -> bool {
    let media = matches!(tag.name, "audio" | "video" | "file" | "pdf");
    CARDS.contains(&tag.name)
        && (!media
            || tag.close
            || tag
                .attr("src")
                .is_some_and(|src| src.contains("://") && !src.starts_with("data")))
}

/// Whether a line is a whole card.
pub(crate) fn is_card_line(line: &str) -> bool {
    let Some(tag) = tag::parse(line).filter(|tag| !tag.close && is_card(tag)) else {
        return false;
    };
    let rest = line.get(tag.len..).unwrap_or_default();
    if tag.self_closing {
        return rest.is_empty();
    }
    let close = format!("</{}>", tag.name);
    rest.strip_suffix(close.as_str())
        .is_some_and(|inner| !inner.contains(&close))
}

/// Whether a source can stand in a body as it is and is read back the same.
pub(crate) fn stands_alone(source: &str) -> bool {
    if !source.contains('\n') {
        return is_card_line(source);
    }
    let mut lines = source.split('\n');
    let Some(first) = lines.next() else {
        return false;
    };
    let Some(tag) = tag::parse(first).filter(|tag| tag.len == first.len() && is_card(tag)) else {
        return false;
    };
    let close = format!("</{}>", tag.name);
    let mut rest: Vec<&str> = lines.collect();
    !tag.close
        && !tag.self_closing
        && rest.pop() == Some(close.as_str())
        && rest
            .iter()
            .all(|line| line.starts_with('\t') && !line.trim().is_empty())
}

/// The lines of an HTML block, and how many more may be looked at in search of closing tags.
struct Lines<'a> {
    all: Vec<&'a str>,
    left: Cell<usize>,
}

impl<'a> Lines<'a> {
    /// How many lines after `from` the first one is that fits.
    fn find(&self, from: usize, fits: impl Fn(&str) -> bool) -> Option<usize> {
        let rest = self.all.get(from..)?;
        let rest = rest.get(..rest.len().min(self.left.get()))?;
        let found = rest.iter().position(|line| fits(line));
        let seen = found.map_or(rest.len(), |at| at + 1);
        self.left.set(self.left.get() - seen);
        found
    }

    fn slice(&self, from: usize, len: usize) -> &[&'a str] {
        self.all.get(from..from + len).unwrap_or_default()
    }
}

/// Reads an HTML block.
pub(crate) fn block(frames: &mut Frames, text: &str) {
    let lines: Vec<&str> = text.trim_end_matches('\n').split('\n').collect();
    let left = Cell::new(lines.len().saturating_mul(8));
    let lines = Lines { all: lines, left };
    let mut text = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.all.get(at) {
        let used = known(frames, &mut text, &lines, at);
        if used == 0 {
            plain(&mut text, line);
        }
        at += used.max(1);
    }
    flush(frames, &mut text);
}

fn plain(text: &mut Vec<Span>, line: &str) {
    if !text.is_empty() {
        text.push(Span::plain(Inline::Break));
    }
    let trimmed = line.trim();
    match tag::parse(trimmed) {
        Some(tag) if is_inline(tag.name) => text.extend(inline::parse(trimmed, Unknown::Show)),
        _ => text.push(Span::text(line)),
    }
}

fn flush(frames: &mut Frames, text: &mut Vec<Span>) {
    let text = crate::inline::normalize(std::mem::take(text));
    if !text.is_empty() {
        frames.push_paragraph(Block::new(Kind::Paragraph(text)));
    }
}

/// Reads what we know at a line; answers how many lines that took.
fn known(frames: &mut Frames, text: &mut Vec<Span>, lines: &Lines<'_>, at: usize) -> usize {
    let line = lines.all.get(at).copied().unwrap_or_default();
    let trimmed = line.trim();
    let Some(tag) = tag::parse(trimmed) else {
        return 0;
    };
    let rest = trimmed.get(tag.len..).unwrap_or_default().trim();
    if tag.close {
        if !rest.is_empty() || !CONTAINERS.contains(&tag.name) {
            return 0;
        }
        flush(frames, text);
        return usize::from(frames.close_tag(tag.name));
    }
    match tag.name {
        "empty-block" if rest.is_empty() => {
            flush(frames, text);
            frames.push(Block::new(Kind::Paragraph(Vec::new())));
            1
        }
        "details" if !tag.self_closing => {
            flush(frames, text);
            details(frames, text, &tag, rest, lines.all.get(at + 1).copied())
        }
        "callout" if rest.is_empty() => {
            flush(frames, text);
            frames.open(Frame::with_attrs(FrameKind::Callout, tag.attrs()));
            if tag.self_closing {
                frames.close_tag("callout");
            }
            1
        }
        "indent" if rest.is_empty() && !tag.self_closing && tag.attrs.is_empty() => {
            flush(frames, text);
            frames.open(Frame::new(FrameKind::Indent));
            1
        }
        "table" if is_notion_table(&tag) => table_block(frames, text, lines, at),
        _ if is_card_line(trimmed) => {
            flush(frames, text);
            frames.push(Block::new(Kind::Opaque(trimmed.to_owned())));
            1
        }
        _ if is_card(&tag) && !tag.self_closing && rest.is_empty() => {
            card(frames, text, lines, at, &tag)
        }
        _ => 0,
    }
}

pub(super) fn is_notion_table(tag: &Tag<'_>) -> bool {
    !tag.self_closing
        && ["header-row", "header-column", "fit-page-width"]
            .iter()
            .any(|name| tag.attr(name).is_some())
}

fn details(
    frames: &mut Frames,
    text: &mut Vec<Span>,
    tag: &Tag<'_>,
    rest: &str,
    next: Option<&str>,
) -> usize {
    let mut used = 1;
    let (title, after) = if rest.is_empty() {
        match next.map(str::trim).and_then(split_summary) {
            Some(found) => {
                used = 2;
                found
            }
            None => ("", ""),
        }
    } else {
        split_summary(rest).unwrap_or(("", rest))
    };
    let title = inline::parse(title, Unknown::Show);
    frames.open_details(title, tag.attrs());
    match after.strip_suffix("</details>") {
        Some(inner) => {
            if !inner.trim().is_empty() {
                plain(text, inner);
            }
            flush(frames, text);
            frames.close_tag("details");
        }
        None if !after.is_empty() => plain(text, after),
        None => {}
    }
    used
}

/// The title of a `<summary>` at the start of a line, and what follows it.
fn split_summary(line: &str) -> Option<(&str, &str)> {
    let end = line.find("</summary>")? + "</summary>".len();
    let (first, rest) = line.split_at(end);
    Some((summary(first)?, rest.trim()))
}

fn table_block(frames: &mut Frames, text: &mut Vec<Span>, lines: &Lines<'_>, at: usize) -> usize {
    let Some(len) = lines.find(at, |line| line.contains("</table>")) else {
        return 0;
    };
    let source = lines.slice(at, len + 1).join("\n");
    let Some(table) = table::parse(&source, Unknown::Keep) else {
        return 0;
    };
    flush(frames, text);
    table::tag_losses(&source, &mut |what| frames.lost(what));
    frames.push(Block::new(Kind::Table(table)));
    len + 1
}

fn card(
    frames: &mut Frames,
    text: &mut Vec<Span>,
    lines: &Lines<'_>,
    at: usize,
    tag: &Tag<'_>,
) -> usize {
    let close = format!("</{}>", tag.name);
    let indent = indent_of(lines.all.get(at).copied().unwrap_or_default());
    let end = lines.find(at + 1, |line| {
        line.trim() == close && indent_of(line) == indent
    });
    let Some(len) = end else { return 0 };
    flush(frames, text);
    let source: Vec<&str> = lines
        .slice(at, len + 2)
        .iter()
        .map(|line| line.get(indent.len()..).unwrap_or(line))
        .collect();
    frames.push(Block::new(Kind::Opaque(source.join("\n"))));
    len + 2
}

fn indent_of(line: &str) -> &str {
    line.get(..line.len() - line.trim_start().len())
        .unwrap_or_default()
}

/// Whether an address of an image can be shown by Notion.
pub(crate) fn is_image_address(url: &str) -> bool {
    urls::is_http(url)
}
