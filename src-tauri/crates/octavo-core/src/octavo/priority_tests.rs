//! With what priority the core asks Notion, seen in the line of requests that a pause holds back.

use std::time::Duration;

use notion_api::{Budget, Priority, RateLimitReason};
use notion_sim::{Options, Running, Seed, Simulator};
use octavo_contract::{AccountAddToken, AccountRef, AccountView, ErrorCode, NoteCreate};
use tempfile::TempDir;

use super::Octavo;
use crate::CoreError;
use crate::config::{Config, VaultKind};

struct World {
    sim: Running,
    dir: TempDir,
}

impl World {
    async fn new() -> Self {
        let options = Options {
            seed: Seed::Empty,
            ..Options::default()
        };
        Self {
            sim: Simulator::start(options).await.unwrap(),
            dir: TempDir::new().unwrap(),
        }
    }

    /// A core that is signed in and has its home, the account, and the budget of its requests.
    async fn settled(&self) -> (Octavo, AccountView, Budget) {
        let token = self.sim.personal_access_token().to_owned();
        let config = Config {
            data_dir: self.dir.path().join("data"),
            notion_url: self.sim.url().parse().unwrap(),
            vault: VaultKind::Memory,
            memory_token: Some(token.clone().into()),
            broker_url: None,
            sample: false,
            request_room: Config::REQUEST_ROOM,
        };
        let core = Octavo::open(config).await.unwrap();
        let account = core
            .account_add_token(AccountAddToken { token, name: None })
            .await
            .unwrap();
        core.sync_now(of(&account)).await.unwrap();
        let row = core.0.accounts.find(&account.id).await.unwrap();
        let budget = core.0.clients.of(&row).await.unwrap().budget().clone();
        (core, account, budget)
    }
}

fn of(account: &AccountView) -> AccountRef {
    AccountRef {
        account: account.id.clone(),
    }
}

/// The first request that is held back.
async fn held_back(budget: &Budget) -> (&'static str, Priority) {
    loop {
        if let Some(first) = budget.status().waiting.first() {
            return (first.route, first.priority);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn silence(budget: &Budget) {
    budget.pause_for(Duration::from_mins(1), RateLimitReason::Connection);
}

#[tokio::test]
async fn what_was_just_written_goes_first() {
    let world = World::new().await;
    let (core, account, budget) = world.settled().await;
    silence(&budget);
    let note = NoteCreate {
        account: account.id.clone(),
        title: "A thought".to_owned(),
        body: String::new(),
        note_type: None,
        tags: Vec::new(),
    };
    core.note_create(note).await.unwrap();
    let engine = core.engine(&account.id).await.unwrap();
    let sent = tokio::spawn(async move { engine.flush().await });
    assert_eq!(held_back(&budget).await, ("/v1/pages", Priority::Capture));
    sent.abort();
}

#[tokio::test]
async fn looking_around_goes_last() {
    let world = World::new().await;
    let (core, _, budget) = world.settled().await;
    silence(&budget);
    core.start();
    assert_eq!(held_back(&budget).await.1, Priority::Background);
}

#[tokio::test]
async fn what_a_person_asks_for_is_not_background() {
    let world = World::new().await;
    let (core, account, budget) = world.settled().await;
    silence(&budget);
    let asked = tokio::spawn({
        let (core, account) = (core.clone(), of(&account));
        async move { core.sync_now(account).await }
    });
    assert_eq!(held_back(&budget).await.1, Priority::Interactive);
    asked.abort();
    assert!(asked.await.unwrap_err().is_cancelled());
    // Whoever leaves the line is out of it.
    assert!(budget.status().waiting.is_empty());
    let asked = tokio::spawn({
        let (core, account) = (core.clone(), of(&account));
        async move { core.account_parent_pages(account).await }
    });
    assert_eq!(
        held_back(&budget).await,
        ("/v1/search", Priority::Interactive)
    );
    asked.abort();
}

#[test]
fn a_full_workspace_has_its_own_sentence() {
    let full = notion_api::ApiError::BlockLimit {
        message: "Block limit reached.".to_owned(),
        request_id: None,
    };
    let told = CoreError::from_notion(full, "Ada");
    assert!(matches!(told, CoreError::WorkspaceFull), "{told:?}");
    assert_eq!(told.code(), ErrorCode::Refused);
    assert!(told.to_string().contains("full"), "{told}");
}
