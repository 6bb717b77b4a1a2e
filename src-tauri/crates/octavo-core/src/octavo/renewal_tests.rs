//! Tokens that are renewed while everything goes wrong, against a Notion that rolls refresh tokens and
//! ends the whole sign-in when an old one is shown again.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use octavo_contract::{AccountRef, AccountStatus, AccountView, Empty};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::Octavo;
use super::removal_tests::World;
use crate::CoreError;
use crate::clients::{Bounds, Clients};
use crate::oauth::{Renewal, Renewals, Renewed, Road};
use crate::vault::Credentials;

/// More often than this no renewal waits.
const MOST_STEPS: usize = 2_000;
/// A renewal that nothing ends waits less often than this, unless the computer is very busy.
const STEPS: usize = 16;
const KILLS: usize = 3 * STEPS;

/// A sign-in whose access token Notion refuses from now on.
struct Refused {
    world: World,
    core: Octavo,
    account: AccountView,
    old: Credentials,
}

impl Refused {
    async fn raise() -> Self {
        let world = World::new().await;
        world.post("/_sim/config", strict(false)).await;
        let core = world.core().await;
        let (account, old) = world.signed_in(&core, None).await;
        let refused = Self {
            world,
            core,
            account,
            old,
        };
        refused.expire().await;
        refused
    }

    /// The same account with a sign-in of its own.
    async fn sign_in_anew(&mut self) {
        self.old = self.world.granted(&self.core).await;
        let stored = self.world.vault.store(&self.account.id, &self.old);
        stored.await.unwrap();
        self.expire().await;
    }

    async fn expire(&self) {
        self.world.post("/_sim/expire", json!({"all": false})).await;
    }

    fn renewal(&self, refused: &SecretString) -> Renewal {
        let dir = self.core.0.config.account_dir(&self.account.id);
        Renewal {
            vault: self.world.vault.clone(),
            grantor: self.core.0.grantor.clone(),
            account: self.account.id.clone(),
            dir,
            refused: refused.clone(),
        }
    }

    async fn renew(&self, renewals: &Renewals) -> Result<Renewed, CoreError> {
        renewals.run(self.renewal(&self.old.access)).await
    }

    async fn held(&self) -> Credentials {
        let held = self.world.vault.credentials(&self.account.id).await;
        held.unwrap().unwrap()
    }

    /// The pair in the vault is whole: its first half works, and its second renews it.
    async fn is_whole(&self) {
        let held = self.held().await;
        assert!(self.world.works(&held.access).await, "the access token");
        self.expire().await;
        let again = Renewals::default().run(self.renewal(&held.access)).await;
        assert_eq!(again.unwrap(), Renewed::Yes, "the refresh token");
        assert!(self.world.works(&self.held().await.access).await);
    }

    /// How often Notion was asked for tokens.
    async fn asked(&self) -> u64 {
        let url = format!("{}/_sim/log", self.world.sim.url());
        let log: Value = self
            .world
            .http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let rows = log.as_array().or_else(|| log["requests"].as_array());
        let asked = |row: &&Value| row["path"] == "/v1/oauth/token";
        rows.unwrap().iter().filter(asked).count() as u64
    }

    fn road(&self) -> Road {
        let own = self.world.own();
        Road::Own {
            id: own.id,
            secret: own.secret,
        }
    }

    async fn status(&self) -> AccountStatus {
        let state = self.core.app_state(Empty {}).await.unwrap();
        state.accounts[0].status
    }

    fn named(&self) -> AccountRef {
        AccountRef {
            account: self.account.id.clone(),
        }
    }
}

fn strict(null_refresh_token: bool) -> Value {
    json!({
        "family_revocation": true,
        "refresh_grace": false,
        "null_refresh_token": null_refresh_token,
    })
}

/// Polls `work` until it has waited `steps` times, then drops it.
async fn killed_after<T>(steps: usize, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut left = steps;
    std::future::poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_ends_at_any_step_leaves_a_whole_pair_or_a_sign_in_to_repeat() {
    let mut stage = Refused::raise().await;
    let (mut killed, mut finished) = (0, 0);
    // How often a renewal waits depends on when answers come, so each number is tried more than once.
    for round in 0..KILLS {
        let steps = round % STEPS;
        match killed_after(steps, stage.renew(&Renewals::default())).await {
            Some(done) => {
                assert_eq!(done.unwrap(), Renewed::Yes);
                finished += 1;
            }
            None => killed += 1,
        }
        // The next process knows only what the vault holds.
        match stage.renew(&Renewals::default()).await {
            // What the dead process had sent may arrive only now, and then ends the sign-in.
            Ok(Renewed::Yes) if stage.world.works(&stage.held().await.access).await => {
                stage.is_whole().await;
            }
            Ok(Renewed::Yes) => {
                let held = stage.held().await;
                let again = Renewals::default().run(stage.renewal(&held.access)).await;
                assert_eq!(again.unwrap(), Renewed::SignInAgain);
            }
            Ok(Renewed::SignInAgain) => {}
            Err(error) => panic!("ended after {steps} steps it is neither: {error}"),
        }
        stage.sign_in_anew().await;
    }
    assert!(killed > 0, "no renewal was ended");
    assert!(finished > 0, "no renewal came to its end");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_waiting_takes_no_pair_along() {
    let mut stage = Refused::raise().await;
    for steps in 0..MOST_STEPS {
        let renewals = Renewals::default();
        let dir = stage.core.0.config.account_dir(&stage.account.id);
        let (vault, grantor) = (&stage.world.vault, &stage.core.0.grantor);
        let work = renewals.renew(vault, grantor, &stage.account.id, &dir, &stage.old.access);
        let done = killed_after(steps, work).await;
        let again = stage.renew(&renewals).await.unwrap();
        assert_eq!(again, Renewed::Yes, "after {steps} steps");
        stage.is_whole().await;
        if done.is_some() {
            return;
        }
        stage.sign_in_anew().await;
    }
    panic!("the renewal never ended");
}

#[tokio::test]
async fn a_keychain_that_is_locked_in_the_middle_loses_no_pair() {
    let stage = Refused::raise().await;
    let renewals = Renewals::default();
    stage.world.vault.lock_writes(true);
    for _ in 0..3 {
        let error = stage.renew(&renewals).await.unwrap_err();
        assert!(matches!(error, CoreError::KeychainLocked), "{error}");
        let held = stage.held().await;
        let old = stage.old.access.expose_secret();
        assert_eq!(held.access.expose_secret(), old, "used before it was kept");
    }
    stage.world.vault.lock_writes(false);
    assert_eq!(stage.renew(&renewals).await.unwrap(), Renewed::Yes);
    stage.is_whole().await;
}

#[tokio::test]
async fn a_pair_that_was_not_kept_gives_way_to_a_new_sign_in() {
    let mut stage = Refused::raise().await;
    let renewals = Renewals::default();
    stage.world.vault.lock_writes(true);
    stage.renew(&renewals).await.unwrap_err();
    stage.world.vault.lock_writes(false);
    let refused = stage.old.access.clone();
    stage.sign_in_anew().await;
    let done = renewals.run(stage.renewal(&refused)).await.unwrap();
    assert_eq!(done, Renewed::Yes);
    let (held, new) = (stage.held().await, &stage.old);
    assert_eq!(held.access.expose_secret(), new.access.expose_secret());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_renew_one_asks_notion() {
    let stage = Refused::raise().await;
    let before = stage.asked().await;
    // Two that know nothing of each other, as two processes do: only the file lock is between them.
    let (one, other) = (Renewals::default(), Renewals::default());
    let all = (0..8).map(|n| stage.renew(if n % 2 == 0 { &one } else { &other }));
    for done in futures::future::join_all(all).await {
        assert_eq!(done.unwrap(), Renewed::Yes);
    }
    assert_eq!(stage.asked().await, before + 1);
    stage.is_whole().await;
}

#[tokio::test]
async fn a_sign_in_without_a_refresh_token_asks_for_a_new_one() {
    let mut stage = Refused::raise().await;
    stage.world.post("/_sim/config", strict(true)).await;
    stage.sign_in_anew().await;
    assert!(stage.old.refresh.is_none());
    let done = stage.renew(&Renewals::default()).await.unwrap();
    assert_eq!(done, Renewed::SignInAgain);
}

#[tokio::test]
async fn an_answer_without_a_refresh_token_keeps_the_old_one() {
    let stage = Refused::raise().await;
    stage.world.post("/_sim/config", strict(true)).await;
    let done = stage.renew(&Renewals::default()).await.unwrap();
    assert_eq!(done, Renewed::Yes);
    let (held, old) = (stage.held().await, stage.old.refresh.as_ref().unwrap());
    assert!(stage.world.works(&held.access).await);
    assert_eq!(held.refresh.unwrap().expose_secret(), old.expose_secret());
}

#[tokio::test]
async fn a_refresh_token_that_is_refused_is_shown_to_notion_once() {
    let stage = Refused::raise().await;
    let token = stage.old.refresh.as_ref().unwrap().expose_secret();
    let ended = json!({ "token": token });
    stage.world.post("/_sim/revoke_token", ended).await;
    let (renewals, before) = (Renewals::default(), stage.asked().await);
    for _ in 0..3 {
        let done = stage.renew(&renewals).await.unwrap();
        assert_eq!(done, Renewed::SignInAgain);
    }
    assert_eq!(stage.asked().await, before + 1);
}

#[tokio::test]
async fn a_stolen_refresh_token_ends_the_sign_in_and_no_note() {
    let stage = Refused::raise().await;
    let refresh = stage.old.refresh.as_ref().unwrap();
    let renewals = Renewals::default();
    assert_eq!(stage.renew(&renewals).await.unwrap(), Renewed::Yes);
    let thief = stage.core.0.grantor.refresh(&stage.road(), refresh).await;
    assert!(thief.is_err(), "the old token was taken");
    let error = stage.core.sync_now(stage.named()).await.unwrap_err();
    assert!(matches!(error, CoreError::SignInAgain(_)), "{error}");
    assert_eq!(stage.status().await, AccountStatus::SignInAgain);
}

#[tokio::test]
async fn an_item_that_the_person_deleted_asks_to_sign_in_again() {
    let stage = Refused::raise().await;
    stage.world.vault.forget(&stage.account.id).await.unwrap();
    let done = stage.renew(&Renewals::default()).await.unwrap();
    assert_eq!(done, Renewed::SignInAgain);
    stage.core.sync_now(stage.named()).await.unwrap_err();
    assert_eq!(stage.status().await, AccountStatus::SignInAgain);
}

#[tokio::test]
async fn what_a_person_asks_for_is_answered_with_a_new_pair() {
    let stage = Refused::raise().await;
    stage
        .core
        .account_parent_pages(stage.named())
        .await
        .unwrap();
    stage.is_whole().await;
}

#[tokio::test]
async fn a_clock_that_jumps_ends_no_sign_in() {
    const TEN_YEARS: i64 = 10 * 365 * 24 * 60 * 60 * 1_000;
    let stage = Refused::raise().await;
    for jump in [TEN_YEARS, -2 * TEN_YEARS] {
        stage.world.clock.advance(jump);
        stage.core.sync_now(stage.named()).await.unwrap();
        assert_eq!(stage.status().await, AccountStatus::Connected);
        stage.expire().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_built_once_and_anew_when_it_is_old() {
    let stage = Refused::raise().await;
    let clients = |bounds| {
        let url = stage.core.0.config.notion_url.clone();
        let (vault, grantor) = (stage.world.vault.clone(), stage.core.0.grantor.clone());
        Clients::new(url, vault, grantor, bounds)
    };
    let row = stage.core.0.accounts.find(&stage.account.id).await.unwrap();
    let kept = clients(Bounds::default());
    let before = stage.world.vault.reads();
    let all = futures::future::join_all((0..20).map(|_| kept.of(&row))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(stage.world.vault.reads(), before + 1, "one build");
    kept.drop_client(&row.id).await;
    kept.of(&row).await.unwrap();
    assert_eq!(stage.world.vault.reads(), before + 2, "a new token");
    let short = clients(Bounds {
        age: Duration::from_millis(20),
        ..Bounds::default()
    });
    let before = stage.world.vault.reads();
    while stage.world.vault.reads() < before + 2 {
        short.of(&row).await.unwrap();
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_clients_are_kept_for_an_hour_and_no_more() {
    let bounds = Bounds::default();
    assert_eq!(bounds.capacity, 100);
    assert_eq!(bounds.age, Duration::from_hours(1));
    let stage = Refused::raise().await;
    let row = stage.core.0.accounts.find(&stage.account.id).await.unwrap();
    let held = stage.world.vault.credentials(&row.id).await.unwrap();
    let held = held.unwrap();
    let (vault, grantor) = (stage.world.vault.clone(), stage.core.0.grantor.clone());
    let url = stage.core.0.config.notion_url.clone();
    let clients = Clients::new(url, vault.clone(), grantor, bounds);
    for number in 0..130 {
        let mut other = row.clone();
        other.id = format!("{number}");
        vault.store(&other.id, &held).await.unwrap();
        clients.of(&other).await.unwrap();
        assert!(clients.kept().await <= 100);
    }
    assert_eq!(clients.kept().await, 100);
}
