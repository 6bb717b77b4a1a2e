//! What an operator sets, and the environment it is read from.

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use notion_api::is_loopback;
use secrecy::SecretString;
use url::Url;

use crate::clock::Clock;
use crate::error::BrokerError;
use crate::keys::StateKeys;

const LISTEN: &str = "OCTAVO_BROKER_LISTEN";
const PUBLIC_URL: &str = "OCTAVO_BROKER_PUBLIC_URL";
const CLIENT_ID: &str = "OCTAVO_BROKER_CLIENT_ID";
const CLIENT_SECRET: &str = "OCTAVO_BROKER_CLIENT_SECRET";
const CLIENT_SECRET_FILE: &str = "OCTAVO_BROKER_CLIENT_SECRET_FILE";
pub(crate) const STATE_KEY: &str = "OCTAVO_BROKER_STATE_KEY";
const STATE_KEY_FILE: &str = "OCTAVO_BROKER_STATE_KEY_FILE";
const NOTION_URL: &str = "OCTAVO_NOTION_URL";
const TRUST_PROXY: &str = "OCTAVO_BROKER_TRUST_PROXY";
const RATE: &str = "OCTAVO_BROKER_RATE_PER_MINUTE";
const BURST: &str = "OCTAVO_BROKER_RATE_BURST";

/// How many requests one client address may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// What flows back into an address's bucket in a minute.
    pub per_minute: NonZeroU32,
    /// What the bucket holds when full.
    pub burst: NonZeroU32,
}

impl Default for RateLimit {
    fn default() -> Self {
        // A sign-in takes three requests, a refresh one: room for an office behind one address.
        Self {
            per_minute: NonZeroU32::MIN.saturating_add(59),
            burst: NonZeroU32::MIN.saturating_add(29),
        }
    }
}

/// Everything the broker needs to know. Its `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address browsers reach this broker at. `None` means `http://localhost:` and the port it
    /// listens on, which is what a test wants.
    pub public_url: Option<Url>,
    /// The public connection's id at Notion.
    pub client_id: String,
    /// The public connection's secret at Notion.
    pub client_secret: SecretString,
    /// The keys that sign states and seal codes.
    pub state_keys: StateKeys,
    /// Where Notion is.
    pub notion_url: Url,
    /// How many requests one client address may send.
    pub rate: RateLimit,
    /// Whether the last address of `X-Forwarded-For` is the client's.
    pub trust_proxy: bool,
    /// How long Notion may take to answer.
    pub notion_timeout: Duration,
    /// The time.
    pub clock: Clock,
}

impl Config {
    /// A configuration with a free port on loopback and the defaults for everything else.
    pub fn new(
        client_id: impl Into<String>,
        client_secret: SecretString,
        state_keys: StateKeys,
        notion_url: Url,
    ) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            public_url: None,
            client_id: client_id.into(),
            client_secret,
            state_keys,
            notion_url,
            rate: RateLimit::default(),
            trust_proxy: false,
            notion_timeout: Duration::from_secs(20),
            clock: Clock::default(),
        }
    }

    /// Reads the process's environment; the crate's page lists the variables.
    pub fn from_env() -> Result<Self, BrokerError> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads an environment given as a function from a variable's name to its value.
    ///
    /// Every missing variable is named at once, so that an operator sets them in one go.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, BrokerError> {
        let set = |name: &str| {
            lookup(name)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let public_url = set(PUBLIC_URL);
        let client_id = set(CLIENT_ID);
        let client_secret = secret(&set, CLIENT_SECRET, CLIENT_SECRET_FILE)?;
        let state_key = secret(&set, STATE_KEY, STATE_KEY_FILE)?;
        let (Some(public_url), Some(client_id), Some(client_secret), Some(state_key)) =
            (&public_url, &client_id, &client_secret, &state_key)
        else {
            let found = [
                (PUBLIC_URL, public_url.is_some()),
                (CLIENT_ID, client_id.is_some()),
                (CLIENT_SECRET, client_secret.is_some()),
                (STATE_KEY, state_key.is_some()),
            ];
            let missing = found.into_iter().filter(|(_, there)| !there);
            return Err(BrokerError::Missing(
                missing.map(|(name, _)| name).collect(),
            ));
        };
        let notion = set(NOTION_URL).unwrap_or_else(|| "https://api.notion.com".to_owned());
        let listen = set(LISTEN).unwrap_or_else(|| "127.0.0.1:8787".to_owned());
        let default = RateLimit::default();
        Ok(Self {
            listen: listen.parse().map_err(|_| {
                BrokerError::invalid(LISTEN, "must be an address and a port, as 127.0.0.1:8787")
            })?,
            public_url: Some(parse_public_url(public_url)?),
            rate: RateLimit {
                per_minute: number(&set, RATE)?.unwrap_or(default.per_minute),
                burst: number(&set, BURST)?.unwrap_or(default.burst),
            },
            trust_proxy: switch(&set, TRUST_PROXY)?,
            ..Self::new(
                client_id.clone(),
                client_secret.clone(),
                StateKeys::parse(state_key)?,
                parse_notion_url(&notion)?,
            )
        })
    }
}

/// A secret from its own variable, or from the file that another variable names.
fn secret(
    set: &impl Fn(&str) -> Option<String>,
    name: &'static str,
    file_name: &'static str,
) -> Result<Option<SecretString>, BrokerError> {
    match (set(name), set(file_name)) {
        (Some(_), Some(_)) => Err(BrokerError::invalid(
            name,
            format!("and {file_name} are both set: keep one"),
        )),
        (Some(value), None) => Ok(Some(SecretString::from(value))),
        (None, Some(path)) => match std::fs::read_to_string(&path) {
            Ok(text) if !text.trim().is_empty() => Ok(Some(SecretString::from(text.trim()))),
            Ok(_) => Err(BrokerError::invalid(file_name, "names an empty file")),
            Err(error) => Err(BrokerError::invalid(
                file_name,
                format!("names a file that cannot be read: {error}"),
            )),
        },
        (None, None) => Ok(None),
    }
}

fn number(
    set: &impl Fn(&str) -> Option<String>,
    name: &'static str,
) -> Result<Option<NonZeroU32>, BrokerError> {
    set(name)
        .map(|value| {
            value
                .parse()
                .map_err(|_| BrokerError::invalid(name, "must be a whole number above 0"))
        })
        .transpose()
}

fn switch(set: &impl Fn(&str) -> Option<String>, name: &'static str) -> Result<bool, BrokerError> {
    match set(name).as_deref() {
        Some("1" | "true") => Ok(true),
        None | Some("0" | "false") => Ok(false),
        // A switch that weakens a limit must not be set by a slip.
        Some(_) => Err(BrokerError::invalid(name, "must be 0 or 1")),
    }
}

/// Checks what Notion checks of a registered redirect: `https`, or `http` on `localhost` by name.
fn parse_public_url(value: &str) -> Result<Url, BrokerError> {
    let wrong = |why: &str| BrokerError::invalid(PUBLIC_URL, why);
    let url = Url::parse(value).map_err(|_| wrong("is not an address"))?;
    let bare = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    match url.scheme() {
        _ if !bare => Err(wrong("must have no user, query or fragment")),
        "https" => Ok(url),
        "http" if url.host_str() == Some("localhost") => Ok(url),
        _ => Err(wrong("must begin with https:// or http://localhost")),
    }
}

/// The client secret travels there, so plain `http` is only for this computer.
fn parse_notion_url(value: &str) -> Result<Url, BrokerError> {
    let wrong = |why: &str| BrokerError::invalid(NOTION_URL, why);
    let url = Url::parse(value).map_err(|_| wrong("is not an address"))?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(wrong("must be https, or http on this computer")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use secrecy::ExposeSecret as _;

    use super::*;

    const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    fn read(change: &[(&str, &str)]) -> Result<Config, BrokerError> {
        let mut all = BTreeMap::from([
            (PUBLIC_URL, "https://sign-in.example.org"),
            (CLIENT_ID, "an-id"),
            (CLIENT_SECRET, "hush-hush"),
            (STATE_KEY, KEY),
        ]);
        all.extend(change.iter().copied());
        Config::from_lookup(|name| all.get(name).map(ToString::to_string))
    }

    #[test]
    fn the_defaults_are_those_of_the_contract() {
        let config = read(&[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8787");
        assert_eq!(config.notion_url.as_str(), "https://api.notion.com/");
        assert!(!config.trust_proxy);
        assert_eq!(config.rate.per_minute.get(), 60);
        assert_eq!(config.rate.burst.get(), 30);
    }

    #[test]
    fn every_missing_variable_is_named() {
        let error = Config::from_lookup(|_| None).unwrap_err();
        assert!(error.is_configuration());
        let text = error.to_string();
        for name in [PUBLIC_URL, CLIENT_ID, CLIENT_SECRET, STATE_KEY] {
            assert!(text.contains(name), "{text}");
        }
        let text = read(&[(CLIENT_ID, "  ")]).unwrap_err().to_string();
        assert_eq!(text, format!("missing from the environment: {CLIENT_ID}"));
    }

    #[test]
    fn addresses_that_leak_or_that_notion_refuses_are_refused() {
        for url in [
            "http://example.org",
            "http://127.0.0.1:8787",
            "octavo://x",
            "https://a.example/?x=1",
            "https://user@a.example",
            "nonsense",
        ] {
            assert!(read(&[(PUBLIC_URL, url)]).is_err(), "{url}");
        }
        for url in ["https://a.example/octavo/", "http://localhost:8787"] {
            assert!(read(&[(PUBLIC_URL, url)]).is_ok(), "{url}");
        }
        assert!(read(&[(NOTION_URL, "http://notion.example")]).is_err());
        assert!(read(&[(NOTION_URL, "http://127.0.0.1:4000")]).is_ok());
    }

    #[test]
    fn slips_are_named_without_the_value() {
        for (name, value) in [
            (LISTEN, "zaphod"),
            (TRUST_PROXY, "zaphod"),
            (RATE, "0"),
            (BURST, "zaphod"),
            (STATE_KEY, "zaphod"),
            (CLIENT_SECRET_FILE, "/nonexistent/zaphod"),
        ] {
            let text = read(&[(name, value)]).unwrap_err().to_string();
            assert!(!text.contains("zaphod"), "{text}");
        }
    }

    #[test]
    fn a_secret_can_come_from_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "from a file\n").unwrap();
        let path = file.path().to_str().unwrap();
        let config = read(&[(CLIENT_SECRET, ""), (CLIENT_SECRET_FILE, path)]).unwrap();
        assert_eq!(config.client_secret.expose_secret(), "from a file");
        std::fs::write(file.path(), " \n").unwrap();
        assert!(read(&[(CLIENT_SECRET, ""), (CLIENT_SECRET_FILE, path)]).is_err());
    }

    #[test]
    fn debug_shows_no_secret() {
        let text = format!("{:?}", read(&[]).unwrap());
        assert!(!text.contains("hush-hush") && !text.contains(KEY), "{text}");
        assert!(!text.contains("0, 1, 2, 3, 4"), "{text}");
    }
}
