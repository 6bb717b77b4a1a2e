//! One document model for notes, with its notations, and what syncing needs to know about text.
//!
//! Three notations are read and written: the **body** a person edits (`CommonMark` + GFM), Notion's
//! **enhanced Markdown**, and the **block JSON** of Notion's API, with a [`plan`] of the requests that
//! create a tree of blocks within the API's limits. Beside them: a canonical form for comparison, the smallest set of search-and-replace
//! pairs between two texts ([`diff`]), and a three-way [`merge`]. Everything here is a pure function: no files,
//! no network, no clock. It knows no accounts and makes no requests.
//!
//! # The body
//!
//! A body says in Markdown whatever Markdown can say, and carries the rest in the tags and attributes of
//! enhanced Markdown, so that the way there and back loses nothing:
//!
//! | in Notion | in a body |
//! | --- | --- |
//! | mention of a page | `[Title](notion://<page id with dashes>)` |
//! | other mentions, dates | their tags, `<mention-date start="2026-05-15"/>` |
//! | colour of a block | `{color="red"}` at the end of its text |
//! | underline, colour of text | `<span underline="true">…</span>`, `<span color="red">…</span>` |
//! | line break in a block | a newline (also `<br>`) |
//! | empty block | `<empty-block/>` on its own line |
//! | toggle | `<details>`, `<summary>…</summary>`, blocks, `</details>` |
//! | toggle heading | `## Title {toggle="true"}`, its blocks in `<indent>` … `</indent>` |
//! | blocks below a paragraph | `<indent>` … `</indent>` after it |
//! | callout | `> [!NOTE]` where icon and colour fit, else `<callout icon="🎯">` … `</callout>` |
//! | picture whose caption is a link | `[![caption](picture)](address)` |
//! | caption and styles of code | ```` ```rust {caption="…" runs="3 4/bold"} ````, behind the language |
//! | table without header row, with colours | `<table header-row="false" …>` as in enhanced Markdown |
//! | anything else | the exact source of its tags |
//!
//! A mention is a link with an address of its own because every Markdown editor shows and follows links,
//! the id survives any renaming, and `notion://` cannot be confused with an ordinary link to a Notion page.
//!
//! Footnotes stay readable text (`[^1]`, and `[^1]: …` where the note stands); links that are neither
//! `http(s)` nor `mailto`, unknown HTML and comments stay text as well.

mod align;
mod block_kind;
mod block_update;
mod block_update_plan;
mod block_update_progress;
mod blocks;
mod body;
mod canonical;
mod code;
mod code_breaks;
mod diff;
mod document;
mod edits;
mod enhanced;
mod fixed;
mod html;
mod inline;
mod inline_write;
mod likeness;
mod loss;
mod merge;
mod model;
mod names;
mod normal;
mod note_loss;
mod pieces;
mod plain;
mod regions;
mod search;
mod tag;
mod three_way;
mod tokens;
mod units;
mod urls;
mod verify;
mod windows;
mod word_count;

pub use block_update::{
    BlockRequest, BlockUpdate, Reason, Refusal, Siblings, Spot, Target, block_update,
};
pub use blocks::{Blocks, BlocksError, Parent, PlanStep, Request, plan, plan_json, plan_told};
pub use canonical::{canonical, canonical_hash};
pub use diff::{Anchor, Replacement, Update, apply, diff, is_repeatable, portions};
pub use document::page_links;
pub use loss::{Converted, Loss};
pub use merge::{Merge, Region, merge};
pub use model::{Attrs, Block, Cell, Document, Inline, Kind, Row, Span, Style, Table};
pub use names::{NoteName, names_in_text, note_names};
pub use note_loss::{NoteLoss, losses};
pub use urls::{page_id, page_url};

/// User Markdown as enhanced Markdown.
pub fn body_to_enhanced(body: &str) -> String {
    Document::from_body(body).to_enhanced()
}

/// Enhanced Markdown as user Markdown.
pub fn enhanced_to_body(enhanced: &str) -> String {
    Document::from_enhanced(enhanced).to_body()
}
