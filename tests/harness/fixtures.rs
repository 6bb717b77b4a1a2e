//! Documents by real people, used as notes.

use std::path::PathBuf;

/// The text of the shared fixture `path`, or nothing (said aloud) where they are not at hand.
#[expect(clippy::print_stderr, reason = "a skipped story must say so")]
pub fn fixture(path: &str) -> Option<String> {
    let folder = std::env::var_os("OCTAVO_FIXTURES").map_or_else(
        || crate::workspace_root().join("../shared/fixtures"),
        PathBuf::from,
    );
    let file = folder.join(path);
    match std::fs::read_to_string(&file) {
        Ok(text) => Some(text),
        Err(error) => {
            eprintln!(
                "skipped: no fixture {} ({error}); set OCTAVO_FIXTURES",
                file.display()
            );
            None
        }
    }
}
