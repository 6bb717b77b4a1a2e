//! Switching between two accounts in the real window: from the key to the painted list of the other one.

use std::fs;

use harness::{App, AppOptions, Fault, Keyring, Look, Stage, Verdict, wait_until};

use crate::table::{Table, percentile};

/// How many notes each account has.
const NOTES: usize = 1_000;
const NAMES: [&str; 2] = ["North", "South"];
/// The key as the driver names it.
const ALT: &str = "\u{E00A}";

/// Notes when a key goes down, and when the list that begins with `first` has been painted.
const WATCH: &str = r"
window.octavoSwitches = [];
window.addEventListener('keydown', (pressed) => {
  if (!pressed.altKey || !['1', '2'].includes(pressed.key)) return;
  const first = pressed.key === '1' ? 'North' : 'South';
  const look = () => {
    const note = document.querySelector('[role=listbox] [role=option]');
    if (!note?.textContent.includes(first)) return requestAnimationFrame(look);
    const painted = new MessageChannel();
    painted.port1.onmessage = () =>
      window.octavoSwitches.push(performance.now() - pressed.timeStamp);
    requestAnimationFrame(() => painted.port2.postMessage(0));
  };
  requestAnimationFrame(look);
}, { capture: true });
return true";

pub(crate) async fn measure(table: &mut Table, times: usize) -> Verdict {
    let stage = Stage::raise(Keyring::Unlocked).await?;
    let notion = stage.simulator()?;
    let cli = stage.cli(&notion)?;
    for name in NAMES {
        cli.run(&["account", "add", "--local", "--name", name], "")
            .await?
            .expect_code(0)?;
        let folder = tempfile::tempdir().map_err(Fault::io("make a folder"))?;
        for number in 0..NOTES {
            let text = format!("Words of {name} to show in the list, the {number}th of them.\n");
            let file = folder.path().join(format!("{name} {number}.md"));
            fs::write(&file, text).map_err(Fault::io("write a note"))?;
        }
        let from = folder.path().to_string_lossy().into_owned();
        cli.run(&["--account", name, "import", &from], "")
            .await?
            .expect_code(0)?;
    }
    let app = stage.open_app_with(AppOptions::new(notion.url())).await?;
    app.painted().await?;
    app.run(WATCH).await?;
    // One of the two is on screen already; the other is opened for the first time.
    app.keys(ALT, "1").await?;
    span(&app, 0).await?;
    app.keys(ALT, "2").await?;
    let first = span(&app, 1).await?;
    let mut again = Vec::new();
    for press in 0..times {
        app.keys(ALT, if press % 2 == 0 { "1" } else { "2" })
            .await?;
        again.push(span(&app, press + 2).await?);
    }
    let (median, p95) = (percentile(&mut again, 0.5), percentile(&mut again, 0.95));
    table.row([
        format!("switch between two accounts of {NOTES} notes, key to painted list (of {times})"),
        format!("{median:.0} ms median, {p95:.0} ms p95; {first:.0} ms for the first time"),
        String::new(),
        String::new(),
        "≤ 100 ms".into(),
    ]);
    stage.close_apps();
    Ok(())
}

/// Milliseconds of one switch.
async fn span(app: &App, press: usize) -> Result<f64, Fault> {
    let script = format!("return window.octavoSwitches[{press}] ?? null");
    wait_until("the other account's list is painted", async || {
        let span = app.run(&script).await?;
        Ok(span
            .as_f64()
            .map_or_else(|| Look::NotYet("not painted".into()), Look::Yes))
    })
    .await
}
