//! The operator's keys, and what is derived from them.

use std::fmt;

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use chacha20poly1305::XChaCha20Poly1305;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use sha2::Sha256;

use crate::config::STATE_KEY;
use crate::error::BrokerError;

const SHORTEST: usize = 32;

/// base64url as people paste it: with its padding or without.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The keys that sign states and seal codes. The first signs; all of them verify, so that a key can
/// be replaced while sign-ins are under way.
#[derive(Clone)]
pub struct StateKeys(Vec<SecretSlice<u8>>);

impl fmt::Debug for StateKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StateKeys([{} keys])", self.0.len())
    }
}

impl StateKeys {
    /// Reads keys as the environment holds them: base64url, at least 32 bytes each, separated by
    /// commas.
    pub fn parse(text: &SecretString) -> Result<Self, BrokerError> {
        let parts = text.expose_secret().split(',').map(str::trim);
        let keys = parts
            .enumerate()
            .map(|(index, part)| {
                let number = index + 1;
                let key = ENGINE.decode(part).map_err(|_| {
                    BrokerError::invalid(STATE_KEY, format!("has key {number} not in base64url"))
                })?;
                if key.len() < SHORTEST {
                    let why = format!("has key {number} shorter than {SHORTEST} bytes");
                    return Err(BrokerError::invalid(STATE_KEY, why));
                }
                Ok(SecretSlice::from(key))
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self(keys))
    }

    /// Keys made of bytes at hand, as a test has them.
    pub fn from_bytes(keys: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, BrokerError> {
        let keys: Vec<_> = keys.into_iter().map(SecretSlice::from).collect();
        if keys.is_empty() || keys.iter().any(|key| key.expose_secret().len() < SHORTEST) {
            return Err(BrokerError::invalid(
                STATE_KEY,
                format!("needs a key of at least {SHORTEST} bytes"),
            ));
        }
        Ok(Self(keys))
    }

    /// The first key's pair, and all pairs.
    pub(crate) fn ring(&self) -> Result<Ring, BrokerError> {
        let mut pairs = self.0.iter().map(Pair::derive);
        let first = pairs
            .next()
            .unwrap_or_else(|| Err(BrokerError::invalid(STATE_KEY, "holds no key")))?;
        Ok(Ring {
            first,
            rest: pairs.collect::<Result<_, _>>()?,
        })
    }
}

/// What one key of the operator is good for. Each use has a key of its own, so that no output of
/// one can serve as input of another.
#[derive(Clone)]
pub(crate) struct Pair {
    pub(crate) signature: Hmac<Sha256>,
    pub(crate) seal: XChaCha20Poly1305,
}

impl Pair {
    fn derive(key: &SecretSlice<u8>) -> Result<Self, BrokerError> {
        let keyed = |bytes: &[u8]| {
            Hmac::<Sha256>::new_from_slice(bytes)
                .map_err(|_| BrokerError::invalid(STATE_KEY, "holds a key of an unusable length"))
        };
        let master = keyed(key.expose_secret())?;
        let derive = |label: &[u8]| master.clone().chain_update(label).finalize().into_bytes();
        Ok(Self {
            signature: keyed(&derive(b"octavo-broker/1/state-signature"))?,
            seal: XChaCha20Poly1305::new(&derive(b"octavo-broker/1/code-seal")),
        })
    }
}

/// The derived keys: one that makes, and all that are still accepted.
#[derive(Clone)]
pub(crate) struct Ring {
    first: Pair,
    rest: Vec<Pair>,
}

impl Ring {
    pub(crate) fn first(&self) -> &Pair {
        &self.first
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Pair> {
        std::iter::once(&self.first).chain(&self.rest)
    }
}
