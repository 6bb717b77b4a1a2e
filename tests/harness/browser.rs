//! The person's browser, for a sign-in: what the app opens in it, and the person at Notion's consent
//! page.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use serde_json::json;
use url::Url;

use crate::{AppOptions, Fault, Look, Simulator, Stage, wait_until};

/// A connection that the person made in Notion.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Its id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
}

impl Simulator {
    /// Makes a public connection with these redirect addresses, as a person does in Notion.
    pub async fn make_connection(&self, redirects: &[&str]) -> Result<Connection, Fault> {
        let wanted = json!({"name": "A connection of one's own", "redirect_uris": redirects});
        let made = self.control("connection", Some(wanted)).await?;
        Ok(Connection {
            client_id: crate::pages::text(&made, "client_id")?,
            client_secret: crate::pages::text(&made, "client_secret")?,
        })
    }
}

/// A browser that notes what it is told to open.
#[derive(Debug)]
pub struct Browser {
    http: reqwest::Client,
    folder: PathBuf,
    opened: PathBuf,
}

impl Browser {
    /// Puts it in the place of the desktop's own.
    ///
    /// # Errors
    /// It could not be written to the stage's folder.
    pub fn install(stage: &Stage) -> Result<Self, Fault> {
        let folder = stage.path("browser");
        let opened = stage.path("run/opened");
        fs::create_dir_all(&folder).map_err(Fault::io("make the browser's folder"))?;
        let program = folder.join("xdg-open");
        let note = opened.display();
        // Renamed when whole: nobody reads half an address.
        let script =
            format!("#!/bin/sh\nprintf '%s' \"$1\" > '{note}.part' && mv '{note}.part' '{note}'\n");
        fs::write(&program, script).map_err(Fault::io("write the browser"))?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o700))
            .map_err(Fault::io("make the browser executable"))?;
        Ok(Self {
            http: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .build()?,
            folder,
            opened,
        })
    }

    /// An app that opens its addresses in this browser.
    #[must_use]
    pub fn for_app(&self, options: AppOptions) -> AppOptions {
        let rest = std::env::var("PATH").unwrap_or_else(|_| "/usr/bin:/bin".to_owned());
        options.env("PATH", &format!("{}:{rest}", self.folder.display()))
    }

    /// Waits until the app has opened an address.
    pub async fn opened(&self) -> Result<Url, Fault> {
        wait_until("the browser is opened", async || {
            let text = fs::read_to_string(&self.opened).unwrap_or_default();
            Ok(Url::parse(&text).map_or_else(|_| Look::NotYet(text.clone()), Look::Yes))
        })
        .await
    }

    /// The person presses `decision` on the consent page at `address`; answers where the browser is
    /// sent then.
    pub async fn decide(&self, address: Url, decision: &str) -> Result<Url, Fault> {
        let mut address = address;
        let page = loop {
            let answer = self.http.get(address.clone()).send().await?;
            match location(&answer, &address) {
                Some(next) => address = next,
                None => break answer.text().await?,
            }
        };
        let mut form = filled_in(&page);
        form.push(("decision".to_owned(), decision.to_owned()));
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&form)
            .finish();
        let consent = address
            .join("/consent")
            .map_err(|error| Fault::Simulator(error.to_string()))?;
        let answer = self
            .http
            .post(consent.clone())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await?;
        location(&answer, &consent)
            .ok_or_else(|| Fault::Simulator(format!("the consent page answered {answer:?}")))
    }

    /// Opens a page and answers its text.
    pub async fn open(&self, address: Url) -> Result<String, Fault> {
        Ok(self.http.get(address).send().await?.text().await?)
    }
}

fn location(answer: &reqwest::Response, at: &Url) -> Option<Url> {
    let to = answer.headers().get("location")?.to_str().ok()?;
    at.join(to).ok()
}

/// Names and values of a page's last form: its hidden fields, and every page that can be ticked.
fn filled_in(page: &str) -> Vec<(String, String)> {
    let form = page.rsplit("<form").next().unwrap_or_default();
    form.split('<')
        .filter(|tag| tag.contains("type=\"hidden\"") || tag.contains("name=\"page\""))
        .map(|tag| (attribute(tag, "name"), attribute(tag, "value")))
        .collect()
}

pub(crate) fn attribute(tag: &str, name: &str) -> String {
    let value = tag
        .split_once(&format!(" {name}=\""))
        .and_then(|(_, rest)| rest.split('"').next());
    value
        .unwrap_or_default()
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}
