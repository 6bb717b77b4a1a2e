//! What a note looks like as a page: its tag line, then its body in enhanced Markdown.
//!
//! A note with a type or tags begins, in Notion, with a grey paragraph `Idea · #engine #turin`. It is
//! recognised only as the first line, grey, and of exactly that grammar; it is not part of the body.

use crate::files::{SCHEME, outward, pending, whole_text};
use crate::links::{split_section, with_section};
use crate::store::NoteRow;

/// Types that a tag line may name alone, without a tag beside it.
pub(crate) const TYPES: [&str; 7] = [
    "Meeting",
    "Idea",
    "Task",
    "Reference",
    "Journal",
    "Personal",
    "Project",
];

const GREY: &str = " {color=\"gray\"}";
const DOT: &str = " · ";

/// A page's text, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PageText {
    pub(crate) note_type: Option<String>,
    pub(crate) tags: Vec<String>,
    /// The rest, in enhanced Markdown.
    pub(crate) rest: String,
}

impl PageText {
    /// Takes a page's enhanced Markdown apart. Its list of backlinks is no part of it.
    pub(crate) fn of_page(markdown: &str) -> Self {
        let (markdown, _) = split_section(markdown);
        let (first, rest) = markdown.split_once('\n').unwrap_or((&markdown, ""));
        match tag_line(first) {
            Some((note_type, tags)) => Self {
                note_type,
                tags,
                rest: rest.to_owned(),
            },
            None => Self {
                rest: markdown,
                ..Self::default()
            },
        }
    }

    /// What a note's page should be, with every file of the body.
    pub(crate) fn of_note(note: &NoteRow) -> Self {
        let base = note.base.as_ref().map_or("", |base| &base.markdown);
        Self {
            note_type: note.note_type.clone(),
            tags: note.tags.clone(),
            rest: whole_text(&note.body, &note.files, base),
        }
    }

    /// The whole page in enhanced Markdown.
    pub(crate) fn to_markdown(&self) -> String {
        match (self.line(), self.rest.is_empty()) {
            (None, _) => self.rest.clone(),
            (Some(line), true) => line,
            (Some(line), false) => format!("{line}\n{}", self.rest),
        }
    }

    fn line(&self) -> Option<String> {
        let tags: Vec<String> = self.tags.iter().map(|tag| format!("#{tag}")).collect();
        let tags = tags.join(" ");
        match (&self.note_type, tags.is_empty()) {
            (None, true) => None,
            (None, false) => Some(format!("{}{GREY}", escaped(&tags))),
            (Some(note_type), true) => Some(format!("{}{GREY}", escaped(note_type))),
            (Some(note_type), false) => Some(format!(
                "{}{DOT}{}{GREY}",
                escaped(note_type),
                escaped(&tags)
            )),
        }
    }
}

/// A page's text for a note, as it would be sent: with the list of backlinks that its page has, and
/// without files that are not in Notion.
pub(crate) fn page_markdown(note: &NoteRow) -> String {
    page_with(note, None)
}

/// The same, with one of the files that are not there yet.
pub(crate) fn page_with(note: &NoteRow, file: Option<&str>) -> String {
    let text = outward(&PageText::of_note(note).to_markdown(), &note.files, file);
    match &note.base {
        Some(base) => with_section(text, &base.markdown),
        None => text,
    }
}

/// The file of a note that has to be brought to Notion next.
pub(crate) fn next_file(note: &NoteRow) -> Option<String> {
    if !note.body.contains(SCHEME) {
        return None;
    }
    pending(&PageText::of_note(note).rest, &note.files)
}

/// Backslashes before the characters that enhanced Markdown escapes in text.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\*~`$[]<>{}|^".contains(c) {
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
        out.push(if c == '\\' {
            chars.next().unwrap_or('\\')
        } else {
            c
        });
    }
    out
}

fn tag_line(line: &str) -> Option<(Option<String>, Vec<String>)> {
    let text = unescaped(line.strip_suffix(GREY)?);
    let (note_type, tags) = match text.split_once(DOT) {
        Some((note_type, tags)) => (Some(note_type), tags),
        None if text.starts_with('#') => (None, text.as_str()),
        None => (Some(text.as_str()), ""),
    };
    if let Some(name) = note_type {
        let known = TYPES.contains(&name);
        if !(known || (!tags.is_empty() && is_type(name))) {
            return None;
        }
    }
    let mut found = Vec::new();
    for word in tags.split_whitespace() {
        found.push(word.strip_prefix('#').filter(|tag| is_tag(tag))?.to_owned());
    }
    if found.is_empty() && note_type.is_none() {
        return None;
    }
    Some((note_type.map(str::to_owned), found))
}

/// A type is one short line of words.
pub(crate) fn is_type(name: &str) -> bool {
    !name.trim().is_empty()
        && name.trim() == name
        && name.chars().count() <= 40
        && !name.contains(['#', '\n', '\t', '·'])
}

/// A tag is one word without `#`.
pub(crate) fn is_tag(tag: &str) -> bool {
    !tag.is_empty()
        && tag.chars().count() <= 60
        && !tag
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == '#' || c == '·')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_line_is_read_back() {
        for (note_type, tags) in [
            (Some("Idea"), vec!["engine", "turin"]),
            (Some("Recipe"), vec!["a_b", "日本語"]),
            (None, vec!["engine*"]),
            (Some("Task"), vec![]),
        ] {
            let page = PageText {
                note_type: note_type.map(str::to_owned),
                tags: tags.into_iter().map(str::to_owned).collect(),
                rest: "Hello\nWorld".to_owned(),
            };
            assert_eq!(PageText::of_page(&page.to_markdown()), page);
        }
    }

    #[test]
    fn a_persons_own_grey_line_stays_in_the_body() {
        for line in [
            "Just a thought {color=\"gray\"}",
            "Idea · engine {color=\"gray\"}",
            "#engine in Turin {color=\"gray\"}",
            "Idea · #engine",
        ] {
            assert_eq!(PageText::of_page(line).rest, line);
        }
    }

    #[test]
    fn an_empty_note_is_an_empty_page() {
        assert_eq!(PageText::default().to_markdown(), "");
        assert_eq!(PageText::of_page(""), PageText::default());
    }
}
