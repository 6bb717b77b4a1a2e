//! The icon in the desktop's tray, where there is one.
//!
//! Under Linux a tray is a program of the desktop's that may be missing, come later than we do, or go
//! away. So whether there is one is asked when it matters, never remembered.

mod menu;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use octavo_contract::{AccountRef, Event, NoteRef, SyncPause};
use octavo_core::{Octavo, TrayState};
use tauri::{
    AppHandle, Manager as _, Runtime,
    menu::{CheckMenuItemBuilder, IsMenuItem, Menu, MenuItemBuilder, PredefinedMenuItem},
    tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent},
};
use tokio::{sync::broadcast::error::RecvError, time};

use crate::{app::App, capture, notices, quit, windows};
use menu::{Action, Item};

const ID: &str = "octavo";

/// Events come in bursts; the menu follows once.
const CALM: Duration = Duration::from_millis(250);
/// How often a tray is looked for while there is none: one that comes with the desktop is there
/// soon, and after that hardly ever.
const FIRST_LOOK: Duration = Duration::from_secs(2);
const LAST_LOOK: Duration = Duration::from_secs(30);
/// A bus that does not answer has no tray.
const PATIENCE: Duration = Duration::from_millis(800);

/// What the menu shows now.
#[derive(Default)]
pub(crate) struct Shown(Mutex<Vec<Item>>);

/// Why there is no tray, in words; `None` when there is one.
pub(crate) async fn trouble() -> Option<String> {
    if host_answers().await {
        return None;
    }
    Some(
        "This desktop shows no tray icons, so Octavo ends when its window is closed. Under GNOME the \
         extension “AppIndicator and KStatusNotifierItem Support” brings them."
            .to_owned(),
    )
}

/// Whether somebody shows tray icons: the watcher is there, and a host has registered with it (the
/// StatusNotifierItem specification).
#[cfg(target_os = "linux")]
pub(crate) async fn host_answers() -> bool {
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let asked = async {
        let bus = zbus::Connection::session().await?;
        let watcher = zbus::Proxy::new(&bus, WATCHER, "/StatusNotifierWatcher", WATCHER).await?;
        watcher
            .get_property::<bool>("IsStatusNotifierHostRegistered")
            .await
    };
    matches!(time::timeout(PATIENCE, asked).await, Ok(Ok(true)))
}

/// The other systems have a tray.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn host_answers() -> bool {
    true
}

/// Puts the icon into the tray as soon as there is one, and keeps its menu true.
pub(crate) async fn keep<R: Runtime>(app: AppHandle<R>) {
    let mut pause = FIRST_LOOK;
    while !(host_answers().await && build(&app).await) {
        time::sleep(pause).await;
        pause = (pause * 2).min(LAST_LOOK);
    }
    tracing::info!("in the tray");
    loop {
        let core = app.state::<App>().core().await;
        let Ok(core) = core else {
            refresh(&app, None).await;
            time::sleep(LAST_LOOK).await;
            continue;
        };
        follow(&app, &core).await;
        return;
    }
}

/// Follows what happens until the core is gone.
async fn follow<R: Runtime>(app: &AppHandle<R>, core: &Octavo) {
    let mut events = core.events();
    loop {
        let state = core
            .tray_state()
            .await
            .inspect_err(|error| tracing::warn!(%error, "the tray cannot be brought up to date"))
            .ok();
        refresh(app, state.as_ref()).await;
        // A capture's line goes when its time is over, and nothing else happens then.
        let over = state
            .and_then(|state| state.undo)
            .map_or(Duration::MAX, |undo| until(undo.until));
        tokio::select! {
            event = events.recv() => match event {
                Err(RecvError::Closed) => return,
                _ => time::sleep(CALM).await,
            },
            () = time::sleep(over.min(Duration::from_hours(24))) => {}
        }
        // What came meanwhile is in the state that is read next.
        while !events.is_empty() {
            if let Err(RecvError::Closed) = events.recv().await {
                return;
            }
        }
    }
}

fn until(moment: i64) -> Duration {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Duration::from_millis(u64::try_from(moment).unwrap_or(0))
        .saturating_sub(now)
        .saturating_add(Duration::from_millis(50))
}

/// Makes the icon; false when the tray would not have it.
async fn build<R: Runtime>(app: &AppHandle<R>) -> bool {
    let handle = app.clone();
    match on_main(app, move || make_icon(&handle)).await {
        Some(Ok(())) => true,
        Some(Err(error)) => {
            tracing::info!(%error, "the tray does not take the icon yet");
            false
        }
        None => false,
    }
}

fn make_icon<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let first = menu::menu(None);
    let mut builder = TrayIconBuilder::with_id(ID)
        .tooltip("Octavo")
        .title("Octavo")
        .menu(&native(app, &first)?)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| chosen(app, event.id().as_ref()))
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
    builder.build(app)?;
    *shown(app) = first;
    Ok(())
}

/// Brings the menu up to date, if it would read differently.
async fn refresh<R: Runtime>(app: &AppHandle<R>, state: Option<&TrayState>) {
    let items = menu::menu(state);
    if *shown(app) == items {
        return;
    }
    let handle = app.clone();
    if let Some(Err(error)) = on_main(app, move || change_menu(&handle, items)).await {
        tracing::warn!(%error, "the tray's menu could not be changed");
    }
}

fn change_menu<R: Runtime>(app: &AppHandle<R>, items: Vec<Item>) -> tauri::Result<()> {
    let native = native(app, &items)?;
    if let Some(tray) = app.tray_by_id(ID) {
        tray.set_menu(Some(native))?;
    }
    *shown(app) = items;
    Ok(())
}

fn shown<R: Runtime>(app: &AppHandle<R>) -> std::sync::MutexGuard<'_, Vec<Item>> {
    app.state::<Shown>()
        .inner()
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// Does something on the toolkit's own thread; `None` when that is gone.
async fn on_main<R: Runtime, T: Send + 'static>(
    app: &AppHandle<R>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (answer, answered) = tokio::sync::oneshot::channel();
    app.run_on_main_thread(move || {
        // Nobody waits any more when the app is being left.
        let _ = answer.send(work());
    })
    .ok()?;
    answered.await.ok()
}

/// The toolkit's menu of these lines. A line's id is its place.
fn native<R: Runtime>(app: &AppHandle<R>, items: &[Item]) -> tauri::Result<Menu<R>> {
    let mut lines: Vec<Box<dyn IsMenuItem<R>>> = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let id = place.to_string();
        lines.push(match item {
            Item::Entry { label, .. } => {
                Box::new(MenuItemBuilder::with_id(id, plain(label)).build(app)?)
            }
            Item::Choice { label, checked, .. } => Box::new(
                CheckMenuItemBuilder::with_id(id, plain(label))
                    .checked(*checked)
                    .build(app)?,
            ),
            Item::Words(label) => Box::new(
                MenuItemBuilder::with_id(id, plain(label))
                    .enabled(false)
                    .build(app)?,
            ),
            Item::Separator => Box::new(PredefinedMenuItem::separator(app)?),
        });
    }
    let lines: Vec<&dyn IsMenuItem<R>> = lines.iter().map(AsRef::as_ref).collect();
    Menu::with_items(app, &lines)
}

/// A label whose `&` is not taken for the mark of a key.
fn plain(label: &str) -> String {
    label.replace('&', "&&")
}

/// A line was chosen.
fn chosen<R: Runtime>(app: &AppHandle<R>, id: &str) {
    let action = id
        .parse()
        .ok()
        .and_then(|place: usize| match shown(app).get(place) {
            Some(Item::Entry { action, .. } | Item::Choice { action, .. }) => Some(action.clone()),
            _ => None,
        });
    let Some(action) = action else { return };
    match action {
        Action::Capture => capture::show(app),
        Action::Open => windows::raise(app),
        Action::Quit => quit::begin(app),
        other => {
            let app = app.clone();
            tauri::async_runtime::spawn(async move { act(&app, other).await });
        }
    }
}

/// What needs the core.
async fn act<R: Runtime>(app: &AppHandle<R>, action: Action) {
    let state = app.state::<App>();
    let _busy = state.busy();
    let core = match state.core().await {
        Ok(core) => core,
        Err(error) => {
            notices::tell(app, error.to_string());
            windows::raise(app);
            return;
        }
    };
    let done = match action {
        Action::Undo { account, note } => core
            .capture_undo(NoteRef { account, note })
            .await
            .map(|_| capture::show(app)),
        Action::Account(account) => core.account_switch(AccountRef { account }).await.map(|_| {
            core.send_event(Event::AccountsChanged {});
            windows::raise(app);
        }),
        Action::Note { account, note } => {
            notices::send_to_main(app, Event::OpenNote { account, note });
            windows::raise(app);
            Ok(())
        }
        Action::Pause => core.sync_pause(SyncPause { paused: true }).await.map(drop),
        Action::Resume => core.sync_pause(SyncPause { paused: false }).await.map(drop),
        Action::Capture | Action::Open | Action::Quit => Ok(()),
    };
    if let Err(error) = done {
        notices::tell(app, error.to_string());
        windows::raise(app);
    }
}
