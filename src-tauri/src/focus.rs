//! The focus: who had it, and how to get it where asking politely is not enough.
//!
//! With a window manager the focus goes back by itself. Where there is none nobody gives it back,
//! and typing would go nowhere.

#[cfg(target_os = "linux")]
pub(crate) use x11::Focus;

/// Other systems do all of this themselves.
#[cfg(not(target_os = "linux"))]
#[derive(Default)]
pub(crate) struct Focus;

#[cfg(not(target_os = "linux"))]
impl Focus {
    /// Keeps in mind who has the focus.
    pub(crate) fn remember(&self) {}

    /// Gives it back.
    pub(crate) fn give_back(&self) {}

    /// Takes it.
    pub(crate) fn take<R: tauri::Runtime>(&self, _window: &tauri::WebviewWindow<R>) {}
}

#[cfg(target_os = "linux")]
mod x11 {
    use std::sync::{Mutex, OnceLock, PoisonError};

    use raw_window_handle::{HasWindowHandle as _, RawWindowHandle};
    use tauri::{Runtime, WebviewWindow};
    use x11rb::connection::Connection as _;
    use x11rb::errors::ReplyOrIdError;
    use x11rb::protocol::xproto::{
        AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, InputFocus, Window,
    };
    use x11rb::rust_connection::RustConnection;

    /// A request that comes from the person, and not from a program that puts itself forward.
    const FROM_THE_PERSON: u32 = 2;

    /// The server's focus.
    #[derive(Default)]
    pub(crate) struct Focus {
        server: OnceLock<Option<Server>>,
        before: Mutex<Option<Window>>,
    }

    struct Server {
        connection: RustConnection,
        root: Window,
        manager: u32,
        activate: u32,
    }

    impl Focus {
        /// Keeps in mind who has the focus, where nobody else does.
        pub(crate) fn remember(&self) {
            let before = self.server().and_then(|server| {
                server.unmanaged_focus().unwrap_or_else(|error| {
                    tracing::debug!(%error, "nobody knows where the focus is");
                    None
                })
            });
            *self.before.lock().unwrap_or_else(PoisonError::into_inner) = before;
        }

        /// Gives it back.
        pub(crate) fn give_back(&self) {
            let before = self
                .before
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            let (Some(window), Some(server)) = (before, self.server()) else {
                return;
            };
            let given = server
                .connection
                .set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME)
                .map_err(x11rb::errors::ReplyError::from)
                .and_then(x11rb::cookie::VoidCookie::check);
            if let Err(error) = given {
                // It may be gone by now.
                tracing::debug!(%error, "the focus could not be given back");
            }
        }

        /// Asks the window manager in the person's name.
        pub(crate) fn take<R: Runtime>(&self, window: &WebviewWindow<R>) {
            let Some(server) = self.server() else {
                return;
            };
            let Some(id) = window
                .window_handle()
                .ok()
                .and_then(|handle| match handle.as_raw() {
                    RawWindowHandle::Xlib(handle) => Window::try_from(handle.window).ok(),
                    RawWindowHandle::Xcb(handle) => Some(handle.window.get()),
                    _ => None,
                })
            else {
                return;
            };
            let data = [FROM_THE_PERSON, x11rb::CURRENT_TIME, 0, 0, 0];
            let message = ClientMessageEvent::new(32, id, server.activate, data);
            let to = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
            let asked = server
                .connection
                .send_event(false, server.root, to, message);
            if asked.is_err() || server.connection.flush().is_err() {
                tracing::debug!("the window manager could not be asked for the focus");
            }
        }

        fn server(&self) -> Option<&Server> {
            self.server
                .get_or_init(|| {
                    connect()
                        .inspect_err(|error| tracing::debug!(%error, "there is no X server"))
                        .ok()
                })
                .as_ref()
        }
    }

    fn connect() -> Result<Server, Box<dyn std::error::Error>> {
        // Under Wayland there may be one too, but the focus is not its own.
        if std::env::var_os("WAYLAND_DISPLAY").is_some_and(|name| !name.is_empty()) {
            return Err("the desktop is a Wayland one".into());
        }
        let (connection, screen) = RustConnection::connect(None)?;
        let root = connection
            .setup()
            .roots
            .get(screen)
            .ok_or("no screen")?
            .root;
        let atom = |name: &str| -> Result<u32, ReplyOrIdError> {
            Ok(connection
                .intern_atom(false, name.as_bytes())?
                .reply()?
                .atom)
        };
        let manager = atom("_NET_SUPPORTING_WM_CHECK")?;
        let activate = atom("_NET_ACTIVE_WINDOW")?;
        Ok(Server {
            connection,
            root,
            manager,
            activate,
        })
    }

    impl Server {
        /// The window with the focus, if no window manager would give it back.
        fn unmanaged_focus(&self) -> Result<Option<Window>, ReplyOrIdError> {
            if let Some(check) = self.named_by(self.root)?
                && self.named_by(check).is_ok_and(|own| own == Some(check))
            {
                return Ok(None);
            }
            let focus = self.connection.get_input_focus()?.reply()?.focus;
            // 0 and 1 stand for nobody, and for whatever is under the pointer.
            Ok((focus > 1).then_some(focus))
        }

        fn named_by(&self, window: Window) -> Result<Option<Window>, ReplyOrIdError> {
            let property = self
                .connection
                .get_property(false, window, self.manager, AtomEnum::WINDOW, 0, 1)?
                .reply()?;
            Ok(property.value32().and_then(|mut values| values.next()))
        }
    }
}
