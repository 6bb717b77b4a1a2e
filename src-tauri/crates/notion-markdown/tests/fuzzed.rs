//! Inputs that fuzzing found or was started with, replayed.

#![expect(clippy::expect_used, reason = "the shared checks fail as tests do")]

#[path = "../../../../fuzz/checks.rs"]
mod checks;

use std::path::Path;

fn replay(name: &str, check: fn(&str)) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../fuzz/corpus")
        .join(name);
    let mut count = 0;
    for entry in std::fs::read_dir(path).expect("the corpus is there") {
        let path = entry.expect("its files can be listed").path();
        let bytes = std::fs::read(&path).expect("they can be read");
        check(&String::from_utf8_lossy(&bytes));
        // A fuzz target is given the text up to the first byte that belongs to none.
        let text = bytes.utf8_chunks().next().map(|chunk| chunk.valid());
        check(text.unwrap_or_default());
        count += 1;
    }
    assert!(count > 4, "only {count} inputs for {name}");
}

#[test]
fn bodies() {
    replay("body", checks::body);
}

#[test]
fn enhanced_markdown() {
    replay("enhanced", checks::enhanced);
}

#[test]
fn block_json() {
    replay("blocks", checks::blocks);
}

#[test]
fn html() {
    replay("html", checks::html);
}
