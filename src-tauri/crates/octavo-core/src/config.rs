//! Where things are: folders, Notion's address, the vault.

use std::path::{Path, PathBuf};

use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
use secrecy::SecretString;
use url::Url;

use crate::CoreError;

/// What keeps the tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaultKind {
    /// The keychain of the system.
    Keychain,
    /// Files in the data folder that a passphrase opens.
    Sealed,
    /// This process only.
    Memory,
}

/// Everything the core needs to know before it opens.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder that holds all of Octavo's data.
    pub data_dir: PathBuf,
    /// Notion's address without `/v1`.
    pub notion_url: Url,
    /// What keeps the tokens.
    pub vault: VaultKind,
    /// The token every account uses when the vault is [`VaultKind::Memory`] and holds none.
    pub memory_token: Option<SecretString>,
    /// The broker's address, ending in a slash, through which people sign in in the browser.
    pub broker_url: Option<Url>,
    /// Whether this is the sample workspace.
    pub sample: bool,
    /// How many bytes of a note's text one request carries at most; see [`Config::REQUEST_ROOM`].
    pub request_room: usize,
}

const NOTION: &str = "https://api.notion.com";

impl Config {
    /// A request may carry 500 KB (Notion's request limits); some of it is not text, and a change repeats a
    /// little of what is around it.
    pub const REQUEST_ROOM: usize = 400_000;

    /// Reads `OCTAVO_DATA_DIR`, `OCTAVO_NOTION_URL`, `OCTAVO_BROKER_URL`, `OCTAVO_VAULT` (`keychain`
    /// or what the person chose instead of it, `sealed`, or `memory`) and `OCTAVO_TOKEN`.
    ///
    /// Without `OCTAVO_DATA_DIR` the data is in the platform's own folder for it (on Linux
    /// `$XDG_DATA_HOME/octavo`).
    ///
    /// # Errors
    /// A variable that is set to something that cannot be meant.
    pub fn from_env() -> Result<Self, CoreError> {
        let data_dir = match std::env::var_os("OCTAVO_DATA_DIR") {
            Some(dir) if !dir.is_empty() => PathBuf::from(dir),
            _ => default_data_dir()?,
        };
        let notion_url = notion_url(std::env::var("OCTAVO_NOTION_URL").ok())?;
        let broker_url = broker_url(std::env::var("OCTAVO_BROKER_URL").ok())?;
        let vault = match std::env::var("OCTAVO_VAULT").as_deref() {
            Err(_) | Ok("" | "keychain") => VaultKind::Keychain,
            Ok("sealed") => VaultKind::Sealed,
            Ok("memory") => VaultKind::Memory,
            Ok(other) => {
                return Err(CoreError::BadSetting {
                    name: "OCTAVO_VAULT",
                    value: other.to_owned(),
                    expected: "use keychain, sealed or memory",
                });
            }
        };
        let memory_token = std::env::var("OCTAVO_TOKEN")
            .ok()
            .filter(|token| !token.is_empty())
            .map(SecretString::from);
        Ok(Self {
            data_dir,
            notion_url,
            vault,
            memory_token,
            broker_url,
            sample: false,
            request_room: Self::REQUEST_ROOM,
        })
    }

    pub(crate) fn app_database(&self) -> PathBuf {
        self.data_dir.join("app.db")
    }

    pub(crate) fn account_dir(&self, account: &str) -> PathBuf {
        self.data_dir.join("accounts").join(account)
    }
}

fn notion_url(value: Option<String>) -> Result<Url, CoreError> {
    let text = value
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| NOTION.to_owned());
    safe_url("OCTAVO_NOTION_URL", &text)
}

/// An address that tokens may be sent to: they never cross a network in the clear.
fn safe_url(name: &'static str, text: &str) -> Result<Url, CoreError> {
    let bad = |expected| CoreError::BadSetting {
        name,
        value: text.to_owned(),
        expected,
    };
    let url = Url::parse(text).map_err(|_| bad("it must be an address like https://host"))?;
    let local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() == "https" || (url.scheme() == "http" && local) {
        Ok(url)
    } else {
        Err(bad(
            "it must begin with https, or with http for this computer",
        ))
    }
}

/// The broker of whoever distributes this build; a variable names another.
fn broker_url(value: Option<String>) -> Result<Option<Url>, CoreError> {
    let built_in = option_env!("OCTAVO_DEFAULT_BROKER_URL").map(str::to_owned);
    let Some(mut text) = value.or(built_in).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    if !text.ends_with('/') {
        text.push('/');
    }
    safe_url("OCTAVO_BROKER_URL", &text).map(Some)
}

fn default_data_dir() -> Result<PathBuf, CoreError> {
    let strategy = choose_app_strategy(AppStrategyArgs {
        top_level_domain: "org".to_owned(),
        author: "Octavo".to_owned(),
        app_name: "Octavo".to_owned(),
    })
    .map_err(|_| CoreError::BadSetting {
        name: "HOME",
        value: String::new(),
        expected: "set it to your home folder, or set OCTAVO_DATA_DIR",
    })?;
    Ok(strategy.data_dir())
}

/// Makes a folder, and those above it, that only this user can enter.
pub(crate) fn private_dir(path: &Path) -> Result<(), CoreError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|error| CoreError::file(path, error))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let found = std::fs::metadata(path).map_err(|error| CoreError::file(path, error))?;
        if found.permissions().mode() & 0o777 != 0o700 {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
                .map_err(|error| CoreError::file(path, error))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_never_crosses_a_network_in_the_clear() {
        assert!(notion_url(Some("http://example.org".to_owned())).is_err());
        assert!(notion_url(Some("http://127.0.0.1:99".to_owned())).is_ok());
        assert!(notion_url(Some("nonsense".to_owned())).is_err());
        assert_eq!(
            notion_url(None).unwrap().as_str(),
            "https://api.notion.com/"
        );
    }
}
