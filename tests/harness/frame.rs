//! The window's frame: what a window manager does when its close button is pressed.

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, MapState, Window,
};
use x11rb::rust_connection::RustConnection;

use crate::Fault;

fn fault(error: impl std::fmt::Display) -> Fault {
    Fault::program("the screen", error.to_string())
}

/// Asks every visible window of the process to close, as its frame's button does.
pub(crate) fn close_windows_of(display: &str, pid: i32) -> Result<(), Fault> {
    let (screen, number) = RustConnection::connect(Some(display)).map_err(fault)?;
    let root = screen
        .setup()
        .roots
        .get(number)
        .ok_or_else(|| fault("no root window"))?
        .root;
    let atom = |name: &str| -> Result<u32, Fault> {
        let cookie = screen.intern_atom(false, name.as_bytes()).map_err(fault)?;
        Ok(cookie.reply().map_err(fault)?.atom)
    };
    let (protocols, delete) = (atom("WM_PROTOCOLS")?, atom("WM_DELETE_WINDOW")?);
    let owner = atom("_NET_WM_PID")?;
    let mut closed = 0;
    let mut open = vec![root];
    while let Some(window) = open.pop() {
        if owner_of(&screen, window, owner)? == Some(pid) {
            if is_visible(&screen, window)? {
                let message = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
                screen
                    .send_event(false, window, EventMask::NO_EVENT, message)
                    .map_err(fault)?;
                closed += 1;
            }
        } else if let Ok(tree) = screen.query_tree(window).map_err(fault)?.reply() {
            // A window manager puts each window into a frame of its own.
            open.extend(tree.children);
        }
    }
    screen.flush().map_err(fault)?;
    // The server has taken everything over once it answers something later.
    screen
        .get_input_focus()
        .map_err(fault)?
        .reply()
        .map_err(fault)?;
    if closed == 0 {
        Err(fault(format!("process {pid} has no visible window")))
    } else {
        Ok(())
    }
}

pub(crate) fn is_visible(screen: &RustConnection, window: Window) -> Result<bool, Fault> {
    let attributes = screen.get_window_attributes(window).map_err(fault)?.reply();
    // A window may go away while we look.
    Ok(attributes.is_ok_and(|attributes| attributes.map_state == MapState::VIEWABLE))
}

fn owner_of(screen: &RustConnection, window: Window, owner: u32) -> Result<Option<i32>, Fault> {
    let property = screen
        .get_property(false, window, owner, AtomEnum::CARDINAL, 0, 1)
        .map_err(fault)?;
    let Ok(property) = property.reply() else {
        return Ok(None);
    };
    let pid = property.value32().and_then(|mut values| values.next());
    Ok(pid.and_then(|pid| i32::try_from(pid).ok()))
}
