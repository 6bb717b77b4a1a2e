//! The `notion-sim` command: starts a simulator, prints one JSON line, serves until it is told to
//! end.

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use clap::{Parser, ValueEnum};
use notion_sim::{Options, Seed, SimError, Simulator};

/// The Notion API on loopback, for tests and for the sample workspace.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The loopback port; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Where the state is kept between runs.
    #[arg(long)]
    state: Option<PathBuf>,
    /// What a new workspace contains.
    #[arg(long, value_enum, default_value = "empty")]
    seed: SeedName,
    /// A redirect address of the public connection; may be given more than once.
    #[arg(long = "redirect-uri", value_name = "URL")]
    redirect_uris: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SeedName {
    /// Ada Lovelace's notes.
    Sample,
    /// Nothing.
    Empty,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match runtime.block_on(run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &dyn std::error::Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "notion-sim: {error}");
    ExitCode::FAILURE
}

/// Why the command failed.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Sim(#[from] SimError),
    #[error("cannot print the address: {0}")]
    Print(#[from] std::io::Error),
    #[error("cannot write JSON: {0}")]
    Json(#[from] serde_json::Error),
}

async fn run(arguments: Arguments) -> Result<(), CommandError> {
    let seed = match arguments.seed {
        SeedName::Sample => Seed::Sample,
        SeedName::Empty => Seed::Empty,
    };
    let options = Options {
        port: arguments.port,
        state: arguments.state,
        seed,
        control: true,
    };
    let running = Simulator::start(options).await?;
    running.register_redirects(&arguments.redirect_uris).await?;
    print(&serde_json::to_string(running.announcement())?)?;
    tokio::select! {
        () = terminated() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    running.shutdown().await;
    Ok(())
}

fn print(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// Returns when the system asks the process to end.
#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

/// Other systems only know the interrupt.
#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
