//! Signing in with Notion in the browser.
//!
//! One sign-in at a time: it has one redirect and one `state`, which counts once, for ten minutes. The
//! browser comes back by whichever road works (a link into the app, a page on this computer, an
//! address the person pastes); whatever arrives first ends the wait.

mod callback;
mod grant;
mod loopback;
mod reach;
mod revoke;
mod tokens;
mod transport;

use std::sync::{Mutex, PoisonError};

use oauth2::{CsrfToken, PkceCodeChallenge};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;
use tokio::sync::mpsc;
use url::Url;

pub(crate) use grant::{Authorization, Grant, GrantError, Grantor};
pub(crate) use loopback::redirects;
pub(crate) use revoke::Ended;
#[cfg(test)]
pub(crate) use tokens::Renewal;
pub(crate) use tokens::{Renewals, Renewed};

use crate::CoreError;
use crate::clock::Clock;
use crate::vault::SavedSignIn;
use callback::{Callback, Outcome};
use loopback::Loopback;

/// A sign-in that is not finished by then is over (§2.4 of the API's description asks for at most ten
/// minutes).
const LIFE: i64 = 10 * 60 * 1_000;

/// Who holds the connection's secret.
#[derive(Clone)]
pub(crate) enum Road {
    /// The broker, at this address.
    Broker {
        /// Ends in a slash.
        url: Url,
    },
    /// The person, for a connection of their own.
    Own {
        /// The connection's id.
        id: String,
        /// Its secret, from the vault.
        secret: SecretString,
    },
}

/// A sign-in that waits for the browser.
struct Pending {
    state: SecretString,
    verifier: Option<SecretString>,
    road: Road,
    redirect: String,
    reconnect: Option<String>,
    until: i64,
    /// Listens while the sign-in waits.
    _loopback: Option<Loopback>,
}

/// What a person needs to see while the browser is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The address to open in the browser.
    pub address: Url,
    /// The short code that the browser's page shows too; absent for a connection of one's own, whose
    /// page is on this computer.
    pub words: Option<String>,
    /// When the wait ends, in milliseconds since 1970.
    pub until: i64,
}

/// A code that came back, with all that is needed to use it.
pub(crate) struct Arrived {
    pub(crate) road: Road,
    pub(crate) redirect: String,
    pub(crate) code: SecretString,
    pub(crate) state: String,
    pub(crate) verifier: Option<SecretString>,
    pub(crate) reconnect: Option<String>,
}

/// The one place where sign-ins wait.
pub(crate) struct SignIns {
    clock: Clock,
    pending: Mutex<Option<Pending>>,
    heard: mpsc::Sender<String>,
}

/// The part of a broker's state that the app can read. Only the broker can check its signature; what
/// counts here is that it carries the app's own random word.
#[derive(Deserialize)]
struct BrokerState {
    nonce: String,
}

impl SignIns {
    /// `heard` gets the addresses that come in on this computer's own page.
    pub(crate) fn new(clock: Clock, heard: mpsc::Sender<String>) -> Self {
        Self {
            clock,
            pending: Mutex::default(),
            heard,
        }
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, Option<Pending>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a sign-in; one that was waiting is over.
    pub(crate) async fn begin(
        &self,
        grantor: &Grantor,
        road: Road,
        reconnect: Option<String>,
    ) -> Result<Waiting, CoreError> {
        self.cancel();
        let until = self.clock.now() + LIFE;
        let (opened, pending) = match road {
            Road::Broker { url } => through_broker(url)?,
            Road::Own { id, secret } => {
                let loopback = Loopback::listen(self.heard.clone()).await?;
                through_own(grantor, id, secret, loopback)?
            }
        };
        *self.pending() = Some(Pending {
            reconnect,
            until,
            ..pending
        });
        let (address, words) = opened;
        Ok(Waiting {
            address,
            words,
            until,
        })
    }

    /// The sign-in that waits, to be kept where the next process finds it.
    pub(crate) fn to_save(&self) -> Option<SavedSignIn> {
        let slot = self.pending();
        let pending = slot.as_ref()?;
        Some(SavedSignIn {
            state: pending.state.clone(),
            verifier: pending.verifier.clone(),
            broker: match &pending.road {
                Road::Broker { url } => Some(url.to_string()),
                Road::Own { .. } => None,
            },
            redirect: pending.redirect.clone(),
            reconnect: pending.reconnect.clone(),
            until: pending.until,
        })
    }

    /// Goes on with a sign-in of an earlier process, if this is the address it waits for and nothing
    /// waits here.
    pub(crate) fn revive(&self, saved: SavedSignIn, road: Road, address: &str) -> bool {
        let Ok(callback) = Callback::parse(address) else {
            return false;
        };
        let mut slot = self.pending();
        if slot.is_some() || !is_own(&saved.state, &road, &callback.state) {
            return false;
        }
        *slot = Some(Pending {
            state: saved.state,
            verifier: saved.verifier,
            road,
            redirect: saved.redirect,
            reconnect: saved.reconnect,
            until: saved.until,
            _loopback: None,
        });
        true
    }

    /// Ends the wait.
    pub(crate) fn cancel(&self) {
        *self.pending() = None;
    }

    /// Whether a sign-in was begun that nothing has ended, not even the time.
    pub(crate) fn has_pending(&self) -> bool {
        self.pending().is_some()
    }

    /// Whether a sign-in waits.
    pub(crate) fn is_waiting(&self) -> bool {
        self.pending()
            .as_ref()
            .is_some_and(|pending| pending.until > self.clock.now())
    }

    /// Takes an address that came back. It must be about the sign-in that waits, and then ends its
    /// wait; an address about any other changes nothing.
    pub(crate) fn arrive(&self, address: &str) -> Result<Arrived, CoreError> {
        let callback = Callback::parse(address).map_err(|reason| {
            CoreError::SignInFailed(format!(
                "Octavo cannot use this address: {reason}. Copy it whole from the page that the browser \
                 shows after you allowed access."
            ))
        })?;
        let pending = self.claim(&callback)?;
        match callback.outcome {
            Outcome::Code(code) => Ok(Arrived {
                road: pending.road,
                redirect: pending.redirect,
                code,
                state: callback.state,
                verifier: pending.verifier,
                reconnect: pending.reconnect,
            }),
            Outcome::Refused(reason) if reason == "access_denied" => Err(CoreError::SignInFailed(
                "You did not allow access, so nothing was added. You can start again at any time."
                    .to_owned(),
            )),
            Outcome::Refused(reason) => Err(CoreError::SignInFailed(format!(
                "Notion ended the sign-in ({}). You can start again at any time.",
                reason
                    .chars()
                    .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
                    .collect::<String>()
            ))),
        }
    }

    /// Takes the waiting sign-in out if `state` is its own.
    fn claim(&self, callback: &Callback) -> Result<Pending, CoreError> {
        let state = &callback.state;
        let mut slot = self.pending();
        let Some(pending) = slot.take() else {
            return Err(CoreError::SignInFailed(
                "No sign-in is waiting for this address. It may have been used already; start again if \
                 you are not signed in."
                    .to_owned(),
            ));
        };
        if pending.until <= self.clock.now() {
            return Err(CoreError::SignInFailed(
                "This sign-in took longer than ten minutes. Start again.".to_owned(),
            ));
        }
        let same = is_own(&pending.state, &pending.road, state);
        // The broker's page seals the code in its link; the browser's own address holds it bare, and
        // the broker redeems no bare code.
        let usable = callback.is_link || matches!(pending.road, Road::Own { .. });
        if same && usable {
            return Ok(pending);
        }
        // A stranger's address must not end the wait for the right one.
        *slot = Some(pending);
        drop(slot);
        if same {
            return Err(CoreError::SignInFailed(
                "This is the address of the page itself. Copy the one that the page shows, beginning \
                 with octavo://. Octavo goes on waiting."
                    .to_owned(),
            ));
        }
        Err(CoreError::SignInFailed(
            "This address belongs to another sign-in than the one that waits. Octavo goes on waiting."
                .to_owned(),
        ))
    }
}

/// Whether the state that came back is the one that was sent.
fn is_own(sent: &SecretString, road: &Road, came: &str) -> bool {
    let nonce = match road {
        Road::Own { .. } => Some(came.to_owned()),
        Road::Broker { .. } => broker_nonce(came),
    };
    let expected = sent.expose_secret().as_bytes();
    nonce.is_some_and(|nonce| bool::from(nonce.as_bytes().ct_eq(expected)))
}

/// The address to open and the code to show.
type Opened = (Url, Option<String>);

fn through_broker(url: Url) -> Result<(Opened, Pending), CoreError> {
    let state = CsrfToken::new_random_len(32);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let words = words();
    let mut address = url.join("start").map_err(bad_broker)?;
    address
        .query_pairs_mut()
        .append_pair("challenge", challenge.as_str())
        .append_pair("nonce", state.secret())
        .append_pair("words", &words);
    let redirect = url.join("callback").map_err(bad_broker)?.to_string();
    let pending = Pending {
        state: SecretString::from(state.into_secret()),
        verifier: Some(SecretString::from(verifier.into_secret())),
        road: Road::Broker { url },
        redirect,
        reconnect: None,
        until: 0,
        _loopback: None,
    };
    Ok(((address, Some(words)), pending))
}

fn through_own(
    grantor: &Grantor,
    id: String,
    secret: SecretString,
    loopback: Loopback,
) -> Result<(Opened, Pending), CoreError> {
    let state = CsrfToken::new_random_len(32);
    let redirect = loopback.redirect.clone();
    let address = grantor.address(&id, &secret, &redirect, state.clone())?;
    let pending = Pending {
        state: SecretString::from(state.into_secret()),
        verifier: None,
        road: Road::Own { id, secret },
        redirect,
        reconnect: None,
        until: 0,
        _loopback: Some(loopback),
    };
    Ok(((address, None), pending))
}

fn bad_broker(error: url::ParseError) -> CoreError {
    CoreError::BadRequest(format!("The sign-in address is not usable: {error}"))
}

fn broker_nonce(state: &str) -> Option<String> {
    use base64::Engine as _;
    let (payload, _) = state.split_once('.')?;
    let json = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(payload)
        .ok()?;
    serde_json::from_slice::<BrokerState>(&json)
        .ok()
        .map(|state| state.nonce)
}

/// A short code a person can compare at a glance: no letters or digits that look alike.
fn words() -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    const DIGITS: &[u8] = b"23456789";
    let pick = |from: &[u8]| {
        let at = rand::random_range(0..from.len());
        char::from(from.get(at).copied().unwrap_or(b'A'))
    };
    let mut code = String::new();
    code.push(pick(LETTERS));
    code.push(pick(DIGITS));
    code.push('-');
    for _ in 0..4 {
        code.push(pick(LETTERS));
    }
    code
}
