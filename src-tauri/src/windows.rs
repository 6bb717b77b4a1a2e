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

use crate::{app::App, quit};

const MAIN: &str = "main";

/// The page's own background (`--background` of the design tokens), so that nothing flashes before
/// the first paint.
const LIGHT: Color = Color(0xfb, 0xfa, 0xf8, 0xff);
const DARK: Color = Color(0x1c, 0x1b, 0x19, 0xff);

/// How long a page may take before its window is shown without it: a blank window can be closed, an
/// invisible one cannot.
const PATIENCE: Duration = Duration::from_secs(4);

/// Makes the main window. `web_dir` is where the web view keeps its own files.
pub(crate) fn open_main<R: Runtime>(
    app: &AppHandle<R>,
    web_dir: Option<PathBuf>,
) -> tauri::Result<WebviewWindow<R>> {
    let revealed = Arc::new(AtomicBool::new(false));
    let on_load = Arc::clone(&revealed);
    let mut builder = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Octavo")
        .inner_size(1180.0, 780.0)
        .min_inner_size(720.0, 480.0)
        .visible(false)
        // The page handles what is dragged within it; a file that falls on the window would be a
        // navigation, and those are refused.
        .disable_drag_drop_handler()
        .devtools(cfg!(debug_assertions))
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_page_load(move |window, load| {
            if matches!(load.event(), PageLoadEvent::Finished) {
                reveal(&window, &on_load);
            }
        });
    // Tauri ends the process when it cannot make the folder, but then the window is the place to
    // say so.
    builder = match web_dir.filter(|dir| private_folder(dir)) {
        Some(dir) => builder.data_directory(dir),
        None => builder.incognito(true),
    };
    let window = builder.build()?;
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

/// Brings the main window to the front, if it is there.
pub(crate) fn raise<R: Runtime>(app: &AppHandle<R>) {
    let handle = app.clone();
    let raised = app.run_on_main_thread(move || {
        let Some(window) = handle.get_webview_window(MAIN) else {
            return;
        };
        let shown = window
            .unminimize()
            .and_then(|()| window.show())
            .and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "the window could not be brought to the front");
        }
    });
    if let Err(error) = raised {
        tracing::warn!(%error, "the window could not be brought to the front");
    }
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
        WindowEvent::CloseRequested { api, .. } if app.webview_windows().len() <= 1 => {
            api.prevent_close();
            quit::begin(app);
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
