//! The Table of Contents page, as text.
//!
//! Reconciled, never replayed: from the page as it is and the notes as they are comes the page as it
//! should be. A toggle heading per type (or tag, or month), under it a line per note that begins with
//! its mention, the newest note first. Such lines are ours; all else belongs to the person: their
//! blocks and the order of all blocks stay, as do the words, colours and blocks they add to a line of
//! ours.

mod entry;
mod outline;
mod reconcile;

use jiff::civil::Date;
use notion_api::PageId;
use octavo_contract::ContentsBy;

pub(crate) use entry::mentioned;
pub(crate) use reconcile::{Heading, Reconciled, reconciled};

/// Above so many notes a section is divided by month, and stays so down to a fifth less.
const MANY: usize = 1_000;
const FEWER: usize = 800;

/// The sections of notes without a type, without a tag.
const UNTYPED: &str = "Notes";
const UNTAGGED: &str = "Untagged";

/// A note as the contents page lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) page: PageId,
    pub(crate) facts: Facts,
}

/// What says where a note is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) note_type: Option<String>,
    pub(crate) tags: Vec<String>,
    /// The day it was made.
    pub(crate) day: Date,
}

/// How the page is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Layout {
    by: ContentsBy,
    /// Sections are divided by month.
    months: bool,
}

impl Layout {
    /// The layout for so many notes, of which the page was divided by month so far or not.
    fn for_notes(by: ContentsBy, notes: usize, divided: bool) -> Self {
        let many = notes > MANY || (divided && notes > FEWER);
        Self {
            by,
            months: many && by != ContentsBy::Date,
        }
    }

    /// Where a note is listed: in one section, or with tags in one for each.
    fn places(self, facts: &Facts) -> Vec<Place> {
        let sections = sections(self.by, facts);
        let below = self.months.then(|| month(facts.day));
        let place = |section| Place {
            section,
            month: below.clone(),
        };
        sections.into_iter().map(place).collect()
    }
}

/// The titles of the sections in which a note is listed.
pub(crate) fn sections(by: ContentsBy, facts: &Facts) -> Vec<String> {
    let note_type = facts.note_type.as_deref();
    match by {
        ContentsBy::Type => vec![note_type.unwrap_or(UNTYPED).to_owned()],
        ContentsBy::Tag if facts.tags.is_empty() => vec![UNTAGGED.to_owned()],
        ContentsBy::Tag => facts.tags.clone(),
        ContentsBy::Date => vec![month(facts.day)],
    }
}

/// Where on the page a line stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Place {
    section: String,
    month: Option<String>,
}

fn month(day: Date) -> String {
    day.strftime("%B %Y").to_string()
}

/// The month a heading names, as the first of it.
fn month_named(title: &str) -> Option<Date> {
    Date::strptime("%B %Y %d", format!("{title} 1")).ok()
}

#[cfg(test)]
mod tests;
