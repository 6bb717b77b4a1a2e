//! Which of our packages may need which, and who may name Tauri.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// What each package may need at run time, of ours. `xtask`, `octavo-tests`, `octavo-torture` and
/// `notion-conformance` stand outside the product and may need anything; so may the tests of a package.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "octavo-desktop",
        &["notion-sim", "octavo-contract", "octavo-core"],
    ),
    (
        "octavo-cli",
        &[
            "notion-markdown",
            "notion-sim",
            "octavo-contract",
            "octavo-core",
        ],
    ),
    (
        "octavo-core",
        &[
            "notion-api",
            "notion-markdown",
            "octavo-contract",
            "octavo-enhance",
            "octavo-models",
        ],
    ),
    ("octavo-enhance", &["notion-markdown"]),
    ("octavo-models", &[]),
    ("notion-api", &[]),
    ("notion-markdown", &[]),
    ("notion-sim", &[]),
    ("octavo-contract", &[]),
    ("octavo-broker", &["notion-api"]),
];
const OUTSIDE: &[&str] = &[
    "notion-conformance",
    "octavo-tests",
    "octavo-torture",
    "xtask",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Our packages with what they need, tests apart.
fn packages() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value, key: &str| value[key].as_str().unwrap().to_owned();
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let needs = package["dependencies"].as_array().unwrap().iter();
            let needs = needs
                .filter(|need| need["kind"] != "dev")
                .map(|need| text(need, "name"));
            (text(package, "name"), needs.collect())
        })
        .collect()
}

#[test]
fn arrows_point_downward_only() {
    let packages = packages();
    let ours: BTreeSet<&str> = packages.keys().map(String::as_str).collect();
    for (package, needs) in &packages {
        if OUTSIDE.contains(&package.as_str()) {
            continue;
        }
        let (_, allowed) = ARROWS
            .iter()
            .find(|(name, _)| name == package)
            .unwrap_or_else(|| panic!("{package} has no place yet: say what it may need"));
        for need in needs.iter().filter(|need| ours.contains(need.as_str())) {
            assert!(
                allowed.contains(&need.as_str()),
                "{package} must not need {need}"
            );
        }
    }
}

#[test]
fn only_the_shell_needs_tauri() {
    for (package, needs) in packages() {
        let tauri = needs.iter().find(|need| need.starts_with("tauri"));
        assert!(
            package == "octavo-desktop" || tauri.is_none(),
            "{package} needs {tauri:?}"
        );
    }
}

#[test]
fn only_the_shell_names_tauri() {
    let mut files = Vec::new();
    for folder in ["src-tauri", "tests", "fuzz", "bench"] {
        rust_files(&root().join(folder), &mut files);
    }
    assert!(files.len() > 10, "the sources were not found");
    let shell = [
        "src-tauri/src",
        "src-tauri/tests",
        "src-tauri/build.rs",
        "bench",
    ];
    for file in files {
        let inside = file.strip_prefix(root()).unwrap();
        if shell.iter().any(|part| inside.starts_with(part)) {
            continue;
        }
        let source = std::fs::read_to_string(&file).unwrap();
        for (number, line) in source.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let named =
                code.contains("tauri::") || code.contains("tauri_") || code.contains("use tauri");
            assert!(!named, "{}:{}: {line}", inside.display(), number + 1);
        }
    }
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}
