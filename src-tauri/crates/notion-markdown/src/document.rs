//! What can be done with a [`Document`] whatever notation it came from.

use crate::inline::normalize;
use crate::loss::{Converted, Losses};
use crate::model::{Attrs, Block, Cell, Document, Inline, Kind, Row, Span, Table};
use crate::tag::MAX_DEPTH;
use crate::urls;
use crate::{body, code, code_breaks, enhanced};

impl Document {
    /// Reads user Markdown. Never fails: what has no meaning stays visible as text.
    pub fn from_body(text: &str) -> Self {
        body::read::document(text, body::parse::SoftBreak::Keep)
    }

    /// Reads user Markdown as [`Document::from_body`], and says what a note has no word for.
    pub fn read_body(text: &str) -> Converted<Self> {
        body::read::read(text, body::parse::SoftBreak::Keep)
    }

    /// Reads Markdown whose lines were wrapped by hand: a newline inside a paragraph is a blank.
    ///
    /// In a body a newline is what the writer sees, a line break; in imported files it usually is not.
    pub fn from_wrapped(text: &str) -> Self {
        body::read::document(text, body::parse::SoftBreak::Blank)
    }

    /// Writes user Markdown in its canonical form.
    pub fn to_body(&self) -> String {
        body::write::document(self)
    }

    /// Reads enhanced Markdown.
    pub fn from_enhanced(text: &str) -> Self {
        enhanced::parse::document(text)
    }

    /// Reads enhanced Markdown as [`Document::from_enhanced`], and says what a note has no word for.
    pub fn read_enhanced(text: &str) -> Converted<Self> {
        enhanced::losses::read(text)
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

    /// A document from enhanced Markdown as blocks and HTML show it: `<br>` in inline code is a line break
    /// (Notion's changelog of 2026-04-17). In a note these are letters, and stay so on the way there and back.
    #[must_use]
    pub fn with_code_lines(mut self) -> Self {
        code_breaks::take_apart(&mut self.blocks);
        self
    }

    /// The visible words: one line per line of text, cells parted by tabs.
    pub fn plain_text(&self) -> String {
        crate::plain::document(self)
    }

    /// The one form of equal documents: neighbouring runs merged, rows padded, numbers implied.
    ///
    /// Both readers answer in this form; a document built by hand takes it here, and the writers expect it.
    #[must_use]
    pub fn normalized(self) -> Self {
        self.settled(&mut Losses::default())
    }

    /// The form of [`Document::normalized`], and what was changed on the way there.
    pub(crate) fn settled(mut self, losses: &mut Losses) -> Self {
        blocks(&mut self.blocks, &mut Vec::new(), Texts::Any, losses);
        self
    }

    /// As [`Document::settled`], for a reader that brings each text into normal form while it is at hand.
    pub(crate) fn arranged(mut self, losses: &mut Losses) -> Self {
        blocks(&mut self.blocks, &mut Vec::new(), Texts::Normal, losses);
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

fn blocks(list: &mut Vec<Block>, path: &mut Vec<usize>, texts: Texts, losses: &mut Losses) {
    if path.len() + 1 >= MAX_DEPTH {
        *list = deepest(std::mem::take(list), path, texts, losses);
        return;
    }
    let mut numbers = Numbers::default();
    for (at, block) in list.iter_mut().enumerate() {
        path.push(at);
        settle(block, texts, &mut |what| losses.at(path, what));
        numbers.settle(&mut block.kind, &mut |what| losses.at(path, what));
        if !block.children.is_empty() {
            blocks(&mut block.children, path, texts, losses);
        }
        path.pop();
    }
}

/// The highest number a list begins with.
const MOST: u32 = 999_999_000;

/// The numbers of the list at hand.
#[derive(Default)]
struct Numbers {
    /// The first number and the next.
    list: Option<(u32, u32)>,
}

impl Numbers {
    /// What follows this block.
    fn after(block: Option<&Block>) -> Self {
        let numbered = block.is_some_and(|block| matches!(block.kind, Kind::Numbered { .. }));
        Self {
            list: numbered.then_some((1, 2)),
        }
    }

    /// Only the first of a list says its number, and only when it is not the usual one. Where others say the
    /// same number as the first, which many do, nothing is meant by it.
    fn settle(&mut self, kind: &mut Kind, lost: &mut dyn FnMut(String)) {
        let Kind::Numbered { start, .. } = kind else {
            self.list = None;
            return;
        };
        let Some((first, next)) = &mut self.list else {
            let number = start.unwrap_or(1).min(MOST);
            self.list = Some((number, number + 1));
            *start = Some(number).filter(|number| *number != 1);
            return;
        };
        if let Some(number) = start
            .take()
            .filter(|number| number != first && number != next)
        {
            lost(format!(
                "the number {number} inside a list, which goes on counting"
            ));
        }
        *next += 1;
    }
}

/// The blocks of the last level: what is below them stands beside them.
fn deepest(
    list: Vec<Block>,
    path: &mut Vec<usize>,
    texts: Texts,
    losses: &mut Losses,
) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::with_capacity(list.len());
    let mut numbers = Numbers::default();
    for mut block in list {
        path.push(out.len());
        settle(&mut block, texts, &mut |what| losses.at(path, what));
        numbers.settle(&mut block.kind, &mut |what| losses.at(path, what));
        let children = std::mem::take(&mut block.children);
        out.push(block);
        if !children.is_empty() {
            losses.at(path, format!("nesting deeper than {MAX_DEPTH} levels"));
            flatten(children, &mut out, texts, &mut |what| losses.at(path, what));
            numbers = Numbers::after(out.last());
        }
        path.pop();
    }
    out
}

/// Puts blocks that are too deep beside their parents, without recursion.
fn flatten(children: Vec<Block>, out: &mut Vec<Block>, texts: Texts, lost: &mut dyn FnMut(String)) {
    let mut stack: Vec<Block> = children.into_iter().rev().collect();
    while let Some(mut block) = stack.pop() {
        let children = std::mem::take(&mut block.children);
        settle(&mut block, texts, lost);
        if let Kind::Numbered { start, .. } = &mut block.kind {
            *start = None;
        }
        let own = std::mem::take(&mut block.children);
        // What only surrounds says nothing where it can surround no more.
        let wraps = match &block.kind {
            Kind::Callout => true,
            _ => block.text().is_some_and(<[Span]>::is_empty),
        };
        if !wraps || children.is_empty() || !block.attrs.is_empty() {
            out.push(block);
        }
        out.extend(own);
        stack.extend(children.into_iter().rev());
    }
}

/// Blocks of some kinds have no attributes.
fn bare(attrs: &mut Attrs, lost: &mut dyn FnMut(String)) {
    for (name, _) in std::mem::take(attrs).iter() {
        lost(format!("the attribute {name} of a block that has none"));
    }
}

/// Brings one block into its form; what must stand on its own now comes first among those below it.
fn settle(block: &mut Block, texts: Texts, lost: &mut dyn FnMut(String)) {
    if let Some(text) = block.text_mut().filter(|_| texts == Texts::Any) {
        *text = normalize(std::mem::take(text));
    }
    match &mut block.kind {
        Kind::Paragraph(text) if text.is_empty() => bare(&mut block.attrs, lost),
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
            if let Some(caption) = code::settle(text, &mut block.attrs) {
                let caption = Block::new(Kind::Paragraph(caption));
                block.children.insert(0, caption);
            }
        }
        Kind::Equation(text) => {
            clean_lines(text);
            trim(text);
            if text.contains("$$") {
                lost("a formula with dollars in it becomes code".to_owned());
                let text = std::mem::take(text);
                block.kind = Kind::Code {
                    language: "latex".to_owned(),
                    text,
                };
            }
            bare(&mut block.attrs, lost);
        }
        Kind::Table(table) => {
            settle_table(table, texts, lost);
            bare(&mut block.attrs, lost);
        }
        Kind::Image { url, .. } => *url = urls::clean(url),
        Kind::Opaque(source) => {
            if memchr::memchr2(b'\r', 0, source.as_bytes()).is_some() {
                *source = source
                    .replace("\r\n", "\n")
                    .replace('\r', " ")
                    .replace('\0', "\u{fffd}");
            }
            bare(&mut block.attrs, lost);
        }
        Kind::Divider => bare(&mut block.attrs, lost),
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

/// How many cells a table may have because its rows are padded; guards the memory.
const MOST_CELLS: usize = 1 << 18;

/// How wide a table is: as its widest row, unless that makes far more cells than there are.
fn width(rows: &[Row]) -> usize {
    let widths = || rows.iter().map(|row| row.cells.len());
    let widest = widths().max().unwrap_or(0).max(1);
    let most = MOST_CELLS.max(widths().sum::<usize>().saturating_mul(4));
    widest.min((most / rows.len().max(1)).max(1))
}

/// Rows are padded to the widest.
fn settle_table(table: &mut Table, texts: Texts, lost: &mut dyn FnMut(String)) {
    let width = width(&table.rows);
    for Row { cells, .. } in table.rows.iter_mut().filter(|row| row.cells.len() > width) {
        lost("a row far wider than its table: the rest stands in its last cell".to_owned());
        let rest = cells.split_off(width);
        if let Some(last) = cells.last_mut() {
            for cell in rest {
                last.text.push(Span::plain(Inline::Break));
                last.text.extend(cell.text);
            }
            last.text = normalize(std::mem::take(&mut last.text));
        }
    }
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
        if let Kind::Code { text, .. } = &block.kind {
            let inside = code::spans(text, &block.attrs);
            let caption = code::caption(&block.attrs);
            let found = inside.iter().chain(&caption).filter_map(page_of);
            found.for_each(&mut add);
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
