//! A small `WebDriver` client for the app's own web view.
//!
//! Not a general one: the ready-made clients always send a `goog:chromeOptions` capability, which
//! `WebKitWebDriver` refuses, and know no time limit per call.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::port::claim_port;
use crate::process::{Guarded, alive};
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
    app: Guarded,
    started_at: f64,
    _process: Guarded,
}

impl Driver {
    /// Starts `app` and a driver that turns to it.
    ///
    /// The driver could start the app itself, but then it picks the port by which it talks to it in
    /// a way that gives two drivers the same now and then, and one takes the other's window away.
    pub(crate) async fn start(stage: &Stage, app: &Path) -> Result<Self, Fault> {
        let [port, inspector] = [claim_port()?, claim_port()?];
        let target = format!("127.0.0.1:{inspector}");
        let mut command = stage.mortal("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .arg(format!("--target={target}"))
            .stdin(Stdio::null())
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
        let started_at = now();
        let app = start_app(stage.mortal(app), &target)?;
        let id = open_session(&http, &base, app.pid()).await?;
        Ok(Self {
            http,
            session: format!("{base}/session/{id}"),
            app,
            started_at,
            _process: process,
        })
    }

    /// The app's process.
    pub(crate) fn app(&self) -> i32 {
        self.app.pid()
    }

    /// When the app was started, in milliseconds since 1970.
    pub(crate) fn started_at(&self) -> f64 {
        self.started_at
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

fn now() -> f64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    since.as_secs_f64() * 1000.0
}

fn start_app(mut command: Command, inspector: &str) -> Result<Guarded, Fault> {
    command
        .env("WEBKIT_INSPECTOR_SERVER", inspector)
        .env("TAURI_AUTOMATION", "true")
        .env("TAURI_WEBVIEW_AUTOMATION", "true")
        .stdin(Stdio::null());
    Guarded::start(&mut command)
}

/// Opens a session with the app, which may still be on its way; an app that ends instead is not
/// waited for.
async fn open_session(http: &reqwest::Client, base: &str, app: i32) -> Result<String, Fault> {
    let wanted = json!({"capabilities": {"alwaysMatch": {}}});
    let session = http.post(format!("{base}/session")).json(&wanted).send();
    let ended = async {
        let mut pulse = tokio::time::interval(Duration::from_millis(50));
        while alive(app) {
            pulse.tick().await;
        }
    };
    let answer: Value = tokio::select! {
        answer = session => answer?.json().await?,
        () = ended => return Err(Fault::Ended("it never opened a window".into())),
    };
    answer
        .pointer("/value/sessionId")
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| Fault::Window {
            step: "open the app".into(),
            what: answer.to_string(),
        })
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
