//! Small tools for block objects.

use std::cell::Cell;

use bumpalo::Bump;
use serde::de::DeserializeSeed as _;
use serde_json::{Map, Value, json};

use super::BlocksError;
use super::tree::{Reader, Tree};

/// Reads JSON that may nest deeper than most, yet not without end.
pub(super) fn parse(text: &str) -> Result<Value, BlocksError> {
    let too_deep = Cell::new(false);
    let mut source = serde_json::Deserializer::from_str(text);
    source.disable_recursion_limit();
    let memory = Bump::new();
    let reader = Reader {
        depth: 0,
        too_deep: &too_deep,
        memory: &memory,
    };
    let node = reader.deserialize(&mut source);
    match node.and_then(|node| source.end().map(|()| node)) {
        Ok(node) => Ok(Value::from(&node)),
        Err(_) if too_deep.get() => Err(BlocksError::TooDeep {
            place: "0".to_owned(),
        }),
        Err(error) => Err(BlocksError::NotJson(error.to_string())),
    }
}

/// The type of a block: what it says, else the one key that holds an object.
pub(super) fn kind<V: Tree>(block: &V) -> Option<&str> {
    if let Some(name) = block.get("type").and_then(V::as_str) {
        return Some(name);
    }
    let mut payloads = block.fields().filter(|(key, value)| {
        value.is_object()
            && !matches!(
                *key,
                "parent" | "created_by" | "last_edited_by" | "position"
            )
    });
    let (name, _) = payloads.next()?;
    payloads.next().is_none().then_some(name)
}

/// What is below the name of the type.
pub(super) fn payload<V: Tree>(block: &V) -> &V {
    kind(block)
        .and_then(|name| block.get(name))
        .unwrap_or(V::null())
}

/// The children of a block, in either place.
pub(super) fn children<V: Tree>(block: &V) -> &[V] {
    let inside = payload(block).get("children").and_then(V::items);
    let found = inside.or_else(|| block.get("children").and_then(V::items));
    found.unwrap_or_default()
}

/// A string below a value.
pub(super) fn text<'v, V: Tree>(value: &'v V, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

/// A flag below a value.
pub(super) fn flag<V: Tree>(value: &V, name: &str) -> bool {
    value.get(name).and_then(V::as_bool).unwrap_or(false)
}

/// A list below a value.
pub(super) fn list<'v, V: Tree>(value: &'v V, name: &str) -> &'v [V] {
    value.get(name).and_then(V::items).unwrap_or_default()
}

/// A block as a request carries it.
pub(super) fn block(name: &str, payload: Map<String, Value>) -> Value {
    let mut object = Map::new();
    object.insert("object".to_owned(), json!("block"));
    object.insert("type".to_owned(), json!(name));
    object.insert(name.to_owned(), Value::Object(payload));
    Value::Object(object)
}

/// A payload from pairs.
pub(super) fn map<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

/// Hangs children below a block; none leaves no key.
pub(super) fn set_children(block: &mut Value, children: Vec<Value>) {
    let Some(name) = kind(block).map(str::to_owned) else {
        return;
    };
    if let Some(payload) = block.get_mut(&name).and_then(Value::as_object_mut) {
        if children.is_empty() {
            payload.remove("children");
        } else {
            payload.insert("children".to_owned(), Value::Array(children));
        }
    }
}

/// How long a value is as JSON, in bytes.
pub(super) fn size(value: &Value) -> usize {
    let mut counter = Counter(0);
    serde_json::to_writer(&mut counter, value).map_or(usize::MAX, |()| counter.0)
}

/// Counts what is written to it.
struct Counter(usize);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Takes the children out of a block, wherever they are.
pub(super) fn take_children(block: &mut Value) -> Vec<Value> {
    let name = kind(block).map(str::to_owned).unwrap_or_default();
    let inner = block.get_mut(&name).and_then(Value::as_object_mut);
    let taken = inner.and_then(|payload| payload.remove("children"));
    let outer = block
        .as_object_mut()
        .and_then(|block| block.remove("children"));
    match (taken, outer) {
        (Some(Value::Array(list)), _) | (_, Some(Value::Array(list))) => list,
        _ => Vec::new(),
    }
}

/// Appends a JSON string.
pub(super) fn quote(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = first_odd(rest.as_bytes()) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let (odd, tail) = tail.split_at(1);
        match odd.as_bytes().first() {
            Some(b'"') => out.push_str("\\\""),
            Some(b'\\') => out.push_str("\\\\"),
            Some(b'\n') => out.push_str("\\n"),
            Some(b'\r') => out.push_str("\\r"),
            Some(b'\t') => out.push_str("\\t"),
            Some(8) => out.push_str("\\b"),
            Some(12) => out.push_str("\\f"),
            Some(byte) => {
                out.push_str("\\u00");
                for half in [byte >> 4, byte & 15] {
                    out.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
                }
            }
            None => {}
        }
        rest = tail;
    }
    out.push_str(rest);
    out.push('"');
}

/// How long a text is as a JSON string.
pub(crate) fn quoted_len(text: &str) -> usize {
    let more = text.bytes().map(|byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 1,
        0..0x20 => 5,
        _ => 0,
    });
    text.len() + more.sum::<usize>() + 2
}

/// Where the first byte is that a JSON string has to escape.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "sixteen bytes without a branch between them are compared at once"
)]
fn first_odd(bytes: &[u8]) -> Option<usize> {
    let odd = |b: u8| (b < 0x20) | (b == b'"') | (b == b'\\');
    let plain = bytes
        .chunks_exact(16)
        .take_while(|chunk| !chunk.iter().fold(false, |any, b| any | odd(*b)))
        .count();
    let rest = bytes.get(plain * 16..)?;
    rest.iter().position(|b| odd(*b)).map(|at| at + plain * 16)
}
