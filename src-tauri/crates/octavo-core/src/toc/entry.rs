//! Our lines on the contents page: entries and headings.

use jiff::civil::Date;
use notion_api::PageId;

use super::Entry;

const MENTION: &str = "<mention-page url=\"";
/// Between the tags and the day.
const DOT: &str = " · ";
/// What a backslash stands before outside code (Notion's documentation, "Enhanced Markdown").
const ESCAPED: &str = "\\*~`$[]<>{}|^";

/// A line of ours, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) page: PageId,
    /// The mention as Notion renders it, with the title it shows.
    mention: &'a str,
    /// Tags and day, as they would be read.
    tail: String,
    /// What a person put behind it, attributes included.
    pub(super) added: &'a str,
}

impl<'a> Line<'a> {
    /// Reads a line that begins with a mention and goes on as [`Entry`]s do.
    pub(super) fn read(line: &'a str) -> Option<Self> {
        let (page, mention, rest) = mention(line)?;
        let (tags, from_day) = rest.split_once(DOT)?;
        let (day, added) = day(from_day)?;
        let tags = unescaped(tags);
        if !tags.is_empty() && !tags.starts_with(" #") {
            return None;
        }
        Some(Self {
            page,
            mention,
            tail: format!("{tags}{DOT}{day}"),
            added,
        })
    }

    /// Whether it says what the entry says.
    pub(super) fn says(&self, entry: &Entry) -> bool {
        self.tail == tail(entry, false)
    }

    /// The line brought up to date; what Notion rendered and a person added stays.
    pub(super) fn renewed(&self, entry: &Entry) -> String {
        format!("{}{}{}", self.mention, tail(entry, true), self.added)
    }
}

/// The day a text begins with, and what follows it. Where backslashes stand is Notion's choice.
fn day(text: &str) -> Option<(Date, &str)> {
    let mut signs = text.char_indices().filter(|(_, sign)| *sign != '\\');
    let day: String = signs.by_ref().take(10).map(|(_, sign)| sign).collect();
    let end = signs.next().map_or(text.len(), |(at, _)| at);
    // A backslash before what follows belongs to it.
    let end = end - usize::from(text.get(..end)?.ends_with('\\'));
    Some((day.parse().ok()?, text.get(end..)?))
}

/// The page that a line begins by mentioning, if it does, and what follows the mention.
pub(crate) fn mentioned(line: &str) -> Option<(PageId, &str)> {
    mention(line).map(|(page, _, rest)| (page, rest))
}

/// A fresh line.
pub(super) fn line(entry: &Entry) -> String {
    let page = entry.page.undashed();
    let tail = tail(entry, true);
    format!("{MENTION}https://app.notion.com/p/{page}\"/>{tail}")
}

/// A heading of ours.
pub(super) fn heading(title: &str, level: usize) -> String {
    let marks = "#".repeat(level);
    format!("{marks} {} {{toggle=\"true\"}}", escaped(title))
}

/// The title of a toggle heading of whatever level and colour.
pub(super) fn heading_title(line: &str) -> Option<String> {
    let line = line.trim_start_matches('\t');
    let rest = line.trim_start_matches('#');
    if rest.len() == line.len() {
        return None;
    }
    let (title, attributes) = rest.strip_prefix(' ')?.rsplit_once('{')?;
    let attributes = attributes.trim_end().strip_suffix('}')?;
    let toggles = attributes.contains("toggle=\"true\"");
    toggles.then(|| unescaped(title.trim()))
}

/// The page a line begins by mentioning, the mention, and what follows it.
fn mention(line: &str) -> Option<(PageId, &str, &str)> {
    let line = line.trim_start_matches('\t');
    let rest = line.strip_prefix(MENTION)?;
    let (address, rest) = rest.split_once('"')?;
    let page = PageId::from_address(address)?;
    let tail = match rest.split_once("/>") {
        Some(("", tail)) => tail,
        _ => rest.split_once("</mention-page>")?.1,
    };
    let mention = line.strip_suffix(tail)?;
    Some((page, mention, tail))
}

/// What follows the mention.
fn tail(entry: &Entry, as_markdown: bool) -> String {
    let mut tail = String::new();
    for tag in &entry.facts.tags {
        tail.push_str(" #");
        if as_markdown {
            tail.push_str(&escaped(tag));
        } else {
            tail.push_str(tag);
        }
    }
    tail.push_str(DOT);
    tail.push_str(&entry.facts.day.to_string());
    tail
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if ESCAPED.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            c => out.push(c),
        }
    }
    out
}
