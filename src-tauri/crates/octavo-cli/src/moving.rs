//! `octavo note move`.

use std::time::Duration;

use octavo_contract::{AccountRef, MovingNote, NoteMove, NoteMoved, NoteStays};
use octavo_core::Octavo;

use crate::{
    args,
    failure::Failure,
    output::{Exit, Outcome},
    words,
};

/// How long a command waits for notes to arrive. They go on afterwards.
const PATIENCE: Duration = Duration::from_mins(2);

/// Moves notes, or with none lists those that are on their way.
pub(crate) async fn notes(
    core: &Octavo,
    account: Option<&str>,
    asked: args::NoteMove,
) -> Result<Outcome, Failure> {
    let account = core.find_account(account).await?;
    let Some(to) = &asked.to else {
        return under_way(core, account.id).await;
    };
    let to = core.find_account(Some(to)).await?;
    let request = NoteMove {
        account: account.id,
        notes: asked.notes,
        to: to.id,
    };
    let preview = core.note_move_preview(request.clone()).await?;
    if preview.plain_links > 0 && !asked.yes {
        let links = u64::try_from(preview.plain_links).unwrap_or_default();
        let links = words::count(links, "link");
        return Err(Failure::Unconfirmed(format!(
            "“{}” may not see the pages that {links} in these notes lead to: they would become plain \
             addresses. Nothing was moved: add --yes to do it.",
            to.name
        )));
    }
    let moved = core.note_move_within(request, PATIENCE).await?;
    told(&moved, &to.name)
}

fn told(moved: &NoteMoved, to: &str) -> Result<Outcome, Failure> {
    let arrived = u64::try_from(moved.arrived.len()).unwrap_or_default();
    let mut outcome = Outcome::new(
        moved,
        format!("Moved {} to {to}", words::count(arrived, "note")),
    )?;
    if !moved.staying.is_empty() {
        outcome = outcome.exit(Exit::Failed);
    } else if !moved.going.is_empty() {
        outcome = outcome.exit(Exit::NotInNotionYet);
    }
    for note in &moved.staying {
        outcome = outcome.remark(stays(note));
    }
    for note in &moved.going {
        outcome = outcome.remark(format!(
            "{} is on its way, and here until it has arrived: {}",
            words::text_or(&note.title, "(no title)"),
            note.waits_for
        ));
    }
    Ok(outcome)
}

fn stays(note: &NoteStays) -> String {
    let title = words::text_or(&note.title, "(no title)");
    format!("{title} stays here: {}", note.reason)
}

async fn under_way(core: &Octavo, account: String) -> Result<Outcome, Failure> {
    let moving = core.note_moving(AccountRef { account }).await?;
    let line = |note: &MovingNote| {
        let title = words::text_or(&note.title, "(no title)");
        format!("{}  {title}  {}\n", note.note, note.waits_for)
    };
    let words: String = moving.notes.iter().map(line).collect();
    let outcome = Outcome::new(&moving, words)?;
    Ok(if moving.notes.is_empty() {
        outcome.remark("No note is on its way to another account.")
    } else {
        outcome
    })
}
