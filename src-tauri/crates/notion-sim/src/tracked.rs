//! A map that remembers which of its entries changed, so that a save writes only those.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
    ops::Deref,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// Ids are random in their second half: that half is hash enough, and a search of thousands of
/// pages looks every one of them up.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            for (slot, byte) in word.iter_mut().zip(chunk) {
                *slot = *byte;
            }
            self.0 = self.0.rotate_left(5) ^ u64::from_le_bytes(word);
        }
        self.0 = self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    // The length that precedes the bytes is always the same.
    fn write_usize(&mut self, _: usize) {}
}

/// A map by id.
pub(crate) type IdMap<V> = HashMap<Uuid, V, BuildHasherDefault<IdHasher>>;

/// Entries by their id. Everything that may change an entry marks it.
#[derive(Debug, Clone)]
pub(crate) struct Tracked<V> {
    entries: IdMap<V>,
    changed: HashSet<Uuid>,
}

impl<V> Default for Tracked<V> {
    fn default() -> Self {
        Self {
            entries: IdMap::default(),
            changed: HashSet::new(),
        }
    }
}

impl<V> Deref for Tracked<V> {
    type Target = IdMap<V>;

    fn deref(&self) -> &Self::Target {
        &self.entries
    }
}

impl<V> Tracked<V> {
    pub(crate) fn get_mut(&mut self, id: &Uuid) -> Option<&mut V> {
        let entry = self.entries.get_mut(id)?;
        self.changed.insert(*id);
        Some(entry)
    }

    pub(crate) fn insert(&mut self, id: Uuid, value: V) -> Option<V> {
        self.changed.insert(id);
        self.entries.insert(id, value)
    }

    pub(crate) fn remove(&mut self, id: &Uuid) -> Option<V> {
        let entry = self.entries.remove(id)?;
        self.changed.insert(*id);
        Some(entry)
    }

    pub(crate) fn clear(&mut self) {
        self.changed.extend(self.entries.keys().copied());
        self.entries.clear();
    }

    /// The entries that changed since the last time this was asked, in a fixed order.
    pub(crate) fn take_changed(&mut self) -> Vec<Uuid> {
        let mut ids: Vec<Uuid> = self.changed.drain().collect();
        ids.sort_unstable();
        ids
    }

    /// An entry to look at in place, without marking it.
    pub(crate) fn peek_mut(&mut self, id: &Uuid) -> Option<&mut V> {
        self.entries.get_mut(id)
    }
}

impl<V: Serialize> Serialize for Tracked<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.entries.serialize(serializer)
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Tracked<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self {
            entries: IdMap::deserialize(deserializer)?,
            changed: HashSet::new(),
        })
    }
}
