//! The front door of the core: one method per thing a window or the command line may ask.

mod account;
mod acts;
mod appearance;
mod ask;
mod asking;
mod assist;
mod assist_note;
mod audit;
mod capture;
mod check;
#[cfg(test)]
mod check_tests;
mod conflict;
mod contents;
mod daily;
mod ending;
mod enhance;
mod export;
mod export_links;
mod files;
mod handing;
#[cfg(test)]
mod handing_tests;
mod history;
mod home;
mod importing;
mod isolation;
mod links;
mod losses;
mod moving;
mod note;
mod owing;
#[cfg(test)]
mod owing_tests;
mod paste;
mod preferences;
#[cfg(test)]
mod priority_tests;
mod removal;
#[cfg(test)]
mod removal_tests;
#[cfg(test)]
mod renewal_tests;
mod search;
mod searches;
mod sign_in;
mod tags;
mod target;
mod trash;
mod vault;
#[cfg(test)]
mod vault_tests;
mod waiting;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use octavo_contract::{AccountView, AppState, Empty, Event, HomeView};
use tokio::sync::{Mutex, broadcast, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accounts::{Account, Accounts};
use crate::clients::{Bounds, Clients};
use crate::clock::Clock;
use crate::config::{Config, VaultKind, private_dir};
use crate::oauth::{Grantor, SignIns};
use crate::store::Store;
use crate::sync::{Engine, EngineParts, Round};
use crate::vault::Vault;
use crate::{CoreError, workspace};

pub use acts::{Act, Undone};
pub use capture::{RecentNote, TrayState};
pub use export::Exported;
pub use importing::ImportReport;
pub use note::Form;
pub use preferences::Preferences;

/// Events that a slow window may fall behind before it has to read everything anew.
const EVENTS: usize = 1024;

/// How much of the person's attention the app has: decides how often Notion is asked for changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attention {
    /// A window has the focus.
    Focused,
    /// A window is on screen.
    Visible,
    /// Nothing of the app is on screen.
    Hidden,
}

/// The core, opened on one data folder. Cheap to clone.
#[derive(Clone)]
pub struct Octavo(Arc<Inner>);

struct Inner {
    config: Config,
    clock: Clock,
    accounts: Accounts,
    vault: Vault,
    clients: Arc<Clients>,
    grantor: Grantor,
    sign_ins: SignIns,
    events: broadcast::Sender<Event>,
    attention: watch::Sender<Attention>,
    engines: Mutex<HashMap<String, Arc<Engine>>>,
    /// Set once the engines run in the background.
    background: AtomicBool,
    /// The person paused the exchange with Notion.
    paused: Arc<AtomicBool>,
    /// Held while the draft of the capture window is read and written back.
    drafting: Mutex<()>,
    /// The number of the newest search that was asked for while typing, by the window it is for.
    searches: std::sync::Mutex<HashMap<String, u64>>,
    /// The requests to models that are running, by their names.
    assists: std::sync::Mutex<HashMap<String, CancellationToken>>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Octavo {
    /// Opens the data folder, making it if absent. Neither network nor keychain is touched.
    ///
    /// # Errors
    /// The folder cannot be written to, or `app.db` is damaged or from a newer Octavo.
    pub async fn open(config: Config) -> Result<Self, CoreError> {
        Self::open_at(config, Clock::default()).await
    }

    /// As [`Octavo::open`], with a clock of the caller's.
    ///
    /// # Errors
    /// As [`Octavo::open`].
    pub async fn open_at(config: Config, clock: Clock) -> Result<Self, CoreError> {
        let token = config.memory_token.clone();
        let vault = Vault::new(config.vault, token, &config.data_dir);
        Self::open_with(config, clock, vault).await
    }

    /// Opens the same folder anew with the same vault, as the next process does after this one has died:
    /// what [`VaultKind::Memory`] keeps would be gone with it otherwise.
    ///
    /// # Errors
    /// As [`Octavo::open`].
    pub async fn reopened(&self) -> Result<Self, CoreError> {
        let Inner {
            config,
            clock,
            vault,
            ..
        } = &*self.0;
        Self::open_with(config.clone(), clock.clone(), vault.clone()).await
    }

    async fn open_with(config: Config, clock: Clock, vault: Vault) -> Result<Self, CoreError> {
        private_dir(&config.data_dir)?;
        let accounts = Accounts::open(&config.app_database(), clock.clone()).await?;
        let paused = accounts.setting(preferences::PAUSED).await?.is_some();
        if config.vault == VaultKind::Keychain
            && let Some(store) = vault::chosen(&accounts).await?
        {
            vault.resume(store, &config.data_dir);
        }
        let grantor = Grantor::new(config.notion_url.clone())?;
        let clients = Arc::new(Clients::new(
            config.notion_url.clone(),
            vault.clone(),
            grantor.clone(),
            Bounds::default(),
        ));
        let (heard, mut hearing) = tokio::sync::mpsc::channel::<String>(4);
        let sign_ins = SignIns::new(clock.clone(), heard);
        let (events, _) = broadcast::channel(EVENTS);
        let (attention, _) = watch::channel(Attention::Hidden);
        let core = Self(Arc::new(Inner {
            config,
            clock,
            accounts,
            vault,
            clients,
            grantor,
            sign_ins,
            events,
            attention,
            engines: Mutex::default(),
            background: AtomicBool::new(false),
            paused: Arc::new(AtomicBool::new(paused)),
            drafting: Mutex::default(),
            searches: std::sync::Mutex::default(),
            assists: std::sync::Mutex::default(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }));
        // Weak, so that the task does not keep the core alive.
        let finisher = Arc::downgrade(&core.0);
        tokio::spawn(async move {
            while let Some(address) = hearing.recv().await {
                let Some(inner) = finisher.upgrade() else {
                    return;
                };
                if let Err(error) = Self(inner).sign_in_heard(&address).await {
                    tracing::warn!(code = ?error.code(), "an address from the browser was refused");
                }
            }
        });
        Ok(core)
    }

    /// What changes from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.0.events.subscribe()
    }

    /// Says how much of the person's attention the app has.
    pub fn attention(&self, attention: Attention) {
        self.0.attention.send_replace(attention);
        // Outside a runtime (the toolkit's own thread, before one was entered) there is nobody to look.
        if attention == Attention::Focused
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let core = self.clone();
            self.0
                .tasks
                .spawn_on(async move { core.look_soon().await }, &runtime);
        }
    }

    /// The person came back: the account on screen is looked at now.
    async fn look_soon(&self) {
        if let Ok(Some(current)) = self.0.accounts.current().await
            && let Some(engine) = self.0.engines.lock().await.get(&current)
        {
            engine.look_soon();
            engine.wake();
        }
    }

    /// Runs one engine per account in the background, for accounts added later too. Calling it again
    /// changes nothing. Must be called inside a Tokio runtime.
    pub fn start(&self) {
        if self.0.background.swap(true, Ordering::SeqCst) {
            return;
        }
        self.look_after_removals();
        let core = self.clone();
        self.0.tasks.spawn(async move {
            for engine in core.0.engines.lock().await.values() {
                core.run_in_background(engine);
                core.index_in_background(engine);
            }
            match core.0.accounts.all().await {
                Ok(accounts) => {
                    for account in accounts {
                        if let Err(error) = core.engine(&account.id).await {
                            tracing::error!(account = %account.id, %error, "no engine");
                        }
                    }
                    core.check_at_start().await;
                }
                Err(error) => tracing::error!(%error, "no accounts"),
            }
        });
    }

    /// Starts an engine's loop, once.
    fn run_in_background(&self, engine: &Arc<Engine>) {
        if !self.0.stop.is_cancelled() && engine.begin() {
            self.0
                .tasks
                .spawn(Arc::clone(engine).run(self.0.stop.clone()));
        }
    }

    /// Takes the notes into the index of words that an update left out of it.
    fn index_in_background(&self, engine: &Arc<Engine>) {
        let (engine, stop) = (Arc::clone(engine), self.0.stop.clone());
        self.0.tasks.spawn(async move {
            let stopped = || stop.is_cancelled();
            if let Err(error) = search::finish_index(&engine.store, &stopped).await {
                tracing::warn!(account = %engine.account, %error, "the index is not whole yet");
            }
        });
    }

    /// Sends what can still be sent, then stops the engines; takes at most `limit`.
    pub async fn shutdown(&self, limit: Duration) {
        self.0.stop.cancel();
        self.0.tasks.close();
        let engines: Vec<Arc<Engine>> = self.0.engines.lock().await.values().cloned().collect();
        let flush = async {
            let rounds = engines.iter().map(|engine| engine.flush());
            futures::future::join_all(rounds).await;
            self.0.tasks.wait().await;
        };
        if tokio::time::timeout(limit, flush).await.is_err() {
            tracing::info!("closing before everything was sent; the rest goes out next time");
        }
        for engine in &engines {
            engine.close().await;
        }
        self.0.accounts.close().await;
    }

    /// Everything a window needs before its first paint.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn app_state(&self, _: Empty) -> Result<AppState, CoreError> {
        // The keychain takes its time to answer for the first time: it is asked meanwhile.
        let (accounts, vault) = tokio::join!(self.views(), self.0.vault.status());
        Ok(AppState {
            accounts: accounts?,
            current: self.0.accounts.current().await?,
            default_account: self.default_account().await?,
            vault,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            data_dir: self.0.config.data_dir.to_string_lossy().into_owned(),
            sample: self.0.config.sample,
            sync_paused: self.paused(),
        })
    }

    async fn views(&self) -> Result<Vec<AccountView>, CoreError> {
        let mut views = Vec::new();
        for account in self.0.accounts.all().await? {
            views.push(self.view(&account).await);
        }
        Ok(views)
    }

    /// An account as a window sees it. A damaged note database does not hide the account.
    async fn view(&self, account: &Account) -> AccountView {
        let (home, waiting) = match self.engine(&account.id).await {
            Ok(engine) => {
                let waiting = engine
                    .store
                    .counts()
                    .await
                    .map_or(0, |counts| counts.waiting);
                (home_view(account, &engine.store).await, waiting)
            }
            Err(_) => (None, 0),
        };
        AccountView {
            id: account.id.clone(),
            name: account.name.clone(),
            monogram: account.monogram(),
            color: account.color.clone(),
            kind: account.kind,
            status: account.status,
            workspace_name: account.workspace_name.clone(),
            home,
            waiting,
        }
    }

    /// The account's engine, opened when first asked for. With it comes the account's store: there is
    /// no other way to a note.
    pub(crate) async fn engine(&self, account: &str) -> Result<Arc<Engine>, CoreError> {
        // The id names a folder: only ids we gave ourselves get that far, and only while their account
        // is not being removed, be it by another process.
        let account = self.0.accounts.find(account).await?.id;
        let mut engines = self.0.engines.lock().await;
        if let Some(engine) = engines.get(&account) {
            return Ok(Arc::clone(engine));
        }
        // A removal that was finished while this waited must not get its folder back.
        self.0.accounts.find(&account).await?;
        let dir = self.0.config.account_dir(&account);
        let store = Store::open(&dir, self.0.clock.clone()).await?;
        let engine = Arc::new(Engine::new(EngineParts {
            account: account.clone(),
            store,
            dir,
            room: self.0.config.request_room,
            accounts: self.0.accounts.clone(),
            clients: Arc::clone(&self.0.clients),
            events: self.0.events.clone(),
            attention: self.0.attention.subscribe(),
            paused: Arc::clone(&self.0.paused),
        }));
        if self.0.background.load(Ordering::SeqCst) {
            self.run_in_background(&engine);
            self.index_in_background(&engine);
        }
        engines.insert(account, Arc::clone(&engine));
        Ok(engine)
    }

    /// Tells every window something that no command of the core brought about.
    pub fn send_event(&self, event: Event) {
        // Nobody listening is no error.
        let _ignored = self.0.events.send(event);
    }

    fn tell_accounts(&self) {
        let _ignored = self.0.events.send(Event::AccountsChanged {});
    }

    /// One whole round for an account; waits up to `limit` for another process that is at it.
    async fn whole_round(
        &self,
        engine: &Engine,
        limit: Duration,
    ) -> Result<octavo_contract::SyncReport, CoreError> {
        let keep = self.0.background.load(Ordering::SeqCst);
        let until = tokio::time::Instant::now() + limit;
        engine.unpause();
        loop {
            if let Some(report) = engine.round(Round::Everything, keep).await? {
                return Ok(report);
            }
            // The other process does the work; when it has done it, there is nothing left for us.
            if engine.store.outbox_len().await? == 0 || tokio::time::Instant::now() >= until {
                return engine.report().await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

async fn home_view(account: &Account, store: &Store) -> Option<HomeView> {
    if account.kind == octavo_contract::AccountKind::Local {
        return None;
    }
    Some(HomeView {
        title: workspace::title(store).await.ok()?,
        ready: workspace::stored(store).await.ok()?.is_some(),
    })
}
