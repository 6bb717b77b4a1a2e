//! What a thinned recording left out: its gaps, and what must have happened in them.
//!
//! A recording that goes on after a gap presupposes what its missing pairs did, as its beginning
//! presupposes what was there. Only what no pair of the recording explains is put in place.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use crate::{
    ids::{dashed, digits},
    recording::{Pair, text},
    setup::objects,
};

/// What a table says of itself.
const HEAD: &[&str] = &[
    "title",
    "description",
    "icon",
    "cover",
    "is_inline",
    "is_locked",
    "in_trash",
];

/// The last pair up to this one, and after an earlier one, before which pairs are missing.
pub(crate) fn last_gap(pairs: &[Pair], after: Option<usize>, up_to: usize) -> Option<usize> {
    let first = after.map_or(1, |after| after + 1);
    (first..=up_to).rev().find(|number| {
        let before = number.checked_sub(1).and_then(|before| pairs.get(before));
        let (Some(before), Some(pair)) = (before, pairs.get(*number)) else {
            return false;
        };
        pair.thinned && before.position + 1 < pair.position
    })
}

/// An object as a pair showed it last.
struct Known {
    number: usize,
    object: Value,
}

/// Changes that no pair of the recording made, by the number of the pair before which they are due.
pub(crate) fn changes(pairs: &[Pair]) -> BTreeMap<usize, Vec<Value>> {
    let mut known: HashMap<String, Known> = HashMap::new();
    let mut due: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
    let mut inside = 0;
    for (number, pair) in pairs.iter().enumerate() {
        let mut shown = Vec::new();
        objects(pair.answer(), &mut shown);
        for object in shown {
            let Some(id) = digits(text(&object, "id")) else {
                continue;
            };
            if let Some(known) = known.get(&id)
                && let Some(gap) = last_gap(pairs, Some(known.number), number)
            {
                let change = match text(&object, "object") {
                    "database" | "data_source" => table(pairs, known, &object, number, gap),
                    "block" => child(pairs, known, &object, number, inside),
                    _ => None,
                };
                inside += 1;
                due.entry(gap).or_default().extend(change);
            }
            // A new table's only data source begins as the table itself.
            if let [source] = object["data_sources"]
                .as_array()
                .map_or(&[][..], Vec::as_slice)
                && let Some(source) = digits(text(source, "id"))
            {
                let object = object.clone();
                known.entry(source).or_insert(Known { number, object });
            }
            known.insert(id, Known { number, object });
        }
    }
    due
}

/// Whether a pair between two others set a field of some table.
fn sets(pairs: &[Pair], between: (usize, usize), field: &str) -> bool {
    let (first, last) = between;
    let mut pairs = pairs.iter().take(last + 1).skip(first + 1);
    pairs.any(|pair| pair.method() != "GET" && pair.body().get(field).is_some())
}

/// A table whose head was changed.
fn table(pairs: &[Pair], known: &Known, shown: &Value, number: usize, gap: usize) -> Option<Value> {
    let mut head = Map::new();
    let mut changed = false;
    for field in HEAD {
        let (old, new) = (known.object.get(*field), shown.get(*field));
        let explained = sets(pairs, (known.number, number), field)
            || (*field == "in_trash" && pairs.get(number)?.method() == "DELETE");
        let differs = old.is_some() && new.is_some() && old != new;
        changed |= differs && !explained;
        let set_before = explained && sets(pairs, (known.number, gap.saturating_sub(1)), field);
        let value = if set_before || (differs && !explained) {
            new
        } else {
            old.or(new)
        };
        if let Some(value) = value {
            head.insert((*field).to_owned(), value.clone());
        }
    }
    head.insert("object".into(), shown["object"].clone());
    head.insert("id".into(), shown["id"].clone());
    changed.then_some(Value::Object(head))
}

/// What is inside a block that was empty: nobody knows, so it is an empty paragraph.
fn child(
    pairs: &[Pair],
    known: &Known,
    shown: &Value,
    number: usize,
    inside: u128,
) -> Option<Value> {
    let id = digits(text(shown, "id"))?;
    let filled = known.object["has_children"] == false && shown["has_children"] == true;
    let mut between = pairs.iter().take(number + 1).skip(known.number + 1);
    let appended = between.any(|pair| {
        pair.method() == "PATCH" && pair.path().split('/').find_map(digits).as_ref() == Some(&id)
    });
    if !filled || appended {
        return None;
    }
    let own = dashed(&format!(
        "{:032x}",
        0xf002_4000_8000_0000_0000_0000_u128 + inside
    ));
    Some(
        json!({"object": "block", "id": own, "type": "paragraph", "has_children": false,
               "paragraph": {"rich_text": [], "color": "default"},
               "parent": {"type": "block_id", "block_id": dashed(&id)}}),
    )
}
