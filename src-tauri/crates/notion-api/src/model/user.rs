//! Who a token speaks for.

use std::fmt;

use serde_json::{Map, Value};

use super::{FromAnswer, Item, Object, child, has_id, id, is_of_kind, object_of, owned, text};
use crate::id::PageId;

/// The token's own user (`GET /v1/users/me`).
#[derive(Clone, PartialEq, Eq)]
pub struct Me {
    /// The user the token acts as: a bot, or the person of a personal token. What this token writes
    /// carries this id as its author.
    pub bot_id: String,
    /// Its name.
    pub name: Option<String>,
    /// For whom it acts.
    pub owner: Owner,
    /// The workspace it belongs to.
    pub workspace_id: Option<String>,
    /// The workspace's name.
    pub workspace_name: Option<String>,
    /// Longest file the workspace takes, in bytes.
    pub max_file_upload_size: Option<u64>,
}

/// A person or a bot of the workspace ("User" in Notion's reference).
#[derive(Clone, PartialEq)]
pub struct User {
    /// Its id.
    pub id: PageId,
    /// `person` or `bot`, possibly something this version does not know; empty if Notion sent a
    /// partial user.
    pub kind: String,
    /// The name, if the token may see it.
    pub name: Option<String>,
    /// The e-mail address of a person, if the token may see it.
    pub email: Option<String>,
    /// Where the picture is.
    pub avatar_url: Option<String>,
    /// Everything Notion sent.
    pub raw: Map<String, Value>,
}

impl FromAnswer for User {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let raw = object_of(answer, &["user"])?;
        Ok(Self {
            id: id(&raw, "id").ok_or("a user without an id")?,
            kind: owned(&raw, "type").unwrap_or_default(),
            name: owned(&raw, "name"),
            email: child(&raw, "person").and_then(|person| owned(person, "email")),
            avatar_url: owned(&raw, "avatar_url"),
            raw,
        })
    }
}

impl Item for User {
    fn is_readable(answer: &Value) -> bool {
        is_of_kind(answer, &["user"]) && has_id(answer)
    }

    fn key(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// For whom a token acts.
#[derive(Clone, PartialEq, Eq)]
pub enum Owner {
    /// One person.
    Person {
        /// The person's user id.
        id: String,
        /// The name, if the token may see it.
        name: Option<String>,
        /// The e-mail address, if the token may see it.
        email: Option<String>,
    },
    /// The whole workspace (an internal connection).
    Workspace,
    /// Notion did not say.
    Unknown,
}

impl Owner {
    fn of_person(user: &Object) -> Self {
        let Some(id) = id(user, "id").map(|id| id.to_string()) else {
            return Self::Unknown;
        };
        Self::Person {
            id,
            name: owned(user, "name"),
            email: child(user, "person").and_then(|person| owned(person, "email")),
        }
    }

    /// What stands under `owner`.
    pub(crate) fn of_owner(owner: &Object) -> Self {
        match text(owner, "type") {
            Some("user") => child(owner, "user").map_or(Self::Unknown, Self::of_person),
            Some("workspace") => Self::Workspace,
            _ => Self::Unknown,
        }
    }

    fn read(user: &Object) -> Self {
        let owner = child(user, "bot").and_then(|bot| child(bot, "owner"));
        match owner.map(Self::of_owner) {
            Some(known) if known != Self::Unknown => known,
            _ if text(user, "type") == Some("person") => Self::of_person(user),
            _ => Self::Unknown,
        }
    }
}

impl FromAnswer for Me {
    fn from_answer(answer: Value) -> Result<Self, &'static str> {
        let user = object_of(answer, &["user"])?;
        let bot = child(&user, "bot");
        let of_bot = |key| bot.and_then(|bot| owned(bot, key));
        Ok(Self {
            bot_id: id(&user, "id").ok_or("a user without an id")?.to_string(),
            name: owned(&user, "name"),
            owner: Owner::read(&user),
            workspace_id: of_bot("workspace_id"),
            workspace_name: of_bot("workspace_name"),
            max_file_upload_size: bot
                .and_then(|bot| child(bot, "workspace_limits"))
                .and_then(|limits| limits.get("max_file_upload_size_in_bytes"))
                .and_then(Value::as_u64),
        })
    }
}

impl fmt::Debug for Me {
    // Names and addresses are personal; ids are enough to follow a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Me")
            .field("bot_id", &self.bot_id)
            .field("owner", &self.owner)
            .field("workspace_id", &self.workspace_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person { id, .. } => f
                .debug_struct("Person")
                .field("id", id)
                .finish_non_exhaustive(),
            Self::Workspace => f.write_str("Workspace"),
            Self::Unknown => f.write_str("Unknown"),
        }
    }
}
