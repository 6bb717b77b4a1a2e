//! Shows the app doing its main job on a screen nobody looks at, and keeps pictures of it:
//! `tour <folder> [--live]`. Called by `cargo xtask run` where there is no screen.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use harness::{App, AppOptions, Fault, Keyring, Stage, Verdict};

const TITLE: &str = "A thought from the tour";
const BODY: &str = "Written in the window, kept on this computer, and on its way to Notion.";
/// The note of the sample workspace that is read.
const SHOWN: &str = "Analytical engine review";
const WIDTHS: &[u32] = &[1000, 1440];

fn say(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let folder = words.iter().find(|word| !word.starts_with("--"));
    let folder = PathBuf::from(folder.map_or("pictures", String::as_str));
    let live = words.iter().any(|word| word == "--live");
    match walk(&folder, live).await {
        Ok(()) => {
            say(&format!("Pictures are in {}", folder.display()));
            ExitCode::SUCCESS
        }
        Err(fault) => {
            say(&format!("tour: {fault}"));
            ExitCode::FAILURE
        }
    }
}

async fn walk(folder: &Path, live: bool) -> Verdict {
    fs::create_dir_all(folder).map_err(Fault::io(format!("make {}", folder.display())))?;
    for dark in [false, true] {
        let stage = Stage::raise(Keyring::Unlocked).await?;
        stage.prefer_dark(dark)?;
        let looks = if dark { "dark" } else { "light" };
        let told = first_start(&stage, folder, looks).await;
        let told = match told {
            Ok(()) if !live => sample(&stage, folder, looks).await,
            other => other,
        };
        if told.is_err() {
            stage
                .keep_evidence(&folder.join(format!("failed-{looks}")))
                .await;
        }
        told?;
    }
    Ok(())
}

/// What a person sees who has never used Octavo.
async fn first_start(stage: &Stage, folder: &Path, looks: &str) -> Verdict {
    let app = stage
        .open_app_with(AppOptions::plain("octavo-desktop"))
        .await?;
    app.painted().await?;
    app.find("button", "Start without Notion").await?;
    pictures(&app, folder, &format!("first-start-{looks}")).await?;
    say(&format!("✓ first start, {looks}"));
    app.quit().await
}

/// The main job, in the sample workspace: read a note, write one, see it arrive.
async fn sample(stage: &Stage, folder: &Path, looks: &str) -> Verdict {
    let app = stage
        .open_app_with(AppOptions::plain("octavo-desktop").arg("--sample"))
        .await?;
    app.painted().await?;
    app.item("Notes", SHOWN).await?.click().await?;
    app.find("textbox", "Note").await?;
    pictures(&app, folder, &format!("note-{looks}")).await?;
    app.write_note(TITLE, BODY).await?;
    let chip = app.chip("In Notion").await?;
    pictures(&app, folder, &format!("written-{looks}")).await?;
    say(&format!(
        "✓ a note written in the sample workspace, {looks}: “{chip}”"
    ));
    app.quit().await
}

async fn pictures(app: &App, folder: &Path, name: &str) -> Verdict {
    for width in WIDTHS {
        app.resize(*width, 800).await?;
        app.screenshot(&folder.join(format!("{name}-{width}.png")))
            .await?;
    }
    Ok(())
}
