//! What to do block by block where search-and-replace pairs cannot say it.

use std::fmt;

use serde_json::Value;

use crate::block_update_plan::plan;
use crate::loss::Loss;
use crate::word_count::WordCount;

/// Operations on single blocks that bring a page from the base to the new text.
///
/// They are meant for a page whose text was just read and found to mean the base. Whoever carries them out lists
/// the children named in [`BlockUpdate::lists`], checks them with [`Siblings::fits`], and sends
/// [`BlockUpdate::requests`] in order, one after the other; what is about to be changed, and what was taken out, is
/// held against the base by [`BlockUpdate::knows`]. What is put in comes first and what is taken out last,
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
    /// What blocks cannot carry of the new text, in its order; positions are those of the new text.
    pub losses: Vec<Loss>,
}

/// The children of a page or block, as the base shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Siblings {
    /// Whose children: positions of the base from the top, counted from 0; empty for the page.
    pub parent: Vec<usize>,
    /// The type of each child as the block API calls it; none where the text does not tell.
    pub kinds: Vec<Option<&'static str>>,
    /// How often each child itself says a word.
    pub(crate) words: Vec<WordCount>,
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

impl BlockUpdate {
    /// Whether the base knows every word that a block says by itself, as the API answered it: `block` is its
    /// place in the base, counted from 0. The API has no condition on a write to a block, so this is how a
    /// change that somebody made since is noticed. What is not plain text, such as a mention, is not compared.
    pub fn knows(&self, block: &[usize], answer: &Value) -> bool {
        let Some((at, parent)) = block.split_last() else {
            return true;
        };
        let list = self.lists.iter().find(|list| list.parent == parent);
        list.and_then(|list| list.words.get(*at))
            .is_none_or(|words| words.holds(&WordCount::of_block(answer)))
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
