//! What is done with a body before Markdown is looked for in it.

use std::borrow::Cow;

/// Line ends as `\n`, no NUL.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if memchr::memchr2(b'\r', 0, text.as_bytes()).is_some() {
        return Cow::Owned(
            text.replace("\r\n", "\n")
                .replace('\r', "\n")
                .replace('\0', "\u{fffd}"),
        );
    }
    Cow::Borrowed(text)
}

/// Splits off front matter: `---`, lines that begin like YAML, `---`.
pub(crate) fn front_matter(text: &str) -> Option<(&str, &str)> {
    let body = text.strip_prefix("---\n")?;
    let first = body.split('\n').next()?;
    if !is_front_matter_line(first) {
        return None;
    }
    let mut at = 4;
    for line in body.split('\n') {
        let end = at + line.len();
        if line == "---" {
            return Some((text.get(..end)?, text.get(end..)?));
        }
        at = end + 1;
    }
    None
}

/// Whether the first line after `---` says that this is front matter.
pub(crate) fn is_front_matter_line(line: &str) -> bool {
    let key = line
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        .count();
    key > 0 && line.as_bytes().get(key) == Some(&b':') || line.starts_with("# ")
}

/// Whether a code block is front matter that was read from the top of a body.
pub(crate) fn is_front_matter(language: &str, text: &str) -> bool {
    language == "yaml" && front_matter(text).is_some_and(|(_, rest)| rest.is_empty())
}
