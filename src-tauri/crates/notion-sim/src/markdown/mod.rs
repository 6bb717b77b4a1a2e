//! Enhanced Markdown: blocks to text, text to blocks, and the endpoints around them.
//!
//! Both directions work on [`NewBlock`] trees. The parser takes anything: what it does not
//! understand stays text.

pub(crate) mod api;
mod apply;
mod attributes;
mod blocks;
mod containers;
mod guard;
mod inline;
mod inline_atoms;
mod inline_parse;
mod inline_write;
mod render;
pub(crate) mod style;
mod tree;

#[cfg(test)]
mod tests;

pub(crate) use apply::{apply, check_new, place_blocks};
pub(crate) use blocks::parse;
#[cfg(test)]
pub(crate) use render::render;
pub(crate) use render::{render_in, render_one};
pub(crate) use tree::{of_record, page_markdown};

#[cfg(test)]
pub(crate) use crate::world::NewBlock;
