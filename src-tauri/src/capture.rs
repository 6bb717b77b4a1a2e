//! The capture window: made once, kept hidden, shown over whatever one does.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use std::time::Duration;

use octavo_contract::Event;
use tauri::{
    AppHandle, LogicalSize, Manager as _, PhysicalPosition, PhysicalSize, Runtime, WebviewWindow,
    WebviewWindowBuilder, webview::PageLoadEvent,
};

use crate::{app::App, focus::Focus, quit, windows};

pub(crate) const LABEL: &str = "capture";
const SIZE: (f64, f64) = (640.0, 220.0);
/// After the main window's first paint, so that nothing is slower for it.
const LATER: Duration = Duration::from_secs(2);
/// How far the window has come.
#[derive(Default)]
pub(crate) struct Door {
    /// One at a time makes it.
    making: std::sync::Mutex<()>,
    loaded: AtomicBool,
    /// It is to be shown when its page is there.
    wanted: AtomicBool,
    pub(crate) focus: Focus,
}

/// Makes the window soon, so that it is there when it is asked for.
pub(crate) fn prepare<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(LATER).await;
        make_apart(&app);
    });
}

/// Shows the window with the caret in it.
pub(crate) fn show<R: Runtime>(app: &AppHandle<R>) {
    let door = Arc::clone(&app.state::<Arc<Door>>());
    door.wanted.store(true, Ordering::SeqCst);
    if !door.loaded.load(Ordering::SeqCst) {
        make_apart(app);
        return;
    }
    let handle = app.clone();
    let asked = app.run_on_main_thread(move || appear(&handle, &door));
    if let Err(error) = asked {
        tracing::warn!(%error, "the capture window could not be shown");
    }
}

/// Hides the window, and gives the focus back to what had it.
pub(crate) fn hide<R: Runtime>(app: &AppHandle<R>) {
    let door = Arc::clone(&app.state::<Arc<Door>>());
    door.wanted.store(false, Ordering::SeqCst);
    let handle = app.clone();
    let asked = app.run_on_main_thread(move || {
        let Some(window) = handle.get_webview_window(LABEL) else {
            return;
        };
        // First, as the server would else give the focus to nobody for a moment.
        door.focus.give_back();
        if let Err(error) = window.hide() {
            tracing::warn!(%error, "the capture window could not be hidden");
        }
        // With no window and no tray there would be no way back to it.
        let desk = &handle.state::<App>().desk;
        if !desk.tray_answers() && !windows::main_is_open(&handle) {
            quit::begin(&handle);
        }
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "the capture window could not be hidden");
    }
}

/// Windows are made beside the main thread: on some systems it would wait for itself.
fn make_apart<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        let door = Arc::clone(&app.state::<Arc<Door>>());
        let Ok(_turn) = door.making.lock() else {
            return;
        };
        if app.get_webview_window(LABEL).is_some() || app.state::<App>().is_leaving() {
            return;
        }
        if let Err(error) = make(&app, &door) {
            tracing::error!(%error, "the capture window could not be made");
            app.state::<App>().desk.notice(format!(
                "The window for quick capture could not be opened: {error}."
            ));
            windows::raise(&app);
        }
    });
}

fn make<R: Runtime>(app: &AppHandle<R>, door: &Arc<Door>) -> tauri::Result<()> {
    let on_load = Arc::clone(door);
    let builder: WebviewWindowBuilder<'_, R, _> = windows::page(app, LABEL, "capture.html")
        .title("Quick capture — Octavo")
        .inner_size(SIZE.0, SIZE.1)
        .resizable(false)
        .decorations(false)
        .always_on_top(true)
        .skip_taskbar(true)
        .on_page_load(move |window, load| {
            if matches!(load.event(), PageLoadEvent::Finished)
                && !on_load.loaded.swap(true, Ordering::SeqCst)
                && on_load.wanted.load(Ordering::SeqCst)
            {
                appear(window.app_handle(), &on_load);
            }
        });
    windows::build(builder).map(|_| ())
}

/// On the main thread only.
fn appear<R: Runtime>(app: &AppHandle<R>, door: &Arc<Door>) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    let comes = !window.is_visible().unwrap_or(false);
    if comes {
        door.focus.remember();
        place(&window);
    }
    if let Err(error) = door.focus.bring(&window) {
        tracing::error!(%error, "the capture window could not be shown");
    }
    if comes {
        crate::events::send(app, &Event::CaptureOpened {});
    }
}

/// Centred in the upper third of the screen with the pointer. Where windows cannot say where they
/// are, the desktop decides.
fn place<R: Runtime>(window: &WebviewWindow<R>) {
    let pointer = window.cursor_position().ok();
    let under = pointer.and_then(|at| window.monitor_from_point(at.x, at.y).ok().flatten());
    let monitor = under.or_else(|| window.primary_monitor().ok().flatten());
    let Some(monitor) = monitor else {
        return;
    };
    let size = LogicalSize::<f64>::from(SIZE).to_physical::<i32>(monitor.scale_factor());
    let area = monitor.work_area();
    let at = upper_third(area.position, area.size, size);
    if let Err(error) = window.set_position(at) {
        tracing::debug!(%error, "the capture window stays where it is");
    }
}

fn upper_third(
    corner: PhysicalPosition<i32>,
    area: PhysicalSize<u32>,
    window: PhysicalSize<i32>,
) -> PhysicalPosition<i32> {
    let middle = |area: u32, window: i32| {
        (i32::try_from(area)
            .unwrap_or(i32::MAX)
            .saturating_sub(window)
            / 2)
        .max(0)
    };
    PhysicalPosition::new(
        corner.x.saturating_add(middle(area.width, window.width)),
        corner
            .y
            .saturating_add(middle(area.height / 3 * 2, window.height)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_lies_in_the_upper_third_of_its_screen() {
        let place = upper_third(
            PhysicalPosition::new(1920, 30),
            PhysicalSize::new(1200, 900),
            PhysicalSize::new(640, 220),
        );
        assert_eq!(place, PhysicalPosition::new(1920 + 280, 30 + 190));
        let middle = 190 + 110;
        assert_eq!(middle, 900 / 3);
    }

    #[test]
    fn on_a_small_screen_it_begins_at_the_corner() {
        let place = upper_third(
            PhysicalPosition::new(0, 0),
            PhysicalSize::new(320, 200),
            PhysicalSize::new(640, 220),
        );
        assert_eq!(place, PhysicalPosition::new(0, 0));
    }
}
