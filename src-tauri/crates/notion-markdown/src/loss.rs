//! What a conversion could not carry, as values that can be shown before anything is sent.

use std::fmt;

/// Something of a document that a notation cannot carry. Its visible words are kept wherever it has any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// What is lost or changed.
    pub what: String,
    /// The block of the document: positions from the top, counted from 0 and parted by slashes.
    pub r#where: String,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "block {}: {}", self.r#where, self.what)
    }
}

/// The outcome of a conversion, and what is missing or changed in it, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Converted<T> {
    /// What came out.
    pub value: T,
    /// What could not be carried.
    pub losses: Vec<Loss>,
}

/// Losses as they are found.
#[derive(Debug, Default)]
pub(crate) struct Losses {
    list: Vec<Loss>,
}

impl Losses {
    /// Notes a loss of the block at these positions; the same is noted once.
    pub(crate) fn at(&mut self, path: &[usize], what: impl Into<String>) {
        let path: Vec<String> = path.iter().map(ToString::to_string).collect();
        // A loss is told in one line.
        let mut what: String = what.into();
        if what.contains(['\n', '\r']) {
            what = what.replace(['\n', '\r'], " ");
        }
        let loss = Loss {
            what,
            r#where: path.join("/"),
        };
        if self.list.last() != Some(&loss) {
            self.list.push(loss);
        }
    }

    /// All of them, in order.
    pub(crate) fn into_list(self) -> Vec<Loss> {
        self.list
    }
}
