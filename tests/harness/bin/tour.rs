//! Shows the app doing its main job on a screen nobody looks at, and keeps pictures of it:
//! `tour <folder> [--live] [--states]`. Called by `cargo xtask run` where there is no screen; with
//! `--states` by whoever works on the looks, to see what is seldom on the screen.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use harness::{App, AppOptions, Fault, Keyring, Stage, Verdict};
use octavo_contract::{AccountAddLocal, NoteCreate};
use octavo_core::{Config, CoreError, Octavo, VaultKind};
use url::Url;

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
    let asked = |flag: &str| words.iter().any(|word| word == flag);
    let tour = match (asked("--states"), asked("--live")) {
        (true, _) => Tour::States,
        (false, true) => Tour::FirstStart,
        (false, false) => Tour::Sample,
    };
    match walk(&folder, tour).await {
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

/// What is shown.
#[derive(Clone, Copy)]
enum Tour {
    /// The first start, and the main job.
    Sample,
    /// The first start alone, for an account of one's own.
    FirstStart,
    /// Without a network, with a refused token, with 10,000 notes.
    States,
}

async fn walk(folder: &Path, tour: Tour) -> Verdict {
    fs::create_dir_all(folder).map_err(Fault::io(format!("make {}", folder.display())))?;
    for dark in [false, true] {
        let stage = Stage::raise(Keyring::Unlocked).await?;
        stage.prefer_dark(dark)?;
        let looks = if dark { "dark" } else { "light" };
        let told = match tour {
            Tour::States => states(&stage, folder, looks).await,
            Tour::FirstStart => first_start(&stage, folder, looks).await,
            Tour::Sample => match first_start(&stage, folder, looks).await {
                Ok(()) => sample(&stage, folder, looks).await,
                failed => failed,
            },
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

/// What is seldom on the screen.
async fn states(stage: &Stage, folder: &Path, looks: &str) -> Verdict {
    let notion = stage.simulator()?;
    let app = stage.open_app(&notion).await?;
    app.sign_in(&notion.workspace().personal_token).await?;
    pictures(&app, folder, &format!("empty-{looks}")).await?;
    app.write_note(TITLE, BODY).await?;
    app.chip("In Notion").await?;
    notion.stop();
    app.write_note("Written on the train", "No network here.")
        .await?;
    app.chip("Waiting to send").await?;
    app.reads("cannot be reached").await?;
    pictures(&app, folder, &format!("offline-{looks}")).await?;
    notion.restart()?;
    app.chip("In Notion").await?;
    notion.expire().await?;
    app.write_note("Written after that", "The token is no good any more.")
        .await?;
    app.reads("no longer accepts").await?;
    pictures(&app, folder, &format!("refused-{looks}")).await?;
    say(&format!("✓ offline and refused, {looks}"));
    app.quit().await?;
    many_notes(stage, folder, looks).await
}

/// 10,000 notes of an account on this computer, opened in the middle.
async fn many_notes(stage: &Stage, folder: &Path, looks: &str) -> Verdict {
    let dir = stage.path("many");
    fill(&dir, 10_000).await?;
    let dir = dir.display().to_string();
    let options = AppOptions::plain("octavo-desktop").env("OCTAVO_DATA_DIR", &dir);
    let app = stage.open_app_with(options).await?;
    app.painted().await?;
    app.item("Notes", "Note 9996").await?.click().await?;
    app.find("textbox", "Note").await?;
    pictures(&app, folder, &format!("many-{looks}")).await?;
    say(&format!("✓ 10,000 notes, {looks}"));
    app.quit().await
}

async fn fill(dir: &Path, notes: usize) -> Verdict {
    let claim = |error: CoreError| Fault::claim(error.to_string());
    let config = Config {
        data_dir: dir.to_path_buf(),
        notion_url: Url::parse("http://127.0.0.1:9").map_err(|e| Fault::claim(e.to_string()))?,
        vault: VaultKind::Memory,
        broker_url: None,
        memory_token: None,
        sample: false,
        request_room: Config::REQUEST_ROOM,
    };
    let core = Octavo::open(config).await.map_err(claim)?;
    let local = AccountAddLocal { name: None };
    let account = core.account_add_local(local).await.map_err(claim)?.id;
    for number in 0..notes {
        let types = [None, Some("Idea"), Some("Meeting"), Some("Reference")];
        let note = NoteCreate {
            account: account.clone(),
            title: format!("Note {number}"),
            body: format!("{BODY}\n\n- [ ] The thing to do, number {number}"),
            note_type: types.get(number % 4).copied().flatten().map(str::to_owned),
            tags: Vec::new(),
        };
        core.note_create(note).await.map_err(claim)?;
    }
    core.shutdown(Duration::from_secs(2)).await;
    Ok(())
}

async fn pictures(app: &App, folder: &Path, name: &str) -> Verdict {
    for width in WIDTHS {
        app.resize(*width, 800).await?;
        app.screenshot(&folder.join(format!("{name}-{width}.png")))
            .await?;
    }
    Ok(())
}
