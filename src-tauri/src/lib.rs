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
mod error;
mod events;
mod focus;
mod links;
mod notices;
mod quit;
mod sample;
mod settings;
mod shortcut;
mod tray;
mod windows;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use octavo_core::{Config, Octavo, logging};
use tauri::{AppHandle, Builder, Context, Manager as _, RunEvent, Runtime};

pub use app::{App, Source};
pub use arrivals::Address;
pub use sample::Sample;

use args::Start;

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
    let app = App::new(source);
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

    let usual = app.is_usual();
    let mut builder = Builder::default();
    // Before any other plugin, as it may end the process. The sample's folder is always a new one.
    if let Some(dir) = data_dir.as_deref().filter(|_| !start.sample)
        && let Some(plugin) = arrivals::one_per_folder(dir, usual)
    {
        builder = builder.plugin(plugin);
    }
    let web_dir = data_dir.map(|dir| dir.join("web"));
    let start = start.clone();
    let builder = builder
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_global_shortcut::Builder::new().build())
        .plugin(
            tauri_plugin_autostart::Builder::new()
                .app_name("Octavo")
                .arg("--hidden")
                .build(),
        );
    configure(builder, app)
        .manage(windows::WebDir(web_dir))
        .manage(notices::Board::default())
        .manage(focus::Focus::default())
        .manage(shortcut::Keys::default())
        .manage(tray::Shown::default())
        .setup(move |app| {
            set_up(app.handle(), &start);
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

fn set_up<R: Runtime>(app: &AppHandle<R>, start: &Start) {
    let handle = app.clone();
    let state = app.state::<App>();
    state.set_desk(app.clone());
    state.when_opened(move |core: &Octavo| {
        tauri::async_runtime::spawn(events::forward(handle.clone(), core.clone(), core.events()));
    });
    quit::on_signals(app);
    if start.capture {
        capture::show(app);
    } else if start.hidden {
        tauri::async_runtime::spawn(hidden(app.clone()));
    } else if !start.address.as_ref().is_some_and(Address::is_for_capture) {
        windows::raise(app);
    }

    // By the time a page asks for the first time, the core is open or knows why it is not.
    let handle = app.clone();
    tauri::async_runtime::spawn(async move {
        match handle.state::<App>().core().await {
            Ok(core) => {
                if let Some(trouble) = settings::begin(&handle, &core).await {
                    notices::tell(&handle, trouble);
                }
            }
            Err(error) => tracing::warn!(%error, "the core could not be opened yet"),
        }
    });
    tauri::async_runtime::spawn(tray::keep(app.clone()));
    tauri::async_runtime::spawn(prepare_capture(app.clone()));
}

/// Started with the desktop: the window stays away if there is a tray to find it in. A tray that
/// comes with the desktop may come a little later than we do.
async fn hidden<R: Runtime>(app: AppHandle<R>) {
    const PATIENCE: Duration = Duration::from_secs(15);
    let begun = std::time::Instant::now();
    while !tray::host_answers().await {
        if begun.elapsed() > PATIENCE {
            tracing::info!("no tray: the window is shown");
            windows::raise(&app);
            return;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Makes the capture window when the start is over, so that it is there at once when it is wanted.
async fn prepare_capture<R: Runtime>(app: AppHandle<R>) {
    const AFTER: Duration = Duration::from_secs(2);
    tokio::time::sleep(AFTER).await;
    let handle = app.clone();
    let prepared = app.run_on_main_thread(move || {
        if let Err(error) = capture::prepare(&handle) {
            tracing::warn!(%error, "the capture window could not be made ahead of time");
        }
    });
    if let Err(error) = prepared {
        tracing::debug!(%error, "the app ends before the capture window was made");
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
