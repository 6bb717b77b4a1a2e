//! Lines of running text as they are read from HTML, and the blocks they end up in.

use crate::model::{Block, Inline, Kind, Span, Style};
use crate::normal::normalize;

/// Blocks that were read, and the text of the one that is being read.
#[derive(Debug, Default)]
pub(super) struct Flow {
    pub(super) blocks: Vec<Block>,
    line: Vec<Span>,
    /// Whether a blank was just read, so that the next one is none.
    inside_word: bool,
    /// The check box that was read in this block.
    pub(super) check: Option<bool>,
}

impl Flow {
    /// Adds text; in HTML any run of blanks and line ends is one blank.
    pub(super) fn text(&mut self, text: &str, style: &Style) {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if !matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c') {
                out.push(c);
                self.inside_word = true;
            } else if self.inside_word {
                out.push(' ');
                self.inside_word = false;
            }
        }
        if !out.is_empty() {
            self.push(Inline::Text(out), style);
        }
    }

    /// Adds anything that is not text.
    pub(super) fn atom(&mut self, content: Inline, style: &Style) {
        self.inside_word = content != Inline::Break;
        self.push(content, style);
    }

    fn push(&mut self, content: Inline, style: &Style) {
        let mut style = style.clone();
        if !matches!(content, Inline::Text(_)) {
            style.code = false;
            style.link = None;
        }
        self.line.push(Span { content, style });
    }

    /// Ends the paragraph that is being read.
    pub(super) fn end_line(&mut self) {
        self.inside_word = false;
        let mut text = normalize(std::mem::take(&mut self.line));
        // A break at the end of a block shows nothing.
        while text
            .last()
            .is_some_and(|span| span.content == Inline::Break)
        {
            text.pop();
        }
        let check = self.check.take();
        if text.is_empty() && check.is_none() {
            return;
        }
        self.blocks.push(Block::new(match check {
            Some(checked) => Kind::Todo { checked, text },
            None => Kind::Paragraph(text),
        }));
    }

    /// Adds a block after what is being read.
    pub(super) fn block(&mut self, block: Block) {
        self.end_line();
        self.blocks.push(block);
    }

    /// All blocks.
    pub(super) fn finish(mut self) -> Vec<Block> {
        self.end_line();
        self.blocks
    }
}

/// Blocks as lines of one text, for places that hold no blocks. The second value says whether something
/// other than plain paragraphs was made into lines.
pub(super) fn flatten(blocks: Vec<Block>) -> (Vec<Span>, bool) {
    let mut out = Vec::new();
    let mut changed = false;
    lines(blocks, &mut out, &mut changed);
    (normalize(out), changed)
}

fn lines(blocks: Vec<Block>, out: &mut Vec<Span>, changed: &mut bool) {
    for mut block in blocks {
        if !out.is_empty() {
            out.push(Span::plain(Inline::Break));
        }
        let children = std::mem::take(&mut block.children);
        *changed |= !matches!(block.kind, Kind::Paragraph(_)) || !children.is_empty();
        line(block, out);
        lines(children, out, changed);
    }
}

fn line(block: Block, out: &mut Vec<Span>) {
    match block.kind {
        Kind::Code { text, .. } => {
            for (at, line) in text.split('\n').enumerate() {
                if at > 0 {
                    out.push(Span::plain(Inline::Break));
                }
                let mut span = Span::text(line);
                span.style.code = true;
                out.push(span);
            }
        }
        Kind::Equation(text) => out.push(Span::plain(Inline::Math(text))),
        Kind::Table(table) => {
            for (at, row) in table.rows.into_iter().enumerate() {
                if at > 0 {
                    out.push(Span::plain(Inline::Break));
                }
                for (at, cell) in row.cells.into_iter().enumerate() {
                    if at > 0 {
                        out.push(Span::text(" "));
                    }
                    out.extend(cell.text);
                }
            }
        }
        Kind::Image { caption, url } => {
            let caption = if caption.is_empty() {
                vec![Span::text(url.as_str())]
            } else {
                caption
            };
            out.extend(caption.into_iter().map(|mut span| {
                span.style.link.get_or_insert_with(|| url.clone());
                span
            }));
        }
        Kind::Bullet(text) => {
            out.push(Span::text("• "));
            out.extend(text);
        }
        Kind::Numbered { start, text } => {
            out.push(Span::text(format!("{}. ", start.unwrap_or(1))));
            out.extend(text);
        }
        Kind::Paragraph(text)
        | Kind::Heading { text, .. }
        | Kind::Todo { text, .. }
        | Kind::Quote(text)
        | Kind::Toggle(text) => out.extend(text),
        Kind::Opaque(source) => out.push(Span::text(crate::plain::text(&[Span::plain(
            Inline::Raw(source),
        )]))),
        Kind::Callout | Kind::Divider => {}
    }
}
