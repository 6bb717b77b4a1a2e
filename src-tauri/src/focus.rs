//! The focus: bringing it to a window of ours, and giving it back to whatever had it.
//!
//! A window manager lets a window have the focus only for something that the person did just now, and
//! of a shortcut or a click in the tray the toolkit has seen nothing. So the server's own time goes
//! along. Where there is no window manager nobody gives the focus back either, and typing would go
//! nowhere.

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

    /// Shows a window and brings the focus to it. On the main thread only.
    pub(crate) fn bring<R: tauri::Runtime>(
        &self,
        window: &tauri::WebviewWindow<R>,
    ) -> tauri::Result<()> {
        window.show().and_then(|()| window.set_focus())
    }
}

#[cfg(target_os = "linux")]
mod x11 {
    use std::sync::{Mutex, OnceLock, PoisonError};

    use gtk::prelude::{ContainerExt as _, GtkWindowExt as _, WidgetExt};
    use tauri::{Runtime, WebviewWindow};
    use x11rb::connection::Connection as _;
    use x11rb::errors::ReplyOrIdError;
    use x11rb::protocol::Event;
    use x11rb::protocol::xproto::{
        AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, InputFocus, PropMode, Window,
        WindowClass,
    };
    use x11rb::rust_connection::RustConnection;
    use x11rb::wrapper::ConnectionExt as _;

    /// The server's focus.
    #[derive(Default)]
    pub(crate) struct Focus {
        server: OnceLock<Option<Server>>,
        before: Mutex<Option<Window>>,
    }

    struct Server {
        connection: RustConnection,
        root: Window,
        /// A window nobody sees, to ask for the time with.
        own: Window,
        manager: u32,
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

        /// Shows a window and brings the focus to it. On the main thread only.
        pub(crate) fn bring<R: Runtime>(&self, window: &WebviewWindow<R>) -> tauri::Result<()> {
            let now = self.server().and_then(|server| {
                server
                    .time()
                    .inspect_err(|error| tracing::debug!(%error, "the server told no time"))
                    .ok()
            });
            let (Some(now), Ok(inner)) = (now, window.gtk_window()) else {
                return window.show().and_then(|()| window.set_focus());
            };
            inner.set_focus_on_map(true);
            inner.foreach(WidgetExt::show_all);
            // The first call puts a hidden window on the screen, and only there it can have the focus:
            // the second asks for it.
            inner.present_with_time(now);
            inner.present_with_time(now);
            Ok(())
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
        let is = |name: &str, wanted: fn(&std::ffi::OsStr) -> bool| {
            std::env::var_os(name).is_some_and(|value| wanted(&value))
        };
        // Under Wayland there may be one too, but our windows are not on it.
        if is("WAYLAND_DISPLAY", |name| !name.is_empty())
            && !is("GDK_BACKEND", |name| name == "x11")
        {
            return Err("the desktop is a Wayland one".into());
        }
        let (connection, screen) = RustConnection::connect(None)?;
        let root = connection
            .setup()
            .roots
            .get(screen)
            .ok_or("no screen")?
            .root;
        let manager = connection
            .intern_atom(false, b"_NET_SUPPORTING_WM_CHECK")?
            .reply()?
            .atom;
        let own = connection.generate_id()?;
        let hears = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        connection
            .create_window(
                0,
                own,
                root,
                -1,
                -1,
                1,
                1,
                0,
                WindowClass::INPUT_ONLY,
                x11rb::COPY_FROM_PARENT,
                &hears,
            )?
            .check()?;
        Ok(Server {
            connection,
            root,
            own,
            manager,
        })
    }

    impl Server {
        /// The server's own time: it comes with the news of any change of a property (ICCCM 2.1).
        fn time(&self) -> Result<u32, ReplyOrIdError> {
            self.connection
                .change_property8(
                    PropMode::APPEND,
                    self.own,
                    AtomEnum::WM_NAME,
                    AtomEnum::STRING,
                    &[],
                )?
                .check()?;
            loop {
                // It ends with the news or with the connection.
                if let Event::PropertyNotify(change) = self.connection.wait_for_event()? {
                    return Ok(change.time);
                }
            }
        }

        /// Whether a window manager says that it is there (EWMH).
        fn is_managed(&self) -> bool {
            self.named_by(self.root)
                .ok()
                .flatten()
                .is_some_and(|check| self.named_by(check).is_ok_and(|own| own == Some(check)))
        }

        /// The window with the focus, if no window manager would give it back.
        fn unmanaged_focus(&self) -> Result<Option<Window>, ReplyOrIdError> {
            if self.is_managed() {
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
