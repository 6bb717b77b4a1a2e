//! Measures a release build beside its peers and writes the table: `bench <folder> [--starts N]`.
//! Called by `cargo xtask bench`.
//!
//! Octavo's window stands beside an empty Tauri window (`bench/empty-window`), started in turns so
//! that a busy moment of the machine meets both. A save stands beside one bare SQLite commit.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

#[path = "bench/save.rs"]
mod save;
#[path = "bench/table.rs"]
mod table;
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

async fn measure() -> Verdict {
    let mut words = std::env::args().skip(1);
    let folder = PathBuf::from(words.next().unwrap_or_else(|| "bench/results".into()));
    let mut starts = 12;
    if words.next().as_deref() == Some("--starts") {
        starts = words
            .next()
            .and_then(|word| word.parse().ok())
            .unwrap_or(starts);
    }
    let mut table = Table::default();
    window::measure(&mut table, starts).await?;
    save::measure(&mut table).await?;
    let date = today()?;
    let text = table.markdown(&date);
    let _ = write!(std::io::stdout(), "{text}");
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
