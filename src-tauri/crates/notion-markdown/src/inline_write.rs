//! Turning flat runs into nested markers, the same way for both notations.

use crate::inline::split_blanks;
use crate::model::{Inline, Span, Style};

/// A mark as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written<'a> {
    Link(&'a str),
    Color(&'a str),
    Underline,
    Bold,
    Italic,
    Strike,
}

const KINDS: usize = 6;

impl Written<'_> {
    /// Marks whose delimiters must not stand next to a blank.
    pub(crate) fn is_emphasis(self) -> bool {
        matches!(self, Self::Bold | Self::Italic | Self::Strike)
    }

    fn in_style(self, style: &Style) -> bool {
        match self {
            Self::Link(url) => style.link.as_deref() == Some(url),
            Self::Color(color) => style.color.as_deref() == Some(color),
            Self::Underline => style.underline,
            Self::Bold => style.bold,
            Self::Italic => style.italic,
            Self::Strike => style.strike,
        }
    }
}

/// All marks of a style, outermost first.
fn marks(style: &Style) -> [Option<Written<'_>>; KINDS] {
    [
        style.link.as_deref().map(Written::Link),
        style.color.as_deref().map(Written::Color),
        style.underline.then_some(Written::Underline),
        style.bold.then_some(Written::Bold),
        style.italic.then_some(Written::Italic),
        style.strike.then_some(Written::Strike),
    ]
}

/// One step of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    Open(Written<'a>),
    Close(Written<'a>),
    Text(&'a str),
    Code(&'a str),
    Atom(&'a Inline),
}

struct Part<'a> {
    step: Step<'a>,
    style: &'a Style,
    blank: bool,
    /// For each kind of mark, the part after the last one that carries it.
    until: [usize; KINDS],
}

/// The steps that write `spans`, which must be in normal form.
pub(crate) fn steps(spans: &[Span]) -> Vec<Step<'_>> {
    if spans.iter().all(|span| span.style == Style::default()) {
        return spans.iter().map(|span| bare(span)).collect();
    }
    let parts = parts(spans);
    let mut out = Vec::with_capacity(parts.len() * 2);
    let mut open: Vec<Written<'_>> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let next = parts.get(at + 1).map(|next| next.style);
        leave(&mut open, &mut out, part, next);
        enter(&mut open, &mut out, part, at);
        out.push(part.step);
    }
    while let Some(mark) = open.pop() {
        out.push(Step::Close(mark));
    }
    out
}

fn bare(span: &Span) -> Step<'_> {
    match &span.content {
        Inline::Text(text) if span.style.code => Step::Code(text),
        Inline::Text(text) => Step::Text(text),
        other => Step::Atom(other),
    }
}

fn parts(spans: &[Span]) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::with_capacity(spans.len() * 2);
    let mut push = |step, style, blank| {
        parts.push(Part {
            step,
            style,
            blank,
            until: [0; KINDS],
        });
    };
    for span in spans {
        match bare(span) {
            Step::Text(text) => {
                let (lead, core, tail) = split_blanks(text);
                for (part, blank) in [(lead, true), (core, false), (tail, true)] {
                    if !part.is_empty() {
                        push(Step::Text(part), &span.style, blank);
                    }
                }
            }
            step => push(step, &span.style, span.content == Inline::Break),
        }
    }
    let mut following: [Option<(Written<'_>, usize)>; KINDS] = [None; KINDS];
    for (at, part) in parts.iter_mut().enumerate().rev() {
        for ((mark, slot), follow) in marks(part.style)
            .into_iter()
            .zip(&mut part.until)
            .zip(&mut following)
        {
            *slot = match (mark, *follow) {
                (Some(mark), Some((other, end))) if mark == other => end,
                _ => at + 1,
            };
            *follow = mark.map(|mark| (mark, *slot));
        }
    }
    parts
}

/// Closes what does not reach into `part`, and emphasis that would have to close right after a blank.
fn leave<'a>(
    open: &mut Vec<Written<'a>>,
    out: &mut Vec<Step<'a>>,
    part: &Part<'a>,
    next: Option<&Style>,
) {
    let mut keep = open
        .iter()
        .position(|mark| !mark.in_style(part.style))
        .unwrap_or(open.len());
    if part.blank {
        let ends = open
            .iter()
            .position(|mark| !next.is_some_and(|style| mark.in_style(style)))
            .unwrap_or(open.len());
        let emphasis = open
            .iter()
            .skip(ends)
            .position(|mark| mark.is_emphasis())
            .map(|at| at + ends);
        keep = keep.min(emphasis.unwrap_or(open.len()));
    }
    while open.len() > keep {
        if let Some(mark) = open.pop() {
            out.push(Step::Close(mark));
        }
    }
}

/// Opens what `part` needs, the longest reaching outermost; a blank opens no emphasis.
fn enter<'a>(open: &mut Vec<Written<'a>>, out: &mut Vec<Step<'a>>, part: &Part<'a>, at: usize) {
    let wanted = |(mark, until): (Option<Written<'a>>, usize)| {
        let mark = mark.filter(|mark| !(open.contains(mark) || part.blank && mark.is_emphasis()));
        Some((until.saturating_sub(at), mark?))
    };
    let mut found = [(0, Written::Bold); KINDS];
    let mut count = 0;
    for (slot, wanted) in found.iter_mut().zip(
        marks(part.style)
            .into_iter()
            .zip(part.until)
            .filter_map(wanted),
    ) {
        *slot = wanted;
        count += 1;
    }
    let found = found.get_mut(..count).unwrap_or_default();
    found.sort_by(|(a, _), (b, _)| b.cmp(a));
    for (_, mark) in found {
        out.push(Step::Open(*mark));
        open.push(*mark);
    }
}
