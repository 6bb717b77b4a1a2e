//! The tree an HTML parser builds: nodes in one list, so that depth costs no stack.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink as _};
use html5ever::{Attribute, LocalName, Namespace, ParseOpts, QualName, local_name, ns};

/// Elements nested deeper than this end the reading: no note is that deep, and a parser would need time
/// that grows with the square of the depth.
const MAX_DEPTH: usize = 150;

/// How many blanks one tag may hold; a tag with more is no tag a person copied.
const MAX_TAG_BLANKS: usize = 10_000;

/// How much is parsed before the depth is looked at.
const CHUNK: usize = 256;

/// The number of a node.
pub(super) type Id = usize;

/// What a node is.
#[derive(Debug)]
pub(super) enum Data {
    /// The document, a comment, or anything else that is never shown.
    Other,
    /// An element with its attributes.
    Element(QualName, Vec<Attribute>),
    /// Text.
    Text(String),
}

/// A node and its place.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) data: Data,
    pub(super) children: Vec<Id>,
    parent: Option<Id>,
    depth: usize,
}

/// A parsed document.
#[derive(Debug)]
pub(super) struct Dom {
    nodes: Vec<Node>,
}

impl Dom {
    /// Parses HTML. The second value is what was not parsed because of its depth.
    pub(super) fn parse(html: &str) -> (Self, &str) {
        let end = parsable(html);
        let mut parser = html5ever::parse_document(Sink::default(), ParseOpts::default());
        let mut at = 0;
        while at < end && !parser.tokenizer.sink.sink.too_deep.get() {
            let mut next = (at + CHUNK).min(end);
            while !html.is_char_boundary(next) {
                next += 1;
            }
            parser.process(StrTendril::from_slice(
                html.get(at..next).unwrap_or_default(),
            ));
            at = next;
        }
        (parser.finish(), html.get(at..).unwrap_or_default())
    }

    /// A node by its number.
    pub(super) fn node(&self, id: Id) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// The name of an element.
    pub(super) fn name(&self, id: Id) -> Option<&str> {
        match &self.node(id)?.data {
            Data::Element(name, _) => Some(&name.local),
            _ => None,
        }
    }

    /// An attribute of an element.
    pub(super) fn attr(&self, id: Id, name: &str) -> Option<&str> {
        match &self.node(id)?.data {
            Data::Element(_, attrs) => attrs
                .iter()
                .find(|attr| &*attr.name.local == name)
                .map(|attr| &*attr.value),
            _ => None,
        }
    }

    /// Whether an element has this class.
    pub(super) fn has_class(&self, id: Id, class: &str) -> bool {
        self.attr(id, "class")
            .is_some_and(|classes| classes.split_ascii_whitespace().any(|one| one == class))
    }

    /// The nodes below a node.
    pub(super) fn children(&self, id: Id) -> &[Id] {
        self.node(id)
            .map(|node| node.children.as_slice())
            .unwrap_or_default()
    }

    /// All text below a node, as it stands.
    pub(super) fn text(&self, id: Id) -> String {
        let mut out = String::new();
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            match self.node(id).map(|node| &node.data) {
                Some(Data::Text(text)) => out.push_str(text),
                Some(Data::Element(name, _)) if &*name.local == "br" => out.push('\n'),
                _ => stack.extend(self.children(id).iter().rev()),
            }
        }
        out
    }
}

/// How much of a text can be parsed in bounded time: up to the first tag of endless attributes.
fn parsable(html: &str) -> usize {
    let mut tag = None;
    let mut blanks = 0;
    let mut before = 0;
    for (at, byte) in html.bytes().enumerate() {
        match byte {
            b'>' => tag = None,
            _ if before == b'<' && (byte.is_ascii_alphabetic() || byte == b'/') => {
                tag = Some(at - 1);
                blanks = 0;
            }
            b' ' | b'\t' | b'\n' | b'/' | b'"' | b'\'' if tag.is_some() => {
                blanks += 1;
                if blanks > MAX_TAG_BLANKS {
                    return tag.unwrap_or(at);
                }
            }
            _ => {}
        }
        before = byte;
    }
    html.len()
}

/// The name of an element, as the parser asks for it.
#[derive(Debug)]
struct Named(Namespace, LocalName);

impl ElemName for Named {
    fn ns(&self) -> &Namespace {
        &self.0
    }

    fn local_name(&self) -> &LocalName {
        &self.1
    }
}

/// What the parser builds into. Node 0 is the document.
#[derive(Debug)]
struct Sink {
    nodes: RefCell<Vec<Node>>,
    too_deep: Cell<bool>,
}

impl Default for Sink {
    fn default() -> Self {
        let document = Node {
            data: Data::Other,
            children: Vec::new(),
            parent: None,
            depth: 0,
        };
        Self {
            nodes: RefCell::new(vec![document]),
            too_deep: Cell::new(false),
        }
    }
}

impl Sink {
    fn create(&self, data: Data) -> Id {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node {
            data,
            children: Vec::new(),
            parent: None,
            depth: 0,
        });
        nodes.len() - 1
    }

    /// Puts a node below a parent, before the child at a place or at the end.
    fn insert(&self, parent: Id, at: Option<usize>, child: NodeOrText<Id>) {
        let child = match child {
            NodeOrText::AppendNode(id) => {
                self.detach(id);
                id
            }
            NodeOrText::AppendText(text) => {
                if self.join(parent, at, &text) {
                    return;
                }
                self.create(Data::Text(text.to_string()))
            }
        };
        let mut nodes = self.nodes.borrow_mut();
        let depth = nodes.get(parent).map_or(0, |node| node.depth) + 1;
        if let Some(node) = nodes.get_mut(child) {
            node.parent = Some(parent);
            node.depth = depth;
        }
        if let Some(node) = nodes.get_mut(parent) {
            let at = at.unwrap_or(node.children.len()).min(node.children.len());
            node.children.insert(at, child);
        }
        if depth > MAX_DEPTH {
            self.too_deep.set(true);
        }
    }

    /// Adds text to the text before it, if that is what stands there.
    fn join(&self, parent: Id, at: Option<usize>, text: &str) -> bool {
        let mut nodes = self.nodes.borrow_mut();
        let before = nodes.get(parent).and_then(|node| {
            let at = at.unwrap_or(node.children.len()).checked_sub(1)?;
            node.children.get(at).copied()
        });
        match before
            .and_then(|id| nodes.get_mut(id))
            .map(|node| &mut node.data)
        {
            Some(Data::Text(held)) => {
                held.push_str(text);
                true
            }
            _ => false,
        }
    }

    fn detach(&self, id: Id) {
        let mut nodes = self.nodes.borrow_mut();
        let Some(parent) = nodes.get_mut(id).and_then(|node| node.parent.take()) else {
            return;
        };
        if let Some(node) = nodes.get_mut(parent)
            // What is moved was mostly added last.
            && let Some(at) = node.children.iter().rposition(|child| *child == id)
        {
            node.children.remove(at);
        }
    }

    fn parent(&self, id: Id) -> Option<(Id, usize)> {
        let nodes = self.nodes.borrow();
        let parent = nodes.get(id)?.parent?;
        let at = nodes
            .get(parent)?
            .children
            .iter()
            .rposition(|child| *child == id)?;
        Some((parent, at))
    }
}

impl TreeSink for Sink {
    type Handle = Id;
    type Output = Dom;
    type ElemName<'a> = Named;

    fn finish(self) -> Dom {
        Dom {
            nodes: self.nodes.into_inner(),
        }
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Id {
        0
    }

    fn elem_name<'a>(&'a self, target: &'a Id) -> Named {
        match self.nodes.borrow().get(*target).map(|node| &node.data) {
            Some(Data::Element(name, _)) => Named(name.ns.clone(), name.local.clone()),
            _ => Named(ns!(), local_name!("")),
        }
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> Id {
        self.create(Data::Element(name, attrs))
    }

    fn create_comment(&self, _: StrTendril) -> Id {
        self.create(Data::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Id {
        self.create(Data::Other)
    }

    fn append(&self, parent: &Id, child: NodeOrText<Id>) {
        self.insert(*parent, None, child);
    }

    fn append_based_on_parent_node(&self, element: &Id, before: &Id, child: NodeOrText<Id>) {
        if self.parent(*element).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(before, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Id) -> Id {
        *target
    }

    fn same_node(&self, x: &Id, y: &Id) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Id, node: NodeOrText<Id>) {
        if let NodeOrText::AppendNode(id) = &node {
            self.detach(*id);
        }
        if let Some((parent, at)) = self.parent(*sibling) {
            self.insert(parent, Some(at), node);
        }
    }

    fn add_attrs_if_missing(&self, target: &Id, attrs: Vec<Attribute>) {
        if let Some(Data::Element(_, held)) = self
            .nodes
            .borrow_mut()
            .get_mut(*target)
            .map(|node| &mut node.data)
        {
            for attr in attrs {
                if held.iter().all(|one| one.name != attr.name) {
                    held.push(attr);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Id) {
        self.detach(*target);
    }

    fn reparent_children(&self, node: &Id, new_parent: &Id) {
        let children = match self.nodes.borrow_mut().get_mut(*node) {
            Some(node) => std::mem::take(&mut node.children),
            None => Vec::new(),
        };
        for child in children {
            if let Some(node) = self.nodes.borrow_mut().get_mut(child) {
                node.parent = None;
            }
            self.insert(*new_parent, None, NodeOrText::AppendNode(child));
        }
    }
}
