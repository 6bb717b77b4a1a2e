//! Code with its language, a caption or styles, written as blocks of a request.

use serde_json::{Map, Value, json};

use super::json::map;
use super::write::{Writer, accepted_language, text_blocks};
use crate::code;
use crate::model::Attrs;

impl Writer {
    /// Notion's name of a language.
    pub(super) fn language(&mut self, written: &str) -> String {
        let (name, exact) = accepted_language(written);
        if !exact {
            self.lost(format!("the language of a code block, {written}"));
        }
        name
    }

    /// Code with a caption or with styles in it.
    pub(super) fn rich_code(
        &mut self,
        language: &str,
        text: &str,
        attrs: &Attrs,
        out: &mut Vec<Value>,
    ) {
        let from = out.len();
        if attrs.get(code::RUNS).is_none() {
            self.code(language, text, out);
        } else {
            let name = self.language(language);
            let flags = map([("language", json!(name))]);
            let groups = self.groups(&code::spans(text, attrs));
            text_blocks("code", &flags, groups, Vec::new(), out);
        }
        let mut groups = self.groups(&code::caption(attrs)).into_iter();
        let caption = groups.next().filter(|caption| !caption.is_empty());
        let last = out.get_mut(from..).and_then(<[Value]>::last_mut);
        if let (Some(caption), Some(last)) = (caption, last)
            && let Some(content) = last.get_mut("code").and_then(Value::as_object_mut)
        {
            content.insert("caption".to_owned(), json!(caption));
        }
        let rest: Vec<Vec<Value>> = groups.collect();
        if !rest.is_empty() {
            text_blocks("paragraph", &Map::new(), rest, Vec::new(), out);
        }
    }
}
