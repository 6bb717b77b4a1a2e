//! What a person did not touch does not change, byte for byte, in any notation.

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

use std::collections::HashMap;

use notion_markdown::{Block, Document, Kind, Span, body_to_enhanced, canonical, enhanced_to_body};
use proptest::prelude::*;

use common::document;
use requests::{files, fixtures};

/// A word that no document holds, and what a person writes in its place.
const BEFORE: &str = "Qbefore";
const AFTER: &str = "changed **here** and `there`";

/// Hangs a paragraph somewhere into a document; the choices lead to the place.
fn hang(blocks: &mut Vec<Block>, choices: &[prop::sample::Index]) {
    let paragraph = Block::new(Kind::Paragraph(vec![Span::text(BEFORE)]));
    let Some((first, rest)) = choices.split_first() else {
        let at = blocks.len() / 2;
        return blocks.insert(at, paragraph);
    };
    let at = first.index(blocks.len() + 1);
    match blocks.get_mut(at) {
        Some(block) if !rest.is_empty() && !matches!(block.kind, Kind::Opaque(_)) => {
            hang(&mut block.children, rest);
        }
        _ => blocks.insert(at, paragraph),
    }
}

/// The JSON of a document's blocks.
fn blocks(document: &Document) -> String {
    document.to_blocks_json().value
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edited_block_leaves_all_others(document in document(), choices in prop::collection::vec(any::<prop::sample::Index>(), 0..3)) {
        let mut document = common::sayable(&document);
        hang(&mut document.blocks, &choices);
        let document = document.normalized();
        let body = document.to_body();
        prop_assert_eq!(body.matches(BEFORE).count(), 1, "{}", body);
        // A person edits the body; it goes to Notion and comes back.
        let edited = body.replace(BEFORE, AFTER);
        let enhanced = body_to_enhanced(&edited);
        prop_assert_eq!(&enhanced, &document.to_enhanced().replace(BEFORE, AFTER));
        prop_assert_eq!(&enhanced_to_body(&enhanced), &edited);
        // What Notion shows then is what it showed before, but for the edit.
        prop_assert_eq!(canonical(&enhanced), canonical(&document.to_enhanced()).replace(BEFORE, AFTER));
        // And so are the blocks.
        let before = Document::from_body(&body.replace(BEFORE, "Qafter"));
        prop_assert_eq!(blocks(&before), blocks(&document).replace(BEFORE, "Qafter"));
    }

    #[test]
    fn an_edit_in_notion_leaves_all_others(document in document(), choices in prop::collection::vec(any::<prop::sample::Index>(), 0..3)) {
        let mut document = common::sayable(&document);
        hang(&mut document.blocks, &choices);
        let document = document.normalized();
        let body = document.to_body();
        let edited = document.to_enhanced().replace(BEFORE, AFTER);
        prop_assert_eq!(enhanced_to_body(&edited), body.replace(BEFORE, AFTER));
    }
}

/// Words that mean something where they stand: a scheme, a mark of HTML, a language.
const MEANINGS: [&str; 3] = ["https", "CDATA", "markdown"];

/// Words that stand once in a text and in what it becomes, spread over it.
fn unique_words(text: &str, others: &[&str]) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let words = || {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.chars().count() > 4)
    };
    for word in words() {
        *counts.entry(word).or_default() += 1;
    }
    let once = |word: &&str| counts.get(word) == Some(&1) && text.matches(word).count() == 1;
    let found: Vec<String> = words().filter(once).map(str::to_owned).collect();
    let some = found.len().div_ceil(40).max(1);
    let spread = found.into_iter().step_by(some);
    spread
        .filter(|word| !MEANINGS.contains(&word.as_str()))
        .filter(|word| {
            others
                .iter()
                .all(|other| other.matches(word.as_str()).count() == 1)
        })
        .take(12)
        .collect()
}

#[test]
fn a_word_in_a_published_document_changes_alone() {
    let Some(path) = fixtures("markdown/files") else {
        return;
    };
    let (mut edits, mut problems) = (0, Vec::new());
    for file in files(&path) {
        let source = std::fs::read_to_string(&file).unwrap();
        // Large documents only cost time here.
        if source.len() > 120_000 {
            continue;
        }
        let written = |source: &str| {
            let document = Document::from_body(source);
            [
                document.to_body(),
                document.to_enhanced(),
                blocks(&document),
                document.to_html(),
            ]
        };
        let before = written(&source);
        let [body, enhanced, json, _] = &before;
        for word in unique_words(&source, &[body, enhanced, json]) {
            edits += 1;
            let after = written(&source.replace(&word, "Qchanged"));
            for (before, after) in before.iter().zip(&after) {
                if *after != before.replace(&word, "Qchanged") {
                    problems.push(format!("{}: {word}", file.display()));
                }
            }
        }
    }
    println!("{edits} words changed");
    assert!(edits > 200, "only {edits} words");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
