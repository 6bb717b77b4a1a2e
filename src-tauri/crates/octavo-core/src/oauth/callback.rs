//! The address with which the browser comes back, by whichever road it reaches us.

use secrecy::SecretString;
use url::Url;

/// What a callback says. Each parameter counts only if it is there exactly once.
pub(crate) struct Callback {
    pub(crate) state: String,
    pub(crate) outcome: Outcome,
    /// It is the app's own link, as the broker's page makes it.
    pub(crate) is_link: bool,
}

/// Granted or refused.
pub(crate) enum Outcome {
    Code(SecretString),
    Refused(String),
}

/// Why an address is no callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotACallback {
    #[error("this is not an address")]
    NoAddress,
    #[error("this is not the address of a sign-in")]
    Elsewhere,
    #[error("the address is not complete")]
    Incomplete,
}

impl Callback {
    /// Reads an address: `octavo://oauth/callback?…` (with or without a slash before the question
    /// mark: providers and browsers add and drop it), or any http(s) address whose path ends in
    /// `/callback`, as a person pastes it.
    pub(crate) fn parse(address: &str) -> Result<Self, NotACallback> {
        let url = Url::parse(address.trim()).map_err(|_| NotACallback::NoAddress)?;
        let path = url.path().trim_end_matches('/');
        let ours = match url.scheme() {
            "octavo" => url.host_str() == Some("oauth") && path == "/callback",
            "http" | "https" => path.ends_with("/callback"),
            _ => false,
        };
        if !ours {
            return Err(NotACallback::Elsewhere);
        }
        let state = once(&url, "state")?.ok_or(NotACallback::Incomplete)?;
        let outcome = match (once(&url, "code")?, once(&url, "error")?) {
            (Some(code), None) => {
                let code = SecretString::from(code);
                crate::redact::remember(&code);
                Outcome::Code(code)
            }
            (None, Some(error)) => Outcome::Refused(error),
            _ => return Err(NotACallback::Incomplete),
        };
        Ok(Self {
            state,
            outcome,
            is_link: url.scheme() == "octavo",
        })
    }
}

/// A parameter's value; an error if it is there twice.
fn once(url: &Url, name: &str) -> Result<Option<String>, NotACallback> {
    let mut values = url
        .query_pairs()
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(_), Some(_)) => Err(NotACallback::Incomplete),
        (Some(value), None) if value.is_empty() => Err(NotACallback::Incomplete),
        (value, None) => Ok(value.map(std::borrow::Cow::into_owned)),
        (None, Some(_)) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str) -> Result<String, NotACallback> {
        Callback::parse(address).map(|callback| match callback.outcome {
            Outcome::Code(_) => format!("code {}", callback.state),
            Outcome::Refused(error) => format!("{error} {}", callback.state),
        })
    }

    #[test]
    fn a_callback_is_read_by_any_road() {
        for address in [
            "octavo://oauth/callback?code=abc&state=s",
            "octavo://oauth/callback/?state=s&code=abc",
            "  http://localhost:53682/callback?code=abc&state=s\n",
            "https://sign-in.example.org/callback?code=abc&state=s",
        ] {
            assert_eq!(read(address).unwrap(), "code s", "{address}");
        }
        let refused = "octavo://oauth/callback?error=access_denied&state=s";
        assert_eq!(read(refused).unwrap(), "access_denied s");
    }

    #[test]
    fn anything_else_is_refused() {
        for address in [
            "hello",
            "octavo://oauth/other?code=a&state=s",
            "octavo://capture?text=hello",
            "javascript:alert(1)/callback?code=a&state=s",
            "octavo://oauth/callback",
            "octavo://oauth/callback?code=a",
            "octavo://oauth/callback?code=a&code=b&state=s",
            "octavo://oauth/callback?code=a&state=s&state=t",
            "octavo://oauth/callback?code=a&error=b&state=s",
            "octavo://oauth/callback?code=&state=s",
        ] {
            assert!(read(address).is_err(), "{address}");
        }
    }
}
