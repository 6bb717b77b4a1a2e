//! What a note loses on its way to Notion, told to the person who wrote it before it is sent.

use std::fmt;

use crate::body;
use crate::loss::Loss;
use crate::model::{Block, Document, Kind};
use crate::plain;

/// Something in a note that Notion cannot hold as it is written. Its words are kept wherever it has any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteLoss {
    /// What is lost or changed.
    pub what: String,
    /// The line of the note's body where the block begins, counted from 1.
    pub line: usize,
    /// The words of the heading above it; none where there is no heading above, or none with words.
    pub heading: Option<String>,
}

impl fmt::Display for NoteLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            line,
            heading,
        } = self;
        write!(f, "Notion cannot hold this as it is, in line {line}")?;
        if let Some(heading) = heading {
            write!(f, " under “{heading}”")?;
        }
        write!(f, ": {what}.")
    }
}

/// What a note would lose if its body were sent to Notion, in the order of its lines. Nothing, for nearly all
/// notes; then this takes no longer than reading the body.
///
/// A note stays as it is on this device whatever is told here.
pub fn losses(body: &str) -> Vec<NoteLoss> {
    let read = Document::read_body(body);
    let mut found = read.losses;
    found.extend(read.value.enhanced().losses);
    if found.is_empty() {
        return Vec::new();
    }
    let lines = body::read::lines(body);
    let mut headings = Vec::new();
    headings_of(&read.value.blocks, &mut Vec::new(), &mut headings);
    let mut out: Vec<NoteLoss> = found
        .into_iter()
        .map(|loss| told(loss, &lines, &headings))
        .collect();
    out.sort_by_key(|loss| loss.line);
    out.dedup();
    out
}

fn told(loss: Loss, lines: &body::read::Lines, headings: &[(Vec<usize>, String)]) -> NoteLoss {
    let place = loss.place();
    let above = headings.partition_point(|(heading, _)| *heading < place);
    let heading = above.checked_sub(1).and_then(|at| headings.get(at));
    NoteLoss {
        what: loss.what,
        line: lines.of(&place),
        heading: heading.map(|(_, words)| words.clone()),
    }
}

/// How much of a heading is told.
const HEADING: usize = 60;

/// The headings of a document that have words, with their positions, in order.
fn headings_of(list: &[Block], path: &mut Vec<usize>, out: &mut Vec<(Vec<usize>, String)>) {
    for (at, block) in list.iter().enumerate() {
        path.push(at);
        if let Kind::Heading { text, .. } = &block.kind {
            let words = plain::text(text).replace('\n', " ");
            let mut short: String = words.chars().take(HEADING).collect();
            if short.len() < words.len() {
                short.push('…');
            }
            if !short.is_empty() {
                out.push((path.clone(), short));
            }
        }
        headings_of(&block.children, path, out);
        path.pop();
    }
}
