//! The settings: what the person wishes, from the core, and how this desktop takes it.

use octavo_contract::{Settings, SettingsChange, Shortcut};
use octavo_core::{Octavo, Preferences};

use crate::{
    app::App,
    desk::{Desk, Desktop},
    error::ShellError,
    login, shortcut,
};

/// The settings as they stand.
pub(crate) async fn read(app: &App, core: &Octavo) -> Result<Settings, ShellError> {
    let wished = core.preferences().await?;
    Ok(standing(app, wished))
}

/// Changes what the request names. What the desktop refuses is not kept.
pub(crate) async fn change(
    app: &App,
    core: &Octavo,
    mut request: SettingsChange,
) -> Result<Settings, ShellError> {
    let desk = &app.desk;
    let _turn = desk.changing.lock().await;
    let before = core.preferences().await?;
    if let Some(text) = &request.shortcut {
        request.shortcut = Some(shortcut::change(desk, text)?);
    }
    let changed = change_rest(app, core, request).await;
    if changed.is_err() {
        let keys = before.shortcut.as_deref().unwrap_or_default();
        if let Err(error) = shortcut::change(desk, keys) {
            tracing::warn!(%error, "the earlier shortcut could not be had again");
        }
    }
    let wished = changed?;
    desk.set_close_to_tray(wished.close_to_tray);
    Ok(standing(app, wished))
}

async fn change_rest(
    app: &App,
    core: &Octavo,
    request: SettingsChange,
) -> Result<Preferences, ShellError> {
    if let Some(on) = request.start_at_login {
        if let Some(reason) = login::trouble(&app.desk, app.is_sample()) {
            return Err(ShellError::Login(reason));
        }
        // Files of the desktop's, on a disk that may be slow.
        tokio::task::block_in_place(|| {
            app.desk
                .desktop()?
                .start_at_login(on)
                .map_err(|reason| ShellError::login(&reason))
        })?;
    }
    Ok(core.change_preferences(request).await?)
}

fn standing(app: &App, wished: Preferences) -> Settings {
    let desk: &Desk = &app.desk;
    let login_trouble = login::trouble(desk, app.is_sample());
    Settings {
        shortcut: Shortcut {
            // A desktop that gives the keys may have given others than were wished for.
            keys: desk
                .bell
                .given()
                .filter(|given| !given.is_empty())
                .or(wished.shortcut),
            trouble: desk.bell.trouble(),
        },
        capture_command: shortcut::capture_command(),
        undo_seconds: wished.undo_seconds,
        start_at_login: login_trouble.is_none()
            && desk.desktop().is_ok_and(Desktop::starts_at_login),
        start_at_login_trouble: login_trouble,
        close_to_tray: wished.close_to_tray,
        tray_trouble: desk.tray_trouble(),
    }
}
