//! What a look at a connection tells, and that one account keeps no other waiting.

use octavo_contract::{
    AccountAddLocal, AccountAddToken, AccountRef, AccountStatus, AccountView, AuditAsk, Empty,
    NoteCreate, Standing,
};
use serde_json::{Value, json};

use super::Octavo;
use super::removal_tests::World;

async fn signed_in(core: &Octavo, token: &str) -> AccountView {
    let token = token.to_owned();
    let added = core.account_add_token(AccountAddToken { token, name: None });
    added.await.unwrap()
}

async fn standing(core: &Octavo, account: &AccountView) -> Standing {
    let account = account.id.clone();
    let check = core.account_check(AccountRef { account }).await.unwrap();
    assert!(
        check.words.ends_with('.') || check.words.ends_with(')'),
        "{}",
        check.words
    );
    check.standing
}

async fn status(core: &Octavo, account: &AccountView) -> AccountStatus {
    let state = core.app_state(Empty {}).await.unwrap();
    let found = state.accounts.iter().find(|view| view.id == account.id);
    found.unwrap().status
}

async fn with_home(world: &World, core: &Octavo) -> (AccountView, String) {
    let account = signed_in(core, world.sim.personal_access_token()).await;
    core.capture(NoteCreate {
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
    core.sync_now(reference).await.unwrap();
    let engine = core.engine(&account.id).await.unwrap();
    let home = crate::workspace::stored(&engine.store).await.unwrap();
    (account, home.unwrap().root.to_string())
}

#[tokio::test]
async fn a_look_tells_each_way_in_which_a_connection_stands() {
    let world = World::new().await;
    let core = world.core().await;
    let (account, root) = with_home(&world, &core).await;
    assert_eq!(standing(&core, &account).await, Standing::Connected);

    world
        .post("/_sim/edit", json!({"page_id": root, "trash": true}))
        .await;
    assert_eq!(standing(&core, &account).await, Standing::NoAccess);
    assert_eq!(status(&core, &account).await, AccountStatus::NoAccess);
    world
        .post("/_sim/edit", json!({"page_id": root, "restore": true}))
        .await;
    assert_eq!(standing(&core, &account).await, Standing::Connected);

    world
        .post("/_sim/restrict", json!({"restricted": true}))
        .await;
    assert_eq!(standing(&core, &account).await, Standing::Restricted);
    assert_eq!(status(&core, &account).await, AccountStatus::Restricted);
    // A round of the engine comes to the same end, and does not take it for a token that ended.
    let _ended = core
        .sync_now(AccountRef {
            account: account.id.clone(),
        })
        .await;
    assert_eq!(status(&core, &account).await, AccountStatus::Restricted);
    world
        .post("/_sim/restrict", json!({"restricted": false}))
        .await;

    let rule = json!({"path": "/v1/users/me", "fault": "502", "times": 50});
    world.post("/_sim/faults", json!({"rules": [rule]})).await;
    assert_eq!(standing(&core, &account).await, Standing::Offline);
    assert_eq!(status(&core, &account).await, AccountStatus::Offline);
    world.post("/_sim/faults", json!({"rules": []})).await;

    world.post("/_sim/expire", json!({})).await;
    assert_eq!(standing(&core, &account).await, Standing::SignInAgain);
    assert_eq!(status(&core, &account).await, AccountStatus::SignInAgain);

    let local = core.account_add_local(AccountAddLocal { name: None });
    assert_eq!(
        standing(&core, &local.await.unwrap()).await,
        Standing::Local
    );
}

#[tokio::test]
async fn a_token_that_is_renewed_for_a_look_stands_in_the_security_log() {
    let world = World::new().await;
    let core = world.core().await;
    let (account, _) = world.signed_in(&core, None).await;
    world.post("/_sim/expire", json!({"all": false})).await;
    assert_eq!(standing(&core, &account).await, Standing::Connected);
    let log = core
        .audit_log(AuditAsk {
            account: Some(account.id.clone()),
            ..AuditAsk::default()
        })
        .await
        .unwrap();
    let renewed = log.entries.iter().find(|entry| entry.event == "token");
    let renewed = renewed.unwrap();
    assert_eq!(renewed.outcome, "renewed, new pair stored");
    assert!(
        renewed.request.is_some(),
        "Notion's id of the refused request"
    );
}

#[tokio::test]
async fn homes_are_made_all_at_once_and_one_that_fails_holds_up_none() {
    let world = World::new().await;
    let core = world.core().await;
    let mut accounts = vec![signed_in(&core, world.sim.personal_access_token()).await];
    for name in ["Harbour", "Quarry"] {
        let url = format!("{}/_sim/workspace", world.sim.url());
        let body = json!({"name": name, "person": name});
        let made = world.http.post(url).json(&body).send().await.unwrap();
        let made: Value = made.json().await.unwrap();
        let token = made["personal_access_token"].as_str().unwrap();
        accounts.push(signed_in(&core, token).await);
        if name == "Harbour" {
            world.post("/_sim/expire", json!({"token": token})).await;
        }
    }
    let local = core.account_add_local(AccountAddLocal { name: None });
    accounts.push(local.await.unwrap());
    let homes = core.homes_ensure(Empty {}).await.unwrap().accounts;
    let standings: Vec<Standing> = homes.iter().map(|home| home.standing).collect();
    let wanted = [
        Standing::Connected,
        Standing::SignInAgain,
        Standing::Connected,
        Standing::Local,
    ];
    assert_eq!(standings, wanted, "{homes:?}");
    for (account, home) in accounts.iter().zip(&homes) {
        assert_eq!(account.id, home.account);
    }
    // Again: nothing is made twice.
    core.homes_ensure(Empty {}).await.unwrap();
    let url = format!("{}/_sim/tree", world.sim.url());
    let tree: Value = world
        .http
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let roots = tree["pages"].as_array().unwrap().iter();
    let roots = roots.filter(|page| page["title"] == "Personal Assistant");
    assert_eq!(roots.count(), 2);
}
