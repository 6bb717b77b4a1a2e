//! HTML out for a preview, and in from a clipboard.

#[expect(dead_code, reason = "not every test needs every helper")]
mod common;

use notion_markdown::Document;
use proptest::prelude::*;

use common::{document, noise};

fn body(html: &str) -> String {
    Document::from_html(html).to_body()
}

#[test]
fn a_note_is_shown_as_html() {
    for (source, html) in [
        (
            "# A\n\nb *c* ~~d~~ `e<f`",
            "<h1>A</h1>\n<p>b <em>c</em> <s>d</s> <code>e&lt;f</code></p>\n",
        ),
        (
            "- a\n  - b\n- c",
            "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ul>\n",
        ),
        (
            "3. a\n4. b",
            "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>\n",
        ),
        ("a\nb", "<p>a<br>\nb</p>\n"),
        (
            "```rust\na < b\n```",
            "<pre><code class=\"language-rust\">a &lt; b\n</code></pre>\n",
        ),
        (
            "| a |\n| --- |\n| b |",
            "<table>\n<thead>\n<tr><th scope=\"col\">a</th></tr>\n</thead>\n<tbody>\n<tr><td>b</td></tr>\n</tbody>\n</table>\n",
        ),
        (
            "[a](https://x.example)",
            "<p><a href=\"https://x.example\" rel=\"noopener noreferrer nofollow\">a</a></p>\n",
        ),
        (
            "$x<y$",
            "<p><span class=\"math math-inline\">x&lt;y</span></p>\n",
        ),
        ("text {color=\"red\"}", "<p data-color=\"red\">text</p>\n"),
    ] {
        assert_eq!(Document::from_body(source).to_html(), html);
    }
}

#[test]
fn nothing_dangerous_gets_out() {
    let sources = [
        "<script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=alert(1)>",
        "![x](javascript:alert(1))\n\n<callout icon=\"&quot; onmouseover=alert(1) x=\">\n\nx\n\n</callout>",
        "```\"onclick=\"alert(1)\n</code><script>alert(1)</script>\n```",
        "<unknown url=\"javascript:alert(1)\" alt=\"<script>alert(1)</script>\"/>",
        "<video src=\"https://x.example/&quot;onerror=&quot;alert(1)\"></video>",
        "<mention-user url=\"x\"><script>alert(1)</script></mention-user>",
    ];
    for source in sources {
        for document in [Document::from_body(source), Document::from_enhanced(source)] {
            let html = document.to_html();
            // Only text may say such things: read again, the HTML holds no such element or attribute.
            let again = ammonia_clean(&html);
            assert_eq!(again, html, "{source}");
            assert!(
                !html.contains("<script") && !html.contains("<img src=\"x"),
                "{html}"
            );
            assert!(!html.contains("href=\"javascript"), "{html}");
        }
    }
}

/// What a second cleaning with the defaults of the library leaves, apart from what only we allow.
fn ammonia_clean(html: &str) -> String {
    let mut cleaner = ammonia::Builder::default();
    cleaner
        .add_tags(["figure", "figcaption", "input", "video", "audio", "aside"])
        .add_generic_attributes(["class", "data-color", "data-card", "data-icon"])
        .add_tag_attributes("input", ["type", "checked", "disabled"])
        .add_tag_attributes("video", ["src", "controls"])
        .add_tag_attributes("audio", ["src", "controls"])
        .add_url_schemes(["notion"])
        .link_rel(Some("noopener noreferrer nofollow"));
    cleaner.clean(html).to_string()
}

#[test]
fn what_people_copy_becomes_blocks() {
    for (html, source) in [
        ("<p>a <b>b</b>\n c</p><p>d", "a **b** c\n\nd\n"),
        // A word processor on the web wraps everything in a bold that is none.
        (
            "<meta charset=utf-8><b style=\"font-weight:normal;\"><p><span style=\"font-weight:700\">x</span> <span style=\"font-style:italic\">y</span></p></b>",
            "**x** *y*\n",
        ),
        (
            "<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul>",
            "- a\n  - b\n- c\n",
        ),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b\n"),
        ("<ol start=3><li>a<li>b</ol>", "3. a\n4. b\n"),
        (
            "<ul><li><input type=checkbox checked> done</li></ul>",
            "- [x] done\n",
        ),
        (
            "<h2>T<br>u</h2><hr><blockquote><p>q</p><p>r</p></blockquote>",
            "## T<br>u\n\n---\n\n> q\n>\n> r\n",
        ),
        (
            "<pre><code class=\"language-js\">a\n  b\n</code></pre>",
            "```js\na\n  b\n```\n",
        ),
        (
            "<table><tr><th>a<th>b<tr><td>c<td><p>d</p><p>e</p></table>",
            "| a | b |\n| --- | --- |\n| c | d<br>e |\n",
        ),
        (
            "<a href=\"https://x.example/\">x</a> <a href=\"#y\">y</a>",
            "[x](https://x.example/) y\n",
        ),
        (
            "<figure><img src=\"https://x.example/p.png\" alt=\"A\"><figcaption>A <i>b</i></figcaption></figure>",
            "![A *b*](https://x.example/p.png)\n",
        ),
        (
            "<script>no</script><style>no</style><p hidden>no</p><p style=\"display: none\">no</p>yes",
            "yes\n",
        ),
        (
            "<math display=block><semantics><mi>x</mi><annotation encoding=\"application/x-tex\">x^2</annotation></semantics></math>",
            "$$\nx^2\n$$\n",
        ),
        (
            "<details><summary>S</summary><p>in</p></details>",
            "<details>\n<summary>S</summary>\n\nin\n\n</details>\n",
        ),
        ("a &lt;b&gt; &amp; *c*", "a \\<b> & \\*c\\*\n"),
    ] {
        assert_eq!(body(html), source, "{html}");
    }
}

/// Word says in styles what is a list; its marks are words between comments that only it understands.
#[test]
fn what_is_copied_from_word() {
    let item = |level: usize, mark: &str, text: &str| {
        format!(
            "<p class=MsoListParagraphCxSpMiddle style='margin-left:36.0pt;text-indent:-18.0pt;mso-list:l0 level{level} lfo1'>\
             <![if !supportLists]><span lang=EN-GB style='font-family:Symbol;mso-fareast-font-family:Symbol'>\
             <span style='mso-list:Ignore'>{mark}<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span></span></span>\
             <![endif]><span lang=EN-GB>{text}<o:p></o:p></span></p>"
        )
    };
    let html = [
        "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><style><!-- p.MsoNormal {margin:0cm} --></style></head><body><!--StartFragment-->",
        "<p class=MsoNormal><b style='mso-bidi-font-weight:normal'>Title<o:p></o:p></b></p>",
        &item(1, "·", "one"),
        &item(2, "o", "<i>two</i>"),
        &item(3, "§", "three"),
        &item(1, "·", "four"),
        "<p class=MsoNormal>between</p>",
        &item(1, "3.", "a"),
        &item(1, "4.", "b"),
        &item(2, "a)", "c"),
        "<!--EndFragment--></body></html>",
    ]
    .concat();
    let read = Document::read_html(&html);
    assert_eq!(
        read.value.to_body(),
        "**Title**\n\n- one\n  - *two*\n    - three\n- four\n\nbetween\n\n3. a\n4. b\n   1. c\n"
    );
    let told: Vec<String> = read.losses.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["block 5: the letters of a), which becomes a number"]);
}

#[test]
fn check_lists_and_linked_pictures_that_are_copied() {
    for (html, source) in [
        // Google Docs
        (
            "<b style=\"font-weight:normal;\" id=\"docs-internal-guid-1\"><ul style=\"margin-top:0\"><li dir=\"ltr\" role=\"checkbox\" aria-checked=\"true\" aria-level=\"1\"><img src=\"data:image/png;base64,AAAA\" width=\"17.6px\" alt=\"checked\" aria-roledescription=\"checkbox\" role=\"presentation\" /><p dir=\"ltr\" style=\"display:inline-block\" role=\"presentation\"><span style=\"font-weight:400;text-decoration:line-through;\">done</span></p></li><li dir=\"ltr\" role=\"checkbox\" aria-checked=\"false\"><p>open</p></li></ul></b>",
            "- [x] ~~done~~\n- [ ] open\n",
        ),
        (
            "<a href=\"https://x.example/\"><img src=\"https://x.example/p.png\" alt=\"A\"></a>",
            "[![A](https://x.example/p.png)](https://x.example/)\n",
        ),
    ] {
        let read = Document::read_html(html);
        assert_eq!(read.value.to_body(), source, "{html}");
        assert_eq!(read.losses, [], "{html}");
    }
}

#[test]
fn what_html_says_and_a_note_cannot_is_told() {
    let read = Document::read_html(
        "<p>a</p><h6>b</h6><iframe src=\"https://x.example/v\"></iframe><table><tr><td colspan=2>c</table><svg></svg>",
    );
    let told: Vec<String> = read.losses.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "block 1: a heading of level 6 becomes one of level 4",
            "block 2: something embedded; a link to it stays",
            "block 2: a table cell that spans several becomes one",
            "block 4: a drawing (<svg>)",
        ]
    );
}

#[test]
fn hostile_html_ends() {
    let many = 20_000;
    for html in [
        "<div>".repeat(many),
        "<b>".repeat(many),
        "<b><p>".repeat(many),
        "<table>".repeat(many),
        "<ul><li>".repeat(many),
        format!("<p {}>x", "a b c ".repeat(many)),
        format!("<p {}>x", "a=\"1\"".repeat(many)),
        "<a href=x>".repeat(many),
        "<".repeat(many),
        "&".repeat(many),
        "<p>".repeat(many),
        "\0<\0p\0>".repeat(many),
        format!("{}end", "<blockquote>".repeat(many)),
        "</p>".repeat(many),
        "<td>".repeat(many),
        "<option>".repeat(many),
    ] {
        let document = Document::from_html(&html);
        let _ = document.to_html();
        let _ = document.to_body();
    }
    let deep = format!("{}the end", "<div>".repeat(1_000));
    assert!(Document::from_html(&deep).plain_text().contains("the end"));
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_as_html(text in noise()) {
        let document = Document::from_html(&text);
        prop_assert_eq!(&Document::from_body(&document.to_body()), &document);
        prop_assert_eq!(&Document::from_enhanced(&document.to_enhanced()), &document);
    }

    #[test]
    fn words_come_back_from_html(document in document()) {
        let html = document.to_html();
        let back = Document::from_html(&html);
        // Icons, addresses and ids may be added; no letter may go.
        let (wanted, found) = (letters(&document.plain_text()), letters(&back.plain_text()));
        let mut rest = found.chars();
        for c in wanted.chars() {
            prop_assert!(rest.any(|other| other == c), "{}\n{}\n{}", html, wanted, found);
        }
    }
}

#[test]
fn a_formula_says_that_it_loses_its_link() {
    let link = |inner: &str| format!("<p>see <a href=\"https://example.org\">{inner} here</a></p>");
    for formula in [
        "<span class=\"math math-inline\">x^2</span>",
        "<math><mi>x</mi></math>",
        "<script type=\"math/tex\">x^2</script>",
    ] {
        let read = Document::read_html(&link(formula));
        let told: Vec<&str> = read.losses.iter().map(|loss| loss.what.as_str()).collect();
        assert!(
            told.contains(&"the link of a formula"),
            "{formula}: {told:?}"
        );
        let body = read.value.to_body();
        assert!(body.contains("here](https://example.org)"), "{body}");
        let alone = Document::read_html(&format!("<p>{formula}</p>"));
        let about_links = alone
            .losses
            .iter()
            .filter(|loss| loss.what.contains("link"));
        assert_eq!(about_links.count(), 0, "{formula}");
    }
}
