//! Ids: UUIDs in every spelling Notion accepts, and new ones shaped like Notion's.

use serde_json::Value;
use uuid::Uuid;

use crate::error::should_be;

/// Dashed or not, any letter case; nothing else.
pub(crate) fn parse(text: &str) -> Option<Uuid> {
    let plain = match text.len() {
        32 => text.to_owned(),
        36 => {
            let dashes = text
                .match_indices('-')
                .map(|(at, _)| at)
                .collect::<Vec<_>>();
            if dashes != [8, 13, 18, 23] {
                return None;
            }
            text.replace('-', "")
        }
        _ => return None,
    };
    let id = Uuid::try_parse(&plain).ok()?;
    // Notion refuses time-based ids; its own are version 4 or 8.
    (id.get_version_num() != 1).then_some(id)
}

/// Reads an id from a JSON value, or says what is wrong with it.
pub(crate) fn from_value(value: &Value, path: &str) -> Result<Uuid, String> {
    let Some(text) = value.as_str() else {
        let actual = (!value.is_null()).then_some(value);
        return Err(match actual {
            None => crate::error::missing(path),
            some => should_be(path, "a string", some),
        });
    };
    parse(text).ok_or_else(|| should_be(path, "a valid uuid", Some(value)))
}

/// A new id. The first twelve digits are the workspace's, as in Notion today: whoever shortens
/// ids to their prefix must fail here too.
pub(crate) fn fresh(workspace: Uuid) -> Uuid {
    let mut bytes = *Uuid::new_v4().as_bytes();
    for (slot, byte) in bytes.iter_mut().zip(workspace.as_bytes()).take(6) {
        *slot = *byte;
    }
    if let Some(version) = bytes.get_mut(6) {
        *version = 0x81;
    }
    Uuid::from_bytes(bytes)
}

/// The id inside a Notion address, or a bare id.
pub(crate) fn from_url(text: &str) -> Option<Uuid> {
    let text = text.trim();
    if let Some(id) = parse(text) {
        return Some(id);
    }
    let without_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
    let path = without_scheme.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').find(|part| !part.is_empty())?;
    parse(last).or_else(|| {
        let tail: String = last
            .chars()
            .rev()
            .take(32)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        let before = last.len().checked_sub(33)?;
        (last.as_bytes().get(before) == Some(&b'-'))
            .then(|| parse(&tail))
            .flatten()
    })
}

/// The address of a page, without a slug.
pub(crate) fn page_url(id: Uuid) -> String {
    format!("https://app.notion.com/p/{}", id.simple())
}

/// The address of a page as page objects carry it: with a slug of its title.
pub(crate) fn slug_url(title: &str, id: Uuid) -> String {
    let mut slug = String::new();
    for c in title.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() {
        page_url(id)
    } else {
        format!("https://app.notion.com/p/{slug}-{}", id.simple())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        let id = parse("393ABC1E-edcd-814e-95ce-db661df73290").unwrap();
        assert_eq!(parse("393abc1eedcd814e95cedb661df73290"), Some(id));
        assert_eq!(
            from_url("https://app.notion.com/p/Test-1-393abc1eedcd814e95cedb661df73290"),
            Some(id)
        );
        assert_eq!(
            from_url("https://app.notion.com/p/393abc1eedcd814e95cedb661df73290?x=1#y"),
            Some(id)
        );
        assert_eq!(parse("393abc1e-edcd-814e-95ce-db661df7329"), None);
        assert_eq!(parse("f3f2e850-b5d4-11ef-ac7e-96584d5248b2"), None);
        assert_eq!(from_url("héé"), None);
        assert_eq!(slug_url("ベルヌーイ", id), page_url(id));
    }
}
