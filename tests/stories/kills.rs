//! Power cuts in the worst moments of quick capture.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

use std::rc::Rc;
use std::time::Duration;

use harness::{App, Fault, Keyring, Simulator, Stage, Verdict, ensure, look, story, wait_until};
use sqlx::Row as _;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

const CAPTURE: &str = "Quick capture";
const ROUNDS: u64 = 5;

/// A different moment for every round, the same in every run.
fn moment(round: u64, most: u64) -> Duration {
    let mut mixed = round.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^= mixed >> 29;
    Duration::from_millis(mixed % most)
}

/// Opens the app and its capture window.
async fn open(stage: &Stage, notion: &Simulator) -> Result<Rc<App>, Fault> {
    let app = stage.open_app(notion).await?;
    app.painted().await?;
    Ok(app)
}

async fn call(stage: &Stage, app: &App) -> Result<(), Fault> {
    // Pressed again until the app has taken the keys.
    wait_until("the capture window comes", async || {
        stage.press("ctrl+shift+space")?;
        let windows = stage.windows()?;
        let there = windows.iter().any(|name| name.contains(CAPTURE));
        Ok(look(there, windows))
    })
    .await?;
    stage.focus_on(CAPTURE).await?;
    app.turn_to_capture().await
}

async fn draft_on_screen(app: &App) -> Result<String, Fault> {
    app.find("textbox", "Note").await?.text().await
}

/// What is durable of the draft, looked up beside the app.
async fn draft_on_disk(stage: &Stage) -> Result<String, Fault> {
    let options = SqliteConnectOptions::new()
        .filename(stage.data_dir().join("app.db"))
        .read_only(true);
    let pool = SqlitePool::connect_with(options)
        .await
        .map_err(|error| Fault::program("sqlite", error.to_string()))?;
    let row = sqlx::query("SELECT text FROM draft WHERE window = 'capture'")
        .fetch_optional(&pool)
        .await
        .map_err(|error| Fault::program("sqlite", error.to_string()))?;
    pool.close().await;
    Ok(row
        .and_then(|row| row.try_get("text").ok())
        .unwrap_or_default())
}

#[tokio::test]
async fn a_power_cut_while_typing_keeps_every_pause() -> Verdict {
    let name = "a_power_cut_while_typing_keeps_every_pause";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        stage.manage_windows().await?;
        let app = open(stage, &notion).await?;
        app.sign_in(&notion.workspace().personal_token).await?;
        let mut app = app;
        let mut before = String::new();
        for round in 0..ROUNDS {
            let after = moment(round, 400);
            println!("round {round}: the power goes {after:?} into the second half");
            call(stage, &app).await?;
            stage.type_keys(&format!("[{round} kept"))?;
            let kept = format!("{before}[{round} kept");
            wait_until("the pause is kept", async || {
                let found = draft_on_disk(stage).await?;
                Ok(look(found == kept, found))
            })
            .await?;
            let rest = " perhaps lost]";
            let typing = stage.start_typing(rest)?;
            tokio::time::sleep(after).await;
            app.kill_9();
            app.ended().await?;
            drop(typing);

            stage.close_apps();
            app = open(stage, &notion).await?;
            call(stage, &app).await?;
            let whole = format!("{kept}{rest}");
            before = wait_until("the draft is back", async || {
                let found = draft_on_screen(&app).await?;
                Ok(if found.starts_with(&kept) && whole.starts_with(&found) {
                    harness::Look::Yes(found)
                } else {
                    harness::Look::NotYet(found)
                })
            })
            .await?;
            // The next round goes on at the end of it.
            stage.press("ctrl+End")?;
        }
        let notes = notion.pages_titled(notion.workspace(), "[0 kept").await?;
        ensure(notes.is_empty(), || format!("a draft was sent: {notes:?}"))
    })
    .await
}

#[tokio::test]
async fn a_power_cut_in_the_ten_seconds_leaves_one_note() -> Verdict {
    let name = "a_power_cut_in_the_ten_seconds_leaves_one_note";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        stage.manage_windows().await?;
        let app = open(stage, &notion).await?;
        app.sign_in(&notion.workspace().personal_token).await?;
        let mut app = app;
        let mut saved = 0;
        for round in 0..ROUNDS {
            // From the very moment of the key press on.
            let after = moment(round, 250);
            let title = format!("Thought number {round}");
            println!("round {round}: the power goes {after:?} after saving");
            call(stage, &app).await?;
            stage.type_keys(&title)?;
            wait_until("it is typed", async || {
                let found = draft_on_screen(&app).await?;
                Ok(look(found == title, found))
            })
            .await?;
            stage.press("ctrl+Return")?;
            tokio::time::sleep(after).await;
            app.kill_9();
            app.ended().await?;

            stage.close_apps();
            app = open(stage, &notion).await?;
            let is_note = app
                .items("Notes")
                .await?
                .iter()
                .any(|row| row.contains(&title));
            call(stage, &app).await?;
            wait_until("the draft was read", async || {
                let ready = app
                    .run("return document.activeElement?.tagName ?? null")
                    .await?;
                Ok(look(ready.as_str() == Some("TEXTAREA"), ready))
            })
            .await?;
            let draft = wait_until("it is a draft or a note", async || {
                let found = draft_on_screen(&app).await?;
                Ok(if is_note == found.is_empty() {
                    harness::Look::Yes(found)
                } else {
                    harness::Look::NotYet(format!("note: {is_note}, draft: {found:?}"))
                })
            })
            .await?;
            if is_note {
                saved += 1;
                stage.press("Escape")?;
            } else {
                ensure(draft == title, || format!("the draft is {draft:?}"))?;
                stage.press("ctrl+Return")?;
            }
            stage.no_window(CAPTURE).await?;
            app.turn_to_main().await?;
            app.item("Notes", &title).await?;
        }
        println!("{saved} of {ROUNDS} were notes when the power went");
        for round in 0..ROUNDS {
            let title = format!("Thought number {round}");
            notion.page_arrives(notion.workspace(), &title).await?;
            notion.only_page(notion.workspace(), &title).await?;
        }
        Ok(())
    })
    .await
}
