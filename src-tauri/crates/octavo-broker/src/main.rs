//! The `octavo-broker` command: reads the environment, serves until it is told to end.
//!
//! Its configuration is described on the library's page.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use octavo_broker::{Broker, BrokerError, Config};
use tracing::info;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

const LOG: &str = "OCTAVO_BROKER_LOG";
const USAGE: &str = "\
octavo-broker keeps Octavo's OAuth client secret and exchanges codes and tokens with Notion.

It takes no arguments. Environment:
  OCTAVO_BROKER_PUBLIC_URL       needed: https://… or http://localhost:PORT
  OCTAVO_BROKER_CLIENT_ID        needed
  OCTAVO_BROKER_CLIENT_SECRET    needed, or …_FILE
  OCTAVO_BROKER_STATE_KEY        needed, or …_FILE: base64url, 32 bytes or more; comma-separated
  OCTAVO_BROKER_LISTEN           127.0.0.1:8787
  OCTAVO_BROKER_TRUST_PROXY      0
  OCTAVO_BROKER_RATE_PER_MINUTE  60
  OCTAVO_BROKER_RATE_BURST       30
  OCTAVO_BROKER_LOG              info
  OCTAVO_NOTION_URL              https://api.notion.com
";

#[tokio::main]
async fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        None => {}
        Some("--help" | "-h") => return tell(&mut std::io::stdout(), USAGE, ExitCode::SUCCESS),
        Some("--version" | "-V") => {
            let version = concat!("octavo-broker ", env!("CARGO_PKG_VERSION"), "\n");
            return tell(&mut std::io::stdout(), version, ExitCode::SUCCESS);
        }
        Some(_) => return tell(&mut std::io::stderr(), USAGE, ExitCode::from(2)),
    }
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let code = if error.is_configuration() { 2 } else { 1 };
            let line = format!("octavo-broker: {error}\n");
            tell(&mut std::io::stderr(), &line, ExitCode::from(code))
        }
    }
}

async fn run() -> Result<(), BrokerError> {
    start_log()?;
    let config = Config::from_env()?;
    let end = told_to_end();
    let running = Broker::start(config).await?;
    end.await;
    info!("ending");
    running.shutdown().await;
    Ok(())
}

/// Our own lines at the level asked for. Other crates never below `warn`: what they trace (heads of
/// requests, addresses with their query) is not ours to vouch for.
fn start_log() -> Result<(), BrokerError> {
    let level = match std::env::var(LOG) {
        Ok(value) if !value.trim().is_empty() => {
            value.trim().parse().map_err(|_| BrokerError::Invalid {
                name: LOG,
                why: "must be error, warn, info, debug or trace".to_owned(),
            })?
        }
        _ => LevelFilter::INFO,
    };
    let targets = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target("octavo_broker", level);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    tracing_subscriber::registry()
        .with(lines.with_filter(targets))
        .init();
    Ok(())
}

/// Writes a last word; if nobody listens, the status has to do.
fn tell(to: &mut impl std::io::Write, text: &str, code: ExitCode) -> ExitCode {
    let _ = to.write_all(text.as_bytes());
    let _ = to.flush();
    code
}

/// Listens for the system's word from now on; the future returns when it has come.
#[cfg(unix)]
fn told_to_end() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).ok();
    let mut interrupt = signal(SignalKind::interrupt()).ok();
    async move {
        tokio::select! {
            Some(()) = async { terminate.as_mut()?.recv().await } => {}
            Some(()) = async { interrupt.as_mut()?.recv().await } => {}
            else => std::future::pending().await,
        }
    }
}

/// Other systems only know the interrupt.
#[cfg(not(unix))]
async fn told_to_end() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}
