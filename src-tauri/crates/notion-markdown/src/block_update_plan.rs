//! Which operations on single blocks bring a page from one text to another.

use std::collections::HashSet;

use crate::align::{self, Hunk};
use crate::block_kind::{change_fields, holds_page, kind_name, may_hold, own_text, written};
use crate::block_update::{BlockRequest, BlockUpdate, Reason, Refusal, Siblings, Spot, Target};
use crate::blocks::{self, Parent};
use crate::canonical;
use crate::code_breaks;
use crate::fixed::{self, Fixed};
use crate::likeness::{Words, best_pairs};
use crate::loss::Losses;
use crate::model::{Block, Document, Kind};
use crate::tokens::{fragile, is_held};
use crate::word_count::WordCount;

/// Lists longer than this are not searched for versions of each other.
const MATCHED: usize = 64;

/// Plans the operations.
pub(crate) fn plan(base: &str, new: &str, reason: Reason) -> Result<BlockUpdate, Refusal> {
    let (old, fresh) = (Document::read_enhanced(base), Document::read_enhanced(new));
    let mut planner = Planner::default();
    // What the page was written with all along is not lost by this change.
    let before: HashSet<String> = old.losses.into_iter().map(|loss| loss.what).collect();
    for loss in fresh.losses {
        if !before.contains(&loss.what) {
            planner.losses.at(&loss.place(), loss.what);
        }
    }
    let (old, fresh) = (old.value, fresh.value);
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
        losses: planner.losses.into_list(),
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
    losses: Losses,
    /// What the base holds that cannot be made again, without what changes by itself.
    held: HashSet<String>,
}

fn below(path: &[usize], at: usize) -> Vec<usize> {
    path.iter().copied().chain([at]).collect()
}

/// What the blocks of one list are compared by, and their own lines as they are written.
struct Lines {
    keys: Vec<String>,
    texts: Vec<String>,
}

impl Lines {
    fn of(list: &[Block]) -> Self {
        let key = |block: &Block| {
            let document = Document {
                blocks: vec![block.clone()],
            };
            canonical::document(document).to_enhanced()
        };
        Self {
            keys: list.iter().map(key).collect(),
            texts: list.iter().map(written).collect(),
        }
    }

    fn keys(&self) -> Vec<&str> {
        self.keys.iter().map(String::as_str).collect()
    }

    /// The blocks that should stay in their place: cards, pictures, and those with mentions.
    fn fixed(&self, list: &[Block]) -> Vec<Fixed<'_>> {
        let all = list.iter().zip(&self.keys).zip(&self.texts).enumerate();
        let held = all.filter(|(_, ((block, _), text))| {
            matches!(block.kind, Kind::Opaque(_) | Kind::Image { .. }) || !fragile(text).is_empty()
        });
        held.map(|(at, ((_, key), text))| Fixed { at, key, text })
            .collect()
    }
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
            words: old
                .iter()
                .map(|block| WordCount::of(&written(block)))
                .collect(),
        });
        let (mine, theirs) = (Lines::of(old), Lines::of(new));
        let pairs = fixed::pairs(&mine.fixed(old), &theirs.fixed(new));
        let mut row = Row {
            path,
            place,
            old,
            new,
            spot: Spot::Start,
            done: 0,
        };
        for hunk in align::hunks_around(&mine.keys(), &theirs.keys(), &pairs) {
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
                for loss in losses {
                    self.losses.at(&place, loss.what);
                }
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
            let mut place = loss.place();
            if let Some(first) = place.first_mut() {
                *first += from;
            }
            place.splice(0..0, row.place.iter().copied());
            self.losses.at(&place, loss.what);
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
                .map(|block| Words::of(&written(block)))
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
