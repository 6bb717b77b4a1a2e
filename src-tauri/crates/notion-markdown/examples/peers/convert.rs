//! One conversion by this crate, or by `pulldown-cmark` alone.

use std::hint::black_box;
use std::time::{Duration, Instant};

use notion_markdown::Document;
use pulldown_cmark::{Options, Parser};
use serde_json::{Value, json};

use crate::trouble::{Trouble, read, write};

/// As long and as often as the peers (`peer.mjs`).
const ROUNDS: Duration = Duration::from_secs(2);
const LEAST_ROUNDS: u32 = 3;

/// The extensions that a body may use: what is switched off costs the floor nothing.
const EXTENSIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_MATH)
    .union(Options::ENABLE_GFM);

/// What is measured, from text to text.
fn convert(what: &str, text: &str) -> Result<String, Trouble> {
    match what {
        "blocks" => Ok(Document::from_body(text).to_blocks_json().value),
        "markdown" => Ok(Document::read_blocks_json(text)?.value.to_body()),
        "floor" => {
            for event in Parser::new_ext(text, EXTENSIONS) {
                black_box(event);
            }
            Ok(String::new())
        }
        _ => Err(Trouble::Usage),
    }
}

/// The best of several rounds after the first: what disturbs a machine only ever slows it down.
pub(crate) fn time(what: &str, input: &str) -> Result<Value, Trouble> {
    let text = read(input)?;
    black_box(convert(what, &text)?);
    let (mut best, mut rounds) = (Duration::MAX, 0);
    let began = Instant::now();
    while rounds < LEAST_ROUNDS || began.elapsed() < ROUNDS {
        let start = Instant::now();
        black_box(convert(what, black_box(&text))?);
        best = best.min(start.elapsed());
        rounds += 1;
    }
    Ok(json!({ "seconds": best.as_secs_f64(), "rounds": rounds }))
}

/// Converts once, and says how much memory that took at most.
pub(crate) fn once(what: &str, input: &str, output: &str) -> Result<Value, Trouble> {
    let made = convert(what, &read(input)?)?;
    let peak = peak()?;
    write(output, &made)?;
    Ok(json!({ "peak_kib": peak }))
}

/// The most memory this process ever held, in KiB, as the kernel counts it.
fn peak() -> Result<u64, Trouble> {
    let status = read("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok())
        .ok_or(Trouble::NoPeak)
}
