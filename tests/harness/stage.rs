//! One virtual desktop: screen, bus, home folder, keychain.

use std::cell::RefCell;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;

use tempfile::TempDir;

use crate::app::App;
use crate::options::AppOptions;
use crate::process::{Guarded, MARK, end_marked, marked, mortal, terminate};
use crate::simulator::Simulator;
use crate::{Cli, Fault, Keyring};

/// A bus configuration without service folders: nothing is started by being called, so a keychain
/// that we did not start is truly absent.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=SOCKET</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// A virtual desktop of its own.
///
/// Fields drop in order: what runs on the desktop first, then keychain, bus and screen, then the
/// folders.
#[derive(Debug)]
pub struct Stage {
    apps: RefCell<Vec<Rc<App>>>,
    simulators: RefCell<Vec<Rc<Simulator>>>,
    keyring: RefCell<Option<Guarded>>,
    manager: RefCell<Option<Guarded>>,
    bus: RefCell<Option<Guarded>>,
    screen: RefCell<Option<Guarded>>,
    display: String,
    id: String,
    root: TempDir,
}

impl Stage {
    /// Raises a desktop: a screen of 1440 × 900, a bus, a home folder, a keychain.
    pub async fn raise(keyring: Keyring) -> Result<Self, Fault> {
        let root = tempfile::Builder::new()
            .prefix("octavo-stage-")
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir()
            .map_err(Fault::io("make the stage's folder"))?;
        let mut stage = Self {
            apps: RefCell::default(),
            simulators: RefCell::default(),
            keyring: RefCell::default(),
            manager: RefCell::default(),
            bus: RefCell::default(),
            screen: RefCell::default(),
            display: String::new(),
            id: uuid::Uuid::now_v7().to_string(),
            root,
        };
        for folder in [
            "home/.local/share",
            "home/.config",
            "home/.cache",
            "notion",
            "run",
            "logs",
            "bin",
        ] {
            let folder = stage.path(folder);
            fs::create_dir_all(&folder).map_err(Fault::io("make the home folder"))?;
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))
                .map_err(Fault::io("close the home folder to others"))?;
        }
        stage.display = stage.raise_screen()?;
        stage.raise_bus()?;
        let daemon = keyring.start(&stage).await?;
        stage.keyring.replace(daemon);
        Ok(stage)
    }

    fn raise_screen(&self) -> Result<String, Fault> {
        let mut command = self.mortal("Xvfb");
        command
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1440x900x24",
                "-nolisten",
                "tcp",
                // Else the screen begins anew, and drops whoever comes, when its last client goes.
                "-noreset",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(self.log_file("screen.log")?);
        let mut screen = Guarded::start(&mut command)?;
        let number = screen.first_line("Xvfb")?;
        self.screen.replace(Some(screen));
        Ok(format!(":{number}"))
    }

    fn raise_bus(&self) -> Result<(), Fault> {
        let config = self.path("bus.conf");
        let socket = self.bus_socket();
        fs::write(
            &config,
            BUS.replace("SOCKET", &socket.display().to_string()),
        )
        .map_err(Fault::io("write the bus configuration"))?;
        let mut command = self.mortal("dbus-daemon");
        command
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--print-address=1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(self.log_file("bus.log")?);
        let mut bus = Guarded::start(&mut command)?;
        bus.first_line("dbus-daemon")?;
        self.bus.replace(Some(bus));
        Ok(())
    }

    fn bus_socket(&self) -> PathBuf {
        self.path("run/bus")
    }

    /// A path inside the stage's own folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.root.path().join(below)
    }

    /// The person's home folder.
    pub fn home(&self) -> PathBuf {
        self.path("home")
    }

    /// The folder Octavo keeps its data in.
    pub fn data_dir(&self) -> PathBuf {
        self.path("data")
    }

    /// The folder in which Octavo keeps its data when nobody names another.
    pub fn usual_data_dir(&self) -> PathBuf {
        self.home().join(".local/share/octavo")
    }

    /// The folder with every program's output.
    pub fn logs(&self) -> PathBuf {
        self.path("logs")
    }

    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn set_keyring(&self, daemon: Option<Guarded>) {
        self.keyring.replace(daemon);
    }

    pub(crate) fn set_manager(&self, manager: Guarded) {
        self.manager.replace(Some(manager));
    }

    pub(crate) fn log_file(&self, name: &str) -> Result<File, Fault> {
        File::options()
            .create(true)
            .append(true)
            .open(self.logs().join(name))
            .map_err(Fault::io(format!("open the log {name}")))
    }

    /// A program on this desktop; nothing of the surrounding environment but `PATH` reaches it.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        self.dress(&mut command);
        command
    }

    /// [`Stage::command`] for a program that must not outlive the test.
    pub(crate) fn mortal(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = mortal(program);
        self.dress(&mut command);
        command
    }

    fn dress(&self, command: &mut Command) {
        let home = self.home();
        command
            .env_clear()
            .env(
                "PATH",
                std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into()),
            )
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .env(MARK, &self.id)
            .env("HOME", &home)
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .env("DISPLAY", &self.display)
            .env(
                "DBUS_SESSION_BUS_ADDRESS",
                format!("unix:path={}", self.bus_socket().display()),
            )
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .current_dir(&home);
    }

    /// Starts a simulated Notion with an empty workspace.
    pub fn simulator(&self) -> Result<Rc<Simulator>, Fault> {
        let simulator = Rc::new(Simulator::start(self)?);
        self.simulators.borrow_mut().push(Rc::clone(&simulator));
        Ok(simulator)
    }

    /// Opens the app on this desktop, with `notion` as its Notion.
    pub async fn open_app(&self, notion: &Simulator) -> Result<Rc<App>, Fault> {
        self.open_app_with(AppOptions::new(notion.url())).await
    }

    /// Opens the app in its own way.
    pub async fn open_app_with(&self, options: AppOptions) -> Result<Rc<App>, Fault> {
        let app = Rc::new(App::open(self, options).await?);
        self.apps.borrow_mut().push(Rc::clone(&app));
        Ok(app)
    }

    /// Ends all apps of the stage at once; an app that someone still holds ends with that hold.
    pub fn close_apps(&self) {
        self.apps.borrow_mut().clear();
    }

    /// Asks every app on this desktop to end, those that the desktop itself has started too.
    pub fn end_started_apps(&self) {
        for pid in marked(&self.id) {
            let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            if name.trim() == "octavo-desktop" {
                terminate(pid);
            }
        }
    }

    /// What the desktop prefers, dark or light.
    pub fn prefer_dark(&self, dark: bool) -> Result<(), Fault> {
        let folder = self.home().join(".config/gtk-3.0");
        let settings = format!(
            "[Settings]\ngtk-application-prefer-dark-theme={}\n",
            i32::from(dark)
        );
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(folder.join("settings.ini"), settings))
            .map_err(Fault::io("write the desktop's settings"))
    }

    /// The `octavo` command in the same home, on the same data.
    pub fn cli(&self, notion: &Simulator) -> Result<Cli<'_>, Fault> {
        Cli::new(self, notion.url())
    }

    /// A picture of the whole screen, with windows as a person sees them.
    pub fn picture(&self, to: &Path) -> Result<(), Fault> {
        let done = self
            .command("import")
            .args(["-window", "root"])
            .arg(to)
            .status()
            .map_err(Fault::io("import (imagemagick)"))?;
        if done.success() {
            Ok(())
        } else {
            Err(Fault::program("import", done.to_string()))
        }
    }

    /// Keeps everything that helps to understand a failure in `folder`.
    pub async fn keep_evidence(&self, folder: &Path) {
        let _ = fs::remove_dir_all(folder);
        if fs::create_dir_all(folder).is_err() {
            return;
        }
        let _ = self.picture(&folder.join("screen.png"));
        let apps = self.apps.borrow().clone();
        for (number, app) in apps.iter().enumerate() {
            let _ = app
                .screenshot(&folder.join(format!("window-{number}.png")))
                .await;
            if let Ok(text) = app.text().await {
                let _ = fs::write(folder.join(format!("window-{number}.txt")), text);
            }
        }
        let simulators = self.simulators.borrow().clone();
        for (number, simulator) in simulators.iter().enumerate() {
            for (route, file) in [("log", "requests"), ("tree", "notion")] {
                if let Ok(answer) = simulator.control(route, None).await {
                    let _ = fs::write(
                        folder.join(format!("{file}-{number}.json")),
                        answer.to_string(),
                    );
                }
            }
        }
        copy_files(&self.logs(), folder);
        copy_files(&self.data_dir().join("logs"), folder);
        copy_files(&self.usual_data_dir().join("logs"), folder);
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.apps.borrow_mut().clear();
        self.simulators.borrow_mut().clear();
        self.keyring.take();
        self.manager.take();
        self.bus.take();
        self.screen.take();
        // Whatever left its process group still carries the stage's mark.
        end_marked(&self.id);
    }
}

fn copy_files(from: &Path, to: &Path) {
    let Ok(entries) = fs::read_dir(from) else {
        return;
    };
    for entry in entries.flatten().filter(|entry| entry.path().is_file()) {
        let _ = fs::copy(entry.path(), to.join(entry.file_name()));
    }
}
