//! Stands this crate beside `@tryfabric/martian`, `notion-to-md` and `pulldown-cmark` on the same
//! documents: `peers FOLDER`, where FOLDER has `peer.mjs` and its packages. Prints one JSON object:
//! `rows` (what, ours, beside it, relation, budget) and `notes`. `cargo xtask bench` calls it.
//!
//! Every conversion that is measured runs in a process of its own: `peers blocks|markdown|floor
//! time|many|once INPUT OUTPUT` is one of ours, as `peer.mjs` is one of theirs.

mod answer;
#[path = "../../tests/comrak_options/mod.rs"]
mod comrak_options;
mod convert;
mod documents;
mod measure;
mod programs;
mod subsequence;
mod table;
mod trouble;
mod words;

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use crate::trouble::Trouble;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        [folder] => measure::all(Path::new(folder)).and_then(|table| print(&table)),
        [what, "time", input] => convert::time(what, input).and_then(|answer| print(&answer)),
        [what, "many", folder] => convert::many(what, folder).and_then(|answer| print(&answer)),
        [what, "once", input, output] => {
            convert::once(what, input, output).and_then(|answer| print(&answer))
        }
        _ => Err(Trouble::Usage),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            let _ = writeln!(std::io::stderr(), "peers: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn print(answer: &serde_json::Value) -> Result<(), Trouble> {
    writeln!(std::io::stdout(), "{answer}").map_err(Trouble::io("print"))
}
