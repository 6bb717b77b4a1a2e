//! Words a reader sees, found without any of this crate's code, and how many of them are lost.
//!
//! A word is a run of letters and digits; signs that Markdown uses for emphasis and for escapes
//! neither are words nor part them, since parsers differ in when they are which. Where a text can
//! fairly be read in more than one way (does a link that cannot be kept part words? does a footnote
//! stand where it was written or at the end?), every reading is tried, and the one counts that
//! charges a converter least.

use comrak::arena_tree::NodeEdge;
use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, parse_document};
use serde_json::Value;

use crate::comrak_options;
use crate::subsequence::common;

/// Several ways to read one text.
pub(crate) type Readings = Vec<Vec<String>>;

/// The words of a Markdown document as `comrak` reads it: text, code, formulas, descriptions of
/// pictures; no addresses, no HTML.
pub(crate) fn of_document(markdown: &str) -> Readings {
    let mut readings = Readings::new();
    for parting in [true, false] {
        for in_place in [true, false] {
            let reading = Reading {
                parting,
                in_place,
                written: false,
            };
            readings.push(reading.words(markdown));
        }
    }
    readings
}

/// The words of Markdown that a converter wrote: simply all of it, or as `comrak` reads it, with what
/// blocks can only say as text (addresses of no website, labels of footnotes, text between tags).
pub(crate) fn of_written(markdown: &str) -> Readings {
    let reading = Reading {
        parting: true,
        in_place: true,
        written: true,
    };
    vec![split(markdown), reading.words(markdown)]
}

/// The words of blocks: a plain walk over their rich text, in order.
pub(crate) fn of_blocks(blocks: &Value) -> Vec<String> {
    let mut text = String::new();
    walk(blocks, &mut text);
    split(&text)
}

/// How many words of a text do not stand in what was found, in order (the fewest over all pairs of
/// readings), and how many there are.
pub(crate) fn lost(wanted: &[Vec<String>], found: &[Vec<String>]) -> (usize, usize) {
    let all = wanted.first().map_or(0, Vec::len);
    let pairs = wanted.iter().flat_map(|wanted| {
        let lost = |found: &Vec<String>| wanted.len() - common(wanted, found);
        found.iter().map(lost)
    });
    (pairs.min().unwrap_or(all), all)
}

#[derive(Debug, Clone, Copy)]
struct Reading {
    /// The ends of a link that leads to no website part words.
    parting: bool,
    /// A footnote stands where it was written, not at the end.
    in_place: bool,
    /// What can stand in Markdown but only as text in blocks counts.
    written: bool,
}

impl Reading {
    fn words(self, markdown: &str) -> Vec<String> {
        let arena = Arena::new();
        let root = parse_document(&arena, markdown, &comrak_options::extensions());
        let mut blocks: Vec<_> = root.children().collect();
        if self.in_place {
            // comrak has moved footnotes behind everything else.
            blocks.sort_by_key(|block| block.data.borrow().sourcepos.start.line);
        }
        let lines: Vec<&str> = markdown.split('\n').collect();
        let mut text = String::new();
        for block in blocks {
            let place = block.data.borrow().sourcepos;
            let source = lines.get(place.start.line.saturating_sub(1)..place.end.line);
            let source = source.unwrap_or_default().join("\n");
            if self.written && source.contains('$') {
                // Parsers differ in what is a formula and what an escape in one: it counts as it stands.
                text.push_str(&source);
                text.push(' ');
            } else {
                self.collect(block, &mut text);
            }
        }
        split(&text)
    }

    fn collect<'a>(self, root: &'a AstNode<'a>, out: &mut String) {
        for edge in root.traverse() {
            let (node, start) = match edge {
                NodeEdge::Start(node) => (node, true),
                NodeEdge::End(node) => (node, false),
            };
            let value = &node.data.borrow().value;
            if self.written && Self::collect_written(value, start, out) {
                continue;
            }
            match value {
                NodeValue::Emph | NodeValue::Strong | NodeValue::Strikethrough => {}
                NodeValue::Link(link) if !self.parting || is_website(&link.url) => {}
                NodeValue::Text(_) | NodeValue::Code(_) | NodeValue::Math(_) if !start => {}
                NodeValue::Text(text) => out.push_str(text),
                NodeValue::Code(code) => out.push_str(&code.literal),
                NodeValue::Math(math) => out.push_str(&math.literal),
                NodeValue::CodeBlock(code) if start => {
                    out.push(' ');
                    out.push_str(&code.literal);
                }
                NodeValue::HtmlInline(_) if !self.parting => {}
                _ => out.push(' '),
            }
        }
    }

    /// Appends what counts in written Markdown only; answers whether there was such a thing.
    fn collect_written(value: &NodeValue, start: bool, out: &mut String) -> bool {
        let words = match value {
            NodeValue::HtmlInline(tag) if start => {
                let parts = tag.starts_with("<br");
                out.push_str(if parts { " " } else { "" });
                return true;
            }
            NodeValue::HtmlInline(_) => return true,
            NodeValue::HtmlBlock(html) if start => &without_marks(&html.literal),
            NodeValue::Link(link) if !start && !is_website(&link.url) => &link.url,
            NodeValue::Image(image) if !start => &image.url,
            NodeValue::FootnoteReference(note) if start => &note.name,
            NodeValue::FootnoteDefinition(note) if start => &note.name,
            // What comrak takes for the title of an alert is text of a quote elsewhere.
            NodeValue::Alert(alert) if start => {
                let title = alert.title.as_deref().unwrap_or_default();
                let name = alert.alert_type.default_title();
                &format!("{} {} {title}", name.to_lowercase(), name.to_uppercase())
            }
            _ => return false,
        };
        out.push(' ');
        out.push_str(words);
        out.push(' ');
        true
    }
}

fn is_website(address: &str) -> bool {
    address.starts_with("http") || address.starts_with("mailto:")
}

/// HTML without the tags that may stand within a word.
fn without_marks(html: &str) -> String {
    ["b", "i", "s", "u", "em", "strong", "code", "span"]
        .iter()
        .fold(html.to_owned(), |html, name| {
            html.replace(&format!("<{name}>"), "")
                .replace(&format!("</{name}>"), "")
        })
}

/// Appends the text of a list of blocks, or of one.
fn walk(value: &Value, out: &mut String) {
    if let Value::Array(list) = value {
        for block in list {
            walk(block, out);
        }
        return;
    }
    let kind = value.get("type").and_then(Value::as_str);
    let content = kind.and_then(|kind| value.get(kind));
    for part in ["rich_text", "expression", "cells", "caption"] {
        if let Some(text) = content.and_then(|content| content.get(part)) {
            out.push(' ');
            pieces(text, out);
        }
    }
    for children in [content, Some(value)].into_iter().flatten() {
        if let Some(children) = children.get("children") {
            walk(children, out);
        }
    }
}

/// Appends pieces of text as they join to one text; cells are apart.
fn pieces(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => out.push_str(text),
        Value::Array(list) => list.iter().for_each(|item| pieces(item, out)),
        Value::Object(item) => {
            let shown = ["text", "equation"].iter().find_map(|kind| {
                let piece = item.get(*kind)?;
                piece.get("content").or_else(|| piece.get("expression"))
            });
            out.push_str(shown.and_then(Value::as_str).unwrap_or_default());
        }
        _ => {}
    }
    if value
        .as_array()
        .is_some_and(|list| list.iter().any(Value::is_object))
    {
        out.push(' ');
    }
}

fn split(text: &str) -> Vec<String> {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '*' | '_' | '~' | '\\' => {}
            _ if is_a_word(c) => plain.extend([' ', c, ' ']),
            _ => plain.push(c),
        }
    }
    plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Chinese and Japanese have no blanks between words, so each of their signs counts as one: else the
/// edge of every link and every span of code would make other words of the same text.
fn is_a_word(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{lost, of_blocks, of_document, of_written};

    fn list(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn signs_without_blanks_are_words_of_their_own() {
        assert_eq!(
            super::split("GitHub上のtc39は"),
            list("GitHub 上 の tc39 は")
        );
    }

    #[test]
    fn what_is_missing_or_out_of_order_is_lost() {
        let wanted = [list("a b c d")];
        assert_eq!(lost(&wanted, &[list("a b c d")]), (0, 4));
        assert_eq!(lost(&wanted, &[list("x a y c d")]), (1, 4));
        assert_eq!(lost(&wanted, &[list("d a b c")]), (1, 4));
        assert_eq!(lost(&wanted, &[list("x"), list("c d")]), (2, 4));
        assert_eq!(lost(&wanted, &[vec![]]), (4, 4));
        assert_eq!(lost(&[list("a b"), list("ab")], &[list("ab")]), (0, 2));
    }

    #[test]
    fn words_of_a_document_are_those_a_reader_sees() {
        let text = "# A *b*c\n\n![alt](p.png) [d](./e)f `g_h`\n\n| i | j |\n|---|---|\n| k | $l$ |\n\n```rust\nm\n```\n";
        let readings = of_document(text);
        assert_eq!(readings[0], list("A bc alt d f gh i j k l m"));
        assert_eq!(readings[2], list("A bc alt df gh i j k l m"));
    }

    #[test]
    fn a_footnote_is_read_in_both_places() {
        let readings = of_document("a[^n]\n\n[^n]: b\n\nc\n");
        assert_eq!(readings[0], list("a b c"));
        assert_eq!(readings[1], list("a c b"));
    }

    #[test]
    fn blocks_are_walked_in_order() {
        let text = |text: &str| json!({ "text": { "content": text } });
        let blocks = json!([
            { "type": "toggle", "toggle": {
                "children": [{ "type": "equation", "equation": { "expression": "c" } }],
                "rich_text": [text("a"), text("b")],
            } },
            { "type": "table", "table": { "children": [
                { "type": "table_row", "table_row": { "cells": [[text("d")], [text("e")]] } },
            ] } },
            { "type": "image", "image": { "caption": [text("f")] } },
            { "type": "paragraph", "paragraph": { "rich_text": [] }, "children": [
                { "type": "code", "code": { "rich_text": [text("g")], "caption": [text("h")] } },
            ] },
        ]);
        assert_eq!(of_blocks(&blocks), list("ab c d e f g h"));
    }

    #[test]
    fn tags_hide_no_word_of_what_was_written() {
        let text = "<details>\n<summary>a</summary>\n\nb\\_c d<br>e\n</details>\n";
        for reading in of_written(text) {
            assert_eq!(lost(&[list("a bc d e")], &[reading]), (0, 4));
        }
    }

    #[test]
    fn formulas_and_titles_of_alerts_are_read_as_they_stand() {
        let text = "> [!important] a b\n>\n> c\n\nd $\\text{e}$*f*g\n";
        for wanted in ["important a b c d text e fg", "a b c"] {
            let [_, reading] = of_written(text).try_into().unwrap();
            let wanted = list(wanted);
            assert_eq!(
                lost(std::slice::from_ref(&wanted), &[reading]),
                (0, wanted.len())
            );
        }
    }

    #[test]
    fn written_words_are_read_with_what_blocks_say_as_text() {
        let text = "f`g`h<b>i</b>j [k](./l) [m](https://n.example)o[^p]\n\n[^p]: q\n";
        let [_, reading] = of_written(text).try_into().unwrap();
        assert_eq!(reading, list("fghij k l mo p p q"));
    }
}
