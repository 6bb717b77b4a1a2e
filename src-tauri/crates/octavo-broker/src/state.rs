//! The signed state: everything the broker would otherwise have to remember about a sign-in.
//!
//! `base64url(JSON) . base64url(HMAC-SHA256 of the first part)`. It is not secret (the browser
//! carries it), it is only unforgeable, and it lives ten minutes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use thiserror::Error;

use crate::keys::Ring;

/// How long a sign-in may take.
pub(crate) const LIFE_SECONDS: u64 = 600;
const VERSION: u8 = 1;
/// A state as we make them has fewer than 400 characters.
const LONGEST: usize = 1024;

/// What a sign-in began with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    v: u8,
    challenge: String,
    nonce: String,
    words: String,
    exp: u64,
}

/// Why a state is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum StateError {
    #[error("the state was not made here")]
    Forged,
    #[error("the state is too old")]
    Expired,
}

impl SignIn {
    /// A sign-in that begins `now`, if its three values have their form.
    pub(crate) fn begin(challenge: &str, nonce: &str, words: &str, now: u64) -> Option<Self> {
        let url_safe = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        let digest = URL_SAFE_NO_PAD.decode(challenge).ok()?;
        let fits = digest.len() == Sha256::output_size()
            && (22..=64).contains(&nonce.len())
            && nonce.bytes().all(url_safe)
            && (3..=16).contains(&words.len())
            && words
                .bytes()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'-');
        fits.then(|| Self {
            v: VERSION,
            challenge: challenge.to_owned(),
            nonce: nonce.to_owned(),
            words: words.to_owned(),
            exp: now.saturating_add(LIFE_SECONDS),
        })
    }

    /// The short code that the app shows too.
    pub(crate) fn words(&self) -> &str {
        &self.words
    }

    /// The state as it travels.
    pub(crate) fn sign(&self, ring: &Ring) -> Result<String, serde_json::Error> {
        let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self)?);
        let mac = ring.first().signature.clone().chain_update(&payload);
        let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
        Ok(format!("{payload}.{signature}"))
    }

    /// The sign-in a state speaks of, if we made it and it is not over.
    pub(crate) fn verify(state: &str, ring: &Ring, now: u64) -> Result<Self, StateError> {
        if state.len() > LONGEST {
            return Err(StateError::Forged);
        }
        let (payload, signature) = state.split_once('.').ok_or(StateError::Forged)?;
        let signature = URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| StateError::Forged)?;
        let ours = ring.all().any(|pair| {
            let mac = pair.signature.clone().chain_update(payload);
            mac.verify_slice(&signature).is_ok()
        });
        if !ours {
            return Err(StateError::Forged);
        }
        // Only what we signed is ever parsed.
        let json = URL_SAFE_NO_PAD
            .decode(payload)
            .map_err(|_| StateError::Forged)?;
        let sign_in: Self = serde_json::from_slice(&json).map_err(|_| StateError::Forged)?;
        if sign_in.v != VERSION {
            return Err(StateError::Forged);
        }
        if now >= sign_in.exp {
            return Err(StateError::Expired);
        }
        Ok(sign_in)
    }

    /// Whether `verifier` is what the sign-in's challenge was made of (RFC 7636, S256).
    pub(crate) fn was_begun_with(&self, verifier: &str) -> bool {
        let allowed = |c: u8| c.is_ascii_alphanumeric() || b"-._~".contains(&c);
        let formed = (43..=128).contains(&verifier.len()) && verifier.bytes().all(allowed);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        formed && bool::from(challenge.as_bytes().ct_eq(self.challenge.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::StateKeys;

    const NOW: u64 = 1_795_000_000;
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    /// The challenge of that verifier in RFC 7636, appendix B.
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const NONCE: &str = "0123456789abcdefghijkl";

    fn ring(keys: &[u8]) -> Ring {
        let keys = keys.iter().map(|byte| vec![*byte; 32]);
        StateKeys::from_bytes(keys).unwrap().ring().unwrap()
    }

    fn sign_in() -> SignIn {
        SignIn::begin(CHALLENGE, NONCE, "FERN-42", NOW).unwrap()
    }

    #[test]
    fn a_state_comes_back_as_it_went() {
        let ring = ring(&[1]);
        let state = sign_in().sign(&ring).unwrap();
        assert!(state.len() < 400, "{}", state.len());
        assert_eq!(SignIn::verify(&state, &ring, NOW + 599), Ok(sign_in()));
    }

    #[test]
    fn a_state_dies_after_ten_minutes() {
        let ring = ring(&[1]);
        let state = sign_in().sign(&ring).unwrap();
        let late = SignIn::verify(&state, &ring, NOW + LIFE_SECONDS);
        assert_eq!(late, Err(StateError::Expired));
    }

    #[test]
    fn a_changed_state_is_refused_at_every_place() {
        let ring = ring(&[1]);
        let state = sign_in().sign(&ring).unwrap();
        for place in 0..state.len() {
            let mut bytes = state.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            let answer = SignIn::verify(&changed, &ring, NOW);
            assert_eq!(answer, Err(StateError::Forged), "at {place}");
        }
        for odd in [
            "",
            ".",
            "a.b",
            &format!("{state}A"),
            &format!("{state}."),
            &"A".repeat(5000),
        ] {
            assert_eq!(SignIn::verify(odd, &ring, NOW), Err(StateError::Forged));
        }
    }

    #[test]
    fn another_key_does_not_verify() {
        let state = sign_in().sign(&ring(&[1])).unwrap();
        let answer = SignIn::verify(&state, &ring(&[2]), NOW);
        assert_eq!(answer, Err(StateError::Forged));
    }

    #[test]
    fn a_rotated_key_still_verifies_and_no_longer_signs() {
        let old = sign_in().sign(&ring(&[1])).unwrap();
        let rotated = ring(&[2, 1]);
        assert!(SignIn::verify(&old, &rotated, NOW).is_ok());
        let new = sign_in().sign(&rotated).unwrap();
        assert!(SignIn::verify(&new, &ring(&[2]), NOW).is_ok());
        assert!(SignIn::verify(&new, &ring(&[1]), NOW).is_err());
    }

    #[test]
    fn the_example_of_the_rfc_fits_and_others_do_not() {
        assert!(sign_in().was_begun_with(VERIFIER));
        assert!(!sign_in().was_begun_with(&VERIFIER.replace('d', "e")));
        assert!(!sign_in().was_begun_with(""));
        assert!(!sign_in().was_begun_with(CHALLENGE));
    }

    #[test]
    fn values_without_their_form_begin_nothing() {
        let long = "n".repeat(65);
        for (challenge, nonce, words) in [
            ("short", NONCE, "FERN-42"),
            (&CHALLENGE.replace('-', "+"), NONCE, "FERN-42"),
            (CHALLENGE, "short", "FERN-42"),
            (CHALLENGE, &long, "FERN-42"),
            (CHALLENGE, "0123456789abcdefghijk ", "FERN-42"),
            (CHALLENGE, NONCE, "FE"),
            (CHALLENGE, NONCE, "fern-42"),
            (CHALLENGE, NONCE, "<B>"),
            (CHALLENGE, NONCE, "ABCDEFGHIJKLMNOPQ"),
        ] {
            assert!(SignIn::begin(challenge, nonce, words, NOW).is_none());
        }
    }
}
