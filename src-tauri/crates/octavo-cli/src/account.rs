//! `octavo account`.

use std::path::{Path, PathBuf};

use octavo_contract::{
    AccessEnd, AccountAddLocal, AccountAddToken, AccountChange, AccountDefault, AccountKind,
    AccountOrder, AccountRef, AccountRemoval, AccountRemove, AccountRemoved, AccountStatus,
    AccountView, AppState, Empty, KeepNotes,
};
use octavo_core::Octavo;
use serde_json::json;

use crate::{args, failure::Failure, input, output::Outcome, words};

const PIPE_TOKEN: &str = "The token is read from standard input: pipe it in, for example \
     `octavo account add --token - < token.txt`.";
const LITERAL_TOKEN: &str = "A token on the command line can be read by every program on this \
     computer and stays in the shell's history. Use `--token -` and give it through standard \
     input; if the one you just typed is real, withdraw it and make a new one.";

/// The token from standard input. One on the command line is refused, and not repeated.
pub(crate) fn read_token(argument: Option<&str>) -> Result<String, Failure> {
    if argument != Some("-") {
        return Err(Failure::Usage(LITERAL_TOKEN));
    }
    let token = input::text(PIPE_TOKEN)?.trim().to_owned();
    if token.is_empty() {
        Err(Failure::Usage(PIPE_TOKEN))
    } else {
        Ok(token)
    }
}

/// `account add --token -`
pub(crate) async fn add_token(
    core: &Octavo,
    token: String,
    name: Option<String>,
) -> Result<Outcome, Failure> {
    added(
        &core
            .account_add_token(AccountAddToken { token, name })
            .await?,
    )
}

/// `account add --local`
pub(crate) async fn add_local(core: &Octavo, name: Option<String>) -> Result<Outcome, Failure> {
    added(&core.account_add_local(AccountAddLocal { name }).await?)
}

fn added(account: &AccountView) -> Result<Outcome, Failure> {
    let outcome = Outcome::new(account, format!("Added {}", described(account)))?;
    Ok(match account.status {
        AccountStatus::Local | AccountStatus::Connected => outcome,
        status => outcome.remark(words::account_status(status)),
    })
}

/// `account list`
pub(crate) async fn list(core: &Octavo) -> Result<Outcome, Failure> {
    let state = core.app_state(Empty {}).await?;
    let document = json!({ "current": state.current, "default": state.default_account, "accounts": state.accounts });
    let words = listed(&state);
    let outcome = Outcome::new(document, words)?;
    if state.accounts.is_empty() {
        return Ok(outcome.remark("There is no account yet: `octavo account add --help`."));
    }
    Ok(outcome)
}

fn listed(state: &AppState) -> String {
    let line = |account: &AccountView| {
        let mark = if state.current.as_ref() == Some(&account.id) {
            '*'
        } else {
            ' '
        };
        let waiting = u64::try_from(account.waiting).unwrap_or_default();
        let waiting = match waiting {
            0 => String::new(),
            count => format!(", {} to send", words::count(count, "note")),
        };
        format!("{mark} {}{waiting}\n", described(account))
    };
    state.accounts.iter().map(line).collect()
}

/// `account use`
pub(crate) async fn switch(core: &Octavo, account: &str) -> Result<Outcome, Failure> {
    let account = core.find_account(Some(account)).await?;
    core.account_switch(AccountRef {
        account: account.id.clone(),
    })
    .await?;
    Outcome::new(&account, format!("{} is the current account", account.name))
}

/// `account order`
pub(crate) async fn order(core: &Octavo, accounts: &[String]) -> Result<Outcome, Failure> {
    let mut ids = Vec::new();
    for account in accounts {
        ids.push(core.find_account(Some(account)).await?.id);
    }
    let state = core.account_order(AccountOrder { accounts: ids }).await?;
    Outcome::new(json!({ "accounts": state.accounts }), listed(&state))
}

/// `account default`
pub(crate) async fn default(core: &Octavo, account: Option<&str>) -> Result<Outcome, Failure> {
    let account = match account {
        Some(account) => Some(core.find_account(Some(account)).await?),
        None => None,
    };
    let id = account.as_ref().map(|account| account.id.clone());
    core.account_default(AccountDefault {
        account: id.clone(),
    })
    .await?;
    let words = match &account {
        Some(account) => format!("Captures go to {} unless another is named", account.name),
        None => "Captures go to the account that was used last".to_owned(),
    };
    Outcome::new(json!({ "default_account": id }), words)
}

/// `account rename`
pub(crate) async fn rename(core: &Octavo, account: &str, name: String) -> Result<Outcome, Failure> {
    let account = core.find_account(Some(account)).await?;
    let changed = core
        .account_change(AccountChange {
            account: account.id,
            name: Some(name),
            color: None,
        })
        .await?;
    let words = format!("{} is called {} now", account.name, changed.name);
    Outcome::new(&changed, words)
}

/// `account export`
pub(crate) async fn export(
    core: &Octavo,
    account: Option<&str>,
    dir: &Path,
) -> Result<Outcome, Failure> {
    let account = core.find_account(account).await?;
    let reference = AccountRef {
        account: account.id.clone(),
    };
    let exported = core.export(reference, &absolute(dir)?).await?;
    let folder = exported.folder.to_string_lossy();
    let notes = words::count(u64::try_from(exported.notes).unwrap_or_default(), "note");
    Outcome::new(
        json!({ "account": account.id, "folder": folder, "notes": exported.notes }),
        format!("Exported {notes} to {folder}"),
    )
}

/// `account remove`
pub(crate) async fn remove(
    core: &Octavo,
    arguments: args::AccountRemove,
) -> Result<Outcome, Failure> {
    let account = core.find_account(Some(&arguments.account)).await?;
    let keep = match (&arguments.move_to, &arguments.export) {
        _ if arguments.send_first => KeepNotes::SendFirst {},
        (Some(to), _) => KeepNotes::Move {
            to: core.find_account(Some(to)).await?.id,
        },
        (None, Some(_)) => KeepNotes::Export {},
        (None, None) => KeepNotes::Nothing {},
    };
    let reference = AccountRef {
        account: account.id.clone(),
    };
    let removal = core.account_removal(reference).await?;
    if matches!(keep, KeepNotes::Nothing {}) && removal.only_here > 0 {
        return Err(Failure::Undecided(choices(&account, removal.only_here)));
    }
    if !arguments.yes {
        return Err(Failure::Unconfirmed(meaning(&account, &removal)));
    }
    let export_to: Option<PathBuf> = arguments.export.as_deref().map(absolute).transpose()?;
    let request = AccountRemove {
        account: account.id,
        keep,
    };
    let removed = core.account_remove(request, export_to.as_deref()).await?;
    let mut outcome = Outcome::new(&removed, told(&removed))?;
    if let Some(remark) = &removed.remark {
        outcome = outcome.remark(remark);
    }
    Ok(match access_words(removed.access) {
        Some(words) => outcome.remark(words),
        None => outcome,
    })
}

/// A folder as the core needs it, which does not know where the command was called.
fn absolute(dir: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(dir).map_err(|error| Failure::Internal(error.to_string()))
}

/// What can become of notes that are on this computer only.
fn choices(account: &AccountView, only_here: i64) -> String {
    let count = u64::try_from(only_here).unwrap_or_default();
    let verb = if count == 1 { "is" } else { "are" };
    let send = match account.kind {
        AccountKind::Local => "",
        _ => "--send-first, ",
    };
    format!(
        "{} of “{}” {verb} on this computer only, so nothing was removed. Say what becomes of that: \
         {send}--move-to NAME or --export DIR.",
        words::count(count, "note"),
        account.name
    )
}

/// What removing an account would mean, for a call that does not say yes.
fn meaning(account: &AccountView, removal: &AccountRemoval) -> String {
    let number = |count: i64| u64::try_from(count).unwrap_or_default();
    let notes = words::count(number(removal.notes), "note");
    let only_here = match removal.only_here {
        0 => String::new(),
        count => format!(", {count} of them on this computer only"),
    };
    let access = match removal.access {
        AccessEnd::None => "",
        AccessEnd::Revoked | AccessEnd::RevokedLater => " Octavo's access to its Notion ends.",
        AccessEnd::ByHand => " Its token is forgotten here.",
    };
    format!(
        "This would remove “{}” with {notes}{only_here} from this computer.{access} Pages in Notion \
         stay, and the folder rests for seven days. Nothing was removed: add --yes to do it.",
        account.name
    )
}

fn told(removed: &AccountRemoved) -> String {
    let mut parts = vec![format!("Removed {}", removed.name)];
    if removed.moved > 0 {
        let moved = u64::try_from(removed.moved).unwrap_or_default();
        parts.push(format!("moved {}", words::count(moved, "note")));
    }
    if let Some(folder) = &removed.exported_to {
        parts.push(format!("exported to {folder}"));
    }
    format!(
        "{}\nIts data rests until {} in {}",
        parts.join(", "),
        words::moment(removed.rests_until),
        removed.rests_in
    )
}

/// What is worth knowing about the account's access to Notion.
fn access_words(access: AccessEnd) -> Option<&'static str> {
    match access {
        AccessEnd::None | AccessEnd::Revoked => None,
        AccessEnd::RevokedLater => Some(
            "Notion could not be told yet that its access ends. Octavo goes on trying when it is next \
             used.",
        ),
        AccessEnd::ByHand => Some(
            "Its access is forgotten here but still valid: withdraw it in Notion, where the token was \
             made or under Settings, Connections.",
        ),
    }
}

fn described(account: &AccountView) -> String {
    let workspace = account.workspace_name.as_ref();
    let workspace = workspace
        .map(|name| format!(" in {name}"))
        .unwrap_or_default();
    let status = words::account_status(account.status);
    format!("{}{workspace} ({}): {status}", account.name, account.id)
}
