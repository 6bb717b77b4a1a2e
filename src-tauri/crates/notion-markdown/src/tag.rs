//! Reading and writing of the XML-like tags that both notations share.

use crate::model::Attrs;

/// How deep blocks may nest; what is deeper stays at this depth. Guards the stack.
pub(crate) const MAX_DEPTH: usize = 48;

/// The longest tag looked at; longer ones stay text, so that a search never runs away.
const MAX_TAG: usize = 16 * 1024;

/// One parsed tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a str,
    pub(crate) close: bool,
    pub(crate) self_closing: bool,
    pub(crate) attrs: Vec<(&'a str, &'a str)>,
    /// The length of the tag in bytes.
    pub(crate) len: usize,
}

impl Tag<'_> {
    /// The unescaped value of an attribute.
    pub(crate) fn attr(&self, name: &str) -> Option<String> {
        self.attrs
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| unescape_attr(value))
    }

    /// All attributes as a model list.
    pub(crate) fn attrs(&self) -> Attrs {
        let mut attrs = Attrs::default();
        for (name, value) in &self.attrs {
            attrs.set(name, &unescape_attr(value));
        }
        attrs
    }
}

/// Reads one tag at the beginning of `text`.
pub(crate) fn parse(text: &str) -> Option<Tag<'_>> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'<') {
        return None;
    }
    let close = bytes.get(1) == Some(&b'/');
    let name_start = if close { 2 } else { 1 };
    let name_len = name_length(bytes.get(name_start..)?)?;
    let name = text.get(name_start..name_start + name_len)?;
    let mut at = name_start + name_len;
    let mut attrs = Vec::new();
    loop {
        if at > MAX_TAG {
            return None;
        }
        let spaces = bytes
            .get(at..)?
            .iter()
            .take_while(|b| b.is_ascii_whitespace())
            .count();
        at += spaces;
        match bytes.get(at)? {
            b'>' => {
                return Some(Tag {
                    name,
                    close,
                    self_closing: false,
                    attrs,
                    len: at + 1,
                });
            }
            b'/' if bytes.get(at + 1) == Some(&b'>') => {
                return (!close).then_some(Tag {
                    name,
                    close,
                    self_closing: true,
                    attrs,
                    len: at + 2,
                });
            }
            _ if spaces == 0 || close => return None,
            _ => {}
        }
        let (attr, len) = parse_attr(text.get(at..)?)?;
        attrs.push(attr);
        at += len;
    }
}

fn name_length(bytes: &[u8]) -> Option<usize> {
    if !bytes.first()?.is_ascii_alphabetic() {
        return None;
    }
    Some(
        bytes
            .iter()
            .take(64)
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            .count(),
    )
}

/// Reads `name="value"`, `name='value'`, `name=value` or a bare `name`.
fn parse_attr(text: &str) -> Option<((&str, &str), usize)> {
    let bytes = text.as_bytes();
    let len = bytes
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.'))
        .count();
    if len == 0 {
        return None;
    }
    let name = text.get(..len)?;
    if bytes.get(len) != Some(&b'=') {
        return Some(((name, ""), len));
    }
    let quote = *bytes.get(len + 1)?;
    if matches!(quote, b'"' | b'\'') {
        let rest = bytes.get(len + 2..)?;
        let size = rest
            .iter()
            .take(MAX_TAG)
            .position(|b| *b == quote || *b == b'\n')?;
        if rest.get(size) != Some(&quote) {
            return None;
        }
        let value = text.get(len + 2..len + 2 + size)?;
        return Some(((name, value), len + 3 + size));
    }
    let size = bytes
        .get(len + 1..)?
        .iter()
        .take(MAX_TAG)
        .take_while(|b| {
            !b.is_ascii_whitespace() && !matches!(b, b'>' | b'"' | b'\'' | b'<' | b'`' | b'=')
        })
        .count();
    (size > 0).then_some(((name, text.get(len + 1..len + 1 + size)?), len + 1 + size))
}

/// Puts a backslash before a `!` at the end, which would make a picture of a link.
pub(crate) fn guard_bang(out: &mut String) {
    let Some(before) = out.strip_suffix('!') else {
        return;
    };
    let slashes = before.bytes().rev().take_while(|b| *b == b'\\').count();
    if slashes % 2 == 0 {
        out.insert(out.len() - 1, '\\');
    }
}

/// The beginning of a text, at most `limit` bytes, so that a search in it is bounded.
pub(crate) fn window(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Reads an attribute list such as `{color="red"}` that fills all of `text`.
pub(crate) fn parse_braces(text: &str) -> Option<Attrs> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let mut attrs = Attrs::default();
    let mut at = 0;
    while at < inner.len() {
        let rest = inner.get(at..)?;
        let ((name, value), len) = parse_attr(rest)?;
        if !rest.get(..len).is_some_and(|attr| attr.ends_with('"')) || value.contains(['{', '}']) {
            return None;
        }
        attrs.set(name, &unescape_attr(value));
        at += len;
        let spaces = inner.get(at..)?.bytes().take_while(|b| *b == b' ').count();
        if spaces == 0 && at < inner.len() {
            return None;
        }
        at += spaces;
    }
    (at > 0).then_some(attrs)
}

/// Splits an attribute list off the end of a line: `(text, attributes)`.
pub(crate) fn split_braces(line: &str) -> Option<(&str, Attrs)> {
    let trimmed = line.trim_end_matches([' ', '\t']);
    if !trimmed.ends_with('}') {
        return None;
    }
    let at = trimmed.rfind('{')?;
    let before = trimmed.get(..at)?;
    if !(before.is_empty() || before.ends_with([' ', '\t'])) {
        return None;
    }
    let attrs = parse_braces(trimmed.get(at..)?)?;
    Some((before.trim_end_matches([' ', '\t']), attrs))
}

/// Appends ` name="value"` for each attribute.
pub(crate) fn write_attrs(out: &mut String, attrs: &Attrs) {
    for (name, value) in attrs.iter() {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape_attr(out, value);
        out.push('"');
    }
}

/// Appends ` {name="value"}`, or nothing.
pub(crate) fn write_braces(out: &mut String, attrs: &Attrs) {
    if attrs.is_empty() {
        return;
    }
    if !(out.is_empty() || out.ends_with([' ', '\n', '\t'])) {
        out.push(' ');
    }
    out.push('{');
    for (at, (name, value)) in attrs.iter().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        out.push_str(name);
        out.push_str("=\"");
        escape_attr(out, value);
        out.push('"');
    }
    out.push('}');
}

/// Escapes what would end an attribute value, or what either notation would read as its own.
pub(crate) fn escape_attr(out: &mut String, value: &str) {
    for c in value.chars() {
        match c {
            '"' => out.push_str("&quot;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '{' => out.push_str("&#123;"),
            '}' => out.push_str("&#125;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\0' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
}

/// Character references in attributes.
const ENTITIES: [(&str, char); 12] = [
    ("&quot;", '"'),
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&#123;", '{'),
    ("&#125;", '}'),
    ("&#10;", '\n'),
    ("&#13;", '\r'),
    ("&#124;", '|'),
    ("&#96;", '`'),
    ("&#39;", '\''),
    ("&apos;", '\''),
];

/// The reverse of [`escape_attr`]; unknown entities stay.
pub(crate) fn unescape_attr(value: &str) -> String {
    if !value.contains('&') {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        if let Some((entity, c)) = ENTITIES.iter().find(|(entity, _)| tail.starts_with(entity)) {
            out.push(*c);
            rest = tail.get(entity.len()..).unwrap_or_default();
        } else {
            out.push('&');
            rest = tail.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}
