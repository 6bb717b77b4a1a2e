//! The lines between two `---` at the top of a file: the YAML that programs for notes write there.
//!
//! Only what a note has a place for is read: single values, lists in brackets, lists with hyphens. Every
//! other line is kept as it stands.

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz::TimeZone};

use crate::page_text::{is_tag, is_type};

/// What a front matter says of its note.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Front {
    pub(super) title: Option<String>,
    pub(super) note_type: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) created: Option<i64>,
    pub(super) edited: Option<i64>,
    /// The lines that say something else.
    pub(super) others: String,
}

impl Front {
    /// The front matter of a text, and the rest of it.
    pub(super) fn split(text: &str) -> (Self, &str) {
        let Some((matter, rest)) = halves(text) else {
            return (Self::default(), text);
        };
        let mut front = Self::default();
        let mut lines = matter.split_inclusive('\n').peekable();
        while let Some(line) = lines.next() {
            let mut entry = line.to_owned();
            // A value may go on in lines further in, or that begin with a hyphen.
            while let Some(more) = lines.next_if(|next| next.starts_with([' ', '\t', '-'])) {
                entry.push_str(more);
            }
            if !front.takes(&entry) && !entry.trim().is_empty() {
                front.others.push_str(&entry);
            }
        }
        (front, rest)
    }

    /// Takes an entry over; tells whether there was a place for it.
    fn takes(&mut self, entry: &str) -> bool {
        let Some((key, value)) = entry.split_once(':') else {
            return false;
        };
        let one = scalar(value);
        match key.trim().to_lowercase().as_str() {
            "title" => set(&mut self.title, one.filter(|title| !title.is_empty())),
            "type" => set(&mut self.note_type, one.filter(|name| is_type(name))),
            "tags" | "tag" => {
                let tags: Vec<String> = values(value).iter().map(|tag| as_tag(tag)).collect();
                if !tags.iter().all(|tag| is_tag(tag)) {
                    return false;
                }
                for tag in tags {
                    if !self.tags.contains(&tag) {
                        self.tags.push(tag);
                    }
                }
                true
            }
            "created" | "date" => set(&mut self.created, one.and_then(|text| moment(&text))),
            "edited" | "updated" | "modified" => {
                set(&mut self.edited, one.and_then(|text| moment(&text)))
            }
            // An export says where the page was; a note finds its page by itself.
            "notion" => one.is_some(),
            _ => false,
        }
    }
}

/// Sets what is not set yet.
fn set<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    if place.is_some() || value.is_none() {
        return false;
    }
    *place = value;
    true
}

fn halves(text: &str) -> Option<(&str, &str)> {
    let after = text.strip_prefix("---\n")?;
    let mut at = 0;
    for line in after.split_inclusive('\n') {
        if matches!(line.trim_end(), "---" | "...") {
            let (matter, rest) = after.split_at(at);
            return is_matter(matter).then(|| (matter, rest.get(line.len()..).unwrap_or_default()));
        }
        at += line.len();
    }
    None
}

/// Two lines across a page are no front matter: its first line names something.
fn is_matter(matter: &str) -> bool {
    matter.lines().next().is_some_and(|line| {
        line.split_once(':').is_some_and(|(key, _)| {
            !key.is_empty()
                && key
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '))
        })
    })
}

/// A value of one line.
fn scalar(value: &str) -> Option<String> {
    let value = value.trim();
    if value.is_empty() || value.contains('\n') || value.starts_with(['[', '{', '|', '>', '&', '*'])
    {
        return None;
    }
    unquoted(value)
}

/// A value without its quotation marks (YAML 1.2.2, §7.3).
fn unquoted(value: &str) -> Option<String> {
    if value.len() > 1 && value.starts_with('"') {
        return serde_json::from_str(value).ok();
    }
    let single = value
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    if let Some(inner) = single {
        return Some(inner.replace("''", "'"));
    }
    // A comment ends a value that stands without quotation marks.
    let plain = value.split(" #").next().unwrap_or(value);
    Some(plain.trim().to_owned())
}

fn values(value: &str) -> Vec<String> {
    let value = value.trim();
    let inner = value
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let items: Vec<&str> = match inner {
        Some(inner) => inner.split(',').collect(),
        None if value.starts_with("- ") || value.contains('\n') => value
            .lines()
            .map(|line| line.trim().trim_start_matches('-'))
            .collect(),
        None => value.split([',', ' ']).collect(),
    };
    let items = items.into_iter().map(str::trim);
    items
        .filter(|item| !item.is_empty())
        .filter_map(|item| {
            if item.starts_with('#') {
                Some(item.to_owned())
            } else {
                unquoted(item)
            }
        })
        .collect()
}

/// A tag is one word: blanks become hyphens.
fn as_tag(text: &str) -> String {
    let text = text.trim().trim_start_matches('#');
    text.split_whitespace().collect::<Vec<_>>().join("-")
}

fn moment(text: &str) -> Option<i64> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment.as_millisecond());
    }
    let local = text
        .parse::<DateTime>()
        .ok()
        .or_else(|| text.parse::<Date>().ok().map(|day| day.at(0, 0, 0, 0)))?;
    let zoned = local.to_zoned(TimeZone::system()).ok()?;
    Some(zoned.timestamp().as_millisecond())
}
