//! The model written as blocks of a request.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::json::{block, map, set_children, size};
use super::split::{TEXT, fits, split};
use super::{rich_out, table_out};
use crate::canonical::language_name;
use crate::code;
use crate::loss::Losses;
use crate::model::{Attrs, Block, Kind, Span};
use crate::urls;

/// How many items one array takes.
pub(super) const GROUP_ITEMS: usize = 100;
/// How long the rich text of one block may be as JSON, so that every block fits into a request.
pub(super) const GROUP_BYTES: usize = 250_000;
/// How long a part of code is that is continued in the next block.
const CODE_BYTES: usize = 60_000;
/// Notion's names of code languages.
static LANGUAGES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "abap|abc|agda|arduino|ascii art|assembly|bash|basic|bnf|c|c#|c++|clojure|coffeescript|coq|css|\
dart|dhall|diff|docker|ebnf|elixir|elm|erlang|f#|flow|fortran|gherkin|glsl|go|graphql|groovy|haskell|hcl|html|idris|\
java|javascript|json|julia|kotlin|latex|less|lisp|livescript|llvm ir|lua|makefile|markdown|markup|matlab|mathematica|\
mermaid|nix|notion formula|objective-c|ocaml|pascal|perl|php|plain text|powershell|prolog|protobuf|purescript|python|\
r|racket|reason|ruby|rust|sass|scala|scheme|scss|shell|smalltalk|solidity|sql|swift|toml|typescript|vb.net|verilog|\
vhdl|visual basic|webassembly|xml|yaml|java/c/c++/c#"
        .split('|')
        .collect()
});

/// Writes blocks, and remembers where it is and what it could not say.
#[derive(Debug, Default)]
pub(super) struct Writer {
    pub(super) losses: Losses,
    path: Vec<usize>,
    /// How many elements with blocks inside are open.
    pub(super) depth: usize,
}

impl Writer {
    /// Writes a list of blocks.
    pub(super) fn blocks(&mut self, list: &[Block]) -> Vec<Value> {
        let mut out = Vec::with_capacity(list.len());
        for (at, block) in list.iter().enumerate() {
            self.path.push(at);
            self.block(block, &mut out);
            self.path.pop();
        }
        out
    }

    /// Notes what the block at hand loses.
    pub(super) fn lost(&mut self, what: impl Into<String>) {
        self.losses.at(&self.path, what);
    }

    /// A writer for the block at these positions.
    pub(super) fn at(path: &[usize]) -> Self {
        Self {
            path: path.to_vec(),
            ..Self::default()
        }
    }

    /// A writer for what is inside an element.
    pub(super) fn inner(&self) -> Self {
        Self {
            depth: self.depth,
            ..Self::default()
        }
    }

    pub(super) fn block(&mut self, block: &Block, out: &mut Vec<Value>) {
        let children = self.blocks(&block.children);
        if block.kind.holds_children() {
            self.own(block, children, out);
            return;
        }
        self.own(block, Vec::new(), out);
        if !children.is_empty() {
            self.lost("indentation below a block that cannot have blocks inside");
            out.extend(children);
        }
    }

    fn own(&mut self, block: &Block, children: Vec<Value>, out: &mut Vec<Value>) {
        let flags = Map::new;
        let (name, payload, text) = match &block.kind {
            Kind::Paragraph(text) => ("paragraph", flags(), text),
            Kind::Heading {
                level,
                toggle,
                text,
            } => (heading(*level), heading_flags(*toggle), text),
            Kind::Bullet(text) => ("bulleted_list_item", flags(), text),
            Kind::Numbered { start, text } => {
                if let Some(start) = start {
                    self.lost(format!("the list's first number, {start}"));
                }
                ("numbered_list_item", flags(), text)
            }
            Kind::Todo { checked, text } => ("to_do", map([("checked", json!(checked))]), text),
            Kind::Quote(text) => ("quote", flags(), text),
            Kind::Toggle(text) => ("toggle", flags(), text),
            Kind::Callout => return self.callout(block, children, out),
            Kind::Divider => return out.push(self::block("divider", flags())),
            Kind::Code { language, text } if code::is_rich(block) => {
                return self.rich_code(language, text, &block.attrs, out);
            }
            Kind::Code { language, text } => return self.code(language, text, out),
            Kind::Equation(text) => return self.equation(text, out),
            Kind::Table(table) => {
                let table = table_out::table(table, &mut |what| self.lost(what));
                return out.push(table);
            }
            Kind::Image { caption, url } => {
                self.attrs(&block.attrs, &[]);
                return self.image(url, caption, out);
            }
            Kind::Opaque(source) => return self.opaque(source, out),
        };
        let payload = self.colored(payload, &block.attrs, &["color"]);
        let groups = self.groups(text);
        text_blocks(name, &payload, groups, children, out);
    }

    /// The payload with the block's colour; other attributes are lost.
    pub(super) fn colored(
        &mut self,
        mut payload: Map<String, Value>,
        attrs: &Attrs,
        known: &[&str],
    ) -> Map<String, Value> {
        self.attrs(attrs, known);
        if let Some(name) = attrs.get("color") {
            match rich_out::color(name) {
                Some(color) => {
                    payload.insert("color".to_owned(), json!(color));
                }
                None => self.lost(format!("the colour {name}")),
            }
        }
        payload
    }

    fn attrs(&mut self, attrs: &Attrs, known: &[&str]) {
        for (name, _) in attrs.iter().filter(|(name, _)| !known.contains(name)) {
            self.lost(format!("the attribute {name}"));
        }
    }

    /// Rich text in portions one block may carry; at least one, perhaps empty.
    pub(super) fn groups(&mut self, text: &[Span]) -> Vec<Vec<Value>> {
        let items = rich_out::items(text, &mut |what| self.lost(what));
        let mut groups = vec![Vec::new()];
        let mut bytes = 0;
        for item in items {
            let len = size(&item) + 1;
            let full = groups
                .last()
                .is_some_and(|group: &Vec<Value>| group.len() >= GROUP_ITEMS);
            if full || bytes + len > GROUP_BYTES {
                groups.push(Vec::new());
                bytes = 0;
            }
            bytes += len;
            if let Some(group) = groups.last_mut() {
                group.push(item);
            }
        }
        if groups.len() > 1 {
            self.lost("a text longer than a block holds is continued in the next");
        }
        groups
    }

    fn callout(&mut self, block: &Block, mut children: Vec<Value>, out: &mut Vec<Value>) {
        let mut payload = self.colored(Map::new(), &block.attrs, &["color", "icon"]);
        if let Some(icon) = block.attrs.get("icon") {
            match icon_value(icon) {
                Some(icon) => {
                    payload.insert("icon".to_owned(), icon);
                }
                None => self.lost("an icon that only Notion itself can set"),
            }
        }
        // The first plain paragraph is the callout's own text.
        let own = block.children.first().is_some_and(|first| {
            matches!(&first.kind, Kind::Paragraph(text) if !text.is_empty())
                && first.attrs.is_empty()
                && first.children.is_empty()
        });
        let text = if own && !children.is_empty() {
            let first = children.remove(0);
            first.pointer("/paragraph/rich_text").cloned()
        } else {
            None
        };
        payload.insert("rich_text".to_owned(), text.unwrap_or_else(|| json!([])));
        let mut value = self::block("callout", payload);
        set_children(&mut value, children);
        out.push(value);
    }

    pub(super) fn code(&mut self, language: &str, text: &str, out: &mut Vec<Value>) {
        let name = self.language(language);
        let whole = code_items(text);
        let mut parts = vec![whole];
        if parts
            .iter()
            .any(|part| part.len() > GROUP_ITEMS || size(&json!(part)) > GROUP_BYTES)
        {
            self.lost("code longer than a block holds is continued in the next");
            parts = code_parts(text)
                .iter()
                .map(|part| code_items(part))
                .collect();
        }
        out.extend(parts.into_iter().map(|items| {
            block(
                "code",
                map([("rich_text", json!(items)), ("language", json!(name))]),
            )
        }));
    }

    fn equation(&mut self, text: &str, out: &mut Vec<Value>) {
        if fits(text, rich_out::FORMULA) {
            out.push(block("equation", map([("expression", json!(text))])));
        } else {
            self.lost("a formula longer than 1,000 characters is shown as code");
            self.code("latex", text, out);
        }
    }

    pub(super) fn image(&mut self, url: &str, caption: &[Span], out: &mut Vec<Value>) {
        self.media("image", url, caption, out);
    }

    /// A file with an address; without one that Notion takes, its address stays text.
    pub(super) fn media(&mut self, name: &str, url: &str, caption: &[Span], out: &mut Vec<Value>) {
        let mut groups = self.groups(caption).into_iter();
        let mut payload = Map::new();
        if rich_out::is_web(url) {
            if urls::without_signature(url).len() < url.len() {
                self.lost("a file Notion hosts: its address expires");
            }
            payload.insert("type".to_owned(), json!("external"));
            payload.insert("external".to_owned(), json!({ "url": url }));
            payload.insert("caption".to_owned(), json!(groups.next()));
            out.push(block(name, payload));
        } else {
            self.lost(format!(
                "a {name} with an address Notion does not take stays text"
            ));
            let address = self.groups(&[Span::text(url)]);
            text_blocks("paragraph", &Map::new(), address, Vec::new(), out);
        }
        let rest: Vec<Vec<Value>> = groups.filter(|group| !group.is_empty()).collect();
        if !rest.is_empty() {
            text_blocks("paragraph", &Map::new(), rest, Vec::new(), out);
        }
    }
}

/// One block for each portion of text; the blocks below hang on the last.
pub(super) fn text_blocks(
    name: &str,
    payload: &Map<String, Value>,
    groups: Vec<Vec<Value>>,
    children: Vec<Value>,
    out: &mut Vec<Value>,
) {
    for group in groups {
        let mut payload = payload.clone();
        payload.insert("rich_text".to_owned(), Value::Array(group));
        out.push(block(name, payload));
    }
    if let Some(last) = out.last_mut() {
        set_children(last, children);
    }
}

pub(super) fn heading(level: u8) -> &'static str {
    match level {
        0 | 1 => "heading_1",
        2 => "heading_2",
        3 => "heading_3",
        _ => "heading_4",
    }
}

fn heading_flags(toggle: bool) -> Map<String, Value> {
    if toggle {
        map([("is_toggleable", json!(true))])
    } else {
        Map::new()
    }
}

/// The reverse of an icon attribute.
fn icon_value(icon: &str) -> Option<Value> {
    if icon.starts_with('{') {
        let value: Value = serde_json::from_str(icon).ok()?;
        return match value.get("type").and_then(Value::as_str)? {
            "custom_emoji" => {
                let id = value.pointer("/custom_emoji/id")?;
                Some(json!({ "type": "custom_emoji", "custom_emoji": { "id": id } }))
            }
            "file_upload" | "icon" => Some(value),
            _ => None,
        };
    }
    if urls::is_http(icon) {
        return rich_out::is_web(icon)
            .then(|| json!({ "type": "external", "external": { "url": icon } }));
    }
    (!icon.is_empty() && fits(icon, 32) && !icon.is_ascii())
        .then(|| json!({ "type": "emoji", "emoji": icon }))
}

/// Notion's name for a language, and whether nothing of what was written is lost.
///
/// What editors write after the language (`ts {1-3}`, `md title="x"`) is no part of it.
pub(super) fn accepted_language(written: &str) -> (String, bool) {
    let known = |name: &str| match language_name(name) {
        name if name.is_empty() => Some("plain text".to_owned()),
        name => LANGUAGES.contains(name.as_str()).then_some(name),
    };
    if let Some(name) = known(written) {
        return (name, true);
    }
    let first = written.split([' ', '\t', '{', ',', ':']).next();
    let name = first.filter(|first| !first.is_empty()).and_then(known);
    (name.unwrap_or_else(|| "plain text".to_owned()), false)
}

fn code_items(text: &str) -> Vec<Value> {
    split(text, TEXT)
        .map(|part| json!({ "type": "text", "text": { "content": part } }))
        .collect()
}

/// Long code in parts, cut between lines where lines are short enough.
fn code_parts(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut held = String::new();
    for line in text.split_inclusive('\n') {
        for piece in split(line, CODE_BYTES / 4) {
            if held.len() + piece.len() > CODE_BYTES {
                out.push(std::mem::take(&mut held));
            }
            held.push_str(piece);
        }
    }
    // The end of a block is the end of its last line.
    for part in &mut out {
        if part.ends_with('\n') {
            part.pop();
        }
    }
    out.push(held);
    out
}

#[cfg(test)]
mod tests {
    use super::accepted_language;

    #[test]
    fn languages_are_ones_notion_takes() {
        for (written, name, exact) in [
            ("js", "javascript", true),
            ("Rust", "rust", true),
            ("", "plain text", true),
            ("ts {1-3}", "typescript", false),
            ("nu", "plain text", false),
        ] {
            assert_eq!(accepted_language(written), (name.to_owned(), exact));
        }
    }
}
