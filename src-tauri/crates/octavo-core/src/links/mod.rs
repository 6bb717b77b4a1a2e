//! Links between notes: what a body links to, in which sentence, and how a name becomes a link.
//!
//! A link is kept by id. In a body it is a mention of a page; before its target has a page, and for
//! accounts without Notion, it is the `[[Title]]` that was typed, whose target is remembered by the
//! note's id the moment the title is found to mean one note. Pure: no database, no network.

mod extract;
mod section;

use notion_markdown::{Block, Document, Inline, Kind, Span, note_names};

pub(crate) use extract::{Found, links_in, sentences_with};

use extract::places_with;
pub(crate) use section::{reconciled as with_backlinks, split as split_section, with_section};

/// A title as names are compared: blanks and letter case do not count.
pub(crate) fn key_of(title: &str) -> String {
    let words: Vec<String> = title.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// Writes the mentions that the names in a body stand for: `page_of` answers a page and its title for
/// a name, or nothing if the name stays.
pub(crate) fn with_mentions(
    body: &str,
    mut page_of: impl FnMut(&str) -> Option<(String, String)>,
) -> Option<String> {
    let mut out = String::new();
    let mut from = 0;
    for found in note_names(body) {
        let Some((page, title)) = page_of(&found.name) else {
            continue;
        };
        out.push_str(body.get(from..found.range.start)?);
        out.push_str(&mention(&page, &title));
        from = found.range.end;
    }
    if from == 0 {
        return None;
    }
    out.push_str(body.get(from..)?);
    Some(out)
}

/// A body in which the first place where `title` stands as words of its own is a name.
pub(crate) fn first_mention(body: &str, title: &str) -> Option<String> {
    let title = title.trim();
    let before = places_with(body, title).len();
    let wanted = title.to_lowercase();
    let lower = body.to_lowercase();
    if before == 0 || lower.len() != body.len() {
        return None;
    }
    let names = note_names(body).len();
    // Where text is text is best told by reading it: the place that takes one mention away is it.
    lower.match_indices(&wanted).take(50).find_map(|(at, _)| {
        let end = at + wanted.len();
        let (head, rest) = (body.get(..at)?, body.get(end..)?);
        let linked = format!("{head}[[{}]]{rest}", body.get(at..end)?);
        let counts =
            places_with(&linked, title).len() < before && note_names(&linked).len() > names;
        counts.then_some(linked)
    })
}

/// A mention of a page as a body has it.
pub(crate) fn mention(page: &str, title: &str) -> String {
    let content = Inline::Page {
        id: page.to_owned(),
        // In a cell of a table a bar would end the cell.
        title: title.replace('|', "/"),
    };
    let paragraph = Block::new(Kind::Paragraph(vec![Span::plain(content)]));
    let document = Document {
        blocks: vec![paragraph],
    };
    document.to_body().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "00000000-0000-0000-0000-000000000001";

    #[test]
    fn a_name_becomes_a_mention_and_all_else_stays_as_it_was_typed() {
        let typed = "*  odd   bullet\n`[[A]]` and [[a]], [[B]]  \nend";
        let linked = with_mentions(typed, |name| {
            (key_of(name) == "a").then(|| (PAGE.to_owned(), "A [x] | y".to_owned()))
        });
        assert_eq!(
            linked.unwrap(),
            format!("*  odd   bullet\n`[[A]]` and [A \\[x\\] / y](notion://{PAGE}), [[B]]  \nend")
        );
        assert_eq!(with_mentions(typed, |_| None), None);
    }

    #[test]
    fn the_first_place_where_a_title_is_text_becomes_a_name() {
        let body = "`Plan` and Planning.\n\nThe plan works. Plan B.";
        assert_eq!(
            first_mention(body, "Plan").unwrap(),
            "`Plan` and Planning.\n\nThe [[plan]] works. Plan B."
        );
        assert_eq!(first_mention("[[Plan]] `Plan`", "Plan"), None);
    }

    #[test]
    fn keys_ignore_case_and_blanks() {
        assert_eq!(key_of("  Über  den\tWolken "), key_of("über den wolken"));
    }
}
