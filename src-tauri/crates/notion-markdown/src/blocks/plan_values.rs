//! The requests that create blocks, each with its blocks as values.

use serde_json::{Value, json};

use super::json::{kind, payload, set_children, size, take_children};
use super::plan::{Holder, Node, Parent, Step, Store, steps};
use crate::loss::Converted;

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
    plan_told(blocks).value
}

/// The requests of [`plan`], and which columns, tabs and tables no request can create. Places are those of
/// the blocks given.
pub fn plan_told(blocks: &[Value]) -> Converted<Vec<PlanStep>> {
    let nodes = blocks.iter().cloned().map(node).collect();
    let planned = steps(&mut Values, nodes);
    let step = |(parent, nodes): Step<Value>| PlanStep {
        parent,
        children: nodes.into_iter().map(value).collect(),
    };
    Converted {
        value: planned.value.into_iter().map(step).collect(),
        losses: planned.losses,
    }
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
