//! Steps: a line of words before, the time it took after, and a clear stop when it fails.

use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Why a task stopped.
#[derive(Debug)]
pub(crate) struct Failure(String);

impl Failure {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// One line for the person who watches.
pub(crate) fn say(words: &str) {
    // Nobody watches any more: nothing to be done about it.
    let _ = writeln!(io::stderr(), "{words}");
}

/// The root of the source tree.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(3).unwrap_or(here).to_path_buf()
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A program, to be run at the root of the source tree.
pub(crate) fn command(program: &str, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    command
}

/// Cargo: the one that runs us.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let mut command = command(&program, args);
    if std::env::var_os("CI").is_some() {
        // What makes a second build faster has no use where nothing is built twice, and takes gigabytes.
        command.env("CARGO_INCREMENTAL", "0");
    }
    command
}

/// Runs a step, its output on the screen.
pub(crate) fn step(words: &str, command: &mut Command) -> Result<(), Failure> {
    say(&format!("▸ {words}"));
    let began = Instant::now();
    last_step(words, command)?;
    say(&format!("  done in {}", span(began)));
    Ok(())
}

/// Runs a step that has the last word: nothing is printed after its own output.
pub(crate) fn last_step(words: &str, command: &mut Command) -> Result<(), Failure> {
    let shown = shown(command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(format!(
            "{words}: `{shown}` failed ({status})"
        ))),
        Err(error) => Err(Failure::new(format!(
            "{words}: `{shown}` cannot be started: {error}"
        ))),
    }
}

/// What a program prints, if it runs and succeeds.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let out = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    out.status
        .success()
        .then(|| String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|arg| arg.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

fn span(began: Instant) -> String {
    let seconds = began.elapsed().as_secs();
    if seconds >= 60 {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    } else {
        format!("{:.1} s", began.elapsed().as_secs_f64())
    }
}
