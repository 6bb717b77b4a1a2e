//! Blocks: what a request may contain, and how an answer shows a record.

use serde_json::{Map, Value, json};

use crate::{
    blockfields::check_payload,
    clock,
    error::{missing, not_present, should_be, too_long},
    files, ids,
    json::at,
    richtext, tables,
    version::Version,
    world::{NewBlock, Parent, Record, World},
};

/// Types a request may create, in the order Notion lists them.
pub(crate) const CREATABLE: &[&str] = &[
    "embed",
    "bookmark",
    "image",
    "video",
    "pdf",
    "file",
    "audio",
    "code",
    "equation",
    "divider",
    "breadcrumb",
    "table_of_contents",
    "link_to_page",
    "table_row",
    "column_list",
    "column",
    "table",
    "heading_1",
    "heading_2",
    "heading_3",
    "heading_4",
    "paragraph",
    "bulleted_list_item",
    "numbered_list_item",
    "quote",
    "to_do",
    "toggle",
    "template",
    "callout",
    "synced_block",
    "tab",
];

/// Creatable types of a version: the two newest are only known to newer versions' lists.
pub(crate) fn creatable(version: Version) -> impl Iterator<Item = &'static str> {
    CREATABLE
        .iter()
        .copied()
        .filter(move |kind| version.has_data_sources() || !["heading_4", "tab"].contains(kind))
}

/// Counts blocks of one request and remembers its version.
#[derive(Debug)]
pub(crate) struct Checker {
    pub(crate) version: Version,
    pub(crate) count: usize,
}

impl Checker {
    pub(crate) fn new(version: Version) -> Self {
        Self { version, count: 0 }
    }

    /// Checks an array of blocks; `level` 0 is the request's own array.
    pub(crate) fn list(
        &mut self,
        value: &Value,
        path: &str,
        level: usize,
        parent: &str,
    ) -> Result<Vec<NewBlock>, String> {
        let Some(items) = value.as_array() else {
            return Err(should_be(path, "an array", Some(value)));
        };
        if items.len() > 100 {
            return Err(too_long(path, 100, items.len()));
        }
        let mut blocks = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            blocks.push(self.block(item, &format!("{path}[{at}]"), level, parent)?);
        }
        if self.count > 1000 {
            return Err(too_long(path, 1000, self.count));
        }
        Ok(blocks)
    }

    fn block(
        &mut self,
        item: &Value,
        path: &str,
        level: usize,
        parent: &str,
    ) -> Result<NewBlock, String> {
        self.count += 1;
        let Some(map) = item.as_object() else {
            return Err(should_be(path, "an object", Some(item)));
        };
        let declared = map.get("type").and_then(Value::as_str);
        let kind = creatable(self.version)
            .find(|kind| map.contains_key(*kind) && declared.is_none_or(|d| d == *kind));
        let Some((kind, payload)) = kind.and_then(|kind| map.get(kind).map(|p| (kind, p))) else {
            let lines: Vec<String> = creatable(self.version)
                .map(|kind| missing(&format!("{path}.{kind}")))
                .collect();
            return Err(lines.join("\n"));
        };
        for (key, value) in map {
            let old = !self.version.has_data_sources()
                && ["has_children", "archived"].contains(&key.as_str());
            if !["object", "type", kind].contains(&key.as_str()) && !old {
                return Err(not_present(&format!("{path}.{key}"), value));
            }
        }
        // "Block": nobody can make template blocks since 2023, though they are still listed.
        if kind == "template" {
            return Err(format!(
                "{path}.template: template blocks can no longer be created."
            ));
        }
        check_family(kind, parent, path)?;
        let at = format!("{path}.{kind}");
        let value = check_payload(kind, payload, &at, parent, true)?;
        let mut block = NewBlock::new(kind, Value::Object(value));
        block.children = self.children(kind, payload, &at, level)?;
        check_shape(&block, &at)?;
        Ok(block)
    }

    fn children(
        &mut self,
        kind: &str,
        payload: &Value,
        path: &str,
        level: usize,
    ) -> Result<Vec<NewBlock>, String> {
        let Some(children) = payload.get("children") else {
            return Ok(Vec::new());
        };
        let at = format!("{path}.children");
        // Columns need their own level inside the list, so the list and its columns count as one.
        let deepest = if ["column_list", "tab"].contains(&kind) {
            2
        } else {
            1
        };
        if level > deepest || !may_have_children(kind, &payload["is_toggleable"]) {
            return Err(not_present(&at, children));
        }
        let below = if kind == "column_list" {
            level
        } else {
            level + 1
        };
        self.list(children, &at, below, kind)
    }
}

/// Rows belong into tables, columns into column lists, and nothing else does.
fn check_family(kind: &str, parent: &str, path: &str) -> Result<(), String> {
    let wanted = match parent {
        "table" => Some("table_row"),
        "column_list" => Some("column"),
        "tab" => Some("paragraph"),
        _ => None,
    };
    if let Some(wanted) = wanted
        && kind != wanted
    {
        return Err(missing(&format!("{path}.{wanted}")));
    }
    let out_of_place =
        (kind == "table_row" && parent != "table") || (kind == "column" && parent != "column_list");
    if out_of_place {
        return Err(format!("{path}.{kind} cannot be created below {parent}."));
    }
    Ok(())
}

/// Rules that concern a block together with its children.
fn check_shape(block: &NewBlock, path: &str) -> Result<(), String> {
    let at = format!("{path}.children");
    match block.kind.as_str() {
        "table" => {
            if block.children.is_empty() {
                return Err(missing(&at));
            }
            let width = block
                .value
                .get("table_width")
                .and_then(Value::as_u64)
                .unwrap_or(0);
            for row in &block.children {
                let cells = row
                    .value
                    .get("cells")
                    .and_then(Value::as_array)
                    .map_or(0, Vec::len);
                if cells as u64 != width {
                    return Err(
                        "Number of cells in table row must match the table width of the \
                                parent table"
                            .into(),
                    );
                }
            }
        }
        "column_list" if block.children.len() < 2 => {
            return Err(format!(
                "{at}.length should be ≥ `2`, instead was `{}`.",
                block.children.len()
            ));
        }
        "tab" if block.children.is_empty() => {
            return Err(format!("{at}.length should be ≥ `1`, instead was `0`."));
        }
        _ => {}
    }
    Ok(())
}

/// Whether a type takes children at all.
pub(crate) fn may_have_children(kind: &str, toggleable: &Value) -> bool {
    match kind {
        "heading_1" | "heading_2" | "heading_3" | "heading_4" => toggleable == &json!(true),
        "paragraph" | "bulleted_list_item" | "numbered_list_item" | "to_do" | "toggle"
        | "quote" | "callout" | "table" | "column_list" | "column" | "synced_block" | "tab"
        | "template" | "child_page" => true,
        _ => false,
    }
}

/// How a parent is written.
pub(crate) fn parent_json(world: &World, parent: Parent, version: Version) -> Value {
    match parent {
        Parent::Workspace => json!({"type": "workspace", "workspace": true}),
        Parent::Record(id) => {
            let key = match world.get(id) {
                Some(record) if record.source.is_some() => {
                    return tables::row_parent(world, id, version.has_data_sources());
                }
                Some(record) if record.database.is_some() => "database_id",
                Some(record) if record.page.is_some() => "page_id",
                _ => "block_id",
            };
            json!({"type": key, key: id.to_string()})
        }
    }
}

/// Fields that pages and blocks share.
pub(crate) fn envelope(world: &World, record: &Record, version: Version) -> Map<String, Value> {
    let rounded = world.config.minute_rounding;
    let trashed = world.is_trashed(record.id);
    let mut map = Map::new();
    let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
    put("id", json!(record.id.to_string()));
    put("parent", parent_json(world, record.parent, version));
    put("created_time", json!(clock::show(record.created, rounded)));
    put(
        "last_edited_time",
        json!(clock::show(record.edited, rounded)),
    );
    put(
        "created_by",
        json!({"object": "user", "id": record.created_by.to_string()}),
    );
    put(
        "last_edited_by",
        json!({"object": "user", "id": record.edited_by.to_string()}),
    );
    put("in_trash", json!(trashed));
    if !version.has_position() {
        put("archived", json!(trashed));
    }
    map
}

/// A block object.
pub(crate) fn present(world: &World, record: &Record, version: Version) -> Value {
    let mut map = envelope(world, record, version);
    map.insert("object".into(), json!("block"));
    let kind = match record.kind.as_str() {
        "meeting_notes" if !version.has_position() => "transcription",
        kind => kind,
    };
    map.insert("type".into(), json!(kind));
    let has_children = record.kind != "child_database" && has_children(world, record);
    map.insert("has_children".into(), json!(has_children));
    map.insert(kind.to_owned(), payload(world, record));
    Value::Object(map)
}

/// A synced copy has the children of its original.
fn has_children(world: &World, record: &Record) -> bool {
    let source = record.value.get("synced_from");
    let source = source.and_then(|source| source.get("block_id")?.as_str());
    let original = source.and_then(ids::parse).and_then(|id| world.get(id));
    original
        .unwrap_or(record)
        .children
        .iter()
        .any(|id| world.get(*id).is_some_and(|child| !child.trashed))
}

fn payload(world: &World, record: &Record) -> Value {
    if record.page.is_some() {
        return json!({"title": world.title(record.id)});
    }
    let mut value = record.value.clone();
    for key in ["rich_text", "caption"] {
        if let Some(Value::Array(items)) = value.get(key) {
            let shown = richtext::present(world, items);
            value.insert(key.to_owned(), shown);
        }
    }
    if let Some(Value::Array(cells)) = value.get("cells") {
        let shown = cells
            .iter()
            .map(|cell| richtext::present(world, cell.as_array().map_or(&[], Vec::as_slice)))
            .collect();
        value.insert("cells".into(), shown);
    }
    if let Some(icon) = value.get("icon") {
        let icon = files::present(world, icon);
        value.insert("icon".into(), icon);
    }
    uploaded(world, &record.kind, value)
}

/// An uploaded file is shown as a file with an address that ends.
fn uploaded(world: &World, kind: &str, mut value: Map<String, Value>) -> Value {
    let Some(id) = value.get("file_upload").map(|upload| upload["id"].clone()) else {
        return Value::Object(value);
    };
    if kind == "file" && !value.contains_key("name") {
        let name = files::name_of(world, &id);
        value.insert("name".into(), json!(name));
    }
    let shown = files::present(world, &Value::Object(value));
    if kind != "embed" {
        return shown;
    }
    let mut embed = Map::new();
    embed.insert("caption".into(), at(&shown, &["caption"]).clone());
    embed.insert("url".into(), at(&shown, &["file", "url"]).clone());
    Value::Object(embed)
}
