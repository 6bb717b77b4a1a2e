//! `octavo-torture [--seed N | --seeds A..B] [--steps N] [--jobs N] [--tell]`

use std::collections::BTreeSet;
use std::ops::Range;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::Parser;
use octavo_torture::{Act, Verdict, drawn, run, shrunk};

/// Two installs and a person in Notion act at random; nothing may be lost, nothing doubled.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// One seed.
    #[arg(long, conflicts_with = "seeds")]
    seed: Option<u64>,
    /// Several, such as `0..500`.
    #[arg(long, value_parser = range, default_value = "0..20")]
    seeds: Range<u64>,
    /// Acts of a run.
    #[arg(long, default_value_t = 200)]
    steps: usize,
    /// Runs at the same time.
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// Says what happens (`RUST_LOG` chooses what of it).
    #[arg(long)]
    tell: bool,
    /// Failing runs are not made small.
    #[arg(long)]
    no_shrink: bool,
}

fn range(text: &str) -> Result<Range<u64>, String> {
    let (from, to) = text.split_once("..").ok_or("use FROM..TO")?;
    let number = |text: &str| text.parse::<u64>().map_err(|error| error.to_string());
    Ok(number(from)?..number(to)?)
}

#[expect(clippy::print_stdout, reason = "it is a program")]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.tell {
        let filter = tracing_subscriber::EnvFilter::try_from_default_env()
            .unwrap_or_else(|_| "octavo_torture=info,octavo_core=info".into());
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .without_time()
            .init();
    }
    let seeds = arguments
        .seed
        .map_or(arguments.seeds.clone(), |seed| seed..seed + 1);
    let alone = seeds.end - seeds.start == 1;
    let next = AtomicU64::new(seeds.start);
    let failed: Mutex<Vec<u64>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..arguments.jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    if seed >= seeds.end {
                        return;
                    }
                    let holds = if alone {
                        torture(seed, &arguments)
                    } else {
                        in_a_process_of_its_own(seed, &arguments)
                    };
                    if !holds && let Ok(mut failed) = failed.lock() {
                        failed.push(seed);
                    }
                }
            });
        }
    });
    let mut failed = failed.into_inner().unwrap_or_default();
    failed.sort_unstable();
    let count = seeds.end - seeds.start;
    if alone {
        return if failed.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    if failed.is_empty() {
        println!(
            "{count} seeds × {} steps: nothing lost, nothing doubled",
            arguments.steps
        );
        return ExitCode::SUCCESS;
    }
    println!("{} of {count} seeds fail: {failed:?}", failed.len());
    ExitCode::FAILURE
}

/// Time passes when nothing else happens in the process, so each run needs one of its own.
fn in_a_process_of_its_own(seed: u64, arguments: &Arguments) -> bool {
    let Ok(own) = std::env::current_exe() else {
        return false;
    };
    let mut command = std::process::Command::new(own);
    // The simulator is reached in the clear: reading all certificates of the system for each client
    // would cost an unoptimised build more than everything else.
    command.env("SSL_CERT_FILE", "/dev/null");
    command.args(["--seed", &seed.to_string()]);
    command.args(["--steps", &arguments.steps.to_string()]);
    for (flag, set) in [
        ("--tell", arguments.tell),
        ("--no-shrink", arguments.no_shrink),
    ] {
        if set {
            command.arg(flag);
        }
    }
    command.status().is_ok_and(|status| status.success())
}

/// One run, told on one line; a failing one with the acts that are left when it was made small.
#[expect(clippy::print_stdout, reason = "it is a program")]
fn torture(seed: u64, arguments: &Arguments) -> bool {
    let acts = drawn(seed, arguments.steps);
    let begun = std::time::Instant::now();
    let verdict = tried(&acts);
    let took = begun.elapsed().as_secs_f32();
    if verdict.failures.is_empty() {
        println!(
            "seed {seed}: {} notes, {} words ({} in a history), {} requests, {took:.1} s",
            verdict.notes, verdict.words, verdict.in_history, verdict.requests
        );
        return true;
    }
    let mut told = vec![format!(
        "seed {seed} FAILS (--seed {seed} --steps {}), {took:.1} s",
        arguments.steps
    )];
    told.extend(
        verdict
            .failures
            .iter()
            .map(|failure| format!("  {failure}")),
    );
    if !arguments.no_shrink {
        let kinds = kinds(&verdict);
        let fewer = shrunk(&acts, |acts| {
            let found = self::kinds(&tried(acts));
            found.iter().any(|kind| kinds.contains(kind))
        });
        told.push(format!("  {} acts are enough:", fewer.len()));
        told.extend(fewer.iter().map(|act| format!("    {act:?}")));
        let failures = tried(&fewer).failures.into_iter();
        told.extend(failures.map(|failure| format!("  {failure}")));
    }
    println!("{}", told.join("\n"));
    false
}

/// What is wrong, without the names of notes and words: a run is not made small by going over to another
/// fault.
fn kinds(verdict: &Verdict) -> BTreeSet<String> {
    let plain = |failure: &String| {
        let told = failure.split(['"', '{', '[']).next().unwrap_or_default();
        told.replace(|c: char| c.is_ascii_digit(), "")
    };
    verdict.failures.iter().map(plain).collect()
}

fn tried(acts: &[Act]) -> Verdict {
    run(acts).unwrap_or_else(|error| Verdict {
        failures: vec![error.to_string()],
        ..Verdict::default()
    })
}
