//! Marked secrets, through sign-in, renewal, failures and crashes with everything logged: none of them
//! turns up in the log, in a file, in the database, in the words of a crash, in what a window is told,
//! or among a process's arguments.
//!
//! The work is done by a process of its own, this very test started again: what it logs and how it
//! crashes is then all that there is.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use notion_sim::{Options, Simulator};
use octavo_contract::{
    AccountAddToken, AccountRef, AuditAsk, Empty, Event, NoteCreate, NoteRef, SignInPaste,
    SignInRoad, SyncState, VaultChoose, VaultOpen, VaultStore,
};
use octavo_core::{Config, Octavo, VaultKind};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::{Value, json};
use support::browser;
use tempfile::TempDir;

const PASSPHRASE: &str = "passphrase-marked-kumquat";
const WRONG_PASSPHRASE: &str = "passphrase-marked-rhubarb";
const WRONG_TOKEN: &str = "ntn_markedWrongToken0123456789abcdefghijklmnopq";
const CALLBACK_CODE: &str = "marked-code-0123456789-of-a-stranger";
const MAIL: &str = "marked.person@mail.example";
/// What stands in a note. It may be in the database and in what a window is told, but in no log.
const NOTE: &str = "gooseberries-marked";

#[tokio::test]
async fn marked_secrets_turn_up_nowhere() {
    let dir = TempDir::new().unwrap();
    let state = dir.path().join("notion.json");
    let sim = Simulator::start(Options {
        state: Some(state.clone()),
        ..Options::default()
    })
    .await
    .unwrap();
    let redirects = [53682, 53683, 53684].map(|port| format!("http://localhost:{port}/callback"));
    sim.register_redirects(&redirects).await.unwrap();
    let hello = sim.announcement().clone();
    let data = dir.path().join("data");
    let orders = json!({
        "url": hello.url, "data": data, "token": hello.personal_access_token,
        "id": hello.client_id, "secret": hello.client_secret,
    });
    let child = tokio::task::spawn_blocking(move || child(&orders));
    let (arguments, output) = child.await.unwrap();
    sim.shutdown().await;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let crash = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}\n{crash}");

    // The simulator's own memory tells which tokens there were, the granted ones too.
    let mut marks = tokens_in(&std::fs::read_to_string(&state).unwrap());
    assert!(
        ["nrt_", "ntn_", "secret_"]
            .iter()
            .all(|shape| marks.iter().any(|mark| mark.starts_with(shape))),
        "a pair was granted"
    );
    assert!(marks.contains(&hello.personal_access_token) && marks.contains(&hello.client_secret));
    let own = [PASSPHRASE, WRONG_PASSPHRASE, WRONG_TOKEN, CALLBACK_CODE];
    marks.extend(own.map(str::to_owned));

    none_of(&marks, said.as_bytes(), "what a window is told");
    none_of(&marks, &arguments, "the arguments");
    // Words of a crash go to stderr, and so does the log of this run.
    none_of(&marks, crash.as_bytes(), "stderr");
    let files = files(&data);
    assert!(files.iter().any(|path| path.ends_with("app.db")));
    for path in &files {
        none_of(
            &marks,
            &std::fs::read(path).unwrap(),
            &path.display().to_string(),
        );
    }
    marks.extend([NOTE, MAIL].map(str::to_owned));
    let log = std::fs::read(data.join("logs").join("octavo.log")).unwrap();
    let text = String::from_utf8_lossy(&log);
    for expected in ["TRACE", "into the security log", "panic", "[redacted]"] {
        assert!(
            text.contains(expected),
            "nothing of “{expected}” in the log"
        );
    }
    none_of(&marks, &log, "the log");
}

/// Starts this test again as the process that is looked at. Answers its arguments and what it said.
fn child(orders: &Value) -> (Vec<u8>, Output) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "work_with_marked_secrets",
            "--ignored",
            "--nocapture",
        ])
        .env("OCTAVO_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let arguments = std::fs::read(format!("/proc/{}/cmdline", child.id())).unwrap_or_default();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(orders.to_string().as_bytes()).unwrap();
    drop(stdin);
    (arguments, child.wait_with_output().unwrap())
}

/// Everything of a token's shape.
fn tokens_in(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c)));
    let token = |word: &&str| {
        ["ntn_", "nrt_", "secret_"]
            .iter()
            .any(|shape| word.starts_with(shape) && word.len() > shape.len() + 16)
    };
    words.filter(token).map(str::to_owned).collect()
}

fn none_of(marks: &[String], bytes: &[u8], place: &str) {
    let text = String::from_utf8_lossy(bytes);
    for mark in marks {
        if let Some((before, _)) = text.split_once(mark.as_str()) {
            let line = before.lines().next_back().unwrap_or_default();
            panic!("{mark} is in {place}, after: {line}");
        }
    }
}

fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Says what a window would be told.
fn tell<T: Serialize>(what: Result<T, octavo_core::CoreError>) {
    match what {
        Ok(answer) => say(&answer),
        Err(error) => say(&error.to_wire()),
    }
}

fn say(words: &impl Serialize) {
    let mut line = serde_json::to_vec(words).unwrap();
    line.push(b'\n');
    std::io::stdout().write_all(&line).unwrap();
}

#[tokio::test]
#[ignore = "the process that the other test looks at"]
async fn work_with_marked_secrets() {
    let orders: Value = serde_json::from_reader(std::io::stdin()).unwrap();
    let text = |key: &str| orders.get(key).unwrap().as_str().unwrap().to_owned();
    let data = std::path::PathBuf::from(text("data"));
    octavo_core::logging::init(&data, true).unwrap();
    let core = Octavo::open(Config {
        data_dir: data,
        notion_url: text("url").parse().unwrap(),
        vault: VaultKind::Memory,
        memory_token: None,
        broker_url: None,
        sample: false,
        request_room: Config::REQUEST_ROOM,
    })
    .await
    .unwrap();
    let mut events = core.events();
    vault(&core).await;
    core.set_own_connection(&text("id"), SecretString::from(text("secret")))
        .await
        .unwrap();
    tell(core.account_add_token(added(WRONG_TOKEN)).await);
    tell(core.account_add_token(added(&text("token"))).await);
    sign_in_and_renew(&core, &text("url")).await;
    // Nothing of the above is logged at all. A line that should not have been written is blacked out.
    let token = text("token");
    tracing::error!("a slip: {token}, {WRONG_TOKEN}, {PASSPHRASE}, {MAIL}, ?code={CALLBACK_CODE}");
    crash(&token);
    tell(core.vault_state(Empty {}).await);
    tell(core.audit_log(AuditAsk::default()).await);
    tell(core.app_state(Empty {}).await);
    core.shutdown(std::time::Duration::from_secs(5)).await;
    while let Ok(event) = events.try_recv() {
        say(&event);
    }
}

fn added(token: &str) -> AccountAddToken {
    AccountAddToken {
        token: token.to_owned(),
        name: None,
    }
}

/// Seals the vault, and opens it with the wrong passphrase and the right one.
async fn vault(core: &Octavo) {
    let sealed = VaultChoose {
        store: VaultStore::Sealed,
        passphrase: Some(PASSPHRASE.to_owned()),
        leave_behind: false,
    };
    tell(core.vault_choose(sealed).await);
    tell(core.vault_close(Empty {}).await);
    for passphrase in [WRONG_PASSPHRASE, PASSPHRASE] {
        let passphrase = passphrase.to_owned();
        tell(core.vault_open(VaultOpen { passphrase }).await);
    }
}

async fn sign_in_and_renew(core: &Octavo, url: &str) {
    let http = reqwest::Client::new();
    let control = async |path: &str, body: Value| {
        let answer = http.post(format!("{url}{path}")).json(&body).send().await;
        answer.unwrap().error_for_status().unwrap();
    };
    let waiting = core
        .sign_in_begin(SignInRoad::OwnConnection, None)
        .await
        .unwrap();
    let address = format!("octavo://oauth/callback?code={CALLBACK_CODE}&state=nobody");
    tell(core.sign_in_paste(SignInPaste { address }).await);
    let mut events = core.events();
    browser::press(&http, waiting.address.as_str(), "allow").await;
    let account = loop {
        if let Event::SignInEnded { account, error } = events.recv().await.unwrap() {
            assert!(error.is_none(), "{error:?}");
            break account.unwrap();
        }
    };
    write_and_sync(core, &account).await;
    // A renewal whose first request is lost, then one that Notion refuses for good.
    control("/_sim/expire", json!({"all": false})).await;
    let lost = json!({"path": "/v1/oauth/token", "fault": "cut_before", "times": 1});
    control("/_sim/faults", json!({"rules": [lost], "seed": 1})).await;
    write_and_sync(core, &account).await;
    let of = || AccountRef {
        account: account.clone(),
    };
    tell(core.account_check(of()).await);
    let page = http.get(format!("{url}/_sim/connections")).send().await;
    let listed: Value = page.unwrap().json().await.unwrap();
    let bot = listed.pointer("/authorizations/0/bot_id").unwrap();
    control("/_sim/disconnect", json!({"bot_id": bot})).await;
    tell(core.account_check(of()).await);
    tell(core.sync_now(of()).await);
}

async fn write_and_sync(core: &Octavo, account: &str) {
    let made = core
        .capture(NoteCreate {
            account: account.to_owned(),
            title: format!("About {NOTE}"),
            body: format!("Words of {NOTE}, for {MAIL}."),
            note_type: None,
            tags: vec![],
        })
        .await
        .unwrap();
    core.sync_now(AccountRef {
        account: account.to_owned(),
    })
    .await
    .unwrap();
    let note = NoteRef {
        account: account.to_owned(),
        note: made.id,
    };
    let now = core.note_read(note).await.unwrap();
    assert!(
        matches!(now.sync, SyncState::Synced { .. }),
        "{:?}",
        now.sync
    );
}

/// Threads that end with a secret and with a person's words in their mouths.
fn crash(token: &str) {
    for words in [
        format!("no page for {token}"),
        format!("cannot parse {{\"access_token\":\"{WRONG_TOKEN}\"}}"),
    ] {
        let crashed = std::thread::spawn(move || panic!("{words}")).join();
        assert!(crashed.is_err());
    }
}
