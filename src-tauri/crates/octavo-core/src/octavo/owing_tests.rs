//! Removals while the keychain is locked or while another process has the account, and a security log
//! that nobody rewrites.

use octavo_contract::{
    AccessEnd, AccountAddLocal, AccountRemove, AccountRemoved, AccountView, Empty, KeepNotes,
    VaultChoose, VaultStore,
};

use super::Octavo;
use super::removal_tests::World;

async fn remove(core: &Octavo, account: &AccountView) -> AccountRemoved {
    let request = AccountRemove {
        account: account.id.clone(),
        keep: KeepNotes::Nothing {},
    };
    core.account_remove(request, None).await.unwrap()
}

#[tokio::test]
async fn a_locked_keychain_keeps_no_account_and_forgets_it_when_it_opens() {
    let world = World::new().await;
    let core = world.core().await;
    let (account, held) = world.signed_in(&core, None).await;
    world.vault.shut(true);
    let removed = remove(&core, &account).await;
    assert_eq!(removed.access, AccessEnd::RevokedLater);
    assert!(removed.remark.unwrap().contains("as soon as"));
    let state = core.app_state(Empty {}).await.unwrap();
    assert!(state.accounts.is_empty(), "it is out of the rail");
    assert!(std::path::Path::new(&removed.rests_in).exists());

    // Nothing is asked of a locked keychain, and nothing is forgotten about it, over restarts too.
    drop(core);
    let core = world.core().await;
    let reads = world.vault.reads();
    assert!(core.finish_removals().await);
    assert_eq!(world.vault.reads(), reads, "nobody is asked for a password");
    assert_eq!(core.0.accounts.owed().await.unwrap().len(), 1);
    assert!(world.works(&held.access).await);

    world.vault.shut(false);
    assert!(
        world
            .vault
            .credentials(&account.id)
            .await
            .unwrap()
            .is_some()
    );
    assert!(core.finish_removals().await);
    assert!(core.0.accounts.owed().await.unwrap().is_empty());
    world.is_clean(&core, &account.id).await;
    assert!(!world.works(&held.access).await, "and Notion was told");
    let log = world.audit(&core, &account.id).await;
    assert!(
        log.iter().any(|line| line.contains("not forgotten yet")),
        "{log:?}"
    );
    assert_eq!(log.last().unwrap(), "token revoked", "{log:?}");
    assert!(core.finish_removals().await, "once more changes nothing");
    assert_eq!(world.audit(&core, &account.id).await, log);
}

#[tokio::test]
async fn what_is_owed_moves_along_with_the_tokens() {
    let world = World::new().await;
    let core = world.core().await;
    let (account, held) = world.signed_in(&core, None).await;
    world.vault.shut(true);
    remove(&core, &account).await;
    world.vault.shut(false);
    let request = VaultChoose {
        store: VaultStore::Sealed,
        passphrase: Some("correct horse battery".to_owned()),
        leave_behind: false,
    };
    core.vault_choose(request).await.unwrap();
    assert!(core.finish_removals().await);
    assert!(core.0.accounts.owed().await.unwrap().is_empty());
    world.is_clean(&core, &account.id).await;
    assert!(!world.works(&held.access).await);
}

#[tokio::test]
async fn an_app_that_runs_lets_go_of_an_account_that_is_removed_elsewhere() {
    let world = World::new().await;
    let app = world.core().await;
    let request = AccountAddLocal { name: None };
    let account = app.account_add_local(request).await.unwrap();
    let (other, held) = world.signed_in(&app, None).await;
    app.start();
    for account in [&account, &other] {
        let engine = app.engine(&account.id).await.unwrap();
        // As after a round in the background: the lock stays with this process.
        let still = engine
            .stand_still(
                std::time::Duration::from_secs(30),
                std::time::Duration::ZERO,
            )
            .await;
        drop(still.unwrap().unwrap());
    }
    let command = world.core().await;
    remove(&command, &account).await;
    remove(&command, &other).await;
    world.is_clean(&command, &other.id).await;
    assert!(!world.works(&held.access).await);
    assert!(app.app_state(Empty {}).await.unwrap().accounts.is_empty());
    assert!(app.0.accounts.wanted().await.unwrap().is_empty());
}

#[tokio::test]
async fn the_security_log_cannot_be_rewritten() {
    let world = World::new().await;
    let core = world.core().await;
    let account = core
        .account_add_local(AccountAddLocal { name: None })
        .await
        .unwrap();
    let before = world.audit(&core, &account.id).await;
    assert!(!before.is_empty());
    for forgery in [
        "DELETE FROM audit",
        "UPDATE audit SET outcome = 'nothing'",
        "REPLACE INTO audit (id, at, account, event, outcome) \
         SELECT id, at, account, event, 'nothing' FROM audit",
    ] {
        let refused = sqlx::query(forgery).execute(&core.0.accounts.pool).await;
        let words = refused.unwrap_err().to_string();
        assert!(words.contains("append-only"), "{forgery}: {words}");
    }
    assert_eq!(world.audit(&core, &account.id).await, before);
    core.0
        .accounts
        .audit(Some(&account.id), "account", "more")
        .await;
    assert_eq!(
        world.audit(&core, &account.id).await.len(),
        before.len() + 1
    );
}
