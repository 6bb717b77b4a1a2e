//! `octavo audit`

use octavo_contract::AuditEntry;
use octavo_core::Octavo;

use crate::{failure::Failure, output::Outcome, words};

/// What happened to sign-ins, a line each.
pub(crate) async fn audit(core: &Octavo, account: Option<&str>) -> Result<Outcome, Failure> {
    let log = core.audit_log(account).await?;
    let words: String = log.entries.iter().map(line).collect();
    let outcome = Outcome::new(&log, words)?;
    Ok(if log.entries.is_empty() {
        outcome.remark("Nothing has happened yet.")
    } else {
        outcome
    })
}

fn line(entry: &AuditEntry) -> String {
    let whose = entry.name.as_deref().or(entry.account.as_deref());
    format!(
        "{}  {:<8}  {}  {}\n",
        words::moment(entry.at),
        entry.event,
        whose.unwrap_or("-"),
        entry.outcome
    )
}
