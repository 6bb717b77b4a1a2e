//! Tags that stand in running text.

use crate::canonical::title_end;
use crate::enhanced::inline::unescape;
use crate::inline::{Builder, Closer, Mark};
use crate::model::{Inline, color_name};
use crate::tag::Tag;
use crate::urls;

/// Opens or closes a `<span>`.
pub(crate) fn span(builder: &mut Builder, tag: &Tag<'_>, literal: &str) {
    if tag.self_closing {
        return;
    }
    if tag.close {
        builder.close(Closer::Span, literal, Some("span"));
        return;
    }
    let underline = tag.attr("underline");
    let color = tag.attr("color");
    let known = usize::from(underline.is_some()) + usize::from(color.is_some());
    let mark = if tag.attrs.len() > known {
        Mark::Foreign
    } else {
        Mark::Span {
            underline: underline.is_some_and(|value| value != "false"),
            color: color.and_then(|value| color_name(&value)),
        }
    };
    builder.open(mark, literal, Some("span"));
}

/// HTML that has a word in the model.
pub(crate) fn html_mark(name: &str) -> Option<Mark> {
    match name.to_ascii_lowercase().as_str() {
        "b" | "strong" => Some(Mark::Bold),
        "i" | "em" => Some(Mark::Italic),
        "s" | "del" | "strike" => Some(Mark::Strike),
        "u" => Some(Mark::Span {
            underline: true,
            color: None,
        }),
        "code" => Some(Mark::Code),
        _ => None,
    }
}

/// Opens or closes such HTML.
pub(crate) fn html(builder: &mut Builder, tag: &Tag<'_>, literal: &str) {
    let Some(mark) = html_mark(tag.name).filter(|_| !tag.self_closing) else {
        builder.text(literal);
        return;
    };
    let name = tag.name.to_ascii_lowercase();
    if tag.close {
        builder.close(Closer::Span, literal, Some(&name));
    } else {
        builder.open(mark, literal, Some(&name));
    }
}

/// Tags of blocks: in running text they are text, lest a line of text become a block.
pub(crate) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "details"
            | "summary"
            | "callout"
            | "table"
            | "colgroup"
            | "col"
            | "tr"
            | "td"
            | "th"
            | "empty-block"
    )
}

/// Whether a tag is one of Notion's inline mentions.
pub(crate) fn is_mention(name: &str) -> bool {
    name.starts_with("mention-")
}

/// Reads a mention that begins with `tag` at the start of `text`: its content and its length.
pub(crate) fn mention(text: &str, tag: &Tag<'_>) -> (Inline, usize) {
    let ends = if tag.self_closing {
        None
    } else {
        let window = text.get(tag.len..).unwrap_or_default();
        title_end(window, tag.name)
    };
    let inner_end = ends.map(|(title, _)| tag.len + title);
    let len = tag.len + ends.map_or(0, |(_, end)| end);
    let source = text.get(..len).unwrap_or_default();
    let id = (tag.name == "mention-page")
        .then(|| tag.attr("url"))
        .flatten()
        .and_then(|url| urls::page_id(&url));
    let Some(id) = id.filter(|_| tag.attrs.len() == 1) else {
        return (Inline::Raw(source.to_owned()), len);
    };
    let inner = inner_end
        .and_then(|end| text.get(tag.len..end))
        .unwrap_or_default();
    (
        Inline::Page {
            id,
            title: unescape(inner).trim().to_owned(),
        },
        len,
    )
}
