//! A note as its reader sees it: lines with a part to play, without code and addresses.

use notion_markdown::{Block, Document, Inline, Kind, Span};

use crate::Note;
use crate::words::{Term, Words, folded};

/// What a line is in a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Title,
    Heading,
    Todo,
    Item,
    Quote,
    Text,
}

impl Part {
    /// How much a word there says about the note.
    pub(crate) fn weight(self) -> u32 {
        match self {
            Self::Title => 4,
            Self::Heading => 2,
            _ => 1,
        }
    }
}

/// One line of a note.
pub(crate) struct Line {
    pub(crate) part: Part,
    /// As it is read.
    pub(crate) text: String,
    /// As it is compared.
    pub(crate) folded: String,
    pub(crate) terms: Vec<Term>,
}

/// A note, read.
#[derive(Default)]
pub(crate) struct Reading {
    pub(crate) lines: Vec<Line>,
    /// Pieces of code, tables, formulas and embedded things.
    pub(crate) exhibits: usize,
    /// Links to the web.
    pub(crate) addresses: usize,
    /// Ids of pages that are linked already.
    pub(crate) pages: Vec<String>,
    /// Takes words apart as those of the note were.
    pub(crate) words: Words,
}

impl Reading {
    pub(crate) fn of(note: &Note<'_>) -> Self {
        let document = Document::from_body(note.body);
        let mut reading = Self::default();
        let mut lines = Vec::new();
        if !note.title.trim().is_empty() {
            lines.push((Part::Title, note.title.trim().to_owned()));
        }
        reading.blocks(&document.blocks, &mut lines);
        let whole: Vec<&str> = lines.iter().map(|(_, text)| text.as_str()).collect();
        let words = Words::like(&whole.join("\n"));
        reading.lines = lines
            .into_iter()
            .map(|(part, text)| Line {
                part,
                folded: folded(&text),
                terms: words.terms(&text),
                text,
            })
            .collect();
        reading.words = words;
        reading
    }

    /// Lines of the body, without the title.
    pub(crate) fn body(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| line.part != Part::Title)
    }

    pub(crate) fn count(&self, part: Part) -> usize {
        self.lines.iter().filter(|line| line.part == part).count()
    }

    fn blocks(&mut self, blocks: &[Block], lines: &mut Vec<(Part, String)>) {
        for block in blocks {
            let part = match &block.kind {
                Kind::Heading { .. } => Part::Heading,
                Kind::Todo { .. } => Part::Todo,
                Kind::Bullet(_) | Kind::Numbered { .. } => Part::Item,
                Kind::Quote(_) => Part::Quote,
                Kind::Code { .. } | Kind::Equation(_) | Kind::Opaque(_) | Kind::Image { .. } => {
                    self.exhibits += 1;
                    Part::Text
                }
                Kind::Table(table) => {
                    self.exhibits += 1;
                    for cell in table.rows.iter().flat_map(|row| &row.cells) {
                        self.text(&cell.text, Part::Text, lines);
                    }
                    Part::Text
                }
                _ => Part::Text,
            };
            if let Some(text) = block.text() {
                self.text(text, part, lines);
            }
            self.blocks(&block.children, lines);
        }
    }

    fn text(&mut self, spans: &[Span], part: Part, lines: &mut Vec<(Part, String)>) {
        let mut text = String::new();
        for span in spans {
            let link = span.style.link.as_deref();
            if let Some(link) = link {
                match notion_markdown::page_id(link) {
                    Some(page) => self.pages.push(page),
                    None => self.addresses += 1,
                }
            }
            match &span.content {
                // What is code or an address says nothing in words.
                Inline::Text(_) if span.style.code => {}
                Inline::Text(words) if link.is_some_and(|link| link.contains(words.trim())) => {}
                Inline::Text(words) => text.push_str(words),
                Inline::Break => text.push('\n'),
                Inline::Page { id, title } => {
                    self.pages.push(id.clone());
                    text.push_str(title);
                }
                Inline::Math(_) | Inline::Raw(_) => {}
            }
        }
        let found = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.extend(found.map(|line| (part, line.to_owned())));
    }
}
