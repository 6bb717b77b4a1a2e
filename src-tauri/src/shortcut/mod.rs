//! The keys that open the capture window from everywhere.

mod portal;

use std::sync::{Mutex, PoisonError};

use octavo_contract::Shortcut;
use tauri::{AppHandle, Manager as _, Runtime};
use tauri_plugin_global_shortcut::{GlobalShortcutExt as _, ShortcutState};

use crate::capture;
use portal::{Bound, PortalError};

/// What the desktop's own dialog calls the shortcut.
const DESCRIPTION: &str = "Capture a note";

/// The keys as they are now.
#[derive(Default)]
pub(crate) struct Keys(Mutex<Now>);

#[derive(Default)]
struct Now {
    keys: Option<String>,
    trouble: Option<String>,
    held: Option<Held>,
}

/// What makes the keys work.
enum Held {
    /// Taken from the screen by us.
    Grabbed(String),
    /// Given by the desktop; ends when dropped.
    Given { _bound: Bound },
}

impl Keys {
    fn now(&self) -> std::sync::MutexGuard<'_, Now> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The keys as a window shows them.
    pub(crate) fn view(&self) -> Shortcut {
        let now = self.now();
        Shortcut {
            keys: now.keys.clone(),
            trouble: now.trouble.clone(),
        }
    }
}

/// Why keys cannot be had, in words.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShortcutError {
    /// Another program has them.
    #[error("{0} is taken by another program. Choose other keys.")]
    Taken(String),
    /// They cannot be a shortcut.
    #[error("“{0}” cannot be a shortcut: use Ctrl, Alt or Super with one more key.")]
    NoKeys(String),
    /// Programs may not take keys on this desktop.
    #[error(
        "On this desktop programs cannot take keys themselves. In its keyboard settings, bind a key to the command: {0}"
    )]
    BindYourself(String),
    /// The desktop asked the person, who said no.
    #[error(
        "The desktop did not give the shortcut to Octavo. You can bind a key to this command in its keyboard settings: {0}"
    )]
    Declined(String),
}

/// The command that opens the capture window, for the desktop's keyboard settings.
pub(crate) fn command() -> String {
    let program = std::env::current_exe().map_or_else(
        |_| "octavo-desktop".to_owned(),
        |path| path.to_string_lossy().into_owned(),
    );
    let program = if program.contains([' ', '\'', '"', '\\', '$']) {
        format!("'{}'", program.replace('\'', "'\\''"))
    } else {
        program
    };
    format!("{program} --capture")
}

/// Takes other keys; `None` takes none. The old ones are kept when the new ones cannot be had.
pub(crate) async fn change<R: Runtime>(
    app: &AppHandle<R>,
    wanted: Option<&str>,
) -> Result<(), ShortcutError> {
    let held = match wanted {
        None => None,
        Some(keys) if app.state::<Keys>().now().keys.as_deref() == Some(keys) && is_held(app) => {
            return Ok(());
        }
        Some(keys) => Some(take(app, keys).await?),
    };
    let keys = app.state::<Keys>();
    let mut now = keys.now();
    let before = std::mem::replace(&mut now.held, held);
    now.keys = wanted.map(str::to_owned);
    now.trouble = None;
    drop(now);
    if let Some(Held::Grabbed(before)) = before
        && Some(&*before) != wanted
        && let Err(error) = app.global_shortcut().unregister(&*before)
    {
        tracing::warn!(%error, "the old keys could not be given back");
    }
    Ok(())
}

/// Takes the keys that the person chose once, at the start. Those that cannot be had stay chosen,
/// with the reason; it is answered for a notice.
pub(crate) async fn begin<R: Runtime>(app: &AppHandle<R>, wanted: Option<&str>) -> Option<String> {
    let reason = change(app, wanted).await.err()?;
    let keys = app.state::<Keys>();
    let mut now = keys.now();
    now.keys = wanted.map(str::to_owned);
    now.trouble = Some(reason.to_string());
    Some(reason.to_string())
}

fn is_held<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.state::<Keys>().now().held.is_some()
}

async fn take<R: Runtime>(app: &AppHandle<R>, keys: &str) -> Result<Held, ShortcutError> {
    // Keys without a modifier would be taken from every program.
    let parsed: tauri_plugin_global_shortcut::Shortcut = keys
        .parse()
        .map_err(|_| ShortcutError::NoKeys(keys.to_owned()))?;
    if parsed.mods.is_empty() && !is_function_key(keys) {
        return Err(ShortcutError::NoKeys(keys.to_owned()));
    }
    if programs_may_take_keys() {
        let handle = app.clone();
        let taken = app.global_shortcut().on_shortcut(keys, move |_, _, event| {
            if event.state == ShortcutState::Pressed {
                capture::show(&handle);
            }
        });
        return match taken {
            Ok(()) => Ok(Held::Grabbed(keys.to_owned())),
            Err(error) => {
                tracing::info!(%error, "the keys cannot be had");
                Err(ShortcutError::Taken(keys.to_owned()))
            }
        };
    }
    let handle = app.clone();
    let identifier = app.config().identifier.clone();
    let pressed = move || capture::show(&handle);
    match portal::bind(&identifier, keys, DESCRIPTION, pressed).await {
        Ok(bound) => {
            tracing::info!(keys = %bound.keys, "the desktop gave the shortcut");
            Ok(Held::Given { _bound: bound })
        }
        Err(PortalError::Declined) => Err(ShortcutError::Declined(command())),
        Err(error) => {
            tracing::info!(%error, "no shortcut from the desktop");
            Err(ShortcutError::BindYourself(command()))
        }
    }
}

fn is_function_key(keys: &str) -> bool {
    keys.strip_prefix(['F', 'f'])
        .is_some_and(|number| number.parse::<u8>().is_ok())
}

/// Under Wayland registering keys seems to work and nothing ever comes (tauri-apps/tauri#3578).
fn programs_may_take_keys() -> bool {
    if !cfg!(target_os = "linux") {
        return true;
    }
    let is = |name: &str, value: &str| std::env::var_os(name).is_some_and(|found| found == value);
    let set = |name: &str| std::env::var_os(name).is_some_and(|found| !found.is_empty());
    set("DISPLAY") && !set("WAYLAND_DISPLAY") && !is("XDG_SESSION_TYPE", "wayland")
}
