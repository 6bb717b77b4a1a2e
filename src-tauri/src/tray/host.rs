//! Waits for a tray on the session bus: some desktops bring theirs long after the login.

use std::time::Duration;

use tauri::{AppHandle, Manager as _, Runtime};
use zbus::blocking::{Connection, fdo::DBusProxy};

use super::{absent, offer};
use crate::{app::App, desk::Tray, windows};

/// A panel that is started anew is back by then.
const GRACE: Duration = Duration::from_secs(5);
const WATCHER: &str = "org.kde.StatusNotifierWatcher";
/// The watcher may be on the bus before the panel that shows what it watches.
const AGAIN: [Duration; 5] = [
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(8),
    Duration::from_secs(20),
];

/// Shows the icon whenever a tray comes, and takes note when it goes.
pub(super) fn watch<R: Runtime>(app: &AppHandle<R>) {
    if let Err(error) = try_watch(app) {
        tracing::info!(%error, "no tray can be waited for");
        app.state::<App>().desk.set_tray(Tray::Absent(absent()));
    }
}

fn try_watch<R: Runtime>(app: &AppHandle<R>) -> zbus::Result<()> {
    let connection = Connection::session()?;
    let bus = DBusProxy::new(&connection)?;
    // Before the first look, or one that comes in between is missed.
    let changes = bus.receive_name_owner_changed_with_args(&[(0, WATCHER)])?;
    let there = || -> zbus::Result<bool> { Ok(bus.name_has_owner(WATCHER.try_into()?)?) };

    insist(app, &there)?;
    for change in changes {
        if change.args()?.new_owner.is_some() {
            insist(app, &there)?;
        } else {
            app.state::<App>().desk.set_tray(Tray::Absent(absent()));
            come_back_without(app);
        }
    }
    Ok(())
}

/// The tray went while the window was hidden in it: unless it comes back at once, as when a panel is
/// started anew, the window is shown, or nobody would find Octavo again.
fn come_back_without<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    std::thread::spawn(move || {
        std::thread::sleep(GRACE);
        if !app.state::<App>().desk.tray_answers() && !windows::main_is_open(&app) {
            windows::raise(&app);
        }
    });
}

/// Offers the icon for as long as somebody might still come to show it.
fn insist<R: Runtime>(
    app: &AppHandle<R>,
    there: &dyn Fn() -> zbus::Result<bool>,
) -> zbus::Result<()> {
    let mut pauses = AGAIN.into_iter();
    // The first offer is made even without a watcher: the bus may start one for it.
    while !offer(app) {
        match pauses.next() {
            Some(pause) if there()? => std::thread::sleep(pause),
            _ => return Ok(()),
        }
    }
    Ok(())
}
