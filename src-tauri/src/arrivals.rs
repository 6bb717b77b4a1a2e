//! Addresses that the desktop hands over, and the one app per data folder that takes them.
//!
//! Any program can open an `octavo:` address. One with which a browser comes back from a sign-in goes
//! to the core, which decides whether a sign-in waits for it; one to capture puts its words into the
//! draft, where the person sees them and decides; every other one brings up the window and nothing
//! else.

use std::fmt::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use tauri::{AppHandle, Manager as _, Runtime, plugin::TauriPlugin};
use tauri_plugin_deep_link::DeepLinkExt as _;
use url::Url;

use crate::{
    app::App,
    args::{self, Invocation, Start},
    capture, windows,
};

/// The scheme of the addresses that the desktop hands over.
const SCHEME: &str = "octavo";

/// An address of ours. What it carries is shown to nobody: a callback holds a code.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// Reads an address of our scheme.
    pub fn read(text: &str) -> Option<Self> {
        Url::parse(text)
            .ok()
            .filter(|url| url.scheme() == SCHEME)
            .map(Self)
    }

    /// What is asked for. Browsers and providers add and drop the last slash.
    fn errand(&self) -> Errand {
        match (self.0.host_str(), self.0.path().trim_end_matches('/')) {
            (Some("oauth"), "/callback") => Errand::Callback,
            (Some("capture"), "") => {
                let value = |name: &str| {
                    let mut pairs = self.0.query_pairs();
                    let (_, value) = pairs.find(|(key, _)| key == name)?;
                    Some(value.into_owned())
                };
                Errand::Capture {
                    text: value("text"),
                    url: value("url"),
                }
            }
            _ => Errand::None,
        }
    }
}

/// What an address asks for.
#[derive(Debug, PartialEq, Eq)]
enum Errand {
    /// A browser comes back from a sign-in.
    Callback,
    /// Something is to be written down.
    Capture {
        text: Option<String>,
        url: Option<String>,
    },
    /// Nothing that we know.
    None,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.0.host_str().unwrap_or_default();
        write!(f, "{SCHEME}://{host}{}", self.0.path())
    }
}

/// The same launch may be told by several roads, and they all end within this time.
const SAME_LAUNCH: Duration = Duration::from_secs(1);

/// The last address that was acted on.
#[derive(Default)]
struct Last(Mutex<Option<([u8; 32], Instant)>>);

impl Last {
    /// Whether nobody told of this address before; within a time, or ever.
    fn is_new(&self, address: &Address, within: Option<Duration>, now: Instant) -> bool {
        let print: [u8; 32] = Sha256::digest(address.0.as_str()).into();
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = last.replace((print, now)).is_some_and(|(before, at)| {
            before == print && within.is_none_or(|within| now.duration_since(at) < within)
        });
        !known
    }
}

/// Hears of addresses from now on. `first` is the one the app was started with; `ours` says whether
/// the desktop's addresses belong to this data folder.
pub(crate) fn listen<R: Runtime>(app: &AppHandle<R>, first: Option<Address>, ours: bool) {
    app.manage(Last::default());
    let handle = app.clone();
    app.deep_link().on_open_url(move |event| {
        for url in event.urls() {
            take(&handle, Address(url));
        }
    });
    let current = app.deep_link().get_current().ok().flatten();
    let started = current.into_iter().flatten().map(Address).chain(first);
    for address in started {
        take(app, address);
    }
    if ours && may_register() {
        register(app);
    }
}

/// Acts on an address.
fn take<R: Runtime>(app: &AppHandle<R>, address: Address) {
    let is_new = |within| app.state::<Last>().is_new(&address, within, Instant::now());
    match address.errand() {
        // A code counts once, whenever it comes.
        Errand::Callback => {
            windows::raise(app);
            if is_new(None) {
                call_back(app, address);
            }
        }
        // The same page may be captured twice.
        Errand::Capture { text, url } => {
            if is_new(Some(SAME_LAUNCH)) {
                prefill(app, text, url);
            }
        }
        Errand::None => {
            tracing::warn!(?address, "nothing is done with this address");
            windows::raise(app);
        }
    }
}

fn call_back<R: Runtime>(app: &AppHandle<R>, address: Address) {
    tracing::info!(?address, "a browser came back");
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let state = app.state::<App>();
        let _busy = state.busy();
        let core = match state.core().await {
            Ok(core) => core,
            Err(error) => {
                tracing::warn!(%error, "the address came before the core could be opened");
                state.desk.notice(error.to_string());
                return;
            }
        };
        // A sign-in that waits is told by its own event how it ended.
        let waited = core.sign_in_is_waiting();
        if let Err(error) = core.sign_in_heard(address.0.as_str()).await {
            tracing::warn!(code = ?error.code(), "an address from the desktop was refused");
            if !waited {
                state.desk.notice(error.to_string());
            }
        }
    });
}

/// Puts the words into the draft, and shows it.
fn prefill<R: Runtime>(app: &AppHandle<R>, text: Option<String>, url: Option<String>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let state = app.state::<App>();
        let _busy = state.busy();
        let kept = match state.core().await {
            Ok(core) => core
                .capture_prefill(text.as_deref(), url.as_deref())
                .await
                .map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match kept {
            Ok(()) => capture::show(&app),
            Err(reason) => {
                tracing::warn!(%reason, "what was to be captured could not be kept");
                state.desk.notice(reason);
                windows::raise(&app);
            }
        }
    });
}

/// Whether this copy of the app has to tell the desktop about its scheme itself: a package does so
/// when it is installed, and a sandbox cannot.
fn may_register() -> bool {
    cfg!(target_os = "linux")
        && std::env::var_os("FLATPAK_ID").is_none()
        && std::env::current_exe().is_ok_and(|exe| !exe.starts_with("/usr"))
}

/// Tells the desktop that our addresses are ours. Without it they can still be pasted.
fn register<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    // It runs programs of the desktop, and nobody waits for it.
    tauri::async_runtime::spawn_blocking(move || {
        if let Err(error) = app.deep_link().register_all() {
            tracing::info!(%error, "the desktop was not told about octavo: addresses");
        }
    });
}

/// Makes a second start on the same data folder hand its arguments to the first and end.
///
/// The name on the bus is made from the folder, so that apps on two folders run side by side. The
/// other systems know one name per app only; there it is for `own_folder`, the person's usual one.
pub(crate) fn one_per_folder<R: Runtime>(
    data_dir: &Path,
    own_folder: bool,
) -> Option<TauriPlugin<R>> {
    if !cfg!(target_os = "linux") && !own_folder {
        return None;
    }
    let name = bus_name(data_dir);
    #[cfg(target_os = "linux")]
    let_go::of(&format!("{name}{PLUGIN_ENDING}"));
    let plugin = tauri_plugin_single_instance::Builder::new()
        .callback(|app, arguments, _| second_start(app, arguments))
        .dbus_id(name);
    Some(plugin.build())
}

/// What the plugin puts behind a name.
#[cfg(target_os = "linux")]
const PLUGIN_ENDING: &str = ".SingleInstance";

/// Waits until an Octavo that is just ending has let go of its name.
///
/// The name of a process that was killed, or that is about to end, stays on the bus for a moment. A
/// start in that moment would hand its arguments to nobody, and end.
#[cfg(target_os = "linux")]
mod let_go {
    use std::thread::sleep;
    use std::time::{Duration, Instant};

    use zbus::blocking::connection::Builder;
    use zbus::blocking::{Connection, fdo::PeerProxy};

    /// Longer than an ending takes; an Octavo that hangs keeps nobody waiting for longer.
    const PATIENCE: Duration = Duration::from_secs(5);
    const PULSE: Duration = Duration::from_millis(20);

    pub(super) fn of(name: &str) {
        let bus = Builder::session().and_then(|bus| bus.method_timeout(PATIENCE).build());
        // Without a bus there is no other to be found.
        let Ok(bus) = bus else { return };
        let until = Instant::now() + PATIENCE;
        while is_ending(&bus, name) && Instant::now() < until {
            sleep(PULSE);
        }
    }

    /// Whether the name is on the bus, but nobody answers there any more.
    fn is_ending(bus: &Connection, name: &str) -> bool {
        let answer = PeerProxy::new(bus, name, "/").and_then(|peer| peer.ping());
        let Err(zbus::Error::MethodError(error, message, _)) = answer else {
            return false;
        };
        let silent = matches!(
            error.as_str(),
            "org.freedesktop.DBus.Error.NoReply" | "org.freedesktop.DBus.Error.Disconnected"
        );
        if silent {
            tracing::info!(%error, ?message, "another Octavo is just ending");
        }
        silent
    }
}

fn bus_name(data_dir: &Path) -> String {
    let folder = std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.to_owned());
    let folder = folder.canonicalize().unwrap_or(folder);
    let print = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    let start = String::from("org.octavo.Octavo.f");
    print.iter().take(8).fold(start, |mut name, byte| {
        // Writing to a string cannot fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

/// The app was started again. The plugin for addresses takes one only if it is the sole argument.
fn second_start<R: Runtime>(app: &AppHandle<R>, arguments: Vec<String>) {
    let arguments = arguments.into_iter().skip(1).map(Into::into);
    match args::parse(arguments) {
        Ok(Invocation::Run(Start {
            address: Some(address),
            ..
        })) => take(app, address),
        Ok(Invocation::Run(start)) if start.capture => capture::show(app),
        // The desktop starts what runs already.
        Ok(Invocation::Run(start)) if start.hidden => {}
        _ => windows::raise(app),
    }
}

/// Lets the next start be the first, while this app is still closing.
pub(crate) fn give_up_folder<R: Runtime>(app: &AppHandle<R>) {
    let app = app.clone();
    // The bus is spoken to in a way that blocks.
    tauri::async_runtime::spawn_blocking(move || tauri_plugin_single_instance::destroy(&app));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_way_back_from_a_sign_in_is_a_callback() {
        let acts = |text: &str| {
            Address::read(text).is_some_and(|address| address.errand() == Errand::Callback)
        };
        assert!(acts("octavo://oauth/callback?code=a&state=b"));
        assert!(acts("octavo://oauth/callback/?code=a&state=b"));
        for text in [
            "octavo://oauth/callbacks?code=a",
            "octavo://oauth/other",
            "octavo://capture?text=hello",
            "octavo:oauth/callback",
            "https://oauth/callback?code=a&state=b",
        ] {
            assert!(!acts(text), "{text}");
        }
    }

    #[test]
    fn words_to_write_down_are_read_as_they_were_meant() {
        let errand = |text: &str| Address::read(text).unwrap().errand();
        let capture = |text: Option<&str>, url: Option<&str>| Errand::Capture {
            text: text.map(ToOwned::to_owned),
            url: url.map(ToOwned::to_owned),
        };
        assert_eq!(
            errand(
                "octavo://capture?text=caf%C3%A9+%26%0Amilk&url=https%3A%2F%2Fa.example%2F%3Fb%3D1"
            ),
            capture(Some("café &\nmilk"), Some("https://a.example/?b=1"))
        );
        assert_eq!(errand("octavo://capture/?text=a"), capture(Some("a"), None));
        assert_eq!(errand("octavo://capture"), capture(None, None));
        // Nothing in an address saves.
        assert_eq!(errand("octavo://capture/save?text=a"), Errand::None);
        assert_eq!(errand("octavo://captures?text=a"), Errand::None);
    }

    #[test]
    fn an_address_is_written_without_what_it_carries() {
        let address = Address::read("octavo://oauth/callback?code=secret&state=b#also").unwrap();
        assert_eq!(format!("{address:?}"), "octavo://oauth/callback");
    }

    #[test]
    fn the_same_address_counts_once_in_a_row() {
        let last = Last::default();
        let now = Instant::now();
        let is_new =
            |text: &str, within, at| last.is_new(&Address::read(text).unwrap(), within, at);
        assert!(is_new("octavo://oauth/callback?code=a", None, now));
        let later = now + SAME_LAUNCH * 5;
        assert!(!is_new("octavo://oauth/callback?code=a", None, later));
        assert!(is_new("octavo://oauth/callback?code=b", None, later));

        let page = "octavo://capture?url=a";
        assert!(is_new(page, Some(SAME_LAUNCH), now));
        assert!(!is_new(page, Some(SAME_LAUNCH), now + SAME_LAUNCH / 2));
        assert!(is_new(page, Some(SAME_LAUNCH), later));
    }

    #[test]
    fn each_folder_has_a_name_of_its_own_on_the_bus() {
        let one = bus_name(Path::new("/somewhere/one"));
        assert_eq!(one, bus_name(Path::new("/somewhere/one")));
        assert_ne!(one, bus_name(Path::new("/somewhere/two")));
        assert!(one.len() < 60 && one.is_ascii(), "{one}");
    }
}
