//! A first look at the lines of a text, so that every later search is a look-up.

use std::collections::HashMap;
use std::ops::Range;

/// One line: where it is, and how deep it is indented.
#[derive(Debug, Clone)]
pub(crate) struct Line<'a> {
    /// The line without its indentation, with trailing blanks.
    pub(crate) text: &'a str,
    /// The whole line, without its newline.
    pub(crate) range: Range<usize>,
    /// The number of leading tabs.
    pub(crate) depth: usize,
}

/// The lines of a text and where multi-line constructs end.
pub(crate) struct Lines<'a> {
    pub(crate) source: &'a str,
    pub(crate) all: Vec<Line<'a>>,
    /// `(name, depth)` of closing tags that stand alone on a line, outside code.
    closers: HashMap<(&'a str, usize), Vec<usize>>,
    /// Lines that contain `</table>`, outside code.
    tables: Vec<usize>,
    /// For the opening line of each code block: its closing line.
    fences: HashMap<usize, usize>,
    /// For the opening line of each displayed formula: its closing line.
    formulas: HashMap<usize, usize>,
}

/// A fence of backticks at the start of a line: its length.
pub(crate) fn fence_len(text: &str) -> Option<usize> {
    let len = text.bytes().take_while(|b| *b == b'`').count();
    (len >= 3 && !text.get(len..)?.contains('`')).then_some(len)
}

impl<'a> Lines<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for raw in source.split('\n') {
            let end = start + raw.len();
            let raw = raw.strip_suffix('\r').unwrap_or(raw);
            let depth = raw.bytes().take_while(|b| *b == b'\t').count();
            lines.push(Line {
                text: raw.get(depth..).unwrap_or_default(),
                range: start..start + raw.len(),
                depth,
            });
            start = end + 1;
        }
        let mut out = Self {
            source,
            all: lines,
            closers: HashMap::new(),
            tables: Vec::new(),
            fences: HashMap::new(),
            formulas: HashMap::new(),
        };
        out.scan();
        out
    }

    fn scan(&mut self) {
        let dollars: Vec<usize> = (0..self.all.len())
            .filter(|at| {
                self.get(*at)
                    .is_some_and(|line| line.text.trim_matches([' ', '\t']) == "$$")
            })
            .collect();
        let mut fence: Option<(usize, usize, usize)> = None;
        let mut skip = 0;
        for (at, line) in self.all.iter().enumerate() {
            if at < skip {
                continue;
            }
            if let Some((open, depth, len)) = fence {
                if line.depth == depth && closes_fence(line.text, len) {
                    self.fences.insert(open, at);
                    fence = None;
                }
                continue;
            }
            let text = line.text.trim_matches([' ', '\t']);
            if let Some(len) = fence_len(text) {
                fence = Some((at, line.depth, len));
            } else if text == "$$" {
                if let Some(end) = next_after(&dollars, at) {
                    self.formulas.insert(at, end);
                    skip = end + 1;
                }
            } else if let Some(name) = text
                .strip_prefix("</")
                .and_then(|rest| rest.strip_suffix('>'))
            {
                self.closers.entry((name, line.depth)).or_default().push(at);
            }
            if text.contains("</table>") {
                self.tables.push(at);
            }
        }
    }

    /// The next line that is `</name>` at this depth.
    pub(crate) fn closer(&self, name: &str, depth: usize, after: usize) -> Option<usize> {
        next_after(self.closers.get(&(name, depth))?, after)
    }

    /// The line where a table that begins at `from` ends.
    pub(crate) fn table_end(&self, from: usize) -> Option<usize> {
        let at = self.tables.partition_point(|line| *line < from);
        self.tables.get(at).copied()
    }

    /// The line that ends the formula that opens at `from`.
    pub(crate) fn formula_end(&self, from: usize) -> Option<usize> {
        self.formulas.get(&from).copied()
    }

    /// The closing fence of the code block that opens at `from`.
    pub(crate) fn fence_end(&self, from: usize) -> Option<usize> {
        self.fences.get(&from).copied()
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Line<'a>> {
        self.all.get(at)
    }

    /// The lines of a range, each without `depth` tabs, joined by newlines.
    pub(crate) fn dedent(&self, range: Range<usize>, depth: usize) -> String {
        let mut out = String::new();
        for (at, line) in self.all.get(range).unwrap_or_default().iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            let skip = line.depth.min(depth);
            out.push_str(
                self.source
                    .get(line.range.start + skip..line.range.end)
                    .unwrap_or_default(),
            );
        }
        out
    }
}

fn closes_fence(text: &str, len: usize) -> bool {
    let text = text.trim_end_matches([' ', '\t']);
    text.len() >= len && text.bytes().all(|b| b == b'`')
}

fn next_after(sorted: &[usize], after: usize) -> Option<usize> {
    sorted
        .get(sorted.partition_point(|line| *line <= after))
        .copied()
}
