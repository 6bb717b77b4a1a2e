//! `octavo account check` and `octavo account homes`.

use octavo_contract::{AccountCheck, AccountChecks, AccountRef, Empty, Standing};
use octavo_core::Octavo;

use crate::{
    failure::Failure,
    output::{Exit, Outcome},
};

/// Looks whether one account's connection works, or those of all.
pub(crate) async fn check(core: &Octavo, account: Option<&str>) -> Result<Outcome, Failure> {
    let Some(account) = account else {
        return told(core.accounts_check(Empty {}).await?);
    };
    let account = core.find_account(Some(account)).await?.id;
    let check = core.account_check(AccountRef { account }).await?;
    told(AccountChecks {
        accounts: vec![check],
    })
}

/// Makes sure of every account's home.
pub(crate) async fn homes(core: &Octavo) -> Result<Outcome, Failure> {
    told(core.homes_ensure(Empty {}).await?)
}

fn told(checks: AccountChecks) -> Result<Outcome, Failure> {
    let words: String = checks.accounts.iter().map(line).collect();
    let exit = checks
        .accounts
        .iter()
        .map(exit)
        .max_by_key(|exit| match exit {
            Exit::Done => 0,
            Exit::NotInNotionYet => 1,
            Exit::Usage | Exit::Failed => 2,
            Exit::SignInAgain => 3,
        });
    let none = checks.accounts.is_empty();
    let outcome = Outcome::new(checks, words)?.exit(exit.unwrap_or(Exit::Done));
    Ok(if none {
        outcome.remark("There is no account yet: `octavo account add --help`.")
    } else {
        outcome
    })
}

fn line(check: &AccountCheck) -> String {
    format!(
        "{}: {}. {}\n",
        check.name,
        word(check.standing),
        check.words
    )
}

fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Local => "on this computer only",
        Standing::Connected => "connected",
        Standing::Offline => "offline",
        Standing::SignInAgain => "sign in again",
        Standing::NoAccess => "no access",
        Standing::Restricted => "restricted",
        Standing::KeychainUnavailable => "the keychain does not answer",
        Standing::NeedsParent => "choose a page first",
    }
}

fn exit(check: &AccountCheck) -> Exit {
    match check.standing {
        Standing::Local | Standing::Connected => Exit::Done,
        Standing::SignInAgain => Exit::SignInAgain,
        Standing::Offline => Exit::NotInNotionYet,
        Standing::NoAccess
        | Standing::Restricted
        | Standing::KeychainUnavailable
        | Standing::NeedsParent => Exit::Failed,
    }
}
