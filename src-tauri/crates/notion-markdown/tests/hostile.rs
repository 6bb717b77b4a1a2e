//! Hostile input ends: with a result that keeps its words and is no larger than it must be, or with an error
//! that says what is wrong.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests fail as tests do, and say what they measured"
)]

#[expect(dead_code, reason = "not every test needs every helper")]
mod requests;

use notion_markdown::{BlocksError, Document, canonical, plan};
use serde_json::{Value, json};

use requests::check_plan;

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// Everything a text can become; each is at most `times` as long as the text.
fn bounded(text: &str, times: usize) {
    let near: String = text.chars().take(30).collect();
    for document in [Document::from_body(text), Document::from_enhanced(text)] {
        let body = document.to_body();
        let enhanced = document.to_enhanced();
        let blocks = document.to_blocks_json().value;
        let plain = document.plain_text();
        for (name, written, times) in [
            ("body", &body, times),
            ("enhanced", &enhanced, times),
            ("blocks", &blocks, 150 * times),
            ("html", &document.to_html(), 20 * times),
            ("plain", &plain, times),
        ] {
            let limit = text.len() * times + 200;
            assert!(
                written.len() <= limit,
                "{near}: {name} has {} of {limit}",
                written.len()
            );
        }
        assert_eq!(Document::from_body(&body), document, "{near}");
        assert_eq!(Document::from_enhanced(&enhanced), document, "{near}");
        let steps = plan(&document.to_blocks().blocks);
        check_plan(&steps);
        let created: usize = steps
            .iter()
            .map(|step| json!(step.children).to_string().len())
            .sum();
        assert!(created <= blocks.len() * 2, "{near}: requests grow");
    }
}

#[test]
fn a_million_marks() {
    for mark in ["*", "`", "[", "<", "$", ">", "\0"] {
        let text = mark.repeat(1_000_000);
        let document = Document::from_body(&text);
        assert!(document.to_body().len() <= 4 * text.len() + 10, "{mark:?}");
        assert!(
            document.to_enhanced().len() <= 4 * text.len() + 10,
            "{mark:?}"
        );
        let read = Document::from_enhanced(&text);
        assert!(read.to_enhanced().len() <= 4 * text.len() + 10, "{mark:?}");
    }
}

#[test]
fn many_marks_of_each_kind() {
    let n = 4_000;
    for piece in [
        "*a ",
        "**a",
        "_a_b",
        "~~a ",
        "[a](",
        "![a](b ",
        "[[",
        "]](",
        "`a",
        "``",
        "$a$b ",
        "$$\n",
        "<a b=\"",
        "<span>",
        "<details>\n",
        "</details>\n",
        "<!-- ",
        "&#0;",
        "\\",
        "{a=\"",
        "x {color=\"red\"}\n",
        "- ",
        "1. ",
        "# a\n",
        "a\n===\n",
        "|a",
        "[^1] ",
        "[^1]: a\n",
        "[a]: b\n",
        "```\n",
        "> ",
        "\u{1}",
        "\u{301}",
        "\u{202e}a",
        "\r\n\r",
        "\0a",
    ] {
        bounded(&piece.repeat(n), 12);
    }
}

#[test]
fn huge_tables() {
    let wide = format!(
        "|{}\n|{}\n|{}\n",
        "a|".repeat(20_000),
        "-|".repeat(20_000),
        "b|".repeat(20_000)
    );
    let long = format!("|a|b|\n|-|-|\n{}", "|c|d|\n".repeat(50_000));
    for (text, count) in [(wide, 40_000), (long, 100_002)] {
        let document = Document::from_body(&text);
        assert_eq!(letters(&document.plain_text()), count);
        assert_eq!(Document::from_body(&document.to_body()), document);
        let steps = plan(&document.to_blocks().blocks);
        check_plan(&steps);
    }
    // One row far wider than thousands of others does not widen them all.
    let text = format!(
        "|a|\n|-|\n{}|{}\n",
        "|c|\n".repeat(30_000),
        "x|".repeat(30_000)
    );
    let read = Document::read_body(&text);
    let document = read.value;
    assert_eq!(letters(&document.plain_text()), letters(&text));
    assert!(document.to_body().len() < 20 * text.len());
    assert_eq!(Document::from_body(&document.to_body()), document);
    assert_eq!(read.losses.len(), 1);
    let rows = format!(
        "{}<tr>{}</tr>\n",
        "<tr><td>c</td></tr>\n".repeat(20_000),
        "<td>x</td>".repeat(20_000)
    );
    let document = Document::from_enhanced(&format!("<table>\n{rows}</table>"));
    assert_eq!(letters(&document.plain_text()), 40_000);
    assert!(document.to_enhanced().len() < 20 * rows.len());
    // Rows that grow make a table as large as its widest row times its rows, so far and no farther.
    let row = |at: usize| format!("|{}\n", "x|".repeat(at + 1));
    let rows = (0..600).map(row).collect::<Vec<_>>().concat();
    let text = format!("|a|\n|-|\n{rows}");
    let document = Document::from_body(&text);
    assert_eq!(letters(&document.plain_text()), letters(&text));
    assert!(document.to_body().len() < 601 * 601 * 4);
}

#[test]
fn deep_nesting() {
    let n = 4_000;
    let tabs = |line: &str| -> String { (0..400).map(|at| "\t".repeat(at) + line).collect() };
    for text in [
        "> ".repeat(n) + "end",
        "- ".repeat(n) + "end",
        "* > 1. ".repeat(n) + "end",
        "<details>\n".repeat(n) + "end",
        "<callout>\n\n".repeat(n) + "end",
        "<columns>\n\t<column>\n".repeat(n) + "end",
        "<b>".repeat(n) + "end",
        "**a *b ".repeat(n) + "end",
        tabs("- x\n") + "end",
        tabs("<callout>\n") + "end",
        tabs("<columns>\n") + "end",
    ] {
        for read in [Document::read_body(&text), Document::read_enhanced(&text)] {
            let document = read.value;
            let near: String = text.chars().take(30).collect();
            assert!(document.plain_text().contains("end"), "{near}");
            assert_eq!(Document::from_body(&document.to_body()), document, "{near}");
            let steps = plan(&document.to_blocks().blocks);
            check_plan(&steps);
            let once = canonical(&document.to_enhanced());
            assert_eq!(canonical(&once), once);
        }
    }
}

/// A paragraph whose text is this JSON.
fn block(text: &str) -> String {
    format!(
        r#"[{{"type":"paragraph","paragraph":{{"rich_text":[{{"text":{{"content":{text}}}}}]}}}}]"#
    )
}

#[test]
fn json_that_is_no_text_is_refused_in_words() {
    for lone in [
        r#""\ud800""#,
        r#""a\udc00b""#,
        r#""\ud83d\ud83d\ude00""#,
        r#""\ud83dx""#,
    ] {
        let error = Document::read_blocks_json(&block(lone)).unwrap_err();
        assert!(matches!(error, BlocksError::NotJson(_)), "{lone}: {error}");
        assert!(error.to_string().contains("line 1 column"), "{error}");
    }
    let whole = Document::read_blocks_json(&block(r#""\ud83d\ude00 \u0000\u0007\ufffe""#)).unwrap();
    assert_eq!(whole.value.plain_text(), "😀 \u{fffd}\u{7}\u{fffe}");
    assert_eq!(Document::from_body(&whole.value.to_body()), whole.value);
    assert_eq!(
        Document::from_enhanced(&whole.value.to_enhanced()),
        whole.value
    );
    for (text, wanted) in [
        ("[".repeat(1_000_000), "block 0 is nested too deep"),
        ("{\"a\":".repeat(1_000_000), "block 0 is nested too deep"),
        ("3".to_owned(), "this is no list of blocks"),
        ("[{}]".to_owned(), "block 0 is no object with a type"),
    ] {
        let error = Document::read_blocks_json(&text).unwrap_err();
        assert_eq!(error.to_string(), wanted);
    }
}

#[test]
fn block_json_that_is_huge_or_odd_ends() {
    let item = |text: &str| json!({ "type": "text", "text": { "content": text } });
    let many: Vec<Value> = (0..10_000).map(|at| item(&format!("w{at} "))).collect();
    let rows: Vec<Value> = (0..5_000)
        .map(|_| json!({ "type": "table_row", "table_row": { "cells": [[item("a")], [], [item("b")]] } }))
        .collect();
    let list = [
        json!({ "type": "quote", "quote": { "rich_text": many } }),
        json!({ "type": "table", "table": { "table_width": 4_000_000_000_u32, "children": rows } }),
        json!({ "type": "code", "code": { "rich_text": many, "caption": many, "language": "\u{0}`" } }),
        json!({ "type": "heading_1", "heading_1": { "rich_text": 3, "is_toggleable": "yes", "children": {} } }),
        json!({ "type": "to_do", "to_do": null }),
        json!({ "type": "image", "image": { "external": { "url": "https://example.org/\u{0}\n<>" } } }),
        json!({ "type": "", "": {} }),
        json!({ "type": "code\" /><callout>", "code\" /><callout>": { "rich_text": [item("kept")] } }),
    ];
    for block in list {
        let document = Document::from_blocks(std::slice::from_ref(&block)).unwrap();
        assert_eq!(Document::from_body(&document.to_body()), document);
        let back = document.to_blocks();
        check_plan(&plan(&back.blocks));
        let again = Document::from_blocks(&back.blocks).unwrap();
        let words = |document: &Document| letters(&document.plain_text());
        assert_eq!(words(&again), words(&document));
    }
}
