//! `cargo xtask bench`: a release build against its budgets.

use std::path::Path;

use crate::step::{Failure, cargo, command, last_step, root, say, step, target};
use crate::{packages, setup, ui};

pub(crate) fn perform(options: &[&str]) -> Result<(), Failure> {
    match only(options) {
        Some("markdown") => build_converters()?,
        Some("save" | "captures" | "memory" | "search" | "links" | "enhance") => build_core()?,
        Some("client") => build_client()?,
        Some("simulator") => build_simulator()?,
        _ => build_all()?,
    }
    say("▸ measure");
    let release = target().join("release");
    let results = root().join("bench/results");
    let mut bench = command(&text(&release.join("bench")), &[&text(&results)]);
    let path = [release.clone(), release.join("examples")];
    let path = std::env::join_paths(path).map_err(|error| Failure::new(error.to_string()))?;
    last_step("measure", bench.args(options).env("OCTAVO_BIN_DIR", path))
}

/// The one part that is asked for.
fn only<'a>(options: &[&'a str]) -> Option<&'a str> {
    options.windows(2).find_map(|pair| match pair {
        ["--only", part] => Some(*part),
        _ => None,
    })
}

fn build_all() -> Result<(), Failure> {
    setup::perform_for_bench()?;
    ui::install()?;
    ui::build()?;
    packages::peers()?;
    // In one go with the empty window beside which it is measured: each crate is compiled once.
    let parts = ["build", "--release", "--workspace", "--bins", "--examples"];
    step("build Octavo as it will be shipped", &mut cargo(&parts))
}

/// What the converters need: no window, and nothing of the system but Node.
fn build_converters() -> Result<(), Failure> {
    setup::check_node()?;
    packages::peers()?;
    let mut build = cargo(&["build", "--release"]);
    build.args(["--package", "octavo-tests", "--bin", "bench"]);
    build.args(["--package", "notion-markdown", "--example", "peers"]);
    step("build the converters as they will be shipped", &mut build)
}

/// What the measures of the client need: nothing of the system.
fn build_client() -> Result<(), Failure> {
    let mut build = cargo(&["build", "--release"]);
    build.args(["--package", "octavo-tests", "--bin", "bench"]);
    build.args(["--package", "notion-api"]);
    build.args(["--example", "overhead", "--example", "pace"]);
    step("build the client as it will be shipped", &mut build)
}

/// What the measures of the core need: no window.
fn build_core() -> Result<(), Failure> {
    let mut build = cargo(&["build", "--release"]);
    build.args(["--package", "octavo-tests", "--bin", "bench"]);
    build.args(["--package", "octavo-core", "--example", "measures"]);
    step("build the core as it will be shipped", &mut build)
}

/// What the measures of the simulator need: nothing of the system.
fn build_simulator() -> Result<(), Failure> {
    let mut build = cargo(&["build", "--release"]);
    build.args(["--package", "octavo-tests", "--bin", "bench"]);
    build.args(["--package", "notion-sim", "--example", "large"]);
    step("build the simulator as it will be shipped", &mut build)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::only;

    #[test]
    fn a_part_is_named_after_its_option() {
        assert_eq!(only(&["--starts", "2", "--only", "client"]), Some("client"));
        assert_eq!(only(&["--only"]), None);
    }
}
