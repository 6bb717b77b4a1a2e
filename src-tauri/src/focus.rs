//! Giving the keyboard back to whatever had it before the capture window came.
//!
//! A window manager does that by itself. A screen without one (a kiosk, a remote session) leaves the
//! keyboard with nobody, so there we do it.

use std::sync::{Mutex, PoisonError};

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

#[cfg(target_os = "linux")]
mod imp {
    use x11rb::connection::Connection as _;
    use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, InputFocus, Window};
    use x11rb::rust_connection::RustConnection;

    /// The window that had the keyboard on a screen without a window manager.
    pub(super) struct Before {
        screen: RustConnection,
        window: Window,
    }

    impl Before {
        pub(super) fn look() -> Option<Self> {
            std::env::var_os("DISPLAY")?;
            let (screen, number) = x11rb::connect(None).ok()?;
            let root = screen.setup().roots.get(number)?.root;
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
    pub(super) struct Before;

    impl Before {
        pub(super) fn look() -> Option<Self> {
            None
        }

        pub(super) fn give_back(self) {}
    }
}
