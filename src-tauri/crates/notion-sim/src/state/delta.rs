//! One line of a journal: what changed since the line before.

use std::collections::HashMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    tracked::Tracked,
    world::{Record, World},
};

/// Lists shorter than this are written whole.
const SHORT: usize = 64;

/// A change of a list of ids: the middle between two ends that stayed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct ListDelta {
    front: usize,
    back: usize,
    middle: Vec<Uuid>,
}

impl ListDelta {
    fn between(old: &[Uuid], new: &[Uuid]) -> Self {
        let front = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        let rest = old.len().min(new.len()) - front;
        let ends = old.iter().rev().zip(new.iter().rev());
        let back = ends.take(rest).take_while(|(a, b)| a == b).count();
        let middle = new.get(front..new.len() - back).unwrap_or_default();
        Self {
            front,
            back,
            middle: middle.to_vec(),
        }
    }

    fn apply(self, list: &mut Vec<Uuid>) {
        let end = list.len().saturating_sub(self.back).max(self.front);
        let start = self.front.min(list.len());
        list.splice(start..end.min(list.len()), self.middle);
    }
}

/// A record without its children, which follow as a change of a list.
#[derive(Debug, Serialize, Deserialize)]
struct RecordLine {
    id: Uuid,
    record: Option<Record>,
    #[serde(default)]
    children: ListDelta,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Delta {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    records: Vec<RecordLine>,
    /// The pages at workspace level.
    #[serde(default, skip_serializing_if = "HashMap::is_empty")]
    roots: HashMap<Uuid, ListDelta>,
    /// Entries of the smaller maps by the map's name; null for one that is gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    entries: Vec<(String, Uuid, Value)>,
    /// Everything else, if something of it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rest: Option<Box<World>>,
}

/// What the disk has, as far as it must be known to write only what changed.
#[derive(Debug, Default)]
pub(crate) struct Persisted {
    rest: Vec<u8>,
    /// Long lists of children, and of pages at workspace level.
    lists: HashMap<Uuid, Vec<Uuid>>,
}

/// The maps that are written entry by entry, taken out of the world while the rest is written.
struct Maps {
    records: Tracked<Record>,
    uploads: Tracked<crate::files::Upload>,
    comments: Tracked<crate::comments::Comment>,
    views: Tracked<crate::views::View>,
    roots: Vec<(Uuid, Vec<Uuid>)>,
}

impl Maps {
    fn take(world: &mut World) -> Self {
        Self {
            records: std::mem::take(&mut world.records),
            uploads: std::mem::take(&mut world.uploads),
            comments: std::mem::take(&mut world.comments),
            views: std::mem::take(&mut world.views),
            roots: world
                .workspaces
                .values_mut()
                .map(|space| (space.id, std::mem::take(&mut space.roots)))
                .collect(),
        }
    }

    fn put_back(self, world: &mut World) {
        world.records = self.records;
        world.uploads = self.uploads;
        world.comments = self.comments;
        world.views = self.views;
        for (id, roots) in self.roots {
            if let Some(space) = world.workspaces.get_mut(&id) {
                space.roots = roots;
            }
        }
    }
}

fn entries<V: Serialize>(name: &str, map: &mut Tracked<V>, found: &mut Vec<(String, Uuid, Value)>) {
    for id in map.take_changed() {
        let value = map.get(&id).map_or(Value::Null, |value| json!(value));
        found.push((name.to_owned(), id, value));
    }
}

impl Persisted {
    /// Remembers what a snapshot of this world contains.
    pub(crate) fn of(world: &mut World) -> serde_json::Result<Self> {
        let mut persisted = Self::default();
        persisted.line(world)?;
        for record in world.records.values().filter(|r| r.children.len() > SHORT) {
            persisted.lists.insert(record.id, record.children.clone());
        }
        Ok(persisted)
    }

    /// The line for everything that changed, with its end; empty if nothing did.
    pub(crate) fn line(&mut self, world: &mut World) -> serde_json::Result<Vec<u8>> {
        let mut changed = Vec::new();
        entries("uploads", &mut world.uploads, &mut changed);
        entries("comments", &mut world.comments, &mut changed);
        entries("views", &mut world.views, &mut changed);
        let records = self.records(world);
        let maps = Maps::take(world);
        let rest = serde_json::to_vec(&*world);
        let roots = self.roots(&maps.roots);
        maps.put_back(world);
        let rest = rest?;
        let mut delta = json!({});
        if !changed.is_empty() {
            crate::json::put(&mut delta, "entries", json!(changed));
        }
        if !roots.is_empty() {
            crate::json::put(&mut delta, "roots", json!(roots));
        }
        let other = rest != self.rest;
        if records.is_empty() && !other && delta == json!({}) {
            return Ok(Vec::new());
        }
        // Records and the rest are text already.
        let mut line = serde_json::to_vec(&delta)?;
        line.pop();
        let mut add = |key: &str, value: &[u8]| {
            if line.len() > 1 {
                line.push(b',');
            }
            line.extend(format!("\"{key}\":").bytes());
            line.extend(value);
        };
        if !records.is_empty() {
            let all = [b"[".as_slice(), &records.join(&b','), b"]"].concat();
            add("records", &all);
        }
        if other {
            add("rest", &rest);
            self.rest = rest;
        }
        line.extend(b"}\n");
        Ok(line)
    }

    fn records(&mut self, world: &mut World) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        for id in world.records.take_changed() {
            let Some(record) = world.records.peek_mut(&id) else {
                self.lists.remove(&id);
                lines.extend(serde_json::to_vec(&json!({"id": id, "record": null})));
                continue;
            };
            let children = std::mem::take(&mut record.children);
            let old = self.lists.get(&id).map(Vec::as_slice).unwrap_or_default();
            let delta = ListDelta::between(old, &children);
            let line = json!({"id": id, "record": &*record, "children": delta});
            if children.len() > SHORT {
                // What stays need not be copied again.
                let kept = self.lists.entry(id).or_default();
                delta.apply(kept);
            } else {
                self.lists.remove(&id);
            }
            record.children = children;
            lines.extend(serde_json::to_vec(&line));
        }
        lines
    }

    fn roots(&mut self, now: &[(Uuid, Vec<Uuid>)]) -> HashMap<Uuid, ListDelta> {
        let mut changed = HashMap::new();
        for (id, roots) in now {
            let kept = self.lists.entry(*id).or_default();
            if kept != roots {
                let delta = ListDelta::between(kept, roots);
                delta.clone().apply(kept);
                changed.insert(*id, delta);
            }
        }
        changed
    }
}

/// Applies a line to the world it was written after.
pub(crate) fn apply(world: &mut World, delta: Delta) {
    if let Some(rest) = delta.rest {
        let maps = Maps::take(world);
        *world = *rest;
        maps.put_back(world);
    }
    for line in delta.records {
        let Some(mut record) = line.record else {
            world.records.remove(&line.id);
            continue;
        };
        // A list that was short stood whole in its own line.
        let old = world.records.get(&line.id).map(|old| &old.children);
        let mut children = old
            .filter(|old| old.len() > SHORT)
            .cloned()
            .unwrap_or_default();
        line.children.apply(&mut children);
        record.children = children;
        world.records.insert(line.id, record);
    }
    for (id, delta) in delta.roots {
        if let Some(space) = world.workspaces.get_mut(&id) {
            delta.apply(&mut space.roots);
        }
    }
    for (name, id, value) in delta.entries {
        match name.as_str() {
            "uploads" => set(&mut world.uploads, id, value),
            "comments" => set(&mut world.comments, id, value),
            "views" => set(&mut world.views, id, value),
            _ => {}
        }
    }
}

fn set<V: DeserializeOwned>(map: &mut Tracked<V>, id: Uuid, value: Value) {
    match serde_json::from_value(value) {
        Ok(Some(value)) => {
            map.insert(id, value);
        }
        _ => {
            map.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_list_becomes_the_other(
            old in proptest::collection::vec(0_u8..6, 0..12),
            new in proptest::collection::vec(0_u8..6, 0..12),
        ) {
            let ids = |list: &[u8]| -> Vec<Uuid> {
                list.iter().map(|n| Uuid::from_bytes([*n; 16])).collect()
            };
            let (old, new) = (ids(&old), ids(&new));
            let mut list = old.clone();
            ListDelta::between(&old, &new).apply(&mut list);
            prop_assert_eq!(list, new);
        }
    }

    #[test]
    fn appending_writes_one_id() {
        let old: Vec<Uuid> = (0..1000).map(|_| Uuid::new_v4()).collect();
        let mut new = old.clone();
        new.push(Uuid::new_v4());
        assert_eq!(ListDelta::between(&old, &new).middle.len(), 1);
    }
}
