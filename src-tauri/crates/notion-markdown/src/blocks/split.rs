//! Cutting text to the length Notion takes.

use unicode_segmentation::UnicodeSegmentation as _;

/// The longest text of one rich-text item, in UTF-16 code units.
pub(super) const TEXT: usize = 2_000;

/// The length Notion counts: UTF-16 code units.
pub(super) fn units(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.encode_utf16().count()
    }
}

/// Cuts a text into parts of at most `limit` units, between words if that is possible, else between
/// the characters a person sees, never inside a code point.
pub(super) fn split(text: &str, limit: usize) -> Vec<&str> {
    if units(text) <= limit {
        return vec![text];
    }
    let mut cutter = Cutter {
        text,
        limit,
        out: Vec::new(),
        from: 0,
        to: 0,
        held: 0,
    };
    for word in text.split_word_bounds() {
        if units(word) <= limit {
            cutter.push(word);
            continue;
        }
        for grapheme in word.graphemes(true) {
            if units(grapheme) <= limit {
                cutter.push(grapheme);
                continue;
            }
            let mut buffer = [0; 4];
            for c in grapheme.chars() {
                cutter.push(c.encode_utf8(&mut buffer));
            }
        }
    }
    cutter.flush();
    cutter.out
}

struct Cutter<'a> {
    text: &'a str,
    limit: usize,
    out: Vec<&'a str>,
    from: usize,
    to: usize,
    held: usize,
}

impl Cutter<'_> {
    fn push(&mut self, part: &str) {
        let len = units(part);
        if self.held + len > self.limit {
            self.flush();
        }
        self.to += part.len();
        self.held += len;
    }

    fn flush(&mut self) {
        if let Some(part) = self.text.get(self.from..self.to)
            && !part.is_empty()
        {
            self.out.push(part);
        }
        self.from = self.to;
        self.held = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::{split, units};

    #[test]
    fn cuts_between_words_graphemes_and_code_points() {
        assert_eq!(split("one two three", 8), ["one two ", "three"]);
        assert_eq!(split("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(split("👩‍👩‍👧👩‍👩‍👧", 8), ["👩‍👩‍👧", "👩‍👩‍👧"]);
        assert!(split("👩‍👩‍👧", 3).iter().all(|part| units(part) <= 3));
        assert_eq!(split("😀😀", 2), ["😀", "😀"]);
    }
}
