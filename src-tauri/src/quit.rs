//! Leaving: what was typed is taken in, the core is closed, and then the process ends.
//!
//! Nothing here can hold up the end for longer than its limits, and nothing is lost when it is cut
//! short: what is saved is on the disk already, and what is unsent goes out at the next start.

use std::time::Duration;

use tauri::{AppHandle, Manager as _, Runtime};
use tokio::{sync::mpsc, time};

use crate::{app::App, arrivals};

/// How long the pages may take to hand over what was typed last.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// The page's answer and the commands it sent before come by different roads, and one command may
/// wait in the page for the end of another: only when none came for this long was it the last.
const ROAD: Duration = Duration::from_millis(150);
/// How long the core may take to close.
const LIMIT: Duration = Duration::from_secs(2);

/// Takes the caret out of what is written in, and says that the window is left: both save. The page
/// is told that it is hidden as well.
pub(crate) const BLUR: &str =
    "document.activeElement?.blur?.(); dispatchEvent(new Event('blur')); true";

/// Leaves the app. Called again while it is being left, it does nothing.
pub(crate) fn begin<R: Runtime>(app: &AppHandle<R>) {
    if !app.state::<App>().leave() {
        return;
    }
    arrivals::give_up_folder(app);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let state = app.state::<App>();
        if time::timeout(LAST_WORDS, take_in(&app, &state))
            .await
            .is_err()
        {
            tracing::warn!("left before the windows had handed over everything");
        }
        if time::timeout(LIMIT + ROAD, state.close(LIMIT))
            .await
            .is_err()
        {
            tracing::warn!("left before the core had closed");
        }
        app.exit(0);
    });
}

/// Hides the windows and waits until they have handed over what was typed last.
async fn take_in<R: Runtime>(app: &AppHandle<R>, state: &App) {
    let (answered, mut answers) = mpsc::unbounded_channel::<()>();
    for window in app.webview_windows().values() {
        let answered = answered.clone();
        if let Err(error) = window.eval_with_callback(BLUR, move |_| {
            // Nobody listens any more when the time is over.
            let _ = answered.send(());
        }) {
            tracing::debug!(%error, "a page could not be told that it is being left");
        }
        // To the user the app is gone at once.
        if let Err(error) = window.hide() {
            tracing::debug!(%error, "a window could not be hidden");
        }
    }
    drop(answered);
    // Ends when every page has answered, for then nobody can send any more.
    while answers.recv().await.is_some() {}
    state.quiet(ROAD).await;
}

/// Leaves the app when the system asks for it.
#[cfg(unix)]
pub(crate) fn on_signals<R: Runtime>(app: &AppHandle<R>) {
    use tokio::signal::unix::{SignalKind, signal};

    for kind in [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::hangup(),
    ] {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            match signal(kind) {
                Ok(mut signals) => {
                    while signals.recv().await.is_some() {
                        begin(&app);
                    }
                }
                Err(error) => tracing::warn!(%error, ?kind, "a signal cannot be heard"),
            }
        });
    }
}

/// Leaves the app when the system asks for it.
#[cfg(not(unix))]
pub(crate) fn on_signals<R: Runtime>(_app: &AppHandle<R>) {}
