//! The desktop's portal for global shortcuts, as a Wayland desktop has it.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};

use zbus::message::Header;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, connection::Builder};

use crate::{Fault, Look, Stage, wait_until};

const NAME: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const SHORTCUTS: &str = "org.freedesktop.portal.GlobalShortcuts";

type Options = HashMap<String, OwnedValue>;

fn fault(error: impl Display) -> Fault {
    Fault::program("the portal", error.to_string())
}

/// What a program asked for.
#[derive(Debug, Clone)]
struct Asked {
    session: OwnedObjectPath,
    id: String,
    trigger: String,
}

type Slot = Arc<Mutex<Option<Asked>>>;

/// A portal on the stage's bus; it goes when this is dropped.
#[derive(Debug)]
pub struct Portal {
    bus: Connection,
    asked: Slot,
}

struct Shortcuts {
    asked: Slot,
    /// The keys that the person chooses in the desktop's dialog; `None` says no.
    choice: Option<String>,
}

#[zbus::interface(name = "org.freedesktop.portal.GlobalShortcuts")]
impl Shortcuts {
    #[zbus(property, name = "version")]
    #[expect(clippy::unused_self, reason = "the bus calls it on an object")]
    fn version(&self) -> u32 {
        1
    }

    async fn create_session(
        &self,
        options: Options,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] bus: &Connection,
    ) -> zbus::fdo::Result<OwnedObjectPath> {
        let session = handle("session", &header, &options, "session_handle_token")?;
        let answer = HashMap::from([("session_handle", Value::from(session.as_str()))]);
        respond(bus, &header, &options, 0, &answer).await
    }

    async fn bind_shortcuts(
        &self,
        session: OwnedObjectPath,
        shortcuts: Vec<(String, Options)>,
        parent: String,
        options: Options,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] bus: &Connection,
    ) -> zbus::fdo::Result<OwnedObjectPath> {
        // A window to put the dialog over; there is no dialog.
        drop(parent);
        let Some((id, wanted)) = shortcuts.into_iter().next() else {
            return Err(zbus::fdo::Error::InvalidArgs("nothing to bind".into()));
        };
        let trigger = text(&wanted, "preferred_trigger").unwrap_or_default();
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(Asked {
            session,
            id: id.clone(),
            trigger,
        });
        let Some(choice) = &self.choice else {
            // 1: the person closed the dialog.
            return respond(bus, &header, &options, 1, &HashMap::new()).await;
        };
        let about = HashMap::from([
            ("description", Value::from("Capture a note")),
            ("trigger_description", Value::from(choice.as_str())),
        ]);
        let answer = HashMap::from([("shortcuts", Value::from(vec![(id.as_str(), about)]))]);
        respond(bus, &header, &options, 0, &answer).await
    }
}

fn text(options: &Options, name: &str) -> Option<String> {
    let value = options.get(name)?;
    <&str>::try_from(value).ok().map(str::to_owned)
}

/// The object that stands for a request or a session: its name follows from the caller and a word of
/// its own (the portal's documentation of `Request` and `Session`).
fn handle(
    kind: &str,
    header: &Header<'_>,
    options: &Options,
    token: &str,
) -> zbus::fdo::Result<OwnedObjectPath> {
    let caller = header.sender().map(ToString::to_string).unwrap_or_default();
    let caller = caller.trim_start_matches(':').replace('.', "_");
    let token = text(options, token).unwrap_or_default();
    ObjectPath::try_from(format!("{PATH}/{kind}/{caller}/{token}"))
        .map(Into::into)
        .map_err(|error| zbus::fdo::Error::InvalidArgs(error.to_string()))
}

/// Answers a request with the signal that its caller waits for.
async fn respond(
    bus: &Connection,
    header: &Header<'_>,
    options: &Options,
    code: u32,
    answer: &HashMap<&str, Value<'_>>,
) -> zbus::fdo::Result<OwnedObjectPath> {
    let request = handle("request", header, options, "handle_token")?;
    bus.emit_signal(
        header.sender().cloned(),
        &request,
        "org.freedesktop.portal.Request",
        "Response",
        &(code, answer),
    )
    .await?;
    Ok(request)
}

impl Portal {
    /// Raises the portal on the stage's bus. `choice` is what the person says in the desktop's dialog:
    /// the keys, or no.
    pub async fn raise(stage: &Stage, choice: Option<&str>) -> Result<Self, Fault> {
        let asked = Slot::default();
        let shortcuts = Shortcuts {
            asked: Arc::clone(&asked),
            choice: choice.map(str::to_owned),
        };
        let bus =
            Builder::address(format!("unix:path={}", stage.path("run/bus").display()).as_str())
                .map_err(fault)?
                .serve_at(PATH, shortcuts)
                .map_err(fault)?
                .name(NAME)
                .map_err(fault)?
                .build()
                .await
                .map_err(fault)?;
        Ok(Self { bus, asked })
    }

    /// Waits until a program has asked for keys; answers which it would like.
    pub async fn asked(&self) -> Result<String, Fault> {
        wait_until("a program asks for keys", async || {
            let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            Ok(asked.as_ref().map_or_else(
                || Look::NotYet("nobody asked".into()),
                |asked| Look::Yes(asked.trigger.clone()),
            ))
        })
        .await
    }

    /// The person presses the keys that the desktop gave.
    pub async fn press(&self) -> Result<(), Fault> {
        let asked = self
            .asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .ok_or_else(|| fault("nobody asked for keys"))?;
        let nothing: HashMap<&str, Value<'_>> = HashMap::new();
        let press = (asked.session, asked.id.as_str(), 1_u64, nothing);
        self.bus
            .emit_signal(None::<&str>, PATH, SHORTCUTS, "Activated", &press)
            .await
            .map_err(fault)
    }
}
