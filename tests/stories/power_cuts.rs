//! The power goes while one types into quick capture, and while a captured note waits to be sent.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

use std::rc::Rc;
use std::time::Duration;

use harness::{
    App, Fault, Keyring, Look, Seeded, Simulator, Stage, Verdict, ensure, story, wait_until,
};

const ROUNDS: u64 = 5;
/// How long a captured note can be called back in these stories.
const UNDO_SECONDS: u64 = 4;

/// Starts the app again, over another program that has the keyboard.
async fn start(stage: &Stage, notion: &Simulator) -> Result<Rc<App>, Fault> {
    let app = stage.open_app(notion).await?;
    app.painted().await?;
    app.find("button", "New note").await?;
    Ok(app)
}

async fn cut(stage: &Stage, app: Rc<App>) -> Verdict {
    app.kill_9();
    app.ended().await?;
    drop(app);
    stage.close_apps();
    stage.no_window("Octavo").await
}

/// Types a text that is on the disk when this is done: Esc keeps it before the window goes.
async fn type_and_keep(stage: &Stage, app: &App, text: &str, whole: &str) -> Verdict {
    stage.type_keys(text)?;
    app.captures(whole).await?;
    stage.press("Escape")?;
    stage.no_window("Quick capture").await?;
    app.call_capture(stage).await
}

#[tokio::test]
async fn what_was_being_typed_is_there_after_a_power_cut() -> Verdict {
    let name = "what_was_being_typed_is_there_after_a_power_cut";
    story(name, Keyring::Unlocked, async |stage| {
        stage.manage_windows().await?;
        let notion = stage.simulator()?;
        let app = stage.open_app(&notion).await?;
        app.sign_in(&notion.workspace().personal_token).await?;
        cut(stage, app).await?;
        let mut chance = Seeded::from_environment();
        let mut kept = String::new();
        for round in 0..ROUNDS {
            let app = start(stage, &notion).await?;
            app.call_capture(stage).await?;
            app.captures(&kept).await?;
            let sure = format!("round {round} ");
            kept.push_str(&sure);
            type_and_keep(stage, &app, &sure, &kept).await?;
            // Of this, only the end may be lost.
            let more = "the quick brown fox jumps over ";
            let letters = chance.below(u64::try_from(more.len()).unwrap_or(1));
            let letters = usize::try_from(letters).unwrap_or_default();
            let typed: String = more.chars().take(letters).collect();
            stage.type_keys(&typed)?;
            cut(stage, app).await?;

            let app = start(stage, &notion).await?;
            app.call_capture(stage).await?;
            let all = format!("{kept}{typed}");
            let sure = kept.clone();
            kept = wait_until("the draft is back", async || {
                let found = app.find("textbox", "Note").await?.text().await?;
                let whole = found.starts_with(&sure) && all.starts_with(&found);
                Ok(if whole {
                    Look::Yes(found)
                } else {
                    Look::NotYet(format!("{found:?} of {all:?}, {chance}"))
                })
            })
            .await?;
            cut(stage, app).await?;
        }
        let pages = notion.pages(notion.workspace()).await?;
        ensure(
            pages.iter().all(|page| !page.title.contains("round")),
            || format!("a draft was sent: {pages:?}"),
        )
    })
    .await
}

#[tokio::test]
async fn a_captured_note_survives_a_power_cut_and_arrives_once() -> Verdict {
    let name = "a_captured_note_survives_a_power_cut_and_arrives_once";
    story(name, Keyring::Unlocked, async |stage| {
        stage.manage_windows().await?;
        let notion = stage.simulator()?;
        let app = stage.open_app(&notion).await?;
        app.sign_in(&notion.workspace().personal_token).await?;
        app.set_undo_seconds(UNDO_SECONDS).await?;
        app.quit().await?;
        let mut chance = Seeded::from_environment();
        for round in 0..ROUNDS {
            let app = start(stage, &notion).await?;
            app.call_capture(stage).await?;
            let title = format!("Caught before cut {round}");
            stage.type_keys(&title)?;
            app.captures(&title).await?;
            stage.press("ctrl+Return")?;
            stage.no_window("Quick capture").await?;
            // The cut comes somewhere in the time to call it back, or while it is being sent.
            let moment = Duration::from_millis(chance.below(UNDO_SECONDS * 1_000 + 1_500));
            tokio::time::sleep(moment).await;
            cut(stage, app).await?;

            let app = start(stage, &notion).await?;
            app.item("Notes", &title).await?;
            notion.page_arrives(notion.workspace(), &title).await?;
            app.open_note(&title).await?;
            app.chip("In Notion").await.map_err(|fault| {
                Fault::claim(format!("{fault}; cut after {moment:?}, {chance}"))
            })?;
            notion.only_page(notion.workspace(), &title).await?;
            let rows = app.items("Notes").await?;
            let rows = rows.iter().filter(|row| row.contains(&title)).count();
            ensure(rows == 1, || {
                format!("{title:?} is {rows} times in the list; {moment:?}, {chance}")
            })?;
            app.call_capture(stage).await?;
            app.captures("").await?;
            app.quit().await?;
            stage.close_apps();
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_power_goes_in_the_moment_of_saving() -> Verdict {
    let name = "the_power_goes_in_the_moment_of_saving";
    story(name, Keyring::Unlocked, async |stage| {
        stage.manage_windows().await?;
        let notion = stage.simulator()?;
        let app = stage.open_app(&notion).await?;
        app.sign_in(&notion.workspace().personal_token).await?;
        cut(stage, app).await?;
        let mut chance = Seeded::from_environment();
        let mut notes = 0;
        for round in 0..ROUNDS {
            let app = start(stage, &notion).await?;
            app.call_capture(stage).await?;
            let title = format!("Saved in cut {round}");
            type_and_keep(stage, &app, &title, &title).await?;
            let moment = Duration::from_millis(chance.below(120));
            stage.press("ctrl+Return")?;
            tokio::time::sleep(moment).await;
            cut(stage, app).await?;

            // It is a draft or a note, and never both.
            let app = start(stage, &notion).await?;
            let rows = app.items("Notes").await?;
            let is_note = rows.iter().any(|row| row.contains(&title));
            app.call_capture(stage).await?;
            if is_note {
                notes += 1;
                app.captures("").await?;
                stage.press("Escape")?;
            } else {
                app.captures(&title).await.map_err(|fault| {
                    Fault::claim(format!("{fault}; cut after {moment:?}, {chance}"))
                })?;
                stage.press("ctrl+Return")?;
            }
            stage.no_window("Quick capture").await?;
            app.turn_to_main().await?;
            app.item("Notes", &title).await?;
            app.quit().await?;
            stage.close_apps();
        }
        // Leaving sends what it can within two seconds, and the next start the rest.
        let _app = start(stage, &notion).await?;
        for round in 0..ROUNDS {
            let title = format!("Saved in cut {round}");
            notion.page_arrives(notion.workspace(), &title).await?;
            notion.only_page(notion.workspace(), &title).await?;
        }
        println!("{notes} of {ROUNDS} were notes when the power went, {chance}");
        Ok(())
    })
    .await
}
