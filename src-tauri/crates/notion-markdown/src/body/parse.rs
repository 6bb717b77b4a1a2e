//! Reading user Markdown: the events of `pulldown-cmark`, put into blocks.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, RefDefs, Tag, TagEnd};

use crate::body::blocks::{Frame, FrameKind, Frames};
use crate::body::html;
use crate::body::kept::{Gaps, Numbers, excess_cells};
use crate::body::paragraph::{Context, Paragraph};
use crate::code;
use crate::inline::{Piece, normalize};
use crate::model::{Block, Cell, Kind, Row, Span, Table};
use crate::urls;

/// What a newline inside a paragraph means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SoftBreak {
    /// A line break: what the writer sees.
    Keep,
    /// A blank: the lines were wrapped by hand.
    Blank,
}

/// The language of a fenced block that carries exact source of Notion.
pub(crate) const CARD: &str = "notion-block";

pub(crate) struct Reader<'a> {
    pub(crate) source: &'a str,
    soft: SoftBreak,
    pub(crate) frames: Frames,
    /// The numbers of each open list; none for bullets.
    lists: Vec<Option<Numbers>>,
    paragraph: Option<Paragraph>,
    /// Memory for the pieces of the next paragraph.
    spare: Vec<Piece>,
    html: Option<String>,
    code: Option<(String, String)>,
    table: Option<Table>,
    /// How many columns the open table has.
    width: usize,
    /// What of the open row is not in its cells yet.
    row: Range<usize>,
    /// Labels of link definitions that were used.
    used: HashSet<String>,
}

impl<'a> Reader<'a> {
    /// Begins to read a text; `frames` are where its blocks go.
    pub(crate) fn new(source: &'a str, soft: SoftBreak, frames: Frames) -> Self {
        Self {
            source,
            soft,
            frames,
            lists: Vec::new(),
            paragraph: None,
            spare: Vec::new(),
            html: None,
            code: None,
            table: None,
            width: 0,
            row: 0..0,
            used: HashSet::new(),
        }
    }

    pub(crate) fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) if is_block(&tag) => {
                self.finish_tight();
                self.start(&tag, range);
            }
            Event::End(tag) if is_block_end(tag) => self.end(tag),
            Event::Rule => {
                self.finish_tight();
                self.frames.push(Block::new(Kind::Divider));
            }
            Event::Html(text) => match &mut self.html {
                Some(html) => html.push_str(&text),
                None => html::block(&mut self.frames, &text),
            },
            // The blanks before an indented line of HTML.
            Event::Text(text) if self.html.is_some() => {
                if let Some(html) = &mut self.html {
                    html.push_str(&text);
                }
            }
            Event::Text(text) if self.code.is_some() => {
                if let Some((_, code)) = &mut self.code {
                    code.push_str(&text);
                }
            }
            Event::TaskListMarker(checked) => {
                if self.lists.last().is_some_and(Option::is_some) {
                    self.frames.lost_in(true, "the number of a check box");
                }
                self.frames.check(checked);
            }
            event => {
                self.reference(&event);
                let soft = self.soft;
                let source = self.source;
                let spare = &mut self.spare;
                self.paragraph
                    .get_or_insert_with(|| Paragraph::new(Context::Tight, range.start, spare))
                    .event(event, range, source, soft);
            }
        }
    }

    /// Notes which definition a link uses, and that its title is lost; a link that stays text keeps it.
    fn reference(&mut self, event: &Event<'_>) {
        let Event::Start(
            Tag::Link {
                id,
                title,
                dest_url,
                ..
            }
            | Tag::Image {
                id,
                title,
                dest_url,
                ..
            },
        ) = event
        else {
            return;
        };
        if !id.is_empty() {
            self.used.insert(id.to_lowercase());
        }
        if !title.is_empty() && urls::is_linkable(dest_url) {
            let what = format!("the title \"{title}\" of an address");
            let plain = self.paragraph.as_ref().is_none_or(Paragraph::is_plain);
            self.frames.lost_in(plain, what);
        }
    }

    /// Definitions that nothing uses, and those of names defined before, stay as text.
    pub(crate) fn definitions(&mut self, all: &RefDefs<'_>, gaps: Gaps) {
        let mut defined = Vec::new();
        let mut unused = Vec::new();
        for (label, definition) in all.iter() {
            let span = definition.span.clone();
            if !self.used.contains(&label.to_lowercase()) {
                let text = self.source.get(span.clone()).unwrap_or_default().trim();
                unused.push((span.start, text.to_owned()));
            }
            defined.push(span);
        }
        defined.sort_by_key(|span| span.start);
        unused.extend(gaps.unknown(self.source, &defined));
        unused.sort();
        for (start, text) in unused {
            self.frames.at(start);
            let text = normalize(vec![Span::text(text)]);
            self.frames.push(Block::new(Kind::Paragraph(text)));
        }
    }

    /// Begins the text of a block.
    fn begin(&mut self, context: Context, at: usize) {
        self.paragraph = Some(Paragraph::new(context, at, &mut self.spare));
    }

    fn start(&mut self, tag: &Tag<'_>, range: Range<usize>) {
        let at = range.start;
        match tag {
            Tag::Paragraph => self.begin(Context::Paragraph, at),
            Tag::Heading { level, .. } => {
                self.heading(*level, at);
            }
            Tag::BlockQuote(alert) => {
                let kind = alert.map_or(FrameKind::Quote, FrameKind::Alert);
                self.frames.open(Frame::new(kind));
            }
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => info.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
            }
            Tag::HtmlBlock => self.html = Some(String::new()),
            Tag::List(start) => self.lists.push(start.map(Numbers::from)),
            Tag::Item => self.item(at),
            Tag::FootnoteDefinition(label) => {
                self.frames
                    .open(Frame::new(FrameKind::Footnote(label.to_string())));
            }
            Tag::Table(alignments) => {
                if alignments.iter().any(|one| *one != Alignment::None) {
                    self.frames.lost("the alignment of a table's columns");
                }
                self.width = alignments.len();
                self.table = Some(Table {
                    header_row: true,
                    ..Table::default()
                });
            }
            Tag::TableHead | Tag::TableRow => {
                self.row = range;
                if let Some(table) = &mut self.table {
                    table.rows.push(Row {
                        cells: Vec::with_capacity(self.width),
                        ..Row::default()
                    });
                }
            }
            Tag::TableCell => {
                self.row.start = range.end;
                self.begin(Context::Cell, at);
            }
            _ => {}
        }
    }

    fn item(&mut self, at: usize) {
        let list = self.lists.last_mut().and_then(Option::as_mut);
        let number = list.map(|list| list.item(self.source.get(at..).unwrap_or_default()));
        if let Some((_, Some(written))) = number {
            self.frames.lost(format!(
                "the number {written} inside a list, which goes on counting"
            ));
        }
        self.frames.open(Frame::new(FrameKind::Item {
            number: number.map(|(number, _)| number),
            checked: None,
        }));
    }

    fn heading(&mut self, level: HeadingLevel, at: usize) {
        if matches!(level, HeadingLevel::H5 | HeadingLevel::H6) {
            let number = level as u8;
            self.frames.lost(format!(
                "a heading of level {number} becomes one of level 4"
            ));
        }
        self.begin(Context::Heading(level_of(level)), at);
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) => self.finish_paragraph(),
            TagEnd::BlockQuote(_) | TagEnd::Item | TagEnd::FootnoteDefinition => {
                self.finish_tight();
                self.frames.close_markdown();
            }
            TagEnd::CodeBlock => self.finish_code(),
            TagEnd::HtmlBlock => {
                if let Some(text) = self.html.take() {
                    html::block(&mut self.frames, &text);
                }
            }
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::TableCell => {
                let cell = self.paragraph.take();
                self.pictures(cell.as_ref());
                let text = cell
                    .map(|cell| cell.into_spans(&mut self.spare))
                    .unwrap_or_default();
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.cells.push(Cell {
                        text,
                        ..Cell::default()
                    });
                }
            }
            TagEnd::TableRow => {
                let rest = self.source.get(self.row.clone()).unwrap_or_default();
                let excess = excess_cells(rest);
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.cells.extend(excess);
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.frames.push(Block::new(Kind::Table(table)));
                }
            }
            _ => {}
        }
    }

    fn finish_code(&mut self) {
        let Some((language, mut text)) = self.code.take() else {
            return;
        };
        if text.ends_with('\n') {
            text.pop();
        }
        let kind = match language.as_str() {
            CARD => Kind::Opaque(text),
            "math" => Kind::Equation(text),
            info => {
                let (language, attrs) = code::read_info(info);
                let mut block = Block::new(Kind::Code { language, text });
                block.attrs = attrs;
                return self.frames.push(block);
            }
        };
        self.frames.push(Block::new(kind));
    }

    /// Ends the text of a tight list item, which has no events of its own.
    fn finish_tight(&mut self) {
        if self.paragraph.as_ref().is_some_and(Paragraph::is_tight) {
            self.finish_paragraph();
        }
    }

    /// Notes what pictures and mentions in a text lose.
    fn pictures(&mut self, paragraph: Option<&Paragraph>) {
        if let Some(paragraph) = paragraph {
            for what in &paragraph.lost {
                self.frames.lost_in(paragraph.is_plain(), what.as_str());
            }
        }
    }

    pub(crate) fn finish_paragraph(&mut self) {
        let paragraph = self.paragraph.take();
        let here = paragraph
            .as_ref()
            .map(|paragraph| self.frames.at(paragraph.start_at()));
        self.pictures(paragraph.as_ref());
        if let Some(paragraph) = paragraph {
            paragraph.into_blocks(self.source, &mut self.spare, |block| {
                self.frames.push_paragraph(block);
            });
        }
        if let Some(here) = here {
            self.frames.at(here);
        }
    }
}

fn is_block(tag: &Tag<'_>) -> bool {
    !matches!(
        tag,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}

fn is_block_end(tag: TagEnd) -> bool {
    !matches!(
        tag,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

fn level_of(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => 4,
    }
}
