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

impl Loss {
    /// The positions that `where` tells, to put losses in order.
    pub fn place(&self) -> Vec<usize> {
        let positions = self.r#where.split('/');
        positions.filter_map(|at| at.parse().ok()).collect()
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "block {}: {}", self.r#where, self.what)
    }
}

/// The outcome of a conversion, and what is missing or changed in it, in the order of the document.
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
    list: Vec<(Vec<usize>, String)>,
}

impl Losses {
    /// Notes a loss of the block at these positions; the same is noted once.
    pub(crate) fn at(&mut self, path: &[usize], what: impl Into<String>) {
        // A loss is told in one line.
        let mut what: String = what.into();
        if what.contains(['\n', '\r']) {
            what = what.replace(['\n', '\r'], " ");
        }
        let same = |(place, other): &(Vec<usize>, String)| place == path && *other == what;
        if !self.list.last().is_some_and(same) {
            self.list.push((path.to_vec(), what));
        }
    }

    /// All of them, in the order of the document.
    pub(crate) fn into_list(mut self) -> Vec<Loss> {
        self.list.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.list.dedup();
        let told = self.list.into_iter();
        told.map(|(path, what)| Loss {
            what,
            r#where: place(&path),
        })
        .collect()
    }
}

/// Positions as they are told.
pub(crate) fn place(path: &[usize]) -> String {
    let path: Vec<String> = path.iter().map(ToString::to_string).collect();
    path.join("/")
}
