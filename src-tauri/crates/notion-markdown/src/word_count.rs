//! How often a text says each of its words, whatever is around them.

use std::collections::HashMap;

use serde_json::Value;

/// Counted words of a block itself, without its children.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WordCount(HashMap<String, usize>);

impl WordCount {
    /// The words of a text in any notation: signs are no part of a word.
    pub(crate) fn of(text: &str) -> Self {
        let mut count = Self::default();
        count.add(text);
        count
    }

    /// The words a block says in plain text, as the API answers it: its text, its caption, the cells of
    /// a row.
    pub(crate) fn of_block(block: &Value) -> Self {
        let mut count = Self::default();
        let kind = block.get("type").and_then(Value::as_str);
        let Some(fields) = kind.and_then(|kind| block.get(kind)) else {
            return count;
        };
        for name in ["rich_text", "caption"] {
            count.add_items(fields.get(name));
        }
        let cells = fields.get("cells").and_then(Value::as_array);
        for cell in cells.into_iter().flatten() {
            count.add_items(Some(cell));
        }
        count
    }

    /// Whether every word of `other` is here as often.
    pub(crate) fn holds(&self, other: &Self) -> bool {
        let mut words = other.0.iter();
        words.all(|(word, times)| self.0.get(word).is_some_and(|here| here >= times))
    }

    fn add(&mut self, text: &str) {
        let words = text.split(|c: char| !c.is_alphanumeric());
        for word in words.filter(|word| !word.is_empty()) {
            *self.0.entry(word.to_owned()).or_default() += 1;
        }
    }

    /// Neighbouring items may share a word, and only where one is bold, say, the text shows a seam: it is
    /// not known how the base is cut, so each item counts for itself.
    fn add_items(&mut self, items: Option<&Value>) {
        let items = items.and_then(Value::as_array);
        for item in items.into_iter().flatten() {
            let content = item.pointer("/text/content").and_then(Value::as_str);
            self.add(content.unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn block(texts: &[&str]) -> Value {
        let items: Vec<Value> = texts
            .iter()
            .map(|text| json!({"type": "text", "text": {"content": text}}))
            .collect();
        json!({"type": "paragraph", "paragraph": {"rich_text": items}})
    }

    #[test]
    fn spelling_and_seams_do_not_count() {
        let base = WordCount::of("One **bo**ld \\* `two`<br>three 日本");
        let same = block(&["One ", "bo", "ld * ", "two", "\nthree 日本"]);
        assert!(base.holds(&WordCount::of_block(&same)));
    }

    #[test]
    fn a_new_word_is_seen_and_so_is_one_more_of_the_same() {
        let base = WordCount::of("one two");
        assert!(!base.holds(&WordCount::of_block(&block(&["one two three"]))));
        assert!(!base.holds(&WordCount::of_block(&block(&["one two two"]))));
        assert!(base.holds(&WordCount::of_block(&block(&["two"]))));
    }

    #[test]
    fn what_is_not_plain_text_is_not_compared() {
        let mention = json!({"type": "mention", "plain_text": "A page"});
        let block = json!({"type": "paragraph", "paragraph": {"rich_text": [mention]}});
        assert!(WordCount::of("").holds(&WordCount::of_block(&block)));
    }
}
