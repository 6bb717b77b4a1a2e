//! Addresses: which become links, which name a Notion page, which are signed and expire.

/// How a page mention is addressed in a body: `[Title](notion://<id>)`.
pub(crate) const PAGE_SCHEME: &str = "notion://";

/// Whether an address may become a link: absolute `http(s)` or `mailto`, or Notion's `/<32 hex>`.
pub(crate) fn is_linkable(url: &str) -> bool {
    has_prefix(url, "http://") && url.len() > 7
        || has_prefix(url, "https://") && url.len() > 8
        || has_prefix(url, "mailto:") && url.len() > 7
        || url.strip_prefix('/').is_some_and(|rest| {
            hex32(rest.as_bytes(), 0).is_some()
                && !rest
                    .as_bytes()
                    .get(32)
                    .copied()
                    .is_some_and(|b| b.is_ascii_alphanumeric())
        })
}

/// Whether an address is absolute `http(s)`.
pub(crate) fn is_http(url: &str) -> bool {
    has_prefix(url, "http://") && url.len() > 7 || has_prefix(url, "https://") && url.len() > 8
}

/// Whether an address is one that a browser could open, so that Notion takes it.
pub(crate) fn is_valid(url: &str) -> bool {
    let rest = url.split_once("://").map(|(_, rest)| rest);
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    // Nearly every address: letters and dots need no second look.
    let plain = host.is_some_and(|host| {
        host.contains(|c: char| c.is_ascii_alphabetic())
            && host.ends_with(|c: char| c.is_ascii_alphabetic())
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
    });
    plain || url::Url::parse(url).is_ok()
}

fn has_prefix(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// The one spelling of an address that survives every notation: what could end or split it is encoded.
pub(crate) fn clean(url: &str) -> String {
    if is_clean(url) {
        return url.to_owned();
    }
    let url = url.trim();
    let balanced = parens_balanced(url);
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '(' if !balanced => out.push_str("%28"),
            ')' if !balanced => out.push_str("%29"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            '|' => out.push_str("%7C"),
            '`' => out.push_str("%60"),
            '"' => out.push_str("%22"),
            '\0' => out.push_str("%EF%BF%BD"),
            c if c.is_whitespace() || c.is_control() => {
                let mut buffer = [0; 4];
                for byte in c.encode_utf8(&mut buffer).bytes() {
                    out.push('%');
                    for half in [byte >> 4, byte & 15] {
                        out.push(
                            char::from_digit(u32::from(half), 16)
                                .unwrap_or('0')
                                .to_ascii_uppercase(),
                        );
                    }
                }
            }
            _ => out.push(c),
        }
    }
    out
}

/// Whether [`clean`] would change nothing.
pub(crate) fn is_clean(url: &str) -> bool {
    let mut brackets = false;
    for byte in url.bytes() {
        match byte {
            b'(' | b')' => brackets = true,
            b'<' | b'>' | b'\\' | b'|' | b'`' | b'"' => return false,
            0x21..=0x7e => {}
            _ => return false,
        }
    }
    !url.is_empty() && (!brackets || parens_balanced(url))
}

fn parens_balanced(url: &str) -> bool {
    let mut depth = 0_u8;
    for byte in url.bytes() {
        match byte {
            b'(' if depth >= 8 => return false,
            b'(' => depth += 1,
            b')' if depth == 0 => return false,
            b')' => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

/// The id of the page an address names, lower case with dashes, in any spelling Notion has used.
///
/// Accepts a bare id (with or without dashes), `notion://<id>`, and addresses on Notion's own hosts.
/// A `p` parameter (peek view) wins over the path; a view id (`v`) or a block anchor is never taken.
pub fn page_id(url: &str) -> Option<String> {
    let url = url.trim();
    if let Some(id) = exact_id(url) {
        return Some(id);
    }
    if let Some(rest) = url.strip_prefix(PAGE_SCHEME) {
        if let Some(id) = exact_id(rest) {
            return Some(id);
        }
        return notion_address(rest);
    }
    if let Some(rest) = url.strip_prefix('/') {
        return exact_id(rest.split(['?', '#', '/']).next()?);
    }
    let (scheme, rest) = url.split_once("://")?;
    if !(scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")) {
        return None;
    }
    notion_address(rest)
}

/// The address Notion itself writes for a page.
pub fn page_url(id: &str) -> String {
    format!("https://app.notion.com/p/{}", id.replace('-', ""))
}

fn notion_address(rest: &str) -> Option<String> {
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = host.to_ascii_lowercase();
    let known = matches!(
        host.as_str(),
        "app.notion.com" | "www.notion.so" | "notion.so" | "www.notion.com" | "notion.com"
    ) || host.ends_with(".notion.site");
    if !known {
        return None;
    }
    let without_fragment = path.split('#').next().unwrap_or_default();
    let (path, query) = without_fragment
        .split_once('?')
        .unwrap_or((without_fragment, ""));
    for name in ["p", "page_id", "database_id"] {
        let value = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name);
        if let Some(id) = value.and_then(|(_, value)| exact_id(value)) {
            return Some(id);
        }
    }
    path.rsplit('/').find_map(segment_id)
}

fn segment_id(segment: &str) -> Option<String> {
    if let Some(id) = exact_id(segment) {
        return Some(id);
    }
    let at = segment.len().checked_sub(32)?;
    let (slug, id) = (segment.get(..at)?, segment.get(at..)?);
    if slug.ends_with('-') {
        exact_id(id)
    } else {
        None
    }
}

/// An id alone: 32 hexadecimal digits, or the dashed form.
fn exact_id(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let digits: String = match bytes.len() {
        32 => text.to_owned(),
        36 if [8, 13, 18, 23]
            .iter()
            .all(|at| bytes.get(*at) == Some(&b'-')) =>
        {
            text.replace('-', "")
        }
        _ => return None,
    };
    hex32(digits.as_bytes(), 0)?;
    if digits.len() != 32 {
        return None;
    }
    let digits = digits.to_ascii_lowercase();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    Some(format!(
        "{}-{}-{}-{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32)
    ))
}

fn hex32(bytes: &[u8], at: usize) -> Option<()> {
    bytes
        .get(at..at + 32)?
        .iter()
        .all(u8::is_ascii_hexdigit)
        .then_some(())
}

/// An address without the signature that makes a file link expire; other addresses stay whole.
pub(crate) fn without_signature(url: &str) -> &str {
    let Some((path, query)) = url.split_once('?') else {
        return url;
    };
    let signed = [
        "X-Amz-",
        "x-amz-",
        "Signature=",
        "signature=",
        "Expires=",
        "expirationTimestamp=",
    ];
    if signed.iter().any(|mark| query.contains(mark)) {
        path
    } else {
        url
    }
}
