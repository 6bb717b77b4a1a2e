//! Sealed codes: a code from Notion leaves the broker only encrypted, bound to its sign-in.
//!
//! Notion knows no PKCE, so a bare code that another program caught (any program can claim our
//! scheme) could be brought back with that program's own state and verifier: our PKCE would hold
//! nothing. A sealed code opens only together with the state it came with, and that state asks for
//! the verifier of the app that began the sign-in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::XNonce;
use chacha20poly1305::aead::{Aead as _, Payload};
use secrecy::{ExposeSecret as _, SecretString};

use crate::keys::Ring;

const NONCE_BYTES: usize = 24;
/// Codes from Notion are short; this keeps a link into the app within what systems pass on.
pub(crate) const LONGEST_CODE: usize = 1024;
const LONGEST_SEALED: usize = 2048;

/// The code as the app gets to see it.
pub(crate) fn seal(code: &SecretString, state: &str, ring: &Ring) -> Option<SecretString> {
    let nonce: [u8; NONCE_BYTES] = rand::random();
    let payload = Payload {
        msg: code.expose_secret().as_bytes(),
        aad: state.as_bytes(),
    };
    let sealed = ring
        .first()
        .seal
        .encrypt(&XNonce::from(nonce), payload)
        .ok()?;
    let mut whole = nonce.to_vec();
    whole.extend_from_slice(&sealed);
    Some(SecretString::from(URL_SAFE_NO_PAD.encode(whole)))
}

/// The code from Notion, if it was sealed here for this state.
pub(crate) fn open(sealed: &SecretString, state: &str, ring: &Ring) -> Option<SecretString> {
    let sealed = sealed.expose_secret();
    if sealed.len() > LONGEST_SEALED {
        return None;
    }
    let whole = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (nonce, msg) = whole.split_first_chunk::<NONCE_BYTES>()?;
    let aad = state.as_bytes();
    let nonce = XNonce::from(*nonce);
    let code = ring
        .all()
        .find_map(|pair| pair.seal.decrypt(&nonce, Payload { msg, aad }).ok())?;
    String::from_utf8(code).ok().map(SecretString::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::StateKeys;

    fn ring(keys: &[u8]) -> Ring {
        let keys = keys.iter().map(|byte| vec![*byte; 32]);
        StateKeys::from_bytes(keys).unwrap().ring().unwrap()
    }

    #[test]
    fn a_code_opens_with_its_own_state_only() {
        let code = SecretString::from("03b2-code");
        let sealed = seal(&code, "state one", &ring(&[1])).unwrap();
        assert!(!sealed.expose_secret().contains("03b2"));
        let opened = open(&sealed, "state one", &ring(&[2, 1])).unwrap();
        assert_eq!(opened.expose_secret(), "03b2-code");
        assert!(open(&sealed, "state two", &ring(&[1])).is_none());
        assert!(open(&sealed, "state one", &ring(&[2])).is_none());
    }

    #[test]
    fn two_seals_of_one_code_differ() {
        let code = SecretString::from("03b2-code");
        let [one, two] = [(); 2].map(|()| seal(&code, "s", &ring(&[1])).unwrap());
        assert_ne!(one.expose_secret(), two.expose_secret());
    }

    #[test]
    fn what_was_not_sealed_here_does_not_open() {
        for text in ["", "03b2-code", "!!", &"A".repeat(60), &"A".repeat(9000)] {
            assert!(open(&SecretString::from(text), "s", &ring(&[1])).is_none());
        }
    }
}
