//! Published documents and specification examples: no panic, and no visible word is lost on the way.

use std::collections::VecDeque;
use std::path::PathBuf;

use comrak::nodes::{AstNode, NodeValue};
use comrak::{Arena, Options, parse_document};
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
    println!("skipped: no fixtures at {}", path.display());
    None
}

/// The visible words as another parser sees them, in order of the source.
fn words(markdown: &str) -> Vec<String> {
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.math_dollars = true;
    options.extension.footnotes = true;
    let root = parse_document(&arena, markdown, &options);
    let mut text = String::new();
    collect(root, &mut text);
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn collect<'a>(root: &'a AstNode<'a>, out: &mut String) {
    for node in root.descendants() {
        match &node.data.borrow().value {
            NodeValue::Text(text) => out.push_str(text),
            NodeValue::Code(code) => out.push_str(&code.literal),
            NodeValue::CodeBlock(code) => {
                out.push(' ');
                out.push_str(&code.literal);
            }
            NodeValue::Math(math) => out.push_str(&math.literal),
            NodeValue::Emph | NodeValue::Strong | NodeValue::Strikethrough | NodeValue::Link(_) | NodeValue::Document => {}
            _ => out.push(' '),
        }
    }
}

/// The words of `found` that are missing from `text`, when looked for in any order.
fn missing(wanted: &[String], text: &str) -> Vec<String> {
    let mut have = std::collections::HashMap::<&str, usize>::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
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
    let mut have: VecDeque<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
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
    let wanted = words(markdown);
    let plain = document.plain_text();
    for (what, text) in [("plain text", &plain), ("enhanced Markdown", &enhanced), ("body", &body)] {
        let lost = missing(&wanted, text);
        if !lost.is_empty() {
            problems.push(format!("{name}: {} words missing in {what}: {:?}", lost.len(), lost.iter().take(8).collect::<Vec<_>>()));
        }
    }
    if !markdown.contains("[^")
        && problems.is_empty()
        && let Some(word) = out_of_order(&wanted, &plain)
    {
        problems.push(format!("{name}: the order of words differs at {word:?}"));
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
        let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for example in json["examples"].as_array().unwrap() {
            count += 1;
            let name = format!("{} {}", path.file_stem().unwrap().to_string_lossy(), example["example"]);
            problems.extend(check(&name, example["markdown"].as_str().unwrap()));
        }
    }
    assert!(count >= 1000, "only {count} examples");
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}
