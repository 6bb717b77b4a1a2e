//! From the page as it is and the notes as they are: the page as it should be.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::mem;

use jiff::civil::Date;
use notion_api::PageId;
use octavo_contract::{ContentsBy, ContentsDrift};

use super::entry::{self, Line};
use super::outline::{self, Block};
use super::{Entry, Layout, Place, month_named};

/// The page as it should be, or on the way there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reconciled {
    pub(crate) text: String,
    /// What is mended in this text.
    pub(crate) mended: ContentsDrift,
    /// Nothing more is to be mended.
    pub(crate) complete: bool,
}

/// Brings a page in line with the notes, by at most `limit` lines at a time.
///
/// `current` is its enhanced Markdown, `entries` the living notes (newest first), `ours` every page
/// that is or was a note of ours.
pub(crate) fn reconciled(
    current: &str,
    entries: &[Entry],
    ours: &HashSet<PageId>,
    by: ContentsBy,
    limit: usize,
) -> Reconciled {
    let mut top = outline::read(current);
    let layout = Layout::for_notes(by, entries.len(), is_divided(&top));
    let mut work = Work::new(entries, ours, layout, limit);
    work.absent = work.any_absent(&top);
    work.tidy(&mut top, None);
    work.add(&mut top);
    Reconciled {
        text: outline::written(&top),
        complete: work.left > 0 && !work.later,
        mended: work.mended,
    }
}

/// Whether sections of the page are divided by month.
fn is_divided(top: &[Block]) -> bool {
    let mut below = top
        .iter()
        .filter(|block| entry::heading_title(&block.line).is_some())
        .flat_map(|section| &section.below);
    below.any(|block| month_of(block).is_some())
}

fn month_of(block: &Block) -> Option<Date> {
    month_named(&entry::heading_title(&block.line)?)
}

struct Work<'a> {
    layout: Layout,
    ours: &'a HashSet<PageId>,
    /// Living notes with their rank: the newest is the first.
    known: HashMap<PageId, (usize, &'a Entry)>,
    /// What has its line already.
    present: HashSet<(Place, PageId)>,
    /// Lines taken from a wrong place whose note goes elsewhere, with what a person added to them.
    moved: HashMap<PageId, Vec<Block>>,
    /// How many lines may still be changed.
    left: usize,
    /// A note has no line anywhere. Then none is taken from a wrong place: at no time is more missing
    /// than one step puts in.
    absent: bool,
    /// Something is left for the next step.
    later: bool,
    mended: ContentsDrift,
}

/// What becomes of a line of ours.
enum Fate {
    Stays,
    Goes,
}

impl<'a> Work<'a> {
    fn new(entries: &'a [Entry], ours: &'a HashSet<PageId>, layout: Layout, limit: usize) -> Self {
        let known = entries.iter().enumerate();
        Self {
            layout,
            ours,
            known: known
                .map(|(rank, entry)| (entry.page, (rank, entry)))
                .collect(),
            present: HashSet::new(),
            moved: HashMap::new(),
            left: limit,
            absent: false,
            later: false,
            mended: ContentsDrift::default(),
        }
    }

    fn any_absent(&self, blocks: &[Block]) -> bool {
        let mut listed = HashSet::new();
        let mut open: Vec<&Block> = blocks.iter().collect();
        while let Some(block) = open.pop() {
            listed.extend(Line::read(&block.line).map(|line| line.page));
            open.extend(&block.below);
        }
        self.known.keys().any(|page| !listed.contains(page))
    }

    /// Takes out what does not belong where it stands and renews what is out of date. Answers whether
    /// a line of ours was taken out.
    fn tidy(&mut self, blocks: &mut Vec<Block>, place: Option<&Place>) -> bool {
        let mut taken = false;
        for mut block in mem::take(blocks) {
            let emptied = {
                let below = place_below(&block, place);
                self.tidy(&mut block.below, below.as_ref()) && block.below.is_empty()
            };
            let is_heading = entry::heading_title(&block.line).is_some();
            if emptied && is_heading && (place.is_none() || month_of(&block).is_some()) {
                // A heading for our lines alone, and there are none any more.
                taken = true;
                continue;
            }
            match self.judge(&mut block, place) {
                Fate::Stays => blocks.push(block),
                Fate::Goes => taken = true,
            }
        }
        taken
    }

    fn judge(&mut self, block: &mut Block, place: Option<&Place>) -> Fate {
        let Some((page, _)) =
            entry::mentioned(&block.line).filter(|(page, _)| self.ours.contains(page))
        else {
            return Fate::Stays;
        };
        let entry = self.known.get(&page).map(|(_, entry)| *entry);
        let spot = place
            .filter(|place| {
                entry.is_some_and(|entry| self.layout.places(&entry.facts).contains(place))
            })
            .map(|place| (place.clone(), page));
        let Some(line) = Line::read(&block.line) else {
            // A person's own line that begins with the note: it is listed there, in their words.
            self.present.extend(spot);
            return Fate::Stays;
        };
        let bare = line.added.is_empty() && block.below.is_empty();
        match (entry, spot) {
            (Some(entry), Some(spot)) if !self.present.contains(&spot) => {
                if !line.says(entry) && self.may_change() {
                    block.line = line.renewed(entry);
                    self.mended.stale += 1;
                }
                self.present.insert(spot);
                Fate::Stays
            }
            (Some(_), Some(_)) => {
                if !bare || !self.may_change() {
                    return Fate::Stays;
                }
                self.mended.doubled += 1;
                Fate::Goes
            }
            (Some(_), None) if bare && self.absent => {
                self.later = true;
                Fate::Stays
            }
            (Some(_), None) if self.may_change() => {
                self.mended.stale += 1;
                let words = (!bare).then(|| mem::take(block));
                self.moved.entry(page).or_default().extend(words);
                Fate::Goes
            }
            (None, _) if bare && self.may_change() => {
                self.mended.stale += 1;
                Fate::Goes
            }
            _ => Fate::Stays,
        }
    }

    fn may_change(&mut self) -> bool {
        let may = self.left > 0;
        self.left = self.left.saturating_sub(1);
        may
    }

    /// Adds the lines that are missing.
    fn add(&mut self, top: &mut Vec<Block>) {
        let mut missing = Missing::default();
        let mut known: Vec<(usize, &Entry)> = self.known.values().copied().collect();
        known.sort_unstable_by_key(|(rank, _)| *rank);
        for (rank, entry) in known {
            for place in self.layout.places(&entry.facts) {
                if self.present.contains(&(place.clone(), entry.page)) {
                    continue;
                }
                match self.moved.get_mut(&entry.page).map(Vec::pop) {
                    // A bare line comes with the next step: what only goes, or only comes, can be
                    // said as search and replace, many lines in one request.
                    Some(None) => self.later = true,
                    // What a person added is never without a place.
                    Some(words) => missing.put(place, rank, fresh(entry, words)),
                    None if self.may_change() => {
                        self.mended.missing += 1;
                        missing.put(place, rank, fresh(entry, None));
                    }
                    None => {}
                }
            }
            // More lines of a note with words that a person added: they stand beside the first.
            for words in self.moved.remove(&entry.page).unwrap_or_default() {
                if let Some(place) = self.layout.places(&entry.facts).into_iter().next() {
                    missing.put(place, rank, fresh(entry, Some(words)));
                }
            }
        }
        for (heading, months) in missing.0 {
            let section = heading.below(top, 2);
            for (month, lines) in months {
                let list = match month {
                    Heading::None => &mut *section,
                    month => month.below(section, 3),
                };
                self.insert(list, lines);
            }
        }
    }

    /// Puts lines where the newest comes first; what is there stays in its order.
    fn insert(&self, list: &mut Vec<Block>, lines: Vec<(usize, Block)>) {
        let rank = |block: &Block| {
            let page = Line::read(&block.line)?.page;
            self.known.get(&page).map(|(rank, _)| *rank)
        };
        let after_last = list.iter().rposition(|block| rank(block).is_some());
        let end = after_last.map_or(0, |index| index + 1);
        let rest = list.split_off(end);
        let mut lines = lines.into_iter().peekable();
        for block in mem::take(list) {
            if let Some(older) = rank(&block) {
                while let Some((_, line)) = lines.next_if(|(rank, _)| *rank < older) {
                    list.push(line);
                }
            }
            list.push(block);
        }
        list.extend(lines.map(|(_, line)| line));
        list.extend(rest);
    }
}

/// Lines to be added, by section and month, each with the rank of its note.
#[derive(Default)]
struct Missing(BTreeMap<Heading, BTreeMap<Heading, Vec<(usize, Block)>>>);

impl Missing {
    fn put(&mut self, place: Place, rank: usize, block: Block) {
        let section = self.0.entry(Heading::new(place.section)).or_default();
        let month = place.month.map_or(Heading::None, Heading::new);
        section.entry(month).or_default().push((rank, block));
    }
}

/// The place that blocks below this one have.
fn place_below(block: &Block, place: Option<&Place>) -> Option<Place> {
    let title = entry::heading_title(&block.line)?;
    match place {
        None => Some(Place {
            section: title,
            month: None,
        }),
        Some(place) if place.month.is_none() && month_named(&title).is_some() => Some(Place {
            section: place.section.clone(),
            month: Some(title),
        }),
        Some(_) => None,
    }
}

fn fresh(entry: &Entry, words: Option<Block>) -> Block {
    let Some(mut block) = words else {
        return Block::of(entry::line(entry));
    };
    if let Some(line) = Line::read(&block.line).map(|line| line.renewed(entry)) {
        block.line = line;
    }
    block
}

/// A heading of ours, in the order in which they come: months from the newest on, then names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Heading {
    None,
    Month(Reverse<Date>, String),
    Name(String),
}

impl Heading {
    pub(crate) fn new(title: String) -> Self {
        match month_named(&title) {
            Some(month) => Self::Month(Reverse(month), title),
            None => Self::Name(title),
        }
    }

    pub(crate) fn title(&self) -> &str {
        match self {
            Self::None => "",
            Self::Month(_, title) | Self::Name(title) => title,
        }
    }

    /// The blocks below this heading, which is made if it is not there: a month before the first
    /// that is older, a name after the last heading.
    fn below(self, list: &mut Vec<Block>, level: usize) -> &mut Vec<Block> {
        let titles: Vec<Option<String>> = list
            .iter()
            .map(|block| entry::heading_title(&block.line))
            .collect();
        let title = self.title();
        let there = titles
            .iter()
            .position(|there| there.as_deref() == Some(title));
        let index = there.unwrap_or_else(|| {
            let older = titles.iter().position(|there| {
                let there = there.clone().map(Self::new);
                matches!((&self, there), (Self::Month(..), Some(there)) if there > self)
            });
            let last = titles.iter().rposition(Option::is_some);
            let index = older.or(last.map(|last| last + 1)).unwrap_or(list.len());
            list.insert(index, Block::of(entry::heading(title, level)));
            index
        });
        #[expect(clippy::indexing_slicing, reason = "found or inserted there just now")]
        let block = &mut list[index];
        &mut block.below
    }
}
