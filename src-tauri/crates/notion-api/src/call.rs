//! One request, before it is sent.

use bytes::Bytes;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::model::FilePart;

/// What may happen to a request whose end is unclear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Safety {
    /// Changes nothing: repeat.
    Read,
    /// Repeating yields the same state: repeat.
    Repeatable,
    /// Replaces what the caller has just looked at, without a condition: sent at once or not at all. A
    /// moment later, somebody may have written there.
    Overwrites,
    /// Sent once.
    Once,
}

/// One request.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    /// The path with placeholders, for logs.
    pub(crate) route: &'static str,
    /// The path below `/v1`.
    pub(crate) path: &'a [&'a str],
    pub(crate) query: &'a [(&'a str, &'a str)],
    pub(crate) body: Body,
    pub(crate) safety: Safety,
}

/// Text that is wiped when the last of its users is done.
struct Wiped(SecretString);

impl AsRef<[u8]> for Wiped {
    fn as_ref(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

/// The body of a request, cheap to send again.
#[derive(Clone)]
pub(crate) enum Body {
    Empty,
    Json(Bytes),
    /// A file, and the media type that names its boundary.
    Form(Bytes, String),
}

impl Body {
    pub(crate) fn json(body: &Value) -> Self {
        Self::Json(body.to_string().into())
    }

    /// As [`Body::json`], for what must not stay in memory longer than it is needed.
    pub(crate) fn secret(body: &Value) -> Self {
        let text = SecretString::from(body.to_string());
        Self::Json(Bytes::from_owner(Wiped(text)))
    }

    pub(crate) fn form(part: FilePart<'_>) -> Self {
        let boundary = format!("octet-{:032x}", rand::random::<u128>());
        let form = part.to_form(&boundary);
        Self::Form(
            form.into(),
            format!("multipart/form-data; boundary={boundary}"),
        )
    }
}
