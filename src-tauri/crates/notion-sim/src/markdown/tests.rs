//! Both directions of Markdown together.

use super::{NewBlock, parse, render};

fn stable(text: &str) {
    let blocks = parse(text);
    assert_eq!(render(&blocks), text, "{blocks:#?}");
}

#[test]
fn canonical_text_stays() {
    for text in [
        "Hello **bold** *it* ~~no~~ `code` [link](https://example.org/a_(b)) $x^2$",
        "# One\n## Two {color=\"red\"}\n### Three {toggle=\"true\"}\n\tinside\n#### Four",
        "- a\n\t- b\n\t\t1. c\n\t\t2. d\n- [ ] open\n- [x] done\n> quote<br>two",
        "<details>\n<summary>T</summary>\n\tin\n\t<callout icon=\"🎯\" color=\"blue_bg\">\n\t\tText\n\t\t- x\n\t</callout>\n</details>",
        "```rust\nfn a() {\n\tb\n}\n\n```\n$$\nE=mc^2\n$$\n---",
        "<table fit-page-width=\"true\" header-row=\"true\" header-column=\"false\">\n<tr>\n<td>a\\|b</td>\n<td>`</td>`</td>\n</tr>\n</table>",
        "<columns>\n\t<column>\n\t\ta\n\t</column>\n\t<column>\n\t\tb\n\t</column>\n</columns>",
        "![cap **b**](https://example.org/x.png)\n<file src=\"https://example.org/a?b=c&d=e\">cap</file>",
        "<empty-block/>\n<empty-block/> {color=\"gray\"}\n<table_of_contents/>",
        "\\# not\n1\\. not\n\\- not\n\\* not \\{x\\}\n\\ lead",
        "**a***b*~~c~~<span color=\"red\">**d**</span><span underline=\"true\">e</span>",
        "<mention-page url=\"https://app.notion.com/p/393abc1eedcd814e95cedb661df73290\"/> x",
        "Idea · #engine #turin {color=\"gray\"}",
    ] {
        stable(text);
    }
}

#[test]
fn lenient_input() {
    let kinds = |text: &str| {
        parse(text)
            .into_iter()
            .map(|b: NewBlock| b.kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds("| a | b |\n|---|---|\n| 1 | 2 |"), ["table"]);
    assert_eq!(
        kinds("a\n\n\n* b\r\n+ c"),
        ["paragraph", "bulleted_list_item", "bulleted_list_item"]
    );
    assert_eq!(kinds("###### six"), ["heading_4"]);
    assert_eq!(kinds("</details>\n<details>\nx"), ["paragraph", "toggle"]);
    assert_eq!(
        render(&parse("2 * 3 * 4 and a[0] and x < y")),
        "2 \\* 3 \\* 4 and a\\[0\\] and x \\< y"
    );
}

/// Real documents, most of them not written for Notion: nothing may panic, take long, or change
/// once it is canonical.
#[test]
fn real_documents_settle() {
    let root = std::env::var_os("OCTAVO_FIXTURES").map_or_else(
        || std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/fixtures"),
        std::path::PathBuf::from,
    );
    let Ok(files) = std::fs::read_dir(root.join("markdown/files")) else {
        println!("skipped: no fixtures; set OCTAVO_FIXTURES");
        return;
    };
    for file in files {
        let path = file.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let begun = std::time::Instant::now();
        let once = render(&parse(&text));
        println!(
            "{} {} bytes {:?}",
            path.display(),
            text.len(),
            begun.elapsed()
        );
        assert_eq!(render(&parse(&once)), once, "{}", path.display());
    }
}

mod roundtrip {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::{NewBlock, inline, parse, render};

    fn fragment() -> impl Strategy<Value = String> {
        prop_oneof![
            "[ a-c*_~`$\\[\\]<>{}|^\\\\#.1\n\t-]{0,12}",
            "[a-zäß日🎯 ]{1,8}",
            Just("<br>".to_owned()),
            Just("<br\\>".to_owned()),
            Just("</td>".to_owned()),
            Just("```".to_owned()),
            Just("$$".to_owned()),
        ]
    }

    fn look() -> impl Strategy<Value = inline::Look> {
        (
            any::<[bool; 5]>(),
            prop_oneof![Just(""), Just("red"), Just("blue_background")],
        )
            .prop_map(|(flags, color)| inline::Look {
                bold: flags[0],
                italic: flags[1],
                strike: flags[2],
                underline: flags[3],
                code: flags[4],
                color: color.to_owned(),
            })
    }

    fn items() -> impl Strategy<Value = Vec<Value>> {
        let link = prop_oneof![
            3 => Just(None),
            1 => Just(Some("https://example.org/a(b)c?d=e&f=)".to_owned())),
        ];
        let atom = prop_oneof![
            5 => fragment().prop_map(inline::Atom::Text),
            1 => fragment().prop_map(inline::Atom::Math),
            1 => Just(inline::Atom::Mention(
                json!({"type": "page", "page": {"id": "393abc1e-edcd-814e-95ce-db661df73290"}}),
                String::new(),
            )),
        ];
        let piece =
            (atom, look(), link).prop_map(|(atom, look, link)| inline::Piece { atom, look, link });
        prop::collection::vec(piece, 0..6).prop_map(|p| inline::to_items(inline::normalise(p)))
    }

    fn leaf() -> impl Strategy<Value = NewBlock> {
        let color = prop_oneof![Just("default"), Just("gray_background")];
        (0_usize..9, items(), color, fragment(), any::<bool>()).prop_map(|(kind, text, color, raw, flag)| {
            let rich = json!({"rich_text": text, "color": color});
            let with = |kind: &str, key: &str, value: Value| {
                let mut block = NewBlock::new(kind, rich.clone());
                block.value.insert(key.to_owned(), value);
                block
            };
            match kind {
                0 => with("paragraph", "icon", Value::Null),
                1 => NewBlock::new("bulleted_list_item", rich),
                2 => NewBlock::new("numbered_list_item", rich),
                3 => with("to_do", "checked", json!(flag)),
                4 => NewBlock::new("quote", rich),
                5 => with("heading_2", "is_toggleable", json!(flag)),
                6 => NewBlock::new(
                    "code",
                    json!({"rich_text": crate::richtext::from_plain(&raw), "language": "rust", "caption": []}),
                ),
                7 => NewBlock::new("equation", json!({"expression": raw})),
                _ => NewBlock::new("toggle", rich),
            }
        })
    }

    fn tree() -> impl Strategy<Value = NewBlock> {
        leaf().prop_recursive(3, 16, 4, |inner| {
            (leaf(), prop::collection::vec(inner, 0..4)).prop_map(|(mut block, children)| {
                let toggle = block
                    .value
                    .get("is_toggleable")
                    .cloned()
                    .unwrap_or_default();
                if crate::blocks::may_have_children(&block.kind, &toggle) {
                    block.children = children;
                }
                block
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn blocks_survive(blocks in prop::collection::vec(tree(), 0..5)) {
            let text = render(&blocks);
            prop_assert_eq!(parse(&text), blocks, "{}", text);
        }

        #[test]
        fn blocks_survive_in_every_style(
            blocks in prop::collection::vec(tree(), 0..5),
            cells in prop::collection::vec(items(), 4..=4),
            header in any::<bool>(),
            seed in any::<u64>(),
        ) {
            let rows = cells.chunks(2).map(<[_]>::to_vec).collect();
            let mut blocks = blocks;
            blocks.insert(0, super::super::containers::table(rows, header, false));
            let text = super::super::render_in(&blocks, super::super::style::Style::seeded(seed));
            prop_assert_eq!(parse(&text), blocks, "{}", text);
        }

        #[test]
        fn cells_survive(cells in prop::collection::vec(items(), 2..=2)) {
            let table = super::super::containers::table(vec![cells], false, true);
            let text = render(std::slice::from_ref(&table));
            prop_assert_eq!(parse(&text), vec![table], "{}", text);
        }

        #[test]
        fn nothing_panics_and_text_settles(text in "(?s).{0,200}") {
            let once = render(&parse(&text));
            prop_assert_eq!(render(&parse(&once)), once);
        }

        #[test]
        fn markup_soup_settles(parts in prop::collection::vec(prop_oneof![
            fragment(), Just("\n".to_owned()), Just("\n\t".to_owned()), Just("<details>".to_owned()),
            Just("</details>".to_owned()), Just("<callout>".to_owned()), Just("<table>".to_owned()),
            Just("<tr><td>".to_owned()), Just("<columns>".to_owned()), Just("</columns>".to_owned()),
            Just("| a |".to_owned()), Just("|---|".to_owned()), Just("- [ ] ".to_owned()),
            Just("[x](https://a.b)".to_owned()), Just("<span color=\"red\">".to_owned()),
            Just("</span>".to_owned()), Just("![".to_owned()), Just(" {color=\"red\"}".to_owned()),
            Just("<column>".to_owned()), Just("<synced_block>".to_owned()),
        ], 0..24)) {
            let once = render(&parse(&parts.concat()));
            prop_assert_eq!(render(&parse(&once)), once);
        }
    }
}
