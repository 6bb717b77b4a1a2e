//! The shortcut where programs cannot take keys themselves: on a Wayland desktop.
//!
//! The app is told that it is on one; its windows are on the stage's screen all the same.

use harness::{AppOptions, Keyring, Portal, Simulator, Verdict, ensure, story};

fn on_wayland(notion: &Simulator) -> AppOptions {
    AppOptions::new(notion.url()).env("WAYLAND_DISPLAY", "wayland-of-the-story")
}

#[tokio::test]
async fn the_desktop_gives_the_shortcut() -> Verdict {
    let name = "the_desktop_gives_the_shortcut";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let portal = Portal::raise(stage, Some("Press Ctrl+Alt+N")).await?;
        let app = stage.open_app_with(on_wayland(&notion)).await?;
        app.painted().await?;
        app.start_without_notion().await?;
        let wanted = portal.asked().await?;
        ensure(wanted == "CTRL+SHIFT+space", || wanted)?;
        app.settings("Capture").await?;
        app.reads("Press Ctrl+Alt+N").await?;
        portal.press().await?;
        stage.window("Quick capture").await?;
        app.turn_to_capture().await?;
        app.find("textbox", "Note").await.map(drop)
    })
    .await
}

#[tokio::test]
async fn without_a_portal_the_command_to_bind_is_said() -> Verdict {
    let name = "without_a_portal_the_command_to_bind_is_said";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let app = stage.open_app_with(on_wayland(&notion)).await?;
        app.painted().await?;
        app.start_without_notion().await?;
        app.settings("Capture").await?;
        app.reads("On a Wayland desktop no program may listen for keys")
            .await?;
        app.reads("octavo-desktop --capture").await
    })
    .await
}

#[tokio::test]
async fn a_person_who_says_no_is_told_what_else_there_is() -> Verdict {
    let name = "a_person_who_says_no_is_told_what_else_there_is";
    story(name, Keyring::Unlocked, async |stage| {
        let notion = stage.simulator()?;
        let portal = Portal::raise(stage, None).await?;
        let app = stage.open_app_with(on_wayland(&notion)).await?;
        app.painted().await?;
        app.start_without_notion().await?;
        portal.asked().await?;
        app.settings("Capture").await?;
        app.reads("octavo-desktop --capture").await
    })
    .await
}
