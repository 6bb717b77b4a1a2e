//! Blocks written as JSON text, without a tree of values in between.
//!
//! What is plain, which is nearly everything, is written straight away. A block with anything out of the
//! ordinary (a limit it meets, something it loses) is left to [`super::write`], and its values are written
//! out; so both ways give the same blocks.

use super::json::quote;
use super::mark::Mark;
use super::rich_out::{self, FORMULA, target};
use super::split::{TEXT, fits, split};
use super::table_out::WIDTH;
use super::write::{GROUP_BYTES, GROUP_ITEMS, Writer, heading};
use crate::loss::{Converted, Loss};
use crate::model::{Attrs, Block, Document, Inline, Kind, Span, Style, Table};
use crate::urls;

/// Writes a document as the JSON text of a list of blocks.
pub(super) fn document(document: &Document) -> Converted<String> {
    let text = Text::of(document);
    Converted {
        value: text.out,
        losses: text.losses,
    }
}

/// How long the text of a block is at least, nearly always.
const BLOCK: usize = 160;

/// A block that is not plain.
struct Odd;

type Plain = Result<(), Odd>;

/// A text as it is written.
#[derive(Default)]
pub(super) struct Text {
    pub(super) out: String,
    pub(super) losses: Vec<Loss>,
    pub(super) marks: Vec<Mark>,
    path: Vec<usize>,
    /// The text of the item that is being collected.
    held: String,
}

impl Text {
    /// A whole document.
    pub(super) fn of(document: &Document) -> Self {
        // About what blocks take; to grow by doubling would copy a long text as often as it doubles.
        let out = String::with_capacity(document.blocks.len().saturating_mul(BLOCK));
        let mut text = Self {
            out,
            ..Self::default()
        };
        text.blocks(&document.blocks);
        text
    }

    pub(super) fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn blocks(&mut self, list: &[Block]) {
        self.push("[");
        for (at, block) in list.iter().enumerate() {
            if at > 0 {
                self.push(",");
            }
            self.path.push(at);
            let (start, told, marked) = (self.out.len(), self.losses.len(), self.marks.len());
            if self.block(block).is_err() {
                self.out.truncate(start);
                self.losses.truncate(told);
                self.marks.truncate(marked);
                self.odd(block);
            }
            self.path.pop();
        }
        self.push("]");
    }

    /// Leaves a block and what is below it to the writer of values.
    fn odd(&mut self, block: &Block) {
        let mut writer = Writer::at(&self.path);
        let mut values = Vec::new();
        writer.block(block, &mut values);
        self.values(values);
        self.losses.extend(writer.losses.into_list());
    }

    fn block(&mut self, block: &Block) -> Plain {
        match &block.kind {
            Kind::Paragraph(text) => self.texted("paragraph", "", text, block),
            Kind::Heading {
                level,
                toggle,
                text,
            } => {
                if !toggle && !block.children.is_empty() {
                    return Err(Odd);
                }
                let flag = if *toggle {
                    "\"is_toggleable\":true,"
                } else {
                    ""
                };
                self.texted(heading(*level), flag, text, block)
            }
            Kind::Bullet(text) => self.texted("bulleted_list_item", "", text, block),
            Kind::Numbered { start: None, text } => {
                self.texted("numbered_list_item", "", text, block)
            }
            Kind::Todo {
                checked: true,
                text,
            } => self.texted("to_do", "\"checked\":true,", text, block),
            Kind::Todo { text, .. } => self.texted("to_do", "\"checked\":false,", text, block),
            Kind::Quote(text) => self.texted("quote", "", text, block),
            Kind::Toggle(text) => self.texted("toggle", "", text, block),
            _ if !block.children.is_empty() || !block.attrs.is_empty() => Err(Odd),
            Kind::Divider => {
                let mark = self.open("divider");
                self.close(mark);
                Ok(())
            }
            Kind::Code { language, text } => self.code(language, text),
            Kind::Equation(text) if fits(text, FORMULA) => {
                let mark = self.open("equation");
                self.push("\"expression\":");
                quote(&mut self.out, text);
                self.close(mark);
                Ok(())
            }
            Kind::Table(table) => self.table(table),
            Kind::Image { caption, url } => self.image(caption, url),
            _ => Err(Odd),
        }
    }

    fn texted(&mut self, name: &str, flags: &str, text: &[Span], block: &Block) -> Plain {
        let mark = self.open(name);
        self.push(flags);
        self.color(&block.attrs)?;
        self.push("\"rich_text\":");
        let start = self.out.len();
        self.items(text)?;
        if self.out.len() - start > GROUP_BYTES {
            return Err(Odd);
        }
        if !block.children.is_empty() {
            self.head(mark);
            self.push(",\"children\":");
            self.blocks(&block.children);
        }
        self.close(mark);
        Ok(())
    }

    fn color(&mut self, attrs: &Attrs) -> Plain {
        for (name, value) in attrs.iter() {
            let color = rich_out::color(value)
                .filter(|_| name == "color")
                .ok_or(Odd)?;
            self.push("\"color\":\"");
            self.push(&color);
            self.push("\",");
        }
        Ok(())
    }

    fn code(&mut self, language: &str, text: &str) -> Plain {
        if text.len() > GROUP_ITEMS * TEXT / 2 {
            return Err(Odd);
        }
        let mut writer = Writer::at(&self.path);
        let name = writer.language(language);
        self.losses.extend(writer.losses.into_list());
        let mark = self.open("code");
        self.push("\"language\":\"");
        self.push(&name);
        self.push("\",\"rich_text\":[");
        let mut first = true;
        for part in split(text, TEXT) {
            self.comma(&mut first);
            self.push("{\"type\":\"text\",\"text\":{\"content\":");
            quote(&mut self.out, part);
            self.push("}}");
        }
        self.push("]");
        self.close(mark);
        Ok(())
    }

    fn image(&mut self, caption: &[Span], url: &str) -> Plain {
        if !rich_out::is_web(url) || urls::without_signature(url).len() < url.len() {
            return Err(Odd);
        }
        let mark = self.open("image");
        self.push("\"type\":\"external\",\"external\":{\"url\":");
        quote(&mut self.out, url);
        self.push("},\"caption\":");
        let start = self.out.len();
        self.items(caption)?;
        if self.out.len() - start > GROUP_BYTES {
            return Err(Odd);
        }
        self.close(mark);
        Ok(())
    }

    fn table(&mut self, table: &Table) -> Plain {
        let width = table.rows.first().map_or(0, |row| row.cells.len());
        if width == 0 || width > WIDTH || !table.columns.is_empty() {
            return Err(Odd);
        }
        let mark = self.open("table");
        self.push(&format!(
            "\"table_width\":{width},\"has_column_header\":{},\"has_row_header\":{}",
            table.header_row, table.header_column
        ));
        self.head(mark);
        self.push(",\"children\":[");
        let mut first_row = true;
        for row in &table.rows {
            if row.cells.len() != width || !row.attrs.is_empty() {
                return Err(Odd);
            }
            self.comma(&mut first_row);
            let row_mark = self.open("table_row");
            self.push("\"cells\":[");
            let start = self.out.len();
            let mut first = true;
            for cell in &row.cells {
                if !cell.attrs.is_empty() {
                    return Err(Odd);
                }
                self.comma(&mut first);
                self.items(&cell.text)?;
            }
            if self.out.len() - start > GROUP_BYTES {
                return Err(Odd);
            }
            self.push("]");
            self.close(row_mark);
        }
        self.push("]");
        self.close(mark);
        Ok(())
    }

    fn comma(&mut self, first: &mut bool) {
        if !std::mem::take(first) {
            self.push(",");
        }
    }

    /// Writes rich text, as far as it is plain and fits one block.
    fn items(&mut self, spans: &[Span]) -> Plain {
        self.push("[");
        let mut count = 0;
        let mut rest = spans;
        while let Some(first) = rest.first() {
            // Neighbours in one style are one text.
            let same = rest
                .iter()
                .position(|span| !is_text(span) || span.style != first.style)
                .unwrap_or(rest.len());
            if same == 0 {
                self.atom(first, &mut count)?;
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            let (run, tail) = rest.split_at(same);
            self.run(run, &first.style, &mut count)?;
            rest = tail;
        }
        self.push("]");
        if count > GROUP_ITEMS {
            Err(Odd)
        } else {
            Ok(())
        }
    }

    fn run(&mut self, run: &[Span], style: &Style, count: &mut usize) -> Plain {
        let link = match &style.link {
            Some(url) => Some(target(url).ok_or(Odd)?),
            None => None,
        };
        let mut held = std::mem::take(&mut self.held);
        held.clear();
        let one = run
            .first()
            .filter(|_| run.len() == 1)
            .map(|span| &span.content);
        let whole = if let Some(Inline::Text(text)) = one {
            text.as_str()
        } else {
            for span in run {
                match &span.content {
                    Inline::Text(text) => held.push_str(text),
                    _ => held.push('\n'),
                }
            }
            held.as_str()
        };
        let mut done = Ok(());
        for part in split(whole, TEXT) {
            self.begin("text", count);
            self.push("{\"content\":");
            quote(&mut self.out, part);
            if let Some(url) = &link {
                self.push(",\"link\":{\"url\":");
                quote(&mut self.out, url);
                self.push("}");
            }
            self.push("}");
            done = done.and_then(|()| self.annotations(style));
        }
        self.held = held;
        done
    }

    fn atom(&mut self, span: &Span, count: &mut usize) -> Plain {
        if span.style.link.is_some() {
            return Err(Odd);
        }
        match &span.content {
            Inline::Math(formula) if fits(formula, FORMULA) => {
                self.begin("equation", count);
                self.push("{\"expression\":");
                quote(&mut self.out, formula);
                self.push("}");
            }
            Inline::Page { id, .. } => {
                self.begin("mention", count);
                self.push("{\"type\":\"page\",\"page\":{\"id\":");
                quote(&mut self.out, id);
                self.push("}}");
            }
            _ => return Err(Odd),
        }
        self.annotations(&span.style)
    }

    fn begin(&mut self, name: &str, count: &mut usize) {
        if *count > 0 {
            self.push(",");
        }
        *count += 1;
        self.push("{\"type\":\"");
        self.push(name);
        self.push("\",\"");
        self.push(name);
        self.push("\":");
    }

    /// The style of an item, and its end.
    fn annotations(&mut self, style: &Style) -> Plain {
        let flags = [
            ("bold", style.bold),
            ("italic", style.italic),
            ("strikethrough", style.strike),
            ("underline", style.underline),
            ("code", style.code),
        ];
        let mut separator = ",\"annotations\":{\"";
        for (name, _) in flags.into_iter().filter(|(_, set)| *set) {
            self.push(separator);
            self.push(name);
            self.push("\":true");
            separator = ",\"";
        }
        if let Some(name) = &style.color {
            let color = rich_out::color(name).ok_or(Odd)?;
            self.push(separator);
            self.push("color\":\"");
            self.push(&color);
            self.push("\"");
            separator = ",\"";
        }
        self.push(if separator == ",\"" { "}}" } else { "}" });
        Ok(())
    }
}

fn is_text(span: &Span) -> bool {
    matches!(span.content, Inline::Text(_) | Inline::Break)
}
