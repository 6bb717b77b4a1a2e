//! The `octavo` command: Octavo's core without a window, for scripts, terminals and shortcuts.
//!
//! It reads arguments and standard input, calls `octavo-core`, and prints. It holds no rules about
//! notes, and it starts nothing that goes on after it: what it could not send is kept, and goes out
//! with the next command or the app.

mod account;
mod args;
mod audit;
mod capture;
mod convert;
mod doctor;
mod failure;
mod history;
mod input;
mod note;
mod output;
mod sync;
mod toc;
mod waiting;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use octavo_core::{Config, Octavo, logging};

use args::{AccountCommand, Arguments, Command, NoteCommand};
use failure::Failure;
use output::Outcome;

/// How long closing may take: everything is on the disk already.
const CLOSING: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let json = arguments.json;
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Internal(error.to_string()))
        .and_then(|runtime| runtime.block_on(run(arguments)));
    ExitCode::from(output::print(outcome, json) as u8)
}

async fn run(arguments: Arguments) -> Result<Outcome, Failure> {
    // What is asked in a wrong way fails before anything is opened.
    let as_json = arguments.json;
    let request = prepare(arguments.command)?;
    // A conversion needs no account, and leaves no folder behind.
    if let Request::Convert(asked) = &request {
        return convert::convert(asked, as_json);
    }
    let mut config = Config::from_env()?;
    if let Some(dir) = arguments.data_dir {
        config.data_dir = dir;
    }
    // Log lines show up between the messages only when they were asked for. A folder that cannot
    // be written to is told by the core, in words.
    let to_stderr = std::env::var_os("OCTAVO_LOG").is_some();
    let _unlogged = logging::init(&config.data_dir, to_stderr);

    let core = Octavo::open(config.clone()).await?;
    if request.is_about_accounts() {
        // What an earlier removal left undone: no window may be there to do it.
        core.finish_removals().await;
    }
    let account = arguments.account.as_deref();
    let outcome = match request {
        Request::AccountAddToken { token, name } => account::add_token(&core, token, name).await,
        Request::AccountAddLocal { name } => account::add_local(&core, name).await,
        Request::AccountList => account::list(&core).await,
        Request::AccountUse { account } => account::switch(&core, &account).await,
        Request::AccountRename { account, name } => account::rename(&core, &account, name).await,
        Request::AccountExport { account, dir } => account::export(&core, &account, &dir).await,
        Request::AccountRemove(remove) => account::remove(&core, remove).await,
        Request::Capture(draft) => capture::capture(&core, account, draft).await,
        Request::Sync(None) => sync::sync(&core, account).await,
        Request::Sync(Some(asked)) => waiting::asked(&core, account, asked, as_json).await,
        Request::NoteConflicts => waiting::conflicts(&core, account).await,
        Request::NoteList => note::list(&core, account).await,
        Request::NoteShow { id, format } => note::show(&core, account, id, format).await,
        Request::NoteEdit { id, body } => note::edit(&core, account, id, body).await,
        Request::NoteTrash { id } => note::trash(&core, account, id).await,
        Request::NoteRestore { id } => note::restore(&core, account, id).await,
        Request::NoteHistory(asked) => history::history(&core, account, asked).await,
        Request::Convert(asked) => convert::convert(&asked, as_json),
        Request::Toc(asked) => toc::toc(&core, account, &asked).await,
        Request::Audit => audit::audit(&core, account).await,
        Request::Doctor => doctor::doctor(&core, &config).await,
    };
    core.shutdown(CLOSING).await;
    outcome
}

/// A command with everything it needs from outside.
enum Request {
    AccountAddToken { token: String, name: Option<String> },
    AccountAddLocal { name: Option<String> },
    AccountList,
    AccountUse { account: String },
    AccountRename { account: String, name: String },
    AccountExport { account: String, dir: PathBuf },
    AccountRemove(args::AccountRemove),
    Capture(capture::Draft),
    Sync(Option<args::SyncCommand>),
    NoteConflicts,
    NoteList,
    NoteShow { id: String, format: args::Format },
    NoteEdit { id: String, body: String },
    NoteTrash { id: String },
    NoteRestore { id: String },
    NoteHistory(args::History),
    Convert(convert::Convert),
    Toc(args::Toc),
    Audit,
    Doctor,
}

impl Request {
    fn is_about_accounts(&self) -> bool {
        matches!(
            self,
            Self::Sync(_)
                | Self::AccountAddToken { .. }
                | Self::AccountAddLocal { .. }
                | Self::AccountList
                | Self::AccountUse { .. }
                | Self::AccountRename { .. }
                | Self::AccountExport { .. }
                | Self::AccountRemove(_)
        )
    }
}

fn prepare(command: Command) -> Result<Request, Failure> {
    Ok(match command {
        Command::Account(AccountCommand::Add(add)) if add.local => {
            Request::AccountAddLocal { name: add.name }
        }
        Command::Account(AccountCommand::Add(add)) => {
            let token = account::read_token(add.token.as_deref())?;
            Request::AccountAddToken {
                token,
                name: add.name,
            }
        }
        Command::Account(AccountCommand::List) => Request::AccountList,
        Command::Account(AccountCommand::Use { account }) => Request::AccountUse { account },
        Command::Account(AccountCommand::Rename { account, name }) => {
            Request::AccountRename { account, name }
        }
        Command::Account(AccountCommand::Export { account, dir }) => {
            Request::AccountExport { account, dir }
        }
        Command::Account(AccountCommand::Remove(remove)) => Request::AccountRemove(remove),
        Command::Capture(arguments) => Request::Capture(capture::read(arguments)?),
        Command::Sync(sync) if sync.watch => Request::Sync(Some(args::SyncCommand::Watch)),
        Command::Sync(sync) => Request::Sync(sync.command),
        Command::Note(NoteCommand::Conflicts) => Request::NoteConflicts,
        Command::Note(NoteCommand::List) => Request::NoteList,
        Command::Note(NoteCommand::Show { id, format }) => Request::NoteShow { id, format },
        Command::Note(NoteCommand::Edit { id }) => Request::NoteEdit {
            id,
            body: note::read_body()?,
        },
        Command::Note(NoteCommand::Trash { id }) => Request::NoteTrash { id },
        Command::Note(NoteCommand::Restore { id }) => Request::NoteRestore { id },
        Command::Note(NoteCommand::History(asked)) => Request::NoteHistory(asked),
        Command::Convert(arguments) => Request::Convert(arguments),
        Command::Toc(asked) => Request::Toc(asked),
        Command::Audit => Request::Audit,
        Command::Doctor => Request::Doctor,
    })
}
