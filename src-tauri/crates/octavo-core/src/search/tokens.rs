//! What the index of words takes of a note: each of its words once, and once more with a mark that
//! says where it stands.

use std::collections::BTreeSet;

use super::query::Place;

/// Stands before the words of a title that are one token: the title as a whole.
const WHOLE: char = '\u{96}';
/// Stands between them.
const JOINT: char = '\u{97}';
/// A title is told from others by as many of its bytes.
const LONGEST: usize = 120;

/// The mark before a word that stands in this place. Folded words hold no such characters, and the
/// tokenizer takes everything beyond ASCII as a part of words.
fn mark(place: Place) -> Option<char> {
    match place {
        // What stands anywhere is in the body unless it is in one of the others.
        Place::Anywhere | Place::Body => None,
        Place::Title => Some('\u{91}'),
        Place::Headings => Some('\u{92}'),
        Place::Tags => Some('\u{93}'),
        Place::Links => Some('\u{94}'),
        Place::Files => Some('\u{95}'),
    }
}

/// A word as the index has it where it stands in this place.
pub(crate) fn token(place: Place, word: &str) -> String {
    mark(place).into_iter().chain(word.chars()).collect()
}

/// A title as the index has it beside its words.
pub(crate) fn whole_title(folded: &str) -> String {
    let mut out = String::from(WHOLE);
    for c in folded.chars() {
        if out.len() >= LONGEST {
            break;
        }
        out.push(if c == ' ' { JOINT } else { c });
    }
    out
}

/// The tokens of a note whose words stand in these places, each once, with blanks between.
pub(crate) fn tokens(texts: &[(Place, &str)]) -> String {
    let mut found = BTreeSet::new();
    for (place, text) in texts {
        let words = || text.split(' ').filter(|word| !word.is_empty());
        found.extend(words().map(str::to_owned));
        if mark(*place).is_some() {
            found.extend(words().map(|word| token(*place, word)));
        }
        if *place == Place::Title && !text.is_empty() {
            found.insert(whole_title(text));
        }
    }
    let mut out = String::new();
    for token in found {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&token);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_there_once_and_where_it_stands() {
        let texts = [(Place::Title, "the mill"), (Place::Body, "mill the wheel")];
        assert_eq!(
            tokens(&texts),
            "mill the wheel \u{91}mill \u{91}the \u{96}the\u{97}mill"
        );
    }

    #[test]
    fn a_very_long_title_is_cut() {
        let title = "東京 ".repeat(80);
        assert!(whole_title(title.trim_end()).len() < LONGEST + 4);
    }
}
