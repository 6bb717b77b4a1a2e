//! `octavo sync`.

use std::time::Duration;

use octavo_contract::{AccountRef, AccountStatus, SyncReport, SyncStatus};
use octavo_core::Octavo;

use crate::{
    failure::Failure,
    output::{Exit, Outcome},
    words,
};

/// A first sync of a large workspace takes its time; this only ends one that hangs.
pub(crate) const PATIENCE: Duration = Duration::from_mins(30);

/// Sends what waits, takes over what changed.
pub(crate) async fn sync(core: &Octavo, account: Option<&str>) -> Result<Outcome, Failure> {
    let account = core.find_account(account).await?;
    let reference = AccountRef {
        account: account.id,
    };
    let report = core.sync_account(reference.clone(), PATIENCE).await?;
    let status = core.sync_status(reference).await?;
    let outcome = Outcome::new(report, summary(&report))?;
    Ok(left(outcome, &status))
}

/// With the exit code and the remark of what is left.
pub(crate) fn left(outcome: Outcome, status: &SyncStatus) -> Outcome {
    match exit(status) {
        Exit::Done => outcome,
        exit => outcome.exit(exit).remark(remark(status)),
    }
}

pub(crate) fn summary(report: &SyncReport) -> String {
    let mut parts = vec![
        format!("sent {}", words::count(report.pushed, "note")),
        format!("took over {}", words::count(report.pulled, "note")),
    ];
    if report.conflicts > 0 {
        parts.push(format!(
            "{} changed in both places",
            words::count(report.conflicts, "note")
        ));
    }
    if report.blocked > 0 {
        parts.push(format!(
            "{} refused by Notion",
            words::count(report.blocked, "note")
        ));
    }
    parts.push(words::count(report.requests, "request"));
    parts.join(", ")
}

fn exit(status: &SyncStatus) -> Exit {
    let waits =
        status.waiting > 0 || status.blocked > 0 || status.conflicts > 0 || status.vanished > 0;
    match status.status {
        AccountStatus::Local => Exit::Done,
        AccountStatus::SignInAgain => Exit::SignInAgain,
        _ if waits => Exit::NotInNotionYet,
        AccountStatus::Connected => Exit::Done,
        AccountStatus::Offline
        | AccountStatus::KeychainUnavailable
        | AccountStatus::NeedsParent
        | AccountStatus::NoAccess
        | AccountStatus::Restricted => Exit::Failed,
    }
}

fn remark(status: &SyncStatus) -> String {
    let number = |count: i64| u64::try_from(count).unwrap_or_default();
    let mut parts = Vec::new();
    if !matches!(
        status.status,
        AccountStatus::Connected | AccountStatus::Local
    ) {
        parts.push(words::account_status(status.status).to_owned());
    }
    for (count, what) in [
        (status.waiting, "still to send"),
        (status.blocked, "refused by Notion"),
        (status.conflicts, "changed in both places"),
        (
            status.vanished,
            "vanished from Notion at once (see `octavo sync vanished`)",
        ),
    ] {
        if count > 0 {
            parts.push(format!("{} {what}", words::count(number(count), "note")));
        }
    }
    format!("{}.", parts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: AccountStatus, waiting: i64) -> SyncStatus {
        SyncStatus {
            account: String::new(),
            status,
            waiting,
            blocked: 0,
            conflicts: 0,
            busy: false,
            paused_until: None,
            last_complete: None,
            contents_current: true,
            held: false,
            vanished: 0,
        }
    }

    #[test]
    fn the_exit_code_says_what_is_left() {
        assert_eq!(exit(&status(AccountStatus::Connected, 0)), Exit::Done);
        assert_eq!(
            exit(&status(AccountStatus::Connected, 2)),
            Exit::NotInNotionYet
        );
        assert_eq!(
            exit(&status(AccountStatus::Offline, 2)),
            Exit::NotInNotionYet
        );
        assert_eq!(exit(&status(AccountStatus::Offline, 0)), Exit::Failed);
        assert_eq!(
            exit(&status(AccountStatus::SignInAgain, 2)),
            Exit::SignInAgain
        );
        assert_eq!(exit(&status(AccountStatus::Local, 2)), Exit::Done);
    }

    #[test]
    fn what_is_left_is_said_in_words() {
        let words = remark(&status(AccountStatus::Offline, 1));
        assert_eq!(words, "Notion cannot be reached; 1 note still to send.");
    }
}
