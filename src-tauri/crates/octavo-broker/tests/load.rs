//! Two copies of the broker under load, as behind a balancer: no answer reaches somebody else, nothing is
//! logged that should not be, memory stays flat, and the limit of one address holds.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may fail loudly"
)]

mod support;

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Instant;

use reqwest::{Client, StatusCode};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use support::{CLIENT_SECRET, Link, VERIFIER, client, exchange_body, parameter, start_path};
use tokio::task::JoinSet;
use url::Url;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const KEY: &str = "bWFya2VkLXN0YXRlLWtleS0wMTIzNDU2Nzg5YWJjZGVm";
/// Sign-ins at the same time.
const AT_ONCE: usize = 16;
/// What one address may send at once, and what flows back to it in a minute.
const BURST: usize = 20;
const PER_MINUTE: usize = 60;
/// A copy may grow by so much from one load to a second, equal one; in KiB. A leak of a kilobyte for each
/// request would be more.
const GROWTH: u64 = 2 * 1024;

struct Copy {
    child: Child,
    log: Option<BufReader<ChildStderr>>,
    seen: String,
    url: String,
}

impl Copy {
    fn start(notion: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_octavo-broker"))
            .env_clear()
            .env("OCTAVO_BROKER_LISTEN", "127.0.0.1:0")
            .env("OCTAVO_BROKER_PUBLIC_URL", "http://localhost:8787")
            .env("OCTAVO_BROKER_CLIENT_ID", "an-id")
            .env("OCTAVO_BROKER_CLIENT_SECRET", CLIENT_SECRET)
            .env("OCTAVO_BROKER_STATE_KEY", KEY)
            .env("OCTAVO_BROKER_TRUST_PROXY", "1")
            .env("OCTAVO_BROKER_RATE_PER_MINUTE", PER_MINUTE.to_string())
            .env("OCTAVO_BROKER_RATE_BURST", BURST.to_string())
            .env("OCTAVO_NOTION_URL", notion)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut seen = String::new();
        let address = loop {
            let begin = seen.len();
            assert!(log.read_line(&mut seen).unwrap() > 0, "it ended: {seen}");
            if let Some((_, rest)) = seen[begin..].split_once("listening address=") {
                break rest.split_whitespace().next().unwrap().to_owned();
            }
        };
        Self {
            child,
            log: Some(log),
            seen,
            url: format!("http://{address}"),
        }
    }

    /// Reads the log on a thread of its own, so that it never stands in the way.
    fn follow(&mut self) -> std::thread::JoinHandle<String> {
        let mut log = self.log.take().unwrap();
        let mut seen = std::mem::take(&mut self.seen);
        std::thread::spawn(move || {
            log.read_to_string(&mut seen).unwrap();
            seen
        })
    }

    /// What it holds in memory, in KiB.
    fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        line.unwrap()
            .split_whitespace()
            .nth(1)
            .unwrap()
            .parse()
            .unwrap()
    }

    fn end(&mut self) {
        let id = Pid::from_raw(self.child.id().try_into().unwrap()).unwrap();
        kill_process(id, Signal::TERM).unwrap();
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A Notion whose tokens carry the code they were given for.
async fn notion() -> MockServer {
    let notion = MockServer::builder()
        .disable_request_recording()
        .start()
        .await;
    let grant = |request: &Request| {
        let body: Value = request.body_json().unwrap();
        let code = body["code"].as_str().unwrap();
        ResponseTemplate::new(200).set_body_json(json!({
            "access_token": format!("ntn_of-{code}"),
            "refresh_token": format!("nrt_of-{code}"),
        }))
    };
    Mock::given(path("/v1/oauth/token"))
        .respond_with(grant)
        .mount(&notion)
        .await;
    notion
}

/// One person signs in, from an address of their own, each step at whichever copy comes first.
async fn sign_in(http: Client, urls: [String; 2], number: usize) {
    let from = format!("10.{}.{}.7", number / 250, number % 250);
    let at = |step: usize| &urls[(number + step) % 2];
    let ask = |request: reqwest::RequestBuilder| request.header("x-forwarded-for", &from).send();

    let started = ask(http.get(format!("{}{}", at(0), start_path()))).await;
    let started = started.unwrap();
    assert_eq!(started.status(), StatusCode::FOUND);
    let location = Url::parse(started.headers()["location"].to_str().unwrap()).unwrap();
    let state = parameter(&location, "state");

    let code = format!("MARKED-code-{number}");
    let back = format!("{}/callback?code={code}&state={state}", at(1));
    let page = ask(http.get(back)).await.unwrap().text().await.unwrap();
    let link = Link::on(&page).unwrap();

    let body = exchange_body(&link.code, &link.state, VERIFIER);
    let tokens = ask(http.post(format!("{}/token", at(2))).json(&body)).await;
    let tokens: Value = tokens.unwrap().json().await.unwrap();
    assert_eq!(tokens["access_token"], format!("ntn_of-{code}"));
    assert_eq!(tokens["refresh_token"], format!("nrt_of-{code}"));

    // And somebody with nothing but nonsense.
    let wrong = exchange_body("MARKED-guess", &link.state, VERIFIER);
    let wrong = ask(http.post(format!("{}/token", at(3))).json(&wrong)).await;
    assert_eq!(wrong.unwrap().status(), StatusCode::BAD_REQUEST);
}

async fn load(http: &Client, urls: &[String; 2], numbers: std::ops::Range<usize>) {
    let mut people = JoinSet::new();
    for number in numbers {
        while people.len() >= AT_ONCE {
            people.join_next().await.unwrap().unwrap();
        }
        people.spawn(sign_in(http.clone(), urls.clone(), number));
    }
    while let Some(one) = people.join_next().await {
        one.unwrap();
    }
}

/// How many of `count` requests of one address are let through, and the most that may be.
async fn flood(http: &Client, url: &str, count: usize) -> (usize, usize) {
    let began = Instant::now();
    let mut through = 0;
    for _ in 0..count {
        let answer = http
            .get(format!("{url}{}", start_path()))
            // What a client claims itself stands before what the proxy saw.
            .header("x-forwarded-for", "1.2.3.4, 192.0.2.1")
            .send()
            .await
            .unwrap();
        match answer.status() {
            StatusCode::FOUND => through += 1,
            status => {
                assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
                let wait = answer.headers()["retry-after"].to_str().unwrap();
                assert!((1..=2).contains(&wait.parse::<u64>().unwrap()), "{wait}");
            }
        }
    }
    let seconds = usize::try_from(began.elapsed().as_secs()).unwrap() + 1;
    (through, BURST + seconds * PER_MINUTE / 60)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_people_at_two_copies() {
    let notion = notion().await;
    let mut copies = [Copy::start(&notion.uri()), Copy::start(&notion.uri())];
    let logs = copies.each_mut().map(Copy::follow);
    let urls = copies.each_ref().map(|copy| copy.url.clone());
    let http = client();

    load(&http, &urls, 0..1_500).await;
    let before = copies.each_ref().map(Copy::resident);
    load(&http, &urls, 1_500..3_000).await;
    let after = copies.each_ref().map(Copy::resident);
    for (before, after) in before.into_iter().zip(after) {
        assert!(after < before + GROWTH, "{before} KiB, then {after} KiB");
    }

    let (through, most) = flood(&http, &urls[0], 300).await;
    assert!((BURST..=most).contains(&through), "{through} of {most}");

    for copy in &mut copies {
        copy.end();
    }
    for log in logs {
        let log = log.join().unwrap();
        assert!(log.contains("answered"), "it tells what it did: {log}");
        for secret in ["MARKED", "ntn_of", "nrt_of", VERIFIER, KEY] {
            assert!(!log.contains(secret), "{secret} is in the log");
        }
    }
}
