//! Words a reader sees, found without any of this crate's code, and how many of them are lost.
//!
//! A word is a run of letters and digits; signs that Markdown uses for emphasis and for escapes
//! neither are words nor part them, since parsers differ in when they are which. Where a text can
//! fairly be read in more than one way (does a link that cannot be kept part words? does a footnote
//! stand where it was written or at the end?), every reading is tried, and the one counts that
//! charges a converter least.

use std::collections::HashMap;

use comrak::arena_tree::NodeEdge;
use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, parse_document};
use serde_json::Value;

use crate::comrak_options;

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
        let mut text = String::new();
        for block in blocks {
            self.collect(block, &mut text);
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

/// The length of the longest common subsequence, exactly.
///
/// Bits stand for places in `wanted` (Hyyrö's bit-vector form): a place of 64 changes only where the
/// word occurs or a carry arrives, so a text of a hundred thousand words takes no time to speak of.
fn common(wanted: &[String], found: &[String]) -> usize {
    let mut places: HashMap<&str, Vec<(usize, u64)>> = HashMap::new();
    for (at, word) in wanted.iter().enumerate() {
        let (block, bit) = (at / 64, 1 << (at % 64));
        let masks = places.entry(word).or_default();
        match masks.last_mut() {
            Some((last, mask)) if *last == block => *mask |= bit,
            _ => masks.push((block, bit)),
        }
    }
    let mut bits = vec![u64::MAX; wanted.len().div_ceil(64)];
    for word in found {
        if let Some(masks) = places.get(word.as_str()) {
            advance(&mut bits, masks);
        }
    }
    bits.iter().map(|bits| bits.count_zeros() as usize).sum()
}

fn advance(bits: &mut [u64], masks: &[(usize, u64)]) {
    let mut masks = masks.iter().copied().peekable();
    let (mut block, mut carry) = (0, false);
    loop {
        let mask = match masks.peek() {
            Some((next, mask)) if *next == block || !carry => {
                (block, carry) = (*next, carry && *next == block);
                let mask = *mask;
                masks.next();
                mask
            }
            None if !carry => return,
            _ => 0,
        };
        let Some(value) = bits.get_mut(block) else {
            return;
        };
        let matches = *value & mask;
        let (sum, over) = value.overflowing_add(matches);
        let (sum, more) = sum.overflowing_add(u64::from(carry));
        *value = sum | (*value & !matches);
        carry = over || more;
        block += 1;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{common, lost, of_blocks, of_document, of_written};

    fn list(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    /// The textbook's table, to check the bits against.
    fn slowly(a: &[String], b: &[String]) -> usize {
        let mut row = vec![0; b.len() + 1];
        for x in a {
            let mut before = 0;
            for (at, y) in b.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] = if x == y {
                    before + 1
                } else {
                    above.max(row[at])
                };
                before = above;
            }
        }
        row[b.len()]
    }

    #[test]
    fn bits_count_what_the_table_counts() {
        let mut seed = 7_u32;
        for length in [1, 5, 63, 64, 65, 200, 700] {
            for kinds in [2, 5, 40] {
                let mut text = |length: usize| -> Vec<String> {
                    std::iter::repeat_with(|| {
                        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        ((seed >> 16) % kinds).to_string()
                    })
                    .take(length)
                    .collect()
                };
                let (a, b) = (text(length), text(length + length / 3));
                assert_eq!(
                    common(&a, &b),
                    slowly(&a, &b),
                    "{length} words of {kinds} kinds"
                );
            }
        }
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
    fn written_words_are_read_with_what_blocks_say_as_text() {
        let text = "f`g`h<b>i</b>j [k](./l) [m](https://n.example)o[^p]\n\n[^p]: q\n";
        let [_, reading] = of_written(text).try_into().unwrap();
        assert_eq!(reading, list("fghij k l mo p p q"));
    }
}
