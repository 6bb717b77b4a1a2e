//! A keyboard that presses keys the moment it is told to, and an eye on who has the focus.

use std::time::{Duration, Instant};

use harness::{Fault, Stage};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MapState, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

pub(crate) const CONTROL: u32 = 0xffe3;
pub(crate) const SHIFT: u32 = 0xffe1;
pub(crate) const ALT: u32 = 0xffe9;
pub(crate) const SPACE: u32 = 0x20;
pub(crate) const ESCAPE: u32 = 0xff1b;
pub(crate) const F4: u32 = 0xffc1;
pub(crate) const F9: u32 = 0xffc6;
pub(crate) const F10: u32 = 0xffc7;

/// Between two looks at the focus: fine enough beside tens of milliseconds, and the server has time
/// for the programs that are measured.
const LOOK: Duration = Duration::from_micros(300);
/// A program that needs longer has lost the key.
const PATIENCE: Duration = Duration::from_secs(10);

fn fault(error: impl std::fmt::Display) -> Fault {
    Fault::program("the screen", error.to_string())
}

/// A window as it tells who it is; empty words where there is none.
#[derive(Debug, Default)]
pub(crate) struct Owner {
    pub(crate) class: String,
    pub(crate) name: String,
}

/// One client of the screen.
pub(crate) struct Keyboard {
    screen: RustConnection,
    root: Window,
    first_code: u8,
    per_code: u8,
    symbols: Vec<u32>,
}

impl Keyboard {
    pub(crate) fn of(stage: &Stage) -> Result<Self, Fault> {
        let command = stage.command("true");
        let display = command
            .get_envs()
            .find_map(|(name, value)| value.filter(|_| name == "DISPLAY"))
            .and_then(|value| value.to_str())
            .ok_or_else(|| fault("the stage has no display"))?;
        let (screen, number) = RustConnection::connect(Some(display)).map_err(fault)?;
        let setup = screen.setup();
        let root = setup
            .roots
            .get(number)
            .ok_or_else(|| fault("no root window"))?
            .root;
        let first_code = setup.min_keycode;
        let count = setup.max_keycode - first_code + 1;
        let mapping = screen
            .get_keyboard_mapping(first_code, count)
            .map_err(fault)?
            .reply()
            .map_err(fault)?;
        Ok(Self {
            root,
            first_code,
            per_code: mapping.keysyms_per_keycode,
            symbols: mapping.keysyms,
            screen,
        })
    }

    fn code(&self, symbol: u32) -> Result<u8, Fault> {
        self.symbols
            .chunks(usize::from(self.per_code).max(1))
            .position(|levels| levels.contains(&symbol))
            .and_then(|at| u8::try_from(at).ok())
            .and_then(|at| self.first_code.checked_add(at))
            .ok_or_else(|| fault(format!("no key for {symbol:#x}")))
    }

    fn key(&self, kind: u8, code: u8) -> Result<(), Fault> {
        self.screen
            .xtest_fake_input(kind, code, x11rb::CURRENT_TIME, self.root, 0, 0, 0)
            .map(drop)
            .map_err(fault)
    }

    /// Presses the last of `keys` while the others are down, and lets all go; answers the moment
    /// right before the press.
    pub(crate) fn press(&self, keys: &[u32]) -> Result<Instant, Fault> {
        let codes = keys
            .iter()
            .map(|symbol| self.code(*symbol))
            .collect::<Result<Vec<_>, _>>()?;
        let (last, held) = codes.split_last().ok_or_else(|| fault("no key"))?;
        for code in held {
            self.key(KEY_PRESS_EVENT, *code)?;
        }
        // What was sent so far has arrived.
        self.focus()?;
        let pressed = Instant::now();
        self.key(KEY_PRESS_EVENT, *last)?;
        self.key(KEY_RELEASE_EVENT, *last)?;
        for code in held.iter().rev() {
            self.key(KEY_RELEASE_EVENT, *code)?;
        }
        self.screen.flush().map_err(fault)?;
        Ok(pressed)
    }

    fn focus(&self) -> Result<Window, Fault> {
        let cookie = self.screen.get_input_focus().map_err(fault)?;
        Ok(cookie.reply().map_err(fault)?.focus)
    }

    /// Milliseconds until a window for which `is` holds is on the screen and has the keyboard.
    pub(crate) fn until_focused(
        &self,
        since: Instant,
        is: impl Fn(&Owner) -> bool,
    ) -> Result<f64, Fault> {
        let mut other = None;
        loop {
            let focus = self.focus()?;
            let at = since.elapsed();
            // Who has the focus is asked once only, or the questions would take the server's time.
            if other != Some(focus) {
                if !is(&self.owner(focus)) {
                    other = Some(focus);
                } else if self.is_viewable(focus) {
                    return Ok(at.as_secs_f64() * 1000.0);
                }
            }
            if at > PATIENCE {
                let owner = self.owner(focus);
                return Err(fault(format!("the keyboard stays with {owner:?}")));
            }
            std::thread::sleep(LOOK);
        }
    }

    fn is_viewable(&self, window: Window) -> bool {
        let cookie = self.screen.get_window_attributes(window);
        cookie.is_ok_and(|cookie| {
            cookie
                .reply()
                .is_ok_and(|found| found.map_state == MapState::VIEWABLE)
        })
    }

    /// The window itself or the nearest one around it that says who it is: a toolkit gives the
    /// keyboard to an inner one.
    fn owner(&self, window: Window) -> Owner {
        let mut window = window;
        while window > 1 && window != self.root {
            let owner = Owner {
                class: self.text(window, AtomEnum::WM_CLASS),
                name: self.text(window, AtomEnum::WM_NAME),
            };
            if !(owner.class.is_empty() && owner.name.is_empty()) {
                return owner;
            }
            let tree = self.screen.query_tree(window);
            let Some(tree) = tree.ok().and_then(|cookie| cookie.reply().ok()) else {
                break;
            };
            window = tree.parent;
        }
        Owner::default()
    }

    fn text(&self, window: Window, property: AtomEnum) -> String {
        let cookie = self
            .screen
            .get_property(false, window, property, AtomEnum::ANY, 0, 256);
        let found = cookie.ok().and_then(|cookie| cookie.reply().ok());
        found.map_or_else(String::new, |found| {
            String::from_utf8_lossy(&found.value).into_owned()
        })
    }
}
