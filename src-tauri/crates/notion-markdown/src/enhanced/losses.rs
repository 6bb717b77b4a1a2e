//! What Notion does not make again of enhanced Markdown, although it wrote it itself.

use crate::blocks::{is_color, is_language};
use crate::code;
use crate::enhanced::parse::{Node, clean, nodes};
use crate::enhanced::table;
use crate::loss::{Converted, Loss, Losses};
use crate::model::{Attrs, Block, Document, Inline, Kind, Span};
use crate::tag::{self, MAX_DEPTH};
use crate::urls;

/// What a document would lose if its enhanced Markdown were written into an empty page.
pub(crate) fn of(document: &Document) -> Vec<Loss> {
    let mut losses = Losses::default();
    let mut path = Vec::new();
    blocks(&document.blocks, &mut path, &mut losses);
    losses.into_list()
}

fn blocks(list: &[Block], path: &mut Vec<usize>, losses: &mut Losses) {
    if path.len() > MAX_DEPTH {
        return;
    }
    for (at, block) in list.iter().enumerate() {
        path.push(at);
        self::block(block, path, losses);
        blocks(&block.children, path, losses);
        path.pop();
    }
}

fn block(block: &Block, path: &[usize], losses: &mut Losses) {
    let mut lost = |what: String| losses.at(path, what);
    if !block.children.is_empty() && !block.kind.holds_children() {
        lost("indentation below a block that cannot have blocks inside".to_owned());
    }
    if block
        .attrs
        .get("icon")
        .is_some_and(|icon| icon.starts_with('{'))
    {
        lost("an icon that only Notion itself can set".to_owned());
    }
    attrs(block, &mut lost);
    match &block.kind {
        Kind::Opaque(source) => card(source, &mut lost),
        Kind::Equation(text) => formula(text, &mut lost),
        Kind::Code { .. } => code(block, &mut lost),
        Kind::Image { url, .. } if units(url) > LONGEST_URL => address(&mut lost),
        Kind::Image { url, .. } if urls::without_signature(url).len() < url.len() => {
            lost("a file Notion hosts: its address expires".to_owned());
        }
        Kind::Table(table) => {
            for column in &table.columns {
                foreign(column, &["color", "width"], &mut lost);
            }
            for row in &table.rows {
                foreign(&row.attrs, &["color"], &mut lost);
                for cell in &row.cells {
                    foreign(&cell.attrs, &["color"], &mut lost);
                    spans(&cell.text, &mut lost);
                }
            }
        }
        _ => {}
    }
    spans(block.text().unwrap_or_default(), &mut lost);
}

/// Notion's Markdown writes of code its language and its text.
fn code(block: &Block, lost: &mut dyn FnMut(String)) {
    if let Kind::Code { language, .. } = &block.kind
        && !language.is_empty()
        && !is_language(language)
    {
        lost(format!("the language of a code block, {language}"));
    }
    if block.attrs.get(code::CAPTION).is_some() {
        lost("the caption of a code block stands below it".to_owned());
    }
    if block.attrs.get(code::RUNS).is_some() {
        lost("styles, links and mentions in a code block".to_owned());
    }
}

fn card(source: &str, lost: &mut dyn FnMut(String)) {
    let Some(tag) = tag::parse(source) else {
        return;
    };
    if let Some(color) = tag.attrs().get("color").filter(|color| !is_color(color)) {
        lost(format!("the colour {color}"));
    }
    match tag.name {
        "unknown" => {
            let alt = tag.attr("alt").unwrap_or_else(|| "unknown".to_owned());
            lost(format!(
                "a block of the type {alt}, which Notion's Markdown only names"
            ));
        }
        "columns" if source.contains(" width-ratio=") => lost("the widths of columns".to_owned()),
        "meeting-notes" => lost("summary and transcript of meeting notes".to_owned()),
        "audio" | "video" | "file" | "pdf" => {
            let signed = |url: String| urls::without_signature(&url).len() < url.len();
            if tag.attr("src").is_some_and(signed) {
                lost("a file Notion hosts: its address expires".to_owned());
            }
        }
        _ => {}
    }
}

/// The longest formula, in UTF-16 units (§7.4).
const LONGEST_FORMULA: usize = 1_000;
/// The longest address, in UTF-16 units (§7.4).
const LONGEST_URL: usize = 2_000;

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn formula(text: &str, lost: &mut dyn FnMut(String)) {
    if units(text) > LONGEST_FORMULA {
        lost("a formula longer than 1,000 characters".to_owned());
    }
}

fn address(lost: &mut dyn FnMut(String)) {
    lost("an address longer than 2,000 characters".to_owned());
}

/// Attributes and colours of a block that Notion's Markdown does not name.
fn attrs(block: &Block, lost: &mut dyn FnMut(String)) {
    match block.kind {
        Kind::Code { .. } => {}
        Kind::Callout => foreign(&block.attrs, &["color", "icon"], lost),
        _ => foreign(&block.attrs, &["color"], lost),
    }
}

fn foreign(attrs: &Attrs, known: &[&str], lost: &mut dyn FnMut(String)) {
    for (name, value) in attrs.iter() {
        if !known.contains(&name) {
            lost(format!("the attribute {name}"));
        } else if name == "color" && !is_color(value) {
            lost(format!("the colour {value}"));
        }
    }
}

/// Reads a whole text, and says what the model has no word for.
pub(crate) fn read(text: &str) -> Converted<Document> {
    let source = clean(text);
    let nodes = nodes(&source);
    let mut losses = Losses::default();
    of_reading(&nodes, &source, &mut losses);
    if text.contains('\0') {
        losses.at(&[0], "a character without a meaning (NUL)");
    }
    let blocks = nodes.into_iter().map(Node::into_block).collect();
    Converted {
        value: Document { blocks }.arranged(&mut losses),
        losses: losses.into_list(),
    }
}

/// What a text loses when it is read: what its lines say that the model does not.
fn of_reading(nodes: &[Node], text: &str, losses: &mut Losses) {
    walk(nodes, text, &mut Vec::new(), losses);
}

fn walk(nodes: &[Node], text: &str, path: &mut Vec<usize>, losses: &mut Losses) {
    for (at, node) in nodes.iter().enumerate() {
        path.push(at);
        let source = text.get(node.head.clone()).unwrap_or_default();
        let line = source.trim_start_matches(['\t', ' ']);
        match &node.block.kind {
            Kind::Heading { .. } if line.starts_with("#####") => {
                losses.at(path, "a heading below level 4 becomes one of level 4");
            }
            Kind::Table(_) => table::tag_losses(line, &mut |what| losses.at(path, what)),
            Kind::Toggle(_) if has_open(line) => losses.at(path, "that a toggle stands open"),
            _ => {}
        }
        walk(&node.children, text, path, losses);
        path.pop();
    }
}

fn has_open(source: &str) -> bool {
    tag::parse(source).is_some_and(|tag| tag.attrs().get("open").is_some())
}

fn spans(list: &[Span], lost: &mut dyn FnMut(String)) {
    for span in list {
        if let Some(color) = span.style.color.as_deref().filter(|color| !is_color(color)) {
            lost(format!("the colour {color}"));
        }
        if span
            .style
            .link
            .as_deref()
            .is_some_and(|url| units(url) > LONGEST_URL)
        {
            address(lost);
        }
        match &span.content {
            Inline::Math(text) => formula(text, lost),
            Inline::Text(text) if span.style.code && text.contains("<br>") => {
                lost("<br> in code, which Notion takes for the end of a line".to_owned());
            }
            _ => {}
        }
        if let Inline::Raw(source) = &span.content
            && let Some(tag) = tag::parse(source).filter(|tag| !tag.close)
            && (tag.name == "mention-other" || !tag.name.starts_with("mention-"))
        {
            lost(format!(
                "<{}>, which Notion's Markdown does not know",
                tag.name
            ));
        }
    }
}
