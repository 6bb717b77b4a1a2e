//! What the desktop does for the app, through the toolkit.

use std::path::PathBuf;

use octavo_contract::Event;
use tauri::{AppHandle, Manager as _, Runtime};

use crate::{
    capture,
    desk::Desktop,
    events, login,
    shortcut::{self, Keys, Refusal},
    tray,
};

/// The desktop behind a running app.
pub(crate) struct Toolkit<R: Runtime> {
    app: AppHandle<R>,
    #[cfg(target_os = "linux")]
    grabs: shortcut::Grabs,
}

impl<R: Runtime> Toolkit<R> {
    pub(crate) fn new(app: AppHandle<R>) -> Self {
        Self {
            app,
            #[cfg(target_os = "linux")]
            grabs: shortcut::Grabs::default(),
        }
    }
}

impl<R: Runtime> Desktop for Toolkit<R> {
    fn tell(&self, event: &Event) {
        events::send(&self.app, event);
    }

    fn show_capture(&self) {
        capture::show(&self.app);
    }

    fn hide_capture(&self) {
        capture::hide(&self.app);
    }

    fn tray_changed(&self) {
        tray::changed(&self.app);
    }

    fn documents(&self) -> Option<PathBuf> {
        let paths = self.app.path();
        paths.document_dir().or_else(|_| paths.home_dir()).ok()
    }

    #[cfg(target_os = "linux")]
    fn grab(&self, keys: &Keys) -> Result<(), Refusal> {
        // An X server beside it hears only what is typed into its own windows.
        if std::env::var_os("WAYLAND_DISPLAY").is_some_and(|name| !name.is_empty()) {
            return Err(Refusal::Wayland {
                keys: keys.to_string(),
                command: shortcut::capture_command(),
            });
        }
        let app = self.app.clone();
        self.grabs.grab(keys, move || capture::show(&app))
    }

    #[cfg(target_os = "linux")]
    fn ask_for_keys(&self, keys: &Keys) {
        use crate::{app::App, shortcut::portal};

        let app = self.app.clone();
        let keys = keys.clone();
        tauri::async_runtime::spawn(async move {
            let identifier = app.config().identifier.clone();
            let pressed = {
                let app = app.clone();
                move || capture::show(&app)
            };
            match portal::bind(&identifier, &keys, shortcut::DESCRIPTION, pressed).await {
                Ok(bound) => shortcut::took(&app.state::<App>().desk, bound),
                Err(error) => tracing::info!(%error, "the desktop gave no shortcut"),
            }
        });
    }

    #[cfg(not(target_os = "linux"))]
    fn ask_for_keys(&self, _keys: &Keys) {}

    #[cfg(target_os = "linux")]
    fn release(&self, keys: &Keys) {
        self.grabs.release(keys);
    }

    #[cfg(not(target_os = "linux"))]
    fn grab(&self, keys: &Keys) -> Result<(), Refusal> {
        use tauri_plugin_global_shortcut::{GlobalShortcutExt as _, ShortcutState};

        let text = keys.to_string();
        let on_press = self.app.clone();
        self.app
            .global_shortcut()
            .on_shortcut(text.as_str(), move |_, _, event| {
                if event.state == ShortcutState::Pressed {
                    // It only asks the main thread: the plugin must not be entered again from here.
                    capture::show(&on_press);
                }
            })
            .map_err(|error| Refusal::System {
                keys: text.clone(),
                reason: error.to_string(),
            })
    }

    #[cfg(not(target_os = "linux"))]
    fn release(&self, keys: &Keys) {
        use tauri_plugin_global_shortcut::GlobalShortcutExt as _;

        if let Err(error) = self
            .app
            .global_shortcut()
            .unregister(keys.to_string().as_str())
        {
            tracing::warn!(%error, "keys could not be given back");
        }
    }

    fn starts_at_login(&self) -> bool {
        login::is_on(&self.app)
    }

    fn start_at_login(&self, on: bool) -> Result<(), String> {
        login::set(&self.app, on)
    }
}
