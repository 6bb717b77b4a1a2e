//! Three-way merge of texts: by lines, then by words where lines overlap. Overlaps are never guessed.

use crate::three_way::{Chunk, chunks, merge_words};

/// The outcome of a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merge {
    /// Every change of both sides.
    Clean(String),
    /// Both sides changed the same words differently.
    Conflict {
        /// Everything merged that could be, with mine where the sides overlap.
        mine_kept: String,
        /// The overlaps, in order.
        regions: Vec<Region>,
    },
}

/// A place where both sides changed the same thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Where mine stands in `mine_kept`, in bytes.
    pub at: usize,
    /// What it was.
    pub base: String,
    /// What it is here, and in `mine_kept`.
    pub mine: String,
    /// What it is there.
    pub theirs: String,
}

/// Merges two texts that come from one base.
///
/// Works on either notation, as long as all three texts are in the same. Whole lines that both sides put in at
/// one place are both kept, theirs first: no text is replaced by that.
pub fn merge(base: &str, mine: &str, theirs: &str) -> Merge {
    if mine == theirs || theirs == base {
        return Merge::Clean(mine.to_owned());
    }
    if mine == base {
        return Merge::Clean(theirs.to_owned());
    }
    let lines = Sides {
        base: split(base),
        mine: split(mine),
        theirs: split(theirs),
    };
    let mut writer = Writer::default();
    let mut fence = Fence::default();
    for chunk in chunks(&lines.base, &lines.mine, &lines.theirs) {
        match chunk {
            Chunk::Same(from, to) => {
                let lines = lines.base.get(from..to).unwrap_or_default();
                fence.see_all(Some(lines));
                writer.lines(lines);
            }
            Chunk::Mine { base, mine } => {
                fence.see_all(lines.base.get(base.0..base.1));
                writer.lines(lines.mine.get(mine.0..mine.1).unwrap_or_default());
            }
            Chunk::Theirs { base, theirs } => {
                fence.see_all(lines.base.get(base.0..base.1));
                writer.lines(lines.theirs.get(theirs.0..theirs.1).unwrap_or_default());
            }
            Chunk::Both { base, mine, theirs } => {
                let part = Sides {
                    base: lines.base.get(base.0..base.1).unwrap_or_default().to_vec(),
                    mine: lines.mine.get(mine.0..mine.1).unwrap_or_default().to_vec(),
                    theirs: lines
                        .theirs
                        .get(theirs.0..theirs.1)
                        .unwrap_or_default()
                        .to_vec(),
                };
                writer.both(&part, fence.open);
                fence.see_all(Some(&part.base));
            }
        }
    }
    finish(writer, [base, mine, theirs])
}

fn finish(writer: Writer, sources: [&str; 3]) -> Merge {
    let merged = writer.out.join("\n");
    let [base, mine, theirs] = sources.map(str::to_owned);
    if !writer.regions.is_empty() {
        let regions = writer.regions.into_iter().map(|region| Region {
            // Nothing of mine at the very end stands at the end.
            at: region.at.min(merged.len()),
            ..region
        });
        return Merge::Conflict {
            regions: regions.collect(),
            mine_kept: merged,
        };
    }
    if breaks_structure(sources, &merged) {
        let region = Region {
            at: 0,
            base,
            mine: mine.clone(),
            theirs,
        };
        return Merge::Conflict {
            mine_kept: mine,
            regions: vec![region],
        };
    }
    Merge::Clean(merged)
}

fn split(text: &str) -> Vec<&str> {
    text.split('\n').collect()
}

struct Sides<'a> {
    base: Vec<&'a str>,
    mine: Vec<&'a str>,
    theirs: Vec<&'a str>,
}

#[derive(Default)]
struct Writer {
    out: Vec<String>,
    /// Bytes written, newlines counted.
    len: usize,
    regions: Vec<Region>,
}

impl Writer {
    fn line(&mut self, line: String) {
        self.len += line.len() + 1;
        self.out.push(line);
    }

    fn lines(&mut self, lines: &[&str]) {
        for line in lines {
            self.line((*line).to_owned());
        }
    }

    fn both(&mut self, part: &Sides<'_>, in_code: bool) {
        if part.mine == part.theirs {
            self.lines(&part.mine);
            return;
        }
        if part.base.is_empty() && !in_code && apart(&part.mine, &part.theirs) {
            self.lines(&part.theirs);
            self.lines(&part.mine);
            return;
        }
        let count = part.base.len();
        if count > 1 && part.mine.len() == count && part.theirs.len() == count {
            // Line for line: an overlap in one is none in the next.
            for ((base, mine), theirs) in part.base.iter().zip(&part.mine).zip(&part.theirs) {
                let line = Sides {
                    base: vec![*base],
                    mine: vec![*mine],
                    theirs: vec![*theirs],
                };
                self.both(&line, in_code);
            }
            return;
        }
        let (base, mine, theirs) = (
            part.base.join("\n"),
            part.mine.join("\n"),
            part.theirs.join("\n"),
        );
        let emptied = part.base.is_empty() || part.mine.is_empty() || part.theirs.is_empty();
        if !emptied && let Some(words) = merge_words(&base, &mine, &theirs) {
            words
                .split('\n')
                .for_each(|line| self.line(line.to_owned()));
            return;
        }
        self.regions.push(Region {
            at: self.len,
            base,
            mine,
            theirs,
        });
        self.lines(&part.mine);
    }
}

/// Whether two insertions have nothing in common, so that keeping both repeats nothing.
fn apart(mine: &[&str], theirs: &[&str]) -> bool {
    let set: std::collections::HashSet<&str> = mine
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty())
        .collect();
    !theirs.iter().any(|line| set.contains(line.trim()))
}

/// Follows code fences from line to line.
#[derive(Default)]
struct Fence {
    open: bool,
}

impl Fence {
    fn see_all(&mut self, lines: Option<&[&str]>) {
        lines
            .unwrap_or_default()
            .iter()
            .for_each(|line| self.see(line));
    }

    fn see(&mut self, line: &str) {
        if line.trim_start().starts_with("```") {
            self.open = !self.open;
        }
    }
}

/// Whether a merge of sound texts has tags or fences that no longer pair up.
fn breaks_structure(sources: [&str; 3], merged: &str) -> bool {
    sources.iter().all(|text| is_sound(text)) && !is_sound(merged)
}

/// Whether container tags close in the order they open, and fences come in pairs.
fn is_sound(text: &str) -> bool {
    let mut fence = Fence::default();
    let mut open: Vec<&str> = Vec::new();
    for line in text.split('\n') {
        let was_open = fence.open;
        fence.see(line);
        if was_open || fence.open {
            continue;
        }
        let Some(tag) = crate::tag::parse(line.trim()).filter(|tag| tag.len == line.trim().len())
        else {
            continue;
        };
        if tag.self_closing || matches!(tag.name, "br" | "col" | "summary" | "span") {
            continue;
        }
        if !tag.close {
            open.push(tag.name);
        } else if open.pop() != Some(tag.name) {
            return false;
        }
    }
    open.is_empty() && !fence.open
}
