//! What nobody can know without a real account: every possibility is a switch, and each tells a
//! different story.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

#[path = "support/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::Api;

async fn page(api: &Api, markdown: &str) -> String {
    let page = api
        .ok(
            "POST",
            "/v1/pages",
            json!({"properties": {"title": {"title": []}}, "markdown": markdown}),
        )
        .await;
    page["id"].as_str().unwrap().to_owned()
}

async fn read(api: &Api, id: &str) -> String {
    let path = format!("/v1/pages/{id}/markdown");
    let answer = api.ok("GET", &path, json!({})).await;
    answer["markdown"].as_str().unwrap().to_owned()
}

async fn update(api: &Api, id: &str, pairs: &[(&str, &str)]) -> (u16, Value) {
    let pairs: Vec<Value> = pairs
        .iter()
        .map(|(old, new)| json!({"old_str": old, "new_str": new}))
        .collect();
    let body = json!({"type": "update_content", "update_content": {"content_updates": pairs}});
    api.raw("PATCH", &format!("/v1/pages/{id}/markdown"), body)
        .await
}

async fn blocks(api: &Api, id: &str) -> Vec<Value> {
    let answer = api
        .ok("GET", &format!("/v1/blocks/{id}/children"), json!({}))
        .await;
    answer["results"].as_array().unwrap().clone()
}

#[tokio::test]
async fn each_spelling_has_its_switch() {
    let api = Api::start().await;
    let target = page(&api, "x").await;
    let url = format!("https://app.notion.com/p/{}", target.replace('-', ""));
    let text = format!(
        "a.b \\> c<br>d <mention-page url=\"{url}\"/>\n- one {{color=\"red_bg\"}}\n1. n\n2. m\n\
         <table header-row=\"true\">\n<tr>\n<td>h</td>\n</tr>\n<tr>\n<td>v\\|w</td>\n</tr>\n</table>"
    );
    let id = page(&api, &text).await;
    let plain = read(&api, &id).await;
    assert!(plain.contains("a.b \\> c<br>d") && plain.contains("- one {color=\"red_bg\"}"));
    for (switch, wanted) in [
        (json!({"escapes": "fewer"}), "a.b > c"),
        (json!({"escapes": "more"}), "a\\.b \\> c"),
        (json!({"tables": "pipe"}), "| h |\n| --- |\n| v\\|w |"),
        (json!({"bullet": "star"}), "* one"),
        (json!({"bullet": "plus"}), "+ one"),
        (json!({"counted": false}), "1. n\n1. m"),
        (json!({"mention_titles": false}), "/>"),
        (json!({"closed_breaks": true}), "c<br/>d"),
        (json!({"blank_lines": true}), "\n\n- one"),
        (json!({"long_colors": true}), "color=\"red_background\""),
        (
            json!({"www_addresses": true}),
            "url=\"https://www.notion.so/",
        ),
        (json!({"final_newline": true}), "</table>\n"),
    ] {
        let before = blocks(&api, &id).await;
        api.control("config", json!({"markdown_skew": switch}))
            .await;
        let skewed = read(&api, &id).await;
        assert!(skewed.contains(wanted), "{switch}: {skewed}");
        assert_ne!(skewed, plain, "{switch}");
        // What was read can be written back and changes nothing.
        let body = json!({"type": "replace_content", "replace_content": {"new_str": skewed}});
        api.control("config", json!({"replace_keeps_ids": true}))
            .await;
        api.ok("PATCH", &format!("/v1/pages/{id}/markdown"), body)
            .await;
        let ids = |blocks: &[Value]| blocks.iter().map(|b| b["id"].clone()).collect::<Vec<_>>();
        assert_eq!(ids(&blocks(&api, &id).await), ids(&before), "{switch}");
        api.control("config", json!({"markdown_skew": false})).await;
        assert_eq!(read(&api, &id).await, plain, "{switch}");
    }
}

#[tokio::test]
async fn pairs_are_one_transaction_or_not() {
    let api = Api::start().await;
    for atomic in [true, false] {
        let id = page(&api, "one\ntwo").await;
        api.control("config", json!({"update_content_atomic": atomic}))
            .await;
        let (status, _) = update(&api, &id, &[("one", "ONE"), ("three", "3")]).await;
        assert_eq!(status, 400);
        let wanted = if atomic { "one\ntwo" } else { "ONE\ntwo" };
        assert_eq!(read(&api, &id).await, wanted);
    }
}

#[tokio::test]
async fn pairs_match_the_text_so_far_or_the_first_one() {
    let api = Api::start().await;
    for sequential in [true, false] {
        let id = page(&api, "one").await;
        api.control("config", json!({"update_content_sequential": sequential}))
            .await;
        let (status, _) = update(&api, &id, &[("one", "two"), ("two", "three")]).await;
        assert_eq!(status == 200, sequential);
        let wanted = if sequential { "three" } else { "one" };
        assert_eq!(read(&api, &id).await, wanted);
    }
}

#[tokio::test]
async fn replacing_keeps_ids_or_does_not() {
    let api = Api::start().await;
    for keeps in [false, true] {
        let id = page(&api, "one\ntwo").await;
        api.control("config", json!({"replace_keeps_ids": keeps}))
            .await;
        let before = blocks(&api, &id).await;
        let body = json!({"type": "replace_content", "replace_content": {"new_str": "one\n2"}});
        api.ok("PATCH", &format!("/v1/pages/{id}/markdown"), body)
            .await;
        let after = blocks(&api, &id).await;
        assert_eq!(before[0]["id"] == after[0]["id"], keeps);
        assert_eq!(read(&api, &id).await, "one\n2");
    }
}

#[tokio::test]
async fn a_page_tag_moves_or_is_refused() {
    let api = Api::start().await;
    for moves in [true, false] {
        let (from, to) = (page(&api, "").await, page(&api, "text").await);
        let child = api
            .ok("POST", "/v1/pages", json!({"parent": {"page_id": from}}))
            .await;
        let child = child["id"].as_str().unwrap();
        api.control("config", json!({"page_tag_moves": moves}))
            .await;
        let url = format!("https://app.notion.com/p/{}", child.replace('-', ""));
        let tag = format!("text\n<page url=\"{url}\">x</page>");
        let (status, _) = update(&api, &to, &[("text", &tag)]).await;
        assert_eq!(status == 200, moves);
        let parent = &api
            .ok("GET", &format!("/v1/pages/{child}"), json!({}))
            .await["parent"];
        assert_eq!(
            parent["page_id"],
            if moves { to.as_str() } else { from.as_str() }
        );
        // A page's own children may always be named.
        let own = read(&api, &from).await;
        let (status, answer) = update(&api, &from, &[("never", "x")]).await;
        assert_eq!(status, 400, "{answer}");
        let body = json!({"type": "replace_content", "replace_content": {"new_str": own}});
        api.ok("PATCH", &format!("/v1/pages/{from}/markdown"), body)
            .await;
    }
}

#[tokio::test]
async fn one_seed_chooses_for_everything() {
    let api = Api::start().await;
    let mut chosen = Vec::new();
    for seed in 0..16 {
        api.control("reset", json!({})).await;
        let first = api.control("config", json!({"skew_seed": seed})).await;
        let again = api.control("config", json!({"skew_seed": seed})).await;
        assert_eq!(first, again);
        chosen.push(first);
    }
    for switch in [
        "update_content_atomic",
        "update_content_sequential",
        "replace_keeps_ids",
        "page_tag_moves",
        "minute_rounding",
        "oauth_error_style",
        "markdown_skew",
    ] {
        assert!(
            chosen
                .iter()
                .any(|config| config[switch] != chosen[0][switch]),
            "{switch} never changes"
        );
    }
    // What is named beside the seed is not drawn.
    let both = json!({"skew_seed": 1, "update_content_atomic": true, "minute_rounding": false});
    let config = api.control("config", both).await;
    assert_eq!(config["update_content_atomic"], true);
    assert_eq!(config["minute_rounding"], false);
}

#[tokio::test]
async fn an_earlier_day_knows_fewer_fields() {
    let api = Api::start().await;
    let id = page(&api, "x").await;
    let path = format!("/v1/pages/{id}");
    for (day, known, unknown) in [
        (
            "2026-11-22",
            vec!["is_archived", "is_locked", "request_id"],
            vec![],
        ),
        (
            "2026-01-01",
            vec!["is_locked", "request_id"],
            vec!["is_archived"],
        ),
        (
            "2025-01-01",
            vec!["request_id", "in_trash"],
            vec!["is_locked"],
        ),
        ("2023-01-01", vec!["url"], vec!["request_id", "in_trash"]),
    ] {
        api.control("config", json!({"as_of": day})).await;
        let page = api.ok("GET", &path, json!({})).await;
        for field in known {
            assert!(page.get(field).is_some(), "{day}: {field}");
        }
        for field in unknown {
            assert_eq!(page.get(field), None, "{day}: {field}");
        }
    }
}
