//! What a page says while the requests of an update are carried out one after the other.

use serde_json::{Value, json};

use crate::block_update::{BlockRequest, BlockUpdate, Spot, Target};
use crate::canonical;
use crate::code_breaks;
use crate::model::{Block, Document, Kind};

impl BlockUpdate {
    /// Whether a page whose text is `now` is one on which the first requests of this update were carried out, any
    /// number of them, and nothing else happened; `base` is the text the update was planned for.
    ///
    /// After an unclear end this tells our own half of a change from somebody else's: where it holds, a new
    /// difference from `now` finishes the work, and nothing has to be brought together.
    pub fn led_to(&self, base: &str, now: &str) -> bool {
        let wanted = form(Document::from_enhanced(now));
        let mut page = Page::of(Document::from_enhanced(base));
        let mut steps = self.requests.iter();
        loop {
            if form(page.document()) == wanted {
                return true;
            }
            let Some(step) = steps.next() else {
                return false;
            };
            if page.carry_out(step).is_none() {
                return false;
            }
        }
    }
}

/// What is compared: the canonical form, with the lines of code as blocks have them.
fn form(mut document: Document) -> String {
    code_breaks::take_apart(&mut document.blocks);
    canonical::document(document.normalized()).to_enhanced()
}

/// A block, and where those below it are.
struct Node {
    block: Block,
    below: Vec<usize>,
}

/// A page whose blocks keep their places in memory while others come and go.
struct Page {
    /// The first is the page itself.
    nodes: Vec<Node>,
    /// What was below each node of the base.
    base: Vec<Vec<usize>>,
    /// What each request made.
    made: Vec<Vec<usize>>,
}

impl Page {
    fn of(document: Document) -> Self {
        let mut page = Self {
            nodes: vec![Node {
                block: Block::new(Kind::Divider),
                below: Vec::new(),
            }],
            base: Vec::new(),
            made: Vec::new(),
        };
        let top = page.add(document.blocks);
        if let Some(root) = page.nodes.first_mut() {
            root.below = top;
        }
        page.base = page.nodes.iter().map(|node| node.below.clone()).collect();
        page
    }

    fn add(&mut self, blocks: Vec<Block>) -> Vec<usize> {
        let mut out = Vec::with_capacity(blocks.len());
        for mut block in blocks {
            let below = self.add(std::mem::take(&mut block.children));
            self.nodes.push(Node { block, below });
            out.push(self.nodes.len() - 1);
        }
        out
    }

    fn document(&self) -> Document {
        Document {
            blocks: self.below(0),
        }
    }

    fn below(&self, at: usize) -> Vec<Block> {
        let list = self.nodes.get(at).map(|node| node.below.as_slice());
        let block = |at: &usize| {
            let mut block = self.nodes.get(*at)?.block.clone();
            block.children = self.below(*at);
            Some(block)
        };
        list.unwrap_or_default().iter().filter_map(block).collect()
    }

    /// A block of the base.
    fn old(&self, path: &[usize]) -> Option<usize> {
        let mut at = 0;
        for position in path {
            at = *self.base.get(at)?.get(*position)?;
        }
        Some(at)
    }

    fn find(&self, target: &Target) -> Option<usize> {
        match target {
            Target::Page => Some(0),
            Target::Old(path) => self.old(path),
            Target::New { request, child } => self.made.get(*request)?.get(*child).copied(),
        }
    }

    fn carry_out(&mut self, request: &BlockRequest) -> Option<()> {
        let mut made = Vec::new();
        match request {
            BlockRequest::Insert {
                parent,
                spot,
                children,
            } => {
                let parent = self.find(parent)?;
                let after = match spot {
                    Spot::After(target) => Some(self.find(target)?),
                    Spot::Start | Spot::End => None,
                };
                made = self.add(Document::from_blocks(children).ok()?.blocks);
                let list = &mut self.nodes.get_mut(parent)?.below;
                let at = match after {
                    Some(after) => list.iter().position(|at| *at == after)? + 1,
                    None if *spot == Spot::Start => 0,
                    None => list.len(),
                };
                list.splice(at..at, made.iter().copied());
            }
            BlockRequest::Change { block, fields } => {
                let at = self.old(block)?;
                change(&mut self.nodes.get_mut(at)?.block, fields)?;
            }
            BlockRequest::Delete { block } => {
                let at = self.old(block)?;
                let (_, parent) = block.split_last()?;
                let parent = self.old(parent)?;
                let list = &mut self.nodes.get_mut(parent)?.below;
                list.retain(|other| *other != at);
            }
        }
        self.made.push(made);
        Some(())
    }
}

/// Gives a block another text; its number in a list and what is below it stay.
fn change(block: &mut Block, fields: &Value) -> Option<()> {
    let (name, payload) = fields.as_object()?.iter().next()?;
    let value = json!({ "type": name, name: payload });
    let read = Document::from_blocks(std::slice::from_ref(&value)).ok()?;
    let changed = read.blocks.into_iter().next()?;
    let number = match &block.kind {
        Kind::Numbered { start, .. } => *start,
        _ => None,
    };
    block.kind = changed.kind;
    block.attrs = changed.attrs;
    if let Kind::Numbered { start, .. } = &mut block.kind {
        *start = number;
    }
    Some(())
}
