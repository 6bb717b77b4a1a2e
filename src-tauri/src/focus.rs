//! The keyboard: bringing it to a window of ours, and giving it back to whatever had it.
//!
//! A window manager lets a window have the keyboard only for something the person did lately, and a
//! shortcut or a tray is nothing that the toolkit has seen. So the present time of the screen goes
//! along. A screen without a window manager (a kiosk, a remote session) leaves the keyboard with
//! nobody when a window goes; there it is given back here.

use std::sync::{Mutex, PoisonError};

use tauri::{Runtime, WebviewWindow};

/// What had the keyboard.
#[derive(Default)]
pub(crate) struct Focus(Mutex<Option<imp::Before>>);

impl Focus {
    /// Takes note of what has the keyboard now.
    pub(crate) fn remember(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = imp::Before::look();
    }

    /// Gives the keyboard back, where nobody else does.
    pub(crate) fn give_back(&self) {
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(before) = before {
            before.give_back();
        }
    }
}

/// Shows a window and brings the keyboard to it. Only on the toolkit's own thread.
pub(crate) fn bring<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    if imp::present(window) {
        return Ok(());
    }
    window.show()?;
    window.set_focus()
}

#[cfg(target_os = "linux")]
mod imp {
    use gtk::prelude::{ContainerExt as _, GtkWindowExt as _, WidgetExt};
    use tauri::{Runtime, WebviewWindow};
    use x11rb::connection::Connection as _;
    use x11rb::protocol::Event;
    use x11rb::protocol::xproto::{
        AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, InputFocus, PropMode, Window,
        WindowClass,
    };
    use x11rb::rust_connection::RustConnection;
    use x11rb::wrapper::ConnectionExt as _;

    /// The window that had the keyboard on a screen without a window manager.
    pub(super) struct Before {
        screen: RustConnection,
        window: Window,
    }

    impl Before {
        pub(super) fn look() -> Option<Self> {
            let (screen, root) = screen()?;
            if is_managed(&screen, root) {
                return None;
            }
            let window = screen.get_input_focus().ok()?.reply().ok()?.focus;
            // 0 is nobody, 1 is whatever the pointer is over.
            (window > 1).then_some(Self { screen, window })
        }

        pub(super) fn give_back(self) {
            // The window may be gone by now; then there is nobody to give it to.
            let given = self
                .screen
                .set_input_focus(InputFocus::PARENT, self.window, x11rb::CURRENT_TIME)
                .map(|cookie| cookie.check());
            tracing::debug!(?given, "gave the keyboard back");
        }
    }

    /// Shows the window as something the person asked for just now. False where that cannot be said.
    pub(super) fn present<R: Runtime>(window: &WebviewWindow<R>) -> bool {
        let Some((screen, root)) = screen() else {
            return false;
        };
        let (Some(now), Ok(window)) = (time(&screen, root), window.gtk_window()) else {
            return false;
        };
        window.set_focus_on_map(true);
        // Showing what is inside is for the one who shows the whole.
        window.foreach(WidgetExt::show_all);
        window.present_with_time(now);
        if !is_managed(&screen, root) {
            // The first call made the window, and only a window that is there takes the keyboard.
            window.present_with_time(now);
        }
        true
    }

    /// The screen, if it is X11's.
    fn screen() -> Option<(RustConnection, Window)> {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let x11 = is_set("DISPLAY")
            && (!is_set("WAYLAND_DISPLAY")
                || std::env::var_os("GDK_BACKEND").is_some_and(|backend| backend == "x11"));
        if !x11 {
            return None;
        }
        let (screen, number) = x11rb::connect(None).ok()?;
        let root = screen.setup().roots.get(number)?.root;
        Some((screen, root))
    }

    /// The screen's own time: it is in the answer to any change of a property (ICCCM 2.1).
    fn time(screen: &RustConnection, root: Window) -> Option<u32> {
        let window = screen.generate_id().ok()?;
        let listening = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        screen
            .create_window(
                0,
                window,
                root,
                -1,
                -1,
                1,
                1,
                0,
                WindowClass::INPUT_ONLY,
                x11rb::COPY_FROM_PARENT,
                &listening,
            )
            .ok()?;
        screen
            .change_property8(
                PropMode::APPEND,
                window,
                AtomEnum::WM_NAME,
                AtomEnum::STRING,
                &[],
            )
            .ok()?;
        screen.flush().ok()?;
        loop {
            // Ends with the event, or with the connection.
            if let Event::PropertyNotify(change) = screen.wait_for_event().ok()?
                && change.window == window
            {
                return Some(change.time);
            }
        }
    }

    /// Whether a window manager says that it is there (EWMH, `_NET_SUPPORTING_WM_CHECK`).
    fn is_managed(screen: &RustConnection, root: Window) -> bool {
        let check = || {
            let atom = screen
                .intern_atom(true, b"_NET_SUPPORTING_WM_CHECK")
                .ok()?
                .reply()
                .ok()?
                .atom;
            let property = screen
                .get_property(false, root, atom, AtomEnum::WINDOW, 0, 1)
                .ok()?
                .reply()
                .ok()?;
            let window = property.value32()?.next()?;
            // One that died leaves its mark behind, but not its window.
            screen.get_window_attributes(window).ok()?.reply().ok()
        };
        check().is_some()
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    use tauri::{Runtime, WebviewWindow};

    pub(super) struct Before;

    impl Before {
        pub(super) fn look() -> Option<Self> {
            None
        }

        pub(super) fn give_back(self) {}
    }

    pub(super) fn present<R: Runtime>(_window: &WebviewWindow<R>) -> bool {
        false
    }
}
