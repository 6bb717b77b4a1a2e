//! Rows as `cargo xtask bench` shows them: what, ours, beside it, relation, budget.

use serde_json::{Value, json};

use crate::documents::Sample;
use crate::programs::Direction;

/// What was measured, in order.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<[String; 5]>,
    notes: Vec<String>,
}

/// No figure where there is none.
const NONE: &str = "—";

impl Table {
    pub(crate) fn row(&mut self, cells: [String; 5]) {
        self.rows.push(cells);
    }

    pub(crate) fn note(&mut self, words: impl Into<String>) {
        self.notes.push(words.into());
    }

    pub(crate) fn json(&self) -> Value {
        json!({ "rows": self.rows, "notes": self.notes })
    }
}

/// How fast a document goes in one direction, in megabytes of its own size a second.
pub(crate) fn speed(
    direction: Direction,
    sample: &Sample,
    ours: Option<f64>,
    theirs: Option<f64>,
) -> [String; 5] {
    let rate = |seconds: f64| {
        let rate = number(sample.bytes) / 1e6 / seconds;
        format!("{rate:.*} MB/s", if rate >= 10.0 { 0 } else { 2 })
    };
    row(
        format!("{}, {}", direction.words(), sample.name),
        ours.map(rate),
        theirs.map(rate),
        direction.peer(),
        theirs.zip(ours).map(|(theirs, ours)| theirs / ours),
        "≥ 100 ×",
    )
}

/// What is converted where many documents are: ours on all cores, the peer on the one that Node gives it.
pub(crate) fn many(documents: usize, cores: usize, direction: Direction) -> String {
    let peer = direction.peer();
    format!("all {documents} documents, ours on {cores} cores, {peer} on one")
}

/// How long the way to blocks takes beside a parser that makes nothing of what it reads.
pub(crate) fn floor(sample: &Sample, ours: Option<f64>, floor: Option<f64>) -> [String; 5] {
    let time = |seconds: f64| format!("{:.3} ms", seconds * 1e3);
    row(
        format!("{}, {}", Direction::Blocks.words(), sample.name),
        ours.map(time),
        floor.map(time),
        "pulldown-cmark alone",
        ours.zip(floor).map(|(ours, floor)| ours / floor),
        "≤ 4 ×",
    )
}

/// How fast reading the document and making nothing of it is: what the relation to a peer can be at most.
pub(crate) fn bound(
    direction: Direction,
    sample: &Sample,
    bound: Option<f64>,
    theirs: Option<f64>,
) -> [String; 5] {
    let [what, ours, theirs, relation, _] = speed(direction, sample, bound, theirs);
    let who = match direction {
        Direction::Blocks => "pulldown-cmark",
        Direction::Markdown => "the peer's own JSON.parse",
    };
    let what = format!("{what}: {who} alone, a bound for everybody");
    [what, ours, theirs, relation, NONE.to_owned()]
}

/// The most memory of a process.
pub(crate) fn memory(
    direction: Direction,
    name: &str,
    [ours, theirs]: [Option<f64>; 2],
) -> [String; 5] {
    row(
        format!("peak memory, {}, {name}", direction.words()),
        ours.map(mebibytes),
        theirs.map(mebibytes),
        direction.peer(),
        ours.zip(theirs).map(|(ours, theirs)| ours / theirs),
        NONE,
    )
}

/// Lost words, of all words.
pub(crate) fn losses(
    direction: Direction,
    name: &str,
    [ours, theirs]: [(usize, usize); 2],
) -> [String; 5] {
    let shown = |(lost, all): (usize, usize)| format!("{lost} of {all}");
    let share = 100.0 * number(theirs.0) / number(theirs.1.max(1));
    row(
        format!("words lost, {}, {name}", direction.words()),
        Some(shown(ours)),
        Some(format!("{} ({share:.1} %)", shown(theirs))),
        direction.peer(),
        None,
        "0",
    )
}

/// Under which conditions all this was measured.
pub(crate) fn conditions([we, martian, notion_to_md]: [Option<f64>; 3]) -> String {
    let shown = |peak: Option<f64>| peak.map_or_else(|| NONE.to_owned(), mebibytes);
    format!(
        "Converters: published documents, strung together from the smallest on. Best of several \
         rounds after the first, in turns. Ours goes from text to text; so does notion-to-md, which gets \
         children without a network; martian makes objects. Memory is the peak (VmHWM) of a process that \
         converts once; with an empty document it is {} for ours, {} for martian and {} for notion-to-md \
         in Node. Lost words are those of the source (by comrak; on the way back by a walk over rich \
         text) that the result does not have in order.",
        shown(we),
        shown(martian),
        shown(notion_to_md)
    )
}

fn row(
    what: String,
    ours: Option<String>,
    theirs: Option<String>,
    peer: &str,
    relation: Option<f64>,
    budget: &str,
) -> [String; 5] {
    [
        what,
        ours.unwrap_or_else(|| NONE.to_owned()),
        theirs.map_or_else(
            || format!("{peer} fails"),
            |theirs| format!("{theirs}, {peer}"),
        ),
        relation.map_or_else(
            || NONE.to_owned(),
            |relation| format!("{relation:.*} ×", if relation >= 10.0 { 0 } else { 2 }),
        ),
        budget.to_owned(),
    ]
}

fn mebibytes(kib: f64) -> String {
    format!("{:.1} MiB", kib / 1024.0)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sizes of documents, far below what a float holds exactly"
)]
fn number(count: usize) -> f64 {
    count as f64
}
