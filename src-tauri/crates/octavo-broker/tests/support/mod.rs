//! A broker between a browser, an app and a Notion, all played by the test.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]
#![allow(
    dead_code,
    reason = "each test file is compiled with its own copy and uses its own part"
)]

use std::num::NonZeroU32;
use std::time::Duration;

use octavo_broker::{Broker, Clock, Config, RateLimit, Running, StateKeys};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use url::Url;
use wiremock::MockServer;

pub(crate) const NOW: u64 = 1_795_000_000;
pub(crate) const CLIENT_ID: &str = "463558a3-725e-4f37-b6d3-0889894f68de";
pub(crate) const CLIENT_SECRET: &str = "secret_MARKED-client-secret";
/// The pair of RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub(crate) const NONCE: &str = "Mn0-_nonce-of-the-app-01";
pub(crate) const WORDS: &str = "FERN-42";

pub(crate) struct World {
    pub(crate) notion: MockServer,
    pub(crate) broker: Running,
    pub(crate) clock: Clock,
    pub(crate) http: Client,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let notion = MockServer::start().await;
        let clock = Clock::standing_at(NOW);
        let mut config = config(&notion.uri());
        config.clock = clock.clone();
        change(&mut config);
        let broker = Broker::start(config).await.unwrap();
        Self {
            notion,
            broker,
            clock,
            http: client(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        let url = format!("http://{}{path}", self.broker.address());
        self.http.get(url).send().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        let url = format!("http://{}{path}", self.broker.address());
        self.http.post(url).json(body).send().await.unwrap()
    }

    /// The signed state of a sign-in that begins now.
    pub(crate) async fn begin(&self) -> String {
        let response = self.get(&start_path()).await;
        assert_eq!(response.status(), StatusCode::FOUND);
        let location = Url::parse(response.headers()["location"].to_str().unwrap()).unwrap();
        parameter(&location, "state")
    }

    /// The link into the app after the person said yes and Notion gave `code`.
    pub(crate) async fn granted(&self, code: &str) -> Link {
        let state = self.begin().await;
        let response = self
            .get(&format!("/callback?code={code}&state={state}"))
            .await;
        assert_eq!(response.status(), StatusCode::OK);
        Link::on(&response.text().await.unwrap()).unwrap()
    }

    pub(crate) async fn exchange(&self, link: &Link) -> Response {
        self.post("/token", &exchange_body(&link.code, &link.state, VERIFIER))
            .await
    }

    pub(crate) async fn refresh(&self, token: &str) -> Response {
        let body = json!({"grant_type": "refresh_token", "refresh_token": token});
        self.post("/token", &body).await
    }
}

/// What the bridge page hands to the app.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) url: Url,
    pub(crate) code: String,
    pub(crate) error: String,
    pub(crate) state: String,
}

impl Link {
    pub(crate) fn on(page: &str) -> Option<Self> {
        let (_, rest) = page.split_once("href=\"octavo:")?;
        let (link, _) = rest.split_once('"')?;
        let url = Url::parse(&format!("octavo:{}", link.replace("&amp;", "&"))).unwrap();
        Some(Self {
            code: parameter(&url, "code"),
            error: parameter(&url, "error"),
            state: parameter(&url, "state"),
            url,
        })
    }
}

/// The value of a parameter that is there at most once.
pub(crate) fn parameter(url: &Url, name: &str) -> String {
    let found: Vec<_> = url.query_pairs().filter(|(key, _)| key == name).collect();
    assert!(found.len() < 2, "{name} twice");
    found
        .first()
        .map(|(_, value)| value.to_string())
        .unwrap_or_default()
}

pub(crate) fn start_path() -> String {
    format!("/start?challenge={CHALLENGE}&nonce={NONCE}&words={WORDS}")
}

pub(crate) fn exchange_body(code: &str, state: &str, verifier: &str) -> Value {
    json!({
        "grant_type": "authorization_code",
        "code": code,
        "state": state,
        "code_verifier": verifier,
    })
}

pub(crate) fn config(notion: &str) -> Config {
    let keys = StateKeys::from_bytes([vec![7; 32]]).unwrap();
    let mut config = Config::new(
        CLIENT_ID,
        CLIENT_SECRET.into(),
        keys,
        notion.parse().unwrap(),
    );
    config.notion_timeout = Duration::from_secs(20);
    config.rate = RateLimit {
        per_minute: NonZeroU32::new(1000).unwrap(),
        burst: NonZeroU32::new(1000).unwrap(),
    };
    config
}

pub(crate) fn client() -> Client {
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

/// The status, `error` and `error_description` of a refusal.
pub(crate) async fn refusal(response: Response) -> (u16, String, String) {
    let status = response.status().as_u16();
    assert_eq!(response.headers()["cache-control"], "no-store");
    let body: Value = response.json().await.unwrap();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    (status, text("error"), text("error_description"))
}
