//! Where tokens are kept: shown, chosen, opened, proved.

use octavo_contract::{
    AccountKind, AccountStatus, Empty, VaultChoose, VaultItem, VaultOpen, VaultProof, VaultStatus,
    VaultStore, VaultView,
};
use secrecy::SecretString;

use super::Octavo;
use crate::CoreError;
use crate::accounts::{Accounts, word};
use crate::redact;
use crate::vault::Held;

/// What a person chose.
const STORE: &str = "vault_store";

/// The place for tokens that was chosen at an earlier start.
pub(super) async fn chosen(accounts: &Accounts) -> Result<Option<VaultStore>, CoreError> {
    let store = accounts.setting(STORE).await?;
    // One that a later Octavo knows is not there for this one.
    Ok(store.and_then(|name| word(name).ok()))
}

impl Octavo {
    /// Where tokens are kept, and what is there.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn vault_state(&self, _: Empty) -> Result<VaultView, CoreError> {
        let vault = &self.0.vault;
        let status = vault.status().await;
        let mut holds = Vec::new();
        // Only looked at: a locked keychain would ask for its password, and nobody wished for that.
        if matches!(status, VaultStatus::Ready | VaultStatus::ThisRunOnly) {
            for held in self.all_held().await? {
                if vault.holds(&held).await.unwrap_or(false) {
                    holds.push(self.item(held).await?);
                }
            }
        }
        Ok(VaultView {
            store: vault.store_kind(),
            status,
            holds,
        })
    }

    /// Keeps tokens somewhere else from now on. They move along; the old place forgets them after the
    /// new one has proved that it keeps them.
    ///
    /// # Errors
    /// The old place cannot be read, the new one cannot keep them, or a passphrase is missing or too
    /// short. Then everything is as it was.
    pub async fn vault_choose(&self, request: VaultChoose) -> Result<VaultView, CoreError> {
        let vault = &self.0.vault;
        let store = request.store;
        if vault.store_kind() == store && store != VaultStore::Sealed {
            return self.vault_state(Empty {}).await;
        }
        let passphrase = request.passphrase.map(SecretString::from);
        passphrase.iter().for_each(redact::remember);
        if vault.store_kind() == VaultStore::Sealed && store == VaultStore::Sealed {
            return Err(CoreError::BadRequest(
                "The tokens are sealed with a passphrase already. To change it, keep them for this run \
                 only first, and seal them again."
                    .to_owned(),
            ));
        }
        let what = self.all_held().await?;
        let dir = &self.0.config.data_dir;
        let old = vault.store_kind();
        let leave_behind = request.leave_behind || self.nothing_kept_yet(&what).await;
        let prepared = vault
            .prepare(store, dir, passphrase, &what, leave_behind)
            .await?;
        let name = match store {
            VaultStore::Keychain => "keychain",
            VaultStore::Sealed => "sealed",
            VaultStore::ThisRun => "this_run",
        };
        self.0.accounts.set_setting(STORE, Some(name)).await?;
        let forgotten = vault.change_to(prepared, &what).await;
        if forgotten {
            self.0.accounts.owed_moved(old, store).await?;
        }
        let outcome = match (store, forgotten) {
            (VaultStore::Keychain, true) => "tokens are kept in the keychain",
            (VaultStore::Sealed, true) => "tokens are sealed with a passphrase",
            (VaultStore::ThisRun, true) => "tokens are kept for this run only",
            (_, false) => "tokens moved; the old place could not be made to forget them",
        };
        self.0.accounts.audit(None, "vault", outcome).await;
        self.vault_answers().await?;
        self.vault_state(Empty {}).await
    }

    /// Opens a sealed vault, for as long as Octavo runs.
    ///
    /// # Errors
    /// The passphrase is not the one, or the vault is damaged or not there.
    pub async fn vault_open(&self, request: VaultOpen) -> Result<VaultView, CoreError> {
        let passphrase = SecretString::from(request.passphrase);
        redact::remember(&passphrase);
        let opened = self.0.vault.open(passphrase).await;
        if let Err(CoreError::WrongPassphrase) = &opened {
            let outcome = "a passphrase did not open the sealed tokens";
            self.0.accounts.audit(None, "vault", outcome).await;
        }
        opened?;
        self.vault_answers().await?;
        self.vault_state(Empty {}).await
    }

    /// Seals the vault again, if it is one that can be: the passphrase is asked for anew.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn vault_close(&self, _: Empty) -> Result<VaultView, CoreError> {
        self.0.vault.close();
        for account in self.0.accounts.all().await? {
            self.0.clients.drop_client(&account.id).await;
        }
        self.tell_accounts();
        self.vault_state(Empty {}).await
    }

    /// Proves that the vault writes and reads, and that it still has what an earlier run wrote.
    ///
    /// # Errors
    /// None: what goes wrong is in the answer.
    pub async fn vault_proof(&self, _: Empty) -> Result<VaultProof, CoreError> {
        let vault = &self.0.vault;
        let mut proof = VaultProof {
            writes: false,
            reads: false,
            survived_since: None,
            problem: None,
        };
        let tried = async {
            // What this very process wrote proves nothing about a restart.
            let run = std::process::id();
            let earlier = vault.probe().await?;
            proof.survived_since = earlier
                .as_deref()
                .and_then(|text| written_by_another(text, run));
            let text = format!("{} {run}", self.0.clock.now());
            vault.leave_probe(&text).await?;
            proof.writes = true;
            proof.reads = vault.probe().await?.as_deref() == Some(&*text);
            Ok::<(), CoreError>(())
        };
        if let Err(error) = tried.await {
            proof.problem = Some(error.to_string());
        }
        Ok(proof)
    }

    /// The vault answers again: accounts that waited for it go on.
    async fn vault_answers(&self) -> Result<(), CoreError> {
        for account in self.0.accounts.all().await? {
            self.0.clients.drop_client(&account.id).await;
            if account.status == AccountStatus::KeychainUnavailable {
                self.0
                    .accounts
                    .set_status(&account.id, AccountStatus::Connected)
                    .await?;
                let engine = self.engine(&account.id).await?;
                engine.unpause();
                engine.wake();
            }
        }
        self.tell_accounts();
        Ok(())
    }

    /// Everything that a vault of this Octavo can hold.
    /// Nobody signed in yet, and the place that would keep it is not there: nothing to ask it for.
    async fn nothing_kept_yet(&self, what: &[Held]) -> bool {
        let nobody = what
            .iter()
            .all(|held| matches!(held, Held::OwnConnection | Held::SignIn));
        nobody && self.0.vault.status().await == VaultStatus::Absent
    }

    async fn all_held(&self) -> Result<Vec<Held>, CoreError> {
        let mut all = vec![Held::OwnConnection, Held::SignIn];
        for account in self.0.accounts.all().await? {
            all.push(Held::AssistKey(account.id.clone()));
            if account.kind != AccountKind::Local {
                all.push(Held::Account(account.id));
            }
        }
        for leaving in self.0.accounts.leaving().await? {
            all.push(Held::ToEnd(leaving.id.clone()));
            all.push(Held::AssistKey(leaving.id.clone()));
            all.push(Held::Account(leaving.id));
        }
        for owed in self.0.accounts.owed().await? {
            all.push(Held::AssistKey(owed.of.id.clone()));
            all.push(Held::Account(owed.of.id));
        }
        for pending in self.0.accounts.pending_ends().await? {
            if !all.contains(&Held::ToEnd(pending.account.clone())) {
                all.push(Held::ToEnd(pending.account));
            }
        }
        Ok(all)
    }

    async fn item(&self, held: Held) -> Result<VaultItem, CoreError> {
        let (account, what) = match held {
            Held::OwnConnection => (None, "the secret of your own connection".to_owned()),
            Held::SignIn => (None, "a sign-in that waits for the browser".to_owned()),
            Held::ToEnd(_) => (
                None,
                "the sign-in of a removed account, until Notion was told that it ends".to_owned(),
            ),
            Held::AssistKey(account) => {
                let name = self.name_of(&account).await?;
                (
                    Some(account),
                    format!("the key of the model that {name} asks"),
                )
            }
            Held::Account(account) => {
                let name = self.name_of(&account).await?;
                (Some(account), format!("the sign-in of {name}"))
            }
        };
        Ok(VaultItem { account, what })
    }

    async fn name_of(&self, account: &str) -> Result<String, CoreError> {
        match self.0.accounts.find(account).await {
            Ok(found) => Ok(found.name),
            Err(CoreError::NoSuchAccount(_)) => Ok("an account that is being removed".to_owned()),
            Err(error) => Err(error),
        }
    }
}

/// When another process wrote this, if one did.
fn written_by_another(text: &str, run: u32) -> Option<i64> {
    let (at, by) = text.split_once(' ')?;
    if by == run.to_string() {
        return None;
    }
    at.parse().ok()
}
