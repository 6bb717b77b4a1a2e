use proptest::prelude::*;
use reqwest::header::HeaderValue;
use serde_json::json;

use super::*;

const SECRET: &str = "ntn_secret";

fn response(status: u16, body: Vec<u8>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert("x-notion-request-id", HeaderValue::from_static("r"));
    Response {
        status,
        headers,
        body,
    }
}

/// Any JSON, with Notion's words likely.
fn json_value() -> impl Strategy<Value = Value> {
    let words = prop_oneof![
        Just("error".to_owned()),
        Just(SECRET.to_owned()),
        Just("59833787-2cf9-4fdf-8782-e53db20768a5".to_owned()),
        Just("1e400".to_owned()),
        Just("-3".to_owned()),
        "\\PC{0,8}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|number| json!(number)),
        words.prop_map(Value::String),
    ];
    let keys = prop::sample::select(vec![
        "object",
        "status",
        "code",
        "error",
        "message",
        "request_id",
        "additional_data",
        "retry_after",
        "rate_limit_reason",
        "committed_resource_id",
        "committed_child_ids",
        "retry_guidance",
        "block_limit",
    ]);
    leaf.prop_recursive(3, 40, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map(keys.clone(), inner, 0..8)
                .prop_map(|map| map.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    })
}

fn dialects() -> impl Strategy<Value = Dialect> {
    prop_oneof![Just(Dialect::Api), Just(Dialect::OAuth)]
}

proptest! {
    #[test]
    fn any_error_body_is_sorted_by_its_status(
        status in 300_u16..600,
        body in json_value(),
        dialect in dialects(),
    ) {
        let refusal = response(status, body.to_string().into_bytes()).into_refusal(SECRET, dialect);
        let fits = match &refusal {
            Refusal::Throttled { .. } => matches!(status, 429 | 529),
            Refusal::Failed { .. } => status == 408 || status >= 500,
            Refusal::Conflict(error) => status == 409 && error.is_transient(),
            Refusal::Final(_) => status < 500,
        };
        prop_assert!(fits, "{refusal:?}");
        let shown = match refusal {
            Refusal::Final(error) | Refusal::Conflict(error) => error.to_string(),
            Refusal::Failed { message, .. } => message,
            Refusal::Throttled { .. } => String::new(),
        };
        prop_assert!(!shown.contains(SECRET), "{shown}");
    }

    #[test]
    fn any_bytes_are_an_answer(
        status in 300_u16..600,
        body in any::<Vec<u8>>(),
        dialect in dialects(),
    ) {
        let _ = response(status, body).into_refusal(SECRET, dialect);
    }

    #[test]
    fn any_wait_is_read(value in "\\PC{0,30}") {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(RETRY_AFTER, value);
        }
        headers.insert(DATE, HeaderValue::from_static("Sun, 22 Nov 2026 12:00:00 GMT"));
        let _ = retry_after(&headers);
    }
}

#[test]
fn the_part_at_fault_is_named() {
    for (message, field) in [
        (
            "body failed validation: body.children[0].paragraph.rich_text[0].text.content.length should be \u{2264} `2000`, instead was `4046`.",
            Some("body.children[0].paragraph.rich_text[0].text.content.length"),
        ),
        (
            "body failed validation. Fix one:\nbody.parent.page_id should be defined, instead was `undefined`.\nbody.parent.database_id should be defined.",
            Some("body.parent.page_id"),
        ),
        (
            "path failed validation: path.page_id should be a valid uuid, instead was `\"nope\"`.",
            Some("path.page_id"),
        ),
        ("The body is wrong.", None),
        ("body failed validation: body", None),
    ] {
        let cleaned = clean(message, "");
        assert_eq!(field_at_fault(&cleaned).as_deref(), field, "{message}");
    }
}

#[test]
fn endless_sentences_are_cut() {
    assert_eq!(clean(&"x".repeat(9999), "").len(), LONGEST_MESSAGE);
    assert_eq!(clean("a\u{1b}[31m\nb", ""), "a [31m b");
}
