//! What the fuzz targets found, and where they begin.

#[path = "../../../../../fuzz/answers.rs"]
mod checks;

use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;

use crate::recordings::recordings;
use crate::support::fixtures;

/// Every file of a target's corpus.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../fuzz/corpus")
        .join(target);
    let files: Vec<Vec<u8>> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect();
    assert!(files.len() >= 5, "{target}: {}", files.len());
    files
}

#[test]
fn the_corpus_of_answers_is_read() {
    for bytes in corpus("answers") {
        checks::answers(&bytes);
    }
}

#[test]
fn the_corpus_of_refusals_is_sorted() {
    for bytes in corpus("refusals") {
        checks::refusal(&bytes);
    }
}

#[test]
fn the_corpus_of_addresses_is_read() {
    for bytes in corpus("addresses") {
        checks::address(&bytes);
    }
}

#[test]
fn every_recorded_answer_suits_every_parser() {
    let Some(folder) = fixtures() else { return };
    for recording in recordings(&folder) {
        checks::answers(recording.body().to_string().as_bytes());
    }
}

/// Values that Notion's answers hold.
const WORDS: &str = "page block list database data_source file_upload comment user async_task \
    property_item page_markdown title person bot failed succeeded incomplete page_id workspace \
    59833787-2cf9-4fdf-8782-e53db20768a5 2026-01-01T00:00:00Z";

/// Keys that the parsers look for.
const KEYS: &str = "object id type title properties parent results has_more next_cursor \
    request_status incomplete_reason status error result markdown unknown_block_ids data_sources \
    number_of_parts total sent bot owner user person rich_text plain_text text content \
    created_time in_trash archived access_token active page_id poll_after_seconds templates";

/// Any JSON, with the words of answers likely.
fn json() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(WORDS.split_whitespace().collect::<Vec<_>>());
    let keys = prop::sample::select(KEYS.split_whitespace().collect::<Vec<_>>());
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        words.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 60, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(keys.clone(), inner, 0..10)
                .prop_map(|map| map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    })
}

proptest! {
    #[test]
    fn no_answer_upsets_a_parser(answer in json()) {
        checks::answers(answer.to_string().as_bytes());
    }

    #[test]
    fn no_bytes_upset_a_parser(bytes in any::<Vec<u8>>()) {
        checks::answers(&bytes);
        checks::refusal(&bytes);
        checks::address(&bytes);
    }
}
