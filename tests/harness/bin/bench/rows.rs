//! Rows that a program of its own measures: `{"rows": [[…]], "notes": […]}` on its standard output.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use harness::{Fault, Verdict, binary};
use serde_json::Value;

use crate::table::Table;

/// Runs `program` and takes its rows and notes.
pub(crate) fn of(program: &'static str, words: &[&OsStr], table: &mut Table) -> Verdict {
    let out = Command::new(binary(program)?)
        .args(words)
        .stderr(Stdio::piped())
        .output()
        .map_err(Fault::io(format!("start {program}")))?;
    if !out.status.success() {
        let words = String::from_utf8_lossy(&out.stderr);
        return Err(Fault::program(program, words.trim()));
    }
    let answer: Value = serde_json::from_slice(&out.stdout)?;
    for row in list(&answer, "rows") {
        let cells: [String; 5] = serde_json::from_value(row.clone())?;
        table.row(cells);
    }
    for note in list(&answer, "notes").iter().filter_map(Value::as_str) {
        table.note(note);
    }
    Ok(())
}

fn list<'a>(answer: &'a Value, name: &str) -> &'a [Value] {
    answer
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}
