//! The `octavo` command, as typed in a terminal of the stage.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use crate::{Fault, Stage, binary};

/// The command with its surroundings.
#[derive(Debug)]
pub struct Cli<'a> {
    stage: &'a Stage,
    program: PathBuf,
    notion: String,
}

/// How one run ended.
#[derive(Debug)]
pub struct CliAnswer {
    /// The exit code; absent when a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub out: String,
    /// Its messages.
    pub err: String,
}

impl CliAnswer {
    /// The JSON it printed.
    pub fn json(&self) -> Result<Value, Fault> {
        serde_json::from_str(&self.out).map_err(|error| {
            Fault::program(
                "octavo",
                format!("{error}: out {:?}, err {:?}", self.out, self.err),
            )
        })
    }

    /// Holds when the run ended with `code`.
    pub fn expect_code(self, code: i32) -> Result<Self, Fault> {
        if self.code == Some(code) {
            return Ok(self);
        }
        let what = format!(
            "exit {:?}, expected {code}; {}{}",
            self.code, self.out, self.err
        );
        Err(Fault::program("octavo", what))
    }
}

impl<'a> Cli<'a> {
    pub(crate) fn new(stage: &'a Stage, notion: &str) -> Result<Self, Fault> {
        Ok(Self {
            stage,
            program: binary("octavo")?,
            notion: notion.to_owned(),
        })
    }

    /// Runs it with `args`, and `input` on its standard input.
    pub async fn run(&self, args: &[&str], input: &str) -> Result<CliAnswer, Fault> {
        let mut command = self.stage.command(&self.program);
        command
            .args(args)
            .env("OCTAVO_DATA_DIR", self.stage.data_dir())
            .env("OCTAVO_NOTION_URL", &self.notion)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(Fault::io("start octavo"))?;
        let input = input.as_bytes().to_vec();
        // Waiting blocks; the window's driver and the simulator must go on meanwhile.
        let done = tokio::task::spawn_blocking(move || {
            let pipe = child.stdin.take();
            let writer = std::thread::spawn(move || {
                // A command that does not read its input closes it: no fault of the story.
                pipe.map(|mut pipe| pipe.write_all(&input))
            });
            let done = child.wait_with_output();
            drop(writer.join());
            done
        })
        .await
        .map_err(|error| Fault::program("octavo", error.to_string()))?
        .map_err(Fault::io("wait for octavo"))?;
        Ok(CliAnswer {
            code: done.status.code(),
            out: String::from_utf8_lossy(&done.stdout).into_owned(),
            err: String::from_utf8_lossy(&done.stderr).into_owned(),
        })
    }
}
