//! The converters beside their peers: `notion-markdown`'s example `peers` measures, in processes of
//! its own, and answers rows.

use std::process::{Command, Stdio};

use harness::{Fault, Verdict, binary, workspace_root};
use serde_json::Value;

use crate::table::Table;

pub(crate) fn measure(table: &mut Table) -> Verdict {
    crate::say("  converting documents there and back …");
    let out = Command::new(binary("peers")?)
        .arg(workspace_root().join("bench/peers"))
        .stderr(Stdio::piped())
        .output()
        .map_err(Fault::io("start peers"))?;
    if !out.status.success() {
        let words = String::from_utf8_lossy(&out.stderr);
        return Err(Fault::program("peers", words.trim()));
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
