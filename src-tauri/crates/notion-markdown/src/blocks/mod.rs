//! Block JSON: the third notation, as Notion's block API speaks it.
//!
//! Reading takes blocks as the API returns them; writing gives them as a request carries them, with every
//! limit on a single block met. What the model has no word for becomes a card: an element that keeps the
//! block's exact JSON in an attribute, `<unknown alt="bookmark" url="…" json="…"/>`.

mod card;
mod code_out;
mod json;
mod mark;
mod opaque;
mod plan;
mod plan_values;
mod read;
mod read_losses;
mod read_text;
mod requests;
mod rich_in;
mod rich_out;
mod split;
mod table_out;
mod text;
mod tree;
mod write;

use serde_json::Value;

use crate::loss::{Converted, Loss, Losses};
use crate::model::{Block, Document};

pub(crate) use card::{inner, split_columns, unsigned};
pub(crate) use json::quoted_len;

/// Whether Notion has this colour.
pub(crate) fn is_color(name: &str) -> bool {
    rich_out::color(name).is_some()
}

/// Whether Notion has this code language, by its own name or by a usual other one.
pub(crate) fn is_language(written: &str) -> bool {
    write::accepted_language(written).1
}

pub use plan::Parent;
pub use plan_values::{PlanStep, plan, plan_json, plan_told};
pub use requests::Request;

/// Why a value is not a list of blocks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlocksError {
    /// Something in a list of blocks is no block.
    #[error("block {place} is no object with a type")]
    NotABlock {
        /// Where: positions from the top, counted from 0 and parted by slashes.
        place: String,
    },
    /// A text is no JSON.
    #[error("this is no JSON: {0}")]
    NotJson(String),
    /// A text is JSON, but no list.
    #[error("this is no list of blocks")]
    NotAList,
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

impl Document {
    /// Reads the JSON text of a list of blocks, or of an answer of the API that holds one in `results`.
    pub fn read_blocks_json(text: &str) -> Result<Converted<Self>, BlocksError> {
        let (blocks, losses) = read_text::blocks(text)?;
        Ok(Self::read(blocks, losses))
    }

    /// Reads blocks as [`Document::from_blocks`], and says what the model has no word for.
    pub fn read_blocks(blocks: &[Value]) -> Result<Converted<Self>, BlocksError> {
        let read = read::blocks(blocks, &mut Vec::new())?;
        Ok(Self::read(read, read_losses::of(blocks)))
    }

    /// What was read, in normal form, with what was lost on the way there.
    fn read(blocks: Vec<Block>, mut losses: Losses) -> Converted<Self> {
        let value = Self { blocks }.settled(&mut losses);
        let losses = losses.into_list();
        Converted { value, losses }
    }

    /// Reads blocks as the API returns them, with their children below `children` or `<type>.children`.
    pub fn from_blocks(blocks: &[Value]) -> Result<Self, BlocksError> {
        let blocks = read::blocks(blocks, &mut Vec::new())?;
        Ok(Self { blocks }.normalized())
    }

    /// Writes the JSON text of the blocks that [`Document::to_blocks`] gives, many times faster.
    pub fn to_blocks_json(&self) -> Converted<String> {
        text::document(self)
    }

    /// Writes the requests of a [`plan`] of [`Document::to_blocks`] as JSON text, many times faster.
    pub fn to_requests(&self) -> Converted<Vec<Request>> {
        requests::of(self)
    }

    /// Writes blocks as a request carries them, nested as deep as the document. [`plan`] cuts them into requests.
    pub fn to_blocks(&self) -> Blocks {
        let mut out = write::Writer::default();
        let blocks = out.blocks(&self.blocks);
        Blocks {
            blocks,
            losses: out.losses.into_list(),
        }
    }
}

/// The words of a card that keeps its JSON; none of any other card.
pub(crate) fn words(source: &str) -> Option<String> {
    let value = card::kept_json(source)?;
    if json::kind(&value) == Some("code") {
        let block = read::whole_code(json::payload(&value));
        return Some(
            Document {
                blocks: vec![block],
            }
            .plain_text(),
        );
    }
    shown(source).map(|document| document.plain_text())
}

/// What a card that keeps its JSON shows, as far as the model has words for it.
pub(crate) fn shown(source: &str) -> Option<Document> {
    let value = card::kept_json(source)?;
    let mut out = write::Writer::default();
    let mut blocks = Vec::new();
    out.kept(&value, &mut blocks);
    // What comes out as itself again is a card without words of its own.
    let known = blocks.iter().all(|block| {
        json::kind(block).is_some_and(|name| !card::keeps_json(name) && name != "synced_block")
    });
    known
        .then(|| read::document(&blocks))
        .filter(|found| !found.blocks.is_empty())
}
