//! Notion's enhanced Markdown.

pub(crate) mod inline;
mod inline_out;
mod lexer;
mod line;
pub(crate) mod losses;
pub(crate) mod parse;
pub(crate) mod scan;
pub(crate) mod table;
mod tags;
pub(crate) mod write;
