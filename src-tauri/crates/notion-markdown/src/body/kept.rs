//! What Markdown leaves out although somebody wrote it: cells beyond the width of a table, definitions of a
//! name that is defined already, numbers inside a list. In a note nothing that was written is left out, or it
//! is told.

use std::collections::HashSet;
use std::ops::Range;

use crate::inline::normalize;
use crate::model::{Cell, Span};

/// The cells that stand after the last one Markdown shows, with their source as text.
pub(crate) fn excess_cells(rest: &str) -> Vec<Cell> {
    let rest = rest.trim();
    let rest = rest.strip_prefix('|').unwrap_or(rest).trim();
    if rest.is_empty() {
        return Vec::new();
    }
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in rest.chars() {
        match (c, cells.last_mut()) {
            ('|', _) if !escaped => cells.push(String::new()),
            ('|', Some(cell)) => {
                cell.pop();
                cell.push(c);
            }
            (_, Some(cell)) => cell.push(c),
            (_, None) => {}
        }
        escaped = c == '\\' && !escaped;
    }
    if cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    let cell = |text: String| Cell {
        text: normalize(vec![Span::text(text.trim())]),
        ..Cell::default()
    };
    cells.into_iter().map(cell).collect()
}

/// The numbers of an open list.
#[derive(Debug)]
pub(crate) struct Numbers {
    first: u64,
    next: u64,
}

impl Numbers {
    pub(crate) fn from(first: u64) -> Self {
        Self { first, next: first }
    }

    /// The number of the next item, and the one it is written with where that is another. Where all are
    /// written as the first, nothing is meant by it.
    pub(crate) fn item(&mut self, source: &str) -> (u64, Option<u64>) {
        let number = self.next;
        self.next = number.saturating_add(1);
        let digits = source.trim_start_matches([' ', '\t']);
        let end = digits
            .bytes()
            .take(10)
            .take_while(u8::is_ascii_digit)
            .count();
        let written = digits.get(..end).and_then(|digits| digits.parse().ok());
        let other = |written: &u64| *written != number && *written != self.first;
        (number, written.filter(other))
    }
}

/// Follows which parts of a source stand between the blocks at its top.
#[derive(Debug, Default)]
pub(crate) struct Gaps {
    depth: usize,
    end: usize,
    list: Vec<Range<usize>>,
}

impl Gaps {
    /// Notes where something begins; `opens` says whether other things are in it.
    pub(crate) fn start(&mut self, range: &Range<usize>, opens: bool) {
        if self.depth == 0 {
            if range.start > self.end {
                self.list.push(self.end..range.start);
            }
            self.end = self.end.max(range.end);
        }
        self.depth += usize::from(opens);
    }

    /// Notes that something ends.
    pub(crate) fn end(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// What stands there beside the definitions at `known`, which are in order, and where. A line that
    /// only says again what a definition says is left out.
    pub(crate) fn unknown(self, source: &str, known: &[Range<usize>]) -> Vec<(usize, String)> {
        let text = |range: &Range<usize>| source.get(range.clone()).unwrap_or_default();
        let defined: HashSet<&str> = known.iter().map(|range| text(range).trim()).collect();
        let mut out = Vec::new();
        for range in self.between(source.len(), known) {
            let source = text(&range);
            // Nearly all of them are blank lines.
            if source.bytes().all(|b| b.is_ascii_whitespace()) {
                continue;
            }
            let lines = source.lines().map(str::trim);
            let new: Vec<&str> = lines
                .filter(|line| !line.is_empty() && !defined.contains(line))
                .collect();
            if !new.is_empty() {
                out.push((range.start, new.join("\n")));
            }
        }
        out
    }

    fn between(mut self, end: usize, known: &[Range<usize>]) -> Vec<Range<usize>> {
        self.list.push(self.end..end.max(self.end));
        let mut out = Vec::new();
        let mut known = known.iter().peekable();
        for gap in self.list {
            let mut at = gap.start;
            while let Some(span) = known.peek().filter(|span| span.start < gap.end) {
                out.push(at..span.start.max(at));
                at = at.max(span.end);
                known.next();
            }
            out.push(at..gap.end.max(at));
        }
        out
    }
}
