//! How much of a request window is used: creates against the simulator, on the real clock.
//!
//! ```text
//! cargo run --release -p notion-api --example pace [-- --json]
//! ```
//!
//! With `--json` it answers rows for `cargo xtask bench`.
#![expect(
    clippy::print_stdout,
    reason = "the figures are what this program is for"
)]

use std::error::Error;
use std::time::{Duration, Instant};

use futures::future::try_join_all;
use notion_api::{Budget, Client, ClientConfig, NewPage, Parent};
use notion_sim::{Options, Simulator};
use secrecy::SecretString;
use serde_json::json;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const CREATES: usize = 100;
/// The window: 60 requests in any ten seconds. The last forty have to wait for the first to leave it.
const LIMIT: usize = 60;
const WINDOW: Duration = Duration::from_secs(10);
/// As many at once as a job would have under way.
const AT_ONCE: usize = 8;

/// What a run came to.
struct Run {
    took: Duration,
    sent: u64,
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let run = run().await?;
    let whole = u32::try_from((CREATES - 1) / LIMIT)?;
    let ideal = WINDOW * whole;
    let share = ideal.as_secs_f64() / run.took.as_secs_f64();
    let refused = run.sent.saturating_sub(u64::try_from(CREATES)?);
    let row = [
        format!("{CREATES} creates, {LIMIT} in any {} s", WINDOW.as_secs()),
        format!("{:.2} s, {refused} refused", run.took.as_secs_f64()),
        format!("{} s at best", ideal.as_secs()),
        format!("{:.1} %", share * 100.0),
        "≥ 95 %".to_owned(),
    ];
    if std::env::args().nth(1).as_deref() == Some("--json") {
        println!("{}", json!({"rows": [row], "notes": []}));
    } else {
        println!("{}", row.join(" · "));
    }
    Ok(())
}

async fn run() -> Outcome<Run> {
    let simulator = Simulator::start(Options::default()).await?;
    let window = json!({"rate_limit": {"requests": LIMIT, "window_seconds": WINDOW.as_secs()}});
    reqwest::Client::builder()
        .no_proxy()
        .build()?
        .post(format!("{}/_sim/config", simulator.url()))
        .json(&window)
        .send()
        .await?
        .error_for_status()?;
    let token = SecretString::from(simulator.personal_access_token());
    let mut config = ClientConfig::new(simulator.url().parse()?, token);
    config.budget = Budget::new(LIMIT, WINDOW);
    let client = Client::new(config)?;
    let page = NewPage::new(Parent::Workspace, "A note");
    let begun = Instant::now();
    let mut left = CREATES;
    while left > 0 {
        let batch = left.min(AT_ONCE);
        try_join_all((0..batch).map(|_| client.create_page(&page))).await?;
        left -= batch;
    }
    Ok(Run {
        took: begun.elapsed(),
        sent: client.requests_made(),
    })
}
