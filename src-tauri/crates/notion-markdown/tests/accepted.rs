//! Every request of a plan is accepted by the simulated Notion, which shares no code with this crate, and
//! what it then shows of the page has every word in its place.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests fail as tests do, and say what they measured"
)]

mod requests;

use notion_markdown::{Document, Parent, PlanStep, canonical, plan};
use notion_sim::{Options, Running, Simulator};
use serde_json::{Value, json};

use requests::{check_plan, files, fixtures, recorded_page, run};

/// A simulated workspace that never asks to slow down.
struct Notion {
    client: reqwest::Client,
    running: Running,
}

impl Notion {
    async fn start() -> Self {
        let running = Simulator::start(Options::default()).await.unwrap();
        let notion = Self {
            client: reqwest::Client::new(),
            running,
        };
        // What recorded blocks mention is not there.
        let config = json!({
            "rate_limit": { "requests": 1_000_000, "window_seconds": 1 },
            "hidden_mentions": true,
        });
        notion
            .call("POST", "_sim/config", Some(config))
            .await
            .unwrap();
        notion
    }

    async fn call(&self, method: &str, path: &str, body: Option<Value>) -> Result<Value, String> {
        let url = format!("{}/{path}", self.running.url().trim_end_matches('/'));
        let mut request = self
            .client
            .request(method.parse().unwrap(), url)
            .bearer_auth(self.running.personal_access_token())
            .header("Notion-Version", "2026-03-11");
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let fine = answer.status().is_success();
        let value: Value = answer.json().await.unwrap_or_default();
        if fine {
            Ok(value)
        } else {
            Err(value.to_string())
        }
    }

    async fn new_page(&self) -> String {
        let title = json!([{ "text": { "content": "A page" } }]);
        let body = json!({
            "parent": { "type": "workspace", "workspace": true },
            "properties": { "title": { "title": title } },
        });
        let page = self.call("POST", "v1/pages", Some(body)).await.unwrap();
        page["id"].as_str().unwrap().to_owned()
    }

    /// Sends a plan; answers the id of the page.
    async fn send(&self, steps: &[PlanStep]) -> Result<String, String> {
        let page = self.new_page().await;
        let mut made: Vec<Vec<String>> = Vec::new();
        for step in steps {
            let parent = match step.parent {
                Parent::Page => &page,
                Parent::Child { step, child } => &made[step][child],
            };
            let body = json!({ "children": step.children });
            let path = format!("v1/blocks/{parent}/children");
            let answer = self.call("PATCH", &path, Some(body)).await?;
            let ids = answer["results"].as_array().unwrap().iter();
            made.push(
                ids.map(|block| block["id"].as_str().unwrap().to_owned())
                    .collect(),
            );
            assert_eq!(made.last().unwrap().len(), step.children.len());
        }
        Ok(page)
    }

    /// The blocks below a block, with everything below them, as far as a request says it.
    async fn blocks(&self, id: &str) -> Vec<Value> {
        let mut out = Vec::new();
        let mut path = format!("v1/blocks/{id}/children?page_size=100");
        loop {
            let answer = self.call("GET", &path, None).await.unwrap();
            for block in answer["results"].as_array().unwrap() {
                let name = block["type"].as_str().unwrap();
                let mut payload = block[name].clone();
                if block["has_children"] == json!(true) {
                    let id = block["id"].as_str().unwrap();
                    payload["children"] = json!(Box::pin(self.blocks(id)).await);
                }
                out.push(json!({ "type": name, name: payload }));
            }
            let Some(cursor) = answer["next_cursor"].as_str() else {
                return out;
            };
            path = format!("v1/blocks/{id}/children?page_size=100&start_cursor={cursor}");
        }
    }

    async fn markdown(&self, page: &str) -> String {
        let path = format!("v1/pages/{page}/markdown");
        let answer = self.call("GET", &path, None).await.unwrap();
        assert_eq!(answer["truncated"], json!(false));
        answer["markdown"].as_str().unwrap().to_owned()
    }
}

/// The types of blocks and the texts, formulas and addresses in them, in order.
fn sent(blocks: &[Value]) -> Vec<String> {
    fn walk(value: &Value, out: &mut Vec<String>) {
        match value {
            Value::Array(list) => list.iter().for_each(|value| walk(value, out)),
            Value::Object(map) => {
                for key in ["type", "content", "expression", "url"] {
                    let text = map.get(key).and_then(Value::as_str);
                    out.extend(text.map(|text| format!("{key}={text}")));
                }
                let below = map.iter().filter(|(key, _)| *key != "children");
                below.for_each(|(_, value)| walk(value, out));
                map.get("children")
                    .into_iter()
                    .for_each(|value| walk(value, out));
            }
            _ => {}
        }
    }
    let mut out = Vec::new();
    walk(&json!(blocks), &mut out);
    out
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// What stands where a letter is missing from `many`, in order.
fn missing(few: &str, many: &str) -> Option<String> {
    let mut rest = many.chars();
    let at = few.chars().position(|c| !rest.any(|other| other == c))?;
    Some(few.chars().skip(at.saturating_sub(30)).take(60).collect())
}

/// Documents that do not come back equal in canonical form, and why. All but the last are told before.
const CHANGED: [(&str, &str); 13] = [
    (
        "ar-courses-rtl.md",
        "a <span> with a direction is text in blocks",
    ),
    (
        "en-gatsby-changelog-660kb.md",
        "items of more than 100 links go on in a second item",
    ),
    ("en-laravel-queues.md", "Notion has no language ini"),
    (
        "en-markdown-it-sample.md",
        "no request sets the first number of a list",
    ),
    (
        "en-mermaid-flowchart.md",
        "Notion has no language mermaid-example",
    ),
    (
        "fa-contributing-rtl.md",
        "Notion has no language properties",
    ),
    (
        "ja-frontmatter-reference.md",
        "what follows a language is no part of it",
    ),
    (
        "ko-authoring-content.mdx-as-md.md",
        "what follows a language is no part of it",
    ),
    ("th-howto.md", "a toggle has no alignment"),
    ("zh-latex-math.md", "Notion has no language KaTeX"),
    ("zh-nushell-dataframes.md", "Notion has no language nu"),
    ("zh-python.md", "what follows a language is no part of it"),
    (
        "en-katex-supported-math.md",
        "nobody has said how Notion writes a formula with a backtick",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn published_documents_arrive_whole() {
    let Some(path) = fixtures("markdown/files") else {
        return;
    };
    let notion = Notion::start().await;
    let (mut problems, mut changed, mut all) = (Vec::new(), Vec::new(), 0);
    for file in files(&path) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let document = Document::from_body(&std::fs::read_to_string(&file).unwrap());
        let blocks = document.to_blocks();
        let steps = plan(&blocks.blocks);
        check_plan(&steps);
        all += 1;
        let page = match notion.send(&steps).await {
            Ok(page) => page,
            Err(error) => {
                problems.push(format!("{name}: {error}"));
                continue;
            }
        };
        let back = notion.markdown(&page).await;
        let wanted = letters(&document.plain_text());
        let found = letters(&Document::from_enhanced(&back).plain_text());
        if let Some(place) = missing(&wanted, &found) {
            problems.push(format!("{name}: lost at {place:?}"));
        }
        if canonical(&back) != canonical(&document.to_enhanced()) {
            if blocks.losses.is_empty() && name != CHANGED[12].0 {
                problems.push(format!("{name}: changed without a word"));
            }
            changed.push(name);
        }
    }
    let same = all - changed.len();
    println!("{same} of {all} documents come back equal in canonical form");
    let mut listed = CHANGED.map(|(name, _)| name);
    listed.sort_unstable();
    assert_eq!(changed, listed, "the list and the truth part");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn specification_examples_arrive_whole() {
    let Some(path) = fixtures("markdown/specs") else {
        return;
    };
    let notion = Notion::start().await;
    let mut problems = Vec::new();
    let mut all = String::new();
    for file in files(&path) {
        let json: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let mut blocks = Vec::new();
        let mut wanted = String::new();
        for example in json["examples"].as_array().unwrap() {
            let document = Document::from_body(example["markdown"].as_str().unwrap());
            wanted.push_str(&letters(&document.plain_text()));
            blocks.extend(document.to_blocks().blocks);
        }
        match notion.send(&plan(&blocks)).await {
            Ok(page) => {
                let back = notion.markdown(&page).await;
                let found = letters(&Document::from_enhanced(&back).plain_text());
                if let Some(place) = missing(&wanted, &found) {
                    problems.push(format!("{}: lost at {place:?}", file.display()));
                }
            }
            Err(error) => problems.push(format!("{}: {error}", file.display())),
        }
        all.push_str(&wanted);
    }
    assert!(all.len() > 20_000, "only {} letters", all.len());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The blocks of a fixture: single ones with what they need, and whole pages.
fn recorded(file: &std::path::Path) -> Vec<Vec<Value>> {
    let json: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let items = json["items"].as_array().into_iter().flatten();
    items.map(|item| vec![item["block"].clone()]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_blocks_are_accepted_again() {
    let notion = Notion::start().await;
    let (mut problems, mut all) = (Vec::new(), 0);
    for folder in ["blocks/by-type", "blocks/request-blocks"] {
        let Some(path) = fixtures(folder) else {
            return;
        };
        for file in files(&path) {
            for blocks in recorded(&file) {
                let document = Document::from_blocks(&blocks).unwrap();
                all += 1;
                if let Err(error) = notion.send(&plan(&document.to_blocks().blocks)).await {
                    problems.push(format!("{}: {error}\n  {}", file.display(), json!(blocks)));
                }
            }
        }
    }
    assert!(all > 200, "only {all} blocks");
    assert!(
        problems.is_empty(),
        "{} of {all}\n{}",
        problems.len(),
        problems.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_pages_are_accepted_again() {
    let Some(path) = fixtures("blocks/pages") else {
        return;
    };
    let notion = Notion::start().await;
    let (mut problems, mut all) = (Vec::new(), 0);
    for file in files(&path) {
        let blocks = recorded_page(&file);
        let document = Document::from_blocks(&blocks).unwrap();
        let steps = plan(&document.to_blocks().blocks);
        all += steps.len();
        let page = match notion.send(&steps).await {
            Ok(page) => page,
            Err(error) => {
                problems.push(format!("{}: {error}", file.display()));
                continue;
            }
        };
        // Titles of mentions are the server's, so only what was sent is looked for.
        let (sent, kept) = (sent(&run(&steps)), sent(&notion.blocks(&page).await));
        if sent != kept {
            problems.push(format!("{}:\n {sent:?}\n {kept:?}", file.display()));
        }
    }
    println!("{all} requests of recorded pages");
    assert!(all >= 5, "only {all} requests");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}
