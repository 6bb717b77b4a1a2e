//! What must hold of any input: it ends, without a panic, and what was read comes back as it is.
//!
//! The fuzz targets and the ordinary tests, which replay the corpus, share this file.

#![allow(dead_code, reason = "each target needs one of these")]

use notion_markdown::{Block, Document, Kind, Update, apply, canonical, diff, merge, plan};

/// Any text as the body of a note.
pub(crate) fn body(text: &str) {
    same_everywhere(&Document::from_body(text));
}

/// Any text as enhanced Markdown, and as two versions of a page.
pub(crate) fn enhanced(text: &str) {
    same_everywhere(&Document::from_enhanced(text));
    let once = canonical(text);
    assert_eq!(canonical(&once), once, "the canonical form is not stable");
    let half = (0..=text.len() / 2)
        .rev()
        .find(|at| text.is_char_boundary(*at));
    let (one, other) = text.split_at(half.unwrap_or_default());
    if let Update::Replace(pairs) = diff(one, other) {
        let result = apply(one, &pairs).expect("every pair is found once");
        assert_eq!(
            canonical(&result),
            canonical(other),
            "the pairs lead elsewhere"
        );
    }
    let _ = merge(one, other, text);
}

/// Any text as the JSON of blocks.
pub(crate) fn blocks(text: &str) {
    if let Ok(read) = Document::read_blocks_json(text) {
        same_everywhere(&read.value);
    }
}

/// Any text as HTML.
pub(crate) fn html(text: &str) {
    let document = Document::from_html(text);
    let shown = document.to_html();
    assert!(!shown.contains("<script"), "a script gets out");
    same_everywhere(&document);
}

/// Whether a document is the same in each notation.
fn same_everywhere(document: &Document) {
    let body = document.to_body();
    assert_eq!(&Document::from_body(&body), document, "body: {body}");
    let enhanced = document.to_enhanced();
    let read = Document::from_enhanced(&enhanced);
    assert_eq!(read.to_enhanced(), enhanced, "enhanced Markdown changes");
    if !has_rich_code(&document.blocks) {
        assert_eq!(&read, document, "enhanced: {enhanced}");
    }
    let written = document.to_blocks();
    let text = document.to_blocks_json();
    assert_eq!(text.losses, written.losses, "losses differ");
    assert!(
        Document::from_blocks(&written.blocks).is_ok(),
        "blocks cannot be read"
    );
    let steps = plan(&written.blocks);
    let requests = document.to_requests().value;
    assert_eq!(requests.len(), steps.len(), "the two plans differ");
    for (step, request) in steps.iter().zip(requests) {
        assert!(
            (1..=100).contains(&step.children.len()),
            "a request of {}",
            step.children.len()
        );
        assert_eq!(request.parent, step.parent, "the two plans differ");
    }
    let _ = document.html();
    let _ = document.plain_text();
}

/// Whether there is code with a caption or styles, which enhanced Markdown cannot say.
fn has_rich_code(blocks: &[Block]) -> bool {
    blocks.iter().any(|block| {
        matches!(block.kind, Kind::Code { .. }) && !block.attrs.is_empty()
            || has_rich_code(&block.children)
    })
}
