//! The web UI: its packages and its build, each only when something changed.

use std::path::PathBuf;
use std::process::Command;

use crate::packages;
use crate::step::{Failure, command, root, say, step};
use crate::tree::{fingerprint, put_stamp, stamped};

fn folder() -> PathBuf {
    root().join("ui")
}

/// npm in the UI's folder.
pub(crate) fn npm(args: &[&str]) -> Command {
    let mut npm = command("npm", args);
    npm.current_dir(folder());
    npm
}

/// Installs the packages that the lock file names, if it changed since the last time.
pub(crate) fn install() -> Result<(), Failure> {
    packages::npm("get the UI's packages", &folder(), "ui-packages")
}

/// Builds the UI, if its sources changed since the last time.
pub(crate) fn build() -> Result<(), Failure> {
    let sources = fingerprint(&[folder()], &["node_modules", "dist", ".vite"]);
    if stamped("ui-build", &sources) && folder().join("dist").is_dir() {
        say("▸ the UI is built already");
        return Ok(());
    }
    step("build the UI", &mut npm(&["run", "build"]))?;
    put_stamp("ui-build", &sources)
}
