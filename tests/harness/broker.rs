//! The broker of a stage: the real program, with a connection of its own at the simulated Notion.

use std::process::Stdio;

use url::Url;

use crate::browser::attribute;
use crate::port::claim_port;
use crate::process::Guarded;
use crate::{AppOptions, Browser, Fault, Look, Simulator, Stage, binary, wait_until};

/// A key for a broker that lives as long as a story.
const STATE_KEY: &str = "bWFya2VkLXN0YXRlLWtleS0wMTIzNDU2Nzg5YWJjZGVm";

/// A running broker; it ends when this is dropped.
#[derive(Debug)]
pub struct Broker {
    url: String,
    secret: String,
    _process: Guarded,
}

impl Stage {
    /// Starts a broker through which people sign in to `notion`.
    pub async fn broker(&self, notion: &Simulator) -> Result<Broker, Fault> {
        let port = claim_port()?;
        let url = format!("http://localhost:{port}");
        let connection = notion
            .make_connection(&[&format!("{url}/callback")])
            .await?;
        let mut command = self.mortal(binary("octavo-broker")?);
        command
            .env("OCTAVO_BROKER_PUBLIC_URL", &url)
            .env("OCTAVO_BROKER_LISTEN", format!("127.0.0.1:{port}"))
            .env("OCTAVO_BROKER_CLIENT_ID", &connection.client_id)
            .env("OCTAVO_BROKER_CLIENT_SECRET", &connection.client_secret)
            .env("OCTAVO_BROKER_STATE_KEY", STATE_KEY)
            .env("OCTAVO_NOTION_URL", notion.url())
            .stdin(Stdio::null())
            .stdout(self.log_file("broker.log")?)
            .stderr(self.log_file("broker.log")?);
        let process = Guarded::start(&mut command)?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        wait_until("the broker answers", async || {
            http.get(format!("http://127.0.0.1:{port}/health"))
                .send()
                .await?
                .error_for_status()?;
            Ok(Look::Yes(()))
        })
        .await?;
        Ok(Broker {
            url,
            secret: connection.client_secret,
            _process: process,
        })
    }

    /// Opens an address as the desktop does when a browser hands it over, with `environment` for a
    /// program that is started for it.
    pub fn open_address(&self, link: &str, environment: &[(&str, &str)]) -> Result<(), Fault> {
        let done = self
            .command("gio")
            .args(["open", link])
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(self.log_file("gio.log")?)
            .stderr(self.log_file("gio.log")?)
            .status()
            .map_err(Fault::io("start gio"))?;
        if done.success() {
            Ok(())
        } else {
            let words = std::fs::read_to_string(self.logs().join("gio.log")).unwrap_or_default();
            Err(Fault::program("gio", format!("{done}: {words}")))
        }
    }

    /// Waits until the desktop knows who opens `octavo:` addresses.
    pub async fn knows_the_scheme(&self) -> Result<(), Fault> {
        wait_until("the desktop knows octavo: addresses", async || {
            let out = self
                .command("gio")
                .args(["mime", "x-scheme-handler/octavo"])
                .output()
                .map_err(Fault::io("start gio"))?;
            let words = String::from_utf8_lossy(&out.stdout).into_owned();
            Ok(if out.status.success() && words.contains(".desktop") {
                Look::Yes(())
            } else {
                Look::NotYet(words)
            })
        })
        .await
    }
}

impl Broker {
    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The secret that only the broker may know.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// An app that signs in through it.
    #[must_use]
    pub fn for_app(&self, options: AppOptions) -> AppOptions {
        options.env("OCTAVO_BROKER_URL", &self.url)
    }
}

/// What the broker's bridge page shows a person who comes back from Notion.
#[derive(Debug)]
pub struct Bridge {
    /// The link into the app.
    pub link: String,
    /// The whole page.
    pub page: String,
}

impl Browser {
    /// Goes all the way from `address` to the bridge page, allowing access at Notion's.
    pub async fn allow(&self, address: Url) -> Result<Bridge, Fault> {
        let back = self.decide(address, "allow").await?;
        let page = self.open(back).await?;
        let tag = page
            .split('<')
            .find(|tag| tag.starts_with("a ") && tag.contains("id=\"open\""))
            .ok_or_else(|| Fault::claim(format!("no link into the app on {page}")))?;
        let link = attribute(tag, "href");
        Ok(Bridge { link, page })
    }
}
