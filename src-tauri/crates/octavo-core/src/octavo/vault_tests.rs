//! Tokens move from one place to another and back, and nothing is lost or left behind.

use octavo_contract::{
    AccountAddToken, AccountRef, AccountStatus, AccountView, AuditAsk, Empty, ErrorCode,
    NoteCreate, NoteRef, SyncState, VaultChoose, VaultOpen, VaultStatus, VaultStore,
};

use super::Octavo;
use super::removal_tests::World;
use crate::config::{Config, VaultKind};

const PASSPHRASE: &str = "correct horse battery";

fn config(world: &World) -> Config {
    Config {
        data_dir: world.dir.path().join("data"),
        notion_url: world.sim.url().parse().unwrap(),
        // What was chosen goes before it.
        vault: VaultKind::Keychain,
        memory_token: None,
        broker_url: None,
        sample: false,
        request_room: Config::REQUEST_ROOM,
    }
}

fn choose(store: VaultStore) -> VaultChoose {
    VaultChoose {
        store,
        passphrase: (store == VaultStore::Sealed).then(|| PASSPHRASE.to_owned()),
        leave_behind: false,
    }
}

async fn open(core: &Octavo, passphrase: &str) -> Result<VaultStatus, ErrorCode> {
    let passphrase = passphrase.to_owned();
    let opened = core.vault_open(VaultOpen { passphrase }).await;
    opened.map(|view| view.status).map_err(|error| error.code())
}

/// Nothing in the data folder has these words in it.
fn nowhere(dir: &std::path::Path, words: &[&str]) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            nowhere(&path, words);
            continue;
        }
        let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        for word in words {
            assert!(!text.contains(word), "{word} is in {}", path.display());
        }
    }
}

/// An account whose token was sealed; the core that did it is closed.
async fn sealed(world: &World) -> AccountView {
    let core = world.core().await;
    let token = world.sim.personal_access_token().to_owned();
    let request = AccountAddToken {
        token: token.clone(),
        name: None,
    };
    let account = core.account_add_token(request).await.unwrap();
    let view = core.vault_choose(choose(VaultStore::Sealed)).await.unwrap();
    assert_eq!(
        (view.store, view.status),
        (VaultStore::Sealed, VaultStatus::Ready)
    );
    assert_eq!(view.holds.len(), 1);
    assert_eq!(view.holds[0].account.as_ref(), Some(&account.id));
    nowhere(world.dir.path(), &[&token, PASSPHRASE]);
    core.shutdown(std::time::Duration::ZERO).await;
    account
}

#[tokio::test]
async fn tokens_are_sealed_survive_a_restart_and_come_back() {
    let world = World::new().await;
    let account = sealed(&world).await;
    let core = Octavo::open_at(config(&world), world.clock.clone())
        .await
        .unwrap();
    let note = core
        .capture(NoteCreate {
            account: account.id.clone(),
            title: "Mill".to_owned(),
            body: String::new(),
            note_type: None,
            tags: Vec::new(),
        })
        .await
        .unwrap();
    let reference = AccountRef {
        account: account.id.clone(),
    };
    let closed = core.sync_now(reference.clone()).await.unwrap_err();
    assert_eq!(closed.code(), ErrorCode::KeychainLocked, "{closed}");
    let state = core.app_state(Empty {}).await.unwrap();
    assert_eq!(state.vault, VaultStatus::Locked);
    assert_eq!(state.accounts[0].status, AccountStatus::KeychainUnavailable);
    assert_eq!(
        open(&core, "wrong horse battery").await,
        Err(ErrorCode::BadRequest)
    );
    assert_eq!(open(&core, PASSPHRASE).await, Ok(VaultStatus::Ready));
    core.sync_now(reference).await.unwrap();
    let note = NoteRef {
        account: account.id.clone(),
        note: note.id,
    };
    let sync = core.note_read(note).await.unwrap().sync;
    assert!(matches!(sync, SyncState::Synced { .. }));

    let back = core
        .vault_choose(choose(VaultStore::ThisRun))
        .await
        .unwrap();
    assert_eq!((back.store, back.holds.len()), (VaultStore::ThisRun, 1));
    let left = world.dir.path().join("data/vault");
    assert!(!left.join("key.age").exists() && !left.join("items.age").exists());
    let log = core.audit_log(AuditAsk::default()).await.unwrap().entries;
    let told: Vec<&str> = log
        .iter()
        .filter(|entry| entry.event == "vault")
        .map(|entry| &*entry.outcome)
        .collect();
    assert_eq!(told.len(), 3, "{told:?}");
}

#[tokio::test]
async fn a_place_that_cannot_keep_tokens_is_not_taken() {
    let world = World::new().await;
    let core = world.core().await;
    let request = AccountAddToken {
        token: world.sim.personal_access_token().to_owned(),
        name: None,
    };
    let account = core.account_add_token(request).await.unwrap();
    for passphrase in [None, Some("short".to_owned())] {
        let request = VaultChoose {
            passphrase,
            ..choose(VaultStore::Sealed)
        };
        let refused = core.vault_choose(request).await.unwrap_err();
        assert_eq!(refused.code(), ErrorCode::BadRequest);
    }
    assert!(
        world
            .vault
            .credentials(&account.id)
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(
        core.vault_state(Empty {}).await.unwrap().store,
        VaultStore::ThisRun
    );
}

#[tokio::test]
async fn the_vault_proves_itself() {
    let world = World::new().await;
    let core = world.core().await;
    let proof = core.vault_proof(Empty {}).await.unwrap();
    assert!(proof.writes && proof.reads && proof.problem.is_none());
    assert_eq!(
        proof.survived_since, None,
        "this run proves nothing about another"
    );
    world.vault.leave_probe("1234 0").await.unwrap();
    let proof = core.vault_proof(Empty {}).await.unwrap();
    assert_eq!(proof.survived_since, Some(1234));
    world.vault.lock_writes(true);
    core.vault_choose(choose(VaultStore::Sealed)).await.unwrap();
    core.vault_close(Empty {}).await.unwrap();
    let proof = core.vault_proof(Empty {}).await.unwrap();
    assert!(!proof.writes && proof.problem.is_some());
}
