//! `[[Name]]` in a body: how a person writes a link to a note before it is one.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

/// Names longer than this are text.
const LONGEST: usize = 500;

/// A `[[Name]]` or `[[Name|words]]` in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteName {
    /// Where it stands, brackets included, in bytes of the body.
    pub range: Range<usize>,
    /// The name.
    pub name: String,
}

/// All names in a body, in order. What stands in code, formulas, links or raw HTML is none.
pub fn note_names(body: &str) -> Vec<NoteName> {
    if memchr::memmem::find(body.as_bytes(), b"[[").is_none() {
        return Vec::new();
    }
    let hidden = hidden(body);
    let mut names = Vec::new();
    let mut from = 0;
    while let Some(found) = body.get(from..).and_then(|rest| next(rest, from)) {
        from = found.range.end;
        if !is_hidden(&hidden, &found.range) && !is_escaped(body, found.range.start) {
            names.push(found);
        }
    }
    names
}

/// The first name in text whose marks are taken off already, from byte `at` of the whole.
fn next(text: &str, at: usize) -> Option<NoteName> {
    let mut searched = 0;
    loop {
        let start = searched + text.get(searched..)?.find("[[")?;
        let inside = text.get(start + 2..)?;
        let line = inside.lines().next().unwrap_or_default();
        // Of several opening brackets the last pair counts.
        let end = line.find("]]").filter(|end| {
            let name = line.get(..*end).unwrap_or_default();
            !name.contains('[') && !name.trim().is_empty() && name.len() <= LONGEST
        });
        let Some(end) = end else {
            searched = start + 1;
            continue;
        };
        let written = inside.get(..end)?;
        // In a table the line between name and words is escaped.
        let name = written
            .split_once('|')
            .map_or(written, |(name, _)| name.strip_suffix('\\').unwrap_or(name));
        let name = unescaped(name.trim());
        if name.is_empty() {
            searched = start + 1;
            continue;
        }
        return Some(NoteName {
            range: at + start..at + start + 2 + end + 2,
            name,
        });
    }
}

/// Names in plain text, where nothing is escaped or hidden.
pub fn names_in_text(text: &str) -> Vec<NoteName> {
    let mut names = Vec::new();
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| next(rest, from)) {
        from = found.range.end;
        names.push(found);
    }
    names
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let sign = chars
            .peek()
            .filter(|next| c == '\\' && next.is_ascii_punctuation());
        if sign.is_none() {
            out.push(c);
        }
    }
    out
}

fn is_escaped(body: &str, at: usize) -> bool {
    let before = body.get(..at).unwrap_or_default().bytes().rev();
    before.take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// Where nothing is a name, in order and without overlaps.
fn hidden(body: &str) -> Vec<Range<usize>> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    let mut hidden: Vec<Range<usize>> = Vec::new();
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        let hides = matches!(
            event,
            Event::Code(_)
                | Event::InlineMath(_)
                | Event::DisplayMath(_)
                | Event::InlineHtml(_)
                | Event::Start(
                    Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Link { .. } | Tag::Image { .. }
                )
        );
        // What is inside another comes after it.
        if hides && hidden.last().is_none_or(|last| last.end <= range.start) {
            hidden.push(range);
        }
    }
    hidden
}

fn is_hidden(hidden: &[Range<usize>], range: &Range<usize>) -> bool {
    let at = hidden.partition_point(|hidden| hidden.end <= range.start);
    hidden
        .get(at)
        .is_some_and(|hidden| hidden.start < range.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(body: &str) -> Vec<String> {
        note_names(body)
            .into_iter()
            .map(|found| found.name)
            .collect()
    }

    #[test]
    fn names_are_found_where_text_is() {
        assert_eq!(
            names("see [[A b]], **[[C]]**\n- [[D|shown]]\n\n| x |\n|--|\n| [[E\\|f]] |"),
            ["A b", "C", "D", "E"]
        );
        assert_eq!(names("[[[A]] and [[ ]] and [[]] and [[B"), ["A"]);
    }

    #[test]
    fn code_links_and_escapes_hide_them() {
        let body = "`[[a]]` \\[[b]] [x [[c]] y](https://x.org) $[[d]]$\n\n```\n[[e]]\n```\n\n    [[f]]\n\n\
                    [[g]]\n\n[g]: https://x.org";
        assert_eq!(names(body), Vec::<String>::new());
    }

    #[test]
    fn the_range_holds_the_brackets() {
        let body = "ä [[Ü|x]].";
        let found = note_names(body).remove(0);
        assert_eq!(body.get(found.range), Some("[[Ü|x]]"));
        assert_eq!(names_in_text(body)[0].name, "Ü");
    }
}
