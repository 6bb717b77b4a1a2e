//! Running a plan, and checking every limit of its requests.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use notion_markdown::{Parent, PlanStep, plan_json};
use serde_json::{Value, json};

/// The fixtures, or none with a message.
pub(crate) fn fixtures(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("OCTAVO_FIXTURES").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/fixtures"),
        PathBuf::from,
    );
    let path = path.join(name);
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: no fixtures at {}", path.display());
    None
}

pub(crate) fn files(path: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    out.sort();
    out
}

/// What the requests of a plan create.
pub(crate) fn run(steps: &[PlanStep]) -> Vec<Value> {
    fn below(at: usize, steps: &[PlanStep]) -> Vec<Value> {
        let mut out = steps[at].children.clone();
        for (child, block) in out.iter_mut().enumerate() {
            let name = block["type"].as_str().unwrap().to_owned();
            for (later, step) in steps.iter().enumerate().skip(at + 1) {
                if step.parent == (Parent::Child { step: at, child }) {
                    let more = below(later, steps);
                    match block[&name]["children"].as_array_mut() {
                        Some(list) => list.extend(more),
                        None => block[&name]["children"] = json!(more),
                    }
                }
            }
        }
        out
    }
    let pages = (0..steps.len()).filter(|at| steps[*at].parent == Parent::Page);
    pages.flat_map(|at| below(at, steps)).collect()
}

/// Every limit of a request.
pub(crate) fn check_plan(steps: &[PlanStep]) {
    for (at, step) in steps.iter().enumerate() {
        if let Parent::Child { step, child } = step.parent {
            assert!(step < at && child < steps[step].children.len());
        }
        assert!(!step.children.is_empty());
        let text = json!({ "children": step.children }).to_string();
        assert!(text.len() < 400_000, "{} bytes", text.len());
        let mut count = 0;
        check_blocks(&json!(step.children), 2, &mut count);
        assert!(count <= 1_000);
    }
    let json = plan_json(steps);
    assert_eq!(json.as_array().unwrap().len(), steps.len());
}

fn check_blocks(list: &Value, levels: usize, count: &mut usize) {
    let list = list.as_array().unwrap();
    assert!(list.len() <= 100);
    for block in list {
        *count += 1;
        let name = block["type"].as_str().unwrap();
        let payload = &block[name];
        check_limits(payload);
        let below = payload["children"].as_array().map_or(0, Vec::len);
        assert!(below == 0 || levels > 0);
        match name {
            "table" => {
                assert!(below > 0);
                for row in payload["children"].as_array().unwrap() {
                    assert_eq!(
                        json!(row["table_row"]["cells"].as_array().unwrap().len()),
                        payload["table_width"]
                    );
                }
            }
            "code" => {
                let language = payload["language"].as_str().unwrap();
                let known = languages();
                assert!(known.is_empty() || known.contains(language), "{language}");
            }
            "column_list" => assert!(below > 1),
            "column" => assert!(below > 0),
            _ => {}
        }
        if below > 0 {
            check_blocks(&payload["children"], levels - 1, count);
        }
    }
}

/// The languages Notion's own description of its API lists; none without the fixtures.
fn languages() -> &'static BTreeSet<String> {
    static LANGUAGES: OnceLock<BTreeSet<String>> = OnceLock::new();
    LANGUAGES.get_or_init(|| {
        let Some(path) = fixtures(".") else {
            return BTreeSet::new();
        };
        let text = std::fs::read_to_string(path.join("notion-openapi.json")).unwrap();
        let api: Value = serde_json::from_str(&text).unwrap();
        let list = &api["components"]["schemas"]["languageRequest"]["enum"];
        let names: BTreeSet<String> = serde_json::from_value(list.clone()).unwrap();
        assert!(names.len() > 80);
        names
    })
}

fn check_limits(value: &Value) {
    match value {
        Value::Array(list) => {
            assert!(list.len() <= 100);
            list.iter().for_each(check_limits);
        }
        Value::Object(map) => {
            for (key, value) in map.iter().filter(|(key, _)| *key != "children") {
                let len = value.as_str().map_or(0, |text| text.encode_utf16().count());
                match key.as_str() {
                    "content" => assert!((1..=2_000).contains(&len)),
                    "url" => {
                        let url = value.as_str().unwrap();
                        let scheme = url.split(':').next().unwrap().to_ascii_lowercase();
                        let schemes = ["http", "https", "mailto"];
                        assert!(len <= 2_000 && schemes.contains(&scheme.as_str()), "{url}");
                    }
                    "expression" => assert!(len <= 1_000),
                    _ => {}
                }
                check_limits(value);
            }
        }
        _ => {}
    }
}

/// The blocks of a recorded page, with everything below them.
pub(crate) fn recorded_page(file: &Path) -> Vec<Value> {
    let page: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let blocks = tree(page["root"].as_str().unwrap(), &page["children_of"]);
    assert!(!blocks.is_empty());
    blocks
}

/// Hangs recorded children into their parents.
fn tree(id: &str, children_of: &Value) -> Vec<Value> {
    let list = children_of[id.replace('-', "")].as_array();
    let mut out = list.cloned().unwrap_or_default();
    for block in &mut out {
        let below = tree(block["id"].as_str().unwrap(), children_of);
        if !below.is_empty() {
            let name = block["type"].as_str().unwrap().to_owned();
            block[&name]["children"] = json!(below);
        }
    }
    out
}
