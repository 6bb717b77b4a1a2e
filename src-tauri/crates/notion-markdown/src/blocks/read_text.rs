//! The JSON text of blocks, read block by block: only one of those at the top is a tree of values at a time,
//! so that a long page takes little more memory than its text and its document.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::tree::{Name, Reader};
use super::{BlocksError, read, read_losses};
use crate::loss::Losses;
use crate::model::Block;

/// What is read so far.
#[derive(Default)]
struct Reading {
    blocks: Vec<Block>,
    losses: Losses,
    /// Whether there was a list at all.
    found: bool,
    failed: Option<BlocksError>,
}

/// Reads the text of a list of blocks, or of an object that holds one in `results`.
pub(super) fn blocks(text: &str) -> Result<(Vec<Block>, Losses), BlocksError> {
    let mut reading = Reading::default();
    let too_deep = Cell::new(false);
    let mut source = serde_json::Deserializer::from_str(text);
    source.disable_recursion_limit();
    let top = Top {
        reading: &mut reading,
        reader: Reader {
            depth: 0,
            too_deep: &too_deep,
        },
        answer: true,
    };
    let read = top.deserialize(&mut source).and_then(|()| source.end());
    match read {
        Err(_) if too_deep.get() => Err(BlocksError::TooDeep {
            place: reading.blocks.len().to_string(),
        }),
        Err(error) if error.is_data() => Err(BlocksError::NotAList),
        Err(error) => Err(BlocksError::NotJson(error.to_string())),
        Ok(()) => match reading.failed {
            Some(error) => Err(error),
            None if reading.found => Ok((reading.blocks, reading.losses)),
            None => Err(BlocksError::NotAList),
        },
    }
}

/// Reads the blocks at the top.
struct Top<'r, 'd> {
    reading: &'r mut Reading,
    reader: Reader<'d>,
    /// Whether an object with the list in it does as well.
    answer: bool,
}

impl<'a> DeserializeSeed<'a> for Top<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Top<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of blocks")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut source: A) -> Result<(), A::Error> {
        let inner = self.reader.inner()?;
        // Of two lists in one answer the last one counts, as everywhere in JSON.
        *self.reading = Reading {
            found: true,
            ..Reading::default()
        };
        let mut at = 0;
        while let Some(value) = source.next_element_seed(inner)? {
            let Reading { blocks, losses, .. } = &mut *self.reading;
            if let Err(error) = read::block(&value, &mut vec![at], blocks) {
                self.reading.failed = Some(error);
                // Whether the rest is JSON at all still matters.
                while source.next_element_seed(inner)?.is_some() {}
                return Ok(());
            }
            read_losses::of_block(&value, at, losses);
            at += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut source: A) -> Result<(), A::Error> {
        let reader = self.reader.inner()?;
        while let Some(name) = source.next_key_seed(Name)? {
            if self.answer && name == "results" {
                source.next_value_seed(Top {
                    reading: &mut *self.reading,
                    reader,
                    answer: false,
                })?;
            } else {
                source.next_value_seed(reader)?;
            }
        }
        Ok(())
    }
}
