//! A typed client of the Notion REST API.
//!
//! It knows HTTP, Notion's limits and what may be repeated; it knows no account, no disk and no
//! document model. A [`Client`] holds one access token and one connection pool; clones share both,
//! and share the [`Budget`] that keeps all of them inside Notion's request window.
//!
//! What a caller may rely on:
//!
//! - **Reads repeat themselves** (`GET`, search, queries) after network trouble, `5xx` and `409`, with growing
//!   pauses. So does [`Client::update_page`] and everything else whose repetition yields the same
//!   state.
//! - **Other writes are sent once.** When the end of a write is unclear (cut connection, time-out,
//!   `5xx`), the answer is [`ApiError::Unclear`] with whatever Notion said about having saved it;
//!   looking before repeating is the caller's business.
//! - **A rate limit pauses the whole client**, not one request: `429` and `529` were not processed,
//!   so the request waits and is repeated, writes included. A pause longer than
//!   [`RetryPolicy::longest_wait`] is reported instead of waited for.
//! - **Requests that are held back wait in one line**, captures first, and nobody forever;
//!   [`Budget::status`] tells what waits and until when. The size of the window is learned.
//! - **Parsing is lenient**: unknown fields, unknown kinds and partial objects never fail, and
//!   everything Notion sent stays available as `raw`, or as [`List::others`].
//! - **Listings are streams** that outlive a dead cursor and list nothing twice.
//! - **Errors say what to do**: see [`ApiError::remedy`].
//! - **Nothing secret leaves**: no token and no content in errors' `Debug`, in logs or spans, beyond
//!   the sentence with which Notion itself explains a refusal.
//!
//! Dropping a future cancels the request. Time is `tokio`'s; a test that pauses the clock and talks
//! over a real socket sets the time limits of its [`ClientConfig`] to [`Duration::MAX`], which means
//! no timer at all.
//!
//! [`Duration::MAX`]: std::time::Duration::MAX

mod answer;
mod budget;
mod call;
mod client;
mod config;
mod error;
#[doc(hidden)]
pub mod fuzzing;
mod id;
mod model;
mod oauth;
mod remedy;
mod stream;
mod transport;
mod wire;

pub use budget::{Budget, BudgetStatus, Priority, Waiting};
pub use client::Client;
pub use config::{ClientConfig, NOTION_URL, NOTION_VERSION, RetryPolicy, is_loopback};
pub use error::{ApiError, RateLimitReason, Remedy, Unclear, UnclearCause};
pub use id::{InvalidPageId, PageId};
pub use model::{
    AsyncTask, Block, Change, Comment, CommentOn, CommentText, ContentUpdate, Cover, CoverChange,
    DataSource, DataSourceRef, DataSourceUpdate, Database, DatabaseUpdate, Direction, FilePart,
    FileUpload, Found, Icon, IconChange, InsertPosition, List, MarkdownCommand, Me, NewDataSource,
    NewDatabase, NewFileUpload, NewPage, Owner, Page, PageMarkdown, PageUpdate, Parent, Position,
    PropertyItem, PropertyValue, Query, SearchKind, SearchRequest, Sort, SortBy, Started,
    TaskState, Template, UploadStatus, User,
};
pub use oauth::{
    CodeProof, Introspection, OAuthClient, OAuthConfig, Relay, TokenGrant, authorize_url,
};
