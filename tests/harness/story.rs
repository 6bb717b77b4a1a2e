//! Runs a story and keeps the evidence when it fails.

use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::Path;

use futures::FutureExt as _;

use crate::{Fault, Keyring, Stage, Verdict, evidence_dir};

/// Raises a stage, lets the story happen on it, and keeps screen and logs if it fails.
#[expect(
    clippy::future_not_send,
    reason = "a story runs on the thread of its test"
)]
pub async fn story<S>(name: &str, keyring: Keyring, tell: S) -> Verdict
where
    S: AsyncFnOnce(&Stage) -> Verdict,
{
    let stage = Stage::raise(keyring).await?;
    let ended = AssertUnwindSafe(tell(&stage)).catch_unwind().await;
    let folder = evidence_dir(name);
    if !matches!(ended, Ok(Ok(()))) {
        stage.keep_evidence(&folder).await;
    }
    match ended {
        Ok(Ok(())) => Ok(()),
        Ok(Err(fault)) => Err(Fault::Claim(format!(
            "{fault}\nevidence: {}\n{}",
            folder.display(),
            last_words(&folder)
        ))),
        Err(panic) => resume_unwind(panic),
    }
}

/// The last lines of each log, for those who see nothing but the test's output.
fn last_words(folder: &Path) -> String {
    const LINES: usize = 12;
    let mut out = String::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_log = path
            .extension()
            .is_some_and(|end| end != "png" && end != "json");
        let Some(text) = fs::read_to_string(&path).ok().filter(|_| is_log) else {
            continue;
        };
        let lines: Vec<_> = text.lines().collect();
        let last = lines.iter().skip(lines.len().saturating_sub(LINES));
        let name = entry.file_name();
        let _ = writeln!(out, "--- {}", name.display());
        for line in last {
            let _ = writeln!(out, "{}", line.chars().take(240).collect::<String>());
        }
    }
    out
}
