//! Secrets never reach a log: the sink blacks them out.
//!
//! Two nets: every token this process has seen is known by its exact text, and everything that
//! looks like a token of Notion or follows `Bearer`, `Basic` or a token-like key is covered too. With
//! them go e-mail addresses: they are no secret, but nobody else's business.

use std::io::Write;
use std::sync::{PoisonError, RwLock};

use secrecy::{ExposeSecret, SecretString};

/// What stands where a secret was.
const BLACK: &str = "[redacted]";

/// Beginnings of Notion's tokens (developer changelog of 2024-09-11; refresh tokens as in the
/// authorization guide's examples).
const PREFIXES: [&str; 3] = ["ntn_", "secret_", "nrt_"];
/// What a secret follows. A bare `code=` is not among them: that is how our own kinds of errors are
/// logged.
const LEADS: [&str; 14] = [
    "Bearer ",
    "Basic ",
    "access_token=",
    "refresh_token=",
    "client_secret=",
    "code_verifier=",
    "?code=",
    "&code=",
    "\"access_token\":\"",
    "\"refresh_token\":\"",
    "\"client_secret\":\"",
    "\"code_verifier\":\"",
    "\"access_token\": \"",
    "\"refresh_token\": \"",
];

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
    without_addresses(&text)
}

/// Blacks out e-mail addresses.
fn without_addresses(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('@') {
        let name = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
        let head = before.trim_end_matches(name);
        let end = after
            .find(|c: char| !(c.is_alphanumeric() || ".-".contains(c)))
            .unwrap_or(after.len());
        let (run, _) = after.split_at(end);
        let host = run.trim_end_matches(['.', '-']);
        // A version (`name@1.2.3`) is no address.
        let is_host = host
            .rsplit_once('.')
            .is_some_and(|(_, last)| last.len() > 1 && last.chars().all(char::is_alphabetic));
        if head.len() < before.len() && is_host {
            out.push_str(head);
            out.push_str(BLACK);
            rest = after.strip_prefix(host).unwrap_or(after);
        } else {
            out.push_str(before);
            out.push('@');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// Blacks out the run of token characters after each `lead`; with `whole` the lead goes too.
fn black_after(text: &str, lead: &str, whole: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(lead) {
        out.push_str(before);
        let end = after
            .find(|c: char| !(c.is_ascii_alphanumeric() || "-_.~+/=%".contains(c)))
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
    fn what_follows_a_telling_key_is_blacked_out() {
        for (line, clean) in [
            (
                "GET /callback?code=abc%2Fdef-123&state=s",
                "GET /callback?code=[redacted]&state=s",
            ),
            (
                r#"{"access_token":"abcdef123","refresh_token": "ghijkl456"}"#,
                r#"{"access_token":"[redacted]","refresh_token": "[redacted]"}"#,
            ),
            ("client_secret=hush-hush x", "client_secret=[redacted] x"),
            (
                "ada <ada.l+x@mill.example.org>, bob@host.example.",
                "ada <[redacted]>, [redacted].",
            ),
        ] {
            assert_eq!(redacted(line), clean);
        }
    }

    #[test]
    fn ordinary_words_stay() {
        for line in [
            "the secret_ garden, Basic rules, Bearer of news",
            "told a window code=TokenRefused",
            "name@1.2.3 and @here, a@b",
        ] {
            assert_eq!(redacted(line), line);
        }
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
