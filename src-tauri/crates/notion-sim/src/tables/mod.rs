//! Databases, their data sources, and the typed properties of rows.
//!
//! A database is a block of the tree. Its data sources hang below it, and the rows below those are
//! pages: access, trash and moving follow from the tree.

pub(crate) mod cells;
mod changes;
mod conditions;
pub(crate) mod databases;
mod dates;
mod filter;
mod formula;
pub(crate) mod query;
pub(crate) mod relations;
mod rollup;
pub(crate) mod schema;
mod shown;
mod sort;
pub(crate) mod sources;
pub(crate) mod values;

use rand::{RngExt as _, rngs::StdRng};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    blocks, ids,
    version::Version,
    world::{Parent, Record, World},
};

/// What databases and data sources are called and look like.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) title: Vec<Value>,
    pub(crate) description: Vec<Value>,
    pub(crate) icon: Value,
    pub(crate) cover: Value,
    pub(crate) is_inline: bool,
    pub(crate) is_locked: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Property {
    /// Four characters, not encoded; `title` for the title.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) description: Value,
    /// What stands below the kind's name; ids of properties not encoded.
    pub(crate) config: Value,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Source {
    pub(crate) head: Head,
    pub(crate) properties: Vec<Property>,
    /// The number the next row gets.
    pub(crate) next_number: u64,
    /// The title as search knew it before the last change, and when that was.
    pub(crate) former: Option<(String, i64)>,
}

impl Source {
    /// A property by its name, or by its id as answers spell it or bare.
    pub(crate) fn find(&self, key: &str) -> Option<&Property> {
        let by_name = self.properties.iter().find(|property| property.name == key);
        by_name.or_else(|| self.by_id(key))
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Property> {
        let bare = decode(id);
        self.properties
            .iter()
            .find(|property| property.id == id || property.id == bare)
    }

    pub(crate) fn title_property(&self) -> Option<&Property> {
        self.properties.iter().find(|p| p.kind == "title")
    }
}

/// An id as answers spell it.
pub(crate) fn encode(id: &str) -> String {
    use std::fmt::Write as _;
    id.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'~' | b'-' | b'.') {
            out.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// An id without its percent signs.
pub(crate) fn decode(id: &str) -> String {
    let plus = id.replace('+', "%2B");
    url::form_urlencoded::parse(format!("k={}", plus.replace('&', "%26")).as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// Four characters, as Notion's own look.
fn fresh_id(rng: &mut StdRng, taken: &[Property]) -> String {
    loop {
        let id: String = (0..4)
            .map(|_| char::from(rng.random_range(b':'..=b'~')))
            .collect();
        if taken.iter().all(|property| property.id != id) {
            return id;
        }
    }
}

/// A record's data source, if it is a row.
pub(crate) fn source_of<'a>(world: &'a World, row: &Record) -> Option<(Uuid, &'a Source)> {
    let Parent::Record(above) = row.parent else {
        return None;
    };
    let source = world.get(above)?.source.as_deref()?;
    Some((above, source))
}

/// The living data sources of a database, in order.
pub(crate) fn sources_of(world: &World, database: Uuid) -> Vec<Uuid> {
    world
        .live_children(database)
        .filter(|record| record.source.is_some())
        .map(|record| record.id)
        .collect()
}

/// The database a data source belongs to.
pub(crate) fn database_of(world: &World, source: Uuid) -> Option<Uuid> {
    match world.get(source)?.parent {
        Parent::Record(id) => Some(id),
        Parent::Workspace => None,
    }
}

/// The parent of a row as an answer writes it.
pub(crate) fn row_parent(world: &World, source: Uuid, data_sources: bool) -> Value {
    let database = database_of(world, source).map(|id| id.to_string());
    if data_sources {
        json!({"type": "data_source_id", "data_source_id": source.to_string(),
               "database_id": database})
    } else {
        json!({"type": "database_id", "database_id": database})
    }
}

/// What a database hangs below as an answer writes it: in a wiki another database.
pub(crate) fn container_parent(world: &World, parent: Parent, version: Version) -> Value {
    match parent {
        Parent::Record(id) if world.get(id).is_some_and(|r| r.source.is_some()) => {
            row_parent(world, id, false)
        }
        _ => blocks::parent_json(world, parent, version),
    }
}

/// An option of a select by name or id, as written in a request or a filter.
pub(crate) fn option_of<'a>(property: &'a Property, wanted: &str) -> Option<&'a Value> {
    let options = property.config.get("options")?.as_array()?;
    let by_name = options.iter().find(|option| option["name"] == wanted);
    by_name.or_else(|| options.iter().find(|option| option["id"] == wanted))
}

/// A uuid of a JSON value.
pub(crate) fn uuid_of(value: &Value) -> Option<Uuid> {
    value.as_str().and_then(ids::parse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_properties() {
        for id in ["swq\\", "v_]<", "title", "%;+&", "Xm~F"] {
            assert_eq!(decode(&encode(id)), id);
        }
        assert_eq!(encode(">iE>"), "%3EiE%3E");
        assert_eq!(encode("v~_}"), "v~_%7D");
    }
}
