//! User Markdown.

mod blocks;
mod escape;
mod html;
mod inline_text;
mod leaf;
mod paragraph;
pub(crate) mod parse;
mod pieces;
mod raw;
pub(crate) mod write;
