//! Words as they are compared: small, without accents, in one width.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A folded word and where it stands in the text it was cut from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Of a script without spaces: two neighbouring characters, or the last one of a run alone.
    pub(crate) gram: bool,
}

/// Scripts that put no spaces between words: they are cut into overlapping pairs of characters.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0E00..=0x0EFF // Thai, Lao
        | 0x1000..=0x109F // Myanmar
        | 0x1780..=0x17FF // Khmer
        | 0x2E80..=0x2FDF | 0x3005..=0x3007 | 0x3040..=0x30FF | 0x31F0..=0x31FF
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0xFF66..=0xFF9F
        | 0x20000..=0x3FFFF)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

/// Marks that change no word for someone who types without them.
fn is_dropped(c: char) -> bool {
    matches!(u32::from(c), 0x0300..=0x036F | 0x0591..=0x05BD | 0x064B..=0x0652)
}

fn fold_into(out: &mut String, c: char) {
    if c.is_ascii() {
        out.push(c.to_ascii_lowercase());
        return;
    }
    let plain = std::iter::once(c).nfkd().filter(|c| !is_dropped(*c));
    for small in plain.flat_map(char::to_lowercase) {
        match small {
            'ß' => out.push_str("ss"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'ı' => out.push('i'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            // A capital İ leaves its dot behind.
            dropped if is_dropped(dropped) => {}
            other => out.push(other),
        }
    }
}

/// A text as it is compared, whole.
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        fold_into(&mut out, c);
    }
    composed(out)
}

fn composed(text: String) -> String {
    if text.is_ascii() {
        text
    } else {
        text.nfc().collect()
    }
}

/// The words of a text in its order.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, first)) = rest.next() {
        if !is_word(first) {
            continue;
        }
        let unspaced = is_unspaced(first);
        let mut run = vec![(start, first)];
        let alike = |c: char| is_word(c) && (is_unspaced(c) == unspaced || is_combining_mark(c));
        while let Some(next) = rest.next_if(|(_, c)| alike(*c)) {
            run.push(next);
        }
        let end = rest.peek().map_or(text.len(), |(at, _)| *at);
        if unspaced {
            grams(&mut words, &run, end);
        } else {
            push(&mut words, &run, end, false);
        }
    }
    words
}

fn push(words: &mut Vec<Word>, run: &[(usize, char)], end: usize, gram: bool) {
    let Some((start, _)) = run.first() else {
        return;
    };
    let mut folded = String::new();
    for (_, c) in run {
        fold_into(&mut folded, *c);
    }
    let text = composed(folded);
    if !text.is_empty() {
        words.push(Word {
            text,
            start: *start,
            end,
            gram,
        });
    }
}

fn grams(words: &mut Vec<Word>, run: &[(usize, char)], end: usize) {
    for (at, pair) in run.windows(2).enumerate() {
        let after = run.get(at + 2).map_or(end, |(start, _)| *start);
        push(words, pair, after, true);
    }
    if let Some(last) = run.last() {
        push(words, std::slice::from_ref(last), end, true);
    }
}

/// The words of a text as the index takes them.
pub(crate) fn indexed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in words(text) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&word.text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_widths_are_one() {
        assert_eq!(indexed("Café ÜBER naïve Ｆｕｌｌ"), "cafe uber naive full");
        assert_eq!(
            indexed("Straße Łódź Ærø İstanbul"),
            "strasse lodz aero istanbul"
        );
        assert_eq!(indexed("ёлка"), "елка");
        assert_eq!(indexed("don't re-read_it"), "don t re read it");
    }

    #[test]
    fn scripts_without_spaces_are_cut_into_pairs() {
        assert_eq!(indexed("東京タワー"), "東京 京タ タワ ワー ー");
        assert_eq!(indexed("ｶﾞ"), "ガ \u{3099}");
        assert_eq!(indexed("서울에서"), "서울에서");
        assert_eq!(indexed("Rust入門"), "rust 入門 門");
    }

    #[test]
    fn a_word_knows_where_it_stands() {
        let text = "— Élan, 東京";
        for word in words(text) {
            let source = text.get(word.start..word.end);
            assert_eq!(source.map(folded), Some(word.text));
        }
    }
}
