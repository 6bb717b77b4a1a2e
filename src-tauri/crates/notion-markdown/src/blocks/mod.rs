//! Block JSON: the third notation, as Notion's block API speaks it.
//!
//! Reading takes blocks as the API returns them; writing gives them as a request carries them, with every
//! limit on a single block met. What the model has no word for becomes a card: an element that keeps the
//! block's exact JSON in an attribute, `<unknown alt="bookmark" url="…" json="…"/>`.

mod card;
mod json;
mod opaque;
mod plan;
mod read;
mod rich_in;
mod rich_out;
mod split;
mod table_out;
mod write;

use std::fmt;

use serde_json::Value;

use crate::model::Document;

pub use plan::{Parent, PlanStep, plan, plan_json};

/// Why a value is not a list of blocks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlocksError {
    /// Something in a list of blocks is no block.
    #[error("block {place} is no object with a type")]
    NotABlock {
        /// Where: positions from the top, counted from 0 and parted by slashes.
        place: String,
    },
    /// Blocks are nested deeper than any note.
    #[error("block {place} is nested too deep")]
    TooDeep {
        /// Where: positions from the top, counted from 0 and parted by slashes.
        place: String,
    },
}

/// A document as blocks, and what could not be said that way.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Blocks {
    /// The blocks as a request carries them, nested as deep as the document.
    pub blocks: Vec<Value>,
    /// What is missing or changed in them, in order.
    pub losses: Vec<Loss>,
}

/// Something of a document that blocks cannot carry. Its visible words are kept wherever it has any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// What is lost or changed.
    pub what: String,
    /// The block of the document: positions from the top, counted from 0 and parted by slashes.
    pub r#where: String,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "block {}: {}", self.r#where, self.what)
    }
}

impl Document {
    /// Reads blocks as the API returns them, with their children below `children` or `<type>.children`.
    pub fn from_blocks(blocks: &[Value]) -> Result<Self, BlocksError> {
        let blocks = read::blocks(blocks, "", 0)?;
        Ok(Self { blocks }.normalized())
    }

    /// Writes blocks as a request carries them, nested as deep as the document. [`plan`] cuts them into requests.
    pub fn to_blocks(&self) -> Blocks {
        let mut out = write::Writer::default();
        let blocks = out.blocks(&self.blocks);
        Blocks {
            blocks,
            losses: out.losses,
        }
    }
}
