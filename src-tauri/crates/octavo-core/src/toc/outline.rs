//! The contents page as an outline: each line with what is indented below it.

/// One block of the page: its line, the lines that belong to the same block (what a fence encloses),
/// and the blocks below it. All without the tabs of their depth.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Block {
    pub(super) line: String,
    pub(super) more: Vec<String>,
    pub(super) below: Vec<Block>,
}

impl Block {
    pub(super) fn of(line: String) -> Self {
        Self {
            line,
            ..Self::default()
        }
    }
}

/// Reads enhanced Markdown, where a tab per level says what is below what (Notion's documentation,
/// "Enhanced Markdown").
pub(super) fn read(text: &str) -> Vec<Block> {
    let mut reading = Reading::default();
    // How many backticks the fence that is open began with.
    let mut fence: Option<usize> = None;
    for line in text.lines() {
        if let Some(marks) = fence {
            let inside = reading.fenced(line);
            let closes = marks_of(inside) >= marks && inside.trim().trim_matches('`').is_empty();
            fence = fence.filter(|_| !closes);
            continue;
        }
        let marks = marks_of(reading.block(line));
        fence = (marks >= 3).then_some(marks);
    }
    reading.close(0);
    reading.top
}

/// What is read so far, and the blocks below which the next line may belong, outermost first.
#[derive(Default)]
struct Reading {
    top: Vec<Block>,
    open: Vec<Block>,
}

impl Reading {
    /// A line that is a block of its own. One that is too deep goes as deep as there is something
    /// above it. Answers the line without its tabs.
    fn block<'a>(&mut self, line: &'a str) -> &'a str {
        let text = line.trim_start_matches('\t');
        let tabs = line.len() - text.len();
        let depth = tabs.min(self.open.len());
        self.close(depth);
        let text = strip_tabs(line, depth);
        self.open.push(Block::of(text.to_owned()));
        text
    }

    /// A line that a fence encloses. Answers it without the tabs of the fence's depth.
    fn fenced<'a>(&mut self, line: &'a str) -> &'a str {
        let text = strip_tabs(line, self.open.len().saturating_sub(1));
        if let Some(block) = self.open.last_mut() {
            block.more.push(text.to_owned());
        }
        text
    }

    /// Closes every open block from this depth on.
    fn close(&mut self, depth: usize) {
        while self.open.len() > depth
            && let Some(block) = self.open.pop()
        {
            match self.open.last_mut() {
                Some(above) => above.below.push(block),
                None => self.top.push(block),
            }
        }
    }
}

/// The same page as text.
pub(super) fn written(blocks: &[Block]) -> String {
    let mut lines = Vec::new();
    write(blocks, 0, &mut lines);
    lines.join("\n")
}

fn write(blocks: &[Block], depth: usize, lines: &mut Vec<String>) {
    let tabs = "\t".repeat(depth);
    for block in blocks {
        lines.push(format!("{tabs}{}", block.line));
        lines.extend(block.more.iter().map(|line| format!("{tabs}{line}")));
        write(&block.below, depth + 1, lines);
    }
}

fn strip_tabs(line: &str, depth: usize) -> &str {
    let tabs = line.bytes().take(depth).take_while(|byte| *byte == b'\t');
    line.get(tabs.count()..).unwrap_or_default()
}

/// How many backticks a line begins with, behind tabs.
fn marks_of(line: &str) -> usize {
    let text = line.trim_start_matches('\t').bytes();
    text.take_while(|byte| *byte == b'`').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_as_it_was() {
        for text in [
            "",
            "a\n\tb\n\t\tc\nd",
            "```\n\t<mention-page url=\"x\"/>\n```\nafter",
            "## H {toggle=\"true\"}\n\t```rust\n\tfn main() {\n\t\tx\n\t}\n\t```\n\tafter",
            "````\n```\n````\n\tstays below",
        ] {
            assert_eq!(written(&read(text)), text);
        }
    }

    #[test]
    fn what_a_fence_encloses_is_one_block() {
        let blocks = read("a\n\t```\n\tx\n\t\ty\n\t```\n\tb\nc");
        assert_eq!(blocks.len(), 2);
        assert_eq!(blocks[0].below.len(), 2);
        assert_eq!(blocks[0].below[0].more, ["x", "\ty", "```"]);
    }

    #[test]
    fn a_line_too_deep_keeps_its_tabs() {
        assert_eq!(written(&read("\t\ta\nb\n\t\t\tc")), "\t\ta\nb\n\t\t\tc");
    }
}
