//! The Table of Contents page, as text.
//!
//! Reconciled, never replayed: from the page as it is and the notes as they are comes the page as it
//! should be. A toggle heading per type, under it a line per note that begins with its mention, the
//! newest note first. Lines that begin with a mention of a note of ours are ours; all else belongs
//! to the person and stays where it is.

use std::collections::{BTreeMap, HashMap, HashSet};

use notion_api::PageId;

/// The heading of notes without a type.
const UNTYPED: &str = "Notes";
const MENTION: &str = "<mention-page url=\"";

/// A note as the contents page lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) page: PageId,
    pub(crate) note_type: Option<String>,
    pub(crate) tags: Vec<String>,
    /// The day it was made, as shown.
    pub(crate) day: String,
}

impl Entry {
    fn heading(&self) -> &str {
        self.note_type.as_deref().unwrap_or(UNTYPED)
    }

    /// What follows the mention.
    fn tail(&self) -> String {
        let mut tail = String::new();
        for tag in &self.tags {
            tail.push_str(" #");
            for c in tag.chars() {
                if "\\*~`$[]<>{}|^".contains(c) {
                    tail.push('\\');
                }
                tail.push(c);
            }
        }
        tail.push_str(" · ");
        tail.push_str(&self.day);
        tail
    }

    fn line(&self, indent: &str) -> String {
        format!(
            "{indent}{MENTION}https://app.notion.com/p/{}\"/>{}",
            self.page.undashed(),
            self.tail()
        )
    }
}

/// The page that a line begins by mentioning, and what follows the mention.
fn mention(line: &str) -> Option<(PageId, &str)> {
    let rest = line.trim_start_matches('\t').strip_prefix(MENTION)?;
    let (address, rest) = rest.split_once('"')?;
    let page = PageId::from_address(address)?;
    let tail = match rest.split_once("/>") {
        Some(("", tail)) => tail,
        _ => rest.split_once("</mention-page>")?.1,
    };
    Some((page, tail))
}

/// The type a toggle heading at the margin stands for.
fn heading(line: &str) -> Option<&str> {
    line.strip_prefix("## ")?.strip_suffix(" {toggle=\"true\"}")
}

/// The contents page as it should be.
///
/// `current` is its enhanced Markdown, `entries` the living notes (newest first), `ours` every page
/// that is or was a note of ours.
pub(crate) fn reconciled(current: &str, entries: &[Entry], ours: &HashSet<PageId>) -> String {
    // Lines that are right are kept as Notion renders them (with the title it shows inside).
    let mut rendered: HashMap<&PageId, &str> = HashMap::new();
    let known: HashMap<&PageId, &Entry> =
        entries.iter().map(|entry| (&entry.page, entry)).collect();
    let mut kept: Vec<&str> = Vec::new();
    // Headings under which there were lines of ours and none of the person's: without a note they go.
    let mut only_ours: HashSet<usize> = HashSet::new();
    let mut under = None;
    for line in current.lines() {
        match mention(line) {
            Some((page, tail)) if ours.contains(&page) => {
                if let Some((page, entry)) = known.get_key_value(&page)
                    && tail == entry.tail()
                {
                    rendered.entry(page).or_insert(line);
                }
                only_ours.extend(under);
            }
            _ => {
                if heading(line).is_some() {
                    under = Some(kept.len());
                } else if let Some(index) = under {
                    under = None;
                    if line.starts_with('\t') {
                        only_ours.remove(&index);
                    }
                }
                kept.push(line);
            }
        }
    }
    let mut sections: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for entry in entries {
        let line = match rendered.get(&entry.page) {
            Some(line) => format!("\t{}", line.trim_start_matches('\t')),
            None => entry.line("\t"),
        };
        sections.entry(entry.heading()).or_default().push(line);
    }
    let mut out: Vec<String> = Vec::new();
    for (index, line) in kept.into_iter().enumerate() {
        let section = heading(line).and_then(|title| sections.remove(title));
        if section.is_none() && only_ours.contains(&index) {
            continue;
        }
        out.push(line.to_owned());
        out.extend(section.into_iter().flatten());
    }
    for (title, lines) in sections {
        out.push(format!("## {title} {{toggle=\"true\"}}"));
        out.extend(lines);
    }
    out.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(n: u128) -> PageId {
        uuid::Uuid::from_u128(n).to_string().parse().unwrap()
    }

    fn entry(n: u128, note_type: Option<&str>) -> Entry {
        Entry {
            page: page(n),
            note_type: note_type.map(str::to_owned),
            tags: vec!["turin".to_owned()],
            day: "2026-11-22".to_owned(),
        }
    }

    fn ours() -> HashSet<PageId> {
        (1..10).map(page).collect()
    }

    #[test]
    fn rebuilt_from_nothing_and_stable() {
        let entries = [
            entry(3, Some("Idea")),
            entry(2, None),
            entry(1, Some("Idea")),
        ];
        let once = reconciled("", &entries, &ours());
        let lines: Vec<&str> = once.lines().collect();
        assert_eq!(lines[0], "## Idea {toggle=\"true\"}");
        assert!(lines[1].starts_with("\t<mention-page url=\"https://app.notion.com/p/"));
        assert!(lines[1].contains(&page(3).undashed()) && lines[2].contains(&page(1).undashed()));
        assert_eq!(lines[3], "## Notes {toggle=\"true\"}");
        assert_eq!(reconciled(&once, &entries, &ours()), once);
    }

    #[test]
    fn a_persons_own_lines_stay_in_their_order() {
        let current = "My own words\n## Idea {toggle=\"true\"}\n\ta remark of mine\n\
                       \t<mention-page url=\"https://app.notion.com/p/00000000000000000000000000000001\">Old</mention-page> gone\n\
                       <mention-page url=\"https://app.notion.com/p/000000000000000000000000000000ff\"/> not ours";
        let out = reconciled(current, &[entry(2, Some("Idea"))], &ours());
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines[0], "My own words");
        assert!(lines[2].contains(&page(2).undashed()));
        assert_eq!(lines[3], "\ta remark of mine");
        assert!(lines[4].ends_with("not ours"));
        assert_eq!(lines.len(), 5);
    }

    #[test]
    fn a_rendered_line_is_kept_as_notion_shows_it() {
        let line = format!(
            "\t<mention-page url=\"https://app.notion.com/p/{}\">Title</mention-page> #turin · 2026-11-22",
            page(4).undashed()
        );
        let current = format!("## Idea {{toggle=\"true\"}}\n{line}");
        assert_eq!(
            reconciled(&current, &[entry(4, Some("Idea"))], &ours()),
            current
        );
    }

    #[test]
    fn a_section_without_notes_goes_unless_a_person_wrote_in_it() {
        let section = reconciled("Hello", &[entry(1, Some("Idea"))], &ours());
        assert_eq!(reconciled(&section, &[], &ours()), "Hello");
        let own = format!("{section}\n\ta remark of mine");
        assert_eq!(
            reconciled(&own, &[], &ours()),
            "Hello\n## Idea {toggle=\"true\"}\n\ta remark of mine"
        );
        let empty = "## Idea {toggle=\"true\"}";
        assert_eq!(reconciled(empty, &[], &ours()), empty, "a person made it");
    }

    #[test]
    fn a_note_that_changes_its_type_moves() {
        let before = reconciled("", &[entry(1, Some("Idea"))], &ours());
        let after = reconciled(&before, &[entry(1, Some("Task"))], &ours());
        assert_eq!(after.matches("mention-page").count(), 1);
        let task = after.find("## Task").unwrap();
        assert!(after.find("mention-page").unwrap() > task);
    }
}
