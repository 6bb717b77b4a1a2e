//! Growing edits until each can be found: anchors that are unique and that do not survive their use.

use std::ops::Range;

use crate::diff::{Replacement, apply, only};
use crate::edits::{Edit, units};
use crate::tokens::fragile;

/// How much of a neighbouring line a step takes.
const STEP: usize = 64;

/// How often one anchor may grow.
const MAX_STEPS: usize = 200;

/// How many bytes all searches together may look at.
const BUDGET: usize = 1 << 30;

/// The text that is searched, and the parts no anchor may enter.
pub(crate) struct Base<'a> {
    text: &'a str,
    fragile: Vec<Range<usize>>,
}

impl<'a> Base<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut parts = fragile(text);
        for unit in units(text).into_iter().filter(|unit| unit.card) {
            let source = text.get(unit.range.clone()).unwrap_or_default();
            let name = source.find(['>', ' ']).unwrap_or(0);
            parts.push(unit.range.start + name..unit.range.end);
        }
        parts.sort_by_key(|range| (range.start, range.end));
        Self {
            text,
            fragile: parts,
        }
    }

    fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or_default()
    }

    /// The next place to the right of `at`, not beyond `limit`.
    fn right(&self, at: usize, limit: usize) -> Option<usize> {
        let wall = self
            .fragile
            .iter()
            .find(|part| part.end > at)
            .map_or(limit, |part| part.start.max(at));
        let end = limit.min(wall).max(at);
        let rest = self.slice(at..end);
        let first = rest.chars().next()?.len_utf8();
        let line = rest
            .get(first..)
            .and_then(|rest| rest.find('\n'))
            .map_or(rest.len(), |len| len + first);
        Some(at + word_end(rest, line.min(STEP)))
    }

    /// The next place to the left of `at`, not before `limit`.
    fn left(&self, at: usize, limit: usize) -> Option<usize> {
        let wall = self
            .fragile
            .iter()
            .rev()
            .find(|part| part.start < at)
            .map_or(limit, |part| part.end.min(at));
        let start = limit.max(wall).min(at);
        let rest = self.slice(start..at);
        let last = rest.chars().next_back()?.len_utf8();
        let line = rest
            .get(..rest.len() - last)
            .and_then(|rest| rest.rfind('\n'))
            .map_or(0, |at| at + 1);
        let len = rest.len() - line;
        if len <= STEP {
            return Some(start + line);
        }
        let mut cut = rest.len() - STEP;
        while !rest.is_char_boundary(cut) {
            cut -= 1;
        }
        let head = rest.get(line..cut).unwrap_or_default();
        let word = head.rfind(char::is_whitespace).map_or(line, |at| {
            line + at
                + head
                    .get(at..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(1, char::len_utf8)
        });
        Some(start + word)
    }
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
struct Window {
    edit: Edit,
    range: Range<usize>,
    /// Steps it must grow beyond what makes it unique.
    extra: usize,
}

impl Window {
    fn old<'a>(&self, base: &Base<'a>) -> &'a str {
        base.slice(self.range.clone())
    }

    fn replaced(&self, base: &Base<'_>) -> String {
        let mut out = base
            .slice(self.range.start..self.edit.range.start)
            .to_owned();
        out.push_str(&self.edit.text);
        out.push_str(base.slice(self.edit.range.end..self.range.end));
        out
    }

    /// Whether what is searched for is gone once it was replaced.
    fn destroys(&self, base: &Base<'_>) -> bool {
        let old = self.old(base);
        let reach = old.len();
        let mut from = self.range.start.saturating_sub(reach);
        while !base.text.is_char_boundary(from) {
            from -= 1;
        }
        let mut to = (self.range.end + reach).min(base.text.len());
        while !base.text.is_char_boundary(to) {
            to += 1;
        }
        let mut text = base.slice(from..self.range.start).to_owned();
        text.push_str(&self.replaced(base));
        text.push_str(base.slice(self.range.end..to));
        !text.contains(old)
    }
}

/// Turns edits into pairs. None when no anchors can be found within bounds.
pub(crate) fn pairs(base: &Base<'_>, edits: Vec<Edit>) -> Option<Vec<Replacement>> {
    if edits.is_empty() {
        return None;
    }
    let mut windows: Vec<Window> = edits
        .into_iter()
        .map(|edit| Window {
            range: edit.range.clone(),
            edit,
            extra: 0,
        })
        .collect();
    let mut budget = BUDGET;
    for _ in 0..12 {
        windows = grow_all(base, windows, &mut budget)?;
        let found: Vec<Replacement> = windows
            .iter()
            .map(|window| Replacement {
                old_str: window.old(base).to_owned(),
                new_str: window.replaced(base),
            })
            .collect();
        budget = budget.checked_sub(found.len().checked_mul(base.text.len())?)?;
        match first_failure(base.text, &found) {
            None => return Some(found),
            Some(at) => windows.get_mut(at)?.extra += 2,
        }
    }
    None
}

/// The first pair that cannot be applied after those before it.
fn first_failure(base: &str, pairs: &[Replacement]) -> Option<usize> {
    let mut text = base.to_owned();
    for (at, pair) in pairs.iter().enumerate() {
        match only(&text, &pair.old_str) {
            Some(found) => text.replace_range(found..found + pair.old_str.len(), &pair.new_str),
            None => return Some(at),
        }
    }
    debug_assert!(
        apply(base, pairs).is_some(),
        "pairs that were just applied apply"
    );
    None
}

/// Grows every window until it is unique; windows that meet become one.
fn grow_all(base: &Base<'_>, windows: Vec<Window>, budget: &mut usize) -> Option<Vec<Window>> {
    let mut queue: std::collections::VecDeque<Window> = windows.into();
    let mut done: Vec<Window> = Vec::with_capacity(queue.len());
    while let Some(mut window) = queue.pop_front() {
        window.range = window.edit.range.clone();
        let low = done.last().map_or(0, |last| last.range.end);
        let high = queue
            .front()
            .map_or(base.text.len(), |next| next.edit.range.start);
        if grow(base, &mut window, low, high, budget)? {
            done.push(window);
            continue;
        }
        // Not unique between its neighbours: join the nearer one and look again.
        let before = done
            .last()
            .map(|last| window.edit.range.start - last.edit.range.end);
        let after = queue
            .front()
            .map(|next| next.edit.range.start - window.edit.range.end);
        let joined = match (before, after) {
            (Some(a), Some(b)) if a <= b => join(base, &done.pop()?, &window),
            (Some(_), None) => join(base, &done.pop()?, &window),
            (_, Some(_)) => join(base, &window, &queue.pop_front()?),
            (None, None) => return None,
        };
        queue.push_front(joined);
    }
    Some(done)
}

fn join(base: &Base<'_>, a: &Window, b: &Window) -> Window {
    let mut text = a.edit.text.clone();
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
fn grow(
    base: &Base<'_>,
    window: &mut Window,
    low: usize,
    high: usize,
    budget: &mut usize,
) -> Option<bool> {
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
        if spans && !old.is_empty() && (wordy || !(left_open || right_open)) {
            *budget = budget.checked_sub(base.text.len())?;
            if only(base.text, old).is_some() {
                unique_at.get_or_insert_with(|| window.range.clone());
                if window.destroys(base) {
                    if window.extra <= steps {
                        return Some(true);
                    }
                } else if steps >= window.extra.max(8) {
                    // It can only be found again because it goes on unchanged: longer will not help.
                    break;
                }
            }
        }
        if steps >= MAX_STEPS || !(left_open || right_open) {
            break;
        }
        turn = !turn;
        if turn && left_open || !right_open {
            match base.left(window.range.start, low) {
                Some(at) if at < window.range.start => window.range.start = at,
                _ => left_open = false,
            }
        } else {
            match base.right(window.range.end, high) {
                Some(at) if at > window.range.end => window.range.end = at,
                _ => right_open = false,
            }
        }
        steps += 1;
    }
    match unique_at {
        Some(range) if window.extra == 0 => {
            window.range = range;
            Some(true)
        }
        Some(_) => Some(only(base.text, window.old(base)).is_some()),
        None => Some(false),
    }
}
