//! A page's content as enhanced Markdown, and the commands that change it.

use std::fmt;

use serde_json::{Value, json};

use super::{FromAnswer, flag, id, object_of};
use crate::id::PageId;

/// A page's content as enhanced Markdown, without its title.
#[derive(Clone, PartialEq, Eq)]
pub struct PageMarkdown {
    /// The page (or the block whose subtree this is).
    pub id: PageId,
    /// The content.
    pub markdown: String,
    /// Parts are missing because the page is too long or not wholly shared.
    pub truncated: bool,
    /// The missing parts, to be read one by one with the same call.
    pub unknown_block_ids: Vec<String>,
}

impl fmt::Debug for PageMarkdown {
    // The content must not end up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageMarkdown")
            .field("id", &self.id)
            .field("bytes", &self.markdown.len())
            .field("truncated", &self.truncated)
            .field("unknown_block_ids", &self.unknown_block_ids)
            .finish()
    }
}

impl FromAnswer for PageMarkdown {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let mut answer = object_of(answer, &["page_markdown"])?;
        let Some(Value::String(markdown)) = answer.remove("markdown") else {
            return Err("page content without markdown");
        };
        let unknown = answer.get("unknown_block_ids").and_then(Value::as_array);
        Ok(Self {
            id: id(&answer, "id").ok_or("page content without an id")?,
            markdown,
            truncated: flag(&answer, "truncated"),
            unknown_block_ids: unknown
                .into_iter()
                .flatten()
                .filter_map(|id| id.as_str().map(ToOwned::to_owned))
                .collect(),
        })
    }
}

/// One change of a page's content.
#[derive(Clone, PartialEq, Eq)]
pub enum MarkdownCommand {
    /// Search and replace, in order, against the page's rendered Markdown.
    UpdateContent {
        /// The replacements.
        updates: Vec<ContentUpdate>,
        /// Let this remove child pages and databases.
        allow_deleting_content: bool,
    },
    /// Replace the whole content. Ids of blocks, and comments on them, may be lost.
    ReplaceContent {
        /// The new content.
        new_str: String,
        /// Let this remove child pages and databases.
        allow_deleting_content: bool,
    },
    /// Insert without touching anything that is there.
    InsertContent {
        /// What to insert.
        content: String,
        /// Where.
        position: InsertPosition,
    },
    /// Insert behind a part of the page, named by how it begins and ends. Older; still taken.
    InsertAfter {
        /// What to insert.
        content: String,
        /// `start text...end text`, exactly as the page's Markdown has it.
        after: String,
    },
    /// Replace a part of the page, named by how it begins and ends. Older; still taken.
    ReplaceRange {
        /// What takes its place.
        content: String,
        /// `start text...end text`, exactly as the page's Markdown has it.
        content_range: String,
        /// Let this remove child pages and databases.
        allow_deleting_content: bool,
    },
}

/// One search and replace.
#[derive(Clone, PartialEq, Eq)]
pub struct ContentUpdate {
    /// Exact text to find, as Notion renders it.
    pub old_str: String,
    /// What takes its place.
    pub new_str: String,
    /// Replace every match; otherwise several matches are an error.
    pub replace_all_matches: bool,
}

/// Where new content goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InsertPosition {
    /// Before everything else.
    Start,
    /// After everything else.
    End,
}

impl MarkdownCommand {
    /// As a request carries it.
    pub(crate) fn to_request(&self) -> Value {
        match self {
            Self::UpdateContent {
                updates,
                allow_deleting_content,
            } => {
                let updates: Vec<Value> = updates
                    .iter()
                    .map(|update| {
                        json!({
                            "old_str": update.old_str,
                            "new_str": update.new_str,
                            "replace_all_matches": update.replace_all_matches,
                        })
                    })
                    .collect();
                json!({"type": "update_content", "update_content": {
                    "content_updates": updates,
                    "allow_deleting_content": allow_deleting_content,
                }})
            }
            Self::ReplaceContent {
                new_str,
                allow_deleting_content,
            } => {
                json!({"type": "replace_content", "replace_content": {
                    "new_str": new_str,
                    "allow_deleting_content": allow_deleting_content,
                }})
            }
            Self::InsertContent { content, position } => {
                let position = match position {
                    InsertPosition::Start => "start",
                    InsertPosition::End => "end",
                };
                json!({"type": "insert_content", "insert_content": {
                    "content": content,
                    "position": {"type": position},
                }})
            }
            Self::InsertAfter { content, after } => {
                json!({"type": "insert_content", "insert_content": {
                    "content": content,
                    "after": after,
                }})
            }
            Self::ReplaceRange {
                content,
                content_range,
                allow_deleting_content,
            } => {
                json!({"type": "replace_content_range", "replace_content_range": {
                    "content": content,
                    "content_range": content_range,
                    "allow_deleting_content": allow_deleting_content,
                }})
            }
        }
    }
}

impl fmt::Debug for MarkdownCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UpdateContent {
                updates,
                allow_deleting_content,
            } => f
                .debug_struct("UpdateContent")
                .field("updates", &updates)
                .field("allow_deleting_content", allow_deleting_content)
                .finish(),
            Self::ReplaceContent {
                new_str,
                allow_deleting_content,
            } => f
                .debug_struct("ReplaceContent")
                .field("bytes", &new_str.len())
                .field("allow_deleting_content", allow_deleting_content)
                .finish(),
            Self::InsertContent { content, position } => f
                .debug_struct("InsertContent")
                .field("bytes", &content.len())
                .field("position", position)
                .finish(),
            Self::InsertAfter { content, .. } => f
                .debug_struct("InsertAfter")
                .field("bytes", &content.len())
                .finish_non_exhaustive(),
            Self::ReplaceRange {
                content,
                allow_deleting_content,
                ..
            } => f
                .debug_struct("ReplaceRange")
                .field("bytes", &content.len())
                .field("allow_deleting_content", allow_deleting_content)
                .finish_non_exhaustive(),
        }
    }
}

impl fmt::Debug for ContentUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentUpdate")
            .field("old_bytes", &self.old_str.len())
            .field("new_bytes", &self.new_str.len())
            .field("replace_all_matches", &self.replace_all_matches)
            .finish()
    }
}
