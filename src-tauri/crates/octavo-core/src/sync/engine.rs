//! The engine of one account: drains its outbox, reads what changed, waits.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use notion_api::{ApiError, Client, Priority};
use octavo_contract::{AccountKind, AccountStatus, ContentsDrift, Event, SyncReport, SyncStatus};
use tokio::sync::{Notify, broadcast, watch};
use tokio_util::sync::CancellationToken;

use super::contents::{drift, push_contents};
use super::lock::SyncLock;
use super::push::push_note;
use super::{Fault, Link, Standing, Tally, pull, vanished};
use crate::CoreError;
use crate::accounts::{Account, Accounts};
use crate::clients::{Clients, Held};
use crate::oauth::Renewed;
use crate::octavo::Attention;
use crate::store::{Item, State, Store, Watcher, Work};
use crate::workspace::{self, Ground};

/// In the database, and not in memory, so that the command line can pause a running app.
const HELD: &str = "sync_paused";
/// How often a background engine looks whether another process left work for it.
const TICK: Duration = Duration::from_secs(1);
/// Every so many looks the whole home is walked.
const WALK_EVERY: u64 = 40;
/// However often the person comes back, Notion is not asked more often than this.
const LOOKS_APART: i64 = 5_000;
/// The longest wait before another try, give or take a quarter.
const LONGEST_BACKOFF: i64 = 30_000;
/// The same while Notion cannot be reached and somebody looks on: a refused connection costs next to
/// nothing, and a network that is back should be seen to be.
const LONGEST_OFFLINE: i64 = 8_000;

/// No row of the outbox waits longer than this unless the clock was set back meanwhile.
const LONGEST_TURN: i64 = 120_000;

/// What one round is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    /// Send what is due.
    Push,
    /// Send everything, and read everything that changed.
    Everything,
}

/// Until when no round begins.
#[derive(Debug, Clone, Copy)]
struct Pause {
    until: i64,
    /// Our own choice, because Notion could not be reached; else Notion asked for it.
    unreached: bool,
}

/// What the engine knows that is not in the database.
#[derive(Debug, Default)]
struct Live {
    busy: bool,
    pause: Option<Pause>,
    failures: u32,
    last_complete: Option<i64>,
    looks: u64,
    /// The home was looked at in this run.
    verified: bool,
    /// The background loop runs.
    running: bool,
    next_look: i64,
    last_look: i64,
    /// The time at the last turn.
    last_turn: i64,
}

/// One account's exchange with Notion.
pub(crate) struct Engine {
    pub(crate) account: String,
    pub(crate) store: Store,
    dir: PathBuf,
    accounts: Accounts,
    clients: Arc<Clients>,
    events: broadcast::Sender<Event>,
    attention: watch::Receiver<Attention>,
    /// The person paused the exchange of all accounts.
    paused: Arc<AtomicBool>,
    wake: Notify,
    live: Mutex<Live>,
    /// Held while a round runs; keeps the lock of the account once this process has it.
    drain: tokio::sync::Mutex<Option<SyncLock>>,
    /// Held while the background loop runs.
    looping: tokio::sync::Mutex<()>,
    /// The account is being removed: no round begins any more.
    ended: CancellationToken,
}

/// Keeps rounds away, and with them the account's lock across processes.
pub(crate) type Still<'a> = tokio::sync::MutexGuard<'a, Option<SyncLock>>;

/// What an engine is made of.
pub(crate) struct Parts {
    pub(crate) account: String,
    pub(crate) store: Store,
    pub(crate) dir: PathBuf,
    pub(crate) accounts: Accounts,
    pub(crate) clients: Arc<Clients>,
    pub(crate) events: broadcast::Sender<Event>,
    pub(crate) attention: watch::Receiver<Attention>,
    pub(crate) paused: Arc<AtomicBool>,
}

impl Engine {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            account: parts.account,
            store: parts.store,
            dir: parts.dir,
            accounts: parts.accounts,
            clients: parts.clients,
            events: parts.events,
            attention: parts.attention,
            paused: parts.paused,
            wake: Notify::new(),
            live: Mutex::default(),
            drain: tokio::sync::Mutex::new(None),
            looping: tokio::sync::Mutex::default(),
            ended: CancellationToken::new(),
        }
    }

    /// Takes the right to run the background loop; only the first caller gets it.
    pub(crate) fn begin(&self) -> bool {
        !std::mem::replace(&mut self.live().running, true)
    }

    /// Makes a background engine look now.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Forgets a pause: the person wants it now, or a new token came.
    pub(crate) fn unpause(&self) {
        let mut live = self.live();
        live.pause = None;
        live.failures = 0;
        live.next_look = 0;
    }

    fn live(&self) -> std::sync::MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How the exchange stands.
    pub(crate) async fn status(&self) -> Result<SyncStatus, CoreError> {
        let account = self.accounts.find(&self.account).await?;
        let counts = self.store.counts().await?;
        let contents_due = self.store.outbox_item(&Work::Contents).await?.is_some();
        let has_home = workspace::stored(&self.store).await?.is_some();
        let vanished = vanished::question(&self.store).await?;
        let vanished = vanished.filter(|open| open.answer.is_none());
        let held = self.held().await?;
        let live = self.live();
        Ok(SyncStatus {
            account: self.account.clone(),
            status: account.status,
            waiting: counts.waiting,
            blocked: counts.blocked,
            conflicts: counts.conflicts,
            busy: live.busy,
            paused_until: live.pause.map(|pause| pause.until),
            last_complete: live.last_complete,
            contents_current: has_home && !contents_due && counts.waiting == 0,
            held,
            vanished: vanished.map_or(0, |open| {
                i64::try_from(open.pages.len()).unwrap_or(i64::MAX)
            }),
        })
    }

    /// Whether the person paused this account, or all of them. Another process may have done so.
    pub(crate) async fn held(&self) -> Result<bool, CoreError> {
        Ok(self.paused.load(Ordering::SeqCst) || self.store.meta(HELD).await?.is_some())
    }

    /// Pauses this account, or resumes it.
    pub(crate) async fn set_held(&self, held: bool) -> Result<(), CoreError> {
        if held {
            self.store.set_meta(HELD, "yes").await?;
        } else {
            self.store.remove_meta(HELD).await?;
            self.unpause();
            self.wake();
        }
        self.tell_status().await;
        Ok(())
    }

    /// The next look walks the whole home, and comes soon.
    pub(crate) fn walk_soon(&self) {
        self.live().looks = 0;
        self.unpause();
        self.wake();
    }

    /// How long Notion, or the way to it, keeps everything waiting.
    pub(crate) fn pause_ends(&self) -> Option<i64> {
        let pause = self.live().pause;
        pause
            .map(|pause| pause.until)
            .filter(|until| *until > self.store.now())
    }

    pub(crate) async fn tell_status(&self) {
        match self.status().await {
            Ok(status) => {
                let _ignored = self.events.send(Event::SyncChanged { status });
            }
            Err(error) => tracing::warn!(%error, "no status to tell"),
        }
    }

    /// Runs until `stop`. A local account only listens for what other processes write.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) {
        let _looping = self.looping.lock().await;
        if self.ended.is_cancelled() {
            return;
        }
        let mut watcher = self.store.watcher().await.ok();
        loop {
            self.notice(watcher.as_mut()).await;
            let pause = match self.turn().await {
                Ok(pause) => pause,
                // It is being removed: not for good yet, or by another process, which tells nobody
                // in this one.
                Err(CoreError::NoSuchAccount(_)) => {
                    if self.accounts.is_gone(&self.account).await.unwrap_or(false) {
                        let _ignored = self.events.send(Event::AccountsChanged {});
                        return;
                    }
                    TICK
                }
                Err(error) => {
                    tracing::error!(account = %self.account, %error, "the engine stumbled");
                    Duration::from_secs(5)
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.ended.cancelled() => return,
                () = self.wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Tells the windows when another process (the command line, say) changed this account's notes.
    async fn notice(&self, watcher: Option<&mut Watcher>) {
        let Some(watcher) = watcher else { return };
        match self.store.changed_elsewhere(watcher).await {
            Ok(true) => {
                let account = self.account.clone();
                let _ignored = self.events.send(Event::NotesChanged { account });
                self.tell_status().await;
            }
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "cannot see what other processes write"),
        }
    }

    /// One turn of a background engine; answers how long to wait for the next.
    async fn turn(&self) -> Result<Duration, CoreError> {
        let account = self.accounts.find(&self.account).await?;
        let unable =
            account.kind == AccountKind::Local || account.status == AccountStatus::SignInAgain;
        if unable || self.held().await? {
            return Ok(TICK);
        }
        let now = self.store.now();
        self.notice_clock(now).await?;
        let (paused, look_due) = {
            let live = self.live();
            (
                live.pause.is_some_and(|pause| pause.until > now),
                live.next_look <= now,
            )
        };
        if paused {
            return Ok(TICK);
        }
        let send_due = self
            .store
            .next_turn()
            .await?
            .is_some_and(|turn| turn <= now);
        if send_due || look_due {
            self.background(&account, look_due).await?;
        }
        let now = self.store.now();
        let wait = self
            .store
            .next_turn()
            .await?
            .map_or(i64::MAX, |turn| turn - now);
        Ok(Duration::from_millis(u64::try_from(wait.max(20)).unwrap_or(20)).min(TICK))
    }

    /// A clock that was set back would make everything wait until the old time comes round again.
    async fn notice_clock(&self, now: i64) -> Result<(), CoreError> {
        let set_back = {
            let mut live = self.live();
            let before = std::mem::replace(&mut live.last_turn, now);
            if now < before {
                let by = before - now;
                live.next_look -= by;
                live.last_look -= by;
                if let Some(pause) = live.pause.as_mut() {
                    pause.until -= by;
                }
            }
            now < before
        };
        let far = self.store.next_turn().await?;
        if set_back || far.is_some_and(|turn| turn > now + LONGEST_TURN) {
            let mut write = self.store.write().await?;
            write.bring_near(LONGEST_TURN).await?;
            write.commit().await?;
        }
        Ok(())
    }

    async fn background(&self, account: &Account, look: bool) -> Result<(), CoreError> {
        let mut lock = self.drain.lock().await;
        if !self.hold(&mut lock)? {
            return Ok(());
        }
        self.set_busy(true).await;
        let outcome = self.work(account, look, false).await;
        self.settle_outcome(account, outcome.as_ref().err()).await?;
        if look {
            let pause = self.pause_between_looks().await?;
            let mut live = self.live();
            live.looks += 1;
            live.last_look = self.store.now();
            live.next_look = self.store.now() + pause;
        }
        self.set_busy(false).await;
        Ok(())
    }

    /// How long to wait until Notion is asked again for changes.
    async fn pause_between_looks(&self) -> Result<i64, CoreError> {
        let on_screen = self.accounts.current().await?.as_deref() == Some(&*self.account);
        Ok(match *self.attention.borrow() {
            Attention::Focused if on_screen => 15_000,
            Attention::Focused | Attention::Visible => 120_000,
            Attention::Hidden => 600_000,
        })
    }

    /// Takes the account's lock if this process has it not yet.
    fn hold(&self, lock: &mut Option<SyncLock>) -> Result<bool, CoreError> {
        if self.ended.is_cancelled() {
            return Err(CoreError::NoSuchAccount(self.account.clone()));
        }
        if lock.is_none() {
            *lock = SyncLock::try_take(&self.dir)?;
        }
        Ok(lock.is_some())
    }

    async fn set_busy(&self, busy: bool) {
        self.live().busy = busy;
        self.tell_status().await;
    }

    /// One round on demand. `None` when another process has the account's lock. With `keep` the lock
    /// stays with this process afterwards.
    pub(crate) async fn round(
        &self,
        round: Round,
        keep: bool,
    ) -> Result<Option<SyncReport>, CoreError> {
        let account = self.accounts.find(&self.account).await?;
        if account.kind == AccountKind::Local {
            return Ok(Some(SyncReport::default()));
        }
        let mut lock = self.drain.lock().await;
        if !self.hold(&mut lock)? {
            return Ok(None);
        }
        if round == Round::Everything {
            self.hurry_all().await?;
        }
        self.set_busy(true).await;
        let everything = round == Round::Everything;
        let outcome = self.work(&account, everything, everything).await;
        self.set_busy(false).await;
        if !keep {
            *lock = None;
        }
        drop(lock);
        self.settle_outcome(&account, outcome.as_ref().err())
            .await?;
        let (tally, requests) = outcome.map_err(|fault| told(&account, fault))?;
        Ok(Some(SyncReport {
            pushed: tally.pushed.load(Ordering::Relaxed),
            pulled: tally.pulled.load(Ordering::Relaxed),
            requests,
            ..self.report().await?
        }))
    }

    /// One round of work.
    async fn work(
        &self,
        account: &Account,
        read: bool,
        walk: bool,
    ) -> Result<(Arc<Tally>, u64), Fault> {
        self.renewing(account, |client| self.try_work(account, client, read, walk))
            .await
    }

    /// Does something with the account's client. A token that Notion refuses is renewed once, if it
    /// can be, and the same is done with the new one.
    async fn renewing<T: Send, F: Future<Output = Result<T, Fault>> + Send>(
        &self,
        account: &Account,
        task: impl Fn(Client) -> F + Send + Sync,
    ) -> Result<T, Fault> {
        let held = self.clients.held(account).await?;
        match task(held.client.clone()).await {
            Err(fault) => match self.renewed(account, &held, &fault).await? {
                Some(client) => task(client).await,
                None => Err(fault),
            },
            done => done,
        }
    }

    /// A client with a new token, if it was the token that Notion refused and it can be renewed.
    async fn renewed(
        &self,
        account: &Account,
        held: &Held,
        fault: &Fault,
    ) -> Result<Option<Client>, CoreError> {
        if fault.standing() != Standing::SignInAgain {
            return Ok(None);
        }
        match self.clients.renew(&self.account, &self.dir, held).await? {
            Renewed::Yes => {
                let audited = "renewed, new pair stored";
                self.accounts
                    .audit(Some(&self.account), "token", audited)
                    .await;
                Ok(Some(self.clients.of(account).await?))
            }
            Renewed::SignInAgain => Ok(None),
        }
    }

    async fn try_work(
        &self,
        account: &Account,
        client: Client,
        read: bool,
        walk: bool,
    ) -> Result<(Arc<Tally>, u64), Fault> {
        // A round that was asked for is waited for; nobody waits for the others.
        let priority = if walk {
            Priority::Interactive
        } else {
            Priority::Background
        };
        let link = self.link(account, client.with_priority(priority));
        let before = link.client.requests_made();
        // The home is looked at once per run, so that a renamed or trashed one is noticed.
        let verified = self.live().verified;
        let home = if walk || !verified {
            workspace::ensure(&link.store, &link.client, &link.ground).await?
        } else {
            link.home().await?
        };
        self.live().verified = true;
        self.drain_due(&link).await?;
        if read {
            if walk || self.live().looks.is_multiple_of(WALK_EVERY) {
                pull::walk(&link, &home).await?;
            }
            pull::poll(&link, &home).await?;
            if walk {
                self.hurry_all().await?;
            }
            self.drain_due(&link).await?;
        }
        Ok((link.tally.clone(), link.client.requests_made() - before))
    }

    pub(crate) fn link(&self, account: &Account, client: Client) -> Link {
        Link {
            account: self.account.clone(),
            store: self.store.clone(),
            client,
            ground: ground(account),
            events: self.events.clone(),
            tally: Arc::default(),
        }
    }

    /// What is wrong on the contents page in Notion.
    pub(crate) async fn contents_drift(&self) -> Result<ContentsDrift, CoreError> {
        let account = self.accounts.find(&self.account).await?;
        let found = self.renewing(&account, |client| {
            let link = self.link(&account, client);
            async move { drift(&link).await }
        });
        found.await.map_err(|fault| told(&account, fault))
    }

    /// Works off every row whose turn has come. A fault that concerns one item puts it back and goes
    /// on; one that concerns the account ends the round.
    async fn drain_due(&self, link: &Link) -> Result<(), Fault> {
        while let Some(item) = self.store.next_due().await? {
            let done = match &item.work {
                Work::Note(id) => Box::pin(push_note(&link.at(Priority::Capture), id)).await,
                Work::Contents => push_contents(link).await,
            };
            if let Err(Fault::Core(CoreError::NoSuchNote)) = done {
                // It was called back before anything of it was sent.
                let mut write = self.store.write().await?;
                write.remove(&item.work).await?;
                write.commit().await?;
            } else if let Err(fault) = done {
                let everybody = !matches!(fault.standing(), Standing::Item | Standing::Wait(None));
                self.put_back(link, &item, &fault).await?;
                if everybody {
                    return Err(fault);
                }
            }
        }
        Ok(())
    }

    async fn put_back(&self, link: &Link, item: &Item, fault: &Fault) -> Result<(), CoreError> {
        let now = self.store.now();
        tracing::info!(account = %self.account, attempt = item.attempt, fault = %fault.for_log(), "put back");
        let mut write = self.store.write().await?;
        write
            .delay(
                &item.work,
                now + self.backoff(fault, item.attempt),
                &fault.to_string(),
            )
            .await?;
        if let Work::Note(id) = &item.work {
            let note = write.note(id).await?;
            if note.state == State::Sending {
                write.set_state(id, State::Queued, None).await?;
            }
            let note = write.note(id).await?;
            write.commit().await?;
            link.tell(&note);
            return Ok(());
        }
        write.commit().await
    }

    /// Draws the account's status and pause from how a round ended.
    async fn settle_outcome(
        &self,
        account: &Account,
        fault: Option<&Fault>,
    ) -> Result<(), CoreError> {
        let now = self.store.now();
        let status = match fault {
            None => {
                if account.status == AccountStatus::Offline {
                    // What failed for want of a network need not sit out its wait.
                    self.hurry_all().await?;
                }
                let complete = self.store.outbox_len().await? == 0;
                let mut live = self.live();
                live.failures = 0;
                live.pause = None;
                if complete {
                    live.last_complete = Some(now);
                }
                AccountStatus::Connected
            }
            Some(fault) => {
                tracing::warn!(account = %self.account, fault = %fault.for_log(), "the round ended early");
                let mut live = self.live();
                live.failures += 1;
                let pause = match fault.standing() {
                    Standing::Wait(Some(wait)) => i64::try_from(wait.as_millis()).unwrap_or(60_000),
                    _ => self.backoff(fault, i64::from(live.failures)),
                };
                live.pause = Some(Pause {
                    until: now + pause,
                    unreached: fault.standing() == Standing::Offline,
                });
                status_after(fault, account.status)
            }
        };
        if status == AccountStatus::SignInAgain {
            self.clients.drop_client(&self.account).await;
        }
        if self.accounts.set_status(&self.account, status).await? {
            if status == AccountStatus::SignInAgain {
                self.accounts
                    .audit(Some(&self.account), "token", "refused by Notion")
                    .await;
            }
            let _ignored = self.events.send(Event::AccountsChanged {});
        }
        self.tell_status().await;
        Ok(())
    }

    /// Looks for changes in Notion soon: at the next turn, unless it has just been done. Windows come
    /// and go often, and each look costs requests that the notes may need.
    pub(crate) fn look_soon(&self) {
        let mut live = self.live();
        let soon = live.last_look + LOOKS_APART;
        live.next_look = live.next_look.min(soon);
        if let Some(pause) = live.pause.as_mut().filter(|pause| pause.unreached) {
            pause.until = pause.until.min(soon);
        }
    }

    async fn hurry_all(&self) -> Result<(), CoreError> {
        let mut write = self.store.write().await?;
        write.hurry(None).await?;
        write.commit().await
    }

    /// Two seconds, doubled with each failure up to a limit, give or take a quarter so that several
    /// accounts do not ask at once.
    fn backoff(&self, fault: &Fault, failures: i64) -> i64 {
        let watched = *self.attention.borrow() != Attention::Hidden;
        let longest = if watched && fault.standing() == Standing::Offline {
            LONGEST_OFFLINE
        } else {
            LONGEST_BACKOFF
        };
        let doubled = 1_000_i64 << failures.clamp(1, 6);
        let whole = doubled.min(longest);
        whole - whole / 4 + rand::random_range(0..=whole / 2)
    }

    /// Sends everything that waits, whatever its turn; for the moment before the app closes.
    pub(crate) async fn flush(&self) {
        let hurried = async {
            let account = self.accounts.find(&self.account).await?;
            if account.kind == AccountKind::Local || account.status != AccountStatus::Connected {
                return Ok(());
            }
            if self.held().await? {
                return Ok(());
            }
            let mut write = self.store.write().await?;
            // Nobody is left who could call a capture back.
            write.release().await?;
            write.hurry(None).await?;
            write.commit().await?;
            self.round(Round::Push, false).await.map(|_| ())
        };
        if let Err(error) = hurried.await {
            tracing::info!(account = %self.account, %error, "not everything was sent before closing");
        }
    }

    /// The counts of a round that another process did.
    pub(crate) async fn report(&self) -> Result<SyncReport, CoreError> {
        let counts = self.store.counts().await?;
        Ok(SyncReport {
            conflicts: u64::try_from(counts.conflicts).unwrap_or(0),
            blocked: u64::try_from(counts.blocked).unwrap_or(0),
            ..SyncReport::default()
        })
    }

    /// Keeps every round away, here and in other processes, as long as the answer is held. `None`
    /// when a round of this process takes longer than `own`, or another process keeps the account's
    /// lock longer than `others`.
    pub(crate) async fn stand_still(
        &self,
        own: Duration,
        others: Duration,
    ) -> Result<Option<Still<'_>>, CoreError> {
        let Ok(mut lock) = tokio::time::timeout(own, self.drain.lock()).await else {
            return Ok(None);
        };
        let until = tokio::time::Instant::now() + others;
        while !self.hold(&mut lock)? {
            if tokio::time::Instant::now() >= until {
                return Ok(None);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(Some(lock))
    }

    /// The account is removed: no round begins any more, the background loop ends, the database is
    /// closed.
    pub(crate) async fn end(&self) {
        self.ended.cancel();
        drop(self.looping.lock().await);
        self.close().await;
    }

    /// Closes the account's database.
    pub(crate) async fn close(&self) {
        self.store.close().await;
    }
}

fn ground(account: &Account) -> Ground {
    match (
        &account.kind,
        account
            .parent_page_id
            .as_deref()
            .and_then(|id| id.parse().ok()),
    ) {
        (_, Some(page)) => Ground::Under(page),
        (AccountKind::InternalToken, None) => Ground::NotChosen,
        _ => Ground::Workspace,
    }
}

fn status_after(fault: &Fault, now: AccountStatus) -> AccountStatus {
    match fault.standing() {
        Standing::Offline => AccountStatus::Offline,
        Standing::SignInAgain => AccountStatus::SignInAgain,
        Standing::NoAccess => AccountStatus::NoAccess,
        Standing::NeedsParent => AccountStatus::NeedsParent,
        Standing::Wait(_) | Standing::Item => now,
        Standing::Local => match fault {
            Fault::Core(
                CoreError::KeychainLocked
                | CoreError::KeychainAbsent
                | CoreError::KeychainSilent
                | CoreError::Keychain(_),
            ) => AccountStatus::KeychainUnavailable,
            Fault::Core(CoreError::TokenMissing(_)) => AccountStatus::SignInAgain,
            _ => now,
        },
    }
}

/// The sentence for a round that was asked for.
fn told(account: &Account, fault: Fault) -> CoreError {
    let standing = fault.standing();
    if let Fault::Core(error) = fault {
        return error;
    }
    if matches!(fault, Fault::Api(ApiError::BlockLimit { .. })) {
        return CoreError::WorkspaceFull;
    }
    match standing {
        Standing::SignInAgain => CoreError::SignInAgain(account.name.clone()),
        Standing::Offline => CoreError::Offline(fault.to_string()),
        Standing::NeedsParent => CoreError::NeedsParent,
        Standing::NoAccess => CoreError::NoAccess(fault.to_string()),
        Standing::Wait(wait) => CoreError::RateLimited {
            retry_after_ms: wait.map_or(2_000, |wait| {
                u64::try_from(wait.as_millis()).unwrap_or(60_000)
            }),
        },
        Standing::Item | Standing::Local => CoreError::Refused(fault.to_string()),
    }
}
