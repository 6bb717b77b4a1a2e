//! Starting with the desktop: offered only to the app that the person really uses.

use tauri::{AppHandle, Runtime};

use crate::desk::Desk;

/// Why Octavo cannot start with the desktop from here, in words.
pub(crate) fn trouble(desk: &Desk, sample: bool) -> Option<String> {
    if sample {
        return Some("The sample workspace does not start with the desktop.".to_owned());
    }
    if !desk.usual {
        return Some(
            "This Octavo works on another folder than its usual one, and does not start with the desktop."
                .to_owned(),
        );
    }
    if std::env::var_os("FLATPAK_ID").is_some() {
        return Some(
            "Inside Flatpak a program cannot start itself with the desktop. Add Octavo to the desktop's list of programs to start instead."
                .to_owned(),
        );
    }
    None
}

/// Whether Octavo starts with the desktop, as it stands there and not as it was once wished.
pub(crate) fn is_on<R: Runtime>(app: &AppHandle<R>) -> bool {
    system::is_on(app)
}

/// Lets Octavo start with the desktop, or not any more.
///
/// # Errors
/// In words why that could not be written down.
pub(crate) fn set<R: Runtime>(app: &AppHandle<R>, on: bool) -> Result<(), String> {
    system::set(app, on)
}

/// The program may have moved since the entry was written.
pub(crate) fn mend<R: Runtime>(app: &AppHandle<R>) {
    if is_on(app)
        && let Err(error) = set(app, true)
    {
        tracing::warn!(%error, "the entry for the login could not be renewed");
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::path::{Path, PathBuf};
    use std::{env, fs, io};

    use tauri::{AppHandle, Manager as _, Runtime};

    const NAME: &str = "org.octavo.Octavo.desktop";

    pub(super) fn is_on<R: Runtime>(app: &AppHandle<R>) -> bool {
        let entry = folder(app).map(|folder| fs::read_to_string(folder.join(NAME)));
        matches!(entry, Some(Ok(text)) if starts(&text))
    }

    pub(super) fn set<R: Runtime>(app: &AppHandle<R>, on: bool) -> Result<(), String> {
        let folder = folder(app).ok_or("there is no folder for settings")?;
        let done = if on {
            program()
                .and_then(|program| fs::create_dir_all(&folder).map(|()| program))
                .and_then(|program| write(&folder, &entry(&program)))
        } else {
            match fs::remove_file(folder.join(NAME)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                other => other,
            }
        };
        done.map_err(|error| error.to_string())
    }

    fn folder<R: Runtime>(app: &AppHandle<R>) -> Option<PathBuf> {
        Some(app.path().config_dir().ok()?.join("autostart"))
    }

    /// The same words are not written again: the desktop watches the file.
    fn write(folder: &Path, text: &str) -> io::Result<()> {
        let path = folder.join(NAME);
        if fs::read_to_string(&path).is_ok_and(|before| before == text) {
            return Ok(());
        }
        fs::write(path, text)
    }

    /// Whether an entry starts anything: desktops turn one off by a line in it.
    fn starts(entry: &str) -> bool {
        !entry.lines().any(|line| {
            let line = line.replace(' ', "").to_ascii_lowercase();
            line == "hidden=true" || line == "x-gnome-autostart-enabled=false"
        })
    }

    fn program() -> io::Result<PathBuf> {
        match env::var_os("APPIMAGE").filter(|image| !image.is_empty()) {
            Some(image) => Ok(image.into()),
            None => env::current_exe(),
        }
    }

    fn entry(program: &Path) -> String {
        format!(
            "[Desktop Entry]\nType=Application\nName=Octavo\nComment=Starts Octavo in the tray\n\
             Exec={} --hidden\nIcon=octavo-desktop\nTerminal=false\nStartupNotify=false\n",
            quoted(&program.to_string_lossy())
        )
    }

    /// As the specification of desktop entries wants it: quoted for the command line, and then
    /// escaped as a value.
    fn quoted(path: &str) -> String {
        let mut text = String::with_capacity(path.len() + 2);
        text.push('"');
        for c in path.chars() {
            match c {
                '"' | '`' | '$' => {
                    text.push_str("\\\\");
                    text.push(c);
                }
                '\\' => text.push_str("\\\\\\\\"),
                '%' => text.push_str("%%"),
                other => text.push(other),
            }
        }
        text.push('"');
        text
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_entry_starts_this_program_hidden() {
            let entry = entry(Path::new("/opt/My Apps/octavo-desktop"));
            assert!(
                entry.contains("\nExec=\"/opt/My Apps/octavo-desktop\" --hidden\n"),
                "{entry}"
            );
            assert!(starts(&entry));
        }

        #[test]
        fn odd_paths_are_quoted_twice() {
            assert_eq!(quoted("/a%b"), "\"/a%%b\"");
            assert_eq!(quoted("/a$b"), r#""/a\\$b""#);
            assert_eq!(quoted(r"/a\b"), r#""/a\\\\b""#);
        }

        #[test]
        fn an_entry_that_the_desktop_turned_off_counts_as_off() {
            assert!(!starts("[Desktop Entry]\nHidden=true\n"));
            assert!(!starts(
                "[Desktop Entry]\nX-GNOME-Autostart-enabled=false\n"
            ));
            assert!(starts("[Desktop Entry]\nHidden=false\n"));
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use tauri::{AppHandle, Runtime};
    use tauri_plugin_autostart::ManagerExt as _;

    pub(super) fn is_on<R: Runtime>(app: &AppHandle<R>) -> bool {
        app.autolaunch().is_enabled().unwrap_or(false)
    }

    pub(super) fn set<R: Runtime>(app: &AppHandle<R>, on: bool) -> Result<(), String> {
        let launch = app.autolaunch();
        let done = if on {
            launch.enable()
        } else {
            launch.disable()
        };
        done.map_err(|error| error.to_string())
    }
}
