//! Pictures, films, formulas and fields of HTML.

use super::dom::Id;
use super::inline::Flow;
use super::read::{Reader, dom_line};
use crate::code;
use crate::model::{Block, Inline, Kind, Span, Style};
use crate::tag;
use crate::urls;

impl Reader<'_> {
    /// A picture with its caption; a figure of anything else is just what is in it.
    pub(super) fn figure(&mut self, id: Id, flow: &mut Flow, style: &Style) {
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
            [
                Block {
                    kind: Kind::Code { .. },
                    attrs,
                    ..
                },
                Block {
                    kind: Kind::Paragraph(text),
                    ..
                },
            ] => {
                code::set_caption(attrs, std::mem::take(text));
                true
            }
            _ => false,
        };
        if caption {
            blocks.truncate(1);
        }
        for block in blocks {
            flow.block(block);
        }
    }

    pub(super) fn image(&mut self, id: Id, flow: &mut Flow, style: &Style) {
        let alt = self.dom.attr(id, "alt").unwrap_or_default().trim();
        let url = self.dom.attr(id, "src").unwrap_or_default().trim();
        if !urls::is_http(url) {
            // The box of a check list, say, which shows what something else tells.
            if self.dom.attr(id, "role") == Some("presentation") {
                return;
            }
            self.lost("a picture without an address on the web; its description stays");
            return flow.text(alt, style);
        }
        // A link around a picture is one of its caption.
        let alt = style
            .link
            .as_deref()
            .filter(|_| alt.is_empty())
            .unwrap_or(alt);
        let mut caption = Vec::new();
        if !alt.is_empty() {
            let mut span = Span::text(alt);
            span.style.link.clone_from(&style.link);
            caption.push(span);
        }
        let url = urls::clean(url);
        flow.block(Block::new(Kind::Image { caption, url }));
    }

    pub(super) fn media(&mut self, id: Id, name: &str, flow: &mut Flow, style: &Style) {
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
        for part in ["\"></", name, ">"] {
            source.push_str(part);
        }
        flow.block(Block::new(Kind::Opaque(source)));
    }

    /// Something from elsewhere: a link to it stays.
    pub(super) fn embedded(&mut self, id: Id, attr: &str, flow: &mut Flow, style: &Style) {
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

    pub(super) fn formula(&mut self, id: Id, flow: &mut Flow, style: &Style) {
        let tex = self.tex(id);
        if tex.is_none() {
            self.lost("the layout of a formula; its characters stay");
        }
        let text = tex.unwrap_or_else(|| dom_line(self.dom, id));
        let display = self.dom.attr(id, "display") == Some("block");
        self.tex_text(text, display, flow, style);
    }

    /// A formula, on its own or in a line; neither can be a link.
    pub(super) fn tex_text(&mut self, text: String, display: bool, flow: &mut Flow, style: &Style) {
        if style.link.is_some() && !text.trim().is_empty() {
            self.lost("the link of a formula");
        }
        if display {
            flow.block(Block::new(Kind::Equation(text)));
        } else {
            flow.atom(Inline::Math(text), style);
        }
    }

    /// The TeX that many programs leave beside a formula.
    pub(super) fn tex(&self, id: Id) -> Option<String> {
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

    pub(super) fn input(&mut self, id: Id, flow: &mut Flow) {
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
    pub(super) fn unseen(&mut self, id: Id, name: &str, flow: &mut Flow, style: &Style) {
        match name {
            "script" => {
                if let Some(kind) = self
                    .dom
                    .attr(id, "type")
                    .filter(|kind| kind.starts_with("math/tex"))
                {
                    let text = self.dom.text(id);
                    let display = kind.contains("mode=display");
                    self.tex_text(text, display, flow, style);
                }
            }
            "svg" | "canvas" | "object" => self.lost(format!("a drawing (<{name}>)")),
            "select" | "textarea" | "button" => self.lost("a field of a form"),
            _ => {}
        }
    }
}
