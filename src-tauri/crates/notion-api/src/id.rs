//! Ids of pages and blocks, and the addresses that carry them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;
use uuid::Uuid;

/// The id of a page or a block, in one normal form: dashed and lower-case.
///
/// Notion takes ids dashed or not and in any letter case; here they compare equal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageId(Uuid);

/// The text is not the id of a page or block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a Notion id")]
pub struct InvalidPageId;

impl PageId {
    /// The id inside `address`: a bare id, or any address under which Notion shows a page.
    ///
    /// Takes `https://app.notion.com/p/<id>`, `https://www.notion.so/<slug>-<id>`, a workspace in
    /// the path, published sites (`*.notion.site`), the desktop app's `notion://` form, the peek
    /// view (`?p=<id>`, which wins over the path: that is the database behind it), an address
    /// without its scheme and the bare path that older links hold. A view id (`?v=`), a fragment
    /// and an id-like text on a foreign host are not page ids.
    pub fn from_address(address: &str) -> Option<Self> {
        let address = address.trim();
        if let Ok(id) = address.parse() {
            return Some(id);
        }
        let url = notion_url(address)?;
        query_id(&url, &["p"])
            .or_else(|| path_id(&url))
            .or_else(|| query_id(&url, &["page_id", "database_id"]))
    }

    /// The block an address points at with its fragment (`#<id>` or `#block-<id>`).
    pub fn block_from_address(address: &str) -> Option<Self> {
        let url = notion_url(address.trim())?;
        let fragment = url.fragment()?;
        fragment
            .strip_prefix("block-")
            .unwrap_or(fragment)
            .parse()
            .ok()
    }

    /// The id as 32 hex digits without dashes.
    pub fn undashed(&self) -> String {
        self.0.simple().to_string()
    }

    /// The id as a UUID.
    pub fn as_uuid(&self) -> &Uuid {
        &self.0
    }
}

/// Parses `address` if it leads to Notion.
fn notion_url(address: &str) -> Option<Url> {
    if address.starts_with('/') && !address.starts_with("//") {
        return Url::parse("https://www.notion.so").ok()?.join(address).ok();
    }
    let spelled = match Url::parse(address) {
        // The desktop app's scheme is unknown to the URL standard, which then does not
        // normalise the host.
        Ok(url) if url.scheme() == "notion" => {
            let rest = address
                .split_once(':')
                .map(|(_, rest)| rest.trim_start_matches('/'))?;
            Url::parse(&format!("https://{rest}")).ok()?
        }
        Ok(url) if matches!(url.scheme(), "https" | "http") => url,
        _ if !address.contains("://") => Url::parse(&format!("https://{address}")).ok()?,
        _ => return None,
    };
    let host = spelled.host_str()?;
    let known = matches!(
        host,
        "app.notion.com" | "www.notion.com" | "notion.com" | "www.notion.so" | "notion.so"
    );
    (known || host.ends_with(".notion.site")).then_some(spelled)
}

fn query_id(url: &Url, names: &[&str]) -> Option<PageId> {
    url.query_pairs()
        .filter(|(name, _)| names.contains(&name.as_ref()))
        .find_map(|(_, value)| value.parse().ok())
}

/// The last path segment that is an id, or ends in one after a dash.
fn path_id(url: &Url) -> Option<PageId> {
    url.path_segments()?.rev().find_map(|segment| {
        if let Ok(id) = segment.parse() {
            return Some(id);
        }
        [32, 36].into_iter().find_map(|length| {
            let start = segment.len().checked_sub(length)?;
            let (slug, id) = segment.split_at_checked(start)?;
            slug.ends_with('-').then(|| id.parse().ok()).flatten()
        })
    })
}

impl FromStr for PageId {
    type Err = InvalidPageId;

    fn from_str(text: &str) -> Result<Self, InvalidPageId> {
        // `Uuid` also reads braces and URNs, which Notion does not.
        if !matches!(text.len(), 32 | 36) {
            return Err(InvalidPageId);
        }
        Uuid::try_parse(text).map(Self).map_err(|_| InvalidPageId)
    }
}

impl From<Uuid> for PageId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl From<PageId> for Uuid {
    fn from(id: PageId) -> Self {
        id.0
    }
}

impl fmt::Display for PageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.hyphenated(), f)
    }
}

impl fmt::Debug for PageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PageId({self})")
    }
}

impl Serialize for PageId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PageId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
