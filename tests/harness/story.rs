//! Runs a story and keeps the evidence when it fails.

use std::panic::{AssertUnwindSafe, resume_unwind};

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
            "{fault}\nevidence: {}",
            folder.display()
        ))),
        Err(panic) => resume_unwind(panic),
    }
}
