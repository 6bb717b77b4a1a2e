//! The only place that prints: results to standard output, messages to standard error.

use std::io::{self, Write as _};

use serde::Serialize;
use serde_json::{Value, json};

use crate::failure::Failure;

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// For `--json`.
    document: Value,
    /// For people.
    words: String,
    /// What is worth knowing beside the result.
    remarks: Vec<String>,
    exit: Exit,
}

/// The exit codes of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    SignInAgain = 3,
    NotInNotionYet = 4,
}

impl Outcome {
    /// A result as JSON and in words.
    pub(crate) fn new(document: impl Serialize, words: impl Into<String>) -> Result<Self, Failure> {
        Ok(Self {
            document: serde_json::to_value(document).map_err(|error| Failure::json(&error))?,
            words: words.into(),
            remarks: Vec::new(),
            exit: Exit::Done,
        })
    }

    /// With a remark on standard error.
    pub(crate) fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remarks.push(remark.into());
        self
    }

    /// With another exit code than "done".
    pub(crate) fn exit(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }
}

/// Prints what a command came to and tells the exit code.
pub(crate) fn print(outcome: Result<Outcome, Failure>, as_json: bool) -> Exit {
    let outcome = outcome.unwrap_or_else(|failure| Outcome {
        document: json!({ "error": failure.wire() }),
        words: String::new(),
        remarks: vec![failure.to_string()],
        exit: failure.exit(),
    });
    let result = if as_json {
        outcome.document.to_string()
    } else {
        outcome.words
    };
    for remark in &outcome.remarks {
        message(remark);
    }
    match line(&result) {
        Ok(()) => outcome.exit,
        // Whoever reads has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => outcome.exit,
        Err(error) => {
            message(&format!("The result could not be written: {error}."));
            Exit::Failed
        }
    }
}

fn line(text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()
}

/// Prints a message; when even that is impossible, nobody is left to be told.
fn message(text: &str) {
    let _ = writeln!(io::stderr().lock(), "octavo: {text}");
}

/// Prints a line of something that goes on. Whoever reads may have gone.
pub(crate) fn say(text: &str) {
    let _ = line(text);
}
