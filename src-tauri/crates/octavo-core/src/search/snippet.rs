//! The stretch of a text that shows why it was found, and what in it is marked.

use octavo_contract::Mark;

use super::fold::{Word, words};
use super::query::Term;

/// A snippet is about this long, in bytes …
const LENGTH: usize = 200;
/// … a passage this long …
const PASSAGE: usize = 1_000;
/// … and both begin about this far before what it shows.
const LEAD: usize = 40;
/// A longer text is looked through only so far.
const FARTHEST: usize = 256 << 10;

/// Ranges of `text` that any of the terms finds, in UTF-16 units, in order and apart from each other.
pub(crate) fn marks(text: &str, terms: &[Term]) -> Vec<Mark> {
    let found = hits(&words(text), terms);
    let mut marks: Vec<Mark> = Vec::new();
    let (mut bytes, mut units) = (0, 0);
    let mut unit = |at: usize| {
        let between = text.get(bytes..at).unwrap_or_default();
        units += between.encode_utf16().count();
        bytes = at;
        u32::try_from(units).unwrap_or(u32::MAX)
    };
    for (start, end) in joined(found) {
        let start = unit(start);
        let end = unit(end);
        marks.push(Mark { start, end });
    }
    marks
}

fn joined(mut found: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    found.sort_unstable();
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (start, end) in found {
        match out.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => out.push((start, end)),
        }
    }
    out
}

fn hits(words: &[Word], terms: &[Term]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for term in terms {
        for window in words.windows(term.words.len().max(1)) {
            if let (true, Some(first), Some(last)) =
                (fits(window, term), window.first(), window.last())
            {
                found.push((first.start, last.end));
            }
        }
    }
    found
}

fn fits(window: &[Word], term: &Term) -> bool {
    let last = term.words.len().saturating_sub(1);
    (window.iter().zip(&term.words).enumerate()).all(|(at, (word, want))| {
        word.text == *want || (at == last && term.prefix && word.text.starts_with(want.as_str()))
    })
}

/// The best stretch of a text in one line: where the most different terms stand close together; its
/// beginning when there is none.
pub(crate) fn snippet(text: &str, terms: &[Term]) -> (String, Vec<Mark>) {
    best_stretch(text, terms, LENGTH)
}

/// As [`snippet`], long enough to answer a question.
pub(crate) fn passage(text: &str, terms: &[Term]) -> (String, Vec<Mark>) {
    best_stretch(text, terms, PASSAGE)
}

fn best_stretch(text: &str, terms: &[Term], length: usize) -> (String, Vec<Mark>) {
    let mut end = FARTHEST.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end).unwrap_or(text);
    let words = words(text);
    let mut places: Vec<(usize, usize)> = Vec::new();
    for (which, term) in terms.iter().enumerate() {
        let found = hits(&words, std::slice::from_ref(term));
        places.extend(found.into_iter().map(|(start, _)| (start, which)));
    }
    places.sort_unstable();
    let best = (places.iter().enumerate())
        .map(|(at, (start, _))| {
            let near = places
                .iter()
                .skip(at)
                .take_while(|(next, _)| *next < start + length - LEAD);
            let kinds: std::collections::HashSet<usize> = near.map(|(_, which)| *which).collect();
            (kinds.len(), *start)
        })
        // The first of the best ones.
        .fold(
            (0, 0),
            |best, next| if next.0 > best.0 { next } else { best },
        );
    let line = stretch(text, best.1, length);
    let marks = marks(&line, terms);
    (line, marks)
}

/// One line of the text around a place, cut at blanks where there are any.
fn stretch(text: &str, place: usize, length: usize) -> String {
    let mut start = place.saturating_sub(LEAD);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    if start > 0 {
        let lead = text.get(start..place).unwrap_or_default();
        start += lead.find(char::is_whitespace).map_or(0, |at| at + 1);
        while !text.is_char_boundary(start) {
            start += 1;
        }
    }
    let mut end = (start + length).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let cut = end < text.len();
    let mut piece = text.get(start..end).unwrap_or_default();
    if cut
        && let Some(at) = piece
            .rfind(char::is_whitespace)
            .filter(|at| *at > length / 2)
    {
        piece = piece.get(..at).unwrap_or(piece);
    }
    let line = piece.split_whitespace().collect::<Vec<_>>().join(" ");
    let before = if start > 0 { "… " } else { "" };
    let after = if cut { " …" } else { "" };
    format!("{before}{line}{after}")
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::super::query::Query;
    use super::*;

    fn marked(text: &str, query: &str) -> Vec<String> {
        let terms = Query::read(query, &TimeZone::UTC).terms;
        let units: Vec<u16> = text.encode_utf16().collect();
        let cut = |mark: &Mark| {
            String::from_utf16(&units[mark.start as usize..mark.end as usize]).unwrap()
        };
        marks(text, &terms).iter().map(cut).collect()
    }

    #[test]
    fn matches_are_marked_where_they_stand() {
        assert_eq!(
            marked("😀 Café and cafés, CAFE", "cafe"),
            ["Café", "cafés", "CAFE"]
        );
        assert_eq!(marked("東京タワーへ行く", "タワー"), ["タワー"]);
        assert_eq!(
            marked("steam mill, mill steam", "\"steam mill\""),
            ["steam mill"]
        );
    }

    #[test]
    fn a_snippet_shows_where_the_terms_are_together() {
        let text = format!(
            "wheel {} the wheel of the mill {}",
            "and so on ".repeat(60),
            "etc ".repeat(90)
        );
        let terms = Query::read("wheel mill", &TimeZone::UTC).terms;
        let (line, marks) = snippet(&text, &terms);
        assert!(line.contains("the wheel of the mill"), "{line}");
        assert!(
            line.starts_with("… ") && line.ends_with(" …") && line.len() < 260,
            "{line}"
        );
        assert_eq!(marks.len(), 2);
    }
}
