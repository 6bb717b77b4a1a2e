//! Published documents and specification examples: no panic, and no visible word is lost on the way.

mod comrak_options;

use std::collections::VecDeque;
use std::path::PathBuf;

use comrak::arena_tree::NodeEdge;
use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, parse_document};
use notion_markdown::{Document, canonical};

/// The fixtures, or none with a message.
fn fixtures() -> Option<PathBuf> {
    let path = std::env::var_os("OCTAVO_FIXTURES").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/fixtures"),
        PathBuf::from,
    );
    let path = path.join("markdown");
    if path.is_dir() {
        return Some(path);
    }
    #[expect(clippy::print_stdout, reason = "says why nothing was tested")]
    {
        println!("skipped: no fixtures at {}", path.display());
    }
    None
}

/// The visible words as another parser sees them, in order of the source.
///
/// With `tags`, what stands in tags and HTML counts: in a body, cards and wide tables are HTML.
fn words(markdown: &str, tags: bool) -> Vec<String> {
    let arena = Arena::new();
    let root = parse_document(&arena, markdown, &comrak_options::extensions());
    let mut text = String::new();
    collect(root, tags, &mut text);
    split_words(&text)
}

/// Emphasis that Markdown's own delimiters cannot say at some places.
const MARKS: [&str; 8] = [
    "<b>", "</b>", "<i>", "</i>", "<s>", "</s>", "<span>", "</span>",
];

fn split_words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Appends the visible text. Links that Notion would refuse stay source, so their edges part words.
fn collect<'a>(root: &'a AstNode<'a>, tags: bool, out: &mut String) {
    for edge in root.traverse() {
        let (node, start) = match edge {
            NodeEdge::Start(node) => (node, true),
            NodeEdge::End(node) => (node, false),
        };
        match &node.data.borrow().value {
            NodeValue::Emph | NodeValue::Strong | NodeValue::Strikethrough => {}
            NodeValue::Link(link)
                if link.url.starts_with("http") || link.url.starts_with("mailto:") => {}
            NodeValue::Text(_) | NodeValue::Code(_) | NodeValue::Math(_) if !start => {}
            NodeValue::Text(text) => out.push_str(text),
            NodeValue::Code(code) => out.push_str(&code.literal),
            NodeValue::Math(math) => out.push_str(&math.literal),
            NodeValue::CodeBlock(code) if start => {
                out.push(' ');
                out.push_str(&code.literal);
            }
            NodeValue::HtmlBlock(html) if start && tags => out.push_str(&html.literal),
            NodeValue::HtmlInline(html) if start && tags => {
                if !MARKS.contains(&html.as_str()) {
                    out.push_str(html);
                }
            }
            NodeValue::HtmlInline(_) if tags => {}
            _ => out.push(' '),
        }
    }
}

/// The words of block JSON as a request carries it, in order: each block and each cell parts words.
fn words_of_blocks(json: &str) -> Vec<String> {
    fn walk(value: &serde_json::Value, out: &mut String) {
        match value {
            serde_json::Value::Array(list) => list.iter().for_each(|value| walk(value, out)),
            serde_json::Value::Object(map) => {
                let shown = map.get("text").and_then(|text| text.get("content"));
                let formula = map.get("expression");
                for text in [shown, formula].into_iter().flatten() {
                    out.push_str(text.as_str().unwrap_or_default());
                }
                if shown.is_some() || map.contains_key("mention") {
                    return;
                }
                if map.contains_key("object") {
                    out.push(' ');
                }
                for cell in map
                    .get("cells")
                    .and_then(|cells| cells.as_array())
                    .into_iter()
                    .flatten()
                {
                    out.push(' ');
                    walk(cell, out);
                }
                // What a block says comes before what is below it.
                let name = map
                    .get("type")
                    .and_then(|name| name.as_str())
                    .unwrap_or_default();
                for key in ["rich_text", "caption", name, "children"] {
                    map.get(key).into_iter().for_each(|value| walk(value, out));
                }
            }
            _ => {}
        }
    }
    let blocks: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    let mut text = String::new();
    walk(&blocks, &mut text);
    split_words(&text)
}

/// Whether all letters of the words stand in `text` in this order; the first word that does not.
fn lost_letters(wanted: &[String], text: &str) -> Option<String> {
    let mut letters = text.chars().filter(|c| c.is_alphanumeric());
    wanted
        .iter()
        .find(|word| !word.chars().all(|c| letters.any(|letter| letter == c)))
        .cloned()
}

/// The words of `found` that are missing from `text`, when looked for in any order.
fn missing(wanted: &[String], text: &str) -> Vec<String> {
    let mut have = std::collections::HashMap::<&str, usize>::new();
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        *have.entry(word).or_default() += 1;
    }
    let mut out = Vec::new();
    for word in wanted {
        match have.get_mut(word.as_str()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => out.push(word.clone()),
        }
    }
    out
}

/// Whether the words stand in `text` in this order; the first that does not.
fn out_of_order(wanted: &[String], text: &str) -> Option<String> {
    let mut have: VecDeque<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    for word in wanted {
        loop {
            match have.pop_front() {
                Some(found) if found == word => break,
                Some(_) => {}
                None => return Some(word.clone()),
            }
        }
    }
    None
}

/// Examples that the two parsers themselves read differently.
const DISPUTED: [(&str, &str); 9] = [
    (
        "pulldown-cmark-footnotes 11",
        "a note that nobody refers to is hidden",
    ),
    (
        "pulldown-cmark-footnotes 18",
        "a note that nobody refers to is hidden",
    ),
    ("pulldown-cmark-math 11", "dollars inside words"),
    ("pulldown-cmark-math 25", "dollars next to digits"),
    ("pulldown-cmark-super_sub 8", "single tildes inside words"),
    ("en-markdown-it-sample.md", "single tildes inside words"),
    (
        "pulldown-cmark-regression 212",
        "an escaped bracket after a reference",
    ),
    (
        "pulldown-cmark-regression 214",
        "a title without a blank before it",
    ),
    ("pulldown-cmark-math 17", "dollars across an emphasis"),
];

/// Checks one source; answers what is wrong with it.
fn check(name: &str, markdown: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let document = Document::from_body(markdown);
    let enhanced = document.to_enhanced();
    let body = document.to_body();
    if Document::from_enhanced(&enhanced) != document {
        problems.push(format!("{name}: enhanced Markdown reads back differently"));
    }
    if Document::from_body(&body) != document {
        problems.push(format!("{name}: the body reads back differently"));
    }
    let once = canonical(&enhanced);
    if canonical(&once) != once {
        problems.push(format!("{name}: the canonical form is not stable"));
    }
    if DISPUTED.iter().any(|(disputed, _)| *disputed == name) {
        return problems;
    }
    let wanted = words(markdown, false);
    let plain = document.plain_text();
    let in_blocks = words_of_blocks(&document.to_blocks_json().value);
    for (what, found) in [
        ("plain text", split_words(&plain)),
        ("body", words(&body, true)),
        ("block JSON", in_blocks.clone()),
    ] {
        let lost = missing(&wanted, &found.join(" "));
        if !lost.is_empty() {
            let some: Vec<&String> = lost.iter().take(8).collect();
            problems.push(format!(
                "{name}: {} words missing in {what}: {some:?}",
                lost.len()
            ));
        }
    }
    if !markdown.contains("[^")
        && let Some(word) = lost_letters(&wanted, &enhanced)
    {
        problems.push(format!(
            "{name}: enhanced Markdown lacks {word:?} in its place"
        ));
    }
    if !markdown.contains("[^")
        && problems.is_empty()
        && let Some(word) = out_of_order(&wanted, &plain)
    {
        problems.push(format!("{name}: the order of words differs at {word:?}"));
    }
    if !markdown.contains("[^")
        && problems.is_empty()
        && let Some(word) = out_of_order(&wanted, &in_blocks.join(" "))
    {
        problems.push(format!(
            "{name}: the order of words in block JSON differs at {word:?}"
        ));
    }
    problems
}

#[test]
fn published_documents_keep_every_word() {
    let Some(fixtures) = fixtures() else { return };
    let mut problems = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(fixtures.join("files")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        count += 1;
        problems.extend(check(&path.file_name().unwrap().to_string_lossy(), &text));
    }
    assert!(count >= 40, "only {count} documents");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn specification_examples_keep_every_word() {
    let Some(fixtures) = fixtures() else { return };
    let mut problems = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(fixtures.join("specs")).unwrap() {
        let path = entry.unwrap().path();
        let json: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for example in json["examples"].as_array().unwrap() {
            count += 1;
            let name = format!(
                "{} {}",
                path.file_stem().unwrap().to_string_lossy(),
                example["example"]
            );
            problems.extend(check(&name, example["markdown"].as_str().unwrap()));
        }
    }
    assert!(count >= 1000, "only {count} examples");
    assert!(
        problems.is_empty(),
        "{} problems\n{}",
        problems.len(),
        problems.join("\n")
    );
}
