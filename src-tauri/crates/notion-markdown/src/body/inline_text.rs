//! Writing inline content as Markdown that reads back as the same content.

use crate::body::escape::{Counts, Escaper, guard_lines, is_entity};
use crate::body::raw::{math_is_safe, raw_is_safe, wrapped};
use crate::enhanced::inline::write_code;
use crate::inline_write::{Step, Written, steps};
use crate::model::{Inline, Span};
use crate::tag;
use crate::urls;

/// Where inline content stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Lines of their own.
    Lines,
    /// One line: breaks are tags.
    Line,
    /// A cell of a pipe table.
    Cell,
    /// The text of a picture: one line between brackets.
    Caption,
}

enum Token {
    Text(String),
    Open(usize),
    Close(usize),
}

/// Marks of a block that are written with delimiters, and which of them as tags instead.
struct Emphasis<'a> {
    mark: Written<'a>,
    html: bool,
}

/// Writes the content of a block.
pub(crate) fn write(spans: &[Span], place: Place) -> String {
    let steps = steps(spans);
    let mut writer = Writer {
        place,
        counts: Counts::of(spans),
        tokens: Vec::new(),
        marks: Vec::new(),
        in_link: usize::from(place == Place::Caption),
    };
    let mut open: Vec<usize> = Vec::new();
    let mut skip = 0;
    for (at, step) in steps.iter().enumerate() {
        if at < skip {
            continue;
        }
        if let Some(link) = autolink(steps.get(at..).unwrap_or_default(), place) {
            writer.push(&link);
            skip = at + 3;
            continue;
        }
        let next = next_char(steps.get(at + 1..).unwrap_or_default(), place);
        match step {
            Step::Open(mark) => writer.open(*mark, &mut open),
            Step::Close(mark) => writer.close(*mark, &mut open),
            Step::Text(text) => writer.text(text, next),
            Step::Code(code) => writer.code(code),
            Step::Atom(Inline::Break) => writer.line_break(&steps, at),
            Step::Atom(atom) => writer.atom(atom, next),
        }
    }
    let text = writer.render();
    if place == Place::Lines {
        let marked = matches!(
            steps.first(),
            Some(Step::Open(_) | Step::Code(_) | Step::Atom(_))
        );
        guard_lines(&text, marked)
    } else {
        text
    }
}

/// A link that reads as its own address.
fn autolink(steps: &[Step<'_>], place: Place) -> Option<String> {
    let [
        Step::Open(Written::Link(url)),
        Step::Text(text),
        Step::Close(Written::Link(_)),
        ..,
    ] = steps
    else {
        return None;
    };
    let simple = url == text
        && urls::is_http(url)
        && place != Place::Cell
        && url
            .bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'\\' | b'&'));
    simple.then(|| format!("<{url}>"))
}

/// The first character that will follow.
fn next_char(steps: &[Step<'_>], place: Place) -> Option<char> {
    let is_mark = |step: &&Step<'_>| matches!(step, Step::Open(_) | Step::Close(_));
    let below = steps.iter().skip(1).find(|step| !is_mark(step));
    // A break before nothing or before another is a tag.
    let tag =
        place != Place::Lines || below.is_none_or(|step| matches!(step, Step::Atom(Inline::Break)));
    match steps.first()? {
        Step::Text(text) => text.chars().next(),
        Step::Code(_) => Some('`'),
        Step::Atom(Inline::Break) if tag => Some('<'),
        Step::Atom(Inline::Break) => Some('\n'),
        Step::Atom(Inline::Math(_)) => Some('$'),
        Step::Atom(Inline::Page { .. }) | Step::Open(Written::Link(_)) => Some('['),
        Step::Atom(_) | Step::Open(Written::Color(_) | Written::Underline) => Some('<'),
        Step::Open(_) | Step::Close(_) => Some('*'),
    }
}

struct Writer<'a> {
    place: Place,
    counts: Counts,
    tokens: Vec<Token>,
    marks: Vec<Emphasis<'a>>,
    in_link: usize,
}

impl<'a> Writer<'a> {
    fn push(&mut self, text: &str) {
        if let Some(Token::Text(last)) = self.tokens.last_mut() {
            last.push_str(text);
        } else {
            self.tokens.push(Token::Text(text.to_owned()));
        }
    }

    fn last_char(&self) -> Option<char> {
        match self.tokens.last()? {
            Token::Text(text) => text.chars().next_back(),
            Token::Open(_) | Token::Close(_) => Some('*'),
        }
    }

    fn open(&mut self, mark: Written<'a>, open: &mut Vec<usize>) {
        match mark {
            Written::Link(_) => {
                self.guard_bang();
                self.in_link += 1;
                self.push("[");
            }
            Written::Color(color) => {
                let mut text = "<span color=\"".to_owned();
                tag::escape_attr(&mut text, color);
                text.push_str("\">");
                self.push(&text);
            }
            Written::Underline => self.push("<span underline=\"true\">"),
            Written::Bold | Written::Italic | Written::Strike => {
                self.marks.push(Emphasis { mark, html: false });
                open.push(self.marks.len() - 1);
                self.tokens.push(Token::Open(self.marks.len() - 1));
            }
        }
    }

    fn close(&mut self, mark: Written<'a>, open: &mut Vec<usize>) {
        match mark {
            Written::Link(url) => {
                self.in_link = self.in_link.saturating_sub(1);
                let text = format!("]({})", destination(url));
                self.push(&text);
            }
            Written::Color(_) | Written::Underline => self.push("</span>"),
            Written::Bold | Written::Italic | Written::Strike => {
                if let Some(id) = open.pop() {
                    self.tokens.push(Token::Close(id));
                }
            }
        }
    }

    /// A `!` before a `[` would make a picture of a link.
    fn guard_bang(&mut self) {
        if let Some(Token::Text(last)) = self.tokens.last_mut() {
            tag::guard_bang(last);
        }
    }

    fn text(&mut self, text: &str, next: Option<char>) {
        let escaper = Escaper {
            counts: self.counts,
            in_link: self.in_link > 0,
            in_cell: self.place == Place::Cell,
        };
        let mut out = String::with_capacity(text.len() + 8);
        escaper.escape(text, self.last_char(), next, &mut out);
        self.push(&out);
    }

    fn code(&mut self, code: &str) {
        let mut out = String::new();
        write_code(&mut out, code);
        if self.place == Place::Cell {
            out = out.replace('|', "\\|");
        }
        self.push(&out);
    }

    fn line_break(&mut self, steps: &[Step<'_>], at: usize) {
        let is_break = |at: Option<usize>| {
            let step = at.and_then(|at| steps.get(at));
            step.is_none_or(|step| matches!(step, Step::Atom(Inline::Break)))
        };
        // Looks past marks: between two breaks there must be something to see.
        let mut before = at.checked_sub(1);
        while let Some(Step::Open(_) | Step::Close(_)) = before.and_then(|at| steps.get(at)) {
            before = before.and_then(|at| at.checked_sub(1));
        }
        let mut after = Some(at + 1);
        while let Some(Step::Open(_) | Step::Close(_)) = after.and_then(|at| steps.get(at)) {
            after = after.map(|at| at + 1);
        }
        if self.place == Place::Lines && !is_break(before) && !is_break(after) {
            self.push("\n");
        } else {
            self.push("<br>");
        }
    }

    fn atom(&mut self, atom: &Inline, next: Option<char>) {
        match atom {
            Inline::Text(text) => self.text(text, next),
            Inline::Break => self.push("<br>"),
            Inline::Math(text) => {
                let source = format!("${text}$");
                if math_is_safe(text, self.last_char(), next) {
                    self.push(&source);
                } else {
                    self.wrapped(&source);
                }
            }
            Inline::Page { id, title } => {
                self.guard_bang();
                self.push("[");
                self.in_link += 1;
                self.text(title, Some(']'));
                self.in_link -= 1;
                self.push(&format!("]({}{id})", urls::PAGE_SCHEME));
            }
            Inline::Raw(source) if raw_is_safe(source) => self.push(source),
            Inline::Raw(source) => self.wrapped(source),
        }
    }

    fn wrapped(&mut self, source: &str) {
        self.push(&wrapped(source));
    }

    /// Decides which emphasis delimiters would be misread, writes those as tags, and joins everything.
    fn render(mut self) -> String {
        for round in 0..6 {
            if !self.unsafe_marks(round == 5) {
                break;
            }
        }
        let mut out = String::new();
        for token in &self.tokens {
            self.write_token(token, &mut out);
        }
        out
    }

    fn write_token(&self, token: &Token, out: &mut String) {
        match token {
            Token::Text(text) => out.push_str(text),
            Token::Open(id) | Token::Close(id) => {
                let Some(Emphasis { mark, html }) = self.marks.get(*id) else {
                    return;
                };
                let open = matches!(token, Token::Open(_));
                out.push_str(match (mark, html, open) {
                    (Written::Bold, true, true) => "<b>",
                    (Written::Bold, true, false) => "</b>",
                    (Written::Italic, true, true) => "<i>",
                    (Written::Italic, true, false) => "</i>",
                    (_, true, true) => "<s>",
                    (_, true, false) => "</s>",
                    (Written::Bold, false, _) => "**",
                    (Written::Italic, false, _) => "*",
                    (_, false, _) => "~~",
                });
            }
        }
    }

    /// Marks delimiters that do not flank as they must; whether any was found.
    fn unsafe_marks(&mut self, all: bool) -> bool {
        let mut found: Vec<usize> = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let run = self.run_at(at);
            if run.is_empty() {
                at += 1;
                continue;
            }
            let before = at.checked_sub(1).and_then(|at| self.edge(at, false));
            let after = self.edge(at + run.len(), true);
            let closes = run.iter().filter(|(_, open)| !open).count();
            let opens = run.len() - closes;
            let safe = if closes > 0 && opens > 0 {
                // A close next to an open: the open becomes a tag, the close is looked at again.
                found.extend(run.iter().filter(|(_, open)| *open).map(|(id, _)| *id));
                true
            } else if opens > 0 {
                flanks(before, after, opens)
            } else {
                flanks(after, before, closes)
            };
            if !safe || all {
                found.extend(run.iter().map(|(id, _)| *id));
            }
            at += run.len();
        }
        for id in &found {
            if let Some(mark) = self.marks.get_mut(*id) {
                mark.html = true;
            }
        }
        !found.is_empty()
    }

    /// Delimiters that stand together from `at`.
    fn run_at(&self, at: usize) -> Vec<(usize, bool)> {
        let tokens = self.tokens.get(at..).unwrap_or_default();
        tokens
            .iter()
            .map_while(|token| match token {
                Token::Open(id) => Some((*id, true)),
                Token::Close(id) => Some((*id, false)),
                Token::Text(_) => None,
            })
            .take_while(|(id, _)| self.marks.get(*id).is_some_and(|mark| !mark.html))
            .collect()
    }

    /// The first or last character of a token.
    fn edge(&self, at: usize, first: bool) -> Option<char> {
        match self.tokens.get(at)? {
            Token::Text(text) if first => text.chars().next(),
            Token::Text(text) => text.chars().next_back(),
            Token::Open(_) | Token::Close(_) => Some(if first { '<' } else { '>' }),
        }
    }
}

/// Whether `count` delimiters with these characters outside and inside are read as meant.
fn flanks(outside: Option<char>, inside: Option<char>, count: usize) -> bool {
    let Some(inside) = inside.filter(|c| !c.is_whitespace()) else {
        return false;
    };
    if outside.is_none_or(char::is_whitespace) {
        return true;
    }
    // Between two signs a delimiter could open as well as close.
    inside.is_alphanumeric()
        && outside.is_some_and(|c| c.is_ascii_punctuation() || count == 1 && c.is_alphanumeric())
}

/// An address as Markdown writes it.
pub(crate) fn destination(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for (at, c) in url.char_indices() {
        if c == '&' && is_entity(url.get(at + 1..).unwrap_or_default()) {
            out.push_str("&amp;");
        } else {
            out.push(c);
        }
    }
    out
}
