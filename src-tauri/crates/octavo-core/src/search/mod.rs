//! Finding notes: what a query says, which words of a note are found, and in which order.
//!
//! The words are cut and folded here, not by SQLite: so scripts without spaces, accents and widths are
//! read alike in queries, in the index and when matches are marked in a snippet.

mod fold;
mod parts;
mod query;
mod rank;
mod snippet;
mod together;
mod tokens;
mod typo;

pub(crate) use fold::{folded, indexed};
pub(crate) use parts::Parts;
pub(crate) use query::{Filter, Place, Query, Term};
pub(crate) use rank::{Candidate, rank};
pub(crate) use snippet::{marks, passage, snippet};
pub(crate) use together::{Looked, fits, must_look};
pub(crate) use tokens::{token, tokens, whole_title};
pub(crate) use typo::{distance, slips};
