//! The simulated Notion as a program of its own, and its control routes.

use std::cell::RefCell;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use crate::pages::{Workspace, text};
use crate::port::claim_port;
use crate::process::Guarded;
use crate::{Fault, Stage, binary};

/// A running simulator. It can be stopped and started again on the same port with the same state.
#[derive(Debug)]
pub struct Simulator {
    http: reqwest::Client,
    process: RefCell<Option<Guarded>>,
    stage_id: String,
    port: u16,
    url: String,
    first: Workspace,
    state: PathBuf,
    log: PathBuf,
}

impl Simulator {
    pub(crate) fn start(stage: &Stage) -> Result<Self, Fault> {
        let port = claim_port()?;
        let state = stage.path(&format!("notion/{port}.json"));
        let log = stage.logs().join(format!("simulator-{port}.log"));
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(20))
            .no_proxy()
            .build()?;
        let simulator = Self {
            http,
            process: RefCell::default(),
            stage_id: stage.id().to_owned(),
            port,
            url: format!("http://127.0.0.1:{port}"),
            first: Workspace {
                id: String::new(),
                personal_token: String::new(),
                internal_token: String::new(),
            },
            state,
            log,
        };
        let hello = simulator.launch()?;
        Ok(Self {
            first: Workspace::read(&hello)?,
            url: text(&hello, "url")?,
            ..simulator
        })
    }

    fn launch(&self) -> Result<Value, Fault> {
        let log = || {
            std::fs::File::options()
                .create(true)
                .append(true)
                .open(&self.log)
                .map_err(Fault::io("open the simulator's log"))
        };
        let mut command = crate::process::mortal(binary("notion-sim")?);
        command
            .args([
                "--port",
                &self.port.to_string(),
                "--seed",
                "empty",
                "--state",
            ])
            .arg(&self.state)
            .env(crate::process::MARK, &self.stage_id)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log()?);
        let mut process = Guarded::start(&mut command)?;
        let hello = process.first_line("notion-sim")?;
        self.process.replace(Some(process));
        Ok(serde_json::from_str(&hello)?)
    }

    /// Its address, to be given as `OCTAVO_NOTION_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The workspace it began with.
    pub fn workspace(&self) -> &Workspace {
        &self.first
    }

    /// Pulls the plug: nobody answers on the port from now on.
    pub fn stop(&self) {
        self.process.take();
    }

    /// Starts it again: same port, same state.
    pub fn restart(&self) -> Result<(), Fault> {
        self.stop();
        self.launch().map(drop)
    }

    /// One of the control routes.
    pub(crate) async fn control(&self, route: &str, body: Option<Value>) -> Result<Value, Fault> {
        let url = format!("{}/_sim/{route}", self.url);
        let request = match body {
            Some(body) => self.http.post(url).json(&body),
            None => self.http.get(url),
        };
        let response = request.send().await?;
        let status = response.status();
        let text = response.text().await?;
        if !status.is_success() {
            return Err(Fault::Simulator(format!("{route}: {status}: {text}")));
        }
        Ok(if text.trim().is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text)?
        })
    }

    /// The requests it got, by method and route.
    pub async fn stats(&self) -> Result<Value, Fault> {
        self.control("stats", None).await
    }

    /// Makes requests fail by rule.
    pub async fn faults(&self, rules: Value) -> Result<(), Fault> {
        self.control("faults", Some(json!({"rules": rules, "seed": 1})))
            .await
            .map(drop)
    }

    /// Turns a switch.
    pub async fn config(&self, switches: Value) -> Result<(), Fault> {
        self.control("config", Some(switches)).await.map(drop)
    }

    /// Every token is refused from now on.
    pub async fn expire(&self) -> Result<(), Fault> {
        self.control("expire", Some(json!({}))).await.map(drop)
    }
}
