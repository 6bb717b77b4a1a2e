//! Signing in through the browser, from the address the app opens to a note in the person's home: a
//! real HTTP client approves the simulator's consent page, following redirects.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod support;

use octavo_broker::Broker;
use octavo_contract::{
    AccountKind, AccountRef, AccountStatus, AccountView, Empty, ErrorCode, Event, NoteCreate,
    SignInPaste, SignInRoad, SyncState, WireError,
};
use octavo_core::{Config, Octavo, Waiting};
use secrecy::SecretString;
use serde_json::{Value, json};
use support::World;
use support::browser::{self, encoded, filled_in};
use tokio::sync::Mutex;
use url::Url;

/// The ports of the way back are fixed, so only one test at a time may wait on them.
static PORTS: Mutex<()> = Mutex::const_new(());

impl World {
    async fn raise() -> Self {
        let world = Self::new().await;
        let ports = [53682, 53683, 53684];
        let redirects = ports.map(|port| format!("http://localhost:{port}/callback"));
        world.sim.register_redirects(&redirects).await.unwrap();
        world
    }

    async fn core_with(&self, broker_url: Option<Url>) -> Octavo {
        let config = Config {
            broker_url,
            ..self.config()
        };
        let core = Octavo::open_at(config, self.clock.clone()).await.unwrap();
        let hello = self.sim.announcement();
        let secret = SecretString::from(hello.client_secret.clone());
        core.set_own_connection(&hello.client_id, secret)
            .await
            .unwrap();
        core
    }

    /// A person at the consent page presses a button; answers where the browser ends up.
    async fn press(&self, waiting: &Waiting, decision: &str) -> (Url, String) {
        browser::press(&self.http, waiting.address.as_str(), decision).await
    }

    /// As [`World::press`], without following the last redirect: the address a person would copy.
    async fn press_and_copy(&self, waiting: &Waiting, decision: &str) -> String {
        let page = self.http.get(waiting.address.clone()).send().await.unwrap();
        let consent = page.url().join("/consent").unwrap();
        let mut form = filled_in(&page.text().await.unwrap());
        form.push(("decision".to_owned(), decision.to_owned()));
        let still = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let answer = still
            .post(consent)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(encoded(&form))
            .send()
            .await
            .unwrap();
        answer.headers()["location"].to_str().unwrap().to_owned()
    }
}

/// The address in the bridge page's link.
fn link(page: &str) -> String {
    let (_, rest) = page
        .split_once("octavo://")
        .expect("the page has a link into the app");
    format!(
        "octavo://{}",
        rest.split('"').next().unwrap().replace("&amp;", "&")
    )
}

async fn accounts(core: &Octavo) -> Vec<AccountView> {
    core.app_state(Empty {}).await.unwrap().accounts
}

/// Waits until an account is there.
async fn signed_in(core: &Octavo) -> AccountView {
    let mut events = core.events();
    loop {
        if let Some(account) = accounts(core).await.into_iter().next() {
            return account;
        }
        let wait = tokio::time::timeout(std::time::Duration::from_secs(20), events.recv());
        wait.await
            .expect("an account within twenty seconds")
            .unwrap();
    }
}

/// Waits until the windows are told how a sign-in ended.
async fn told(
    events: &mut tokio::sync::broadcast::Receiver<Event>,
) -> (Option<String>, Option<WireError>) {
    loop {
        let wait = tokio::time::timeout(std::time::Duration::from_secs(20), events.recv());
        let event = wait.await.expect("an end within twenty seconds").unwrap();
        if let Event::SignInEnded { account, error } = event {
            return (account, error);
        }
    }
}

async fn write_and_send(core: &Octavo, account: &AccountView, title: &str) {
    let note = NoteCreate {
        account: account.id.clone(),
        title: title.to_owned(),
        body: "Text.".to_owned(),
        note_type: None,
        tags: Vec::new(),
    };
    let made = core.capture(note).await.unwrap();
    core.sync_now(AccountRef {
        account: account.id.clone(),
    })
    .await
    .unwrap();
    let reference = octavo_contract::NoteRef {
        account: account.id.clone(),
        note: made.id,
    };
    let now = core.note_read(reference).await.unwrap();
    assert!(
        matches!(now.sync, SyncState::Synced { .. }),
        "{:?}",
        now.sync
    );
}

async fn own(core: &Octavo) -> Waiting {
    core.sign_in_begin(SignInRoad::OwnConnection, None)
        .await
        .unwrap()
}

#[tokio::test]
async fn through_a_connection_of_ones_own_back_to_this_computer() {
    let _ports = PORTS.lock().await;
    let stage = World::raise().await;
    let core = stage.core_with(None).await;
    let roads = core.sign_in_roads(Empty {}).await.unwrap();
    assert!(!roads.broker);
    assert_eq!(
        roads.own_connection.as_ref(),
        Some(&stage.sim.announcement().client_id)
    );
    assert_eq!(roads.redirects[0], "http://localhost:53682/callback");
    let mut events = core.events();
    let waiting = own(&core).await;
    let (landed, page) = stage.press(&waiting, "allow").await;
    assert_eq!(landed.host_str(), Some("localhost"));
    assert!(page.contains("Back to Octavo"), "{page}");
    let account = signed_in(&core).await;
    assert_eq!(told(&mut events).await, (Some(account.id.clone()), None));
    assert_eq!(account.kind, AccountKind::OAuth);
    assert_eq!(account.name, "Ada Lovelace");
    assert!(!core.sign_in_is_waiting());
    write_and_send(&core, &account, "By the browser").await;
    // Signing in again reconnects: it does not double.
    let waiting = own(&core).await;
    let address = stage.press_and_copy(&waiting, "allow").await;
    let again = core.sign_in_finish(&address).await.unwrap();
    assert_eq!(again.id, account.id);
    assert_eq!(accounts(&core).await.len(), 1);
}

#[tokio::test]
async fn through_the_broker_and_its_page() {
    let stage = World::raise().await;
    let hello = stage.sim.announcement().clone();
    let keys = octavo_broker::StateKeys::from_bytes([vec![7; 32]]).unwrap();
    let config = octavo_broker::Config::new(
        hello.client_id,
        SecretString::from(hello.client_secret),
        keys,
        stage.sim.url().parse().unwrap(),
    );
    let broker = Broker::start(config).await.unwrap();
    let redirect = format!("{}/callback", broker.url().trim_end_matches('/'));
    stage.sim.register_redirects(&[redirect]).await.unwrap();
    let url = format!("{}/", broker.url().trim_end_matches('/'));
    let core = stage.core_with(Some(url.parse().unwrap())).await;

    let waiting = core.sign_in_begin(SignInRoad::Broker, None).await.unwrap();
    let words = waiting.words.clone().unwrap();
    let (landed, page) = stage.press(&waiting, "allow").await;
    assert_eq!(landed.path(), "/callback");
    assert!(page.contains(&words), "the page shows the same code");
    let bare = core.sign_in_finish(landed.as_str()).await.unwrap_err();
    assert!(bare.to_string().contains("goes on waiting"), "{bare}");
    let account = core.sign_in_finish(&link(&page)).await.unwrap();
    assert_eq!(account.kind, AccountKind::OAuth);
    write_and_send(&core, &account, "Through the broker").await;

    // Access tokens end; the broker renews the pair, and the note goes out by itself.
    stage.post("/_sim/expire", json!({})).await;
    write_and_send(&core, &account, "After a renewal").await;
    assert_eq!(accounts(&core).await[0].status, AccountStatus::Connected);

    let used = core.sign_in_finish(&link(&page)).await.unwrap_err();
    assert_eq!(used.code(), ErrorCode::SignInFailed);
    broker.shutdown().await;
    let down = core.sign_in_begin(SignInRoad::Broker, None).await;
    let Err(down) = down else {
        panic!("a sign-in began at a page that is not there");
    };
    assert_eq!(down.code(), ErrorCode::SignInFailed);
    assert!(down.to_string().contains("cannot be reached"), "{down}");
    assert!(!core.sign_in_is_waiting());
}

#[tokio::test]
async fn a_stranger_a_refusal_and_a_late_comer_add_nothing() {
    let _ports = PORTS.lock().await;
    let stage = World::raise().await;
    let core = stage.core_with(None).await;

    let nobody = core
        .sign_in_finish("octavo://oauth/callback?code=a&state=b")
        .await
        .unwrap_err();
    assert!(
        nobody.to_string().contains("No sign-in is waiting"),
        "{nobody}"
    );

    let waiting = own(&core).await;
    let stranger = core
        .sign_in_finish("octavo://oauth/callback?code=a&state=b")
        .await
        .unwrap_err();
    assert!(
        stranger.to_string().contains("goes on waiting"),
        "{stranger}"
    );
    let mut events = core.events();
    let paste = |address: &str| {
        let address = address.to_owned();
        core.sign_in_paste(SignInPaste { address })
    };
    // What does not end the wait is told to nobody but the one who brought it.
    paste("hello").await.unwrap_err();
    let address = stage.press_and_copy(&waiting, "cancel").await;
    let refused = paste(&address).await.unwrap_err();
    let (account, error) = told(&mut events).await;
    assert_eq!(account, None);
    assert_eq!(error.unwrap().message, refused.to_string());
    assert!(refused.to_string().contains("did not allow"), "{refused}");

    let waiting = own(&core).await;
    let address = stage.press_and_copy(&waiting, "allow").await;
    stage.clock.advance(11 * 60 * 1_000);
    let late = core.sign_in_finish(&address).await.unwrap_err();
    assert!(late.to_string().contains("ten minutes"), "{late}");
    assert!(accounts(&core).await.is_empty());

    // A second sign-in ends the first: its address belongs to nobody any more.
    let first = own(&core).await;
    let old = stage.press_and_copy(&first, "allow").await;
    let second = own(&core).await;
    let crossed = core.sign_in_finish(&old).await.unwrap_err();
    assert!(crossed.to_string().contains("another sign-in"), "{crossed}");
    let address = stage.press_and_copy(&second, "allow").await;
    core.sign_in_finish(&address).await.unwrap();
    assert_eq!(accounts(&core).await.len(), 1);
}

#[tokio::test]
async fn a_withdrawn_grant_asks_to_sign_in_again() {
    let _ports = PORTS.lock().await;
    let stage = World::raise().await;
    let core = stage.core_with(None).await;
    let waiting = own(&core).await;
    let address = stage.press_and_copy(&waiting, "allow").await;
    let account = core.sign_in_finish(&address).await.unwrap();
    write_and_send(&core, &account, "Before").await;
    let known = stage
        .http
        .get(format!("{}/_sim/connections", stage.sim.url()))
        .send()
        .await
        .unwrap();
    let known: Value = known.json().await.unwrap();
    let bot = known["authorizations"][0]["bot_id"].clone();
    stage.post("/_sim/disconnect", json!({"bot_id": bot})).await;
    let ended = core
        .sync_now(AccountRef {
            account: account.id.clone(),
        })
        .await
        .unwrap_err();
    assert_eq!(ended.code(), ErrorCode::TokenRefused, "{ended}");
    assert_eq!(accounts(&core).await[0].status, AccountStatus::SignInAgain);
    let waiting = core
        .sign_in_begin(SignInRoad::OwnConnection, Some(&account.id))
        .await
        .unwrap();
    let address = stage.press_and_copy(&waiting, "allow").await;
    let again = core.sign_in_finish(&address).await.unwrap();
    assert_eq!(again.id, account.id);
    write_and_send(&core, &again, "After").await;
}
