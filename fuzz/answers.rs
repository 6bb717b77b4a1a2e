//! What must hold of anything that Notion, or whatever stands in front of it, may answer.
//!
//! The fuzz targets and the ordinary tests of `notion-api`, which replay the corpus, share this file.

#![allow(dead_code, reason = "each target needs one of these")]

use notion_api::{ApiError, PageId, Remedy, fuzzing};
use serde_json::Value;

const SECRET: &str = "ntn_a-token-nobody-may-see";

/// Any bytes as a successful answer.
pub(crate) fn answers(bytes: &[u8]) {
    let Ok(answer) = serde_json::from_slice::<Value>(bytes) else {
        return;
    };
    for reading in fuzzing::answers(&answer) {
        let parser = reading.parser;
        if let Some(id) = reading.id {
            let sent = answer["id"]
                .as_str()
                .and_then(|id| id.parse::<PageId>().ok());
            assert_eq!(
                Some(id),
                sent.map(|id| id.to_string()),
                "{parser}: another id"
            );
        }
        if let Some(kept) = reading.items {
            let sent = answer["results"]
                .as_array()
                .or(answer["templates"].as_array());
            assert_eq!(Some(kept), sent.map(Vec::len), "{parser}: items are lost");
        }
        // Titles, text and tokens are no matter for logs.
        if let Some(text) = answer["markdown"]
            .as_str()
            .or(answer["access_token"].as_str())
            && text.len() > 20
        {
            assert!(!reading.debug.contains(text), "{parser}: content in a log");
        }
    }
}

/// Any bytes as an answer that is not a success: two bytes for the status, one for what stands
/// around it, and the rest is the body.
pub(crate) fn refusal(bytes: &[u8]) {
    let [high, low, around, body @ ..] = bytes else {
        return;
    };
    let status = 300 + u16::from_be_bytes([*high, *low]) % 300;
    let mut head = Vec::new();
    if around & 1 != 0 {
        head.push(("x-notion-request-id", "r"));
    }
    if around & 2 != 0 {
        head.push(("retry-after", "3"));
    }
    if around & 4 != 0 {
        head.push(("cf-ray", "8f00-FRA"));
    }
    // The token in the body must not come back out of it.
    let error = fuzzing::refusal(status, &head, body, SECRET, around & 8 != 0);
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(SECRET), "the token is shown: {shown}");
    let transient = error.is_transient();
    match error.remedy() {
        Remedy::Wait(_) | Remedy::ReadAgain | Remedy::CheckNetwork => {}
        remedy => assert!(!transient, "{remedy:?} helps, and waiting does too"),
    }
    match status {
        429 | 529 => assert!(matches!(error, ApiError::RateLimited { .. }), "{error:?}"),
        408 | 500.. => assert!(matches!(error, ApiError::Unclear(_)), "{error:?}"),
        _ => assert!(!matches!(error, ApiError::Unclear(_)), "{error:?}"),
    }
}

/// Any text as an address.
pub(crate) fn address(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let bare = |text: &str| text.to_lowercase().replace('-', "");
    for id in [PageId::from_address(text), PageId::block_from_address(text)]
        .into_iter()
        .flatten()
    {
        // The URL standard drops tabs and line ends wherever they stand, and decodes queries.
        if !text.contains(['%', '\t', '\n', '\r']) {
            assert!(
                bare(text).contains(&id.undashed()),
                "{text}: {id} is not in it"
            );
        }
        assert_eq!(id.to_string().parse(), Ok(id));
    }
}
