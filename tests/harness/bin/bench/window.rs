//! Cold start and memory of the app's window beside an empty one.

use std::time::Duration;

use harness::{App, AppOptions, Fault, Keyring, Stage, Verdict, pss_kib, tree_of};

use crate::table::{Table, percentile};

/// How many notes the list shows.
const NOTES: usize = 200;
/// How long a window is left alone before its memory is read.
const IDLE: Duration = Duration::from_secs(5);

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
    let (our_memory, empty_memory) = (idle(&stage, &ours).await?, idle(&stage, &empty).await?);
    table.row([
        "memory after 5 s idle (PSS of all its processes)".into(),
        format!("{our_memory:.0} MiB"),
        format!("{empty_memory:.0} MiB, empty Tauri window"),
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
    tokio::time::timeout(IDLE, std::future::pending::<()>())
        .await
        .unwrap_or_default();
    let kib = pss_kib(&tree_of(app.pid()));
    stage.close_apps();
    #[expect(clippy::cast_precision_loss, reason = "mebibytes of a desktop app")]
    Ok(kib as f64 / 1024.0)
}
