//! The `octavo` command: Octavo's core without a window, for scripts, terminals and shortcuts.
//!
//! It reads arguments and standard input, calls `octavo-core`, and prints. It holds no rules about
//! notes, and it starts nothing that goes on after it: what it could not send is kept, and goes out
//! with the next command or the app.

mod account;
mod args;
mod ask;
mod audit;
mod capture;
mod check;
mod convert;
mod doctor;
mod enhance;
mod failure;
mod history;
mod home;
mod import;
mod input;
mod links;
mod models;
mod moving;
mod note;
mod notes;
mod output;
mod rehearsal;
mod search;
mod sync;
mod toc;
mod vault;
mod waiting;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use octavo_core::{Config, Octavo, logging};

use args::{AccountCommand, Arguments, Command, NoteCommand, VaultCommand};
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
    vault::open(&core).await?;
    if request.is_about_accounts() {
        // What an earlier removal left undone: no window may be there to do it.
        core.finish_removals().await;
    }
    let account = arguments.account.as_deref();
    let outcome = match request {
        Request::Doctor { isolation: false } => doctor::doctor(&core, &config).await,
        request => carried_out(&core, account, request, as_json).await,
    };
    core.shutdown(CLOSING).await;
    outcome
}

async fn carried_out(
    core: &Octavo,
    account: Option<&str>,
    request: Request,
    as_json: bool,
) -> Result<Outcome, Failure> {
    match request {
        Request::AccountAddToken { token, name } => account::add_token(core, token, name).await,
        Request::AccountAddLocal { name } => account::add_local(core, name).await,
        Request::AccountList => account::list(core).await,
        Request::AccountUse { account } => account::switch(core, &account).await,
        Request::AccountOrder { accounts } => account::order(core, &accounts).await,
        Request::AccountDefault { account } => account::default(core, account.as_deref()).await,
        Request::AccountRename { account, name } => account::rename(core, &account, name).await,
        Request::AccountExport { account, dir } => {
            account::export(core, Some(&account), &dir).await
        }
        Request::AccountRemove(remove) => account::remove(core, remove).await,
        Request::Capture(draft) => capture::capture(core, account, draft).await,
        Request::Sync(None) => sync::sync(core, account).await,
        Request::Sync(Some(asked)) => waiting::asked(core, account, asked, as_json).await,
        Request::NoteConflicts => waiting::conflicts(core, account).await,
        Request::NoteList => note::list(core, account).await,
        Request::NoteShow { id, format } => note::show(core, account, id, format).await,
        Request::NoteEdit { id, body } => note::edit(core, account, id, body).await,
        Request::NoteTrash { id } => note::trash(core, account, id).await,
        Request::NoteRestore { id } => note::restore(core, account, id).await,
        Request::NoteMove(asked) => moving::notes(core, account, asked).await,
        Request::NoteDaily(asked) => notes::asked(core, account, asked).await,
        Request::Home(way) => home::home(core, account, way).await,
        Request::Links(asked) => links::links(core, account, asked).await,
        Request::Link(asked) => links::asked(core, account, asked).await,
        Request::NoteHistory(asked) => history::history(core, account, asked).await,
        Request::Search(asked) => search::search(core, account, asked).await,
        Request::Import(asked) => import::import(core, account, asked).await,
        Request::Export { dir } => account::export(core, account, &dir).await,
        Request::Convert(asked) => convert::convert(&asked, as_json),
        Request::Enhance(asked) => enhance::enhance(core, account, asked).await,
        Request::Ask(asked) => ask::ask(core, account, asked).await,
        Request::Models(asked) => models::models(core, account, asked).await,
        Request::Toc(asked) => toc::toc(core, account, &asked).await,
        Request::AccountCheck { account } => check::check(core, account.as_deref()).await,
        Request::AccountHomes => check::homes(core).await,
        Request::Audit(asked) => audit::audit(core, account, asked).await,
        Request::VaultShow => vault::show(core).await,
        Request::VaultUse(choice) => vault::choose(core, choice).await,
        Request::Doctor { .. } => doctor::isolation(core).await,
    }
}

/// A command with everything it needs from outside.
enum Request {
    AccountAddToken { token: String, name: Option<String> },
    AccountAddLocal { name: Option<String> },
    AccountList,
    AccountUse { account: String },
    AccountOrder { accounts: Vec<String> },
    AccountDefault { account: Option<String> },
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
    NoteMove(args::NoteMove),
    NoteHistory(args::History),
    Search(search::Search),
    Import(import::Import),
    Export { dir: PathBuf },
    NoteDaily(notes::Asked),
    Home(Option<args::HomeCommand>),
    Links(args::Links),
    Link(args::LinkCommand),
    Convert(convert::Convert),
    Enhance(enhance::Enhance),
    Ask(ask::Ask),
    Models(models::Asked),
    Toc(args::Toc),
    AccountCheck { account: Option<String> },
    AccountHomes,
    Audit(args::Audit),
    VaultShow,
    VaultUse(octavo_contract::VaultChoose),
    Doctor { isolation: bool },
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

fn about_accounts(command: AccountCommand) -> Result<Request, Failure> {
    Ok(match command {
        AccountCommand::Add(add) if add.local => Request::AccountAddLocal { name: add.name },
        AccountCommand::Add(add) => {
            let token = account::read_token(add.token.as_deref())?;
            Request::AccountAddToken {
                token,
                name: add.name,
            }
        }
        AccountCommand::List => Request::AccountList,
        AccountCommand::Use { account } => Request::AccountUse { account },
        AccountCommand::Order { accounts } => Request::AccountOrder { accounts },
        AccountCommand::Default { account } => Request::AccountDefault { account },
        AccountCommand::Rename { account, name } => Request::AccountRename { account, name },
        AccountCommand::Export { account, dir } => Request::AccountExport { account, dir },
        AccountCommand::Remove(remove) => Request::AccountRemove(remove),
        AccountCommand::Check { account } => Request::AccountCheck { account },
        AccountCommand::Homes => Request::AccountHomes,
    })
}

fn prepare(command: Command) -> Result<Request, Failure> {
    Ok(match command {
        Command::Account(command) => about_accounts(command)?,
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
        Command::Note(NoteCommand::Move(asked)) => Request::NoteMove(asked),
        Command::Note(NoteCommand::History(asked)) => Request::NoteHistory(asked),
        Command::Search(asked) => Request::Search(asked),
        Command::Import(asked) => Request::Import(asked),
        Command::Export { dir } => Request::Export { dir },
        Command::Note(NoteCommand::Daily(asked)) => Request::NoteDaily(notes::read(asked)?),
        Command::Home { way } => Request::Home(way),
        Command::Links(asked) => Request::Links(asked),
        Command::Link(asked) => Request::Link(asked),
        Command::Convert(arguments) => Request::Convert(arguments),
        Command::Enhance(asked) => Request::Enhance(asked),
        Command::Ask(asked) => Request::Ask(asked),
        Command::Models(asked) => Request::Models(models::read(asked)?),
        Command::Toc(asked) => Request::Toc(asked),
        Command::Audit(asked) => Request::Audit(asked),
        Command::Vault(VaultCommand::Show) => Request::VaultShow,
        Command::Vault(VaultCommand::Use {
            store,
            leave_behind,
        }) => Request::VaultUse(octavo_contract::VaultChoose {
            store: store.of(),
            passphrase: vault::read_passphrase(store)?,
            leave_behind,
        }),
        Command::Doctor { isolation } => Request::Doctor { isolation },
    })
}
