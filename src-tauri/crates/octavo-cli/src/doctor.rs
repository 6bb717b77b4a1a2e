//! `octavo doctor`.

use std::net::TcpStream;
use std::time::Duration;

use octavo_contract::{AccountView, Empty, IsolationLine, IsolationReport};
use octavo_core::{Config, Octavo};
use serde_json::json;

use crate::{
    failure::Failure,
    output::{Exit, Outcome},
    rehearsal, vault, words,
};

/// How long Notion may take to accept a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// Tells where the data is, how the keychain is, whether Notion answers, and how each account is.
pub(crate) async fn doctor(core: &Octavo, config: &Config) -> Result<Outcome, Failure> {
    let state = core.app_state(Empty {}).await?;
    let reach = reach(config).await;
    let vault = core.vault_state(Empty {}).await?;
    let proof = core.vault_proof(Empty {}).await?;
    let document = json!({
        "version": state.version,
        "data_dir": state.data_dir,
        "vault": state.vault,
        "tokens": vault,
        "proof": proof,
        "notion_url": config.notion_url.as_str(),
        "notion_reachable": reach.is_ok(),
        "notion_problem": reach.as_ref().err(),
        "accounts": state.accounts,
    });
    let notion = match &reach {
        Ok(()) => format!("{} answers", config.notion_url),
        Err(problem) => format!("{} cannot be reached ({problem})", config.notion_url),
    };
    let mut lines = vec![
        format!("Octavo {}", state.version),
        format!("Data      {}", state.data_dir),
        format!("Keychain  {}", words::vault_status(state.vault)),
        vault::told(&vault),
        vault::proved(&proof),
        format!("Notion    {notion}"),
    ];
    let line = |account: &AccountView| {
        let status = words::account_status(account.status);
        format!(
            "Account   {}: {status}, {} waiting",
            account.name, account.waiting
        )
    };
    lines.extend(state.accounts.iter().map(line));
    Outcome::new(document, lines.join("\n"))
}

/// Looks whether anything of one account is in another: in a rehearsal with four accounts, and here.
pub(crate) async fn isolation(core: &Octavo) -> Result<Outcome, Failure> {
    let mut lines = rehearsal::rehearse().await?;
    lines.extend(core.isolation(Empty {}).await?.lines);
    let report = IsolationReport {
        holds: lines.iter().all(|line| line.holds),
        lines,
    };
    let line = |line: &IsolationLine| {
        let mark = if line.holds { "holds " } else { "FAILS " };
        format!("{mark} {}: {}\n", line.what, line.found)
    };
    let words: String = report.lines.iter().map(line).collect();
    let outcome = Outcome::new(&report, words)?;
    Ok(if report.holds {
        outcome
    } else {
        outcome
            .exit(Exit::Failed)
            .remark("Something of one account is in another. Please report this.")
    })
}

/// Whether Notion's address accepts a connection. No request is made, so none is counted.
async fn reach(config: &Config) -> Result<(), String> {
    let address = config.notion_url.clone();
    let tried = tokio::task::spawn_blocking(move || {
        let found = address
            .socket_addrs(|| None)
            .map_err(|error| error.to_string())?;
        let mut problem = "it has no address".to_owned();
        for place in found {
            match TcpStream::connect_timeout(&place, PATIENCE) {
                Ok(_) => return Ok(()),
                Err(error) => problem = error.to_string(),
            }
        }
        Err(problem)
    });
    tried.await.unwrap_or_else(|error| Err(error.to_string()))
}
