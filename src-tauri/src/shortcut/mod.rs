//! The keys that open quick capture from everywhere.
//!
//! New keys are taken before the old ones are given back, so that keys which cannot be had change
//! nothing.

mod keys;
#[cfg(target_os = "linux")]
mod x11;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use octavo_core::Octavo;

pub(crate) use keys::{Keys, KeysError};
#[cfg(target_os = "linux")]
pub(crate) use x11::Grabs;

use crate::{desk::Desk, error::ShellError};

/// Why keys cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Another program has them.
    #[error("{0} is taken by another program. Other keys may be free.")]
    Taken(String),
    /// This keyboard has no such key.
    #[error("This keyboard has no key for {0}. Choose another one.")]
    NoSuchKey(String),
    /// No program may take keys.
    #[error(
        "On a Wayland desktop no program may listen for keys of its own. In the desktop's keyboard settings, bind {keys} to the command {command}"
    )]
    Wayland {
        /// The wanted keys.
        keys: String,
        /// What opens the capture window.
        command: String,
    },
    /// The system said no.
    #[error("The desktop did not give {keys} to Octavo ({reason}).")]
    System {
        /// The wanted keys.
        keys: String,
        /// What it said.
        reason: String,
    },
}

/// Which keys are held, and why not.
#[derive(Default)]
pub(crate) struct Bell {
    held: Mutex<Option<Keys>>,
    trouble: Mutex<Option<Refusal>>,
}

impl Bell {
    /// Why the keys do nothing.
    pub(crate) fn trouble(&self) -> Option<String> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.as_ref().map(ToString::to_string)
    }
}

/// Takes the keys a person chose earlier. That they cannot be had is told, and is no error.
pub(crate) async fn take_chosen(desk: &Desk, core: &Octavo) {
    let chosen = match core.preferences().await {
        Ok(preferences) => preferences.shortcut,
        Err(error) => {
            tracing::warn!(%error, "the shortcut could not be read");
            return;
        }
    };
    let Some(text) = chosen else {
        return;
    };
    let refusal = match Keys::read(&text) {
        Ok(keys) => match hold(desk, Some(keys)) {
            Ok(()) => return,
            Err(refusal) => refusal,
        },
        Err(error) => {
            tracing::warn!(%error, "the kept shortcut cannot be read");
            return;
        }
    };
    tracing::info!(%refusal, "the shortcut does not work");
    // On Wayland it is so by design, and for ever: the settings say how to go about it.
    if !matches!(refusal, Refusal::Wayland { .. }) {
        desk.notice(format!(
            "The shortcut for quick capture does not work. {refusal}"
        ));
    }
    set_trouble(desk, Some(refusal));
    desk.tell(&octavo_contract::Event::SettingsChanged {});
}

/// Changes the keys to what a person typed, nothing for none. Answers them as they are written.
///
/// # Errors
/// They are no keys, or cannot be had. Then the old ones stay.
pub(crate) fn change(desk: &Desk, text: &str) -> Result<String, ShellError> {
    if text.trim().is_empty() {
        hold(desk, None)?;
        return Ok(String::new());
    }
    let keys = Keys::read(text)?;
    let written = keys.to_string();
    match hold(desk, Some(keys)) {
        Ok(()) => Ok(written),
        // Nobody refused these keys in particular: they are kept for the day it works.
        Err(refusal @ Refusal::Wayland { .. }) => {
            set_trouble(desk, Some(refusal));
            Ok(written)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Holds these keys and no others.
fn hold(desk: &Desk, wanted: Option<Keys>) -> Result<(), Refusal> {
    let Ok(desktop) = desk.desktop() else {
        return Ok(());
    };
    let mut held = desk
        .bell
        .held
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if *held != wanted {
        if let Some(keys) = &wanted {
            desktop.grab(keys)?;
        }
        if let Some(old) = held.take() {
            desktop.release(&old);
        }
        *held = wanted;
    }
    drop(held);
    set_trouble(desk, None);
    Ok(())
}

fn set_trouble(desk: &Desk, refusal: Option<Refusal>) {
    *desk
        .bell
        .trouble
        .lock()
        .unwrap_or_else(PoisonError::into_inner) = refusal;
}

/// The command that opens quick capture, for the desktop's own keyboard settings.
pub(crate) fn capture_command() -> String {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(id) = set("FLATPAK_ID") {
        return format!("flatpak run {} --capture", id.to_string_lossy());
    }
    let program = set("APPIMAGE").map_or_else(std::env::current_exe, |image| Ok(image.into()));
    program.map_or_else(
        |_| "octavo-desktop --capture".to_owned(),
        |program| command_for(&program),
    )
}

fn command_for(program: &Path) -> String {
    let path = program.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+".contains(c);
    if path.chars().all(plain) {
        format!("{path} --capture")
    } else {
        format!("'{}' --capture", path.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_can_be_pasted_into_a_shell() {
        assert_eq!(
            command_for(Path::new("/usr/bin/octavo-desktop")),
            "/usr/bin/octavo-desktop --capture"
        );
        assert_eq!(
            command_for(Path::new("/home/a b/it's")),
            r"'/home/a b/it'\''s' --capture"
        );
    }

    #[test]
    fn every_refusal_is_a_sentence() {
        let keys = || "Ctrl+A".to_owned();
        for refusal in [
            Refusal::Taken(keys()),
            Refusal::NoSuchKey(keys()),
            Refusal::Wayland {
                keys: keys(),
                command: "octavo-desktop --capture".to_owned(),
            },
            Refusal::System {
                keys: keys(),
                reason: "no".to_owned(),
            },
        ] {
            assert!(refusal.to_string().contains("Ctrl+A"), "{refusal}");
        }
    }
}
