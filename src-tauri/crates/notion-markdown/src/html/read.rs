//! HTML as a person copies it, read into blocks.

use super::dom::{Data, Dom, Id};
use super::inline::{Flow, flatten};
use super::{style, table};
use crate::loss::{Converted, Losses};
use crate::model::{Attrs, Block, Document, Inline, Kind, Span, Style};
use crate::tag;
use crate::urls;

/// Reads a whole document or a fragment.
pub(super) fn document(html: &str) -> Converted<Document> {
    let (dom, rest) = Dom::parse(html);
    let mut reader = Reader {
        dom: &dom,
        losses: Losses::default(),
        top: 0,
        level: 0,
    };
    let mut flow = Flow::default();
    reader.children(0, &mut flow, &Style::default());
    if !rest.is_empty() {
        flow.end_line();
        reader.top = flow.blocks.len();
        reader.lost("the structure of what is nested too deep; its words stay");
        flow.text(&without_tags(rest), &Style::default());
    }
    let blocks = flow.finish();
    Converted {
        value: Document { blocks }.normalized(),
        losses: reader.losses.into_list(),
    }
}

/// Text without what stands between angle brackets.
fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out
}

pub(super) struct Reader<'a> {
    pub(super) dom: &'a Dom,
    losses: Losses,
    /// How many blocks stand before the one being read.
    top: usize,
    /// How many blocks are around what is being read.
    level: usize,
}

impl Reader<'_> {
    pub(super) fn lost(&mut self, what: impl Into<String>) {
        self.losses.at(&[self.top], what);
    }

    pub(super) fn children(&mut self, id: Id, flow: &mut Flow, style: &Style) {
        let dom = self.dom;
        for child in dom.children(id) {
            if self.level == 0 {
                self.top = flow.blocks.len();
            }
            self.node(*child, flow, style);
        }
    }

    fn node(&mut self, id: Id, flow: &mut Flow, style: &Style) {
        let dom = self.dom;
        match dom.node(id).map(|node| &node.data) {
            Some(Data::Text(text)) => flow.text(text, style),
            Some(Data::Element(name, _)) => self.element(id, &name.local, flow, style),
            _ => {}
        }
    }

    fn element(&mut self, id: Id, name: &str, flow: &mut Flow, style: &Style) {
        if self.is_hidden(id) {
            return;
        }
        match name {
            "script" | "style" | "head" | "title" | "template" | "noscript" | "svg" | "canvas"
            | "object" | "select" | "textarea" | "button" | "datalist" | "annotation" => {
                self.unseen(id, name, flow, style);
            }
            "br" => flow.atom(Inline::Break, style),
            "wbr" => {}
            "input" => self.input(id, flow),
            "img" => self.image(id, flow, style),
            "math" => self.formula(id, flow, style),
            "iframe" | "embed" => self.embedded(id, "src", flow, style),
            "video" | "audio" => self.media(id, name, flow, style),
            "a" => self.link(id, flow, style),
            "span" if self.dom.has_class(id, "math") => {
                flow.atom(Inline::Math(self.dom.text(id)), style);
            }
            // The picture of a formula that stands beside it.
            "span" if self.dom.has_class(id, "katex-html") => {}
            _ if is_block(name) => {
                flow.end_line();
                self.block(id, name, flow, style);
                flow.end_line();
            }
            _ => {
                let inner = style::inside(self.dom, id, style);
                self.children(id, flow, &inner);
            }
        }
    }

    fn block(&mut self, id: Id, name: &str, flow: &mut Flow, style: &Style) {
        match name {
            "hr" => flow.block(Block::new(Kind::Divider)),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(id, name, flow, style),
            "ul" | "ol" | "menu" | "dir" => self.list(id, name, flow, style),
            "li" => {
                let item = self.item(id, style, None);
                flow.block(item);
            }
            "blockquote" => {
                let (text, children) = self.headed(id, style);
                self.push(id, Kind::Quote(text), children, flow);
            }
            "pre" => self.code(id, flow),
            "table" => table::table(self, id, flow, style),
            "details" => self.details(id, flow, style),
            "figure" => self.figure(id, flow, style),
            "div" if self.dom.has_class(id, "math") => {
                flow.block(Block::new(Kind::Equation(self.dom.text(id))));
            }
            "div" if self.dom.has_class(id, "indent") && !flow.blocks.is_empty() => {
                let children = self.inner(id, style);
                if let Some(last) = flow.blocks.last_mut() {
                    last.children.extend(children);
                }
            }
            "aside" if self.dom.has_class(id, "callout") => {
                let children = self.inner(id, style);
                self.push(id, Kind::Callout, children, flow);
            }
            _ => {
                let first = flow.blocks.len();
                let inner = style::inside(
                    self.dom,
                    id,
                    &Style {
                        color: None,
                        ..style.clone()
                    },
                );
                let color = inner.color.clone();
                self.children(
                    id,
                    flow,
                    &Style {
                        color: style.color.clone(),
                        ..inner
                    },
                );
                flow.end_line();
                if let (Some(color), "p") = (color, name) {
                    for block in flow.blocks.iter_mut().skip(first) {
                        block.attrs.set("color", &color);
                    }
                }
            }
        }
    }

    /// The blocks inside an element.
    pub(super) fn inner(&mut self, id: Id, style: &Style) -> Vec<Block> {
        let mut flow = Flow::default();
        self.level += 1;
        self.children(id, &mut flow, style);
        self.level -= 1;
        flow.finish()
    }

    /// What is inside an element as one text.
    pub(super) fn flat(&mut self, id: Id, style: &Style, place: &str) -> Vec<Span> {
        let (text, changed) = flatten(self.inner(id, style));
        if changed {
            self.lost(format!("blocks in {place} become lines"));
        }
        text
    }

    /// The first paragraph of an element, and the blocks after it.
    fn headed(&mut self, id: Id, style: &Style) -> (Vec<Span>, Vec<Block>) {
        let mut blocks = self.inner(id, style);
        match blocks.first_mut() {
            Some(Block {
                kind: Kind::Paragraph(text),
                ..
            }) => {
                let text = std::mem::take(text);
                let first = blocks.remove(0);
                blocks.splice(0..0, first.children);
                (text, blocks)
            }
            _ => (Vec::new(), blocks),
        }
    }

    fn push(&mut self, id: Id, kind: Kind, children: Vec<Block>, flow: &mut Flow) {
        let mut attrs = Attrs::default();
        if let Some(color) = style::color(self.dom, id) {
            attrs.set("color", &color);
        }
        if let (Kind::Callout, Some(icon)) = (&kind, self.dom.attr(id, "data-icon")) {
            attrs.set("icon", icon);
        }
        flow.block(Block {
            kind,
            attrs,
            children,
        });
    }

    fn heading(&mut self, id: Id, name: &str, flow: &mut Flow, style: &Style) {
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

    fn list(&mut self, id: Id, name: &str, flow: &mut Flow, style: &Style) {
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

    fn item(&mut self, id: Id, style: &Style, number: Option<u32>) -> Block {
        let mut children = self.inner(id, style);
        let mut attrs = Attrs::default();
        if let Some(color) = style::color(self.dom, id) {
            attrs.set("color", &color);
        }
        let kind = |text| match number {
            Some(number) => Kind::Numbered {
                start: Some(number),
                text,
            },
            None => Kind::Bullet(text),
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

    fn code(&mut self, id: Id, flow: &mut Flow) {
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

    fn details(&mut self, id: Id, flow: &mut Flow, style: &Style) {
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

    /// A picture with its caption; a figure of anything else is just what is in it.
    fn figure(&mut self, id: Id, flow: &mut Flow, style: &Style) {
        let mut blocks = self.inner(id, style);
        let caption = match blocks.as_mut_slice() {
            [
                Block {
                    kind: Kind::Image { caption, .. },
                    ..
                },
                Block {
                    kind: Kind::Paragraph(text),
                    ..
                },
            ] => {
                *caption = std::mem::take(text);
                true
            }
            _ => false,
        };
        if caption {
            blocks.truncate(1);
        }
        blocks.into_iter().for_each(|block| flow.block(block));
    }

    fn image(&mut self, id: Id, flow: &mut Flow, style: &Style) {
        let alt = self.dom.attr(id, "alt").unwrap_or_default().trim();
        let url = self.dom.attr(id, "src").unwrap_or_default().trim();
        if !urls::is_http(url) {
            self.lost("a picture without an address on the web; its description stays");
            return flow.text(alt, style);
        }
        if style.link.is_some() {
            self.lost("the link of a picture");
        }
        let caption = if alt.is_empty() {
            Vec::new()
        } else {
            vec![Span::text(alt)]
        };
        let url = urls::clean(url);
        flow.block(Block::new(Kind::Image { caption, url }));
    }

    fn media(&mut self, id: Id, name: &str, flow: &mut Flow, style: &Style) {
        let dom = self.dom;
        let inner = dom
            .children(id)
            .iter()
            .find_map(|child| dom.attr(*child, "src"));
        let Some(url) = dom
            .attr(id, "src")
            .or(inner)
            .filter(|url| urls::is_http(url.trim()))
        else {
            self.lost(format!("a {name} without an address on the web"));
            return self.children(id, flow, style);
        };
        let mut source = format!("<{name} src=\"");
        tag::escape_attr(&mut source, &urls::clean(url));
        source.push_str(&format!("\"></{name}>"));
        flow.block(Block::new(Kind::Opaque(source)));
    }

    /// Something from elsewhere: a link to it stays.
    fn embedded(&mut self, id: Id, attr: &str, flow: &mut Flow, style: &Style) {
        self.lost("something embedded; a link to it stays");
        if let Some(url) = self
            .dom
            .attr(id, attr)
            .map(str::trim)
            .filter(|url| urls::is_http(url))
        {
            let link = Some(urls::clean(url));
            flow.text(
                url,
                &Style {
                    link,
                    ..style.clone()
                },
            );
        }
    }

    fn formula(&mut self, id: Id, flow: &mut Flow, style: &Style) {
        let tex = self.tex(id);
        if tex.is_none() {
            self.lost("the layout of a formula; its characters stay");
        }
        let text = tex.unwrap_or_else(|| dom_line(self.dom, id));
        if self.dom.attr(id, "display") == Some("block") {
            flow.block(Block::new(Kind::Equation(text)));
        } else {
            flow.atom(Inline::Math(text), style);
        }
    }

    /// The TeX that many programs leave beside a formula.
    fn tex(&self, id: Id) -> Option<String> {
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            if self.dom.name(id) == Some("annotation")
                && self.dom.attr(id, "encoding") == Some("application/x-tex")
            {
                return Some(self.dom.text(id).trim().to_owned());
            }
            stack.extend(self.dom.children(id).iter().rev());
        }
        None
    }

    fn input(&mut self, id: Id, flow: &mut Flow) {
        if self
            .dom
            .attr(id, "type")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox"))
        {
            flow.check = Some(self.dom.attr(id, "checked").is_some());
        } else if self.dom.attr(id, "type") != Some("hidden") {
            self.lost("a field of a form");
        }
    }

    /// Elements without text of their own; a formula may hide in a script.
    fn unseen(&mut self, id: Id, name: &str, flow: &mut Flow, style: &Style) {
        match name {
            "script" => {
                if let Some(kind) = self
                    .dom
                    .attr(id, "type")
                    .filter(|kind| kind.starts_with("math/tex"))
                {
                    let text = self.dom.text(id);
                    if kind.contains("mode=display") {
                        flow.block(Block::new(Kind::Equation(text)));
                    } else {
                        flow.atom(Inline::Math(text), style);
                    }
                }
            }
            "svg" | "canvas" | "object" => self.lost(format!("a drawing (<{name}>)")),
            "select" | "textarea" | "button" => self.lost("a field of a form"),
            _ => {}
        }
    }

    fn is_hidden(&self, id: Id) -> bool {
        self.dom.attr(id, "hidden").is_some()
            || self.dom.attr(id, "style").is_some_and(|style| {
                let style: String = style.split_ascii_whitespace().collect();
                style.contains("display:none")
            })
    }

    /// A link, or the page it mentions in Octavo's own words.
    fn link(&mut self, id: Id, flow: &mut Flow, style: &Style) {
        let url = self.dom.attr(id, "href").unwrap_or_default().trim();
        let page = url
            .starts_with(urls::PAGE_SCHEME)
            .then(|| urls::page_id(url))
            .flatten();
        if let Some(page) = page {
            let title = dom_line(self.dom, id);
            return flow.atom(Inline::Page { id: page, title }, style);
        }
        if !url.is_empty() && (!urls::is_linkable(url) || url.starts_with('/')) {
            let short: String = url.chars().take(60).collect();
            self.lost(format!(
                "a link to {short}, which leads nowhere from a note"
            ));
        }
        let inner = style::inside(self.dom, id, style);
        self.children(id, flow, &inner);
    }
}

/// The text of an element as one line.
fn dom_line(dom: &Dom, id: Id) -> String {
    let text = dom.text(id);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "html"
            | "body"
            | "p"
            | "div"
            | "section"
            | "article"
            | "main"
            | "header"
            | "footer"
            | "nav"
            | "aside"
            | "address"
            | "center"
            | "form"
            | "fieldset"
            | "legend"
            | "dl"
            | "dt"
            | "dd"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "hr"
            | "ul"
            | "ol"
            | "menu"
            | "dir"
            | "li"
            | "blockquote"
            | "pre"
            | "table"
            | "details"
            | "summary"
            | "figure"
            | "figcaption"
            | "hgroup"
            | "search"
            | "caption"
            | "tr"
            | "dialog"
    )
}
