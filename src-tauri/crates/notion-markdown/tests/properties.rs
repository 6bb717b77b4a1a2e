//! What holds for every document: nothing is lost between the notations.

mod common;

use notion_markdown::{Document, body_to_enhanced, canonical, enhanced_to_body};
use proptest::prelude::*;

use common::{document, noise, sayable};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn enhanced_reads_back(document in document()) {
        let text = document.to_enhanced();
        prop_assert_eq!(&Document::from_enhanced(&text), &sayable(&document), "{}", text);
    }

    #[test]
    fn body_reads_back(document in document()) {
        let text = document.to_body();
        prop_assert_eq!(&Document::from_body(&text), &document, "{}", text);
    }

    #[test]
    fn canonical_is_idempotent(text in noise()) {
        let once = canonical(&text);
        prop_assert_eq!(&canonical(&once), &once);
    }

    #[test]
    fn canonical_documents_are_idempotent(document in document()) {
        let once = canonical(&document.to_enhanced());
        prop_assert_eq!(&canonical(&once), &once);
    }

    #[test]
    fn noise_as_body_is_stable(text in noise()) {
        let enhanced = body_to_enhanced(&text);
        let body = enhanced_to_body(&enhanced);
        prop_assert_eq!(body_to_enhanced(&body), enhanced, "{}", body);
    }

    #[test]
    fn noise_as_enhanced_is_stable(text in noise()) {
        let first = Document::from_enhanced(&text);
        let again = Document::from_enhanced(&first.to_enhanced());
        prop_assert_eq!(&again, &first, "{}", first.to_enhanced());
        prop_assert_eq!(&Document::from_body(&first.to_body()), &first, "{}", first.to_body());
    }

    #[test]
    fn noise_is_the_same_in_each_notation(text in noise()) {
        for first in [Document::from_body(&text), Document::from_html(&text)] {
            let (body, enhanced) = (first.to_body(), first.to_enhanced());
            prop_assert_eq!(&Document::from_body(&body), &first, "{}", body);
            prop_assert_eq!(&Document::from_enhanced(&enhanced), &first, "{}", enhanced);
        }
    }
}
