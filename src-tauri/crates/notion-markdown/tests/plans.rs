//! Documents become blocks and requests within every limit, and no word is lost.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests fail as tests do, and say what they measured"
)]

#[expect(dead_code, reason = "not every test needs every generator")]
mod common;
#[expect(dead_code, reason = "not every test needs every helper")]
mod requests;

use notion_markdown::{
    Attrs, Block, Document, Inline, Kind, Loss, PlanStep, Span, plan, plan_told,
};
use proptest::prelude::*;
use serde::Deserialize as _;
use serde_json::{Value, json};

use common::document;
use requests::{check_plan, files, fixtures, run};

/// The visible characters of blocks, in order.
fn shown(blocks: &[Value]) -> String {
    let mut out = String::new();
    collect(&json!(blocks), &mut out);
    letters(&out)
}

fn collect(value: &Value, out: &mut String) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| collect(value, out)),
        Value::Object(map) => {
            let text = map.get("content").or_else(|| map.get("expression"));
            out.push_str(text.and_then(Value::as_str).unwrap_or_default());
            let mut below = vec!["rich_text", "caption", "cells"];
            if map.get("object") == Some(&json!("block")) {
                below = map
                    .get("type")
                    .and_then(Value::as_str)
                    .into_iter()
                    .collect();
            } else if !map.contains_key("rich_text") {
                below.extend(["text", "equation"]);
            }
            below.push("children");
            for key in below {
                map.get(key)
                    .into_iter()
                    .for_each(|value| collect(value, out));
            }
        }
        _ => {}
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether all characters of `few` are in `many`, in order; else what stands where one is missing.
fn in_order(few: &str, many: &str) -> Result<(), String> {
    let mut rest = many.chars();
    for (at, c) in few.chars().enumerate() {
        if !rest.any(|other| other == c) {
            return Err(few.chars().skip(at.saturating_sub(60)).take(100).collect());
        }
    }
    Ok(())
}

#[test]
fn documents_lose_no_word_on_the_way_to_a_plan() {
    let Some(path) = fixtures("markdown/files") else {
        return;
    };
    let mut all = String::new();
    let (mut losses, mut requests) = (0, 0);
    for file in files(&path) {
        let Ok(text) = std::fs::read_to_string(&file) else {
            continue;
        };
        let document = Document::from_wrapped(&text);
        let blocks = document.to_blocks();
        let steps = plan(&blocks.blocks);
        check_plan(&steps);
        assert_eq!(requests_as_text(&document), requests_as_values(&document));
        assert_eq!(
            as_text(&document),
            (blocks.blocks.clone(), blocks.losses.clone())
        );
        losses += blocks.losses.len();
        requests += steps.len();
        let created = shown(&run(&steps));
        let wanted = letters(&document.plain_text());
        assert_eq!(in_order(&wanted, &created), Ok(()), "{}", file.display());
        all.push_str(&text);
        all.push_str("\n\n");
    }
    let document = Document::from_wrapped(&all);
    let started = std::time::Instant::now();
    let blocks = document.to_blocks();
    let steps = plan(&blocks.blocks);
    println!(
        "{} bytes: {losses} losses, {requests} requests; as one document {} requests in {:?}",
        all.len(),
        steps.len(),
        started.elapsed()
    );
    check_plan(&steps);
    assert_eq!(run(&steps), blocks.blocks);
}

/// The blocks that are written as text, read again.
fn as_text(document: &Document) -> (Vec<Value>, Vec<Loss>) {
    let text = document.to_blocks_json();
    let mut reader = serde_json::Deserializer::from_str(&text.value);
    reader.disable_recursion_limit();
    (Vec::deserialize(&mut reader).unwrap(), text.losses)
}

/// The requests that are planned from values, and all that is lost on the way.
fn requests_as_values(document: &Document) -> (Vec<PlanStep>, Vec<Loss>) {
    let blocks = document.to_blocks();
    let planned = plan_told(&blocks.blocks);
    (planned.value, [blocks.losses, planned.losses].concat())
}

/// The requests that are written as text, read again.
fn requests_as_text(document: &Document) -> (Vec<PlanStep>, Vec<Loss>) {
    let written = document.to_requests();
    let steps = written.value.iter().map(|request| PlanStep {
        parent: request.parent,
        children: serde_json::from_str(&request.children).unwrap(),
    });
    (steps.collect(), written.losses)
}

/// Texts that break one limit each.
fn excesses() -> Vec<String> {
    let styled: Vec<String> = (0..450).map(|at| format!("**b{at}** i{at}")).collect();
    let deep: Vec<String> = (0..30)
        .map(|at| format!("{}- level {at}\n", "  ".repeat(at)))
        .collect();
    let column = format!(
        "\t<column>\n{}\t</column>\n",
        "\t\t- a\n\t\t\t- b\n\t\t\t\t- c\n".repeat(120)
    );
    vec![
        "漢字仮名 longer-words 👩‍👩‍👧 ".repeat(20_000),
        styled.join(" "),
        format!(
            "|{}\n|{}\n|{}\n",
            " c |".repeat(130),
            " - |".repeat(130),
            " d |".repeat(130)
        ),
        many_rows(),
        deep.concat(),
        format!("<columns>\n{column}{column}</columns>\n\nend"),
        late_column(),
        format!("```py\n{}```", "line of code\n".repeat(40_000)),
        format!("- {}\n", "\u{1}".repeat(100_000)),
        format!("[text](https://example.org/{})", "x".repeat(2_500)),
        format!("a $\\alpha{}$ b", " + x".repeat(400)),
    ]
}

fn many_rows() -> String {
    format!("| a | b |\n| - | - |\n{}", "| x **y** | z |\n".repeat(350))
}

/// Columns of which only the last is too much for one request.
fn late_column() -> String {
    let items = "\t\t- a\n\t\t\t- b\n\t\t\t\t- c\n".repeat(120);
    format!(
        "<columns>\n\t<column>\n\t\tone\n\t</column>\n\t<column>\n\t\ttwo\n\t</column>\n\t<column>\n\t\tstart\n{items}\t</column>\n</columns>"
    )
}

#[test]
fn nothing_is_too_long_for_a_request() {
    for text in excesses() {
        for document in [Document::from_body(&text), Document::from_enhanced(&text)] {
            let blocks = document.to_blocks();
            assert_eq!(
                as_text(&document),
                (blocks.blocks.clone(), blocks.losses.clone())
            );
            let steps = plan(&blocks.blocks);
            check_plan(&steps);
            assert_eq!(requests_as_text(&document), requests_as_values(&document));
            let created = shown(&run(&steps));
            assert_eq!(created, shown(&blocks.blocks));
            let near: String = text.chars().take(40).collect();
            let wanted = letters(&document.plain_text());
            assert_eq!(in_order(&wanted, &created), Ok(()), "{near}");
        }
    }
    let steps = plan(&Document::from_enhanced(&late_column()).to_blocks().blocks);
    assert_eq!(steps[0].children[0]["type"], json!("column_list"));
    let steps = plan(&Document::from_body(&many_rows()).to_blocks().blocks);
    assert_eq!(steps.len(), 4);
}

#[test]
fn unknown_blocks_keep_their_words() {
    for size in [10, 100_000] {
        let text = "word <b>`$|\\\"'{}\n".repeat(size);
        let block = json!({
            "object": "block", "id": "x", "type": "hologram", "in_trash": false,
            "hologram": { "rich_text": [{ "type": "text", "text": { "content": text } }], "n": 1.5 }
        });
        let document = Document::from_blocks(&[block]).unwrap();
        assert_eq!(Document::from_body(&document.to_body()), document);
        assert_eq!(Document::from_enhanced(&document.to_enhanced()), document);
        let back = document.to_blocks();
        assert_eq!(
            back.losses[0].to_string(),
            "block 0: a block of the type hologram"
        );
        assert_eq!(shown(&back.blocks), "wordb".repeat(size));
        check_plan(&plan(&back.blocks));
    }
    for name in ["transcription", "meeting_notes"] {
        let block = json!({ "type": name, "archived": false,
            name: { "title": [{ "plain_text": "Talk" }], "children": { "summary_block_id": "1" } } });
        let back = Document::from_blocks(&[block]).unwrap().to_blocks();
        assert_eq!(shown(&back.blocks), "Talk");
    }
    assert!(Document::from_blocks(&[json!(3)]).is_err());
    assert!(Document::from_blocks(&[json!({})]).is_err());
}

/// Leaves of a generated document what blocks can hold.
fn holdable(blocks: &mut Vec<Block>) {
    blocks.retain_mut(|block| {
        holdable(&mut block.children);
        let mut holds = true;
        match &mut block.kind {
            Kind::Paragraph(text)
            | Kind::Bullet(text)
            | Kind::Quote(text)
            | Kind::Toggle(text)
            | Kind::Todo { text, .. } => keep(text),
            Kind::Numbered { start, text } => {
                *start = None;
                keep(text);
            }
            Kind::Heading { toggle, text, .. } => {
                *toggle |= !block.children.is_empty();
                keep(text);
            }
            Kind::Callout => {}
            Kind::Code { language, .. } => {
                *language = language.replace("plain text", "");
                holds = false;
            }
            Kind::Image { caption, .. } => {
                keep(caption);
                holds = false;
            }
            Kind::Table(table) => {
                for row in &mut table.rows {
                    row.attrs = Attrs::default();
                    for cell in &mut row.cells {
                        cell.attrs = Attrs::default();
                        keep(&mut cell.text);
                    }
                }
                holds = false;
            }
            Kind::Divider | Kind::Equation(_) | Kind::Opaque(_) => holds = false,
        }
        if !holds {
            block.children.clear();
            block.attrs.take("color");
        }
        // Other cards stand for what no request creates.
        let Kind::Opaque(source) = &block.kind else {
            return true;
        };
        ["<table_of", "<video"]
            .iter()
            .any(|name| source.starts_with(name))
    });
}

/// Leaves out what blocks show as text.
fn keep(text: &mut Vec<Span>) {
    text.retain(|span| match &span.content {
        Inline::Raw(source) => source.starts_with("<mention-date"),
        _ => true,
    });
    for span in text {
        if !matches!(span.content, Inline::Text(_) | Inline::Break) {
            span.style.link = None;
        }
        // The title of a mention is the server's.
        if let Inline::Page { title, .. } = &mut span.content {
            title.clear();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn blocks_read_back(document in document()) {
        let mut document = document;
        holdable(&mut document.blocks);
        let document = document.normalized();
        let blocks = document.to_blocks();
        let back = Document::from_blocks(&blocks.blocks).unwrap();
        prop_assert_eq!(&back, &document, "{}", json!(blocks.blocks));
    }

    #[test]
    fn blocks_as_text_are_the_same(document in document()) {
        let blocks = document.to_blocks();
        prop_assert_eq!(as_text(&document), (blocks.blocks, blocks.losses));
    }

    #[test]
    fn plans_keep_limits_and_blocks(document in document(), times in 1_usize..60) {
        let mut list = Vec::new();
        for _ in 0..times {
            list.extend(document.blocks.iter().cloned());
        }
        let document = Document { blocks: list }.normalized();
        let blocks = document.to_blocks();
        let steps = plan(&blocks.blocks);
        check_plan(&steps);
        prop_assert_eq!(requests_as_text(&document), requests_as_values(&document));
        prop_assert_eq!(run(&steps), blocks.blocks);
    }
}
