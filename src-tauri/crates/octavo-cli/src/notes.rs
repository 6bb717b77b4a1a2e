//! The rest of `octavo note`: what is done with a note beside writing it.

use std::path::PathBuf;

use octavo_contract::{
    AccountRef, NoteAppend, NoteDaily, NoteFromTemplate, NoteRef, NoteSet, NoteView,
};
use octavo_core::Octavo;

use crate::{
    args::{self, DailyCommand},
    failure::Failure,
    note,
    output::Outcome,
};

/// A command with everything it needs from outside.
pub(crate) enum Asked {
    Set(args::NoteSet),
    Append { id: String, text: String },
    Duplicate(String),
    Daily { day: Option<String>, text: String },
    New { template: String, title: String },
    Attach { id: String, file: PathBuf },
    Bin { empty: bool },
}

/// Takes what is to be added from standard input.
pub(crate) fn read(command: DailyCommand) -> Result<Asked, Failure> {
    Ok(match command {
        DailyCommand::Set(set) => Asked::Set(set),
        DailyCommand::Append { id } => Asked::Append {
            id,
            text: note::read_addition()?,
        },
        DailyCommand::Duplicate { id } => Asked::Duplicate(id),
        DailyCommand::Daily { text, day } => Asked::Daily {
            day,
            text: text.join(" "),
        },
        DailyCommand::New { template, title } => Asked::New { template, title },
        DailyCommand::Attach { id, file } => Asked::Attach { id, file },
        DailyCommand::Bin { empty } => Asked::Bin { empty },
    })
}

pub(crate) async fn asked(
    core: &Octavo,
    account: Option<&str>,
    asked: Asked,
) -> Result<Outcome, Failure> {
    let account = core.find_account(account).await?.id;
    let view = match asked {
        Asked::Set(set) => core.note_set(wanted(account, set)).await?,
        Asked::Append { id, text } => {
            let append = NoteAppend {
                account,
                note: id,
                text,
            };
            core.note_append(append).await?
        }
        Asked::Duplicate(id) => core.note_duplicate(NoteRef { account, note: id }).await?,
        Asked::Daily { day, text } => {
            let text = Some(text);
            core.note_daily(NoteDaily { account, day, text }).await?
        }
        Asked::New { template, title } => {
            let new = NoteFromTemplate {
                account,
                template,
                title,
            };
            core.note_from_template(new).await?
        }
        Asked::Attach { id, file } => {
            let note = NoteRef { account, note: id };
            core.note_attach(note, &file).await?
        }
        Asked::Bin { empty } => return bin(core, account, empty).await,
    };
    let NoteView { account, id, .. } = view;
    note::settled(core, NoteRef { account, note: id }).await
}

fn wanted(account: String, set: args::NoteSet) -> NoteSet {
    let tags = !set.tags.is_empty() || set.no_tags;
    NoteSet {
        account,
        note: set.id,
        note_type: set.note_type,
        tags: tags.then_some(set.tags),
        pinned: (set.pin || set.unpin).then_some(set.pin),
    }
}

async fn bin(core: &Octavo, account: String, empty: bool) -> Result<Outcome, Failure> {
    if !empty {
        return note::listed(&core.trash_list(AccountRef { account }).await?);
    }
    let emptied = core.trash_empty(AccountRef { account }).await?;
    let words = format!("{} deleted from this computer.", emptied.deleted);
    let outcome = Outcome::new(emptied, words)?;
    Ok(if emptied.kept == 0 {
        outcome
    } else {
        outcome.remark(format!(
            "{} stay until they are in Notion's trash too: sync, then empty it again.",
            emptied.kept
        ))
    })
}
