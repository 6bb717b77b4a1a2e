//! Many captures on their way to Notion, with faults, on the real clock and at the pace Notion allows.

use std::time::{Duration, Instant};

use notion_sim::{Options, Simulator};
use octavo_contract::{AccountAddToken, AccountRef, NoteCreate};
use octavo_core::{Attention, Octavo};
use serde_json::{Value, json};

use crate::{Outcome, Row, config};

const CAPTURES: usize = 400;
/// "Request limits": so many requests in so many seconds from one connection.
const LIMIT: u64 = 180;
const WINDOW: Duration = Duration::from_mins(1);
/// How often it is looked whether all are there.
const LOOK: Duration = Duration::from_millis(50);
/// Longer it may not take.
const LONGEST: Duration = Duration::from_mins(10);

pub(crate) async fn measure() -> Outcome<Row> {
    let sim = Simulator::start(Options::default()).await?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let folder = tempfile::tempdir()?;
    let core = Octavo::open(config(folder.path(), sim.url())?).await?;
    let token = AccountAddToken {
        token: sim.personal_access_token().to_owned(),
        name: None,
    };
    let account = core.account_add_token(token).await?.id;
    let of = || AccountRef {
        account: account.clone(),
    };
    capture(&core, &account).await?;
    // Whatever came before is forgotten by Notion, and captures can be called back no more.
    tokio::time::sleep(WINDOW + Duration::from_secs(1)).await;
    let control = |route: &str| format!("{}/_sim/{route}", sim.url());
    let faults = json!({"rules": rules(), "seed": 6});
    let sent = http.post(control("faults")).json(&faults).send().await?;
    sent.error_for_status()?;
    let stats = control("stats");
    let before = asked(&http, &stats).await?;
    let began = Instant::now();
    core.start();
    core.attention(Attention::Hidden);
    while core.sync_status(of()).await?.waiting > 0 {
        if began.elapsed() > LONGEST {
            return Err("not all captures are in Notion".into());
        }
        tokio::time::sleep(LOOK).await;
    }
    let took = began.elapsed();
    let requests = asked(&http, &stats).await? - before;
    core.shutdown(Duration::from_secs(5)).await;
    twice_or_never(&http, &control("tree")).await?;
    let least = WINDOW * u32::try_from(requests.saturating_sub(1) / LIMIT)?;
    Ok([
        format!(
            "{CAPTURES} captures sent with faults, {LIMIT} requests in any {} s",
            WINDOW.as_secs()
        ),
        format!(
            "{requests} requests in {:.1} s; none lost, none twice",
            took.as_secs_f64()
        ),
        format!("{} s at least", least.as_secs()),
        format!("{:.1} %", least.as_secs_f64() / took.as_secs_f64() * 100.0),
        "≥ 95 %".to_owned(),
    ])
}

async fn capture(core: &Octavo, account: &str) -> Outcome<()> {
    for number in 0..CAPTURES {
        let new = NoteCreate {
            account: account.to_owned(),
            title: format!("Capture {number}"),
            body: format!("What came to mind, number {number}."),
            note_type: None,
            tags: Vec::new(),
        };
        core.capture(new).await?;
    }
    Ok(())
}

/// How many requests Notion was asked.
async fn asked(http: &reqwest::Client, stats: &str) -> Outcome<u64> {
    let answer = http.get(stats).send().await?;
    let stats: Value = serde_json::from_str(&answer.text().await?)?;
    let routes = stats.get("requests").and_then(Value::as_object);
    let times = routes.into_iter().flatten();
    Ok(times.filter_map(|(_, times)| times.as_u64()).sum())
}

/// One request in fourteen ends badly, before or after Notion did what it says.
fn rules() -> Vec<Value> {
    [
        ("cut_after_commit", 0.01),
        ("cut_before", 0.01),
        ("502_after_commit", 0.01),
        ("503_before", 0.01),
        ("409", 0.02),
    ]
    .into_iter()
    .map(|(fault, probability)| json!({"path": "/v1/", "fault": fault, "probability": probability}))
    .collect()
}

async fn twice_or_never(http: &reqwest::Client, tree: &str) -> Outcome<()> {
    let answer = http.get(tree).send().await?.text().await?;
    let tree: Value = serde_json::from_str(&answer)?;
    let pages = tree.get("pages").and_then(Value::as_array);
    let titles = pages
        .into_iter()
        .flatten()
        .filter_map(|page| page.get("title"));
    let mut times = vec![0_usize; CAPTURES];
    for title in titles.filter_map(Value::as_str) {
        let number = title.strip_prefix("Capture ");
        let number = number.and_then(|number| number.parse::<usize>().ok());
        if let Some(time) = number.and_then(|number| times.get_mut(number)) {
            *time += 1;
        }
    }
    let odd: Vec<usize> = (0..CAPTURES)
        .filter(|at| times.get(*at) != Some(&1))
        .collect();
    if odd.is_empty() {
        Ok(())
    } else {
        Err(format!("lost or twice: {odd:?}").into())
    }
}
