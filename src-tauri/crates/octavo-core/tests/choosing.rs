//! The order of accounts, the one that new notes go to, and the security log as a person reads it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use octavo_contract::{
    AccountAddLocal, AccountDefault, AccountOrder, AccountRef, AccountRemove, AppState, AuditAsk,
    Empty, KeepNotes,
};
use octavo_core::{CoreError, Octavo};
use support::World;

/// Three accounts without Notion, in the order of their names.
async fn three(core: &Octavo) -> Vec<String> {
    let mut ids = Vec::new();
    for name in ["Ada", "Ben", "Cleo"] {
        let request = AccountAddLocal {
            name: Some(name.to_owned()),
        };
        ids.push(core.account_add_local(request).await.unwrap().id);
    }
    ids
}

fn names(state: &AppState) -> Vec<&str> {
    state.accounts.iter().map(|it| it.name.as_str()).collect()
}

#[tokio::test]
async fn accounts_stand_in_the_order_they_were_put_in() {
    let world = World::new().await;
    let core = world.core().await;
    let ids = three(&core).await;
    let order = |accounts: &[&String]| AccountOrder {
        accounts: accounts.iter().map(|id| (*id).clone()).collect(),
    };
    let state = core
        .account_order(order(&[&ids[2], &ids[0]]))
        .await
        .unwrap();
    assert_eq!(names(&state), ["Cleo", "Ada", "Ben"]);

    let twice = core.account_order(order(&[&ids[1], &ids[1]])).await;
    assert!(matches!(twice, Err(CoreError::BadRequest(_))), "{twice:?}");
    let unknown = core
        .account_order(order(&[&ids[1], &"nobody".to_owned()]))
        .await;
    assert!(matches!(unknown, Err(CoreError::NoSuchAccount(_))));

    // It survives a restart, and who comes later stands last.
    core.shutdown(std::time::Duration::ZERO).await;
    let core = world.core().await;
    let request = AccountAddLocal {
        name: Some("Dora".to_owned()),
    };
    core.account_add_local(request).await.unwrap();
    let state = core.app_state(Empty {}).await.unwrap();
    assert_eq!(names(&state), ["Cleo", "Ada", "Ben", "Dora"]);
}

#[tokio::test]
async fn new_notes_go_to_the_account_that_was_chosen_for_them() {
    let world = World::new().await;
    let core = world.core().await;
    let ids = three(&core).await;
    let choose = |account: Option<&String>| AccountDefault {
        account: account.cloned(),
    };
    let at = async |core: &Octavo| core.capture_state(Empty {}).await.unwrap().draft;
    assert_eq!(at(&core).await.account.as_ref(), Some(&ids[2]));

    let state = core.account_default(choose(Some(&ids[0]))).await.unwrap();
    assert_eq!(state.default_account.as_ref(), Some(&ids[0]));
    let mut draft = at(&core).await;
    assert_eq!(draft.account.as_ref(), Some(&ids[0]));
    // One note is sent elsewhere; the next begins with the chosen account again.
    draft.account = Some(ids[1].clone());
    draft.text = "For Ben".to_owned();
    core.capture_draft(draft.clone()).await.unwrap();
    assert_eq!(at(&core).await.account.as_ref(), Some(&ids[1]));
    core.account_default(choose(Some(&ids[2]))).await.unwrap();
    let meant = at(&core).await;
    assert_eq!(meant.account.as_ref(), Some(&ids[1]), "words were meant");
    let captured = core.capture_save(draft).await.unwrap();
    assert_eq!(captured.account, ids[1]);
    assert_eq!(at(&core).await.account.as_ref(), Some(&ids[2]));
    // The command line asks the same, unless it is told another.
    assert_eq!(core.capture_target(None).await.unwrap().id, ids[2]);
    assert_eq!(core.capture_target(Some("ada")).await.unwrap().id, ids[0]);

    // Who leaves is no target any more.
    let request = AccountRemove {
        account: ids[2].clone(),
        keep: KeepNotes::Nothing {},
    };
    core.account_remove(request, None).await.unwrap();
    let state = core.app_state(Empty {}).await.unwrap();
    assert_eq!(state.default_account, None);
    assert_eq!(at(&core).await.account.as_ref(), Some(&ids[1]));
    let gone = core.account_default(choose(Some(&ids[2]))).await;
    assert!(matches!(gone, Err(CoreError::NoSuchAccount(_))), "{gone:?}");
}

#[tokio::test]
async fn the_security_log_can_be_chosen_from_and_written_into_a_file() {
    let world = World::new().await;
    let core = world.core().await;
    let ids = three(&core).await;
    world.clock.advance(60_000);
    let later = world.clock.now();
    let request = AccountRef {
        account: ids[0].clone(),
    };
    core.account_remove(
        AccountRemove {
            account: request.account,
            keep: KeepNotes::Nothing {},
        },
        None,
    )
    .await
    .unwrap();

    let all = core.audit_log(AuditAsk::default()).await.unwrap().entries;
    assert_eq!(all.len(), 4);
    let ask = AuditAsk {
        account: Some(ids[0].clone()),
        ..AuditAsk::default()
    };
    let of_one = core.audit_log(ask.clone()).await.unwrap().entries;
    assert_eq!(of_one.len(), 2, "also after it was removed");
    let since = AuditAsk {
        since: Some(later),
        ..AuditAsk::default()
    };
    let until = AuditAsk {
        until: Some(later),
        ..AuditAsk::default()
    };
    assert_eq!(core.audit_log(since).await.unwrap().entries, all[3..]);
    assert_eq!(core.audit_log(until).await.unwrap().entries, all[..3]);
    let other = AuditAsk {
        event: Some("vault".to_owned()),
        ..AuditAsk::default()
    };
    assert!(core.audit_log(other).await.unwrap().entries.is_empty());

    let folder = world.dir.path().join("documents");
    let first = core.audit_export(ask.clone(), Some(&folder)).await.unwrap();
    let second = core.audit_export(ask.clone(), Some(&folder)).await.unwrap();
    assert_ne!(first.file, second.file, "nothing is written over");
    assert_eq!(first.entries, 2);
    let text = std::fs::read_to_string(&first.file).unwrap();
    let lines: Vec<octavo_contract::AuditEntry> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines, of_one);
    let there = core
        .audit_export_to(ask, std::path::Path::new(&first.file))
        .await;
    assert!(matches!(there, Err(CoreError::File { .. })), "{there:?}");
}
