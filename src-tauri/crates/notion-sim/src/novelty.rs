//! The API of next year: fields and values that nobody knows yet.
//!
//! New response fields appear on every version without notice, and enumerations grow ("Parse
//! leniently" in Notion's documentation of versioning). With the switch `novelty` answers contain
//! both. Which objects are affected follows from their ids and a seed, so that the same object
//! looks the same whenever it is read.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The switch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Novelty {
    /// Every object has fields more.
    pub(crate) fields: bool,
    /// How many objects of a kind that may grow have a value nobody knows, from 0 to 1.
    pub(crate) values: f64,
    pub(crate) seed: u64,
}

impl Novelty {
    /// Adds what is new to an answer.
    pub(crate) fn add(self, body: &mut Value) {
        // An error is no place for surprises: it is what clients act on.
        if body["object"] != "error" && (self.fields || self.values > 0.0) {
            self.walk(body);
        }
    }

    fn walk(self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(item)),
            Value::Object(map) => {
                map.values_mut().for_each(|item| self.walk(item));
                self.unknown_values(map);
                if self.fields && (map.contains_key("object") || map.contains_key("plain_text")) {
                    map.insert("novelty".into(), json!({"type": "sparkle", "sparkle": {}}));
                    map.insert("is_novel".into(), json!(true));
                }
            }
            _ => {}
        }
    }

    fn unknown_values(self, map: &mut Map<String, Value>) {
        let text = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default();
        let (object, kind, id) = (
            text("object"),
            text("type").to_owned(),
            text("id").to_owned(),
        );
        match object {
            // Pages and databases stay what they are, else nothing could be found any more.
            "block" if !kind.starts_with("child_") && self.hits(&id, "type") => {
                let payload = map.remove(&kind).unwrap_or_default();
                map.insert("type".into(), json!("hologram"));
                map.insert("hologram".into(), payload);
            }
            "page" if map.get("icon").is_some_and(Value::is_object) && self.hits(&id, "icon") => {
                let icon = json!({"type": "sticker", "sticker": {"name": "fox"}});
                map.insert("icon".into(), icon);
            }
            "user" if kind == "person" && self.hits(&id, "user") => {
                map.remove("person");
                map.insert("type".into(), json!("agent"));
                map.insert("agent".into(), json!({"model": "unknown"}));
            }
            _ if self.hits(text("plain_text"), "color") => {
                if let Some(Value::Object(look)) = map.get_mut("annotations") {
                    look.insert("color".into(), json!("teal"));
                }
            }
            _ => {}
        }
    }

    /// Whether a thing is among those with something new, the same whenever it is asked.
    fn hits(self, id: &str, what: &str) -> bool {
        if id.is_empty() {
            return false;
        }
        let seed = self.seed.to_le_bytes();
        let bytes = seed.iter().chain(id.as_bytes()).chain(what.as_bytes());
        let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
        });
        // The last step of this hash changes its low bits most.
        let mixed = (hash ^ (hash >> 15)).wrapping_mul(0x2c1b_3c6d);
        f64::from(mixed ^ (mixed >> 12)) < self.values * f64::from(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks() -> Value {
        let block = |number: usize| {
            json!({"object": "block", "id": format!("block {number}"), "type": "paragraph",
                   "paragraph": {"rich_text": []}})
        };
        json!({"object": "list", "results": (0..400).map(block).collect::<Vec<_>>()})
    }

    fn unknown(novelty: Novelty) -> Vec<usize> {
        let mut answer = blocks();
        novelty.add(&mut answer);
        let results = answer["results"].as_array().unwrap();
        let novel = results.iter().enumerate();
        novel
            .filter(|(_, block)| block["type"] == "hologram")
            .inspect(|(_, block)| assert!(block["hologram"].is_object()))
            .map(|(at, _)| at)
            .collect()
    }

    #[test]
    fn the_seed_and_the_share_decide() {
        let novelty = |values, seed| Novelty {
            fields: false,
            values,
            seed,
        };
        assert_eq!(unknown(novelty(0.0, 1)), Vec::<usize>::new());
        assert_eq!(unknown(novelty(1.0, 1)).len(), 400);
        let some = unknown(novelty(0.25, 1));
        assert!((60..140).contains(&some.len()), "{}", some.len());
        assert_eq!(some, unknown(novelty(0.25, 1)));
        assert_ne!(some, unknown(novelty(0.25, 2)));
    }

    #[test]
    fn errors_stay() {
        let error = json!({"object": "error", "status": 404, "code": "object_not_found"});
        let mut answer = error.clone();
        let all = Novelty {
            fields: true,
            values: 1.0,
            seed: 0,
        };
        all.add(&mut answer);
        assert_eq!(answer, error);
    }
}
