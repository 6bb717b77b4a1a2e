//! What a person may set, and how this computer takes it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The settings as they are, and what stands in their way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Settings {
    /// The keys that open the capture window from everywhere.
    pub shortcut: Shortcut,
    /// The command that does the same, for the desktop's own keyboard settings.
    pub capture_command: String,
    /// For how many seconds a captured note can be called back before it is sent, 0 to 60.
    pub undo_seconds: u32,
    /// Octavo starts with the desktop, hidden when there is a tray.
    pub start_at_login: bool,
    /// Why that cannot be set here, in words.
    pub start_at_login_trouble: Option<String>,
    /// Closing the main window leaves Octavo in the tray.
    pub close_to_tray: bool,
    /// Why there is no tray, in words; absent when there is one.
    pub tray_trouble: Option<String>,
}

/// The keys that open the capture window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Shortcut {
    /// As a person reads them ("Ctrl+Shift+Space"); absent when it is turned off.
    pub keys: Option<String>,
    /// Why they do nothing, in words, and what to do instead; absent when they work.
    pub trouble: Option<String>,
}

/// Changes settings. What is absent stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SettingsChange {
    /// The new keys, empty to turn the shortcut off. Keys that cannot be had are refused, and the old
    /// ones stay.
    #[serde(default)]
    #[ts(optional)]
    pub shortcut: Option<String>,
    /// The new time to call a captured note back.
    #[serde(default)]
    #[ts(optional)]
    pub undo_seconds: Option<u32>,
    /// Start with the desktop or not.
    #[serde(default)]
    #[ts(optional)]
    pub start_at_login: Option<bool>,
    /// Stay in the tray when the main window is closed or not.
    #[serde(default)]
    #[ts(optional)]
    pub close_to_tray: Option<bool>,
}

/// Sentences for the person that came up outside of any command, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Notices {
    /// Each is a whole sentence.
    pub notices: Vec<String>,
}
