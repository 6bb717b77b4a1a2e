//! The windows: how they are made, shown and kept on their own pages.

use std::path::Path;
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};
use std::time::Duration;

use octavo_core::Attention;
use tauri::{
    AppHandle, Manager as _, Runtime, Theme, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    WindowEvent,
    webview::{Color, NewWindowResponse, PageLoadEvent},
};

use crate::{app::App, capture, quit};

const MAIN: &str = "main";

/// The page's own background (`--background` of the design tokens), so that nothing flashes before
/// the first paint.
const LIGHT: Color = Color(0xfb, 0xfa, 0xf8, 0xff);
const DARK: Color = Color(0x1c, 0x1b, 0x19, 0xff);

/// How long a page may take before its window is shown without it: a blank window can be closed, an
/// invisible one cannot.
const PATIENCE: Duration = Duration::from_secs(4);

/// How far the main window has come.
#[derive(Default)]
pub(crate) struct Main {
    /// One at a time makes it.
    making: Mutex<()>,
    revealed: AtomicBool,
    /// Nobody asked for it yet: it shows only that Octavo runs.
    minimized: AtomicBool,
}

/// Everything that all windows have in common.
pub(crate) fn page<'a, R: Runtime>(
    app: &'a AppHandle<R>,
    label: &str,
    page: &str,
) -> WebviewWindowBuilder<'a, R, AppHandle<R>> {
    let builder = WebviewWindowBuilder::new(app, label, WebviewUrl::App(page.into()))
        .visible(false)
        // The page handles what is dragged within it; a file that falls on the window would be a
        // navigation, and those are refused.
        .disable_drag_drop_handler()
        .devtools(cfg!(debug_assertions))
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny);
    // Tauri ends the process when it cannot make the folder, but then the window is the place to
    // say so.
    let web_dir = app.state::<App>().desk.web_dir.clone();
    match web_dir.filter(|dir| private_folder(dir)) {
        Some(dir) => builder.data_directory(dir),
        None => builder.incognito(true),
    }
}

/// Makes a window, in the colour of its page.
pub(crate) fn build<R: Runtime>(
    builder: WebviewWindowBuilder<'_, R, AppHandle<R>>,
) -> tauri::Result<WebviewWindow<R>> {
    let window = builder.build()?;
    paint(&window, window.theme().unwrap_or(Theme::Light));
    Ok(window)
}

/// Makes the main window.
pub(crate) fn open_main<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let main = Arc::clone(&app.state::<Arc<Main>>());
    let _turn = main.making.lock().unwrap_or_else(PoisonError::into_inner);
    if app.get_webview_window(MAIN).is_some() {
        return Ok(());
    }
    let on_load = Arc::clone(&main);
    let builder = page(app, MAIN, "index.html")
        .title("Octavo")
        .inner_size(1180.0, 780.0)
        .min_inner_size(720.0, 480.0)
        .on_page_load(move |window, load| {
            if matches!(load.event(), PageLoadEvent::Finished) && reveal(&window, &on_load) {
                capture::prepare(window.app_handle());
            }
        });
    let late = build(builder)?;
    let main = Arc::clone(&main);
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        if reveal(&late, &main) {
            tracing::warn!("the page is slow: its window is shown without it");
            capture::prepare(late.app_handle());
        }
    });
    Ok(())
}

/// From now on the main window is to wait in the panel, for a desktop without a tray.
pub(crate) fn wait_minimized<R: Runtime>(app: &AppHandle<R>) {
    app.state::<Arc<Main>>()
        .minimized
        .store(true, Ordering::SeqCst);
}

/// Windows are made beside the main thread: on some systems it would wait for itself.
pub(crate) fn open_apart<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        if app.state::<App>().is_leaving() {
            return;
        }
        if let Err(error) = open_main(&app) {
            tracing::error!(%error, "the main window could not be made");
        }
    });
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

/// Shows the main window once. False when it was shown before.
fn reveal<R: Runtime>(window: &WebviewWindow<R>, main: &Main) -> bool {
    if main.revealed.swap(true, Ordering::SeqCst) {
        return false;
    }
    let shown = if main.minimized.load(Ordering::SeqCst) {
        window.minimize().and_then(|()| window.show())
    } else {
        window.show().and_then(|()| window.set_focus())
    };
    if let Err(error) = shown {
        tracing::error!(%error, "the window could not be shown");
    }
    true
}

/// Brings the main window to the front; it is made if it is not there.
pub(crate) fn raise<R: Runtime>(app: &AppHandle<R>) {
    let handle = app.clone();
    let raised = app.run_on_main_thread(move || {
        let main = handle.state::<Arc<Main>>();
        main.minimized.store(false, Ordering::SeqCst);
        let Some(window) = handle.get_webview_window(MAIN) else {
            open_apart(&handle);
            return;
        };
        // Before its first paint it shows itself.
        if !main.revealed.load(Ordering::SeqCst) {
            return;
        }
        let door = handle.state::<Arc<capture::Door>>();
        let shown = window.unminimize().and_then(|()| door.focus.bring(&window));
        if let Err(error) = shown {
            tracing::warn!(%error, "the window could not be brought to the front");
        }
    });
    if let Err(error) = raised {
        tracing::warn!(%error, "the window could not be brought to the front");
    }
}

/// Whether the main window is there to be seen, or about to be.
pub(crate) fn main_is_open<R: Runtime>(app: &AppHandle<R>) -> bool {
    let main = app.state::<Arc<Main>>();
    match app.get_webview_window(MAIN) {
        Some(window) => {
            !main.revealed.load(Ordering::SeqCst) || window.is_visible().unwrap_or(true)
        }
        None => main.minimized.load(Ordering::SeqCst),
    }
}

/// Whether the main window's page hears what it is told.
pub(crate) fn main_listens<R: Runtime>(app: &AppHandle<R>) -> bool {
    app.get_webview_window(MAIN).is_some()
        && app.state::<Arc<Main>>().revealed.load(Ordering::SeqCst)
}

/// The main window is to be closed: it goes into the tray, or with it the app.
fn close_main<R: Runtime>(app: &AppHandle<R>) {
    let desk = &app.state::<App>().desk;
    let Some(window) = app
        .get_webview_window(MAIN)
        .filter(|_| desk.closing_hides())
    else {
        quit::begin(app);
        return;
    };
    // What was typed last is saved first.
    let hidden = window.eval(quit::BLUR).and_then(|()| window.hide());
    if let Err(error) = hidden {
        tracing::warn!(%error, "the window could not be hidden");
        quit::begin(app);
        return;
    }
    desk.tell_of_hiding();
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
