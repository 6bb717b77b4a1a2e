//! Headings, lists, code and folding parts of HTML.

use super::dom::Id;
use super::inline::{Flow, flatten};
use super::read::Reader;
use super::style;
use crate::model::{Attrs, Block, Kind, Style};

impl Reader<'_> {
    pub(super) fn heading(&mut self, id: Id, name: &str, flow: &mut Flow, style: &Style) {
        let level = name
            .strip_prefix('h')
            .and_then(|level| level.parse().ok())
            .unwrap_or(1);
        if level > 4 {
            self.lost(format!("a heading of level {level} becomes one of level 4"));
        }
        let plain = Style {
            bold: false,
            ..style.clone()
        };
        let text = self.flat(id, &plain, "a heading");
        if !text.is_empty() {
            self.push(
                id,
                Kind::Heading {
                    level,
                    toggle: false,
                    text,
                },
                Vec::new(),
                flow,
            );
        }
    }

    pub(super) fn list(&mut self, id: Id, name: &str, flow: &mut Flow, style: &Style) {
        let mut number = (name == "ol").then(|| {
            let start = self
                .dom
                .attr(id, "start")
                .and_then(|start| start.trim().parse::<u32>().ok());
            start.unwrap_or(1)
        });
        let dom = self.dom;
        for child in dom.children(id) {
            match dom.name(*child) {
                Some("li") => {
                    let item = self.item(*child, style, number);
                    flow.block(item);
                    number = number.map(|number| number.saturating_add(1));
                }
                // A list straight in a list belongs to the item before it.
                Some("ul" | "ol") => {
                    let below = {
                        let mut inner = Flow::default();
                        self.level += 1;
                        self.node(*child, &mut inner, style);
                        self.level -= 1;
                        inner.finish()
                    };
                    match flow.blocks.last_mut() {
                        Some(last) => last.children.extend(below),
                        None => flow.blocks.extend(below),
                    }
                }
                _ => self.node(*child, flow, style),
            }
        }
    }

    pub(super) fn item(&mut self, id: Id, style: &Style, number: Option<u32>) -> Block {
        let mut children = self.inner(id, style);
        let mut attrs = Attrs::default();
        if let Some(color) = style::color(self.dom, id) {
            attrs.set("color", &color);
        }
        // Google Docs says by its role that an item is a check box.
        let checks = self.dom.attr(id, "role") == Some("checkbox");
        let checked = checks.then(|| self.dom.attr(id, "aria-checked") == Some("true"));
        let kind = |text| match (checked, number) {
            (Some(checked), _) => Kind::Todo { checked, text },
            (None, Some(number)) => Kind::Numbered {
                start: Some(number),
                text,
            },
            (None, None) => Kind::Bullet(text),
        };
        let kind = match children.first().map(|first| &first.kind) {
            Some(Kind::Paragraph(_) | Kind::Todo { .. }) => {
                let first = children.remove(0);
                children.splice(0..0, first.children);
                match first.kind {
                    Kind::Paragraph(text) => kind(text),
                    other => other,
                }
            }
            _ => kind(Vec::new()),
        };
        Block {
            kind,
            attrs,
            children,
        }
    }

    pub(super) fn code(&mut self, id: Id, flow: &mut Flow) {
        let dom = self.dom;
        let inner = dom
            .children(id)
            .iter()
            .find(|child| dom.name(**child) == Some("code"));
        let language = [Some(id), inner.copied()]
            .into_iter()
            .flatten()
            .find_map(|id| {
                let classes = dom.attr(id, "class")?.split_ascii_whitespace();
                let mut names = classes.filter_map(|class| {
                    class
                        .strip_prefix("language-")
                        .or_else(|| class.strip_prefix("lang-"))
                });
                names.next().map(str::to_owned)
            });
        let text = dom.text(id);
        let text = text.strip_suffix('\n').unwrap_or(&text).to_owned();
        let language = language.unwrap_or_default();
        flow.block(Block::new(Kind::Code { language, text }));
    }

    pub(super) fn details(&mut self, id: Id, flow: &mut Flow, style: &Style) {
        let dom = self.dom;
        let summary = dom
            .children(id)
            .iter()
            .find(|child| dom.name(**child) == Some("summary"));
        let mut head = summary.map(|id| self.inner(*id, style)).unwrap_or_default();
        let mut body = Flow::default();
        self.level += 1;
        for child in dom
            .children(id)
            .iter()
            .filter(|child| Some(*child) != summary)
        {
            self.node(*child, &mut body, style);
        }
        self.level -= 1;
        let kind = match head.as_mut_slice() {
            [
                Block {
                    kind: Kind::Heading { level, text, .. },
                    ..
                },
            ] => Kind::Heading {
                level: *level,
                toggle: true,
                text: std::mem::take(text),
            },
            _ => Kind::Toggle(flatten(head).0),
        };
        self.push(id, kind, body.finish(), flow);
    }
}
