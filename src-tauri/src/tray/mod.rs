//! The icon in the tray, its menu, and whether anybody shows them.

#[cfg(target_os = "linux")]
mod host;
mod menu;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use octavo_contract::{AccountRef, Event, NoteRef, SyncPause};
use octavo_core::{Clock, CoreError, Octavo};
use tauri::{
    AppHandle, Manager as _, Runtime,
    menu::{CheckMenuItem, IsMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem},
    tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent},
};
use tokio::{sync::Notify, time};

use crate::{
    app::App,
    capture,
    desk::{Desk, Tray},
    quit, windows,
};
use menu::{Action, Item};

const ID: &str = "octavo";
/// Events come in flocks; the menu follows when they have passed.
const FLOCK: Duration = Duration::from_millis(250);

/// What the menu says, and the wish to look again.
#[derive(Default)]
pub(crate) struct Shown {
    items: Mutex<Vec<Item>>,
    stale: Notify,
}

/// What the menu shows may have changed.
pub(crate) fn changed<R: Runtime>(app: &AppHandle<R>) {
    if let Some(shown) = app.try_state::<Arc<Shown>>() {
        shown.stale.notify_one();
    }
}

/// Shows the icon as soon as there is somewhere to show it.
pub(crate) fn start<R: Runtime>(app: &AppHandle<R>) {
    app.manage(Arc::new(Shown {
        items: Mutex::new(menu::bare()),
        stale: Notify::new(),
    }));
    let app = app.clone();
    #[cfg(target_os = "linux")]
    std::thread::spawn(move || host::watch(&app));
    #[cfg(not(target_os = "linux"))]
    tauri::async_runtime::spawn_blocking(move || {
        let _found_out = offer(&app);
    });
}

/// Shows the icon if it is not shown, and takes note of how that went.
fn offer<R: Runtime>(app: &AppHandle<R>) -> bool {
    let desk = Arc::clone(&app.state::<App>().desk);
    if app.tray_by_id(ID).is_some() {
        desk.set_tray(Tray::Answers);
        return true;
    }
    match on_main(app, build) {
        Ok(()) => {
            tracing::info!("the tray shows Octavo");
            desk.set_tray(Tray::Answers);
            true
        }
        Err(reason) => {
            tracing::info!(%reason, "no tray shows Octavo");
            desk.set_tray(Tray::Absent(absent()));
            false
        }
    }
}

/// Why there is no tray, in words.
fn absent() -> String {
    let words = "This desktop has no tray that shows Octavo, so closing its window ends it.";
    if cfg!(target_os = "linux") {
        format!(
            "{words} On GNOME the extension “AppIndicator and KStatusNotifierItem Support” adds one."
        )
    } else {
        words.to_owned()
    }
}

/// Menus belong to the main thread.
fn on_main<R: Runtime>(
    app: &AppHandle<R>,
    work: fn(&AppHandle<R>) -> tauri::Result<()>,
) -> Result<(), String> {
    let (done, answer) = std::sync::mpsc::channel();
    let handle = app.clone();
    app.run_on_main_thread(move || {
        // Whoever waited may have gone with the app.
        let _ = done.send(work(&handle));
    })
    .map_err(|error| error.to_string())?;
    answer
        .recv()
        .map_err(|error| error.to_string())?
        .map_err(|error| error.to_string())
}

fn build<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let title = if app.state::<App>().is_sample() {
        "Octavo · sample workspace"
    } else {
        "Octavo"
    };
    let mut builder = TrayIconBuilder::with_id(ID)
        .menu(&drawn(app)?)
        .title(title)
        .tooltip(title)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| chosen(app, &event))
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                windows::raise(tray.app_handle());
            }
        });
    if let Some(icon) = app.default_window_icon() {
        builder = builder.icon(icon.clone());
    }
    builder.build(app).map(|_| ())
}

fn redraw<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    match app.tray_by_id(ID) {
        Some(tray) => tray.set_menu(Some(drawn(app)?)),
        None => Ok(()),
    }
}

/// The menu for the desktop, made at once: one that is put together in steps is seen in steps.
fn drawn<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<Menu<R>> {
    let shown = app.state::<Arc<Shown>>();
    let items = shown
        .items
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    // A single one marks the letter to press.
    let plain = |text: &str| text.replace('&', "&&");
    let mut entries: Vec<Box<dyn IsMenuItem<R>>> = Vec::with_capacity(items.len());
    for item in &items {
        entries.push(match item {
            Item::Entry(action, text) => Box::new(MenuItem::with_id(
                app,
                action.id(),
                plain(text),
                true,
                None::<&str>,
            )?),
            Item::Choice(action, text, is) => Box::new(CheckMenuItem::with_id(
                app,
                action.id(),
                plain(text),
                true,
                *is,
                None::<&str>,
            )?),
            Item::Line => Box::new(PredefinedMenuItem::separator(app)?),
        });
    }
    let entries: Vec<&dyn IsMenuItem<R>> = entries.iter().map(AsRef::as_ref).collect();
    Menu::with_items(app, &entries)
}

/// Keeps the menu as the core says, until the app ends.
pub(crate) async fn follow<R: Runtime>(app: AppHandle<R>, core: Octavo) {
    let Some(shown) = app
        .try_state::<Arc<Shown>>()
        .map(|shown| Arc::clone(&shown))
    else {
        return;
    };
    loop {
        let state = match core.tray_state().await {
            Ok(state) => Some(state),
            Err(CoreError::Closing) => return,
            Err(error) => {
                tracing::warn!(%error, "the tray's menu could not be read");
                None
            }
        };
        let until = state
            .as_ref()
            .and_then(|state| state.undo.as_ref())
            .map(|undo| undo.until);
        if let Some(state) = state {
            show(&app, &shown, menu::items(&state)).await;
        }
        let over = async {
            match until {
                Some(until) => time::sleep(left(until)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = shown.stale.notified() => time::sleep(FLOCK).await,
            () = over => {}
        }
    }
}

/// How long until a moment, and a little more so that it has passed then.
fn left(until: i64) -> Duration {
    let left = until.saturating_sub(Clock::default().now());
    Duration::from_millis(u64::try_from(left).unwrap_or(0)) + FLOCK
}

async fn show<R: Runtime>(app: &AppHandle<R>, shown: &Shown, items: Vec<Item>) {
    let changed = {
        let mut before = shown.items.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = *before != items;
        *before = items;
        changed
    };
    if !changed {
        return;
    }
    let app = app.clone();
    let drawn = tokio::task::spawn_blocking(move || on_main(&app, redraw)).await;
    if let Ok(Err(reason)) = drawn {
        tracing::warn!(%reason, "the tray's menu could not be drawn");
    }
}

fn chosen<R: Runtime>(app: &AppHandle<R>, event: &MenuEvent) {
    let Some(action) = Action::read(event.id().as_ref()) else {
        return;
    };
    match action {
        Action::Capture => capture::show(app),
        Action::Open => windows::raise(app),
        Action::Quit => quit::begin(app),
        other => {
            let app = app.clone();
            tauri::async_runtime::spawn(async move {
                if let Err(sentence) = act(&app, other).await {
                    app.state::<App>().desk.notice(sentence);
                    windows::raise(&app);
                }
            });
        }
    }
}

/// Does what an entry says. What goes wrong is told in the main window: a menu has no place for it.
async fn act<R: Runtime>(app: &AppHandle<R>, action: Action) -> Result<(), String> {
    let state = app.state::<App>();
    let _busy = state.busy();
    let core = state.core().await.map_err(|error| error.to_string())?;
    let said = |error: CoreError| error.to_string();
    match action {
        Action::Capture | Action::Open | Action::Quit => {}
        Action::Undo(account, note) => {
            core.capture_undo(NoteRef { account, note })
                .await
                .map_err(said)?;
            capture::show(app);
        }
        Action::Account(account) => {
            core.account_switch(AccountRef { account })
                .await
                .map_err(said)?;
            core.send_event(Event::AccountsChanged {});
            windows::raise(app);
        }
        Action::Note(account, note) => open_note(app, &state.desk, account, note),
        Action::Pause => {
            core.sync_pause(SyncPause {
                account: None,
                paused: true,
            })
            .await
            .map_err(said)?;
        }
        Action::Resume => {
            core.sync_pause(SyncPause {
                account: None,
                paused: false,
            })
            .await
            .map_err(said)?;
        }
    }
    Ok(())
}

fn open_note<R: Runtime>(app: &AppHandle<R>, desk: &Desk, account: String, note: String) {
    if windows::main_listens(app) {
        desk.tell(&Event::OpenNote { account, note });
    } else {
        desk.open_next(account, note);
    }
    windows::raise(app);
}
