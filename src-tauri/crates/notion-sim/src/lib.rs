//! The Notion API on loopback.
//!
//! This is a simulator of the public Notion REST API as far as Octavo and its users' other tools
//! use it: pages and blocks as one tree, databases with data sources and typed rows, enhanced
//! Markdown in both directions, files, comments, search with its weaknesses, users, sign-in with a
//! consent page and rolling tokens, rate limits, versions and error texts. It serves tests, which
//! need a Notion that can be broken on purpose (`/_sim/…`, see the crate's README), and the sample
//! workspace, which needs one that works without a network.
//!
//! It is not a client, it shares no code with ours, and it is not meant to be reachable from
//! another machine: it listens on loopback only.
//!
//! ```no_run
//! # async fn demo() -> Result<(), notion_sim::SimError> {
//! use notion_sim::{Options, Seed, Simulator};
//! let running = Simulator::start(Options { seed: Seed::Sample, ..Options::default() }).await?;
//! println!("{} {}", running.url(), running.personal_access_token());
//! running.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod api;
mod blockapi;
mod blockfields;
mod blocks;
mod clock;
mod comments;
mod config;
mod control;
mod edge;
mod edits;
mod error;
mod faults;
mod files;
pub mod history;
mod holds;
mod http;
mod ids;
mod import;
mod json;
mod languages;
mod listener;
mod markdown;
mod newblock;
mod novelty;
mod oauth;
mod pages;
mod references;
mod richtext;
mod routes;
mod search;
mod seed;
mod seed_notes;
mod sim;
mod simulator;
mod state;
mod tables;
mod tasks;
mod title;
mod tracked;
mod tree;
mod users;
mod version;
mod views;
mod world;

pub use simulator::{Announcement, Options, Running, Seed, SimError, Simulator};
