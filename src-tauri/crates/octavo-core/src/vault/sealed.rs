//! A vault for computers without a keychain: files that only a passphrase opens.
//!
//! Two files of the age format (age-encryption.org/v1). `key.age` holds a key pair and is sealed with
//! the passphrase (scrypt), which is slow on purpose; `items.age` holds all items and is sealed with that
//! key, so that keeping a renewed token costs no second look at the passphrase. A forgotten passphrase
//! cannot be found out: it means signing in again, and no note is lost.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::sync::{Arc, Mutex, PoisonError};

use age::{scrypt, x25519};
use octavo_contract::VaultStatus;
use secrecy::{ExposeSecret as _, SecretString, zeroize::Zeroize as _};

use crate::CoreError;
use crate::config::private_dir;

const KEY: &str = "key.age";
const ITEMS: &str = "items.age";
const LOCK: &str = "lock";
/// The cost of one try at the passphrase: 2^17 blocks take 128 MiB and near half a second. What is built
/// for tests is many times slower, and guards nothing.
const COST: u8 = if cfg!(debug_assertions) { 10 } else { 17 };
/// A file that asks for more than this was not written by Octavo.
const HIGHEST_COST: u8 = 20;
/// A passphrase shorter than this is no protection.
const SHORTEST: usize = 8;

/// The sealed vault of one data folder. Cheap to clone.
#[derive(Clone)]
pub(super) struct Sealed(Arc<Inner>);

struct Inner {
    dir: PathBuf,
    key: Mutex<Option<Key>>,
}

/// What opens the items.
#[derive(Clone)]
struct Key(Arc<x25519::Identity>);

impl Sealed {
    /// The vault in this folder, closed. It need not be there yet.
    pub(super) fn at(dir: PathBuf) -> Self {
        Self(Arc::new(Inner {
            dir,
            key: Mutex::default(),
        }))
    }

    /// Makes the vault, open and empty, in place of one that may be there.
    pub(super) async fn make(&self, passphrase: SecretString) -> Result<(), CoreError> {
        if passphrase.expose_secret().chars().count() < SHORTEST {
            return Err(CoreError::BadRequest(format!(
                "A passphrase needs at least {SHORTEST} characters. Several words are easy to keep in mind."
            )));
        }
        self.blocking(move |inner| {
            private_dir(&inner.dir)?;
            let _lock = inner.lock()?;
            let identity = x25519::Identity::generate();
            let mut seal = scrypt::Recipient::new(passphrase.expose_secret().into());
            seal.set_work_factor(COST);
            let text = identity.to_string();
            let sealed = age::encrypt(&seal, text.expose_secret().as_bytes())
                .map_err(|error| failed(&error))?;
            let key = Key(Arc::new(identity));
            inner.write_items(&key, &BTreeMap::new())?;
            inner.write(KEY, &sealed)?;
            *inner.key() = Some(key);
            Ok(())
        })
        .await
    }

    /// Opens the vault for as long as this process lives.
    pub(super) async fn open(&self, passphrase: SecretString) -> Result<(), CoreError> {
        self.blocking(move |inner| inner.open(&passphrase)).await
    }

    /// Forgets the key: the passphrase is asked for again.
    pub(super) fn close(&self) {
        *self.0.key() = None;
    }

    /// Takes the vault away, with all that is in it.
    pub(super) async fn remove(&self) -> Result<(), CoreError> {
        self.blocking(|inner| {
            *inner.key() = None;
            for name in [ITEMS, KEY] {
                let path = inner.dir.join(name);
                match std::fs::remove_file(&path) {
                    Err(error) if error.kind() != ErrorKind::NotFound => {
                        return Err(CoreError::file(&path, error));
                    }
                    _ => {}
                }
            }
            Ok(())
        })
        .await
    }

    pub(super) async fn get(&self, name: &str) -> Result<Option<SecretString>, CoreError> {
        let name = name.to_owned();
        self.blocking(move |inner| {
            let key = inner.opened()?;
            let mut items = inner.items(&key)?;
            let item = items.remove(&name).map(SecretString::from);
            wipe(items);
            Ok(item)
        })
        .await
    }

    /// Keeps an item. It is durable when this returns.
    pub(super) async fn set(&self, name: &str, item: SecretString) -> Result<(), CoreError> {
        let name = name.to_owned();
        self.change(move |items| {
            items.insert(name, item.expose_secret().to_owned());
        })
        .await
    }

    pub(super) async fn delete(&self, name: &str) -> Result<(), CoreError> {
        let name = name.to_owned();
        self.change(move |items| {
            if let Some(mut item) = items.remove(&name) {
                item.zeroize();
            }
        })
        .await
    }

    pub(super) fn status(&self) -> VaultStatus {
        if self.0.key().is_some() {
            VaultStatus::Ready
        } else {
            VaultStatus::Locked
        }
    }

    async fn change(
        &self,
        change: impl FnOnce(&mut BTreeMap<String, String>) + Send + 'static,
    ) -> Result<(), CoreError> {
        self.blocking(move |inner| {
            let key = inner.opened()?;
            // Another process may write too: what it wrote is read inside the lock.
            let _lock = inner.lock()?;
            let mut items = inner.items(&key)?;
            change(&mut items);
            let written = inner.write_items(&key, &items);
            wipe(items);
            written
        })
        .await
    }

    /// Files, and above all the passphrase, take their time.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, CoreError> + Send + 'static,
    ) -> Result<T, CoreError> {
        let inner = Arc::clone(&self.0);
        tokio::task::spawn_blocking(move || work(&inner))
            .await
            .map_err(|_| CoreError::Keychain("the sealed vault's task ended".to_owned()))?
    }
}

impl Inner {
    fn key(&self) -> std::sync::MutexGuard<'_, Option<Key>> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key, if the vault is open.
    fn opened(&self) -> Result<Key, CoreError> {
        self.key().clone().ok_or(CoreError::VaultClosed)
    }

    fn open(&self, passphrase: &SecretString) -> Result<(), CoreError> {
        let path = self.dir.join(KEY);
        let sealed = std::fs::read(&path).map_err(|error| CoreError::file(&path, error))?;
        let mut opener = scrypt::Identity::new(passphrase.expose_secret().into());
        opener.set_max_work_factor(HIGHEST_COST);
        let mut text = match age::decrypt(&opener, &sealed) {
            Ok(text) => text,
            Err(age::DecryptError::DecryptionFailed | age::DecryptError::KeyDecryptionFailed) => {
                return Err(CoreError::WrongPassphrase);
            }
            Err(error) => return Err(failed(&error)),
        };
        let identity = std::str::from_utf8(&text)
            .ok()
            .and_then(|text| x25519::Identity::from_str(text).ok());
        text.zeroize();
        let key = Key(Arc::new(identity.ok_or_else(damaged)?));
        *self.key() = Some(key);
        Ok(())
    }

    fn items(&self, key: &Key) -> Result<BTreeMap<String, String>, CoreError> {
        let path = self.dir.join(ITEMS);
        let sealed = match std::fs::read(&path) {
            Ok(sealed) => sealed,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => return Err(CoreError::file(&path, error)),
        };
        match age::decrypt(&*key.0, &sealed) {
            Ok(mut text) => {
                let items = serde_json::from_slice(&text).map_err(|_| damaged());
                text.zeroize();
                items
            }
            // It was made anew with another passphrase, by another process.
            Err(age::DecryptError::NoMatchingKeys) => {
                *self.key() = None;
                Err(CoreError::VaultClosed)
            }
            Err(error) => Err(failed(&error)),
        }
    }

    fn write_items(&self, key: &Key, items: &BTreeMap<String, String>) -> Result<(), CoreError> {
        let mut text = serde_json::to_vec(items).map_err(|_| damaged())?;
        let sealed = age::encrypt(&key.0.to_public(), &text).map_err(|error| failed(&error));
        text.zeroize();
        self.write(ITEMS, &sealed?)
    }

    /// Puts a whole file in the place of the old one: whenever the process ends, one of them is there.
    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), CoreError> {
        let path = self.dir.join(name);
        let fresh = self.dir.join(format!("{name}.new"));
        let write = || -> std::io::Result<()> {
            let mut options = OpenOptions::new();
            options.create(true).truncate(true).write(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&fresh)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            std::fs::rename(&fresh, &path)
        };
        write().map_err(|error| CoreError::file(&path, error))?;
        sync(&self.dir)
    }

    fn lock(&self) -> Result<File, CoreError> {
        let path = self.dir.join(LOCK);
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let locked = options.open(&path).and_then(|file| {
            file.lock()?;
            Ok(file)
        });
        locked.map_err(|error| CoreError::file(&path, error))
    }
}

/// Windows cannot open a folder for this, and does not need it.
fn sync(dir: &Path) -> Result<(), CoreError> {
    if cfg!(unix) {
        File::open(dir)
            .and_then(|dir| dir.sync_all())
            .map_err(|error| CoreError::file(dir, error))?;
    }
    Ok(())
}

fn wipe(items: BTreeMap<String, String>) {
    for mut item in items.into_values() {
        item.zeroize();
    }
}

/// The library's words name formats and headers, never what is in them.
fn failed(error: &dyn std::fmt::Display) -> CoreError {
    CoreError::Keychain(format!("the sealed vault cannot be used ({error})"))
}

fn damaged() -> CoreError {
    CoreError::Keychain("the sealed vault is damaged".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    #[tokio::test]
    async fn items_survive_and_only_the_passphrase_opens_them() {
        let dir = tempfile::TempDir::new().unwrap();
        let at = dir.path().join("vault");
        let vault = Sealed::at(at.clone());
        let short = vault.make(secret("short")).await.unwrap_err();
        assert!(matches!(short, CoreError::BadRequest(_)));
        vault.make(secret("correct horse battery")).await.unwrap();
        vault.set("ada", secret("ntn_marked_secret")).await.unwrap();
        vault.set("grace", secret("ntn_other")).await.unwrap();
        vault.delete("grace").await.unwrap();

        let again = Sealed::at(at.clone());
        assert_eq!(again.status(), VaultStatus::Locked);
        assert!(matches!(
            again.get("ada").await,
            Err(CoreError::VaultClosed)
        ));
        let wrong = again.open(secret("wrong horse battery")).await;
        assert!(
            matches!(wrong, Err(CoreError::WrongPassphrase)),
            "{wrong:?}"
        );
        again.open(secret("correct horse battery")).await.unwrap();
        let held = again.get("ada").await.unwrap().unwrap();
        assert_eq!(held.expose_secret(), "ntn_marked_secret");
        assert!(again.get("grace").await.unwrap().is_none());
        for entry in std::fs::read_dir(&at).unwrap() {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            assert!(
                !text.contains("marked") && !text.contains("horse"),
                "{path:?}"
            );
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
            }
        }
        again.close();
        assert!(matches!(
            again.get("ada").await,
            Err(CoreError::VaultClosed)
        ));
    }

    #[tokio::test]
    async fn two_processes_lose_nothing_of_each_other() {
        let dir = tempfile::TempDir::new().unwrap();
        let at = dir.path().join("vault");
        Sealed::at(at.clone())
            .make(secret("correct horse battery"))
            .await
            .unwrap();
        let both = [Sealed::at(at.clone()), Sealed::at(at.clone())];
        for vault in &both {
            vault.open(secret("correct horse battery")).await.unwrap();
        }
        let writes = (0..40).map(|number| {
            let vault = &both[number % 2];
            async move { vault.set(&format!("item {number}"), secret("x")).await }
        });
        for written in futures::future::join_all(writes).await {
            written.unwrap();
        }
        for number in 0..40 {
            let held = both[0].get(&format!("item {number}")).await.unwrap();
            assert!(held.is_some(), "item {number}");
        }
    }
}
