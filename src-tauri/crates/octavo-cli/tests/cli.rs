//! The real binary, on its own and against a simulated Notion.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use notion_sim::{Options, Running, Seed, Simulator};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A computer with nothing on it, and maybe a Notion.
struct World {
    home: TempDir,
    url: String,
    token: String,
    // Kept alive for as long as the commands run.
    _running: Option<Running>,
    _runtime: Option<tokio::runtime::Runtime>,
}

/// Nothing listens there: it is the port for discarding, and this is a loopback address.
const NOWHERE: &str = "http://127.0.0.1:9";

impl World {
    fn offline() -> Self {
        Self {
            home: TempDir::new().unwrap(),
            url: NOWHERE.to_owned(),
            token: "ntn_none".to_owned(),
            _running: None,
            _runtime: None,
        }
    }

    fn with_notion() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let options = Options {
            port: 0,
            state: None,
            seed: Seed::Empty,
            control: true,
        };
        let running = runtime.block_on(Simulator::start(options)).unwrap();
        Self {
            home: TempDir::new().unwrap(),
            url: running.url().to_string(),
            token: running.personal_access_token().to_owned(),
            _running: Some(running),
            _runtime: Some(runtime),
        }
    }

    /// With one account signed in.
    fn signed_in() -> Self {
        let world = Self::with_notion();
        world
            .run(&["account", "add", "--token", "-"])
            .input(&world.token)
            .json(0);
        world
    }

    fn data_dir(&self) -> PathBuf {
        self.home.path().join("data")
    }

    fn run(&self, arguments: &[&str]) -> Call {
        let mut command = Command::new(env!("CARGO_BIN_EXE_octavo"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .env("OCTAVO_DATA_DIR", self.data_dir())
            .env("OCTAVO_NOTION_URL", &self.url)
            .env("OCTAVO_VAULT", "memory")
            .env("OCTAVO_TOKEN", &self.token);
        Call {
            command,
            input: None,
        }
    }

    /// Asks the simulator for something no client can ask.
    fn control(&self, path: &str) {
        let host = self.url.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(host).unwrap();
        let body = "{}";
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 2"), "{path}: {answer}");
    }
}

struct Call {
    command: Command,
    input: Option<String>,
}

impl Call {
    fn input(mut self, text: &str) -> Self {
        self.input = Some(text.to_owned());
        self
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    fn output(mut self) -> Output {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        if let Some(text) = self.input {
            // A command that refuses its arguments does not read what comes in.
            let _ = stdin.write_all(text.as_bytes());
        }
        drop(stdin);
        child.wait_with_output().unwrap()
    }

    /// Standard output and standard error of a run that must end with this code.
    #[track_caller]
    fn ends(self, code: i32) -> (String, String) {
        let output = self.output();
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "out: {out}\nerr: {err}");
        (out, err)
    }

    /// The one JSON document of a run that must end with this code.
    #[track_caller]
    fn json(mut self, code: i32) -> Value {
        self.command.arg("--json");
        let (out, _) = self.ends(code);
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

#[test]
fn a_token_on_the_command_line_is_refused_and_not_repeated() {
    let world = World::offline();
    let (out, err) = world
        .run(&["account", "add", "--token", "ntn_secret_value"])
        .ends(2);
    assert!(out.is_empty(), "{out}");
    assert!(err.contains("--token -"), "{err}");
    assert!(!err.contains("secret_value"), "{err}");
    assert!(!world.data_dir().exists(), "a wrong call opened the data");
}

#[test]
fn wrong_calls_end_with_2() {
    let world = World::offline();
    for arguments in [
        &["capture"][..],
        &["capture", "-"],
        &["capture", "  "],
        &["account", "add"],
        &["account", "add", "--local", "--token", "-"],
        &["note", "edit", "some-id"],
        &["note", "show", "some-id", "--format", "pdf"],
        &["frobnicate"],
        &[],
    ] {
        let (out, err) = world.run(arguments).ends(2);
        assert!(
            out.is_empty() && !err.is_empty(),
            "{arguments:?}: {out}{err}"
        );
    }
    let (_, err) = world
        .run(&["account", "list"])
        .env("OCTAVO_VAULT", "cupboard")
        .ends(2);
    assert!(err.contains("OCTAVO_VAULT"), "{err}");
}

#[test]
fn a_failure_is_one_json_document_too() {
    let world = World::offline();
    let document = world.run(&["capture", "x", "--account", "Nobody"]).json(1);
    assert_eq!(document["error"]["code"], "no_such_account", "{document}");
    assert!(
        document["error"]["message"]
            .as_str()
            .unwrap()
            .contains("Nobody"),
        "{document}"
    );
}

#[test]
fn notes_on_this_computer_need_no_notion() {
    let world = World::offline();
    let account = world
        .run(&["account", "add", "--local", "--name", "Diary"])
        .json(0);
    assert_eq!(account["name"], "Diary");
    assert_eq!(account["kind"], "local");

    let captured = world
        .run(&[
            "capture", "--type", "Idea", "--tag", "engine", "--tag", "#turin",
        ])
        .input("# A steam engine\n\nWith *two* cylinders.\n")
        .json(0);
    assert_eq!(keys(&captured), ["account", "id", "page_id", "state"]);
    assert_eq!(captured["state"], "local");
    assert_eq!(captured["account"], account["id"]);
    assert_eq!(captured["page_id"], Value::Null);
    let id = captured["id"].as_str().unwrap();

    let shown = world.run(&["note", "show", id]).json(0);
    assert_eq!(shown["title"], "A steam engine");
    assert_eq!(shown["body"], "With *two* cylinders.");
    assert_eq!(shown["note_type"], "Idea");
    assert_eq!(shown["tags"], json!(["engine", "turin"]));
    assert_eq!(
        world.run(&["note", "show", id]).ends(0).0,
        "With *two* cylinders.\n"
    );

    world
        .run(&["note", "edit", id])
        .input("With **three** cylinders.\n")
        .json(0);
    assert_eq!(
        world.run(&["note", "show", id]).ends(0).0,
        "With **three** cylinders.\n"
    );

    let listed = || {
        world.run(&["note", "list"]).json(0)["notes"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(listed(), 1);
    world.run(&["note", "trash", id]).json(0);
    assert_eq!(listed(), 0);
    world.run(&["note", "restore", id]).json(0);
    assert_eq!(listed(), 1);
}

#[test]
fn a_file_is_put_into_a_note() {
    let world = World::offline();
    world.run(&["account", "add", "--local"]).json(0);
    let captured = world.run(&["capture", "Words"]).json(0);
    let id = captured["id"].as_str().unwrap();
    let file = world.data_dir().with_extension("png");
    std::fs::write(&file, b"\x89PNG\r\n\x1a\nnot much of a picture").unwrap();
    let file = file.to_str().unwrap();
    world.run(&["note", "attach", id, file]).json(0);
    let shown = world.run(&["note", "show", id]).json(0);
    let body = shown["body"].as_str().unwrap();
    assert!(body.contains("![](octavo-file:"), "{body}");

    let (_, said) = world
        .run(&["note", "attach", id, "/nowhere/at-all.png"])
        .ends(1);
    assert!(said.contains("cannot be read"), "{said}");
}

#[test]
fn an_earlier_text_is_listed_compared_and_brought_back() {
    let world = World::offline();
    world.run(&["account", "add", "--local"]).ends(0);
    let first = "A first text, long enough to be worth keeping, about the *red* engine.";
    let captured = world.run(&["capture", "--title", "T"]).input(first).json(0);
    let id = captured["id"].as_str().unwrap();
    let nothing = world.run(&["note", "history", id]).ends(0);
    assert!(nothing.1.contains("Nothing but the present text"));

    world
        .run(&["note", "edit", id])
        .input("Another text altogether, in its place.")
        .json(0);
    let history = world.run(&["note", "history", id]).json(0);
    let version = history["versions"][0]["version"].to_string();
    assert_eq!(history["versions"][0]["reason"], "pause");
    let asked = |what: &str| world.run(&["note", "history", id, what, &version]);
    assert_eq!(asked("--show").ends(0).0, format!("{first}\n"));
    let (difference, _) = asked("--diff").ends(0);
    assert!(
        difference.contains("[-") && difference.contains("{+"),
        "{difference}"
    );
    asked("--restore").json(0);
    assert_eq!(
        world.run(&["note", "show", id]).ends(0).0,
        format!("{first}\n")
    );

    let blocks = world
        .run(&["note", "show", id, "--format", "blocks"])
        .ends(0)
        .0;
    let blocks: Value = serde_json::from_str(&blocks).unwrap();
    assert_eq!(blocks[0]["type"], "paragraph");
    world.run(&["note", "history", id, "--show", "99"]).ends(1);
}

#[test]
fn what_happened_to_sign_ins_can_be_read() {
    let world = World::signed_in();
    let log = world.run(&["audit"]).json(0);
    let entries = log["entries"].as_array().unwrap();
    assert!(
        entries.iter().any(|entry| entry["event"] == "account"),
        "{log}"
    );
    assert!(!log.to_string().contains(&world.token));
    let account = entries[0]["account"].as_str().unwrap();
    let name = entries[0]["name"].as_str().unwrap();
    for whose in [account, name] {
        let (out, _) = world.run(&["audit", "--account", whose]).ends(0);
        assert!(out.contains(name), "{out}");
    }
    world.run(&["audit", "--account", "Nobody"]).ends(1);
}

#[test]
fn the_words_for_people_are_not_json() {
    let world = World::offline();
    world.run(&["account", "add", "--local"]).ends(0);
    let (out, err) = world.run(&["capture", "Buy", "milk"]).ends(0);
    assert!(
        out.contains("Buy milk") && out.contains("On this computer"),
        "{out}"
    );
    assert!(err.is_empty(), "{err}");
    let (out, _) = world.run(&["note", "list"]).ends(0);
    assert!(out.contains("Buy milk"), "{out}");
}

#[test]
fn accounts_are_listed_and_chosen() {
    let world = World::offline();
    let first = world
        .run(&["account", "add", "--local", "--name", "First"])
        .json(0);
    let second = world
        .run(&["account", "add", "--local", "--name", "Second"])
        .json(0);
    for account in [&first, &second] {
        let name = account["name"].as_str().unwrap();
        world.run(&["account", "use", name]).json(0);
        let list = world.run(&["account", "list"]).json(0);
        assert_eq!(list["current"], account["id"]);
        assert_eq!(list["accounts"].as_array().unwrap().len(), 2);
    }
    let elsewhere = world.run(&["capture", "x", "--account", "First"]).json(0);
    assert_eq!(
        elsewhere["account"], first["id"],
        "--account names another than the current one"
    );
}

#[test]
fn what_is_captured_reaches_notion_before_the_command_ends() {
    let world = World::signed_in();
    let captured = world.run(&["capture", "Call Ada about the engine"]).json(0);
    assert_eq!(captured["state"], "synced", "{captured}");
    assert!(captured["page_id"].is_string(), "{captured}");

    let id = captured["id"].as_str().unwrap();
    let edited = world
        .run(&["note", "edit", id])
        .input("Call Ada tomorrow")
        .json(0);
    assert_eq!(edited["state"], "synced", "{edited}");
    assert_eq!(edited["page_id"], captured["page_id"]);
    let (enhanced, _) = world
        .run(&["note", "show", id, "--format", "enhanced"])
        .ends(0);
    assert!(enhanced.contains("Call Ada tomorrow"), "{enhanced}");
}

#[test]
fn what_notion_cannot_hold_is_said_with_the_note() {
    let world = World::signed_in();
    let call = |text| world.run(&["capture", "-"]).input(text);
    let kept = call("A note\n\n###### deep\n").json(0);
    assert_eq!(kept["losses"][0]["line"], 3);
    let (_, told) = call("Another\n\n###### deep\n").ends(0);
    assert!(told.contains("a heading of level 6"), "{told}");
    let plain = call("A third\n\nwith *words*\n").json(0);
    assert_eq!(keys(&plain), ["account", "id", "page_id", "state"]);
}

#[test]
fn without_a_connection_a_note_is_kept_and_goes_out_later() {
    let world = World::signed_in();
    let kept = world
        .run(&["capture", "On a train"])
        .env("OCTAVO_NOTION_URL", NOWHERE)
        .json(4);
    assert_eq!(kept["page_id"], Value::Null);
    assert_ne!(kept["state"], "synced");

    let report = world.run(&["sync"]).json(0);
    assert_eq!(
        keys(&report),
        ["blocked", "conflicts", "pulled", "pushed", "requests"]
    );
    assert_eq!(report["pushed"], 1, "{report}");
    let again = world.run(&["sync"]).json(0);
    assert_eq!(again["pushed"], 0, "{again}");
}

#[test]
fn a_token_that_ended_asks_to_sign_in_again_and_keeps_the_note() {
    let world = World::signed_in();
    world.control("/_sim/expire");
    let kept = world.run(&["capture", "Not lost"]).json(3);
    assert!(kept["id"].is_string(), "{kept}");
    let list = world.run(&["note", "list"]).json(0);
    assert_eq!(list["notes"][0]["title"], "Not lost");
    world.run(&["sync"]).ends(3);
}

#[test]
fn the_doctor_tells_whether_notion_answers() {
    let world = World::with_notion();
    assert_eq!(world.run(&["doctor"]).json(0)["notion_reachable"], true);
    let document = world
        .run(&["doctor"])
        .env("OCTAVO_NOTION_URL", NOWHERE)
        .json(0);
    assert_eq!(document["notion_reachable"], false);
    assert_eq!(document["vault"], "this_run_only");
}

#[test]
fn another_data_folder_may_be_named_in_the_call() {
    let world = World::offline();
    let elsewhere = world.home.path().join("elsewhere");
    let path = elsewhere.to_str().unwrap();
    world
        .run(&["account", "add", "--local", "--data-dir", path])
        .json(0);
    assert!(elsewhere.join("app.db").exists());
    assert!(!world.data_dir().exists());
}

#[test]
fn an_account_is_renamed() {
    let world = World::offline();
    let made = world
        .run(&["account", "add", "--local", "--name", "Diary"])
        .json(0);
    let renamed = world
        .run(&["account", "rename", "Diary", "Log book"])
        .json(0);
    assert_eq!(renamed["name"], "Log book");
    assert_eq!(renamed["id"], made["id"]);
    world.run(&["account", "rename", "Log book", "  "]).ends(1);
    let (out, _) = world.run(&["account", "list"]).ends(0);
    assert!(out.contains("Log book"), "{out}");
}

#[test]
fn an_account_is_exported() {
    let world = World::offline();
    world
        .run(&["account", "add", "--local", "--name", "Diary"])
        .json(0);
    world.run(&["capture", "Buy milk"]).json(0);
    let below = world.home.path().join("exports");
    let exported = world
        .run(&["account", "export", "Diary", below.to_str().unwrap()])
        .json(0);
    assert_eq!(exported["notes"], 1);
    let folder = PathBuf::from(exported["folder"].as_str().unwrap());
    let text = std::fs::read_to_string(folder.join("Buy milk.md")).unwrap();
    assert!(text.contains("title: \"Buy milk\""), "{text}");
}

#[test]
fn removing_an_account_says_the_choices_and_wants_a_yes() {
    let world = World::offline();
    for name in ["Diary", "Log book"] {
        world
            .run(&["account", "add", "--local", "--name", name])
            .json(0);
    }
    world
        .run(&["capture", "Mill", "--account", "Diary"])
        .json(0);
    let (out, err) = world.run(&["account", "remove", "Diary", "--yes"]).ends(1);
    assert!(out.is_empty(), "{out}");
    for choice in ["1 note of “Diary”", "--move-to", "--export"] {
        assert!(err.contains(choice), "{choice}: {err}");
    }
    assert!(!err.contains("--send-first"), "it has no Notion: {err}");
    let refused = world.run(&["account", "remove", "Diary", "--yes"]).json(1);
    assert_eq!(refused["error"]["code"], "only_here");
    let move_it = ["account", "remove", "Diary", "--move-to", "Log book"];
    let (_, err) = world.run(&move_it).ends(1);
    assert!(err.contains("--yes") && err.contains("1 note"), "{err}");

    let mut sure = move_it.to_vec();
    sure.push("--yes");
    let removed = world.run(&sure).json(0);
    assert_eq!(removed["moved"], 1, "{removed}");
    assert_eq!(removed["access"], "none");
    let notes = world
        .run(&["note", "list", "--account", "Log book"])
        .json(0);
    assert_eq!(notes["notes"][0]["title"], "Mill");
    let (out, _) = world.run(&["account", "list"]).ends(0);
    assert!(!out.contains("Diary"), "{out}");
    world.run(&["account", "remove", "Diary", "--yes"]).ends(1);
}

#[test]
fn what_waits_is_sent_before_an_account_goes() {
    let world = World::signed_in();
    let name = world.run(&["account", "list"]).json(0)["accounts"][0]["name"].clone();
    let name = name.as_str().unwrap();
    let offline = |arguments: &[&str]| world.run(arguments).env("OCTAVO_NOTION_URL", NOWHERE);
    offline(&["capture", "On a train"]).json(4);
    let remove = ["account", "remove", name, "--send-first", "--yes"];
    let (_, err) = offline(&remove).ends(1);
    assert!(err.contains("could not be sent"), "{err}");
    let (out, err) = world.run(&remove).ends(0);
    assert!(out.contains("Removed") && out.contains("removed/"), "{out}");
    assert!(
        err.contains("withdraw it"),
        "a pasted token stays valid: {err}"
    );
    let list = world.run(&["account", "list"]).json(0);
    assert_eq!(list["accounts"], json!([]));
}

#[test]
fn a_note_moves_to_another_account_and_is_confirmed_there() {
    let world = World::signed_in();
    world
        .run(&["account", "add", "--local", "--name", "Diary"])
        .json(0);
    let made = world
        .run(&[
            "capture",
            "The mill.",
            "--title",
            "Mill",
            "--account",
            "Diary",
        ])
        .json(0);
    let id = made["id"].as_str().unwrap();
    let accounts = world.run(&["account", "list"]).json(0);
    let with_notion = accounts["accounts"].as_array().unwrap();
    let with_notion = with_notion
        .iter()
        .find(|view| view["kind"] != "local")
        .unwrap();
    let there = with_notion["id"].as_str().unwrap();
    let moved = world
        .run(&["note", "move", id, "--to", there, "--account", "Diary"])
        .json(0);
    let became = moved["arrived"][0]["became"].as_str().unwrap();
    let note = world
        .run(&["note", "show", became, "--account", there])
        .json(0);
    assert_eq!(
        (&note["title"], &note["state"]),
        (&json!("Mill"), &json!("synced"))
    );
    assert_eq!(note["body"], "The mill.");
    let left = world.run(&["note", "list", "--account", "Diary"]).json(0);
    assert!(left["notes"].as_array().unwrap().is_empty());
    let moving = world.run(&["note", "move", "--account", "Diary"]).json(0);
    assert!(moving["notes"].as_array().unwrap().is_empty());
}

#[test]
fn connections_are_looked_at_and_the_log_is_filtered_and_exported() {
    let world = World::signed_in();
    world
        .run(&["account", "add", "--local", "--name", "Diary"])
        .json(0);
    let homes = world.run(&["account", "homes"]).json(0);
    assert_eq!(homes["accounts"][0]["standing"], "connected");
    let checks = world.run(&["account", "check"]).json(0);
    assert_eq!(checks["accounts"][0]["standing"], "connected");
    assert_eq!(checks["accounts"][1]["standing"], "local");
    let log = world.run(&["audit", "--event", "account"]).json(0);
    assert_eq!(log["entries"].as_array().unwrap().len(), 2);
    assert!(log["entries"][0]["request"].is_string());
    let none = world.run(&["audit", "--event", "callback"]).json(0);
    assert!(none["entries"].as_array().unwrap().is_empty());
    let none = world.run(&["audit", "--since", "2999-01-01"]).json(0);
    assert!(none["entries"].as_array().unwrap().is_empty());
    world.run(&["audit", "--since", "yesterday"]).json(2);
    let file = world.home.path().join("log.jsonl");
    let path = file.to_str().unwrap();
    world.run(&["audit", "--export", path]).json(0);
    let lines = std::fs::read_to_string(&file).unwrap();
    assert_eq!(lines.lines().count(), 2);
    assert!(!lines.contains(&world.token));
    world.run(&["audit", "--export", path]).json(1);
}

#[test]
fn tokens_are_sealed_and_commands_are_given_the_passphrase() {
    let world = World::with_notion();
    let sealed = |arguments: &[&str]| {
        let mut call = world.run(arguments);
        call.command
            .env_remove("OCTAVO_TOKEN")
            .env_remove("OCTAVO_VAULT");
        call
    };
    sealed(&["vault", "use", "sealed", "--leave-behind"])
        .input("correct horse battery\n")
        .json(0);
    let open = |arguments: &[&str]| {
        let mut call = sealed(arguments);
        call.command
            .env("OCTAVO_PASSPHRASE", "correct horse battery");
        call
    };
    open(&["account", "add", "--token", "-"])
        .input(&world.token)
        .json(0);
    open(&["capture", "The mill."]).json(0);
    let kept = sealed(&["capture", "Kept without the passphrase."]).json(4);
    assert_eq!(kept["state"], "queued");
    let mut wrong = sealed(&["vault", "show"]);
    wrong
        .command
        .env("OCTAVO_PASSPHRASE", "wrong horse battery");
    wrong.json(1);
    let told = open(&["doctor"]).json(0);
    assert_eq!(told["tokens"]["store"], "sealed");
    assert_eq!(told["proof"]["reads"], true);
    let told = open(&["doctor"]).json(0);
    assert!(told["proof"]["survived_since"].is_number(), "{told}");
    let told = open(&["doctor", "--isolation"]).json(0);
    assert_eq!(told["holds"], true);
    let lines: Vec<&str> = told["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["what"].as_str().unwrap())
        .collect();
    let rehearsed = lines
        .iter()
        .filter(|what| what.starts_with("in the rehearsal"));
    assert_eq!(rehearsed.count(), 9, "{lines:?}");
    assert_eq!(lines.len(), 15, "{lines:?}");
}

#[test]
fn many_notes_are_made_better_at_once_and_all_come_back() {
    let world = World::offline();
    world.run(&["account", "add", "--local"]).json(0);
    let body = "## Weekly sync\n\nAttendees: Ana, Bo\n\n\n\n• the Turin office\n• rent";
    let mut ids = Vec::new();
    for _ in 0..2 {
        let kept = world.run(&["capture"]).input(body).json(0);
        ids.push(kept["id"].as_str().unwrap().to_owned());
    }
    let bodies = || {
        let show = |id: &String| world.run(&["note", "show", id]).ends(0).0;
        ids.iter().map(show).collect::<Vec<_>>()
    };
    let before = bodies();
    let done = world
        .run(&["enhance", "--all", "--apply", "type,text"])
        .json(0);
    assert_eq!(
        (&done["looked_at"], &done["changed"]),
        (&json!(2), &json!(2))
    );
    assert_ne!(bodies(), before);
    let acts = world.run(&["enhance", "--acts"]).json(0);
    assert_eq!(acts[0]["id"], done["act"]);
    let act = done["act"].as_str().unwrap();
    let undone = world.run(&["enhance", "--undo", act]).json(0);
    assert_eq!(undone["back"].as_array().unwrap().len(), 2, "{undone}");
    assert_eq!(bodies(), before);
    let none = world
        .run(&["enhance", "--search", "nowhere", "--apply", "type"])
        .json(0);
    assert_eq!(none["looked_at"], 0, "{none}");
    // Nothing is taken over unless it is named.
    world.run(&["enhance", "--all"]).ends(2);
}

#[test]
fn a_question_is_answered_by_passages_and_no_model_is_asked_unless_chosen() {
    let world = World::offline();
    world.run(&["account", "add", "--local"]).json(0);
    world
        .run(&["capture"])
        .input("Turin\n\nThe train to Turin leaves at ten.")
        .json(0);
    let answer = world.run(&["ask", "When does the train leave?"]).json(0);
    assert_eq!(answer["sent"], Value::Null);
    let text = answer["passages"][0]["text"].as_str().unwrap();
    assert!(text.contains("leaves at ten"), "{answer}");

    let settings = world.run(&["models"]).json(0);
    assert_eq!(settings["reach"], "off");
    world.run(&["ask", "train?", "--model"]).ends(1);
    // Another computer's address needs to be meant.
    let elsewhere = [
        "models",
        "use",
        "--address",
        "https://x.example/v1",
        "--model",
        "m",
    ];
    world.run(&elsewhere).ends(1);
    let mut named = elsewhere.to_vec();
    named.push("--elsewhere");
    let settings = world.run(&named).json(0);
    assert_eq!(
        (&settings["reach"], &settings["agreed"]),
        (&json!("named"), &json!(false))
    );
    let preview = world.run(&["ask", "train?", "--preview"]).json(0);
    assert_eq!(preview["host"], "x.example");
    // Nothing goes there before it is agreed to.
    let (_, why) = world.run(&["ask", "train?", "--model"]).ends(1);
    assert!(why.contains("agree first"), "{why}");
    let settings = world.run(&["models", "agree"]).json(0);
    assert_eq!(settings["agreed"], true);
    let settings = world.run(&["models", "off"]).json(0);
    assert_eq!(settings["reach"], "off");
}
