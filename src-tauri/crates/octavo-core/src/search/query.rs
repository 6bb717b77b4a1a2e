//! What a person typed, read as a query. Whatever cannot be read as more is read as words.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::fold::{folded, words};
use super::parts::flag;

/// Words that are found together, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) words: Vec<String>,
    /// The last word may go on.
    pub(crate) prefix: bool,
    /// Was in quotation marks: it is found as it is or not at all.
    pub(crate) exact: bool,
}

/// Where a query looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Place {
    #[default]
    Anywhere,
    Title,
    Headings,
    Body,
    Tags,
    Links,
    Files,
}

impl Place {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "title" => Self::Title,
            "heading" | "headings" => Self::Headings,
            "body" | "text" => Self::Body,
            "tag" | "tags" => Self::Tags,
            "link" | "links" => Self::Links,
            "file" | "files" => Self::Files,
            _ => return None,
        })
    }
}

/// One thing that a note must be, or, negated, must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Filter {
    Tag(String),
    Kind(String),
    Before(i64),
    After(i64),
    Has(i64),
    HasTag,
    HasKind,
    Pinned,
    /// Any of these states.
    State(&'static [&'static str]),
    Untitled,
}

/// A query as it was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) terms: Vec<Term>,
    pub(crate) not: Vec<Term>,
    /// The filters; a note that a negated one (`false`) fits is left out.
    pub(crate) filters: Vec<(bool, Filter)>,
    pub(crate) place: Place,
    pub(crate) trashed: bool,
}

/// A piece of what was typed: up to a blank, quotation marks hold together.
struct Piece {
    key: Option<String>,
    value: String,
    quoted: bool,
    negated: bool,
}

/// As many words of a query are looked for; nobody types more, but anybody may paste more.
const MOST_WORDS: usize = 32;

impl Query {
    /// Reads a query. Days begin and end as they do in `zone`.
    pub(crate) fn read(text: &str, zone: &TimeZone) -> Self {
        let mut query = Self::default();
        let pieces = pieces(text);
        let typing = text.ends_with(|c: char| c.is_alphanumeric() || !c.is_ascii());
        let last = pieces.len().saturating_sub(1);
        for (at, piece) in pieces.iter().enumerate() {
            if query.terms.len() + query.not.len() >= MOST_WORDS {
                break;
            }
            if let Some(key) = &piece.key
                && query.filter(key, piece, zone)
            {
                continue;
            }
            query.words(piece, at == last && typing);
        }
        query
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.not.is_empty() && self.filters.is_empty() && !self.trashed
    }

    /// Takes `key:value` as a filter; tells whether it is one.
    fn filter(&mut self, key: &str, piece: &Piece, zone: &TimeZone) -> bool {
        let value = folded(piece.value.trim().trim_start_matches('#'));
        if value.is_empty() {
            return false;
        }
        let filter = match key {
            "tag" | "tags" => Filter::Tag(value),
            "type" => Filter::Kind(value),
            "before" | "after" | "on" => return self.date(key, &value, piece.negated, zone),
            "has" => match has(&value) {
                Some(filter) => filter,
                None => return false,
            },
            "is" if value == "trashed" => return self.in_trash(piece.negated),
            "is" => match is(&value) {
                Some(filter) => filter,
                None => return false,
            },
            "in" if value == "trash" => return self.in_trash(piece.negated),
            "in" => match Place::of(&value) {
                Some(place) if !piece.negated => {
                    self.place = place;
                    return true;
                }
                _ => return false,
            },
            _ => return false,
        };
        self.filters.push((!piece.negated, filter));
        true
    }

    fn in_trash(&mut self, negated: bool) -> bool {
        self.trashed = !negated;
        true
    }

    fn date(&mut self, key: &str, value: &str, negated: bool, zone: &TimeZone) -> bool {
        let Some((first, after)) = span(value, zone) else {
            return false;
        };
        match key {
            "before" => self.filters.push((!negated, Filter::Before(first))),
            "after" => self.filters.push((!negated, Filter::After(after))),
            // What is not of a day is before or after it, which no two filters can say.
            _ if negated => return false,
            _ => {
                self.filters.push((true, Filter::After(first)));
                self.filters.push((true, Filter::Before(after)));
            }
        }
        true
    }

    fn words(&mut self, piece: &Piece, typing: bool) {
        let text = match &piece.key {
            Some(key) => format!("{key} {}", piece.value),
            None => piece.value.clone(),
        };
        let found = words(&text);
        let mut run: Vec<String> = Vec::new();
        for (at, word) in found.iter().enumerate() {
            // The last character of a run stands alone in the index only where the run ends.
            let tail = word.gram
                && at > 0
                && found
                    .get(at - 1)
                    .is_some_and(|before| before.gram && before.end == word.end);
            if !tail {
                run.push(word.text.clone());
            }
        }
        let Some(last) = found.last() else {
            return;
        };
        let hangul = last
            .text
            .chars()
            .any(|c| ('\u{AC00}'..='\u{D7A3}').contains(&c));
        let term = Term {
            prefix: last.gram || (!piece.quoted && (typing || hangul)),
            exact: piece.quoted,
            words: run,
        };
        if piece.negated {
            let prefix = last.gram;
            self.not.push(Term { prefix, ..term });
        } else {
            self.terms.push(term);
        }
    }
}

fn has(value: &str) -> Option<Filter> {
    Some(Filter::Has(match value.trim_end_matches('s') {
        "task" | "todo" | "to-do" | "checkbox" => flag::TASK,
        "open" => flag::OPEN,
        "done" => flag::DONE,
        "link" => flag::LINK,
        "file" | "attachment" => flag::FILE,
        "image" | "picture" => flag::IMAGE,
        "code" => flag::CODE,
        "table" => flag::TABLE,
        "heading" => flag::HEADING,
        "tag" => return Some(Filter::HasTag),
        "type" => return Some(Filter::HasKind),
        _ => return None,
    }))
}

fn is(value: &str) -> Option<Filter> {
    Some(match value {
        "pinned" => Filter::Pinned,
        "conflict" => Filter::State(&["conflict"]),
        "blocked" | "refused" => Filter::State(&["blocked"]),
        "waiting" | "queued" | "unsent" => Filter::State(&["queued", "sending"]),
        "synced" | "sent" => Filter::State(&["synced"]),
        "local" => Filter::State(&["local"]),
        "open" => Filter::Has(flag::OPEN),
        "done" => Filter::Has(flag::DONE),
        "untitled" => Filter::Untitled,
        "tagged" => Filter::HasTag,
        _ => return None,
    })
}

/// A day, month or year as its first moment and the first one after it.
fn span(value: &str, zone: &TimeZone) -> Option<(i64, i64)> {
    let numbers: Option<Vec<i16>> = value.split('-').map(|part| part.parse().ok()).collect();
    let numbers = numbers?;
    let number = |at: usize| numbers.get(at).copied();
    let small = |at: usize| i8::try_from(number(at).unwrap_or(1)).ok();
    if numbers.len() > 3 || value.split('-').next()?.len() != 4 {
        return None;
    }
    let first = Date::new(number(0)?, small(1)?, small(2)?).ok()?;
    let step = match numbers.len() {
        1 => jiff::Span::new().years(1),
        2 => jiff::Span::new().months(1),
        _ => jiff::Span::new().days(1),
    };
    let after = first.checked_add(step).ok()?;
    let moment = |day: Date| {
        let start = day.to_zoned(zone.clone()).ok()?;
        Some(start.timestamp().as_millisecond())
    };
    Some((moment(first)?, moment(after)?))
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let bare = rest.strip_prefix('-').unwrap_or(rest);
        let negated = bare.len() < rest.len() && !bare.starts_with([' ', '-']);
        let (key, value) = match bare.split_once(':') {
            Some((key, value))
                if !key.is_empty() && key.chars().all(|c| c.is_ascii_alphabetic()) =>
            {
                (Some(key.to_ascii_lowercase()), value)
            }
            _ => (None, bare),
        };
        let quoted = value.strip_prefix(['"', '“', '”', '„']);
        let (value, after) = match quoted {
            // A mark that is not closed yet holds all the rest.
            Some(inside) => inside.split_once(['"', '“', '”']).unwrap_or((inside, "")),
            None => match value.find(char::is_whitespace) {
                Some(at) => value.split_at(at),
                None => (value, ""),
            },
        };
        pieces.push(Piece {
            key,
            value: value.to_owned(),
            quoted: quoted.is_some(),
            negated,
        });
        rest = after.trim_start();
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Query {
        Query::read(text, &TimeZone::UTC)
    }

    fn term(words: &[&str], prefix: bool, exact: bool) -> Term {
        Term {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            prefix,
            exact,
        }
    }

    #[test]
    fn words_phrases_and_what_must_not_be() {
        let query = read("Engine \"steam Mill\" -coal whe");
        assert_eq!(query.terms[0], term(&["engine"], false, false));
        assert_eq!(query.terms[1], term(&["steam", "mill"], false, true));
        assert_eq!(query.terms[2], term(&["whe"], true, false));
        assert_eq!(query.not, [term(&["coal"], false, false)]);
        assert!(!read("whe ").terms[0].prefix);
    }

    #[test]
    fn filters() {
        let query = read(
            "tag:#Turin -type:idea has:tasks is:conflict in:title after:2026-05 on:1843-01-02",
        );
        let day = 86_400_000;
        let (first, _) = span("1843-01-02", &TimeZone::UTC).unwrap();
        let (_, june) = span("2026-05", &TimeZone::UTC).unwrap();
        assert_eq!(query.terms, []);
        assert_eq!(query.place, Place::Title);
        assert_eq!(
            query.filters,
            [
                (true, Filter::Tag("turin".into())),
                (false, Filter::Kind("idea".into())),
                (true, Filter::Has(flag::TASK)),
                (true, Filter::State(&["conflict"])),
                (true, Filter::After(june)),
                (true, Filter::After(first)),
                (true, Filter::Before(first + day)),
            ]
        );
    }

    #[test]
    fn what_is_no_filter_is_words() {
        for (text, words) in [
            ("is:wonderful", ["is", "wonderful"].as_slice()),
            ("before:tomorrowish", &["before", "tomorrowish"]),
            ("http://x", &["http", "x"]),
            ("after:2026-13-99", &["after", "2026", "13", "99"]),
        ] {
            let query = read(text);
            assert_eq!(query.filters, [], "{text}");
            assert_eq!(query.terms[0].words, words, "{text}");
        }
    }

    #[test]
    fn a_run_without_spaces_is_one_term() {
        assert_eq!(
            read("東京タワー").terms,
            [term(&["東京", "京タ", "タワ", "ワー"], true, false)]
        );
        assert_eq!(read("東").terms, [term(&["東"], true, false)]);
    }

    proptest! {
        #[test]
        fn nothing_that_can_be_typed_fails(text in "\\PC{0,60}") {
            let query = read(&text);
            prop_assert!(query.terms.iter().chain(&query.not).all(|term| !term.words.is_empty()));
        }
    }
}
