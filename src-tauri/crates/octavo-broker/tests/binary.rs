//! The command itself: its words when something is missing, its life, its end.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a test may fail loudly"
)]

mod support;

use std::io::{BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use support::{CLIENT_SECRET, client};

const KEY: &str = "bWFya2VkLXN0YXRlLWtleS0wMTIzNDU2Nzg5YWJjZGVm";
const FULL: [(&str, &str); 5] = [
    ("OCTAVO_BROKER_LISTEN", "127.0.0.1:0"),
    ("OCTAVO_BROKER_PUBLIC_URL", "http://localhost:8787"),
    ("OCTAVO_BROKER_CLIENT_ID", "an-id"),
    ("OCTAVO_BROKER_CLIENT_SECRET", CLIENT_SECRET),
    ("OCTAVO_BROKER_STATE_KEY", KEY),
];

fn command<'a>(environment: impl IntoIterator<Item = (&'a str, &'a str)>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_octavo-broker"));
    command
        .env_clear()
        .envs(environment)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn words(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Ends the process when a test fails midway.
struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Reads lines until the broker says where it listens.
fn listening(log: &mut impl std::io::BufRead, seen: &mut String) -> SocketAddr {
    loop {
        let begin = seen.len();
        assert!(log.read_line(seen).unwrap() > 0, "it ended: {seen}");
        if let Some((_, rest)) = seen[begin..].split_once("listening address=") {
            return rest.split_whitespace().next().unwrap().parse().unwrap();
        }
    }
}

#[test]
fn a_missing_variable_is_named_and_the_status_is_two() {
    for (name, _) in FULL.iter().filter(|(name, _)| !name.ends_with("LISTEN")) {
        let rest = FULL.into_iter().filter(|(other, _)| other != name);
        let output = command(rest).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        let expected = format!("octavo-broker: missing from the environment: {name}\n");
        assert_eq!(words(&output), expected);
    }
}

#[test]
fn a_wrong_variable_is_named_without_its_value() {
    for (name, value) in [
        ("OCTAVO_BROKER_STATE_KEY", "zaphod"),
        ("OCTAVO_BROKER_LISTEN", "zaphod"),
        ("OCTAVO_BROKER_LOG", "zaphod"),
        ("OCTAVO_NOTION_URL", "http://zaphod.example"),
    ] {
        let output = command(FULL.into_iter().chain([(name, value)]))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}");
        let words = words(&output);
        assert!(words.contains(name) && !words.contains("zaphod"), "{words}");
    }
}

#[test]
fn an_address_in_use_is_a_failure_of_another_kind() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let listen = ("OCTAVO_BROKER_LISTEN", address.as_str());
    let output = command(FULL.into_iter().chain([listen])).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(words(&output).contains(&address));
}

#[test]
fn help_and_version_need_no_environment() {
    let help = command([]).arg("--help").output().unwrap();
    assert!(help.status.success());
    let text = String::from_utf8(help.stdout).unwrap();
    for (name, _) in FULL {
        assert!(text.contains(name), "{name}");
    }
    assert!(
        command([])
            .arg("--version")
            .output()
            .unwrap()
            .status
            .success()
    );
    let odd = command(FULL).arg("--zaphod").output().unwrap();
    assert_eq!(odd.status.code(), Some(2));
}

#[tokio::test]
async fn it_lives_until_sigterm_and_logs_no_secret() {
    let trace = ("OCTAVO_BROKER_LOG", "trace");
    // Nothing listens there: what is asked of Notion fails, and the failure is logged.
    let notion = ("OCTAVO_NOTION_URL", "http://127.0.0.1:1");
    let mut child = Guard(
        command(FULL.into_iter().chain([trace, notion]))
            .spawn()
            .unwrap(),
    );
    let mut log = BufReader::new(child.0.stderr.take().unwrap());
    let mut seen = String::new();
    let address = listening(&mut log, &mut seen);

    let http = client();
    let health = http
        .get(format!("http://{address}/health"))
        .send()
        .await
        .unwrap();
    assert_eq!(health.json::<Value>().await.unwrap(), json!({"ok": true}));
    let body = json!({"grant_type": "refresh_token", "refresh_token": "nrt_MARKED-refresh"});
    let url = format!("http://{address}/token");
    let answer = http.post(url).json(&body).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 503);
    let url = format!("http://{address}/callback?code=MARKED-code&state=MARKED-state");
    assert_eq!(http.get(url).send().await.unwrap().status().as_u16(), 400);

    let id = Pid::from_raw(child.0.id().try_into().unwrap()).unwrap();
    kill_process(id, Signal::TERM).unwrap();
    let status = child.0.wait().unwrap();
    assert!(status.success(), "{status}");
    log.read_to_string(&mut seen).unwrap();
    assert!(
        seen.contains("answered") && seen.contains("ending"),
        "{seen}"
    );
    for secret in ["MARKED", KEY, "marked-state-key"] {
        assert!(!seen.contains(secret), "{seen}");
    }
}
