//! What must be there before a recording begins: everything it shows and did not create itself.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Value, json};

use crate::{
    before, dates,
    gaps::{self, last_gap},
    ids::{dashed, digits},
    recording::{Pair, text},
};

/// Objects that have a life of their own.
const KINDS: &[&str] = &[
    "page",
    "block",
    "user",
    "database",
    "data_source",
    "comment",
    "file_upload",
    "view",
];

/// Requests whose answers show what they made.
const CREATING: &[&str] = &[
    "POST /v1/pages",
    "PATCH /v1/blocks/{id}/children",
    "POST /v1/databases",
    "POST /v1/data_sources",
    "POST /v1/comments",
    "POST /v1/file_uploads",
    "POST /v1/views",
];

#[derive(Default)]
struct Setup {
    /// Made by the recording itself, by which pair.
    created: HashMap<String, usize>,
    /// Already taken care of; an object's kind is part of the key.
    seen: HashSet<String>,
    wanted: Vec<Value>,
    /// What missing pairs made and changed, by the number of the pair that it has to precede.
    late: BTreeMap<usize, Vec<Value>>,
    /// When the recording began, to the minute.
    begun: Option<jiff::Timestamp>,
}

/// What to put in place, and when.
#[derive(Default)]
pub(crate) struct Presupposed {
    /// Before the first pair, parents before children where the recording tells.
    pub(crate) first: Vec<Value>,
    /// Before the pair of that number: what pairs made that a recording leaves out.
    pub(crate) late: BTreeMap<usize, Vec<Value>>,
}

/// The objects to put in place.
pub(crate) fn presupposed(pairs: &[Pair], route: impl Fn(&Pair) -> Option<String>) -> Presupposed {
    let mut setup = Setup {
        begun: dates::begun(pairs),
        ..Setup::default()
    };
    for (number, pair) in pairs.iter().enumerate() {
        let route = route(pair).unwrap_or_default();
        setup.addressed(pair, &route);
        setup.shown(pairs, number, pair, &route);
    }
    for pair in pairs {
        setup.mentioned(pair.answer());
    }
    setup.furnish();
    for (number, changes) in gaps::changes(pairs) {
        setup.late.entry(number).or_default().extend(changes);
    }
    Presupposed {
        first: setup.wanted,
        late: setup.late,
    }
}

/// Full objects in an answer, in order.
pub(crate) fn objects(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| objects(item, found)),
        Value::Object(map) => {
            if KINDS.contains(&text(value, "object")) && map.contains_key("id") && map.len() > 2 {
                found.push(value.clone());
            }
            map.values().for_each(|item| objects(item, found));
        }
        _ => {}
    }
}

pub(crate) fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn id_of(object: &Value) -> Option<String> {
    digits(text(object, "id"))
}

impl Setup {
    /// Learns what this answer shows.
    fn shown(&mut self, pairs: &[Pair], number: usize, pair: &Pair, route: &str) {
        let mut found = Vec::new();
        objects(pair.answer(), &mut found);
        self.note_created(number, pair, route, &found);
        for object in found {
            let Some(id) = id_of(&object) else { continue };
            let key = format!("{} {id}", text(&object, "object"));
            if self.created.contains_key(&id) || !self.seen.insert(key) {
                continue;
            }
            let late = self.late_at(pairs, number, &object);
            self.seen.insert(id);
            self.publish(&object);
            let object = before::undone(pair, route, object);
            match late {
                Some(number) => self.late.entry(number).or_default().push(object),
                None => self.wanted.push(object),
            }
        }
    }

    /// The pair before which missing pairs made an object, if they did: what is below something new
    /// is new itself, and so is what is not older than the recording and shown after a gap only.
    fn late_at(&self, pairs: &[Pair], number: usize, object: &Value) -> Option<usize> {
        if object["object"] == "block" || !pairs.get(number)?.thinned {
            return None;
        }
        let parent = &object["parent"];
        let above = digits(text(parent, text(parent, "type")));
        let above_since = above.and_then(|above| self.created.get(&above).copied());
        let gap = last_gap(pairs, above_since, number);
        if above_since.is_some() {
            return Some(gap.unwrap_or(number));
        }
        let made: jiff::Timestamp = text(object, "created_time").parse().ok()?;
        let named = id_of(object).is_none_or(|id| self.seen.contains(&id));
        gap.filter(|_| !named && self.begun.is_some_and(|begun| made >= begun))
    }

    /// What is above a published table is published too, else the table could not be.
    fn publish(&mut self, object: &Value) {
        let Some(url) = object.get("public_url").filter(|url| url.is_string()) else {
            return;
        };
        let above = if object["object"] == "data_source" {
            &object["database_parent"]
        } else {
            &object["parent"]
        };
        if object["object"] != "page"
            && let Some(id) = self.claim(text(above, "page_id"))
        {
            let mut parent = page(&id);
            parent["public_url"] = url.clone();
            self.wanted.push(parent);
        }
    }

    fn note_created(&mut self, number: usize, pair: &Pair, route: &str, found: &[Value]) {
        if !CREATING.contains(&route) {
            return;
        }
        let fresh = |id: &String, seen: &HashSet<String>| !seen.contains(id);
        if route == "PATCH /v1/blocks/{id}/children" {
            // The new blocks come first; what follows them was there before.
            let count = list(pair.body(), "children").count();
            let new = list(pair.answer(), "results").take(count).filter_map(id_of);
            let new: Vec<String> = new.filter(|id| fresh(id, &self.seen)).collect();
            self.created.extend(new.into_iter().map(|id| (id, number)));
            return;
        }
        for object in found.iter().filter(|object| object["object"] != "user") {
            let own = id_of(object).into_iter();
            let sources = list(object, "data_sources").filter_map(id_of);
            for id in own.chain(sources) {
                if fresh(&id, &self.seen) {
                    self.created.insert(id, number);
                }
            }
        }
    }

    /// A new id that nothing has shown yet.
    fn claim(&mut self, text: &str) -> Option<String> {
        let id = digits(text)?;
        (!self.created.contains_key(&id) && self.seen.insert(id.clone())).then_some(id)
    }

    /// What a request names and perhaps no answer ever shows.
    fn addressed(&mut self, pair: &Pair, route: &str) {
        if pair.status() != 200 {
            return;
        }
        let body = pair.body();
        if let Some(id) = self.claim(text(&body["parent"], "page_id")) {
            let mut parent = page(&id);
            // What is on a published page is published with it.
            if let Some(url) = pair
                .answer()
                .get("public_url")
                .filter(|url| url.is_string())
            {
                parent["public_url"] = url.clone();
            }
            self.wanted.push(parent);
        }
        let target = pair.path().split('/').find_map(digits);
        if let Some(target) = &target
            && (route.contains("/pages/{id}") || route.contains("/blocks/{id}"))
            && !shows(pair, target)
            && self.claim(target).is_some()
        {
            let below_block = pair.answer()["results"][0]["parent"]["type"] == "block_id";
            self.wanted.push(match before::row(pair, route, target) {
                Some(row) => row,
                None if below_block => toggle(target),
                None => page(target),
            });
        }
        for (object, id) in before::named(pair, route) {
            if !shows(pair, &id)
                && let Some(id) = self.claim(&id)
            {
                self.wanted
                    .push(json!({"object": object, "id": dashed(&id)}));
            }
        }
        if let Some(block) = pair.request["query"]["block_id"].as_str()
            && let Some(id) = self.claim(block)
        {
            let first = &pair.answer()["results"][0]["parent"];
            self.wanted.push(if first["type"] == "block_id" {
                toggle(&id)
            } else {
                page(&id)
            });
        }
        self.anchor(pair, route, target.as_deref());
        self.uploads(body);
    }

    /// The block after which something is inserted.
    fn anchor(&mut self, pair: &Pair, route: &str, target: Option<&str>) {
        let body = pair.body();
        let anchor = body["position"]["after_block"]["id"]
            .as_str()
            .or_else(|| body["after"].as_str());
        let (Some(anchor), Some(target)) = (anchor, target) else {
            return;
        };
        if !route.ends_with("/children") {
            return;
        }
        if let Some(id) = self.claim(anchor) {
            let mut block = toggle(&id);
            block["parent"] = json!({"type": "block_id", "block_id": dashed(target)});
            self.wanted.push(block);
        }
    }

    /// Pages that a text mentions by their title.
    fn mentioned(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.mentioned(item)),
            Value::Object(map) => {
                let title = text(value, "plain_text");
                let kind = text(&value["mention"], "type");
                let id = text(&value["mention"][kind], "id");
                match kind {
                    "page" if title != "Untitled" => self.title(id, title),
                    "database" if title != "Untitled" => {
                        if let Some(id) = self.claim(id) {
                            self.wanted
                                .push(json!({"object": "database", "id": dashed(&id),
                                                    "title": plain(title)}));
                        }
                    }
                    _ => {}
                }
                map.values().for_each(|item| self.mentioned(item));
            }
            _ => {}
        }
    }

    /// Gives a page a title, if nothing else has given it one.
    fn title(&mut self, id: &str, title: &str) {
        if let Some(id) = self.claim(id) {
            self.wanted.push(page(&id));
        }
        let bare = self.wanted.iter_mut().find(|object| {
            text(object, "id") == id
                && object["object"] == "page"
                && object.get("properties").is_none()
        });
        if let Some(bare) = bare {
            bare["properties"] = title_property(&plain(title));
        }
    }

    /// Blocks that have children of which the recording shows none get one.
    fn furnish(&mut self) {
        let parents: HashSet<String> = self
            .wanted
            .iter()
            .filter_map(|object| digits(text(&object["parent"], text(&object["parent"], "type"))))
            .collect();
        let barren: Vec<(String, &'static str)> = self
            .wanted
            .iter()
            .filter(|object| object["has_children"] == true)
            .filter_map(|object| Some((id_of(object)?, text(object, "type"))))
            .filter(|(id, _)| !parents.contains(id))
            .map(|(id, kind)| (id, child_kind(kind)))
            .collect();
        for (number, (parent, kind)) in barren.into_iter().enumerate() {
            let id = dashed(&format!(
                "{:032x}",
                0xf001_4000_8000_0000_0000_0000_u128 + number as u128
            ));
            let parent = json!({"type": "block_id", "block_id": dashed(&parent)});
            let mut child = json!({"object": "block", "id": id, "type": kind, "parent": parent});
            child[kind] = match kind {
                "table_row" => json!({"cells": []}),
                "column" => json!({}),
                _ => json!({"rich_text": [], "color": "default"}),
            };
            self.wanted.push(child);
        }
    }

    /// Files that were uploaded before the recording began.
    fn uploads(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.uploads(item)),
            Value::Object(map) => {
                if let Some(id) = map
                    .get("file_upload")
                    .and_then(|upload| upload["id"].as_str())
                    && let Some(id) = self.claim(id)
                {
                    self.wanted.push(
                        json!({"object": "file_upload", "id": dashed(&id), "status": "uploaded",
                               "filename": "file.png", "content_type": "image/png",
                               "content_length": 1}),
                    );
                }
                map.values().for_each(|item| self.uploads(item));
            }
            _ => {}
        }
    }
}

/// Rich text of one plain item.
fn plain(text: &str) -> Value {
    json!([{"type": "text", "text": {"content": text, "link": null},
            "annotations": {"bold": false, "italic": false, "strikethrough": false,
                            "underline": false, "code": false, "color": "default"},
            "plain_text": text, "href": null}])
}

fn title_property(items: &Value) -> Value {
    json!({"title": {"id": "title", "type": "title", "title": items}})
}

/// Whether the answer itself shows the object with this id.
fn shows(pair: &Pair, id: &str) -> bool {
    id_of(pair.answer()).is_some_and(|shown| shown == id)
        && KINDS.contains(&text(pair.answer(), "object"))
}

/// What a block of this kind has inside.
fn child_kind(kind: &str) -> &'static str {
    match kind {
        "table" => "table_row",
        "column_list" => "column",
        _ => "paragraph",
    }
}

fn page(id: &str) -> Value {
    json!({"object": "page", "id": dashed(id)})
}

fn toggle(id: &str) -> Value {
    json!({"object": "block", "id": dashed(id), "type": "toggle",
           "toggle": {"rich_text": [], "color": "default"}})
}
