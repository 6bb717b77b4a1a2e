//! Real key presses, and other programs on the screen that have the keyboard before and after ours.

use std::process::Stdio;

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, GrabMode, ModMask, PropMode, Window,
    WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::process::Guarded;
use crate::{Fault, Look, Stage, wait_until};

fn fault(error: impl std::fmt::Display) -> Fault {
    Fault::program("the screen", error.to_string())
}

impl Stage {
    /// Starts a window manager, as every person's desktop has one.
    pub async fn manage_windows(&self) -> Result<(), Fault> {
        let mut command = self.mortal("openbox");
        command
            .stdin(Stdio::null())
            .stdout(self.log_file("windows.log")?)
            .stderr(self.log_file("windows.log")?);
        self.set_manager(Guarded::start(&mut command)?);
        let (screen, root) = self.screen()?;
        let atom = atom(&screen, "_NET_SUPPORTING_WM_CHECK")?;
        wait_until("the window manager is there", async || {
            let property = screen
                .get_property(false, root, atom, AtomEnum::WINDOW, 0, 1)
                .map_err(fault)?
                .reply()
                .map_err(fault)?;
            Ok(if property.value_len == 1 {
                Look::Yes(())
            } else {
                Look::NotYet("nobody manages the windows".into())
            })
        })
        .await
    }

    /// Presses keys as a person does ("ctrl+shift+space"), wherever the keyboard is.
    pub fn press(&self, keys: &str) -> Result<(), Fault> {
        self.xdotool(&["key", keys])
    }

    /// Types a text as a person does, wherever the keyboard is.
    pub fn type_keys(&self, text: &str) -> Result<(), Fault> {
        self.xdotool(&["type", "--delay", "8", text])
    }

    fn xdotool(&self, args: &[&str]) -> Result<(), Fault> {
        let done = self
            .command("xdotool")
            .args(args)
            .status()
            .map_err(Fault::io("start xdotool"))?;
        if done.success() {
            Ok(())
        } else {
            Err(Fault::program("xdotool", done.to_string()))
        }
    }

    /// Waits until the window with the keyboard has a name that holds `name`.
    pub async fn focus_on(&self, name: &str) -> Result<(), Fault> {
        wait_until(&format!("the keyboard is with {name:?}"), async || {
            self.has_focus(name)
        })
        .await
    }

    /// Whether the window with the keyboard has a name that holds `name`.
    pub fn has_focus(&self, name: &str) -> Result<Look<()>, Fault> {
        let (screen, _) = self.screen()?;
        let focus = screen
            .get_input_focus()
            .map_err(fault)?
            .reply()
            .map_err(fault)?
            .focus;
        let found = name_above(&screen, focus)?;
        Ok(if found.contains(name) {
            Look::Yes(())
        } else {
            Look::NotYet(format!("it is with {found:?}"))
        })
    }

    /// Waits until no window on the screen has a name that holds `name`.
    pub async fn no_window(&self, name: &str) -> Result<(), Fault> {
        wait_until(&format!("no window named {name:?} is shown"), async || {
            let shown = self.windows()?;
            Ok(if shown.iter().any(|title| title.contains(name)) {
                Look::NotYet(format!("{shown:?}"))
            } else {
                Look::Yes(())
            })
        })
        .await
    }

    /// Waits until a window on the screen has a name that holds `name`.
    pub async fn window(&self, name: &str) -> Result<(), Fault> {
        wait_until(&format!("a window named {name:?} is shown"), async || {
            let shown = self.windows()?;
            Ok(if shown.iter().any(|title| title.contains(name)) {
                Look::Yes(())
            } else {
                Look::NotYet(format!("{shown:?}"))
            })
        })
        .await
    }

    /// The names of all windows on the screen.
    pub fn windows(&self) -> Result<Vec<String>, Fault> {
        let (screen, root) = self.screen()?;
        let mut names = Vec::new();
        collect(&screen, root, &mut names)?;
        Ok(names)
    }

    /// Another program with a window named `name`, which takes the keyboard.
    pub async fn peer(&self, name: &str) -> Result<Peer, Fault> {
        let (screen, root) = self.screen()?;
        let window = screen.generate_id().map_err(fault)?;
        let aux = CreateWindowAux::new().event_mask(EventMask::KEY_PRESS);
        screen
            .create_window(
                x11rb::COPY_DEPTH_FROM_PARENT,
                window,
                root,
                900,
                600,
                300,
                200,
                0,
                WindowClass::INPUT_OUTPUT,
                x11rb::COPY_FROM_PARENT,
                &aux,
            )
            .map_err(fault)?;
        screen
            .change_property8(
                PropMode::REPLACE,
                window,
                AtomEnum::WM_NAME,
                AtomEnum::STRING,
                name.as_bytes(),
            )
            .map_err(fault)?;
        screen.map_window(window).map_err(fault)?;
        screen.flush().map_err(fault)?;
        let peer = Peer {
            _screen: screen,
            _window: window,
        };
        self.focus_on(name).await?;
        Ok(peer)
    }

    /// Another program that has Ctrl+Shift+Space for itself.
    pub fn taken_shortcut(&self) -> Result<Peer, Fault> {
        /// Space on every keyboard that Xvfb knows.
        const SPACE: u8 = 65;
        let (screen, root) = self.screen()?;
        screen
            .grab_key(
                false,
                root,
                ModMask::CONTROL | ModMask::SHIFT,
                SPACE,
                GrabMode::ASYNC,
                GrabMode::ASYNC,
            )
            .map_err(fault)?
            .check()
            .map_err(fault)?;
        Ok(Peer {
            _screen: screen,
            _window: root,
        })
    }

    fn screen(&self) -> Result<(RustConnection, Window), Fault> {
        let (screen, number) = RustConnection::connect(Some(self.display())).map_err(fault)?;
        let root = screen
            .setup()
            .roots
            .get(number)
            .ok_or_else(|| fault("no root window"))?
            .root;
        Ok((screen, root))
    }
}

/// Another program on the screen; it ends when this is dropped.
#[derive(Debug)]
pub struct Peer {
    _screen: RustConnection,
    _window: Window,
}

fn atom(screen: &RustConnection, name: &str) -> Result<u32, Fault> {
    let cookie = screen.intern_atom(false, name.as_bytes()).map_err(fault)?;
    Ok(cookie.reply().map_err(fault)?.atom)
}

/// The name of a window; empty when it has none or is gone.
fn name_of(screen: &RustConnection, window: Window) -> Result<String, Fault> {
    for property in [atom(screen, "_NET_WM_NAME")?, AtomEnum::WM_NAME.into()] {
        let answer = screen
            .get_property(false, window, property, AtomEnum::ANY, 0, 256)
            .map_err(fault)?;
        if let Ok(answer) = answer.reply()
            && !answer.value.is_empty()
        {
            return Ok(String::from_utf8_lossy(&answer.value).into_owned());
        }
    }
    Ok(String::new())
}

/// The name of a window or of the nearest one around it: a toolkit gives the keyboard to an inner one.
fn name_above(screen: &RustConnection, window: Window) -> Result<String, Fault> {
    let mut window = window;
    while window > 1 {
        let name = name_of(screen, window)?;
        if !name.is_empty() {
            return Ok(name);
        }
        let Ok(tree) = screen.query_tree(window).map_err(fault)?.reply() else {
            break;
        };
        window = tree.parent;
    }
    Ok(String::new())
}

fn collect(screen: &RustConnection, window: Window, names: &mut Vec<String>) -> Result<(), Fault> {
    let Ok(tree) = screen.query_tree(window).map_err(fault)?.reply() else {
        return Ok(());
    };
    for child in tree.children {
        if !crate::frame::is_visible(screen, child)? {
            continue;
        }
        let name = name_of(screen, child)?;
        if !name.is_empty() {
            names.push(name);
        }
        collect(screen, child, names)?;
    }
    Ok(())
}
