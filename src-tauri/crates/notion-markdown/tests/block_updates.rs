//! Changes that are made block by block, carried out against the simulated Notion.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail as tests do"
)]

#[expect(dead_code, reason = "noise is for the other properties")]
mod common;

use std::collections::HashMap;

use notion_markdown::{
    BlockRequest, BlockUpdate, Reason, Spot, Target, Update, block_update, canonical, diff,
};
use notion_sim::{Options, Running, Simulator};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// A simulated workspace that never asks to slow down.
struct Notion {
    client: reqwest::Client,
    running: Running,
}

impl Notion {
    async fn start() -> Self {
        let running = Simulator::start(Options::default()).await.unwrap();
        let client = reqwest::Client::new();
        let notion = Self { client, running };
        let limit = json!({ "rate_limit": { "requests": 1_000_000, "window_seconds": 1 } });
        notion.call("POST", "_sim/config", Some(limit)).await;
        notion
    }

    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}/{path}", self.running.url().trim_end_matches('/'));
        let mut request = self
            .client
            .request(method.parse().unwrap(), url)
            .bearer_auth(self.running.personal_access_token())
            .header("Notion-Version", "2026-03-11");
        if let Some(body) = &body {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        let fine = answer.status().is_success();
        let value: Value = answer.json().await.unwrap_or_default();
        assert!(fine, "{method} {path} {body:?}: {value}");
        value
    }

    async fn page(&self, markdown: &str) -> String {
        let body = json!({
            "parent": { "type": "workspace", "workspace": true },
            "properties": { "title": { "title": [{ "text": { "content": "A page" } }] } },
            "markdown": markdown,
        });
        let page = self.call("POST", "v1/pages", Some(body)).await;
        page["id"].as_str().unwrap().to_owned()
    }

    async fn markdown(&self, page: &str) -> String {
        let answer = self
            .call("GET", &format!("v1/pages/{page}/markdown"), None)
            .await;
        answer["markdown"].as_str().unwrap().to_owned()
    }

    /// Ids and types of the children of a block.
    async fn children(&self, parent: &str) -> Vec<(String, String)> {
        let mut out = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("v1/blocks/{parent}/children?page_size=100{cursor}");
            let answer = self.call("GET", &path, None).await;
            for block in answer["results"].as_array().unwrap() {
                let text = |name: &str| block[name].as_str().unwrap().to_owned();
                out.push((text("id"), text("type")));
            }
            match answer["next_cursor"].as_str() {
                Some(next) => cursor = format!("&start_cursor={next}"),
                None => return out,
            }
        }
    }

    /// Carries out an update as its description says; answers the ids of the base's blocks by their place.
    async fn carry_out(&self, page: &str, update: &BlockUpdate) -> HashMap<Vec<usize>, String> {
        let mut old: HashMap<Vec<usize>, String> = HashMap::from([(Vec::new(), page.to_owned())]);
        for list in &update.lists {
            let found = self.children(&old[&list.parent].clone()).await;
            let kinds: Vec<&str> = found.iter().map(|(_, kind)| kind.as_str()).collect();
            assert!(list.fits(&kinds), "{list:?} {kinds:?}");
            for (at, (id, _)) in found.into_iter().enumerate() {
                let path = [list.parent.as_slice(), &[at]].concat();
                old.insert(path, id);
            }
        }
        let mut made: Vec<Vec<String>> = Vec::new();
        let base = self.markdown(page).await;
        assert!(update.led_to(&base, &base));
        for request in &update.requests {
            let id = |target: &Target| match target {
                Target::Page => page.to_owned(),
                Target::Old(path) => old[path].clone(),
                Target::New { request, child } => made[*request][*child].clone(),
            };
            let new = match request {
                BlockRequest::Insert {
                    parent,
                    spot,
                    children,
                } => {
                    let position = match spot {
                        Spot::Start => json!({ "type": "start" }),
                        Spot::End => json!({ "type": "end" }),
                        Spot::After(target) => {
                            json!({ "type": "after_block", "after_block": { "id": id(target) } })
                        }
                    };
                    let body = json!({ "children": children, "position": position });
                    let path = format!("v1/blocks/{}/children", id(parent));
                    let answer = self.call("PATCH", &path, Some(body)).await;
                    let list = answer["results"].as_array().unwrap().iter();
                    list.map(|block| block["id"].as_str().unwrap().to_owned())
                        .collect()
                }
                BlockRequest::Change { block, fields } => {
                    let path = format!("v1/blocks/{}", old[block]);
                    self.call("PATCH", &path, Some(fields.clone())).await;
                    Vec::new()
                }
                BlockRequest::Delete { block } => {
                    self.call("DELETE", &format!("v1/blocks/{}", old[block]), None)
                        .await;
                    Vec::new()
                }
            };
            made.push(new);
            let now = self.markdown(page).await;
            assert!(update.led_to(&base, &now), "{now}\n{update:#?}");
            // Another hand on the page is not taken for ours.
            let other = format!("{now}\nsomebody else");
            assert!(!update.led_to(&base, &other), "{now}\n{update:#?}");
        }
        old
    }

    /// Makes a page, changes its text block by block, and looks at what it is then. Answers the update, with the
    /// ids of the top level before and after.
    async fn change(&self, base: &str, new: &str) -> (BlockUpdate, Vec<String>, Vec<String>) {
        let page = self.page(base).await;
        let shown = self.markdown(&page).await;
        let before = self.children(&page).await;
        let update = match diff(&shown, new) {
            Update::Blocks(update) => update,
            other => panic!("expected blocks, got {other:?}"),
        };
        self.carry_out(&page, &update).await;
        let wanted = canonical(new);
        assert_eq!(
            canonical(&self.markdown(&page).await),
            wanted,
            "{update:#?}"
        );
        let after = self.children(&page).await;
        let ids = |list: Vec<(String, String)>| list.into_iter().map(|(id, _)| id).collect();
        (update, ids(before), ids(after))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_page_is_filled_and_emptied() {
    let notion = Notion::start().await;
    let text =
        "# Title\nwords\n- one\n\t- two\n\t\t- three\n\t\t\t- four\n\t\t\t\t- five\n1. a\n2. b";
    let (update, ..) = notion.change("", text).await;
    assert_eq!(update.reason, Reason::EmptyPage);
    assert_eq!(update.losses, []);
    let long: Vec<String> = (0..250).map(|n| format!("line {n}")).collect();
    notion.change("", &long.join("\n")).await;
    let (update, before, after) = notion.change(text, "").await;
    assert_eq!(update.reason, Reason::NothingLeft);
    assert_eq!((before.len(), after.len()), (5, 0));
}

/// Lines that are all alike give no unique anchor with a divider or picture on either side.
const PICTURE: &str = "![p](https://e.example/p.png)";

#[tokio::test(flavor = "multi_thread")]
async fn blocks_between_cards_come_and_go() {
    let notion = Notion::start().await;
    let base = [PICTURE; 4].join("\n");
    let (update, before, after) = notion
        .change(
            &base,
            &format!("{PICTURE}\nnew\n{PICTURE}\n- and\n\t- more\n{PICTURE}\n{PICTURE}"),
        )
        .await;
    assert_eq!(update.reason, Reason::NoAnchor);
    let kept: Vec<&String> = after.iter().filter(|id| before.contains(id)).collect();
    assert_eq!(kept, before.iter().collect::<Vec<_>>());
    assert!(
        !update
            .requests
            .iter()
            .any(|request| matches!(request, BlockRequest::Delete { .. }))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_block_keeps_its_id_and_what_is_below() {
    let notion = Notion::start().await;
    let item = format!("- a\n\t{PICTURE}\n\tsome words here\n{PICTURE}");
    let base = format!("{PICTURE}\n{item}\n{item}");
    let new = base.replacen("- a", "- b {color=\"red\"}", 1).replacen(
        "some words",
        "other words\n\tz\n\tsome words",
        1,
    );
    let page = notion.page(&base).await;
    let before = notion.children(&page).await;
    let inside = notion.children(&before[1].0).await;
    let update = blocks_for(&notion.markdown(&page).await, &new);
    notion.carry_out(&page, &update).await;
    assert_eq!(canonical(&notion.markdown(&page).await), canonical(&new));
    assert_eq!(notion.children(&page).await, before);
    let now = notion.children(&before[1].0).await;
    assert_eq!([&now[0], &now[3]], [&inside[0], &inside[1]]);
    // And back: what is left out of a request stays, so that the colour has to be said.
    let update = blocks_for(&notion.markdown(&page).await, &base);
    notion.carry_out(&page, &update).await;
    assert_eq!(canonical(&notion.markdown(&page).await), canonical(&base));
    assert_eq!(notion.children(&page).await, before);
}

/// No request names the first number of a list: one that is there stays, another one is told.
#[test]
fn first_numbers_of_lists() {
    let now = "3. some words here\n4. b";
    let update = blocks_for(now, "3. some other words here\n4. b");
    assert_eq!(update.losses, []);
    assert!(
        matches!(update.requests.as_slice(), [BlockRequest::Change { block, .. }] if *block == [0]),
        "{update:#?}"
    );
    for (wanted, number) in [
        ("7. some other words here\n8. b", 7),
        ("x\n3. some other words here\n4. b\n- y\n5. z", 5),
    ] {
        let told: Vec<String> = blocks_for(now, wanted)
            .losses
            .iter()
            .map(ToString::to_string)
            .collect();
        let at = wanted
            .lines()
            .position(|line| line.starts_with(&number.to_string()));
        let place = at.unwrap();
        assert_eq!(
            told,
            [format!("block {place}: the list's first number, {number}")]
        );
    }
}

/// A line with a mention that moves and changes among lines that are all alike stays the same block.
#[tokio::test(flavor = "multi_thread")]
async fn a_line_with_a_mention_moves_and_changes() {
    let notion = Notion::start().await;
    let target = notion.page("there").await.replace('-', "");
    let mention = format!("<mention-page url=\"https://app.notion.com/p/{target}\"/>");
    let page = notion.page(&format!("a\n{mention} some\na\na")).await;
    let shown = notion.markdown(&page).await;
    assert!(shown.contains("</mention-page>"), "{shown}");
    let before = notion.children(&page).await;
    let line = shown.lines().nth(1).unwrap();
    let update = blocks_for(&shown, &format!("a\na\nb\n{line} more\na"));
    notion.carry_out(&page, &update).await;
    let after = notion.children(&page).await;
    let wanted = format!("a\na\nb\n{mention} some more\na");
    assert_eq!(canonical(&notion.markdown(&page).await), canonical(&wanted));
    assert_eq!(after[3], before[1], "{update:#?}");
}

/// In the Markdown of a page `<br>` in code is a line break; in a block's text it would be four letters.
#[tokio::test(flavor = "multi_thread")]
async fn line_breaks_in_code_stay_line_breaks() {
    let notion = Notion::start().await;
    let code = "**`](<br>`**";
    let table = |cell: &str| format!("<table>\n<tr>\n<td>{cell}</td>\n</tr>\n</table>");
    for (base, new) in [
        // Put in, deep in a block that is new.
        (
            "- \n- [x] ".to_owned(),
            format!("a\n\t- [x] b {{color=\"red\"}}\n\t> *c*{code} {{color=\"red\"}}\n- "),
        ),
        // Changed in a block that stays, at either end and doubled.
        (
            "some words `a<br>b` here".to_owned(),
            "some words `<br>a<br><br>c<br>` here".to_owned(),
        ),
        (table("a"), table("`a<br>b`")),
    ] {
        let page = notion.page(&base).await;
        let (shown, wanted) = (
            notion.markdown(&page).await,
            notion.markdown(&notion.page(&new).await).await,
        );
        assert!(wanted.contains("<br>"), "{wanted}");
        let update = blocks_for(&shown, &wanted);
        assert_eq!(update.losses, []);
        notion.carry_out(&page, &update).await;
        assert_eq!(canonical(&notion.markdown(&page).await), canonical(&wanted));
    }
}

/// The operations between two texts, whether or not pairs could say it.
fn blocks_for(base: &str, new: &str) -> BlockUpdate {
    block_update(base, new).unwrap()
}

#[test]
fn reasons_are_sentences() {
    for reason in [
        Reason::EmptyPage,
        Reason::NothingLeft,
        Reason::NoAnchor,
        Reason::InsideCard,
        Reason::CardMoves,
    ] {
        assert!(reason.to_string().split(' ').count() > 3, "{reason:?}");
    }
}

/// One document that a page can be made from.
fn sample(runner: &mut TestRunner) -> String {
    loop {
        let tree = common::document().new_tree(runner).unwrap();
        let text = canonical(&tree.current().to_enhanced());
        if is_plain(&text) && !text.is_empty() {
            return text;
        }
    }
}

/// Whether the page can be made as it is written: what cannot is no matter of this test.
fn is_plain(text: &str) -> bool {
    ![
        "<unknown",
        "<page",
        "<future",
        "X-Amz",
        "<video",
        "<columns",
        "mention",
        "[^",
        "<new-thing",
        "<callout",
        "i(1)",
    ]
    .iter()
    .any(|part| text.contains(part))
}

#[tokio::test(flavor = "multi_thread")]
async fn any_document_becomes_any_other() {
    let notion = Notion::start().await;
    let mut runner = TestRunner::deterministic();
    let (mut done, mut kept) = (0, 0);
    for _ in 0..150 {
        let (first, second, third) = (
            sample(&mut runner),
            sample(&mut runner),
            sample(&mut runner),
        );
        let (base, new) = (format!("{first}\n{second}"), format!("{third}\n{second}"));
        let page = notion.page(&base).await;
        let shown = notion.markdown(&page).await;
        // What the page would show had it been made with the new text.
        let wanted = notion.markdown(&notion.page(&new).await).await;
        if canonical(&shown) == canonical(&wanted) {
            continue;
        }
        let update = blocks_for(&shown, &wanted);
        let before = notion.children(&page).await;
        notion.carry_out(&page, &update).await;
        let now = notion.markdown(&page).await;
        if update.losses.is_empty() {
            assert_eq!(
                canonical(&now),
                canonical(&wanted),
                "{shown}\n=>\n{update:#?}"
            );
            done += 1;
        }
        let after = notion.children(&page).await;
        let touched: Vec<&Vec<usize>> = update
            .requests
            .iter()
            .filter_map(|request| match request {
                BlockRequest::Delete { block } => Some(block),
                _ => None,
            })
            .collect();
        for (at, block) in before.iter().enumerate() {
            assert_eq!(
                after.contains(block),
                !touched.contains(&&vec![at]),
                "{update:#?}"
            );
            kept += usize::from(after.contains(block));
        }
    }
    assert!(
        done > 40 && kept > 40,
        "only {done} changes, {kept} blocks kept"
    );
}

/// What the new text says and the model does not is lost on this way as well, unless the page said it before.
#[test]
fn what_no_block_says_of_the_new_text_is_told() {
    let told = |base: &str, new: &str| -> Vec<String> {
        let update = block_update(base, new).unwrap();
        update.losses.iter().map(ToString::to_string).collect()
    };
    let number = "block 2: the number 9 inside a list, which goes on counting";
    assert_eq!(told("1. a\n1. b", "1. a\n1. b\n9. c"), [number]);
    assert!(told("1. a\n9. b", "1. a\n9. b\n1. c").is_empty());
    assert_eq!(
        told("a", "a\n##### b"),
        ["block 1: a heading below level 4 becomes one of level 4"]
    );
}
