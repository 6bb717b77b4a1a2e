//! Keys on an X server: it tells us of a press at once, and of nothing else.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use x11rb::connection::Connection as _;
use x11rb::errors::ReplyError;
use x11rb::protocol::xproto::{ConnectionExt as _, GrabMode, Keycode, Mapping, ModMask};
use x11rb::protocol::{ErrorKind, Event};
use x11rb::rust_connection::RustConnection;

use super::{Keys, Refusal, keys::Held};

/// Locks that count as held keys for X and mean nothing here: none, Caps, Num, both.
fn locks() -> [ModMask; 4] {
    let none = ModMask::default();
    [
        none,
        ModMask::LOCK,
        ModMask::M2,
        ModMask::LOCK | ModMask::M2,
    ]
}

struct Server {
    connection: RustConnection,
    root: u32,
    /// What is held, with the key code it has on this keyboard.
    held: Mutex<Vec<(Keys, Keycode)>>,
}

/// The keys this program holds.
#[derive(Default)]
pub(crate) struct Grabs(OnceLock<Arc<Server>>);

impl Grabs {
    /// Takes keys; `pressed` is called for each press, on a thread of its own.
    pub(crate) fn grab(
        &self,
        keys: &Keys,
        pressed: impl Fn() + Send + 'static,
    ) -> Result<(), Refusal> {
        let server = if let Some(server) = self.0.get() {
            server
        } else {
            let server = connect(keys)?;
            let listening = Arc::clone(&server);
            std::thread::spawn(move || listen(&listening, pressed));
            self.0.get_or_init(|| server)
        };
        server.grab(keys)
    }

    /// Gives keys back.
    pub(crate) fn release(&self, keys: &Keys) {
        if let Some(server) = self.0.get() {
            server.release(keys);
        }
    }
}

fn system(keys: &Keys, reason: &dyn std::fmt::Display) -> Refusal {
    Refusal::System {
        keys: keys.to_string(),
        reason: reason.to_string(),
    }
}

fn connect(keys: &Keys) -> Result<Arc<Server>, Refusal> {
    let (connection, screen) =
        RustConnection::connect(None).map_err(|error| system(keys, &error))?;
    let root = connection
        .setup()
        .roots
        .get(screen)
        .ok_or_else(|| system(keys, &"there is no screen"))?
        .root;
    Ok(Arc::new(Server {
        connection,
        root,
        held: Mutex::default(),
    }))
}

impl Server {
    fn grab(&self, keys: &Keys) -> Result<(), Refusal> {
        let code = self.key_code(keys)?;
        for lock in locks() {
            let asked = self.connection.grab_key(
                false,
                self.root,
                held(keys) | lock,
                code,
                GrabMode::ASYNC,
                GrabMode::ASYNC,
            );
            let answer = asked.map_err(|error| system(keys, &error))?.check();
            if let Err(error) = answer {
                self.ungrab(keys, code);
                return Err(match &error {
                    ReplyError::X11Error(x) if x.error_kind == ErrorKind::Access => {
                        Refusal::Taken(keys.to_string())
                    }
                    other => system(keys, &other),
                });
            }
        }
        self.list().push((keys.clone(), code));
        Ok(())
    }

    fn release(&self, keys: &Keys) {
        let mut list = self.list();
        for (_, code) in list.extract_if(.., |(held, _)| held == keys) {
            self.ungrab(keys, code);
        }
    }

    fn ungrab(&self, keys: &Keys, code: Keycode) {
        for lock in locks() {
            // What was not held is not given back either, and that is fine.
            if let Ok(cookie) = self
                .connection
                .ungrab_key(code, self.root, held(keys) | lock)
            {
                cookie.ignore_error();
            }
        }
        if let Err(error) = self.connection.flush() {
            tracing::debug!(%error, "keys could not be given back");
        }
    }

    /// The keyboard changed: the same keys may lie elsewhere now.
    fn grab_again(&self) {
        let before = std::mem::take(&mut *self.list());
        for (keys, code) in &before {
            self.ungrab(keys, *code);
        }
        for (keys, _) in &before {
            if let Err(refusal) = self.grab(keys) {
                tracing::warn!(%refusal, "the shortcut was lost as the keyboard changed");
            }
        }
    }

    /// Where the key lies on this keyboard: first where it needs no other key to be held.
    fn key_code(&self, keys: &Keys) -> Result<Keycode, Refusal> {
        let symbol = keys
            .keysym()
            .ok_or_else(|| Refusal::NoSuchKey(keys.to_string()))?;
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let count = (last - first).saturating_add(1);
        let map = self
            .connection
            .get_keyboard_mapping(first, count)
            .map_err(|error| system(keys, &error))?
            .reply()
            .map_err(|error| system(keys, &error))?;
        let width = usize::from(map.keysyms_per_keycode).max(1);
        for level in 0..width {
            for (code, symbols) in (first..=last).zip(map.keysyms.chunks(width)) {
                if symbols.get(level) == Some(&symbol) {
                    return Ok(code);
                }
            }
        }
        Err(Refusal::NoSuchKey(keys.to_string()))
    }

    fn list(&self) -> std::sync::MutexGuard<'_, Vec<(Keys, Keycode)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn held(keys: &Keys) -> ModMask {
    keys.held.iter().fold(ModMask::default(), |mask, held| {
        mask | match held {
            Held::Ctrl => ModMask::CONTROL,
            Held::Alt => ModMask::M1,
            Held::Shift => ModMask::SHIFT,
            Held::Super => ModMask::M4,
        }
    })
}

/// Waits for presses until the server goes.
fn listen(server: &Server, pressed: impl Fn()) {
    loop {
        match server.connection.wait_for_event() {
            Ok(Event::KeyPress(press)) => {
                // While the keys are down all typing comes here; what follows belongs to the window.
                let freed = server.connection.ungrab_keyboard(press.time);
                if freed.is_err() || server.connection.flush().is_err() {
                    tracing::debug!("the keyboard could not be given back early");
                }
                pressed();
            }
            Ok(Event::MappingNotify(change)) if change.request == Mapping::KEYBOARD => {
                server.grab_again();
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "the shortcut is not heard any more");
                return;
            }
        }
    }
}
