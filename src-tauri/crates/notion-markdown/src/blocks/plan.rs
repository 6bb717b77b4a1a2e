//! Which requests create a tree of blocks, each within the API's limits.
//!
//! A request carries at most 100 blocks per array, two levels below the first, 1,000 blocks and 500 KB. Its
//! answer names only the blocks of the first level, so only they can be given more blocks later.

use std::collections::VecDeque;
use std::fmt;

use serde_json::{Value, json};

use super::json::{block, kind, map, payload, set_children, size, take_children};

/// How many blocks one array takes.
const ARRAY: usize = 100;
/// How many blocks one request takes.
const BLOCKS: usize = 1_000;
/// How long one request may be, in bytes; the API takes 500 KB.
const BYTES: usize = 380_000;
/// How many levels a block of the first level may have below it.
const LEVELS: usize = 2;

/// Where the blocks of a [`PlanStep`] are appended.
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

/// One request of a [`plan`].
#[derive(Debug, Clone, PartialEq)]
pub struct PlanStep {
    /// Where the blocks go, after what is there.
    pub parent: Parent,
    /// The blocks of the request.
    pub children: Vec<Value>,
}

impl PlanStep {
    /// The step as `{"parent":"page" or "<step>/<child>","children":[…]}`.
    pub fn to_json(&self) -> Value {
        json!({ "parent": self.parent.to_string(), "children": self.children })
    }
}

/// All steps as JSON, in order.
pub fn plan_json(steps: &[PlanStep]) -> Value {
    steps.iter().map(PlanStep::to_json).collect()
}

/// The requests that create blocks as [`crate::Document::to_blocks`] gives them, in the order to send them.
///
/// Whatever the size, every block is created. Columns and tabs whose first members are too deep or too many
/// for one request cannot be reached later; what is in them stands one after the other instead.
pub fn plan(blocks: &[Value]) -> Vec<PlanStep> {
    let nodes = blocks.iter().cloned().map(node).collect();
    steps(&mut Values, nodes)
        .into_iter()
        .map(|(parent, nodes)| PlanStep {
            parent,
            children: nodes.into_iter().map(value).collect(),
        })
        .collect()
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
}

/// Where the blocks of nodes are kept.
pub(super) trait Store {
    /// A block without those below it.
    type Own;

    /// Makes other blocks of one, each with its length as JSON.
    fn change(&mut self, own: &Self::Own, with: fn(Value) -> Vec<Value>)
    -> Vec<(Self::Own, usize)>;
}

/// Blocks as trees of values.
struct Values;

impl Store for Values {
    type Own = Value;

    fn change(&mut self, own: &Value, with: fn(Value) -> Vec<Value>) -> Vec<(Value, usize)> {
        let sized = |value| {
            let len = size(&value);
            (value, len)
        };
        with(own.clone()).into_iter().map(sized).collect()
    }
}

fn node(mut own: Value) -> Node<Value> {
    let holder = Holder::of(kind(&own).unwrap_or_default());
    // What is no block has no place where blocks below it could be put back.
    let below = if payload(&own).is_object() {
        take_children(&mut own)
    } else {
        Vec::new()
    };
    let len = size(&own);
    Node::new(own, len, holder, below.into_iter().map(node).collect())
}

fn value(node: Node<Value>) -> Value {
    let mut own = node.own;
    if !node.below.is_empty() {
        set_children(&mut own, node.below.into_iter().map(value).collect());
    }
    own
}

type Step<O> = (Parent, Vec<Node<O>>);

/// The requests that create these blocks.
pub(super) fn steps<S: Store>(store: &mut S, list: Vec<Node<S::Own>>) -> Vec<Step<S::Own>> {
    let mut steps = Vec::new();
    let mut queue = VecDeque::from([(Parent::Page, list)]);
    while let Some((parent, list)) = queue.pop_front() {
        append(store, parent, list, &mut steps, &mut queue);
    }
    steps
}

/// Packs the blocks of one parent into steps; what hangs too deep is queued below them.
fn append<S: Store>(
    store: &mut S,
    parent: Parent,
    list: Vec<Node<S::Own>>,
    steps: &mut Vec<Step<S::Own>>,
    queue: &mut VecDeque<Step<S::Own>>,
) {
    let mut todo: VecDeque<Node<S::Own>> = list.into();
    let mut current = Vec::new();
    let mut used = Cost::default();
    while let Some(node) = todo.pop_front() {
        let (head, rest, cost) = match cut(store, node) {
            Cut::Block(head, rest, cost) => (head, rest, cost),
            Cut::Dissolved(list) => {
                list.into_iter()
                    .rev()
                    .for_each(|node| todo.push_front(node));
                continue;
            }
        };
        if current.len() >= ARRAY || (!current.is_empty() && !used.plus(cost).fits()) {
            steps.push((parent, std::mem::take(&mut current)));
            used = Cost::default();
        }
        if !rest.is_empty() {
            let below = Parent::Child {
                step: steps.len(),
                child: current.len(),
            };
            queue.push_back((below, rest));
        }
        used = used.plus(cost);
        current.push(head);
    }
    if !current.is_empty() {
        steps.push((parent, current));
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
    Dissolved(Vec<Node<O>>),
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
        return Cut::Dissolved(dissolve(store, node.holder, below));
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
