//! Growing edits until each can be found: anchors that are unique and that do not survive their use.

use std::collections::VecDeque;
use std::ops::Range;

use crate::edits::{Edit, Region};
use crate::search::{Exhausted, Index};

/// How much of a neighbouring line a step takes at first.
const STEP: usize = 64;

/// How often one anchor may grow; later steps are longer.
const MAX_STEPS: usize = 64;

/// The text that is searched, and the parts no anchor may enter.
pub(crate) struct Base<'a> {
    pub(crate) text: &'a str,
    pub(crate) index: Index<'a>,
    /// What no anchor may enter, in order, without overlaps.
    walls: Vec<Range<usize>>,
    /// Cards that stay as they are, in order: no pair may hold one.
    cards: Vec<Range<usize>>,
    /// The parts of the text that were looked at for walls.
    regions: Vec<Range<usize>>,
}

impl<'a> Base<'a> {
    pub(crate) fn new(text: &'a str, regions: &[Region<'_>]) -> Self {
        let cards: Vec<Range<usize>> = regions.iter().flat_map(Region::kept_cards).collect();
        let mut parts = cards.clone();
        parts.extend(regions.iter().flat_map(Region::fragile));
        parts.sort_by_key(|range| (range.start, range.end));
        let mut walls: Vec<Range<usize>> = Vec::with_capacity(parts.len());
        for part in parts {
            match walls.last_mut() {
                Some(last) if part.start < last.end => last.end = last.end.max(part.end),
                _ => walls.push(part),
            }
        }
        Self {
            text,
            index: Index::new(text),
            walls,
            cards,
            regions: regions
                .iter()
                .map(|region| region.at..region.end())
                .collect(),
        }
    }

    pub(crate) fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    /// Whether a stretch holds a part that may change by itself.
    pub(crate) fn is_fragile(&self, range: &Range<usize>) -> bool {
        touches(&self.walls, range)
    }

    /// Whether a stretch holds a card that stays.
    pub(crate) fn has_card(&self, range: &Range<usize>) -> bool {
        touches(&self.cards, range)
    }

    /// Whether a pair may reach over a stretch.
    fn may_span(&self, range: &Range<usize>) -> bool {
        let region = self.region(range.start);
        region.start <= range.start && range.end <= region.end && !self.has_card(range)
    }

    /// The looked-at part of the text around a place.
    fn region(&self, at: usize) -> Range<usize> {
        let found = self.regions.partition_point(|region| region.end < at);
        self.regions.get(found).cloned().unwrap_or(at..at)
    }

    /// The next place to the right of `at`, not beyond `limit`.
    fn right(&self, at: usize, limit: usize, step: usize) -> Option<usize> {
        let wall = self.walls.partition_point(|part| part.end <= at);
        let wall = self
            .walls
            .get(wall)
            .map_or(limit, |part| part.start.max(at));
        let rest = self.slice(at..limit.min(wall).max(at));
        let first = rest.chars().next()?.len_utf8();
        let line = memchr::memchr(b'\n', rest.as_bytes().get(first..)?)
            .map_or(rest.len(), |len| len + first);
        Some(at + word_end(rest, if step > STEP { step } else { line.min(step) }))
    }

    /// The next place to the left of `at`, not before `limit`.
    fn left(&self, at: usize, limit: usize, step: usize) -> Option<usize> {
        let wall = self.walls.partition_point(|part| part.start < at);
        let wall = wall.checked_sub(1).and_then(|wall| self.walls.get(wall));
        let start = limit.max(wall.map_or(0, |part| part.end)).min(at);
        let rest = self.slice(start..at);
        let last = rest.chars().next_back()?.len_utf8();
        let line = memchr::memrchr(b'\n', rest.as_bytes().get(..rest.len() - last)?)
            .map_or(0, |at| at + 1);
        if step <= STEP && rest.len() - line <= step || rest.len() <= step {
            return Some(start + if step > STEP { 0 } else { line });
        }
        let low = if step > STEP { 0 } else { line };
        let mut cut = rest.len() - step;
        while !rest.is_char_boundary(cut) {
            cut -= 1;
        }
        let head = rest.get(low..cut).unwrap_or_default();
        let word = head.char_indices().rev().find(|(_, c)| c.is_whitespace());
        Some(start + low + word.map_or(0, |(at, c)| at + c.len_utf8()))
    }
}

fn touches(parts: &[Range<usize>], range: &Range<usize>) -> bool {
    let next = parts.partition_point(|part| part.end <= range.start);
    parts.get(next).is_some_and(|part| part.start < range.end)
}

/// The end of the word that reaches beyond `step`, or `step` itself at the end of a line.
fn word_end(rest: &str, step: usize) -> usize {
    let mut step = step.min(rest.len());
    while !rest.is_char_boundary(step) {
        step += 1;
    }
    let tail = rest.get(step..).unwrap_or_default();
    step + tail.find(char::is_whitespace).unwrap_or(tail.len())
}

/// An edit with the text around it that will be searched for.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    edit: Edit,
    pub(crate) range: Range<usize>,
    /// Steps it must grow beyond what makes it unique.
    pub(crate) extra: usize,
}

impl Window {
    pub(crate) fn new(edit: Edit) -> Self {
        Self {
            range: edit.range.clone(),
            edit,
            extra: 0,
        }
    }

    pub(crate) fn old<'a>(&self, base: &Base<'a>) -> &'a str {
        base.slice(self.range.clone())
    }

    pub(crate) fn replaced(&self, base: &Base<'_>) -> String {
        let mut out = base
            .slice(self.range.start..self.edit.range.start)
            .to_owned();
        out.push_str(&self.edit.text);
        out.push_str(base.slice(self.edit.range.end..self.range.end));
        out
    }

    /// Whether what is searched for is gone once it was replaced.
    fn destroys(&self, base: &Base<'_>) -> Result<bool, Exhausted> {
        let old = self.old(base);
        let reach = old.len();
        let from = base
            .text
            .floor_char_boundary(self.range.start.saturating_sub(reach));
        let to = base.text.ceil_char_boundary(self.range.end + reach);
        let mut text = base.slice(from..self.range.start).to_owned();
        text.push_str(&self.replaced(base));
        text.push_str(base.slice(self.range.end..to));
        base.index.spend(text.len() / 8)?;
        Ok(memchr::memmem::find(text.as_bytes(), old.as_bytes()).is_none())
    }
}

/// Grows every window until it is unique; windows that meet become one. None when there is no way.
pub(crate) fn grow_all(
    base: &Base<'_>,
    windows: Vec<Window>,
) -> Result<Option<Vec<Window>>, Exhausted> {
    let mut queue: VecDeque<Window> = windows.into();
    let mut done: Vec<Window> = Vec::with_capacity(queue.len());
    while let Some(mut window) = queue.pop_front() {
        window.range = window.edit.range.clone();
        let region = base.region(window.range.end);
        let low = done.last().map_or(0, |last| last.range.end);
        let high = queue
            .front()
            .map_or(base.text.len(), |next| next.edit.range.start);
        if grow(
            base,
            &mut window,
            low.max(region.start),
            high.min(region.end),
        )? {
            done.push(window);
            continue;
        }
        // Not unique between its neighbours: join the nearer one and look again.
        let before = done
            .last()
            .map(|last| last.edit.range.end..window.edit.range.start)
            .filter(|gap| base.may_span(gap));
        let after = queue
            .front()
            .map(|next| window.edit.range.end..next.edit.range.start)
            .filter(|gap| base.may_span(gap));
        let nearer = match (&before, &after) {
            (Some(a), Some(b)) => a.len() <= b.len(),
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => return Ok(None),
        };
        let joined = if nearer {
            done.pop().map(|last| join(base, last, &window))
        } else {
            queue.pop_front().map(|next| join(base, window, &next))
        };
        let Some(joined) = joined else {
            return Ok(None);
        };
        base.index.spend(joined.edit.text.len() / 8)?;
        queue.push_front(joined);
    }
    Ok(Some(done))
}

fn join(base: &Base<'_>, a: Window, b: &Window) -> Window {
    let mut text = a.edit.text;
    text.push_str(base.slice(a.edit.range.end..b.edit.range.start));
    text.push_str(&b.edit.text);
    let range = a.edit.range.start..b.edit.range.end;
    Window {
        edit: Edit {
            range: range.clone(),
            text,
        },
        range,
        extra: a.extra.max(b.extra),
    }
}

/// Grows one window; whether it became unique.
fn grow(base: &Base<'_>, window: &mut Window, low: usize, high: usize) -> Result<bool, Exhausted> {
    let insertion = window.edit.range.is_empty();
    let (mut left_open, mut right_open) = (true, true);
    let mut steps = 0;
    let mut turn = false;
    let mut unique_at: Option<Range<usize>> = None;
    loop {
        let old = window.old(base);
        let spans = !insertion
            || (window.range.start < window.edit.range.start || !left_open)
                && (window.range.end > window.edit.range.end || !right_open);
        let wordy = old.chars().filter(|c| !c.is_whitespace()).take(3).count() == 3;
        let stuck = !(left_open || right_open);
        let ready = spans && !old.is_empty() && (stuck || wordy && base.index.is_quick(old.len()));
        if ready && (unique_at.is_some() || base.index.only(old)?.is_some()) {
            unique_at.get_or_insert_with(|| window.range.clone());
            if window.destroys(base)? {
                if window.extra <= steps {
                    return Ok(true);
                }
            } else if steps >= window.extra.max(8) {
                // It can only be found again because it goes on unchanged: longer will not help.
                break;
            }
        }
        if steps >= MAX_STEPS || stuck {
            break;
        }
        let step = STEP << (steps / 8);
        turn = !turn;
        if turn && left_open || !right_open {
            match base.left(window.range.start, low, step) {
                Some(at) if at < window.range.start => window.range.start = at,
                _ => left_open = false,
            }
        } else {
            match base.right(window.range.end, high, step) {
                Some(at) if at > window.range.end => window.range.end = at,
                _ => right_open = false,
            }
        }
        steps += 1;
    }
    match unique_at {
        // What is unique stays so when it grows.
        Some(range) if window.extra == 0 => {
            window.range = range;
            Ok(true)
        }
        found => Ok(found.is_some()),
    }
}
