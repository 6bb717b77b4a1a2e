//! `key="value"` lists, in tags and in braces.

/// Escapes an attribute value; addresses stay readable because a lone `&` is left alone.
pub(crate) fn quote(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(c) = rest.chars().next() {
        match c {
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '>' => out.push_str("&gt;"),
            '&' if ["&quot;", "&amp;", "&gt;", "&#10;", "&#13;"]
                .iter()
                .any(|e| rest.starts_with(e)) =>
            {
                out.push_str("&amp;");
            }
            _ => out.push(c),
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    out
}

/// The inverse of [`quote`].
pub(crate) fn unquote(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(before);
        let known = [
            ("&quot;", "\""),
            ("&amp;", "&"),
            ("&gt;", ">"),
            ("&#10;", "\n"),
            ("&#13;", "\r"),
        ];
        let hit = known
            .iter()
            .find_map(|(name, text)| Some((after.strip_prefix(name)?, *text)));
        let (tail, text) = hit.unwrap_or((after.strip_prefix('&').unwrap_or_default(), "&"));
        out.push_str(text);
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Reads `key="value" key="value"` to the end; `None` if anything else is in it.
pub(crate) fn parse(text: &str) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (key, after) = rest.split_once("=\"")?;
        let plain = !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        if !plain {
            return None;
        }
        let (value, tail) = after.split_once('"')?;
        found.push((key.to_owned(), unquote(value)));
        rest = tail.trim_start();
    }
    Some(found)
}

pub(crate) fn get<'a>(attributes: &'a [(String, String)], key: &str) -> Option<&'a str> {
    attributes
        .iter()
        .find(|(name, _)| name == key)
        .map(|(_, value)| value.as_str())
}

/// An opening tag at the start of `text`: its name, attributes, whether it closes itself, and what
/// follows it.
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a str,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) closed: bool,
    pub(crate) rest: &'a str,
}

pub(crate) fn tag(text: &str) -> Option<Tag<'_>> {
    let inner = text.strip_prefix('<')?;
    let end = inner.find('>').filter(|end| *end < 8192)?;
    let (head, rest) = inner.split_at_checked(end)?;
    let rest = rest.strip_prefix('>')?;
    let (head, closed) = head
        .strip_suffix('/')
        .map_or((head, false), |head| (head, true));
    let name_end = head.find(|c: char| c.is_whitespace()).unwrap_or(head.len());
    let (name, attributes) = head.split_at_checked(name_end)?;
    let plain = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    if !plain {
        return None;
    }
    Some(Tag {
        name,
        attributes: parse(attributes)?,
        closed,
        rest,
    })
}
