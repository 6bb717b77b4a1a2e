//! A small `WebDriver` client for the app's own web view.
//!
//! Not a general one: the ready-made clients always send a `goog:chromeOptions` capability, which
//! `WebKitWebDriver` refuses, and know no time limit per call.

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::process::Guarded;
use crate::{Fault, Look, Stage, wait_until};

/// The key under which W3C `WebDriver` hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// The Enter key in `WebDriver`'s words.
const ENTER: &str = "\u{E007}";
/// No call to a window may take longer; starting the app is one call.
const CALL: Duration = Duration::from_secs(45);

/// One session with one app.
#[derive(Debug)]
pub(crate) struct Driver {
    http: reqwest::Client,
    session: String,
    // Ends the driver and, being in its group, the app.
    _process: Guarded,
}

impl Driver {
    /// Starts a driver, and through it `program`.
    pub(crate) async fn start(stage: &Stage, program: &Path) -> Result<Self, Fault> {
        let port = free_port()?;
        let mut command = stage.mortal("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdin(std::process::Stdio::null())
            .stdout(stage.log_file("driver.log")?)
            .stderr(stage.log_file("driver.log")?);
        let process = Guarded::start(&mut command)?;
        let http = reqwest::Client::builder()
            .timeout(CALL)
            .no_proxy()
            .build()?;
        let base = format!("http://127.0.0.1:{port}");
        wait_until("WebKitWebDriver answers", async || {
            http.get(format!("{base}/status")).send().await?;
            Ok(Look::Yes(()))
        })
        .await?;
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "webkitgtk:browserOptions": {"binary": program, "args": []}
        }}});
        let answer: Value = http
            .post(format!("{base}/session"))
            .json(&wanted)
            .send()
            .await?
            .json()
            .await?;
        let id = answer
            .pointer("/value/sessionId")
            .and_then(Value::as_str)
            .ok_or_else(|| Fault::Window {
                step: "open the app".into(),
                what: answer.to_string(),
            })?;
        let session = format!("{base}/session/{id}");
        Ok(Self {
            http,
            session,
            _process: process,
        })
    }

    /// One call; `step` names it in errors.
    async fn call(
        &self,
        step: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, Fault> {
        let mut request = self.http.request(method, format!("{}{path}", self.session));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let fine = response.status().is_success();
        let mut answer: Value = response.json().await?;
        let value = answer.get_mut("value").map(Value::take).unwrap_or_default();
        if fine {
            Ok(value)
        } else {
            Err(Fault::Window {
                step: step.to_owned(),
                what: value.to_string(),
            })
        }
    }

    /// Runs a script in the page.
    pub(crate) async fn run(&self, script: &str, args: Value) -> Result<Value, Fault> {
        let body = json!({"script": script, "args": args});
        self.call("run a script", Method::POST, "/execute/sync", Some(body))
            .await
    }

    pub(crate) async fn click(&self, element: &str) -> Result<(), Fault> {
        let path = format!("/element/{element}/click");
        self.call("click", Method::POST, &path, Some(json!({})))
            .await
            .map(drop)
    }

    pub(crate) async fn clear(&self, element: &str) -> Result<(), Fault> {
        let path = format!("/element/{element}/clear");
        self.call("clear", Method::POST, &path, Some(json!({})))
            .await
            .map(drop)
    }

    pub(crate) async fn type_into(&self, element: &str, text: &str) -> Result<(), Fault> {
        let path = format!("/element/{element}/value");
        // A line ends with the key a person would press.
        let text = text.replace('\n', ENTER);
        self.call("type", Method::POST, &path, Some(json!({"text": text})))
            .await
            .map(drop)
    }

    /// Presses keys one after the other, wherever the focus is; `held` stays down meanwhile.
    pub(crate) async fn keys(&self, held: &str, keys: &str) -> Result<(), Fault> {
        let mut actions = Vec::new();
        let press = |what: &str, key: char| json!({"type": what, "value": key.to_string()});
        actions.extend(held.chars().map(|key| press("keyDown", key)));
        for key in keys.chars() {
            actions.push(press("keyDown", key));
            actions.push(press("keyUp", key));
        }
        actions.extend(held.chars().rev().map(|key| press("keyUp", key)));
        let body = json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]});
        self.call("press keys", Method::POST, "/actions", Some(body))
            .await
            .map(drop)
    }

    /// Turns to the window whose page has a title that begins so; false when there is none.
    pub(crate) async fn turn_to(&self, title: &str) -> Result<bool, Fault> {
        let handles = self
            .call("list the windows", Method::GET, "/window/handles", None)
            .await?;
        for handle in handles.as_array().into_iter().flatten() {
            let body = json!({"handle": handle});
            self.call("turn to a window", Method::POST, "/window", Some(body))
                .await?;
            let found = self
                .call("read a title", Method::GET, "/title", None)
                .await?;
            if found.as_str().is_some_and(|found| found.starts_with(title)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(crate) async fn resize(&self, width: u32, height: u32) -> Result<(), Fault> {
        let body = json!({"width": width, "height": height});
        self.call("resize", Method::POST, "/window/rect", Some(body))
            .await
            .map(drop)
    }

    /// A picture of the page, base64 as the driver sends it.
    pub(crate) async fn picture(&self) -> Result<String, Fault> {
        let value = self
            .call("take a picture", Method::GET, "/screenshot", None)
            .await?;
        value
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| Fault::Window {
                step: "take a picture".into(),
                what: "no picture in the answer".into(),
            })
    }
}

/// The element a script answered with, if it did.
pub(crate) fn element_of(value: &Value) -> Option<String> {
    value
        .get(ELEMENT)
        .and_then(Value::as_str)
        .map(str::to_owned)
}

/// An element as an argument of a script.
pub(crate) fn element_argument(id: &str) -> Value {
    json!({ELEMENT: id})
}

/// A port nobody listens on right now.
pub(crate) fn free_port() -> Result<u16, Fault> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(Fault::io("find a free port"))
}
