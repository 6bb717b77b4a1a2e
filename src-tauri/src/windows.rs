//! The windows: how they are made, shown and kept on their own pages.

use std::path::{Path, PathBuf};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use std::time::Duration;

use octavo_core::Attention;
use tauri::{
    AppHandle, Manager as _, Runtime, Theme, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    WindowEvent,
    webview::{Color, NewWindowResponse, PageLoadEvent},
};

use crate::{app::App, capture, focus, quit};

/// The main window's label.
pub(crate) const MAIN: &str = "main";

/// The page's own background (`--background` of the design tokens), so that nothing flashes before
/// the first paint.
const LIGHT: Color = Color(0xfb, 0xfa, 0xf8, 0xff);
const DARK: Color = Color(0x1c, 0x1b, 0x19, 0xff);

/// How long a page may take before its window is shown without it: a blank window can be closed, an
/// invisible one cannot.
const PATIENCE: Duration = Duration::from_secs(4);

/// Where the web view keeps its own files; `None` keeps none.
pub(crate) struct WebDir(pub(crate) Option<PathBuf>);

/// Makes the main window, which shows itself when its page is there.
fn open_main<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<WebviewWindow<R>> {
    let revealed = Arc::new(AtomicBool::new(false));
    let on_load = Arc::clone(&revealed);
    let builder = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Octavo")
        .inner_size(1180.0, 780.0)
        .min_inner_size(720.0, 480.0)
        .visible(false)
        .on_page_load(move |window, load| {
            if matches!(load.event(), PageLoadEvent::Finished) {
                reveal(&window, &on_load);
            }
        });
    let window = on_own_pages(app, builder).build()?;
    paint(&window, window.theme().unwrap_or(Theme::Light));

    let late = window.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        if reveal(&late, &revealed) {
            tracing::warn!("the page is slow: its window is shown without it");
        }
    });
    Ok(window)
}

/// Keeps a window on the app's own pages, and its files with the app's.
pub(crate) fn on_own_pages<'a, R: Runtime>(
    app: &AppHandle<R>,
    builder: WebviewWindowBuilder<'a, R, AppHandle<R>>,
) -> WebviewWindowBuilder<'a, R, AppHandle<R>> {
    let builder = builder
        // The page handles what is dragged within it; a file that falls on the window would be a
        // navigation, and those are refused.
        .disable_drag_drop_handler()
        .devtools(cfg!(debug_assertions))
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny);
    // Tauri ends the process when it cannot make the folder, but then the window is the place to
    // say so.
    let dir = app.state::<WebDir>().0.clone();
    match dir.filter(|dir| private_folder(dir)) {
        Some(dir) => builder.data_directory(dir),
        None => builder.incognito(true),
    }
}

/// Whether a folder is there, or could be made, for this user only.
fn private_folder(folder: &Path) -> bool {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).is_ok()
}

fn paint<R: Runtime>(window: &WebviewWindow<R>, theme: Theme) {
    let color = if theme == Theme::Dark { DARK } else { LIGHT };
    if let Err(error) = window.set_background_color(Some(color)) {
        tracing::debug!(%error, "the window's background could not be set");
    }
}

/// Shows a window once. False when it was shown before.
fn reveal<R: Runtime>(window: &WebviewWindow<R>, revealed: &AtomicBool) -> bool {
    if revealed.swap(true, Ordering::SeqCst) {
        return false;
    }
    if let Err(error) = window.show().and_then(|()| window.set_focus()) {
        tracing::error!(%error, "the window could not be shown");
    }
    true
}

/// Brings the main window to the front, and makes it if it is not there.
pub(crate) fn raise<R: Runtime>(app: &AppHandle<R>) {
    let handle = app.clone();
    let raised = app.run_on_main_thread(move || {
        let raised = match handle.get_webview_window(MAIN) {
            Some(window) => window.unminimize().and_then(|()| focus::bring(&window)),
            None => open_main(&handle).map(drop),
        };
        if let Err(error) = raised {
            tracing::error!(%error, "the window could not be brought to the front");
        }
    });
    if let Err(error) = raised {
        tracing::warn!(%error, "the window could not be brought to the front");
    }
}

/// Whether the main window is on the screen, or in the list of windows.
pub(crate) fn is_main_shown<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.get_webview_window(MAIN)
        .is_some_and(|window| window.is_visible().unwrap_or(true))
}

/// The person closed the main window: the app goes on in the tray, or ends.
fn close_main<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if !app.state::<App>().stays_in_tray().await {
            quit::begin(&app);
            return;
        }
        let handle = app.clone();
        let hidden = app.run_on_main_thread(move || {
            if let Some(window) = handle.get_webview_window(MAIN) {
                quit::save(&window);
                if let Err(error) = window.hide() {
                    tracing::warn!(%error, "the window could not be hidden");
                }
            }
        });
        if let Err(error) = hidden {
            tracing::warn!(%error, "the window could not be hidden");
        }
    });
}

/// Whether an address is one of the app's own pages. Everything else stays outside the window.
fn is_own(address: &Url) -> bool {
    let own = if cfg!(any(windows, target_os = "android")) {
        matches!(address.scheme(), "http" | "https")
            && address.host_str() == Some("tauri.localhost")
            && address.port().is_none()
    } else {
        address.scheme() == "tauri" && address.host_str() == Some("localhost")
    };
    if !own {
        // Only the scheme: an address may hold what nobody else should read.
        tracing::warn!(
            scheme = address.scheme(),
            "the window was kept from leaving its page"
        );
    }
    own
}

/// What a window's own events mean for the app.
pub(crate) fn on_event<R: Runtime>(app: &AppHandle<R>, label: &str, event: &WindowEvent) {
    match event {
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            if label == capture::LABEL {
                capture::hide(app);
            } else {
                close_main(app);
            }
        }
        WindowEvent::Focused(_) | WindowEvent::Resized(_) | WindowEvent::Destroyed => {
            // The core starts tasks, and the event loop's own thread is outside the runtime. Spawning
            // this would lose the order of the events.
            let runtime = tauri::async_runtime::handle();
            let _inside = runtime.inner().enter();
            app.state::<App>().attend(attention(app));
        }
        WindowEvent::ThemeChanged(theme) => {
            if let Some(window) = app.get_webview_window(label) {
                paint(&window, *theme);
            }
        }
        _ => {}
    }
}

/// How closely the user looks at any of the windows.
fn attention<R: Runtime>(app: &AppHandle<R>) -> Attention {
    let windows = app.webview_windows();
    let is = |answer: tauri::Result<bool>| answer.unwrap_or(false);
    if windows.values().any(|window| is(window.is_focused())) {
        Attention::Focused
    } else if windows
        .values()
        .any(|window| is(window.is_visible()) && !is(window.is_minimized()))
    {
        Attention::Visible
    } else {
        Attention::Hidden
    }
}

#[cfg(all(test, not(windows)))]
mod tests {
    use super::*;

    #[test]
    fn only_own_pages_are_shown() {
        let own = |address: &str| is_own(&Url::parse(address).unwrap());
        assert!(own("tauri://localhost/"));
        assert!(own("tauri://localhost/index.html#note"));
        for address in [
            "https://www.notion.so/",
            "http://tauri.localhost/",
            "http://127.0.0.1:1430/",
            "tauri://elsewhere/",
            "file:///home/someone/note.html",
            "data:text/html,hello",
            "about:blank",
        ] {
            assert!(!own(address), "{address}");
        }
    }
}
