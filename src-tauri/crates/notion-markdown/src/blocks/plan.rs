//! Which requests create a tree of blocks, each within the API's limits.
//!
//! A request carries at most 100 blocks per array, two levels below the first, 1,000 blocks and 500 KB. Its
//! answer names only the blocks of the first level, so only they can be given more blocks later.

use std::collections::VecDeque;
use std::fmt;

use serde_json::Value;

use crate::loss::{Converted, Losses};

use super::json::{block, map};

/// How many blocks one array takes.
const ARRAY: usize = 100;
/// How many blocks one request takes.
const BLOCKS: usize = 1_000;
/// How long one request may be, in bytes; the API takes 500 KB.
const BYTES: usize = 380_000;
/// How many levels a block of the first level may have below it.
const LEVELS: usize = 2;

/// Where the blocks of a [`PlanStep`](crate::PlanStep) are appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parent {
    /// The page itself.
    Page,
    /// A block that an earlier step creates.
    Child {
        /// The earlier step, counted from 0.
        step: usize,
        /// Its position in the `children` of that step, counted from 0.
        child: usize,
    },
}

impl fmt::Display for Parent {
    /// `page`, or `<step>/<child>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page => f.write_str("page"),
            Self::Child { step, child } => write!(f, "{step}/{child}"),
        }
    }
}

/// A block as the planner sees it, in whatever form it will be sent.
pub(super) struct Node<O> {
    /// The block without those below it.
    pub(super) own: O,
    /// The blocks below it.
    pub(super) below: Vec<Self>,
    /// Whether it still has all the blocks below it that it came with.
    pub(super) whole: bool,
    holder: Holder,
    /// How long it is as JSON, without what is below it.
    len: usize,
    /// What it takes up with all that is below it.
    cost: Cost,
    /// How many levels are below it.
    levels: usize,
    /// Whether any array below it is too long for a request.
    wide: bool,
}

impl<O> Node<O> {
    pub(super) fn new(own: O, len: usize, holder: Holder, below: Vec<Self>) -> Self {
        let mut node = Self {
            own,
            whole: true,
            holder,
            len,
            cost: Cost::of_own(len),
            levels: 0,
            wide: below.len() > ARRAY,
            below,
        };
        for child in &node.below {
            node.cost = node.cost.plus(child.cost);
            node.levels = node.levels.max(child.levels + 1);
            node.wide |= child.wide;
        }
        node
    }

    /// Whether a block may stand whole where `levels` more are allowed below it.
    fn stands(&self, levels: usize) -> bool {
        self.levels <= levels && !self.wide
    }
}

/// Blocks of which some must be created with the one around them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// Any other block.
    None,
    Table,
    Tabs,
    Columns,
}

impl Holder {
    pub(super) fn of(name: &str) -> Self {
        match name {
            "table" => Self::Table,
            "tab" => Self::Tabs,
            "column_list" => Self::Columns,
            _ => Self::None,
        }
    }

    /// How many blocks must be created with it.
    fn required(self) -> usize {
        match self {
            Self::None => 0,
            Self::Table | Self::Tabs => 1,
            Self::Columns => 2,
        }
    }

    /// Why no request can create it.
    fn too_large(self) -> &'static str {
        match self {
            Self::Columns => "columns too deep or too large for a request",
            Self::Tabs => "tabs too deep or too large for a request",
            Self::None | Self::Table => "a table too large for a request",
        }
    }
}

/// Where the blocks of nodes are kept.
pub(super) trait Store {
    /// A block without those below it.
    type Own;

    /// Makes other blocks of one, each with its length as JSON.
    fn change(&mut self, own: &Self::Own, with: fn(Value) -> Vec<Value>)
    -> Vec<(Self::Own, usize)>;
}

/// Where nodes are appended, and the nodes.
pub(super) type Step<O> = (Parent, Vec<Node<O>>);

/// The requests that create these blocks, and what of them no request can create.
pub(super) fn steps<S: Store>(
    store: &mut S,
    list: Vec<Node<S::Own>>,
) -> Converted<Vec<Step<S::Own>>> {
    let mut planner = Planner {
        store,
        steps: Vec::new(),
        queue: VecDeque::from([Rest {
            parent: Parent::Page,
            place: Vec::new(),
            from: 0,
            nodes: list,
        }]),
        losses: Losses::default(),
    };
    while let Some(rest) = planner.queue.pop_front() {
        planner.append(rest);
    }
    Converted {
        value: planner.steps,
        losses: planner.losses.into_list(),
    }
}

/// Blocks of one parent that are not in a request yet.
struct Rest<O> {
    parent: Parent,
    /// Where the parent stands among the blocks given.
    place: Vec<usize>,
    /// The position of the first of them below the parent.
    from: usize,
    nodes: Vec<Node<O>>,
}

struct Planner<'a, S: Store> {
    store: &'a mut S,
    steps: Vec<Step<S::Own>>,
    queue: VecDeque<Rest<S::Own>>,
    losses: Losses,
}

impl<S: Store> Planner<'_, S> {
    /// Packs the blocks of one parent into steps; what hangs too deep is queued below them.
    fn append(&mut self, rest: Rest<S::Own>) {
        let Rest {
            parent, mut place, ..
        } = rest;
        let mut todo: VecDeque<(usize, Node<S::Own>)> = (rest.from..).zip(rest.nodes).collect();
        let mut current = Vec::new();
        let mut used = Cost::default();
        while let Some((at, node)) = todo.pop_front() {
            let (head, below, cost) = match cut(self.store, node) {
                Cut::Block(head, below, cost) => (head, below, cost),
                Cut::Dissolved(what, list) => {
                    place.push(at);
                    self.losses
                        .at(&place, format!("{what}; what is inside stays"));
                    place.pop();
                    for node in list.into_iter().rev() {
                        todo.push_front((at, node));
                    }
                    continue;
                }
            };
            if current.len() >= ARRAY || (!current.is_empty() && !used.plus(cost).fits()) {
                self.steps.push((parent, std::mem::take(&mut current)));
                used = Cost::default();
            }
            if !below.is_empty() {
                self.queue.push_back(Rest {
                    parent: Parent::Child {
                        step: self.steps.len(),
                        child: current.len(),
                    },
                    place: place.iter().copied().chain([at]).collect(),
                    from: head.below.len(),
                    nodes: below,
                });
            }
            used = used.plus(cost);
            current.push(head);
        }
        if !current.is_empty() {
            self.steps.push((parent, current));
        }
    }
}

/// What a part of a request takes up.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    blocks: usize,
    bytes: usize,
}

impl Cost {
    /// One block this long, with the key for what is below it and the comma after it.
    fn of_own(len: usize) -> Self {
        Self {
            blocks: 1,
            bytes: len + ",\"children\":[],".len(),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            blocks: self.blocks + other.blocks,
            bytes: self.bytes + other.bytes,
        }
    }

    fn fits(self) -> bool {
        self.blocks <= BLOCKS && self.bytes <= BYTES
    }
}

/// What can be done with a block of the first level.
enum Cut<O> {
    /// It is created like this, and given these later; this is what it takes up.
    Block(Node<O>, Vec<Node<O>>, Cost),
    /// It cannot be created; these stand in its place.
    Dissolved(&'static str, Vec<Node<O>>),
}

fn cut<S: Store>(store: &mut S, mut node: Node<S::Own>) -> Cut<S::Own> {
    if node.stands(LEVELS) && node.cost.fits() {
        let cost = node.cost;
        return Cut::Block(node, Vec::new(), cost);
    }
    let mut below = std::mem::take(&mut node.below);
    let mut used = Cost::of_own(node.len);
    let mut whole = 0;
    for child in below.iter().take(ARRAY) {
        let more = used.plus(child.cost);
        if !child.stands(LEVELS - 1) || !more.fits() {
            break;
        }
        used = more;
        whole += 1;
    }
    // A column appended later needs a first block with it, which must not need more below it.
    let stuck = node.holder == Holder::Columns
        && below.iter().skip(whole).any(|column| {
            let first = column.below.first();
            first.is_some_and(|first| !first.stands(LEVELS - 1) || !first.cost.fits())
        });
    if stuck || whole < node.holder.required().min(below.len()) {
        return Cut::Dissolved(node.holder.too_large(), dissolve(store, node.holder, below));
    }
    let rest = below.split_off(whole);
    node.below = below;
    node.whole = false;
    Cut::Block(node, rest, used)
}

/// The blocks in columns, tabs or rows, without what they stood in.
fn dissolve<S: Store>(
    store: &mut S,
    holder: Holder,
    below: Vec<Node<S::Own>>,
) -> Vec<Node<S::Own>> {
    let with = match holder {
        Holder::Columns => return below.into_iter().flat_map(|column| column.below).collect(),
        Holder::Tabs => without_icon,
        Holder::Table | Holder::None => paragraph,
    };
    let mut out = Vec::new();
    for child in below {
        let mut inside = child.below;
        for (own, len) in store.change(&child.own, with) {
            let mut node = Node::new(own, len, Holder::None, std::mem::take(&mut inside));
            node.whole = node.below.is_empty();
            out.push(node);
        }
    }
    out
}

/// A tab as the paragraph it is.
fn without_icon(mut tab: Value) -> Vec<Value> {
    if let Some(content) = tab.get_mut("paragraph").and_then(Value::as_object_mut) {
        content.remove("icon");
    }
    vec![tab]
}

/// The cells of a row as one paragraph.
fn paragraph(mut row: Value) -> Vec<Value> {
    let cells = row.pointer_mut("/table_row/cells").map(Value::take);
    let Some(Value::Array(cells)) = cells else {
        return Vec::new();
    };
    let mut text = Vec::new();
    for cell in cells {
        if let Value::Array(mut items) = cell {
            text.append(&mut items);
        }
    }
    vec![block("paragraph", map([("rich_text", Value::Array(text))]))]
}
