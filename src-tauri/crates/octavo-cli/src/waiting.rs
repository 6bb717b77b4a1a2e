//! `octavo sync status`, `pause`, `resume`, `retry`, `vanished`, `watch`, and `octavo note conflicts`.

use std::time::Duration;

use octavo_contract::{
    AccountRef, NoteRef, SyncAnswer, SyncItem, SyncPause, SyncState, SyncVanished, VanishedAnswer,
};
use octavo_core::{CoreError, Octavo};
use serde_json::json;

use crate::{
    args::{SyncCommand, Vanished},
    failure::Failure,
    note::settled,
    output::{Exit, Outcome, say},
    sync::{PATIENCE, left, summary, sync},
    words,
};

/// How often Notion is asked for changes while somebody watches.
const LOOKS_APART: Duration = Duration::from_secs(15);

/// What stands between an account and Notion, and what is done about it.
pub(crate) async fn asked(
    core: &Octavo,
    account: Option<&str>,
    asked: SyncCommand,
    as_json: bool,
) -> Result<Outcome, Failure> {
    match asked {
        SyncCommand::Status => status(core, account).await,
        SyncCommand::Pause => pause(core, account, true).await,
        SyncCommand::Resume => pause(core, account, false).await,
        SyncCommand::Retry { id: Some(note) } => {
            let account = reference(core, account).await?.account;
            let note = NoteRef { account, note };
            core.note_retry(note.clone()).await?;
            settled(core, note).await
        }
        SyncCommand::Retry { id: None } => retry_all(core, account).await,
        SyncCommand::Watch => watch(core, account, as_json).await,
        SyncCommand::Vanished { answer: None } => vanished(core, account).await,
        SyncCommand::Vanished {
            answer: Some(answer),
        } => answer_vanished(core, account, answer).await,
    }
}

async fn reference(core: &Octavo, account: Option<&str>) -> Result<AccountRef, Failure> {
    let account = core.find_account(account).await?.id;
    Ok(AccountRef { account })
}

async fn status(core: &Octavo, account: Option<&str>) -> Result<Outcome, Failure> {
    let account = reference(core, account).await?;
    let status = core.sync_status(account.clone()).await?;
    let items = core.sync_items(account).await?.items;
    let mut text: String = items.iter().map(line).collect();
    if status.held {
        text.push_str("Paused: nothing is sent or read until `octavo sync resume`.\n");
    }
    if text.is_empty() {
        text.push_str("Everything is in Notion as it is here.\n");
    }
    let outcome = Outcome::new(json!({ "status": status, "items": items }), text)?;
    Ok(left(outcome, &status))
}

fn line(item: &SyncItem) -> String {
    let title = match &item.note {
        None => "Table of Contents",
        Some(_) => words::text_or(&item.title, "(no title)"),
    };
    let id = item.note.as_deref().unwrap_or("-");
    let mut parts = vec![words::sync_state(&item.sync)];
    if let Some(until) = item.until {
        parts.push(format!("not before {}", words::clock(until)));
    }
    parts.extend(item.why.clone());
    format!("{id}  {title}  [{}]\n", parts.join("; "))
}

async fn pause(core: &Octavo, account: Option<&str>, paused: bool) -> Result<Outcome, Failure> {
    let account = reference(core, account).await?;
    core.sync_pause(SyncPause {
        account: Some(account.account.clone()),
        paused,
    })
    .await?;
    let status = core.sync_status(account).await?;
    let text = match (paused, status.held) {
        (true, _) => "Paused: what you write is kept here until `octavo sync resume`.",
        (false, true) => "Resumed, but all accounts are paused in Octavo's tray menu.",
        (false, false) => "Resumed.",
    };
    Outcome::new(status, text)
}

/// Everything that waits, and everything that Notion refused.
async fn retry_all(core: &Octavo, account: Option<&str>) -> Result<Outcome, Failure> {
    let reference = reference(core, account).await?;
    for item in core.sync_items(reference.clone()).await?.items {
        if let (SyncState::Blocked { .. }, Some(note)) = (&item.sync, item.note) {
            let account = reference.account.clone();
            core.note_retry(NoteRef { account, note }).await?;
        }
    }
    sync(core, account).await
}

async fn vanished(core: &Octavo, account: Option<&str>) -> Result<Outcome, Failure> {
    let asked = core.sync_vanished(reference(core, account).await?).await?;
    let text = question(&asked);
    let open = asked.since.is_some() && asked.answer.is_none();
    let outcome = Outcome::new(asked, text)?;
    Ok(if open {
        outcome.exit(Exit::NotInNotionYet).remark(
            "Keep them with `octavo sync vanished keep`, or move them to the trash here with `octavo \
             sync vanished trash`.",
        )
    } else {
        outcome
    })
}

fn question(asked: &SyncVanished) -> String {
    let Some(since) = asked.since else {
        return "No notes vanished from Notion.".to_owned();
    };
    let number = u64::try_from(asked.notes.len()).unwrap_or(u64::MAX);
    let mut text = format!(
        "{} vanished from Notion at once, seen {}. They are safe here.\n",
        words::count(number, "note"),
        words::moment(since)
    );
    for note in &asked.notes {
        text.push_str(&note.note);
        text.push_str("  ");
        text.push_str(words::text_or(&note.title, "(no title)"));
        text.push('\n');
    }
    text
}

async fn answer_vanished(
    core: &Octavo,
    account: Option<&str>,
    answer: Vanished,
) -> Result<Outcome, Failure> {
    let reference = reference(core, account).await?;
    core.sync_answer(SyncAnswer {
        account: reference.account,
        answer: match answer {
            Vanished::Keep => VanishedAnswer::Keep,
            Vanished::Trash => VanishedAnswer::Trash,
        },
    })
    .await?;
    sync(core, account).await
}

/// Sends and reads until it is stopped. Each round that did something, or could not, is a line.
async fn watch(core: &Octavo, account: Option<&str>, as_json: bool) -> Result<Outcome, Failure> {
    let reference = reference(core, account).await?;
    let stop = tokio::signal::ctrl_c();
    tokio::pin!(stop);
    loop {
        let round = async {
            if core.sync_status(reference.clone()).await?.held {
                return Ok(None);
            }
            core.sync_account(reference.clone(), PATIENCE)
                .await
                .map(Some)
        };
        let done = tokio::select! {
            _ = &mut stop => break,
            done = round => done,
        };
        match done {
            Ok(Some(report)) if report.pushed + report.pulled > 0 => {
                let text = summary(&report);
                say(&if as_json {
                    json!(report).to_string()
                } else {
                    text
                });
            }
            Ok(_) => {}
            // Only a person can help here; everything else may be over at the next look.
            Err(error @ (CoreError::SignInAgain(_) | CoreError::NoSuchAccount(_))) => {
                return Err(error.into());
            }
            Err(error) => say(&if as_json {
                json!({ "error": error.to_wire() }).to_string()
            } else {
                error.to_string()
            }),
        }
        tokio::select! {
            _ = &mut stop => break,
            () = tokio::time::sleep(LOOKS_APART) => {}
        }
    }
    status(core, account).await
}

/// `note conflicts`
pub(crate) async fn conflicts(core: &Octavo, account: Option<&str>) -> Result<Outcome, Failure> {
    let account = reference(core, account).await?;
    let mut items = core.sync_items(account).await?.items;
    items.retain(|item| item.sync == SyncState::Conflict);
    let text: String = items.iter().map(line).collect();
    let outcome = Outcome::new(json!({ "conflicts": items }), text)?;
    Ok(if items.is_empty() {
        outcome.remark("No note changed in both places.")
    } else {
        outcome.exit(Exit::NotInNotionYet)
    })
}
