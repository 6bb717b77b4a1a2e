//! Keeping text from being read as markup, with as few backslashes as will do.

use crate::model::{Inline, Span};
use crate::tag;
use crate::urls;

/// How often a character of markup occurs in the text of a block; a lone one needs no backslash.
#[derive(Default, Clone, Copy)]
pub(crate) struct Counts {
    star: usize,
    under: usize,
    tilde: usize,
    dollar: usize,
    tick: usize,
    /// Whether there is emphasis that a link around one of its ends would undo.
    marks: bool,
}

impl Counts {
    pub(crate) fn of(spans: &[Span]) -> Self {
        let mut counts = Self::default();
        for span in spans {
            counts.star += 2 * usize::from(span.style.bold || span.style.italic);
            counts.tilde += 2 * usize::from(span.style.strike);
            counts.marks |= span.style.bold || span.style.italic || span.style.strike;
            if let Some(url) = &span.style.link {
                counts.add(url);
            }
            match &span.content {
                Inline::Text(text) => {
                    counts.tick += 2 * usize::from(span.style.code);
                    counts.add(text);
                }
                Inline::Page { title, .. } => counts.add(title),
                Inline::Math(text) => {
                    counts.dollar += 2;
                    counts.add(text);
                }
                Inline::Raw(text) => counts.add(text),
                Inline::Break => {}
            }
        }
        counts
    }

    fn add(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                b'*' => self.star += 1,
                b'_' => self.under += 1,
                b'~' => self.tilde += 1,
                b'$' => self.dollar += 1,
                b'`' => self.tick += 1,
                _ => {}
            }
        }
    }
}

/// Whether what follows an `&` makes it a character reference.
pub(crate) fn is_entity(rest: &str) -> bool {
    let body = rest.strip_prefix('#').unwrap_or(rest);
    let len = body
        .bytes()
        .take(40)
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    len > 0 && body.as_bytes().get(len) == Some(&b';')
}

/// Escapes text so that Markdown reads it as text.
pub(crate) struct Escaper {
    pub(crate) counts: Counts,
    pub(crate) in_link: bool,
    pub(crate) in_cell: bool,
}

/// What may need a backslash, and the tabs and feeds that Markdown takes for blanks.
const SPECIAL: &[char] = &[
    '\\', '`', '*', '_', '~', '$', '[', ']', '<', '&', '|', '{', '\u{b}', '\u{c}',
];

/// Whether a character is written as a reference.
fn is_feed(c: char) -> bool {
    matches!(c, '\u{b}' | '\u{c}')
}

impl Escaper {
    pub(crate) fn escape(
        &self,
        text: &str,
        before: Option<char>,
        after: Option<char>,
        out: &mut String,
    ) {
        let mut done = 0;
        for (at, c) in text.match_indices(SPECIAL) {
            let Some(c) = c.chars().next() else { continue };
            let (Some(head), Some(tail)) = (text.get(done..at), text.get(at + 1..)) else {
                continue;
            };
            out.push_str(head);
            let prev = text
                .get(..at)
                .and_then(|head| head.chars().next_back())
                .or(before)
                .map(|c| if is_feed(c) { ';' } else { c });
            let next = tail.chars().next().or(after);
            let next = next.map(|c| if is_feed(c) { '&' } else { c });
            done = at + 1;
            if is_feed(c) {
                out.push_str(if c == '\u{b}' { "&#11;" } else { "&#12;" });
                continue;
            }
            if self.needs(c, prev, next, tail) {
                out.push('\\');
            }
            out.push(c);
        }
        out.push_str(text.get(done..).unwrap_or_default());
    }

    fn needs(&self, c: char, prev: Option<char>, next: Option<char>, tail: &str) -> bool {
        let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let loose = blank(prev) && blank(next);
        match c {
            '\\' => next.is_none_or(|c| c.is_ascii_punctuation() || c == '\n'),
            '`' => self.counts.tick > 1,
            '*' => self.counts.star > 1 && !loose,
            '_' => {
                let inner = prev.is_some_and(char::is_alphanumeric)
                    && next.is_some_and(char::is_alphanumeric);
                self.counts.under > 1 && !loose && !inner
            }
            '~' => self.counts.tilde > 1 && !loose,
            // Only plain blanks keep a dollar from opening a formula.
            '$' => {
                let plain = |c: Option<char>| c.is_none_or(|c| c.is_ascii_whitespace());
                self.counts.dollar > 1 && !(plain(prev) && plain(next))
            }
            '[' => self.in_link,
            ']' => {
                let text = !self.counts.marks && stays_text(tail);
                self.in_link || next == Some('(') && !text
            }
            '<' => {
                next.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
                    || is_mail(tail)
            }
            '&' => is_entity(tail),
            '|' => self.in_cell,
            '{' => tag::window(tail, 1024)
                .split_once('}')
                .map(|(inner, _)| inner)
                .is_some_and(|inner| inner.contains('=')),
            _ => false,
        }
    }
}

/// Whether what follows a `<` makes it a link to a mail address, which may begin with signs.
fn is_mail(tail: &str) -> bool {
    tag::window(tail, 1024)
        .split_once('>')
        .is_some_and(|(inner, _)| inner.contains('@') && !inner.contains([' ', '<', '\n']))
}

/// Whether `](…)` is read as text without a backslash, because its address is none for a link.
fn stays_text(tail: &str) -> bool {
    let Some(url) = tag::window(tail, 1024)
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .map(|(url, _)| url)
    else {
        return false;
    };
    let simple = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-' | b'#' | b'%');
    !url.is_empty() && url.bytes().all(simple) && !urls::is_linkable(url)
}

/// Puts a backslash before what would begin another kind of block.
///
/// With `marked`, the text begins with markup that a backslash would undo.
pub(crate) fn guard_lines(text: &str, marked: bool) -> String {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let mut below = String::with_capacity(rest.len() + 8);
    if first.len() < text.len() {
        for line in rest.split('\n') {
            below.push('\n');
            guarded(&mut below, line, guard(line, ""));
        }
    }
    let mut out = String::with_capacity(first.len() + below.len() + 8);
    // What defines a link may go on in the lines below, as they will be written.
    let label = if first.starts_with('[') {
        format!("{first}{below}")
    } else {
        String::new()
    };
    let at = guard(first, &label);
    if is_lone_tag(first) || marked && at.is_some() {
        out.push_str("<span></span>");
    }
    guarded(&mut out, first, at.filter(|_| !marked));
    out.push_str(&below);
    out
}

fn guarded(out: &mut String, line: &str, at: Option<usize>) {
    let (head, tail) = line.split_at(at.unwrap_or(0));
    out.push_str(head);
    if at.is_some() {
        out.push('\\');
    }
    out.push_str(tail);
}

/// A tag alone on a line begins an HTML block.
fn is_lone_tag(line: &str) -> bool {
    tag::parse(line).is_some_and(|tag| {
        line.get(tag.len..)
            .is_some_and(|rest| rest.trim().is_empty())
    })
}

/// Where a line needs a backslash. Only the first line, given the whole `text`, can define a link.
fn guard(line: &str, text: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let blank_at = |at: usize| bytes.get(at).is_none_or(|b| matches!(b, b' ' | b'\t'));
    let only = |set: &[u8]| bytes.iter().all(|b| set.contains(b));
    match bytes.first()? {
        b'#' => {
            let level = bytes.iter().take_while(|b| **b == b'#').count();
            (level <= 6 && blank_at(level)).then_some(0)
        }
        b'>' => Some(0),
        b'-' | b'+' => (blank_at(1) || only(b"- \t|:")).then_some(0),
        b'*' | b'_' => blank_at(1).then_some(0),
        b'=' => only(b"= \t").then_some(0),
        b':' | b'|' => only(b"-|: \t").then_some(0),
        b'~' => line.starts_with("~~~").then_some(0),
        b'[' => (is_note(line) || !text.is_empty() && (is_definition(text) || is_box(line)))
            .then_some(0),
        b'0'..=b'9' => {
            let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
            let marker = matches!(bytes.get(digits), Some(b'.' | b')'));
            (digits <= 9 && marker && blank_at(digits + 1)).then_some(digits)
        }
        _ => None,
    }
}

/// Whether a text would begin with the definition of a link or a footnote; a label has at most 999 characters.
fn is_definition(text: &str) -> bool {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1).take(4000) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b']' => return text.as_bytes().get(at + 1) == Some(&b':'),
            b'[' => return false,
            _ => {}
        }
    }
    false
}

fn is_box(line: &str) -> bool {
    let rest = ["[ ]", "[x]", "[X]"]
        .iter()
        .find_map(|mark| line.strip_prefix(mark));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// Whether a line would begin a footnote, which may interrupt a paragraph.
fn is_note(line: &str) -> bool {
    line.starts_with("[^") && is_definition(line)
}

/// Whether a paragraph is a footnote's text exactly as a footnote is read.
pub(crate) fn is_footnote(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("\\[^") else {
        return false;
    };
    let label = rest
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'-')
        .count();
    label > 0
        && rest
            .get(label..)
            .and_then(|rest| rest.strip_prefix("]: "))
            .is_some_and(|rest| rest.starts_with(char::is_alphabetic))
}
