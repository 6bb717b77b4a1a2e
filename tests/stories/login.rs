//! Starting with the desktop.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

use std::fs;

use harness::{AppOptions, Fault, Keyring, Look, Stage, Verdict, ensure, story, wait_until};

const SWITCH: &str = "Start Octavo at login";

/// Waits until the desktop's folder for programs to start has our entry, or has none; answers it.
async fn entry(stage: &Stage, wanted: bool) -> Result<String, Fault> {
    let folder = stage.home().join(".config/autostart");
    wait_until("the desktop is told", async || {
        let found: Vec<_> = fs::read_dir(&folder)
            .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
            .unwrap_or_default();
        let text = found.first().map(fs::read_to_string).and_then(Result::ok);
        Ok(if text.is_some() == wanted {
            Look::Yes(text.unwrap_or_default())
        } else {
            Look::NotYet(format!("{found:?}"))
        })
    })
    .await
}

#[tokio::test]
async fn a_switch_starts_octavo_hidden_with_the_desktop() -> Verdict {
    let name = "a_switch_starts_octavo_hidden_with_the_desktop";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let tray = stage.raise_tray().await?;
        let options = || AppOptions::new(notion.url()).in_usual_folder();
        let app = stage.open_app_with(options()).await?;
        app.painted().await?;
        app.start_without_notion().await?;
        app.settings("Capture").await?;
        app.find("switch", SWITCH).await?.click().await?;
        let text = entry(stage, true).await?;
        let starts = text
            .lines()
            .find(|line| line.starts_with("Exec="))
            .unwrap_or_default()
            .to_owned();
        ensure(
            starts.contains("octavo-desktop") && starts.ends_with("--hidden"),
            || text.clone(),
        )?;
        tray.choose("Quit").await?;
        app.ended().await?;
        stage.close_apps();

        // As the desktop does at the next login.
        let program = starts.trim_start_matches("Exec=").trim_matches('"');
        let program = program.split('"').next().unwrap_or(program);
        let program = program.trim_end_matches("--hidden").trim();
        let mut command = stage.command(program);
        let mut started = command
            .arg("--hidden")
            .env("OCTAVO_NOTION_URL", notion.url())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .map_err(Fault::io("start the entry's program"))?;
        tray.choose("Capture").await?;
        stage.window("Quick capture").await?;
        let windows = stage.windows()?;
        ensure(!windows.iter().any(|title| title == "Octavo"), || {
            format!("it did not start hidden: {windows:?}")
        })?;
        tray.choose("Open Octavo").await?;
        stage.window("Octavo").await?;
        tray.choose("Quit").await?;
        wait_until("it has ended", async || {
            let ended = started.try_wait().map_err(Fault::io("wait for it"))?;
            Ok(harness::look(ended.is_some(), ended))
        })
        .await?;

        let app = stage.open_app_with(options()).await?;
        app.painted().await?;
        app.settings("Capture").await?;
        app.find("switch", SWITCH).await?.click().await?;
        entry(stage, false).await.map(drop)
    })
    .await
}
