//! Tokens, kept by the system's keychain and nowhere else.
//!
//! One keychain item per account, a JSON value written whole. Keychain calls may block for ever
//! behind a password prompt, so each runs on a thread of its own with a time limit, never on the
//! runtime's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use octavo_contract::VaultStatus;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

use crate::config::VaultKind;
use crate::{CoreError, redact};

/// The keychain items of Octavo carry this service name.
const SERVICE: &str = "Octavo";
/// How long a keychain may think. A password prompt that the person is answering takes this long.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a mere question about its state may take.
const SHORT_PATIENCE: Duration = Duration::from_secs(3);

type Job = Box<dyn FnOnce() + Send>;

/// Where the tokens are.
#[derive(Clone)]
pub(crate) struct Vault(Arc<Kind>);

enum Kind {
    Keychain(Worker),
    Memory {
        items: Mutex<HashMap<String, SecretString>>,
        default: Option<SecretString>,
    },
}

/// What is stored for one account.
#[derive(Serialize, Deserialize)]
struct Item {
    access_token: String,
}

impl Vault {
    pub(crate) fn new(kind: VaultKind, memory_token: Option<SecretString>) -> Self {
        if let Some(token) = &memory_token {
            redact::remember(token);
        }
        Self(Arc::new(match kind {
            VaultKind::Keychain => Kind::Keychain(Worker::default()),
            VaultKind::Memory => Kind::Memory {
                items: Mutex::default(),
                default: memory_token,
            },
        }))
    }

    /// Keeps the token of `account`, replacing an older one. It is durable when this returns.
    pub(crate) async fn store(&self, account: &str, token: &SecretString) -> Result<(), CoreError> {
        redact::remember(token);
        match &*self.0 {
            Kind::Memory { items, .. } => {
                lock(items).insert(account.to_owned(), token.clone());
                Ok(())
            }
            Kind::Keychain(worker) => {
                let item = Item {
                    access_token: token.expose_secret().to_owned(),
                };
                let item = SecretString::from(
                    serde_json::to_string(&item).map_err(|e| CoreError::Keychain(e.to_string()))?,
                );
                let account = account.to_owned();
                worker
                    .ask(PATIENCE, move || {
                        let entry = keyring::Entry::new(SERVICE, &account)?;
                        entry.set_password(item.expose_secret())
                    })
                    .await
            }
        }
    }

    /// The token of `account`, if there is one.
    pub(crate) async fn token(&self, account: &str) -> Result<Option<SecretString>, CoreError> {
        match &*self.0 {
            Kind::Memory { items, default } => Ok(lock(items)
                .get(account)
                .cloned()
                .or_else(|| default.clone())),
            Kind::Keychain(worker) => {
                let account = account.to_owned();
                let found = worker
                    .ask(PATIENCE, move || {
                        let entry = keyring::Entry::new(SERVICE, &account)?;
                        match entry.get_password() {
                            Ok(item) => Ok(Some(SecretString::from(item))),
                            Err(keyring::Error::NoEntry) => Ok(None),
                            Err(error) => Err(error),
                        }
                    })
                    .await?;
                let Some(item) = found else { return Ok(None) };
                let item: Item = serde_json::from_str(item.expose_secret())
                    .map_err(|_| CoreError::Keychain("the stored item is damaged".to_owned()))?;
                let token = SecretString::from(item.access_token);
                redact::remember(&token);
                Ok(Some(token))
            }
        }
    }

    /// Forgets the token of `account`.
    pub(crate) async fn forget(&self, account: &str) -> Result<(), CoreError> {
        match &*self.0 {
            Kind::Memory { items, .. } => {
                lock(items).remove(account);
                Ok(())
            }
            Kind::Keychain(worker) => {
                let account = account.to_owned();
                worker
                    .ask(PATIENCE, move || {
                        match keyring::Entry::new(SERVICE, &account)?.delete_credential() {
                            Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
                            Err(error) => Err(error),
                        }
                    })
                    .await
            }
        }
    }

    /// Whether the vault answers, without asking it for a secret.
    pub(crate) async fn status(&self) -> VaultStatus {
        match &*self.0 {
            Kind::Memory { .. } => VaultStatus::ThisRunOnly,
            Kind::Keychain(worker) => {
                let probe = worker.ask(SHORT_PATIENCE, || match keyring::Entry::store_status() {
                    Ok(()) => Ok(()),
                    Err(_) => Err(keyring::Error::NoDefaultStore),
                });
                match probe.await {
                    Ok(()) => VaultStatus::Ready,
                    Err(CoreError::KeychainLocked | CoreError::KeychainSilent) => {
                        VaultStatus::Locked
                    }
                    Err(_) => VaultStatus::Absent,
                }
            }
        }
    }
}

/// The thread that talks to the keychain. A call that outlasts its limit leaves its thread behind:
/// the next call starts a new one.
#[derive(Default)]
struct Worker(Mutex<Option<mpsc::UnboundedSender<Job>>>);

impl Worker {
    async fn ask<T: Send + 'static>(
        &self,
        patience: Duration,
        question: impl FnOnce() -> keyring::Result<T> + Send + 'static,
    ) -> Result<T, CoreError> {
        let (reply, answer) = oneshot::channel();
        self.submit(Box::new(move || {
            // Nobody listens any more when the time limit has passed: then the answer is dropped.
            let _ignored = reply.send(question());
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
            while let Some(job) = jobs.blocking_recv() {
                job();
            }
        });
    if let Err(error) = spawned {
        tracing::error!(%error, "no thread for the keychain");
    }
    sender
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells a locked keychain from an absent one.
fn sorted(error: &keyring::Error) -> CoreError {
    match error {
        keyring::Error::NoDefaultStore => CoreError::KeychainAbsent,
        keyring::Error::NoStorageAccess(_) => CoreError::KeychainLocked,
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
