//! `cargo xtask …`: set up, run, test and measure Octavo with one word each.
//!
//! It only calls the tools that do the work (cargo, npm, apt-get) in the right order, says in words
//! what it does and how long that took, and stops at the first step that fails. It is *not* a build
//! system: nothing is built here that `cargo` and `npm` could not build when called by hand.

mod bench;
mod conformance;
mod deny;
mod fuzz;
mod live_check;
mod packages;
mod run;
mod setup;
mod step;
mod test;
mod torture;
mod tree;
mod ui;

use std::env;
use std::process::ExitCode;

use crate::step::{Failure, say};

const HELP: &str = "\
cargo xtask <what>

  run     start Octavo in its sample workspace (--live: with your own Notion;
          --release: as it will be shipped). Without a screen it shows the same
          to a virtual one and leaves pictures in pictures/.
  test    everything that has to hold: format, lints, types, documentation,
          licences, and all tests, those in the real window included
  bench   measure a release build against the budgets; writes bench/results/
          (--only caret|window|save|markdown|client: one part, printed only)
  conformance
          replay recorded exchanges with Notion against the simulator and say
          how many agree (--recordings DIR, --list)
  fuzz    the fuzz targets, a minute each (--seconds N, names of targets); the
          tests replay their corpora
  torture two installs and a person in Notion act at random, with every fault:
          nothing may be lost or doubled (--seed N | --seeds A..B, --steps N,
          --jobs N, --tell)
  setup   only get what building and testing need
  live-check
          settle with your own Notion what no documentation says: asks for a
          token and a page, works below a page of its own and trashes it
";

const HELPS: [&str; 3] = ["help", "--help", "-h"];

fn main() -> ExitCode {
    // Called in cargo's place by an old cargo-deny, see `deny`.
    if let Some(answer) = deny::stand_in_for_cargo() {
        return answer;
    }
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match perform(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(&format!("✗ {failure}"));
            ExitCode::FAILURE
        }
    }
}

fn perform(words: &[&str]) -> Result<(), Failure> {
    match words {
        // Whoever asks for help about one of them must not start it by that.
        words if words.is_empty() || words.iter().any(|word| HELPS.contains(word)) => {
            say(HELP);
            Ok(())
        }
        ["run", options @ ..] => run::perform(&run::Options::read(options)?),
        ["test"] => test::perform(),
        ["bench", options @ ..] => bench::perform(options),
        ["conformance", options @ ..] => conformance::perform(options),
        ["fuzz", options @ ..] => fuzz::perform(options),
        ["torture", options @ ..] => torture::perform(options),
        ["live-check"] => live_check::perform(),
        ["setup"] => {
            setup::perform()?;
            ui::install()?;
            packages::clients()
        }
        other => Err(Failure::new(format!(
            "`{}` is none of mine.\n\n{HELP}",
            other.join(" ")
        ))),
    }
}
