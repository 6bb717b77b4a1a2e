//! `octavo note`, and what a note came to after it was changed.

use std::time::Duration;

use octavo_contract::{
    AccountRef, AccountStatus, NoteList, NoteRef, NoteSave, NoteSummary, NoteView, SyncState,
};
use octavo_core::{Form, Octavo};
use serde_json::json;

use crate::{
    args::Format,
    failure::Failure,
    input,
    output::{Exit, Outcome},
    words,
};

/// How long a command waits for one note to reach Notion.
const PATIENCE: Duration = Duration::from_mins(1);

const PIPE_BODY: &str = "The note's new text is read from standard input: pipe it in, for example \
     `octavo note edit ID < note.md`. Nothing was changed; to remove a note use `octavo note trash`.";

const PIPE_ADDITION: &str = "What is added is read from standard input: pipe it in, for example \
     `date | octavo note append ID`. Nothing was changed.";

/// `note list`
pub(crate) async fn list(core: &Octavo, account: Option<&str>) -> Result<Outcome, Failure> {
    let account = core.find_account(account).await?.id;
    listed(&core.note_list(AccountRef { account }).await?)
}

/// A line per note.
pub(crate) fn listed(list: &NoteList) -> Result<Outcome, Failure> {
    let line = |note: &NoteSummary| {
        let title = words::text_or(&note.title, words::text_or(&note.excerpt, "(empty)"));
        let state = words::sync_state(&note.sync);
        format!(
            "{}  {}  {title}  [{state}]\n",
            note.id,
            words::moment(note.edited)
        )
    };
    let words: String = list.notes.iter().map(line).collect();
    Outcome::new(list, words)
}

/// `note show`
pub(crate) async fn show(
    core: &Octavo,
    account: Option<&str>,
    id: String,
    format: Format,
) -> Result<Outcome, Failure> {
    let note = named(core, account, id).await?;
    let view = core.note_read(note.clone()).await?;
    let (form, name) = match format {
        Format::Markdown => (Form::Body, "markdown"),
        Format::Enhanced => (Form::Enhanced, "enhanced"),
        Format::Blocks => (Form::Blocks, "blocks"),
    };
    let body = core.note_markdown(note, form).await?;
    let words = body.clone();
    let mut document =
        serde_json::to_value(NoteView { body, ..view }).map_err(|error| Failure::json(&error))?;
    if let Some(fields) = document.as_object_mut() {
        fields.insert("format".to_owned(), json!(name));
    }
    Outcome::new(document, words)
}

/// The text for `note append`.
pub(crate) fn read_addition() -> Result<String, Failure> {
    let text = input::text(PIPE_ADDITION)?;
    if text.trim().is_empty() {
        Err(Failure::Usage(PIPE_ADDITION))
    } else {
        Ok(text.trim_end_matches('\n').to_owned())
    }
}

/// The new text for `note edit`. An empty one is refused: it is what a broken pipe sends.
pub(crate) fn read_body() -> Result<String, Failure> {
    let body = input::text(PIPE_BODY)?;
    let body = body.trim_end_matches('\n');
    if body.trim().is_empty() {
        Err(Failure::Usage(PIPE_BODY))
    } else {
        Ok(body.to_owned())
    }
}

/// `note edit`
pub(crate) async fn edit(
    core: &Octavo,
    account: Option<&str>,
    id: String,
    body: String,
) -> Result<Outcome, Failure> {
    let note = named(core, account, id).await?;
    let view = core.note_read(note.clone()).await?;
    let save = NoteSave {
        account: note.account.clone(),
        note: note.note.clone(),
        base_version: view.version,
        title: view.title,
        body,
    };
    let merged = core.note_save(save).await?.merged;
    let outcome = settled(core, note).await?;
    Ok(if merged {
        outcome.remark("The note had changed meanwhile; both changes were brought together.")
    } else {
        outcome
    })
}

/// `note trash`
pub(crate) async fn trash(
    core: &Octavo,
    account: Option<&str>,
    id: String,
) -> Result<Outcome, Failure> {
    let note = named(core, account, id).await?;
    core.note_trash(note.clone()).await?;
    settled(core, note).await
}

/// `note restore`
pub(crate) async fn restore(
    core: &Octavo,
    account: Option<&str>,
    id: String,
) -> Result<Outcome, Failure> {
    let note = named(core, account, id).await?;
    core.note_restore(note.clone()).await?;
    settled(core, note).await
}

pub(crate) async fn named(
    core: &Octavo,
    account: Option<&str>,
    note: String,
) -> Result<NoteRef, Failure> {
    let account = core.find_account(account).await?.id;
    Ok(NoteRef { account, note })
}

/// Waits for a note to reach Notion, as far as it can now, and tells where it stands.
pub(crate) async fn settled(core: &Octavo, note: NoteRef) -> Result<Outcome, Failure> {
    // Nobody is typing: the pause that an editor leaves between two pushes has no use here.
    let losses = core.note_losses(note.clone()).await?.losses;
    core.note_flush(note.clone()).await?;
    let view = core.settle(note, PATIENCE).await?;
    let mut document = json!({
        "id": view.id,
        "account": view.account,
        "state": words::state_word(&view.sync),
        "page_id": view.page_id,
    });
    if let (false, Some(fields)) = (losses.is_empty(), document.as_object_mut()) {
        fields.insert("losses".to_owned(), json!(losses));
    }
    if let (SyncState::Blocked { reason }, Some(fields)) = (&view.sync, document.as_object_mut()) {
        fields.insert("reason".to_owned(), json!(reason));
    }
    let title = words::text_or(&view.title, "(no title)");
    let state = words::sync_state(&view.sync);
    let place = if view.trashed { "in the trash, " } else { "" };
    let words = format!("{title}: {place}{state} ({})", view.id);
    let outcome = losses
        .iter()
        .fold(Outcome::new(document, words)?, |outcome, loss| {
            outcome.remark(words::loss(loss))
        });
    if matches!(view.sync, SyncState::Local | SyncState::Synced { .. }) {
        return Ok(outcome);
    }
    let account = core.find_account(Some(&view.account)).await?;
    let (exit, why) = not_in_notion(account.status, &view.sync);
    Ok(outcome.exit(exit).remark(format!(
        "The note is kept here but not in Notion yet: {why}."
    )))
}

/// Why a note that should be in Notion is not, and what that means for whoever called.
fn not_in_notion(status: AccountStatus, state: &SyncState) -> (Exit, String) {
    let why = match (status, state) {
        (_, SyncState::Blocked { reason }) => format!("Notion refused it ({reason})"),
        (_, SyncState::Conflict) => {
            "it changed in both places, and both texts are kept for you to choose".to_owned()
        }
        (AccountStatus::Connected | AccountStatus::Local, _) => {
            "it goes out with the next command, or while Octavo is open".to_owned()
        }
        (status, _) => words::account_status(status).to_owned(),
    };
    let signed_out = status == AccountStatus::SignInAgain;
    (
        if signed_out {
            Exit::SignInAgain
        } else {
            Exit::NotInNotionYet
        },
        why,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_tells_a_person_from_a_wait() {
        let exit = |status, state: &SyncState| not_in_notion(status, state).0;
        assert_eq!(
            exit(AccountStatus::SignInAgain, &SyncState::Queued),
            Exit::SignInAgain
        );
        assert_eq!(
            exit(AccountStatus::Offline, &SyncState::Queued),
            Exit::NotInNotionYet
        );
        assert_eq!(
            exit(AccountStatus::Connected, &SyncState::Conflict),
            Exit::NotInNotionYet
        );
    }
}
