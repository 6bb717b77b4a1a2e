//! Where a model is, and how it is spoken to.

use secrecy::SecretString;
use url::{Host, Url};

use crate::ModelError;

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `POST …/chat/completions`, with a bearer token if any.
    OpenAi,
    /// `POST …/messages` with `x-api-key` and `anthropic-version`.
    Anthropic,
}

/// One model at one address.
#[derive(Debug, Clone)]
pub struct Endpoint {
    style: Style,
    base: Url,
    model: String,
    key: Option<SecretString>,
}

impl Endpoint {
    /// Takes the address up to and with `/v1`; `https`, or `http` for this computer only, so that
    /// neither a key nor a note crosses a network in the clear.
    ///
    /// # Errors
    /// The address is not such a one.
    pub fn new(
        style: Style,
        address: &str,
        model: &str,
        key: Option<SecretString>,
    ) -> Result<Self, ModelError> {
        let base = Url::parse(address.trim()).map_err(|_| ModelError::BadAddress)?;
        let plain = base.username().is_empty() && base.password().is_none();
        let bare = base.query().is_none() && base.fragment().is_none();
        let safe = base.scheme() == "https" || (base.scheme() == "http" && is_local(&base));
        if plain && bare && safe && base.has_host() {
            Ok(Self {
                style,
                base,
                model: model.trim().to_owned(),
                key,
            })
        } else {
            Err(ModelError::BadAddress)
        }
    }

    /// How it is spoken to.
    pub fn style(&self) -> Style {
        self.style
    }

    /// The model's name there.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The address as it was given.
    pub fn address(&self) -> &str {
        self.base.as_str()
    }

    /// The host and port, for people.
    pub fn host(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        match self.base.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// Whether what is sent there stays on this computer.
    pub fn is_local(&self) -> bool {
        is_local(&self.base)
    }

    pub(crate) fn key(&self) -> Option<&SecretString> {
        self.key.as_ref()
    }

    pub(crate) fn at(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let whole = format!("{}/{path}", self.base.path().trim_end_matches('/'));
        url.set_path(&whole);
        url
    }

    /// What the server is, where its own way matters.
    pub(crate) fn is_openai_itself(&self) -> bool {
        self.base.host_str() == Some("api.openai.com")
    }
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(address: &str) -> Result<Endpoint, ModelError> {
        Endpoint::new(Style::OpenAi, address, "m", None)
    }

    #[test]
    fn nothing_crosses_a_network_in_the_clear() {
        for address in [
            "http://example.org/v1",
            "http://127.0.0.1.example.org/v1",
            "http://localhost.example.org/v1",
            "http://192.168.0.2:11434/v1",
            "ftp://localhost/v1",
            "file:///etc/passwd",
            "https://me:word@example.org/v1",
            "https://example.org/v1?key=1",
            "example.org",
            "",
        ] {
            assert!(made(address).is_err(), "{address}");
        }
        for address in [
            "https://api.example.org/v1",
            "http://localhost:1/v1",
            "http://[::1]:1/v1",
        ] {
            assert!(made(address).is_ok(), "{address}");
        }
    }

    #[test]
    fn paths_are_put_behind_the_address() {
        for (address, whole) in [
            ("https://x.example/v1", "https://x.example/v1/models"),
            ("https://x.example/v1/", "https://x.example/v1/models"),
            ("https://x.example", "https://x.example/models"),
        ] {
            assert_eq!(made(address).unwrap().at("models").as_str(), whole);
        }
        assert!(!made("https://x.example/v1").unwrap().is_local());
        assert!(made("http://127.0.0.9:80/v1").unwrap().is_local());
    }
}
