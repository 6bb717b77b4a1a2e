//! Notion's enhanced Markdown.

pub(crate) mod inline;
pub(crate) mod parse;
mod scan;
pub(crate) mod table;
pub(crate) mod write;
