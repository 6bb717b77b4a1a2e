//! Words of a text as they are compared: without endings, accents and capitals, in any script.

use std::collections::HashMap;
use std::sync::LazyLock;

use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};
use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use whatlang::Lang;

/// A word that says something about a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// As it stands there.
    pub(crate) word: String,
    /// As it is compared.
    pub(crate) stem: String,
}

/// A language: as it is recognised, the code of its list of small words, what takes its endings off.
struct Language {
    recognised: Lang,
    code: &'static str,
    stemmer: Option<Algorithm>,
}

const fn language(recognised: Lang, code: &'static str, stemmer: Option<Algorithm>) -> Language {
    Language {
        recognised,
        code,
        stemmer,
    }
}

/// English is the first: its words stand in notes of every language.
const LANGUAGES: [Language; 26] = [
    language(Lang::Eng, "en", Some(Algorithm::English)),
    language(Lang::Ara, "ar", Some(Algorithm::Arabic)),
    language(Lang::Ces, "cs", None),
    language(Lang::Cmn, "zh", None),
    language(Lang::Dan, "da", Some(Algorithm::Danish)),
    language(Lang::Deu, "de", Some(Algorithm::German)),
    language(Lang::Ell, "el", Some(Algorithm::Greek)),
    language(Lang::Fin, "fi", Some(Algorithm::Finnish)),
    language(Lang::Fra, "fr", Some(Algorithm::French)),
    language(Lang::Heb, "he", None),
    language(Lang::Hin, "hi", None),
    language(Lang::Hun, "hu", Some(Algorithm::Hungarian)),
    language(Lang::Ita, "it", Some(Algorithm::Italian)),
    language(Lang::Jpn, "ja", None),
    language(Lang::Kor, "ko", None),
    language(Lang::Nld, "nl", Some(Algorithm::Dutch)),
    language(Lang::Nob, "no", Some(Algorithm::Norwegian)),
    language(Lang::Pol, "pl", None),
    language(Lang::Por, "pt", Some(Algorithm::Portuguese)),
    language(Lang::Ron, "ro", Some(Algorithm::Romanian)),
    language(Lang::Rus, "ru", Some(Algorithm::Russian)),
    language(Lang::Spa, "es", Some(Algorithm::Spanish)),
    language(Lang::Swe, "sv", Some(Algorithm::Swedish)),
    language(Lang::Tam, "ta", Some(Algorithm::Tamil)),
    language(Lang::Tur, "tr", Some(Algorithm::Turkish)),
    language(Lang::Ukr, "uk", None),
];

const ENGLISH: u32 = 1;

/// Small words, and a bit for each language that has them.
static SMALL: LazyLock<HashMap<String, u32>> = LazyLock::new(|| {
    let mut small: HashMap<String, u32> = HashMap::new();
    for (at, language) in LANGUAGES.iter().enumerate() {
        for word in stop_words::lookup(language.code).into_iter().flatten() {
            *small.entry(folded(word)).or_default() |= 1 << at;
        }
    }
    small
});

/// Takes texts of one language apart.
pub(crate) struct Words {
    segmenter: WordSegmenterBorrowed<'static>,
    stemmer: Option<Stemmer>,
    /// The languages whose small words are left out.
    small: u32,
    /// The code of the language.
    pub(crate) language: &'static str,
}

impl Default for Words {
    fn default() -> Self {
        Self::like("")
    }
}

impl Words {
    /// For texts in the language of `sample`, as far as it can be told.
    pub(crate) fn like(sample: &str) -> Self {
        let at = language_of(sample);
        let stemmer = LANGUAGES.get(at).and_then(|language| language.stemmer);
        Self {
            segmenter: WordSegmenter::new_auto(WordBreakInvariantOptions::default()),
            stemmer: stemmer.map(Stemmer::create),
            small: 1 << at | ENGLISH,
            language: LANGUAGES.get(at).map_or("en", |language| language.code),
        }
    }

    /// The words that say something, in order.
    pub(crate) fn terms(&self, text: &str) -> Vec<Term> {
        self.pieces(text)
            .filter_map(|word| {
                let plain = folded(word);
                let letters = plain.chars().filter(|c| c.is_alphabetic()).count();
                let least = if plain.is_ascii() { 3 } else { 2 };
                if letters < least || SMALL.get(&plain).is_some_and(|of| of & self.small != 0) {
                    return None;
                }
                Some(Term {
                    word: word.to_owned(),
                    stem: self.stem(word, plain),
                })
            })
            .collect()
    }

    /// What one word is compared as.
    pub(crate) fn stem_of(&self, word: &str) -> String {
        self.stem(word, folded(word))
    }

    fn stem(&self, word: &str, plain: String) -> String {
        match &self.stemmer {
            // Stemmers know the accents of their language; they fall away afterwards.
            Some(stemmer) => folded(&stemmer.stem(&word.to_lowercase())),
            None => plain,
        }
    }

    fn pieces<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let mut breaks = self.segmenter.segment_str(text);
        let mut from = 0;
        std::iter::from_fn(move || {
            loop {
                let to = breaks.next()?;
                let piece = text.get(from..to).unwrap_or_default();
                from = to;
                if breaks.is_word_like() {
                    return Some(piece);
                }
            }
        })
    }
}

/// Lower case, without accents.
pub(crate) fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd()
        // The marks of Kana make other letters.
        .filter(|c| !is_combining_mark(*c) || matches!(c, '\u{3099}' | '\u{309a}'))
        .flat_map(char::to_lowercase)
        .nfc()
        .collect()
}

/// Han and Kana, which are written without blanks.
pub(crate) fn without_blanks(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// The language with most small words in a text. Notes are often too short for a guess by letters,
/// which decides among equals and where there are no small words at all.
fn language_of(text: &str) -> usize {
    let mut votes = [0_u32; LANGUAGES.len()];
    for word in text
        .split(|c: char| !c.is_alphabetic() && c != '\'')
        .take(400)
    {
        let of = SMALL.get(&folded(word)).copied().unwrap_or_default();
        for (at, votes) in votes.iter_mut().enumerate() {
            *votes += of >> at & 1;
        }
    }
    let most = votes.iter().copied().max().unwrap_or_default();
    let guess = whatlang::detect(text)
        .filter(|guess| guess.is_reliable() || !text.is_ascii())
        .and_then(|guess| {
            let is = |language: &Language| language.recognised == guess.lang();
            LANGUAGES.iter().position(is)
        });
    let best = |at: &usize| votes.get(*at) == Some(&most);
    guess
        .filter(|at| best(at) || most < 2)
        .or_else(|| (most > 0).then(|| (0..votes.len()).find(best)).flatten())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(text: &str) -> Vec<String> {
        let words = Words::like(text);
        words
            .terms(text)
            .into_iter()
            .map(|term| term.stem)
            .collect()
    }

    #[test]
    fn words_lose_endings_accents_and_company() {
        assert_eq!(
            stems("The engines were running in the garage"),
            ["engin", "run", "garag"]
        );
        assert_eq!(
            stems("Les réunions de la semaine prochaine"),
            ["reunion", "semain", "prochain"]
        );
        assert_eq!(folded("Ärger ÉTÉ ﬁn"), "arger ete fin");
        assert_eq!(folded("アイデア がぱ 회의"), "アイデア がぱ 회의");
    }

    #[test]
    fn scripts_without_blanks_have_words_too() {
        assert!(
            stems("明日の会議の議事録を書く")
                .iter()
                .any(|word| word == "会議")
        );
        assert!(
            stems("今天下午的会议讨论了预算")
                .iter()
                .any(|word| word == "会议")
        );
    }
}
