//! Parts of inline text that are read whole: code spans, addresses, mentions.

use serde_json::{Value, json};

use crate::{ids, markdown::attributes::get};

/// What follows the first `bytes` bytes.
pub(super) fn skip(text: &str, bytes: usize) -> &str {
    text.get(bytes..).unwrap_or_default()
}

/// A code span at the start of `text`, trimmed as CommonMark does.
pub(super) fn code_span(text: &str) -> Option<(&str, &str)> {
    let (content, after) = code_span_raw(text)?;
    let inner = content.strip_prefix(' ').and_then(|c| c.strip_suffix(' '));
    let trimmed = inner.filter(|_| !content.trim_matches(' ').is_empty());
    Some((trimmed.unwrap_or(content), after))
}

/// A code span at the start of `text`, and what follows it.
pub(crate) fn code_span_raw(text: &str) -> Option<(&str, &str)> {
    let body = text.trim_start_matches('`');
    let size = text.len() - body.len();
    let mut at = 0;
    while let Some(found) = skip(body, at).find('`') {
        let start = at + found;
        let tail = skip(body, start);
        let run = tail.len() - tail.trim_start_matches('`').len();
        if run == size {
            return Some((body.get(..start)?, skip(body, start + run)));
        }
        at = start + run;
    }
    None
}

/// An address up to its closing parenthesis; its own parentheses balance or are escaped.
pub(crate) fn address(text: &str) -> Option<(String, &str)> {
    let mut url = String::new();
    let mut depth = 0_usize;
    let mut chars = text.char_indices().take(8192);
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, next)) if "\\()".contains(next) => url.push(next),
                Some((_, next)) => url.extend([c, next]),
                None => return None,
            },
            '(' => {
                depth += 1;
                url.push(c);
            }
            ')' if depth == 0 => {
                return (!url.is_empty()).then(|| (url, skip(text, at + 1)));
            }
            ')' => {
                depth -= 1;
                url.push(c);
            }
            _ => url.push(c),
        }
    }
    None
}

pub(super) fn mention(name: &str, attributes: &[(String, String)]) -> Option<Value> {
    let kind = name.strip_prefix("mention-")?;
    match kind {
        "page" | "database" | "data-source" => {
            let id = get(attributes, "url").and_then(ids::from_url)?.to_string();
            let kind = if kind == "page" { "page" } else { "database" };
            Some(json!({"type": kind, kind: {"id": id}}))
        }
        "user" => {
            let url = get(attributes, "url")?;
            let id = ids::from_url(url)?.to_string();
            Some(json!({"type": "user", "user": {"id": id}}))
        }
        "date" => {
            let moment = |day: &str, time: &str| {
                let day = get(attributes, day)?;
                Some(match get(attributes, time) {
                    Some(time) if !day.contains('T') => format!("{day}T{time}:00.000"),
                    _ => day.to_owned(),
                })
            };
            let start = moment("start", "startTime")?;
            Some(json!({"type": "date", "date": {"start": start, "end": moment("end", "endTime"),
                        "time_zone": get(attributes, "timeZone")}}))
        }
        "template" => ["template_mention_date", "template_mention_user"].into_iter().find_map(|key| {
            let value = get(attributes, key)?;
            Some(json!({"type": "template_mention", "template_mention": {"type": key, key: value}}))
        }),
        _ => None,
    }
}
