//! `octavo audit`

use jiff::{civil::Date, tz::TimeZone};
use octavo_contract::{AuditAsk, AuditEntry, AuditExported, UnixMillis};
use octavo_core::Octavo;

use crate::{args, failure::Failure, output::Outcome, words};

const WRONG_DAY: &str = "A day is written as 2026-11-23.";

/// What happened to sign-ins, a line each.
pub(crate) async fn audit(
    core: &Octavo,
    account: Option<&str>,
    asked: args::Audit,
) -> Result<Outcome, Failure> {
    let since = asked.since.as_deref().map(beginning_of).transpose()?;
    let ask = AuditAsk {
        account: account.map(str::to_owned),
        event: asked.event,
        since,
        until: None,
    };
    if let Some(file) = &asked.export {
        return exported(&core.audit_export_to(ask, file).await?);
    }
    let log = core.audit_log(ask).await?;
    let words: String = log.entries.iter().map(line).collect();
    let outcome = Outcome::new(&log, words)?;
    Ok(if log.entries.is_empty() {
        outcome.remark("Nothing of that has happened yet.")
    } else {
        outcome
    })
}

/// When a day begins on this computer.
fn beginning_of(day: &str) -> Result<UnixMillis, Failure> {
    let day: Date = day.parse().map_err(|_| Failure::Usage(WRONG_DAY))?;
    let begins = day
        .to_zoned(TimeZone::system())
        .map_err(|_| Failure::Usage(WRONG_DAY))?;
    Ok(begins.timestamp().as_millisecond())
}

fn exported(done: &AuditExported) -> Result<Outcome, Failure> {
    let count = u64::try_from(done.entries).unwrap_or_default();
    let words = format!("Wrote {} to {}", words::count(count, "line"), done.file);
    Outcome::new(done, words)
}

fn line(entry: &AuditEntry) -> String {
    let whose = entry.name.as_deref().or(entry.account.as_deref());
    format!(
        "{}  {:<8}  {}  {}  {}\n",
        words::moment(entry.at),
        entry.event,
        whose.unwrap_or("-"),
        entry.outcome,
        entry.request.as_deref().unwrap_or("-")
    )
}
