//! What a person set, and pausing the exchange with Notion.

use std::sync::atomic::Ordering;

use octavo_contract::{AppState, Empty, Event, SettingsChange, SyncPause};

use super::Octavo;
use crate::CoreError;

const SHORTCUT: &str = "shortcut";
const UNDO_SECONDS: &str = "undo_seconds";
const START_AT_LOGIN: &str = "start_at_login";
const CLOSE_TO_TRAY: &str = "close_to_tray";
/// Set while the exchange with Notion is paused.
pub(super) const PAUSED: &str = "sync_paused";

const LONGEST_UNDO: u32 = 60;
const LONGEST_SHORTCUT: usize = 64;

/// What a person set. Whether this computer can do it is the shell's to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// The keys that open the capture window; absent when the person turned them off.
    pub shortcut: Option<String>,
    /// For how many seconds a captured note can be called back, 0 to 60.
    pub undo_seconds: u32,
    /// Start with the desktop.
    pub start_at_login: bool,
    /// Stay in the tray when the main window is closed.
    pub close_to_tray: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            shortcut: Some("Ctrl+Shift+Space".to_owned()),
            undo_seconds: 10,
            start_at_login: false,
            close_to_tray: true,
        }
    }
}

impl Octavo {
    /// What the person set. What cannot be read as it should counts as never set.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn preferences(&self) -> Result<Preferences, CoreError> {
        let default = Preferences::default();
        let accounts = &self.0.accounts;
        let yes =
            |value: Option<String>, otherwise| value.map_or(otherwise, |value| value == "yes");
        let shortcut = match accounts.setting(SHORTCUT).await? {
            Some(keys) => Some(keys).filter(|keys| !keys.is_empty()),
            None => default.shortcut,
        };
        let undo = accounts.setting(UNDO_SECONDS).await?;
        Ok(Preferences {
            shortcut,
            undo_seconds: undo
                .and_then(|seconds| seconds.parse().ok())
                .map_or(default.undo_seconds, |seconds: u32| {
                    seconds.min(LONGEST_UNDO)
                }),
            start_at_login: yes(
                accounts.setting(START_AT_LOGIN).await?,
                default.start_at_login,
            ),
            close_to_tray: yes(
                accounts.setting(CLOSE_TO_TRAY).await?,
                default.close_to_tray,
            ),
        })
    }

    /// Keeps what a person changed, and only that.
    ///
    /// # Errors
    /// A value is out of its range, or the database cannot be written. Then nothing was changed.
    pub async fn change_preferences(
        &self,
        change: SettingsChange,
    ) -> Result<Preferences, CoreError> {
        let bad = |text: &str| Err(CoreError::BadRequest(text.to_owned()));
        if change
            .undo_seconds
            .is_some_and(|seconds| seconds > LONGEST_UNDO)
        {
            return bad("A captured note can be called back for at most 60 seconds.");
        }
        if let Some(keys) = &change.shortcut
            && (keys.len() > LONGEST_SHORTCUT || keys.chars().any(char::is_control))
        {
            return bad("These keys cannot be a shortcut.");
        }
        let yes = |value: bool| if value { "yes" } else { "no" }.to_owned();
        let changes = [
            (SHORTCUT, change.shortcut),
            (
                UNDO_SECONDS,
                change.undo_seconds.map(|seconds| seconds.to_string()),
            ),
            (START_AT_LOGIN, change.start_at_login.map(yes)),
            (CLOSE_TO_TRAY, change.close_to_tray.map(yes)),
        ];
        for (key, value) in changes {
            if let Some(value) = value {
                self.0.accounts.set_setting(key, Some(&value)).await?;
            }
        }
        self.send_event(Event::SettingsChanged {});
        self.preferences().await
    }

    /// Whether the person paused the exchange with Notion.
    pub(super) fn paused(&self) -> bool {
        self.0.paused.load(Ordering::SeqCst)
    }

    /// Pauses the exchange with Notion for one account or for all, or resumes it. What was asked for by
    /// name (“sync now”) is done all the same.
    ///
    /// # Errors
    /// There is no such account, or the database cannot be written. Then nothing was changed.
    pub async fn sync_pause(&self, request: SyncPause) -> Result<AppState, CoreError> {
        if let Some(account) = &request.account {
            self.engine(account).await?.set_held(request.paused).await?;
            return self.app_state(Empty {}).await;
        }
        let value = request.paused.then_some("yes");
        self.0.accounts.set_setting(PAUSED, value).await?;
        self.0.paused.store(request.paused, Ordering::SeqCst);
        if !request.paused {
            for engine in self.0.engines.lock().await.values() {
                engine.unpause();
                engine.wake();
            }
        }
        self.tell_accounts();
        self.app_state(Empty {}).await
    }
}
