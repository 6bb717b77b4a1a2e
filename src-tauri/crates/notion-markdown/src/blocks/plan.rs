//! Which requests create a tree of blocks, each within the API's limits.
//!
//! A request carries at most 100 blocks per array, two levels below the first, 1,000 blocks and 500 KB. Its
//! answer names only the blocks of the first level, so only they can be given more blocks later.

use std::collections::VecDeque;

use serde_json::{Value, json};

use crate::loss::{Converted, Losses};

use super::json::{block, children, kind, map, payload, set_children, size, take_children};

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
        let parent = match self.parent {
            Parent::Page => "page".to_owned(),
            Parent::Child { step, child } => format!("{step}/{child}"),
        };
        json!({ "parent": parent, "children": self.children })
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
    plan_told(blocks).value
}

/// The requests of [`plan`], and which columns, tabs and tables no request can create. Places are those of
/// the blocks given.
pub fn plan_told(blocks: &[Value]) -> Converted<Vec<PlanStep>> {
    let mut steps = Vec::new();
    let mut losses = Losses::default();
    let whole = Rest {
        parent: Parent::Page,
        place: Vec::new(),
        from: 0,
        blocks: blocks.to_vec(),
    };
    let mut queue = VecDeque::from([whole]);
    while let Some(rest) = queue.pop_front() {
        append(rest, &mut steps, &mut queue, &mut losses);
    }
    Converted {
        value: steps,
        losses: losses.into_list(),
    }
}

/// Blocks of one parent that are not in a request yet.
struct Rest {
    parent: Parent,
    /// Where the parent stands among the blocks given.
    place: Vec<usize>,
    /// The position of the first of them below the parent.
    from: usize,
    blocks: Vec<Value>,
}

type Queue = VecDeque<Rest>;

/// Packs the blocks of one parent into steps; what hangs too deep is queued below them.
fn append(rest: Rest, steps: &mut Vec<PlanStep>, queue: &mut Queue, losses: &mut Losses) {
    let Rest { parent, place, .. } = rest;
    let mut todo: VecDeque<(usize, Value)> = (rest.from..).zip(rest.blocks).collect();
    let mut current = Vec::new();
    let mut used = Cost::default();
    while let Some((at, value)) = todo.pop_front() {
        let place: Vec<usize> = place.iter().copied().chain([at]).collect();
        let (head, rest, cost) = match cut(value) {
            Cut::Block(head, rest, cost) => (head, rest, cost),
            Cut::Dissolved(name, list) => {
                losses.at(&place, format!("{name}; what is inside stays"));
                list.into_iter()
                    .rev()
                    .for_each(|value| todo.push_front((at, value)));
                continue;
            }
        };
        if current.len() >= ARRAY || (!current.is_empty() && !used.plus(cost).fits()) {
            steps.push(PlanStep {
                parent,
                children: std::mem::take(&mut current),
            });
            used = Cost::default();
        }
        if !rest.is_empty() {
            let below = Parent::Child {
                step: steps.len(),
                child: current.len(),
            };
            queue.push_back(Rest {
                parent: below,
                place,
                from: children(&head).len(),
                blocks: rest,
            });
        }
        used = used.plus(cost);
        current.push(head);
    }
    if !current.is_empty() {
        steps.push(PlanStep {
            parent,
            children: current,
        });
    }
}

/// What a part of a request takes up.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    blocks: usize,
    bytes: usize,
}

impl Cost {
    fn of(value: &Value) -> Self {
        Self {
            blocks: count(value),
            bytes: size(value) + 1,
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

/// A block and those below it.
fn count(value: &Value) -> usize {
    children(value).iter().map(count).sum::<usize>() + 1
}

/// Whether a block may stand whole where `levels` more are allowed below it.
fn fits(value: &Value, levels: usize) -> bool {
    let below = children(value);
    below.is_empty()
        || (levels > 0 && below.len() <= ARRAY && below.iter().all(|child| fits(child, levels - 1)))
}

/// What can be done with a block of the first level.
enum Cut {
    /// It is created like this, and given these later; this is what it takes up.
    Block(Value, Vec<Value>, Cost),
    /// It cannot be created; these stand in its place.
    Dissolved(&'static str, Vec<Value>),
}

/// How many blocks must be created with the one around them.
fn required(name: &str) -> usize {
    match name {
        "table" | "tab" => 1,
        "column_list" => 2,
        _ => 0,
    }
}

fn cut(mut value: Value) -> Cut {
    if fits(&value, LEVELS) {
        let cost = Cost::of(&value);
        if cost.fits() {
            return Cut::Block(value, Vec::new(), cost);
        }
    }
    let name = kind(&value).unwrap_or_default().to_owned();
    let mut below = take_children(&mut value);
    let mut used = Cost::of(&value);
    let mut whole = 0;
    for child in below.iter().take(ARRAY) {
        if !fits(child, LEVELS - 1) {
            break;
        }
        used = used.plus(Cost::of(child));
        if !used.fits() {
            break;
        }
        whole += 1;
    }
    // A column appended later needs a first block with it, which must not need more below it.
    let stuck = name == "column_list"
        && below.iter().skip(whole).any(|column| {
            children(column)
                .first()
                .is_some_and(|first| !fits(first, LEVELS - 1) || !Cost::of(first).fits())
        });
    if stuck || whole < required(&name).min(below.len()) {
        let what = match name.as_str() {
            "column_list" => "columns too deep or too large for a request",
            "tab" => "tabs too deep or too large for a request",
            _ => "a table too large for a request",
        };
        return Cut::Dissolved(what, dissolve(&name, below));
    }
    let rest = below.split_off(whole);
    set_children(&mut value, below);
    let cost = Cost::of(&value);
    Cut::Block(value, rest, cost)
}

/// The blocks in columns, tabs or rows, without what they stood in.
fn dissolve(name: &str, below: Vec<Value>) -> Vec<Value> {
    let mut out = Vec::new();
    for mut child in below {
        match name {
            "column_list" => out.append(&mut take_children(&mut child)),
            "tab" => {
                if let Some(content) = child.get_mut("paragraph").and_then(Value::as_object_mut) {
                    content.remove("icon");
                }
                out.push(child);
            }
            _ => out.extend(
                payload(&child)
                    .get("cells")
                    .and_then(Value::as_array)
                    .map(|cells| {
                        let text: Vec<Value> = cells
                            .iter()
                            .filter_map(Value::as_array)
                            .flatten()
                            .cloned()
                            .collect();
                        block("paragraph", map([("rich_text", Value::Array(text))]))
                    }),
            ),
        }
    }
    out
}
