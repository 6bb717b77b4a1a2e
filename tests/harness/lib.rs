//! The stage on which Octavo is tested as a person meets it: the real app in a real window on a
//! screen of its own, a real keychain, the `octavo` command beside it, and a simulator of Notion.
//!
//! Each [`Stage`] has its own virtual display, its own message bus and its own home folder, so
//! stories run side by side without seeing each other, and everything a stage started ends with it.
//! The harness is *not* a mock of anything: it starts programs, presses keys and reads what is on
//! the screen, on the disk, in the keychain and in the simulator's workspace.
//!
//! A story is written as
//!
//! ```no_run
//! # use harness::{Keyring, Verdict, story};
//! # async fn test() -> Verdict {
//! story("a_note_reaches_notion", Keyring::Unlocked, async |stage| {
//!     let notion = stage.simulator()?;
//!     let app = stage.open_app(&notion).await?;
//!     app.find("button", "Start without Notion").await?.click().await
//! })
//! .await
//! # }
//! ```
//!
//! When a story fails, what was on the screen and every log is kept in
//! `target/test-evidence/<story>/`.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

mod app;
mod bins;
mod broker;
mod browser;
mod cli;
mod disk;
mod driver;
mod fault;
mod fixtures;
mod frame;
mod keyring;
mod keys;
mod measure;
mod options;
mod pages;
mod port;
mod portal;
mod process;
mod seeded;
mod simulator;
mod stage;
mod steps;
mod story;
mod text;
mod tray;
mod wait;

pub use app::{App, Element};
pub use bins::{binary, evidence_dir, target_dir, workspace_root};
pub use broker::{Bridge, Broker};
pub use browser::{Browser, Connection};
pub use cli::{Cli, CliAnswer};
pub use disk::{CannotDo, FullFolder, ReadOnlyFolder, files_holding, or_skip};
pub use fault::{Fault, Verdict, ensure};
pub use fixtures::fixture;
pub use keyring::Keyring;
pub use keys::Peer;
pub use measure::{pss_kib, tree_of};
pub use options::AppOptions;
pub use pages::{Page, Workspace};
pub use portal::Portal;
pub use seeded::Seeded;
pub use simulator::Simulator;
pub use stage::Stage;
pub use story::story;
pub use text::{missing_words, visible_words};
pub use tray::{Tray, TrayEntry};
pub use wait::{Look, look, patience, wait_until, wait_until_within};
