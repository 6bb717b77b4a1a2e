//! Measures a release build beside its peers and writes the table: `bench <folder> [--starts N]
//! [--presses N] [--only caret|window|switch|save|captures|memory|search|links|enhance|markdown|client|simulator]`; a part
//! of it is printed and not written.
//! Called by `cargo xtask bench`.
//!
//! Octavo's window stands beside an empty Tauri window (`bench/empty-window`), started in turns so
//! that a busy moment of the machine meets both. A save stands beside one bare SQLite commit.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

#[path = "bench/caret.rs"]
mod caret;
#[path = "bench/client.rs"]
mod client;
#[path = "bench/enhance.rs"]
mod enhance;
#[path = "bench/keyboard.rs"]
mod keyboard;
#[path = "bench/links.rs"]
mod links;
#[path = "bench/markdown.rs"]
mod markdown;
#[path = "bench/memory.rs"]
mod memory;
#[path = "bench/rows.rs"]
mod rows;
#[path = "bench/save.rs"]
mod save;
#[path = "bench/search.rs"]
mod search;
#[path = "bench/simulator.rs"]
mod simulator;
#[path = "bench/switch.rs"]
mod switch;
#[path = "bench/table.rs"]
mod table;
#[path = "bench/texts.rs"]
mod texts;
#[path = "bench/window.rs"]
mod window;

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use harness::{Fault, Verdict};

use crate::table::Table;

fn say(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match measure().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            say(&format!("bench: {fault}"));
            ExitCode::FAILURE
        }
    }
}

/// What is asked for.
struct Wishes {
    folder: PathBuf,
    starts: usize,
    presses: usize,
    only: Option<String>,
}

impl Wishes {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, Fault> {
        let mut wishes = Self {
            folder: words
                .next()
                .unwrap_or_else(|| "bench/results".into())
                .into(),
            starts: 12,
            presses: 200,
            only: None,
        };
        while let Some(word) = words.next() {
            let value = words.next();
            let number = value.as_deref().and_then(|value| value.parse().ok());
            match (word.as_str(), number) {
                ("--starts", Some(number)) => wishes.starts = number,
                ("--presses", Some(number)) => wishes.presses = number,
                ("--only", None) => wishes.only = value,
                _ => return Err(Fault::claim(format!("{word:?} is not understood"))),
            }
        }
        Ok(wishes)
    }

    fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
}

async fn measure() -> Verdict {
    let wishes = Wishes::read(std::env::args().skip(1))?;
    let mut table = Table::begin();
    if wishes.wants("caret") {
        caret::measure(&mut table, wishes.presses).await?;
    }
    if wishes.wants("window") {
        window::measure(&mut table, wishes.starts).await?;
    }
    if wishes.wants("switch") {
        switch::measure(&mut table, wishes.presses / 4).await?;
    }
    if wishes.wants("save") {
        save::measure(&mut table).await?;
    }
    if wishes.wants("captures") {
        say("  captures on their way …");
        rows::of("measures", &["captures".as_ref()], &mut table)?;
    }
    if wishes.wants("memory") {
        memory::measure(&mut table).await?;
    }
    if wishes.wants("search") {
        search::measure(&mut table).await?;
    }
    if wishes.wants("links") {
        links::measure(&mut table).await?;
    }
    if wishes.wants("enhance") {
        enhance::measure(&mut table).await?;
    }
    if wishes.wants("markdown") {
        markdown::measure(&mut table)?;
    }
    if wishes.wants("client") {
        client::measure(&mut table)?;
    }
    if wishes.wants("simulator") {
        simulator::measure(&mut table)?;
    }
    let date = today()?;
    let text = table.markdown(&date);
    let _ = write!(std::io::stdout(), "{text}");
    if wishes.only.is_some() {
        return Ok(());
    }
    let folder = wishes.folder;
    fs::create_dir_all(&folder).map_err(Fault::io("make the results' folder"))?;
    let file = folder.join(format!("{date}.md"));
    fs::write(&file, text).map_err(Fault::io(format!("write {}", file.display())))?;
    say(&format!("written to {}", file.display()));
    Ok(())
}

fn today() -> Result<String, Fault> {
    let out = std::process::Command::new("date").arg("+%F").output();
    let out = out.map_err(Fault::io("date"))?;
    Ok(String::from_utf8_lossy(&out.stdout).trim().to_owned())
}
