//! `octavo convert`: the real binary, standard input to standard output.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// Standard output and standard error of a run that must end with this code.
#[track_caller]
fn convert(arguments: &[&str], input: &str, code: i32) -> (String, String) {
    let home = tempfile::TempDir::new().unwrap();
    let data = home.path().join("data");
    let mut child = Command::new(env!("CARGO_BIN_EXE_octavo"))
        .arg("convert")
        .args(arguments)
        .env_clear()
        .env("HOME", home.path())
        .env("OCTAVO_DATA_DIR", &data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Wrong arguments are refused before anything is read.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "out: {out}\nerr: {err}");
    assert!(!data.exists(), "a conversion opened the data");
    (out, err)
}

fn to(from: &str, target: &str, input: &str) -> String {
    let (out, err) = convert(&["--from", from, "--to", target], input, 0);
    assert_eq!(err, "");
    out
}

const BODY: &str = "# Title\n\nSome **bold** words\n\n- one\n- [x] done\n";

#[test]
fn every_notation_reads_what_another_wrote() {
    assert_eq!(to("markdown", "markdown", BODY), BODY);
    let enhanced = to("markdown", "enhanced", BODY);
    assert_eq!(
        enhanced,
        "# Title\nSome **bold** words\n- one\n- [x] done\n"
    );
    let blocks = to("markdown", "blocks", BODY);
    assert_eq!(to("enhanced", "blocks", &enhanced), blocks);
    assert_eq!(to("blocks", "markdown", &blocks), BODY);
    assert_eq!(to("blocks", "enhanced", &blocks), enhanced);
    let blocks: Value = serde_json::from_str(&blocks).unwrap();
    assert_eq!(blocks.as_array().unwrap().len(), 4);
    let plan: Value = serde_json::from_str(&to("markdown", "plan", BODY)).unwrap();
    assert_eq!(plan, json!([{ "parent": "page", "children": blocks }]));
    let html = to("markdown", "html", BODY);
    assert!(html.contains("<h1>Title</h1>"), "{html}");
    assert!(html.contains("<strong>bold</strong>"), "{html}");
}

#[test]
fn what_is_lost_is_told_a_line_each() {
    let source = "## A\n\n##### Deep\n\n[x](https://a.example \"The title\")\n";
    let (out, err) = convert(&["--from", "markdown", "--to", "enhanced"], source, 0);
    assert_eq!(out, "## A\n#### Deep\n[x](https://a.example)\n");
    assert_eq!(
        err,
        "octavo: block 1: a heading of level 5 becomes one of level 4\n\
         octavo: block 2: the title \"The title\" of an address\n"
    );
    let (out, err) = convert(
        &["--from", "markdown", "--to", "enhanced", "--json"],
        source,
        0,
    );
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["losses"].as_array().unwrap().len(), 2);
    assert_eq!(
        document["result"],
        json!("## A\n#### Deep\n[x](https://a.example)")
    );
    assert_eq!(err.lines().count(), 2);
}

#[test]
fn input_that_is_no_blocks_fails_in_words() {
    for (input, word) in [
        ("", "no JSON"),
        ("# not JSON", "no JSON"),
        ("{}", "no list"),
        ("[3]", "block 0"),
        (
            r#"[{"type":"paragraph","paragraph":{"rich_text":[{"text":{"content":"\ud800"}}]}}]"#,
            "no JSON",
        ),
    ] {
        let (out, err) = convert(&["--from", "blocks", "--to", "markdown"], input, 1);
        assert_eq!(out, "");
        assert!(
            err.starts_with("octavo: ") && err.contains(word),
            "{input}: {err}"
        );
    }
    let deep = "[".repeat(200_000);
    let (_, err) = convert(&["--from", "blocks", "--to", "plan"], &deep, 1);
    assert!(err.contains("too deep"), "{err}");
}

#[test]
fn unknown_notations_are_refused() {
    convert(&["--from", "markdown", "--to", "pdf"], "x", 2);
    convert(&["--from", "plan", "--to", "markdown"], "x", 2);
    convert(&["--to", "markdown"], "x", 2);
}

#[test]
fn deep_documents_come_back_as_blocks() {
    let lines = (0..47).map(|at| format!("{}- level {at}\n", "  ".repeat(at)));
    let body = lines.collect::<Vec<_>>().concat();
    let blocks = to("markdown", "blocks", &body);
    assert_eq!(to("blocks", "markdown", &blocks), body);
}
