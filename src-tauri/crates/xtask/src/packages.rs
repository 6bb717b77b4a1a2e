//! Packages of other languages, by their lock files, each set only when its lock changed.

use std::path::Path;

use crate::step::{Failure, command, root, step, target};
use crate::tree::{fingerprint, put_stamp, stamped};

/// Installs what `package-lock.json` in `folder` names; `stamp` remembers that.
pub(crate) fn npm(words: &str, folder: &Path, stamp: &str) -> Result<(), Failure> {
    let lock = fingerprint(&[folder.join("package-lock.json")], &[]);
    if stamped(stamp, &lock) && folder.join("node_modules").is_dir() {
        return Ok(());
    }
    let mut npm = command("npm", &["ci", "--no-audit", "--no-fund"]);
    step(words, npm.current_dir(folder))?;
    put_stamp(stamp, &lock)
}

/// Other people's clients of Notion, which the tests run against the simulator.
pub(crate) fn clients() -> Result<(), Failure> {
    let folder = root().join("tests/clients");
    npm(
        "get Notion's JavaScript client",
        &folder.join("js"),
        "js-client",
    )?;
    python(&folder.join("python/requirements.txt"))
}

/// The converters that the bench stands beside ours.
pub(crate) fn peers() -> Result<(), Failure> {
    npm(
        "get the converters to measure beside",
        &root().join("bench/peers"),
        "peers",
    )
}

/// Installs the Python client into an environment of its own, every file checked by its hash.
fn python(requirements: &Path) -> Result<(), Failure> {
    let home = target().join("tools/clients");
    let lock = fingerprint(&[requirements.to_path_buf()], &[]);
    if stamped("python-client", &lock) && home.join("bin/python").exists() {
        return Ok(());
    }
    let mut venv = command("python3", &["-m", "venv", "--clear"]);
    step("make a place for the Python client", venv.arg(&home))?;
    let pip = home.join("bin/python").display().to_string();
    let mut pip = command(
        &pip,
        &[
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "--requirement",
        ],
    );
    step("get the Python client", pip.arg(requirements))?;
    put_stamp("python-client", &lock)
}
