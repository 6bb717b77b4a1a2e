//! Replays recorded traffic of the real API and compares status, error and shape of each answer.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may fail loudly, and this one prints a table"
)]

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs,
    path::PathBuf,
};

#[path = "conformance/shape.rs"]
mod shape;

use notion_sim::{Options, Simulator};
use serde_json::{Map, Value, json};
use shape::{dashed, differences, is_uuid, learn, mapped};

fn fixtures() -> Option<PathBuf> {
    let path = std::env::var_os("OCTAVO_FIXTURES").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/fixtures"),
        PathBuf::from,
    );
    path.is_dir().then_some(path)
}

struct Pair {
    file: String,
    endpoint: String,
    version: String,
    request: Value,
    response: Value,
}

const ENDPOINTS: &[&str] = &[
    "POST /v1/pages",
    "GET /v1/pages/{id}",
    "PATCH /v1/pages/{id}",
    "POST /v1/pages/{id}/move",
    "GET /v1/pages/{id}/properties/{property_id}",
    "GET /v1/pages/{id}/markdown",
    "PATCH /v1/pages/{id}/markdown",
    "GET /v1/blocks/{id}",
    "PATCH /v1/blocks/{id}",
    "DELETE /v1/blocks/{id}",
    "GET /v1/blocks/{id}/children",
    "PATCH /v1/blocks/{id}/children",
    "POST /v1/search",
    "GET /v1/users/me",
    "GET /v1/users",
    "GET /v1/users/{id}",
    "GET /v1/invalid",
];

/// Recordings, each with its pairs in order.
fn load(root: &std::path::Path) -> BTreeMap<String, Vec<Pair>> {
    let index: Vec<Value> =
        serde_json::from_slice(&fs::read(root.join("index.json")).unwrap()).unwrap();
    let mut groups: BTreeMap<String, Vec<Pair>> = BTreeMap::new();
    for entry in index {
        let (Some(file), Some(endpoint)) = (entry["file"].as_str(), entry["endpoint"].as_str())
        else {
            continue;
        };
        let method = entry["method"].as_str().unwrap_or("?");
        let whole: Value = serde_json::from_slice(&fs::read(root.join(file)).unwrap()).unwrap();
        let folder = file.rsplit_once('/').unwrap().0;
        let single = whole["sequence"]["of"] == 1;
        let name = if single {
            file.to_owned()
        } else {
            folder.to_owned()
        };
        groups.entry(name).or_default().push(Pair {
            file: file.to_owned(),
            endpoint: format!("{method} {endpoint}"),
            version: entry["notion_version"].as_str().unwrap_or("?").to_owned(),
            request: whole["request"].clone(),
            response: whole["response"].clone(),
        });
    }
    groups
}

fn text_has_database(value: &Value) -> bool {
    let text = value.to_string();
    [
        "data_source_id",
        "database_id",
        "child_database",
        "\"data_source\"",
        "\"object\":\"database\"",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// Databases are not simulated: pairs that need one are out of scope, and counted as such.
fn in_scope(pair: &Pair) -> bool {
    let known = ENDPOINTS.contains(&pair.endpoint.as_str());
    let property = pair.request["path"]
        .as_str()
        .unwrap_or_default()
        .contains("/properties/");
    let other_property = property
        && !pair.request["path"]
            .as_str()
            .unwrap_or_default()
            .ends_with("/title");
    known
        && !other_property
        && !text_has_database(&pair.request["body"])
        && !text_has_database(&pair.response["body"])
}

/// Page, block and user objects in an answer, in order.
fn objects(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| objects(item, found)),
        Value::Object(map) => {
            if ["page", "block", "user"]
                .iter()
                .any(|kind| value["object"] == *kind)
                && map.contains_key("id")
                && map.len() > 2
            {
                found.push(value.clone());
            }
            map.values().for_each(|item| objects(item, found));
        }
        _ => {}
    }
}

/// What must be there before a recording begins: everything it shows and did not create itself.
fn presupposed(pairs: &[Pair]) -> Vec<Value> {
    let mut created: HashSet<String> = HashSet::new();
    let mut seen: HashSet<String> = HashSet::new();
    let mut wanted = Vec::new();
    for pair in pairs {
        let mut found = Vec::new();
        objects(&pair.response["body"], &mut found);
        let creates =
            ["POST /v1/pages", "PATCH /v1/blocks/{id}/children"].contains(&pair.endpoint.as_str());
        for mut object in found {
            let Some(id) = object["id"].as_str().and_then(is_uuid) else {
                continue;
            };
            if creates && object["object"] != "user" && !seen.contains(&id) {
                created.insert(id.clone());
            }
            let key = format!("{}{id}", object["object"]);
            if created.contains(&id) || !seen.insert(key) {
                continue;
            }
            seen.insert(id);
            if pair.request["method"] != "GET" {
                for flag in ["in_trash", "archived"] {
                    object.as_object_mut().unwrap().remove(flag);
                }
            }
            wanted.push(object);
        }
        addressed(pair, &created, &mut seen, &mut wanted);
    }
    wanted
}

/// What a request names without any answer showing it.
fn addressed(
    pair: &Pair,
    created: &HashSet<String>,
    seen: &mut HashSet<String>,
    wanted: &mut Vec<Value>,
) {
    // Addressed, answered well, and shown nowhere: a page or a block without content.
    let path = pair.request["path"].as_str().unwrap_or_default();
    let target = path.split('/').find_map(is_uuid);
    if pair.response["status"] == 200
        && let Some(id) = &target
        && !created.contains(id)
        && seen.insert(id.clone())
    {
        let below_block = pair.response["body"]["results"][0]["parent"]["type"] == "block_id";
        wanted.push(if below_block {
            toggle(id)
        } else {
            json!({"object": "page", "id": dashed(id)})
        });
    }
    // The block after which something is inserted.
    let body = &pair.request["body"];
    let anchor = body["position"]["after_block"]["id"]
        .as_str()
        .or(body["after"].as_str());
    if let (Some(anchor), Some(target)) = (anchor.and_then(is_uuid), &target)
        && pair.endpoint.contains("children")
        && !created.contains(&anchor)
        && seen.insert(anchor.clone())
    {
        let mut block = toggle(&anchor);
        block["parent"] = json!({"type": "block_id", "block_id": dashed(target)});
        wanted.push(block);
    }
    let parent = &pair.request["body"]["parent"];
    if pair.response["status"] == 200
        && let Some(id) = parent["page_id"].as_str().and_then(is_uuid)
        && !created.contains(&id)
        && seen.insert(id.clone())
    {
        wanted.push(json!({"object": "page", "id": dashed(&id)}));
    }
}

fn toggle(id: &str) -> Value {
    json!({"object": "block", "id": dashed(id), "type": "toggle",
           "toggle": {"rich_text": [], "color": "default"}})
}

/// The Markdown a page had before a recorded command, derived from what it had after it.
fn body_before(pair: &Pair) -> Option<String> {
    let after = pair.response["body"]["markdown"].as_str()?;
    let body = &pair.request["body"];
    let range = &body["replace_content_range"];
    if let (Some(new), Some(old)) = (range["content"].as_str(), range["content_range"].as_str()) {
        return Some(after.replacen(new, old, 1));
    }
    match body["insert_content"]["content"].as_str() {
        Some(new) => after
            .strip_suffix(new.trim_end())
            .map(|text| text.trim_end().to_owned()),
        None => Some(after.to_owned()),
    }
}

struct Client {
    http: reqwest::Client,
    url: String,
}

impl Client {
    async fn control(&self, route: &str, body: Value) -> Value {
        let answer = self
            .http
            .post(format!("{}/_sim/{route}", self.url))
            .json(&body)
            .send()
            .await
            .unwrap();
        let ok = answer.status().is_success();
        let body: Value = answer.json().await.unwrap();
        assert!(ok, "{route}: {body}");
        body
    }

    /// Starts anew and puts in place what a recording presupposes.
    async fn prepare(&self, pairs: &[Pair]) {
        self.control("reset", json!({})).await;
        let limit = json!({"rate_limit": {"requests": 1_000_000, "window_seconds": 60}});
        self.control("config", limit).await;
        let objects = presupposed(pairs);
        let users = objects.iter().any(|object| object["object"] == "user");
        let import = json!({"objects": objects, "share": true, "only_users": users,
                            "integration": integration(pairs)});
        self.control("import", import).await;
    }

    async fn write_body_before(&self, pair: &Pair) {
        let Some(text) = body_before(pair) else {
            return;
        };
        let path = pair.request["path"].as_str().unwrap();
        let id = path.split('/').find_map(is_uuid).unwrap();
        self.control("edit", json!({"page_id": id, "replace_markdown": text}))
            .await;
    }

    async fn replay(
        &self,
        pair: &Pair,
        token: &str,
        ids: &HashMap<String, String>,
    ) -> (u16, Value) {
        let path: Vec<String> = pair.request["path"]
            .as_str()
            .unwrap()
            .split('/')
            .map(|part| match is_uuid(part).and_then(|id| ids.get(&id)) {
                Some(id) => dashed(id),
                None => part.to_owned(),
            })
            .collect();
        let method = pair.request["method"].as_str().unwrap().parse().unwrap();
        let mut url = url::Url::parse(&format!("{}{}", self.url, path.join("/"))).unwrap();
        for (key, value) in pair.request["query"].as_object().unwrap_or(&Map::new()) {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let value = is_uuid(&value)
                .and_then(|id| ids.get(&id))
                .cloned()
                .unwrap_or(value);
            url.query_pairs_mut().append_pair(key, &value);
        }
        let mut request = self
            .http
            .request(method, url)
            .header("notion-version", &pair.version)
            .bearer_auth(token);
        if !pair.request["body"].is_null() {
            request = request.json(&mapped(&pair.request["body"], ids));
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }
}

/// Name of the connection in a recording's error messages.
fn integration(pairs: &[Pair]) -> String {
    let found = pairs.iter().find_map(|pair| {
        let message = pair.response["body"]["message"].as_str()?;
        Some(
            message
                .split_once("integration \"")?
                .1
                .split_once('"')?
                .0
                .to_owned(),
        )
    });
    found.unwrap_or_else(|| "Recorder".into())
}

fn compare(pair: &Pair, status: u16, body: &Value, ids: &HashMap<String, String>) -> Vec<String> {
    let mut found = Vec::new();
    let recorded = &pair.response["body"];
    if pair.response["status"] != status {
        found.push(format!(
            "status {status} instead of {}: {}",
            pair.response["status"], body["message"]
        ));
        return found;
    }
    for key in ["code", "message"] {
        if recorded["object"] == "error" {
            let mut expected = recorded[key].to_string();
            for (from, to) in ids {
                expected = expected.replace(&dashed(from), &dashed(to));
            }
            let ours = body[key].to_string();
            if expected != ours {
                found.push(format!("{key} {} instead of {expected}", body[key]));
            }
        }
    }
    if recorded["markdown"] != body["markdown"] {
        found.push(format!(
            "markdown {} instead of {}",
            body["markdown"], recorded["markdown"]
        ));
    }
    differences(recorded, body, "", &mut found);
    found
}

#[derive(Default, Clone, Copy)]
struct Score {
    agree: usize,
    of: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn recordings() {
    let Some(root) = fixtures() else {
        println!("skipped: no fixtures; set OCTAVO_FIXTURES");
        return;
    };
    let running = Simulator::start(Options::default()).await.unwrap();
    let client = Client {
        http: reqwest::Client::new(),
        url: running.url().to_owned(),
    };
    let mut scores: BTreeMap<(String, String), Score> = BTreeMap::new();
    let mut report = Vec::new();
    let mut skipped = 0;
    for pairs in load(&root.join("notion-recordings")).into_values() {
        let wanted: Vec<&Pair> = pairs.iter().filter(|pair| in_scope(pair)).collect();
        skipped += pairs.len() - wanted.len();
        if wanted.is_empty() {
            continue;
        }
        let token = running.internal_token();
        client.prepare(&pairs).await;
        let mut ids = HashMap::new();
        for pair in wanted {
            client.write_body_before(pair).await;
            let bad = pair.response["status"] == 401;
            let (status, body) = client
                .replay(pair, if bad { "wrong" } else { token }, &ids)
                .await;
            let found = compare(pair, status, &body, &ids);
            learn(&pair.response["body"], &body, &mut ids);
            let score = scores
                .entry((pair.endpoint.clone(), pair.version.clone()))
                .or_default();
            score.of += 1;
            score.agree += usize::from(found.is_empty());
            if !found.is_empty() {
                report.push(format!("{}\n\t{}", pair.file, found.join("\n\t")));
            }
        }
    }
    running.shutdown().await;
    let total = print_table(&scores);
    println!("{skipped} pairs of other routes or with databases were left out");
    if let Some(file) = std::env::var_os("CONFORMANCE_REPORT") {
        fs::write(file, report.join("\n")).unwrap();
    }
    assert!(
        total.agree >= FLOOR,
        "{} of {} agree, it were {FLOOR}",
        total.agree,
        total.of
    );
}

/// What was measured. It may only rise.
const FLOOR: usize = 902;

fn print_table(scores: &BTreeMap<(String, String), Score>) -> Score {
    let mut total = Score::default();
    for ((endpoint, version), score) in scores {
        println!(
            "{endpoint:<46} {version:<10} {:>4} / {:>4}",
            score.agree, score.of
        );
        total.agree += score.agree;
        total.of += score.of;
    }
    println!("{:<57} {:>4} / {:>4}", "all", total.agree, total.of);
    total
}
