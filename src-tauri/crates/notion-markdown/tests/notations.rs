//! Each kind of block and inline content, in both notations, as a reader sees them; and hostile input.

use notion_markdown::{
    Block, Document, Inline, Kind, Span, body_to_enhanced, canonical, canonical_hash,
    enhanced_to_body, page_id, page_links,
};

/// A body, and the enhanced Markdown it becomes; the way back gives the same body.
#[track_caller]
fn both(body: &str, enhanced: &str) {
    assert_eq!(body_to_enhanced(body), enhanced, "body to enhanced");
    assert_eq!(
        enhanced_to_body(enhanced),
        format!("{body}\n"),
        "enhanced to body"
    );
}

/// A body whose canonical form is another.
#[track_caller]
fn to(body: &str, enhanced: &str) {
    assert_eq!(body_to_enhanced(body), enhanced);
}

#[test]
fn paragraphs_and_breaks() {
    both("one\n\ntwo", "one\ntwo");
    both("first line\nsecond line", "first line<br>second line");
    both("red {color=\"red\"}", "red {color=\"red\"}");
    both("a\n\n<empty-block/>\n\nb", "a\n<empty-block/>\nb");
    both(
        "parent\n\n<indent>\n\nchild\n\n</indent>",
        "parent\n\tchild",
    );
    to("hard  \nbreak", "hard<br>break");
}

#[test]
fn headings() {
    both("# One", "# One");
    both("#### Four", "#### Four");
    to("##### Five", "#### Five");
    to("Title\n===", "# Title");
    both(
        "## Fold {toggle=\"true\"}\n\n<indent>\n\ninside\n\n</indent>",
        "## Fold {toggle=\"true\"}\n\tinside",
    );
}

#[test]
fn lists() {
    both("- a\n- b", "- a\n- b");
    both("1. a\n2. b\n   - c", "1. a\n2. b\n\t- c");
    both("5. a\n6. b", "5. a\n6. b");
    both("- [ ] open\n- [x] done", "- [ ] open\n- [x] done");
    both(
        "- a\n\n  more\n\n  ```rust\n  fn x() {}\n  ```",
        "- a\n\tmore\n\t```rust\n\tfn x() {}\n\t```",
    );
    to("* a\n* b", "- a\n- b");
    to("1) a\n1) b", "1. a\n2. b");
}

#[test]
fn quotes_and_callouts() {
    both("> a\n> b", "> a<br>b");
    both("> a\n\n> b", "> a\n> b");
    both("> a\n>\n> - b", "> a\n\t- b");
    both(
        "> [!WARNING]\n> hot",
        "<callout color=\"yellow_bg\" icon=\"⚠️\">\n\thot\n</callout>",
    );
    both(
        "<callout icon=\"🎯\">\n\ntext\n\n</callout>",
        "<callout icon=\"🎯\">\n\ttext\n</callout>",
    );
}

#[test]
fn toggles() {
    both(
        "<details color=\"blue\">\n<summary>Title</summary>\n\n- a\n\n</details>",
        "<details color=\"blue\">\n<summary>Title</summary>\n\t- a\n</details>",
    );
    to(
        "<details><summary>T</summary>inner</details>",
        "<details>\n<summary>T</summary>\n\tinner\n</details>",
    );
}

#[test]
fn code_and_formulas() {
    both(
        "```weird lang\na *b* \\ <c>\n\n\t$d$\n```",
        "```weird lang\na *b* \\ <c>\n\n\t$d$\n```",
    );
    both("````\n```\n````", "````\n```\n````");
    both("$$\ne = mc^2\n$$", "$$\ne = mc^2\n$$");
    both("a $x^2$ b", "a $x^2$ b");
    to("    indented", "```\nindented\n```");
    to("~~~\nx\n~~~", "```\nx\n```");
}

#[test]
fn tables() {
    both(
        "| a | b |\n| --- | --- |\n| 1 | **2** |",
        "<table header-row=\"true\" header-column=\"false\">\n<tr><td>a</td><td>b</td></tr>\n<tr><td>1</td><td>**2**</td></tr>\n</table>",
    );
    both(
        "<table header-row=\"false\" header-column=\"true\">\n<tr color=\"red\"><td>a</td></tr>\n</table>",
        "<table header-row=\"false\" header-column=\"true\">\n<tr color=\"red\"><td>a</td></tr>\n</table>",
    );
    let indented = "<table fit-page-width=\"true\" header-row=\"true\">\n\t<colgroup>\n\t\t<col>\n\t</colgroup>\n\t<tr>\n\t\t<td>a</td>\n\t\t<td>b</td>\n\t</tr>\n</table>";
    assert_eq!(enhanced_to_body(indented), "| a | b |\n| --- | --- |\n");
}

#[test]
fn pictures() {
    both(
        "![a *b*](https://i.example/x.png)",
        "![a *b*](https://i.example/x.png)",
    );
    to(
        "see ![x](https://i.example/x.png) there",
        "see\n![x](https://i.example/x.png)\nthere",
    );
    // A link around a picture is one of its caption: both addresses stay.
    both(
        "[![b *c*](https://i.example/b.svg)](https://example.org)",
        "![[b *c*](https://example.org)](https://i.example/b.svg)",
    );
    both(
        "[![](https://i.example/b.svg)](https://example.org)",
        "![[https://example.org](https://example.org)](https://i.example/b.svg)",
    );
    to(
        "- [![a](https://i.example/a.svg)](https://example.org/a) [![b](https://i.example/b.svg) more](https://example.org/b)",
        "-\n\t![[a](https://example.org/a)](https://i.example/a.svg)\n\t![[b](https://example.org/b)](https://i.example/b.svg)\n\t[more](https://example.org/b)",
    );
    to("![rel](a/b.png)", "!\\[rel\\](a/b.png)");
    assert_eq!(enhanced_to_body("!\\[rel\\](a/b.png)"), "![rel](a/b.png)\n");
}

#[test]
fn inline_marks() {
    both(
        "**b** *i* ~~s~~ `c` [l](https://example.org)",
        "**b** *i* ~~s~~ `c` [l](https://example.org)",
    );
    both(
        "<span underline=\"true\">u</span> <span color=\"red\">r</span>",
        "<span underline=\"true\">u</span> <span color=\"red\">r</span>",
    );
    both("***both***", "***both***");
    to("a <u>b</u>", "a <span underline=\"true\">b</span>");
    to("un**frigging**believable", "un**frigging**believable");
    to(
        "<https://example.org>",
        "[https://example.org](https://example.org)",
    );
    to(
        "mail <ada@example.org>",
        "mail [ada@example.org](mailto:ada@example.org)",
    );
}

#[test]
fn text_is_escaped_and_nothing_is_dropped() {
    to(
        "a \\* b_c 1 < 2 {x} ^ | ~",
        "a \\* b_c 1 \\< 2 \\{x\\} \\^ \\| \\~",
    );
    to(
        "<!-- comment --> <blink>x</blink>",
        "\\<!-- comment --\\> \\<blink\\>x\\</blink\\>",
    );
    to(
        "[rel](./a.md) [tel](tel:1)",
        "\\[rel\\](./a.md) \\[tel\\](tel:1)",
    );
    to(
        "[ref][1]\n\n[1]: https://example.org \"t\"\n[2]: https://unused.example",
        "[ref](https://example.org)\n\\[2\\]: https://unused.example",
    );
    to(
        "note[^1]\n\n[^1]: the text",
        "note\\[\\^1\\]\n\\[\\^1\\]: the text",
    );
    // What Markdown leaves out was written all the same.
    to(
        "[a]: https://example.org\n[a]: https://other.example\n[a]: https://example.org\n\n[a]",
        "[a](https://example.org)\n\\[a\\]: https://other.example",
    );
    to(
        "| a |\n| --- |\n| b | `c\\|d` | e |\n| f | |",
        "<table header-row=\"true\" header-column=\"false\">\n<tr><td>a</td><td></td><td></td></tr>\n<tr><td>b</td><td>\\`c\\|d\\`</td><td>e</td></tr>\n<tr><td>f</td><td></td><td></td></tr>\n</table>",
    );
    to("a&#10;b", "a b");
    both("[[Wiki]] and #tag", "\\[\\[Wiki\\]\\] and #tag");
    both(
        "note[^1]\n\n[^1]: the text",
        "note\\[\\^1\\]\n\\[\\^1\\]: the text",
    );
}

#[test]
fn text_that_looks_like_blocks_stays_text() {
    for enhanced in ["\\# x", "\\- x", "1\\. x", "\\---", "\\> x"] {
        let document = Document::from_enhanced(enhanced);
        assert!(
            matches!(document.blocks[0].kind, Kind::Paragraph(_)),
            "{enhanced}"
        );
        assert_eq!(document.to_enhanced(), enhanced);
        assert_eq!(Document::from_body(&document.to_body()), document);
    }
}

#[test]
fn front_matter_comes_back() {
    both(
        "---\ntitle: x\n---\n\ntext",
        "```yaml\n---\ntitle: x\n---\n```\ntext",
    );
}

#[test]
fn mentions() {
    let id = "01234567-89ab-cdef-0123-456789abcdef";
    both(
        &format!("see [My page](notion://{id})"),
        "see <mention-page url=\"https://app.notion.com/p/0123456789abcdef0123456789abcdef\">My page</mention-page>",
    );
    both(
        &format!("[](notion://{id})"),
        "<mention-page url=\"https://app.notion.com/p/0123456789abcdef0123456789abcdef\"/>",
    );
    both(
        "on <mention-date start=\"2026-05-15\"/>",
        "on <mention-date start=\"2026-05-15\"/>",
    );
    both(
        "by <mention-user url=\"https://app.notion.com/u/1\">Ada</mention-user>",
        "by <mention-user url=\"https://app.notion.com/u/1\">Ada</mention-user>",
    );
}

#[test]
fn cards_keep_their_source() {
    for source in [
        "<page url=\"https://app.notion.com/p/0123456789abcdef0123456789abcdef\" color=\"red\">A *b* [c]</page>",
        "<database url=\"https://app.notion.com/p/1\" inline=\"true\">D</database>",
        "<unknown url=\"https://app.notion.com/p/1#2\" alt=\"bookmark\"/>",
        "<table_of_contents/>",
        "<audio src=\"https://files.example/a.mp3\">caption</audio>",
        "<columns>\n\t<column>\n\t\t# left\n\t</column>\n\t<column>\n\t\tright\n\t</column>\n</columns>",
        "<synced_block url=\"https://app.notion.com/p/1#2\">\n\ttext\n</synced_block>",
        "<meeting-notes>\n\t<notes>\n\t\tx\n\t</notes>\n</meeting-notes>",
    ] {
        both(source, source);
        both(
            &format!("before\n\n{source}\n\nafter"),
            &format!("before\n{source}\nafter"),
        );
    }
    // Without blank lines around it a card is still a card.
    to(
        "text\n<page url=\"https://app.notion.com/p/1\">P</page>\ntext",
        "text\n<page url=\"https://app.notion.com/p/1\">P</page>\ntext",
    );
    let code = "<columns>\n\t<column>\n\t\t```\n\t\ta\n\n\t\tb\n\t\t```\n\t</column>\n</columns>";
    assert_eq!(body_to_enhanced(&enhanced_to_body(code)), code);
}

#[test]
fn canonical_unifies_spellings() {
    let same = [
        ("a {color=\"red_background\"}", "a {color=\"red_bg\"}"),
        ("```js\nx\n```", "```javascript\nx\n```"),
        ("1. a\n1. b", "1. a\n2. b"),
        ("a {color=\"default\"}", "a"),
        ("a\n\nb\n", "a\nb"),
        (
            "<video src=\"https://f.example/v.mp4?X-Amz-Date=1\">v</video>",
            "<video src=\"https://f.example/v.mp4?X-Amz-Date=2\">v</video>",
        ),
        (
            "<page url=\"https://app.notion.com/p/1\">Old</page>",
            "<page url=\"https://app.notion.com/p/1\">New</page>",
        ),
    ];
    for (a, b) in same {
        assert_eq!(canonical(a), canonical(b));
        assert_eq!(canonical_hash(a), canonical_hash(b));
    }
    assert_ne!(canonical_hash("a"), canonical_hash("b"));
    assert_ne!(
        canonical("https://example.org/?a=1"),
        canonical("https://example.org/?a=2")
    );
}

#[test]
fn ids_are_found_in_every_spelling() {
    let id = Some("01234567-89ab-cdef-0123-456789abcdef".to_owned());
    for url in [
        "0123456789ABCDEF0123456789abcdef",
        "01234567-89ab-cdef-0123-456789abcdef",
        "https://app.notion.com/p/0123456789abcdef0123456789abcdef",
        "https://app.notion.com/p/01234567-89ab-cdef-0123-456789abcdef",
        "https://www.notion.so/My-page-0123456789abcdef0123456789abcdef?pvs=4",
        "https://notion.so/team/My-page-0123456789abcdef0123456789abcdef#ffffffffffffffffffffffffffffffff",
        "https://ada.notion.site/My-page-0123456789abcdef0123456789abcdef",
        "https://www.notion.so/ffffffffffffffffffffffffffffffff?v=eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee&p=0123456789abcdef0123456789abcdef",
        "notion://01234567-89ab-cdef-0123-456789abcdef",
        "/0123456789abcdef0123456789abcdef",
    ] {
        assert_eq!(page_id(url), id, "{url}");
    }
    for url in [
        "https://example.org/0123456789abcdef0123456789abcdef",
        "https://app.notion.com/?v=0123456789abcdef0123456789abcdef",
        "x",
    ] {
        assert_eq!(page_id(url), None, "{url}");
    }
    let document = Document::from_body(
        "[a](notion://01234567-89ab-cdef-0123-456789abcdef) [b](https://www.notion.so/x-0123456789abcdef0123456789abcdef)",
    );
    assert_eq!(
        page_links(&document),
        ["01234567-89ab-cdef-0123-456789abcdef"]
    );
}

#[test]
fn wrapped_lines_can_be_joined() {
    assert_eq!(Document::from_wrapped("a\nb").to_enhanced(), "a b");
}

#[test]
fn hostile_input_ends() {
    let n = 20_000;
    for text in [
        "> ".repeat(n),
        "- ".repeat(n),
        "[".repeat(n),
        "](".repeat(n),
        "*a _b ".repeat(n),
        "`a``b```c".repeat(n),
        "$".repeat(n),
        "<b>".repeat(n),
        "<span color=\"red\">".repeat(n),
        "<details>\n".repeat(n),
        "\n\t<foo>".repeat(n),
        "| a ".repeat(n),
        "\0\u{feff}\r".repeat(n),
        (0..300)
            .map(|depth| "\t".repeat(depth) + "- x\n")
            .collect::<String>(),
        (0..300)
            .map(|depth| "\t".repeat(depth) + "<callout>\n")
            .collect::<String>(),
        "<details>\n\t".repeat(300) + &"\n</details>".repeat(300),
    ] {
        let body = Document::from_body(&text);
        let enhanced = Document::from_enhanced(&text);
        for document in [body, enhanced] {
            let text = document.to_enhanced();
            assert_eq!(canonical(&canonical(&text)), canonical(&text));
            let _ = (document.to_body(), document.plain_text());
        }
        let _ = notion_markdown::diff(&text, "x\ny");
        let _ = notion_markdown::merge(&text, "x", &format!("{text}y"));
    }
}

#[test]
fn a_star_before_an_item_is_a_bullet_and_one_that_is_text_stays_text() {
    assert_eq!(canonical("* a\n* [x] b"), canonical("- a\n- [x] b"));
    for text in ["* a", "*", "+ a", "- a"] {
        let span = Span::plain(Inline::Text(text.to_owned()));
        let document = Document {
            blocks: vec![Block::new(Kind::Paragraph(vec![span]))],
        };
        let written = document.to_enhanced();
        assert_eq!(Document::from_enhanced(&written), document, "{written:?}");
    }
}
