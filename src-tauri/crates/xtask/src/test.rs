//! `cargo xtask test`: everything that has to hold, cheapest first.

use crate::step::{Failure, cargo, last_step, output, say, step};
use crate::{deny, fuzz, packages, setup, ui};

pub(crate) fn perform() -> Result<(), Failure> {
    setup::perform()?;
    step("format", &mut cargo(&["fmt", "--all", "--check"]))?;
    check_ui()?;
    check_rust()?;
    deny::perform()?;
    packages::clients()?;
    // Once, with everything in it: each crate is compiled one time, and the tests in the real
    // window find the programs beside themselves.
    step(
        "build everything",
        &mut cargo(&["build", "--workspace", "--all-targets"]),
    )?;
    step(
        "examples in the documentation",
        &mut cargo(&["test", "--workspace", "--doc", "--quiet"]),
    )?;
    say("▸ tests");
    last_step("tests", &mut tests())
}

fn check_ui() -> Result<(), Failure> {
    ui::install()?;
    // The UI is built against these types; the test that makes them needs few crates.
    let mut types = cargo(&["test", "--workspace", "--quiet", "--test", "generated"]);
    step("contract: generated files are current", &mut types)?;
    step("UI: types", &mut ui::npm(&["run", "check"]))?;
    step("UI: lints", &mut ui::npm(&["run", "lint"]))?;
    step("UI: tests", &mut ui::npm(&["run", "test"]))?;
    ui::build()?;
    step("UI: sizes", &mut ui::npm(&["run", "sizes"]))
}

fn check_rust() -> Result<(), Failure> {
    let mut clippy = cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]);
    step("lints", &mut clippy)?;
    fuzz::check()?;
    let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--quiet"]);
    step("documentation", doc.env("RUSTDOCFLAGS", "-D warnings"))
}

/// What properties are tried on unless the environment says otherwise: the same for the same commit, so
/// that a failure can be had again.
const PROPERTY_SEED: &str = "1";

fn tests() -> std::process::Command {
    let mut runner = runner();
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        runner.env("PROPTEST_RNG_SEED", PROPERTY_SEED);
    }
    runner
}

/// The test runner: nextest where it is installed, else cargo's own.
fn runner() -> std::process::Command {
    if output(&mut cargo(&["nextest", "--version"])).is_some() {
        cargo(&[
            "nextest",
            "run",
            "--workspace",
            "--no-fail-fast",
            "--config-file",
            "tests/nextest.toml",
        ])
    } else {
        cargo(&["test", "--workspace", "--no-fail-fast", "--all-targets"])
    }
}
