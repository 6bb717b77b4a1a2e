//! Reading enhanced Markdown: lines by indentation, tags that span lines, and exact source for the rest.

use std::borrow::Cow;
use std::ops::Range;

use crate::enhanced::inline::{self, Unknown};
use crate::enhanced::line::single;
use crate::enhanced::scan::{Line, Lines, fence_len};
use crate::enhanced::table;
use crate::loss::Losses;
use crate::model::{Block, Document, Kind};
use crate::tag::{self, MAX_DEPTH, Tag};

/// A block with the lines it came from.
#[derive(Debug)]
pub(crate) struct Node {
    /// The block without its children.
    pub(crate) block: Block,
    /// Its own lines, as a byte range of the source.
    pub(crate) head: Range<usize>,
    /// The line of its closing tag.
    pub(crate) tail: Option<Range<usize>>,
    /// How many tabs stand before it.
    pub(crate) depth: usize,
    pub(crate) children: Vec<Node>,
}

impl Node {
    pub(super) fn into_block(self) -> Block {
        let mut block = self.block;
        block.children = self.children.into_iter().map(Self::into_block).collect();
        block
    }
}

/// Reads a whole text.
pub(crate) fn document(text: &str) -> Document {
    let blocks = nodes(&clean(text)).into_iter().map(Node::into_block);
    Document {
        blocks: blocks.collect(),
    }
    .arranged(&mut Losses::default())
}

/// No NUL.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Reads a whole text and keeps where each block stands.
pub(crate) fn nodes(text: &str) -> Vec<Node> {
    let lines = Lines::new(text);
    let mut parser = Parser {
        lines: &lines,
        roots: Vec::new(),
        open: Vec::new(),
    };
    let mut at = 0;
    while at < lines.all.len() {
        at = parser.step(at);
    }
    parser.leave(0);
    parser.roots
}

/// A block that may still get children.
struct Frame {
    node: Node,
    /// The line that closes it, for blocks with a closing tag.
    until: Option<usize>,
}

struct Parser<'a, 'l> {
    lines: &'l Lines<'a>,
    roots: Vec<Node>,
    open: Vec<Frame>,
}

/// What one or more lines are.
struct Read {
    block: Block,
    /// The first line after it.
    next: usize,
    /// The line of its closing tag, when children come before that.
    until: Option<usize>,
}

impl Parser<'_, '_> {
    /// Reads what begins at a line; answers where to go on.
    fn step(&mut self, at: usize) -> usize {
        let Some(line) = self.lines.get(at).cloned() else {
            return at + 1;
        };
        if let Some(frame) = self.open.iter().rposition(|frame| frame.until == Some(at)) {
            self.leave(frame + 1);
            if let Some(frame) = self.open.last_mut() {
                frame.node.tail = Some(line.range.clone());
            }
            self.leave(frame);
            return at + 1;
        }
        if line.text.trim_matches([' ', '\t']).is_empty() {
            return at + 1;
        }
        self.dedent(line.depth);
        let limit = self
            .open
            .iter()
            .rev()
            .find_map(|frame| frame.until)
            .unwrap_or(self.lines.all.len());
        let mut read = read(self.lines, at, &line, limit);
        if read.until.is_some() && self.open.len() >= MAX_DEPTH {
            let text = inline::parse(line.text, Unknown::Keep);
            read = Read {
                block: Block::new(Kind::Paragraph(text)),
                next: at + 1,
                until: None,
            };
        }
        let last = self
            .lines
            .get(read.next.saturating_sub(1))
            .unwrap_or(&line)
            .range
            .end;
        let node = Node {
            block: read.block,
            head: line.range.start..last,
            tail: None,
            depth: line.depth,
            children: Vec::new(),
        };
        self.open.push(Frame {
            node,
            until: read.until,
        });
        read.next
    }

    /// Leaves every block that a line this deep does not belong to.
    fn dedent(&mut self, depth: usize) {
        let floor = self
            .open
            .iter()
            .rposition(|frame| frame.until.is_some())
            .map_or(0, |at| at + 1);
        let deeper = self
            .open
            .iter()
            .skip(floor)
            .position(|frame| frame.node.depth >= depth);
        let keep = deeper.map_or(self.open.len(), |at| at + floor);
        self.leave(keep.min(MAX_DEPTH).max(floor.min(self.open.len())));
    }

    /// Closes blocks until `keep` are open.
    fn leave(&mut self, keep: usize) {
        while self.open.len() > keep {
            let Some(frame) = self.open.pop() else { return };
            match self.open.last_mut() {
                Some(parent) => parent.node.children.push(frame.node),
                None => self.roots.push(frame.node),
            }
        }
    }
}

fn read(lines: &Lines<'_>, at: usize, line: &Line<'_>, limit: usize) -> Read {
    let text = line.text.trim_matches([' ', '\t']);
    let special = match text.as_bytes().first() {
        Some(b'`') => code(lines, at, line, text, limit),
        Some(b'$') => equation(lines, at, line, text, limit),
        Some(b'<') => tagged(lines, at, line, text, limit),
        _ => None,
    };
    special.unwrap_or_else(|| Read {
        block: single(text),
        next: at + 1,
        until: None,
    })
}

fn code(lines: &Lines<'_>, at: usize, line: &Line<'_>, text: &str, limit: usize) -> Option<Read> {
    let len = fence_len(text)?;
    let end = lines.fence_end(at).filter(|end| *end < limit);
    let (body_end, next) = end.map_or((limit, limit), |end| (end, end + 1));
    let language = text.get(len..)?.trim().to_owned();
    let body = lines.dedent(at + 1..body_end, line.depth);
    Some(Read {
        block: Block::new(Kind::Code {
            language,
            text: body,
        }),
        next,
        until: None,
    })
}

fn equation(
    lines: &Lines<'_>,
    at: usize,
    line: &Line<'_>,
    text: &str,
    limit: usize,
) -> Option<Read> {
    let rest = text.strip_prefix("$$")?;
    if let Some(inner) = rest.strip_suffix("$$").map(str::trim) {
        let block = Block::new(Kind::Equation(inner.to_owned()));
        return (!inner.is_empty() && !inner.contains('$')).then_some(Read {
            block,
            next: at + 1,
            until: None,
        });
    }
    if !rest.is_empty() {
        return None;
    }
    let end = lines.formula_end(at).filter(|end| *end < limit)?;
    let body = lines.dedent(at + 1..end, line.depth);
    Some(Read {
        block: Block::new(Kind::Equation(body)),
        next: end + 1,
        until: None,
    })
}

fn tagged(lines: &Lines<'_>, at: usize, line: &Line<'_>, text: &str, limit: usize) -> Option<Read> {
    let tag = tag::parse(text).filter(|tag| !tag.close)?;
    let one = |block| {
        Some(Read {
            block,
            next: at + 1,
            until: None,
        })
    };
    let rest = text.get(tag.len..)?.trim();
    match tag.name {
        "empty-block" if rest.is_empty() => return one(Block::new(Kind::Paragraph(Vec::new()))),
        "table" if !tag.self_closing => {
            let end = lines.table_end(at).filter(|end| *end < limit)?;
            let source = lines.dedent(at..end + 1, line.depth);
            let kind =
                table::parse(&source, Unknown::Keep).map_or(Kind::Opaque(source), Kind::Table);
            return Some(Read {
                block: Block::new(kind),
                next: end + 1,
                until: None,
            });
        }
        "details" => return details(lines, at, line, &tag, rest, limit),
        "callout" => return callout(lines, at, line, &tag, rest, limit),
        name if is_inline(name) => return None,
        _ => {}
    }
    if tag.self_closing || !rest.is_empty() {
        return if is_card(text) {
            one(opaque(text))
        } else {
            None
        };
    }
    let end = lines
        .closer(tag.name, line.depth, at)
        .filter(|end| *end < limit)?;
    let source = lines.dedent(at..end + 1, line.depth);
    Some(Read {
        block: Block::new(Kind::Opaque(source)),
        next: end + 1,
        until: None,
    })
}

/// Whether a line of text, were it written, would be read as a card.
pub(crate) fn is_card(line: &str) -> bool {
    let Some(tag) = tag::parse(line).filter(|tag| !tag.close && !is_inline(tag.name)) else {
        return false;
    };
    let rest = line.get(tag.len..).unwrap_or_default();
    if tag.self_closing {
        return rest.is_empty();
    }
    let close = format!("</{}>", tag.name);
    rest.find(&close)
        .is_some_and(|at| at + close.len() == rest.len())
}

fn opaque(text: &str) -> Block {
    Block::new(Kind::Opaque(text.to_owned()))
}

/// Tags that stand in running text.
pub(crate) fn is_inline(name: &str) -> bool {
    matches!(name, "span" | "br" | "notion-inline") || inline::is_mention(name)
}

fn details(
    lines: &Lines<'_>,
    at: usize,
    line: &Line<'_>,
    tag: &Tag<'_>,
    rest: &str,
    limit: usize,
) -> Option<Read> {
    let until = lines
        .closer("details", line.depth, at)
        .filter(|end| *end < limit)?;
    let (summary, next) = if let Some(text) = summary(rest) {
        (inline::parse(text, Unknown::Keep), at + 1)
    } else if !rest.is_empty() {
        return None;
    } else {
        let below = lines
            .get(at + 1)
            .filter(|_| at + 1 < until)
            .and_then(|line| summary(line.text.trim()));
        (
            inline::parse(below.unwrap_or_default(), Unknown::Keep),
            at + 1 + usize::from(below.is_some()),
        )
    };
    let mut block = Block::new(Kind::Toggle(summary));
    block.attrs = tag.attrs();
    block.attrs.take("open");
    Some(Read {
        block,
        next,
        until: Some(until),
    })
}

/// The content of a `<summary>` that fills a line.
pub(crate) fn summary(text: &str) -> Option<&str> {
    let tag = tag::parse(text).filter(|tag| tag.name == "summary" && !tag.close)?;
    let inner = text.get(tag.len..)?.strip_suffix("</summary>")?;
    (!inner.contains("</summary>")).then_some(inner)
}

fn callout(
    lines: &Lines<'_>,
    at: usize,
    line: &Line<'_>,
    tag: &Tag<'_>,
    rest: &str,
    limit: usize,
) -> Option<Read> {
    let mut block = Block::new(Kind::Callout);
    block.attrs = tag.attrs();
    if tag.self_closing && rest.is_empty() {
        return Some(Read {
            block,
            next: at + 1,
            until: None,
        });
    }
    if let Some(inner) = rest.strip_suffix("</callout>") {
        if inner.contains("</callout>") {
            return None;
        }
        if !inner.trim().is_empty() {
            block
                .children
                .push(Block::new(Kind::Paragraph(inline::parse(
                    inner,
                    Unknown::Keep,
                ))));
        }
        return Some(Read {
            block,
            next: at + 1,
            until: None,
        });
    }
    let until = lines
        .closer("callout", line.depth, at)
        .filter(|end| *end < limit)?;
    rest.is_empty().then_some(Read {
        block,
        next: at + 1,
        until: Some(until),
    })
}
