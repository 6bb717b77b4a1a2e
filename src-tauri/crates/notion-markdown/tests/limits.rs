//! Limits are met by construction, whatever a document holds, and no word is lost on the way.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests fail as tests do, and say what they measured"
)]

#[expect(dead_code, reason = "not every test needs every helper")]
mod requests;

use notion_markdown::{Attrs, Block, Cell, Document, Inline, Kind, Row, Span, Style, Table, plan};
use proptest::prelude::*;
use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation as _;

use requests::{check_plan, run};

/// What texts are made of: words, characters of two units, clusters of many, and no words at all.
const UNITS: [&str; 9] = [
    "word ",
    "longer-words, ",
    "x",
    "😀",
    "👩‍👩‍👧",
    "a\u{301}",
    "漢字",
    "עברית ",
    "🇩🇪",
];

/// A text of up to 6,000 units, after something that shifts where it is cut.
fn long() -> impl Strategy<Value = String> {
    (
        prop::sample::select(UNITS.to_vec()),
        prop_oneof![6 => 1_usize..10, 1 => 300_usize..3_000],
        "[a-z]{0,4}",
    )
        .prop_map(|(unit, count, shift)| {
            let units = unit.encode_utf16().count();
            shift + &unit.repeat(count.min(6_000 / units))
        })
}

/// Addresses: good, too long, and of kinds no request takes.
fn url() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("https://example.org/a".to_owned()),
        Just("mailto:ada@example.org".to_owned()),
        Just("ftp://example.org".to_owned()),
        Just("javascript:alert(1)".to_owned()),
        Just("../file.md".to_owned()),
        Just("https://".to_owned()),
        Just("https://exa mple.org:port/".to_owned()),
        (1_900_usize..2_200).prop_map(|len| format!("https://example.org/{}", "y".repeat(len))),
    ]
}

fn span() -> impl Strategy<Value = Span> {
    let content = prop_oneof![
        6 => long().prop_map(Inline::Text),
        1 => Just(Inline::Break),
        1 => (1_usize..1_400).prop_map(|len| Inline::Math("x+".repeat(len) + "y")),
        1 => Just(Inline::Page { id: "01234567-89ab-cdef-0123-456789abcdef".to_owned(), title: String::new() }),
        1 => Just(Inline::Raw("<mention-date start=\"2026-05-15\"/>".to_owned())),
        1 => Just(Inline::Raw("<new-thing/>".to_owned())),
    ];
    let color = prop::sample::select(vec![None, Some("red"), Some("teal"), Some("blue_bg")]);
    (
        content,
        any::<bool>(),
        color,
        prop::option::weighted(0.2, url()),
    )
        .prop_map(|(content, bold, color, link)| Span {
            content,
            style: Style {
                bold,
                color: color.map(str::to_owned),
                link,
                ..Style::default()
            },
        })
}

/// A few spans, at times more than one block takes.
fn spans() -> impl Strategy<Value = Vec<Span>> {
    let many = (1_usize..260, any::<bool>()).prop_map(|(count, bold)| {
        let span = |at: usize| {
            let mut span = Span::text(format!("w{at} "));
            span.style.bold = bold && at.is_multiple_of(2);
            span.style.italic = at % 2 == 1;
            span
        };
        (0..count).map(span).collect()
    });
    prop_oneof![
        7 => prop::collection::vec(span(), 0..4),
        1 => many,
    ]
}

fn code() -> impl Strategy<Value = Block> {
    (
        prop::sample::select(vec![
            "",
            "rust",
            "js",
            "Nu",
            "ts {1-3}",
            "java/c/c++/c#",
            "\\",
        ]),
        long(),
        prop_oneof![6 => 1_usize..4, 1 => 60_usize..120],
        prop::option::weighted(0.3, long()),
    )
        .prop_map(|(language, line, times, caption)| {
            let mut block = Block::new(Kind::Code {
                language: language.to_owned(),
                text: format!("{line}\n").repeat(times),
            });
            if let Some(caption) = caption {
                block.attrs.set("caption", &caption);
            }
            block
        })
}

fn table() -> impl Strategy<Value = Kind> {
    (
        spans(),
        prop_oneof![
            6 => (1_usize..4, 0_usize..4),
            1 => (98_usize..110, 0_usize..3),
            1 => (1_usize..3, 98_usize..120),
        ],
    )
        .prop_map(|(text, (width, height))| {
            let short = text.into_iter().take(3).collect::<Vec<_>>();
            let row = |at: usize| {
                let mut row = Row::default();
                // Rows of different widths.
                let cells = (width - at % width.min(3)).max(1);
                row.cells.resize_with(cells, Cell::default);
                row.cells[at % cells].text.clone_from(&short);
                row
            };
            Kind::Table(Table {
                rows: (0..height).map(row).collect(),
                ..Table::default()
            })
        })
}

fn leaf() -> impl Strategy<Value = Block> {
    let kind = prop_oneof![
        4 => spans().prop_map(Kind::Paragraph),
        2 => (1_u8..7, any::<bool>(), spans()).prop_map(|(level, toggle, text)| Kind::Heading { level, toggle, text }),
        2 => spans().prop_map(Kind::Bullet),
        2 => (prop::option::of(0_u32..9), spans()).prop_map(|(start, text)| Kind::Numbered { start, text }),
        2 => (any::<bool>(), spans()).prop_map(|(checked, text)| Kind::Todo { checked, text }),
        2 => spans().prop_map(Kind::Quote),
        2 => spans().prop_map(Kind::Toggle),
        1 => Just(Kind::Callout),
        1 => Just(Kind::Divider),
        1 => (1_usize..1_400).prop_map(|len| Kind::Equation("x+".repeat(len) + "y")),
        1 => table(),
        1 => (spans(), url()).prop_map(|(caption, url)| Kind::Image { caption, url }),
        1 => Just(Kind::Opaque("<columns>\n\t<column>\n\t\t- a\n\t\t\t- b\n\t\t\t\t- c\n\t</column>\n\t<column>\n\t</column>\n</columns>".to_owned())),
    ];
    let block = (kind, prop::sample::select(vec!["", "red", "teal"])).prop_map(|(kind, color)| {
        let mut attrs = Attrs::default();
        attrs.set("color", color);
        Block {
            kind,
            attrs,
            children: Vec::new(),
        }
    });
    prop_oneof![8 => block, 1 => code()]
}

/// Blocks in blocks, at times more than one array takes.
fn block() -> impl Strategy<Value = Block> {
    leaf().prop_recursive(6, 12, 3, |inner| {
        let many = (small(), 90_usize..230).prop_map(|(block, times)| vec![block; times]);
        let below = prop_oneof![
            6 => prop::collection::vec(inner, 0..4),
            1 => many,
        ];
        (leaf(), below).prop_map(|(mut block, children)| {
            block.children = children;
            block
        })
    })
}

/// An item with something below it.
fn small() -> impl Strategy<Value = Block> {
    (0_usize..5).prop_map(|depth| {
        let mut block = Block::new(Kind::Bullet(vec![Span::text("item")]));
        for _ in 0..depth {
            let mut parent = Block::new(Kind::Quote(vec![Span::text("around")]));
            parent.children.push(block);
            block = parent;
        }
        block
    })
}

fn document() -> impl Strategy<Value = Document> {
    prop::collection::vec(block(), 0..5).prop_map(|blocks| Document { blocks }.normalized())
}

/// The letters that blocks show, in order, without what is only in addresses.
fn shown(value: &Value, out: &mut String) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| shown(value, out)),
        Value::Object(map) => {
            for key in ["content", "expression"] {
                let text = map.get(key).and_then(Value::as_str).unwrap_or_default();
                out.extend(text.chars().filter(|c| c.is_alphanumeric()));
            }
            let name = map.get("type").and_then(Value::as_str).unwrap_or_default();
            for key in ["rich_text", "cells", "caption", name, "children"] {
                map.get(key).into_iter().for_each(|value| shown(value, out));
            }
        }
        _ => {}
    }
}

/// What stands where a letter of `few` is missing from `many`, in order.
fn missing(few: &str, many: &str) -> Option<String> {
    let mut rest = many.chars();
    let at = few.chars().position(|c| !rest.any(|other| other == c))?;
    Some(few.chars().skip(at.saturating_sub(30)).take(60).collect())
}

/// The texts of the blocks of a document without children.
fn contents(document: &Document) -> Vec<String> {
    let blocks = document.to_blocks().blocks;
    let items = blocks
        .iter()
        .flat_map(|block| block["paragraph"]["rich_text"].as_array().unwrap());
    items
        .map(|item| item["text"]["content"].as_str().unwrap().to_owned())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn every_request_is_within_every_limit(document in document()) {
        let blocks = document.to_blocks();
        let steps = plan(&blocks.blocks);
        check_plan(&steps);
        let mut created = String::new();
        shown(&Value::Array(run(&steps)), &mut created);
        let plain = document.plain_text();
        let wanted: String = plain.chars().filter(|c| c.is_alphanumeric()).collect();
        prop_assert_eq!(missing(&wanted, &created), None);
        let written: Value = serde_json::from_str(&document.to_blocks_json().value).unwrap();
        prop_assert_eq!(written, Value::Array(blocks.blocks));
    }

    #[test]
    fn texts_are_cut_where_it_hurts_least(units in prop::collection::vec((prop::sample::select(UNITS.to_vec()), 1_usize..900), 1..8)) {
        let text: String = units.iter().map(|(unit, count)| unit.repeat(*count)).collect();
        let text = text.trim();
        let document = Document { blocks: vec![Block::new(Kind::Paragraph(vec![Span::text(text)]))] };
        let parts = contents(&document.normalized());
        prop_assert_eq!(parts.concat(), text);
        let words: Vec<(usize, usize)> = text.split_word_bound_indices().map(|(at, word)| (at, word.encode_utf16().count())).collect();
        let clusters: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
        let mut at = 0;
        for part in parts.iter().take(parts.len() - 1) {
            at += part.len();
            prop_assert!(clusters.binary_search(&at).is_ok(), "a character is cut at {}", at);
            let whole = words.iter().rev().find(|(start, _)| *start <= at).unwrap();
            prop_assert!(whole.0 == at || whole.1 > 2_000, "a word of {} units is cut", whole.1);
        }
    }
}

#[test]
fn a_character_longer_than_a_text_is_cut_between_code_points() {
    let long = format!("a{}", "\u{301}".repeat(5_000));
    let document = Document::from_body(&long);
    let parts = contents(&document);
    assert_eq!(parts.concat(), long);
    assert!(
        parts
            .iter()
            .all(|part| part.encode_utf16().count() <= 2_000)
    );
    let pairs = format!("x{}", "\u{1F3FB}".repeat(3_000));
    let parts = contents(&Document::from_body(&pairs));
    assert_eq!(parts.concat(), pairs);
    assert!(
        parts
            .iter()
            .all(|part| part.encode_utf16().count() <= 2_000)
    );
}
