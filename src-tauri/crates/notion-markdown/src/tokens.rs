//! Words of a text, as diff and merge see them: tags, mentions and addresses are never cut.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use crate::canonical::{stable_source, title_end};
use crate::tag;
use crate::urls;

/// One token: where it is, and what it is compared by.
#[derive(Debug, Clone)]
pub(crate) struct Token<'a> {
    pub(crate) range: Range<usize>,
    pub(crate) key: Cow<'a, str>,
}

/// Splits a text into tokens without a gap.
pub(crate) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let len = token_len(rest).max(1);
        let source = rest.get(..len).unwrap_or(rest);
        let key = match source.as_bytes().first() {
            Some(b'<') if source.len() > 1 => Cow::Owned(stable_source(source)),
            Some(b'h') if source.contains("://") => Cow::Borrowed(urls::without_signature(source)),
            _ => Cow::Borrowed(source),
        };
        out.push(Token {
            range: at..at + source.len(),
            key,
        });
        at += source.len();
    }
    out
}

fn token_len(text: &str) -> usize {
    let Some(first) = text.chars().next() else {
        return 0;
    };
    match first {
        '<' => element_len(text).unwrap_or(1),
        '\\' => {
            1 + text
                .chars()
                .nth(1)
                .filter(char::is_ascii_punctuation)
                .map_or(0, char::len_utf8)
        }
        '\n' => 1,
        'h' if text.starts_with("http://") || text.starts_with("https://") => address_len(text),
        c if c.is_whitespace() => run_len(text, |c| c.is_whitespace() && c != '\n'),
        c if is_ideograph(c) => c.len_utf8(),
        c if c.is_alphanumeric() => run_len(text, |c| c.is_alphanumeric() && !is_ideograph(c)),
        '*' | '~' | '`' | '#' | '-' => run_len(text, |c| c == first),
        c => c.len_utf8(),
    }
}

fn run_len(text: &str, keep: impl Fn(char) -> bool) -> usize {
    text.find(|c| !keep(c)).unwrap_or(text.len())
}

/// Scripts written without blanks: every character is a word.
fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x3040..=0x30ff | 0x3400..=0x9fff
        | 0xf900..=0xfaff | 0x20000..=0x3ffff)
}

/// The length of an address; parentheses belong to it where they come in pairs.
fn address_len(text: &str) -> usize {
    let mut open = 0_usize;
    text.find(|c: char| match c {
        '(' => {
            open += 1;
            false
        }
        ')' => {
            let ends = open == 0;
            open = open.saturating_sub(1);
            ends
        }
        c => c.is_whitespace() || matches!(c, '"' | '<' | '>' | ']' | '\\'),
    })
    .unwrap_or(text.len())
}

/// A tag, or a mention with its title.
fn element_len(text: &str) -> Option<usize> {
    let tag = tag::parse(text)?;
    let titled = matches!(tag.name, "page" | "database") || tag.name.starts_with("mention-");
    if titled
        && !tag.close
        && !tag.self_closing
        && let Some((_, end)) = title_end(text.get(tag.len..)?, tag.name)
    {
        return Some(tag.len + end);
    }
    Some(tag.len)
}

/// What is compared of the parts of a text that change by themselves: mentions with a title, signed addresses.
pub(crate) fn fragile_keys(text: &str) -> HashSet<String> {
    // A title ends with a tag, and a signature stands behind a question mark: most texts have neither.
    let has = |part: &str| memchr::memmem::find(text.as_bytes(), part.as_bytes()).is_some();
    if !(has("</") || has("?") && has("://")) {
        return HashSet::new();
    }
    let list = tokens(text).into_iter();
    let fragile = list.filter(|token| is_fragile(text, token));
    fragile.map(|token| token.key.into_owned()).collect()
}

/// Whether a token is a part of its text that changes by itself: a mention with a title, a signed address.
pub(crate) fn is_fragile(text: &str, token: &Token<'_>) -> bool {
    let source = text.get(token.range.clone()).unwrap_or_default();
    let titled = source.starts_with('<') && source.ends_with('>') && source.contains("</");
    titled && !source.starts_with("</") || token.key.len() < source.len() && source.contains("://")
}

/// The parts of a text that change by themselves: titles, signed addresses, cards.
pub(crate) fn fragile(text: &str) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    let next_of = |at: usize| memchr::memchr2(b'<', b'h', text.as_bytes().get(at..)?);
    while let Some(skip) = next_of(at) {
        at += skip;
        let rest = text.get(at..).unwrap_or_default();
        let mut next = at + 1;
        if rest.starts_with("http://") || rest.starts_with("https://") {
            let len = address_len(rest);
            let picture = text.get(..at).is_some_and(|before| before.ends_with("]("));
            let stable = urls::without_signature(rest.get(..len).unwrap_or_default()).len();
            if stable < len {
                out.push(at + if picture { 0 } else { stable }..at + len);
            }
            next = at + len;
        } else if let Some(tag) = tag::parse(rest) {
            next = at + tag.len;
            let name_end = at + 1 + tag.name.len();
            if !tag.close && matches!(tag.name, "unknown" | "audio" | "video" | "file" | "pdf") {
                out.push(name_end..at + tag.len);
            } else if let Some(len) = element_len(rest).filter(|len| *len > tag.len) {
                let close = tag.name.len() + 3;
                out.push(at + tag.len..at + len - close);
                next = at + len;
            }
        }
        at = next;
    }
    out.retain(|range| !range.is_empty());
    out
}

/// Whether a card holds what cannot be made again from its text: pages, blocks the service only names, and
/// files whose address expires.
pub(crate) fn is_held(source: &str) -> bool {
    let named = ["<page ", "<database ", "<unknown", "<meeting-notes"];
    let signed = source.contains("://")
        && tokens(source).iter().any(|token| {
            let text = source.get(token.range.clone()).unwrap_or_default();
            let signs = !text.contains("</") && text.contains("://");
            signs && token.key.len() < text.len()
        });
    signed || named.iter().any(|name| source.contains(name))
}
