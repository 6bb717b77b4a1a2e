//! What can be done with a [`Document`] whatever notation it came from.

use crate::inline::normalize;
use crate::loss::Converted;
use crate::model::{Attrs, Block, Cell, Document, Inline, Kind, Row, Span, Table};
use crate::tag::MAX_DEPTH;
use crate::urls;
use crate::{body, enhanced};

impl Document {
    /// Reads user Markdown. Never fails: what has no meaning stays visible as text.
    pub fn from_body(text: &str) -> Self {
        body::parse::document(text, body::parse::SoftBreak::Keep)
    }

    /// Reads user Markdown as [`Document::from_body`], and says what a note has no word for.
    pub fn read_body(text: &str) -> Converted<Self> {
        body::parse::read(text, body::parse::SoftBreak::Keep)
    }

    /// Reads Markdown whose lines were wrapped by hand: a newline inside a paragraph is a blank.
    ///
    /// In a body a newline is what the writer sees, a line break; in imported files it usually is not.
    pub fn from_wrapped(text: &str) -> Self {
        body::parse::document(text, body::parse::SoftBreak::Blank)
    }

    /// Writes user Markdown in its canonical form.
    pub fn to_body(&self) -> String {
        body::write::document(self)
    }

    /// Reads enhanced Markdown.
    pub fn from_enhanced(text: &str) -> Self {
        enhanced::parse::document(text)
    }

    /// Writes enhanced Markdown in its canonical form, without a newline at the end.
    pub fn to_enhanced(&self) -> String {
        enhanced::write::document(self)
    }

    /// Writes enhanced Markdown as [`Document::to_enhanced`], and says what Notion would not make of it again.
    pub fn enhanced(&self) -> Converted<String> {
        Converted {
            value: self.to_enhanced(),
            losses: enhanced::losses::of(self),
        }
    }

    /// The visible words: one line per line of text, cells parted by tabs.
    pub fn plain_text(&self) -> String {
        crate::plain::document(self)
    }

    /// The one form of equal documents: neighbouring runs merged, rows padded, numbers implied.
    ///
    /// Both readers answer in this form; a document built by hand takes it here, and the writers expect it.
    #[must_use]
    pub fn normalized(mut self) -> Self {
        blocks(&mut self.blocks, 0, Texts::Any);
        self
    }

    /// As [`Document::normalized`], for a reader that brings each text into normal form while it is at hand.
    pub(crate) fn arranged(mut self) -> Self {
        blocks(&mut self.blocks, 0, Texts::Normal);
        self
    }
}

/// What is known of the texts of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Texts {
    Any,
    /// They are in normal form already.
    Normal,
}

fn blocks(list: &mut Vec<Block>, depth: usize, texts: Texts) {
    let deepest = depth + 1 >= MAX_DEPTH;
    if deepest && list.iter().any(|block| !block.children.is_empty()) {
        *list = flatten(std::mem::take(list));
    }
    let mut first = true;
    for block in list {
        settle(block, texts);
        if let Kind::Numbered { start, .. } = &mut block.kind {
            *start = start
                .filter(|number| first && *number != 1)
                .map(|number| number.min(999_999_000));
        }
        first = !matches!(block.kind, Kind::Numbered { .. });
        if !block.children.is_empty() {
            blocks(&mut block.children, depth + 1, texts);
        }
    }
}

/// Puts blocks that are too deep beside their parents, without recursion.
fn flatten(list: Vec<Block>) -> Vec<Block> {
    let mut out = Vec::with_capacity(list.len() * 2);
    let mut stack: Vec<(Block, bool)> = list.into_iter().rev().map(|b| (b, false)).collect();
    while let Some((mut block, moved)) = stack.pop() {
        let children = std::mem::take(&mut block.children);
        if moved && let Kind::Numbered { start, .. } = &mut block.kind {
            *start = None;
        }
        out.push(block);
        stack.extend(children.into_iter().rev().map(|block| (block, true)));
    }
    out
}

fn settle(block: &mut Block, texts: Texts) {
    if let Some(text) = block.text_mut().filter(|_| texts == Texts::Any) {
        *text = normalize(std::mem::take(text));
    }
    match &mut block.kind {
        Kind::Paragraph(text) if text.is_empty() => block.attrs = Attrs::default(),
        Kind::Paragraph(text) if block.attrs.is_empty() => {
            if let Some(source) = card_source(text) {
                block.kind = Kind::Opaque(source);
            }
        }
        Kind::Toggle(text) => loosen(text, &["</summary>", "</details>"]),
        Kind::Heading { level, .. } => *level = (*level).clamp(1, 4),
        Kind::Code { language, text } => {
            clean_lines(text);
            if language.contains(['`', '\n', '\r', '\0']) {
                *language = language.replace(['`', '\n', '\r', '\0'], " ");
            }
            trim(language);
            block.attrs = Attrs::default();
        }
        Kind::Equation(text) => {
            clean_lines(text);
            trim(text);
            if text.contains("$$") {
                let text = std::mem::take(text);
                block.kind = Kind::Code {
                    language: "latex".to_owned(),
                    text,
                };
            }
            block.attrs = Attrs::default();
        }
        Kind::Table(table) => {
            settle_table(table, texts);
            block.attrs = Attrs::default();
        }
        Kind::Image { url, .. } => *url = urls::clean(url),
        Kind::Opaque(source) => {
            if memchr::memchr2(b'\r', 0, source.as_bytes()).is_some() {
                *source = source
                    .replace("\r\n", "\n")
                    .replace('\r', " ")
                    .replace('\0', "\u{fffd}");
            }
            block.attrs = Attrs::default();
        }
        Kind::Divider => block.attrs = Attrs::default(),
        _ => {}
    }
}

/// Line ends as `\n`, no NUL.
fn clean_lines(text: &mut String) {
    if memchr::memchr2(b'\r', 0, text.as_bytes()).is_some() {
        *text = text
            .replace("\r\n", "\n")
            .replace('\r', "\n")
            .replace('\0', "\u{fffd}");
    }
}

fn trim(text: &mut String) {
    let trimmed = text.trim();
    if trimmed.len() < text.len() {
        *text = trimmed.to_owned();
    }
}

/// A paragraph that is nothing but one unknown element is a card.
fn card_source(text: &[Span]) -> Option<String> {
    let Inline::Raw(first) = &text.first()?.content else {
        return None;
    };
    if !first.starts_with('<') {
        return None;
    }
    let mut source = String::new();
    enhanced::inline::write(&mut source, text);
    enhanced::parse::is_card(&source).then_some(source)
}

/// Code and formulas that hold the tag that ends their surroundings can only be written as text.
fn loosen(spans: &mut Vec<Span>, tags: &[&str]) {
    let mut changed = false;
    for span in spans.iter_mut() {
        let source = match &span.content {
            Inline::Text(text) if span.style.code => text,
            Inline::Math(text) | Inline::Raw(text) => text,
            _ => continue,
        };
        if tags.iter().any(|tag| source.contains(tag)) {
            span.content = Inline::Text(source.clone());
            span.style.code = false;
            changed = true;
        }
    }
    if changed {
        *spans = normalize(std::mem::take(spans));
    }
}

/// Rows are padded to the widest.
fn settle_table(table: &mut Table, texts: Texts) {
    let width = table
        .rows
        .iter()
        .map(|row| row.cells.len())
        .max()
        .unwrap_or(0)
        .max(1);
    for Row { cells, .. } in &mut table.rows {
        for Cell { text, .. } in cells.iter_mut() {
            loosen(text, &["</td>", "</th>", "</table>"]);
            if texts == Texts::Any {
                *text = normalize(std::mem::take(text));
            }
        }
        cells.resize_with(width, Cell::default);
    }
}

/// The ids of all pages a document mentions or links to, in order, without repetition.
pub fn page_links(document: &Document) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut add = |id: String| {
        if seen.insert(id.clone()) {
            out.push(id);
        }
    };
    let mut stack: Vec<&Block> = document.blocks.iter().rev().collect();
    while let Some(block) = stack.pop() {
        for span in block.text().unwrap_or_default() {
            page_of(span).into_iter().for_each(&mut add);
        }
        if let Kind::Table(table) = &block.kind {
            for span in table
                .rows
                .iter()
                .flat_map(|row| &row.cells)
                .flat_map(|cell| &cell.text)
            {
                page_of(span).into_iter().for_each(&mut add);
            }
        }
        stack.extend(block.children.iter().rev());
    }
    out
}

fn page_of(span: &Span) -> Option<String> {
    match &span.content {
        Inline::Page { id, .. } => Some(id.clone()),
        _ => span.style.link.as_deref().and_then(urls::page_id),
    }
}
