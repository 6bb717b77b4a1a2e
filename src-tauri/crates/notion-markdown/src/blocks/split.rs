//! Cutting text to the length Notion takes.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::tag::window;

/// The longest text of one rich-text item, in UTF-16 code units.
pub(super) const TEXT: usize = 2_000;

/// How far back from a limit is looked for a blank, before the words are counted from the start.
const NEAR: usize = 256;

/// The length Notion counts: UTF-16 code units.
pub(super) fn units(text: &str) -> usize {
    let bytes = text.as_bytes();
    let later = bytes.iter().filter(|byte| **byte & 0xc0 == 0x80).count();
    let pairs = bytes.iter().filter(|byte| **byte >= 0xf0).count();
    bytes.len() - later + pairs
}

/// Whether a text is at most `limit` units long.
pub(super) fn fits(text: &str, limit: usize) -> bool {
    // No unit takes more than three bytes, and none less than one.
    text.len() <= limit || text.len() <= 3 * limit && units(text) <= limit
}

/// Cuts a text into parts of at most `limit` units, between words if that is possible, else between
/// the characters a person sees, never inside a code point. There are no empty parts.
pub(super) fn split(text: &str, limit: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let len = if fits(rest, limit) {
            rest.len()
        } else {
            cut(rest, limit)
        };
        let (part, tail) = rest.split_at(len);
        rest = tail;
        (!part.is_empty()).then_some(part)
    })
}

/// Where to cut a text that is longer than `limit` units.
fn cut(text: &str, limit: usize) -> usize {
    let end = prefix(text, limit);
    // A word that begins before the limit and reaches farther than this is longer than the limit.
    let near = window(text, end + 3 * (limit + 1));
    let from = blank_before(text, end).unwrap_or(0);
    let mut at = from;
    for word in near.get(from..).unwrap_or_default().split_word_bounds() {
        if at + word.len() > end {
            if at == 0 || !fits(word, limit) {
                break;
            }
            return at;
        }
        at += word.len();
    }
    // One long word, or the part of one that still has room here.
    for grapheme in near.get(at..).unwrap_or_default().graphemes(true) {
        if at + grapheme.len() > end {
            break;
        }
        at += grapheme.len();
    }
    if at > 0 { at } else { end }
}

/// How many bytes of a text are at most `limit` units, in whole code points.
fn prefix(text: &str, limit: usize) -> usize {
    let bytes = text.as_bytes();
    if bytes.get(..limit).is_some_and(<[u8]>::is_ascii) {
        return limit;
    }
    let mut left = limit;
    for (at, c) in text.char_indices() {
        if c.len_utf16() > left {
            return at;
        }
        left -= c.len_utf16();
    }
    text.len()
}

/// Where, shortly before `end`, something begins after a blank: there is an end of a word, whatever is around.
fn blank_before(text: &str, end: usize) -> Option<usize> {
    let from = end.saturating_sub(NEAR);
    let bytes = text.as_bytes().get(from..=end)?;
    let at = bytes
        .windows(2)
        .rposition(|pair| matches!(pair, [b' ' | b'\n', next] if next.is_ascii_graphic()))?;
    Some(from + at + 1)
}

#[cfg(test)]
mod tests {
    use super::{fits, split, units};

    fn parts(text: &str, limit: usize) -> Vec<&str> {
        split(text, limit).collect()
    }

    #[test]
    fn cuts_between_words_graphemes_and_code_points() {
        assert_eq!(parts("one two three", 8), ["one two ", "three"]);
        assert_eq!(parts("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(parts("👩‍👩‍👧👩‍👩‍👧", 8), ["👩‍👩‍👧", "👩‍👩‍👧"]);
        assert!(split("👩‍👩‍👧", 3).all(|part| units(part) <= 3));
        assert_eq!(parts("😀😀", 2), ["😀", "😀"]);
    }
    #[test]
    fn units_are_those_of_utf_16() {
        for text in ["", "a", "é", "漢字", "😀", "a😀é漢\n", "👩‍👩‍👧"] {
            let count = text.encode_utf16().count();
            assert_eq!(units(text), count, "{text}");
            assert!(fits(text, count), "{text}");
            assert!(count == 0 || !fits(text, count - 1), "{text}");
        }
    }

    #[test]
    fn parts_are_as_long_as_words_allow() {
        let text = "Wörter und words, 漢字。 (one-two) 😀😀 ".repeat(300);
        let parts = parts(&text, 500);
        assert_eq!(parts.concat(), text);
        for pair in parts.windows(2) {
            let len = units(pair[0]);
            assert!((480..=500).contains(&len), "{len}: {}", pair[0]);
        }
    }
}
