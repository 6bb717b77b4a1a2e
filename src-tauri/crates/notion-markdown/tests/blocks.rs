//! Recorded block JSON comes back from the model as it was.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests fail as tests do, and say what they measured"
)]

#[expect(dead_code, reason = "not every test needs every generator")]
mod common;
mod requests;

use notion_markdown::{Document, plan};
use serde_json::{Value, json};

use common::sayable;
use requests::{check_plan, files, fixtures, recorded_page, run};

fn read(path: &std::path::Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The visible text of an array of rich text, with what each character looks like.
///
/// Blanks at the edges of lines and the emphasis of blanks say nothing and are left out.
fn looks(items: &Value) -> Value {
    let mut lines: Vec<Vec<(String, Value)>> = vec![Vec::new()];
    for item in items.as_array().into_iter().flatten() {
        let notes = &item["annotations"];
        let mut style = json!({});
        for name in ["bold", "italic", "strikethrough", "underline", "code"] {
            if notes[name] == json!(true) {
                style[name] = json!(true);
            }
        }
        if notes["color"].is_string() && notes["color"] != json!("default") {
            style["color"] = notes["color"].clone();
        }
        if let Some(text) = item["text"]["content"].as_str() {
            let url = item["text"]["link"]["url"].as_str();
            if let Some(url) = url.filter(|url| url.contains(':')) {
                style["link"] = json!(url);
            }
            for c in text.chars() {
                if c == '\n' {
                    lines.push(Vec::new());
                } else if c.is_whitespace() {
                    lines.last_mut().unwrap().push((c.to_string(), json!(null)));
                } else {
                    lines
                        .last_mut()
                        .unwrap()
                        .push((c.to_string(), style.clone()));
                }
            }
        } else {
            style.as_object_mut().unwrap().remove("code");
            let mut content = item["mention"].clone();
            match content["type"].as_str().unwrap_or_default() {
                "user" => content = json!({ "user": content["user"]["id"] }),
                "custom_emoji" => content = json!({ "emoji": content["custom_emoji"]["id"] }),
                _ => {}
            }
            let formula = item["equation"]["expression"].as_str().unwrap_or_default();
            let mut what = json!([content, formula.trim()]);
            drop_nulls(&mut what);
            lines.last_mut().unwrap().push((what.to_string(), style));
        }
    }
    for line in &mut lines {
        while line.last().is_some_and(|(text, _)| text.trim().is_empty()) {
            line.pop();
        }
        while line.first().is_some_and(|(text, _)| text.trim().is_empty()) {
            line.remove(0);
        }
    }
    json!(lines)
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(list) => list.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// The type of a block; requests may leave it out.
fn name(block: &Value) -> String {
    block["type"].as_str().map_or_else(
        || {
            let mut keys = block.as_object().unwrap().keys();
            keys.find(|key| *key != "object").unwrap().clone()
        },
        str::to_owned,
    )
}

/// A block without what only the server says and without defaults.
fn core(block: &Value) -> Value {
    let name = name(block);
    let mut payload = block[&name].clone();
    let below = [&payload["children"], &block["children"]]
        .into_iter()
        .find_map(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let Some(object) = payload.as_object_mut() else {
        return json!({ "type": name });
    };
    object.remove("children");
    object.remove("table_width");
    for key in ["rich_text", "caption"] {
        let text = object.remove(key).map_or(json!([[]]), |text| looks(&text));
        if text != json!([[]]) {
            object.insert(key.to_owned(), text);
        }
    }
    if let Some(cells) = object.remove("cells") {
        let cells: Vec<Value> = cells.as_array().unwrap().iter().map(looks).collect();
        object.insert("cells".to_owned(), json!(cells));
    }
    // A file of Notion's own can only be sent by its address.
    if let Some(url) = object
        .remove("file")
        .and_then(|file| file.get("url").cloned())
    {
        object.insert("external".to_owned(), json!({ "url": url }));
    }
    // Redacted addresses hold characters that none may.
    if let Some(url) = object
        .get_mut("external")
        .and_then(|file| file.get_mut("url"))
    {
        *url = json!(
            url.as_str()
                .unwrap()
                .replace('<', "%3C")
                .replace('>', "%3E")
        );
    }
    object.remove("type");
    object.retain(|key, value| {
        let default = value.is_null()
            || *value == json!("default")
            || *value == json!(false)
            || (key == "language" && *value == json!("plain text"));
        !default
    });
    if let Some(icon) = object.get_mut("icon") {
        icon.as_object_mut().unwrap().remove("type");
    }
    json!({ "type": name, "payload": object, "children": below.iter().map(core).collect::<Vec<_>>() })
}

/// Types that no request creates; something else stands for them.
const SERVER_ONLY: [&str; 6] = [
    "child_page",
    "child_database",
    "link_preview",
    "template",
    "unsupported",
    "meeting_notes",
];

/// Whether a block is one that cannot come back as it is; why is said beside each.
fn excepted(block: &Value) -> bool {
    let name = name(block);
    let (name, payload) = (name.as_str(), &block[&name]);
    SERVER_ONLY.contains(&name)
        // Without rows or columns, which were not recorded, there is nothing to create.
        || (matches!(name, "column_list" | "column" | "table_row" | "tab" | "table") && payload["children"].as_array().is_none_or(Vec::is_empty))
        // Rows and columns stand in their table and list.
        || matches!(name, "table_row" | "column")
        // Updates of a caption or a name alone are no blocks.
        || (matches!(name, "bookmark" | "embed") && payload["url"].is_null())
        || (matches!(name, "image" | "video" | "audio" | "file" | "pdf") && ["external", "file", "file_upload"].iter().all(|key| payload[key].is_null()))
        // Empty columns cannot be created; they get an empty paragraph.
        || payload["children"].as_array().is_some_and(|list| list.iter().any(|child| child["type"] == json!("column") && child["column"]["children"].as_array().is_none_or(Vec::is_empty)))
        // A mention of a link preview becomes a link.
        || payload["rich_text"].to_string().contains("link_preview")
        // An icon that is a signed file of Notion's cannot be set.
        || payload["icon"]["type"] == json!("file")
}

#[test]
fn recorded_blocks_come_back() {
    let Some(path) = fixtures("blocks") else {
        return;
    };
    let (mut same, mut except, mut bad) = (0, 0, Vec::new());
    for folder in ["by-type", "request-blocks"] {
        for file in files(&path.join(folder)) {
            for item in read(&file)["items"].as_array().unwrap() {
                let block = &item["block"];
                let document = Document::from_blocks(std::slice::from_ref(block)).unwrap();
                assert_eq!(document.clone().normalized(), document);
                let enhanced = document.to_enhanced();
                assert_eq!(
                    Document::from_enhanced(&enhanced),
                    sayable(&document),
                    "{enhanced}"
                );
                let body = document.to_body();
                assert_eq!(Document::from_body(&body), document, "{body}");
                let back = document.to_blocks();
                check_plan(&plan(&back.blocks));
                if excepted(block) {
                    except += 1;
                } else if back.blocks.len() == 1 && core(&back.blocks[0]) == core(block) {
                    same += 1;
                } else {
                    bad.push(format!(
                        "{}\n in {}\n out {:?}\n",
                        file.display(),
                        core(block),
                        back.blocks
                            .iter()
                            .map(core)
                            .map(|v| v.to_string())
                            .collect::<Vec<_>>()
                    ));
                }
            }
        }
    }
    println!("{same} blocks come back, {except} cannot");
    assert!(
        bad.is_empty(),
        "{} differ, {same} same\n{}",
        bad.len(),
        bad.join("\n")
    );
}

#[test]
fn recorded_pages_come_back() {
    let Some(path) = fixtures("blocks/pages") else {
        return;
    };
    for file in files(&path) {
        let blocks = recorded_page(&file);
        assert!(!blocks.is_empty());
        let document = Document::from_blocks(&blocks).unwrap();
        let back = document.to_blocks();
        let steps = plan(&back.blocks);
        check_plan(&steps);
        assert_eq!(run(&steps), back.blocks);
        let body = document.to_body();
        assert_eq!(Document::from_body(&body), document, "{body}");
        println!(
            "{}: {} blocks, {} steps, losses {:?}",
            file.display(),
            blocks.len(),
            steps.len(),
            back.losses
        );
        let mut at = 0;
        let mut differ = 0;
        for block in &blocks {
            if excepted(block) {
                // One block or none stands for it.
                let stands = back.blocks.get(at).is_some_and(|value| {
                    matches!(
                        value["type"].as_str(),
                        Some("link_to_page" | "bookmark" | "table")
                    )
                });
                at += usize::from(stands);
                continue;
            }
            if core(&back.blocks[at]) != core(block) {
                println!("in  {}\nout {}", core(block), core(&back.blocks[at]));
                differ += 1;
            }
            at += 1;
        }
        assert_eq!(differ, 0, "{}", file.display());
    }
}

#[test]
fn recorded_rich_text_comes_back() {
    let Some(path) = fixtures("blocks/rich-text") else {
        return;
    };
    for file in files(&path) {
        for item in read(&file)["items"].as_array().unwrap() {
            let items = json!([item["rich_text"]]);
            let block = json!({ "type": "quote", "quote": { "rich_text": items } });
            let back = Document::from_blocks(&[block]).unwrap().to_blocks();
            let text = &back.blocks[0]["quote"]["rich_text"];
            if item["rich_text"]["mention"]["type"] == json!("link_preview") {
                assert_eq!(text[0]["type"], json!("text"));
                assert_eq!(back.losses.len(), 1);
            } else {
                assert_eq!(looks(text), looks(&items), "{}", file.display());
            }
        }
    }
}
