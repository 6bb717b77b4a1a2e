//! Three-way merge of texts: by lines, then by words where lines overlap. Overlaps are never guessed.

use crate::align::{self, Hunk};
use crate::tokens::{Token, tokens};

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
    let merged = writer.out.join("\n");
    if writer.regions.is_empty() && !breaks_structure([base, mine, theirs], &merged) {
        return Merge::Clean(merged);
    }
    if writer.regions.is_empty() {
        let region = Region {
            at: 0,
            base: base.to_owned(),
            mine: mine.to_owned(),
            theirs: theirs.to_owned(),
        };
        return Merge::Conflict {
            mine_kept: mine.to_owned(),
            regions: vec![region],
        };
    }
    Merge::Conflict {
        regions: writer
            .regions
            .into_iter()
            .map(|region| Region {
                // Nothing of mine at the very end stands at the end.
                at: region.at.min(merged.len()),
                ..region
            })
            .collect(),
        mine_kept: merged,
    }
}

fn split(text: &str) -> Vec<&str> {
    text.split('\n').collect()
}

struct Sides<'a> {
    base: Vec<&'a str>,
    mine: Vec<&'a str>,
    theirs: Vec<&'a str>,
}

/// A stretch of the merge, as ranges of items.
#[derive(Debug)]
enum Chunk {
    Same(usize, usize),
    Mine {
        base: (usize, usize),
        mine: (usize, usize),
    },
    Theirs {
        base: (usize, usize),
        theirs: (usize, usize),
    },
    Both {
        base: (usize, usize),
        mine: (usize, usize),
        theirs: (usize, usize),
    },
}

/// Whether two changes touch the same items of the base, or put something in at the same place.
fn overlap(a: (usize, usize), b: (usize, usize)) -> bool {
    if a.0 == a.1 && b.0 == b.1 {
        return a.0 == b.0;
    }
    a.0 < b.1 && b.0 < a.1
}

/// Lays the changes of both sides over the base.
fn chunks(base: &[&str], mine: &[&str], theirs: &[&str]) -> Vec<Chunk> {
    let ours = align::hunks(base, mine);
    let other = align::hunks(base, theirs);
    let (mut a, mut b) = (ours.iter().peekable(), other.iter().peekable());
    let mut out = Vec::new();
    let mut at = 0;
    // What the position in the base is in mine and in theirs.
    let (mut shift_mine, mut shift_theirs) = (0_isize, 0_isize);
    while let Some((first, is_mine)) = pick(a.peek().copied(), b.peek().copied()) {
        if at < first.old.0 {
            out.push(Chunk::Same(at, first.old.0));
        }
        let mut span = first.old;
        let (mut mine_delta, mut theirs_delta) = (0_isize, 0_isize);
        let (mut has_mine, mut has_theirs) = (is_mine, !is_mine);
        if is_mine {
            mine_delta += growth(a.next())
        } else {
            theirs_delta += growth(b.next())
        }
        loop {
            if let Some(next) = a.next_if(|next| overlap(next.old, span)) {
                span = (span.0.min(next.old.0), span.1.max(next.old.1));
                mine_delta += growth(Some(next));
                has_mine = true;
            } else if let Some(next) = b.next_if(|next| overlap(next.old, span)) {
                span = (span.0.min(next.old.0), span.1.max(next.old.1));
                theirs_delta += growth(Some(next));
                has_theirs = true;
            } else {
                break;
            }
        }
        let in_mine = (
            offset(span.0, shift_mine),
            offset(span.1, shift_mine + mine_delta),
        );
        let in_theirs = (
            offset(span.0, shift_theirs),
            offset(span.1, shift_theirs + theirs_delta),
        );
        out.push(match (has_mine, has_theirs) {
            (true, false) => Chunk::Mine {
                base: span,
                mine: in_mine,
            },
            (false, _) => Chunk::Theirs {
                base: span,
                theirs: in_theirs,
            },
            (true, true) => Chunk::Both {
                base: span,
                mine: in_mine,
                theirs: in_theirs,
            },
        });
        shift_mine += mine_delta;
        shift_theirs += theirs_delta;
        at = span.1;
    }
    if at < base.len() {
        out.push(Chunk::Same(at, base.len()));
    }
    out
}

/// The change that comes first; a pure insertion comes before a change at the same place.
fn pick<'a>(a: Option<&'a Hunk>, b: Option<&'a Hunk>) -> Option<(&'a Hunk, bool)> {
    match (a, b) {
        (Some(a), Some(b)) if (b.old.0, b.old.1) < (a.old.0, a.old.1) => Some((b, false)),
        (Some(a), _) => Some((a, true)),
        (None, Some(b)) => Some((b, false)),
        (None, None) => None,
    }
}

fn growth(hunk: Option<&Hunk>) -> isize {
    hunk.map_or(0, |hunk| {
        signed(hunk.new.1 - hunk.new.0) - signed(hunk.old.1 - hunk.old.0)
    })
}

fn signed(value: usize) -> isize {
    isize::try_from(value).unwrap_or(isize::MAX)
}

fn offset(at: usize, shift: isize) -> usize {
    at.saturating_add_signed(shift)
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

/// Merges word by word. None where the sides touch the same words, or neighbouring ones.
fn merge_words(base: &str, mine: &str, theirs: &str) -> Option<String> {
    let (base_tokens, mine_tokens, their_tokens) = (tokens(base), tokens(mine), tokens(theirs));
    let texts = |text: &'_ str, list: &[Token]| -> Vec<String> {
        list.iter()
            .map(|token| text.get(token.range.clone()).unwrap_or_default().to_owned())
            .collect()
    };
    let (base, mine, theirs) = (
        texts(base, &base_tokens),
        texts(mine, &mine_tokens),
        texts(theirs, &their_tokens),
    );
    let ours = align::hunks(&base, &mine);
    let other = align::hunks(&base, &theirs);
    let (mut a, mut b) = (ours.iter().peekable(), other.iter().peekable());
    let mut out = String::new();
    let mut at = 0;
    let mut last: Option<(usize, bool)> = None;
    while let Some((hunk, is_mine)) = pick(a.peek().copied(), b.peek().copied()) {
        let text = |hunk: &Hunk, from: &[String]| {
            from.get(hunk.new.0..hunk.new.1)
                .unwrap_or_default()
                .concat()
        };
        let mut new = if is_mine {
            text(hunk, &mine)
        } else {
            text(hunk, &theirs)
        };
        if is_mine {
            a.next()
        } else {
            b.next()
        };
        let same = if is_mine { b.peek() } else { a.peek() };
        if let Some(other) = same.filter(|other| other.old == hunk.old) {
            let twin = if is_mine {
                text(other, &theirs)
            } else {
                text(other, &mine)
            };
            if twin != new {
                return None;
            }
            if is_mine {
                b.next()
            } else {
                a.next()
            };
            new = twin;
        } else if last.is_some_and(|(end, was_mine)| was_mine != is_mine && hunk.old.0 <= end) {
            return None;
        }
        if hunk.old.0 < at {
            return None;
        }
        out.push_str(&base.get(at..hunk.old.0).unwrap_or_default().concat());
        out.push_str(&new);
        at = hunk.old.1;
        last = Some((at, is_mine));
    }
    out.push_str(&base.get(at..).unwrap_or_default().concat());
    Some(out)
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
