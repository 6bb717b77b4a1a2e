//! One conversion by this crate, or by `pulldown-cmark` alone.

use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use notion_markdown::Document;
use pulldown_cmark::{Options, Parser};
use serde_json::{Value, json};

use crate::documents;
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

/// The best time of one document.
pub(crate) fn time(what: &str, input: &str) -> Result<Value, Trouble> {
    let text = read(input)?;
    best(|| {
        black_box(convert(what, black_box(&text))?);
        Ok(())
    })
}

/// The best time of all documents of a folder on all cores, as an import converts them.
pub(crate) fn many(what: &str, folder: &str) -> Result<Value, Trouble> {
    let all = documents::in_folder(Path::new(folder))?;
    let texts: Vec<String> = all
        .iter()
        .map(|one| read(&one.path))
        .collect::<Result<_, _>>()?;
    best(|| on_all_cores(what, &texts))
}

/// How many documents are converted at once.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

fn on_all_cores(what: &str, texts: &[String]) -> Result<(), Trouble> {
    // The largest first, so that none of them is begun when all the others are done.
    let next = AtomicUsize::new(0);
    let work = || -> Result<(), Trouble> {
        while let Some(text) = texts.iter().rev().nth(next.fetch_add(1, Ordering::Relaxed)) {
            black_box(convert(what, black_box(text))?);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..cores()).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })
}

/// The best of several rounds after the first: what disturbs a machine only ever slows it down.
fn best(convert: impl Fn() -> Result<(), Trouble>) -> Result<Value, Trouble> {
    convert()?;
    let (mut best, mut rounds) = (Duration::MAX, 0);
    let began = Instant::now();
    while rounds < LEAST_ROUNDS || began.elapsed() < ROUNDS {
        let start = Instant::now();
        convert()?;
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
