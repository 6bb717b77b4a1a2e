//! Octavo without a window: accounts, the vault for their tokens, the store for their notes, their
//! home in Notion, and the exchange with it.
//!
//! [`Octavo`] is the front door. A note is durable in the account's own database the moment a method
//! that keeps it returns, and goes to Notion by itself afterwards: written into an outbox in the same
//! transaction, journalled before each request, confirmed by each answer. No query can see two
//! accounts' notes, because a store is opened for one account.
//!
//! This crate knows no window and prints nothing; how Notion speaks is `notion-api`'s, how its text
//! is read and compared is `notion-markdown`'s.

mod absorb;
mod accounts;
mod assist;
mod carry;
mod clients;
mod clock;
mod config;
mod database;
mod drafts;
mod error;
mod files;
mod importing;
mod leaving;
mod links;
pub mod logging;
mod memory;
mod oauth;
mod octavo;
mod owed;
mod page_text;
mod redact;
mod search;
mod store;
mod sync;
pub mod title;
mod toc;
mod together;
mod vault;
mod workspace;

pub use clock::Clock;
pub use config::{Config, VaultKind};
pub use error::CoreError;
pub use oauth::Waiting;
pub use octavo::{
    Act, Attention, Exported, Form, ImportReport, Octavo, Preferences, RecentNote, TrayState,
    Undone,
};
pub use redact::redacted;
