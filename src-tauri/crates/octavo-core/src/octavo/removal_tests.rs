//! Removals that are cut off, and sign-ins that cannot be ended at once. A restart is a new core on the
//! same folder and the same vault, which only a test in here can arrange.

use notion_sim::{Options, Running, Simulator};
use oauth2::CsrfToken;
use octavo_broker::Broker;
use octavo_contract::{
    AccessEnd, AccountAddLocal, AccountKind, AccountReconnect, AccountRef, AccountRemove,
    AccountStatus, AccountView, Empty, KeepNotes, NoteCreate, NoteRef, NoteSave, NoteView,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

use super::Octavo;
use crate::accounts::NewAccount;
use crate::clock::Clock;
use crate::config::{Config, VaultKind};
use crate::leaving::Leaving;
use crate::oauth::Road;
use crate::vault::{Credentials, OwnConnection, Vault};

/// Nobody listens there: only the address is wanted.
const REDIRECT: &str = "http://localhost:53682/callback";

pub(super) struct World {
    pub(super) sim: Running,
    pub(super) http: reqwest::Client,
    pub(super) dir: TempDir,
    pub(super) clock: Clock,
    pub(super) vault: Vault,
}

impl World {
    pub(super) async fn new() -> Self {
        let sim = Simulator::start(Options::default()).await.unwrap();
        sim.register_redirects(&[REDIRECT.to_owned()])
            .await
            .unwrap();
        let dir = TempDir::new().unwrap();
        let still = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Self {
            sim,
            http: still.build().unwrap(),
            vault: Vault::new(VaultKind::Memory, None, dir.path()),
            dir,
            clock: Clock::standing_at(jiff::Timestamp::now().as_millisecond()),
        }
    }

    /// A core as after a restart: everything but the disk and the keychain is new.
    pub(super) async fn core(&self) -> Octavo {
        let config = Config {
            data_dir: self.dir.path().join("data"),
            notion_url: self.sim.url().parse().unwrap(),
            vault: VaultKind::Memory,
            memory_token: None,
            broker_url: None,
            sample: false,
            request_room: Config::REQUEST_ROOM,
        };
        let core = Octavo::open_with(config, self.clock.clone(), self.vault.clone()).await;
        core.unwrap()
    }

    pub(super) fn own(&self) -> OwnConnection {
        let hello = self.sim.announcement();
        OwnConnection {
            id: hello.client_id.clone(),
            secret: SecretString::from(hello.client_secret.clone()),
        }
    }

    pub(super) async fn post(&self, path: &str, body: Value) {
        let url = format!("{}{path}", self.sim.url());
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
    }

    pub(super) async fn fault(&self, fault: &str, times: u32) {
        let rule = json!({"path": "/v1/oauth/revoke", "fault": fault, "times": times});
        self.post("/_sim/faults", json!({"rules": [rule]})).await;
    }

    /// Whether Notion takes this token.
    pub(super) async fn works(&self, token: &SecretString) -> bool {
        let me = self
            .http
            .get(format!("{}/v1/users/me", self.sim.url()))
            .bearer_auth(token.expose_secret())
            .header("Notion-Version", "2026-03-11");
        me.send().await.unwrap().status().is_success()
    }

    /// What a person's sign-in through their own connection gives.
    pub(super) async fn granted(&self, core: &Octavo) -> Credentials {
        let own = self.own();
        let state = CsrfToken::new("state".to_owned());
        let grantor = &core.0.grantor;
        let address = grantor
            .address(&own.id, &own.secret, REDIRECT, state)
            .unwrap();
        let mut answer = self.http.get(address.clone()).send().await.unwrap();
        let mut at = address;
        while let Some(next) = answer.headers().get("location") {
            at = at.join(next.to_str().unwrap()).unwrap();
            answer = self.http.get(at.clone()).send().await.unwrap();
        }
        let page = answer.text().await.unwrap();
        let form = page.rsplit("<form").next().unwrap();
        let mut fields = vec![("decision".to_owned(), "allow".to_owned())];
        for tag in form.split('<').filter(|tag| tag.contains(" name=\"")) {
            if tag.contains("type=\"hidden\"") || tag.contains("name=\"page\"") {
                fields.push((attribute(tag, "name"), attribute(tag, "value")));
            }
        }
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let landed = self
            .http
            .post(at.join("/consent").unwrap())
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap();
        let back = landed.headers().get("location").unwrap().to_str().unwrap();
        let back = Url::parse(back).unwrap();
        let code = back.query_pairs().find(|(key, _)| key == "code").unwrap().1;
        let road = Road::Own {
            id: own.id,
            secret: own.secret,
        };
        let code = SecretString::from(code.into_owned());
        let grant = grantor
            .exchange(&road, &code, REDIRECT, None)
            .await
            .unwrap();
        Credentials {
            access: grant.access,
            refresh: grant.refresh,
            broker: None,
        }
    }

    /// An account that signed in through the browser, by the person's own connection or by a broker.
    pub(super) async fn signed_in(
        &self,
        core: &Octavo,
        broker: Option<&str>,
    ) -> (AccountView, Credentials) {
        let mut held = self.granted(core).await;
        if broker.is_none() {
            self.vault.store_connection(&self.own()).await.unwrap();
        }
        held.broker = broker.map(str::to_owned);
        let id = uuid::Uuid::now_v7().to_string();
        self.vault.store(&id, &held).await.unwrap();
        let new = NewAccount {
            id,
            name: "Ada".to_owned(),
            kind: AccountKind::OAuth,
            status: AccountStatus::Connected,
            workspace_id: Some("w".to_owned()),
            workspace_name: Some("Mill & Store".to_owned()),
            person_id: None,
            bot_id: None,
        };
        let account = core.0.accounts.add(new).await.unwrap();
        (core.added(account, "signed in").await.unwrap(), held)
    }

    pub(super) async fn audit(&self, core: &Octavo, account: &str) -> Vec<String> {
        sqlx::query_scalar(
            "SELECT event || ' ' || outcome FROM audit WHERE account = ? ORDER BY id",
        )
        .bind(account)
        .fetch_all(&core.0.accounts.pool)
        .await
        .unwrap()
    }

    /// Nothing of the account is in the vault, the rail, or `accounts/`, and nothing is left to do.
    pub(super) async fn is_clean(&self, core: &Octavo, account: &str) {
        assert!(self.vault.credentials(account).await.unwrap().is_none());
        assert!(self.vault.to_end(account).await.unwrap().is_none());
        assert!(core.0.accounts.pending_ends().await.unwrap().is_empty());
        assert!(core.0.accounts.leaving().await.unwrap().is_empty());
        assert!(core.0.accounts.is_gone(account).await.unwrap());
        let state = core.app_state(Empty {}).await.unwrap();
        assert!(state.accounts.iter().all(|view| view.id != account));
        assert!(!core.0.config.account_dir(account).exists());
    }
}

fn attribute(tag: &str, name: &str) -> String {
    let start = format!(" {name}=\"");
    let value = tag.split_once(&start).unwrap().1.split('"').next().unwrap();
    value.replace("&amp;", "&").replace("&quot;", "\"")
}

async fn local(core: &Octavo, name: &str) -> AccountView {
    let name = Some(name.to_owned());
    core.account_add_local(AccountAddLocal { name })
        .await
        .unwrap()
}

async fn write(core: &Octavo, account: &AccountView, title: &str) -> NoteView {
    core.capture(NoteCreate {
        account: account.id.clone(),
        title: title.to_owned(),
        body: "The mill.".to_owned(),
        note_type: None,
        tags: Vec::new(),
    })
    .await
    .unwrap()
}

async fn edit(core: &Octavo, account: &AccountView, note: &NoteView, body: &str) {
    let reference = NoteRef {
        account: account.id.clone(),
        note: note.id.clone(),
    };
    let now = core.note_read(reference).await.unwrap();
    let save = NoteSave {
        account: account.id.clone(),
        note: note.id.clone(),
        base_version: now.version,
        title: now.title,
        body: body.to_owned(),
    };
    core.note_save(save).await.unwrap();
}

async fn bodies(core: &Octavo, account: &AccountView) -> Vec<String> {
    let engine = core.engine(&account.id).await.unwrap();
    let mut bodies = Vec::new();
    for id in engine.store.living().await.unwrap() {
        bodies.push(engine.store.note(&id).await.unwrap().body);
    }
    bodies
}

async fn remove(core: &Octavo, account: &AccountView, keep: KeepNotes) -> AccessEnd {
    let request = AccountRemove {
        account: account.id.clone(),
        keep,
    };
    core.account_remove(request, None).await.unwrap().access
}

#[tokio::test]
async fn a_sign_in_by_ones_own_connection_is_ended() {
    let world = World::new().await;
    let core = world.core().await;
    let (account, held) = world.signed_in(&core, None).await;
    assert!(world.works(&held.access).await);
    let request = AccountRef {
        account: account.id.clone(),
    };
    let removal = core.account_removal(request).await.unwrap();
    assert_eq!(removal.access, AccessEnd::Revoked);
    let access = remove(&core, &account, KeepNotes::Nothing {}).await;
    assert_eq!(access, AccessEnd::Revoked);
    assert!(!world.works(&held.access).await);
    world.is_clean(&core, &account.id).await;
    let audit = world.audit(&core, &account.id).await;
    assert!(audit.contains(&"token revoked".to_owned()), "{audit:?}");
    assert!(
        world.vault.connection().await.unwrap().is_some(),
        "other accounts may need it"
    );
}

#[tokio::test]
async fn a_sign_in_through_the_broker_is_ended_by_it() {
    let world = World::new().await;
    let keys = octavo_broker::StateKeys::from_bytes([vec![7; 32]]).unwrap();
    let own = world.own();
    let notion = world.sim.url().parse().unwrap();
    let config = octavo_broker::Config::new(own.id, own.secret, keys, notion);
    let broker = Broker::start(config).await.unwrap();
    let url = format!("{}/", broker.url().trim_end_matches('/'));
    let core = world.core().await;

    let (account, held) = world.signed_in(&core, Some(&url)).await;
    let access = remove(&core, &account, KeepNotes::Nothing {}).await;
    assert_eq!(access, AccessEnd::Revoked);
    assert!(!world.works(&held.access).await);
    world.is_clean(&core, &account.id).await;

    // A broker that is down is waited for, and what it says then counts.
    let (account, held) = world.signed_in(&core, Some(&url)).await;
    broker.shutdown().await;
    let access = remove(&core, &account, KeepNotes::Nothing {}).await;
    assert_eq!(access, AccessEnd::RevokedLater);
    assert!(world.works(&held.access).await);
    core.finish_removals().await;
    assert!(world.vault.to_end(&account.id).await.unwrap().is_some());
}

#[tokio::test]
async fn what_notion_did_not_hear_is_said_again_after_a_restart() {
    for fault in ["503_before", "cut_before", "429", "html_403", "500"] {
        let world = World::new().await;
        let core = world.core().await;
        let (account, held) = world.signed_in(&core, None).await;
        world.fault(fault, 1_000).await;
        let access = remove(&core, &account, KeepNotes::Nothing {}).await;
        assert_eq!(access, AccessEnd::RevokedLater, "{fault}");
        assert!(world.works(&held.access).await);
        // The account itself is gone all the same, and its tokens are where only this looks.
        assert!(core.app_state(Empty {}).await.unwrap().accounts.is_empty());
        assert!(
            world
                .vault
                .credentials(&account.id)
                .await
                .unwrap()
                .is_none()
        );
        let audit = world.audit(&core, &account.id).await;
        assert!(
            audit
                .iter()
                .any(|line| line.starts_with("token revocation waits")),
            "{audit:?}"
        );
        let secret = held.access.expose_secret();
        assert!(!audit.concat().contains(secret));

        world.fault(fault, 0).await;
        core.finish_removals().await;
        assert!(
            world.works(&held.access).await,
            "its turn has not come: {fault}"
        );
        drop(core);
        // The person's own connection is another one by now.
        let other = OwnConnection {
            id: "another".to_owned(),
            secret: SecretString::from("another"),
        };
        world.vault.store_connection(&other).await.unwrap();
        world.clock.advance(60_000);
        let core = world.core().await;
        core.start();
        while !core.0.accounts.pending_ends().await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        assert!(!world.works(&held.access).await, "{fault}");
        world.is_clean(&core, &account.id).await;
    }
}

#[tokio::test]
async fn a_connection_that_notion_does_not_know_is_not_asked_for_ever() {
    let world = World::new().await;
    let core = world.core().await;
    let (account, _) = world.signed_in(&core, None).await;
    let wrong = OwnConnection {
        secret: SecretString::from("withdrawn"),
        ..world.own()
    };
    world.vault.store_connection(&wrong).await.unwrap();
    let access = remove(&core, &account, KeepNotes::Nothing {}).await;
    assert_eq!(access, AccessEnd::ByHand);
    world.is_clean(&core, &account.id).await;
    let audit = world.audit(&core, &account.id).await;
    assert!(
        audit.iter().any(|line| line.contains("revocation refused")),
        "{audit:?}"
    );
}

#[tokio::test]
async fn a_pasted_token_is_never_revoked() {
    let world = World::new().await;
    let core = world.core().await;
    let (account, _) = world.signed_in(&core, None).await;
    // Signed in through the browser once, and again with a pasted token.
    let token = SecretString::from(world.sim.personal_access_token());
    let pasted = Credentials::pasted(token.clone());
    world.vault.store(&account.id, &pasted).await.unwrap();
    let request = AccountRef {
        account: account.id.clone(),
    };
    let removal = core.account_removal(request).await.unwrap();
    assert_eq!(removal.access, AccessEnd::ByHand);
    world.fault("500", 1_000).await;
    let access = remove(&core, &account, KeepNotes::Nothing {}).await;
    assert_eq!(access, AccessEnd::ByHand);
    assert!(world.works(&token).await);
    world.is_clean(&core, &account.id).await;
}

/// Does the first `steps` steps of a removal, as a process does that is killed then.
async fn cut_off_after(core: &Octavo, account: &str, steps: usize) {
    let accounts = &core.0.accounts;
    let leaving: Leaving = accounts.begin_leaving(account).await.unwrap();
    if steps >= 1 {
        accounts.leave_for_good(account).await.unwrap();
    }
    if steps == 2 {
        // In the middle of handing the tokens over.
        let credentials = core.0.vault.credentials(account).await.unwrap().unwrap();
        let own = core.0.vault.connection().await.unwrap();
        let grant = crate::vault::GrantToEnd { credentials, own };
        core.0.vault.store_to_end(account, &grant).await.unwrap();
    }
    if steps >= 3 {
        core.hand_over_tokens(&leaving).await.unwrap();
    }
    if steps >= 4 {
        core.lay_to_rest(&leaving).unwrap();
    }
    if steps >= 5 {
        core.drop_row(&leaving).await.unwrap();
    }
}

#[tokio::test]
async fn a_removal_that_was_cut_off_is_finished_or_never_was() {
    for steps in 0..=5 {
        let world = World::new().await;
        let core = world.core().await;
        let other = local(&core, "Diary").await;
        let (account, held) = world.signed_in(&core, None).await;
        write(&core, &account, "Mill").await;
        cut_off_after(&core, &account.id, steps).await;
        drop(core);

        let core = world.core().await;
        let shown = core.app_state(Empty {}).await.unwrap().accounts;
        assert_eq!(shown.len(), 1, "never half an account in the rail: {steps}");
        assert!(core.finish_removals().await);
        if steps == 0 {
            assert_eq!(bodies(&core, &account).await, ["The mill."]);
            assert!(world.works(&held.access).await);
            let current = core.app_state(Empty {}).await.unwrap().current;
            assert_eq!(current, Some(account.id));
            continue;
        }
        world.is_clean(&core, &account.id).await;
        assert!(!world.works(&held.access).await, "{steps}");
        let current = core.app_state(Empty {}).await.unwrap().current;
        assert_eq!(current, Some(other.id));
        let resting: Vec<_> = std::fs::read_dir(core.removed_dir()).unwrap().collect();
        assert_eq!(resting.len(), 1, "{steps}");
        // Once more changes nothing.
        assert!(core.finish_removals().await);
        assert_eq!(std::fs::read_dir(core.removed_dir()).unwrap().count(), 1);
    }
}

#[tokio::test]
async fn a_removal_that_another_process_is_at_is_left_to_it() {
    let world = World::new().await;
    let core = world.core().await;
    let account = local(&core, "Diary").await;
    let engine = core.engine(&account.id).await.unwrap();
    let short = std::time::Duration::from_secs(5);
    let still = engine.stand_still(short, short).await.unwrap();
    core.0.accounts.begin_leaving(&account.id).await.unwrap();
    let other = world.core().await;
    assert!(other.finish_removals().await);
    assert_eq!(core.0.accounts.leaving().await.unwrap().len(), 1);
    drop(still.unwrap().take());
    assert!(other.finish_removals().await);
    assert_eq!(core.app_state(Empty {}).await.unwrap().accounts.len(), 1);
}

#[tokio::test]
async fn a_move_that_was_cut_off_makes_nothing_twice_and_loses_nothing() {
    let world = World::new().await;
    let core = world.core().await;
    let (from, to) = (local(&core, "From").await, local(&core, "To").await);
    let same = write(&core, &from, "Same").await;
    let changed = write(&core, &from, "Changed in the old account").await;
    let both = write(&core, &from, "Changed in both").await;
    let later = write(&core, &from, "Changed in the new account").await;
    let account = core.0.accounts.find(&from.id).await.unwrap();
    let engine = core.engine(&from.id).await.unwrap();
    assert_eq!(core.move_notes(&account, &engine, &to.id).await.unwrap(), 4);
    drop((engine, core));

    let core = world.core().await;
    core.finish_removals().await;
    assert_eq!(bodies(&core, &from).await.len(), 4, "the account is whole");
    edit(&core, &from, &changed, "Newer.").await;
    edit(&core, &from, &both, "Mine.").await;
    edit(&core, &to, &both, "Theirs.").await;
    edit(&core, &to, &later, "Later.").await;
    let added = write(&core, &from, "Added").await;
    let keep = KeepNotes::Move { to: to.id.clone() };
    assert_eq!(remove(&core, &from, keep).await, AccessEnd::None);
    let engine = core.engine(&to.id).await.unwrap();
    assert_eq!(engine.store.living().await.unwrap().len(), 5);
    let body = async |note: &NoteView| engine.store.note(&note.id).await.unwrap().body;
    assert_eq!(body(&same).await, "The mill.");
    assert_eq!(body(&changed).await, "Newer.");
    assert_eq!(body(&later).await, "Later.");
    assert_eq!(body(&added).await, "The mill.");
    let joined = body(&both).await;
    assert!(
        joined.contains("Mine.") && joined.contains("Theirs."),
        "{joined}"
    );
    let mut write = engine.store.write().await.unwrap();
    let mark = format!("brought/{}/{}", from.id, same.id);
    assert_eq!(write.meta(&mark).await.unwrap(), None, "no marks are left");
}

#[tokio::test]
async fn a_sign_in_again_does_not_wake_a_removed_account() {
    let world = World::new().await;
    let core = world.core().await;
    let (account, _) = world.signed_in(&core, None).await;
    cut_off_after(&core, &account.id, 1).await;
    let again = AccountReconnect {
        account: account.id.clone(),
        token: world.sim.personal_access_token().to_owned(),
    };
    core.account_reconnect(again).await.unwrap_err();
    assert!(
        core.engine(&account.id).await.is_err(),
        "nor do its notes open"
    );
    core.finish_removals().await;
    world.is_clean(&core, &account.id).await;
}
