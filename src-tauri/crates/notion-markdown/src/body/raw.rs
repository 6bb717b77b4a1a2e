//! Inline content that Markdown has no word for.

use crate::enhanced::inline::{html_mark, is_mention, mention};
use crate::model::{Inline, Span};
use crate::tag::{self, Tag};

/// Whether a formula between these characters is read as one.
pub(crate) fn math_is_safe(text: &str, before: Option<char>, after: Option<char>) -> bool {
    let foreign = text.bytes().any(|b| matches!(b, b'$' | b'`' | b'|' | b'<'));
    let apart = |c: Option<char>| c.is_none_or(|c| !matches!(c, '$' | '\\'));
    !foreign && braces_match(text) && !text.ends_with('\\') && apart(before) && apart(after)
}

/// Whether the braces of a formula match, both if those behind a backslash count and if they do not:
/// parsers differ there.
fn braces_match(text: &str) -> bool {
    let (mut all, mut bare) = (0_i32, 0_i32);
    let mut escaped = false;
    for byte in text.bytes() {
        let step = match byte {
            b'{' => 1,
            b'}' => -1,
            _ => 0,
        };
        all += step;
        if !escaped {
            bare += step;
        }
        if all < 0 || bare < 0 {
            return false;
        }
        escaped = byte == b'\\' && !escaped;
    }
    all == 0 && bare == 0
}

/// Whether Markdown leaves this source alone and it is read back as the same.
pub(crate) fn raw_is_safe(source: &str) -> bool {
    let Some(tag) = tag::parse(source) else {
        return false;
    };
    is_mention(tag.name)
        && is_markdown(&tag)
        && !tag.close
        && html_mark(tag.name).is_none()
        && !source.contains(['\n', '|'])
        && mention(source, &tag) == (Inline::Raw(source.to_owned()), source.len())
}

/// Whether Markdown takes it for a tag too (CommonMark 6.6, raw HTML): Notion's names are freer.
fn is_markdown(tag: &Tag<'_>) -> bool {
    let begins =
        |name: &str| name.starts_with(|c: char| c.is_ascii_alphabetic() || "_:".contains(c));
    !tag.name.contains('_') && tag.attrs.iter().all(|(name, _)| begins(name))
}

/// Exact source in a tag that Markdown leaves alone.
pub(crate) fn wrapped(source: &str) -> String {
    let mut out = "<notion-inline source=\"".to_owned();
    tag::escape_attr(&mut out, source);
    out.push_str("\"/>");
    out.replace('|', "&#124;")
}

/// Content for a summary, which is read like enhanced Markdown but may hold foreign HTML.
pub(crate) fn wrap_raw(spans: &[Span]) -> Vec<Span> {
    let mut spans = spans.to_vec();
    for span in &mut spans {
        if let Inline::Raw(source) = &mut span.content
            && !raw_is_safe(source)
        {
            *source = wrapped(source);
        }
    }
    spans
}
