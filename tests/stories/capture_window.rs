//! Quick capture, with real keys over other programs.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

use std::rc::Rc;
use std::time::{Duration, Instant};

use harness::{
    App, Fault, Keyring, Simulator, Stage, Verdict, binary, ensure, look, story, wait_until,
};

const SHORTCUT: &str = "ctrl+shift+space";
const CAPTURE: &str = "Quick capture";

/// A desktop with a window manager, the app signed in, and another program that has the keyboard.
async fn begin(stage: &Stage, notion: &Simulator) -> Result<(Rc<App>, harness::Peer), Fault> {
    stage.manage_windows().await?;
    let app = stage.open_app(notion).await?;
    app.sign_in(&notion.workspace().personal_token).await?;
    let peer = stage.peer("peer").await?;
    Ok((app, peer))
}

/// Presses the shortcut and waits for the caret.
async fn call(stage: &Stage, app: &App) -> Result<(), Fault> {
    stage.press(SHORTCUT)?;
    stage.focus_on(CAPTURE).await?;
    app.turn_to_capture().await?;
    wait_until("the caret is in the text", async || {
        let ready = app
            .run("return document.activeElement?.tagName === 'TEXTAREA' && document.hasFocus()")
            .await?;
        Ok(look(ready.as_bool() == Some(true), ready))
    })
    .await
}

/// Waits until this is what is typed in the capture window.
async fn typed(app: &App, text: &str) -> Result<(), Fault> {
    wait_until(&format!("{text:?} is typed"), async || {
        let found = app.find("textbox", "Note").await?.text().await?;
        Ok(look(found == text, found))
    })
    .await
}

#[tokio::test]
async fn a_thought_is_caught_over_another_program_and_sent_after_ten_seconds() -> Verdict {
    let name = "a_thought_is_caught_over_another_program_and_sent_after_ten_seconds";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let (app, _peer) = begin(stage, &notion).await?;

        call(stage, &app).await?;
        stage.type_keys("Ask the supplier")?;
        typed(&app, "Ask the supplier").await?;
        app.reads("goes to Personal Assistant").await?;
        // Esc keeps what is typed, and the keyboard goes back.
        stage.press("Escape")?;
        stage.focus_on("peer").await?;
        stage.no_window(CAPTURE).await?;
        call(stage, &app).await?;
        stage.type_keys(" today")?;
        typed(&app, "Ask the supplier today").await?;

        let saved = Instant::now();
        stage.press("ctrl+Return")?;
        stage.focus_on("peer").await?;
        let page = notion
            .page_arrives(notion.workspace(), "Ask the supplier today")
            .await?;
        let after = saved.elapsed();
        ensure(after >= Duration::from_secs(10), || {
            format!("it was sent after {after:?}")
        })?;
        notion
            .only_page(notion.workspace(), &page.title)
            .await
            .map(drop)
    })
    .await
}

#[tokio::test]
async fn what_is_called_back_is_in_the_window_again_and_never_sent() -> Verdict {
    let name = "what_is_called_back_is_in_the_window_again_and_never_sent";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let (app, _peer) = begin(stage, &notion).await?;
        // Long enough for the slowest machine.
        app.set_undo_seconds(60).await?;
        call(stage, &app).await?;
        stage.type_keys("Too early")?;
        typed(&app, "Too early").await?;
        stage.press("ctrl+Return")?;
        stage.no_window(CAPTURE).await?;

        call(stage, &app).await?;
        app.reads("Kept in").await?;
        stage.press("ctrl+z")?;
        typed(&app, "Too early").await?;
        wait_until("it is written anew", async || {
            stage.press("ctrl+a")?;
            stage.type_keys("Now it is right")?;
            let found = app.find("textbox", "Note").await?.text().await?;
            Ok(look(found == "Now it is right", found))
        })
        .await?;
        stage.press("ctrl+Return")?;
        stage.no_window(CAPTURE).await?;

        app.turn_to_main().await?;
        app.item("Notes", "Now it is right").await?;
        let rows = app.items("Notes").await?;
        ensure(!rows.iter().any(|row| row.contains("Too early")), || {
            format!("{rows:?}")
        })?;
        // Leaving sends it, whatever is left of the time.
        app.quit().await?;
        notion
            .page_arrives(notion.workspace(), "Now it is right")
            .await?;
        let early = notion.pages_titled(notion.workspace(), "Too early").await?;
        ensure(early.is_empty(), || format!("it was sent: {early:?}"))
    })
    .await
}

#[tokio::test]
async fn keys_that_another_program_has_are_said_in_words() -> Verdict {
    let name = "keys_that_another_program_has_are_said_in_words";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let _other = stage.taken_shortcut()?;
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.start_without_notion().await?;
        app.reads("Ctrl+Shift+Space is taken by another program")
            .await
    })
    .await
}

#[tokio::test]
async fn a_second_start_and_a_link_open_the_window_and_save_nothing() -> Verdict {
    let name = "a_second_start_and_a_link_open_the_window_and_save_nothing";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let (app, _peer) = begin(stage, &notion).await?;
        let start = |argument: &str| {
            let mut command = stage.command("timeout");
            command
                .arg("60")
                .arg(binary("octavo-desktop")?)
                .arg(argument)
                .env("OCTAVO_DATA_DIR", stage.data_dir())
                .env("OCTAVO_NOTION_URL", notion.url());
            let ended = command.status().map_err(Fault::io("start the app again"))?;
            ensure(ended.success(), || format!("the second start: {ended}"))
        };
        start("--capture")?;
        stage.focus_on(CAPTURE).await?;
        app.turn_to_capture().await?;
        stage.type_keys("Mine")?;
        typed(&app, "Mine").await?;
        stage.press("Escape")?;
        stage.focus_on("peer").await?;

        start("octavo://capture?text=Theirs%20%26%20more&url=https%3A%2F%2Fexample.org%2Fa")?;
        stage.focus_on(CAPTURE).await?;
        typed(&app, "Mine\n\nTheirs & more\nhttps://example.org/a").await?;
        app.turn_to_main().await?;
        let rows = app.items("Notes").await?;
        ensure(rows.is_empty(), || format!("it was saved: {rows:?}"))
    })
    .await
}
