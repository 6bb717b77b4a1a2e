//! Cards written as blocks: what can be created again is, the rest keeps its words.

use serde_json::{Map, Value, json};

use super::json::{block, children, kind, list, map, payload, set_children, text};
use super::write::{Writer, text_blocks};
use super::{card, read, rich_in, rich_out};
use crate::code_breaks;
use crate::enhanced::inline::{self, Unknown};
use crate::model::{Document, Inline, Kind, Span};
use crate::normal::normalize;
use crate::tag::{self, Tag};
use crate::urls;

/// How deep elements with blocks inside may nest; guards the stack.
const MAX_NEST: usize = 24;

impl Writer {
    /// Writes a card.
    pub(super) fn opaque(&mut self, source: &str, out: &mut Vec<Value>) {
        let Some(tag) = tag::parse(source).filter(|_| self.depth < MAX_NEST) else {
            return self.shown(source, out);
        };
        self.depth += 1;
        let known: &[&str] = match tag.name {
            "video" | "audio" | "file" | "pdf" => &["src"],
            "table_of_contents" => &["color"],
            "columns" | "synced_block" | "synced_block_reference" => &["url"],
            _ => &[],
        };
        if !known.is_empty() {
            self.colored(Map::new(), &tag.attrs(), known);
        }
        match tag.name {
            "unknown" => match card::kept_json(source) {
                Some(value) => self.kept(&value, out),
                None => self.unknown(&tag, source, out),
            },
            "video" | "audio" | "file" | "pdf" => match tag.attr("src") {
                Some(url) => {
                    let mut caption = inline::parse(element_text(source, &tag), Unknown::Keep);
                    code_breaks::take_apart_text(&mut caption);
                    self.media(tag.name, &url, &caption, out);
                }
                None => self.shown(source, out),
            },
            "table_of_contents" => {
                let color = tag.attrs().get("color").and_then(rich_out::color);
                let payload = color.map(|color| map([("color", json!(color))]));
                out.push(block("table_of_contents", payload.unwrap_or_default()));
            }
            "page" | "database" => self.page(&tag, source, out),
            "columns" => self.columns(source, out),
            "synced_block" => {
                let mut value = block("synced_block", map([("synced_from", Value::Null)]));
                set_children(&mut value, self.inside(source));
                out.push(value);
            }
            "synced_block_reference" => match tag.attr("url").and_then(|url| urls::page_id(&url)) {
                Some(id) => {
                    let from = json!({ "type": "block_id", "block_id": id });
                    out.push(block("synced_block", map([("synced_from", from)])));
                }
                None => out.extend(self.inside(source)),
            },
            name if source.contains('\n') => {
                self.lost(format!("<{name}>; what is inside stays"));
                let inside = self.inside(source);
                out.extend(inside);
            }
            _ => self.shown(source, out),
        }
        self.depth -= 1;
    }

    /// The blocks between the tags of an element.
    fn inside(&mut self, source: &str) -> Vec<Value> {
        let inner = card::inner(source).unwrap_or_default();
        self.written(Document::from_enhanced(&inner))
    }

    /// Blocks of enhanced Markdown inside a card.
    fn written(&mut self, mut document: Document) -> Vec<Value> {
        code_breaks::take_apart(&mut document.blocks);
        self.nested(&document)
    }

    /// Blocks of a document inside a card; losses are told of the card.
    fn nested(&mut self, document: &Document) -> Vec<Value> {
        let mut writer = self.inner();
        let blocks = writer.blocks(&document.blocks);
        for loss in writer.losses.into_list() {
            self.lost(loss.what);
        }
        blocks
    }

    /// An element blocks know nothing of: its words, else its source.
    fn shown(&mut self, source: &str, out: &mut Vec<Value>) {
        let name = tag::parse(source).map_or("element", |tag| tag.name);
        self.lost(format!("<{name}> stays text"));
        let words = crate::plain::text(&[Span::plain(Inline::Raw(source.to_owned()))]);
        let text = if words.is_empty() {
            source.to_owned()
        } else {
            words
        };
        let groups = self.groups(&normalize(vec![Span::text(text)]));
        text_blocks("paragraph", &Map::new(), groups, Vec::new(), out);
    }

    /// A block Notion's Markdown only names: a link to it.
    fn unknown(&mut self, tag: &Tag<'_>, source: &str, out: &mut Vec<Value>) {
        let url = tag.attr("url").filter(|url| urls::is_linkable(url));
        let (Some(alt), Some(url)) = (tag.attr("alt"), url) else {
            return self.shown(source, out);
        };
        self.lost(format!("a block of the type {alt}; a link to it stays"));
        let mut span = Span::text(alt);
        span.style.link = Some(url);
        let groups = self.groups(&normalize(vec![span]));
        text_blocks("paragraph", &Map::new(), groups, Vec::new(), out);
    }

    /// Pages and databases are never created as blocks: a link stands for them.
    fn page(&mut self, tag: &Tag<'_>, source: &str, out: &mut Vec<Value>) {
        let Some(id) = tag.attr("url").and_then(|url| urls::page_id(&url)) else {
            return self.shown(source, out);
        };
        let key = format!("{}_id", tag.name);
        let title = inline::unescape(element_text(source, tag));
        self.lost(format!("the {} {title}; a link to it stays", tag.name));
        let payload = map([("type", json!(key)), (key.as_str(), json!(id))]);
        out.push(block("link_to_page", payload));
    }

    fn columns(&mut self, source: &str, out: &mut Vec<Value>) {
        let Some(columns) = card::split_columns(source) else {
            self.lost("<columns>; what is inside stays");
            return out.extend(self.inside(source));
        };
        let columns = columns.into_iter();
        let columns = columns
            .map(|(ratio, document)| (ratio.map(|ratio| json!(ratio)), self.written(document)))
            .collect();
        self.column_list(columns, out);
    }

    /// Columns with their widths and their blocks.
    fn column_list(&mut self, columns: Vec<(Option<Value>, Vec<Value>)>, out: &mut Vec<Value>) {
        if columns.len() < 2 {
            self.lost(match columns.len() {
                0 => "columns without any column",
                _ => "a column that stands alone",
            });
            out.extend(columns.into_iter().flat_map(|(_, inside)| inside));
            return;
        }
        let mut list = Vec::with_capacity(columns.len());
        for (ratio, mut inside) in columns {
            if inside.is_empty() {
                inside.push(block("paragraph", map([("rich_text", json!([]))])));
            }
            let ratio = ratio.map(|ratio| map([("width_ratio", ratio)]));
            let mut column = block("column", ratio.unwrap_or_default());
            set_children(&mut column, inside);
            list.push(column);
        }
        let mut value = block("column_list", Map::new());
        set_children(&mut value, list);
        out.push(value);
    }

    /// A block that was kept as JSON.
    pub(super) fn kept(&mut self, value: &Value, out: &mut Vec<Value>) {
        let name = kind(value).unwrap_or_default();
        let content = payload(value);
        match name {
            "bookmark" | "embed" => match text(content, "url") {
                Some(url) if rich_out::is_web(url) => {
                    self.request(name, content, Vec::new(), out);
                }
                _ => self.words(value, out),
            },
            "link_preview" => match text(content, "url").filter(|url| rich_out::is_web(url)) {
                Some(url) => {
                    self.lost("a link preview becomes a bookmark");
                    out.push(block("bookmark", map([("url", json!(url))])));
                }
                None => self.words(value, out),
            },
            "code" => {
                let block = read::whole_code(content);
                if let Kind::Code { language, text } = &block.kind {
                    self.rich_code(language, text, &block.attrs, out);
                }
            }
            "breadcrumb" | "link_to_page" => self.request(name, content, Vec::new(), out),
            "tab" if !children(value).is_empty() => {
                let tabs = children(value).iter().flat_map(|tab| self.tab(tab));
                let tabs: Vec<Value> = tabs.collect();
                self.request(name, content, tabs, out);
            }
            "image" | "video" | "audio" | "file" | "pdf" => self.file(name, content, value, out),
            "column_list" => self.kept_columns(value, out),
            "synced_block" => {
                let inside = self.nested(&read::document(children(value)));
                self.request(name, content, inside, out);
            }
            _ => self.words(value, out),
        }
    }

    /// Columns that were kept as JSON; what is no column stands alone.
    fn kept_columns(&mut self, value: &Value, out: &mut Vec<Value>) {
        let list = children(value);
        if list.iter().any(|column| kind(column) != Some("column")) {
            self.lost("columns; what is inside stays");
            return out.extend(self.nested(&read::document(list)));
        }
        let columns = list.iter().map(|column| {
            let ratio = payload(column).get("width_ratio");
            let ratio = ratio.filter(|ratio| ratio.is_number()).cloned();
            (ratio, self.nested(&read::document(children(column))))
        });
        let columns = columns.collect();
        self.column_list(columns, out);
    }

    /// A tab is a paragraph that may have an icon.
    fn tab(&mut self, value: &Value) -> Vec<Value> {
        let mut out = self.nested(&read::document(std::slice::from_ref(value)));
        let icon = payload(value).get("icon").filter(|icon| icon.is_object());
        if let (Some(icon), Some(first)) = (icon, out.first_mut())
            && let Some(content) = first.get_mut("paragraph").and_then(Value::as_object_mut)
        {
            content.insert("icon".to_owned(), icon.clone());
        }
        out
    }

    /// A file that is uploaded or has a name; one that Notion hosts keeps only its address.
    fn file(&mut self, name: &str, content: &Value, value: &Value, out: &mut Vec<Value>) {
        let uploaded = content.pointer("/file_upload/id").is_some();
        let url = card::media_url(content);
        if !uploaded && !url.is_some_and(rich_out::is_web) {
            return self.words(value, out);
        }
        let mut content = content.clone();
        if let Some(object) = content.as_object_mut()
            && let Some(file) = object.remove("file").filter(|_| !uploaded)
        {
            self.lost("a file Notion hosts: its address expires");
            object.insert("type".to_owned(), json!("external"));
            object.insert("external".to_owned(), json!({ "url": file.get("url") }));
        }
        self.request(name, &content, Vec::new(), out);
    }

    /// A payload as a request carries it.
    fn request(&mut self, name: &str, content: &Value, below: Vec<Value>, out: &mut Vec<Value>) {
        let mut payload = content.as_object().cloned().unwrap_or_default();
        payload.retain(|key, value| {
            key != "children" && (!value.is_null() || key.as_str() == "synced_from")
        });
        let mut rest = Vec::new();
        if payload.contains_key("caption") {
            let caption = normalize(rich_in::spans(list(content, "caption")));
            let mut groups = self.groups(&caption).into_iter();
            payload.insert("caption".to_owned(), json!(groups.next()));
            rest.extend(groups);
        }
        let mut value = block(name, payload);
        set_children(&mut value, below);
        out.push(value);
        if !rest.is_empty() {
            text_blocks("paragraph", &Map::new(), rest, Vec::new(), out);
        }
    }

    /// What a block says that no request can create.
    fn words(&mut self, value: &Value, out: &mut Vec<Value>) {
        let name = kind(value).unwrap_or_default();
        self.lost(format!("a block of the type {name}"));
        let content = payload(value);
        let mut spans: Vec<Span> = Vec::new();
        for key in ["rich_text", "title", "caption"] {
            let mut found = rich_in::spans(list(content, key));
            if let Some(title) = text(content, key) {
                found.push(Span::text(title));
            }
            if !spans.is_empty() && !found.is_empty() {
                spans.push(Span::plain(Inline::Break));
            }
            spans.append(&mut found);
        }
        if let Some(url) = text(content, "url").or_else(|| card::media_url(content)) {
            if !spans.is_empty() {
                spans.push(Span::plain(Inline::Break));
            }
            spans.push(Span::text(url));
        }
        let spans = normalize(spans);
        let below = self.nested(&read::document(children(value)));
        if spans.is_empty() {
            out.extend(below);
            return;
        }
        let groups = self.groups(&spans);
        text_blocks("paragraph", &Map::new(), groups, below, out);
    }
}

/// The source between the tags of an element of one line.
fn element_text<'a>(source: &'a str, tag: &Tag<'_>) -> &'a str {
    let rest = source.get(tag.len..).unwrap_or_default();
    rest.strip_suffix(&format!("</{}>", tag.name))
        .unwrap_or(rest)
}
