//! Addresses that the desktop hands over, and the one app per data folder that takes them.
//!
//! Any program can open an `octavo:` address. One with which a browser comes back from a sign-in goes
//! to the core, which decides whether a sign-in waits for it. One with a text for quick capture fills
//! in the draft, where the person sees it and decides. Every other one brings up the window and
//! nothing else.

use std::fmt::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};
use tauri::{AppHandle, Manager as _, Runtime, plugin::TauriPlugin};
use tauri_plugin_deep_link::DeepLinkExt as _;
use url::Url;

use crate::{
    app::App,
    args::{self, Invocation, Start},
    capture, notices, windows,
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

    /// Whether a browser comes back with it. Browsers and providers add and drop the last slash.
    fn is_callback(&self) -> bool {
        self.0.host_str() == Some("oauth") && self.0.path().trim_end_matches('/') == "/callback"
    }

    /// Whether it brings something for quick capture: then no other window is wanted.
    pub(crate) fn is_for_capture(&self) -> bool {
        self.capture().is_some()
    }

    /// The text and the address that it brings for quick capture, each of which may be absent.
    fn capture(&self) -> Option<(Option<String>, Option<String>)> {
        if self.0.host_str() != Some("capture") || !matches!(self.0.path(), "" | "/") {
            return None;
        }
        let part = |name: &str| {
            self.0
                .query_pairs()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        Some((part("text"), part("url")))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.0.host_str().unwrap_or_default();
        write!(f, "{SCHEME}://{host}{}", self.0.path())
    }
}

/// The last address that was acted on: the same launch may be told by several roads.
#[derive(Default)]
struct Last(Mutex<Option<[u8; 32]>>);

impl Last {
    fn is_new(&self, address: &Address) -> bool {
        let print: [u8; 32] = Sha256::digest(address.0.as_str()).into();
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.replace(print) != Some(print)
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
    if let Some((text, url)) = address.capture() {
        tracing::info!(?address, "a text to capture");
        prefill(app, text, url);
        return;
    }
    windows::raise(app);
    if !address.is_callback() {
        tracing::warn!(?address, "nothing is done with this address");
        return;
    }
    if !app.state::<Last>().is_new(&address) {
        return;
    }
    tracing::info!(?address, "a browser came back");
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let state = app.state::<App>();
        let _busy = state.busy();
        let core = match state.core().await {
            Ok(core) => core,
            Err(error) => {
                tracing::warn!(%error, "the address came before the core could be opened");
                notices::tell(&app, error.to_string());
                return;
            }
        };
        // A sign-in that waits hears of its end by an event; whoever comes unasked is told so here.
        let waited = core.sign_in_is_waiting();
        if let Err(error) = core.sign_in_heard(address.0.as_str()).await {
            tracing::warn!(code = ?error.code(), "an address from the desktop was refused");
            if !waited || core.sign_in_is_waiting() {
                notices::tell(&app, error.to_string());
            }
        }
    });
}

/// Fills in the draft and shows it.
fn prefill<R: Runtime>(app: &AppHandle<R>, text: Option<String>, url: Option<String>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let state = app.state::<App>();
        let _busy = state.busy();
        let filled = match state.core().await {
            Ok(core) => core
                .capture_prefill(text.as_deref(), url.as_deref())
                .await
                .map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match filled {
            Ok(()) => capture::show(&app),
            Err(error) => {
                notices::tell(&app, error);
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
    let plugin = tauri_plugin_single_instance::Builder::new()
        .callback(|app, arguments, _| second_start(app, arguments))
        .dbus_id(bus_name(data_dir));
    Some(plugin.build())
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
        Ok(Invocation::Run(Start { capture: true, .. })) => capture::show(app),
        // The desktop starts what runs already.
        Ok(Invocation::Run(Start { hidden: true, .. })) => {}
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
    fn only_the_way_back_from_a_sign_in_is_acted_on() {
        let acts = |text: &str| Address::read(text).is_some_and(|address| address.is_callback());
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
    fn a_text_to_capture_is_read() {
        let read = |text: &str| Address::read(text).unwrap().capture();
        assert_eq!(
            read("octavo://capture?text=a%20b%26c&url=https%3A%2F%2Fexample.org%2F"),
            Some((
                Some("a b&c".to_owned()),
                Some("https://example.org/".to_owned())
            ))
        );
        assert_eq!(read("octavo://capture/"), Some((None, None)));
        assert_eq!(read("octavo://capture/more?text=a"), None);
        assert_eq!(read("octavo://oauth/callback?text=a"), None);
    }

    #[test]
    fn an_address_is_written_without_what_it_carries() {
        let address = Address::read("octavo://oauth/callback?code=secret&state=b#also").unwrap();
        assert_eq!(format!("{address:?}"), "octavo://oauth/callback");
    }

    #[test]
    fn the_same_address_counts_once_in_a_row() {
        let last = Last::default();
        let read = |text: &str| Address::read(text).unwrap();
        assert!(last.is_new(&read("octavo://oauth/callback?code=a")));
        assert!(!last.is_new(&read("octavo://oauth/callback?code=a")));
        assert!(last.is_new(&read("octavo://oauth/callback?code=b")));
    }

    #[test]
    fn each_folder_has_a_name_of_its_own_on_the_bus() {
        let one = bus_name(Path::new("/somewhere/one"));
        assert_eq!(one, bus_name(Path::new("/somewhere/one")));
        assert_ne!(one, bus_name(Path::new("/somewhere/two")));
        assert!(one.len() < 60 && one.is_ascii(), "{one}");
    }
}
