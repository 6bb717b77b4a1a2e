//! The distributor's sign-in service, as a program of its own.

use std::process::Stdio;

use crate::driver::free_port;
use crate::process::Guarded;
use crate::{Connection, Fault, Look, Simulator, Stage, binary, wait_until};

/// 32 bytes in base64url; this broker's alone.
const STATE_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// A running broker; it ends when this is dropped.
#[derive(Debug)]
pub struct Broker {
    url: String,
    connection: Connection,
    _process: Guarded,
}

impl Broker {
    /// Starts a broker with a connection of its own at `notion`.
    pub async fn start(stage: &Stage, notion: &Simulator) -> Result<Self, Fault> {
        let port = free_port()?;
        let url = format!("http://localhost:{port}");
        let connection = notion
            .make_connection(&[&format!("{url}/callback")])
            .await?;
        let mut command = stage.mortal(binary("octavo-broker")?);
        command
            .env("OCTAVO_BROKER_LISTEN", format!("127.0.0.1:{port}"))
            .env("OCTAVO_BROKER_PUBLIC_URL", &url)
            .env("OCTAVO_BROKER_CLIENT_ID", &connection.client_id)
            .env("OCTAVO_BROKER_CLIENT_SECRET", &connection.client_secret)
            .env("OCTAVO_BROKER_STATE_KEY", STATE_KEY)
            .env("OCTAVO_NOTION_URL", notion.url())
            .stdin(Stdio::null())
            .stdout(stage.log_file("broker.log")?)
            .stderr(stage.log_file("broker.log")?);
        let process = Guarded::start(&mut command)?;
        wait_until("the broker answers", async || {
            let answer = reqwest::get(format!("{url}/health")).await?;
            Ok(crate::look(answer.status().is_success(), answer.status()))
        })
        .await?;
        Ok(Self {
            url,
            connection,
            _process: process,
        })
    }

    /// Its address, to be given as `OCTAVO_BROKER_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The secret that is nobody's but its own.
    pub fn secret(&self) -> &str {
        &self.connection.client_secret
    }

    /// The `octavo:` link on the page on which the browser landed.
    pub fn link(page: &str) -> Result<String, Fault> {
        page.split('"')
            .find(|part| part.starts_with("octavo://"))
            .map(|link| link.replace("&amp;", "&"))
            .ok_or_else(|| Fault::program("octavo-broker", format!("no link on its page: {page}")))
    }
}

impl Stage {
    /// Waits until the desktop knows a program for `octavo:` addresses.
    pub async fn knows_the_scheme(&self) -> Result<(), Fault> {
        wait_until("the desktop knows octavo: addresses", async || {
            let answer = self
                .command("gio")
                .args(["mime", "x-scheme-handler/octavo"])
                .output()
                .map_err(Fault::io("start gio"))?;
            let words = String::from_utf8_lossy(&answer.stdout).into_owned();
            Ok(if words.contains(".desktop") {
                Look::Yes(())
            } else {
                Look::NotYet(words)
            })
        })
        .await
    }

    /// Closes the app that shows a window of this name, as its frame's button does, and waits until it
    /// has ended. For an app that the desktop started, and not the stage.
    pub async fn close_windows(&self, name: &str) -> Result<(), Fault> {
        let pid = crate::frame::owner_of_window(self.display(), name)?
            .ok_or_else(|| Fault::program("the screen", format!("no window named {name:?}")))?;
        crate::frame::close_windows_of(self.display(), pid)?;
        wait_until("the app has ended", async || {
            Ok(crate::look(!crate::process::alive(pid), "running"))
        })
        .await
    }

    /// Opens an address as the desktop does when it is clicked on. What it starts gets `environment`.
    pub fn gio_open(&self, address: &str, environment: &[(&str, &str)]) -> Result<(), Fault> {
        let done = self
            .command("gio")
            .args(["open", address])
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(self.log_file("gio.log")?)
            .stderr(self.log_file("gio.log")?)
            .status()
            .map_err(Fault::io("start gio"))?;
        if done.success() {
            Ok(())
        } else {
            Err(Fault::program("gio open", done.to_string()))
        }
    }
}
