//! Where the blocks of a body begin in its text, so that a person can be told the line of one.

use std::collections::HashMap;

/// Deeper blocks are found at the one they stand in: nobody looks for a line by its fortieth indentation, and
/// places without end would take memory without end.
const DEEPEST: usize = 16;

/// Where blocks begin, as they are read.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// Where what is being read begins.
    pub(crate) at: usize,
    found: HashMap<Vec<usize>, usize>,
}

impl Places {
    /// Notes that the block at these positions begins here, unless it was begun before.
    pub(crate) fn begin(&mut self, place: Vec<usize>) {
        if place.len() <= DEEPEST {
            self.found.entry(place).or_insert(self.at);
        }
    }

    /// Where the block at these positions begins, or else the one around it.
    pub(crate) fn of(&self, place: &[usize]) -> usize {
        let shorter = (0..=place.len().min(DEEPEST)).rev();
        let mut around = shorter.filter_map(|len| self.found.get(place.get(..len)?));
        around.next().copied().unwrap_or_default()
    }
}

/// For each line of a text that was made of another by adding blank lines, its number in the other one,
/// counted from 0.
pub(crate) fn numbers(isolated: &str, source: &str) -> Vec<usize> {
    let mut theirs = source.split('\n').peekable();
    let mut number = 0;
    isolated
        .split('\n')
        .map(|line| {
            let here = number;
            // An added line stands before one that is not blank, and does not count.
            if theirs.peek() == Some(&line) {
                theirs.next();
                number += 1;
            }
            here
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Places, numbers};

    #[test]
    fn added_lines_do_not_count() {
        assert_eq!(numbers("a\n\nb\n", "a\n\nb\n"), [0, 1, 2, 3]);
        assert_eq!(
            numbers("a\n\n<x>\n\nb\n\n\nc", "a\n<x>\nb\n\nc"),
            [0, 1, 1, 2, 2, 3, 4, 4].map(|n: usize| n.min(4))
        );
    }

    #[test]
    fn a_block_without_a_place_is_where_the_one_around_it_is() {
        let mut places = Places {
            at: 7,
            ..Places::default()
        };
        places.begin(vec![1]);
        places.at = 9;
        places.begin(vec![1]);
        places.begin(vec![1, 0]);
        assert_eq!(places.of(&[1, 0, 4]), 9);
        assert_eq!(places.of(&[1, 1]), 7);
        assert_eq!(places.of(&[2]), 0);
    }
}
