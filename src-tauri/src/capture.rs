//! The capture window: made ahead of time, shown over whatever the person does, and gone again.

use octavo_contract::Event;
use tauri::{
    AppHandle, LogicalSize, Manager as _, PhysicalPosition, Runtime, WebviewUrl, WebviewWindow,
    WebviewWindowBuilder,
};

use crate::{
    app::App,
    events,
    focus::{self, Focus},
    quit, windows,
};

/// Its label.
pub(crate) const LABEL: &str = "capture";

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 230.0;

/// Makes the window, hidden, unless it is there.
pub(crate) fn prepare<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<WebviewWindow<R>> {
    if let Some(window) = app.get_webview_window(LABEL) {
        return Ok(window);
    }
    let builder = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("capture.html".into()))
        .title("Octavo – quick capture")
        .inner_size(WIDTH, HEIGHT)
        .min_inner_size(420.0, 180.0)
        .decorations(false)
        .always_on_top(true)
        .skip_taskbar(true)
        .visible(false);
    windows::on_own_pages(app, builder).build()
}

/// Shows the window with the caret in it.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>) {
    let handle = app.clone();
    let shown = app.run_on_main_thread(move || {
        let shown = prepare(&handle).and_then(|window| {
            if !window.is_visible()? {
                handle.state::<Focus>().remember();
                place(&handle, &window);
            }
            focus::bring(&window)
        });
        match shown {
            Ok(()) => events::send_to(&handle, LABEL, &Event::CaptureOpened {}),
            Err(error) => tracing::error!(%error, "the capture window could not be shown"),
        }
    });
    if let Err(error) = shown {
        tracing::error!(%error, "the capture window could not be shown");
    }
}

/// Hides the window and gives the keyboard back. An app that nobody could find any more ends.
pub(crate) fn hide<R: Runtime>(app: &AppHandle<R>) {
    let handle = app.clone();
    let hidden = app.run_on_main_thread(move || {
        let Some(window) = handle.get_webview_window(LABEL) else {
            return;
        };
        let had_focus = window.is_focused().unwrap_or(false);
        if let Err(error) = window.hide() {
            tracing::warn!(%error, "the capture window could not be hidden");
        }
        if had_focus {
            handle.state::<Focus>().give_back();
        }
        if !windows::is_main_shown(&handle) {
            let app = handle.clone();
            tauri::async_runtime::spawn(async move {
                if !app.state::<App>().stays_in_tray().await {
                    quit::begin(&app);
                }
            });
        }
    });
    if let Err(error) = hidden {
        tracing::warn!(%error, "the capture window could not be hidden");
    }
}

/// In the middle of the upper third of the screen with the pointer. Where a program may not choose
/// its place (Wayland), the desktop does.
fn place<R: Runtime>(app: &AppHandle<R>, window: &WebviewWindow<R>) {
    let Ok(pointer) = app.cursor_position() else {
        return;
    };
    let Ok(Some(screen)) = app.monitor_from_point(pointer.x, pointer.y) else {
        return;
    };
    // A window that was never shown has no size yet.
    let planned = LogicalSize::new(WIDTH, HEIGHT).to_physical::<u32>(screen.scale_factor());
    let size = window.outer_size().unwrap_or_default();
    let area = screen.work_area();
    let left = area
        .size
        .width
        .saturating_sub(size.width.max(planned.width))
        / 2;
    let top = area
        .size
        .height
        .saturating_sub(size.height.max(planned.height))
        / 4;
    let along = |start: i32, by: u32| start.saturating_add(i32::try_from(by).unwrap_or(0));
    let position = PhysicalPosition::new(along(area.position.x, left), along(area.position.y, top));
    if let Err(error) = window.set_position(position) {
        tracing::debug!(%error, "the capture window could not be placed");
    }
}
