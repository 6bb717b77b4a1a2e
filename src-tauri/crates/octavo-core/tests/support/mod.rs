//! What the tests share: a simulated Notion, a folder, a clock that stands, and cores among them.

#![allow(
    dead_code,
    reason = "each test file is compiled with its own copy and uses its own part"
)]

pub(crate) mod browser;
pub(crate) mod passage;

use std::path::PathBuf;

use notion_sim::{Options, Running, Simulator};
use octavo_contract::{AccountAddToken, AccountRef, AccountView};
use octavo_core::{Clock, Config, Octavo, VaultKind};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) struct World {
    pub(crate) sim: Running,
    pub(crate) http: reqwest::Client,
    pub(crate) dir: TempDir,
    pub(crate) clock: Clock,
    /// Whether every core finds the token in its vault, as after a restart.
    pub(crate) remembers: bool,
    /// How many bytes of text one request carries.
    pub(crate) room: usize,
}

impl World {
    /// An empty workspace.
    pub(crate) async fn new() -> Self {
        Self {
            sim: Simulator::start(Options::default()).await.unwrap(),
            http: reqwest::Client::new(),
            dir: TempDir::new().unwrap(),
            clock: Clock::standing_at(jiff::Timestamp::now().as_millisecond()),
            remembers: false,
            room: Config::REQUEST_ROOM,
        }
    }

    /// The same, whose cores find the token in their vaults.
    pub(crate) async fn remembering() -> Self {
        Self {
            remembers: true,
            ..Self::new().await
        }
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub(crate) fn config(&self) -> Config {
        let token = self.sim.personal_access_token();
        Config {
            data_dir: self.data_dir(),
            notion_url: self.sim.url().parse().unwrap(),
            vault: VaultKind::Memory,
            memory_token: self.remembers.then(|| token.into()),
            broker_url: None,
            sample: false,
            request_room: self.room,
        }
    }

    /// A core on the world's folder.
    pub(crate) async fn core(&self) -> Octavo {
        Octavo::open_at(self.config(), self.clock.clone())
            .await
            .unwrap()
    }

    /// A core with an account of the person whose token the simulator announced.
    pub(crate) async fn signed_in(&self) -> (Octavo, AccountView) {
        self.signed_in_as(None).await
    }

    pub(crate) async fn signed_in_as(&self, name: Option<&str>) -> (Octavo, AccountView) {
        let core = self.core().await;
        let request = AccountAddToken {
            token: self.sim.personal_access_token().to_owned(),
            name: name.map(str::to_owned),
        };
        let account = core.account_add_token(request).await.unwrap();
        (core, account)
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.sim.url());
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path} answered {status}: {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.sim.url());
        let answer = self.http.get(url).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// The next `times` requests for `path` meet this fault; with an empty `method`, those of all.
    pub(crate) async fn fault(&self, method: &str, path: &str, fault: &str, times: u32) {
        let rule = if method.is_empty() {
            json!({"path": path, "fault": fault, "times": times})
        } else {
            json!({"method": method, "path": path, "fault": fault, "times": times})
        };
        self.post("/_sim/faults", json!({"rules": [rule], "seed": 1}))
            .await;
    }

    /// Every page there is, as the simulator shows it.
    pub(crate) async fn tree(&self) -> Vec<Value> {
        let tree = self.get("/_sim/tree").await;
        tree.get("pages").unwrap().as_array().unwrap().clone()
    }
}

pub(crate) fn of(account: &AccountView) -> AccountRef {
    AccountRef {
        account: account.id.clone(),
    }
}
