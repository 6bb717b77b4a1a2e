//! `octavo vault`, and what of it `octavo doctor` tells.

use octavo_contract::{
    Empty, VaultChoose, VaultOpen, VaultProof, VaultStatus, VaultStore, VaultView,
};
use octavo_core::Octavo;

use crate::{args, failure::Failure, input, output::Outcome, words};

/// The passphrase for commands that nobody sits at. What is in the environment can be read by other
/// programs of the same person, as the opened tokens themselves could.
const PASSPHRASE: &str = "OCTAVO_PASSPHRASE";

const PIPE_PASSPHRASE: &str = "The passphrase is read from standard input: pipe it in, for example \
     `octavo vault use sealed < passphrase.txt`.";

/// Opens a sealed vault for this command, if its passphrase was given.
pub(crate) async fn open(core: &Octavo) -> Result<(), Failure> {
    let Ok(passphrase) = std::env::var(PASSPHRASE) else {
        return Ok(());
    };
    core.vault_open(VaultOpen { passphrase }).await?;
    Ok(())
}

/// The passphrase that a new sealed vault gets.
pub(crate) fn read_passphrase(store: args::Store) -> Result<Option<String>, Failure> {
    if store != args::Store::Sealed {
        return Ok(None);
    }
    let passphrase = input::text(PIPE_PASSPHRASE)?;
    let passphrase = passphrase.trim_end_matches(['\n', '\r']);
    if passphrase.is_empty() {
        return Err(Failure::Usage(PIPE_PASSPHRASE));
    }
    Ok(Some(passphrase.to_owned()))
}

/// `vault show`
pub(crate) async fn show(core: &Octavo) -> Result<Outcome, Failure> {
    let view = core.vault_state(Empty {}).await?;
    Outcome::new(&view, told(&view))
}

/// `vault use`
pub(crate) async fn choose(core: &Octavo, request: VaultChoose) -> Result<Outcome, Failure> {
    let view = core.vault_choose(request).await?;
    let outcome = Outcome::new(&view, told(&view))?;
    Ok(match view.store {
        VaultStore::Sealed => outcome.remark(
            "Commands take the passphrase from OCTAVO_PASSPHRASE. The window cannot ask for it yet: \
             notes written there wait for the next `octavo sync`.",
        ),
        VaultStore::ThisRun => {
            outcome.remark("The tokens end with this command: sign in again with the next.")
        }
        VaultStore::Keychain => outcome,
    })
}

/// Where tokens are and what is there, a line each.
pub(crate) fn told(view: &VaultView) -> String {
    let mut lines = vec![format!("Tokens    {}", place(view))];
    lines.extend(
        view.holds
            .iter()
            .map(|item| format!("          {}", item.what)),
    );
    lines.join("\n")
}

fn place(view: &VaultView) -> &'static str {
    match (view.store, view.status) {
        (VaultStore::Sealed, VaultStatus::Locked) => "sealed with a passphrase, closed",
        (VaultStore::Sealed, _) => "sealed with a passphrase, open",
        (VaultStore::Keychain | VaultStore::ThisRun, status) => words::vault_status(status),
    }
}

/// What the proof of the vault came to, a line.
pub(crate) fn proved(proof: &VaultProof) -> String {
    if let Some(problem) = &proof.problem {
        return format!("Proof     failed: {problem}");
    }
    let kept = proof.survived_since.map_or_else(
        || "not seen yet to survive a restart: ask once more".to_owned(),
        |at| format!("kept what was written {}", words::moment(at)),
    );
    format!("Proof     writes, reads, {kept}")
}
