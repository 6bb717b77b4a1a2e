//! What Notion does not make again of enhanced Markdown, although it wrote it itself.

use crate::code;
use crate::loss::{Loss, Losses};
use crate::model::{Block, Document, Inline, Kind, Span};
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
    if !block.children.is_empty() && !holds_children(&block.kind) {
        lost("indentation below a block that cannot have blocks inside".to_owned());
    }
    if block
        .attrs
        .get("icon")
        .is_some_and(|icon| icon.starts_with('{'))
    {
        lost("an icon that only Notion itself can set".to_owned());
    }
    match &block.kind {
        Kind::Opaque(source) => card(source, &mut lost),
        Kind::Code { .. } => code(block, &mut lost),
        Kind::Image { url, .. } if urls::without_signature(url).len() < url.len() => {
            lost("a file Notion hosts: its address expires".to_owned());
        }
        Kind::Table(table) => {
            let cells = table.rows.iter().flat_map(|row| &row.cells);
            cells.for_each(|cell| spans(&cell.text, &mut lost));
        }
        _ => {}
    }
    spans(block.text().unwrap_or_default(), &mut lost);
}

fn holds_children(kind: &Kind) -> bool {
    match kind {
        Kind::Heading { toggle, .. } => *toggle,
        Kind::Divider
        | Kind::Code { .. }
        | Kind::Equation(_)
        | Kind::Table(_)
        | Kind::Image { .. }
        | Kind::Opaque(_) => false,
        _ => true,
    }
}

/// Notion's Markdown writes of code its language and its text.
fn code(block: &Block, lost: &mut dyn FnMut(String)) {
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
    match tag.name {
        "unknown" => {
            let alt = tag.attr("alt").unwrap_or_else(|| "unknown".to_owned());
            lost(format!(
                "a block of the type {alt}, which Notion's Markdown only names"
            ));
        }
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

fn spans(list: &[Span], lost: &mut dyn FnMut(String)) {
    for span in list {
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
