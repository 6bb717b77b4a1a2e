//! An answer as it comes in: server-sent events (WHATWG HTML, §9.2), each a JSON value.

use serde_json::Value;

use crate::Style;

/// A longer line is no event of such a server.
const LONGEST_LINE: usize = 1 << 20;

/// Cuts bytes into the values of `data:` lines.
#[derive(Debug, Default)]
pub(crate) struct Events {
    rest: Vec<u8>,
}

/// A line was longer than any can be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

impl Events {
    /// Takes more bytes; gives the data that is whole now.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<Vec<String>, TooLong> {
        self.rest.extend_from_slice(bytes);
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(length) =
            (self.rest.get(from..)).and_then(|rest| rest.iter().position(|byte| *byte == b'\n'))
        {
            let line = self.rest.get(from..from + length).unwrap_or_default();
            let line = String::from_utf8_lossy(line);
            if let Some(data) = line.trim_end_matches('\r').strip_prefix("data:") {
                found.push(data.trim_start().to_owned());
            }
            from += length + 1;
        }
        self.rest.drain(..from);
        if self.rest.len() > LONGEST_LINE {
            return Err(TooLong);
        }
        Ok(found)
    }
}

/// What an event says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) text: String,
    /// The answer is whole; nothing but figures comes after it.
    pub(crate) done: bool,
    /// It ended because it may be no longer.
    pub(crate) at_limit: bool,
    /// The model declined.
    pub(crate) declined: bool,
    pub(crate) tokens_in: Option<u64>,
    pub(crate) tokens_out: Option<u64>,
    /// The server failed in the middle of it, in its words.
    pub(crate) failed: Option<String>,
}

/// Reads an event; `None` for what is no event of such a server.
pub(crate) fn said(style: Style, data: &str) -> Option<Said> {
    if data == "[DONE]" {
        return Some(Said {
            done: true,
            ..Said::default()
        });
    }
    let value: Value = serde_json::from_str(data).ok()?;
    let mut said = match style {
        Style::OpenAi => openai(&value),
        Style::Anthropic => anthropic(&value),
    };
    if let Some(error) = value.get("error").filter(|error| !error.is_null()) {
        said.failed = Some(words_of(error));
    }
    Some(said)
}

/// What an error says, from where servers put it.
pub(crate) fn words_of(error: &Value) -> String {
    let inner = error.get("error").unwrap_or(error);
    let words = inner.get("message").or_else(|| inner.get("type"));
    let words = words.and_then(Value::as_str).or_else(|| inner.as_str());
    let line: String = (words.unwrap_or("it did not say why").chars())
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(200)
        .collect();
    line.trim().to_owned()
}

fn openai(value: &Value) -> Said {
    let choice = value.pointer("/choices/0");
    let text = |name: &str| {
        let field = choice.and_then(|choice| choice.get("delta")?.get(name));
        field.and_then(Value::as_str).unwrap_or_default()
    };
    let reason = choice.and_then(|choice| choice.get("finish_reason")?.as_str());
    let count = |name: &str| value.get("usage")?.get(name)?.as_u64();
    Said {
        text: text("content").to_owned(),
        done: reason.is_some(),
        at_limit: reason == Some("length"),
        declined: reason == Some("content_filter") || !text("refusal").is_empty(),
        tokens_in: count("prompt_tokens"),
        tokens_out: count("completion_tokens"),
        failed: None,
    }
}

fn anthropic(value: &Value) -> Said {
    let at = |path: &str| value.pointer(path);
    let words = |path: &str| at(path).and_then(Value::as_str);
    let reason = words("/delta/stop_reason");
    Said {
        text: words("/delta/text").unwrap_or_default().to_owned(),
        done: words("/type") == Some("message_stop"),
        at_limit: reason == Some("max_tokens"),
        declined: reason == Some("refusal"),
        tokens_in: at("/message/usage/input_tokens").and_then(Value::as_u64),
        tokens_out: at("/usage/output_tokens").and_then(Value::as_u64),
        failed: None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_ways_of_speaking_are_read() {
        let open = r#"{"choices":[{"delta":{"content":"Hé"},"finish_reason":null}]}"#;
        assert_eq!(said(Style::OpenAi, open).unwrap().text, "Hé");
        let last = r#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#;
        let last = said(Style::OpenAi, last).unwrap();
        assert!(last.done && last.at_limit);
        let block = r#"{"type":"content_block_delta","delta":{"type":"text_delta","text":"Hé"}}"#;
        assert_eq!(said(Style::Anthropic, block).unwrap().text, "Hé");
        let error =
            r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
        assert_eq!(
            said(Style::Anthropic, error).unwrap().failed.as_deref(),
            Some("Overloaded")
        );
        assert_eq!(said(Style::OpenAi, "<html>"), None);
    }

    proptest! {
        #[test]
        fn however_it_is_cut_the_same_is_read(
            texts in proptest::collection::vec("[a-zé日\"{}: ]{0,12}", 0..6),
            size in 1_usize..9,
        ) {
            let whole = texts.iter().fold(String::new(), |whole, text| {
                whole + "event: x\r\ndata: " + text + "\r\n\r\n"
            });
            let mut events = Events::default();
            let mut found = Vec::new();
            for piece in whole.as_bytes().chunks(size) {
                found.extend(events.take(piece).unwrap());
            }
            let wanted: Vec<String> = texts.iter().map(|text| text.trim_start().to_owned()).collect();
            prop_assert_eq!(found, wanted);
        }

        #[test]
        fn nothing_that_comes_fails(data in "\\PC{0,80}") {
            let _said = (said(Style::OpenAi, &data), said(Style::Anthropic, &data));
        }
    }
}
