//! Blank lines around the tags of blocks, without which Markdown would take what follows for a part of them.

use std::borrow::Cow;

use crate::body::html::{CONTAINERS, is_card, is_card_line, is_notion_table};
use crate::tag;

/// Puts blank lines around tags of blocks, so that a card next to text stays a card.
pub(crate) fn isolate(text: &str) -> Cow<'_, str> {
    if !text.contains("\n<") && !text.contains(" <") && !text.starts_with('<') {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    // How much of the text is in `out`, and where the line at hand begins.
    let (mut done, mut at) = (0, 0);
    let mut fence: Option<(u8, usize)> = None;
    let mut before = "";
    let mut want_blank = false;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1);
    for end in ends.chain([text.len()]) {
        let line = text.get(at..end).unwrap_or_default();
        let first = line.bytes().find(|b| *b != b' ');
        // Nearly all lines begin neither a tag nor a fence.
        if !want_blank && !matches!(first, Some(b'<' | b'`' | b'~')) {
            before = line;
            at = end;
            continue;
        }
        let trimmed = line.trim_matches([' ', '\n']);
        let role = if update_fence(&mut fence, trimmed) {
            Role::default()
        } else {
            role(trimmed)
        };
        if role.blank_before && !leaves_blank(before.trim_matches([' ', '\n']))
            || want_blank && !trimmed.trim_start().is_empty()
        {
            out.push_str(text.get(done..at).unwrap_or_default());
            out.push('\n');
            done = at;
        }
        want_blank = role.blank_after;
        before = line;
        at = end;
    }
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(out)
}

/// Whether a line is blank, or only the marker of a list or quote, whose content begins in the next line.
fn leaves_blank(line: &str) -> bool {
    line.trim().is_empty() || is_bare_marker(line)
}

/// Whether a line is only the marker of a list or quote, whose content begins in the next line.
fn is_bare_marker(line: &str) -> bool {
    let marker = ["[ ]", "[x]", "[X]"]
        .iter()
        .find_map(|mark| line.trim_end().strip_suffix(mark))
        .unwrap_or(line);
    marker.bytes().all(|b| {
        matches!(
            b,
            b'-' | b'+' | b'*' | b'>' | b'.' | b')' | b' ' | b'0'..=b'9'
        )
    })
}

/// Follows fenced code; whether a line belongs to it.
fn update_fence(fence: &mut Option<(u8, usize)>, line: &str) -> bool {
    let Some(mark) = line.bytes().next().filter(|b| matches!(b, b'`' | b'~')) else {
        return fence.is_some();
    };
    let len = line.bytes().take_while(|b| *b == mark).count();
    match *fence {
        Some((open, size)) => {
            if mark == open && len >= size && line.len() == len {
                *fence = None;
            }
            true
        }
        None if len >= 3
            && !(mark == b'`' && line.get(len..).is_some_and(|info| info.contains('`'))) =>
        {
            *fence = Some((mark, len));
            true
        }
        None => false,
    }
}

#[derive(Default)]
struct Role {
    blank_before: bool,
    blank_after: bool,
}

fn role(line: &str) -> Role {
    if !line.starts_with('<') {
        return Role::default();
    }
    let Some(tag) = tag::parse(line) else {
        return Role::default();
    };
    let alone = tag.len == line.len();
    let both = Role {
        blank_before: true,
        blank_after: true,
    };
    match tag.name {
        "empty-block" if alone => both,
        name if CONTAINERS.contains(&name) && alone && tag.close => both,
        "callout" | "indent" if alone => both,
        "table" if is_notion_table(&tag) && alone => Role {
            blank_before: true,
            blank_after: false,
        },
        _ if is_card_line(line) => both,
        _ if is_card(&tag) && alone => Role {
            blank_before: !tag.close,
            blank_after: tag.close,
        },
        _ => Role::default(),
    }
}
