//! What code says beside its text: in a body and in blocks it stays, in enhanced Markdown it is told.

use notion_markdown::{Document, Kind, page_links, plan};
use serde_json::{Value, json};

const PAGE: &str = "01234567-89ab-cdef-0123-456789abcdef";

fn text(content: &str, annotations: &Value) -> Value {
    json!({ "type": "text", "text": { "content": content }, "annotations": annotations })
}

/// A block with a caption, styles, a link, a mention and a formula.
fn rich() -> Value {
    json!({ "object": "block", "type": "code", "code": {
        "language": "rust",
        "rich_text": [
            text("  let `é` = \"<b>\" & {1};\n", &json!({})),
            text("\tbold", &json!({ "bold": true, "color": "red_background" })),
            text("\n", &json!({})),
            { "type": "text", "text": { "content": "a, b/c 100%", "link": { "url": "https://example.org/a%20b/?x=1,2" } } },
            { "type": "mention", "mention": { "type": "page", "page": { "id": PAGE } }, "plain_text": "A page" },
            { "type": "equation", "equation": { "expression": "x_1^2" } },
            text("code", &json!({ "code": true, "italic": true, "underline": true, "strikethrough": true })),
        ],
        "caption": [
            text("A ", &json!({})),
            text("`fine`", &json!({ "bold": true })),
            text(" {caption}", &json!({})),
            { "type": "mention", "mention": { "type": "page", "page": { "id": PAGE } } },
        ],
    }})
}

#[test]
fn code_comes_back_from_a_body_and_from_blocks() {
    let document = Document::from_blocks(&[rich()]).unwrap();
    assert_eq!(Document::from_body(&document.to_body()), document);
    let nested = format!("- item\n\n  {}", document.to_body().replace('\n', "\n  "));
    let nested = Document::from_body(&nested);
    assert_eq!(nested.blocks[0].children, document.blocks);
    let back = document.to_blocks();
    assert_eq!(back.losses, []);
    let mut wanted = rich();
    // The title of a mention is the server's.
    wanted["code"]["rich_text"][4]
        .as_object_mut()
        .unwrap()
        .remove("plain_text");
    drop_empty(&mut wanted);
    assert_eq!(json!(back.blocks), json!([wanted]));
    let text: Value = serde_json::from_str(&document.to_blocks_json().value).unwrap();
    assert_eq!(text, json!(back.blocks));
    assert_eq!(page_links(&document), [PAGE]);
}

/// Annotations that say nothing are not sent.
fn drop_empty(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| *value != json!({}));
            map.values_mut().for_each(drop_empty);
        }
        Value::Array(list) => list.iter_mut().for_each(drop_empty),
        _ => {}
    }
}

#[test]
fn enhanced_markdown_keeps_the_words_and_tells_the_rest() {
    let document = Document::from_blocks(&[rich()]).unwrap();
    let written = document.enhanced();
    let told: Vec<String> = written.losses.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "block 0: the caption of a code block stands below it",
            "block 0: styles, links and mentions in a code block",
        ]
    );
    assert!(
        written
            .value
            .contains("\tbold\na, b/c 100%A pagex_1^2code\n```\nA **\\`fine\\`** \\{caption\\}")
    );
    let read = Document::from_enhanced(&written.value);
    assert_eq!(read.to_enhanced(), written.value);
    assert_eq!(read.plain_text(), document.plain_text());
}

#[test]
fn a_caption_is_written_behind_the_language() {
    let body = "```rust {caption=\"A *small* program\"}\nfn main() {}\n```\n";
    let document = Document::from_body(body);
    assert_eq!(document.to_body(), body);
    assert_eq!(
        document.to_blocks().blocks[0]["code"]["caption"][1]["annotations"],
        json!({ "italic": true })
    );
    assert!(
        document
            .to_html()
            .contains("<figcaption>A <em>small</em> program</figcaption>")
    );
    assert_eq!(Document::from_html(&document.to_html()), document);
    // An edit of the text leaves the caption and lets go of styles that no longer fit.
    let edited = "``` {caption=\"c\" runs=\"2/bold 3\"}\nabcdef\n```\n";
    assert_eq!(
        Document::from_body(edited).to_body(),
        "```{caption=\"c\"}\nabcdef\n```\n"
    );
}

#[test]
fn other_words_behind_a_fence_are_the_language() {
    for info in [
        "ts {1-3}",
        "md title=\"x\"",
        "r {echo=FALSE}",
        "x {color=\"red\"}",
        "{caption=\"a\" id=\"b\"}",
        "js {",
        "{caption}",
    ] {
        let document = Document::from_body(&format!("```{info}\nx\n```"));
        assert_eq!(
            document.blocks[0].kind,
            Kind::Code {
                language: info.to_owned(),
                text: "x".to_owned()
            }
        );
        assert_eq!(Document::from_body(&document.to_body()), document);
    }
    // What other notations call so is no caption, no formula and no card of a body.
    for language in ["x {caption=\"y\"}", "math", "notion-block", "a {}", "{}"] {
        let document = Document::from_enhanced(&format!("```{language}\nx\n```"));
        assert_eq!(
            document.blocks[0].kind,
            Kind::Code {
                language: language.to_owned(),
                text: "x".to_owned()
            }
        );
        assert_eq!(
            Document::from_body(&document.to_body()),
            document,
            "{}",
            document.to_body()
        );
        assert_eq!(document.to_enhanced(), format!("```{language}\nx\n```"));
    }
}

#[test]
fn captions_and_styles_of_any_length_are_kept() {
    let item = |at: usize| {
        text(
            &format!("word{at} "),
            &json!({ "bold": at.is_multiple_of(2) }),
        )
    };
    let items: Vec<Value> = (0..100).map(item).collect();
    let long = [
        text(&"caption ".repeat(240), &json!({})),
        text(&"more \"& ".repeat(240), &json!({ "bold": true })),
    ];
    for (runs, caption) in [(&items, &long[..1]), (&items, &long[..])] {
        let many: Vec<Value> = runs.iter().cloned().cycle().take(runs.len() * 30).collect();
        for runs in [runs, &many] {
            let block = json!({ "object": "block", "type": "code",
                "code": { "language": "rust", "rich_text": runs, "caption": caption } });
            let document = Document::from_blocks(&[block]).unwrap();
            assert_eq!(Document::from_body(&document.to_body()), document);
            let back = document.to_blocks();
            let again = Document::from_blocks(&back.blocks).unwrap().to_blocks();
            assert_eq!(again.blocks, back.blocks);
            let words = |items: &Value| {
                items
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|item| item["text"]["content"].as_str().unwrap())
                    .collect::<String>()
            };
            let code: String = back
                .blocks
                .iter()
                .map(|block| words(&block["code"]["rich_text"]))
                .collect();
            assert_eq!(code, words(&json!(runs)));
            let last = back.blocks.last().unwrap();
            assert_eq!(
                words(&last["code"]["caption"]).trim(),
                words(&json!(caption)).trim()
            );
            assert_eq!(plan(&back.blocks).len(), 1);
        }
    }
}

/// Inline code as a request carries it.
fn inline_code(content: &str) -> Value {
    text(content, &json!({ "code": true }))
}

/// Takes out that a block is a block.
fn drop_objects(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("object");
            map.values_mut().for_each(drop_objects);
        }
        Value::Array(list) => list.iter_mut().for_each(drop_objects),
        _ => {}
    }
}

/// In Notion's Markdown `<br>` in inline code is a line break, in a card as anywhere else.
#[test]
fn line_breaks_in_code_inside_cards() {
    let columns = |text: &str| {
        format!(
            "<columns>\n\t<column>\n\t\t{text}\n\t</column>\n\t<column>\n\t\t<table>\n\t\t\t<tr><td>{text}</td></tr>\n\t\t</table>\n\t</column>\n</columns>"
        )
    };
    let synced = |text: &str| format!("<synced_block>\n\t- {text}\n</synced_block>");
    let film = |text: &str| format!("<video src=\"https://e.example/v.mp4\">{text}</video>");
    let nested = synced(&columns("`a<br>b`").replace('\n', "\n\t")).replace("- <", "<");
    for (source, times) in [
        (columns("`a<br>b`"), 2),
        (synced("`a<br>b`"), 1),
        (film("`a<br>b`"), 1),
        (nested, 2),
    ] {
        for document in [
            Document::from_enhanced(&source),
            Document::from_body(&source),
        ] {
            let made = document.to_blocks();
            assert_eq!(made.losses, [], "{source}");
            let found = json!(made.blocks).to_string();
            assert_eq!(
                found
                    .matches(&inline_code("a\nb")["text"].to_string())
                    .count(),
                times,
                "{found}"
            );
            assert!(!found.contains("<br>"), "{found}");
        }
    }
}

/// The letters `<br>` in code, which only blocks can hold, stay letters through every notation.
#[test]
fn letters_of_a_line_break_in_code_inside_cards() {
    let items = || json!([inline_code("a<br>b")]);
    let paragraph = || json!({ "type": "paragraph", "paragraph": { "rich_text": items() } });
    let column = |ratio: f64| json!({ "type": "column", "column": { "width_ratio": ratio, "children": [paragraph()] } });
    for block in [
        json!({ "type": "column_list", "column_list": { "children": [column(0.25), column(0.75)] } }),
        json!({ "type": "synced_block", "synced_block": { "synced_from": null, "children": [paragraph()] } }),
        json!({ "type": "video", "video": { "type": "external", "external": { "url": "https://e.example/v.mp4" }, "caption": items() } }),
    ] {
        let read = Document::read_blocks(std::slice::from_ref(&block)).unwrap();
        assert_eq!(read.losses, []);
        for document in [
            read.value.clone(),
            Document::from_body(&read.value.to_body()),
            Document::from_enhanced(&read.value.to_enhanced()),
        ] {
            let back = document.to_blocks();
            let mut found = json!(back.blocks);
            drop_objects(&mut found);
            assert_eq!((found, back.losses), (json!([block]), vec![]));
        }
        assert!(plan(&read.value.to_blocks().blocks).len() == 1);
    }
}

/// Read for blocks or HTML, the code of enhanced Markdown has lines; on the way through a note it keeps its
/// letters.
#[test]
fn code_of_enhanced_markdown_has_lines() {
    let source = "x `a<br>b` y\n- `<br>`\n\t> **`c<br><br>d`**";
    let document = Document::from_enhanced(source);
    assert_eq!(document.to_enhanced(), source);
    assert_eq!(
        Document::from_body(&document.to_body()).to_enhanced(),
        source
    );
    let shown = document.with_code_lines();
    let blocks = json!(shown.to_blocks().blocks).to_string();
    assert!(
        !blocks.contains("<br>") && blocks.contains(r#""content":"c\n\nd""#),
        "{blocks}"
    );
    let text: Value = serde_json::from_str(&shown.to_blocks_json().value).unwrap();
    assert_eq!(text.to_string(), blocks);
    let html = shown.html().value;
    assert!(
        !html.contains("&lt;br") && html.contains("<code>a</code><br>"),
        "{html}"
    );
}
