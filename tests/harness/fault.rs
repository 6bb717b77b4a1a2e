//! What can go wrong on the stage, in words that name the step.

use std::path::PathBuf;

/// Why a story stopped.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A program of ours is not where the tests look for it.
    #[error("{name} is not built: looked in {}; run `cargo build --workspace` first",
        looked.iter().map(|dir| dir.display().to_string()).collect::<Vec<_>>().join(", "))]
    NotBuilt {
        /// The program.
        name: String,
        /// The folders that were looked at.
        looked: Vec<PathBuf>,
    },
    /// A program could not be started or did not say what it should.
    #[error("{program}: {what}")]
    Program {
        /// Which one.
        program: String,
        /// What happened.
        what: String,
    },
    /// Something that should have come to pass did not.
    #[error("waited {seconds:.1} s in vain until {what}; last seen: {seen}")]
    Waited {
        /// What was awaited, in words.
        what: String,
        /// For how long.
        seconds: f64,
        /// What was there instead when looked at last.
        seen: String,
    },
    /// The web view's driver refused or failed a step.
    #[error("window: {step}: {what}")]
    Window {
        /// The step.
        step: String,
        /// What the driver said.
        what: String,
    },
    /// The app is no longer there; waiting on is in vain.
    #[error("the app has ended; its last words: {0}")]
    Ended(String),
    /// The simulator's control routes refused or failed a step.
    #[error("simulator: {0}")]
    Simulator(String),
    /// A claim of the story does not hold.
    #[error("{0}")]
    Claim(String),
    /// Files.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// HTTP to the driver or the simulator.
    #[error("http: {0}")]
    Http(#[from] reqwest::Error),
    /// Something that should be JSON is not.
    #[error("json: {0}")]
    Json(#[from] serde_json::Error),
}

/// How a story ends.
pub type Verdict = Result<(), Fault>;

impl Fault {
    /// Makes a function that wraps an I/O error with what was tried.
    pub fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }

    /// A program went wrong.
    pub fn program(program: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Program {
            program: program.into(),
            what: what.into(),
        }
    }

    /// A claim does not hold.
    pub fn claim(what: impl Into<String>) -> Self {
        Self::Claim(what.into())
    }
}

/// A claim of a story: holds, or stops the story with `what` as the reason.
pub fn ensure(holds: bool, what: impl FnOnce() -> String) -> Verdict {
    if holds {
        Ok(())
    } else {
        Err(Fault::Claim(what()))
    }
}
