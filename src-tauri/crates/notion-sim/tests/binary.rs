//! The command itself: its one line of output, and a state that outlives it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

struct Started {
    child: Child,
    line: Value,
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(state: &Path) -> Started {
    start_with(state, &[])
}

fn start_with(state: &Path, more: &[&str]) -> Started {
    let mut child = Command::new(env!("CARGO_BIN_EXE_notion-sim"))
        .args(["--port", "0", "--seed", "empty", "--state"])
        .arg(state)
        .args(more)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    Started {
        child,
        line: serde_json::from_str(&line).unwrap(),
    }
}

async fn call(started: &Started, method: &str, path: &str, body: &Value) -> Value {
    let url = format!("{}{path}", started.line["url"].as_str().unwrap());
    let token = started.line["personal_access_token"].as_str().unwrap();
    let answer = reqwest::Client::new()
        .request(method.parse().unwrap(), url)
        .bearer_auth(token)
        .header("notion-version", "2026-03-11")
        .json(body)
        .send()
        .await
        .unwrap();
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_killed_simulator_keeps_what_it_answered() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.json");
    let mut first = start(&state);
    for key in [
        "url",
        "personal_access_token",
        "internal_token",
        "client_id",
        "client_secret",
        "workspace_id",
    ] {
        assert!(
            first.line[key]
                .as_str()
                .is_some_and(|text| !text.is_empty()),
            "{key}"
        );
    }
    let body = json!({"markdown": "# Kept\n- [ ] one\n\t- two **bold**"});
    let page = call(&first, "POST", "/v1/pages", &body).await;
    let path = format!("/v1/pages/{}/markdown", page["id"].as_str().unwrap());
    first.child.kill().unwrap();
    first.child.wait().unwrap();

    let second = start(&state);
    for key in ["personal_access_token", "internal_token", "workspace_id"] {
        assert_eq!(first.line[key], second.line[key]);
    }
    let answer = call(&second, "GET", &path, &json!({})).await;
    assert_eq!(
        answer["markdown"], "- [ ] one\n\t- two **bold**",
        "{answer}"
    );
}

#[tokio::test]
async fn redirects_are_registered_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.json");
    let wanted = ["http://localhost:53682/callback", "https://b.example/cb"];
    let mut first = start_with(
        &state,
        &["--redirect-uri", wanted[0], "--redirect-uri", wanted[1]],
    );
    let known = call(&first, "GET", "/_sim/connections", &json!({})).await;
    assert_eq!(known["connections"][0]["redirect_uris"], json!(wanted));
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    let second = start_with(&state, &["--redirect-uri", wanted[1]]);
    assert_eq!(first.line["client_secret"], second.line["client_secret"]);
    let known = call(&second, "GET", "/_sim/connections", &json!({})).await;
    assert_eq!(known["connections"][0]["redirect_uris"], json!(wanted));

    let refused = Command::new(env!("CARGO_BIN_EXE_notion-sim"))
        .args(["--redirect-uri", "http://127.0.0.1:53682/callback"])
        .output()
        .unwrap();
    assert!(!refused.status.success() && refused.stdout.is_empty());
    let words = String::from_utf8(refused.stderr).unwrap();
    assert!(words.contains("localhost only"), "{words}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_polite_end_is_clean() {
    let folder = tempfile::tempdir().unwrap();
    let mut started = start(&folder.path().join("state.json"));
    call(&started, "GET", "/v1/users/me", &json!({})).await;
    let id = started.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    assert!(started.child.wait().unwrap().success());
}
