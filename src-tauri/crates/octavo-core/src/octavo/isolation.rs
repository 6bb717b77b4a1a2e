//! A look whether anything of one account is in another. Nothing is changed by it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use octavo_contract::{AccountKind, Empty, IsolationLine, IsolationReport, NoteRef};
use secrecy::ExposeSecret as _;

use super::Octavo;
use crate::CoreError;
use crate::accounts::Account;
use crate::store::Belonging;
use crate::sync::Engine;

/// So many notes of each account are asked for in every other one.
const ASKED_FOR: usize = 50;

/// An account with all that is compared.
struct Seen {
    account: Account,
    engine: Arc<Engine>,
    notes: Vec<Belonging>,
}

impl Octavo {
    /// Looks whether anything of one account is in another: folders, notes, pages, tokens, what the
    /// tray shows, and what a command answers for an id of somebody else.
    ///
    /// # Errors
    /// A database cannot be read.
    pub async fn isolation(&self, _: Empty) -> Result<IsolationReport, CoreError> {
        let mut all = Vec::new();
        for account in self.0.accounts.all().await? {
            let engine = self.engine(&account.id).await?;
            let notes = engine.store.belongings().await?;
            all.push(Seen {
                account,
                engine,
                notes,
            });
        }
        let lines = vec![
            self.folders(&all),
            notes_apart(&all),
            pages_apart(&all),
            self.strangers(&all).await?,
            self.tokens_apart(&all).await,
            self.tray_apart(&all).await?,
        ];
        Ok(IsolationReport {
            holds: lines.iter().all(|line| line.holds),
            lines,
        })
    }

    fn folders(&self, all: &[Seen]) -> IsolationLine {
        let mut open = Vec::new();
        for seen in all {
            let dir = self.0.config.account_dir(&seen.account.id);
            if !private(&dir, 0o700) || !private(&dir.join("notes.db"), 0o600) {
                open.push(seen.account.name.clone());
            }
        }
        line(
            "a folder of its own, that nobody else can read",
            open.is_empty(),
            &if open.is_empty() {
                format!("{} looked at", all.len())
            } else {
                format!("others can read that of {}", open.join(", "))
            },
        )
    }

    /// Ids of one account given to another's commands.
    async fn strangers(&self, all: &[Seen]) -> Result<IsolationLine, CoreError> {
        let (mut asked, mut answered) = (0_usize, Vec::new());
        for owner in all {
            for other in all
                .iter()
                .filter(|other| other.account.id != owner.account.id)
            {
                let here: HashSet<&str> = other.notes.iter().map(|note| &*note.id).collect();
                let strange = owner.notes.iter().filter(|note| !here.contains(&*note.id));
                for note in strange.take(ASKED_FOR) {
                    asked += 1;
                    let crossed = NoteRef {
                        account: other.account.id.clone(),
                        note: note.id.clone(),
                    };
                    match self.note_read(crossed).await {
                        Err(CoreError::NoSuchNote) => {}
                        Err(error) => return Err(error),
                        Ok(_) => answered.push(note.id.clone()),
                    }
                }
            }
        }
        Ok(line(
            "an id of one is not found in another",
            answered.is_empty(),
            &format!("{asked} asked for, {} answered", answered.len()),
        ))
    }

    async fn tokens_apart(&self, all: &[Seen]) -> IsolationLine {
        let what = "a token of its own, and a client that was built with it";
        let mut known: HashMap<String, &str> = HashMap::new();
        let (mut looked, mut shared) = (0_usize, Vec::new());
        for seen in all
            .iter()
            .filter(|seen| seen.account.kind != AccountKind::Local)
        {
            // A keychain that does not answer hides whether tokens differ.
            let Ok(Some(held)) = self.0.vault.credentials(&seen.account.id).await else {
                continue;
            };
            looked += 1;
            let token = held.access.expose_secret().to_owned();
            if let Some(other) = known.insert(token, &seen.account.name) {
                shared.push(format!("{} and {other}", seen.account.name));
            }
            if !self
                .0
                .clients
                .is_built_with(&seen.account.id, &held.access)
                .await
            {
                shared.push(format!("the client of {}", seen.account.name));
            }
        }
        line(
            what,
            shared.is_empty(),
            &if shared.is_empty() {
                format!("{looked} looked at")
            } else {
                format!("the same for {}", shared.join(", "))
            },
        )
    }

    async fn tray_apart(&self, all: &[Seen]) -> Result<IsolationLine, CoreError> {
        let tray = self.tray_state().await?;
        let mut strange = 0_usize;
        for entry in &tray.recent {
            let owner = all.iter().find(|seen| seen.account.id == entry.account);
            let own = match owner {
                Some(owner) => owner.engine.store.has_note(&entry.note).await?,
                None => false,
            };
            if !own || Some(&entry.account) != tray.current.as_ref() {
                strange += 1;
            }
        }
        Ok(line(
            "the tray shows notes of the current account only",
            strange == 0,
            &format!("{} looked at, {strange} of others", tray.recent.len()),
        ))
    }
}

fn notes_apart(all: &[Seen]) -> IsolationLine {
    let mut owners: HashMap<&str, &str> = HashMap::new();
    let mut twice = 0_usize;
    for seen in all {
        for note in &seen.notes {
            let other = owners.insert(&note.id, &seen.account.id);
            twice += usize::from(other.is_some());
        }
    }
    line(
        "no note is in two accounts",
        twice == 0,
        &format!("{} looked at, {twice} in two", owners.len()),
    )
}

/// A page belongs to one workspace. Two accounts of the same workspace may share a home, and then see
/// the same pages.
fn pages_apart(all: &[Seen]) -> IsolationLine {
    let mut owners: HashMap<&str, Option<&str>> = HashMap::new();
    let mut twice = 0_usize;
    for seen in all {
        let workspace = seen.account.workspace_id.as_deref();
        for page in seen.notes.iter().filter_map(|note| note.page_id.as_deref()) {
            let other = owners.insert(page, workspace);
            twice += usize::from(other.is_some_and(|other| other != workspace));
        }
    }
    line(
        "no page is in accounts of two workspaces",
        twice == 0,
        &format!("{} looked at, {twice} in two", owners.len()),
    )
}

fn line(what: &str, holds: bool, found: &str) -> IsolationLine {
    IsolationLine {
        what: what.to_owned(),
        holds,
        found: found.to_owned(),
    }
}

/// Whether only this user has rights, and no more than these.
fn private(path: &std::path::Path, most: u32) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o777 & !most == 0)
    }
    #[cfg(not(unix))]
    {
        let _ = most;
        path.exists()
    }
}
