//! Generated documents for the property tests.

use notion_markdown::{Attrs, Block, Cell, Document, Inline, Kind, Row, Span, Style, Table};
use proptest::prelude::*;

/// Words and characters that mean something in one of the notations, between ordinary ones.
const PIECES: &[&str] = &[
    "a",
    "word",
    "two words",
    " ",
    "  ",
    "*",
    "**",
    "_",
    "__",
    "~",
    "~~",
    "`",
    "``",
    "$",
    "$$",
    "[",
    "]",
    "](",
    "(",
    ")",
    "<",
    ">",
    "{",
    "}",
    "{color=\"red\"}",
    "|",
    "^",
    "\\",
    "!",
    "#",
    "# ",
    "## x",
    "-",
    "- ",
    "+ ",
    "1. ",
    "12) ",
    "> ",
    "---",
    "===",
    "***",
    "&amp;",
    "&",
    "&#32;",
    "[ ] ",
    "[x] ",
    "[^1]",
    "[^1]: ",
    "[a]: b",
    "<b>",
    "</b>",
    "<br>",
    "<div>",
    "<!-- c -->",
    "</details>",
    "<details>",
    "</td>",
    "https://x.y/z?a=b&copy=1",
    "[[Wiki]]",
    "#tag",
    ":name:",
    "é",
    "漢字",
    "עברית",
    "👩‍👩‍👧",
    "\u{a0}",
    ".",
    ",",
    "5",
    "snake_case_word",
    "2*3",
    "~5",
    "| a | b |",
    "| - | - |",
    "$5",
    "~~~",
    "```",
    "<span>",
    "</span>",
    "<empty-block/>",
    "[a](b)",
    "[a](https://b.c)",
    "![a](b)",
    "\t",
    "=",
    ":",
    "[!NOTE]",
    "&nbsp;",
    "<https://a.b>",
    "\"",
    "'",
    "%",
    "/",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 1..5).prop_map(|parts| parts.concat())
}

fn url() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "https://example.org",
        "https://example.org/a_b_c?x=1&copy=2#frag",
        "https://example.org/a(b)c",
        "https://example.org/*x*~y~$z$",
        "mailto:ada@example.org",
        "https://app.notion.com/p/0123456789abcdef0123456789abcdef",
    ])
    .prop_map(str::to_owned)
}

fn style() -> impl Strategy<Value = Style> {
    let flag = || prop::bool::weighted(0.2);
    let color = prop::option::weighted(
        0.15,
        prop::sample::select(vec!["red".to_owned(), "blue_bg".to_owned()]),
    );
    (
        flag(),
        flag(),
        flag(),
        flag(),
        flag(),
        color,
        prop::option::weighted(0.15, url()),
    )
        .prop_map(
            |(bold, italic, strike, underline, code, color, link)| Style {
                bold,
                italic,
                strike,
                underline,
                code,
                color,
                link,
            },
        )
}

fn inline() -> impl Strategy<Value = Inline> {
    prop_oneof![
        8 => text().prop_map(Inline::Text),
        1 => Just(Inline::Break),
        1 => prop::sample::select(vec!["x^2", "\\frac{a}{b}", "a_b", "5", "{", "a|b", "\\$5"])
            .prop_map(|text| Inline::Math(text.to_owned())),
        1 => text().prop_map(|title| Inline::Page { id: "01234567-89ab-cdef-0123-456789abcdef".to_owned(), title }),
        1 => prop::sample::select(vec![
            "<mention-date start=\"2026-05-15\"/>",
            "<mention-user url=\"https://app.notion.com/u/1\">Ada</mention-user>",
            "[^https://example.org/x]",
            "<new-thing a=\"b\"/>",
        ])
        .prop_map(|source| Inline::Raw(source.to_owned())),
    ]
}

/// Inline content.
pub(crate) fn spans() -> impl Strategy<Value = Vec<Span>> {
    prop::collection::vec(
        (inline(), style()).prop_map(|(content, style)| Span { content, style }),
        0..6,
    )
}

fn attrs() -> impl Strategy<Value = Attrs> {
    prop::option::weighted(0.2, prop::sample::select(vec!["red", "blue_bg", "default"])).prop_map(
        |color| {
            let mut attrs = Attrs::default();
            if let Some(color) = color {
                attrs.set("color", color);
            }
            attrs
        },
    )
}

fn table() -> impl Strategy<Value = Kind> {
    let cell = (spans(), attrs()).prop_map(|(text, attrs)| Cell { attrs, text });
    let row = (prop::collection::vec(cell, 0..4), attrs())
        .prop_map(|(cells, attrs)| Row { attrs, cells });
    (
        prop::collection::vec(row, 1..4),
        any::<bool>(),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(mut rows, header_row, header_column, colours)| {
            for row in rows.iter_mut().filter(|_| !colours) {
                row.attrs = Attrs::default();
                row.cells
                    .iter_mut()
                    .for_each(|cell| cell.attrs = Attrs::default());
            }
            Kind::Table(Table {
                header_row,
                header_column,
                columns: Vec::new(),
                rows,
            })
        })
}

fn lines() -> impl Strategy<Value = String> {
    prop::collection::vec(prop_oneof![3 => text(), 1 => Just(String::new())], 0..4)
        .prop_map(|lines| lines.join("\n"))
}

fn opaque() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![
        "<page url=\"https://app.notion.com/p/0123456789abcdef0123456789abcdef\">A *page* [x]</page>",
        "<unknown url=\"https://app.notion.com/p/1#2\" alt=\"bookmark\"/>",
        "<table_of_contents/>",
        "<columns>\n\t<column>\n\t\tleft\n\t</column>\n\t<column>\n\t\t```\n\t\tcode\n\n\t\tmore\n\t\t```\n\t</column>\n</columns>",
        "<columns>\n\t<column>\n\t\tleft **b**\n\t</column>\n</columns>",
        "<video src=\"https://files.example/v.mp4?X-Amz-Signature=1\">clip</video>",
        "<future kind=\"1\">text</future>",
    ])
    .prop_map(|source| Kind::Opaque(source.to_owned()))
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        6 => spans().prop_map(Kind::Paragraph),
        2 => (1_u8..=4, any::<bool>(), spans()).prop_map(|(level, toggle, text)| Kind::Heading { level, toggle, text }),
        3 => spans().prop_map(Kind::Bullet),
        3 => (prop::option::weighted(0.3, 1_u32..40), spans()).prop_map(|(start, text)| Kind::Numbered { start, text }),
        2 => (any::<bool>(), spans()).prop_map(|(checked, text)| Kind::Todo { checked, text }),
        2 => spans().prop_map(Kind::Quote),
        2 => spans().prop_map(Kind::Toggle),
        1 => Just(Kind::Callout),
        1 => Just(Kind::Divider),
        1 => (prop::sample::select(vec!["", "rust", "plain text", "c++"]), lines())
            .prop_map(|(language, text)| Kind::Code { language: language.to_owned(), text }),
        1 => prop::sample::select(vec!["a + b", "\\begin{x}\na & b\n\\end{x}", "- x", "a\n\nb", "x\n=y", "{"])
            .prop_map(|text| Kind::Equation(text.to_owned())),
        1 => table(),
        1 => (spans(), Just("https://example.org/i(1).png?X-Amz-Signature=abc&copy=1".to_owned()))
            .prop_map(|(caption, url)| Kind::Image { caption, url }),
        1 => opaque(),
    ]
}

/// What code may say beside its text: a caption, and stretches that have a style.
fn code_attrs() -> impl Strategy<Value = (Option<String>, Option<usize>)> {
    (
        prop::option::weighted(0.3, text()),
        prop::option::weighted(0.3, 0_usize..8),
    )
}

fn with_code_attrs(block: &mut Block, (caption, styled): (Option<String>, Option<usize>)) {
    let Kind::Code { text, .. } = &block.kind else {
        return;
    };
    if let Some(caption) = caption {
        block.attrs.set("caption", &caption);
    }
    if let Some(styled) = styled {
        let all = text.chars().count();
        let styled = styled.min(all);
        let runs = format!("{styled}/bold/link=https://example.org/a {}", all - styled);
        block.attrs.set("runs", &runs);
    }
}

/// A document as enhanced Markdown can say it: captions of code stand below it, its styles are gone.
#[expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
pub(crate) fn sayable(document: &Document) -> Document {
    fn list(blocks: &[Block]) -> Vec<Block> {
        let mut out = Vec::new();
        for block in blocks {
            let mut block = block.clone();
            block.children = list(&block.children);
            let caption = matches!(block.kind, Kind::Code { .. })
                .then(|| {
                    block.attrs.take("runs");
                    block.attrs.take("caption")
                })
                .flatten();
            out.push(block);
            out.extend(caption.map(|caption| {
                let item = Document::from_enhanced(&format!("- {caption}"));
                let text = item.blocks.first().unwrap().text().unwrap();
                Block::new(Kind::Paragraph(text.to_vec()))
            }));
        }
        out
    }
    let blocks = list(&document.blocks);
    Document { blocks }.normalized()
}

fn block() -> impl Strategy<Value = Block> {
    let leaf = (kind(), attrs(), code_attrs()).prop_map(|(kind, attrs, code)| {
        let mut block = Block {
            kind,
            attrs,
            children: Vec::new(),
        };
        with_code_attrs(&mut block, code);
        block
    });
    leaf.prop_recursive(3, 12, 3, |inner| {
        (
            kind(),
            attrs(),
            prop::option::weighted(0.2, Just("🎯")),
            prop::collection::vec(inner, 0..3),
        )
            .prop_map(|(kind, mut attrs, icon, children)| {
                if let (Kind::Callout, Some(icon)) = (&kind, icon) {
                    attrs.set("icon", icon);
                }
                Block {
                    kind,
                    attrs,
                    children,
                }
            })
    })
}

/// A document in normal form.
pub(crate) fn document() -> impl Strategy<Value = Document> {
    prop::collection::vec(block(), 0..5).prop_map(|blocks| Document { blocks }.normalized())
}

/// Text that is no document: pieces and line ends in any order.
pub(crate) fn noise() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        5 => prop::sample::select(PIECES).prop_map(str::to_owned),
        2 => Just("\n".to_owned()),
        1 => Just("\n\n".to_owned()),
        1 => Just("\n\t".to_owned()),
        1 => Just("\n    ".to_owned()),
        1 => prop::sample::select(vec![
            "\n<details>\n<summary>s</summary>\n", "\n</details>\n", "\n<callout icon=\"x\">\n", "\n</callout>\n",
            "\n```\n", "\n$$\n", "\n<table header-row=\"true\">\n<tr><td>", "</td></tr>\n</table>\n", "\n<indent>\n",
            "\n</indent>\n", "<columns>", "</columns>", "\u{0}", "\r\n", "<page url=\"x\">t</page>", "<x>", "</x>",
            "<mention-page url=\"0123456789abcdef0123456789abcdef\">", "</mention-page>", "\\",
            "\u{b}", "\u{c}", "\u{1}", "\r", "<>", "\n <div>\n", "\n<!-- c -->\n", "<mention\rdate start=\"x\"/>",
            "[^https://x\ry]", "<notion-inline source=\"&lt;mention-date&#10;a=&quot;b&quot;/&gt;\"/>",
            " {color=\"a\rb\"}", "<page\rurl=\"x\"/>",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|parts| parts.concat())
}
