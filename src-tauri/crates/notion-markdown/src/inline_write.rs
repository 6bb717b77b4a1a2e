//! Turning flat runs into nested markers, the same way for both notations.

use std::collections::VecDeque;

use crate::inline::split_blanks;
use crate::model::{Inline, Span, Style};

/// A mark as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Written {
    Link(String),
    Color(String),
    Underline,
    Bold,
    Italic,
    Strike,
}

const KINDS: usize = 6;

impl Written {
    /// Marks whose delimiters must not stand next to a blank.
    pub(crate) fn is_emphasis(&self) -> bool {
        matches!(self, Self::Bold | Self::Italic | Self::Strike)
    }

    fn in_style(&self, style: &Style) -> bool {
        match self {
            Self::Link(url) => style.link.as_ref() == Some(url),
            Self::Color(color) => style.color.as_ref() == Some(color),
            Self::Underline => style.underline,
            Self::Bold => style.bold,
            Self::Italic => style.italic,
            Self::Strike => style.strike,
        }
    }
}

/// All marks of a style, outermost first.
fn marks(style: &Style) -> [Option<Written>; KINDS] {
    [
        style.link.clone().map(Written::Link),
        style.color.clone().map(Written::Color),
        style.underline.then_some(Written::Underline),
        style.bold.then_some(Written::Bold),
        style.italic.then_some(Written::Italic),
        style.strike.then_some(Written::Strike),
    ]
}

/// One step of writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    Open(Written),
    Close(Written),
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
    let mut open: Vec<Written> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let next = parts.get(at + 1).map(|next| next.style);
        leave(&mut open, &mut out, part, next);
        enter(&mut open, &mut out, part, at);
        out.push(part.step.clone());
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
    let mut following: [Option<(Written, usize)>; KINDS] = [const { None }; KINDS];
    let mut queue: VecDeque<[usize; KINDS]> = VecDeque::with_capacity(parts.len());
    for (at, part) in parts.iter().enumerate().rev() {
        let mut until = [0; KINDS];
        for ((mark, slot), follow) in marks(part.style)
            .into_iter()
            .zip(&mut until)
            .zip(&mut following)
        {
            let end = match (&mark, &follow) {
                (Some(mark), Some((other, end))) if mark == other => *end,
                _ => at + 1,
            };
            *slot = end;
            *follow = mark.map(|mark| (mark, end));
        }
        queue.push_front(until);
    }
    for (part, until) in parts.iter_mut().zip(queue) {
        part.until = until;
    }
    parts
}

/// Closes what does not reach into `part`, and emphasis that would have to close right after a blank.
fn leave<'a>(
    open: &mut Vec<Written>,
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
            .position(Written::is_emphasis)
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
fn enter<'a>(open: &mut Vec<Written>, out: &mut Vec<Step<'a>>, part: &Part<'a>, at: usize) {
    let mut wanted: Vec<(usize, Written)> = marks(part.style)
        .into_iter()
        .zip(part.until)
        .filter_map(|(mark, until)| Some((until.saturating_sub(at), mark?)))
        .filter(|(_, mark)| !(open.contains(mark) || part.blank && mark.is_emphasis()))
        .collect();
    wanted.sort_by(|(a, _), (b, _)| b.cmp(a));
    for (_, mark) in wanted {
        out.push(Step::Open(mark.clone()));
        open.push(mark);
    }
}
