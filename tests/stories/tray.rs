//! The tray: its menu, what its entries do, and closing the window with and without one.

#![expect(
    clippy::future_not_send,
    reason = "a stage stays on the thread of its story"
)]

use std::rc::Rc;

use harness::{App, Fault, Keyring, Stage, Tray, Verdict, ensure, look, story, wait_until};

const MAIN: &str = "Octavo";
const CAPTURE: &str = "Quick capture — Octavo";
const FIRST: &str = "Punch & snake_cards";
const SECOND: &str = "Second thoughts";
const PAUSED: &str = "Sync is paused. What you write";
const TRAY_SWITCH: &str = "Keep running in the tray";
const NO_TRAY: &str = "no tray that shows Octavo";

/// Waits until a window of that title is on the screen, or none is.
async fn window(stage: &Stage, title: &str, is_there: bool) -> Verdict {
    let state = if is_there { "shown" } else { "hidden" };
    wait_until(&format!("the window {title:?} is {state}"), async || {
        let count = stage.windows_titled(title)?;
        Ok(look(count == usize::from(is_there), count))
    })
    .await
}

/// Waits until the account is the one on the screen.
async fn shows_account(app: &App, name: &str) -> Verdict {
    wait_until(
        &format!("{name:?} is the account on the screen"),
        async || {
            let radio = app.item("Accounts", name).await?;
            let checked = radio.attribute("aria-checked").await?;
            Ok(look(checked.as_deref() == Some("true"), checked))
        },
    )
    .await
}

/// Opens the settings for quick capture.
async fn capture_settings(app: &App) -> Verdict {
    app.settings("Capture").await?;
    app.find("switch", TRAY_SWITCH).await.map(drop)
}

/// Waits until the switch for the tray is on, or off.
async fn switch_is(app: &App, on: bool) -> Verdict {
    let script = format!(
        "return [...document.querySelectorAll('[role=switch]')]\
         .find((box) => box.labels[0]?.textContent.startsWith('{TRAY_SWITCH}'))?.checked"
    );
    wait_until(
        &format!("the switch for the tray is on: {on}"),
        async || {
            let seen = app.run(&script).await?;
            Ok(look(seen.as_bool() == Some(on), seen))
        },
    )
    .await
}

/// Waits until the settings no longer say that there is no tray.
async fn silent(app: &App) -> Verdict {
    wait_until("the settings say nothing of a missing tray", async || {
        let text = app.text().await?;
        Ok(look(!text.contains(NO_TRAY), text))
    })
    .await
}

/// Closes the main window into the tray.
async fn hide(stage: &Stage, app: &App) -> Verdict {
    window(stage, MAIN, true).await?;
    stage.close_windows(app)?;
    window(stage, MAIN, false).await?;
    ensure(app.is_running(), || "the app ended".into())
}

/// Waits until the body is that of the note.
async fn body_is(app: &App, text: &str) -> Verdict {
    wait_until(&format!("the note says {text:?}"), async || {
        let body = app.body().await?;
        Ok(look(body.contains(text), body))
    })
    .await
}

/// Waits until the note of that title is the one on the screen.
async fn note_is(app: &App, title: &str) -> Verdict {
    wait_until(&format!("the note {title:?} is open"), async || {
        let open = app.find("textbox", "Title").await?.text().await?;
        Ok(look(open == title, open))
    })
    .await
}

/// A person with two notes in Notion, then with a second account on this computer.
async fn two_accounts(stage: &Stage, tray: &Tray) -> Result<Rc<App>, Fault> {
    let notion = stage.simulator()?;
    let app = stage.open_app(&notion).await?;
    app.painted().await?;
    tray.reads(&["Capture", "Open Octavo", "---", "Quit"])
        .await?;
    app.sign_in(&notion.workspace().personal_token).await?;
    for (title, body) in [(FIRST, "The first one."), (SECOND, "The second one.")] {
        app.write_note(title, body).await?;
        app.chip("In Notion").await?;
    }
    app.find("button", "Add an account").await?.click().await?;
    app.start_without_notion().await?;
    Ok(app)
}

#[tokio::test]
async fn the_menu_switches_accounts_and_opens_notes() -> Verdict {
    let name = "the_menu_switches_accounts_and_opens_notes";
    story(name, Keyring::Unlocked, async |stage| {
        let tray = stage.raise_tray().await?;
        let app = two_accounts(stage, &tray).await?;
        let title = tray.title().await?;
        ensure(title == "Octavo", || format!("the icon is {title:?}"))?;
        tray.reads(&[
            "Capture",
            "Open Octavo",
            "---",
            "[ ] AL  Ada Lovelace",
            "[x] OT  On this computer",
            "---",
            "Pause sync",
            "Quit",
        ])
        .await?;
        // Notes of one account are never among those of the other.
        app.write_note("Shopping", "Milk.").await?;
        tray.has("Shopping").await?;

        tray.choose("AL  Ada Lovelace").await?;
        shows_account(&app, "Ada Lovelace").await?;
        tray.reads(&[
            "Capture",
            "Open Octavo",
            "---",
            "[x] AL  Ada Lovelace",
            "[ ] OT  On this computer",
            "---",
            SECOND,
            FIRST,
            "---",
            "Pause sync",
            "Quit",
        ])
        .await?;
        tray.choose(FIRST).await?;
        note_is(&app, FIRST).await?;
        body_is(&app, "The first one.").await?;

        // With the window away, the note brings it back.
        hide(stage, &app).await?;
        tray.choose(SECOND).await?;
        window(stage, MAIN, true).await?;
        note_is(&app, SECOND).await?;

        // What is done in the window is in the menu.
        app.item("Accounts", "On this computer")
            .await?
            .click()
            .await?;
        tray.has("[x] OT  On this computer").await?;
        tray.has("Shopping").await
    })
    .await
}

#[tokio::test]
async fn the_menu_pauses_and_resumes() -> Verdict {
    let name = "the_menu_pauses_and_resumes";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let tray = stage.raise_tray().await?;
        let app = stage.open_app(&notion).await?;
        app.sign_in(&notion.workspace().personal_token).await?;
        app.write_note(FIRST, "Before.").await?;
        app.chip("In Notion").await?;

        tray.choose("Pause sync").await?;
        app.reads(PAUSED).await?;
        tray.has("[x] AL  Ada Lovelace · paused").await?;
        tray.has("Resume sync").await?;
        app.write_note(SECOND, "Meanwhile.").await?;
        app.chip("Waiting to send").await?;
        tray.reads(&[
            "Capture",
            "Open Octavo",
            "---",
            "[x] AL  Ada Lovelace · paused · 1 waiting",
            "---",
            SECOND,
            FIRST,
            "---",
            "Resume sync",
            "Quit",
        ])
        .await?;
        let early = notion.pages_titled(notion.workspace(), SECOND).await?;
        ensure(early.is_empty(), || format!("sent while paused: {early:?}"))?;

        tray.choose("Resume sync").await?;
        app.chip("In Notion").await?;
        notion.only_page(notion.workspace(), SECOND).await?;
        tray.has("Pause sync").await?;
        tray.has("[x] AL  Ada Lovelace").await?;
        let text = app.text().await?;
        ensure(!text.contains(PAUSED), || {
            format!("the window still shows {PAUSED:?}: {text}")
        })
    })
    .await
}

#[tokio::test]
async fn the_menu_captures_and_quits_with_everything_saved() -> Verdict {
    let name = "the_menu_captures_and_quits_with_everything_saved";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let tray = stage.raise_tray().await?;
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.start_without_notion().await?;
        // There is nothing to pause without Notion.
        tray.reads(&[
            "Capture",
            "Open Octavo",
            "---",
            "[x] OT  On this computer",
            "---",
            "Quit",
        ])
        .await?;
        window(stage, CAPTURE, false).await?;
        tray.choose("Capture").await?;
        window(stage, CAPTURE, true).await?;

        // The last words are hardly typed when the app is told to go.
        let long = "Typed in the last moment. ".repeat(12);
        app.write_note(SECOND, &long).await?;
        tray.choose("Quit").await?;
        app.ended().await?;
        tray.is_empty().await?;

        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.open_note(SECOND).await?;
        body_is(&app, long.trim_end()).await
    })
    .await
}

#[tokio::test]
async fn with_a_tray_closing_the_window_only_hides_it() -> Verdict {
    let name = "with_a_tray_closing_the_window_only_hides_it";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let tray = stage.raise_tray().await?;
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.start_without_notion().await?;
        tray.item().await?;
        app.write_note(FIRST, "Kept while the window is away.")
            .await?;

        hide(stage, &app).await?;
        tray.choose("Open Octavo").await?;
        window(stage, MAIN, true).await?;
        hide(stage, &app).await?;
        tray.left_click().await?;
        window(stage, MAIN, true).await?;
        body_is(&app, "Kept while the window is away.").await?;

        capture_settings(&app).await?;
        let text = app.text().await?;
        ensure(!text.contains(NO_TRAY), || {
            format!("the settings say there is no tray: {text}")
        })?;
        // Who does not want that can have it otherwise.
        app.find("switch", TRAY_SWITCH).await?.click().await?;
        switch_is(&app, false).await?;
        // Read anew: it is kept, and not only shown.
        app.find("button", "Back to your notes")
            .await?
            .click()
            .await?;
        capture_settings(&app).await?;
        switch_is(&app, false).await?;
        stage.close_windows(&app)?;
        app.ended().await?;
        tray.is_empty().await
    })
    .await
}

#[tokio::test]
async fn without_a_tray_closing_the_window_ends_the_app() -> Verdict {
    let name = "without_a_tray_closing_the_window_ends_the_app";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.start_without_notion().await?;
        app.write_note(FIRST, "Written without a tray.").await?;
        capture_settings(&app).await?;
        app.reads(NO_TRAY).await?;
        // It is wished for, and still the window is not hidden where nobody finds it again.
        switch_is(&app, true).await?;
        app.quit().await?;

        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.open_note(FIRST).await?;
        body_is(&app, "Written without a tray.").await?;
        app.quit().await
    })
    .await
}

#[tokio::test]
async fn a_tray_that_nobody_shows_is_none() -> Verdict {
    let name = "a_tray_that_nobody_shows_is_none";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let _tray = stage.raise_tray_without_host().await?;
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.start_without_notion().await?;
        capture_settings(&app).await?;
        app.reads(NO_TRAY).await?;
        app.quit().await
    })
    .await
}

#[tokio::test]
async fn a_tray_may_come_late_and_go_early() -> Verdict {
    let name = "a_tray_may_come_late_and_go_early";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let app = stage.open_app(&notion).await?;
        app.painted().await?;
        app.start_without_notion().await?;
        capture_settings(&app).await?;
        app.reads(NO_TRAY).await?;

        let tray = stage.raise_tray().await?;
        tray.has("[x] OT  On this computer").await?;
        silent(&app).await?;
        hide(stage, &app).await?;
        tray.left_click().await?;
        window(stage, MAIN, true).await?;

        tray.take_away().await?;
        app.reads(NO_TRAY).await?;
        let tray = stage.raise_tray().await?;
        tray.item().await?;
        silent(&app).await?;
        hide(stage, &app).await?;
        tray.choose("Open Octavo").await?;
        window(stage, MAIN, true).await?;

        // It goes while the window is hidden in it, and nobody would find Octavo again.
        hide(stage, &app).await?;
        tray.take_away().await?;
        window(stage, MAIN, true).await?;
        app.reads(NO_TRAY).await?;
        app.quit().await
    })
    .await
}
