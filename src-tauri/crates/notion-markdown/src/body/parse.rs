//! Reading user Markdown: the events of `pulldown-cmark`, put into blocks.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{
    Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser as Events, Tag, TagEnd,
};

use crate::body::blocks::{Frame, FrameKind, Frames};
use crate::body::html;
use crate::body::paragraph::{Context, Paragraph};
use crate::inline::{Piece, normalize};
use crate::loss::{Converted, Losses};
use crate::model::{Block, Cell, Document, Kind, Row, Span, Table};
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

/// Reads a whole text.
pub(crate) fn document(text: &str, soft: SoftBreak) -> Document {
    read(text, soft).value
}

/// Reads a whole text, and says what the model has no word for.
pub(crate) fn read(text: &str, soft: SoftBreak) -> Converted<Document> {
    let text = clean(text);
    let (front, rest) =
        front_matter(&text).map_or((None, text.as_ref()), |(front, rest)| (Some(front), rest));
    let source = html::isolate(rest);
    let mut reader = Reader {
        source: &source,
        soft,
        frames: Frames::default(),
        lists: Vec::new(),
        paragraph: None,
        spare: Vec::new(),
        html: None,
        code: None,
        table: None,
        used: HashSet::new(),
        losses: Losses::default(),
    };
    if let Some(front) = front {
        let text = front.to_owned();
        reader.frames.push(Block::new(Kind::Code {
            language: "yaml".to_owned(),
            text,
        }));
    }
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    let mut events = Events::new_ext(&source, options).into_offset_iter();
    for (event, range) in events.by_ref() {
        reader.event(event, range);
    }
    reader.finish_paragraph();
    let mut unused: Vec<Range<usize>> = events
        .reference_definitions()
        .iter()
        .filter(|(label, _)| !reader.used.contains(&label.to_lowercase()))
        .map(|(_, definition)| definition.span.clone())
        .collect();
    unused.sort_by_key(|span| span.start);
    for span in unused {
        let text = source.get(span).unwrap_or_default().trim();
        reader
            .frames
            .push(Block::new(Kind::Paragraph(normalize(vec![Span::text(
                text,
            )]))));
    }
    Converted {
        value: Document {
            blocks: reader.frames.finish(),
        }
        .arranged(),
        losses: reader.losses.into_list(),
    }
}

/// Line ends as `\n`, no NUL.
fn clean(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if memchr::memchr2(b'\r', 0, text.as_bytes()).is_some() {
        return Cow::Owned(
            text.replace("\r\n", "\n")
                .replace('\r', "\n")
                .replace('\0', "\u{fffd}"),
        );
    }
    Cow::Borrowed(text)
}

/// Splits off front matter: `---`, lines that begin like YAML, `---`.
fn front_matter(text: &str) -> Option<(&str, &str)> {
    let body = text.strip_prefix("---\n")?;
    let first = body.split('\n').next()?;
    if !is_front_matter_line(first) {
        return None;
    }
    let mut at = 4;
    for line in body.split('\n') {
        let end = at + line.len();
        if line == "---" {
            return Some((text.get(..end)?, text.get(end..)?));
        }
        at = end + 1;
    }
    None
}

/// Whether the first line after `---` says that this is front matter.
pub(crate) fn is_front_matter_line(line: &str) -> bool {
    let key = line
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        .count();
    key > 0 && line.as_bytes().get(key) == Some(&b':') || line.starts_with("# ")
}

/// Whether a code block is front matter that was read from the top of a body.
pub(crate) fn is_front_matter(language: &str, text: &str) -> bool {
    language == "yaml" && front_matter(text).is_some_and(|(_, rest)| rest.is_empty())
}

pub(crate) struct Reader<'a> {
    pub(crate) source: &'a str,
    soft: SoftBreak,
    pub(crate) frames: Frames,
    /// The next number of each open list; none for bullets.
    lists: Vec<Option<u64>>,
    paragraph: Option<Paragraph>,
    /// Memory for the pieces of the next paragraph.
    spare: Vec<Piece>,
    html: Option<String>,
    code: Option<(String, String)>,
    table: Option<Table>,
    /// Labels of link definitions that were used.
    used: HashSet<String>,
    losses: Losses,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) if is_block(&tag) => {
                self.finish_tight();
                self.start(&tag, range.start);
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
                    self.lost("the number of a check box");
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
            self.lost(format!("the title \"{title}\" of an address"));
        }
    }

    /// Notes what the block at hand loses.
    fn lost(&mut self, what: impl Into<String>) {
        let at = self.frames.finished();
        self.losses.at(&[at], what);
    }

    /// Begins the text of a block.
    fn begin(&mut self, context: Context, at: usize) {
        self.paragraph = Some(Paragraph::new(context, at, &mut self.spare));
    }

    fn start(&mut self, tag: &Tag<'_>, at: usize) {
        match tag {
            Tag::Paragraph => self.begin(Context::Paragraph, at),
            Tag::Heading { level, .. } => {
                if matches!(level, HeadingLevel::H5 | HeadingLevel::H6) {
                    let number = *level as u8;
                    self.lost(format!(
                        "a heading of level {number} becomes one of level 4"
                    ));
                }
                self.begin(Context::Heading(level_of(*level)), at);
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
            Tag::List(start) => self.lists.push(*start),
            Tag::Item => {
                let number = self.lists.last_mut().and_then(|next| {
                    let number = *next;
                    *next = next.map(|n| n.saturating_add(1));
                    number
                });
                self.frames.open(Frame::new(FrameKind::Item {
                    number,
                    checked: None,
                }));
            }
            Tag::FootnoteDefinition(label) => {
                self.frames
                    .open(Frame::new(FrameKind::Footnote(label.to_string())));
            }
            Tag::Table(alignments) => {
                if alignments.iter().any(|one| *one != Alignment::None) {
                    self.lost("the alignment of a table's columns");
                }
                self.table = Some(Table {
                    header_row: true,
                    ..Table::default()
                });
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Row::default());
                }
            }
            Tag::TableCell => self.begin(Context::Cell, at),
            _ => {}
        }
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
            _ => Kind::Code { language, text },
        };
        self.frames.push(Block::new(kind));
    }

    /// Ends the text of a tight list item, which has no events of its own.
    fn finish_tight(&mut self) {
        if self.paragraph.as_ref().is_some_and(Paragraph::is_tight) {
            self.finish_paragraph();
        }
    }

    fn finish_paragraph(&mut self) {
        if let Some(paragraph) = self.paragraph.take() {
            paragraph.into_blocks(self.source, &mut self.spare, |block| {
                self.frames.push_paragraph(block);
            });
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
