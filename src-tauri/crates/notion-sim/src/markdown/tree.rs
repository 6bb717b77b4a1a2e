//! From records to Markdown.

use serde_json::json;
use uuid::Uuid;

use crate::{
    files, ids,
    markdown::render_in,
    richtext,
    world::{NewBlock, Record, Token, World},
};

/// A page's or block's content as Markdown.
pub(crate) struct Rendered {
    pub(crate) markdown: String,
    pub(crate) truncated: bool,
    pub(crate) unknown: Vec<Uuid>,
}

struct Reader<'a> {
    world: &'a World,
    token: Option<&'a Token>,
    page: Uuid,
    left: usize,
    unknown: Vec<Uuid>,
}

/// The content below `id` as Markdown.
pub(crate) fn page_markdown(world: &World, token: Option<&Token>, id: Uuid) -> Rendered {
    let page = world.page_of(id).unwrap_or(id);
    let left = world.config.markdown_limit;
    let mut reader = Reader {
        world,
        token,
        page,
        left,
        unknown: Vec::new(),
    };
    let blocks = reader.children(id);
    Rendered {
        markdown: render_in(&blocks, world.config.markdown_skew.style()),
        truncated: !reader.unknown.is_empty(),
        unknown: reader.unknown,
    }
}

/// One record with everything below it, as the parser would have read it.
pub(crate) fn of_record(world: &World, id: Uuid) -> Option<NewBlock> {
    let page = world.page_of(id).unwrap_or(id);
    let mut reader = Reader {
        world,
        token: None,
        page,
        left: usize::MAX,
        unknown: Vec::new(),
    };
    world.get(id).map(|record| reader.block(record))
}

impl Reader<'_> {
    fn children(&mut self, id: Uuid) -> Vec<NewBlock> {
        let world = self.world;
        world
            .live_children(id)
            .map(|child| self.block(child))
            .collect()
    }

    fn opaque(&self, record: &Record) -> NewBlock {
        let url = format!("{}#{}", ids::page_url(self.page), record.id.simple());
        let mut block = NewBlock::new("unknown", json!({"url": url, "alt": record.kind}));
        block.refers = Some(record.id);
        block
    }

    /// The payload with titles and names filled in.
    fn presented(&self, record: &Record) -> serde_json::Map<String, serde_json::Value> {
        let mut value = record.value.clone();
        for key in ["rich_text", "caption"] {
            if let Some(items) = value.get(key).and_then(|items| items.as_array()) {
                let shown = richtext::present(self.world, items);
                value.insert(key.to_owned(), shown);
            }
        }
        if let Some(cells) = value.get("cells").and_then(|cells| cells.as_array()) {
            let shown = cells
                .iter()
                .map(|cell| {
                    richtext::present(self.world, cell.as_array().map_or(&[], Vec::as_slice))
                })
                .collect();
            value.insert("cells".into(), shown);
        }
        // Addresses of files are signed ones here too.
        if value.contains_key("file_upload") {
            let shown = files::present(self.world, &serde_json::Value::Object(value.clone()));
            if let serde_json::Value::Object(shown) = shown {
                value = shown;
            }
        }
        value
    }

    fn block(&mut self, record: &Record) -> NewBlock {
        if self.left == 0 {
            self.unknown.push(record.id);
            return self.opaque(record);
        }
        self.left -= 1;
        match record.kind.as_str() {
            "child_page" | "child_database" => {
                let title = match record.page {
                    Some(_) => self.world.title(record.id),
                    None => record
                        .value
                        .get("title")
                        .and_then(|t| t.as_str())
                        .unwrap_or_default()
                        .to_owned(),
                };
                let mut block = NewBlock::new(&record.kind, json!({"title": title}));
                block.refers = Some(record.id);
                return block;
            }
            "bookmark" | "embed" | "link_preview" | "breadcrumb" | "template" | "unsupported"
            | "link_to_page" | "tab" | "meeting_notes" => return self.opaque(record),
            _ => {}
        }
        let value = self.presented(record);
        let mut below = record.id;
        let mut refers = None;
        if record.kind == "synced_block" {
            refers = Some(record.id);
            let source = value
                .get("synced_from")
                .and_then(|s| s["block_id"].as_str());
            if let Some(source) = source.and_then(ids::parse) {
                let visible = self
                    .token
                    .is_none_or(|token| self.world.can_see(token, source));
                below = if visible { source } else { below };
            }
        }
        let children = self.children(below);
        NewBlock {
            kind: record.kind.clone(),
            value,
            children,
            refers,
        }
    }
}
