//! The "Linked from" section of a page: one toggle that lists the notes that link to it.
//!
//! It is ours only while it is exactly that: a toggle at the top level, titled so, with nothing in it
//! but mentions, one to a line. Whatever a person adds to it makes it theirs, words and all: then it is
//! part of the note like any other toggle, and Octavo writes no second one.

use std::collections::HashSet;
use std::ops::Range;

use notion_api::PageId;
use notion_markdown::{Merge, merge};

use crate::toc::mentioned;

/// The title of the toggle.
pub(crate) const TITLE: &str = "Linked from";
const END: &str = "</details>";

/// The section as it stands on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    /// Its lines as Notion renders them.
    pub(crate) source: String,
    /// Nothing stands behind it.
    pub(crate) last: bool,
    /// The line of each page, in order.
    entries: Vec<(PageId, String)>,
    opening: String,
}

/// Which lines of a page the section is, and the line of each page in it.
type Lines = (Range<usize>, Vec<(PageId, String)>);

/// A page's enhanced Markdown without its section, and the section.
pub(crate) fn split(markdown: &str) -> (String, Option<Section>) {
    // Nearly all pages have none.
    if !markdown.contains(TITLE) {
        return (markdown.to_owned(), None);
    }
    let lines: Vec<&str> = markdown.split('\n').collect();
    let Some((range, entries)) = find(&lines) else {
        return (markdown.to_owned(), None);
    };
    let part = |range: Range<usize>| lines.get(range).unwrap_or_default();
    let (before, after) = (part(0..range.start), part(range.end..lines.len()));
    let section = Section {
        source: part(range.clone()).join("\n"),
        last: after.iter().all(|line| line.trim().is_empty()),
        entries,
        opening: part(range.start..range.start + 1).join(""),
    };
    let rest: Vec<&str> = before.iter().chain(after).copied().collect();
    (rest.join("\n"), Some(section))
}

/// The lines of the section, and the pages it lists.
fn find(lines: &[&str]) -> Option<Lines> {
    let mut fence: Option<usize> = None;
    for (at, line) in lines.iter().enumerate() {
        let marks = line.bytes().take_while(|byte| *byte == b'`').count();
        match fence {
            Some(open) if marks >= open && line.trim_matches('`').trim().is_empty() => fence = None,
            None if marks >= 3 => fence = Some(marks),
            None if is_opening(line) => {
                if let Some(found) = read(lines, at) {
                    return Some(found);
                }
            }
            Some(_) | None => {}
        }
    }
    None
}

fn is_opening(line: &str) -> bool {
    line.starts_with("<details>") || line.starts_with("<details ")
}

fn read(lines: &[&str], start: usize) -> Option<Lines> {
    // Notion may set blank lines between blocks.
    let mut inside = (start + 1..).map_while(|at| Some((at, *lines.get(at)?)));
    let mut next = || inside.by_ref().find(|(_, line)| !line.trim().is_empty());
    let title = next()?.1.trim();
    let title = title
        .strip_prefix("<summary>")?
        .strip_suffix("</summary>")?;
    if title.trim() != TITLE {
        return None;
    }
    let mut entries = Vec::new();
    loop {
        let (at, line) = next()?;
        if line.trim_end() == END {
            return (!entries.is_empty()).then_some((start..at + 1, entries));
        }
        let text = line.strip_prefix('\t')?;
        let (page, rest) = mentioned(text)?;
        if text.starts_with('\t') || !rest.trim().is_empty() {
            return None;
        }
        entries.push((page, line.to_owned()));
    }
}

/// The page with a section that lists `wanted`. Pages in it that are not among `known` notes stay:
/// another computer may know them already.
pub(crate) fn reconciled(markdown: &str, wanted: &[PageId], known: &HashSet<PageId>) -> String {
    let (rest, section) = split(markdown);
    if section.is_none() && is_a_persons(markdown) {
        return markdown.to_owned();
    }
    let there = section.as_ref().map_or(&[][..], |section| &section.entries);
    let mut listed = HashSet::new();
    let mut lines: Vec<String> = Vec::new();
    for (page, line) in there {
        let stays = wanted.contains(page) || !known.contains(page);
        if stays && listed.insert(*page) {
            lines.push(line.clone());
        }
    }
    for page in wanted.iter().filter(|page| !listed.contains(page)) {
        let page = page.undashed();
        lines.push(format!(
            "\t<mention-page url=\"https://app.notion.com/p/{page}\"/>"
        ));
    }
    if lines.is_empty() {
        return rest;
    }
    let opening = section
        .as_ref()
        .map_or("<details>", |section| &section.opening);
    let fresh = format!(
        "{opening}\n<summary>{TITLE}</summary>\n{}\n{END}",
        lines.join("\n")
    );
    match section {
        Some(section) => markdown.replacen(&section.source, &fresh, 1),
        None => appended(&rest, &fresh),
    }
}

/// Whether a person has made the section their own.
fn is_a_persons(markdown: &str) -> bool {
    let summary = format!("<summary>{TITLE}</summary>");
    markdown.lines().any(|line| line.trim() == summary)
}

/// A page with this text and the section that its `base` has, where the base has it.
pub(crate) fn with_section(text: String, base: &str) -> String {
    let (without, Some(section)) = split(base) else {
        return text;
    };
    if !section.last
        && let Merge::Clean(both) = merge(&without, &text, base)
    {
        return both;
    }
    appended(&text, &section.source)
}

fn appended(text: &str, section: &str) -> String {
    if text.is_empty() {
        section.to_owned()
    } else {
        format!("{text}\n{section}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(n: u128) -> PageId {
        uuid::Uuid::from_u128(n).to_string().parse().unwrap()
    }

    fn known() -> HashSet<PageId> {
        (1..9).map(page).collect()
    }

    #[test]
    fn it_comes_grows_shrinks_and_goes_without_a_trace() {
        let text = "Hello\n- one";
        let one = reconciled(text, &[page(1)], &known());
        assert!(
            one.starts_with("Hello\n- one\n<details>\n<summary>Linked from</summary>\n\t<mention")
        );
        let two = reconciled(&one, &[page(2), page(1)], &known());
        assert_eq!(two.matches("<mention-page").count(), 2);
        assert_eq!(split(&two).0, text);
        assert!(split(&two).1.unwrap().last);
        assert_eq!(reconciled(&two, &[page(1)], &known()), one);
        assert_eq!(reconciled(&one, &[], &known()), text);
        assert_eq!(
            reconciled(&reconciled("", &[page(1)], &known()), &[], &known()),
            ""
        );
    }

    #[test]
    fn what_another_computer_listed_stays() {
        let there = reconciled("a", &[page(77)], &known());
        let both = reconciled(&there, &[page(1)], &known());
        assert_eq!(both.matches("<mention-page").count(), 2);
        assert_eq!(reconciled(&both, &[], &known()), there);
    }

    #[test]
    fn words_in_it_make_it_a_persons() {
        let one = reconciled("a", &[page(1)], &known());
        let theirs = one.replace("</details>", "\tmy own words\n</details>");
        assert_eq!(split(&theirs), (theirs.clone(), None));
        assert_eq!(reconciled(&theirs, &[page(2)], &known()), theirs);
    }

    #[test]
    fn in_code_it_is_text() {
        let code = format!("```\n{}\n```", reconciled("", &[page(1)], &known()));
        assert_eq!(split(&code), (code.clone(), None));
    }

    #[test]
    fn words_behind_it_keep_their_place() {
        let one = reconciled("a\n\nb", &[page(1)], &known());
        let behind = format!("{one}\nbehind");
        let (rest, section) = split(&behind);
        assert_eq!(rest, "a\n\nb\nbehind");
        assert!(!section.unwrap().last);
        let edited = with_section("a new\n\nb\nbehind it".to_owned(), &behind);
        assert_eq!(split(&edited).0, "a new\n\nb\nbehind it");
        assert!(edited.ends_with("</details>\nbehind it"), "{edited}");
        assert_eq!(with_section("x".to_owned(), "y"), "x");
    }
}
