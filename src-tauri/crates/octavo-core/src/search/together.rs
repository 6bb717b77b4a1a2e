//! Whether words stand side by side in a note: the index does not know, the note's text does.

use super::fold::indexed;
use super::parts::Parts;
use super::query::{Place, Query, Term};

/// A note as it is looked through.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) tags: String,
    pub(crate) kind: String,
}

/// Whether the index alone cannot say if a note is found by these terms.
pub(crate) fn must_look(query: &Query, meant: &[Vec<Term>]) -> bool {
    let several = |term: &Term| term.words.len() > 1;
    (query.place == Place::Body && !meant.is_empty())
        || meant.iter().flatten().any(several)
        || query.not.iter().any(several)
}

/// Whether a note that has all the words has them as they were asked for.
pub(crate) fn fits(query: &Query, meant: &[Vec<Term>], note: &Looked) -> bool {
    let mut texts = Texts::of(note);
    let body = query.place == Place::Body;
    let wanted = meant.iter().all(|means| {
        // A word alone is found by the index, unless the index does not know the place.
        let known = |term: &Term| term.words.len() < 2 && !body;
        means.iter().any(known) || means.iter().any(|term| texts.has(query.place, term))
    });
    wanted
        && !(query.not.iter())
            .filter(|term| term.words.len() > 1)
            .any(|term| texts.has(Place::Anywhere, term))
}

/// The folded texts of a note, each behind a blank; those that take reading are made when asked for.
struct Texts<'a> {
    note: &'a Looked,
    parts: Option<[(Place, String); 4]>,
}

impl<'a> Texts<'a> {
    fn of(note: &'a Looked) -> Self {
        Self { note, parts: None }
    }

    fn has(&mut self, place: Place, term: &Term) -> bool {
        let here = |other: Place| place == Place::Anywhere || place == other;
        let note = self.note;
        let tags = || format!("{} {}", note.tags, note.kind);
        if here(Place::Title) && stands(&spaced(&note.title), term)
            || here(Place::Tags) && stands(&spaced(&tags()), term)
        {
            return true;
        }
        if matches!(place, Place::Title | Place::Tags) {
            return false;
        }
        let parts = self.parts.get_or_insert_with(|| {
            let parts = Parts::of(&note.body);
            [
                (Place::Body, spaced(&parts.text)),
                (Place::Headings, spaced(&parts.headings)),
                (Place::Links, spaced(&parts.links)),
                (Place::Files, spaced(&parts.files)),
            ]
        });
        (parts.iter()).any(|(other, text)| here(*other) && stands(text, term))
    }
}

fn spaced(text: &str) -> String {
    format!(" {}", indexed(text))
}

/// Whether the words of a term stand side by side in a folded text that begins with a blank.
fn stands(text: &str, term: &Term) -> bool {
    let needle = format!(" {}", term.words.join(" "));
    text.match_indices(&needle).any(|(at, _)| {
        let rest = text.get(at + needle.len()..).unwrap_or_default();
        term.prefix || rest.is_empty() || rest.starts_with(' ')
    })
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn found(query: &str) -> bool {
        let query = Query::read(query, &TimeZone::UTC);
        let meant: Vec<Vec<Term>> = query.terms.iter().map(|term| vec![term.clone()]).collect();
        let note = Looked {
            title: "Steam mill".into(),
            body: "# The wheel turns\n\nof the **old** mill, see [plan b](https://x.example/iron-gate)\n\n東京タワーへ".into(),
            tags: "north/sea".into(),
            kind: "idea".into(),
        };
        fits(&query, &meant, &note)
    }

    #[test]
    fn words_stand_side_by_side_or_not() {
        for query in [
            "\"steam mill\"",
            "\"the old mill\"",
            "\"wheel turns\"",
            "\"old mill\" in:body",
            "iron-gate in:links",
            "north/sea",
            "京タワ",
            "\"the old mil",
            "steam -\"mill steam\"",
        ] {
            assert_eq!(found(query), query != "\"the old mil", "{query}");
        }
        for query in [
            "\"mill steam\"",
            "\"wheel the\"",
            "\"steam mill\" in:body",
            "steam in:body",
            "タワ東京",
            "steam -\"old mill\"",
        ] {
            assert!(!found(query), "{query}");
        }
    }
}
