//! Finding where a piece of inline markup ends.

use crate::enhanced::inline::MAX_URL;
use crate::urls;

/// Finds a run of exactly `len` backticks.
pub(crate) fn find_ticks(text: &str, len: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(skip) = text.get(at..)?.find('`') {
        at += skip;
        let run = text.get(at..)?.bytes().take_while(|b| *b == b'`').count();
        if run == len {
            return Some(at);
        }
        at += run;
    }
    None
}

pub(crate) fn strip_code_padding(code: &str) -> &str {
    if code.starts_with(' ') && code.ends_with(' ') && code.len() > 1 && code.contains(|c| c != ' ')
    {
        return code.get(1..code.len() - 1).unwrap_or(code);
    }
    code
}

/// Finds the next `$` that is not escaped.
pub(crate) fn find_dollar(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'$' => return Some(at),
            _ => {}
        }
    }
    None
}

/// The length of a citation `[^https://…]`.
pub(crate) fn citation(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("[^")?;
    let end = inner
        .bytes()
        .take(MAX_URL)
        .position(|b| b <= b' ' || matches!(b, b']' | b'[' | b'\\'))?;
    (inner.as_bytes().get(end) == Some(&b']') && urls::is_http(inner.get(..end)?))
        .then_some(end + 3)
}

/// Reads `(address)`, perhaps with a title: the address and the length.
pub(crate) fn destination(text: &str) -> Option<(String, usize)> {
    let inner = text.strip_prefix('(')?;
    let plain = |b: u8| !matches!(b, b'\\' | b'(' | b')' | b'\n' | b'<' | b' ' | b'\t');
    let len = inner
        .bytes()
        .take(MAX_URL)
        .take_while(|b| plain(*b))
        .count();
    if inner.as_bytes().get(len) == Some(&b')') {
        return Some((inner.get(..len)?.to_owned(), len + 2));
    }
    let mut depth = 0_usize;
    let mut url = String::new();
    let mut chars = inner.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if at > MAX_URL {
            return None;
        }
        match c {
            '\\' => match chars.next_if(|(_, next)| next.is_ascii_punctuation()) {
                Some((_, next)) => url.push(next),
                None => url.push(c),
            },
            '(' if depth >= 16 => return None,
            '(' => {
                depth += 1;
                url.push(c);
            }
            ')' if depth == 0 => return Some((url, at + 2)),
            ')' => {
                depth -= 1;
                url.push(c);
            }
            '\n' | '<' | ' ' | '\t' => return None,
            _ => url.push(c),
        }
    }
    None
}

/// Text without its escapes.
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\\'
            && let Some(next) = chars.next_if(char::is_ascii_punctuation)
        {
            out.push(next);
        } else {
            out.push(c);
        }
    }
    out
}

/// Where the last run of backticks of each length is, so that a search that must fail is never made.
pub(crate) type Ticks = Vec<usize>;

/// The list is no longer than the longest run.
pub(crate) fn last_ticks(text: &str) -> Ticks {
    let mut last = Vec::new();
    let mut at = 0;
    while let Some(skip) = text.get(at..).and_then(|rest| rest.find('`')) {
        at += skip;
        let run = text
            .get(at..)
            .map_or(1, |rest| rest.bytes().take_while(|b| *b == b'`').count());
        if last.len() <= run {
            last.resize(run + 1, 0);
        }
        if let Some(slot) = last.get_mut(run) {
            *slot = at;
        }
        at += run;
    }
    last
}
