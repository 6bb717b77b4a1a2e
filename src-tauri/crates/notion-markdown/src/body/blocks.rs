//! The blocks that are open while a body is read.

use pulldown_cmark::BlockQuoteKind;

use crate::body::places::Places;
use crate::body::write::alert_attrs;
use crate::inline::normalize;
use crate::loss::Losses;
use crate::model::{Attrs, Block, Inline, Kind, Span};
use crate::tag::MAX_DEPTH;

/// What an open block is.
#[derive(Debug)]
pub(crate) enum FrameKind {
    Root,
    Quote,
    Alert(BlockQuoteKind),
    Item {
        number: Option<u64>,
        checked: Option<bool>,
    },
    Footnote(String),
    /// `<details>` and its summary.
    Details(Vec<Span>),
    Callout,
    /// `<indent>`: children of the block before it.
    Indent,
}

/// An open block and what is in it so far.
#[derive(Debug)]
pub(crate) struct Frame {
    kind: FrameKind,
    attrs: Attrs,
    /// The first paragraph of an item or a quote is its text.
    text: Option<Vec<Span>>,
    blocks: Vec<Block>,
}

impl Frame {
    pub(crate) fn new(kind: FrameKind) -> Self {
        Self {
            kind,
            attrs: Attrs::default(),
            text: None,
            blocks: Vec::new(),
        }
    }

    pub(crate) fn with_attrs(kind: FrameKind, attrs: Attrs) -> Self {
        Self {
            kind,
            attrs,
            text: None,
            blocks: Vec::new(),
        }
    }

    /// Whether the block is written as a pair of tags.
    fn is_tagged(&self) -> bool {
        matches!(
            self.kind,
            FrameKind::Details(_) | FrameKind::Callout | FrameKind::Indent
        )
    }

    fn tag_name(&self) -> &'static str {
        match self.kind {
            FrameKind::Details(_) => "details",
            FrameKind::Callout => "callout",
            FrameKind::Indent => "indent",
            _ => "",
        }
    }

    fn takes_text(&self) -> bool {
        matches!(self.kind, FrameKind::Quote | FrameKind::Item { .. })
            && self.text.is_none()
            && self.blocks.is_empty()
    }
}

/// The stack of open blocks.
#[derive(Debug)]
pub(crate) struct Frames {
    stack: Vec<Frame>,
    root: Frame,
    /// What the blocks read so far lose.
    losses: Losses,
    /// Where they begin, if anybody wants to know.
    places: Option<Places>,
}

impl Default for Frames {
    fn default() -> Self {
        Self {
            stack: Vec::new(),
            root: Frame::new(FrameKind::Root),
            losses: Losses::default(),
            places: None,
        }
    }
}

impl Frames {
    /// Blocks whose beginnings are noted.
    pub(crate) fn with_places() -> Self {
        Self {
            places: Some(Places::default()),
            ..Self::default()
        }
    }

    /// Says where what is read now begins; answers what it was before.
    pub(crate) fn at(&mut self, start: usize) -> usize {
        self.places
            .as_mut()
            .map_or(0, |places| std::mem::replace(&mut places.at, start))
    }

    /// Notes that the next block begins here.
    fn begin(&mut self) {
        // What is deep is found at what is around it, so that hostile nesting costs no more than it is long.
        if self.places.is_none() || self.stack.len() > MAX_DEPTH {
            return;
        }
        let (mut place, next) = self.next();
        place.push(next);
        if let Some(places) = &mut self.places {
            places.begin(place);
        }
    }

    fn top(&mut self) -> &mut Frame {
        self.stack.last_mut().unwrap_or(&mut self.root)
    }

    /// Notes what the next block loses.
    pub(crate) fn lost(&mut self, what: impl Into<String>) {
        self.lost_in(false, what);
    }

    /// Notes what the next block loses, which with `text` may become that of the open block.
    pub(crate) fn lost_in(&mut self, text: bool, what: impl Into<String>) {
        let own = text && self.stack.last().is_some_and(Frame::takes_text);
        let (mut place, next) = self.next();
        if !own {
            place.push(next);
        }
        self.losses.at(&place, what);
    }

    /// Where the open block will stand in the document, and the position of the next block in it.
    fn next(&self) -> (Vec<usize>, usize) {
        let mut place = Vec::new();
        let mut before = self.root.blocks.last();
        let mut next = self.root.blocks.len();
        for frame in &self.stack {
            match (&frame.kind, before) {
                // Its blocks will stand below the one before it.
                (FrameKind::Indent, Some(block)) => {
                    place.push(next.saturating_sub(1));
                    next = block.children.len() + frame.blocks.len();
                }
                // Its blocks will stand where it stands itself.
                (FrameKind::Indent | FrameKind::Footnote(_), _) => next += frame.blocks.len(),
                _ => {
                    place.push(next);
                    next = frame.blocks.len();
                }
            }
            before = frame.blocks.last();
        }
        (place, next)
    }

    /// Begins a toggle.
    pub(crate) fn open_details(&mut self, title: Vec<Span>, mut attrs: Attrs) {
        if attrs.take("open").is_some() {
            self.lost("that a toggle stands open");
        }
        self.open(Frame::with_attrs(FrameKind::Details(title), attrs));
    }

    pub(crate) fn open(&mut self, frame: Frame) {
        // These tags are no block: what is in them stands below the block before.
        if !matches!(frame.kind, FrameKind::Indent) {
            self.begin();
        }
        self.stack.push(frame);
    }

    /// Adds a block.
    pub(crate) fn push(&mut self, block: Block) {
        self.begin();
        self.top().blocks.push(block);
    }

    /// Adds a block that came from a paragraph: the first one is the text of an item or a quote.
    pub(crate) fn push_paragraph(&mut self, mut block: Block) {
        let top = self.top();
        if let FrameKind::Footnote(label) = &top.kind
            && top.blocks.is_empty()
            && let Some(text) = block.text_mut()
        {
            text.insert(0, Span::text(format!("[^{label}]: ")));
            *text = normalize(std::mem::take(text));
        }
        if top.takes_text()
            && let Kind::Paragraph(text) = block.kind
        {
            top.text = Some(text);
            top.attrs = block.attrs;
            return;
        }
        self.push(block);
    }

    /// Notes that the open item is a check box.
    pub(crate) fn check(&mut self, value: bool) {
        if let FrameKind::Item { checked, .. } = &mut self.top().kind {
            *checked = Some(value);
        }
    }

    /// Ends the newest block that Markdown itself began, with every tag left open in it.
    pub(crate) fn close_markdown(&mut self) {
        while let Some(frame) = self.stack.pop() {
            let tagged = frame.is_tagged();
            self.close(frame);
            if !tagged {
                return;
            }
        }
    }

    /// Ends the newest block when it is this tag.
    pub(crate) fn close_tag(&mut self, name: &str) -> bool {
        if self
            .stack
            .last()
            .is_none_or(|frame| frame.tag_name() != name)
        {
            return false;
        }
        if let Some(frame) = self.stack.pop() {
            self.close(frame);
        }
        true
    }

    /// Ends everything; answers the blocks, what they lose, and where they begin if that was noted.
    pub(crate) fn finish(mut self) -> (Vec<Block>, Losses, Option<Places>) {
        while let Some(frame) = self.stack.pop() {
            self.close(frame);
        }
        (self.root.blocks, self.losses, self.places)
    }

    fn close(&mut self, frame: Frame) {
        let Frame {
            kind,
            attrs,
            text,
            blocks,
        } = frame;
        let text = text.unwrap_or_default();
        let (kind, attrs) = match kind {
            FrameKind::Root => return,
            FrameKind::Quote => (Kind::Quote(text), attrs),
            FrameKind::Alert(alert) => (Kind::Callout, alert_attrs(alert)),
            FrameKind::Item {
                checked: Some(checked),
                ..
            } => (Kind::Todo { checked, text }, attrs),
            FrameKind::Item {
                number: Some(number),
                ..
            } => (
                Kind::Numbered {
                    start: u32::try_from(number).ok(),
                    text,
                },
                attrs,
            ),
            FrameKind::Item { .. } => (Kind::Bullet(text), attrs),
            FrameKind::Footnote(label) => {
                self.close_footnote(&label, blocks);
                return;
            }
            FrameKind::Details(summary) => (Kind::Toggle(summary), attrs),
            FrameKind::Callout => (Kind::Callout, attrs),
            FrameKind::Indent => {
                self.close_indent(blocks);
                return;
            }
        };
        self.push(Block {
            kind,
            attrs,
            children: blocks,
        });
    }

    fn close_footnote(&mut self, label: &str, mut blocks: Vec<Block>) {
        let mark = format!("[^{label}]:");
        let marked = blocks
            .first()
            .and_then(Block::text)
            .and_then(<[Span]>::first)
            .is_some_and(
                |span| matches!(&span.content, Inline::Text(text) if text.starts_with(&mark)),
            );
        if !marked {
            blocks.insert(
                0,
                Block::new(Kind::Paragraph(normalize(vec![Span::text(mark)]))),
            );
        }
        self.top().blocks.extend(blocks);
    }

    fn close_indent(&mut self, blocks: Vec<Block>) {
        let top = self.top();
        if let Some(last) = top.blocks.last_mut() {
            last.children.extend(blocks);
            return;
        }
        if top.takes_text() {
            top.text = Some(Vec::new());
        }
        top.blocks.extend(blocks);
    }
}
