//! `octavo account`.

use octavo_contract::{
    AccountAddLocal, AccountAddToken, AccountRef, AccountStatus, AccountView, AppState, Empty,
};
use octavo_core::Octavo;
use serde_json::json;

use crate::{failure::Failure, input, output::Outcome, words};

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
    let document = json!({ "current": state.current, "accounts": state.accounts });
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

fn described(account: &AccountView) -> String {
    let workspace = account.workspace_name.as_ref();
    let workspace = workspace
        .map(|name| format!(" in {name}"))
        .unwrap_or_default();
    let status = words::account_status(account.status);
    format!("{}{workspace} ({}): {status}", account.name, account.id)
}
