//! Whatever a conversion drops or changes, it says: what, and where.

use notion_markdown::{Document, Loss, losses, plan, plan_told};
use serde_json::{Value, json};

fn told(losses: &[Loss]) -> Vec<String> {
    losses.iter().map(ToString::to_string).collect()
}

/// What reading a body tells.
#[track_caller]
fn reading(body: &str, wanted: &[&str]) {
    assert_eq!(told(&Document::read_body(body).losses), wanted, "{body}");
}

/// What writing enhanced Markdown and blocks of a body tells.
#[track_caller]
fn writing(body: &str, enhanced: &[&str], blocks: &[&str]) {
    let document = Document::from_body(body);
    assert_eq!(told(&document.enhanced().losses), enhanced, "{body}");
    assert_eq!(told(&document.to_blocks().losses), blocks, "{body}");
    assert_eq!(told(&document.to_blocks_json().losses), blocks, "{body}");
}

#[test]
fn bodies_say_what_a_note_has_no_word_for() {
    reading("plain *text*\n\n- a\n  - b", &[]);
    reading(
        "x\n\n[a](https://example.org \"A title\")",
        &["block 1: the title \"A title\" of an address"],
    );
    reading(
        "###### deep",
        &["block 0: a heading of level 6 becomes one of level 4"],
    );
    reading("1. [x] done", &["block 0: the number of a check box"]);
    reading(
        "| a |\n| :-: |\n| b |",
        &["block 0: the alignment of a table's columns"],
    );
    reading(
        "[![b](https://example.org/b.svg)](https://example.org)",
        &[],
    );
    reading(
        "# [![b](https://example.org/b.svg)](https://example.org)",
        &["block 0: the picture https://example.org/b.svg in a link; its description stays"],
    );
    let page = "notion://01234567-89ab-cdef-0123-456789abcdef";
    reading(&format!("- [A page]({page})"), &[]);
    reading(
        &format!("- [A `page`]({page})"),
        &["block 0: how the title of a mention looks: Notion shows the page's own"],
    );
    reading("3. a\n4. b\n\n\n<!-- -->\n\n1. c\n1. d", &[]);
    reading(
        "- x\n  1. a\n  2. b\n  7. c",
        &["block 0/2: the number 7 inside a list, which goes on counting"],
    );
    reading(
        "<details open>\n<summary>T</summary>\n\ntext\n\n</details>",
        &["block 0: that a toggle stands open"],
    );
    reading(
        "x\n\n# T ![b](https://example.org/b.svg)",
        &["block 1: a picture in a title or a cell becomes a link"],
    );
    reading(
        "| ![b](https://example.org/b.svg) |\n| --- |",
        &["block 0: a picture in a title or a cell becomes a link"],
    );
    reading(
        "```math\na $$ b\n```",
        &["block 0: a formula with dollars in it becomes code"],
    );
    reading("a\0b", &["block 0: a character without a meaning (NUL)"]);
}

/// Where a loss is, is the block's place in the document that was read.
#[test]
fn losses_are_told_in_the_order_of_the_document() {
    let table = "| a |\n| :-: |\n| b |";
    let nested = |lead: &str| table.replace('\n', &format!("\n{lead}"));
    let body = format!(
        "one\n\n- ###### deep\n- two\n  - {}\n  - [x](https://example.org \"T\")\n\n> said\n>\n> {}\n\n\
         para\n\n<indent>\n\n###### below\n\n</indent>\n\n[^1]: note\n\n    ###### in a note\n\n$$\na $$$ b\n$$\n\n\
         <details open>\n<summary>S</summary>\n\n1. a\n3. b\n\n</details>\n",
        nested("    "),
        nested("> "),
    );
    let read = Document::read_body(&body);
    let level = "a heading of level 6 becomes one of level 4";
    let aligned = "the alignment of a table's columns";
    let found = told(&read.losses);
    let wanted = [
        ("1/0", level),
        ("2/0/0", aligned),
        ("2/1", "the title \"T\" of an address"),
        ("3/0", aligned),
        ("4/0", level),
    ];
    let wanted = wanted.map(|(place, what)| format!("block {place}: {what}"));
    assert_eq!(
        found.get(..wanted.len()),
        Some(wanted.as_slice()),
        "{found:#?}"
    );
    let mut sorted = read.losses.clone();
    sorted.sort_by_key(Loss::place);
    assert_eq!(read.losses, sorted);
    // Each is told of a block that is what is meant.
    for loss in &read.losses {
        let mut list = &read.value.blocks;
        let mut at = None;
        for position in loss.place() {
            at = list.get(position);
            list = at.map_or(list, |block| &block.children);
        }
        let kind = at
            .map(|block| format!("{:?}", block.kind))
            .unwrap_or_default();
        let fits = match loss.what.split(' ').nth(1) {
            Some("heading") => kind.starts_with("Heading"),
            Some("alignment") => kind.starts_with("Table"),
            Some("number") => kind.starts_with("Numbered"),
            Some("title") => kind.contains("Some(\"https://example.org\")"),
            Some("a") => kind.starts_with("Toggle"),
            _ => kind.starts_with("Code"),
        };
        assert!(fits, "{loss}: {kind}");
    }
    assert!(found.len() >= 8, "{found:#?}");
}

#[test]
fn nesting_that_is_too_deep_is_told() {
    let lines = |indent: &str| {
        let line = |depth: usize| format!("{}- item {depth}\n", indent.repeat(depth));
        (0..52).map(line).collect::<Vec<_>>().concat()
    };
    let (list, tabs) = (lines("  "), lines("\t"));
    let tags: String = (0..52)
        .map(|depth| format!("{}<callout>\n", "\t".repeat(depth)))
        .chain(
            (0..52)
                .rev()
                .map(|depth| format!("{}</callout>\n", "\t".repeat(depth))),
        )
        .collect();
    let mut block = json!({ "type": "quote", "quote": { "rich_text": [] } });
    for _ in 0..51 {
        block = json!({ "type": "quote", "quote": { "rich_text": [], "children": [block] } });
    }
    let html = "<blockquote><p>a</p>".repeat(52);
    let place = vec!["0"; 48].join("/");
    let inside = |place: String| format!("block {place}: nesting deeper than 48 levels");
    for read in [
        Document::read_body(&list),
        Document::read_enhanced(&tabs),
        Document::read_enhanced(&tags),
        Document::read_blocks(&[block]).unwrap_or_default(),
        Document::read_html(&html),
    ] {
        let losses = told(&read.losses);
        assert!(losses.contains(&inside(place.clone())), "{losses:?}");
        assert_eq!(read.value.clone().normalized(), read.value);
        let words = read.value.plain_text();
        assert!(!words.contains("item") || words.contains("item 51"));
    }
    assert_eq!(
        told(&Document::read_enhanced("\t\t\t- x\n\t- y").losses),
        Vec::<String>::new()
    );
}

#[test]
fn enhanced_markdown_says_what_a_note_has_no_word_for() {
    for (text, wanted) in [
        ("a {color=\"red\"}\n\t- b", vec![]),
        (
            "- x\n\t###### deep",
            vec!["block 0/0: a heading below level 4 becomes one of level 4"],
        ),
        (
            "<table fit-page-width=\"true\" header-row=\"true\" border=\"1\">\n<tr><td>a</td></tr>\n</table>",
            vec![
                "block 0: that a table is as wide as the page",
                "block 0: the attribute border of a table",
            ],
        ),
        ("1. a\n2. b\n\t1. c\n1. d", vec![]),
        (
            "4. a\n5. b\n9. c",
            vec!["block 2: the number 9 inside a list, which goes on counting"],
        ),
        (
            "<details open=\"true\">\n<summary>a</summary>\n</details>",
            vec!["block 0: that a toggle stands open"],
        ),
        ("a\0", vec!["block 0: a character without a meaning (NUL)"]),
    ] {
        let read = Document::read_enhanced(text);
        assert_eq!(told(&read.losses), wanted, "{text}");
        assert_eq!(read.value, Document::from_enhanced(text));
    }
}

#[test]
fn blocks_say_what_a_note_has_no_word_for() {
    let text = |content: &str| json!([{ "type": "text", "text": { "content": content } }]);
    let cases: [(Value, &[&str]); 9] = [
        (
            json!({ "type": "paragraph", "paragraph": { "rich_text": "words" } }),
            &["block 0: the field rich_text of a block of the type paragraph, which is no list"],
        ),
        (
            json!({ "type": "paragraph", "paragraph": { "text": ["words"] } }),
            &["block 0: an item of a text that is none"],
        ),
        (
            json!({ "type": "quote", "quote": { "rich_text": [
                { "type": "text", "text": { "content": "a\nb" }, "annotations": { "code": true } }
            ] } }),
            &["block 0: that a line break stands inside code: the code ends and begins again"],
        ),
        (
            json!({ "type": "numbered_list_item", "numbered_list_item": { "rich_text": text("a"), "list_format": "letters" } }),
            &["block 0: the field list_format of a block of the type numbered_list_item"],
        ),
        (
            json!({ "type": "column", "column": { "children": [{ "type": "divider", "divider": {} }] } }),
            &["block 0: a column that stands alone; what is inside stays"],
        ),
        (
            json!({ "type": "equation", "equation": { "expression": "a $$ b" } }),
            &["block 0: a formula with dollars in it becomes code"],
        ),
        (
            json!({ "type": "paragraph", "paragraph": { "rich_text": [], "color": "red" } }),
            &["block 0: the attribute color of a block that has none"],
        ),
        (
            json!({ "type": "paragraph", "paragraph": { "rich_text": [{ "type": "text", "text": { "content": "a", "link": { "url": "#top" } } }] } }),
            &["block 0: a link to #top, which leads nowhere from a note"],
        ),
        (
            json!({ "type": "code", "code": { "rich_text": text("a"), "language": "rust", "caption": text("b") } }),
            &[],
        ),
    ];
    for (block, wanted) in cases {
        let read = Document::read_blocks(&[block]).unwrap_or_default();
        assert!(!read.value.blocks.is_empty());
        assert_eq!(told(&read.losses), wanted);
    }
}

#[test]
fn writers_say_what_notion_cannot_hold() {
    writing("a {color=\"red\"}", &[], &[]);
    writing(
        "a {color=\"teal\"}",
        &["block 0: the colour teal"],
        &["block 0: the colour teal"],
    );
    writing(
        "x\n\n- a\n\n  <span color=\"teal\">b</span>",
        &["block 1/0: the colour teal"],
        &["block 1/0: the colour teal"],
    );
    writing(
        "a {foo=\"b\"}",
        &["block 0: the attribute foo"],
        &["block 0: the attribute foo"],
    );
    let language = "block 0: the language of a code block, nu";
    writing("```nu\nx\n```", &[language], &[language]);
    writing("```js\nx\n```", &[], &[]);
    writing(
        "`a<br>b`",
        &["block 0: <br> in code, which Notion takes for the end of a line"],
        &[],
    );
    let formula = "x".repeat(1_001);
    writing(
        &format!("a ${formula}$"),
        &["block 0: a formula longer than 1,000 characters"],
        &["block 0: a formula longer than 1,000 characters stays text"],
    );
    let url = format!("https://example.org/{}", "y".repeat(2_000));
    writing(
        &format!("[a]({url})"),
        &["block 0: an address longer than 2,000 characters"],
        &["block 0: a link whose address Notion does not take stays text"],
    );
    writing(
        &format!("![a]({url})"),
        &["block 0: an address longer than 2,000 characters"],
        &["block 0: a image with an address Notion does not take stays text"],
    );
    writing("3. a", &[], &["block 0: the list's first number, 3"]);
    writing(
        "<table_of_contents color=\"teal\"/>",
        &["block 0: the colour teal"],
        &["block 0: the colour teal"],
    );
    writing(
        "<audio src=\"https://example.org/a.mp3\" color=\"red\">x</audio>",
        &[],
        &["block 0: the attribute color"],
    );
    let wide = format!("|{}\n|{}\n", "a|".repeat(101), "-|".repeat(101));
    writing(
        &wide,
        &[],
        &["block 0: a table of more than 100 columns: the rest stands in its last column"],
    );
}

#[test]
fn plans_say_what_no_request_creates() {
    let items = "\t\t\t\t- a\n\t\t\t\t\t- b\n\t\t\t\t\t\t- c\n";
    let deep = format!(
        "x\n- y\n\t<columns>\n\t\t<column>\n\t\t\t- start\n{items}\t\t</column>\n\t\t<column>\n\t\t\tend\n\t\t</column>\n\t</columns>"
    );
    let document = Document::from_enhanced(&deep);
    let blocks = document.to_blocks();
    assert_eq!(blocks.losses, []);
    let planned = plan_told(&blocks.blocks);
    assert_eq!(planned.value, plan(&blocks.blocks));
    assert_eq!(
        told(&planned.losses),
        ["block 1/0: columns too deep or too large for a request; what is inside stays"]
    );
    assert_eq!(document.to_requests().losses, planned.losses);
    assert_eq!(
        plan_told(&Document::from_body("- a\n  - b").to_blocks().blocks).losses,
        []
    );
}

/// What a person is told before a note is sent names the line and the heading, as the person sees them.
#[test]
fn a_note_says_where_it_loses_something() {
    let body = "---\ntitle: x\n---\n# First\ntext\n<empty-block/>\n| a |\n| :-: |\n| b |\n\n## Second *one*\n\n\
                - item\n  - [x](https://example.org \"T\")\n\n    ```nu\n    ls\n    ```\n- a <span color=\"teal\">b</span>\n\n\
                para\n\n<indent>\n\n###### below\n\n</indent>\n\nafter {foo=\"b\"}\n";
    let found: Vec<String> = losses(body).iter().map(ToString::to_string).collect();
    let line_of = |words: &str| body.lines().position(|line| line.contains(words)).unwrap() + 1;
    let wanted = [
        ("| a |", "First", "the alignment of a table's columns"),
        ("[x]", "Second one", "the title \"T\" of an address"),
        ("```nu", "Second one", "the language of a code block, nu"),
        ("- a", "Second one", "the colour teal"),
        (
            "######",
            "Second one",
            "a heading of level 6 becomes one of level 4",
        ),
        ("after", "below", "the attribute foo"),
    ];
    let wanted = wanted.map(|(words, heading, what)| {
        format!(
            "Notion cannot hold this as it is, in line {} under “{heading}”: {what}.",
            line_of(words)
        )
    });
    assert_eq!(found, wanted);
    assert_eq!(losses("# Title\n\nplain *text*\n\n- a\n  - b"), []);
    let one = &losses("###### deep")[0];
    assert_eq!(
        one.to_string(),
        "Notion cannot hold this as it is, in line 1: a heading of level 6 becomes one of level 4."
    );
}

/// The same, for whatever is in the text: no loss without a line of the text, and none out of order.
#[test]
fn a_note_loses_only_in_its_own_lines() {
    let item = |n: usize| format!("{}- ###### h{n}\n", "  ".repeat(n));
    let deep = (0..60).map(item).collect::<Vec<_>>().concat();
    let quotes = format!("{} ###### x\n\n###### y", ">".repeat(200));
    let crlf = "a\r\n\r\n###### b\r\n";
    for body in [
        deep.as_str(),
        &quotes,
        crlf,
        "<indent>\n\n###### x\n\n</indent>\n",
        "\0\n\n1. a\n3. b",
    ] {
        let found = losses(body);
        assert!(!found.is_empty(), "{body}");
        let lines = body.lines().count();
        assert!(
            found.iter().all(|loss| (1..=lines).contains(&loss.line)),
            "{found:?}"
        );
        assert!(found.is_sorted_by_key(|loss| loss.line), "{found:?}");
    }
    assert_eq!(losses(crlf)[0].line, 3);
    assert_eq!(losses(&quotes).last().unwrap().line, 3);
}
