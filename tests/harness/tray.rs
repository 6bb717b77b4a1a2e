//! The tray of a desktop, as a panel keeps it: who wants to be shown there, the menu, the clicks.

use std::fmt::{self, Display};
use std::sync::{Arc, Mutex, PoisonError};

use futures::StreamExt as _;
use tokio::task::JoinHandle;
use zbus::connection::Builder;
use zbus::fdo::DBusProxy;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{Dict, OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, Proxy};

use crate::frame::close_windows_of;
use crate::{App, Fault, Look, Stage, wait_until};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const WATCHER_PATH: &str = "/StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const ITEM_PATH: &str = "/StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

/// The bus names of those that are shown.
type Items = Arc<Mutex<Vec<String>>>;
/// A menu's layout as it comes over the bus: its revision, and the root with what hangs on it.
type Layout = (
    u32,
    (
        i32,
        std::collections::HashMap<String, OwnedValue>,
        Vec<OwnedValue>,
    ),
);

fn fault(error: impl Display) -> Fault {
    Fault::program("the tray", error.to_string())
}

fn lock(items: &Items) -> std::sync::MutexGuard<'_, Vec<String>> {
    items.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What applications find under the watcher's name.
struct Watcher {
    items: Items,
    /// The panel is the watcher itself, so nobody else reports as one.
    has_host: bool,
    /// Of the protocol; there was only ever one.
    version: i32,
}

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    /// An application gives its bus name; some give the object's path and mean the caller.
    async fn register_status_notifier_item(
        &self,
        service: &str,
        #[zbus(header)] header: zbus::message::Header<'_>,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        let sender = header.sender().map(ToString::to_string);
        let name = if service.starts_with('/') {
            sender.unwrap_or_default()
        } else {
            service.to_owned()
        };
        {
            let mut items = lock(&self.items);
            if !items.contains(&name) {
                items.push(name.clone());
            }
        }
        Self::status_notifier_item_registered(&emitter, &name).await?;
        Ok(())
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        lock(&self.items).clone()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        self.has_host
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        self.version
    }

    #[zbus(signal)]
    async fn status_notifier_item_registered(
        emitter: &SignalEmitter<'_>,
        service: &str,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn status_notifier_item_unregistered(
        emitter: &SignalEmitter<'_>,
        service: &str,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn status_notifier_host_registered(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}

/// One line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrayEntry {
    id: i32,
    /// What it says, without the marks of the letters to press.
    pub label: String,
    /// Whether it can be chosen.
    pub enabled: bool,
    /// Whether it has a mark, if it is one that may have one.
    pub checked: Option<bool>,
    /// It is only a line between others.
    pub separator: bool,
}

/// As a person would write the menu down: `---`, `[x] Chosen`, `[ ] Not chosen`, `(Grey)`.
impl Display for TrayEntry {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.separator {
            return to.write_str("---");
        }
        match self.checked {
            Some(true) => to.write_str("[x] ")?,
            Some(false) => to.write_str("[ ] ")?,
            None => {}
        }
        if self.enabled {
            to.write_str(&self.label)
        } else {
            write!(to, "({})", self.label)
        }
    }
}

/// A panel with a tray.
#[derive(Debug)]
pub struct Tray {
    connection: Connection,
    items: Items,
    departures: JoinHandle<()>,
}

impl Drop for Tray {
    fn drop(&mut self) {
        self.departures.abort();
    }
}

impl Stage {
    /// Raises a panel with a tray.
    pub async fn raise_tray(&self) -> Result<Tray, Fault> {
        Tray::raise(self, true).await
    }

    /// Raises what trays are kept in, with nobody there who would show them.
    pub async fn raise_tray_without_host(&self) -> Result<Tray, Fault> {
        Tray::raise(self, false).await
    }

    /// Presses the close button of every visible window of the app, and waits for nothing.
    pub fn close_windows(&self, app: &App) -> Result<(), Fault> {
        close_windows_of(self.display(), app.pid())
    }

    /// How many windows with exactly this title are on the screen.
    pub fn windows_titled(&self, title: &str) -> Result<usize, Fault> {
        let found = self
            .command("xdotool")
            .args(["search", "--onlyvisible", "--name"])
            .arg(format!("^{title}$"))
            .output()
            .map_err(Fault::io("xdotool"))?;
        Ok(String::from_utf8_lossy(&found.stdout).lines().count())
    }
}

impl Tray {
    async fn raise(stage: &Stage, has_host: bool) -> Result<Self, Fault> {
        let address = format!("unix:path={}", stage.path("run/bus").display());
        let items = Items::default();
        let watcher = Watcher {
            items: Arc::clone(&items),
            has_host,
            version: 0,
        };
        // The name comes last: whoever sees it finds everything in its place.
        let connection = Builder::address(address.as_str())
            .and_then(|builder| builder.serve_at(WATCHER_PATH, watcher))
            .map_err(fault)?
            .build()
            .await
            .map_err(fault)?;
        let bus = DBusProxy::new(&connection).await.map_err(fault)?;
        let changes = bus.receive_name_owner_changed().await.map_err(fault)?;
        let emitter = SignalEmitter::new(&connection, WATCHER_PATH)
            .map_err(fault)?
            .into_owned();
        let departures = tokio::spawn(strike_out(changes, Arc::clone(&items), emitter.clone()));
        connection.request_name(WATCHER).await.map_err(fault)?;
        if has_host {
            Watcher::status_notifier_host_registered(&emitter)
                .await
                .map_err(fault)?;
        }
        Ok(Self {
            connection,
            items,
            departures,
        })
    }

    /// Ends the panel, as a crash or another desktop theme does.
    pub async fn take_away(self) -> Result<(), Fault> {
        self.connection.release_name(WATCHER).await.map_err(fault)?;
        self.connection.clone().close().await.map_err(fault)
    }

    /// The bus names of all who are shown.
    pub fn items(&self) -> Vec<String> {
        lock(&self.items).clone()
    }

    /// Waits until exactly one application is shown; answers its bus name.
    pub async fn item(&self) -> Result<String, Fault> {
        wait_until("the tray shows one icon", async || {
            Ok(match self.items().as_slice() {
                [one] => Look::Yes(one.clone()),
                other => Look::NotYet(format!("{other:?}")),
            })
        })
        .await
    }

    /// Waits until nothing is shown.
    pub async fn is_empty(&self) -> Result<(), Fault> {
        wait_until("the tray shows nothing", async || {
            let items = self.items();
            Ok(crate::look(items.is_empty(), items))
        })
        .await
    }

    async fn proxy(&self, path: &str, interface: &str) -> Result<Proxy<'_>, Fault> {
        let item = self.item().await?;
        // A kept copy of a property would be compared with what is long over.
        zbus::proxy::Builder::<Proxy<'_>>::new(&self.connection)
            .destination(item)
            .and_then(|builder| builder.path(path.to_owned()))
            .and_then(|builder| builder.interface(interface.to_owned()))
            .map_err(fault)?
            .cache_properties(zbus::proxy::CacheProperties::No)
            .build()
            .await
            .map_err(fault)
    }

    /// What the icon is called.
    pub async fn title(&self) -> Result<String, Fault> {
        let item = self.proxy(ITEM_PATH, ITEM).await?;
        item.get_property("Title").await.map_err(fault)
    }

    async fn menu_proxy(&self) -> Result<Proxy<'_>, Fault> {
        let item = self.proxy(ITEM_PATH, ITEM).await?;
        let path: OwnedObjectPath = item.get_property("Menu").await.map_err(fault)?;
        self.proxy(path.as_str(), MENU).await
    }

    /// The menu as it is now.
    pub async fn menu(&self) -> Result<Vec<TrayEntry>, Fault> {
        let menu = self.menu_proxy().await?;
        // A panel asks before it opens a menu.
        let _: bool = menu.call("AboutToShow", &0_i32).await.map_err(fault)?;
        let none: &[&str] = &[];
        let (_, (_, _, lines)): Layout = menu
            .call("GetLayout", &(0_i32, -1_i32, none))
            .await
            .map_err(fault)?;
        Ok(lines.iter().filter_map(|line| entry(line)).collect())
    }

    /// The menu as a person would write it down.
    pub async fn lines(&self) -> Result<Vec<String>, Fault> {
        Ok(self.menu().await?.iter().map(ToString::to_string).collect())
    }

    /// Waits until the menu is written down as exactly these lines.
    pub async fn reads(&self, lines: &[&str]) -> Result<(), Fault> {
        wait_until(&format!("the tray's menu is {lines:#?}"), async || {
            let seen = self.lines().await?;
            Ok(crate::look(seen == lines, seen))
        })
        .await
    }

    /// Waits until the menu has such a line.
    pub async fn has(&self, line: &str) -> Result<(), Fault> {
        wait_until(&format!("the tray's menu has {line:?}"), async || {
            let seen = self.lines().await?;
            Ok(crate::look(seen.iter().any(|one| one == line), seen))
        })
        .await
    }

    /// Chooses an entry by what it says. A menu that changes in between refuses the click, and then
    /// it is made again.
    pub async fn choose(&self, label: &str) -> Result<(), Fault> {
        wait_until(&format!("{label:?} is clicked in the tray"), async || {
            let entries = self.menu().await?;
            let Some(entry) = entries.iter().find(|one| one.label == label && one.enabled) else {
                return Ok(Look::NotYet(format!("{entries:?}")));
            };
            let click = (entry.id, "clicked", Value::from(""), 0_u32);
            let menu = self.menu_proxy().await?;
            let _: () = menu.call("Event", &click).await.map_err(fault)?;
            Ok(Look::Yes(()))
        })
        .await
    }

    /// The left click on the icon itself.
    pub async fn left_click(&self) -> Result<(), Fault> {
        let item = self.proxy(ITEM_PATH, ITEM).await?;
        item.call("Activate", &(0_i32, 0_i32)).await.map_err(fault)
    }
}

/// Takes those out of the tray who leave the bus.
async fn strike_out(
    mut changes: zbus::fdo::NameOwnerChangedStream,
    items: Items,
    emitter: SignalEmitter<'static>,
) {
    while let Some(change) = changes.next().await {
        let Ok(change) = change.args() else { continue };
        let gone = change.name.as_str();
        let was_shown = {
            let mut items = lock(&items);
            let before = items.len();
            if change.new_owner.is_none() {
                items.retain(|item| item != gone);
            }
            items.len() < before
        };
        if was_shown {
            // A panel that nobody listens to is no fault.
            let _ = Watcher::status_notifier_item_unregistered(&emitter, gone).await;
        }
    }
}

/// A line of a layout, if it is one that is seen.
fn entry(line: &Value<'_>) -> Option<TrayEntry> {
    let Value::Structure(line) = line else {
        return None;
    };
    let [Value::I32(id), Value::Dict(properties), ..] = line.fields() else {
        return None;
    };
    let text = |name: &str| match property(properties, name) {
        Some(Value::Str(text)) => text.as_str().to_owned(),
        _ => String::new(),
    };
    let is = |name: &str| !matches!(property(properties, name), Some(Value::Bool(false)));
    let checked = match property(properties, "toggle-state") {
        Some(Value::I32(state)) if !text("toggle-type").is_empty() => Some(*state == 1),
        _ => None,
    };
    is("visible").then(|| TrayEntry {
        id: *id,
        label: plain(&text("label")),
        enabled: is("enabled"),
        checked,
        separator: text("type") == "separator",
    })
}

fn property<'a>(properties: &'a Dict<'_, '_>, name: &str) -> Option<&'a Value<'a>> {
    let (_, value) = properties
        .iter()
        .find(|(key, _)| matches!(key, Value::Str(key) if key == name))?;
    Some(match value {
        Value::Value(inside) => inside,
        other => other,
    })
}

/// A label without its marks: one underscore marks the letter to press, two are one.
fn plain(label: &str) -> String {
    let mut letters = label.chars();
    let mut plain = String::new();
    while let Some(letter) = letters.next() {
        if letter == '_' {
            plain.extend(letters.next());
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn marks_are_not_read_aloud() {
        assert_eq!(plain("_Quit"), "Quit");
        assert_eq!(plain("snake__case & more"), "snake_case & more");
        assert_eq!(plain("end_"), "end");
    }
}
