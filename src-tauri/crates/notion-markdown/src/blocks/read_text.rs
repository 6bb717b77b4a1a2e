//! The JSON text of blocks, read block by block: only one of those at the top is a tree of values at a time,
//! so that a long page takes little more memory than its text and its document.

use std::cell::Cell;
use std::fmt;

use bumpalo::Bump;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::tree::{Name, Reader};
use super::{BlocksError, read, read_losses};
use crate::loss::Losses;
use crate::model::Block;

/// What is read so far.
#[derive(Default)]
struct Reading {
    blocks: Vec<Block>,
    losses: Losses,
    /// Whether there was a list at all.
    found: bool,
    failed: Option<BlocksError>,
}

/// Reads the text of a list of blocks, or of an object that holds one in `results`.
pub(super) fn blocks(text: &str) -> Result<(Vec<Block>, Losses), BlocksError> {
    let mut reading = Reading::default();
    let too_deep = Cell::new(false);
    let mut source = serde_json::Deserializer::from_str(text);
    source.disable_recursion_limit();
    let top = Top {
        reading: &mut reading,
        inside: Inside {
            depth: 0,
            too_deep: &too_deep,
        },
        answer: true,
    };
    let read = top.deserialize(&mut source).and_then(|()| source.end());
    match read {
        Err(_) if too_deep.get() => Err(BlocksError::TooDeep {
            place: reading.blocks.len().to_string(),
        }),
        Err(error) if error.is_data() => Err(BlocksError::NotAList),
        Err(error) => Err(BlocksError::NotJson(error.to_string())),
        Ok(()) => match reading.failed {
            Some(error) => Err(error),
            None if reading.found => Ok((reading.blocks, reading.losses)),
            None => Err(BlocksError::NotAList),
        },
    }
}

/// How deep what is being read stands.
#[derive(Clone, Copy)]
struct Inside<'r> {
    depth: usize,
    too_deep: &'r Cell<bool>,
}

impl<'r> Inside<'r> {
    fn deeper(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }

    /// What reads here, with memory for what it reads.
    fn with<'b>(self, memory: &'b Bump) -> Reader<'b>
    where
        'r: 'b,
    {
        Reader {
            depth: self.depth,
            too_deep: self.too_deep,
            memory,
        }
    }
}

/// Reads the blocks at the top.
struct Top<'r> {
    reading: &'r mut Reading,
    inside: Inside<'r>,
    /// Whether an object with the list in it does as well.
    answer: bool,
}

impl<'a> DeserializeSeed<'a> for Top<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of blocks")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut source: A) -> Result<(), A::Error> {
        // Of two lists in one answer the last one counts, as everywhere in JSON.
        *self.reading = Reading {
            found: true,
            ..Reading::default()
        };
        let mut at = 0;
        let inner = self.inside.deeper();
        let mut memory = Bump::new();
        loop {
            let Some(value) = source.next_element_seed(inner.with(&memory))? else {
                return Ok(());
            };
            let Reading {
                blocks,
                losses,
                failed,
                ..
            } = &mut *self.reading;
            // After a failure it still matters whether the rest is JSON at all.
            if failed.is_none() {
                match read::block(&value, &mut vec![at], blocks) {
                    Ok(()) => read_losses::of_block(&value, at, losses),
                    Err(error) => *failed = Some(error),
                }
            }
            at += 1;
            memory.reset();
        }
    }

    fn visit_map<A: MapAccess<'a>>(self, mut source: A) -> Result<(), A::Error> {
        let inner = self.inside.deeper();
        let mut memory = Bump::new();
        while let Some(name) = source.next_key_seed(Name(&memory))? {
            if self.answer && name == "results" {
                source.next_value_seed(Top {
                    reading: &mut *self.reading,
                    inside: inner,
                    answer: false,
                })?;
            } else {
                source.next_value_seed(inner.with(&memory))?;
            }
            memory.reset();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::blocks::BlocksError;
    use crate::model::Document;

    #[test]
    fn a_text_is_read_as_its_values_are() {
        for text in [
            "[]",
            r#"[{"object":"block","type":"paragraph","paragraph":{"rich_text":[{"text":{"content":"a\n\"b\""},
                "annotations":{"bold":true,"color":"red"}}],"new":1,"also":{"z":1,"a":2}},"id":"1"}]"#,
            r#"[{"p\u0061ragraph":{"text":[{"pl\u0061in_text":"escaped names"}]}}]"#,
            r#"[{"type":"new","new":{"z":[1,-2,2.5e3,null,true],"a":"b"},"children":[{"type":"divider","divider":{}}]}]"#,
            r#"[{"type":"quote","type":"toggle","toggle":{"rich_text":[]},"quote":{}}]"#,
            r#"[{"type":"table","table":{"table_width":2,"children":[{"type":"table_row","table_row":
                {"cells":[[{"text":{"content":"x"}}],[]]}}]}},{"type":"column","column":{}}]"#,
        ] {
            let Value::Array(values) = serde_json::from_str(text).unwrap() else {
                panic!("no list: {text}");
            };
            let wanted = Document::read_blocks(&values).unwrap();
            let answer = format!(r#"{{"object":"list","results":{text},"has_more":false}}"#);
            let twice = format!(r#"{{"results":[{{"divider":{{}}}}],"results":{text}}}"#);
            for text in [text, &answer, &twice] {
                assert_eq!(Document::read_blocks_json(text).unwrap(), wanted, "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_list_of_blocks_is_refused() {
        let error = |text: &str| Document::read_blocks_json(text).unwrap_err();
        for text in [
            "3",
            "null",
            "{}",
            r#"{"results":{}}"#,
            r#"{"results":{"results":[]}}"#,
        ] {
            assert_eq!(error(text), BlocksError::NotAList, "{text}");
        }
        for text in ["", "[", "[] []", "[{}, nonsense]", r#"{"results":[]"#] {
            assert!(matches!(error(text), BlocksError::NotJson(_)), "{text}");
        }
        let place = "1/0".to_owned();
        let text = r#"[{"divider":{}},{"type":"quote","quote":{"children":[3]}},{}]"#;
        assert_eq!(error(text), BlocksError::NotABlock { place });
    }
}
