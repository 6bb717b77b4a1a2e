//! User Markdown.

mod blocks;
mod html;
mod inline_text;
mod paragraph;
pub(crate) mod parse;
pub(crate) mod write;
