//! Two sets of changes laid over one base.

use crate::align::{self, Hunk};
use crate::tokens::tokens;

/// A stretch of the merge, as ranges of items.
#[derive(Debug)]
pub(crate) enum Chunk {
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

fn around(a: (usize, usize), b: (usize, usize)) -> (usize, usize) {
    (a.0.min(b.0), a.1.max(b.1))
}

/// Lays the changes of both sides over the base.
pub(crate) fn chunks(base: &[&str], mine: &[&str], theirs: &[&str]) -> Vec<Chunk> {
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
            mine_delta += growth(a.next());
        } else {
            theirs_delta += growth(b.next());
        }
        loop {
            if let Some(next) = a.next_if(|next| overlap(next.old, span)) {
                span = around(span, next.old);
                mine_delta += growth(Some(next));
                has_mine = true;
            } else if let Some(next) = b.next_if(|next| overlap(next.old, span)) {
                span = around(span, next.old);
                theirs_delta += growth(Some(next));
                has_theirs = true;
            } else {
                break;
            }
        }
        let mine = (
            offset(span.0, shift_mine),
            offset(span.1, shift_mine + mine_delta),
        );
        let theirs = (
            offset(span.0, shift_theirs),
            offset(span.1, shift_theirs + theirs_delta),
        );
        out.push(match (has_mine, has_theirs) {
            (true, false) => Chunk::Mine { base: span, mine },
            (false, _) => Chunk::Theirs { base: span, theirs },
            (true, true) => Chunk::Both {
                base: span,
                mine,
                theirs,
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

/// Merges word by word. None where the sides touch the same words, or neighbouring ones.
pub(crate) fn merge_words(base: &str, mine: &str, theirs: &str) -> Option<String> {
    let [base, mine, theirs] = [base, mine, theirs].map(words);
    let ours = align::hunks(&base, &mine);
    let other = align::hunks(&base, &theirs);
    let (mut a, mut b) = (ours.iter().peekable(), other.iter().peekable());
    let mut out = String::new();
    let mut at = 0;
    let mut last: Option<(usize, bool)> = None;
    while let Some((hunk, is_mine)) = pick(a.peek().copied(), b.peek().copied()) {
        let (this, that) = if is_mine {
            (&mut a, &mut b)
        } else {
            (&mut b, &mut a)
        };
        let (own, foreign) = if is_mine {
            (&mine, &theirs)
        } else {
            (&theirs, &mine)
        };
        this.next();
        let new = part(own, hunk.new);
        if let Some(twin) = that.next_if(|twin| twin.old == hunk.old) {
            if part(foreign, twin.new) != new {
                return None;
            }
        } else if last.is_some_and(|(end, was_mine)| was_mine != is_mine && hunk.old.0 <= end) {
            return None;
        }
        if hunk.old.0 < at {
            return None;
        }
        out.push_str(&part(&base, (at, hunk.old.0)));
        out.push_str(&new);
        at = hunk.old.1;
        last = Some((at, is_mine));
    }
    out.push_str(&part(&base, (at, base.len())));
    Some(out)
}

fn words(text: &str) -> Vec<&str> {
    tokens(text)
        .into_iter()
        .map(|token| text.get(token.range).unwrap_or_default())
        .collect()
}

fn part(words: &[&str], range: (usize, usize)) -> String {
    words.get(range.0..range.1).unwrap_or_default().concat()
}
