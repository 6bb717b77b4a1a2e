//! The requests that create a document, each with its blocks as JSON text.

use serde_json::Value;

use super::mark::{Mark, children_key};
use super::plan::{Node, Parent, Store, steps};
use super::text::Text;
use crate::loss::Converted;
use crate::model::Document;

/// One request of those that create a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Where the blocks go, after what is there.
    pub parent: Parent,
    /// The JSON text of the list of blocks.
    pub children: String,
}

impl Request {
    /// The request as the JSON text `{"parent":"page" or "<step>/<child>","children":[…]}`.
    pub fn to_json(&self) -> String {
        format!(
            "{{\"parent\":\"{}\",\"children\":{}}}",
            self.parent, self.children
        )
    }
}

/// Writes a document as requests.
pub(super) fn of(document: &Document) -> Converted<Vec<Request>> {
    let mut text = Text::of(document);
    let marks = std::mem::take(&mut text.marks);
    let request = |(parent, nodes): (Parent, Vec<Node<Mark>>), text: &Text| {
        let mut children = String::with_capacity(nodes.iter().map(|node| len(&node.own)).sum());
        children.push('[');
        list(&text.out, &nodes, &mut children);
        children.push(']');
        Request { parent, children }
    };
    let planned = steps(&mut text, nodes(&marks));
    let requests = planned.value.into_iter();
    Converted {
        value: requests.map(|step| request(step, &text)).collect(),
        losses: [text.losses, planned.losses].concat(),
    }
}

impl Store for Text {
    type Own = Mark;

    fn change(&mut self, own: &Mark, with: fn(Value) -> Vec<Value>) -> Vec<(Mark, usize)> {
        let head = self.out.get(own.start..own.head).unwrap_or_default();
        // What this writer wrote can be read; were it not so, nothing would be better than half a block.
        let Ok(value) = serde_json::from_str(&format!("{head}}}}}")) else {
            return Vec::new();
        };
        with(value)
            .into_iter()
            .filter_map(|value| {
                self.marks.clear();
                self.value(value);
                let mark = self.marks.pop()?;
                Some((mark, own_len(&mark)))
            })
            .collect()
    }
}

/// The tree that marks describe.
fn nodes(marks: &[Mark]) -> Vec<Node<Mark>> {
    let mut out = Vec::new();
    let mut rest = marks;
    while let Some((mark, tail)) = rest.split_first() {
        let (below, after) = tail.split_at(mark.below);
        out.push(Node::new(*mark, own_len(mark), mark.holder, nodes(below)));
        rest = after;
    }
    out
}

fn len(mark: &Mark) -> usize {
    mark.end - mark.start
}

/// How long a block is without those below it.
fn own_len(mark: &Mark) -> usize {
    mark.head - mark.start + "}}".len()
}

fn list(source: &str, nodes: &[Node<Mark>], out: &mut String) {
    for (at, node) in nodes.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        let Mark {
            start, head, end, ..
        } = node.own;
        if node.whole {
            out.push_str(source.get(start..end).unwrap_or_default());
            continue;
        }
        let own = source.get(start..head).unwrap_or_default();
        out.push_str(own);
        if !node.below.is_empty() {
            out.push_str(children_key(own));
            list(source, &node.below, out);
            out.push(']');
        }
        out.push_str("}}");
    }
}
