//! User Markdown.

mod blocks;
mod escape;
pub(crate) mod front;
mod html;
mod inline_text;
mod kept;
mod leaf;
mod paragraph;
pub(crate) mod parse;
mod pieces;
mod raw;
pub(crate) mod write;
