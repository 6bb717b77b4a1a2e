//! Secrets never reach a log: the sink blacks them out.
//!
//! Two nets: every token this process has seen is known by its exact text, and everything that
//! looks like a token of Notion or follows `Bearer`, `Basic` or a token-like key is covered too.

use std::io::Write;
use std::sync::{PoisonError, RwLock};

use secrecy::{ExposeSecret, SecretString};

/// What stands where a secret was.
const BLACK: &str = "[redacted]";

/// Beginnings of Notion's tokens (developer changelog of 2024-09-11; refresh tokens as in the
/// authorization guide's examples).
const PREFIXES: [&str; 3] = ["ntn_", "secret_", "nrt_"];
const LEADS: [&str; 2] = ["Bearer ", "Basic "];

static KNOWN: RwLock<Vec<SecretString>> = RwLock::new(Vec::new());

/// Makes the sink black out this secret wherever it turns up.
pub(crate) fn remember(secret: &SecretString) {
    // Shorter texts would black out ordinary words.
    if secret.expose_secret().len() < 8 {
        return;
    }
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if !known
        .iter()
        .any(|old| old.expose_secret() == secret.expose_secret())
    {
        known.push(secret.clone());
    }
}

/// `text` with every secret blacked out.
pub fn redacted(text: &str) -> String {
    let mut text = text.to_owned();
    for secret in KNOWN.read().unwrap_or_else(PoisonError::into_inner).iter() {
        if text.contains(secret.expose_secret()) {
            text = text.replace(secret.expose_secret(), BLACK);
        }
    }
    for prefix in PREFIXES {
        text = black_after(&text, prefix, true);
    }
    for lead in LEADS {
        text = black_after(&text, lead, false);
    }
    text
}

/// Blacks out the run of token characters after each `lead`; with `whole` the lead goes too.
fn black_after(text: &str, lead: &str, whole: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(lead) {
        out.push_str(before);
        let end = after
            .find(|c: char| !(c.is_ascii_alphanumeric() || "-_.~+/=".contains(c)))
            .unwrap_or(after.len());
        let (secret, tail) = after.split_at(end);
        if secret.len() < 6 {
            out.push_str(lead);
            out.push_str(secret);
        } else {
            if !whole {
                out.push_str(lead);
            }
            out.push_str(BLACK);
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// A writer that blacks out secrets before they reach `inner`. One `write` is one log line, as
/// `tracing-subscriber`'s formatter makes them.
#[derive(Debug)]
pub(crate) struct Sink<W>(pub(crate) W);

impl<W: Write> Write for Sink<W> {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0
            .write_all(redacted(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_unknown_secrets_are_blacked_out() {
        remember(&SecretString::from("Zaphod-42-Beeblebrox"));
        let line =
            "a Zaphod-42-Beeblebrox b ntn_1234567890abc c Bearer abc.def.ghi d Basic Zm9vOmJhcg==";
        let clean = redacted(line);
        assert_eq!(
            clean,
            "a [redacted] b [redacted] c Bearer [redacted] d Basic [redacted]"
        );
    }

    #[test]
    fn ordinary_words_stay() {
        let line = "the secret_ garden, Basic rules, Bearer of news";
        assert_eq!(redacted(line), line);
    }

    #[test]
    fn the_sink_redacts_what_is_written() {
        let mut out = Vec::new();
        Sink(&mut out)
            .write_all(b"token=ntn_abcdefghijkl\n")
            .unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "token=[redacted]\n");
    }
}
