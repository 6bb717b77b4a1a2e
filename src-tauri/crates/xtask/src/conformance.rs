//! `cargo xtask conformance`: how much of recorded traffic the simulator answers in the same way.

use std::path::{Path, PathBuf};

use crate::step::{Failure, cargo, last_step, root};

/// What is read if nobody says otherwise.
const RECORDINGS: &str = "notion-recordings";
const SCHEMA: &str = "notion-openapi.json";

/// The folder with fixtures: named by the environment, else beside the tree.
fn fixtures() -> PathBuf {
    std::env::var_os("OCTAVO_FIXTURES")
        .map_or_else(|| root().join("../shared/fixtures"), PathBuf::from)
}

pub(crate) fn perform(options: &[&str]) -> Result<(), Failure> {
    let mut words = vec!["run", "--quiet", "-p", "notion-conformance", "--"];
    words.extend(options);
    let fixtures = fixtures();
    let text = |path: &Path| path.display().to_string();
    let recordings = text(&fixtures.join(RECORDINGS));
    if !given(options, "--recordings") {
        words.extend(["--recordings", recordings.as_str()]);
    }
    let schema = fixtures.join(SCHEMA);
    let named = text(&schema);
    if !given(options, "--schema") && schema.is_file() {
        words.extend(["--schema", named.as_str()]);
    }
    last_step("conformance", &mut cargo(&words))
}

/// Whether an option is among the words, with its value behind it or after `=`.
fn given(options: &[&str], name: &str) -> bool {
    options.iter().any(|word| {
        word.strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    })
}
