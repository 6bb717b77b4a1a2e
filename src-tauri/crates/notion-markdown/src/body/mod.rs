//! User Markdown.

mod blocks;
mod escape;
pub(crate) mod front;
mod html;
mod inline_text;
mod isolate;
mod kept;
mod leaf;
mod paragraph;
pub(crate) mod parse;
mod pieces;
mod places;
mod raw;
pub(crate) mod read;
pub(crate) mod write;
