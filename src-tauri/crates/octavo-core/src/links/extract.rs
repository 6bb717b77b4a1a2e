//! What a body links to.

use std::ops::Range;

use notion_api::PageId;
use notion_markdown::{Block, Document, Inline, Kind, Span, names_in_text};

use super::key_of;
use super::section::TITLE;

/// A sentence that is longer is cut around the link.
const LONGEST: usize = 240;

/// How a link is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FoundKind {
    /// A mention of a page.
    Mention,
    /// A link with the address of a page.
    Address,
    /// A `[[Title]]`.
    Name,
}

impl FoundKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Address => "address",
            Self::Name => "name",
        }
    }
}

/// One link in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: FoundKind,
    /// The page it names; none for a name.
    pub(crate) page: Option<String>,
    /// What it reads as.
    pub(crate) name: String,
    /// The sentence around it.
    pub(crate) context: String,
}

impl Found {
    /// A name as it is compared.
    pub(crate) fn key(&self) -> Option<String> {
        (self.kind == FoundKind::Name).then(|| key_of(&self.name))
    }
}

/// All links in a body, in order; the same target once per sentence.
pub(crate) fn links_in(body: &str) -> Vec<Found> {
    // Most notes link to nothing; every way to name a page has one of these in it.
    if !body.contains("[[") && !body.contains("notion") {
        return Vec::new();
    }
    let mut found: Vec<Found> = Vec::new();
    walk(&Document::from_body(body).blocks, &mut |line| {
        for link in line.links() {
            let same = |other: &Found| {
                other.page == link.page
                    && other.key() == link.key()
                    && other.context == link.context
            };
            if !found.iter().rev().take(8).any(same) {
                found.push(link);
            }
        }
    });
    found
}

/// The sentences of a body in which `title` stands as words of its own and is not a link already.
pub(crate) fn sentences_with(body: &str, title: &str) -> Vec<String> {
    let mut sentences = places_with(body, title);
    sentences.dedup();
    sentences
}

/// The same, a sentence for each place.
pub(crate) fn places_with(body: &str, title: &str) -> Vec<String> {
    let wanted = title.trim().to_lowercase();
    let mut sentences = Vec::new();
    walk(&Document::from_body(body).blocks, &mut |line| {
        let text = line.text.to_lowercase();
        // Only texts whose lower case has the same length can be pointed into.
        if wanted.is_empty() || text.len() != line.text.len() {
            return;
        }
        for (at, _) in text.match_indices(&wanted) {
            let range = at..at + wanted.len();
            let marks = line.marks.iter().map(|(mark, _)| mark);
            let mut linked = marks.chain(line.names.iter().map(|(mark, _)| mark));
            if !linked.any(|mark| overlap(mark, &range)) && is_whole_word(&text, &range) {
                sentences.push(sentence(&line.text, &range));
            }
        }
    });
    sentences
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

fn is_whole_word(text: &str, range: &Range<usize>) -> bool {
    let before = text.get(..range.start).and_then(|text| text.chars().last());
    let after = text.get(range.end..).and_then(|text| text.chars().next());
    // Scripts without blanks between words have no word of its own to ask for.
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c));
    !joins(before) && !joins(after)
}

fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// The text of one block or row, with its links.
#[derive(Default)]
struct Line {
    text: String,
    /// Where pages are mentioned or linked.
    marks: Vec<(Range<usize>, (FoundKind, String))>,
    names: Vec<(Range<usize>, String)>,
}

impl Line {
    fn of(texts: &[&[Span]]) -> Self {
        let mut line = Self::default();
        // The same text, but blank where no name can begin.
        let mut plain = String::new();
        for spans in texts {
            if !line.text.is_empty() {
                line.text.push_str(" | ");
                plain.push_str(" | ");
            }
            for span in *spans {
                let start = line.text.len();
                line.push(span);
                let added = line.text.get(start..).unwrap_or_default();
                let readable = !span.style.code && span.style.link.is_none();
                match &span.content {
                    Inline::Text(_) if readable => plain.push_str(added),
                    _ => plain.push_str(&" ".repeat(added.len())),
                }
            }
        }
        line.names = names_in_text(&plain)
            .into_iter()
            .map(|found| (found.range, found.name))
            .collect();
        line
    }

    fn push(&mut self, span: &Span) {
        let start = self.text.len();
        let mut mark = None;
        match &span.content {
            Inline::Text(text) | Inline::Math(text) => self.text.push_str(text),
            Inline::Break => self.text.push('\n'),
            Inline::Page { id, title } => {
                self.text
                    .push_str(if title.is_empty() { "…" } else { title });
                mark = Some((FoundKind::Mention, id.clone()));
            }
            Inline::Raw(_) => {}
        }
        if mark.is_none()
            && let Some(page) = span.style.link.as_deref().and_then(PageId::from_address)
        {
            mark = Some((FoundKind::Address, page.to_string()));
        }
        let Some(mark) = mark else { return };
        // A link whose words look different is several spans.
        match self.marks.last_mut() {
            Some((range, last)) if *last == mark && range.end == start => {
                range.end = self.text.len();
            }
            _ => self.marks.push((start..self.text.len(), mark)),
        }
    }

    fn links(&self) -> Vec<Found> {
        let marks = self.marks.iter().map(|(range, (kind, page))| {
            let found = Found {
                kind: *kind,
                page: Some(page.clone()),
                name: self.text.get(range.clone()).unwrap_or_default().to_owned(),
                context: sentence(&self.text, range),
            };
            (range.start, found)
        });
        let names = self.names.iter().map(|(range, name)| {
            let found = Found {
                kind: FoundKind::Name,
                page: None,
                name: name.clone(),
                context: sentence(&self.text, range),
            };
            (range.start, found)
        });
        let mut all: Vec<(usize, Found)> = marks.chain(names).collect();
        all.sort_by_key(|(at, _)| *at);
        all.into_iter().map(|(_, found)| found).collect()
    }
}

fn walk(blocks: &[Block], each: &mut impl FnMut(&Line)) {
    for block in blocks {
        if let Some(text) = block.text() {
            let line = Line::of(&[text]);
            // A list of backlinks that a person made their own must not count as links itself.
            if matches!(block.kind, Kind::Toggle(_)) && line.text.trim() == TITLE {
                continue;
            }
            each(&line);
        }
        if let Kind::Table(table) = &block.kind {
            for row in &table.rows {
                let cells: Vec<&[Span]> = row.cells.iter().map(|cell| &*cell.text).collect();
                each(&Line::of(&cells));
            }
        }
        walk(&block.children, each);
    }
}

/// The sentence around a stretch of text, in one line.
fn sentence(text: &str, range: &Range<usize>) -> String {
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    let start = before
        .char_indices()
        .rev()
        .find(|(at, c)| ends_sentence(*c, before.get(at + c.len_utf8()..).unwrap_or(after)))
        .map_or(0, |(at, c)| at + c.len_utf8());
    let end = after
        .char_indices()
        .find(|(at, c)| ends_sentence(*c, after.get(at + c.len_utf8()..).unwrap_or_default()))
        .map_or(after.len(), |(at, c)| at + c.len_utf8());
    let head = last_chars(before.get(start..).unwrap_or_default(), LONGEST / 2);
    let tail: String = after
        .get(..end)
        .unwrap_or_default()
        .chars()
        .take(LONGEST / 2)
        .collect();
    let words = format!(
        "{head}{}{tail}",
        text.get(range.clone()).unwrap_or_default()
    );
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn last_chars(text: &str, most: usize) -> &str {
    let from = text.char_indices().rev().nth(most.saturating_sub(1));
    from.and_then(|(at, _)| text.get(at..)).unwrap_or(text)
}

/// Whether a sentence ends with `c`, of which `rest` follows.
fn ends_sentence(c: char, rest: &str) -> bool {
    match c {
        '\n' | '。' | '！' | '？' => true,
        '.' | '!' | '?' => rest.chars().next().is_none_or(char::is_whitespace),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "00000000-0000-0000-0000-000000000001";

    #[test]
    fn every_way_to_link_is_found_with_its_sentence() {
        let body = format!(
            "First. See [The plan](notion://{PAGE}) soon. Last.\n\n\
             - [**bold** end](https://www.notion.so/Plan-{id})\n- and [[A *b*]]\n\n\
             | [[Cell]] | 1 |\n|--|--|\n| x | `[[no]]` |",
            id = PAGE.replace('-', "")
        );
        let found = links_in(&body);
        let told: Vec<(FoundKind, &str, &str)> = found
            .iter()
            .map(|link| (link.kind, &*link.name, &*link.context))
            .collect();
        assert_eq!(
            told,
            [
                (FoundKind::Mention, "The plan", "See The plan soon."),
                (FoundKind::Address, "bold end", "bold end"),
                (FoundKind::Name, "A b", "and [[A b]]"),
                (FoundKind::Name, "Cell", "[[Cell]] | 1"),
            ]
        );
        assert!(
            found
                .iter()
                .take(2)
                .all(|link| link.page.as_deref() == Some(PAGE))
        );
    }

    #[test]
    fn a_list_of_backlinks_is_no_link() {
        let body = format!(
            "<details>\n<summary>Linked from</summary>\n\n[A](notion://{PAGE})\n\n</details>"
        );
        assert_eq!(links_in(&body), []);
    }

    #[test]
    fn a_title_in_text_is_found_as_a_word_and_not_in_links() {
        let body = format!("The Plan works. Planning does not. [Plan](notion://{PAGE}) [[plan]]!");
        assert_eq!(sentences_with(&body, "plan"), ["The Plan works."]);
        assert_eq!(
            sentences_with("明日計画を立てる。", "計画"),
            ["明日計画を立てる。"]
        );
    }

    #[test]
    fn a_long_sentence_is_cut_around_the_link() {
        let body = format!("{} [[X]] {}", "ä ".repeat(400), "b ".repeat(400));
        let found = links_in(&body).remove(0);
        assert!(found.context.contains("[[X]]") && found.context.chars().count() < 300);
    }
}
