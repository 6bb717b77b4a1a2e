//! Cold start and memory of the app's window beside an empty one.

use std::fs;
use std::time::Duration;

use harness::{
    App, AppOptions, Fault, Keyring, Stage, Verdict, look, pss_kib, tree_of, wait_until,
};

use crate::table::{Table, percentile};

/// How many notes the list shows.
const NOTES: usize = 200;
/// How long a window is left alone before its memory is read.
const IDLE: Duration = Duration::from_secs(5);
/// How often its memory is read, each time in an app started anew.
const TIMES: usize = 3;

pub(crate) async fn measure(table: &mut Table, starts: usize) -> Verdict {
    let stage = Stage::raise(Keyring::Unlocked).await?;
    let notion = stage.simulator()?;
    let cli = stage.cli(&notion)?;
    cli.run(&["account", "add", "--local"], "")
        .await?
        .expect_code(0)?;
    for number in 0..NOTES {
        let title = format!("Note {number}");
        let args = [
            "capture",
            "Some words to show in the list.",
            "--title",
            &title,
        ];
        cli.run(&args, "").await?.expect_code(0)?;
    }
    let ours = AppOptions::new(notion.url());
    let empty = AppOptions::plain("empty-window");
    // The first start of each fills the system's caches and is not counted.
    start(&stage, &ours).await?;
    start(&stage, &empty).await?;
    let (mut our_times, mut empty_times) = (Vec::new(), Vec::new());
    for _ in 0..starts {
        our_times.push(start(&stage, &ours).await?);
        empty_times.push(start(&stage, &empty).await?);
    }
    let (our_time, empty_time) = (
        percentile(&mut our_times, 0.5),
        percentile(&mut empty_times, 0.5),
    );
    table.row([
        format!("cold start to painted list of {NOTES} notes (median of {starts})"),
        format!("{our_time:.0} ms"),
        format!("{empty_time:.0} ms, empty Tauri window"),
        format!("{:.2} ×", our_time / empty_time),
        "≤ 1.3 ×".into(),
    ]);
    memory(table, &stage, &ours, &empty.arg("--second-hidden")).await
}

/// With the main window shown and the one for quick capture hidden, as they are all day.
async fn memory(
    table: &mut Table,
    stage: &Stage,
    ours: &AppOptions,
    empty: &AppOptions,
) -> Verdict {
    let (mut our_sizes, mut empty_sizes) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        our_sizes.push(idle(stage, ours).await?);
        empty_sizes.push(idle(stage, empty).await?);
    }
    let (our_memory, empty_memory) = (
        percentile(&mut our_sizes, 0.5),
        percentile(&mut empty_sizes, 0.5),
    );
    table.row([
        format!(
            "memory after 5 s idle, one window shown and one hidden (PSS of all processes, median of {TIMES})"
        ),
        format!("{our_memory:.0} MiB"),
        format!("{empty_memory:.0} MiB, empty Tauri app with two such windows"),
        format!("{:.2} ×", our_memory / empty_memory),
        "≤ 1.35 ×".into(),
    ]);
    Ok(())
}

/// Milliseconds from the start of the process to the painted list.
async fn start(stage: &Stage, options: &AppOptions) -> Result<f64, Fault> {
    let app = stage.open_app_with(options.clone()).await?;
    app.painted().await?;
    let painted = painted_at(&app).await?;
    let time = painted - app.started_at();
    stage.close_apps();
    Ok(time)
}

/// When the page made its mark, in milliseconds since 1970.
async fn painted_at(app: &App) -> Result<f64, Fault> {
    let script = "const mark = performance.getEntriesByName('octavo:list-painted')[0]; \
                  return mark ? performance.timeOrigin + mark.startTime : null";
    let at = app.run(script).await?;
    at.as_f64()
        .ok_or_else(|| Fault::claim("no performance mark `octavo:list-painted`"))
}

/// Mebibytes of the app and everything below it, left alone for a while.
async fn idle(stage: &Stage, options: &AppOptions) -> Result<f64, Fault> {
    let app = stage.open_app_with(options.clone()).await?;
    app.painted().await?;
    // The hidden window is made a while after the first, and each has a process for its page.
    wait_until("both windows have their pages", async || {
        let pages = pages_of(&app);
        Ok(look(pages == 2, pages))
    })
    .await?;
    tokio::time::timeout(IDLE, std::future::pending::<()>())
        .await
        .unwrap_or_default();
    let kib = pss_kib(&tree_of(app.pid()));
    stage.close_apps();
    #[expect(clippy::cast_precision_loss, reason = "mebibytes of a desktop app")]
    Ok(kib as f64 / 1024.0)
}

/// How many of the app's processes are there for a page.
fn pages_of(app: &App) -> usize {
    let name = |pid: &i32| fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    let all = tree_of(app.pid());
    // The system keeps 15 letters of `WebKitWebProcess`.
    all.iter()
        .filter(|pid| name(pid).starts_with("WebKitWebProces"))
        .count()
}
