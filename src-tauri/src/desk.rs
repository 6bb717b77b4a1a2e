//! What commands may ask of the shell itself.
//!
//! A trait, so that commands need not know which toolkit's handle is behind it: they stay plain
//! functions of their request, which the command table can check.

use std::path::PathBuf;
use std::pin::Pin;

use octavo_contract::{Notices, Settings, SettingsChange};
use octavo_core::Octavo;
use tauri::{AppHandle, Manager as _, Runtime};

use crate::{capture, error::ShellError, notices, settings};

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, ShellError>> + Send + 'a>>;

/// The shell as commands see it.
pub(crate) trait Desk: Send + Sync {
    /// Shows the capture window.
    fn show_capture(&self);
    /// Hides it.
    fn hide_capture(&self);
    /// What the main window has not been told yet.
    fn take_notices(&self) -> Notices;
    /// Where the person keeps documents.
    fn documents(&self) -> Option<PathBuf>;
    /// The settings as they are.
    fn settings(&self, core: Octavo) -> Answer<'_, Settings>;
    /// Changes some of them.
    fn change_settings(&self, core: Octavo, change: SettingsChange) -> Answer<'_, Settings>;
}

impl<R: Runtime> Desk for AppHandle<R> {
    fn show_capture(&self) {
        capture::show(self);
    }

    fn hide_capture(&self) {
        capture::hide(self);
    }

    fn take_notices(&self) -> Notices {
        notices::take(self)
    }

    fn documents(&self) -> Option<PathBuf> {
        let paths = self.path();
        paths.document_dir().or_else(|_| paths.home_dir()).ok()
    }

    fn settings(&self, core: Octavo) -> Answer<'_, Settings> {
        Box::pin(async move { settings::read(self, &core).await })
    }

    fn change_settings(&self, core: Octavo, change: SettingsChange) -> Answer<'_, Settings> {
        Box::pin(async move { settings::change(self, &core, change).await })
    }
}
