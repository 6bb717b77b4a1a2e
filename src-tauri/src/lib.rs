//! Octavo's desktop shell: the window, the commands it may call, the events it hears, and the end.
//!
//! It is the only part of Octavo that names Tauri, and it holds no rules: what a command does is in
//! `octavo-core`, what it may say is in `octavo-contract`, who may call it is in the command table.

pub mod args;
pub mod graphics;

mod app;
mod arrivals;
mod capture;
mod commands;
mod desk;
mod desktop;
mod error;
mod events;
mod focus;
mod links;
mod login;
mod quit;
mod sample;
mod settings;
mod shortcut;
mod tray;
mod windows;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use octavo_core::{Config, Octavo, logging};
use tauri::{AppHandle, Builder, Context, Manager as _, RunEvent, Runtime};

pub use app::{App, Source};
pub use arrivals::Address;
pub use sample::Sample;

use args::Start;

/// How long a start at login waits for the panel before it shows its window in another way.
const PANEL: Duration = Duration::from_secs(6);

/// The configuration, the pages and the access list, as they were built into the app.
pub fn context<R: Runtime>() -> Context<R> {
    tauri::generate_context!()
}

/// Gives a builder everything that does not need a window: the state and the commands.
pub fn configure<R: Runtime>(builder: Builder<R>, app: App) -> Builder<R> {
    builder.manage(app).invoke_handler(commands::handler())
}

/// Runs the app until it is left.
pub fn run(start: &Start, graphics: &[graphics::Setting]) -> ExitCode {
    match try_run(start, graphics) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            tracing::error!(%reason, "could not start");
            // Without a window this is the only place left for a word.
            let _ = writeln!(std::io::stderr(), "Octavo could not start: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn try_run(start: &Start, graphics: &[graphics::Setting]) -> Result<(), String> {
    if let Some(reason) = no_screen() {
        return Err(reason.to_owned());
    }
    let source = if start.sample {
        Source::Sample(Box::new(Sample::new().map_err(|error| error.to_string())?))
    } else {
        Source::Environment
    };
    let data_dir = data_dir(&source);
    let usual = !start.sample && !is_set("OCTAVO_DATA_DIR");
    let web_dir = data_dir.as_ref().map(|dir| dir.join("web"));
    let app = App::new(source, usual, web_dir);
    // A folder that cannot be written to is no reason to stay away: the window says so in words.
    if let Some(dir) = &data_dir {
        let _unlogged = logging::init(dir, false);
    }
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        ?start,
        ?graphics,
        "starting"
    );

    let mut builder = Builder::default();
    // Before any other plugin, as it may end the process. The sample's folder is always a new one.
    if let Some(dir) = data_dir.as_deref().filter(|_| !start.sample)
        && let Some(plugin) = arrivals::one_per_folder(dir, usual)
    {
        builder = builder.plugin(plugin);
    }
    builder = builder.plugin(tauri_plugin_deep_link::init());
    #[cfg(not(target_os = "linux"))]
    {
        let login = tauri_plugin_autostart::Builder::new()
            .arg("--hidden")
            .app_name("Octavo");
        builder = builder
            .plugin(login.build())
            .plugin(tauri_plugin_global_shortcut::Builder::new().build());
    }
    let start = start.clone();
    configure(builder, app)
        .setup(move |app| {
            set_up(app.handle(), &start)?;
            arrivals::listen(app.handle(), start.address, usual);
            Ok(())
        })
        .build(context())
        .map_err(|error| error.to_string())?
        .run(on_event);
    Ok(())
}

/// Says why no window can be opened, where that is known before trying: the toolkit would end the
/// process instead.
fn no_screen() -> Option<&'static str> {
    let screen = ["DISPLAY", "WAYLAND_DISPLAY", "GDK_BACKEND"]
        .into_iter()
        .any(is_set);
    (cfg!(target_os = "linux") && !screen).then_some(
        "there is no screen to open a window on (neither WAYLAND_DISPLAY nor DISPLAY is set)",
    )
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

fn data_dir(source: &Source) -> Option<PathBuf> {
    match source {
        Source::Sample(sample) => Some(sample.data_dir().to_owned()),
        Source::Environment => Config::from_env().ok().map(|config| config.data_dir),
    }
}

fn set_up<R: Runtime>(app: &AppHandle<R>, start: &Start) -> tauri::Result<()> {
    let state = app.state::<App>();
    app.manage(Arc::<windows::Main>::default());
    app.manage(Arc::<capture::Door>::default());
    state
        .desk
        .attach(Arc::new(desktop::Toolkit::new(app.clone())));
    let handle = app.clone();
    state.when_opened(move |core: &Octavo| {
        tauri::async_runtime::spawn(events::forward(handle.clone(), core.clone(), core.events()));
        tauri::async_runtime::spawn(tray::follow(handle.clone(), core.clone()));
        tauri::async_runtime::spawn(take_wishes(handle.clone(), core.clone()));
    });
    quit::on_signals(app);
    tray::start(app);
    open_windows(app, start)?;

    // By the time the page asks for the first time, the core is open or knows why it is not.
    let handle = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = handle.state::<App>().core().await {
            tracing::warn!(%error, "the core could not be opened yet");
        }
    });
    Ok(())
}

/// The windows this start asks for, and no others: each costs as much as the app itself.
fn open_windows<R: Runtime>(app: &AppHandle<R>, start: &Start) -> tauri::Result<()> {
    // An address says itself which window it is for.
    let waits = start.hidden || start.capture || start.address.is_some();
    if start.capture {
        capture::show(app);
    }
    if !waits {
        return windows::open_main(app);
    }
    if start.hidden {
        capture::prepare(app);
        windows::wait_minimized(app);
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            if !tray_comes(&app).await {
                windows::open_apart(&app);
            }
        });
    }
    Ok(())
}

/// Whether a tray shows Octavo, or does so soon: at login the panel may still be on its way.
async fn tray_comes<R: Runtime>(app: &AppHandle<R>) -> bool {
    let mut tray = app.state::<App>().desk.tray.subscribe();
    let comes = tray.wait_for(|tray| *tray == desk::Tray::Answers);
    matches!(tokio::time::timeout(PANEL, comes).await, Ok(Ok(_)))
}

/// What the person set earlier, as far as it is for the desktop.
async fn take_wishes<R: Runtime>(app: AppHandle<R>, core: Octavo) {
    let state = app.state::<App>();
    shortcut::take_chosen(&state.desk, &core).await;
    match core.preferences().await {
        Ok(wished) => state.desk.set_close_to_tray(wished.close_to_tray),
        Err(error) => tracing::warn!(%error, "the settings could not be read"),
    }
    if login::trouble(&state.desk, state.is_sample()).is_none() {
        let app = app.clone();
        tauri::async_runtime::spawn_blocking(move || login::mend(&app));
    }
}

fn on_event<R: Runtime>(app: &AppHandle<R>, event: RunEvent) {
    match event {
        RunEvent::ExitRequested {
            code: None, api, ..
        } => {
            api.prevent_exit();
            quit::begin(app);
        }
        RunEvent::WindowEvent { label, event, .. } => windows::on_event(app, &label, &event),
        _ => {}
    }
}
