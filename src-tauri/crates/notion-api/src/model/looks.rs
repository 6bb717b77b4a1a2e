//! Icons and covers, of pages and of tables.

use serde_json::{Map, Value, json};

use super::set;
use crate::id::PageId;

/// Something that makes a page look its own way.
pub(crate) trait Look {
    /// As a request carries it.
    fn to_request(&self) -> Value;
}

/// Puts icon and cover into a request.
pub(crate) fn dress(
    body: &mut Map<String, Value>,
    icon: Option<&impl Look>,
    cover: Option<&impl Look>,
) {
    set(body, "icon", icon.map(Look::to_request));
    set(body, "cover", cover.map(Look::to_request));
}

/// The picture beside a title.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Icon {
    /// One emoji.
    Emoji(String),
    /// A picture on the web.
    External(String),
    /// One of Notion's own icons.
    Native {
        /// Its name, such as `pizza`.
        name: String,
        /// Its colour, such as `gray`.
        color: Option<String>,
    },
    /// An emoji of the workspace, by id.
    Custom(PageId),
    /// An uploaded picture, by the upload's id.
    Upload(PageId),
}

impl Look for Icon {
    fn to_request(&self) -> Value {
        match self {
            Self::Emoji(emoji) => json!({"type": "emoji", "emoji": emoji}),
            Self::External(url) => json!({"type": "external", "external": {"url": url}}),
            Self::Native { name, color } => {
                let mut icon = Map::from_iter([("name".to_owned(), json!(name))]);
                set(&mut icon, "color", color.clone().map(Value::String));
                json!({"type": "icon", "icon": icon})
            }
            Self::Custom(id) => json!({"type": "custom_emoji", "custom_emoji": {"id": id}}),
            Self::Upload(id) => json!({"type": "file_upload", "file_upload": {"id": id}}),
        }
    }
}

/// The picture above a page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cover {
    /// A picture on the web.
    External(String),
    /// An uploaded picture, by the upload's id.
    Upload(PageId),
}

impl Look for Cover {
    fn to_request(&self) -> Value {
        match self {
            Self::External(url) => json!({"type": "external", "external": {"url": url}}),
            Self::Upload(id) => json!({"type": "file_upload", "file_upload": {"id": id}}),
        }
    }
}

/// What to do with an icon or a cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change<L> {
    /// Give it this one.
    Set(L),
    /// Take it away.
    Clear,
}

/// What to do with an icon.
pub type IconChange = Change<Icon>;

/// What to do with a cover.
pub type CoverChange = Change<Cover>;

impl<L: Look> Look for Change<L> {
    fn to_request(&self) -> Value {
        match self {
            Self::Set(look) => look.to_request(),
            Self::Clear => Value::Null,
        }
    }
}
