//! HTML for a preview holds nothing that could do something, whatever a note says and wherever it came from.

#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests fail as tests do"
)]

#[expect(dead_code, reason = "not every test needs every helper")]
mod requests;

use notion_markdown::Document;
use serde_json::{Value, json};

/// Elements, attributes and addresses of HTML, found by hand: in ours every attribute stands between quotes.
fn tags(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut out = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '/')
            .unwrap();
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut attributes = Vec::new();
        while let Some((name, value)) = rest
            .strip_prefix(' ')
            .and_then(|rest| rest.split_once("=\""))
        {
            let (value, tail) = value.split_once('"').unwrap();
            attributes.push((name.to_owned(), value.to_owned()));
            rest = tail;
        }
        assert!(rest.starts_with('>'), "{html}");
        out.push((name, attributes));
    }
    out
}

/// Fails when there is anything in HTML that could do something.
fn check_harmless(html: &str) {
    const NAMES: &str = " a aside audio blockquote br code details div em figcaption figure h1 h2 h3 h4 hr img \
        input li ol p pre s section span strong summary table tbody td th thead time tr u ul video ";
    const ATTRIBUTES: &str = " alt checked class colspan controls data-card data-color data-icon datetime \
        disabled href rel scope src start title type ";
    for (name, attributes) in tags(html) {
        let plain = name.trim_start_matches('/');
        assert!(NAMES.contains(&format!(" {plain} ")), "<{name}> in {html}");
        for (key, value) in attributes {
            assert!(ATTRIBUTES.contains(&format!(" {key} ")), "{key} in {html}");
            let fine = ["http://", "https://", "mailto:", "notion://"];
            assert!(
                !matches!(key.as_str(), "href" | "src")
                    || fine
                        .iter()
                        .any(|scheme| value.to_ascii_lowercase().starts_with(scheme)),
                "{key}={value} in {html}"
            );
        }
    }
}

/// Ways to smuggle a script, as HTML and as parts of every notation.
const ATTACKS: [&str; 24] = [
    "<script>alert(1)</script>",
    "<ScRiPt/src=//x.example/x.js>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"https://x.example/a\"onerror=\"alert(1)\">",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
    "<a href=\" &#14; javascript:alert(1)\">x</a>",
    "<a href=\"data:text/html;base64,PHNjcmlwdD4=\">x</a>",
    "<a href=\"vbscript:msgbox(1)\" target=_blank>x</a>",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<object data=\"javascript:alert(1)\"></object><embed src=\"javascript:alert(1)\">",
    "<form action=javascript:alert(1)><button formaction=javascript:alert(1)>x</form>",
    "<div style=\"background:url(javascript:alert(1));position:fixed\" onclick=alert(1)>x</div>",
    "<base href=\"javascript:/a/\"><link rel=stylesheet href=x><meta http-equiv=refresh content=\"0;url=javascript:1\">",
    "<video src=\"javascript:alert(1)\" poster=javascript:alert(1) onloadstart=alert(1)><source src=x onerror=alert(1)></video>",
    "<details open ontoggle=alert(1)><summary onclick=alert(1)>x</summary></details>",
    "<input autofocus onfocus=alert(1)>",
    "javascript:alert(1)",
    "\" onmouseover=\"alert(1)\" x=\"",
    "https://x.example/\"onmouseover=\"alert(1)",
];

#[test]
fn no_attack_gets_out() {
    let frames = [
        "@",
        "[x](@) ![x](@) <@> [x][r]\n\n[r]: @",
        "`@` **@** $@$\n\n$$\n@\n$$",
        "```@\n@\n```",
        "| @ |\n| --- |\n| @ |",
        "<callout icon=\"@\" color=\"@\">\n\t@\n</callout>",
        "<video src=\"@\" color=\"@\">@</video>\n<unknown url=\"@\" alt=\"@\" json=\"@\"/>",
        "<page url=\"@\">@</page>\n<mention-user url=\"@\">@</mention-user> <mention-date start=\"@\"/>",
        "<details color=\"@\">\n<summary>@</summary>\n\t@\n</details>\n<span color=\"@\">@</span> x {color=\"@\"}",
        "<table header-row=\"true\">\n<tr color=\"@\"><td color=\"@\">@</td></tr>\n</table>",
    ];
    let mut all = 0;
    for attack in ATTACKS {
        let quoted = attack
            .replace('&', "&amp;")
            .replace('"', "&quot;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        for frame in frames {
            for text in [frame.replace('@', attack), frame.replace('@', &quoted)] {
                for document in [
                    Document::from_body(&text),
                    Document::from_enhanced(&text),
                    Document::read_html(&text).value,
                ] {
                    check_harmless(&document.to_html());
                    all += 1;
                }
            }
        }
    }
    assert!(all > 1_200, "{all}");
}

#[test]
fn no_attack_gets_out_of_blocks() {
    for attack in ATTACKS {
        let text =
            json!([{ "type": "text", "text": { "content": attack, "link": { "url": attack } } }]);
        for (name, mut value) in [
            ("paragraph", json!({ "rich_text": text, "color": attack })),
            (
                "code",
                json!({ "rich_text": text, "language": attack, "caption": text }),
            ),
            (
                "callout",
                json!({ "rich_text": text, "icon": { "type": "emoji", "emoji": attack } }),
            ),
            (
                "image",
                json!({ "type": "external", "external": { "url": attack }, "caption": text }),
            ),
            (
                "video",
                json!({ "type": "external", "external": { "url": attack }, "caption": text }),
            ),
            ("bookmark", json!({ "url": attack, "caption": text })),
            ("equation", json!({ "expression": attack })),
            (attack, json!({ "url": attack, "title": attack })),
        ] {
            let block = json!({ "type": name, name: value.take() });
            check_harmless(&Document::from_blocks(&[block]).unwrap().to_html());
        }
    }
}

#[test]
fn no_published_example_gets_out() {
    let Some(path) = requests::fixtures("markdown/specs") else {
        return;
    };
    let mut all = 0;
    for file in requests::files(&path) {
        let json: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for example in json["examples"].as_array().unwrap() {
            let source = example["markdown"].as_str().unwrap();
            let html = example["html"].as_str().unwrap_or(source);
            for document in [
                Document::from_body(source),
                Document::from_enhanced(source),
                Document::read_html(html).value,
            ] {
                check_harmless(&document.to_html());
                all += 1;
            }
        }
    }
    assert!(all > 3_000, "{all}");
}
