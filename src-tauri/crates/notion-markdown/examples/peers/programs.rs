//! The programs that convert: ours, and the peers in Node.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::trouble::Trouble;

/// Which way a document goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Blocks,
    Markdown,
}

impl Direction {
    fn word(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Markdown => "markdown",
        }
    }

    /// As a row names it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Blocks => "Markdown → block JSON",
            Self::Markdown => "block JSON → Markdown",
        }
    }

    /// Who goes there too.
    pub(crate) fn peer(self) -> &'static str {
        match self {
            Self::Blocks => "martian",
            Self::Markdown => "notion-to-md",
        }
    }
}

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// One document.
    One,
    /// All documents of a folder: ours on all cores, a peer in Node on the one it has.
    Many,
}

impl How {
    fn word(self) -> &'static str {
        match self {
            Self::One => "time",
            Self::Many => "many",
        }
    }
}

/// Who converts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    We,
    Peer,
    /// `pulldown-cmark` alone.
    Floor,
    /// `JSON.parse` alone, in Node.
    Parse,
}

/// Where the programs are.
#[derive(Debug)]
pub(crate) struct Programs {
    ours: PathBuf,
    script: PathBuf,
}

impl Programs {
    pub(crate) fn new(peers: &Path) -> Result<Self, Trouble> {
        Ok(Self {
            ours: std::env::current_exe().map_err(Trouble::io("find this program"))?,
            script: peers.join("peer.mjs"),
        })
    }

    /// The best time of several rounds.
    pub(crate) fn seconds(
        &self,
        who: Who,
        direction: Direction,
        how: How,
        input: &Path,
    ) -> Result<Option<f64>, Trouble> {
        let mut command = self.command(who, direction);
        command.arg(how.word()).arg(input);
        figure(who, &mut command, "seconds")
    }

    /// The most memory of a process that converts once, in KiB; the result is in `output`.
    pub(crate) fn peak(
        &self,
        who: Who,
        direction: Direction,
        input: &Path,
        output: &Path,
    ) -> Result<Option<f64>, Trouble> {
        let mut command = self.command(who, direction);
        command.arg("once").arg(input).arg(output);
        figure(who, &mut command, "peak_kib")
    }

    fn command(&self, who: Who, direction: Direction) -> Command {
        let mut command = match who {
            Who::We | Who::Floor => Command::new(&self.ours),
            Who::Peer | Who::Parse => Command::new("node"),
        };
        match who {
            Who::We => command.arg(direction.word()),
            Who::Floor => command.arg("floor"),
            Who::Parse => command.arg(&self.script).arg("parse"),
            Who::Peer => command.arg(&self.script).arg(direction.word()),
        };
        command
    }
}

/// One figure of a program's answer. That a peer gives up on a document is a result; that we do, or
/// that it cannot be started, is not.
fn figure(who: Who, command: &mut Command, name: &str) -> Result<Option<f64>, Trouble> {
    let program = command.get_program().to_string_lossy().into_owned();
    let done = command
        .output()
        .map_err(Trouble::io(format!("start {program}")))?;
    let words = String::from_utf8_lossy(&done.stderr).into_owned();
    if !done.status.success() {
        // Not a document's fault.
        let missing = words.contains("ERR_MODULE_NOT_FOUND");
        return if who == Who::Peer && !missing {
            Ok(None)
        } else {
            Err(Trouble::Program { program, words })
        };
    }
    let answer: Value = serde_json::from_slice(&done.stdout)
        .map_err(|error| Trouble::Json(program.clone(), error))?;
    match answer.get(name).and_then(Value::as_f64) {
        Some(figure) => Ok(Some(figure)),
        None => Err(Trouble::Program { program, words }),
    }
}
