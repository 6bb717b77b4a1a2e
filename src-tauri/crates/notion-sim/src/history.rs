//! The API at an earlier day.
//!
//! New fields appear in answers of *every* version without notice ("Versioning" in Notion's
//! documentation), so a recording of last year differs from today's API in ways its version does
//! not tell. With the switch `as_of` the simulator answers as the API did on that day: what came
//! later is taken out of its answers.
//!
//! Each day below is the first one for which a public recording shows the new form, or the one
//! Notion's changelog names; a change cannot have come later than that.

use serde_json::{Map, Value, json};

use crate::json::at;

/// A field that answers did not always have.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// The first day with it, as `YYYY-MM-DD`.
    pub since: &'static str,
    /// The kind of objects that have it, or the code of errors; empty for the answer as a whole.
    pub object: &'static str,
    /// The path from the object to the field; `*` is any key.
    pub path: &'static [&'static str],
}

/// Whether an answer shows a field where it would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Everywhere it could be.
    Present,
    /// Nowhere, though there is a place for it.
    Absent,
    /// Here it is, there it is not.
    Both,
    /// There is no place for it in this answer.
    Neither,
}

const fn change(
    since: &'static str,
    object: &'static str,
    path: &'static [&'static str],
) -> Change {
    Change {
        since,
        object,
        path,
    }
}

/// Fields by the day they came, oldest first.
pub const CHANGES: &[Change] = &[
    change("2024-02-05", "", &["request_id"]),
    change("2024-05-04", "page", &["in_trash"]),
    change("2024-05-04", "block", &["in_trash"]),
    change("2024-05-04", "database", &["in_trash"]),
    change(
        "2025-06-10",
        "database",
        &["properties", "*", "description"],
    ),
    change(
        "2025-06-10",
        "data_source",
        &["properties", "*", "description"],
    ),
    change("2025-09-14", "user", &["bot", "workspace_limits"]),
    change("2025-09-14", "comment", &["display_name"]),
    change("2025-10-22", "page", &["is_locked"]),
    change("2026-03-30", "block", &["paragraph", "icon"]),
    change("2026-04-12", "page", &["is_archived"]),
    change("2026-04-12", "file_upload", &["in_trash"]),
    change("2026-04-12", "user", &["bot", "workspace_id"]),
    change("2026-07-01", "user", &["person", "email_verified"]),
    change("2026-07-01", "invalid_request_url", &["request_id"]),
];

/// Notion's own icons as a kind of their own (changelog of 25 March 2026).
const NATIVE_ICONS: &str = "2026-03-25";
/// Addresses of pages became `https://app.notion.com/p/…`.
const APP_ADDRESSES: &str = "2026-07-01";

impl Change {
    /// Whether this field is where it could be in an answer.
    pub fn presence(&self, answer: &Value) -> Presence {
        let (mut with, mut without) = (false, false);
        self.each(answer, &mut |place, key| {
            let shown = place.contains_key(key);
            with |= shown;
            without |= !shown;
        });
        match (with, without) {
            (true, false) => Presence::Present,
            (false, true) => Presence::Absent,
            (true, true) => Presence::Both,
            (false, false) => Presence::Neither,
        }
    }

    /// Calls `look` for every object that has the field or could have it.
    fn each(&self, value: &Value, look: &mut impl FnMut(&Map<String, Value>, &str)) {
        let Some((key, way)) = self.path.split_last() else {
            return;
        };
        if let Value::Object(map) = value
            && self.is_about(map)
        {
            // A user without details is shown with an empty object, which says nothing.
            let mut found = |place: &Map<String, Value>| {
                if !place.is_empty() {
                    look(place, key);
                }
            };
            follow(map, way, &mut found);
        }
        if self.object.is_empty() {
            return;
        }
        match value {
            Value::Object(map) => map.values().for_each(|value| self.each(value, look)),
            Value::Array(items) => items.iter().for_each(|value| self.each(value, look)),
            _ => {}
        }
    }

    /// Partial objects (`{"object", "id"}`) never had any of the fields.
    fn is_about(&self, map: &Map<String, Value>) -> bool {
        self.object.is_empty()
            || (["object", "code"]
                .iter()
                .any(|key| map.get(*key).and_then(Value::as_str) == Some(self.object))
                && map.len() > 2)
    }

    fn remove(&self, map: &mut Map<String, Value>) {
        let Some((key, way)) = self.path.split_last() else {
            return;
        };
        follow_mut(map, way, key);
    }
}

/// Calls `found` for every object at the end of a way; `*` is any key.
fn follow(map: &Map<String, Value>, way: &[&str], found: &mut impl FnMut(&Map<String, Value>)) {
    let Some((step, rest)) = way.split_first() else {
        found(map);
        return;
    };
    for (key, value) in map {
        if let Value::Object(next) = value
            && (*step == "*" || step == key)
        {
            follow(next, rest, found);
        }
    }
}

fn follow_mut(map: &mut Map<String, Value>, way: &[&str], last: &str) {
    let Some((step, rest)) = way.split_first() else {
        map.remove(last);
        return;
    };
    for (key, value) in map.iter_mut() {
        if let Value::Object(next) = value
            && (*step == "*" || step == key)
        {
            follow_mut(next, rest, last);
        }
    }
}

/// Takes out of an answer what came after `day`.
pub(crate) fn answer_as_of(body: &mut Value, day: &str) {
    if let Value::Object(map) = body {
        let changes = CHANGES.iter().filter(|change| change.object.is_empty());
        for change in changes.filter(|change| change.since > day) {
            change.remove(map);
        }
    }
    backdate(body, day);
}

fn backdate(value: &mut Value, day: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| backdate(item, day)),
        Value::Object(map) => {
            for change in CHANGES {
                if !change.object.is_empty() && change.since > day && change.is_about(map) {
                    change.remove(map);
                }
            }
            if day < NATIVE_ICONS
                && let Some(icon) = map.get_mut("icon")
            {
                plain_icon(icon);
            }
            map.values_mut().for_each(|value| backdate(value, day));
        }
        Value::String(text) if day < APP_ADDRESSES => {
            if let Some(rest) = text.strip_prefix("https://app.notion.com/p/") {
                *text = format!("https://www.notion.so/{rest}");
            }
        }
        _ => {}
    }
}

/// A native icon as the address of its picture, which it was before.
fn plain_icon(icon: &mut Value) {
    if icon["type"] != "icon" {
        return;
    }
    let part = |key: &str| at(icon, &["icon", key]).as_str().unwrap_or_default();
    let url = format!(
        "https://www.notion.so/icons/{}_{}.svg",
        part("name"),
        part("color")
    );
    *icon = json!({"type": "external", "external": {"url": url}});
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Value {
        json!({"object": "page", "id": "a", "in_trash": false, "is_locked": false,
               "is_archived": false, "url": "https://app.notion.com/p/T-1", "request_id": "r",
               "icon": {"type": "icon", "icon": {"name": "snake", "color": "purple"}},
               "parent": {"type": "workspace", "workspace": true}})
    }

    #[test]
    fn today_stays() {
        let mut now = page();
        answer_as_of(&mut now, "2026-11-22");
        assert_eq!(now, page());
    }

    #[test]
    fn a_day_takes_out_what_came_later() {
        let mut then = page();
        answer_as_of(&mut then, "2025-09-14");
        assert_eq!(
            then,
            json!({"object": "page", "id": "a", "in_trash": false,
                   "url": "https://www.notion.so/T-1", "request_id": "r",
                   "icon": {"type": "external", "external":
                            {"url": "https://www.notion.so/icons/snake_purple.svg"}},
                   "parent": {"type": "workspace", "workspace": true}})
        );
        answer_as_of(&mut then, "2023-01-01");
        assert_eq!(then.get("request_id"), None);
        assert_eq!(then.get("in_trash"), None);
    }

    #[test]
    fn presence_is_told() {
        let locked = change("2025-10-22", "page", &["is_locked"]);
        assert_eq!(locked.presence(&page()), Presence::Present);
        let old = json!({"object": "page", "id": "a", "url": ""});
        assert_eq!(
            locked.presence(&json!({"results": [old]})),
            Presence::Absent
        );
        let partial = json!({"object": "page", "id": "a"});
        assert_eq!(locked.presence(&json!([partial])), Presence::Neither);
        let verified = change("2026-07-01", "user", &["person", "email_verified"]);
        let hidden = json!({"object": "user", "id": "a", "person": {}});
        assert_eq!(verified.presence(&hidden), Presence::Neither);
    }
}
