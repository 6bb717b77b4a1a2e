//! What sign-in yields.

use std::collections::HashMap;
use std::fmt;

use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde::de::IgnoredAny;
use serde_json::Value;

use crate::id::PageId;
use crate::model::{FromAnswer, Owner, child, id, object_of, owned};

/// What a person granted: a pair of tokens and for whom they are.
///
/// Nothing says when the access token expires: refresh when it is refused, and keep the new pair
/// before using it, because the old one may be dead.
#[derive(Clone)]
pub struct TokenGrant {
    /// Opens what was granted.
    pub access_token: SecretString,
    /// Yields the next pair. Older connections have none.
    pub refresh_token: Option<SecretString>,
    /// This authorisation: what it writes carries this id as its author.
    pub bot_id: Option<String>,
    /// The workspace.
    pub workspace_id: Option<PageId>,
    /// The workspace's name.
    pub workspace_name: Option<String>,
    /// The workspace's icon: an address, or an emoji.
    pub workspace_icon: Option<String>,
    /// Who granted it.
    pub owner: Owner,
    /// The page made of the connection's template, if the person chose that.
    pub duplicated_template_id: Option<PageId>,
}

impl FromAnswer for TokenGrant {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let grant = object_of(answer, &["token"])?;
        let token = |key| {
            owned(&grant, key)
                .filter(|token| !token.is_empty())
                .map(SecretString::from)
        };
        Ok(Self {
            access_token: token("access_token").ok_or("a grant without a token")?,
            refresh_token: token("refresh_token"),
            bot_id: owned(&grant, "bot_id"),
            workspace_id: id(&grant, "workspace_id"),
            workspace_name: owned(&grant, "workspace_name"),
            workspace_icon: owned(&grant, "workspace_icon"),
            owner: child(&grant, "owner").map_or(Owner::Unknown, Owner::of_owner),
            duplicated_template_id: id(&grant, "duplicated_template_id"),
        })
    }
}

impl fmt::Debug for TokenGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenGrant")
            .field("bot_id", &self.bot_id)
            .field("workspace_id", &self.workspace_id)
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}

/// What Notion says about a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introspection {
    /// It works.
    pub active: bool,
    /// What it may do, as Notion words it.
    pub scope: Option<String>,
    /// When it was issued, in Unix seconds.
    pub issued_at: Option<i64>,
}

impl FromAnswer for Introspection {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let Value::Object(answer) = answer else {
            return Err("not a JSON object");
        };
        Ok(Self {
            active: answer
                .get("active")
                .and_then(Value::as_bool)
                .ok_or("no word about the token")?,
            scope: owned(&answer, "scope"),
            issued_at: answer.get("iat").and_then(Value::as_i64),
        })
    }
}

/// An answer of which only the success counts.
pub(super) struct Done;

impl FromAnswer for Done {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        // A page that some network put in between must not pass for Notion's word.
        answer
            .is_object()
            .then_some(Self)
            .ok_or("not a JSON object")
    }
}

/// An answer that goes on to somebody else as it came.
pub(super) struct Relayed(pub(super) SecretSlice<u8>);

impl FromAnswer for Relayed {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        Self::from_body(answer.to_string().into_bytes())
    }

    fn from_body(body: Vec<u8>) -> Result<Self, &'static str> {
        let body = SecretSlice::from(body);
        // A page of the edge must not pass for tokens.
        serde_json::from_slice::<HashMap<String, IgnoredAny>>(body.expose_secret())
            .map(|_| Self(body))
            .map_err(|_| "not a JSON object")
    }
}
