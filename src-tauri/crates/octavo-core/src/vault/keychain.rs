//! The system's keychain: Secret Service, Keychain Services or Credential Manager, never a mock.
//!
//! A keychain may come late, go away and come back while Octavo runs (its daemon is restarted, the
//! person starts it after reading that there is none), so the connection to it is made anew when the
//! old one no longer serves. Calls may block for ever behind a password prompt, so each runs on a
//! thread of its own with a time limit, never on the runtime's.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keyring::{Entry, Error};
use keyring_core::CredentialStore;
use octavo_contract::VaultStatus;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{mpsc, oneshot};

use crate::CoreError;

/// The keychain items of Octavo carry this service name.
const SERVICE: &str = "Octavo";
/// An item that is never there: asking for it tells whether anyone answers.
const NO_ITEM: &str = "nothing";
/// How long a keychain may think. A password prompt that the person is answering takes this long.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a mere question about its state may take.
const SHORT_PATIENCE: Duration = Duration::from_secs(3);

/// The keychain of this system.
#[derive(Default)]
pub(super) struct Keychain(Worker);

impl Keychain {
    /// The item of that name, if there is one.
    pub(super) async fn get(&self, name: &str) -> Result<Option<SecretString>, CoreError> {
        self.ask(name, password).await
    }

    /// Keeps an item, replacing one of that name. It is durable when this returns.
    pub(super) async fn set(&self, name: &str, item: SecretString) -> Result<(), CoreError> {
        self.ask(name, move |entry| entry.set_password(item.expose_secret()))
            .await
    }

    /// Removes an item; one that is not there is removed already.
    pub(super) async fn delete(&self, name: &str) -> Result<(), CoreError> {
        self.ask(name, |entry| match entry.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error),
        })
        .await
    }

    /// Whether the keychain answers, without asking it for a secret.
    pub(super) async fn status(&self) -> VaultStatus {
        match self.ask_within(SHORT_PATIENCE, NO_ITEM, password).await {
            Ok(_) => VaultStatus::Ready,
            Err(CoreError::KeychainLocked | CoreError::KeychainSilent) => VaultStatus::Locked,
            Err(_) => VaultStatus::Absent,
        }
    }

    async fn ask<T: Send + 'static>(
        &self,
        name: &str,
        question: impl Fn(&Entry) -> keyring::Result<T> + Send + 'static,
    ) -> Result<T, CoreError> {
        self.ask_within(PATIENCE, name, question).await
    }

    /// Asks about one item. Every question may be asked twice.
    async fn ask_within<T: Send + 'static>(
        &self,
        patience: Duration,
        name: &str,
        question: impl Fn(&Entry) -> keyring::Result<T> + Send + 'static,
    ) -> Result<T, CoreError> {
        let name = name.to_owned();
        let job = move |connection: &mut Connection| connection.ask(&name, question);
        self.0.ask(patience, job).await
    }
}

fn password(entry: &Entry) -> keyring::Result<Option<SecretString>> {
    match entry.get_password() {
        Ok(item) => Ok(Some(SecretString::from(item))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The connection to the keychain, as long as it serves. It stays on the thread that made it: closing
/// it may block.
#[derive(Default)]
struct Connection(Option<Arc<CredentialStore>>);

impl Connection {
    fn ask<T>(
        &mut self,
        name: &str,
        question: impl Fn(&Entry) -> keyring::Result<T>,
    ) -> keyring::Result<T> {
        let was_open = self.0.is_some();
        match question(&self.entry(name)?) {
            // A keychain that was started anew knows nothing of a connection to the old one.
            Err(Error::PlatformFailure(error)) => {
                tracing::debug!(%error, was_open, "the keychain failed");
                self.0 = None;
                if was_open {
                    question(&self.entry(name)?)
                } else {
                    Err(Error::PlatformFailure(error))
                }
            }
            answer => answer,
        }
    }

    fn entry(&mut self, name: &str) -> keyring::Result<Entry> {
        let store = match self.0.take() {
            Some(store) => store,
            None => system_store()?,
        };
        let inner = self.0.insert(store).build(SERVICE, name, None)?;
        Ok(Entry { inner })
    }
}

/// The keychain that belongs to this system.
fn system_store() -> keyring::Result<Arc<CredentialStore>> {
    #[cfg(target_os = "macos")]
    let store = apple_native_keyring_store::keychain::Store::new()?;
    #[cfg(windows)]
    let store = windows_native_keyring_store::Store::new()?;
    #[cfg(all(unix, not(target_os = "macos")))]
    let store = zbus_secret_service_keyring_store::Store::new().map_err(|error| {
        tracing::debug!(%error, "no Secret Service");
        Error::NoDefaultStore
    })?;
    Ok(store)
}

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// The thread that talks to the keychain. A call that outlasts its limit leaves its thread behind:
/// the next call starts a new one.
#[derive(Default)]
struct Worker(Mutex<Option<mpsc::UnboundedSender<Job>>>);

impl Worker {
    async fn ask<T: Send + 'static>(
        &self,
        patience: Duration,
        job: impl FnOnce(&mut Connection) -> keyring::Result<T> + Send + 'static,
    ) -> Result<T, CoreError> {
        let (reply, answer) = oneshot::channel();
        self.submit(Box::new(move |connection| {
            // Nobody listens any more when the time limit has passed: then the answer is dropped.
            let _ignored = reply.send(job(connection));
        }));
        match tokio::time::timeout(patience, answer).await {
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(Ok(Err(error))) => Err(sorted(&error)),
            Ok(Err(_)) => Err(CoreError::Keychain("its thread ended".to_owned())),
            Err(_) => {
                *lock(&self.0) = None;
                Err(CoreError::KeychainSilent)
            }
        }
    }

    fn submit(&self, job: Job) {
        let mut slot = lock(&self.0);
        let worker = match slot.take() {
            Some(worker) if !worker.is_closed() => worker,
            _ => start_worker(),
        };
        // The receiver lives as long as its thread, which ends only when every sender is gone.
        let _ignored = worker.send(job);
        *slot = Some(worker);
    }
}

fn start_worker() -> mpsc::UnboundedSender<Job> {
    let (sender, mut jobs) = mpsc::unbounded_channel::<Job>();
    let spawned = std::thread::Builder::new()
        .name("keychain".to_owned())
        .spawn(move || {
            let mut connection = Connection::default();
            while let Some(job) = jobs.blocking_recv() {
                job(&mut connection);
            }
        });
    if let Err(error) = spawned {
        tracing::error!(%error, "no thread for the keychain");
    }
    sender
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells a locked keychain from an absent one.
fn sorted(error: &Error) -> CoreError {
    match error {
        Error::NoDefaultStore => CoreError::KeychainAbsent,
        Error::NoStorageAccess(_) => CoreError::KeychainLocked,
        other => {
            let text = format!("{other} {other:?}").to_lowercase();
            if text.contains("islocked") || text.contains("is locked") || text.contains("prompt") {
                CoreError::KeychainLocked
            } else if text.contains("serviceunknown")
                || text.contains("noreply")
                || text.contains("disconnected")
                || text.contains("namehasnoowner")
            {
                CoreError::KeychainAbsent
            } else {
                CoreError::Keychain(other.to_string())
            }
        }
    }
}
