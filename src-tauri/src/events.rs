//! What the core says, carried to every window.

use octavo_contract::{Empty, Event};
use octavo_core::Octavo;
use tauri::{AppHandle, Emitter as _, Manager as _, Runtime};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::tray;

/// The name under which windows hear of everything.
const NAME: &str = "octavo";

/// Carries events until the core is gone.
pub(crate) async fn forward<R: Runtime>(
    app: AppHandle<R>,
    core: Octavo,
    mut events: Receiver<Event>,
) {
    loop {
        match events.recv().await {
            Ok(event) => {
                send(&app, &event);
                note(&app, &event);
            }
            Err(RecvError::Lagged(missed)) => {
                tracing::debug!(missed, "events came faster than they could be carried");
                for event in everything(&core).await {
                    send(&app, &event);
                    note(&app, &event);
                }
            }
            Err(RecvError::Closed) => return,
        }
    }
}

/// What the shell itself does when something changes.
fn note<R: Runtime>(app: &AppHandle<R>, event: &Event) {
    match event {
        Event::SyncChanged { .. }
        | Event::AccountsChanged {}
        | Event::NoteChanged { .. }
        | Event::NotesChanged { .. }
        | Event::Captured { .. } => tray::changed(app),
        _ => {}
    }
}

/// Tells every window.
pub(crate) fn send<R: Runtime>(app: &AppHandle<R>, event: &Event) {
    for label in app.webview_windows().keys() {
        if let Err(error) = app.emit_to(label.as_str(), NAME, event) {
            tracing::warn!(%error, window = %label, "an event did not reach its window");
        }
    }
}

/// The events after which a window has read everything anew.
async fn everything(core: &Octavo) -> Vec<Event> {
    let mut events = vec![Event::AccountsChanged {}];
    match core.app_state(Empty {}).await {
        Ok(state) => events.extend(
            state
                .accounts
                .into_iter()
                .map(|account| Event::NotesChanged {
                    account: account.id,
                }),
        ),
        Err(error) => tracing::warn!(%error, "the accounts could not be read"),
    }
    events
}
