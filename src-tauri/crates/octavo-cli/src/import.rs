//! `octavo import`

use std::path::PathBuf;

use clap::Args;
use octavo_core::Octavo;
use serde_json::json;

use crate::failure::Failure;
use crate::output::{Exit, Outcome};
use crate::words::count;

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Markdown files, and folders that hold some.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
}

/// `import PATH…`
pub(crate) async fn import(
    core: &Octavo,
    account: Option<&str>,
    asked: Import,
) -> Result<Outcome, Failure> {
    let account = core.find_account(account).await?;
    let report = core.import(&account.id, asked.paths).await?;
    let unread: Vec<_> = report
        .unread
        .iter()
        .map(|(path, reason)| json!({ "path": path.to_string_lossy(), "reason": reason }))
        .collect();
    let left: Vec<_> = report
        .left
        .iter()
        .map(|path| path.to_string_lossy())
        .collect();
    let document = json!({
        "account": account.id,
        "made": report.made,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "left": left,
        "unread": unread,
    });
    let number = |of: usize, what| count(u64::try_from(of).unwrap_or(u64::MAX), what);
    let words = format!(
        "Made {}, updated {}; {} as before.",
        number(report.made, "note"),
        number(report.updated, "note"),
        number(report.unchanged, "file"),
    );
    let mut outcome = Outcome::new(document, words)?;
    for path in left {
        outcome = outcome.remark(format!(
            "{path} changed, and so did its note: the note was left as it is."
        ));
    }
    for (path, reason) in &report.unread {
        outcome = outcome
            .remark(format!("{} was left out: {reason}.", path.display()))
            .exit(Exit::Failed);
    }
    Ok(outcome)
}
