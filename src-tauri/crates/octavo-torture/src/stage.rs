//! Where a run takes place: the simulator, two installs, three desks.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use notion_sim::{Options, Running, Seed, Simulator};
use octavo_contract::{AccountRef, NoteView};
use octavo_core::{Attention, Clock, Config, Octavo, VaultKind};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};
use tempfile::TempDir;
use tokio::sync::mpsc;

use crate::TortureError;
use crate::act::{Act, Weather};
use crate::disk::Disk;
use crate::drive::{End, Plan};
use crate::ledger::Ledger;
use crate::relay::{self, Passing, Street};
use crate::signin::{self, SignIn};
use crate::time::{Beat, Time};

/// One installation of Octavo.
pub(crate) struct Install {
    pub(crate) core: Octavo,
    clock: Clock,
    dir: TempDir,
    /// It works in the background.
    live: bool,
}

/// One account of an install.
pub(crate) struct Desk {
    pub(crate) install: usize,
    pub(crate) account: String,
    pub(crate) space: usize,
    pub(crate) sign_in: SignIn,
    pub(crate) database: SqliteConnection,
}

/// Everything.
pub(crate) struct Stage {
    pub(crate) sim: Running,
    /// The page through which people sign in.
    pub(crate) broker: octavo_broker::Running,
    pub(crate) disk: Disk,
    pub(crate) http: reqwest::Client,
    pub(crate) time: Time,
    pub(crate) beat: Beat,
    pub(crate) held: mpsc::UnboundedReceiver<Passing>,
    /// How many are between a look at a block and its change.
    pub(crate) looking: Arc<AtomicUsize>,
    pub(crate) installs: Vec<Install>,
    pub(crate) desks: Vec<Desk>,
    pub(crate) ledger: Ledger,
    /// A page outside the homes.
    pub(crate) elsewhere: String,
    /// Notes as they were when they were opened.
    pub(crate) opened: HashMap<(usize, String), NoteView>,
    /// Desks whose round is under way.
    busy: HashSet<usize>,
}

impl Stage {
    /// Two installs that share the home of one workspace, and another account on the first of them.
    /// One request carries at most `room` bytes of a text.
    pub(crate) async fn new(room: usize) -> Result<Self, TortureError> {
        let options = Options {
            port: 0,
            state: None,
            seed: Seed::Empty,
            control: true,
        };
        let sim = Simulator::start(options).await?;
        let http = reqwest::Client::new();
        let time = Time::new(http.clone(), sim.url());
        let (hold, held) = mpsc::unbounded_channel();
        let looking = Arc::new(AtomicUsize::new(0));
        let street = Street {
            held: hold,
            looking: looking.clone(),
        };
        let mut stage = Self {
            broker: signin::broker(&sim).await?,
            disk: Disk::new()?,
            http,
            time,
            beat: Beat::start()?,
            held,
            looking,
            installs: Vec::new(),
            desks: Vec::new(),
            ledger: Ledger::default(),
            elsewhere: String::new(),
            opened: HashMap::new(),
            busy: HashSet::new(),
            sim,
        };
        stage.time.tell_notion().await?;
        let elsewhere = json!({"create": {"parent": "workspace"}, "title": "Elsewhere"});
        stage.elsewhere = text(&stage.control("edit", &elsewhere).await?, "id");
        let new = json!({"name": "Another", "person": "Charles"});
        let other = text(&stage.control("workspace", &new).await?, "workspace_id");
        let own = stage.sim.workspace_id().to_owned();
        let token = stage.sim.personal_access_token().to_owned();
        for number in 0..2 {
            let install = stage.installed(number, room, &street).await?;
            stage.installs.push(install);
        }
        for (install, space, sign_in) in [
            (0, 0, SignIn::Pasted(token)),
            (1, 0, SignIn::Browser(own)),
            (0, 1, SignIn::Browser(other)),
        ] {
            stage.sit_down(install, space, sign_in).await?;
        }
        Ok(stage)
    }

    async fn installed(
        &self,
        number: usize,
        room: usize,
        street: &Street,
    ) -> Result<Install, TortureError> {
        // In memory where there is such a folder: what is torn here is the exchange, not the disk.
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() {
            TempDir::new_in(memory)?
        } else {
            TempDir::new()?
        };
        let notion = relay::open(number, self.sim.url(), street.clone()).await?;
        let broker = self.broker.url().trim_end_matches('/');
        let broker = relay::open(number, broker, street.clone()).await?;
        let clock = self.time.clock();
        Ok(Install {
            core: opened(dir.path(), room, (&notion, &broker), &clock).await?,
            clock,
            dir,
            live: false,
        })
    }

    /// Adds an account to an install, with its home.
    pub(crate) async fn sit_down(
        &mut self,
        install: usize,
        space: usize,
        sign_in: SignIn,
    ) -> Result<(), TortureError> {
        let Some(here) = self.installs.get(install) else {
            return Ok(());
        };
        let core = here.core.clone();
        let data = here.dir.path().to_owned();
        let Some(added) = self.signed_in(install, core, &sign_in, None).await? else {
            return Err(TortureError::Refused {
                what: "to sign in".to_owned(),
                answer: format!("{sign_in:?}"),
            });
        };
        let account = added.id;
        let file = data.join("accounts").join(&account).join("notes.db");
        let database = SqliteConnectOptions::new().filename(file).connect().await?;
        self.desks.push(Desk {
            install,
            account,
            space,
            sign_in,
            database,
        });
        self.round(self.desks.len() - 1, Plan::default()).await
    }

    /// Carries out one act. Whatever has nothing to happen to does nothing.
    pub(crate) async fn perform(&mut self, act: &Act) -> Result<(), TortureError> {
        match act {
            Act::Capture { desk, salt } => self.capture(*desk, *salt).await,
            Act::Open { desk, pick } => self.open(*desk, *pick).await,
            Act::Write {
                desk,
                pick,
                edit,
                place,
                stale,
            } => self.write(*desk, *pick, (*edit, *place), *stale).await,
            Act::Retitle { desk, pick } => self.retitle(*desk, *pick).await,
            Act::Trash {
                desk,
                pick,
                trashed,
            } => self.trash(*desk, *pick, *trashed).await,
            Act::Sync {
                desk,
                weather,
                meanwhile,
                kill,
            } => {
                self.weather(weather).await?;
                let plan = Plan {
                    meanwhile: meanwhile.as_ref(),
                    kill: kill.as_ref(),
                };
                self.round(*desk, plan).await?;
                self.weather(&Weather::default()).await
            }
            Act::Restart { install } => self.restart(*install).await,
            Act::Live {
                install,
                seconds,
                weather,
            } => self.live(*install, *seconds, weather).await,
            Act::Wait { seconds } => self.wait(*seconds).await,
            Act::Clock { install, seconds } => {
                if let Some(install) = self.installs.get(*install) {
                    install.clock.advance(i64::from(*seconds) * 1000);
                }
                Ok(())
            }
            Act::Person(person) => {
                if self.installs.iter().any(|install| install.live) {
                    // What a person changes is what they see: nothing comes in between.
                    self.calm().await;
                }
                self.looked().await;
                self.person(person).await
            }
            Act::Skew { seed } => self.skew(*seed).await,
            Act::Search { lag_seconds, omits } => self.search(*lag_seconds, *omits).await,
            Act::Expire => self.control("expire", &json!({})).await.map(|_| ()),
            Act::Withdraw { desk } => self.withdraw(*desk).await,
            Act::SignIn => self.sign_in().await,
            Act::Full { desk, room } => self.fill_disk(*desk, *room),
            Act::Room => self.make_room(),
        }
    }

    async fn live(
        &mut self,
        number: usize,
        seconds: u32,
        weather: &Weather,
    ) -> Result<(), TortureError> {
        if let Some(install) = self.installs.get_mut(number) {
            install.live = true;
            install.core.start();
            install.core.attention(Attention::Focused);
        }
        self.weather(weather).await?;
        self.wait(seconds).await?;
        self.weather(&Weather::default()).await
    }

    /// Time passes, in steps if somebody works in the background.
    async fn wait(&mut self, seconds: u32) -> Result<(), TortureError> {
        let whole = i64::from(seconds) * 1000;
        if !self.installs.iter().any(|install| install.live) {
            return self.time.pass(whole).await;
        }
        let step = 2_500;
        for _ in 0..whole / step {
            self.time.pass(step).await?;
            self.calm().await;
        }
        Ok(())
    }

    /// Nobody works in the background any more.
    pub(crate) async fn quiet(&mut self) -> Result<(), TortureError> {
        for number in 0..self.installs.len() {
            if self
                .installs
                .get(number)
                .is_some_and(|install| install.live)
            {
                self.restart(number).await?;
            }
        }
        Ok(())
    }

    /// A round at a desk. How it ends is not the story's business: there will be others.
    pub(crate) async fn round(&mut self, desk: usize, plan: Plan<'_>) -> Result<(), TortureError> {
        let Some((install, core, account)) = self.at(desk) else {
            return Ok(());
        };
        if !self.busy.insert(desk) {
            return Ok(());
        }
        let round = Box::pin(async move { core.sync_now(AccountRef { account }).await });
        let end = self.drive(install, plan, round).await;
        self.busy.remove(&desk);
        match end? {
            End::Done(Ok(report)) => tracing::info!(desk, ?report, "a round"),
            End::Done(Err(error)) => tracing::info!(desk, %error, "a round"),
            End::Killed => {
                tracing::info!(desk, "killed");
                self.restart(install).await?;
            }
        }
        Ok(())
    }

    pub(crate) fn at(&self, desk: usize) -> Option<(usize, Octavo, String)> {
        let desk = self.desks.get(desk)?;
        let core = self.installs.get(desk.install)?.core.clone();
        Some((desk.install, core, desk.account.clone()))
    }

    /// The install dies, and is started again with what is on its disk.
    async fn restart(&mut self, number: usize) -> Result<(), TortureError> {
        // Not while a round of it is under way: that has a way of its own to die.
        let desks = self.desks.iter().enumerate();
        let here: Vec<usize> = desks
            .filter(|(_, desk)| desk.install == number)
            .map(|(at, _)| at)
            .collect();
        if here.iter().any(|desk| self.busy.contains(desk)) {
            return Ok(());
        }
        let live = self.installs.get(number).filter(|install| install.live);
        if let Some(core) = live.map(|install| install.core.clone()) {
            // What works in the background dies with the process; here it has to be told.
            let end = Box::pin(async move { core.shutdown(Duration::ZERO).await });
            self.drive(number, Plan::default(), end).await?;
        }
        let Some(core) = self
            .installs
            .get(number)
            .map(|install| install.core.clone())
        else {
            return Ok(());
        };
        let again = if let Some(again) = self.kept(core.reopened().await)? {
            again
        } else {
            // It says that the disk is full: the person makes room and starts it once more.
            self.make_room()?;
            core.reopened().await?
        };
        if let Some(install) = self.installs.get_mut(number) {
            install.live = false;
            install.core = again;
        }
        // A window does not outlive its program.
        self.opened.retain(|(desk, _), _| !here.contains(desk));
        Ok(())
    }

    pub(crate) fn is_busy(&self, desk: usize) -> bool {
        self.busy.contains(&desk)
    }

    /// The log of a desk's database, which grows with each write.
    pub(crate) fn log_of(&self, desk: usize) -> Option<PathBuf> {
        let desk = self.desks.get(desk)?;
        let data = self.installs.get(desk.install)?.dir.path();
        let log = data
            .join("accounts")
            .join(&desk.account)
            .join("notes.db-wal");
        log.exists().then_some(log)
    }
}

pub(crate) fn nth<T>(of: &[T], pick: u32) -> Option<&T> {
    of.get(pick as usize % of.len().max(1))
}

pub(crate) fn text(value: &Value, key: &str) -> String {
    let text = value.get(key).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

async fn opened(
    data: &Path,
    room: usize,
    (notion, broker): (&str, &str),
    clock: &Clock,
) -> Result<Octavo, TortureError> {
    let config = Config {
        data_dir: data.to_owned(),
        notion_url: signin::address(notion)?,
        vault: VaultKind::Memory,
        memory_token: None,
        broker_url: Some(signin::address(&format!("{broker}/"))?),
        sample: false,
        request_room: room,
    };
    Ok(Octavo::open_at(config, clock.clone()).await?)
}
