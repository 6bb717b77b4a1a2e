//! What to do block by block where search-and-replace pairs cannot say it.

use std::collections::HashSet;
use std::fmt;

use serde_json::Value;

use crate::align::{self, Hunk};
use crate::block_kind::{change_fields, holds_page, kind_name, may_hold, own_text};
use crate::blocks::{self, Parent};
use crate::canonical;
use crate::code_breaks;
use crate::likeness::{Words, best_pairs};
use crate::loss::Loss;
use crate::model::{Block, Document, Kind};
use crate::tokens::is_held;

/// Lists longer than this are not searched for versions of each other.
const MATCHED: usize = 64;

/// Operations on single blocks that bring a page from the base to the new text.
///
/// They are meant for a page whose text was just read and found to mean the base. Whoever carries them out lists
/// the children named in [`BlockUpdate::lists`], checks them with [`Siblings::fits`], and sends
/// [`BlockUpdate::requests`] in order, one after the other. What is put in comes first and what is taken out last,
/// so that a page between has too much rather than too little. After an unclear end the page is read again and a
/// new difference is taken; an insertion is never repeated blindly. Blocks that no request names keep their ids.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockUpdate {
    /// Why pairs cannot say it.
    pub reason: Reason,
    /// The lists of children that have to be read first, parents before their children.
    pub lists: Vec<Siblings>,
    /// What to send, in order.
    pub requests: Vec<BlockRequest>,
    /// What blocks cannot carry of the new text; positions are those of the new text.
    pub losses: Vec<Loss>,
}

/// The children of a page or block, as the base shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Siblings {
    /// Whose children: positions of the base from the top, counted from 0; empty for the page.
    pub parent: Vec<usize>,
    /// The type of each child as the block API calls it; none where the text does not tell.
    pub kinds: Vec<Option<&'static str>>,
}

impl Siblings {
    /// Whether a listing shows these children: as many, of these types.
    pub fn fits(&self, kinds: &[&str]) -> bool {
        let pairs = self.kinds.iter().zip(kinds);
        self.kinds.len() == kinds.len()
            && pairs
                .into_iter()
                .all(|(wanted, found)| wanted.is_none_or(|wanted| wanted == *found))
    }
}

/// A page, or a block on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The page itself.
    Page,
    /// A block of the base: positions from the top, counted from 0.
    Old(Vec<usize>),
    /// A block that an earlier request made.
    New {
        /// The earlier request, counted from 0.
        request: usize,
        /// Its position in the `children` of that request, counted from 0.
        child: usize,
    },
}

/// Where among its siblings something is put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// Before all others.
    Start,
    /// Right after this one.
    After(Target),
    /// After all others.
    End,
}

/// One request to the block API.
#[derive(Debug, Clone, PartialEq)]
pub enum BlockRequest {
    /// `PATCH /v1/blocks/{parent}/children`: new blocks. Not repeatable.
    Insert {
        /// Whose children they become.
        parent: Target,
        /// Where.
        spot: Spot,
        /// The blocks as a request carries them, within the limits of one.
        children: Vec<Value>,
    },
    /// `PATCH /v1/blocks/{block}`: another text for a block of the same type. Repeatable.
    Change {
        /// Which block of the base.
        block: Vec<usize>,
        /// The whole body of the request.
        fields: Value,
    },
    /// `DELETE /v1/blocks/{block}`, with all that is in it. Repeatable.
    Delete {
        /// Which block of the base.
        block: Vec<usize>,
    },
}

/// Why search-and-replace pairs cannot say a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// There is no text to search for.
    EmptyPage,
    /// No text is left to put in its place.
    NothingLeft,
    /// What stands around the change is found elsewhere too, or is not text.
    NoAnchor,
    /// The change cannot be told from what must not be touched.
    InsideCard,
    /// A part only Notion can make changes its place.
    CardMoves,
    /// What changed is more than one request takes, and cannot be parted.
    TooLong,
    /// Pairs were not looked for.
    Asked,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmptyPage => "the page is empty, so that there is no text to search for",
            Self::NothingLeft => "the page becomes empty",
            Self::NoAnchor => "no text around the change is found in one place only",
            Self::InsideCard => {
                "the change cannot be made as text without touching parts that stay"
            }
            Self::CardMoves => "a part that only Notion can make changes its place",
            Self::TooLong => "the change is more text than Notion takes in one piece",
            Self::Asked => "the change was asked for block by block",
        })
    }
}

/// Why a change cannot be sent at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Blocks cannot be moved, and this one cannot be made again.
    #[error(
        "this change moves a part of the page that only Notion can move ({card}). It stays here; put that part \
         back in its place, or move it in Notion."
    )]
    Moved {
        /// The part, as its text begins.
        card: String,
    },
    /// A page in the page would go to the trash.
    #[error(
        "this change would move a page inside this page to the trash ({card}). It stays here; put that line back, \
         or trash the page in Notion."
    )]
    TrashesPage {
        /// The part, as its text begins.
        card: String,
    },
}

/// The operations on blocks that bring a page from the one text to the other, whether or not pairs could say it.
///
/// For callers whose pairs were refused: [`crate::diff`] plans them by itself where it finds no pairs.
pub fn block_update(base_enhanced: &str, new_enhanced: &str) -> Result<BlockUpdate, Refusal> {
    plan(base_enhanced, new_enhanced, Reason::Asked)
}

/// Plans the operations.
pub(crate) fn plan(base: &str, new: &str, reason: Reason) -> Result<BlockUpdate, Refusal> {
    let (old, fresh) = (Document::from_enhanced(base), Document::from_enhanced(new));
    let mut planner = Planner::default();
    walk(&old.blocks, &mut |block| {
        if let Some(source) = held_source(block) {
            planner.held.insert(canonical::stable_source(&source));
        }
    });
    planner.siblings(&[], &[], &old.blocks, &fresh.blocks)?;
    let deletes = planner.deletes.into_iter();
    let mut requests = planner.requests;
    requests.extend(deletes.map(|block| BlockRequest::Delete { block }));
    Ok(BlockUpdate {
        reason,
        lists: planner.lists,
        requests,
        losses: planner.losses,
    })
}

fn walk(list: &[Block], seen: &mut impl FnMut(&Block)) {
    let mut stack: Vec<&Block> = list.iter().rev().collect();
    while let Some(block) = stack.pop() {
        seen(block);
        stack.extend(block.children.iter().rev());
    }
}

/// The source of a card or picture that cannot be made again.
fn held_source(block: &Block) -> Option<String> {
    let source = match &block.kind {
        Kind::Opaque(source) => source.clone(),
        Kind::Image { .. } => own_text(block),
        _ => return None,
    };
    is_held(&source).then_some(source)
}

/// The beginning of a text, for a sentence.
fn beginning(source: &str) -> String {
    let line = source.lines().next().unwrap_or_default();
    let short: String = line.chars().take(80).collect();
    if short.len() < source.len() {
        format!("{short}…")
    } else {
        short
    }
}

#[derive(Default)]
struct Planner {
    lists: Vec<Siblings>,
    requests: Vec<BlockRequest>,
    deletes: Vec<Vec<usize>>,
    losses: Vec<Loss>,
    /// What the base holds that cannot be made again, without what changes by itself.
    held: HashSet<String>,
}

fn below(path: &[usize], at: usize) -> Vec<usize> {
    path.iter().copied().chain([at]).collect()
}

fn key(block: &Block) -> String {
    let document = Document {
        blocks: vec![block.clone()],
    };
    canonical::document(document).to_enhanced()
}

impl Planner {
    /// Plans for the children of one block, which stands at `path` in the base and at `place` in the new text.
    fn siblings(
        &mut self,
        path: &[usize],
        place: &[usize],
        old: &[Block],
        new: &[Block],
    ) -> Result<(), Refusal> {
        self.lists.push(Siblings {
            parent: path.to_vec(),
            kinds: old.iter().map(kind_name).collect(),
        });
        let keys = |list: &[Block]| list.iter().map(key).collect::<Vec<_>>();
        let cards = |list: &[Block]| -> Vec<usize> {
            let all = list.iter().enumerate();
            let card = |block: &Block| matches!(block.kind, Kind::Opaque(_) | Kind::Image { .. });
            all.filter(|(_, block)| card(block))
                .map(|(at, _)| at)
                .collect()
        };
        let mut row = Row {
            path,
            place,
            old,
            new,
            spot: Spot::Start,
            done: 0,
        };
        let (mine, theirs) = (keys(old), keys(new));
        let mine: Vec<&str> = mine.iter().map(String::as_str).collect();
        let theirs: Vec<&str> = theirs.iter().map(String::as_str).collect();
        for hunk in align::hunks_around(&mine, &theirs, (&cards(old), &cards(new))) {
            if let Some(last) = hunk.old.0.checked_sub(1)
                && hunk.new.0 > 0
            {
                row.spot = Spot::After(Target::Old(below(path, last)));
            }
            row.done = hunk.new.0;
            self.hunk(&mut row, hunk)?;
        }
        Ok(())
    }

    fn hunk(&mut self, row: &mut Row<'_>, hunk: Hunk) -> Result<(), Refusal> {
        let mut from = hunk.old.0;
        for (x, y) in versions(row, hunk) {
            let (Some(old), Some(new)) = (row.old.get(x), row.new.get(y)) else {
                continue;
            };
            let same = own_text(old) == own_text(new);
            let fields = if same { None } else { change_fields(old, new) };
            if !same && fields.is_none() {
                continue;
            }
            self.delete(row, from, x)?;
            self.insert(row, y)?;
            let (path, place) = (below(row.path, x), below(row.place, y));
            if let Some((fields, losses)) = fields {
                self.lose(losses, &place);
                let block = path.clone();
                self.requests.push(BlockRequest::Change { block, fields });
            }
            if old.children != new.children {
                self.siblings(&path, &place, &old.children, &new.children)?;
            }
            row.spot = Spot::After(Target::Old(path));
            row.done = y + 1;
            from = x + 1;
        }
        self.delete(row, from, hunk.old.1)?;
        self.insert(row, hunk.new.1)
    }

    fn delete(&mut self, row: &Row<'_>, from: usize, to: usize) -> Result<(), Refusal> {
        for at in from..to {
            let list = row.old.get(at..=at).unwrap_or_default();
            let mut lost = None;
            walk(list, &mut |block| {
                if let Kind::Opaque(source) = &block.kind
                    && holds_page(source)
                {
                    lost.get_or_insert_with(|| beginning(source));
                }
            });
            if let Some(card) = lost {
                return Err(Refusal::TrashesPage { card });
            }
            self.deletes.push(below(row.path, at));
        }
        Ok(())
    }

    /// Puts in what is new up to a place.
    fn insert(&mut self, row: &mut Row<'_>, to: usize) -> Result<(), Refusal> {
        let from = row.done;
        row.done = to.max(from);
        let list = row.new.get(from..to).unwrap_or_default();
        let mut moved = None;
        walk(list, &mut |block| {
            if let Some(source) = held_source(block)
                && self.held.contains(&canonical::stable_source(&source))
            {
                moved.get_or_insert_with(|| beginning(&source));
            }
        });
        if let Some(card) = moved {
            return Err(Refusal::Moved { card });
        }
        let mut document = Document {
            blocks: list.to_vec(),
        };
        code_breaks::take_apart(&mut document.blocks);
        let made = document.to_blocks();
        for loss in made.losses {
            let (first, rest) = loss.r#where.split_once('/').unwrap_or((&loss.r#where, ""));
            let at = from + first.parse::<usize>().unwrap_or(0);
            let mut place: Vec<String> =
                below(row.place, at).iter().map(usize::to_string).collect();
            place.extend(
                Some(rest)
                    .filter(|rest| !rest.is_empty())
                    .map(str::to_owned),
            );
            self.losses.push(Loss {
                what: loss.what,
                r#where: place.join("/"),
            });
        }
        let parent = match row.path {
            [] => Target::Page,
            path => Target::Old(path.to_vec()),
        };
        let first = self.requests.len();
        for step in blocks::plan(&made.blocks) {
            let request = self.requests.len();
            let (parent, spot) = match step.parent {
                Parent::Page => {
                    let child = step.children.len().saturating_sub(1);
                    let next = Spot::After(Target::New { request, child });
                    (parent.clone(), std::mem::replace(&mut row.spot, next))
                }
                Parent::Child { step, child } => {
                    let request = first + step;
                    (Target::New { request, child }, Spot::End)
                }
            };
            self.requests.push(BlockRequest::Insert {
                parent,
                spot,
                children: step.children,
            });
        }
        Ok(())
    }

    fn lose(&mut self, losses: Vec<Loss>, place: &[usize]) {
        let place: Vec<String> = place.iter().map(usize::to_string).collect();
        self.losses.extend(losses.into_iter().map(|loss| Loss {
            what: loss.what,
            r#where: place.join("/"),
        }));
    }
}

/// The children of one block, and how far they are planned.
struct Row<'a> {
    path: &'a [usize],
    place: &'a [usize],
    old: &'a [Block],
    new: &'a [Block],
    /// Where the next new block goes.
    spot: Spot,
    /// New blocks that are there or planned.
    done: usize,
}

/// Which blocks of a stretch are versions of each other, in order.
fn versions(row: &Row<'_>, hunk: Hunk) -> Vec<(usize, usize)> {
    let old = row.old.get(hunk.old.0..hunk.old.1).unwrap_or_default();
    let new = row.new.get(hunk.new.0..hunk.new.1).unwrap_or_default();
    let pairs = if old.len() == new.len() && (old.len() == 1 || old.len() > MATCHED) {
        (0..old.len()).map(|at| (at, at)).collect()
    } else if old.len() > MATCHED || new.len() > MATCHED {
        Vec::new()
    } else {
        let words = |list: &[Block]| {
            list.iter()
                .map(|block| Words::of(&own_text(block)))
                .collect::<Vec<_>>()
        };
        best_pairs(&words(old), &words(new))
    };
    pairs
        .into_iter()
        .filter(|(x, y)| match (old.get(*x), new.get(*y)) {
            (Some(old), Some(new)) => may_hold(old, new),
            _ => false,
        })
        .map(|(x, y)| (hunk.old.0 + x, hunk.new.0 + y))
        .collect()
}
