//! What the core costs on the real clock: a long note that both sides changed, a thousand captures on their
//! way, and memory beside many notes.
//!
//! ```text
//! cargo run --release -p octavo-core --example measures -- long-note
//! cargo run --release -p octavo-core --example measures -- captures
//! cargo run --release -p octavo-core --example measures -- resident <data folder> <account>
//! ```
//!
//! The first two answer rows for `cargo xtask bench`, the third a number of KiB.
#![expect(
    clippy::print_stdout,
    reason = "the figures are what this program is for"
)]

mod captures;
mod long_note;
mod resident;

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use octavo_core::{Config, VaultKind};
use serde_json::json;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;
type Row = [String; 5];

#[tokio::main]
async fn main() -> Outcome<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["long-note"] => answer(&long_note::measure().await?),
        ["captures"] => answer(&captures::measure().await?),
        ["resident", folder, account] => {
            println!("{}", resident::measure(Path::new(folder), account).await?);
        }
        _ => return Err("long-note, captures, or resident <data folder> <account>".into()),
    }
    Ok(())
}

fn answer(row: &Row) {
    println!("{}", json!({"rows": [row], "notes": []}));
}

fn config(folder: &Path, notion: &str) -> Outcome<Config> {
    Ok(Config {
        data_dir: folder.to_owned(),
        notion_url: notion.parse()?,
        vault: VaultKind::Memory,
        broker_url: None,
        memory_token: None,
        sample: false,
        request_room: Config::REQUEST_ROOM,
    })
}

fn millis(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}

/// The middle and the highest of some times.
fn middle_and_highest(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    let at = |index: usize| times.get(index).copied().unwrap_or(0.0);
    (at(times.len() / 2), at(times.len().saturating_sub(1)))
}
