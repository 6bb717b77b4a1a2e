//! Settings: what the person chose (the core keeps it) and what this computer makes of it.

use octavo_contract::{Settings, SettingsChange};
use octavo_core::{Octavo, Preferences};
use tauri::{AppHandle, Manager as _, Runtime};
use tauri_plugin_autostart::ManagerExt as _;

use crate::{
    app::App,
    error::ShellError,
    shortcut::{self, Keys},
    tray,
};

/// The settings as they are now.
pub(crate) async fn read<R: Runtime>(
    app: &AppHandle<R>,
    core: &Octavo,
) -> Result<Settings, ShellError> {
    let chosen = core.preferences().await?;
    Ok(view(app, chosen).await)
}

async fn view<R: Runtime>(app: &AppHandle<R>, chosen: Preferences) -> Settings {
    let at_login = login_trouble(app);
    Settings {
        shortcut: app.state::<Keys>().view(),
        capture_command: shortcut::command(),
        undo_seconds: chosen.undo_seconds,
        start_at_login: at_login.is_none() && app.autolaunch().is_enabled().unwrap_or(false),
        start_at_login_trouble: at_login,
        close_to_tray: chosen.close_to_tray,
        tray_trouble: tray::trouble().await,
    }
}

/// Changes what is asked for. Nothing is changed when one of it cannot be.
pub(crate) async fn change<R: Runtime>(
    app: &AppHandle<R>,
    core: &Octavo,
    change: SettingsChange,
) -> Result<Settings, ShellError> {
    if let Some(on) = change.start_at_login {
        start_at_login(app, on)?;
    }
    if let Some(keys) = &change.shortcut {
        let wanted = Some(keys.as_str()).filter(|keys| !keys.is_empty());
        shortcut::change(app, wanted)
            .await
            .map_err(|error| ShellError::Shortcut(error.to_string()))?;
    }
    let chosen = core.change_preferences(change).await?;
    app.state::<App>().set_close_to_tray(chosen.close_to_tray);
    Ok(view(app, chosen).await)
}

/// Takes up what was chosen before: the keys, and the entry for the start at login, whose path may
/// have changed since. Answers what the person should hear.
pub(crate) async fn begin<R: Runtime>(app: &AppHandle<R>, core: &Octavo) -> Option<String> {
    let chosen = match core.preferences().await {
        Ok(chosen) => chosen,
        Err(error) => {
            tracing::warn!(%error, "the settings cannot be read");
            return None;
        }
    };
    app.state::<App>().set_close_to_tray(chosen.close_to_tray);
    if chosen.start_at_login
        && login_trouble(app).is_none()
        && let Err(error) = app.autolaunch().enable()
    {
        tracing::warn!(%error, "the start at login could not be renewed");
    }
    shortcut::begin(app, chosen.shortcut.as_deref()).await
}

fn start_at_login<R: Runtime>(app: &AppHandle<R>, on: bool) -> Result<(), ShellError> {
    if let Some(trouble) = login_trouble(app) {
        return Err(ShellError::StartAtLogin(trouble));
    }
    let launcher = app.autolaunch();
    let done = if on {
        launcher.enable()
    } else {
        launcher.disable()
    };
    done.map_err(|error| {
        ShellError::StartAtLogin(format!(
            "The desktop could not be told to start Octavo ({error})."
        ))
    })
}

/// Why Octavo cannot start with the desktop, in words.
fn login_trouble<R: Runtime>(app: &AppHandle<R>) -> Option<String> {
    let state = app.state::<App>();
    if state.is_sample() {
        return Some("The sample workspace does not start with the desktop.".to_owned());
    }
    if !state.is_usual() {
        return Some(
            "This Octavo uses another data folder than the usual one, and so does not start with \
             the desktop."
                .to_owned(),
        );
    }
    std::env::var_os("FLATPAK_ID").map(|_| {
        "In a sandbox Octavo cannot set this itself. Add it to the programs that your desktop starts."
            .to_owned()
    })
}
