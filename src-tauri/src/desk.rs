//! What the shell knows of the desktop it runs on, and what it has to tell the person.

use std::fs::OpenOptions;
use std::path::PathBuf;
use std::sync::{
    Arc, Mutex, OnceLock, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use octavo_contract::{AccountId, Event, NoteId};
use tokio::sync::watch;

use crate::{
    error::ShellError,
    shortcut::{self, Bell, Keys},
};

/// Lies beside the web views' files once the person was told that closing hides.
const HIDING_TOLD: &str = "told-of-the-tray";

/// What only somebody who holds the windows can do.
pub(crate) trait Desktop: Send + Sync {
    /// Tells every window.
    fn tell(&self, event: &Event);
    /// Shows the capture window.
    fn show_capture(&self);
    /// Hides it, and gives the focus back.
    fn hide_capture(&self);
    /// The tray's menu may have to change.
    fn tray_changed(&self);
    /// The folder for documents.
    fn documents(&self) -> Option<PathBuf>;
    /// Takes keys on the whole desktop.
    fn grab(&self, keys: &Keys) -> Result<(), shortcut::Refusal>;
    /// Asks the desktop for keys, where programs cannot take them. It answers in its own time.
    fn ask_for_keys(&self, keys: &Keys);
    /// Gives keys back.
    fn release(&self, keys: &Keys);
    /// Whether Octavo starts with the desktop.
    fn starts_at_login(&self) -> bool;
    /// Lets it do so, or not; a refusal is in the system's words.
    fn start_at_login(&self, on: bool) -> Result<(), String>;
}

/// Whether a tray shows Octavo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tray {
    /// Nobody was asked yet.
    Unknown,
    /// One does.
    Answers,
    /// None does, for this reason.
    Absent(String),
}

/// The shell's own state. It is there before the core, and without a window.
pub(crate) struct Desk {
    /// The person's usual folder, not a sample or a folder for trying something.
    pub(crate) usual: bool,
    /// Where the web views keep their files.
    pub(crate) web_dir: Option<PathBuf>,
    pub(crate) tray: watch::Sender<Tray>,
    pub(crate) bell: Bell,
    /// One at a time changes the settings.
    pub(crate) changing: tokio::sync::Mutex<()>,
    close_to_tray: AtomicBool,
    notices: Mutex<Vec<String>>,
    /// A note to show as soon as the main window listens.
    open_next: Mutex<Option<(AccountId, NoteId)>>,
    desktop: OnceLock<Arc<dyn Desktop>>,
}

impl Desk {
    pub(crate) fn new(usual: bool, web_dir: Option<PathBuf>) -> Self {
        Self {
            usual,
            web_dir,
            tray: watch::Sender::new(Tray::Unknown),
            bell: Bell::default(),
            changing: tokio::sync::Mutex::new(()),
            close_to_tray: AtomicBool::new(true),
            notices: Mutex::default(),
            open_next: Mutex::default(),
            desktop: OnceLock::new(),
        }
    }

    /// From now on there are windows.
    pub(crate) fn attach(&self, desktop: Arc<dyn Desktop>) {
        if self.desktop.set(desktop).is_err() {
            tracing::error!("the desktop was given twice");
        }
    }

    /// Those who hold the windows.
    pub(crate) fn desktop(&self) -> Result<&dyn Desktop, ShellError> {
        self.desktop
            .get()
            .map(AsRef::as_ref)
            .ok_or(ShellError::NoDesktop)
    }

    /// Keeps a sentence for the person until a window asks for it.
    pub(crate) fn notice(&self, sentence: String) {
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        if notices.contains(&sentence) {
            return;
        }
        notices.push(sentence);
        drop(notices);
        self.tell(&Event::NoticesChanged {});
    }

    /// The main window went into the tray: the first time ever, the person is told where it is.
    pub(crate) fn tell_of_hiding(&self) {
        let Some(mark) = self.web_dir.as_deref().map(|dir| dir.join(HIDING_TOLD)) else {
            return;
        };
        // Only one that was not there before is made: then it is the first time.
        if OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(mark)
            .is_ok()
        {
            self.notice(
                "Octavo went on in the tray while its window was closed. Settings can change that."
                    .to_owned(),
            );
        }
    }

    /// Hands over what is to be told.
    pub(crate) fn take_notices(&self) -> Vec<String> {
        std::mem::take(&mut *self.notices.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells every window, if there are any.
    pub(crate) fn tell(&self, event: &Event) {
        if let Some(desktop) = self.desktop.get() {
            desktop.tell(event);
        }
    }

    /// Keeps a note to be shown, for a window that cannot be told yet.
    pub(crate) fn open_next(&self, account: AccountId, note: NoteId) {
        *self
            .open_next
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some((account, note));
    }

    /// The main window listens: what it missed is said now.
    pub(crate) fn main_listens(&self) {
        let next = self
            .open_next
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some((account, note)) = next {
            self.tell(&Event::OpenNote { account, note });
        }
    }

    /// Whether a tray shows that Octavo runs.
    pub(crate) fn tray_answers(&self) -> bool {
        *self.tray.borrow() == Tray::Answers
    }

    /// Takes note of what was found out about the tray.
    pub(crate) fn set_tray(&self, tray: Tray) {
        let changed = self.tray.send_if_modified(|known| {
            let changed = *known != tray;
            if changed {
                *known = tray;
            }
            changed
        });
        if changed {
            self.tell(&Event::SettingsChanged {});
        }
    }

    /// Why there is no tray.
    pub(crate) fn tray_trouble(&self) -> Option<String> {
        match &*self.tray.borrow() {
            Tray::Absent(reason) => Some(reason.clone()),
            Tray::Unknown | Tray::Answers => None,
        }
    }

    /// Takes over whether closing the main window leaves Octavo in the tray.
    pub(crate) fn set_close_to_tray(&self, close_to_tray: bool) {
        self.close_to_tray.store(close_to_tray, Ordering::SeqCst);
    }

    /// Whether closing the main window hides it: never when nothing would be left to click on.
    pub(crate) fn closing_hides(&self) -> bool {
        self.close_to_tray.load(Ordering::SeqCst) && self.tray_answers()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_hides_only_into_a_tray_that_is_there() {
        let desk = Desk::new(true, None);
        assert!(!desk.closing_hides());
        desk.set_tray(Tray::Absent("None.".to_owned()));
        assert!(!desk.closing_hides());
        assert_eq!(desk.tray_trouble().as_deref(), Some("None."));
        desk.set_tray(Tray::Answers);
        assert!(desk.closing_hides());
        desk.set_close_to_tray(false);
        assert!(!desk.closing_hides());
    }

    #[test]
    fn where_the_window_went_is_told_once_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        for told in [1, 0] {
            let desk = Desk::new(true, Some(folder.path().to_owned()));
            desk.tell_of_hiding();
            desk.tell_of_hiding();
            assert_eq!(desk.take_notices().len(), told);
        }
    }

    #[test]
    fn a_sentence_is_told_once() {
        let desk = Desk::new(true, None);
        desk.notice("One.".to_owned());
        desk.notice("Two.".to_owned());
        desk.notice("One.".to_owned());
        assert_eq!(desk.take_notices(), ["One.", "Two."]);
        assert!(desk.take_notices().is_empty());
    }
}
