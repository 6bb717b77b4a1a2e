//! Bringing a record's children into the form of a list of blocks, keeping what did not change.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use crate::{
    error::{ApiError, ApiResult},
    markdown::{of_record, render_one},
    tree::Place,
    world::{NewBlock, Parent, Stamp, Token, World},
};

/// What makes two blocks the same: the record they stand for, or how they are written.
fn key(block: &NewBlock) -> String {
    match block.refers {
        Some(id) if is_reference(block) => id.to_string(),
        _ => without_signatures(&render_one(block)),
    }
}

/// A file is the same however long its address is good.
fn without_signatures(text: &str) -> String {
    let mut parts = text.split("?X-Amz-");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| c.is_whitespace() || c == ')' || c == '"');
        plain.push_str(end.and_then(|end| part.get(end..)).unwrap_or_default());
    }
    plain
}

fn is_reference(block: &NewBlock) -> bool {
    ["child_page", "child_database", "unknown"].contains(&block.kind.as_str())
}

/// Existing records named by `blocks`, at any depth.
pub(crate) fn references(blocks: &[NewBlock], found: &mut BTreeSet<Uuid>) {
    for block in blocks {
        if is_reference(block) {
            found.extend(block.refers);
        }
        references(&block.children, found);
    }
}

/// Refuses what the blocks of a new page below `parent` must not refer to, before there is a page.
pub(crate) fn check_new(
    world: &World,
    token: &Token,
    parent: Option<Uuid>,
    blocks: &[NewBlock],
) -> ApiResult<()> {
    let at = parent.unwrap_or_default();
    world.check_markdown_mentions(token, at, blocks)?;
    check_references(world, token, at, true, blocks)
}

/// Refuses references to what is not there, not visible, or above the place itself.
fn check_references(
    world: &World,
    token: &Token,
    at: Uuid,
    new: bool,
    blocks: &[NewBlock],
) -> ApiResult<()> {
    for block in blocks {
        if block.kind == "child_page" || block.kind == "child_database" {
            let Some(id) = block.refers else { continue };
            if !world.can_see(token, id) {
                return Err(ApiError::validation(format!(
                    "Could not find the page {id} that the markdown refers to."
                )));
            }
            // Nothing is below a new page yet.
            let elsewhere = new
                || world.page_of(at).is_some_and(|page| {
                    page != id && !world.ancestors(id).any(|above| above.id == page)
                });
            if elsewhere && !world.config.page_tag_moves {
                return Err(ApiError::validation(format!(
                    "The page {id} is not a child of this page and cannot be moved by markdown."
                )));
            }
            if id == at || world.ancestors(at).any(|above| above.id == id) {
                return Err(ApiError::validation(format!(
                    "The page {id} cannot be placed inside itself."
                )));
            }
        }
        check_references(world, token, at, new, &block.children)?;
    }
    Ok(())
}

/// Creates blocks that were checked ([`check_new`]) at the end of a record: new ones anew, named
/// pages by moving them here.
pub(crate) fn place_blocks(world: &mut World, parent: Uuid, blocks: Vec<NewBlock>, stamp: Stamp) {
    for block in blocks {
        if let Some(id) = place_one(world, parent, block, stamp) {
            move_last(world, parent, id);
        }
    }
}

/// Makes sure `id` is a child of `parent`, as its last one.
fn move_last(world: &mut World, parent: Uuid, id: Uuid) {
    if let Some(record) = world.records.get_mut(&parent) {
        record.children.retain(|child| *child != id);
        record.children.push(id);
    }
}

/// One block below `parent`; the order among its siblings is the caller's business.
fn place_one(world: &mut World, parent: Uuid, mut block: NewBlock, stamp: Stamp) -> Option<Uuid> {
    if is_reference(&block) {
        let id = block.refers?;
        let record = world.get(id)?;
        if block.kind == "unknown" && world.page_of(id) != world.page_of(parent) {
            return None;
        }
        if record.parent != Parent::Record(parent) {
            world.relocate(id, Parent::Record(parent), Place::End, stamp);
        }
        if world.get(id).is_some_and(|r| r.trashed) {
            world.set_trashed(id, false, stamp);
        }
        return Some(id);
    }
    let workspace = world.get(parent)?.workspace;
    let children = std::mem::take(&mut block.children);
    block.refers = None;
    let id = world.insert(Parent::Record(parent), workspace, block, stamp);
    for child in children {
        if let Some(child) = place_one(world, id, child, stamp) {
            move_last(world, id, child);
        }
    }
    Some(id)
}

/// Makes the living children of `parent` equal to `blocks`. With `keep`, blocks that did not change
/// stay the records they were, and changed ones of the same type are edited in place; without it
/// everything but child pages is created anew.
pub(crate) fn apply(
    world: &mut World,
    token: &Token,
    parent: Uuid,
    blocks: Vec<NewBlock>,
    keep: bool,
    stamp: Stamp,
) -> ApiResult<()> {
    world.check_markdown_mentions(token, parent, &blocks)?;
    check_references(world, token, parent, false, &blocks)?;
    let blocks = if keep {
        blocks
    } else {
        without_unknown(blocks)
    };
    reconcile(world, parent, blocks, keep, stamp);
    world.touch(parent, stamp);
    Ok(())
}

/// What Markdown cannot carry is lost when a body is written anew.
fn without_unknown(blocks: Vec<NewBlock>) -> Vec<NewBlock> {
    blocks
        .into_iter()
        .filter(|block| block.kind != "unknown")
        .map(|mut block| {
            block.children = without_unknown(std::mem::take(&mut block.children));
            block
        })
        .collect()
}

/// For each block the place of the old one it is, if it did not change.
fn unchanged(world: &World, old: &[Uuid], blocks: &[NewBlock], keep: bool) -> Vec<Option<usize>> {
    let mut matched = if keep {
        let old_keys: Vec<String> = old
            .iter()
            .map(|id| of_record(world, *id).as_ref().map(key).unwrap_or_default())
            .collect();
        let new_keys: Vec<String> = blocks.iter().map(key).collect();
        align(&old_keys, &new_keys)
    } else {
        vec![None; blocks.len()]
    };
    // A named record stays itself wherever its line went.
    let places: HashMap<Uuid, usize> = old.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    for (slot, block) in matched.iter_mut().zip(blocks) {
        if slot.is_none() && is_reference(block) {
            *slot = block.refers.and_then(|id| places.get(&id)).copied();
        }
    }
    matched
}

fn reconcile(world: &mut World, parent: Uuid, blocks: Vec<NewBlock>, keep: bool, stamp: Stamp) {
    let old: Vec<Uuid> = world.live_children(parent).map(|r| r.id).collect();
    let matched = unchanged(world, &old, &blocks, keep);
    let mut taken: BTreeSet<usize> = matched.iter().flatten().copied().collect();
    let edited = if keep {
        pair_by_kind(world, &old, &blocks, &matched, &mut taken)
    } else {
        Vec::new()
    };
    let mut order = Vec::with_capacity(blocks.len());
    for (at, block) in blocks.into_iter().enumerate() {
        let old_at = |list: &[Option<usize>]| {
            list.get(at)
                .copied()
                .flatten()
                .and_then(|at| old.get(at))
                .copied()
        };
        if let Some(id) = old_at(&matched) {
            order.push(id);
        } else if let Some(id) = old_at(&edited) {
            edit(world, id, block, stamp);
            order.push(id);
        } else {
            order.extend(place_one(world, parent, block, stamp));
        }
    }
    let placed: BTreeSet<Uuid> = order.iter().copied().collect();
    for (at, id) in old.iter().enumerate() {
        let here = world
            .get(*id)
            .is_some_and(|r| r.parent == Parent::Record(parent));
        if !taken.contains(&at) && here && !placed.contains(id) {
            world.set_trashed(*id, true, stamp);
        }
    }
    if let Some(record) = world.records.get_mut(&parent) {
        order.extend(record.children.iter().filter(|id| !placed.contains(id)));
        record.children = order;
    }
}

/// Changes a record into `block` of the same type, field by field, so that what Markdown does not
/// show (captions of code, names of files) stays.
fn edit(world: &mut World, id: Uuid, block: NewBlock, stamp: Stamp) {
    if let Some(record) = world.records.get_mut(&id) {
        let hidden = match record.kind.as_str() {
            "code" => "caption",
            "file" => "name",
            _ => "",
        };
        for (key, value) in block.value {
            if key != hidden {
                record.value.insert(key, value);
            }
        }
        record.edited = stamp.at;
        record.edited_by = stamp.author;
    }
    if world.get(id).is_some_and(|r| {
        r.kind != "synced_block" || r.value.get("synced_from") == Some(&serde_json::Value::Null)
    }) {
        reconcile(world, id, block.children, true, stamp);
    }
}

/// For each new key the old one it is, in order: common ends first, then the longest increasing
/// run of keys that occur on both sides.
fn align(old: &[String], new: &[String]) -> Vec<Option<usize>> {
    let mut matched = vec![None; new.len()];
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let limit = old.len().min(new.len()) - head;
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take(limit)
        .take_while(|(a, b)| a == b)
        .count();
    for (at, slot) in matched.iter_mut().enumerate() {
        if at < head {
            *slot = Some(at);
        } else if at >= new.len() - tail {
            *slot = Some(at + old.len() - new.len());
        }
    }
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, key) in old.iter().enumerate().take(old.len() - tail).skip(head) {
        places.entry(key).or_default().push(at);
    }
    // Patience: among candidates keep a longest increasing sequence of old positions.
    let mut used: HashMap<&str, usize> = HashMap::new();
    let mut candidates: Vec<(usize, usize)> = Vec::new();
    for (at, key) in new.iter().enumerate().take(new.len() - tail).skip(head) {
        let count = used.entry(key).or_default();
        if let Some(place) = places.get(key.as_str()).and_then(|list| list.get(*count)) {
            candidates.push((at, *place));
            *count += 1;
        }
    }
    for (at, place) in longest_increasing(&candidates) {
        if let Some(slot) = matched.get_mut(at) {
            *slot = Some(place);
        }
    }
    matched
}

fn longest_increasing(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let value = |at: usize| pairs.get(at).map_or(0, |pair| pair.1);
    for (at, pair) in pairs.iter().enumerate() {
        let spot = tails.partition_point(|tail| value(*tail) < pair.1);
        before.push(
            spot.checked_sub(1)
                .and_then(|spot| tails.get(spot))
                .copied(),
        );
        if let Some(slot) = tails.get_mut(spot) {
            *slot = at;
        } else {
            tails.push(at);
        }
    }
    let mut chain = Vec::new();
    let mut next = tails.last().copied();
    while let Some(at) = next {
        chain.extend(pairs.get(at));
        next = before.get(at).copied().flatten();
    }
    chain.reverse();
    chain
}

/// Changed blocks: the next old one of the same type between the unchanged neighbours.
fn pair_by_kind(
    world: &World,
    old: &[Uuid],
    blocks: &[NewBlock],
    matched: &[Option<usize>],
    taken: &mut BTreeSet<usize>,
) -> Vec<Option<usize>> {
    let mut edited = vec![None; blocks.len()];
    let mut from = 0;
    for (at, block) in blocks.iter().enumerate() {
        if let Some(place) = matched.get(at).copied().flatten() {
            from = from.max(place + 1);
            continue;
        }
        if is_reference(block) {
            continue;
        }
        let end = matched
            .iter()
            .skip(at)
            .flatten()
            .copied()
            .find(|place| *place >= from)
            .unwrap_or(old.len());
        let found = (from..end).find(|place| {
            !taken.contains(place)
                && old
                    .get(*place)
                    .and_then(|id| world.get(*id))
                    .is_some_and(|r| r.kind == block.kind)
        });
        if let Some(place) = found {
            taken.insert(place);
            from = place + 1;
            if let Some(slot) = edited.get_mut(at) {
                *slot = Some(place);
            }
        }
    }
    edited
}
