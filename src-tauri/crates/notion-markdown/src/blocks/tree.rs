//! JSON as blocks are read from it: values of `serde_json`, and a form of our own that borrows its
//! strings from the text.

use std::cell::Cell;
use std::fmt;

use bumpalo::Bump;
use bumpalo::collections::Vec as List;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// How deep JSON may nest: one block in another takes three levels.
const MAX_NEST: usize = 400;

/// What reading blocks asks of a JSON value.
pub(super) trait Tree: Sized {
    /// Nothing, for what is missing.
    fn null<'n>() -> &'n Self
    where
        Self: 'n;
    /// The value of a field of an object.
    fn get(&self, name: &str) -> Option<&Self>;
    /// The names and values of an object, in any order.
    fn fields(&self) -> impl Iterator<Item = (&str, &Self)>;
    /// The items of a list.
    fn items(&self) -> Option<&[Self]>;
    fn as_str(&self) -> Option<&str>;
    fn as_bool(&self) -> Option<bool>;
    fn as_u64(&self) -> Option<u64>;
    fn is_null(&self) -> bool;
    fn is_number(&self) -> bool;
    fn is_object(&self) -> bool;
    /// The value as JSON text, fields in the order of their names.
    fn json(&self) -> String;
}

impl Tree for Value {
    fn null<'n>() -> &'n Self {
        &Self::Null
    }

    fn get(&self, name: &str) -> Option<&Self> {
        Self::get(self, name)
    }

    fn fields(&self) -> impl Iterator<Item = (&str, &Self)> {
        let fields = self.as_object().into_iter().flatten();
        fields.map(|(name, value)| (name.as_str(), value))
    }

    fn items(&self) -> Option<&[Self]> {
        self.as_array().map(Vec::as_slice)
    }

    fn as_str(&self) -> Option<&str> {
        Self::as_str(self)
    }

    fn as_bool(&self) -> Option<bool> {
        Self::as_bool(self)
    }

    fn as_u64(&self) -> Option<u64> {
        Self::as_u64(self)
    }

    fn is_null(&self) -> bool {
        Self::is_null(self)
    }

    fn is_number(&self) -> bool {
        Self::is_number(self)
    }

    fn is_object(&self) -> bool {
        Self::is_object(self)
    }

    fn json(&self) -> String {
        self.to_string()
    }
}

/// A JSON value whose strings are pieces of the text wherever nothing in them is escaped. The rest is in one
/// piece of memory that is given back as a whole, for there are far more values than blocks.
#[derive(Debug)]
pub(super) enum Node<'b> {
    Null,
    Bool(bool),
    Number(Number),
    Text(&'b str),
    List(&'b [Self]),
    /// As written; of fields with the same name the last one counts.
    Object(&'b [(&'b str, Self)]),
}

impl Tree for Node<'_> {
    fn null<'n>() -> &'n Self
    where
        Self: 'n,
    {
        &Self::Null
    }

    fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(fields) = self else {
            return None;
        };
        // Objects of blocks are small: looking is cheaper than a map.
        let mut found = fields.iter().rev().filter(|(key, _)| *key == name);
        found.next().map(|(_, value)| value)
    }

    fn fields(&self) -> impl Iterator<Item = (&str, &Self)> {
        let fields = match self {
            Self::Object(fields) => *fields,
            _ => &[],
        };
        fields.iter().map(|(name, value)| (*name, value))
    }

    fn items(&self) -> Option<&[Self]> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    fn as_u64(&self) -> Option<u64> {
        match self {
            Self::Number(number) => number.as_u64(),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }

    fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    fn json(&self) -> String {
        Value::from(self).to_string()
    }
}

impl From<&Node<'_>> for Value {
    fn from(node: &Node<'_>) -> Self {
        match node {
            Node::Null => Self::Null,
            Node::Bool(flag) => Self::Bool(*flag),
            Node::Number(number) => Self::Number(number.clone()),
            Node::Text(text) => Self::String((*text).to_owned()),
            Node::List(list) => Self::Array(list.iter().map(Self::from).collect()),
            Node::Object(fields) => {
                let fields = fields.iter();
                let fields = fields.map(|(name, value)| ((*name).to_owned(), Self::from(value)));
                Self::Object(fields.collect::<Map<_, _>>())
            }
        }
    }
}

/// How many fields there is room for at first: nearly all objects of blocks have no more.
const FIELDS: usize = 8;

/// Reads a [`Node`] with this many lists and objects around it; says so when there are too many.
#[derive(Clone, Copy)]
pub(super) struct Reader<'b> {
    pub(super) depth: usize,
    pub(super) too_deep: &'b Cell<bool>,
    /// Where what is read is kept.
    pub(super) memory: &'b Bump,
}

impl Reader<'_> {
    /// The reader of what is inside.
    pub(super) fn inner<E: Error>(self) -> Result<Self, E> {
        if self.depth >= MAX_NEST {
            self.too_deep.set(true);
            return Err(E::custom("nested too deep"));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }
}

impl<'a: 'b, 'b> DeserializeSeed<'a> for Reader<'b> {
    type Value = Node<'b>;

    fn deserialize<D: Deserializer<'a>>(self, source: D) -> Result<Node<'b>, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'a: 'b, 'b> Visitor<'a> for Reader<'b> {
    type Value = Node<'b>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Node<'b>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Node<'b>, E> {
        Ok(Node::Bool(flag))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Node<'b>, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Node<'b>, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Node<'b>, E> {
        Ok(Number::from_f64(number).map_or(Node::Null, Node::Number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<Node<'b>, E> {
        Ok(Node::Text(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Node<'b>, E> {
        Ok(Node::Text(self.memory.alloc_str(text)))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut source: A) -> Result<Node<'b>, A::Error> {
        let inner = self.inner()?;
        let mut list = List::new_in(self.memory);
        while let Some(item) = source.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(Node::List(list.into_bump_slice()))
    }

    fn visit_map<A: MapAccess<'a>>(self, mut source: A) -> Result<Node<'b>, A::Error> {
        let inner = self.inner()?;
        let mut fields = List::with_capacity_in(FIELDS, self.memory);
        while let Some(name) = source.next_key_seed(Name(self.memory))? {
            fields.push((name, source.next_value_seed(inner)?));
        }
        Ok(Node::Object(fields.into_bump_slice()))
    }
}

/// Reads the name of a field.
pub(super) struct Name<'b>(pub(super) &'b Bump);

impl<'a: 'b, 'b> DeserializeSeed<'a> for Name<'b> {
    type Value = &'b str;

    fn deserialize<D: Deserializer<'a>>(self, source: D) -> Result<&'b str, D::Error> {
        source.deserialize_str(self)
    }
}

impl<'a: 'b, 'b> Visitor<'a> for Name<'b> {
    type Value = &'b str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'a str) -> Result<&'b str, E> {
        Ok(text)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<&'b str, E> {
        Ok(self.0.alloc_str(text))
    }
}
