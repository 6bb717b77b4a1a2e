//! What a source looks like, it looks like after the round trip: both are rendered by another parser.
//!
//! Every example goes from Markdown into the model, through each notation and back to Markdown. Source and
//! result are rendered by `comrak`, normalised, and compared. The few that differ are listed with their
//! reasons in `same_html.md`; the test fails when the list and the truth part in either direction.

#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests fail as tests do, and say what they measured"
)]

mod comrak_options;
#[expect(dead_code, reason = "not every test needs every helper")]
mod requests;

use std::collections::BTreeMap;

use comrak::nodes::NodeValue;
use comrak::{Options, markdown_to_html};
use notion_markdown::Document;
use pulldown_cmark::Event;
use serde_json::Value;

use requests::{files, fixtures};

/// The examples that may differ, and why.
const LISTED: &str = include_str!("same_html.md");

/// What a browser would show of a source, and of what came back.
fn both(source: &str, result: &str, render: fn(&str) -> Vec<String>) -> (Vec<String>, Vec<String>) {
    if source.contains("[^") && source.contains("]:") {
        // Footnotes are text in a note, so only their words can be the same.
        return (words(source), words(result));
    }
    let (before, after) = (render(source), render(result));
    if holds_html(source) {
        (loose(before), loose(after))
    } else {
        (before, after)
    }
}

/// The same by the parser this crate reads with, for what the two read differently.
fn rendered_again(markdown: &str) -> Vec<String> {
    let options = pulldown_cmark::Options::ENABLE_TABLES
        | pulldown_cmark::Options::ENABLE_STRIKETHROUGH
        | pulldown_cmark::Options::ENABLE_TASKLISTS
        | pulldown_cmark::Options::ENABLE_MATH
        | pulldown_cmark::Options::ENABLE_GFM;
    let events = pulldown_cmark::Parser::new_ext(markdown, options).map(|event| match event {
        Event::InlineHtml(html) => match html.strip_prefix("<notion-inline source=\"$") {
            Some(rest) => {
                let tex = rest
                    .trim_end_matches("$\"/>")
                    .replace("&#123;", "{")
                    .replace("&#125;", "}");
                Event::InlineMath(unescaped(&tex).into())
            }
            None => Event::Text(html),
        },
        Event::Html(html) => Event::Text(html),
        Event::SoftBreak => Event::HardBreak,
        other => other,
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    html = plain_formulas(&html);
    for (tag, plain) in OWN {
        html = html.replace(tag, plain);
    }
    let mut shown = Shown::default();
    shown.read(&html);
    shown.finish()
}

/// What a browser would show, as a list of what stands where.
fn rendered(markdown: &str) -> Vec<String> {
    let mut options = comrak_options::extensions();
    // Footnotes are text in a note.
    options.extension.footnotes = false;
    // A note holds no HTML: what is none of its own tags is shown as text.
    options.render.escape = true;
    options.render.hardbreaks = true;
    let mut html = markdown_to_html(markdown, &options);
    html = plain_formulas(&html);
    for (tag, plain) in OWN {
        html = html.replace(tag, plain);
    }
    let mut shown = Shown::default();
    shown.read(&html);
    shown.finish()
}

/// Whether there is a block of HTML. Shown as text it is no paragraph, so its lines and edges are no breaks.
fn holds_html(markdown: &str) -> bool {
    let arena = comrak::Arena::new();
    let root = comrak::parse_document(&arena, markdown, &Options::default());
    let html = |node: comrak::nodes::Node<'_>| match &node.data.borrow().value {
        NodeValue::HtmlBlock(_) => true,
        NodeValue::HtmlInline(html) => html.contains('\n'),
        _ => false,
    };
    root.descendants().any(html)
}

/// Letters and digits only.
fn words(markdown: &str) -> Vec<String> {
    let html = markdown_to_html(markdown, &Options::default());
    let text = html
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    let text: String = text.map(unescaped).collect();
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .map(String::from)
        .collect()
}

/// Paragraphs and lines parted by blanks only.
fn loose(shown: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for part in shown {
        if part == "<"
            && out.last().is_some_and(|last| last == " ")
            && out.iter().rev().nth(1).is_some_and(|last| last == ">")
        {
            out.pop();
        }
        let part = if part == "¶" || part == "<br>" {
            " ".to_owned()
        } else {
            part
        };
        if part != " " || out.last().is_some_and(|last| last != " " && !is_edge(last)) {
            out.push(part);
        }
    }
    out
}

/// Displayed formulas as a paragraph, whether they were written between dollars or as code.
fn plain_formulas(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find("<pre><code class=\"language-math\"") {
        out.push_str(&rest[..at]);
        let (head, tail) = rest[at..].split_once("</code></pre>").unwrap();
        let tex = head.splitn(3, '>').nth(2).unwrap();
        out.push_str(&format!("<p>{tex}</p>"));
        rest = tail;
    }
    out.push_str(rest);
    out.replace("<code data-math-style=\"display\">", "<p>")
}

/// The HTML that a body is allowed to hold, as it looks after escaping.
const OWN: [(&str, &str); 14] = [
    ("&lt;empty-block/&gt;", ""),
    ("&lt;br&gt;", "<br>"),
    ("&lt;br /&gt;", "<br>"),
    ("&lt;br/&gt;", "<br>"),
    ("&lt;b&gt;", "<strong>"),
    ("&lt;/b&gt;", "</strong>"),
    ("&lt;strong&gt;", "<strong>"),
    ("&lt;/strong&gt;", "</strong>"),
    ("&lt;i&gt;", "<em>"),
    ("&lt;/i&gt;", "</em>"),
    ("&lt;s&gt;", "<del>"),
    ("&lt;/s&gt;", "</del>"),
    ("&lt;span&gt;", ""),
    ("&lt;/span&gt;", ""),
];

/// Reads clean HTML. What a note does not tell apart is made one: the order of nested emphasis, how loose a
/// list is and which character marks its items, titles that only show on hovering, the alignment of
/// columns, headings below the fourth level, blanks and breaks at edges, definitions of links, and links
/// that lead nowhere from a note, which are shown as they were written.
#[derive(Default)]
struct Shown {
    out: Vec<String>,
    styles: [usize; 4],
    links: Vec<(String, String)>,
    /// Where the texts of open links begin.
    starts: Vec<usize>,
    pre: bool,
    /// Inside a displayed formula.
    display: bool,
}

const STYLES: [&str; 4] = ["strong", "em", "del", "code"];

impl Shown {
    fn read(&mut self, html: &str) {
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            self.text(&unescaped(&rest[..at]));
            let end = rest[at..].find('>').unwrap() + at;
            self.tag(&rest[at + 1..end]);
            rest = &rest[end + 1..];
        }
        self.text(&unescaped(rest));
    }

    fn text(&mut self, text: &str) {
        if self.pre {
            let last = self.out.last_mut().unwrap();
            last.push_str(text);
            return;
        }
        let style: String = STYLES
            .iter()
            .zip(self.styles)
            .filter_map(|(name, open)| (open > 0).then_some(*name))
            .collect();
        let text = decoded(text);
        let link = self
            .links
            .iter()
            .rev()
            .map(|(url, _)| url.as_str())
            .find(|url| is_absolute(url))
            .map(str::to_owned)
            .unwrap_or_default();
        for c in text.chars() {
            if c.is_ascii_whitespace() {
                self.blank();
            } else {
                self.out.push(format!("{c}{style}{link}"));
            }
        }
    }

    fn blank(&mut self) {
        let after = self.out.last().map(String::as_str);
        if after.is_some_and(|last| !is_edge(last) && last != " " && last != "<br>") {
            self.out.push(" ".to_owned());
        }
    }

    fn trim(&mut self) {
        while self
            .out
            .last()
            .is_some_and(|last| last == " " || last == "<br>")
        {
            self.out.pop();
        }
    }

    fn edge(&mut self, name: &str) {
        self.trim();
        if name == "¶" && self.out.last().is_none_or(|last| is_edge(last)) {
            return;
        }
        while name != "¶" && self.out.last().is_some_and(|last| last == "¶") {
            self.out.pop();
        }
        // A list that goes on counting after another is the same list.
        let count = self
            .out
            .iter()
            .rev()
            .take_while(|part| !part.starts_with("<ol"))
            .filter(|part| *part == "<li>")
            .count();
        let goes_on = format!("<ol start=\"{}\">", count + 1);
        let name = if name == goes_on && self.out.last().is_some_and(|last| last == "</ol>") {
            "<ol>"
        } else {
            name
        };
        let twin = [("<ul>", "</ul>"), ("<ol>", "</ol>")];
        if twin
            .iter()
            .any(|(open, close)| name == *open && self.out.last().is_some_and(|last| last == close))
        {
            self.out.pop();
            return;
        }
        self.out.push(name.to_owned());
    }

    fn tag(&mut self, tag: &str) {
        let name = tag
            .trim_start_matches('/')
            .split([' ', '>'])
            .next()
            .unwrap();
        let close = tag.starts_with('/');
        if let Some(at) = STYLES.iter().position(|style| *style == name) {
            if tag.contains("data-math-style") || self.pre {
                return self.edge(&format!("<{tag}>"));
            }
            self.styles[at] = if close {
                self.styles[at].saturating_sub(1)
            } else {
                self.styles[at] + 1
            };
            return;
        }
        match name {
            "a" | "img" => self.link(name, tag, close),
            "p" => self.edge("¶"),
            "br" => {
                while self.out.last().is_some_and(|last| last == " ") {
                    self.out.pop();
                }
                if self.out.last().is_some_and(|last| !is_edge(last)) {
                    self.out.push("<br>".to_owned());
                }
            }
            "span" if tag.contains("math-display") => {
                self.edge("¶");
                self.display = true;
            }
            "span" if close && std::mem::take(&mut self.display) => self.edge("¶"),
            "tbody" | "thead" | "span" | "div" => {}
            "h5" | "h6" => self.edge(if close { "</h4>" } else { "<h4>" }),
            "pre" => {
                self.edge(&format!("<{tag}>"));
                self.pre = !close;
            }
            "td" | "th" => self.edge(if close { "</td>" } else { "<td>" }),
            "ol" | "input" => self.edge(&format!("<{tag}>")),
            _ if close => self.edge(&format!("</{name}>")),
            _ => self.edge(&format!("<{name}>")),
        }
    }

    /// A link or a picture.
    fn link(&mut self, name: &str, tag: &str, close: bool) {
        match name {
            "a" if close => {
                let (url, title) = self.links.pop().unwrap_or_default();
                let start = self.starts.pop().unwrap_or_default();
                let text: String = self.out[start..]
                    .iter()
                    .filter_map(|part| part.chars().next())
                    .collect();
                if !is_absolute(&url) && text == url && !url.is_empty() {
                    self.out[start - 1].replace_range(.., "<");
                    return self.text(">");
                }
                self.literal(&url, &title);
            }
            "a" => {
                let url = attribute(tag, "href");
                if !is_absolute(&url) {
                    self.text("[");
                }
                self.starts.push(self.out.len());
                self.links.push((url, attribute(tag, "title")));
            }
            _ => {
                let url = attribute(tag, "src");
                if is_absolute(&url) {
                    self.edge("¶");
                    self.out
                        .push(format!("<img {url} {}>", attribute(tag, "alt")));
                    self.edge("¶");
                } else {
                    self.text("![");
                    self.text(&attribute(tag, "alt"));
                    self.literal(&url, &attribute(tag, "title"));
                }
            }
        }
    }

    /// The end of a link that leads nowhere from a note.
    fn literal(&mut self, url: &str, title: &str) {
        if is_absolute(url) {
            return;
        }
        self.text("](");
        self.text(url);
        if !title.is_empty() {
            self.text(&format!(" \"{}\"", title.trim()));
        }
        self.text(")");
    }

    fn finish(mut self) -> Vec<String> {
        self.edge("¶");
        let mut out: Vec<String> = Vec::new();
        for part in self.out.split_inclusive(|part| is_edge(part)) {
            let text: String = part
                .iter()
                .map(|part| part.chars().next().unwrap_or(' '))
                .collect();
            // A definition says nothing where it stands.
            let defines = text.starts_with('[') && text.contains("]: ");
            if defines {
                out.extend(
                    part.last()
                        .filter(|last| is_edge(last) && *last != "¶")
                        .cloned(),
                );
            } else if text.contains("![") {
                // The description of a picture is plain.
                let plain = part.iter().map(|part| {
                    if is_edge(part) {
                        part.clone()
                    } else {
                        part.chars().take(1).collect()
                    }
                });
                out.extend(plain);
            } else {
                out.extend(part.iter().cloned());
            }
        }
        while out.last().is_some_and(|last| last == "¶") {
            out.pop();
        }
        out
    }
}

fn is_edge(part: &str) -> bool {
    part == "¶"
        || part.len() > 2 && part.starts_with('<') && !part.starts_with("<img") && part != "<br>"
}

fn is_absolute(url: &str) -> bool {
    let url = url.to_ascii_lowercase();
    ["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| url.starts_with(scheme) && url.len() > scheme.len())
}

fn attribute(tag: &str, name: &str) -> String {
    let mark = format!("{name}=\"");
    let value = tag
        .split_once(&mark)
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(value, _)| value);
    let value = unescaped(value.unwrap_or_default());
    if name == "title" || name == "alt" {
        return value;
    }
    decoded(&value)
}

/// An address without its percent signs, as far as it is text then.
fn decoded(url: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = url.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail
            .get(..2)
            .and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| url.to_owned())
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", "\u{a0}")
        .replace("&amp;", "&")
}

fn examples() -> Option<Vec<(String, String)>> {
    let path = fixtures("markdown/specs")?;
    let mut out = Vec::new();
    for file in files(&path) {
        let json: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for example in json["examples"].as_array().unwrap() {
            let name = file.file_stem().unwrap().to_string_lossy();
            let name = format!("{name} {}", example["example"]);
            out.push((name, example["markdown"].as_str().unwrap().to_owned()));
        }
    }
    Some(out)
}

#[test]
fn examples_look_the_same_after_the_round_trip() {
    let Some(examples) = examples() else { return };
    let listed: BTreeMap<&str, &str> = LISTED
        .lines()
        .filter_map(|line| line.strip_prefix("- ")?.split_once(": "))
        .collect();
    let (mut differ, mut report) = (Vec::new(), String::new());
    for (name, markdown) in &examples {
        let document = Document::from_body(markdown);
        let result = document.to_body();
        let (before, after) = both(markdown, &result, rendered);
        let (again, then) = both(markdown, &result, rendered_again);
        if before != after && again != then {
            report.push_str(&format!(
                "=== {name}\n{markdown}\n--- came back as\n{result}\n--- looked like\n{}\n--- looks like\n{}\n--- or like\n{}\n--- and\n{}\n",
                before.concat(),
                after.concat(),
                again.concat(),
                then.concat()
            ));
            differ.push(name.as_str());
        }
    }
    if let Some(path) = std::env::var_os("OCTAVO_DIFFERENCES") {
        std::fs::write(path, &report).unwrap();
    }
    let share = differ.len() * 1_000 / examples.len();
    println!(
        "{} of {} examples look different",
        differ.len(),
        examples.len()
    );
    let unlisted: Vec<&&str> = differ
        .iter()
        .filter(|name| !listed.contains_key(**name))
        .collect();
    let settled: Vec<&&str> = listed
        .keys()
        .filter(|name| !differ.contains(*name))
        .collect();
    assert!(
        unlisted.is_empty(),
        "differ and are not listed: {unlisted:?}"
    );
    assert!(settled.is_empty(), "listed but equal: {settled:?}");
    assert!(share <= 10, "{share} in a thousand");
}
