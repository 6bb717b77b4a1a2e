//! `cargo xtask fuzz`: the targets of `fuzz/`, for a while each.
//!
//! `cargo fuzz` wants a nightly compiler, for the address sanitizer. Nothing here is unsafe, and the
//! coverage that libFuzzer steers by is to be had from any compiler; so this needs neither.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step::{Failure, cargo, command, output, root, step, target};

/// What `cargo fuzz` passes as well, but for the sanitizer.
const COVERAGE: [&str; 7] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "--cfg=fuzzing",
];

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Options<'a> {
    seconds: u32,
    targets: Vec<&'a str>,
}

impl<'a> Options<'a> {
    fn read(words: &[&'a str]) -> Result<Self, Failure> {
        let mut options = Self {
            seconds: 60,
            targets: Vec::new(),
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--seconds" => {
                    let seconds = words.next().and_then(|seconds| seconds.parse().ok());
                    options.seconds = seconds.ok_or_else(|| {
                        Failure::new("`--seconds` wants a whole number behind it")
                    })?;
                }
                option if option.starts_with('-') => {
                    return Err(Failure::new(format!("`fuzz` knows no `{option}`")));
                }
                target => options.targets.push(target),
            }
        }
        Ok(options)
    }
}

pub(crate) fn perform(words: &[&str]) -> Result<(), Failure> {
    let options = Options::read(words)?;
    let all = targets()?;
    let chosen: Vec<&String> = all
        .iter()
        .filter(|name| options.targets.is_empty() || options.targets.contains(&name.as_str()))
        .collect();
    if chosen.is_empty() {
        return Err(Failure::new(format!("there are only {}", all.join(", "))));
    }
    let host = host()?;
    take_versions()?;
    let mut build = cargo(&["build", "--release", "--target", &host]);
    build.args(["--manifest-path", "fuzz/Cargo.toml", "--target-dir"]);
    build.arg(folder()).env("RUSTFLAGS", COVERAGE.join(" "));
    for name in &chosen {
        build.args(["--bin", name]);
    }
    step("build the targets, with coverage", &mut build)?;
    for name in chosen {
        step(
            &format!("{name}, {} s", options.seconds),
            &mut run(name, &host, options.seconds)?,
        )?;
    }
    Ok(())
}

/// Whether the targets compile, without libFuzzer: a step of `cargo xtask test`.
pub(crate) fn check() -> Result<(), Failure> {
    take_versions()?;
    let mut check = cargo(&["check", "--quiet", "--manifest-path", "fuzz/Cargo.toml"]);
    check.arg("--no-default-features");
    // The crates that were checked for the lints are not checked again.
    check.arg("--target-dir").arg(target());
    step("fuzz targets", &mut check)
}

/// Gives `fuzz/` the versions of everything that the workspace has: what is fuzzed is what is tested,
/// and what was built is not built again.
fn take_versions() -> Result<(), Failure> {
    let (ours, theirs) = (root().join("Cargo.lock"), root().join("fuzz/Cargo.lock"));
    let changed = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
    // Cargo adds to the copy what only `fuzz/` needs.
    if changed(&theirs) < changed(&ours) {
        fs::copy(&ours, &theirs)
            .map_err(|error| Failure::new(format!("cannot write {}: {error}", theirs.display())))?;
    }
    Ok(())
}

/// One target, on its corpus and on what it has found here before.
fn run(name: &str, host: &str, seconds: u32) -> Result<Command, Failure> {
    let found = folder().join("found").join(name);
    let artifacts = root().join("fuzz/artifacts").join(name);
    for folder in [&found, &artifacts] {
        fs::create_dir_all(folder)
            .map_err(|error| Failure::new(format!("cannot make {}: {error}", folder.display())))?;
    }
    let program = folder().join(host).join("release").join(name);
    let mut run = command(&program.display().to_string(), &[]);
    run.arg(format!("-max_total_time={seconds}"))
        // Each input ends, and soon.
        .args([
            "-timeout=10",
            "-max_len=8192",
            "-verbosity=0",
            "-print_final_stats=1",
        ])
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        // New inputs go into the first folder.
        .arg(found)
        .arg(root().join("fuzz/corpus").join(name));
    Ok(run)
}

fn folder() -> PathBuf {
    target().join("fuzz")
}

/// The names of all targets.
fn targets() -> Result<Vec<String>, Failure> {
    let folder = root().join("fuzz/fuzz_targets");
    let files = fs::read_dir(&folder)
        .map_err(|error| Failure::new(format!("cannot read {}: {error}", folder.display())))?;
    let mut names: Vec<String> = files
        .flatten()
        .filter_map(|file| stem(&file.path()))
        .collect();
    names.sort();
    Ok(names)
}

fn stem(path: &Path) -> Option<String> {
    Some(path.file_stem()?.to_str()?.to_owned())
}

/// The machine that the compiler makes programs for.
fn host() -> Result<String, Failure> {
    let said = output(&mut command("rustc", &["-vV"])).unwrap_or_default();
    said.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_owned)
        .ok_or_else(|| Failure::new("`rustc -vV` does not say for which machine it compiles"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tests that replay corpora on every run.
    const REPLAYS: [&str; 2] = [
        "src-tauri/crates/notion-markdown/tests/fuzzed.rs",
        "src-tauri/crates/notion-api/tests/api/fuzzed.rs",
    ];

    #[test]
    fn every_target_has_a_corpus_that_a_test_replays() {
        let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
        let replays: Vec<String> = REPLAYS.iter().map(|path| read(path)).collect();
        let manifest = read("fuzz/Cargo.toml");
        let names = targets().unwrap();
        assert!(names.len() >= 7, "{names:?}");
        for name in &names {
            let source = read(&format!("fuzz/fuzz_targets/{name}.rs"));
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
            let checked = source.split("checks::").nth(1).unwrap();
            let checked = checked.split('(').next().unwrap();
            assert!(
                replays.iter().any(|test| {
                    test.contains(&format!("(\"{name}\""))
                        && test.contains(&format!("checks::{checked}"))
                }),
                "nobody replays {name}"
            );
        }
        let mut corpora: Vec<String> = fs::read_dir(root().join("fuzz/corpus"))
            .unwrap()
            .filter_map(|folder| stem(&folder.unwrap().path()))
            .collect();
        corpora.sort();
        assert_eq!(corpora, names);
    }

    #[test]
    fn options_are_read_in_any_order() {
        let options = Options::read(&["answers", "--seconds", "5", "html"]).unwrap();
        assert_eq!(
            options,
            Options {
                seconds: 5,
                targets: vec!["answers", "html"]
            }
        );
        assert!(Options::read(&["--seconds"]).is_err());
        assert!(Options::read(&["--fast"]).is_err());
    }
}
